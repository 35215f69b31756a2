"""The nodes of a drawing: names told apart, seats and members counted, sizes that follow a measure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from views import short_names
from views.layout import Plan
from views.packing import Array, Integers, Nodes, coded

SIZES = (0.55, 2.4)
"""The least and the largest symbol where their size follows a measure, as a multiple of its type's."""

_NAMED = 600
"""Beyond so many nodes no short names are proposed: few names find a place at all."""

_ROUGH = 600
"""With more nodes than this, places need one digit more to stay apart."""


def nodes_of(actors: pd.DataFrame, plan: Plan, sizes: Mapping[str, float]) -> Nodes:
    """The nodes of ``actors`` (folded, in the order of the plan) where the plan puts them; the area of symbols follows ``sizes`` where there are any."""
    labels, shorts = _labels(actors)
    members = actors["members"].to_numpy(dtype=np.int64)
    seats = actors["seats"].to_numpy(dtype=float) if "seats" in actors.columns else np.full(len(actors), np.nan)
    seated = np.flatnonzero((actors["type"] == "Gremium").to_numpy() & ~np.isnan(seats) & (members == 0))
    more = {
        "short": shorts,
        "members": {int(n): int(members[n]) for n in np.flatnonzero(members)},
        "seats": {int(n): int(seats[n]) for n in seated},
    }
    types, names = coded(actors["type"])
    sides = set(plan.sides.values())
    return Nodes(
        ids=actors.index.tolist(),
        labels=labels,
        type=types,
        types=names,
        at=np.round(np.array(list(plan.points.values()), dtype=float).reshape(-1, 2), 5 if len(actors) <= _ROUGH else 6),
        sides=sides.pop() if len(sides) == 1 else "".join(plan.sides[i] for i in actors.index),
        more={name: values for name, values in more.items() if values},
        size=_sizes(actors.index, members, sizes) if sizes else None,
    )


def _sizes(ids: pd.Index[str], members: Integers, sizes: Mapping[str, float]) -> Array:
    """How much larger than usual each symbol is: its area follows the measure, within ``SIZES``."""
    values = np.array([sizes.get(i, 0.0) for i in ids], dtype=float)
    values = np.where(np.isfinite(values), values, 0.0).clip(0)
    most = values[members == 0].max(initial=0.0)
    grown = (SIZES[1] * np.sqrt(values / most)).clip(*SIZES) if most else np.ones(len(ids))
    return np.where(members > 0, 1.0, grown)


def _labels(actors: pd.DataFrame) -> tuple[list[str], dict[int, str]]:
    """Names, told apart by the short name or else the area where two are alike, and, by place, short names that no two share.

    A true ``shared`` says that somebody outside the picture has the same name: "Städt. Gem. Grundschule" alone names no school.
    """
    names = actors["name"].astype(str)
    labels = names.tolist()
    columns = {name: actors[name] if name in actors.columns else pd.Series(None, index=actors.index, dtype=object) for name in ("short", "area_name")}
    short, area = columns["short"].to_numpy(dtype=object), columns["area_name"].to_numpy(dtype=object)
    given = columns["short"].dropna()
    free = set(given[~given.duplicated(keep=False)])
    alike = names.duplicated(keep=False).to_numpy()
    if "shared" in actors.columns:
        alike = alike | actors["shared"].eq(True).to_numpy()
    for place in np.flatnonzero(alike):
        if short[place] in free:
            labels[place] = str(short[place])
        elif isinstance(area[place], str):
            labels[place] = f"{labels[place]} ({area[place]})"
    told = np.flatnonzero(columns["short"].notna().to_numpy())
    shorts = {int(n): str(short[n]) for n in told if short[n] in free}
    if len(actors) <= _NAMED:
        known = {text.casefold() for text in (*labels, *shorts.values())}
        rest = {str(n): labels[n] for n in np.flatnonzero(actors["members"].to_numpy() == 0) if n not in shorts}
        proposed = short_names.propose(rest, sorted({str(a) for a in area if isinstance(a, str)}, key=len, reverse=True))
        shorts |= {int(n): text for n, text in proposed.items() if text.casefold() not in known}
    return labels, {n: text for n, text in shorts.items() if text != labels[n]}
