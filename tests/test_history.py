"""What runs did is listed, and the last run of a dataset can be taken back, whatever others said since."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import ledger_history
from graph.ledger import Ledger, LedgerError
from graph.records import Dataset, Edge, Node, Where
from tests.ledger_words import LIST, REGISTER, content, say, school


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


def test_a_run_is_listed_with_what_it_did_and_can_be_taken_back_after_others_have_spoken(ledger: Ledger) -> None:
    tie = Edge("COOPERATES_WITH", "a", "b", {}, Where("netz.xlsx", "Kooperationen", 2))
    say(ledger, [school("a", "Alt"), school("b", "Bleibt"), school("c", "Geht"), tie])
    before = content(ledger)
    say(ledger, [school("a", "Neu"), school("b", "Bleibt"), school("d", "Kommt")])
    say(ledger, [school("schulnummer:101321", "Amtlich", schulnummer="101321")], REGISTER)
    said_by_others = [row for row in content(ledger) if row.dataset == REGISTER.name]  # type: ignore[attr-defined]
    register, changing, first = ledger.runs()
    assert [run.dataset for run in (register, changing, first)] == [REGISTER.name, LIST.name, LIST.name]
    assert tuple(changing.counts) == (1, 1, 1, 2)
    assert not first.can_take_back and str(changing.id) in first.why_not

    version = ledger.version
    assert tuple(ledger.take_back_run(changing.id, user="erika", reason="falsche Datei")) == (2, 1, 0, 1)
    assert sorted(map(str, content(ledger))) == sorted(map(str, before + said_by_others))
    assert ledger.version == version + 1
    assert "falsche Datei" in ledger.audit_log()[-1].detail
    back, *_, changing, first = ledger.runs()
    assert (back.kind, back.takes_back, changing.taken_back) == ("take_back", changing.id, back.id)
    assert first.can_take_back and not back.can_take_back


def test_the_first_run_taken_back_leaves_a_dataset_that_says_nothing_and_can_speak_again(ledger: Ledger) -> None:
    say(ledger, [school("a", "Alpha")], fingerprint="x")
    ledger.take_back_run(ledger.runs()[0].id, user="erika")
    assert (content(ledger), ledger.datasets(), ledger.entities()) == ([], [], {})
    assert say(ledger, [school("a", "Alpha")], fingerprint="x").new == 1
    assert [run.kind for run in ledger.runs()] == ["ingest", "take_back", "ingest"]


def test_the_run_before_is_the_one_that_holds_again(ledger: Ledger) -> None:
    say(ledger, [school("a", "Alt")], fingerprint="one", report={"read": 1})
    say(ledger, [school("a", "Neu")], Dataset(LIST.name, LIST.source, "Anderer Titel", "2026-06-01", rank=20), fingerprint="two", report={"read": 2})
    ledger.take_back_run(ledger.runs()[0].id, user="erika")
    (info,) = ledger.datasets()
    assert (info.title, info.as_of, info.rank, info.rows) == (LIST.title, LIST.as_of, LIST.rank, 1)
    assert (info.fingerprint, info.report) == ("one", {"read": 1})


def test_who_is_who_follows(ledger: Ledger) -> None:
    say(ledger, [school("a", "Alpha", schulnummer="101321")])
    say(ledger, [school("schulnummer:101321", "Alpha", schulnummer="101321")], REGISTER)
    assert ledger.entity("a") == ledger.entity("schulnummer:101321")
    say(ledger, [school("a", "Alpha")])
    assert ledger.entity("a") != ledger.entity("schulnummer:101321")
    ledger.take_back_run(ledger.runs(LIST.name)[0].id, user="erika")
    assert ledger.entity("a") == ledger.entity("schulnummer:101321")


def test_what_cannot_be_taken_back_says_why(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="Einen Lauf 7 gibt es nicht"):
        ledger.take_back_run(7, user="erika")
    say(ledger, [school("a", "Alpha")])
    number = ledger.runs()[0].id
    ledger.take_back_run(number, user="erika")
    with pytest.raises(LedgerError, match="schon zurückgenommen"):
        ledger.take_back_run(number, user="erika")
    with pytest.raises(LedgerError, match="noch einmal einlesen"):
        ledger.take_back_run(ledger.runs()[0].id, user="erika")


def test_old_history_is_let_go(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_history, "KEPT", 3)
    for number in range(6):
        say(ledger, [school("a", f"Name {number}")])
    for number in (5, 4, 3):
        ledger.take_back_run(next(run.id for run in ledger.runs() if run.can_take_back), user="erika")
        assert next(ledger.nodes()).data["name"] == f"Name {number - 1}"
    assert not any(run.can_take_back for run in ledger.runs())
    assert any("nicht mehr aufgehoben" in run.why_not for run in ledger.runs())
    with closing(sqlite3.connect(ledger.path)) as file:
        assert file.execute("SELECT count(*) FROM past_node").fetchone() == (0,)


def test_a_file_of_the_first_version_is_taken_up_with_its_data(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path) as ledger:
        say(ledger, [school("a", "Alpha")])
        before = content(ledger)
    with closing(sqlite3.connect(path)) as file, file:
        for name in ("kind", "takes_back", "previous", "before", "kept"):
            file.execute(f"ALTER TABLE run DROP COLUMN {name}")
        file.execute("DROP TABLE past_node")
        file.execute("DROP TABLE past_edge")
        file.execute("UPDATE meta SET value = '1' WHERE name = 'schema'")
    with Ledger.open(path) as ledger:
        assert content(ledger) == before
        (old,) = ledger.runs()
        assert not old.can_take_back and "nicht mehr aufgehoben" in old.why_not
        say(ledger, [school("a", "Beta")])
        ledger.take_back_run(ledger.runs()[0].id, user="erika")
        assert content(ledger) == before


_KEYS = ("a", "b", "c")
_LISTS = (LIST, REGISTER)
_WORD = st.dictionaries(st.sampled_from(_KEYS), st.tuples(st.sampled_from(("Eins", "Zwei")), st.integers(1, 3)), max_size=3)
_STEP = st.one_of(st.tuples(st.sampled_from((0, 1)), _WORD), st.tuples(st.sampled_from((0, 1)), st.none()))


@settings(max_examples=40)
@given(st.lists(_STEP, max_size=9))
def test_any_sequence_of_runs_and_withdrawals_leaves_what_it_should(steps: list[tuple[int, dict[str, tuple[str, int]] | None]]) -> None:
    stacks: list[list[dict[str, tuple[str, int]]]] = [[{}], [{}]]
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "ledger.sqlite") as ledger:
        for which, said in steps:
            dataset = _LISTS[which]
            if said is not None:
                nodes = [Node("Institution", f"{which}{key}", {"name": name}, Where("f", "s", row)) for key, (name, row) in said.items()]
                ties = [Edge("COOPERATES_WITH", f"{which}{key}", "x", {"extra": name}, Where("f", "t", row)) for key, (name, row) in said.items()]
                say(ledger, [*nodes, *ties], dataset)
                stacks[which].append(said)
                continue
            possible = next((run.id for run in ledger.runs(dataset.name) if run.can_take_back), None)
            assert (possible is not None) == (len(stacks[which]) > 1)
            if possible is not None:
                ledger.take_back_run(possible, user="erika")
                stacks[which].pop()
        for which in (0, 1):
            now = {node.key: (node.data["name"], node.row) for node in ledger.nodes() if node.dataset == _LISTS[which].name}
            ties = {edge.start: (edge.data["extra"], edge.row) for edge in ledger.edges() if edge.dataset == _LISTS[which].name}
            assert now == ties == {f"{which}{key}": value for key, value in stacks[which][-1].items()}
