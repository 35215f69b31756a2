"""The evidence of two structures in German, a sentence a part, with its points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from queries.duplicates.structures_columns import LISTS, split

_LEAST = 0.05
_NAMED = 5
_WORDS = {
    "targets": ("gleiche Zielgruppe: {}", "zum Teil gleiche Zielgruppe: {}", "beide ohne bestimmte Zielgruppe", "andere Zielgruppe"),
    "districts": ("gleiches Gebiet: {}", "zum Teil gleiches Gebiet: {}", "beide ohne bestimmtes Gebiet", "anderes Gebiet"),
}


def reasons(frame: pd.DataFrame, pairs: Sequence[tuple[int, int]], parts: pd.DataFrame, called: Mapping[str, str]) -> list[str]:
    """For each pair of rows of ``frame`` its sentences, parted by " | ". ``called``: names of the values of the lists, where they are ids."""
    lists = {name: [split(text) for text in frame[name]] for name in LISTS}
    rows = [{name: lists[name][row] for name in LISTS} for row in range(len(frame))]
    return [" | ".join(_told(rows[one], rows[other], bits, called)) for (one, other), bits in zip(pairs, parts.to_dict("records"), strict=True)]


def _told(one: Mapping[str, list[str]], other: Mapping[str, list[str]], bits: Mapping[Any, float], called: Mapping[str, str]) -> Iterator[str]:
    def common(column: str) -> list[str]:
        there = other[column]
        return [called.get(value, value) for value in one[column] if value in there]

    people = common("members")
    if bits["people"] >= _LEAST:
        sizes = f"{len(one['members'])} und {len(other['members'])}"
        yield f"{len(people)} {'gemeinsames Mitglied' if len(people) == 1 else 'gemeinsame Mitglieder'} von {sizes}: {_named(people)} {_points(bits['people'])}"
    themes = common("themes")
    if abs(bits["themes"]) >= _LEAST:
        yield f"{f'gemeinsame Themen: {_named(themes)}' if themes else 'kein gemeinsames Thema'} {_points(bits['themes'])}"
    for column, (same, partly, neither, different) in _WORDS.items():
        if abs(bits[column]) >= _LEAST:
            shared = _named(common(column))
            told = {3.0: same.format(shared), 2.0: partly.format(shared), 1.5: neither}.get(bits[column], different)
            yield f"{told} {_points(bits[column])}"
    if bits["goal"] >= _LEAST:
        yield f"ähnlicher Zieltext {_points(bits['goal'])}"
    if bits["name"] >= _LEAST:
        yield f"ähnlicher Name {_points(bits['name'])}"


def _named(values: Sequence[str]) -> str:
    rest = len(values) - _NAMED
    return ", ".join(values[:_NAMED]) + (f" und {rest} weitere" if rest > 0 else "")


def _points(bits: float) -> str:
    return f"({'−' if bits < 0 else '+'}{abs(bits):.1f})".replace(".", ",")
