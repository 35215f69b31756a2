"""Gremien and projects that probably do the same work."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column, Parameter
from queries.duplicates import graph_tables, sittings, structures
from queries.duplicates.structures_columns import split

ABOUT = Analysis(
    title=Text("Doppelstrukturen", "Structures that do the same"),
    question=Text("Welche Gremien und Projekte tun dieselbe Arbeit?", "Which committees and projects do the same work?"),
    reading=Text(
        "Eine Zeile ist ein Paar. Doppelstruktur: es sitzen dieselben darin. Parallelstruktur: gleiche Aufgabe, gleicher Ort, gleiche Zielgruppe, "
        "niemand gemeinsam. Teilmenge: die Mitglieder der einen sitzen fast alle auch in der anderen. Die Punkte sind die Summe der Gründe; wer in vielen "
        "Gremien sitzt, zählt wenig. Frei würden, wenn die weniger aufwendige der beiden aufginge, deren Sitzungen im Jahr und, mal Mitglieder mal "
        "Stunden je Sitzung, deren Personenstunden; ohne bekannten Rhythmus steht dort nichts. Ob eine der beiden entbehrlich ist, entscheidet kein Programm.",
        "One row is a pair. Doppelstruktur: the same people sit in both. Parallelstruktur: same task, place and target group, nobody in common. "
        "Teilmenge: the members of one nearly all sit in the other, too. The points are the sum of the reasons; who sits in many committees counts "
        "little. If the less costly of the two were merged into the other, its meetings a year would be freed and, times members "
        "times hours each, its person-hours; where no "
        "rhythm is known nothing stands there. Whether one of the two can go is not for a program to decide.",
    ),
    denominator=Text("Gremien und Projekte am Stichtag", "committees and projects on the day"),
    columns=(
        Column("one", Text("Struktur", "Structure")),
        Column("other", Text("und", "and")),
        Column("kind", Text("Art", "Kind")),
        Column("score", Text("Punkte", "Points")),
        Column("sittings", Text("Sitzungen", "Meetings")),
        Column("hours", Text("Stunden", "Hours")),
        Column("reasons", Text("Gründe", "Reasons"), personal=True),
    ),
    parameters=(
        Parameter("least", Text("Ab so vielen Punkten", "From so many points"), "number", structures.LIKELY),
        Parameter("each", Text("Stunden je Sitzung", "Hours of a meeting"), "number", 2.0),
        standing.AS_OF,
        standing.LANGUAGE,
    ),
)


def run(snapshot: Snapshot, least: float = structures.LIKELY, each: float = 2.0, as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per pair, the likeliest first; ``attrs``: structures in a pair, of all that stand on the day. ``each``: hours of a meeting."""
    view, day = standing.on(snapshot, as_of)
    table = graph_tables.structures(view, day)
    found = structures.pairs(table, {str(node): str(name) for node, name in standing.names_of(view).dropna().items()}, language)
    found = found[found["score"] >= least]
    rhythms = view.nodes["rhythm"] if "rhythm" in view.nodes.columns else pd.Series(dtype=object)
    meetings = {str(node): sittings.a_year(str(rhythm)) for node, rhythm in rhythms.dropna().items()}
    members = {str(node): len(split(held)) for node, held in zip(table["id"], table["members"], strict=True)}
    rows = found.rename(columns={"id_1": "one", "id_2": "other"})
    freed = [_freed(pair, meetings, members, each) for pair in zip(rows["one"], rows["other"], strict=True)]
    rows[["hours", "sittings"]] = pd.DataFrame(freed, index=rows.index, columns=["hours", "sittings"], dtype=float)
    return standing.table(ABOUT, rows, len(table), n=len({*found["id_1"], *found["id_2"]}))


def _freed(pair: tuple[str, str], meetings: Mapping[str, float | None], members: Mapping[str, int], each: float) -> tuple[float, float] | tuple[None, None]:
    """Person-hours and meetings a year of the less costly of two; nothing where one's are not known."""
    costs = []
    for node in pair:
        often = meetings.get(node)
        if often is None or not members[node]:
            return None, None
        costs.append((round(often * members[node] * each), round(often, 1)))
    return min(costs)
