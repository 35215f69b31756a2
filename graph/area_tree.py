"""Which area is part of which: Kommune, Stadtbezirk, Stadtteil, and the Sozialräume beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from graph.places import NESTED_LEVELS


class AreaTree:
    """Areas and their parts: Stadtteile in a Bezirk, and Stadtteile in a Sozialraum."""

    def __init__(self, order: Mapping[str, tuple[int, str]], parents: Mapping[str, Sequence[str]], social_spaces: frozenset[str]) -> None:
        """``order`` sorts the areas (depth of the level, name); ``parents`` are the wholes that an area is part of."""
        self._order = order
        self._social_spaces = social_spaces
        self._parents = {area: sorted(wholes, key=self._rank) for area, wholes in parents.items()}
        parts: dict[str, list[str]] = defaultdict(list)
        for area, wholes in self._parents.items():
            for whole in wholes:
                parts[whole].append(area)
        self._children = {whole: sorted(areas, key=self._rank) for whole, areas in parts.items()}

    @classmethod
    def of(cls, nodes: pd.DataFrame, edges: pd.DataFrame) -> AreaTree:
        """The tree of the areas among ``nodes`` over their PART_OF edges."""
        frame = nodes[nodes["type"] == "Area"]
        levels = frame["level"] if "level" in frame.columns else pd.Series(None, index=frame.index, dtype=object)
        depth = {level: position for position, level in enumerate(NESTED_LEVELS)}
        order = {
            key: (depth.get(level, len(depth)), name if isinstance(name, str) else key)
            for key, level, name in zip(frame.index, levels, frame["name"], strict=True)
        }
        parents: dict[str, list[str]] = defaultdict(list)
        part_of = edges[edges["type"] == "PART_OF"]
        for start, end in zip(part_of["start"], part_of["end"], strict=True):
            if start in order and end in order and end not in parents[start]:
                parents[start].append(end)
        return cls(order, parents, frozenset(key for key, level in zip(frame.index, levels, strict=True) if level == "social_space"))

    @property
    def roots(self) -> list[str]:
        """Areas that are part of no other in the nesting, coarse ones first; Sozialräume are not among them."""
        return sorted((a for a in self._order if a not in self._social_spaces and self.parent(a) is None), key=self._rank)

    @property
    def social_spaces(self) -> list[str]:
        """The Sozialräume, by name."""
        return sorted(self._social_spaces, key=self._rank)

    def children(self, area: str) -> list[str]:
        """The direct parts of an area (of a Sozialraum its Stadtteile), coarse ones first, then by name."""
        return list(self._children.get(area, ()))

    def parent(self, area: str) -> str | None:
        """The area that this one is part of in the nesting (the finest one); a Sozialraum is no such parent."""
        nested = [whole for whole in self._parents.get(area, ()) if whole not in self._social_spaces]
        return nested[-1] if nested else None

    def within(self, areas: Iterable[str]) -> set[str]:
        """These areas and everything that is part of them, at any depth."""
        found: set[str] = set()
        waiting = list(areas)
        while waiting:
            area = waiting.pop()
            if area not in found:
                found.add(area)
                waiting += self._children.get(area, ())
        return found

    def path(self, area: str) -> list[str]:
        """The area itself, its parent, and so on up to the coarsest."""
        way = [area]
        while (parent := self.parent(way[-1])) is not None and parent not in way:
            way.append(parent)
        return way

    def _rank(self, area: str) -> tuple[int, str, str]:
        return (*self._order.get(area, (len(NESTED_LEVELS), "")), area)
