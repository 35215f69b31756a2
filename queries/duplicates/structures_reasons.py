"""The evidence of two structures in words, a sentence a part, with its points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from graph.model import Text
from queries.duplicates.sentences import joined, sentence
from queries.duplicates.structures_columns import LISTS, split
from queries.duplicates.structures_evidence import PARTS

_LEAST = 0.05
_NAMED = 5
_NEITHER = 1.5
"""Points where both name no target group, or no area: above it there is something to be named."""
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
_RHYTHM = Text("tagen etwa gleich oft", "meet about as often")
_MORE = Text(" und {} weitere", " and {} more")


def reasons(frame: pd.DataFrame, pairs: Sequence[tuple[int, int]], parts: pd.DataFrame, called: Mapping[str, str], language: str) -> list[str]:
    """For each pair of rows of ``frame`` its sentences, in one text. ``called``: names of the values of the lists, where they are ids."""
    lists = {name: [split(text) for text in frame[name]] for name in LISTS}
    rows = [_Row({name: lists[name][row] for name in LISTS}) for row in range(len(frame))]
    words = _Words(language)
    bits = parts[[*PARTS]].to_dict("records")
    return [joined(_told(rows[one], rows[other], points, called, words)) for (one, other), points in zip(pairs, bits, strict=True)]


class _Row:
    """The lists of a structure, in their order and as sets."""

    __slots__ = ("has", "lists")

    def __init__(self, lists: Mapping[str, list[str]]) -> None:
        self.lists = lists
        self.has = {name: frozenset(values) for name, values in lists.items()}


class _Words:
    """The phrases in one language, looked up once and not for each of a hundred thousand pairs."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.lists = {column: dict(zip((3.0, 2.0, 1.5, -5.0), (text.in_(language) for text in texts), strict=True)) for column, texts in _WORDS.items()}
        self.member, self.members, self.sizes = _MEMBER.in_(language), _MEMBERS.in_(language), _SIZES.in_(language)
        self.themes, self.no_theme, self.more = _THEMES.in_(language), _NO_THEME.in_(language), _MORE.in_(language)
        self.alike = (("goal", _GOAL.in_(language)), ("name", _NAME.in_(language)), ("rhythm", _RHYTHM.in_(language)))


def _told(one: _Row, other: _Row, bits: Mapping[Any, float], called: Mapping[str, str], words: _Words) -> Iterator[str]:
    def common(column: str) -> list[str]:
        there = other.has[column]
        return [called.get(value, value) for value in one.lists[column] if value in there]

    language = words.language
    if bits["people"] >= _LEAST:
        people = common("members")
        sizes = words.sizes.format(one=len(one.lists["members"]), other=len(other.lists["members"]))
        text = words.member if len(people) == 1 else words.members
        yield sentence(text.format(n=len(people), sizes=sizes, names=_named(people, words)), bits["people"], language)
    if abs(bits["themes"]) >= _LEAST:
        themes = common("themes")
        yield sentence(words.themes.format(_named(themes, words)) if themes else words.no_theme, bits["themes"], language)
    for column, texts in words.lists.items():
        points = bits[column]
        if abs(points) >= _LEAST:
            text = texts[points]
            yield sentence(text.format(_named(common(column), words)) if points > _NEITHER else text, points, language)
    for part, text in words.alike:
        if bits[part] >= _LEAST:
            yield sentence(text, bits[part], language)


def _named(values: Sequence[str], words: _Words) -> str:
    rest = len(values) - _NAMED
    return ", ".join(values[:_NAMED]) + (words.more.format(rest) if rest > 0 else "")
