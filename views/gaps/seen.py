"""What the page Lücken shows for a choice: matrix, ranked gaps, marks, and the cell whose card is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pandas as pd

from graph.ledger import Gap, Mark
from graph.snapshot import Snapshot
from queries.area_needs import Needs, needs
from queries.coverage_cube import Cube, cube
from views.gaps.choice import LEVELS, GapChoice, Spot

Ask = Callable[..., pd.DataFrame]
_USUAL_LEVELS = ("district", "quarter", "social_space", "municipality", "county")
DECIDED = ("accepted", "no_gap")
"""Marks under which a gap is no longer counted as one to look at."""


@dataclass(frozen=True)
class Seen:
    """One picture of the page. ``marks`` are those that hold."""

    view: Snapshot
    choice: GapChoice
    marks: tuple[Mark, ...]
    ask: Ask

    @cached_property
    def day(self) -> str:
        """The day that is shown."""
        return self.choice.day or date.today().isoformat()

    @cached_property
    def levels(self) -> list[str]:
        """Levels of which there are areas, in the order in which they are offered."""
        areas = self.view.nodes[self.view.nodes["type"] == "Area"]
        known = set(areas["level"]) if "level" in areas.columns else set()
        return [level for level in LEVELS.values() if level in known]

    @cached_property
    def level(self) -> str:
        """The level of the matrix: the one asked for, else the coarsest that divides the town."""
        if self.choice.level in self.levels:
            return self.choice.level
        counts = self.view.nodes.loc[self.view.nodes["type"] == "Area", "level"].value_counts() if self.levels else pd.Series(dtype=int)
        several = [level for level in _USUAL_LEVELS if counts.get(level, 0) > 1]
        return (several or self.levels or [_USUAL_LEVELS[0]])[0]

    @cached_property
    def town(self) -> str:
        """The area that holds all others, "" where there is no single one."""
        roots = self.view.areas.roots
        return roots[0] if len(roots) == 1 else ""

    @cached_property
    def cube(self) -> Cube:
        """The cube of the day."""
        return cube(self.view, self.day)

    @cached_property
    def needs(self) -> Needs:
        """The indicators of the day."""
        return needs(self.view, self.day)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The matrix, as ``gaps/coverage`` has it."""
        chosen = self.choice
        area = {} if "Area" in (chosen.rows, chosen.columns) else {"area": chosen.area}
        return self.ask("gaps/coverage", rows=chosen.rows, columns=chosen.columns, **self._shown, **area)

    @cached_property
    def ranked(self) -> pd.DataFrame:
        """Every gap, as ``gaps/priority`` has it, of whatever state."""
        chosen = self.choice
        return self.ask(
            "gaps/priority", weights=chosen.weights, easing=chosen.easing, distance=chosen.distance, catchment=chosen.catchment, **self._shown
        )

    @cached_property
    def listed(self) -> pd.DataFrame:
        """The gaps of the list: those of the state asked for."""
        return self.ranked[self.ranked["state"] == self.choice.state] if self.choice.state else self.ranked

    @cached_property
    def changed(self) -> pd.DataFrame | None:
        """What has become of gaps since the day to compare with; None where there is none, or it is not before the day shown."""
        since = self.choice.since
        return self.ask("gaps/changes", since=since, **self._shown) if since and since < self.day else None

    @property
    def _shown(self) -> dict[str, object]:
        chosen = self.choice
        within = [chosen.area] if chosen.area else []
        return {"level": self.level, "within": within, "theme": chosen.theme, "stage": chosen.stage, "group": chosen.group, "as_of": self.day}

    @cached_property
    def spot(self) -> Spot | None:
        """The cell whose card is open: the chosen one, else the first gap of the list that nobody has decided on."""
        if self.choice.spot is not None:
            return self.choice.spot
        for row in self.listed.itertuples(index=False):
            spot = Spot(str(row.area), str(row.theme), str(row.stage), self.choice.group)
            if (mark := self.mark(spot)) is None or mark.verdict not in DECIDED:
                return spot
        return None

    def spot_of(self, row: str, column: str) -> Spot:
        """The cell of the matrix at these values."""
        chosen = self.choice
        values = {"Area": chosen.area or self.town, "Theme": chosen.theme, "Stage": chosen.stage, "TargetGroup": chosen.group}
        values |= {chosen.rows: row, chosen.columns: column}
        return Spot(values["Area"], values["Theme"], values["Stage"], values["TargetGroup"])

    def place_of(self, spot: Spot) -> tuple[str, str] | None:
        """Row and column of a cell in the matrix; None where the matrix is of another area."""
        if "Area" not in (self.choice.rows, self.choice.columns) and spot.area != (self.choice.area or self.town):
            return None
        values = {"Area": spot.area, "Theme": spot.theme, "Stage": spot.stage, "TargetGroup": spot.group}
        return values[self.choice.rows], values[self.choice.columns]

    @cached_property
    def _by_gap(self) -> Mapping[Gap, Mark]:
        return {mark.gap: mark for mark in self.marks if not mark.lost}

    def mark(self, spot: Spot) -> Mark | None:
        """What people decided about this very cell."""
        return self._by_gap.get(Gap(spot.area, spot.theme, spot.stage, spot.group))

    def name(self, key: str) -> str:
        """What a thing is called."""
        return str(self.view.nodes["name"].get(key, key))

    def coverage_of(self, spot: Spot) -> pd.DataFrame:
        """The areas of the level (index: area) with what there is of the cell's theme, stage and target group."""
        found = self.ask("gaps/coverage", rows="Area", columns="Theme", level=self.level, stage=spot.stage, group=spot.group, as_of=self.day)
        if spot.theme:
            return found[found["column"] == spot.theme].set_index("row")
        by_stage = self.ask("gaps/coverage", rows="Area", columns="Stage", level=self.level, group=spot.group, as_of=self.day)
        return by_stage[by_stage["column"] == spot.stage].set_index("row")

    def state_of(self, spot: Spot) -> tuple[str, str, str]:
        """State of one cell, and for a surveyed one when and by whom."""
        kept = {name: value for name, value in (("Theme", spot.theme), ("Stage", spot.stage), ("TargetGroup", spot.group)) if value}
        place = self.cube.dimensions["Area"].place(spot.area)
        if self.cube.counts(("Area",), kept)[place]:
            return "covered", "", ""
        survey = self.cube.checked(("Area",), kept)[place]
        if survey < 0:
            return "unknown", "", ""
        row = self.cube.checks.rows.loc[int(survey)]
        return "checked", str(row["date"] or ""), str(row["by"]) if isinstance(row["by"], str) else ""


def known(choice: GapChoice, view: Snapshot) -> tuple[GapChoice, bool]:
    """The choice without what is no longer in the network, and whether anything was left out."""
    types = view.nodes["type"]
    wanted = {"area": "Area", "theme": "Theme", "stage": "Stage", "group": "TargetGroup"}
    found = {field: value if types.get(value) == wanted[field] else "" for field in wanted if (value := getattr(choice, field)) or True}
    spot = choice.spot
    if spot is not None:
        parts = {field: getattr(spot, field) for field in wanted}
        if not parts["area"] or any(value and types.get(value) != wanted[field] for field, value in parts.items()):
            spot = None
    kept = replace(choice, **found, spot=spot)
    return kept, kept != choice
