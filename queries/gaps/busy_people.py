"""People who sit in so many Gremien that much stops where they leave."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column, Parameter

ABOUT = Analysis(
    title=Text("Personen in vielen Gremien", "People in many committees"),
    question=Text("Wer sitzt in mehr als so vielen Gremien?", "Who sits in more than so many committees?"),
    reading=Text(
        "Eine Zeile ist eine Person, die am Stichtag in mehr Gremien sitzt als angegeben; mehrere Sitze in einem Gremium zählen einmal. Viel läuft "
        "über sie: fällt sie aus, fehlen mehrere Verbindungen zugleich.",
        "One row is a person who on the day sits in more committees than given; several seats in one committee count once. Much runs through them: "
        "where they fall out, several ties are missing at once.",
    ),
    denominator=Text("Personen mit einem Sitz", "people with a seat"),
    columns=(
        Column("person", Text("Person", "Person")),
        Column("institution", Text("Sitzt für", "Sits for")),
        Column("gremien", Text("Gremien", "Committees")),
        Column("chairs", Text("davon mit Vorsitz", "chairing")),
        Column("evidence", Text("Beleg", "Evidence")),
    ),
    parameters=(Parameter("more_than", Text("In mehr als (Gremien)", "In more than (committees)"), "integer", 5), standing.AS_OF, standing.LANGUAGE),
)


def run(snapshot: Snapshot, more_than: int = 5, as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per person, most Gremien first."""
    view, day = standing.on(snapshot, as_of)
    held, numbered = standing.seats_of(view), standing.seat_places(view)
    types, names = standing.types_of(view).to_numpy(), standing.names_of(view)
    bodies = np.zeros(len(types), dtype=bool)
    bodies[standing.places(view, standing.alive(view, day, "Gremium", columns=()).index.to_series())] = True
    known = ((numbered["member"] >= 0) & (numbered["gremium"] >= 0)).to_numpy() & (types[numbered["member"]] == "Person") & bodies[numbered["gremium"]]
    pairs = numbered.loc[known, ["member", "gremium"]].drop_duplicates()
    counts = np.bincount(pairs["member"], minlength=len(types))
    many = held[known & (counts > more_than)[numbered["member"]]]
    found: dict[str, list[tuple[str, str | None, object]]] = {}
    for person, gremium, institution, role in zip(many["member"], many["gremium"], many["institution"], many["role"], strict=True):
        found.setdefault(person, []).append((gremium, institution, role))
    rows: list[dict[str, object]] = []
    for person, held_by in found.items():
        homes = Counter(institution for _, institution, _ in held_by if institution)
        rows.append(
            {
                "person": person,
                "institution": min(homes, key=lambda home: (-homes[home], home)) if homes else None,
                "gremien": len({gremium for gremium, _, _ in held_by}),
                "chairs": len({gremium for gremium, _, role in held_by if isinstance(role, str) and role.casefold().startswith("vorsitz")}),
                "evidence": standing.names(view, (gremium for gremium, _, _ in held_by), 12, language),
            }
        )
    rows.sort(key=lambda row: (-int(str(row["gremien"])), str(names.get(row["person"]))))
    return standing.table(ABOUT, rows, of=int((counts > 0).sum()))
