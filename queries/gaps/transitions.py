"""Transitions between stages of education that no Gremium and no project looks after."""

from __future__ import annotations

import numpy as np
import pandas as pd

from graph.model import Choice, Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column, Parameter

TRANSITIONS = (
    Choice("kita_school", Text("Kita – Grundschule", "Kita – primary school")),
    Choice("primary_secondary", Text("Grundschule – Sekundarstufe I", "Primary – lower secondary school")),
    Choice("school_work", Text("Schule – Beruf", "School – work")),
)
_SIDES = {"kita_school": ("kita", "primary"), "primary_secondary": ("primary", "secondary"), "school_work": ("secondary", "work")}
_WORDS = {
    "kita": (Text("Kita", "Kita"), Text("Kitas", "Kitas")),
    "primary": (Text("Grundschule", "primary school"), Text("Grundschulen", "primary schools")),
    "secondary": (Text("weiterführende Schule", "secondary school"), Text("weiterführende Schulen", "secondary schools")),
    "work": (Text("Stelle der Ausbildung", "institution of training"), Text("Stellen der Ausbildung", "institutions of training")),
}
_TABLES = (Text("Gremium oder Projekt", "committee or project"), Text("Gremien oder Projekten", "committees or projects"))
_TRAINING = frozenset({"company", "chamber", "employment", "further_education", "university"})
_SECONDARY = (
    "hauptschule",
    "realschule",
    "sekundarschule",
    "gesamtschule",
    "gymnasium",
    "gemeinschaftsschule",
    "oberschule",
    "mittelschule",
    "stadtteilschule",
)

ABOUT = Analysis(
    title=Text("Übergänge, um die sich niemand gemeinsam kümmert", "Transitions that nobody looks after together"),
    question=Text(
        "Wo gibt es für einen Übergang kein Gremium und kein Projekt, in dem beide Seiten sitzen?",
        "Where is there for a transition no committee and no project that has both sides in it?",
    ),
    reading=Text(
        "Eine Zeile ist ein Übergang in einem Gebiet, in dem es beide Seiten gibt, aber kein Gremium und kein Projekt mit Mitgliedern beider "
        "Seiten von dort. Eine Seite ist dort, wer im Gebiet liegt oder "
        "für es oder ein größeres zuständig ist. Grundschule und Sekundarstufe I stehen nach der Schulform; Förder- und Waldorfschulen umfassen "
        "beide und zählen nicht. Beruf: Berufskollegs, Kammern, Betriebe, Arbeitsverwaltung, Weiterbildung, Hochschulen.",
        "One row is a transition in an area that has both sides, but no committee and no project with members of both from there. On a side is who "
        "lies in the area or serves it or a larger one. "
        "Primary and lower secondary go by the type of school; special and Waldorf schools are both and do not count. Work: vocational colleges, "
        "chambers, companies, employment services, further education, universities.",
    ),
    denominator=Text("Übergänge in Gebieten, in denen es beide Seiten gibt", "transitions in areas that have both sides"),
    columns=(
        Column("area", Text("Gebiet", "Area")),
        Column("transition", Text("Übergang", "Transition")),
        Column("before", Text("Abgebend", "From")),
        Column("after", Text("Aufnehmend", "To")),
        Column("evidence", Text("Beleg", "Evidence")),
    ),
    parameters=(Parameter("transition", Text("Übergang", "Transition"), "text", "", choices=TRANSITIONS), standing.LEVEL, standing.AS_OF, standing.LANGUAGE),
)


