"""Surveys that found nothing, where since then there is something."""

from __future__ import annotations

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column

ABOUT = Analysis(
    title=Text("Überholte Prüfungen", "Outdated checks"),
    question=Text(
        "Wo hat eine Erhebung nichts gefunden, und heute gibt es dort doch etwas?", "Where did a survey find nothing, and today there is something after all?"
    ),
    reading=Text(
        "Eine Zeile ist eine Prüfung („geprüft, nichts gefunden“), der laufende Angebote oder Projekte zu diesem Thema und dieser Bildungsphase "
        "widersprechen, die im Gebiet liegen oder für es da sind. "
        "Die Prüfung ist überholt oder war unvollständig; ein Angebot ohne eigenen Ort liegt, wo sein Träger liegt.",
        "One row is a check (“checked and none”) that running offers or projects for this theme and stage contradict, which lie in the area or "
        "serve it. The check is outdated or was "
        "incomplete; an offer without a place of its own is where its provider is.",
    ),
    denominator=Text("Prüfungen bis zum Stichtag", "checks up to the day"),
    columns=(
        Column("area", Text("Gebiet", "Area")),
        Column("theme", Text("Thema", "Theme")),
        Column("stage", Text("Bildungsphase", "Stage")),
        Column("date", Text("Geprüft am", "Checked on")),
        Column("found", Text("Inzwischen dort", "There by now")),
        Column("evidence", Text("Beleg", "Evidence")),
    ),
    parameters=(standing.AS_OF, standing.LANGUAGE),
)


def run(snapshot: Snapshot, as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per contradicted check, the oldest first; ``found`` counts what is there."""
    view, day = standing.on(snapshot, as_of)
    checks = standing.edges_of(view, ("CHECKED",), ("start", "end", "stage", "date", "source"))
    checks = standing.where(checks, (not isinstance(when, str) or when <= day for when in checks["date"])).sort_values(["date", "start", "end"], kind="stable")
    works = standing.alive(view, day, "Offer", "Project", columns=()).index
    places = _places(view)
    about = standing.edges_of(view, ("ADDRESSES",)).groupby("end")["start"].agg(set)
    stages = standing.edges_of(view, ("FOR_STAGE",)).groupby("end")["start"].agg(set)
    here = places[places["thing"].isin(works) & places["area"].isin(checks["start"])].groupby("area")["thing"].agg(set)
    rows: list[dict[str, object]] = []
    for area, theme, stage, when, source in checks.itertuples(index=False):
        found = here.get(area, set()) & about.get(theme, set())
        if isinstance(stage, str):
            found &= stages.get(stage, set())
        if found:
            told = Text("Geprüft {day}{source}, nichts gefunden; heute: {found}", "Checked {day}{source}, none found; today: {found}").in_(language)
            said = f" ({source})" if isinstance(source, str) else ""
            evidence = told.format(day=standing.day_words(when, language), source=said, found=standing.names(view, found, 5, language))
            rows.append(
                {"area": area, "theme": theme, "stage": stage if isinstance(stage, str) else None, "date": when, "found": len(found), "evidence": evidence}
            )
    return standing.table(ABOUT, rows, of=len(checks))


def _places(view: Snapshot) -> pd.DataFrame:
    """Offers and projects and every area that they lie in or serve, or a part of it."""
    own = standing.located(view, "", ("LOCATED_IN", "SERVES"))
    runs = standing.edges_of(view, ("RUNS",))
    homeless = runs[~runs["end"].isin(own["thing"])]
    through = homeless.merge(standing.located(view), left_on="start", right_on="thing")[["end", "area"]].set_axis(["thing", "area"], axis=1)
    return pd.concat([own, through])
