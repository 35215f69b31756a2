"""What runs did is listed, and the last run of a dataset can be taken back, whatever others said since."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import ledger_history
from graph.ledger import Ledger, LedgerError
from graph.records import Dataset, Edge, Node, Where
from tests.ledger_words import LIST, REGISTER, content, rows, say, school


@pytest.fixture
def ledger(location: Path | str) -> Iterator[Ledger]:
    with Ledger.open(location) as opened:
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
    assert tuple(ledger.take_back_run(changing.id, user="erika", reason="falsche Datei")) == (2, 1, 1, 1)
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


def test_rows_that_only_moved_go_back_to_their_place_and_nothing_else_is_said(ledger: Ledger) -> None:
    say(ledger, [school("a", "Alpha", row=2), school("b", "Beta", row=3)])
    before, version = content(ledger), ledger.version
    say(ledger, [school("a", "Alpha", row=7), school("b", "Beta", row=8)])
    assert tuple(ledger.take_back_run(ledger.runs()[0].id, user="erika")) == (0, 0, 2, 0)
    assert (content(ledger), ledger.version) == (before, version)


def test_a_key_that_means_something_else_by_now_does_not_come_back(ledger: Ledger) -> None:
    say(ledger, [school("a", "Alpha"), school("k", "Kappa")])
    say(ledger, [school("a", "Alpha")])
    number = ledger.runs()[0].id
    say(ledger, [Node("Person", "k", {"name": "Kappa"}, Where("liste.csv", "", 2))], REGISTER)
    before = content(ledger)
    with pytest.raises(LedgerError, match="„k“ stand davor für Institution, steht aber inzwischen in „Schulverzeichnis“ für Person"):
        ledger.take_back_run(number, user="erika")
    assert content(ledger) == before and ledger.runs(LIST.name)[0].can_take_back
    ledger.take_back_run(ledger.runs(REGISTER.name)[0].id, user="erika")
    assert ledger.take_back_run(number, user="erika").new == 1


def test_old_history_is_let_go(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_history, "KEPT", 3)
    for number in range(6):
        say(ledger, [school("a", f"Name {number}")])
    for number in (5, 4, 3):
        ledger.take_back_run(next(run.id for run in ledger.runs() if run.can_take_back), user="erika")
        assert next(ledger.nodes()).data["name"] == f"Name {number - 1}"
    assert not any(run.can_take_back for run in ledger.runs())
    assert any("nicht mehr aufgehoben" in run.why_not for run in ledger.runs())
    assert rows(ledger, "SELECT count(*) FROM past_node") == [(0,)]


def _tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Name, type, duty and key of every column of every table; the order of columns added later is another."""
    with closing(sqlite3.connect(path)) as file:
        names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(row[1:4] + row[5:] for row in file.execute(f"PRAGMA table_info({name})")) for name in names}


def test_a_file_of_the_first_version_is_taken_up_with_its_data(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as file:
        file.executescript((Path(__file__).parent / "ledger_version_1.sql").read_text(encoding="utf-8"))
    with Ledger.open(path) as ledger:
        before = content(ledger)
        assert [(row.dataset, row.key, row.data) for row in ledger.nodes()] == [
            ("tables:netz.xlsx", "a", {"kind": "school", "name": "Alpha", "schulnummer": "101321"}),
            ("tables:netz.xlsx", "p", {"name": "Anna Muster"}),
        ]
        assert [(row.start, row.end, row.data) for row in ledger.edges()] == [("p", "a", {"function": "Leitung"})]
        assert (ledger.version, ledger.projected()[:2], len(ledger.judgements()), len(ledger.audit_log())) == (3, ("g1", 2), 1, 3)
        assert ledger.entity("schulnummer:101321") == "institution-h49bt4vk1r"
        changing, first = ledger.runs()
        assert tuple(changing.counts) == (0, 1, 2, 0) and not changing.can_take_back and "nicht mehr aufgehoben" in changing.why_not
        assert not first.can_take_back
        say(ledger, [school("a", "Beta")])
        ledger.take_back_run(ledger.runs()[0].id, user="erika")
        assert content(ledger) == before
        assert (ledger.datasets()[0].fingerprint, ledger.datasets()[0].report) == ("x", {"read": 3})
    Ledger.open(tmp_path / "fresh.sqlite").close()
    assert _tables(path) == _tables(tmp_path / "fresh.sqlite")


_KEYS = ("a", "b", "c")
_LISTS = (LIST, REGISTER)
_WORD = st.dictionaries(st.sampled_from(_KEYS), st.tuples(st.sampled_from(("Eins", "Zwei")), st.integers(1, 3)), max_size=3)
_STEP = st.one_of(st.tuples(st.sampled_from((0, 1)), _WORD), st.tuples(st.sampled_from((0, 1)), st.none()))


def test_any_sequence_of_runs_and_withdrawals_leaves_what_it_should(new_location: Callable[[], Path | str]) -> None:
    @settings(max_examples=8 if new_location.__name__ == "schema" else 40)
    @given(st.lists(_STEP, max_size=9))
    def check(steps: list[tuple[int, dict[str, tuple[str, int]] | None]]) -> None:
        _check_sequence(new_location(), steps)

    check()


def _check_sequence(location: Path | str, steps: list[tuple[int, dict[str, tuple[str, int]] | None]]) -> None:
    stacks: list[list[dict[str, tuple[str, int]]]] = [[{}], [{}]]
    with Ledger.open(location) as ledger:
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
