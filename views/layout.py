"""Where everybody stands: the Steuerungsbild (rows and bows) and the Netz (groups and forces).

Both work in the unit square, x to the right and y downwards, and both are deterministic: the same actors
and ties always give the same picture. Who has stood somewhere before stays there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from graph import schema
from views import forces
from views.folding import band_of

_SECTORS = tuple(schema.SECTORS)
LEFT, RIGHT = _SECTORS[:3], _SECTORS[3:]
"""The same sectors on the same side in every town and every district."""

_LEVELS = tuple(c.value for c in schema.LEVELS)
BANDS = (*_LEVELS, *(t for t in schema.ACTORS if t not in ("Gremium", "Institution", "Person")))
"""Groups of the middle column from top to bottom: levels of Gremien, then other types by name."""

_BAND_HEAD, _SECTOR_HEAD = 0.85, 1.3
"""Room for a title, in rows."""
_COLUMNS = {"left": (LEFT, _SECTOR_HEAD), "right": (RIGHT, _SECTOR_HEAD), "middle": (BANDS, _BAND_HEAD)}
_SPREAD = 2.2
"""A short column's rows stand at most this much wider than those of the longest one."""
_TURNS = 8

Points = dict[str, tuple[float, float]]


@dataclass
class Plan:
    """A finished layout: positions, titles, and what is worth keeping for the next time."""

    points: Points = field(default_factory=dict)
    sides: dict[str, str] = field(default_factory=dict)
    """Where the name goes: "l" or "r" outside, "p" in a box, "c" free."""
    bands: list[dict[str, Any]] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    hulls: list[dict[str, Any]] = field(default_factory=list)
    rows: float = 0.0
    keep: Points = field(default_factory=dict)


def column_of(actor: Mapping[str, object]) -> str:
    """The column of the Steuerungsbild: "left", "right" or "middle"; "" for who is not drawn there (Personen)."""
    band = band_of(actor)
    if band in LEFT or band in RIGHT:
        return "left" if band in LEFT else "right"
    return "middle" if band in BANDS else ""


def bow(t: float) -> float:
    """How far the bows stand in at height ``t``: nothing in the middle, a little at both ends."""
    return 0.08 * (2 * t - 1) ** 2


# ---- Steuerungsbild --------------------------------------------------------------------------------


def steuerungsbild(actors: pd.DataFrame, ties: pd.DataFrame, known: Points) -> Plan:
    """One row per Gremium in the middle, institutions on two bows by sector; every name has its own row.

    ``actors`` and ``ties`` come folded (:class:`views.folding.Folded`). ``known`` holds (0, rank) of actors
    drawn before: their order within a group stays, newcomers are put between them. ``Plan.keep`` has the
    ranks of the newcomers.
    """
    records = actors.to_dict("index")
    bands = {i: band_of(r) for i, r in records.items()}
    near = _neighbours(actors.index, ties)
    columns = {name: _Rows(order, head, records, bands, known) for name, (order, head) in _COLUMNS.items()}
    longest = max(column.slots for column in columns.values())
    y: dict[str, float] = {i: 0.5 for i in records}
    middle = set(columns["middle"].members)
    for turn in range(_TURNS):
        for name, column in columns.items():
            if turn:
                column.sort(near, y, partners=middle if name != "middle" else records.keys() - middle)
            y |= column.heights(longest)
    plan = Plan(rows=longest)
    for name, column in columns.items():
        for i in column.members:
            plan.points[i] = (0.5 if name == "middle" else bow(y[i]) if name == "left" else 1 - bow(y[i]), y[i])
            plan.sides[i] = {"left": "l", "right": "r", "middle": "p"}[name]
        step = column.stretch(longest) / longest
        for band, ids in column.groups.items():
            if name == "middle":
                plan.bands.append({"band": band, "y": y[ids[0]] - 0.92 * step})
            else:
                top = y[ids[0]] - 1.05 * step
                plan.frames.append({"band": band, "side": plan.sides[ids[0]], "ids": list(ids), "y": top, "x": bow(top) if name == "left" else 1 - bow(top)})
        plan.keep |= column.new_ranks()
    return plan


class _Rows:
    """One column of the Steuerungsbild: groups in a fixed order, each a list of rows."""

    def __init__(self, order: Sequence[str], head: float, records: Mapping[str, Mapping[str, object]], bands: Mapping[str, str], known: Points) -> None:
        self._head = head
        self._rank = {i: known[i][1] for i in records if i in known}
        self._folds = {i for i, r in records.items() if r.get("members")}
        self._name = {i: str(r.get("name") or "").casefold() for i, r in records.items()}
        by_band: dict[str, list[str]] = {}
        for i in records:
            by_band.setdefault(bands[i], []).append(i)
        self.groups = {band: sorted(by_band[band], key=self._first_order) for band in order if band in by_band}
        self.members = [i for ids in self.groups.values() for i in ids]
        self.slots = len(self.members) + head * len(self.groups)

    def _first_order(self, i: str) -> tuple[bool, float, str, str]:
        return i in self._folds, self._rank.get(i, np.inf), self._name[i], i

    def sort(self, near: Mapping[str, set[str]], y: Mapping[str, float], *, partners: set[str]) -> None:
        """Puts everybody at the mean height of their partners; who has a rank keeps the order, folds stand last."""
        for band, ids in self.groups.items():
            pull = {i: float(np.mean([y[j] for j in near[i] & partners])) if near[i] & partners else 0.5 for i in ids}
            old = [i for i in ids if i in self._rank]
            new = sorted((i for i in ids if i not in self._rank and i not in self._folds), key=lambda i: (pull[i], self._name[i], i))
            self.groups[band] = [*_insert(old, new, pull), *(i for i in ids if i in self._folds)]
        self.members = [i for ids in self.groups.values() for i in ids]

    def stretch(self, longest: float) -> float:
        """Height of this column's rows, in rows of the longest column."""
        return min(_SPREAD, longest / self.slots) if self.slots else 1.0

    def heights(self, longest: float) -> dict[str, float]:
        """Y of each row: the column fills the height, or stands in the middle of it where it is short."""
        if not self.members:
            return {}
        step = self.stretch(longest) / longest
        at = 0.5 - step * self.slots / 2
        out = {}
        for ids in self.groups.values():
            at += step * self._head
            for i in ids:
                out[i] = at + step / 2
                at += step
        return out

    def new_ranks(self) -> Points:
        """Ranks of the newcomers: between those of their neighbours, so that old ranks never change."""
        out: Points = {}
        for ids in self.groups.values():
            drawn = [i for i in ids if i not in self._folds]
            for first, run, last in _runs(drawn, self._rank):
                low = self._rank[first] if first else (self._rank[last] - len(run) - 1 if last else 0.0)
                high = self._rank[last] if last else low + len(run) + 1
                out |= {i: (0.0, low + (high - low) * (at + 1) / (len(run) + 1)) for at, i in enumerate(run)}
        return out


