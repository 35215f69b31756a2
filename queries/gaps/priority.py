"""Where to look first: every empty cell of area, theme and stage, ranked by need and by what neighbours offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from graph.model import Text
from graph.snapshot import Snapshot
from queries.area_borders import ground
from queries.area_needs import Needs, need, needs, weights_of
from queries.catalog import Analysis, AnalysisError, Column, Parameter
from queries.catchments import catchments
from queries.coverage_cube import Counts, Cube, Dimension, Table, cube
from queries.coverage_slices import AS_OF, FILTERS, LEVEL, WITHIN, filters, ordered

ABOUT = Analysis(
    title=Text("Wo zuerst hinsehen", "Where to look first"),
    question=Text("Welche Lücken wiegen am schwersten?", "Which gaps weigh most?"),
    reading=Text(
        "Eine Zeile ist ein Gebiet, in dem es für ein Thema in einer Bildungsphase nichts gibt, obwohl es das anderswo gibt oder danach gefragt wurde. "
        "Dringlichkeit = 100 × Bedarf × Mangel × Minderung. Bedarf: gewichtetes Mittel der Kennzahlen, jede als Anteil am höchsten Wert ihrer Ebene. "
        "Mangel = 1 ÷ (1 + was es hier gibt). Minderung = 1 ÷ (1 + Gewicht der Nachbarn × was es nebenan gibt). "
        "Mit einem Einzugsgebiet zählt Angebot mit Koordinate und Plätzen nicht als Nachbar, sondern danach, "
        "wie viele Plätze je Kopf das Gebiet davon erreicht (2SFCA, siehe Erreichbare Plätze), gemessen am Mittel: reach 1 mindert wie ein Angebot nebenan. "
        "low und high: der beste und der schlechteste Rang, wenn jedes Gewicht um die Hälfte steigt oder fällt. "
        "checked: eine Erhebung fand nichts; unknown: niemand hat gefragt.",
        "One row is an area in which there is nothing for a theme in a stage, although it exists elsewhere or somebody asked for it. "
        "Priority = 100 × need × shortage × easing. Need: weighted mean of the indicators, each as a share of the highest value of its level. "
        "Shortage = 1 ÷ (1 + what there is here). Easing = 1 ÷ (1 + weight of neighbours × what there is next door). "
        "With a catchment, supply with coordinate and places counts not as a neighbour, but by how many of its places a head the area reaches "
        "(2SFCA, see Places within reach), measured by the mean: a reach of 1 eases like one offer next door. "
        "low and high: best and worst rank where every weight rises or falls by half. "
        "checked: a survey found nothing; unknown: nobody has asked.",
    ),
    denominator=Text("alle Felder aus Gebiet, Thema und Phase, die es irgendwo gibt", "all cells of area, theme and stage that exist somewhere"),
    columns=(
        Column("rank", Text("Rang", "Rank")),
        Column("area", Text("Gebiet (Kennung)", "Area (id)")),
        Column("area_name", Text("Gebiet", "Area")),
        Column("theme", Text("Thema (Kennung)", "Theme (id)")),
        Column("theme_name", Text("Thema", "Theme")),
        Column("stage", Text("Bildungsphase (Kennung)", "Stage (id)")),
        Column("stage_name", Text("Bildungsphase", "Stage")),
        Column("state", Text("Stand", "State")),
        Column("checked_on", Text("Geprüft am", "Checked on")),
        Column("checked_by", Text("Geprüft von", "Checked by"), personal=True),
        Column("priority", Text("Dringlichkeit", "Priority")),
        Column("low", Text("Bester Rang", "Best rank")),
        Column("high", Text("Schlechtester Rang", "Worst rank")),
        Column("need", Text("Bedarf", "Need")),
        Column("shortage", Text("Mangel", "Shortage")),
        Column("easing", Text("Minderung", "Easing")),
        Column("n", Text("Hier", "Here")),
        Column("nearby", Text("Nebenan", "Next door")),
        Column("reach", Text("Erreichbar, gemessen am Mittel", "Within reach, by the mean")),
        Column("neighbours", Text("Nachbarn", "Neighbours")),
        Column("indicators", Text("Kennzahlen", "Indicators")),
        Column("formula", Text("Formel", "Formula")),
    ),
    parameters=(
        LEVEL,
        WITHIN,
        *FILTERS,
        Parameter("state", Text("Nur checked oder unknown", "Only checked or unknown"), "text", ""),
        Parameter("weights", Text("Gewichte (Kennzahl:Zahl, ...)", "Weights (indicator:number, ...)"), "text", ""),
        Parameter("easing", Text("Gewicht der Nachbarn", "Weight of neighbours"), "number", 0.25),
        Parameter("distance", Text("Nachbarn bis km (0: gemeinsame Grenze)", "Neighbours up to km (0: common border)"), "number", 0.0),
        Parameter("catchment", Text("Einzugsgebiet in km (0: nur Nachbarn)", "Catchment in km (0: only neighbours)"), "number", 0.0),
        Parameter("most", Text("Höchstens so viele Angebote", "At most so many offers"), "integer", 0),
        AS_OF,
    ),
)

STATES = ("checked", "unknown")
_SWING = (0.5, 1.0, 1.5)
_ALL_TOGETHER = 7
"""With up to so many weights all combinations of swings are tried, with more one weight at a time."""
_AXES = ("Area", "Theme", "Stage")


def run(
    snapshot: Snapshot,
    level: str = "district",
    within: list[str] | None = None,
    theme: str = "",
    stage: str = "",
    group: str = "",
    state: str = "",
    weights: str = "",
    easing: float = 0.25,
    distance: float = 0.0,
    catchment: float = 0.0,
    most: int = 0,
    as_of: str = "",
) -> pd.DataFrame:
    """One row per gap of the areas of a level, the most urgent first; ``within`` limits what is ranked, not what it is measured by.

    ``priority`` is 0 to 100. ``catchment`` in km: supply with places counts by what can be reached (``reach``), the rest by
    neighbours. ``neighbours`` is text: "Hafen 2; Markt 0"; ``indicators`` the need in numbers; ``formula`` the whole of it.
    Raises ``AnalysisError`` for a state, a weight or a filter that there is not.
    """
    if state and state not in STATES:
        raise AnalysisError(f"Stand „{state}“: möglich sind {' und '.join(STATES)}")
    found = cube(snapshot, as_of)
    kept = filters(found, area="", theme=theme, stage=stage, group=group)
    areas = ordered(found, "Area", level, within or ())
    all_areas = ordered(found, "Area", level)
    kept_group = {"TargetGroup": group} if group else {}
    counts, newest = found.counts(_AXES, kept_group), found.checked(_AXES, {})
    wanted = found.asked()[None] & (counts <= most)
    wanted &= np.isin(np.arange(len(wanted)), areas)[:, None, None]
    for axis, name in enumerate(_AXES):
        if name in kept:
            wanted &= (np.arange(wanted.shape[axis]) == found.dimensions[name].place(kept[name])).reshape([-1 if n == axis else 1 for n in range(3)])
    cells = np.argwhere(wanted)
    surveyed = (newest[tuple(cells.T)] >= 0) & (counts[tuple(cells.T)] == 0)
    if state:
        cells = cells[surveyed == (state == "checked")]
        surveyed = np.full(len(cells), state == "checked")
    beside = _beside(found, all_areas, distance)
    known = needs(snapshot, found.day)
    near = _near(found, beside).counts(_AXES, kept_group)[tuple(cells.T)]
    beyond, reach = near, np.full(len(cells), np.nan)
    if catchment > 0:
        beyond, reach = _reached(found, known, all_areas, cells, near, beside, kept_group, float(catchment))
    table = _Table(found, known, cells, counts[tuple(cells.T)], near, beyond, reach, weights_of(known, weights), float(easing))
    frame = table.frame(snapshot, counts, beside)
    last = newest[tuple(cells.T)]
    frame["state"] = np.where(surveyed, "checked", "unknown")
    surveys = found.checks.rows.reindex(np.where(surveyed, last, -1))
    for column, field in (("checked_on", "date"), ("checked_by", "by")):
        values = surveys[field].astype(object)
        frame[column] = values.where(values.notna(), None).to_numpy()
    frame = frame.sort_values(["rank", "area_name", "theme_name", "stage_name", "area"], ignore_index=True)
    return frame[[c.name for c in ABOUT.columns]]


class _Table:
    """The numbers of every gap."""

    def __init__(
        self,
        found: Cube,
        known: Needs,
        cells: NDArray[Any],
        here: Counts,
        near: Counts,
        beyond: Counts,
        reach: NDArray[np.float64],
        weights: dict[str, float],
        easing: float,
    ) -> None:
        """``near``: what there is next door; ``beyond``: how much of it counts as a neighbour, because its ``reach`` is not known."""
        self.found, self.known, self.cells, self.here, self.near, self.beyond, self.reach = found, known, cells, here, near, beyond, reach
        self.around = beyond + np.nan_to_num(reach)
        self.weights, self.easing = np.array(list(weights.values()), dtype=float), easing
        self.shares = _shares(found, known, cells)

    def frame(self, snapshot: Snapshot, counts: Counts, beside: dict[int, list[int]]) -> pd.DataFrame:
        """Everything but the state."""
        names = snapshot.nodes["name"]
        shortage = 1.0 / (1.0 + self.here)
        eased = 1.0 / (1.0 + self.easing * self.around)
        wanted = need(self.shares, self.weights[None])[0]
        priority = 100.0 * wanted * shortage * eased
        low, high = self._ranks(shortage)
        frame = pd.DataFrame({"priority": priority, "need": wanted, "shortage": shortage, "easing": eased, "n": self.here})
        frame["nearby"], frame["reach"] = self.near, self.reach
        for axis, (name, column) in enumerate(zip(_AXES, ("area", "theme", "stage"), strict=True)):
            frame[column] = self.found.dimensions[name].ids[self.cells[:, axis]].astype(object)
            frame[f"{column}_name"] = names.reindex(frame[column]).to_numpy(dtype=object)
        frame["rank"] = frame["priority"].round(9).rank(method="min", ascending=False).astype(int)
        frame["low"], frame["high"] = low, high
        ids = self.found.dimensions["Area"].ids
        frame["neighbours"] = ["; ".join(f"{names[ids[b]]!s} {counts[b, t, s]}" for b in beside.get(a, [])) for a, t, s in self.cells.tolist()]
        frame["indicators"] = [self._said(row, shares) for row, shares in zip(self.cells.tolist(), self.shares, strict=True)]
        around = [f"{m}" if np.isnan(r) else f"({m}+{r:.2f})" for m, r in zip(self.beyond, self.reach, strict=True)]
        frame["formula"] = [
            f"100 × {w:.3f} × 1/(1+{n}) × 1/(1+{self.easing:g}×{m}) = {p:.1f}" for w, n, m, p in zip(wanted, self.here, around, priority, strict=True)
        ]
        return frame

    def _ranks(self, shortage: NDArray[Any]) -> tuple[Counts, Counts]:
        """Best and worst rank of each gap over all swings of the weights."""
        low = np.full(len(self.cells), len(self.cells) + 1, dtype=np.intp)
        high = np.zeros(len(self.cells), dtype=np.intp)
        if not len(self.cells):
            return low, high
        for swings in np.array_split(self._swings(), max(1, len(self._swings()) * len(self.cells) // 2_000_000)):
            wanted = need(self.shares, swings[:, :-1] * self.weights)
            scores = np.round(wanted * shortage / (1.0 + self.easing * swings[:, -1:] * self.around), 11)
            ranks = pd.DataFrame(scores).rank(axis=1, method="min", ascending=False).to_numpy().astype(np.intp)
            low, high = np.minimum(low, ranks.min(axis=0)), np.maximum(high, ranks.max(axis=0))
        return low, high

    def _swings(self) -> NDArray[np.float64]:
        """Factors for every weight, the last one that of the neighbours."""
        size = len(self.weights) + 1
        moving = [n for n in range(size) if n == size - 1 or self.weights[n]]
        if len(moving) <= _ALL_TOGETHER:
            rows = np.ones((len(_SWING[::2]) ** len(moving) + 1, size))
            rows[1:, moving] = list(product(_SWING[::2], repeat=len(moving)))
            return rows
        rows = np.ones((1 + 2 * len(moving), size))
        for place, n in enumerate(moving):
            rows[1 + 2 * place, n], rows[2 + 2 * place, n] = _SWING[0], _SWING[-1]
        return rows

    def _said(self, cell: Sequence[int], shares: NDArray[np.float64]) -> str:
        """The need in numbers: "Kinder unter 6 Jahren 310 Kinder = 0.62 × 1"."""
        area = self.found.dimensions["Area"].ids[cell[0]]
        parts = []
        for place, key in enumerate(map(str, self.known.values.columns)):
            if self.weights[place] and not np.isnan(shares[place]):
                value = f"{float(self.known.values[key][area]):.1f}".removesuffix(".0")
                parts.append(f"{self.known.names[key]} {value} {self.known.units.get(key, '')}".rstrip() + f" = {shares[place]:.2f} × {self.weights[place]:g}")
        return "; ".join(parts)


def _shares(found: Cube, known: Needs, cells: NDArray[Any]) -> NDArray[np.float64]:
    """Gap x indicator: the share of the area, NaN where it is not known or does not count for the stage."""
    areas = known.shares.reindex(found.dimensions["Area"].ids).to_numpy(dtype=float)
    stages = found.snapshot.nodes.loc[found.dimensions["Stage"].ids]
    ages = [_age(stages, n) for n in range(len(stages))]
    fitting = np.array([known.fitting(age) for age in ages], dtype=bool).reshape(len(ages), areas.shape[1])
    shares = areas[cells[:, 0]]
    return np.where(fitting[cells[:, 2]], shares, np.nan)


def _age(stages: pd.DataFrame, place: int) -> tuple[int, int] | None:
    if not {"age_from", "age_to"} <= set(stages.columns):
        return None
    low, high = stages["age_from"].iloc[place], stages["age_to"].iloc[place]
    return None if pd.isna(low) or pd.isna(high) else (int(low), int(high))


def _beside(found: Cube, areas: Sequence[int], distance: float) -> dict[int, list[int]]:
    """The neighbours of each area of the level."""
    ids = found.dimensions["Area"].ids
    place = {str(ids[n]): n for n in areas}
    near = ground(found.snapshot).neighbours(list(place), distance)
    return {place[area]: [place[other] for other in others] for area, others in near.items()}


def _near(found: Cube, beside: dict[int, list[int]]) -> Cube:
    """The same cube, but what counts for an area is what there is in its neighbours, each offer once."""
    area = found.dimensions["Area"]
    size = len(area.ids)
    links = np.array([(a, b) for a, others in beside.items() for b in others], dtype=np.intp).reshape(-1, 2)
    step = Table((np.ones(len(links), dtype=np.int32), (links[:, 1], links[:, 0])), shape=(size, size))
    reached = Table(area.of @ step)
    reached.sum_duplicates()
    reached.data = np.ones_like(reached.data)
    return replace(found, dimensions={**found.dimensions, "Area": Dimension(area.ids, reached)})


def _reached(
    found: Cube, known: Needs, areas: Sequence[int], cells: NDArray[Any], near: Counts, beside: dict[int, list[int]], kept: dict[str, str], distance: float
) -> tuple[Counts, NDArray[np.float64]]:
    """For each cell what there is next door without coordinate or places, and how many places of the rest the area reaches (the mean is 1).

    Where the people of an area, or its middle, are not known, or nothing of the cell has places, all counts as a neighbour and
    the reach is NaN.
    """
    ids = found.dimensions["Area"].ids
    people = min(known.people, key=lambda key: known.names[key], default="")
    heads = known.values[people].reindex(ids[list(areas)]).to_numpy(dtype=float) if people else np.full(len(areas), np.nan)
    supply = np.flatnonzero(found.chosen(kept))
    around = catchments(found.snapshot, [str(ids[n]) for n in areas], heads, found.snapshot.nodes.iloc[found.items[supply]], distance)
    sites, ratio, total = supply[around.sites], around.per_person(), float(heads[around.usable].sum())
    if not len(sites) or not total:
        return near, np.full(len(cells), np.nan)
    row_of = np.full(len(ids), -1, dtype=np.intp)
    row_of[list(areas)] = np.arange(len(areas))
    sited = np.zeros(len(found.items), dtype=bool)
    sited[sites] = True
    area = found.dimensions["Area"]
    rest = Table(sparse.diags_array((~sited).astype(np.int32), dtype=np.int32) @ area.of)
    rest.eliminate_zeros()
    unsited = _near(replace(found, dimensions={**found.dimensions, "Area": Dimension(ids, rest)}), beside).counts(_AXES, kept)[tuple(cells.T)]
    serves = area.of[sites].toarray() > 0  # what is there for the area itself is no relief from without
    themes, stages = (found.dimensions[name].of[sites].toarray() > 0 for name in ("Theme", "Stage"))
    near, reach = near.copy(), np.full(len(cells), np.nan)
    for place, (a, t, s) in enumerate(cells.tolist()):
        about, row = themes[:, t] & stages[:, s], row_of[a]
        mean = around.places[about].sum() / total
        if mean > 0 and around.usable[row]:
            reach[place] = ratio[about & around.near[row] & ~serves[:, a]].sum() / mean
            near[place] = unsited[place]
    return near, reach
