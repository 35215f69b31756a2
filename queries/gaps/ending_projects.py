"""Projects that end soon, or whose money does, and on which nothing follows."""

from __future__ import annotations

import pandas as pd

from graph import dates
from graph.model import Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column, Parameter

ABOUT = Analysis(
    title=Text("Projekte, die enden und auf die nichts folgt", "Projects that end and that nothing follows"),
    question=Text(
        "Welche Projekte enden in den nächsten Monaten, ohne dass etwas auf sie folgt?",
        "Which projects end in the next months without anything to follow them?",
    ),
    reading=Text(
        "Eine Zeile ist ein laufendes Projekt, das selbst oder dessen letzte befristete Förderung in diesem Zeitraum endet. Folgt ein anderes "
        "darauf (Beziehung „Folgt auf“), steht es nicht hier.",
        "One row is a running project that itself, or whose last limited funding, ends in this time. Where another one follows it (“follows”), it "
        "is not listed.",
    ),
    denominator=Text("Projekte, die am Stichtag laufen", "projects that run on the day"),
    columns=(
        Column("project", Text("Projekt", "Project")),
        Column("ends", Text("Endet", "Ends")),
        Column("months", Text("In Monaten", "In months")),
        Column("what", Text("Was endet", "What ends")),
        Column("evidence", Text("Beleg", "Evidence")),
    ),
    parameters=(Parameter("months", Text("In den nächsten Monaten", "In the next months"), "integer", 12), standing.AS_OF, standing.LANGUAGE),
)


def run(snapshot: Snapshot, months: int = 12, as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per project that ends without a successor, the next to end first."""
    view, day = standing.on(snapshot, as_of)
    limit = standing.months_on(day, months)
    running = standing.alive(view, day, "Project", columns=("end",))
    followed = set(standing.edges_of(snapshot, ("FOLLOWS",))["end"])
    left = running[~running.index.isin(followed)]
    funds = standing.edges_of(view, ("FUNDS",), ("start", "end", "until"))
    funds = funds[funds["end"].isin(left.index)]
    ends = {project: (dates.last_day(end), "project") for project, end in left["end"].dropna().items()} if "end" in left.columns else {}
    for project, money in funds.groupby("end")["until"]:
        if money.notna().all():  # somebody who gives money without a limit goes on giving
            last = max(dates.last_day(str(until)) for until in money)
            if project not in ends or last < ends[project][0]:
                ends[project] = (last, "money")
    soon = sorted((end, str(project), what) for project, (end, what) in ends.items() if day <= end <= limit)
    facts = _facts(view, [project for _, project, _ in soon])
    words = {"project": Text("Projekt", "project").in_(language), "money": Text("Förderung", "funding").in_(language)}
    rows: list[dict[str, object]] = [
        {
            "project": project,
            "ends": end,
            "months": dates.months_between(day, end),
            "what": words[what],
            "evidence": _evidence(end, what, facts, project, view, language),
        }
        for end, project, what in soon
    ]
    return standing.table(ABOUT, rows, of=len(running))


def _facts(view: Snapshot, projects: list[str]) -> dict[str, dict[str, list[str]]]:
    """What each project is about, where, and by whom: the other ends of its edges, by type."""
    found: dict[str, dict[str, list[str]]] = {project: {} for project in projects}
    edges = view.touching(projects)
    for kind, start, end in zip(edges["type"], edges["start"], edges["end"], strict=True):
        if start in found and kind in ("ADDRESSES", "SERVES"):
            found[start].setdefault(kind, []).append(end)
        if end in found and kind in ("RUNS", "FUNDS"):
            found[end].setdefault(kind, []).append(start)
    return found


def _evidence(end: str, what: str, facts: dict[str, dict[str, list[str]]], project: str, view: Snapshot, language: str) -> str:
    ends = Text("Endet am {day}", "Ends on {day}") if what == "project" else Text("Die Förderung endet am {day}", "Its funding ends on {day}")
    parts = [ends.in_(language).format(day=standing.day_words(end, language)), Text("nichts folgt darauf", "nothing follows").in_(language)]
    labels = {"ADDRESSES": Text("Thema", "theme"), "SERVES": Text("für", "for"), "RUNS": Text("Träger", "run by"), "FUNDS": Text("Geld von", "money from")}
    parts += [f"{label.in_(language)} {standing.names(view, facts[project][kind], 3, language)}" for kind, label in labels.items() if kind in facts[project]]
    return "; ".join(parts)
