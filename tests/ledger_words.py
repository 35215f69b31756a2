"""What the tests of the ledger say to it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from graph.ledger import Counts, Ledger
from graph.records import Dataset, Node, Record, Where

LIST = Dataset("tables:netz.xlsx", "tables", "Netzwerk", "2026-01-01")
REGISTER = Dataset("schools_nrw:2024/25", "schools_nrw", "Schulverzeichnis", "2024-10-15", rank=20)


def school(key: str, name: str, row: int = 2, **fields: str | int | float | bool) -> Node:
    return Node("Institution", key, {"name": name, "kind": "school", **fields}, Where("netz.xlsx", "Institutionen", row))


def say(ledger: Ledger, records: Iterable[Record], dataset: Dataset = LIST, **options: object) -> Counts:
    with ledger.begin(dataset, **options) as run:  # type: ignore[arg-type]
        for record in records:
            run.put(record)
        return run.finish()


def content(ledger: Ledger) -> list[object]:
    return [*ledger.nodes(), *ledger.edges()]


def rows(ledger: Ledger, sql: str) -> list[tuple[object, ...]]:
    """What stands in the tables, past the ledger's own words."""
    with ledger._reading() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]
