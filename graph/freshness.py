"""How old sources are, and which things nobody has confirmed for a long time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph import dates
from graph.schema import ACTORS

if TYPE_CHECKING:
    from graph.ledger import Ledger

USUAL_MONTHS = 12


@dataclass(frozen=True, slots=True)
class SourceAge:
    """A dataset: the day it stands for, whole months since, how many things it describes, how many actors among them are unconfirmed."""

    dataset: str
    title: str
    as_of: str
    months: int
    things: int
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """An actor whom nobody has confirmed for long: when it last was, and by which source (its title)."""

    entity: str
    type: str
    name: str
    last: str
    title: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """Ages of all datasets, the oldest first, and the unconfirmed actors, the longest unconfirmed first."""

    sources: list[SourceAge]
    unconfirmed: list[Unconfirmed]


def freshness(ledger: Ledger, today: str, months: int = USUAL_MONTHS) -> Freshness:
    """Who is how old on ``today`` (ISO day).

    An actor is confirmed by the newest day that any source gives for it: the field "Bestätigt am", else the
    day that the dataset stands for. Unconfirmed are those for whom that is ``months`` whole months ago or more.
    """
    with ledger.reading() as now:
        datasets, entities = {info.name: info for info in now.datasets()}, now.entities()
        last: dict[str, tuple[str, str, str, str]] = {}
        describes: dict[str, set[str]] = defaultdict(set)
        for node in now.nodes():
            entity, day = entities.get(node.key, node.key), str(node.data.get("confirmed", node.as_of))
            describes[node.dataset].add(entity)
            if node.type not in ACTORS:
                continue
            name = str(node.data.get("name", ""))
            if entity not in last or dates.last_day(day) > dates.last_day(last[entity][0]):
                last[entity] = (day, node.type, name or (last[entity][2] if entity in last else node.key), datasets[node.dataset].title)
    waiting = {entity for entity, (day, *_) in last.items() if dates.months_between(day, today) >= months}
    ages = [
        SourceAge(info.name, info.title, info.as_of, dates.months_between(info.as_of, today), len(describes[info.name]), len(describes[info.name] & waiting))
        for info in datasets.values()
    ]
    unconfirmed = [Unconfirmed(entity, kind, name, day, title) for entity, (day, kind, name, title) in last.items() if entity in waiting]
    return Freshness(sorted(ages, key=lambda age: (age.as_of, age.title)), sorted(unconfirmed, key=lambda thing: (thing.last, thing.name.casefold())))
