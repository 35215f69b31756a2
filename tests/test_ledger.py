"""The system of record on real files and a real PostgreSQL: runs, bad records, other writers, kills, old and strange files."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from graph import ledger_tables
from graph.ledger import Counts, Ledger, LedgerError, RecordError, Run
from graph.records import Dataset, Edge, Node, Record, Where
from tests.ledger_words import LIST, REGISTER, content, rows, say, school

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def ledger(location: Path | str) -> Iterator[Ledger]:
    with Ledger.open(location, wait=0.2) as opened:
        yield opened


# ---- what is said comes back --------------------------------------------------------------------------


def test_records_come_back_as_they_were_said_in_the_order_of_keys(ledger: Ledger) -> None:
    fields = {"name": "GGS „Ärmel“ 🏫\n2", "kind": "school", "pupils": 212, "lat": 51.5, "note": "it's; DROP TABLE node --"}
    where = Where("netz.xlsx", "Institutionen", 7)
    member = Edge("MEMBER_OF", "p", "g", {"since": "2020-01-01", "voting": True}, Where("netz.xlsx", "Mitgliedschaften", 3))
    say(ledger, [Node("Institution", "z", fields, where), school("a", "Andere"), member])
    first, second = ledger.nodes()
    assert (first.key, second.key) == ("a", "z")
    assert (second.type, second.data, second.where) == ("Institution", fields, where)
    assert (second.dataset, second.rank, second.as_of) == (LIST.name, LIST.rank, LIST.as_of)
    (edge,) = ledger.edges()
    assert (edge.type, edge.start, edge.end, edge.data, edge.where) == ("MEMBER_OF", "p", "g", member.fields, member.where)
    assert edge.data["voting"] is True


def test_edges_are_told_apart_by_their_period_and_role(ledger: Ledger) -> None:
    periods = [{}, {"since": "2020-01-01"}, {"since": "2022-01-01"}, {"since": "2022-01-01", "role": "Vorsitz"}]
    assert say(ledger, [Edge("MEMBER_OF", "p", "g", fields) for fields in periods]).new == 4


def test_a_second_run_writes_nothing(ledger: Ledger) -> None:
    said = [school("a", "A"), school("b", "B"), Edge("COOPERATES_WITH", "a", "b", {"basis": "agreed"})]
    assert say(ledger, said) == Counts(3, 0, 0, 0)
    version = ledger.version
    writers = run_of_each_record(ledger)
    assert say(ledger, reversed(said)) == Counts(0, 0, 3, 0)
    assert ledger.version == version
    assert run_of_each_record(ledger) == writers


def run_of_each_record(ledger: Ledger) -> list[tuple[str, int]]:
    return sorted((key, run) for key, run in rows(ledger, "SELECT key, run FROM node UNION ALL SELECT key, run FROM edge"))


def test_a_run_replaces_what_its_dataset_said_and_nothing_else(ledger: Ledger) -> None:
    say(ledger, [school("a", "A"), school("b", "B"), Edge("COOPERATES_WITH", "a", "b", {"basis": "agreed"})])
    say(ledger, [school("b", "B im Register")], REGISTER)
    assert say(ledger, [school("a", "A neu"), school("c", "C"), Edge("COOPERATES_WITH", "a", "b", {"basis": "contract"})]) == Counts(1, 2, 0, 1)
    assert [(node.key, node.dataset, node.data["name"]) for node in ledger.nodes()] == [
        ("a", LIST.name, "A neu"), ("b", REGISTER.name, "B im Register"), ("c", LIST.name, "C"),
    ]
    assert [edge.data["basis"] for edge in ledger.edges()] == ["contract"]
    assert ledger.version == 3


def test_a_row_that_moved_is_unchanged_but_found_in_its_new_place(ledger: Ledger) -> None:
    say(ledger, [school("a", "A", row=2)])
    assert say(ledger, [school("a", "A", row=3)]) == Counts(0, 0, 1, 0)
    assert ledger.version == 1
    assert next(ledger.nodes()).where.row == 3


def test_a_new_title_or_date_is_knowledge_too(ledger: Ledger) -> None:
    say(ledger, [school("a", "A")])
    newer = Dataset(LIST.name, LIST.source, LIST.title, "2026-06-01")
    assert say(ledger, [school("a", "A")], newer) == Counts(0, 0, 1, 0)
    assert ledger.version == 2
    assert next(ledger.nodes()).as_of == "2026-06-01"


def test_datasets_tell_their_last_run(ledger: Ledger) -> None:
    report: dict[str, object] = {}
    with ledger.begin(LIST, fingerprint="f1", report=report, user="erika") as run:
        run.put(school("a", "A"))
        run.finish()
        report["rejected"] = [{"row": 3}]
    say(ledger, [school("b", "B")], REGISTER, report=lambda: {"späte": "Zahlen"})
    register, tables = ledger.datasets()
    assert (tables.name, tables.title, tables.rows, tables.fingerprint, tables.report) == (LIST.name, "Netzwerk", 1, "f1", {"rejected": [{"row": 3}]})
    assert tables.counts == Counts(1, 0, 0, 0)
    assert tables.read_at.startswith("20") and tables.read_at.endswith("+00:00")
    assert (register.rank, register.report, register.used_ledger) == (20, {"späte": "Zahlen"}, False)
    assert [(line.user, line.action) for line in ledger.audit_log()] == [("erika", "ingest"), ("", "ingest")]


# ---- bad records ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (Node("Einhorn", "a", {"name": "A"}), "Einhorn"),
        (Node("Institution", "a", {"name": "A", "farbe": "rot"}), "farbe"),
        (Node("Institution", "a", {"kind": "school"}), "Name fehlt"),
        (Node("Institution", "a", {"name": ""}), "Name ist leer"),
        (Node("Institution", "a", {"name": "A", "kind": "schloss"}), "Familienzentrum"),
        (Node("Institution", "a", {"name": "A", "pupils": 1.5}), "Schülerinnen"),
        (Node("Institution", "a", {"name": "A", "pupils": True}), "Schülerinnen"),
        (Node("Institution", "a", {"name": None}), "Name"),  # type: ignore[dict-item]
        (Node("Institution", "a", {"name": "A", "lat": float("nan")}), "endliche"),
        (Node("Institution", "a", {"name": "A \ud800"}), "UTF-8"),
        (Node("Institution", "a", {"name": "A \x00"}), "Name.*unlesbares Zeichen"),
        (Node("Institution", "\ud800", {"name": "A"}), "UTF-8"),
        (Node("Institution", " ", {"name": "A"}), "leer"),
        (Node("Institution", "a ", {"name": "A"}), "Leerzeichen"),
        (Edge("LIEBT", "a", "b"), "LIEBT"),
        (Edge("MEMBER_OF", "", "b"), "Anfang"),
        (Edge("MEMBER_OF", "a", ""), "Ende"),
        (Edge("MEMBER_OF", "a", "b", {"farbe": "rot"}), "farbe"),
        (Edge("HAS_VALUE", "a", "b", {"year": 2024}), "Wert fehlt"),
    ],
)
def test_a_bad_record_says_why_and_the_run_goes_on(ledger: Ledger, record: Record, words: str) -> None:
    with ledger.begin(LIST) as run:
        with pytest.raises(RecordError, match=words) as caught:
            run.put(record)
        assert caught.value.reason == str(caught.value)
        run.put(school("gut", "Gut"))
        assert run.finish() == Counts(1, 0, 0, 0)
    assert [node.key for node in ledger.nodes()] == ["gut"]


def test_the_same_record_twice_counts_once_another_one_is_refused_with_the_place_of_the_first(ledger: Ledger) -> None:
    tie = Edge("COOPERATES_WITH", "a", "b", {"basis": "agreed"})
    with ledger.begin(LIST) as run:
        for record in (school("a", "A", row=2), school("a", "A", row=9), tie, tie):
            run.put(record)
        with pytest.raises(RecordError, match="doppelt.*netz.xlsx, Blatt „Institutionen“, Zeile 2"):
            run.put(school("a", "Anders", row=10))
        with pytest.raises(RecordError, match="doppelt.*Kooperiert mit"):
            run.put(Edge("COOPERATES_WITH", "a", "b", {"basis": "contract"}))
        assert run.finish() == Counts(2, 0, 0, 0)
    assert next(ledger.nodes()).data["name"] == "A"


def test_a_key_means_one_type_in_all_datasets(ledger: Ledger) -> None:
    say(ledger, [school("a", "A")], REGISTER)
    with ledger.begin(LIST) as run:
        with pytest.raises(RecordError, match="Institution.*Gremium.*anderen Schlüssel"):
            run.put(Node("Gremium", "a", {"name": "A"}))
        run.finish()
    say(ledger, [], REGISTER)
    assert say(ledger, [Node("Gremium", "a", {"name": "A"})]).new == 1


def test_a_key_that_changes_its_type_gets_an_id_of_the_new_type_and_the_old_one_back(ledger: Ledger) -> None:
    say(ledger, [school("a", "A")])
    before = ledger.entity("a")
    say(ledger, [Node("Gremium", "a", {"name": "A"})])
    assert str(ledger.entity("a")).startswith("gremium-")
    say(ledger, [school("a", "A")])
    assert ledger.entity("a") == before


# ---- all or nothing --------------------------------------------------------------------------------------


def test_a_failed_run_changes_nothing(ledger: Ledger) -> None:
    say(ledger, [school("a", "A")], fingerprint="alt")
    before = (content(ledger), ledger.datasets(), ledger.version, ledger.entities(), ledger.audit_log())
    with pytest.raises(ZeroDivisionError), ledger.begin(LIST, fingerprint="neu") as run:
        run.put(school("b", "B"))
        run.finish()
        raise ZeroDivisionError
    assert (content(ledger), ledger.datasets(), ledger.version, ledger.entities(), ledger.audit_log()) == before
    assert say(ledger, [school("b", "B")]) == Counts(1, 0, 0, 1)


def test_a_cancelled_run_shows_what_would_be_and_leaves_what_was(ledger: Ledger) -> None:
    say(ledger, [school("a", "A")])
    before = content(ledger)
    with ledger.begin(LIST) as run:
        run.put(school("b", "B", schulnummer="101321"))
        assert run.ledger.exists("b")
        run.finish()
        assert [node.key for node in run.ledger.nodes()] == ["b"]
        assert run.ledger.version == 2
        assert run.ledger.entity("schulnummer:101321") == run.ledger.entity("b")
        with run.ledger.reading() as now:
            assert [node.key for node in now.nodes()] == ["b"]
        assert content(ledger) == before, "others must not see it"
        run.cancel()
    assert content(ledger) == before
    assert ledger.version == 1


def test_a_run_that_forgets_to_finish_is_refused(ledger: Ledger) -> None:
    with pytest.raises(RuntimeError), ledger.begin(LIST) as run:
        run.put(school("a", "A"))
    assert content(ledger) == []
    with ledger.begin(LIST) as run:
        run.finish()
        with pytest.raises(RuntimeError):
            run.put(school("a", "A"))


def test_a_nested_writer_is_told_at_once(ledger: Ledger) -> None:
    with ledger.begin(LIST) as run:
        for write in (lambda: ledger.audit("x", "y", user="z"), lambda: run.ledger.audit("x", "y", user="z"), lambda: say(ledger, [], REGISTER)):
            with pytest.raises(LedgerError, match="schon geschrieben"):
                write()
        run.put(school("a", "A"))
        run.finish()
    assert len(content(ledger)) == 1


def test_another_writer_waits_and_then_is_told_who_holds_it_up(ledger: Ledger) -> None:
    with Ledger.open(ledger.location, wait=0.2) as other:
        with ledger.begin(LIST) as run:
            run.put(school("a", "A"))
            started = time.monotonic()
            with pytest.raises(LedgerError, match="von einem anderen Vorgang geschrieben"):
                say(other, [], REGISTER)
            assert time.monotonic() - started >= 0.2
            assert other.version == 0, "readers do not wait"
            run.finish()
        assert say(other, [school("b", "B")], REGISTER).new == 1


def test_writers_of_several_threads_follow_one_another(location: Path | str) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with Ledger.open(location, wait=20) as mine:
                say(mine, [school(f"k{number}", f"K{number}")], Dataset(f"d{number}", "tables", "D", "2026-01-01"))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with Ledger.open(location) as ledger:
        assert ledger.version == 6
        assert len(content(ledger)) == len(set(ledger.entities().values())) == 6


KILLED = """
import sys, time
from pathlib import Path
from graph.ledger import Ledger
from graph.records import Dataset, Node
ledger = Ledger.open(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1]))
with ledger.begin(Dataset("tables:netz.xlsx", "tables", "Netzwerk", "2026-01-01")) as run:
    for number in range(25_000):
        run.put(Node("Institution", f"n{number}", {"name": "N"}))
    run.finish()
    print("written", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL gibt es nur auf POSIX")
def test_kill_9_in_the_middle_of_a_run_leaves_the_old_state(ledger: Ledger) -> None:
    say(ledger, [school("a", "A")])
    before = content(ledger)
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(ledger.location)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "written\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with Ledger.open(ledger.location, wait=5) as again:
        assert content(again) == before
        assert again.version == 1
        assert say(again, [school("b", "B")]) == Counts(1, 0, 0, 1)


# ---- the file --------------------------------------------------------------------------------------------


def test_the_file_is_in_write_ahead_mode(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        assert rows(ledger, "PRAGMA journal_mode") == [("wal",)]


def test_foreign_keys_are_held(ledger: Ledger) -> None:
    say(ledger, [school("a", "A")])
    with pytest.raises(LedgerError, match="(?i)foreign key"), ledger._writing() as inside:
        inside.execute(text("UPDATE node SET dataset = 99"))


def test_a_file_that_is_none_is_refused_and_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "brief.txt"
    letter.write_text("Sehr geehrte Damen und Herren, " * 40, encoding="utf-8")
    with pytest.raises(LedgerError, match="kein Bestand"):
        Ledger.open(letter)
    assert letter.read_text(encoding="utf-8").startswith("Sehr geehrte")
    strange = tmp_path / "fremd.sqlite"
    with sqlite3.connect(strange) as connection:
        connection.execute("CREATE TABLE rezepte (name TEXT)")
    with pytest.raises(LedgerError, match="kein Bestand"):
        Ledger.open(strange)
    with pytest.raises(LedgerError, match="lässt sich nicht"):
        Ledger.open(letter / "ledger.sqlite")


def _add_column(connection: ledger_tables.Connection) -> None:
    connection.execute(text("ALTER TABLE audit ADD COLUMN place TEXT NOT NULL DEFAULT 'hier'"))


def _fail(connection: ledger_tables.Connection) -> None:
    _add_column(connection)
    raise ZeroDivisionError


def test_older_tables_are_taken_up_and_newer_ones_refused(location: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger.open(location) as ledger:
        ledger.audit("export", "x", user="erika")
    today = ledger_tables.SCHEMA_VERSION
    monkeypatch.setattr(ledger_tables, "SCHEMA_VERSION", today + 1)
    monkeypatch.setattr(ledger_tables, "UPGRADES", {today + 1: _fail})
    with pytest.raises(ZeroDivisionError):
        Ledger.open(location)
    monkeypatch.setattr(ledger_tables, "UPGRADES", {today + 1: _add_column})
    with Ledger.open(location) as ledger:
        assert ledger.audit_log()[0].user == "erika"
        assert rows(ledger, "SELECT place FROM audit") == [("hier",)]
    monkeypatch.setattr(ledger_tables, "SCHEMA_VERSION", today)
    with pytest.raises(LedgerError, match="neueren Version"):
        Ledger.open(location)


# ---- property --------------------------------------------------------------------------------------------

said = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["Eins", "Zwei"]), max_size=6)


runs_said = st.lists(st.tuples(st.sampled_from(["d1", "d2"]), said, st.sampled_from(["finish", "cancel", "fail"])), max_size=6)


def test_after_any_runs_the_ledger_holds_what_each_dataset_said_last(new_location: Callable[[], Path | str]) -> None:
    @settings(max_examples=5 if new_location.__name__ == "schema" else 20, deadline=None)
    @given(runs_said)
    def check(runs: list[tuple[str, dict[str, str], str]]) -> None:
        _check_runs(new_location(), runs)

    check()


def _check_runs(location: Path | str, runs: list[tuple[str, dict[str, str], str]]) -> None:
    with Ledger.open(location) as ledger:
        held: dict[str, dict[str, str]] = {}
        for name, names, end in runs:
            before, version = held.get(name, {}), ledger.version
            expected = Counts(
                len(names.keys() - before.keys()),
                sum(before.get(key, value) != value for key, value in names.items()),
                sum(before.get(key) == value for key, value in names.items()),
                len(before.keys() - names.keys()),
            )
            try:
                with ledger.begin(Dataset(name, "tables", "T", "2026-01-01")) as run:
                    assert _say_all(run, names) == expected
                    if end == "cancel":
                        run.cancel()
                    if end == "fail":
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass
            if end == "finish":
                changed = bool(expected.new or expected.changed or expected.removed or name not in held)
                held[name] = names
                assert ledger.version == version + changed
            else:
                assert ledger.version == version
            assert {(n.dataset, n.key, n.data["name"]) for n in ledger.nodes()} == {(d, k, v) for d, every in held.items() for k, v in every.items()}
            assert ledger.entities().keys() == {key for every in held.values() for key in every}


def _say_all(run: Run, names: dict[str, str]) -> Counts:
    for key, name in names.items():
        run.put(school(key, name))
    return run.finish()
