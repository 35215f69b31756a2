"""Two entries side by side, as rows: what their sources say of each, whether that is the same, and which would hold after a merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from graph.ledger_records import Statement
from graph.model import Field, NodeType
from graph.precedence import COORDINATE, Described, Precedence
from graph.sameness import alike
from views.profile.facts import value_text
from views.words import _, day, language, number

_QUIET = (*COORDINATE, "geometry", "extra", "confirmed")
_LISTED = 6
"""So many names of a relationship are written out; more are counted."""
MEMBERS = {("MEMBER_OF", "in"), ("TAKES_PART_IN", "in")}
"""The relationships that the picture of two structures shows."""


@dataclass(frozen=True)
class Row:
    """One thing that is compared. ``holds``: whose value would hold after a merge, ``one``, ``other`` or "" (the same, or nothing to say)."""

    label: str
    one: str
    other: str
    same: bool
    holds: str = ""

    @property
    def alone(self) -> bool:
        """Does only one of them say anything? That is no contradiction."""
        return bool(self.one) != bool(self.other)


@dataclass(frozen=True)
class Shared:
    """Who or what only one of the two has, and what both have, by name and type."""

    one: tuple[tuple[str, str], ...]
    both: tuple[tuple[str, str], ...]
    other: tuple[tuple[str, str], ...]


def field_rows(kinds: tuple[NodeType, NodeType], said: tuple[Sequence[Statement], Sequence[Statement]], datasets: Iterable[Described]) -> list[Row]:
    """The fields that either has, in the order of the schema; which value holds is decided as the fold does (``graph.precedence``)."""
    place = Precedence(datasets).place
    last = len(place)
    ordered = sorted(
        ((place.get(s.dataset, last), s.key, side, s) for side, statements in zip(("one", "other"), said, strict=True) for s in statements),
        key=lambda entry: entry[:2],
    )
    rows = []
    for field in dict.fromkeys(field for kind in kinds for field in kind.graph_fields if field.name not in _QUIET):
        values = {
            side: next((s.fields[field.name] for _place, _key, whose, s in ordered if whose == side and field.name in s.fields), None)
            for side in ("one", "other")
        }
        if values["one"] is None and values["other"] is None:
            continue
        both = None not in values.values()
        same = both and alike(field.kind, values["one"], values["other"])
        first = next(whose for _place, _key, whose, s in ordered if field.name in s.fields)
        rows.append(Row(field.label.in_(language()), _said(field, values["one"]), _said(field, values["other"]), same, first if both and not same else ""))
    return rows


def _said(field: Field, value: Any) -> str:
    return "" if value is None else value_text(field, value)


def source_row(said: tuple[Sequence[Statement], Sequence[Statement]]) -> Row:
    """Where the two are known from."""
    one, other = ("; ".join(dict.fromkeys(f"{s.title}, {day(s.as_of)}" for s in statements)) for statements in said)
    return Row(_("Quelle, Stand"), one, other, one == other)


def tie_rows(one: pd.DataFrame, other: pd.DataFrame, without: set[tuple[str, str]]) -> list[Row]:
    """The relationships of the two (``network/relations``), a row for each kind but those of ``without``."""
    rows = []
    labels: dict[tuple[str, str], str] = {}
    for frame in (one, other):
        labels |= {(str(row.type), str(row.direction)): str(row.label) for row in frame.itertuples()}
    for key, label in labels.items():
        if key in without:
            continue
        ends = [frame[(frame["type"] == key[0]) & (frame["direction"] == key[1])] for frame in (one, other)]
        same = set(ends[0]["other"]) == set(ends[1]["other"])
        rows.append(Row(label, _names(ends[0]), _names(ends[1]), same))
    return rows


def _names(ends: pd.DataFrame) -> str:
    names = sorted(dict.fromkeys(str(name) for name in ends["other_name"]), key=str.casefold)
    return ", ".join(names[:_LISTED]) + (" " + _("und {n} weitere").format(n=number(len(names) - _LISTED)) if len(names) > _LISTED else "")


def shared(one: pd.DataFrame, other: pd.DataFrame, kinds: set[tuple[str, str]] | None = None) -> Shared:
    """Who is tied to one, to both, to the other; by relationships of ``kinds``, or any."""
    mine, theirs = (
        {str(row.other): (str(row.other_name), str(row.other_type)) for row in frame.itertuples() if kinds is None or (row.type, row.direction) in kinds}
        for frame in (one, other)
    )

    def sorted_(found: Mapping[str, tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(found.values(), key=lambda entry: (entry[1], entry[0].casefold())))

    return Shared(
        sorted_({key: value for key, value in mine.items() if key not in theirs}),
        sorted_({key: value for key, value in mine.items() if key in theirs}),
        sorted_({key: value for key, value in theirs.items() if key not in mine}),
    )


def after_a_merge(rows: Sequence[Row], one: pd.DataFrame, other: pd.DataFrame) -> str:
    """A sentence on what a merge would move: fields that come to either, values that give way, relationships that both have."""
    gained = [row.label for row in rows if row.alone]
    yielding = [row.label for row in rows if not row.same and not row.alone]
    ties = [{(row.type, row.direction, row.other) for row in frame.itertuples()} for frame in (one, other)]
    told = [
        _("Nach dem Zusammenlegen: {n} Beziehungen, davon {both} bei beiden.").format(n=number(len(ties[0] | ties[1])), both=number(len(ties[0] & ties[1])))
    ]
    if gained:
        told.append(_("Ergänzt werden: {fields}.").format(fields=", ".join(gained)))
    if yielding:
        told.append(_("Nur eine der beiden Angaben gilt bei: {fields}; die andere bleibt als abweichende Angabe erhalten.").format(fields=", ".join(yielding)))
    return " ".join(told)


def hushed(rows: Iterable[Row]) -> list[Row]:
    """Without the marks of what would hold, for two that are not to become one."""
    return [replace(row, holds="") for row in rows]
