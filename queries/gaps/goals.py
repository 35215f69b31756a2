"""Goals that nobody has taken up, or that nobody answers for."""

from __future__ import annotations

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column

ABOUT = Analysis(
    title=Text("Ziele ohne Maßnahme oder ohne Verantwortliche", "Goals without a measure or without anybody responsible"),
    question=Text(
        "Welche Ziele hat sich das Netzwerk gesetzt, ohne dass jemand daran arbeitet oder dafür einsteht?",
        "Which goals did the network set itself without anybody working on them or answering for them?",
    ),
    reading=Text(
        "Eine Zeile ist ein Ziel, dem etwas fehlt. Maßnahme: ein laufendes Projekt oder Angebot, das das Ziel verfolgt oder zu ihm gehört. "
        "Verantwortlich ist, wer das Ziel leitet; ein Gremium, das es verfolgt, ist genannt, aber noch niemand, der dafür einsteht.",
        "One row is a goal that lacks something. Measure: a running project or offer that pursues the goal or is a part of it. "
        "Responsible is who leads the goal; a committee that pursues it is named, but is not yet somebody who answers for it.",
    ),
    denominator=Text("Ziele, die am Stichtag gelten", "goals that hold on the day"),
    columns=(
        Column("goal", Text("Ziel", "Goal")),
        Column("missing", Text("Es fehlt", "Missing")),
        Column("measures", Text("Maßnahmen", "Measures")),
        Column("responsible", Text("Verantwortliche", "Responsible")),
        Column("evidence", Text("Beleg", "Evidence")),
    ),
    parameters=(standing.AS_OF, standing.LANGUAGE),
)


def run(snapshot: Snapshot, as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per goal without a measure or without a lead, by name."""
    view, day = standing.on(snapshot, as_of)
    goals = standing.alive(view, day, "Goal")
    works = standing.alive(view, day, "Project", "Offer", columns=())
    pursued = standing.edges_of(view, ("PURSUES", "PART_OF"))
    pursued = pursued[pursued["end"].isin(goals.index)].drop_duplicates()
    measures = pursued[pursued["start"].isin(works.index)].groupby("end").size().reindex(goals.index, fill_value=0)
    bodies = pursued[pursued["start"].isin(standing.alive(view, day, "Gremium", columns=()).index)].groupby("end")["start"].agg(list)
    led = standing.edges_of(view, ("LED_BY",))
    leads = led[led["start"].isin(goals.index)].drop_duplicates().groupby("start").size().reindex(goals.index, fill_value=0)
    rows: list[dict[str, object]] = []
    for goal in goals.sort_values("name", kind="stable").index:
        if measures[goal] and leads[goal]:
            continue
        by = standing.names(view, bodies.get(goal, []), language=language)
        rows.append(
            {
                "goal": goal,
                "missing": _missing(not measures[goal], not leads[goal], language),
                "measures": int(measures[goal]),
                "responsible": int(leads[goal]),
                "evidence": _evidence(int(measures[goal]), int(leads[goal]), by, language),
            }
        )
    return standing.table(ABOUT, rows, of=len(goals))


def _missing(measure: bool, responsible: bool, language: str) -> str:
    words = [Text("Maßnahme", "measure")] * measure + [Text("Verantwortliche", "responsible")] * responsible
    return ", ".join(word.in_(language) for word in words)


def _evidence(measures: int, leads: int, by: str, language: str) -> str:
    none = Text("kein Projekt und kein Angebot verfolgt es", "no project and no offer pursues it")
    some = Text("{n} daran", "{n} on it")
    nobody = Text("niemand leitet es", "nobody leads it")
    word = standing.many(measures, Text("Maßnahme", "measure"), Text("Maßnahmen", "measures"), language)
    lead = standing.many(leads, Text("Verantwortliche", "responsible party"), Text("Verantwortliche", "responsible parties"), language)
    parts = [some.in_(language).format(n=word) if measures else none.in_(language), lead if leads else nobody.in_(language)]
    parts += [Text("verfolgt von {by}", "pursued by {by}").in_(language).format(by=by)] if by else []
    return "; ".join(parts)
