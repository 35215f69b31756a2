"""What a map of areas is coloured by: a count of actors, or an indicator, for every area of a level."""

from __future__ import annotations

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, AnalysisError, Column, Parameter

ABOUT = Analysis(
    title=Text("Werte der Gebiete", "Values of areas"),
    question=Text(
        "Wie viele gibt es in jedem Gebiet, oder welchen Wert hat dort eine Kennzahl?",
        "How many are there in each area, or which value has an indicator there?",
    ),
    reading=Text(
        "Gezählt wird, was in dem Gebiet oder einem seiner Teile liegt oder dafür zuständig ist, jeder einmal. "
        "Eine Kennzahl ist der neueste Wert bis zum Stichtag; fehlt er und haben alle Teile einen, so ist es deren Summe (nur bei Anzahlen); "
        "wird sie an Institutionen gemessen, der Mittelwert derer, die dort liegen. Ohne Wert heißt: nicht erhoben.",
        "Counted is what lies in the area or one of its parts, or serves it, everyone once. "
        "An indicator is the newest value up to the day; where there is none and all parts have one, it is their sum (numbers of things only); "
        "where it is measured at institutions, the mean of those that lie there. No value means: not surveyed.",
    ),
    columns=(
        Column("area", Text("Gebiet (Kennung)", "Area (id)")),
        Column("name", Text("Gebiet", "Area")),
        Column("level", Text("Ebene", "Level")),
        Column("value", Text("Wert", "Value")),
        Column("unit", Text("Einheit", "Unit")),
        Column("year", Text("Jahr", "Year")),
        Column("basis", Text("Grundlage", "Basis")),
        Column("n", Text("Aus wie vielen", "Of how many")),
        Column("source", Text("Quelle", "Source")),
    ),
    parameters=(
        Parameter("measure", Text("Was gezeigt wird", "What is shown"), "text", required=True),
        Parameter("level", Text("Ebene", "Level"), "text", ""),
        Parameter("as_of", Text("Stand am", "As of"), "date", ""),
    ),
)

COUNTED = ("Institution", "Offer", "Project", "Gremium")
"""Types that can be counted. An Institution counts where it lies, the others also where they are there for."""

ADDITIVE_UNITS = frozenset(
    "Personen Einwohner Einwohnerinnen Kinder Jugendliche Menschen Haushalte Familien Schüler Schülerinnen Plätze Gruppen Fälle Wohnungen".split()
)
"""First words of units that count things, so that the values of parts add up. Anything else (percent, steps of an index) does not."""


def run(snapshot: Snapshot, measure: str, level: str = "", as_of: str = "") -> pd.DataFrame:
    """One row per area of ``level`` (of every level without one), by name; ``value`` is NaN where nothing was surveyed.

    ``measure`` is an Indicator's id, or ``Type``, ``Type/kind`` or ``Institution/kind/form`` for a count
    (``Institution/school/Grundschule``). ``basis`` says how the value came about: ``count``, ``value`` (stated
    for the area), ``sum`` of ``n`` parts, or ``mean`` of ``n`` institutions; ``year`` is NaN for counts.
    Raises ``AnalysisError`` for a measure that there is not.
    """
    view = snapshot.at(as_of) if as_of else snapshot
    nodes = view.nodes
    areas = nodes[nodes["type"] == "Area"]
    frame = pd.DataFrame({"name": areas["name"], "level": areas["level"] if "level" in areas.columns else None}, index=areas.index)
    kind = measure.partition("/")[0]
    if kind in COUNTED:
        values = _counted(view, measure)
    elif nodes["type"].get(measure) == "Indicator":
        values = _measured(view, measure, as_of)
    else:
        raise AnalysisError(f"Unbekannt: „{measure}“. Möglich sind eine Kennzahl und {', '.join(COUNTED)}, auch mit Art (Institution/kita)")
    frame = frame.join(values)
    if kind in COUNTED:
        frame["value"] = frame["value"].fillna(0)
        frame[["n", "basis"]] = frame[["n", "basis"]].fillna({"n": 0, "basis": "count"})
    units = nodes["unit"] if "unit" in nodes.columns else pd.Series(dtype=object)
    frame["unit"] = units.get(measure)
    if level:
        frame = frame[frame["level"] == level]
    frame.index.name = "area"
    return frame.reset_index().sort_values(["name", "area"], ignore_index=True)[[c.name for c in ABOUT.columns]]


def wholes(view: Snapshot) -> pd.DataFrame:
    """Every area with every area that it is (a part of): columns ``part`` and ``whole``. Sozialräume are wholes of their Stadtteile."""
    return view.once("wholes of areas", lambda: _wholes(view))


def _wholes(view: Snapshot) -> pd.DataFrame:
    areas = view.nodes.index[view.nodes["type"] == "Area"]
    pairs = [(part, whole) for whole in areas for part in view.areas.within([whole])]
    return pd.DataFrame(pairs, columns=["part", "whole"], dtype=object)


# ---- counts -----------------------------------------------------------------------------------------


def counted(view: Snapshot, measure: str) -> pd.Index[str]:
    """The ids of the actors that ``measure`` counts, wherever they are."""
    kind, *narrower = measure.split("/", 2)
    nodes = view.nodes[view.nodes["type"] == kind]
    for column, wanted in zip(("kind", "form"), narrower, strict=False):
        nodes = nodes[nodes[column] == wanted] if column in nodes.columns else nodes.iloc[:0]
    return nodes.index


