"""Filters by theme, stage and target group, and how many they would leave."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from graph import schema
from graph.snapshot import Places
from views.state import Choice

Mask = np.ndarray[Any, np.dtype[np.bool_]]

FIELDS = {"Theme": "themes", "Stage": "stages", "TargetGroup": "groups"}
"""Facet (a node type) -> the field of :class:`views.state.Choice` that holds what is chosen of it."""


@dataclass(frozen=True)
class Value:
    """One value of a facet: how many actors of the picture work for it."""

    id: str
    name: str
    count: int
    on: bool


class Served:
    """Who works for what (``queries.network.facets``), ready to be asked for every picture: actors and values as places."""

    def __init__(self, facets: pd.DataFrame, nodes: pd.DataFrame) -> None:
        self.table = facets
        self.ids: pd.Index[str] = nodes.index
        order = nodes["order"] if "order" in nodes.columns else pd.Series(dtype=float)
        self._of: dict[str, _Facet] = {}
        for facet in FIELDS:
            mine = facets[facets["facet"] == facet]
            values, ids = pd.factorize(mine["value"])
            names = mine.drop_duplicates("value")["name"].astype(str).tolist()
            ranks = order.reindex(ids).fillna(99.0).tolist()
            listed = sorted(range(len(ids)), key=lambda at, ids=ids, names=names, ranks=ranks: (ranks[at], names[at].casefold(), ids[at]))  # type: ignore[misc]
            self._of[facet] = _Facet(self.ids.get_indexer(pd.Index(mine["actor"], dtype=object)), values, list(ids), names, listed)

    def of(self, facet: str) -> _Facet:
        """The values of one facet."""
        return self._of[facet]

    def working_for(self, facet: str, chosen: Collection[str]) -> Mask:
        """Which nodes work for one of the ``chosen`` values."""
        mine = self._of[facet]
        wanted = np.array([value in chosen for value in mine.ids], dtype=bool)
        found = np.zeros(len(self.ids), dtype=bool)
        if len(wanted):
            found[mine.actors[wanted[mine.values] & (mine.actors >= 0)]] = True
        return found


@dataclass(frozen=True, eq=False)
class _Facet:
    """Pairs of an actor (its place in ``nodes``) and a value (its place in ``ids``); ``listed`` has the values in the order in which people read them."""

    actors: Places
    values: Places
    ids: list[str]
    names: list[str]
    listed: list[int]

    def counts(self, among: Mask) -> Places:
        """How many of these nodes work for each value."""
        return np.bincount(self.values[among[self.actors] & (self.actors >= 0)], minlength=len(self.ids))


def kept(actors: pd.Index[str], served: Served, choice: Choice) -> pd.Index[str]:
    """Those of ``actors`` that work for one of the chosen values of every facet in which something is chosen."""
    chosen = _chosen(choice)
    if not chosen:
        return actors
    places = served.ids.get_indexer(actors)
    left = places >= 0
    for facet, values in chosen.items():
        left &= served.working_for(facet, values)[places]
    return actors[left]


def values(actors: pd.Index[str], served: Served, choice: Choice) -> dict[str, list[Value]]:
    """For each facet its values, with how many of ``actors`` work for each as the other facets leave them.

    Stages stand from early to late, other values by name. One that would leave nobody is left out, unless it is chosen.
    """
    places = served.ids.get_indexer(actors)
    everyone = np.zeros(len(served.ids), dtype=bool)
    everyone[places[places >= 0]] = True
    chosen = _chosen(choice)
    working = {facet: served.working_for(facet, wanted) for facet, wanted in chosen.items()}
    out: dict[str, list[Value]] = {}
    for facet in FIELDS:
        left = everyone.copy()
        for other, mine in working.items():
            if other != facet:
                left &= mine
        of, on = served.of(facet), set(chosen.get(facet, ()))
        counts = of.counts(left)
        out[facet] = [Value(of.ids[at], of.names[at], int(counts[at]), of.ids[at] in on) for at in of.listed if counts[at] or of.ids[at] in on]
    return out


def common_theme(actors: Sequence[str], served: Served) -> str:
    """The name of a theme that is said of every one of ``actors``, the first by name; "" where there is none."""
    if not actors:
        return ""
    facets = served.table
    mine = facets[(facets["facet"] == "Theme") & facets["itself"].astype(bool) & facets["actor"].isin(list(actors))]
    shared = mine.groupby("name")["actor"].nunique()
    return min((str(name) for name, n in shared.items() if n == len(set(actors))), default="")


def in_words(nodes: pd.DataFrame, choice: Choice, language: str) -> list[str]:
    """The chosen filters for people: "Thema: Sprache oder Lesen"."""
    either = " oder " if language == "de" else " or "
    return [
        f"{schema.NODES[facet].label.in_(language)}: {either.join(str(nodes['name'].get(v, v)) for v in chosen)}" for facet, chosen in _chosen(choice).items()
    ]


def _chosen(choice: Choice) -> Mapping[str, tuple[str, ...]]:
    return {facet: getattr(choice, field) for facet, field in FIELDS.items() if getattr(choice, field)}
