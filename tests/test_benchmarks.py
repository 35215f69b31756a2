"""The benchmark's city has the size that was asked for, is read without a complaint, and its page says what was missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import city, page, path
from benchmarks.path import Measured
from graph.home import Home
from graph.schema import NODES
from ingest.run import ingest


def contents(folder: Path) -> dict[str, str]:
    return {file.stem: file.read_text("utf-8") for file in sorted(folder.glob("*.csv"))}


def test_the_city_has_the_size_asked_for_and_is_taken_as_a_whole(tmp_path: Path) -> None:
    city.write(tmp_path / "stadt", 800, 2_000)
    nodes, edges = path._rows(tmp_path / "stadt")
    assert (sum(map(len, nodes.values())), sum(map(len, edges.values()))) == (800, 2_000)
    assert set(nodes) <= set(NODES)
    report = ingest("tables", [tmp_path / "stadt"], {}, Home(tmp_path / "home"), write=False)
    assert (report.read, report.taken, report.rejected, report.left_over, report.errors) == (2_800, 2_800, [], [], [])


def test_the_same_seed_gives_the_same_files_and_a_change_touches_its_share(tmp_path: Path) -> None:
    for name, share in (("a", 0.0), ("b", 0.0), ("c", 0.01)):
        city.write(tmp_path / name, 800, 2_000, changed=share)
    a, b, c = (contents(tmp_path / name) for name in "abc")
    assert a == b
    different = sum(x != y for sheet in a for x, y in zip(a[sheet].splitlines()[1:], c[sheet].splitlines()[1:], strict=True) if "Kurzname" not in c[sheet])
    assert 10 <= different <= 60
    assert {len(a[sheet].splitlines()) for sheet in a} == {len(c[sheet].splitlines()) for sheet in c}


def test_the_page_says_which_goals_were_missed() -> None:
    def made(first: float, again: float, memory: float) -> str:
        step = {"plain": (10.0, 0.0, 100.0), "first": (first, 1.5, memory), "unchanged": (again, 0.0, 50.0), "changed": (3.0, 0.0, 50.0)}
        return "\n".join(path.page({name: Measured(*values) for name, values in step.items()}, 1_000, 2_000))

    assert made(20.0, 2.0, 1_500.0).count(": met") == 3
    assert made(20.1, 2.1, 1_501.0).count(": MISSED") == 3
    assert "2.01 × plain" in made(20.1, 2.1, 1_501.0)
    assert "for the app | 1.5 |" in made(20.1, 2.1, 1_501.0)


def test_a_section_is_written_anew_and_the_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "benchmarks.md"
    monkeypatch.setattr(page, "PAGE", target)
    page.put("one", "First", ["old"])
    page.put("two", "Second", ["stays"])
    page.put("one", "First", [r"new \1"])
    told = target.read_text(encoding="utf-8")
    assert "old" not in told and r"new \1" in told and told.index("## First") < told.index("## Second") < told.index("stays")
