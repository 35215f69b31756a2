"""What the ledger notes about the graph that it was last given to: which one, which version, and the hash of every element."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from graph import ledger_tables as tables
from graph.ledger_records import Projected
from graph.ledger_tables import current_version, insert_many, now

_AT_ONCE = 20_000

Item = TypeVar("Item")


def about(connection: Connection) -> Projected:
    """Which graph the notes are about, and which version of the ledger it was given."""
    found = dict(connection.execute(select(tables.meta.c.name, tables.meta.c.value)).all())
    return Projected(found.get("graph_id", ""), int(found.get("graph_version", -1)), found.get("graph_place", ""))


def note(
    connection: Connection, graph_id: str, version: int, put: Iterable[tuple[str, bytes]], drop: Iterable[str], *, fresh: bool, place: str
) -> None:
    """Notes what was written (id and hash) and deleted. All that was noted before is forgotten for another graph, or with ``fresh``."""
    table = tables.projection
    remove = delete(table).where(table.c.id == bindparam("of_id"))
    last = connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == "graph_id"))
    if fresh or last != graph_id:
        connection.execute(delete(table))
    empty = connection.execute(select(table.c.id).limit(1)).first() is None
    for chunk in _chunks(drop):
        connection.execute(remove, [{"of_id": id} for id in chunk])
    for pairs in _chunks(put):
        if not empty:
            connection.execute(remove, [{"of_id": id} for id, _ in pairs])
        insert_many(connection, table, ("id", "hash"), pairs)
    for name, value in (("graph_id", graph_id), ("graph_version", str(version)), ("graph_place", place)):
        if not connection.execute(update(tables.meta).where(tables.meta.c.name == name).values(value=value)).rowcount:
            connection.execute(insert(tables.meta).values(name=name, value=value))


def put_back(connection: Connection, seen: int, detail: str, user: str) -> int:
    """Forgets the notes, and gives a ledger out of a backup a version (returned) above ``seen`` and every one it had."""
    version = max(seen, current_version(connection)) + 1
    connection.execute(update(tables.meta).where(tables.meta.c.name == "version").values(value=str(version)))
    connection.execute(delete(tables.meta).where(tables.meta.c.name.startswith("graph_", autoescape=True)))
    connection.execute(delete(tables.projection))
    connection.execute(insert(tables.audit).values(at=now(), user=user, action="restore", detail=detail))
    return version


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in lists of a size that the database takes at once."""
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