def _insert(old: list[str], new: list[str], pull: Mapping[str, float]) -> list[str]:
    """Merges ``new`` (sorted) into ``old`` (order kept) so that the fewest pairs stand against their pull."""
    if not old:
        return new
    heights = np.array([pull[i] for i in old])
    spots: dict[int, list[str]] = {}
    for i in new:
        wrong = np.concatenate([[0], np.cumsum(heights > pull[i])]) + np.concatenate([np.cumsum((heights < pull[i])[::-1])[::-1], [0]])
        spots.setdefault(int(len(old) - np.argmin(wrong[::-1])), []).append(i)
    out = list(spots.get(0, []))
    for at, i in enumerate(old, start=1):
        out += [i, *spots.get(at, [])]
    return out


def _runs(ids: list[str], rank: Mapping[str, float]) -> list[tuple[str, list[str], str]]:
    """Runs of ids without a rank, each with the ranked id before and after it ("" at the ends)."""
    out: list[tuple[str, list[str], str]] = []
    before, run = "", []
    for i in [*ids, ""]:
        if i and i not in rank:
            run.append(i)
            continue
        if run:
            out.append((before, run, i))
        before, run = i, []
    return out


def _neighbours(ids: pd.Index[str], ties: pd.DataFrame) -> dict[str, set[str]]:
    near: dict[str, set[str]] = {str(i): set() for i in ids}
    for a, b in zip(ties["a"], ties["b"], strict=True):
        if a in near and b in near:
            near[a].add(b)
            near[b].add(a)
    return near


# ---- Netz ------------------------------------------------------------------------------------------

CENTRE = ""
"""The group of those who belong to no hull: Gremien, Projekte, Ziele, in the middle of the Netz."""


def net(actors: pd.DataFrame, ties: pd.DataFrame, known: Points, *, by_area: bool) -> Plan:
    """Groups (sectors, or areas) around the Gremien, each group in its own region, forces inside.

    ``known`` positions are kept exactly; the others are placed near their neighbours. ``Plan.keep`` has all
    positions.
    """
    group = groups(actors, ties, by_area=by_area)
    near = _neighbours(actors.index, ties)
    order = sorted({g for g in group.values() if g != CENTRE}, key=_around)
    plan = Plan(points=forces.place(list(actors.index), group, order, near, known))
    plan.sides = dict.fromkeys(plan.points, "c")
    plan.keep = {i: p for i, p in plan.points.items() if i not in known}
    plan.hulls = [{"band": g, "ids": [i for i in actors.index if group[i] == g]} for g in order]
    return plan


def spreads_over_areas(actors: pd.DataFrame) -> bool:
    """Is the picture of several areas, few enough to be told apart, so that the Netz is grouped by them?"""
    places = actors.loc[actors["type"] == "Institution", "area"].dropna()
    sizes = places.value_counts()
    return 4 <= len(sizes[sizes > 1]) <= 12 and len(places) >= 0.8 * int((actors["type"] == "Institution").sum())


def groups(actors: pd.DataFrame, ties: pd.DataFrame, *, by_area: bool) -> dict[str, str]:
    """The hull that each actor stands in: its sector or area; people and offers stand with their institution."""
    records = actors.to_dict("index")
    sizes = actors.loc[actors["type"] == "Institution", "area"].value_counts() if by_area else {}
    out: dict[str, str] = {}
    for i, record in records.items():
        if record["type"] != "Institution":
            out[i] = CENTRE
        elif by_area:
            out[i] = str(record["area"]) if sizes.get(record["area"], 0) > 1 else "elsewhere"
        else:
            out[i] = band_of(record)
    homes = {i: g for i, g in out.items() if g != CENTRE}
    for a, b in zip(ties["a"], ties["b"], strict=True):
        for i, host in ((a, b), (b, a)):
            if out.get(i) == CENTRE and records[i]["type"] in ("Person", "Offer") and host in homes:
                out[i] = homes[host]
    return out


_RING = {sector: at for at, sector in enumerate((*RIGHT, *reversed(LEFT)))}


def _around(group: str) -> tuple[int, str]:
    """Sort key of groups around the ring: sectors clockwise with the left ones on the left, areas by id."""
    return _RING.get(group, len(_RING)), group
