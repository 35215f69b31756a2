"""What is hidden in the town on purpose, and the guard that keeps it so: the gaps, and the list of all that was planted.

A gap is an area where no Angebot and no Projekt is there for a theme in a stage. Gremien and the mere presence of
an Institution are not supply. In a Bezirk a gap is deliberate; in a Stadtteil many cells are empty by size alone, and
the planted ones are those where need is high and a neighbour has something.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from demo.town import Town
from demo.words import PLAUSIBLE

DISTRICT_GAPS = 5
QUARTER_GAPS = 4


@dataclass(frozen=True)
class Gap:
    """No supply for theme x stage in the area; ``checked``: a survey found none (else nobody asked)."""

    area: str
    level: str
    quarters: frozenset[int]
    theme: str
    stage: str
    checked: bool


@dataclass(frozen=True)
class Gaps:
    """The planted gaps."""

    all: tuple[Gap, ...]

    def allow(self, quarters: Iterable[int], themes: Iterable[str], stages: Iterable[str]) -> bool:
        """May something in these Stadtteile be there for every one of the themes in every one of the stages?"""
        places, themes, stages = set(quarters), set(themes), set(stages)
        return not any(gap.theme in themes and gap.stage in stages and gap.quarters & places for gap in self.all)


def plan_gaps(rng: random.Random, town: Town) -> Gaps:
    """Five Bezirke lack one cell each, four poor Stadtteile another; no cell twice."""
    cells = [(theme, stage) for theme, stages in PLAUSIBLE.items() if theme != "demokratie" for stage in stages]
    chosen = rng.sample(cells, DISTRICT_GAPS + QUARTER_GAPS)
    districts = rng.sample([d for d in town.districts if d.index != town.middle], DISTRICT_GAPS)
    poor = sorted(town.quarters, key=lambda q: (-q.need, q.index))[: QUARTER_GAPS * 3]
    quarters = rng.sample(poor, QUARTER_GAPS)
    gaps = [Gap(d.name, "district", frozenset(d.quarters), *cell, checked=n < 3) for n, (d, cell) in enumerate(zip(districts, chosen, strict=False))]
    rest = chosen[DISTRICT_GAPS:]
    gaps += [Gap(q.name, "quarter", frozenset({q.index}), *cell, checked=n < 3) for n, (q, cell) in enumerate(zip(quarters, rest, strict=True))]
    return Gaps(tuple(gaps))


@dataclass
class Truth:
    """What the folder holds.

    ``counts`` are records written per node type, ``institutions`` the same for the three kinds of Institution;
    planted duplicate records are counted within them (a pair is two records). ``rows`` counts data rows by file,
    and by sheet of the workbook. ``citywide`` are offers without an address that are there for the whole
    town, ``unplaced`` what no source gives a place in the town. Keys are those of the workbook's first column.
    ``besides`` names what the ingest makes out of the school register on top of ``counts``.
    """

    town: str
    ags: str
    seed: int
    as_of: str
    counts: dict[str, int] = field(default_factory=dict)
    institutions: dict[str, int] = field(default_factory=dict)
    duplicates_counted_within: bool = True
    besides: dict[str, list[str]] = field(default_factory=lambda: {"Project": ["Startchancen-Programm"], "Indicator": ["Schulsozialindex"]})
    rows: dict[str, int] = field(default_factory=dict)
    edges: dict[str, int] = field(default_factory=dict)
    gaps: list[dict[str, object]] = field(default_factory=list)
    outdated_checks: list[dict[str, str]] = field(default_factory=list)
    duplicate_records: list[dict[str, str]] = field(default_factory=list)
    lookalikes: list[dict[str, str]] = field(default_factory=list)
    duplicate_structures: list[dict[str, object]] = field(default_factory=list)
    single_points_of_failure: list[dict[str, object]] = field(default_factory=list)
    dead_ends: list[dict[str, str]] = field(default_factory=list)
    citywide: list[dict[str, str]] = field(default_factory=list)
    unplaced: list[dict[str, str]] = field(default_factory=list)

    def add_double(self, kind: str, left: str, right: str, left_name: str, right_name: str, how: str) -> None:
        """Notes that ``right`` is ``left`` once more under another spelling."""
        self.duplicate_records.append({"type": kind, "left": left, "right": right, "left_name": left_name, "right_name": right_name, "how": how})

    def add_lookalike(self, kind: str, left: str, right: str, left_name: str, right_name: str, why: str) -> None:
        """Notes that the two look alike and are not the same."""
        self.lookalikes.append({"type": kind, "left": left, "right": right, "left_name": left_name, "right_name": right_name, "why": why})

    def as_dict(self) -> dict[str, object]:
        """For ``truth.json``."""
        return asdict(self)
