"""A whole ledger moves from a file into a database and back, and goes on as if nothing had been."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from graph import ledger_copy
from graph.ledger import Ledger, LedgerError
from graph.ledger_tables import metadata
from graph.records import Edge
from tests.ledger_words import LIST, REGISTER, say, school


def everything(location: Path | str) -> dict[str, list[tuple[object, ...]]]:
    with Ledger.open(location) as ledger, ledger._reading() as connection:
        return {table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))] for table in metadata.sorted_tables}


@pytest.fixture
def full(tmp_path: Path) -> Path:
    path = tmp_path / "desk" / "ledger.sqlite"
    with Ledger.open(path) as ledger:
        say(ledger, [school("a", "GGS „Ärmel“ 🏫\n2\t\\N"), school("b", "B"), Edge("COOPERATES_WITH", "a", "b", {"basis": "agreed"})], report={"ä": [1]})
        say(ledger, [school("a", "A neu", schulnummer="101321")])
        say(ledger, [school("c", "C")], REGISTER)
        number = ledger.judge("a", "c", "same", user="erika", reason="angerufen")
        ledger.take_back(number, user="max", reason="doch nicht")
        ledger.set_projection("g1", 2, [("x", b"\x00\xff\\")], ())
    return path


def test_a_ledger_moves_and_comes_back_the_same(full: Path, new_location: Callable[[], Path | str], tmp_path: Path) -> None:
    location, before = new_location(), everything(full)
    with Ledger.open(location) as ledger:
        say(ledger, [school("alt", "Weg")])
    replaced = everything(location)
    ledger_copy.from_file(full, location, beside=tmp_path / "beside.sqlite")
    assert everything(location) == before and len(before["past_node"]) > 0
    assert everything(tmp_path / "beside.sqlite") == replaced
    ledger_copy.to_file(location, tmp_path / "back.sqlite")
    assert everything(tmp_path / "back.sqlite") == before
    with Ledger.open(location) as ledger:
        assert max(run.id for run in ledger.runs()) == 3
        say(ledger, [school("d", "D")], REGISTER)
        assert ledger.runs()[0].id == 4 and ledger.audit_log()[-1].id == len(before["audit"]) + 1
        ledger.take_back_run(4, user="erika")
        ledger.take_back_run(next(run.id for run in ledger.runs(LIST.name) if run.can_take_back), user="erika")
        assert [node.data["name"] for node in ledger.nodes() if node.dataset == LIST.name] == ["GGS „Ärmel“ 🏫\n2\t\\N", "B"]


def test_a_copy_that_breaks_off_leaves_what_was(
    full: Path, new_location: Callable[[], Path | str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = new_location()
    with Ledger.open(location) as ledger:
        say(ledger, [school("alt", "Bleibt")])
    before = everything(location)
    older = tmp_path / "older.sqlite"
    Ledger.open(older).close()
    with pytest.raises(LedgerError, match="hat schon Stand 1,.*nur Stand 0"):
        ledger_copy.from_file(older, location)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(ledger_copy, "insert_many", fail)
        ledger_copy.from_file(full, location)
    assert everything(location) == before
    with Ledger.open(location) as ledger, ledger.begin(LIST) as run:
        with pytest.raises(LedgerError, match="wird gerade von einem anderen Vorgang geschrieben"):
            ledger_copy.from_file(full, location, wait=0.1)
        run.cancel()


def test_nothing_is_overwritten_and_nothing_made_up(full: Path, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="gibt es schon"):
        ledger_copy.to_file(full, full)
    with pytest.raises(LedgerError, match="gibt es nicht"):
        ledger_copy.from_file(tmp_path / "fehlt.sqlite", full)
    assert not (tmp_path / "fehlt.sqlite").exists()
