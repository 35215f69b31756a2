"""A cell of official statistics as a number: German numbers, and the signs that stand where no number can.

The signs are those of the statistical offices' Zeichenerklärung (DIN 55301; Statistisches Bundesamt, Statistische
Ämter der Länder): ``-`` nothing there (exactly zero); ``.`` unknown or secret; ``...`` comes later; ``/`` not certain
enough; ``x`` makes no sense; ``( )`` uncertain; ``p`` preliminary, ``r`` corrected, ``s`` estimated. The Bundesagentur für
Arbeit writes ``*`` for what is secret, and others ``<3``. A secret value is never a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from graph.model import Field, Text
from graph.values import plain

ZERO = "„-“ (nichts vorhanden) gilt als 0"

_SIGNS = {
    ".": "„.“ (unbekannt oder geheim)", "·": "„.“ (unbekannt oder geheim)", "•": "„.“ (unbekannt oder geheim)",
    "*": "„*“ (geheim)", "**": "„*“ (geheim)",
    "...": "„...“ (Angabe fällt später an)", "…": "„...“ (Angabe fällt später an)",
    "/": "„/“ (nicht sicher genug)",
    "x": "„x“ (Aussage nicht sinnvoll)",
    "k. a.": "„k. A.“ (keine Angabe)", "k.a.": "„k. A.“ (keine Angabe)", "k.a": "„k. A.“ (keine Angabe)", "keine angabe": "„k. A.“ (keine Angabe)",
    "n. v.": "„n. v.“ (nicht verfügbar)", "n.v.": "„n. v.“ (nicht verfügbar)", "na": "„n. v.“ (nicht verfügbar)", "n/a": "„n. v.“ (nicht verfügbar)",
    "#n/a": "„n. v.“ (nicht verfügbar)", "#nv": "„n. v.“ (nicht verfügbar)",
}  # fmt: skip
_NOTHING = frozenset("-–−—")
_BELOW = re.compile(r"(?:<|&lt;|unter|weniger als|kleiner(?: als)?)\s*\d+(?:,\d+)?", re.IGNORECASE)
_STATES = {"p": "vorläufig (p)", "r": "berichtigt (r)", "s": "geschätzt (s)"}
_STATE = re.compile(r"(?<=\d)\s*([prs])$")
_FOOTNOTE = re.compile(r"(?<=\d)(?:\s*[¹²³⁴-⁹*]+\)?|\s+\d\))$")
_NUMBER = Field("value", Text("Wert", "Value"), Text("Wert", "Value"), "number")
_POINT = re.compile(r"[+-]?\d+\.\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
_ENGLISH = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a cell says: a ``value``, or None and in ``sign`` why there is none. ``notes`` are what the office says beside a number."""

    value: float | None
    sign: str = ""
    percent: bool = False
    notes: tuple[str, ...] = ()


def measured(cell: object, decimal_point: bool = False) -> Measured:
    """The number in a cell, or the sign that stands for none; ``decimal_point`` where the column writes 12.5 and not 12,5.

    Raises ``ValueError`` with the beginning of a German sentence.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Measured(_number(cell))
    text = " ".join(plain(cell).split())
    if text in _NOTHING:
        return Measured(0.0, notes=(ZERO,))
    if sign := _SIGNS.get(text.casefold()):
        return Measured(None, sign)
    if _BELOW.fullmatch(text):
        return Measured(None, "„<n“ (unter der Schwelle, die genannt wird)")
    notes: list[str] = []
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
        notes.append("( ) unsicher")
    text = _FOOTNOTE.sub("", text)
    if state := _STATE.search(text):
        notes.append(_STATES[state[1]])
        text = text[: state.start()]
    percent = text.endswith("%")
    return Measured(_number(text.rstrip("% "), decimal_point), "", percent, tuple(notes))


def writes_points(cells: Iterable[object]) -> bool:
    """Does a column of text write decimal points? So where one of its numbers can only be read so, and none has a decimal comma."""
    pointed = False
    for cell in cells:
        if isinstance(cell, str):
            text = cell.strip().strip("()").rstrip("%prs* ")
            if "," in text and not _ENGLISH.fullmatch(text):
                return False
            pointed = pointed or bool((_POINT.fullmatch(text) and not _THOUSANDS.fullmatch(text)) or (_ENGLISH.fullmatch(text) and "." in text))
    return pointed


def _number(raw: object, decimal_point: bool = False) -> float:
    if decimal_point and isinstance(raw, str):
        text = raw.replace(" ", "").replace("\u00a0", "")
        if _POINT.fullmatch(text):
            return float(text)
        if _ENGLISH.fullmatch(text):
            return float(text.replace(",", ""))
    value = _NUMBER.parse(raw)
    if value is None:
        raise ValueError("Hier steht keine Zahl")
    return float(value)
