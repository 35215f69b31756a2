"""Where two sources disagree on a field: what shows, and what the others say, each with its source and date."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyproj

from graph.folded import Fold
from graph.ledger_records import StoredNode
from graph.model import Text
from graph.precedence import COORDINATE, Precedence, coordinate
from graph.records import Where
from graph.sameness import alike
from graph.schema import NODES
from graph.values import plain

if TYPE_CHECKING:
    from graph.ledger import Ledger

NEAR_KM = 1.0
"""Two coordinates that are nearer to each other mean the same place: a building has several entrances."""

OUTSIDE = "außerhalb aller Gebiete"
"""Where a coordinate lies that no area holds."""

PLACE = "place"
"""The ``field`` of a conflict between a stated place and the place where the coordinate lies."""

COORDINATES = "coordinates"
"""The ``field`` of a conflict between two coordinates."""

_SILENT_KINDS = frozenset({"longtext", "geometry", "extra", "reference"})
_SILENT = frozenset({"short", "confirmed", *COORDINATE})
"""Free text never agrees; a short name and a confirmation are a source's own."""

_EARTH = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Said:
    """What one dataset says; ``value`` of a coordinate is "latitude, longitude" in degrees, and ``distance_km`` how far it is from the one that shows."""

    value: Any
    dataset: str
    title: str
    as_of: str
    where: Where
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field of a thing on which sources disagree: what shows, and every other value, with the first source that says it.

    Coordinates have a distance: ``distance_km`` is that of the furthest.
    """

    entity: str
    type: str
    name: str
    field: str
    shown: Said
    others: tuple[Said, ...]
    distance_km: float | None = None

    @property
    def personal(self) -> bool:
        """May only some roles see it?"""
        return self.type == "Person" or any(field.name == self.field and field.personal for field in NODES[self.type].fields)


def conflicts(ledger: Ledger) -> list[Conflict]:
    """Every disagreement between datasets, by type and name of the thing.

    What shows follows the rule of :mod:`graph.precedence`. Values count as equal that only differ in case,
    spaces, the writing of a street, a phone number or an address of the net, of which one only is more exact
    (:func:`graph.sameness.alike`), or that lie less than a kilometre apart.
    """
    with ledger.reading() as now:
        entities, datasets = now.entities(), now.datasets()
        said = _described_twice(now.nodes(), entities)
    order, titles = Precedence(datasets).place, {info.name: info.title for info in datasets}
    found: list[Conflict] = []
    for entity, records in said.items():
        if len({record.dataset for record in records}) > 1:
            records.sort(key=lambda record: order[record.dataset])
            found += _of_one(entity, records, titles)
    return sorted(found, key=lambda conflict: (conflict.type, conflict.name.casefold(), conflict.field))


def place_conflicts(fold: Fold) -> list[Conflict]:
    """Stated places that the coordinate contradicts, as conflicts of the field ``PLACE``; the values are names of areas."""
    found = []
    for conflict in fold.conflicts:
        props = fold.nodes[conflict.id].props
        title, as_of = str(props["source"]), str(props["as_of"])
        stated = Said(" und ".join(conflict.stated), "", title, as_of, Where())
        found.append(Conflict(conflict.id, conflict.type, conflict.name, PLACE, stated, (Said(conflict.found or OUTSIDE, "", title, as_of, Where()),)))
    return found


def field_label(conflict: Conflict) -> Text:
    """What the field of a conflict is called."""
    words_of = {PLACE: Text("Gebiet", "Area"), COORDINATES: Text("Koordinate", "Coordinate")}
    return words_of.get(conflict.field) or NODES[conflict.type].field(conflict.field).label


def in_words(conflict: Conflict, said: Said) -> str:
    """What is said, as a person reads it in German: the word of a choice, "ja" for true."""
    known = {field.name: field for field in NODES[conflict.type].fields}.get(conflict.field)
    choice = known.choice(said.value) if known else None
    return choice.label.de if choice else plain(said.value)


def _described_twice(nodes: Iterable[StoredNode], entities: Mapping[str, str]) -> dict[str, list[StoredNode]]:
    """The records of each thing that may have several. ``nodes`` come ordered by key; what has one key and one record is not kept."""
    keys = Counter(entities.values())
    said: dict[str, list[StoredNode]] = defaultdict(list)
    for key, same_key in groupby(nodes, lambda node: node.key):
        records, entity = list(same_key), entities.get(key, key)
        if len(records) > 1 or keys[entity] > 1:
            said[entity] += records
    return said


def _of_one(entity: str, records: list[StoredNode], titles: Mapping[str, str]) -> Iterable[Conflict]:
    kind = records[0].type
    name = next((str(record.data["name"]) for record in records if "name" in record.data), entity)

    def said(record: StoredNode, value: object) -> Said:
        return Said(value, record.dataset, titles[record.dataset], record.as_of, record.where)

    for field in NODES[kind].fields:
        if field.kind in _SILENT_KINDS or field.name in _SILENT or field.identifier:
            continue
        values = [(record, record.data[field.name]) for record in records if field.name in record.data]
        told = values[:1]
        for record, value in values[1:]:
            if record.dataset != told[0][0].dataset and not any(alike(field.kind, value, known) for _, known in told):
                told.append((record, value))
        if len(told) > 1:
            shown, *others = (said(record, value) for record, value in told)
            yield Conflict(entity, kind, name, field.name, shown, tuple(others))
    yield from _apart(entity, kind, name, records, said)


def _apart(entity: str, kind: str, name: str, records: list[StoredNode], said: Callable[[StoredNode, object], Said]) -> Iterable[Conflict]:
    best = coordinate([record.data for record in records])
    if best is None:
        return
    shown, here = records[best], records[best].data
    far = []
    for record in records:
        if record.dataset != shown.dataset and "lat" in record.data and "lon" in record.data:
            metres = _EARTH.inv(here["lon"], here["lat"], record.data["lon"], record.data["lat"])[2]
            if metres > NEAR_KM * 1000:
                far.append(replace(said(record, _degrees(record.data)), distance_km=round(metres / 1000, 1)))
    if far:
        furthest = max(other.distance_km or 0 for other in far)
        yield Conflict(entity, kind, name, COORDINATES, said(shown, _degrees(here)), tuple(far), furthest)


def _degrees(data: Mapping[str, Any]) -> str:
    return f"{data['lat']:.5f}, {data['lon']:.5f}"
