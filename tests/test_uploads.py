"""Uploaded files: on disk only while somebody reads them; and work that is given up when nobody looks any more."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.home import Home
from graph.records import Dataset, Node, Where
from views import job as jobs
from views.job import Abandoned, Job
from views.uploads import base_name, on_disk


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("netzwerk.xlsx", "netzwerk.xlsx"),
        ("Gremien 2026 (neu).xlsx", "Gremien 2026 (neu).xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\liste.csv", "liste.csv"),
        ("..", "Datei"),
        ("", "Datei"),
        ("a\0b\n.csv", "ab.csv"),
        ("u\u0308ber.csv", "über.csv"),
    ],
)
def test_only_the_base_name_counts(given: str, name: str) -> None:
    assert base_name(given) == name


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_a_folder_can_hold(text: str) -> None:
    name = base_name(text)
    assert name and name not in (".", "..") and not set(name) & set("/\\\0") and len(name.encode()) <= 200
    assert base_name(name) == name


def test_files_are_there_for_the_block_and_for_nobody_else(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with on_disk([("../a.csv", io.BytesIO(b"1")), ("b.csv", io.BytesIO(b"2"))], home) as paths:
        assert [(path.name, path.read_bytes()) for path in paths] == [("a.csv", b"1"), ("b.csv", b"2")]
        assert all(path.is_relative_to(home.path / "uploads") for path in paths)
        if os.name != "nt":
            assert paths[0].parent.stat().st_mode & 0o077 == 0
    assert list((home.path / "uploads").iterdir()) == []


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, Abandoned])
def test_files_go_whatever_happens(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), on_disk([("a.csv", io.BytesIO(b"1"))], Home(tmp_path), together="listen") as paths:
        assert paths[0].name == "listen" and (paths[0] / "a.csv").exists()
        raise error
    assert list((tmp_path / "uploads").iterdir()) == []


def test_what_a_killed_process_left_is_swept_away(tmp_path: Path) -> None:
    gone = tmp_path / "uploads" / "999999999-ab"
    gone.mkdir(parents=True)
    (gone / "a.csv").write_text("1")
    with on_disk([("b.csv", io.BytesIO(b"2"))], Home(tmp_path)) as mine, on_disk([("b.csv", io.BytesIO(b"2"))], Home(tmp_path)):
        assert not gone.exists()
        assert mine[0].exists(), "what another session of this process is reading stays"


def ended(work: Job[str]) -> Job[str]:
    until = time.monotonic() + 10
    while not work.done(0.02):
        assert time.monotonic() < until
    return work


def test_work_ends_with_its_result_or_its_error() -> None:
    assert ended(Job(lambda wanted: "fertig")).result == "fertig"

    def fails(wanted: Callable[[], None]) -> str:
        raise OSError("Datenträger voll")

    assert str(ended(Job(fails)).error) == "Datenträger voll"


def endless(wanted: Callable[[], None]) -> str:
    while True:
        wanted()
        time.sleep(0.005)


def test_cancelled_work_stops() -> None:
    work = Job(endless)
    work.cancel()
    assert (ended(work).result, work.error) == (None, None)


def test_work_stops_when_nobody_looks_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_UNHEARD", 0.05)
    stopped = threading.Event()

    def work(wanted: Callable[[], None]) -> str:
        try:
            return endless(wanted)
        finally:
            stopped.set()

    Job(work)
    assert stopped.wait(10)


def test_lasting_work_goes_on_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_UNHEARD", 0.0)

    def work(wanted: Callable[[], None]) -> str:
        for _ in range(5):
            wanted()
            time.sleep(0.01)
        return "fertig"

    job = Job(work, lasting=True)
    job.cancel()
    assert ended(job).result == "fertig"


def test_a_run_that_is_given_up_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    with Home(tmp_path).open_ledger() as ledger:
        before = ledger.version
        with pytest.raises(Abandoned), ledger.begin(Dataset("tables:a", "tables", "a", "2026-01-01")) as run:
            run.put(Node("Gremium", "a#Gremien/x", {"name": "x"}, Where("a", "Gremien", 2)))
            raise Abandoned
        assert ledger.version == before and ledger.datasets() == [] and list(ledger.nodes()) == []
        with ledger.begin(Dataset("tables:a", "tables", "a", "2026-01-01")) as run:
            run.put(Node("Gremium", "a#Gremien/x", {"name": "x"}, Where("a", "Gremien", 2)))
            run.finish()
        assert len(list(ledger.nodes())) == 1, "and the next run is not kept waiting"
