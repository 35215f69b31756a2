"""What a type description is made of: words, fields, node types, edge types.

The descriptions themselves stand in :mod:`graph.schema`, and only there. This module holds the
classes, and the one place where a raw value (a spreadsheet cell, a JSON value) becomes a stored value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Value = str | int | float | bool
"""What the ledger and the graph store. A date is its ISO text (``2026-11-23``), so that it sorts and
compares the same on every database."""

Kind = Literal[
    "text", "longtext", "integer", "number", "boolean", "date", "url", "email", "phone", "choice", "reference", "geometry"
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
    ``of`` is the node type that a ``reference`` field points at.
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

    def parse(self, raw: object) -> Value | None:
        """The stored value of ``raw``, or None where it is empty.

        Raises ``ValueError`` with a German sentence that says what was expected.
        """
        if raw is None or (isinstance(raw, float) and math.isnan(raw)):
            return None
        if isinstance(raw, str):
            raw = raw.strip()
            if not raw:
                return None
        return _PARSERS[self.kind](self, raw)

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


# ---- one parser for each kind of field -------------------------------------------------------------

_GERMAN_NUMBER = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$")
_GERMAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})$")
_YES = frozenset({"ja", "j", "x", "yes", "y", "true", "wahr", "1"})
_NO = frozenset({"nein", "n", "-", "no", "false", "falsch", "0"})


def _text(field: Field, raw: object) -> str:
    if isinstance(raw, bool):
        return "ja" if raw else "nein"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime | date):
        return raw.isoformat()[:10]
    return str(raw).strip()


def _number(field: Field, raw: object) -> float:
    if isinstance(raw, bool):
        raise ValueError(f"„{raw}“ ist keine Zahl")
    if isinstance(raw, int | float):
        value = float(raw)
    else:
        text = str(raw).replace("\u00a0", "").replace("\u2212", "-").replace(" ", "")
        # "12.000" is twelve thousand in German writing; only in a coordinate is a lone dot a decimal point.
        if _GERMAN_NUMBER.match(text) and not (field.unit == "°" and "," not in text):
            text = text.replace(".", "").replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"„{raw}“ ist keine Zahl; erwartet wird zum Beispiel 1234,5") from None
    if not math.isfinite(value):
        raise ValueError(f"„{raw}“ ist keine endliche Zahl")
    return value


def _integer(field: Field, raw: object) -> int:
    value = _number(field, raw)
    if not value.is_integer():
        raise ValueError(f"„{raw}“ ist keine ganze Zahl")
    return int(value)


def _boolean(field: Field, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = _text(field, raw).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"„{raw}“ ist weder ja noch nein")


def _date(field: Field, raw: object) -> str:
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    text = _text(field, raw)
    try:
        if german := _GERMAN_DATE.match(text):
            day, month, year = (int(part) for part in german.groups())
            return date(year, month, day).isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise ValueError(f"„{raw}“ ist kein Datum; erwartet wird TT.MM.JJJJ, zum Beispiel 31.12.2025") from None


def _choice(field: Field, raw: object) -> str:
    word = _text(field, raw).casefold()
    for choice in field.choices:
        if word in (choice.value.casefold(), choice.label.de.casefold(), choice.label.en.casefold()):
            return choice.value
    allowed = ", ".join(c.label.de for c in field.choices)
    raise ValueError(f"„{raw}“ steht nicht zur Wahl; erlaubt sind: {allowed}")


def _email(field: Field, raw: object) -> str:
    text = _text(field, raw).removeprefix("mailto:")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise ValueError(f"„{raw}“ ist keine E-Mail-Adresse")
    return text


def _url(field: Field, raw: object) -> str:
    text = _text(field, raw)
    if not re.match(r"https?://", text):
        if ":" in text.split("/")[0] or "." not in text or " " in text:
            raise ValueError(f"„{raw}“ ist keine Internetadresse; sie beginnt mit https://")
        text = "https://" + text
    return text


_PARSERS: dict[Kind, Callable[[Field, object], Value]] = {
    "text": _text,
    "longtext": _text,
    "phone": _text,
    "geometry": _text,
    "reference": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "choice": _choice,
    "email": _email,
    "url": _url,
}
