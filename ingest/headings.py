"""Which heading means which field: the words of the template, read tolerantly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from graph.model import EdgeType, Field, NodeType
from graph.schema import EDGES, NODES

KEY = "Schlüssel"
START, END = "start", "end"
NOTE_MARK = "Hinweis:"
EXAMPLE_MARK = "Beispiel:"
"""The first cell of the template's notes row and example row begins so; such rows are never data."""


ORIGINAL_ROW, REASON = "Zeile im Original", "Grund"
"""The last two columns of the rejected rows that are written for people to mend; what stands there is never data."""

ADDS_TO = "Ergänzt"
"""The line of the sheet Anleitung that names the file whose rejected rows these are: its Schlüssel are meant by references, too."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: a field, or the key, start or end (``role``)."""

    role: str
    field: Field | None = None


def plain(heading: object) -> str:
    """A heading without case, marks for required fields, units in brackets and needless spaces."""
    text = "" if heading is None else str(heading)
    return re.sub(r"\s+", " ", re.sub(r"\([^)]*\)|\*", " ", text)).strip().casefold()


def sheet_types() -> dict[str, NodeType | EdgeType]:
    """The types by the names that a sheet may have: German and English plural, technical name."""
    found: dict[str, NodeType | EdgeType] = {}
    for node in NODES.values():
        for word in (node.name, node.plural.en, node.plural.de):
            found[plain(word)] = node
    for edge in EDGES.values():
        for word in (edge.name, edge.sheet.en, edge.sheet.de):
            found.setdefault(plain(word), edge)
    return found


def columns(kind: NodeType | EdgeType) -> dict[str, Column]:
    """What each heading of a sheet of this type means. German words win over English and technical ones."""
    found: dict[str, Column] = {}
    fields = filled_in(kind)
    for words in ([f.name for f in fields], [f.label.en for f in fields], [f.label.de for f in fields]):
        found.update((plain(word), Column("field", field)) for word, field in zip(words, fields, strict=True))
    if isinstance(kind, EdgeType):
        for text in (kind.start_label.en, kind.start_label.de):
            found[plain(text)] = Column(START)
        for text in (kind.end_label.en, kind.end_label.de):
            found[plain(text)] = Column(END)
    else:
        for word in ("key", KEY):
            found[plain(word)] = Column("key")
    return found


def filled_in(kind: NodeType | EdgeType) -> tuple[Field, ...]:
    """The fields that people fill in; shapes come from GeoJSON, further columns are what is left."""
    return tuple(field for field in kind.fields if field.kind not in ("geometry", "extra"))


def notes_on_rejection(heads: Mapping[int, str]) -> tuple[int, ...]:
    """The places of the two columns by which rejected rows come back to us (side by side); empty where there are none."""
    return next(
        ((place, place + 1) for place, word in heads.items() if plain(word) == plain(ORIGINAL_ROW) and plain(heads.get(place + 1)) == plain(REASON)), ()
    )
