"""The ties among given actors, as they are drawn."""

from __future__ import annotations

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries import tie_table
from queries.catalog import Analysis, Column, Parameter

ABOUT = Analysis(
    title=Text("Beziehungen zwischen Akteuren", "Ties among actors"),
    question=Text("Welche Beziehungen bestehen zwischen diesen Akteuren?", "Which ties are there among these actors?"),
    reading=Text(
        "Eine Zeile ist eine Beziehung. Bei Mitgliedschaften zählt n die Sitze, die eine Institution in einem Gremium hat, auch durch entsandte Personen.",
        "One row is one tie. For memberships n counts the seats that an institution has in a committee, through the people it sends as well.",
    ),
    columns=(
        Column("a", Text("Von", "From")),
        Column("b", Text("Zu", "To")),
        Column("kind", Text("Beziehung", "Tie")),
        Column("n", Text("Anzahl", "Count")),
        Column("since", Text("Seit", "Since")),
        Column("until", Text("Bis", "Until")),
        Column("source", Text("Quelle", "Source")),
        Column("as_of", Text("Stand", "As of")),
    ),
    parameters=(
        Parameter("actors", Text("Akteure", "Actors"), "nodes", required=True),
        Parameter("as_of", Text("Stand am", "As of"), "date", ""),
    ),
)


def run(snapshot: Snapshot, actors: list[str], as_of: str = "") -> pd.DataFrame:
    """One row for each pair and kind of tie among ``actors`` (entity ids), sorted by both and the kind.

    ``kind`` is an edge type, or ``TYPE/value`` for types drawn in variants (``COOPERATES_WITH/contract``).
    A person's seat is also given as a tie of the institution behind it (:mod:`queries.network.seats`).
    """
    return tie_table.table(snapshot.at(as_of) if as_of else snapshot).among(actors)
