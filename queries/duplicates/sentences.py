"""How the evidence of a pair is written: a sentence a part with its points, parted by a stroke, and how it is read again."""

from __future__ import annotations

import re
from collections.abc import Iterable

BETWEEN = " | "
_WITH_POINTS = re.compile(r"(.*) \(([+−])(\d+)[,.](\d)\)", re.DOTALL)


def sentence(words: str, points: float, language: str = "de") -> str:
    """Words with their points: "gleicher Träger (+1,8)"."""
    number = f"{points:+.1f}".replace("-", "−")
    return f"{words} ({number if language == 'en' else number.replace('.', ',')})"


def joined(sentences: Iterable[str]) -> str:
    """All of them in one text."""
    return BETWEEN.join(sentences)


def taken_apart(text: str) -> list[tuple[str, float]]:
    """The sentences of such a text, without their points, and the points. A name with a stroke in it does not end a sentence."""
    found: list[tuple[str, float]] = []
    begun = ""
    for part in text.split(BETWEEN) if text else ():
        begun = begun + BETWEEN + part if begun else part
        if told := _WITH_POINTS.fullmatch(begun):
            points = float(f"{told[3]}.{told[4]}")
            found.append((told[1], -points if told[2] == "−" else points))
            begun = ""
    return found
