"""The evidence of a pair of records in German, a sentence a part, with its bits; what speaks for it stands first."""

from __future__ import annotations

import pandas as pd

_LEAST = 0.25
"""Bits below which a part says nothing worth reading."""

WORDS = {
    "name": ("Name ähnlich", "Name verschieden"),
    "place": ("Anschrift und Lage stimmen überein", "Anschrift oder Lage verschieden"),
    "contact": ("Telefon, E-Mail oder Internetadresse gleich", "Telefon, E-Mail oder Internetadresse verschieden"),
    "type": ("gleiche Art", "andere Art"),
    "focus": ("gleicher Förderschwerpunkt", "anderer Förderschwerpunkt"),
    "level": ("gleiche Ebene (Kreis, Ort, Land)", "andere Ebene (Kreis, Ort, Land)"),
    "body": ("gleiche Art von Gremium", "andere Art von Gremium"),
    "direction": ("gleiche Himmelsrichtung oder gleicher Stadtteil", "Himmelsrichtung oder Stadtteil verschieden oder nur einmal genannt"),
    "number": ("gleiche Nummer im Namen", "Nummer im Namen verschieden oder nur einmal genannt"),
    "city": ("gleicher Ort", "anderer Ort, oder einer ist nicht bekannt"),
    "operator": ("gleicher Träger oder Arbeitgeber", "anderer Träger oder Arbeitgeber"),
    "official": ("gleiche amtliche Nummer", "verschiedene amtliche Nummern"),
    "prior": ("", "Ausgangswert: die meisten verglichenen Einträge sind verschieden"),
    "rivals": ("", "ein anderer Eintrag derselben Liste passt besser, oder beide stehen in einer Liste, die nichts doppelt führt"),
}
"""By part of the evidence what is said when it speaks for the pair, and when against."""


def reasons(parts: pd.DataFrame) -> list[str]:
    """For each row of ``parts`` (bits by part) its sentences, parted by " | "."""
    told = []
    names = list(parts.columns)
    for bits in parts.to_numpy().tolist():
        spoken = sorted((-value, place) for place, value in enumerate(bits) if abs(value) >= _LEAST)
        told.append(" | ".join(_sentence(names[place], -value) for value, place in spoken))
    return told


def _sentence(part: str, bits: float) -> str:
    number = f"{abs(bits):.1f}".replace(".", ",")
    return f"{WORDS[part][bits < 0]} ({'−' if bits < 0 else '+'}{number})"
