"""Where everybody stands: the Steuerungsbild (rows and bows) and the Ringe (steps from one actor); the Netz has :mod:`views.net`.

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
from views.folding import band_of
from views.ranks import insert, new_ranks

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
_RING_GAP = 0.4
"""What the first ring leaves free at its top for its name, in radians; further rings need less of their way round."""

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
    groups: dict[str, str] = field(default_factory=dict)
    """Within which group an actor keeps its rank: sector, level, ring; nothing where positions are free."""
    rings: list[float] = field(default_factory=list)
    """Radii, from the first step outwards."""
    rows: float = 0.0
    keep: Points = field(default_factory=dict)


def column_of(band: str) -> str:
    """The column of the Steuerungsbild in which a band stands: "left", "right" or "middle"; "" for what is not drawn there (Personen)."""
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
        plan.groups |= {i: band for band, ids in column.groups.items() for i in ids}
        plan.keep |= column.ranks_of_new()
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
            self.groups[band] = [*insert(old, new, pull), *(i for i in ids if i in self._folds)]
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

    def ranks_of_new(self) -> Points:
        """Ranks of the newcomers: between those of their neighbours, so that old ranks never change."""
        out: Points = {}
        for ids in self.groups.values():
            out |= new_ranks([i for i in ids if i not in self._folds], self._rank)
        return out


def _neighbours(ids: pd.Index[str], ties: pd.DataFrame) -> dict[str, set[str]]:
    near: dict[str, set[str]] = {str(i): set() for i in ids}
    for a, b in zip(ties["a"], ties["b"], strict=True):
        if a in near and b in near:
            near[a].add(b)
            near[b].add(a)
    return near


# ---- Ringe -----------------------------------------------------------------------------------------


def rings(actors: pd.DataFrame, ties: pd.DataFrame, steps: Mapping[str, int], known: Points) -> Plan:
    """One actor in the middle (step 0), everybody else on the ring of their step, near those of the ring before.

    ``known`` holds (0, rank) of actors drawn before: their order on a ring stays, newcomers are put between
    them. Places on a ring are equally far apart; a fold stands where its members would.
    """
    records = actors.to_dict("index")
    near = _neighbours(actors.index, ties)
    order = {name: at for at, name in enumerate((*_SECTORS, *BANDS, "Person"))}
    plan, outmost = Plan(), max((steps[i] for i in records), default=0)
    angle: dict[str, float] = {}
    for step in range(outmost + 1):
        ring = [i for i in records if steps[i] == step]
        name = {i: (order[band_of(records[i])], str(records[i].get("name") or "").casefold(), i) for i in ring}
        pull = {i: _mean_angle([angle[j] for j in near[i] if j in angle]) for i in ring} if step > 1 else dict.fromkeys(ring, 0.0)
        rank = {i: known[i][1] for i in ring if i in known}
        if step == 1:  # nothing to stand near to yet: sectors stand together
            pull = {i: float(at) for at, i in enumerate(sorted(ring, key=name.__getitem__))}
        new = sorted((i for i in ring if i not in rank), key=lambda i: (pull[i], name[i]))
        ordered = insert(sorted(rank, key=lambda i: (rank[i], i)), new, pull)
        radius = 0.5 * step / max(1, outmost)
        gap = _RING_GAP / max(1, step)
        for place, i in enumerate(ordered):
            angle[i] = gap / 2 + (2 * np.pi - gap) * (place + 0.5) / len(ordered)
            plan.points[i] = (0.5 + radius * float(np.sin(angle[i])), 0.5 - radius * float(np.cos(angle[i])))
        plan.keep |= new_ranks([i for i in ordered if not records[i].get("members")], rank)
        if step:
            plan.rings.append(radius)
    plan.sides = dict.fromkeys(plan.points, "c")
    plan.groups = {i: str(steps[i]) for i in plan.points}
    return plan


def _mean_angle(angles: Sequence[float]) -> float:
    """The direction in which several lie together, from the top clockwise, 0 to 2 pi."""
    return float(np.arctan2(np.sin(angles).sum(), np.cos(angles).sum()) % (2 * np.pi)) if angles else 0.0
