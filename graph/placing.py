"""Where things are: PART_OF and LOCATED_IN edges that follow from shapes, coordinates and municipality keys.

What a source states goes before what a coordinate says: geocoding errs by kilometres, a register does not
err about the Gemeinde. A coordinate makes a stated place finer, or stands alone where nothing is stated;
where it contradicts, the contradiction is reported and the statement stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from graph import dates
from graph.folded import Fold, FoldedEdge, FoldedNode, PlaceConflict, Props, Unplaced, edge_id
from graph.places import NESTED_LEVELS, AreaIndex, AreaShape
from graph.schema import EDGES, NODES

FROM_COORDINATES = "aus Koordinaten"
FROM_SHAPES = "aus Flächen"
NO_PLACE = "keine Koordinate und kein Gebiet angegeben"
OUTSIDE = "liegt außerhalb aller Gebiete"

_LOCATED = frozenset(EDGES["LOCATED_IN"].start_types)
_PLACED = frozenset(name for name, kind in NODES.items() if kind.placed)


def place(fold: Fold, open_places: Mapping[str, str], area_of_key: Callable[[str], str | None]) -> None:
    """Adds what follows from places to ``fold``: derived edges, ``conflicts``, ``unplaced``, ``area_problems``.

    ``open_places`` names for a thing the stated area that nothing in the ledger is (its key);
    ``area_of_key`` gives the entity for a key like ``ags:05112000``.
    """
    areas = {key: node for key, node in fold.nodes.items() if node.type == "Area"}
    index = AreaIndex(AreaShape(key, str(node.props.get("level", "")), _text(node.props.get("geometry"))) for key, node in areas.items())
    fold.area_problems = index.problems
    nesting = _Nesting(areas, index)
    nesting.take_stated(fold.edges.values())
    for part, whole in nesting.derive():
        newest = max(str(areas[part].props["as_of"]), str(areas[whole].props["as_of"]))
        _add(fold, "PART_OF", part, whole, {}, FROM_SHAPES, newest)
    _place_by_municipality_key(fold, areas, area_of_key)
    _place_by_coordinates(fold, index, nesting)
    _list_unplaced(fold, open_places)


class _Nesting:
    """Which area lies within which: over PART_OF edges at any depth, or by their shapes."""

    def __init__(self, areas: Mapping[str, FoldedNode], index: AreaIndex) -> None:
        self._areas = areas
        self._index = index
        self._wholes: dict[str, set[str]] = defaultdict(set)
        self._closures: dict[str, frozenset[str]] = {}

    def take_stated(self, edges: Iterable[FoldedEdge]) -> None:
        for edge in edges:
            if edge.type == "PART_OF" and edge.start in self._areas and edge.end in self._areas:
                self._wholes[edge.start].add(edge.end)

    def derive(self) -> list[tuple[str, str]]:
        """(part, whole) by containment for every area of the nesting that states no whole within the nesting."""
        found: list[tuple[str, str]] = []
        for part in self._areas:
            if not self._nested(part) or any(self._nested(whole) for whole in self._wholes.get(part, ())):
                continue
            whole = self._index.parent(part)
            if whole is not None and part not in self._above(whole, set()):
                found.append((part, whole))
        for part, whole in found:
            self._wholes[part].add(whole)
        self._closures.clear()
        return found

    def within(self, inner: str, outer: str) -> bool:
        """Is ``inner`` the same as ``outer``, a part of it at any depth, or covered by it?"""
        closure = self._closures.get(inner)
        if closure is None:
            closure = self._closures[inner] = frozenset(self._above(inner, set()))
        return outer in closure or self._index.lies_within(inner, outer)

    def compatible(self, point_area: str, stated: str) -> bool:
        """Can something in ``point_area`` be in ``stated`` too: one within the other, or a Sozialraum that reaches into it?"""
        if self.within(point_area, stated) or self.within(stated, point_area):
            return True
        return self._level(stated) == "social_space" and any(
            stated in wholes and self.within(part, point_area) for part, wholes in list(self._wholes.items())
        )

    def name(self, area: str) -> str:
        return str(self._areas[area].props.get("name", area))

    def _above(self, area: str, seen: set[str]) -> set[str]:
        waiting = [area]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen.add(current)
                waiting += self._wholes.get(current, ())
        return seen

    def _level(self, area: str) -> str:
        return str(self._areas[area].props.get("level", ""))

    def _nested(self, area: str) -> bool:
        return self._level(area) in NESTED_LEVELS


def _place_by_municipality_key(fold: Fold, areas: Mapping[str, FoldedNode], area_of_key: Callable[[str], str | None]) -> None:
    """A Gemeindeschlüssel in a list is as good a statement as a register's edge to the Gemeinde."""
    known = {(edge.start, edge.end) for edge in fold.edges.values() if edge.type == "LOCATED_IN"}
    for key, node in fold.nodes.items():
        code = node.props.get("gemeinde")
        if code is None or node.type not in _LOCATED:
            continue
        area = area_of_key(f"ags:{code}")
        if area in areas and (key, area) not in known:
            _add(fold, "LOCATED_IN", key, str(area), {"basis": "register"}, str(node.props["source"]), str(node.props["as_of"]))


