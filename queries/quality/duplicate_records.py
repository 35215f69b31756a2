"""Entries that are probably one thing written twice."""

from __future__ import annotations

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column, Parameter
from queries.duplicates import graph_tables, records

ABOUT = Analysis(
    title=Text("Doppelte Einträge", "Duplicate records"),
    question=Text("Welche Einträge meinen wahrscheinlich dasselbe?", "Which records probably mean the same thing?"),
    reading=Text(
        "Eine Zeile ist ein Paar von Einträgen gleicher Art, das zusammengehören kann. Die Punkte sind die Summe der Gründe: ab 9 ist es fast immer "
        "dasselbe, darunter ist hinzusehen. Verschiedene amtliche Nummern sind nie dasselbe. Zusammengelegt wird hier nichts.",
        "One row is a pair of records of one kind that may belong together. The points are the sum of the reasons: from 9 on it is nearly always the "
        "same, below a look is needed. Different official numbers are never the same. Nothing is merged here.",
    ),
    denominator=Text("Einträge mit einem Namen", "records with a name"),
    columns=(
        Column("one", Text("Eintrag", "Record")),
        Column("other", Text("gleicht", "resembles")),
        Column("score", Text("Punkte", "Points")),
        Column("decision", Text("Urteil", "Verdict")),
        Column("reasons", Text("Gründe", "Reasons"), personal=True),
    ),
    parameters=(Parameter("least", Text("Ab so vielen Punkten", "From so many points"), "number", 2.0), standing.LANGUAGE),
)

_DECISIONS = {"same": Text("sicher dasselbe", "surely the same"), "review": Text("zu prüfen", "to be reviewed")}


def run(snapshot: Snapshot, least: float = 2.0, language: str = "de") -> pd.DataFrame:
    """One row per pair, the surest first; ``attrs``: records in a pair, of all records."""
    table = graph_tables.records(snapshot)
    found = records.pairs(table, language=language)
    found = found[found["score"] >= least]
    rows = pd.DataFrame(
        {
            "one": found["record_id_1"],
            "other": found["record_id_2"],
            "score": found["score"],
            "decision": [_DECISIONS[decision].in_(language) for decision in found["decision"]],
            "reasons": found["reasons"],
        }
    )
    return standing.table(ABOUT, rows, len(table), n=len({*found["record_id_1"], *found["record_id_2"]}))
