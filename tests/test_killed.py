"""Nothing half: whoever is killed, and whatever runs out, leaves the old or the new state and a ledger that opens."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest
from openpyxl import Workbook

from graph import build, embedded, snapshot
from graph.fold import fold
from graph.home import Home
from graph.ledger import Ledger, LedgerError
from graph.store import Store
from ingest import run as ingest_run
from ingest.run import ingest

ROOT = Path(__file__).resolve().parents[1]
KILLS = int(os.environ.get("AKTEURSATLAS_KILLS", "5"))
_ROWS = 400
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and limits on files are those of Unix")


def workbook(folder: Path, edition: int) -> Path:
    """A network of some hundred rows; every edition says other things about the same and some new ones."""
    path = folder / "netz.xlsx"
    book = Workbook()
    gremien, people, seats = book.worksheets[0], book.create_sheet("Personen"), book.create_sheet("Mitgliedschaften")
    gremien.title = "Gremien"
    gremien.append(["Name", "Auftrag"])
    people.append(["Name", "Funktion"])
    seats.append(["Mitglied", "Gremium", "Rolle"])
    for number in range(_ROWS):
        people.append([f"Person {number}", f"Funktion {edition}" if number % 3 else "Leitung"])
        seats.append([f"Person {number}", f"Gremium {number % 40}", f"Rolle {edition % 2}" if number % 2 else "Mitglied"])
    for number in range(40 + edition % 3):
        gremien.append([f"Gremium {number}", f"Auftrag {edition}"])
    book.save(path)
    return path


def start(home: Home, *arguments: str, **more: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "AKTEURSATLAS_HOME": str(home.path), "AKTEURSATLAS_SERVER_LINGER": "8"}
    return subprocess.Popen([sys.executable, "-m", "cli", *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def said(ledger: Ledger) -> list[str]:
    return [repr(record._replace(file="")) for record in (*ledger.nodes(), *ledger.edges())]


def graph_now(store: Store) -> tuple[list[str], list[str]]:
    nodes = store.read("MATCH (n) WHERE n.source IS NOT NULL RETURN properties(n) AS p")
    edges = store.read("MATCH (a)-[r]->(b) WHERE r.source IS NOT NULL RETURN a.id AS a, b.id AS b, properties(r) AS p")
    return sorted(_told(row["p"]) for row in nodes), sorted(f"{row['a']} {row['b']} {_told(row['p'])}" for row in edges)


def graph_wanted(ledger: Ledger) -> tuple[list[str], list[str]]:
    whole = fold(ledger)
    return sorted(_told(node.props) for node in whole.nodes.values()), sorted(f"{edge.start} {edge.end} {_told(edge.props)}" for edge in whole.edges.values())


def _told(props: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in props.items() if value is not None}, sort_keys=True, ensure_ascii=False)


def _wait_for(note: Path, running: subprocess.Popen[str]) -> float:
    """The moment at which an ingest begins to write: before it, nothing is at stake."""
    while running.poll() is None and not note.exists():
        time.sleep(0.005)
    return time.monotonic()


def _whole_run(home: Home, path: Path) -> tuple[float, float]:
    """Seconds that an ingest takes when nobody kills it: until it begins to write, and from there to its end."""
    begun = time.monotonic()
    running = start(home, "ingest", "tables", str(path), "--yes")
    writes = _wait_for(_note(home), running)
    output = running.communicate(timeout=120)[0]
    assert running.returncode == 0, output
    return writes - begun, time.monotonic() - writes


def _note(home: Home) -> Path:
    return home.path / "ledger.sqlite.writer"


@posix_only
def test_a_killed_ingest_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    home = Home(tmp_path / "home")
    reading, writing = [_whole_run(home, workbook(tmp_path, edition)) for edition in (-2, -1)][-1]  # the first one also starts the server
    outcomes = dict.fromkeys(("old", "new", "graph behind", "graph half written", "finished"), 0)
    for kill in range(1, KILLS + 1):
        with home.open_ledger() as ledger:
            old = said(ledger)
        path = workbook(tmp_path, kill)
        new = what_it_would_say(tmp_path, path)
        _note(home).unlink(missing_ok=True)  # what the last one left; here it would be taken for this one's
        running = start(home, "ingest", "tables", str(path), "--yes")
        if kill % 4 == 0:  # while Python starts and the file is read
            time.sleep(chance.uniform(0.2, 1.0) * reading)
        else:  # in the ledger's transaction, the writing of the graph, or the reading of it
            _wait_for(_note(home), running)
            time.sleep(chance.uniform(0.0, 1.0) * writing)
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=60)
        outcomes["finished"] += running.returncode == 0
        with closing(sqlite3.connect(home.ledger_path)) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with home.open_ledger() as ledger, Store.connect(home=home.path) as store:
            now = said(ledger)
            assert now in (old, new), f"kill {kill} left neither the old nor the new state"
            outcomes["new" if now == new else "old"] += 1
            outcomes["graph behind"] += not build.in_step(ledger, store)
            outcomes["graph half written"] += store.meta().writing is not None
            assert ledger.writer() is None
            build.update(ledger, store)
            assert graph_now(store) == graph_wanted(ledger), f"after kill {kill} the graph is not the ledger's"
            snapshot.forget()
            whole = snapshot.load(store, home.cache_path)
            assert (whole.version, len(whole.nodes), len(whole.edges)) == (ledger.version, *map(len, graph_wanted(ledger)))
    assert outcomes["old"] + outcomes["new"] == KILLS
    print(f"kills: {KILLS}, {outcomes}")  # noqa: T201 - make soak shows where they fell
    if KILLS >= 30:  # so many that none of the moments can have been missed
        assert all(outcomes[name] for name in ("old", "new", "graph behind", "graph half written")), outcomes
    _nothing_left_over(home, tmp_path)


def _nothing_left_over(home: Home, folder: Path) -> None:
    """What killed ones left is gone with the next ingest (in the cache after an hour, as it might be somebody's work)."""
    for left in home.cache_path.glob(".*"):
        os.utime(left, (0, 0))
    _whole_run(home, workbook(folder, KILLS + 1))
    assert sorted(path.name for path in home.path.iterdir()) == ["cache", "graph-writer.lock", "ledger.sqlite", "server"]
    assert len(list(home.cache_path.iterdir())) == 1


def what_it_would_say(folder: Path, path: Path) -> list[str]:
    """The state after reading this workbook into an empty ledger: it says all there is to say."""
    with Ledger.open(folder / f"expected-{time.monotonic_ns()}.sqlite") as ledger:
        from ingest.sources import tables
        from tests.recording import Recorder

        read = Recorder(path).read(tables)
        with ledger.begin(read.dataset) as run:
            for record in (*read.nodes.values(), *read.edges):
                run.put(record)
            run.finish()
        return said(ledger)


@posix_only
def test_a_server_killed_in_the_middle_is_made_good(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert ingest("tables", [workbook(tmp_path, 0)], {}, home).exit_code == 0
    struck: list[int] = []

    def strike(stage: str, done: int, total: int) -> None:
        found = embedded.running(home.path)
        if done and "geschrieben" in stage and not struck and found and found.server_pid:
            struck.append(found.server_pid)
            psutil.Process(found.server_pid).kill()

    report = ingest("tables", [workbook(tmp_path, 1)], {}, home, progress=strike, confirm=lambda _: True)
    assert struck and report.exit_code == 0
    with home.open_ledger() as ledger, Store.connect(home=home.path) as store:
        build.update(ledger, store)
        assert graph_now(store) == graph_wanted(ledger)


@posix_only
def test_a_second_writer_waits_and_says_for_whom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_run, "_project", lambda *_: None)
    home = Home(tmp_path / "home")
    assert ingest("tables", [workbook(tmp_path, 0)], {}, home).exit_code == 0
    with home.open_ledger() as ledger, ledger.begin(ledger.datasets()[0], user="erika") as run:
        with Ledger.open(home.ledger_path, wait=0.2) as other:
            writer = other.writer()
            assert writer is not None and writer.pid == os.getpid() and "netz" in writer.what
            with pytest.raises(LedgerError, match="wird gerade von einem anderen Vorgang geschrieben.*netz.*wird eingelesen"):
                other.audit("x", "y", user="z")
        shown, ours = os.openpty()
        os.set_blocking(shown, False)
        environment = {**os.environ, "AKTEURSATLAS_HOME": str(home.path), "TERM": "xterm", "COLUMNS": "200"}
        command = [sys.executable, "-m", "cli", "ingest", "tables", str(workbook(tmp_path, 1)), "--yes"]
        second = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=ours, text=True)
        try:
            text, until = b"", time.monotonic() + 30
            while "wartet auf" not in text.decode(errors="replace") and time.monotonic() < until:
                time.sleep(0.05)
                with suppress(BlockingIOError):
                    text += os.read(shown, 65_536)
            assert "wird eingelesen" in text.decode(errors="replace"), text
            time.sleep(0.5)
            assert second.poll() is None  # it waits
        finally:
            os.close(ours)
            second.kill()
            second.communicate(timeout=60)
            os.close(shown)
        run.cancel()
    with home.open_ledger() as ledger:
        assert len(ledger.runs()) == 1


