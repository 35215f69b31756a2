"""The evidence of a pair of records in words, a sentence a part, with its bits; what speaks for it stands first."""

from __future__ import annotations

import pandas as pd

from graph.model import Text
from queries.duplicates.sentences import sentence

_LEAST = 0.25
"""Bits below which a part says nothing worth reading."""

WORDS = {
    "name": (Text("Name ähnlich", "similar name"), Text("Name verschieden", "different name")),
    "place": (
        Text("Anschrift und Lage stimmen überein", "address and location agree"),
        Text("Anschrift oder Lage verschieden", "different address or location"),
    ),
    "contact": (
        Text("Telefon, E-Mail oder Internetadresse gleich", "same telephone, e-mail or website"),
        Text("Telefon, E-Mail oder Internetadresse verschieden", "different telephone, e-mail or website"),
    ),
    "type": (Text("gleiche Art", "same kind"), Text("andere Art", "another kind")),
    "focus": (
        Text("gleicher Förderschwerpunkt", "same Förderschwerpunkt"),
        Text("anderer Förderschwerpunkt", "another Förderschwerpunkt"),
    ),
    "level": (
        Text("gleiche Ebene (Kreis, Ort, Land)", "same level (county, town, state)"),
        Text("andere Ebene (Kreis, Ort, Land)", "another level (county, town, state)"),
    ),
    "body": (
        Text("gleiche Art von Gremium", "same kind of committee"),
        Text("andere Art von Gremium", "another kind of committee"),
    ),
    "direction": (
        Text("gleiche Himmelsrichtung oder gleicher Stadtteil", "same direction or quarter"),
        Text("Himmelsrichtung oder Stadtteil verschieden oder nur einmal genannt", "direction or quarter differs or is named once only"),
    ),
    "number": (
        Text("gleiche Nummer im Namen", "same number in the name"),
        Text("Nummer im Namen verschieden oder nur einmal genannt", "number in the name differs or is named once only"),
    ),
    "city": (
        Text("gleicher Ort", "same town"),
        Text("anderer Ort, oder einer ist nicht bekannt", "another town, or one is not known"),
    ),
    "operator": (
        Text("gleicher Träger oder Arbeitgeber", "same provider or employer"),
        Text("anderer Träger oder Arbeitgeber", "another provider or employer"),
    ),
    "official": (
        Text("gleiche amtliche Nummer", "same official number"),
        Text("verschiedene amtliche Nummern", "different official numbers"),
    ),
    "prior": (
        Text("", ""),
        Text("Ausgangswert: die meisten verglichenen Einträge sind verschieden", "to begin with: most records that are compared are different"),
    ),
    "rivals": (
        Text("", ""),
        Text(
            "ein anderer Eintrag derselben Liste passt besser, oder beide stehen in einer Liste, die nichts doppelt führt",
            "another record of the same list fits better, or both stand in a list that names nothing twice",
        ),
    ),
}
"""By part of the evidence what is said when it speaks for the pair, and when against."""

FIXED = ("official", "prior", "rivals")
"""Parts that nothing learnt may change: official numbers decide, and the other two depend on what was compared."""

_PARTS = {text.in_(language): part for part, texts in WORDS.items() for text in texts for language in ("de", "en") if text.de}


def part_of(words: str) -> str | None:
    """Which part of the evidence says this sentence (without its points); None where none does."""
    return _PARTS.get(words)


def reasons(parts: pd.DataFrame, language: str = "de") -> list[list[str]]:
    """For each row of ``parts`` (bits by part) its sentences."""
    told = []
    names = list(parts.columns)
    for bits in parts.to_numpy().tolist():
        spoken = sorted((-value, place) for place, value in enumerate(bits) if abs(value) >= _LEAST)
        told.append([sentence(WORDS[names[place]][value > 0].in_(language), -value, language) for value, place in spoken])
    return told
