"""Filters by theme, stage and target group, and how many they would leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from graph import schema
from views.state import Choice

FIELDS = {"Theme": "themes", "Stage": "stages", "TargetGroup": "groups"}
"""Facet (a node type) -> the field of :class:`views.state.Choice` that holds what is chosen of it."""


@dataclass(frozen=True)
class Value:
    """One value of a facet: how many actors of the picture work for it."""

    id: str
    name: str
    count: int
    on: bool


def kept(actors: pd.Index[str], facets: pd.DataFrame, choice: Choice) -> pd.Index[str]:
    """Those of ``actors`` that work for one of the chosen values of every facet in which something is chosen.

    ``facets`` as of ``queries.network.facets``.
    """
    for facet, chosen in _chosen(choice).items():
        actors = actors[actors.isin(_serving(facets, facet, chosen))]
    return actors


def values(actors: pd.Index[str], facets: pd.DataFrame, choice: Choice, nodes: pd.DataFrame) -> dict[str, list[Value]]:
    """For each facet its values, with how many of ``actors`` work for each as the other facets leave them.

    Stages stand from early to late, other values by name. One that would leave nobody is left out, unless it is chosen.
    """
    chosen = _chosen(choice)
    out: dict[str, list[Value]] = {}
    for facet in FIELDS:
        left = actors
        for other, wanted in chosen.items():
            if other != facet:
                left = left[left.isin(_serving(facets, other, wanted))]
        mine = facets[facets["facet"] == facet]
        counts = mine.loc[mine["actor"].isin(left), "value"].value_counts()
        names = mine.drop_duplicates("value").set_index("value")["name"]
        on = set(chosen.get(facet, ()))
        order = nodes["order"].reindex(names.index) if "order" in nodes.columns else pd.Series(dtype=float)
        listed = sorted(names.index, key=lambda value: (order.fillna(99.0).get(value, 99.0), str(names[value]).casefold(), value))
        out[facet] = [Value(str(v), str(names[v]), int(counts.get(v, 0)), v in on) for v in listed if v in on or counts.get(v, 0)]
    return out


def common_theme(actors: Sequence[str], facets: pd.DataFrame) -> str:
    """The name of a theme that is said of every one of ``actors``, the first by name; "" where there is none."""
    mine = facets[(facets["facet"] == "Theme") & facets["itself"].astype(bool) & facets["actor"].isin(list(actors))]
    shared = mine.groupby("name")["actor"].nunique()
    return min((str(name) for name, n in shared.items() if actors and n == len(set(actors))), default="")


def in_words(nodes: pd.DataFrame, choice: Choice, language: str) -> list[str]:
    """The chosen filters for people: "Thema: Sprache oder Lesen"."""
    either = " oder " if language == "de" else " or "
    return [
        f"{schema.NODES[facet].label.in_(language)}: {either.join(str(nodes['name'].get(v, v)) for v in chosen)}" for facet, chosen in _chosen(choice).items()
    ]


def _chosen(choice: Choice) -> Mapping[str, tuple[str, ...]]:
    return {facet: getattr(choice, field) for facet, field in FIELDS.items() if getattr(choice, field)}


def _serving(facets: pd.DataFrame, facet: str, wanted: tuple[str, ...]) -> set[str]:
    return set(facets.loc[(facets["facet"] == facet) & facets["value"].isin(list(wanted)), "actor"])
