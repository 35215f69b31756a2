"""How long each question about gaps takes on a large town: ``python -m benchmarks.questions [--nodes N] [--edges M] [--write]``.

A snapshot in memory, as the app has it. *First* means that nobody has asked anything of this day yet (the network of the day, the
seats and the places are then made); *again* that these are there; no answer is kept.
"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks import city, path
from benchmarks.page import town_command
from graph.snapshot import Snapshot
from queries import catalog

DAY = "2026-06-01"
GOAL = 0.5
DISTRICTS, QUARTERS = 10, 100
FORMS = ("Grundschule", "Gymnasium", "Gesamtschule", "Realschule", "Berufskolleg")


def snapshot(nodes: int, edges: int) -> Snapshot:
    """A town of this size: that of ``benchmarks/city.py``, with areas, stages, goals and checks, whose relationships are among its edges."""
    chance = random.Random(1)
    things, ties = _additions(
        chance, round(nodes * city.NODE_SHARES["Institution"]), round(nodes * city.NODE_SHARES["Gremium"]), round(nodes * city.NODE_SHARES["Offer"])
    )
    with tempfile.TemporaryDirectory() as folder:
        city.write(Path(folder), nodes - len(things), edges - len(ties))
        told, tied = path._rows(Path(folder))
    for kind, rows in told.items():
        things += [{"id": row["id"], "type": kind, **row["props"], **_facts(kind, number)} for number, row in enumerate(rows)]
    for (kind, _, _), rows in tied.items():
        ties += [{"type": kind, "start": row["start"], "end": row["end"], **row["props"], **_period(chance, kind)} for row in rows]
    known = {thing["id"] for thing in things}
    ties = [tie for tie in ties if tie["start"] in known and tie["end"] in known]
    for number, tie in enumerate(ties):
        tie["id"] = f"{tie['type'].lower()}-{number:07d}"
    every = [
        _whole(things, ("id", "type", "name", "start", "end", "status", "confirmed", "level")),
        _whole(ties, ("id", "type", "start", "end", "since", "until")),
    ]
    frames = [pa.Table.from_pylist(rows).to_pandas() for rows in every]
    return Snapshot(1, frames[0].set_index("id").sort_index(), frames[1].sort_values("id", ignore_index=True))


def _whole(rows: list[dict[str, Any]], first: tuple[str, ...]) -> list[dict[str, Any]]:
    """All rows with the same columns."""
    names = [*first, *dict.fromkeys(name for row in rows for name in row if name not in first), "source", "as_of"]
    return [{name: row.get(name) for name in names} | {"source": "Liste", "as_of": "2026-01-01"} for row in rows]


def _additions(chance: random.Random, houses: int, bodies: int, offers: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    things: list[dict[str, Any]] = [{"id": "stadt", "type": "Area", "name": "Stadt", "level": "municipality"}]
    things += [{"id": f"d{n}", "type": "Area", "name": f"Bezirk {n}", "level": "district"} for n in range(DISTRICTS)]
    things += [{"id": f"q{n}", "type": "Area", "name": f"Stadtteil {n}", "level": "quarter"} for n in range(QUARTERS)]
    things += [{"id": f"s{n}", "type": "Stage", "name": f"Phase {n}"} for n in range(6)] + [
        {"id": f"z{n}", "type": "Goal", "name": f"Ziel {n}"} for n in range(50)
    ]
    things += [{"id": "i", "type": "Indicator", "name": "Schulsozialindex"}]
    pairs = [(f"d{n}", "PART_OF", "stadt") for n in range(DISTRICTS)] + [(f"q{n}", "PART_OF", f"d{n % DISTRICTS}") for n in range(QUARTERS)]
    pairs += [(f"In{n}", "LOCATED_IN", f"q{chance.randrange(QUARTERS)}") for n in range(houses)]
    pairs += [(f"Gr{n}", "SERVES", f"d{chance.randrange(DISTRICTS)}" if n % 3 else "stadt") for n in range(bodies)]
    pairs += [(f"Of{n}", "FOR_STAGE", f"s{chance.randrange(6)}") for n in range(offers)] + [(f"Gr{n}", "PURSUES", f"z{n}") for n in range(min(50, bodies))]
    pairs += [(f"Gr{n}", "LED_BY", f"In{chance.randrange(houses)}") for n in range(0, bodies, 2)] + [
        (f"Gr{n}", "REPORTS_TO", f"Gr{n // 4}") for n in range(1, bodies, 2)
    ]
    pairs += [(f"In{n}", "HAS_VALUE", "i") for n in range(0, houses, 4)]
    ties: list[dict[str, Any]] = [{"start": start, "type": kind, "end": end} for start, kind, end in pairs]
    for tie in ties:
        if tie["type"] == "HAS_VALUE":
            tie |= {"value": float(chance.randrange(1, 10)), "year": 2024.0}
    ties += [{"start": f"d{n % DISTRICTS}", "type": "CHECKED", "end": f"Th{n % 12}", "stage": f"s{n % 6}", "date": "2024-01-01"} for n in range(200)]
    return things, ties


def _facts(kind: str, number: int) -> dict[str, Any]:
    if kind == "Project":
        return {"end": f"{2026 + number % 4}-{1 + number % 12:02d}-28"}
    return {"form": FORMS[number % len(FORMS)]} if kind == "Institution" else {}


def _period(chance: random.Random, kind: str) -> dict[str, Any]:
    return {"until": f"{chance.randrange(2012, 2026)}-12-31"} if kind == "MEMBER_OF" and chance.random() < 0.15 else {}


def measured(town: Snapshot, name: str) -> tuple[float, float, int]:
    """Seconds of this process for the first and for another time, and the rows of the answer."""
    seconds = []
    bare = Snapshot(town.version, town.nodes, town.edges)
    for view in (bare, town):
        begun = time.process_time()
        rows = len(catalog.run(name, snapshot=view, as_of=DAY))
        seconds.append(time.process_time() - begun)
    return seconds[0], seconds[1], rows


def table(town: Snapshot) -> list[str]:
    """The figures as Markdown."""
    names = [name for name in catalog.entries() if name.startswith("gaps/") and not any(p.required for p in catalog.get(name).about.parameters)]
    for name in names:  # what questions share is there by now
        catalog.run(name, snapshot=town, as_of=DAY)
    lines = [
        f"{len(town.nodes):,} things, {len(town.edges):,} relationships; seconds of processor time.", "",
        "| question | rows | first | again | goal |", "|---|---:|---:|---:|---|",
    ]  # fmt: skip
    for name in names:
        first, again, rows = measured(town, name)
        lines.append(f"| {name} | {rows:,} | {first:.2f} | {again:.2f} | ≤ {GOAL}: {'met' if again <= GOAL else 'MISSED'} |")
    return lines


if __name__ == "__main__":
    town_command(__doc__, "questions", "Questions about gaps", lambda nodes, edges: table(snapshot(nodes, edges)))