def run(snapshot: Snapshot, transition: str = "", level: str = "district", as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per area and transition without a common table, by area, then as in ``TRANSITIONS``; ``before`` and ``after`` count institutions."""
    view, day = standing.on(snapshot, as_of)
    there = _there(view, day, level)
    seated = _seated(view, day).merge(there, on="institution")
    sides = there.groupby(["area", "side"])["institution"].nunique().to_dict()
    tables = seated.groupby(["area", "side"])["table"].agg(set).to_dict()
    rows: list[dict[str, object]] = []
    asked = 0
    for area in standing.areas_at(view, level):
        for choice in TRANSITIONS:
            if transition and choice.value != transition:
                continue
            one, other = ((area, side) for side in _SIDES[choice.value])
            if one not in sides or other not in sides:
                continue
            asked += 1
            if tables.get(one, set()) & tables.get(other, set()):
                continue
            evidence = _evidence([(side, sides[area, side], len(tables.get((area, side), ()))) for side in _SIDES[choice.value]], language)
            rows.append({"area": area, "transition": choice.label.in_(language), "before": sides[one], "after": sides[other], "evidence": evidence})
    return standing.table(ABOUT, rows, of=asked)


def _there(view: Snapshot, day: str, level: str) -> pd.DataFrame:
    """Institution (its place in ``view.nodes``), side and area of everyone on a side."""
    nodes = standing.alive(view, day, "Institution", columns=("kind", "form"))
    none = pd.Series(None, index=nodes.index, dtype=object)
    kinds = nodes["kind"] if "kind" in nodes.columns else none
    forms = nodes["form"] if "form" in nodes.columns else none
    pairs = {(kind, form): side_of(kind, form) for kind, form in pd.DataFrame({"k": kinds, "f": forms}).drop_duplicates().itertuples(index=False)}
    sides = pd.Series([pairs[pair] if pair in pairs else side_of(*pair) for pair in zip(kinds, forms, strict=True)], index=nodes.index, dtype=object).dropna()
    located = standing.located(view, level)
    serving = standing.edges_of(view, ("SERVES",)).set_axis(["thing", "served"], axis=1)
    wanted = pd.DataFrame(
        [(area, whole) for area in standing.areas_at(view, level) for whole in view.areas.path(area)], columns=["area", "served"], dtype=object
    )
    places = pd.concat([located, serving.merge(wanted, on="served")[["thing", "area"]], standing.located(view, level, ("SERVES",))]).drop_duplicates()
    found = places[places["thing"].isin(sides.index)].set_axis(["institution", "area"], axis=1)
    side = found["institution"].map(sides)
    return found.assign(side=side, institution=standing.places(view, found["institution"]))


def side_of(kind: object, form: object) -> str | None:
    """Which side of a transition an institution is on: kita, primary, secondary, work, or None."""
    if kind in ("kita", "family_centre"):
        return "kita"
    if kind in _TRAINING:
        return "work"
    if kind != "school" or not isinstance(form, str):
        return None
    text = form.casefold()
    if "förder" in text or "waldorf" in text:
        return None
    if "berufskolleg" in text or "berufsschule" in text or "berufsbildende" in text:
        return "work"
    if "grundschule" in text or "primarschule" in text:
        return "primary"
    return "secondary" if any(word in text for word in _SECONDARY) else None


def _seated(view: Snapshot, day: str) -> pd.DataFrame:
    """Institution and each Gremium or project that it is in, itself or through somebody, as places in ``view.nodes``."""
    held = standing.seat_places(view)[["institution", "gremium"]].to_numpy()
    joined = np.concatenate([held, *(np.column_stack(view.ends_of(kind)) for kind in ("TAKES_PART_IN", "RUNS"))])
    tables = np.zeros(len(view.nodes), dtype=bool)
    tables[standing.places(view, standing.alive(view, day, "Gremium", "Project", columns=()).index.to_series())] = True
    known = (joined[:, 0] >= 0) & (joined[:, 1] >= 0) & tables[joined[:, 1]]
    return pd.DataFrame(joined[known], columns=["institution", "table"]).drop_duplicates()


def _evidence(sides: list[tuple[str, int, int]], language: str) -> str:
    counted = [standing.many(n, *_WORDS[side], language) for side, n, _ in sides]
    tables = [standing.many(n, *_TABLES, language) for *_, n in sides]
    told = Text(
        "{one} und {other}; die einen sitzen in {a}, die anderen in {b}, in keinem beide.",
        "{one} and {other}; the ones sit in {a}, the others in {b}, in none of them both.",
    )
    return told.in_(language).format(one=counted[0], other=counted[1], a=tables[0], b=tables[1])
