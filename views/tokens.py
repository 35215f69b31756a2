"""The visual language in one place: the drawings, their scripts and their legends read the same values.

Colours, symbols and lines of types come from :mod:`graph.schema`; here stand only the colours that mean
no type: ink, quiet lines, the yellow of the chosen one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from graph import schema
from graph.model import Line
from views.symbols import polygon

INK = "#0A0E18"
MUTED = "#4D5564"
LINE = "#CDD3DC"
BORDER = "#8A92A1"
RAIL = "#E4E8EE"
WASH = "#F3F5F8"
HOVER = "#E6EDF8"
PAPER = "#FFFFFF"
SELECT = "#FFC400"
"""Chosen: this fill with an ink ring; never the colour of a type."""

FONT = '"Source Sans", "Segoe UI", Arial, sans-serif'

QUIET = Line("#8A92A1", 1.1)
"""The line of kinds that the schema gives none of their own: drawn faintly, clear only at the chosen one."""

PALETTE = {"ink": INK, "muted": MUTED, "line": LINE, "border": BORDER, "rail": RAIL, "wash": WASH, "hover": HOVER, "paper": PAPER, "select": SELECT}


def type_tokens(types: Iterable[str], language: str) -> dict[str, dict[str, Any]]:
    """For each node type what a script needs to draw and name it: polygon, colour, radius in px, words."""
    out: dict[str, dict[str, Any]] = {}
    for name in types:
        node = schema.NODES[name]
        out[name] = {
            "polygon": polygon(node.symbol.shape),
            "color": node.symbol.color,
            "dark": node.symbol.text_color,
            "radius": node.symbol.radius,
            "one": node.label.in_(language),
            "plural": node.plural.in_(language),
        }
    return out


def line_of(kind: str) -> Line:
    """The line of a tie kind: an edge type's name, or ``TYPE/value`` where the type is drawn in variants.

    Raises ``KeyError`` for a kind that the schema does not know.
    """
    name, _, value = kind.partition("/")
    edge = schema.EDGES[name]
    return (edge.variant_lines or {}).get(value, edge.line)


def kind_label(kind: str, language: str) -> str:
    """The kind of tie as the legend says it: "Mitgliedschaften", "Kooperationen mit Vertrag"."""
    name, _, value = kind.partition("/")
    edge = schema.EDGES[name]
    label = edge.sheet.in_(language)
    choice = edge.field(edge.variant).choice(value) if value and edge.variant else None
    return f"{label} {choice.label.in_(language)}" if choice else label


def tie_label(kind: str, language: str) -> str:
    """One tie of this kind, read from its start to its end: "Mitglied in", "Kooperiert mit (vereinbart)"."""
    name, _, value = kind.partition("/")
    edge = schema.EDGES[name]
    choice = edge.field(edge.variant).choice(value) if value and edge.variant else None
    return f"{edge.label.in_(language)} ({choice.label.in_(language)})" if choice else edge.label.in_(language)


def kind_tokens(kinds: Iterable[str], language: str) -> dict[str, dict[str, Any]]:
    """For each kind of tie its line (width in px) and its words."""
    out: dict[str, dict[str, Any]] = {}
    for kind in sorted(set(kinds), key=kind_order):
        line = line_of(kind)
        out[kind] = {
            "color": line.color,
            "width": line.width,
            "dash": list(line.dash),
            "arrow": line.arrow,
            "opacity": line.opacity,
            "quiet": line == QUIET,
            "label": kind_label(kind, language),
        }
    return out


def kind_order(kind: str) -> tuple[int, int]:
    """Sorts kinds as the schema lists them, so that a legend reads the same everywhere."""
    name, _, value = kind.partition("/")
    edge = schema.EDGES[name]
    values = [c.value for c in edge.field(edge.variant).choices] if edge.variant else []
    return list(schema.EDGES).index(name), values.index(value) if value in values else -1


def samples(counts: Mapping[str, int], hidden: Collection[str], language: str) -> list[dict[str, Any]]:
    """One entry of the legend for each line that is told apart; kinds that share a line share the entry.

    ``counts``: how many ties of each kind there are to be drawn, ``hidden``: the kinds that are switched off.
    """
    lines = kind_tokens(counts, language)
    by_line: dict[Line, list[str]] = {}
    for kind in lines:
        by_line.setdefault(line_of(kind), []).append(kind)
    return [
        {
            "kinds": same,
            "label": ", ".join(kind_label(kind, language) for kind in same),
            "line": lines[same[0]],
            "count": sum(counts[kind] for kind in same),
            "on": not set(same) <= set(hidden),
        }
        for same in by_line.values()
    ]