def test_who_waited_goes_on_when_the_other_has_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_run, "_project", lambda *_: None)
    home, stages, reports = Home(tmp_path / "home"), [], []
    assert ingest("tables", [workbook(tmp_path, 0)], {}, home).exit_code == 0
    path = workbook(tmp_path, 1)

    def second() -> None:
        reports.append(ingest("tables", [path], {}, home, progress=lambda stage, done, total: stages.append(stage), confirm=lambda _: True))

    waiting = Thread(target=second)
    with home.open_ledger() as ledger, ledger.begin(ledger.datasets()[0], user="erika") as run:
        waiting.start()
        until = time.monotonic() + 30
        while not any(stage.startswith("wartet auf") for stage in stages) and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.3)
        assert waiting.is_alive() and not reports
        run.cancel()
    waiting.join(timeout=60)
    assert [report.exit_code for report in reports] == [0] and any(stage.startswith("wartet auf") for stage in stages)
    with home.open_ledger() as ledger:
        assert len(ledger.runs()) == 2


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": 1}', '{"pid": -1, "born": 0, "user": "x", "since": "x", "what": "x"}'])
def test_a_note_that_is_none_means_that_nobody_writes(tmp_path: Path, note: str) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        (tmp_path / "ledger.sqlite.writer").write_text(note)
        assert ledger.writer() is None


