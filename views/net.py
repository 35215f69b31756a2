"""The Netz: who stands with whom (by sector, area or community), and where everybody stands.

Positions are computed once for each scope and grouping, stored, and kept: newcomers are put near their
neighbours. Up to ``SMALL`` actors every symbol has room for its name (:mod:`views.forces`); more are placed by
:mod:`views.two_levels`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from views import communities, forces, newcomers, two_levels
from views.folding import bands
from views.layout import LEFT, RIGHT, Plan
from views.packing import places
from views.positions import Points, Positions

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

SMALL = 600
GROUPINGS = ("sector", "area", "community")
CENTRE = ""
"""The group of those who belong to no hull: Gremien, Projekte, Ziele, in the middle of the Netz."""
ELSEWHERE = "elsewhere"
"""The group of those who are alone in their area or of no area."""
LOOSE = "loose"
"""The group of those who are in no community, or in one of two only."""

_NAMES = {"sector": "netz", "area": "netz-areas", "community": "netz-communities"}
_WHOLE = "-whole"
_MEMBERS = "-members"
_FEW = 0.2
"""With a smaller share of known positions than this, newcomers are placed afresh instead of one by one."""


@dataclass(frozen=True)
class Groups:
    """``of``: the number of each actor's group in ``names``; ``names[0]`` is ``CENTRE``; ``heads``: who a community is named after, by place."""

    of: Integers
    names: list[str]
    heads: dict[int, int]


def plan(actors: pd.DataFrame, ties: pd.DataFrame, *, scope: str, positions: Positions, grouping: str = "", whole: bool = False) -> tuple[Plan, str]:
    """Groups and places ``actors`` (folded or whole), keeps the positions of those who are new, and says under which name they are kept.

    ``grouping`` is one of ``GROUPINGS``; "" takes what this scope was grouped by before, else what suits it.
    """
    links = links_of(actors.index, ties)
    suffix = _WHOLE if whole else ""
    stored = {g: positions.load(_NAMES[g] + suffix, scope) for g in ([grouping] if grouping else ["area", "sector"])}
    if not grouping:
        stood = next((g for g, points in stored.items() if points), "")
        grouping = stood or ("area" if (whole or not actors["members"].any()) and spreads_over_areas(actors) else "sector")
    drawing = _NAMES[grouping] + suffix
    known = _known(actors.index, stored[grouping])
    groups = _grouped(actors, ties, links, grouping, drawing, scope, positions)
    if np.isnan(known[:, 0]).any():
        # Two who open the same picture at once: the second waits, and finds the positions of the first.
        with positions.arranging(drawing, scope):
            known = _known(actors.index, positions.load(drawing, scope))
            fresh = np.isnan(known[:, 0])
            spots = placed(groups.of, len(groups.names) - 1, links, known) if fresh.any() else known
            positions.save(drawing, scope, _points(actors.index[fresh], spots[fresh]))
    else:
        spots = known
    return _plan(actors.index, spots, groups), drawing


def placed(group: Integers, regions: int, links: Integers, known: Array) -> Array:
    """A position in the unit square for each actor; those that ``known`` has (not NaN) come back exactly.

    ``group`` is 0 for the middle, else one of ``regions``; ``links`` is (m, 2). No two fresh positions are equal.
    """
    if len(group) <= SMALL:
        return forces.place(group, regions, links, known)
    old = ~np.isnan(known[:, 0])
    if old.mean() >= _FEW:
        unit = newcomers.start(np.where(old[:, None], known, 0.5), old, links, group)
    else:
        spots = two_levels.place(links, group, centre=0 if (group == 0).any() else None)
        low, high = spots.min(axis=0), spots.max(axis=0)
        unit = newcomers.MARGIN + (spots - low) / np.maximum(high - low, 1e-9) * (1 - 2 * newcomers.MARGIN)
    if not old.any():
        return _distinct(np.round(unit, 5))
    rooms = np.sqrt(len(group) * 2.5)
    unit[old] = known[old]
    unit = newcomers.settle(unit, old, np.array([rooms * np.sqrt(two_levels.ASPECT), rooms / np.sqrt(two_levels.ASPECT)]))
    return np.where(old[:, None], known, np.round(unit, 6))


def _distinct(unit: Array) -> Array:
    """Rounding may bring two symbols onto one spot: the second one moves by the width of a hair."""
    while True:
        again = np.ones(len(unit), dtype=bool)
        again[np.unique(unit, axis=0, return_index=True)[1]] = False
        if not again.any():
            return unit
        unit = unit.copy()
        unit[again] = np.round(np.clip(unit[again] + np.arange(1, again.sum() + 1)[:, None] * [1e-5, 0] % 0.9, 0, 1), 5)


