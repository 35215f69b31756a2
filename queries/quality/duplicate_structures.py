"""Gremien and projects that probably do the same work."""

from __future__ import annotations

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column, Parameter
from queries.duplicates import graph_tables, structures

ABOUT = Analysis(
    title=Text("Doppelstrukturen", "Structures that do the same"),
    question=Text("Welche Gremien und Projekte tun dieselbe Arbeit?", "Which committees and projects do the same work?"),
    reading=Text(
        "Eine Zeile ist ein Paar. Doppelstruktur: es sitzen dieselben darin. Parallelstruktur: gleiche Aufgabe, gleicher Ort, gleiche Zielgruppe, "
        "niemand gemeinsam. Teilmenge: die Mitglieder der einen sitzen fast alle auch in der anderen. Die Punkte sind die Summe der Gründe; wer in vielen "
        "Gremien sitzt, zählt wenig. Ob eine der beiden entbehrlich ist, entscheidet kein Programm.",
        "One row is a pair. Doppelstruktur: the same people sit in both. Parallelstruktur: same task, place and target group, nobody in common. "
        "Teilmenge: the members of one nearly all sit in the other, too. The points are the sum of the reasons; who sits in many committees counts "
        "little. Whether one of the two can go is not for a program to decide.",
    ),
    denominator=Text("Gremien und Projekte am Stichtag", "committees and projects on the day"),
    columns=(
        Column("one", Text("Struktur", "Structure")),
        Column("other", Text("und", "and")),
        Column("kind", Text("Art", "Kind")),
        Column("score", Text("Punkte", "Points")),
        Column("reasons", Text("Gründe", "Reasons"), personal=True),
    ),
    parameters=(Parameter("least", Text("Ab so vielen Punkten", "From so many points"), "number", structures.LIKELY), standing.AS_OF, standing.LANGUAGE),
)


def run(snapshot: Snapshot, least: float = structures.LIKELY, as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per pair, the likeliest first; ``attrs``: structures in a pair, of all that stand on the day."""
    view, day = standing.on(snapshot, as_of)
    table = graph_tables.structures(view, day)
    found = structures.pairs(table, {str(node): str(name) for node, name in standing.names_of(view).dropna().items()})
    found = found[found["score"] >= least]
    rows = found.rename(columns={"id_1": "one", "id_2": "other"})
    return standing.table(ABOUT, rows, len(table), n=len({*found["id_1"], *found["id_2"]}))
