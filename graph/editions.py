"""What came and went between two editions of a register: new and closed (or renumbered) things. Nothing is deleted for it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.ledger_records import DatasetInfo, StoredNode
from graph.model import Value

if TYPE_CHECKING:
    from graph.ledger import Ledger

_EDITION = re.compile(r"([^:]+):\d{4}(?:[/-]\d{2,4})?")
"""The name of a dataset that is one edition of a register: ``schools_nrw:2024/25``."""

_OFFICIAL = 20
"""The least rank of a register (:class:`graph.records.Dataset`); a list named after a year is none."""


@dataclass(frozen=True, slots=True)
class EditionChange:
    """A thing that only some editions name. ``kind`` is "gone" (only older ones name it) or "new" (only the newest does).

    ``named_in`` and ``missing_in`` are titles of datasets.
    """

    entity: str
    type: str
    name: str
    kind: str
    named_in: str
    missing_in: str


def editions(ledger: Ledger) -> list[EditionChange]:
    """What the newest edition of each register no longer names, or names for the first time, by name.

    Only what both editions cover is compared: an edition may have been read for one town, and one may list kinds of
    institutions (offices beside schools) that the other leaves out as a whole.
    """
    found: list[EditionChange] = []
    with ledger.reading() as now:
        registers: dict[str, list[DatasetInfo]] = defaultdict(list)
        for info in now.datasets():
            if info.rank >= _OFFICIAL and (named := _EDITION.fullmatch(info.name)):
                registers[named[1]].append(info)
        several = {info.name for infos in registers.values() if len(infos) > 1 for info in infos}
        if not several:
            return found
        entities = now.entities()
        said: dict[str, dict[str, StoredNode]] = defaultdict(dict)
        for node in now.nodes():
            if node.dataset in several and "gemeinde" in node.data:
                said[node.dataset].setdefault(entities.get(node.key, node.key), node)
    for infos in registers.values():
        *older, newest = sorted(infos, key=lambda info: (info.as_of, info.name))
        if older:
            found += _between(older, newest, said)
    return sorted(found, key=lambda change: (change.kind, change.name.casefold()))


def _between(older: list[DatasetInfo], newest: DatasetInfo, said: dict[str, dict[str, StoredNode]]) -> list[EditionChange]:
    now = said[newest.name]
    before: dict[str, tuple[StoredNode, str]] = {}
    for info in older:
        before |= {entity: (node, info.title) for entity, node in said[info.name].items()}
    covers, covered = _Cover(now.values()), _Cover(node for info in older for node in said[info.name].values())
    gone = [
        EditionChange(entity, node.type, _name(node), "gone", title, newest.title)
        for entity, (node, title) in before.items() if entity not in now and node in covers
    ]
    new = [
        EditionChange(entity, node.type, _name(node), "new", newest.title, older[-1].title)
        for entity, node in now.items() if entity not in before and node in covered
    ]
    return gone + new


class _Cover:
    """What an edition is about: the Gemeinden and the kinds of things that it names at all."""

    def __init__(self, nodes: Iterable[StoredNode]) -> None:
        self._places: set[Value] = set()
        self._kinds: set[Value] = set()
        for node in nodes:
            self._places.add(node.data["gemeinde"])
            self._kinds.add(node.data.get("kind", ""))

    def __contains__(self, node: StoredNode) -> bool:
        return node.data["gemeinde"] in self._places and node.data.get("kind", "") in self._kinds


def _name(node: StoredNode) -> str:
    return str(node.data.get("name", node.key))