def links_of(ids: pd.Index[str], ties: pd.DataFrame) -> Integers:
    """(m, 2): the places of those who are tied, each pair once, sorted."""
    ends = np.column_stack([places(ids, ties[end]) for end in ("a", "b")]).reshape(-1, 2)
    ends = np.sort(ends[(ends >= 0).all(axis=1) & (ends[:, 0] != ends[:, 1])], axis=1)
    packed = np.unique(ends[:, 0] * len(ids) + ends[:, 1]) if len(ends) else np.zeros(0, dtype=np.int64)
    return np.column_stack([packed // max(1, len(ids)), packed % max(1, len(ids))])


def _known(ids: pd.Index[str], stored: Points) -> Array:
    known = np.full((len(ids), 2), np.nan)
    if stored:
        nowhere = (np.nan, np.nan)
        known[:] = [stored.get(i, nowhere) for i in ids.tolist()]
    return known


def _points(ids: pd.Index[str], spots: Array) -> Points:
    return {i: (x, y) for i, (x, y) in zip(ids.tolist(), spots.tolist(), strict=True)}


def _plan(ids: pd.Index[str], spots: Array, groups: Groups) -> Plan:
    made = Plan(points=_points(ids, spots))
    made.sides = dict.fromkeys(made.points, "c")
    order = np.argsort(groups.of, kind="stable")
    cuts = np.searchsorted(groups.of[order], np.arange(len(groups.names) + 1))
    for number, name in enumerate(groups.names):
        members = order[cuts[number] : cuts[number + 1]]
        if name != CENTRE and len(members):
            head = groups.heads.get(number)
            made.hulls.append({"band": name, "ids": ids[members].tolist(), "head": "" if head is None else ids[head]})
    return made


# ---- who stands with whom ---------------------------------------------------------------------------


def spreads_over_areas(actors: pd.DataFrame) -> bool:
    """Is the picture of several areas, few enough to be told apart, so that the Netz is grouped by them?"""
    located = actors.loc[actors["type"] == "Institution", "area"].dropna()
    sizes = located.value_counts()
    return 4 <= len(sizes[sizes > 1]) <= 12 and len(located) >= 0.8 * int((actors["type"] == "Institution").sum())


def _grouped(actors: pd.DataFrame, ties: pd.DataFrame, links: Integers, grouping: str, drawing: str, scope: str, positions: Positions) -> Groups:
    if grouping == "community":
        return _by_community(actors, links, drawing + _MEMBERS, scope, positions)
    word = groups(actors, ties, by_area=grouping == "area")
    order = sorted(set(word.unique()) - {CENTRE}, key=_around)
    names = [CENTRE, *order]
    return Groups(pd.Index(names).get_indexer(pd.Index(word)).astype(np.int64), names, {})


def _by_community(actors: pd.DataFrame, links: Integers, drawing: str, scope: str, positions: Positions) -> Groups:
    """Communities by ties; who was found in one before stays in it, so that hulls keep their members."""
    stored = _known(actors.index, positions.load(drawing, scope))[:, 0]
    old = np.where(np.isnan(stored), communities.OTHERS, stored).astype(np.int64)
    found = old
    if (old < 0).any():
        with positions.arranging(drawing, scope):
            found = communities.communities(len(actors), links, old)
            new = found != old
            positions.save(drawing, scope, _points(actors.index[new], np.column_stack([found[new], np.zeros(int(new.sum()))])))
    degree = np.bincount(links.ravel(), minlength=len(actors)).astype(np.int64)
    leads = (actors["type"].isin(["Gremium", "Institution"]) & (actors["members"] == 0)).to_numpy()
    leaders = communities.heads(found, leads, degree)
    numbers = sorted(leaders)
    names = [CENTRE, *(f"community:{number}" for number in numbers), LOOSE]
    place = np.full(max(numbers, default=0) + 2, len(names) - 1, dtype=np.int64)  # the last one, for OTHERS, is reached by -1
    place[numbers] = np.arange(1, len(numbers) + 1)
    return Groups(place[found], names, {number + 1: leaders[community] for number, community in enumerate(numbers)})


def groups(actors: pd.DataFrame, ties: pd.DataFrame, *, by_area: bool) -> pd.Series[str]:
    """The hull that each actor stands in: its sector or area; people and offers stand with their institution."""
    institution = (actors["type"] == "Institution").to_numpy()
    word = np.full(len(actors), CENTRE, dtype=object)
    if by_area:
        area = actors["area"].to_numpy(dtype=object)
        sizes = actors.loc[institution, "area"].value_counts()
        shared = actors["area"].map(sizes).fillna(0).to_numpy() > 1
        word[institution] = np.where(shared, area, ELSEWHERE)[institution]
    else:
        word[institution] = bands(actors[institution]).to_numpy()
    guest = actors["type"].isin(["Person", "Offer"]).to_numpy()
    ends = [places(actors.index, ties[end]) for end in ("a", "b")]
    both = np.column_stack([np.ravel(ends, order="F"), np.ravel(ends[::-1], order="F")])  # each tie both ways, in the order of the ties
    hosted = both[guest[both[:, 0]] & institution[both[:, 1]] & (both >= 0).all(axis=1)]
    guests, first = np.unique(hosted[:, 0], return_index=True)
    word[guests] = word[hosted[first, 1]]
    return pd.Series(word, index=actors.index)


_RING = {sector: at for at, sector in enumerate((*RIGHT, *reversed(LEFT)))}


def _around(group: str) -> tuple[int, str]:
    """Sort key of groups around the ring: sectors clockwise with the left ones on the left, areas by id."""
    return _RING.get(group, len(_RING)), group


def hull_name(hull: dict[str, Any], actors: pd.DataFrame) -> str:
    """The name that a hull of an area or of a community has in the data: the area's, or that of whom it is named after."""
    if hull["head"]:
        return str(actors.at[hull["head"], "name"])
    return str(actors.loc[actors["area"] == hull["band"], "area_name"].iloc[0])
