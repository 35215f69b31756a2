"""What a map of areas can be coloured by: every count that is not nought, and every indicator with a value."""

from __future__ import annotations

import pandas as pd

from graph import schema
from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, Column, Parameter
from queries.network.area_values import COUNTED

ABOUT = Analysis(
    title=Text("Was Gebiete zeigen können", "What areas can show"),
    question=Text("Was lässt sich je Gebiet zählen, und welche Kennzahlen gibt es?", "What can be counted for each area, and which indicators are there?"),
    reading=Text(
        "Eine Zeile ist eine Zählung oder eine Kennzahl; n sagt, wie viele es überhaupt sind oder wie viele Werte es gibt.",
        "One row is a count or an indicator; n says how many there are at all, or how many values.",
    ),
    columns=(
        Column("measure", Text("Schlüssel", "Key")),
        Column("group", Text("Gruppe", "Group")),
        Column("de", Text("Deutsch", "German")),
        Column("en", Text("Englisch", "English")),
        Column("unit", Text("Einheit", "Unit")),
        Column("n", Text("Anzahl", "Number")),
    ),
    parameters=(Parameter("as_of", Text("Stand am", "As of"), "date", ""),),
)


def run(snapshot: Snapshot, as_of: str = "") -> pd.DataFrame:
    """One row per measure of ``network/area_values``: counts in the order of the schema, then indicators by name."""
    view = snapshot.at(as_of) if as_of else snapshot
    rows = [row for kind in COUNTED for row in _counts(view, kind)] + _indicators(view, as_of)
    return pd.DataFrame(rows, columns=[c.name for c in ABOUT.columns])


def _counts(view: Snapshot, kind: str) -> list[tuple[object, ...]]:
    """The type as a whole, its kinds, and (institutions only) the forms of each kind that has several."""
    nodes, node = view.nodes[view.nodes["type"] == kind], schema.NODES[kind]
    if nodes.empty:
        return []
    rows: list[tuple[object, ...]] = [(kind, kind, node.plural.de, node.plural.en, "", len(nodes))]
    if "kind" not in nodes.columns:
        return rows
    choices = {choice.value: choice.label for choice in node.field("kind").choices} if any(field.name == "kind" for field in node.fields) else {}
    counts = nodes["kind"].value_counts()
    for value, label in choices.items():
        if not (n := int(counts.get(value, 0))):
            continue
        rows.append((f"{kind}/{value}", kind, f"{node.plural.de}: {label.de}", f"{node.plural.en}: {label.en}", "", n))
        if kind == "Institution" and "form" in nodes.columns:
            forms = nodes.loc[nodes["kind"] == value, "form"].value_counts()
            forms = forms.sort_index().sort_values(ascending=False, kind="stable") if len(forms) > 1 else forms.iloc[:0]
            rows += [(f"{kind}/{value}/{form}", kind, f"{label.de}: {form}", f"{label.en}: {form}", "", int(k)) for form, k in forms.items()]
    return rows


def _indicators(view: Snapshot, as_of: str) -> list[tuple[object, ...]]:
    nodes, edges = view.nodes[view.nodes["type"] == "Indicator"], view.edges
    said = edges[edges["type"] == "HAS_VALUE"]
    if as_of and "year" in said.columns:
        said = said[said["year"].isna() | (said["year"] <= int(as_of[:4]))]
    counts = said["end"].value_counts()
    units = nodes["unit"] if "unit" in nodes.columns else pd.Series(dtype=object)
    named = sorted((str(name), str(i)) for i, name in nodes["name"].items() if counts.get(i, 0))
    return [(i, "Indicator", name, name, units.get(i) if isinstance(units.get(i), str) else "", int(counts[i])) for name, i in named]
