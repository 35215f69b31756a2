"""Looking things up by name, key or identifier, for sources that refer to what others brought."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, select

from graph.ledger_records import folded
from graph.ledger_tables import dataset, entity, node


def find(connection: Connection, name: str, types: Iterable[str], without: str) -> list[str]:
    """Keys of things called ``name``, one for each thing; see ``Ledger.find``."""
    query = select(node.c.key, entity.c.entity).outerjoin_from(node, entity, entity.c.key == node.c.key).where(node.c.name == folded(name))
    things: dict[str, str] = {}
    for key, belongs in connection.execute(_narrowed(query, list(types), without).order_by(node.c.key)):
        things.setdefault(belongs or key, key)
    return list(things.values())


def exists(connection: Connection, key: str, types: Iterable[str], without: str) -> bool:
    """Is there a thing under this key or identifier; see ``Ledger.exists``."""
    named, member, wanted = entity.alias(), entity.alias(), list(types)
    query = _narrowed(select(node.c.key).limit(1), wanted, without)
    if connection.execute(query.where(node.c.key == key)).first() is not None:
        return True
    query = query.join_from(named, member, member.c.entity == named.c.entity).join(node, node.c.key == member.c.key)
    return connection.execute(query.where(named.c.key == key)).first() is not None


def _narrowed(query: Select[Any], types: list[str], without: str) -> Select[Any]:
    if types:
        query = query.where(node.c.type.in_(types))
    if without:
        query = query.where(node.c.dataset.not_in(select(dataset.c.id).where(dataset.c.name == without)))
    return query


class Others:
    """The things that all datasets but one describe, in memory: a source may ask for every row of a large file.

    Nothing of it can change while that dataset's run holds the write transaction.
    """

    def __init__(self, connection: Connection, without: str) -> None:
        rows = connection.execute(
            _narrowed(select(node.c.key, node.c.type, node.c.name, entity.c.entity).outerjoin_from(node, entity, entity.c.key == node.c.key), [], without)
            .order_by(node.c.key)
        ).all()
        self._named: dict[str, list[tuple[str, str, str]]] = {}
        self._types: dict[str, str] = {}
        things: dict[str, str] = {}
        for key, of, name, belongs in rows:
            self._types[key] = of
            things[belongs or key] = of
            self._named.setdefault(name, []).append((key, of, belongs or key))
        for key, belongs in connection.execute(select(entity.c.key, entity.c.entity)):
            if belongs in things:
                self._types.setdefault(key, things[belongs])

    def find(self, name: str, types: Iterable[str]) -> list[str]:
        """As ``Ledger.find``."""
        wanted = frozenset(types)
        things: dict[str, str] = {}
        for key, of, thing in self._named.get(folded(name), ()):
            if not wanted or of in wanted:
                things.setdefault(thing, key)
        return list(things.values())

    def exists(self, key: str, types: Iterable[str]) -> bool:
        """As ``Ledger.exists``."""
        of = self._types.get(key)
        wanted = tuple(types)
        return of is not None and (not wanted or of in wanted)