def _counted(view: Snapshot, measure: str) -> pd.DataFrame:
    """Count per area. Who has two places in one area counts there once."""
    kind = measure.partition("/")[0]
    who, edges = counted(view, measure), view.edges
    places = edges[edges["type"].isin(["LOCATED_IN"] if kind == "Institution" else ["LOCATED_IN", "SERVES"])]
    own = places.loc[places["start"].isin(who), ["start", "end"]]
    if kind == "Offer":  # an offer without a place of its own is where its institution is
        runs = edges[(edges["type"] == "RUNS") & edges["end"].isin(who) & ~edges["end"].isin(own["start"])]
        at = edges.loc[edges["type"] == "LOCATED_IN", ["start", "end"]].rename(columns={"start": "institution", "end": "at"})
        through = runs.merge(at, left_on="start", right_on="institution")
        own = pd.concat([own, pd.DataFrame({"start": through["end"], "end": through["at"]})])
    found = own.merge(wholes(view), left_on="end", right_on="part").drop_duplicates(["start", "whole"])
    sources = view.nodes["source"].reindex(found["start"]).to_numpy()
    grouped = found.assign(source=sources).groupby("whole")
    values = pd.DataFrame({"value": grouped.size().astype(float), "n": grouped.size(), "source": grouped["source"].agg(_titles)})
    return values.assign(year=float("nan"), basis="count")


def _titles(sources: pd.Series[str]) -> str:
    """All titles that occur, each once."""
    return "; ".join(dict.fromkeys(title for text in sources.dropna().unique() for title in str(text).split("; ")))


# ---- indicators -------------------------------------------------------------------------------------


def _measured(view: Snapshot, indicator: str, as_of: str) -> pd.DataFrame:
    """Value per area: stated, else the sum of all its parts, else the mean of the institutions there."""
    edges = view.edges
    said = edges[(edges["type"] == "HAS_VALUE") & (edges["end"] == indicator)]
    for column in ("value", "year"):
        if column not in said.columns:
            said = said.assign(**{column: float("nan")})
    said = said[said["value"].notna()]
    if as_of:
        said = said[said["year"].isna() | (said["year"] <= int(as_of[:4]))]
    newest = said.sort_values(["year", "id"], na_position="first").drop_duplicates("start", keep="last").set_index("start")
    types = view.nodes["type"].reindex(newest.index)
    stated = newest.loc[types == "Area", ["value", "year", "source"]].assign(basis="value", n=1)
    unit = view.nodes["unit"].get(indicator) if "unit" in view.nodes.columns else None
    summed = _sums(view, stated) if isinstance(unit, str) and unit.split() and unit.split()[0] in ADDITIVE_UNITS else stated.iloc[:0]
    means = _means(view, newest[types == "Institution"])
    found = pd.concat([table for table in (stated, summed, means) if len(table)]) if len(newest) else stated
    return found[~found.index.duplicated()]


def _sums(view: Snapshot, stated: pd.DataFrame) -> pd.DataFrame:
    """Sums over the parts of an area, where every part has a value of the same year; finer areas first, so that sums add up further."""
    known: dict[str, tuple[float, float, str, int]] = {str(a): (r["value"], r["year"], str(r["source"]), 0) for a, r in stated.to_dict("index").items()}
    made: dict[str, dict[str, object]] = {}
    tree = view.areas
    spaces, entered = set(tree.social_spaces), set()

    def visit(area: str) -> None:
        if area in entered:  # a ring of PART_OF must not hang the map
            return
        entered.add(area)
        # A Stadtteil may be a stated part of the town as well as of its Bezirk: it adds to the nearest only.
        parts = [part for part in tree.children(area) if area in spaces or tree.parent(part) == area]
        for part in parts:
            visit(part)
        values = [known[part] for part in parts if part in known]
        if area in known or not parts or len(values) < len(parts) or len({str(year) for _, year, _, _ in values}) > 1:
            return
        n = sum(count or 1 for *_, count in values)
        known[area] = (sum(value for value, *_ in values), values[0][1], _titles(pd.Series([source for _, _, source, _ in values])), n)
        made[area] = {"value": known[area][0], "year": known[area][1], "source": known[area][2], "basis": "sum", "n": n}

    for area in view.nodes.index[view.nodes["type"] == "Area"]:
        visit(area)
    return pd.DataFrame.from_dict(made, orient="index", columns=["value", "year", "source", "basis", "n"])


def _means(view: Snapshot, measured: pd.DataFrame) -> pd.DataFrame:
    """Means of the values of institutions, each counted once in an area; the year is the newest among them."""
    edges = view.edges
    at = edges.loc[(edges["type"] == "LOCATED_IN") & edges["start"].isin(measured.index), ["start", "end"]]
    found = at.merge(wholes(view), left_on="end", right_on="part").drop_duplicates(["start", "whole"])
    rows = found[["start", "whole"]].join(measured[["value", "year", "source"]], on="start")
    grouped = rows.groupby("whole")
    means = pd.DataFrame({"value": grouped["value"].mean(), "year": grouped["year"].max(), "source": grouped["source"].agg(_titles), "n": grouped.size()})
    return means.assign(basis="mean")
