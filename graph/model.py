"""What a type description is made of: words, fields, node types, edge types.

The descriptions themselves stand in :mod:`graph.schema`, and only there. How a raw value becomes a stored
one is in :mod:`graph.values`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from graph import values

Value = str | int | float | bool
"""What the ledger and the graph store. A date is its ISO text (``2026-11-23``), so that it sorts and
compares the same on every database; it has the precision that is known (``2026-11``, ``2026``; :mod:`graph.dates`)."""

Kind = Literal[
    "text", "longtext", "code", "integer", "number", "boolean", "date", "url", "email", "phone", "choice", "reference", "geometry", "extra"
]


@dataclass(frozen=True, slots=True)
class Text:
    """A word of the interface in both languages."""

    de: str
    en: str

    def in_(self, language: str) -> str:
        """The word in ``language`` ("de" or "en"); any other language gets German."""
        return self.en if language == "en" else self.de


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value of a choice field. ``group`` names the bundle it is shown under (a sector)."""

    value: str
    label: Text
    group: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a node or an edge.

    ``identifier`` names a scheme (``schulnummer``): records with the same value are the same thing.
    ``personal`` values leave the store only for roles that may see them.
    ``of`` is the node type that a ``reference`` field points at, ``lengths`` are the numbers of digits that a
    ``code`` may have, ``least`` and ``most`` the bounds of a number. ``extra`` holds the columns of a list that
    nobody asked for (:func:`graph.values.extra`); it stays in the ledger, with its source.
    """

    name: str
    label: Text
    about: Text
    kind: Kind = "text"
    unit: str = ""
    required: bool = False
    personal: bool = False
    identifier: str = ""
    choices: tuple[Choice, ...] = ()
    of: str = ""
    lengths: tuple[int, ...] = ()
    least: float | None = None
    most: float | None = None

    def parse(self, raw: object) -> Value | None:
        """The stored value of ``raw``, or None where it is empty.

        Raises ``ValueError`` with a German sentence that says what was expected.
        """
        return values.parse(self, raw)

    def choice(self, value: object) -> Choice | None:
        """The choice whose stored value is ``value``."""
        return next((c for c in self.choices if c.value == value), None)


@dataclass(frozen=True, slots=True)
class Symbol:
    """How a type looks: polygon name (views/symbols.py), glyph in running text, three colours."""

    shape: str
    glyph: str
    color: str
    text_color: str
    streamlit: str = "gray"
    radius: float = 8.5


@dataclass(frozen=True, slots=True)
class NodeType:
    """A type of thing in the network."""

    name: str
    label: Text
    plural: Text
    about: Text
    symbol: Symbol
    fields: tuple[Field, ...]
    example: str = ""
    """A name as it might stand in the Excel template."""
    actor: bool = False
    """Does it act (Gremium, Institution, Person ...), or do actors refer to it (theme, area, indicator)?"""

    def field(self, name: str) -> Field:
        """The field called ``name``; raises ``KeyError`` where there is none."""
        return _field(self.fields, name)

    @property
    def graph_fields(self) -> tuple[Field, ...]:
        """The fields that the graph has; further columns of a list stay in the ledger."""
        return tuple(f for f in self.fields if f.kind != "extra")

    @property
    def identifiers(self) -> tuple[Field, ...]:
        """Fields whose equal values mean the same thing."""
        return tuple(f for f in self.fields if f.identifier)

    @property
    def placed(self) -> bool:
        """Has it an address on the map, so that a missing place is worth a word?"""
        return self.name != "Area" and any(f.name == "lat" for f in self.fields)


@dataclass(frozen=True, slots=True)
class Line:
    """How a tie is drawn: colour, width in px, dash pattern, arrow head, resting opacity."""

    color: str
    width: float
    dash: tuple[float, ...] = ()
    arrow: bool = False
    opacity: float = 0.55


@dataclass(frozen=True, slots=True)
class EdgeType:
    """A type of relationship.

    ``ends`` are the allowed (start type, end type) pairs. ``distinguish`` names the fields that, beside
    type and both ends, tell two edges apart (several periods are several edges).
    ``variant`` names the choice field whose values are drawn and counted as kinds of their own.
    """

    name: str
    label: Text
    inverse: Text
    about: Text
    ends: tuple[tuple[str, str], ...]
    start_label: Text
    end_label: Text
    fields: tuple[Field, ...]
    sheet: Text
    line: Line = Line("#8A92A1", 1.1)
    distinguish: tuple[str, ...] = ("since",)
    variant: str = ""
    variant_lines: Mapping[str, Line] | None = None
    directed: bool = True

    def field(self, name: str) -> Field:
        """The field called ``name``; raises ``KeyError`` where there is none."""
        return _field(self.fields, name)

    @property
    def graph_fields(self) -> tuple[Field, ...]:
        """The fields that the graph has; further columns of a list stay in the ledger."""
        return tuple(f for f in self.fields if f.kind != "extra")

    @property
    def start_types(self) -> tuple[str, ...]:
        """Node types that may stand at its start, each once, in schema order."""
        return tuple(dict.fromkeys(a for a, _ in self.ends))

    @property
    def end_types(self) -> tuple[str, ...]:
        """Node types that may stand at its end, each once, in schema order."""
        return tuple(dict.fromkeys(b for _, b in self.ends))


def _field(fields: tuple[Field, ...], name: str) -> Field:
    for field in fields:
        if field.name == name:
            return field
    raise KeyError(name)
