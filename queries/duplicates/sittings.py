"""How often a Gremium meets in a year, out of what people write: "4-mal im Jahr", "monatlich", "alle sechs Wochen"."""

from __future__ import annotations

import re

from queries.names.folding import fold

_NUMBERS = {word: number for number, word in enumerate("null ein zwei drei vier fuenf sechs sieben acht neun zehn elf zwoelf".split())}
_COUNT = rf"(?P<count>\d+|{'|'.join(_NUMBERS)})"
_UNITS = {"tag": 365.0, "woche": 52.0, "monat": 12.0, "quartal": 4.0, "halbjahr": 2.0, "schulhalbjahr": 2.0, "schuljahr": 1.0, "jahr": 1.0}
_UNIT = r"(?P<unit>tag|woche|monat|quartal|schulhalbjahr|halbjahr|schuljahr|jahr)"
_TIMES = re.compile(rf"\b{_COUNT}\s*[- ]?\s*(?:mal|x)\b[^a-z0-9]*(?:(?:im|pro|je|in der|/|jaehrlich)\s*)?{_UNIT}?")
_EVERY = re.compile(rf"\b(?:alle\s+)?{_COUNT}\s*-?\s*(?P<unit>tag|taeg|woech|woche|monat|jaehr|jahr)")
_WORDS = {
    "vierzehntaeg": 26.0, "vierteljaehr": 4.0, "quartal": 4.0, "halbjaehr": 2.0, "taeglich": 250.0, "woechentlich": 52.0, "monatlich": 12.0,
    "schulhalbjahr": 2.0, "halbjahr": 2.0, "jaehrlich": 1.0, "jedes jahr": 1.0, "jeden monat": 12.0, "jede woche": 52.0,
}  # fmt: skip
_OF_STEM = {"tag": 365.0, "taeg": 365.0, "woech": 52.0, "woche": 52.0, "monat": 12.0, "jaehr": 1.0, "jahr": 1.0}


def a_year(rhythm: str) -> float | None:
    """Meetings in a year; None where the text does not say ("nach Bedarf")."""
    text = fold(rhythm)
    if times := _TIMES.search(text):
        return _number(times["count"]) * _UNITS.get(times["unit"] or "jahr", 1.0)
    if (every := _EVERY.search(text)) and _number(every["count"]):
        return _OF_STEM[every["unit"]] / _number(every["count"])
    return next((often for word, often in _WORDS.items() if word in text), None)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text]