def _place_by_coordinates(fold: Fold, index: AreaIndex, nesting: _Nesting) -> None:
    stated = _current_places(fold)
    located = [(key, node) for key, node in fold.nodes.items() if node.type in _LOCATED and "lat" in node.props and "lon" in node.props]
    found = index.finest_of([float(node.props["lon"]) for _, node in located], [float(node.props["lat"]) for _, node in located])
    for (key, node), at_point in zip(located, found, strict=True):
        places = stated.get(key, set())
        if at_point is None:
            if places and all(index.has_shape(area) for area in places):
                fold.conflicts.append(_conflict(key, node, nesting, places, ""))
            continue
        # The statements that count are the finest ones: beside „Laar“ its own „Duisburg“ says nothing.
        finest = {a for a in places if not any(b != a and nesting.within(b, a) and not nesting.within(a, b) for b in places)}
        if any(nesting.within(area, at_point) for area in finest):
            continue  # stated as exactly, or more exactly
        if not finest or any(nesting.compatible(at_point, area) for area in finest):
            _add(fold, "LOCATED_IN", key, at_point, {"basis": "coordinates"}, FROM_COORDINATES, str(node.props["as_of"]))
        else:
            fold.conflicts.append(_conflict(key, node, nesting, finest, nesting.name(at_point)))


def _current_places(fold: Fold) -> dict[str, set[str]]:
    """Stated and register places of each thing; not those that it had left when it was last described."""
    places: dict[str, set[str]] = defaultdict(set)
    for edge in fold.edges.values():
        if edge.type == "LOCATED_IN" and dates.last_day(str(edge.props.get("until", "9999"))) >= str(fold.nodes[edge.start].props["as_of"]):
            places[edge.start].add(edge.end)
    return places


def _conflict(key: str, node: FoldedNode, nesting: _Nesting, places: Iterable[str], found: str) -> PlaceConflict:
    return PlaceConflict(key, node.type, str(node.props.get("name", key)), tuple(sorted(nesting.name(area) for area in places)), found)


def _list_unplaced(fold: Fold, open_places: Mapping[str, str]) -> None:
    placed = {edge.start for edge in fold.edges.values() if edge.type == "LOCATED_IN"}
    reached = {edge.start for edge in fold.edges.values() if edge.type == "SERVES"}
    reached |= {edge.end for edge in fold.edges.values() if edge.type == "RUNS" and edge.start in placed}
    for key, node in fold.nodes.items():
        if node.type not in _PLACED or key in placed:
            continue
        if node.type == "Offer" and key in reached:
            continue  # an Angebot is where it is meant for, or where its Träger is
        if "lat" in node.props and "lon" in node.props:
            reason = OUTSIDE
        elif key in open_places:
            reason = f"das angegebene Gebiet „{open_places[key]}“ ist nicht erfasst"
        else:
            reason = NO_PLACE
        fold.unplaced.append(Unplaced(key, node.type, str(node.props.get("name", key)), reason))


def _add(fold: Fold, kind: str, start: str, end: str, fields: Props, source: str, as_of: str) -> None:
    key = edge_id(kind, start, end, fields)
    if key not in fold.edges:
        fold.edges[key] = FoldedEdge(kind, start, end, {"id": key, "source": source, "as_of": as_of, **fields})


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
