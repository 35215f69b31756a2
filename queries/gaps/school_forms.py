"""Which kinds of schools there are in each area, which are missing, and how hard it is there."""

from __future__ import annotations

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column, Parameter

ABOUT = Analysis(
    title=Text("Schulformen je Gebiet", "Types of school by area"),
    question=Text(
        "Welche Schulformen gibt es in jedem Gebiet, welche fehlen, und wie belastet sind die Schulen dort?",
        "Which types of school does each area have, which are missing, and how hard is it for schools there?",
    ),
    reading=Text(
        "Eine Zeile ist ein Gebiet. Es fehlt eine Schulform, die es anderswo in der Kommune gibt. Der Sozialindex ist der Mittelwert der Schulen "
        "dort, die einen haben (1 gering, 9 sehr hoch belastet), "
        "nach der neuesten Angabe bis zum Stichtag. „Ausgabe“ hält nur Schulen, die eine Quelle mit diesem Wort im Titel nennt (2021).",
        "One row is an area. Missing is a type of school that there is elsewhere in the municipality. The social index is the mean of the schools "
        "there that have one (1 low, 9 very high burden), "
        "by the newest value up to the day. “Edition” keeps only schools that a source with this word in its title names (2021).",
    ),
    denominator=Text(
        "Paare aus Gebiet und Schulform der Kommune; gezählt sind die ohne Schule",
        "pairs of an area and a type of school of the municipality; counted are those without a school",
    ),
    columns=(
        Column("area", Text("Gebiet", "Area")),
        Column("schools", Text("Schulen", "Schools")),
        Column("forms", Text("Nach Schulform", "By type")),
        Column("missing", Text("Es fehlt", "Missing")),
        Column("n", Text("Fehlende Schulformen", "Missing types")),
        Column("of", Text("von Schulformen", "of types")),
        Column("social_index", Text("Mittlerer Sozialindex", "Mean social index")),
        Column("measured", Text("aus Schulen", "of schools")),
        Column("programme", Text("Schulen im Programm", "Schools in the programme")),
        Column("evidence", Text("Beleg", "Evidence")),
    ),
    parameters=(
        Parameter("edition", Text("Ausgabe des Verzeichnisses", "Edition of the register"), "text", ""),
        Parameter("indicator", Text("Kennzahl", "Indicator"), "node", None, of=("Indicator",)),
        Parameter("programme", Text("Programm", "Programme"), "node", None, of=("Project",)),
        standing.LEVEL,
        standing.AS_OF,
        standing.LANGUAGE,
    ),
)


def run(
    snapshot: Snapshot,
    edition: str = "",
    indicator: str | None = None,
    programme: str | None = None,
    level: str = "district",
    as_of: str = "",
    language: str = "de",
) -> pd.DataFrame:
    """One row per area of ``level``, by name. Index and programme are the Schulsozialindex and the Startchancen-Programm where none is named.

    They count all schools of the area, ``schools`` and ``forms`` those of the ``edition``.
    """
    view, day = standing.on(snapshot, as_of)
    every = standing.alive(view, day, "Institution", columns=("kind", "form", "source"))
    every = every[(every["kind"] == "school").fillna(False).to_numpy(dtype=bool)] if "kind" in every.columns else every.iloc[:0]
    counted = standing.where(every, (isinstance(source, str) and edition in source for source in every["source"])) if edition else every
    forms = (counted["form"] if "form" in counted.columns else pd.Series(None, index=counted.index, dtype=object)).dropna()
    places = standing.located(view, level).set_axis(["school", "area"], axis=1)
    found = places[places["school"].isin(forms.index)]
    counts = found.groupby(["area", found["school"].map(forms)]).size().to_dict()
    towns = [str(form) for form in forms.value_counts().index]
    index = _index(view, indicator or _called(view, "Indicator", "schulsozialindex"), day)
    part = standing.edges_of(view, ("TAKES_PART_IN",))
    chosen = programme or _called(view, "Project", "startchancen")
    joined = set(part.loc[part["end"] == chosen, "start"]) if chosen else set()
    rows: list[dict[str, object]] = []
    missing = 0
    for area in standing.areas_at(view, level):
        here = {form: int(counts.get((area, form), 0)) for form in towns}
        absent = [form for form, n in here.items() if not n]
        missing += len(absent)
        schools = places.loc[(places["area"] == area) & places["school"].isin(every.index), "school"]
        known = [float(value) for value in index.reindex(schools).dropna()]
        rows.append(
            {
                "area": area,
                "schools": sum(here.values()),
                "forms": ", ".join(f"{form} {n}" for form, n in sorted(here.items(), key=lambda item: -item[1]) if n),
                "missing": ", ".join(absent),
                "n": len(absent),
                "of": len(towns),
                "social_index": round(sum(known) / len(known), 2) if known else None,
                "measured": len(known),
                "programme": int(schools.isin(joined).sum()),
                "evidence": _evidence(len(absent), len(towns), known, language),
            }
        )
    return standing.table(ABOUT, rows, of=len(rows) * len(towns), n=missing)


def _called(view: Snapshot, kind: str, word: str) -> str | None:
    """The first thing of a type whose name begins so."""
    names = standing.names_of(view)[standing.types_of(view) == kind]
    return next((str(key) for key, name in names.items() if isinstance(name, str) and name.casefold().startswith(word)), None)


def _index(view: Snapshot, indicator: str | None, day: str) -> pd.Series[float]:
    """The newest value of each institution up to the year of ``day``."""
    said = standing.edges_of(view, ("HAS_VALUE",), ("start", "end", "value", "year"))
    said = said[(said["end"] == indicator) & (said["year"].isna() | (said["year"].astype(float) <= int(day[:4])))] if indicator else said.iloc[:0]
    newest = said.sort_values("year", na_position="first", kind="stable").drop_duplicates("start", keep="last")
    return newest.set_index("start")["value"]


def _evidence(absent: int, towns: int, known: list[float], language: str) -> str:
    told = (
        Text("{n} von {of} Schulformen der Kommune fehlen", "{n} of {of} types of school of the municipality are missing")
        .in_(language)
        .format(n=absent, of=towns)
    )
    if not known:
        return told + Text("; ein Sozialindex ist nicht erfasst", "; no social index is known").in_(language)
    span = f"{min(known):g}" if min(known) == max(known) else f"{min(known):g}–{max(known):g}"
    return told + Text("; Sozialindex von {n} Schulen, {span}", "; social index of {n} schools, {span}").in_(language).format(n=len(known), span=span)
