"""Every source of the demo city, read twice: the same graph, and nothing written the second time."""

from __future__ import annotations

from pathlib import Path

import pytest

import demo
import ingest.run as run
from graph.fold import Fold, fold
from graph.home import Home


def graph_of(home: Home) -> Fold:
    with home.open_ledger() as ledger:
        return fold(ledger)


def test_each_source_twice_gives_the_same_graph_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_project", lambda *_: None)
    monkeypatch.setattr(run, "fingerprint", lambda *_: str(next(marks)))  # read anew, although the files are the same
    marks = iter(range(100))
    home = Home(tmp_path / "home")
    demo.make(tmp_path / "files", seed=1)
    steps = demo.sources(tmp_path / "files")
    for source, path, options in steps:
        assert run.ingest(source, [path], options, home).exit_code == 0
    first = graph_of(home)
    for source, path, options in steps:
        report = run.ingest(source, [path], options, home)
        assert (report.new, report.changed, report.removed) == (0, 0, 0), path.name
        assert report.unchanged > 0
    second = graph_of(home)
    assert second.version == first.version
    assert second.nodes == first.nodes
    assert second.edges == first.edges


def test_counts_in_are_counts_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_project", lambda *_: None)
    home = Home(tmp_path / "home")
    truth = demo.make(tmp_path / "files", seed=2)
    for source, path, options in demo.sources(tmp_path / "files"):
        report = run.ingest(source, [path], options, home)
        assert report.read == report.taken
    whole = graph_of(home)
    found: dict[str, int] = {}
    for node in whole.nodes.values():
        found[node.type] = found.get(node.type, 0) + 1
    for kind, names in truth.besides.items():
        found[kind] -= len(names)
    assert found == truth.counts
    assert not whole.refused and not whole.open_ends
