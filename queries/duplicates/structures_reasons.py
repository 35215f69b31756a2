"""The evidence of two structures in words, a sentence a part, with its points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from graph.model import Text
from queries.duplicates.sentences import joined, sentence
from queries.duplicates.structures_columns import LISTS, split

_LEAST = 0.05
_NAMED = 5
_WORDS = {
    "targets": (
        Text("gleiche Zielgruppe: {}", "same target group: {}"),
        Text("zum Teil gleiche Zielgruppe: {}", "partly the same target group: {}"),
        Text("beide ohne bestimmte Zielgruppe", "both without a certain target group"),
        Text("andere Zielgruppe", "another target group"),
    ),
    "districts": (
        Text("gleiches Gebiet: {}", "same area: {}"),
        Text("zum Teil gleiches Gebiet: {}", "partly the same area: {}"),
        Text("beide ohne bestimmtes Gebiet", "both without a certain area"),
        Text("anderes Gebiet", "another area"),
    ),
}
_MEMBER = Text("{n} gemeinsames Mitglied von {sizes}: {names}", "{n} member in common of {sizes}: {names}")
_MEMBERS = Text("{n} gemeinsame Mitglieder von {sizes}: {names}", "{n} members in common of {sizes}: {names}")
_SIZES = Text("{one} und {other}", "{one} and {other}")
_THEMES = Text("gemeinsame Themen: {}", "themes in common: {}")
_NO_THEME = Text("kein gemeinsames Thema", "no theme in common")
_GOAL = Text("ähnlicher Zieltext", "similar text of the goal")
_NAME = Text("ähnlicher Name", "similar name")
_MORE = Text(" und {} weitere", " and {} more")


def reasons(frame: pd.DataFrame, pairs: Sequence[tuple[int, int]], parts: pd.DataFrame, called: Mapping[str, str], language: str) -> list[str]:
    """For each pair of rows of ``frame`` its sentences, in one text. ``called``: names of the values of the lists, where they are ids."""
    lists = {name: [split(text) for text in frame[name]] for name in LISTS}
    rows = [{name: lists[name][row] for name in LISTS} for row in range(len(frame))]
    return [joined(_told(rows[one], rows[other], bits, called, language)) for (one, other), bits in zip(pairs, parts.to_dict("records"), strict=True)]


def _told(one: Mapping[str, list[str]], other: Mapping[str, list[str]], bits: Mapping[Any, float], called: Mapping[str, str], language: str) -> Iterator[str]:
    def common(column: str) -> list[str]:
        there = set(other[column])
        return [called.get(value, value) for value in one[column] if value in there]

    def said(part: str, words: str) -> str:
        return sentence(words, bits[part], language)

    people = common("members")
    if bits["people"] >= _LEAST:
        sizes = _SIZES.in_(language).format(one=len(one["members"]), other=len(other["members"]))
        words = (_MEMBER if len(people) == 1 else _MEMBERS).in_(language)
        yield said("people", words.format(n=len(people), sizes=sizes, names=_named(people, language)))
    themes = common("themes")
    if abs(bits["themes"]) >= _LEAST:
        yield said("themes", _THEMES.in_(language).format(_named(themes, language)) if themes else _NO_THEME.in_(language))
    for column, (same, partly, neither, different) in _WORDS.items():
        if abs(bits[column]) >= _LEAST:
            words = {3.0: same, 2.0: partly, 1.5: neither}.get(bits[column], different).in_(language)
            yield said(column, words.format(_named(common(column), language)))
    for part, text in (("goal", _GOAL), ("name", _NAME)):
        if bits[part] >= _LEAST:
            yield said(part, text.in_(language))


def _named(values: Sequence[str], language: str) -> str:
    rest = len(values) - _NAMED
    return ", ".join(values[:_NAMED]) + (_MORE.in_(language).format(rest) if rest > 0 else "")
