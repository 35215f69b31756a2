"""Every relationship of one actor, for its profile."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd

from graph import schema
from graph.model import EdgeType, Text
from graph.snapshot import Snapshot, begun
from graph.snapshot import ended as has_ended
from queries.catalog import Analysis, Column, Parameter

ABOUT = Analysis(
    title=Text("Beziehungen eines Akteurs", "Relationships of an actor"),
    question=Text("Womit ist dieser Akteur verbunden, seit wann und woher ist das bekannt?", "What is this actor tied to, since when, and how is it known?"),
    reading=Text(
        "Eine Zeile ist eine Beziehung mit ihrer Quelle. „out“ geht vom Akteur aus, „in“ führt zu ihm.",
        "One row is one relationship with its source. “out” starts at the actor, “in” leads to it.",
    ),
    columns=(
        Column("type", Text("Beziehung", "Relationship")),
        Column("direction", Text("Richtung", "Direction")),
        Column("label", Text("Bezeichnung", "Label")),
        Column("other", Text("Kennung", "Id")),
        Column("other_name", Text("Name", "Name")),
        Column("other_type", Text("Typ", "Type")),
        Column("detail", Text("Näheres", "Details")),
        Column("since", Text("Seit", "Since")),
        Column("until", Text("Bis", "Until")),
        Column("source", Text("Quelle", "Source")),
        Column("as_of", Text("Stand", "As of")),
    ),
    parameters=(
        Parameter("actor", Text("Akteur", "Actor"), "node", required=True),
        Parameter("as_of", Text("Stand am", "As of"), "date", ""),
        Parameter("language", Text("Sprache", "Language"), "text", "de", asked=False),
        Parameter("ended", Text("Nur was vorher geendet hat", "Only what had ended before"), "boolean", False),
    ),
)

_COLUMNS = [c.name for c in ABOUT.columns]
_NEVER = "9999-12-31"


def run(snapshot: Snapshot, actor: str, as_of: str = "", language: str = "de", ended: bool = False) -> pd.DataFrame:
    """One row per relationship of ``actor`` on the day ``as_of``, in the order of the schema, then by name.

    ``ended``: instead those that had ended before that day (without a day: those with an end).

    ``label`` is the relationship seen from the actor; ``detail`` holds its own fields as text
    ("Rolle Vorsitz, stimmberechtigt"). Undirected relationships always count as "out".
    """
    touching = snapshot.touching([actor])
    if ended:
        touching = touching[has_ended(touching, as_of or _NEVER)]
    elif as_of:
        touching = touching[begun(touching, as_of) & ~has_ended(touching, as_of)]
    rows = []
    order = {name: place for place, name in enumerate(schema.EDGES)}
    others = [key for key in dict.fromkeys([*touching["start"], *touching["end"]]) if key in snapshot.nodes.index]
    names = dict(zip(others, snapshot.labels.loc[others], strict=True))
    types = dict(zip(others, snapshot.nodes["type"].loc[others], strict=True))
    for edge in touching.to_dict("records"):
        kind = schema.EDGES[str(edge["type"])]
        outward = edge["start"] == actor or not kind.directed
        other = edge["end"] if edge["start"] == actor else edge["start"]
        rows.append(
            {
                "type": kind.name,
                "direction": "out" if outward else "in",
                "label": (kind.label if outward else kind.inverse).in_(language),
                "other": other,
                "other_name": names.get(other, other),
                "other_type": types.get(other, ""),
                "detail": _detail(kind, edge, snapshot, language),
                **{name: _present(edge.get(name)) for name in ("since", "until", "source", "as_of")},
            }
        )
    rows.sort(key=lambda row: (order[str(row["type"])], row["direction"] != "out", str(row["other_name"]).casefold()))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _present(value: object) -> object:
    return None if value is None or value != value else value


def _detail(kind: EdgeType, edge: Mapping[Hashable, object], view: Snapshot, language: str) -> str:
    parts = []
    for field in kind.fields:
        value = _present(edge.get(field.name))
        if value is None or field.name in ("since", "until"):
            continue
        label = field.label.in_(language)
        if field.kind == "boolean":
            parts.append(label if value else f"nicht {label.lower()}" if language == "de" else f"not {label.lower()}")
        elif field.kind == "choice":
            choice = field.choice(value)
            parts.append(choice.label.in_(language) if choice else str(value))
        elif field.kind == "reference":
            parts.append(f"{label}: {view.nodes['name'].get(str(value), value)}")
        elif isinstance(value, float):
            text = f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
            if language == "de":
                text = text.translate(str.maketrans(",.", ".,"))
            parts.append(f"{label} {int(value) if field.name == 'year' else text}{' ' + field.unit if field.unit else ''}")
        else:
            parts.append(str(value) if field.name in ("role", "function") else f"{label} {value}")
    return ", ".join(parts)
