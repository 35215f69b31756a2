"""How much an area needs something: the indicators of areas, each as a share of the highest value among areas of its level, weighted.

need = sum(weight x share) / sum(weight), from 0 to 1. A negative weight means that a high value is less need, and counts
``1 - share``. What is not known in an area is left out there. An indicator whose name says an age ("Kinder unter 6 Jahren",
"6 bis unter 10") counts only for stages of that age; one that counts people of every age only where none of an age fits. A
share (percent, a step of an index) that is known for all parts of an area but not for it is their mean, weighted by the people
who live there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.snapshot import Snapshot
from queries.catalog import AnalysisError
from queries.network import area_values

_UNDER = re.compile(r"\bunter (\d+)\b")
_FROM_TO_UNDER = re.compile(r"\b(\d+) bis unter (\d+)\b")
_FROM_TO = re.compile(r"\b(\d+)(?: bis |–|-)(\d+)\b")
_FROM = re.compile(r"\bab (\d+)\b")
_OLDEST = 120


@dataclass(frozen=True, eq=False)
class Needs:
    """The indicators of all areas. ``values``: area x indicator (NaN: not known); ``shares`` the same as shares of the highest of the level."""

    values: pd.DataFrame
    shares: pd.DataFrame
    names: Mapping[str, str]
    units: Mapping[str, str]
    sources: Mapping[str, str]
    ages: Mapping[str, tuple[int, int]]
    people: frozenset[str]
    """Indicators that count people of every age."""

    def fitting(self, age: tuple[int, int] | None) -> NDArray[np.bool_]:
        """Which indicators count for a stage of this age (None: for every age)."""
        if age is None:
            return np.ones(len(self.values.columns), dtype=bool)
        aged = {name for name, (low, high) in self.ages.items() if low <= age[1] and high >= age[0]}
        counted = {name for name in aged if _counts_people(self.units.get(name, ""))}
        return np.array([name in aged or (name not in self.ages and not (name in self.people and counted)) for name in self.values.columns], dtype=bool)


def needs(snapshot: Snapshot, as_of: str) -> Needs:
    """The indicators of areas as they were known on a day (ISO); made once for each snapshot and day."""
    return snapshot.at(as_of).once("area needs", lambda: _needs(snapshot, as_of))


def weights_of(found: Needs, text: str) -> dict[str, float]:
    """Weights out of a parameter: ``indicator:weight`` parted by commas; an indicator that is not named weighs 1.

    Raises ``AnalysisError`` for a word that is no such pair; indicators that there are no more are left out.
    """
    weights = dict.fromkeys(map(str, found.values.columns), 1.0)
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, colon, value = part.rpartition(":")
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not colon or not np.isfinite(number):
            raise AnalysisError(f"Gewicht „{part}“: erwartet wird Kennzahl:Zahl, mehrere mit Komma getrennt, etwa indicator-abc:1.5")
        if name in weights:
            weights[name] = number
    return weights


def need(shares: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The need of each row of ``shares`` (NaN: does not count) under each row of ``weights``; 1 where nothing counts, so that nobody drops out."""
    known = ~np.isnan(shares)
    filled = np.where(known, shares, 0.0)
    up, down = np.maximum(weights, 0.0), np.maximum(-weights, 0.0)
    total = np.abs(weights) @ known.T.astype(float)
    summed = up @ filled.T + down @ (known - filled).T
    return np.where(total > 0, summed / np.where(total > 0, total, 1.0), 1.0)


def age_of(name: str) -> tuple[int, int] | None:
    """The ages that an indicator's name speaks of, first and last; None where it speaks of none."""
    if found := _FROM_TO_UNDER.search(name):
        return int(found[1]), int(found[2]) - 1
    if found := _FROM_TO.search(name):
        return int(found[1]), int(found[2])
    if found := _UNDER.search(name):
        return 0, int(found[1]) - 1
    if found := _FROM.search(name):
        return int(found[1]), _OLDEST
    return None


def _counts_people(unit: str) -> bool:
    return unit.split(" ")[0] in area_values.ADDITIVE_UNITS


def _needs(snapshot: Snapshot, as_of: str) -> Needs:
    nodes = snapshot.nodes
    indicators = nodes[nodes["type"] == "Indicator"].sort_values("name")
    names = {str(key): str(name) for key, name in indicators["name"].items()}
    units = {str(key): str(unit) if isinstance(unit, str) else "" for key, unit in indicators["unit"].items()} if "unit" in indicators.columns else {}
    areas = nodes[nodes["type"] == "Area"]
    columns, sources = {}, {}
    for key in names:
        rows = area_values.run(snapshot, key, as_of=as_of).set_index("area")
        if rows["value"].notna().any():
            columns[key] = rows["value"].reindex(areas.index).astype(float)
            sources[key] = "; ".join(dict.fromkeys(title for text in rows["source"].dropna() for title in str(text).split("; ")))
    values = pd.DataFrame(columns, index=areas.index)
    ages = {key: age for key in columns if (age := age_of(names[key])) is not None}
    people = frozenset(key for key in columns if key not in ages and _counts_people(units.get(key, "")))
    values = _means(snapshot, values, [key for key in columns if not _counts_people(units.get(key, ""))], people)
    levels = areas["level"] if "level" in areas.columns else pd.Series("", index=areas.index)
    highest = values.groupby(levels.fillna("")).transform("max") if len(values.columns) else values
    shares = (values / highest.where(highest > 0)).clip(0.0, 1.0)
    return Needs(values, shares, {key: names[key] for key in columns}, units, sources, ages, people)


def _means(snapshot: Snapshot, values: pd.DataFrame, rates: list[str], people: frozenset[str]) -> pd.DataFrame:
    """Rates of wholes out of those of all their parts, weighted by the people who live in them (each part alike where that is not known)."""
    tree, spaces = snapshot.areas, set(snapshot.areas.social_spaces)
    heads = values[sorted(people)].max(axis=1) if people else pd.Series(np.nan, index=values.index)
    values = values.copy()

    def visit(area: str, entered: frozenset[str]) -> None:
        parts = [part for part in tree.children(area) if part not in entered and (area in spaces or tree.parent(part) == area)]
        for part in parts:
            visit(part, entered | {area})
        if not parts:
            return
        own, weights = values.loc[parts, rates], heads.reindex(parts)
        weights = weights if weights.notna().all() and weights.sum() > 0 else pd.Series(1.0, index=parts)
        for rate in rates:
            if values[rate].isna()[area] and own[rate].notna().all():
                values.at[area, rate] = float(np.average(own[rate], weights=weights))

    for area in [*tree.roots, *tree.social_spaces] if rates else []:
        visit(area, frozenset())
    return values
