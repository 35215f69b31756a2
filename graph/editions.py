"""What came and went between two editions of a register: new and closed (or renumbered) things. Nothing is deleted for it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.ledger_records import DatasetInfo, StoredNode

if TYPE_CHECKING:
    from graph.ledger import Ledger

_EDITION = re.compile(r"([^:]+):\d{4}(?:[/-]\d{2,4})?")
"""The name of a dataset that is one edition of a register: ``schools_nrw:2024/25``."""


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

    Only things with a Gemeinde that both editions cover are compared: an edition may have been read for one town.
    """
    found: list[EditionChange] = []
    with ledger.reading() as now:
        registers: dict[str, list[DatasetInfo]] = defaultdict(list)
        for info in now.datasets():
            if named := _EDITION.fullmatch(info.name):
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
    return sorted(found, key=lambda change: (change.kind, change.name))


def _between(older: list[DatasetInfo], newest: DatasetInfo, said: dict[str, dict[str, StoredNode]]) -> list[EditionChange]:
    now = said[newest.name]
    covered = {node.data["gemeinde"] for node in now.values()}
    before: dict[str, tuple[StoredNode, str]] = {}
    covered_before = set()
    for info in older:
        for entity, node in said[info.name].items():
            before[entity] = (node, info.title)
            covered_before.add(node.data["gemeinde"])
    gone = [
        EditionChange(entity, node.type, _name(node), "gone", title, newest.title)
        for entity, (node, title) in before.items() if entity not in now and node.data["gemeinde"] in covered
    ]
    new = [
        EditionChange(entity, node.type, _name(node), "new", newest.title, older[-1].title)
        for entity, node in now.items() if entity not in before and node.data["gemeinde"] in covered_before
    ]
    return gone + new


def _name(node: StoredNode) -> str:
    return str(node.data.get("name", node.key))