def test_a_note_of_a_dead_process_whose_number_another_has_by_now_means_that_nobody_writes(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        note, known = tmp_path / "ledger.sqlite.writer", {"pid": os.getpid(), "user": "erika", "since": "14:03", "what": "x"}
        note.write_text(json.dumps({**known, "born": psutil.Process().create_time()}))
        assert str(ledger.writer()) == "erika, seit 14:03: x"
        note.write_text(json.dumps({**known, "born": psutil.Process().create_time() - 3600}))
        assert ledger.writer() is None


@posix_only
@pytest.mark.parametrize("limit", [8_192, 100_000])
def test_a_full_disk_changes_nothing_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(ingest_run, "_project", lambda *_: None)
    home = Home(tmp_path / "home")
    assert ingest("tables", [workbook(tmp_path, 0)], {}, home).exit_code == 0
    with home.open_ledger() as ledger:
        before = said(ledger)

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    failed = start(home, "ingest", "tables", str(workbook(tmp_path, 1)), "--yes", preexec_fn=small)
    output = failed.communicate(timeout=60)[0]
    assert failed.returncode == 2 and "Traceback" not in output, output
    assert "Datenträger" in output and "eändert wurde nichts" in output
    with home.open_ledger() as ledger:
        assert said(ledger) == before and ledger.writer() is None
