"""What people decide about gaps stays, whatever is read in afterwards, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import ledger_tables
from graph.ledger import Gap, Ledger, LedgerError
from graph.records import Dataset, Node

LISTS = Dataset("tables:liste.xlsx", "tables", "Liste", "2026-01-01", 10)
OTHER = Dataset("areas:nord.geojson", "areas", "Flächen", "2026-02-01", 20)
NODES = [
    Node("Area", "liste#nord", {"name": "Nord", "level": "district", "ags": "05999001"}),
    Node("Theme", "liste#sprache", {"name": "Sprache"}),
    Node("Stage", "liste#kita", {"name": "Kita"}),
    Node("TargetGroup", "liste#neue", {"name": "Neuzugewanderte"}),
]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        say(opened, LISTS, NODES)
        yield opened


def say(ledger: Ledger, dataset: Dataset, nodes: list[Node]) -> None:
    with ledger.begin(dataset) as run:
        for node in nodes:
            run.put(node)
        run.finish()


def gap(ledger: Ledger, **more: str) -> Gap:
    area, theme, stage = (ledger.entity(key) or "" for key in ("liste#nord", "liste#sprache", "liste#kita"))
    return Gap(**({"area": area, "theme": theme, "stage": stage} | more))


def test_the_newest_mark_holds_and_taking_it_back_restores_the_one_before(ledger: Ledger) -> None:
    first = ledger.mark_gap(gap(ledger), "accepted", user="eva")
    second = ledger.mark_gap(gap(ledger), "in_work", who="  Handlungsforum   Sprache ", until="2027-03-31", user="eva")
    (held,) = ledger.gap_marks(standing=True)
    assert (held.id, held.gap, held.who, held.until) == (second, gap(ledger), "Handlungsforum Sprache", "2027-03-31")
    assert held.keys == Gap("liste#nord", "liste#sprache", "liste#kita")
    ledger.take_back_mark(second, user="eva")
    assert [mark.id for mark in ledger.gap_marks(standing=True)] == [first]
    ledger.take_back_mark(first, user="eva")
    assert ledger.gap_marks(standing=True) == []
    assert [bool(mark.taken_back) for mark in ledger.gap_marks()] == [True, True]
    assert [line.action for line in ledger.audit_log()[-4:]] == ["mark_gap", "mark_gap", "take_back_mark", "take_back_mark"]


def test_cells_over_all_stages_and_those_of_one_are_different_gaps(ledger: Ledger) -> None:
    ledger.mark_gap(gap(ledger), "accepted", user="eva")
    ledger.mark_gap(gap(ledger, stage=""), "accepted", user="eva")
    ledger.mark_gap(gap(ledger, group=ledger.entity("liste#neue") or ""), "accepted", user="eva")
    assert len(ledger.gap_marks(standing=True)) == 3


def test_a_mark_survives_a_new_ingest_and_a_change_of_who_is_who(ledger: Ledger) -> None:
    before = gap(ledger)
    number = ledger.mark_gap(before, "no_gap", reason="Die Nachbarstadt versorgt den Bezirk mit", user="eva")
    say(ledger, LISTS, [Node("Area", "liste#nord", {"name": "Bezirk Nord", "level": "district", "ags": "05999001"}), *NODES[1:]])
    say(ledger, OTHER, [Node("Area", "ags:05999001", {"name": "Nord", "level": "district"}), Node("Theme", "andere#lesen", {"name": "Lesen"})])
    ledger.judge("liste#sprache", "andere#lesen", "same", user="eva", reason="dasselbe Handlungsfeld")
    (held,) = ledger.gap_marks(standing=True)
    assert (held.id, held.gap, held.lost) == (number, gap(ledger), False)
    again = ledger.mark_gap(Gap("ags:05999001", "andere#lesen", "liste#kita"), "accepted", user="eva")
    assert [mark.id for mark in ledger.gap_marks(standing=True)] == [again], "other keys of the same things are the same gap"


def test_what_is_gone_from_every_source_leaves_a_mark_that_says_so(ledger: Ledger) -> None:
    ledger.mark_gap(gap(ledger), "accepted", user="eva")
    say(ledger, LISTS, [node for node in NODES if node.type != "Stage"])
    (held,) = ledger.gap_marks(standing=True)
    assert (held.lost, held.gap.stage, held.keys.stage) == (True, "", "liste#kita")
    say(ledger, LISTS, NODES)
    assert [(mark.lost, mark.gap) for mark in ledger.gap_marks(standing=True)] == [(False, gap(ledger))]


@pytest.mark.parametrize(
    ("verdict", "more", "said"),
    [
        ("vielleicht", {}, "accepted, in_work, no_gap"),
        ("in_work", {}, "Wer die Lücke bearbeitet"),
        ("in_work", {"who": "  "}, "Wer die Lücke bearbeitet"),
        ("no_gap", {}, "Warum es keine Lücke ist"),
        ("accepted", {"until": "31.03.2027"}, "JJJJ-MM-TT"),
    ],
)
def test_what_is_missing_is_said(ledger: Ledger, verdict: str, more: dict[str, str], said: str) -> None:
    with pytest.raises(LedgerError, match=said):
        ledger.mark_gap(gap(ledger), verdict, user="eva", **more)
    assert ledger.gap_marks() == []


def test_unknown_things_and_numbers(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="„area-unbekannt“ ist nicht im Bestand"):
        ledger.mark_gap(Gap("area-unbekannt", "liste#sprache"), "accepted", user="eva")
    with pytest.raises(LedgerError, match="„liste#kita“ ist nicht im Bestand"):
        ledger.mark_gap(Gap("liste#kita", "liste#sprache"), "accepted", user="eva")
    with pytest.raises(LedgerError, match="mindestens ein Gebiet und ein Thema"):
        ledger.mark_gap(Gap("liste#nord", ""), "accepted", user="eva")
    with pytest.raises(LedgerError, match="gibt es nicht"):
        ledger.take_back_mark(7, user="eva")
    number = ledger.mark_gap(gap(ledger), "accepted", user="eva")
    ledger.take_back_mark(number, user="eva")
    with pytest.raises(LedgerError, match="schon zurückgenommen"):
        ledger.take_back_mark(number, user="eva")


def test_marks_leave_the_graph_as_it_is(ledger: Ledger) -> None:
    version = ledger.version
    ledger.mark_gap(gap(ledger), "accepted", user="eva")
    assert ledger.version == version, "no rebuild for a mark"


def test_a_file_of_version_2_can_be_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.sqlite"
    with monkeypatch.context() as old:
        old.setattr(ledger_tables, "SCHEMA_VERSION", 2)
        with Ledger.open(path) as opened:
            say(opened, LISTS, NODES)
            with opened._database.engine.connect() as connection:
                connection.exec_driver_sql("DROP TABLE gap_mark")
    with Ledger.open(path) as opened:
        opened.mark_gap(gap(opened), "accepted", user="eva")
        assert len(opened.gap_marks(standing=True)) == 1
