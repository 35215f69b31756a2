"""What sources say about an actor, as facts in words: which value shows, who says so, how old that is, and who says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph import dates
from graph.freshness import USUAL_MONTHS
from graph.ledger_records import Statement
from graph.model import Field, NodeType, Value
from graph.sameness import alike
from graph.values import read_extra
from views.words import _, day, language, number

_ADDRESS = ("street", "postcode", "city")
_QUIET = ("geometry", "lat", "lon", "position", "kind", "confirmed", *_ADDRESS[1:])
"""Shown elsewhere, or put together with others."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of the profile: its title, the day it stands for, when it last confirmed the entry, whether that is too long ago, and where it says so."""

    title: str
    as_of: str
    confirmed: str
    old: bool
    where: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One field in words. ``kind`` is that of the field (``graph.model.Kind``); ``others`` are what further sources say instead, with their source."""

    label: str
    text: str
    kind: str
    source: Source
    others: tuple[tuple[str, Source], ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that sources say about one actor: facts in the order of the schema, and the sources, most trusted first."""

    facts: tuple[Fact, ...]
    sources: tuple[Source, ...]

    @property
    def confirmed(self) -> Source | None:
        """The source that confirmed the entry last."""
        return max(self.sources, key=lambda source: dates.last_day(source.confirmed), default=None)


def told(kind: NodeType, said: Sequence[Statement], today: str, months: int = USUAL_MONTHS) -> Told:
    """The facts in ``said`` (most trusted first). What nobody has confirmed for ``months`` whole months on ``today`` (ISO day) is old."""
    origins = [_source(statement, today, months) for statement in said]
    shown = (field for field in kind.graph_fields if field.name not in _QUIET)
    facts = [fact for field in shown if (fact := _address(kind, said, origins) if field.name == "street" else _fact(field, said, origins))]
    if place := _coordinate(kind, said, origins):
        facts.append(place)
    facts += [fact for statement, origin in zip(said, origins, strict=True) for fact in _further(statement, origin)]
    return Told(tuple(facts), tuple(dict.fromkeys(origins)))


def _source(statement: Statement, today: str, months: int) -> Source:
    confirmed = str(statement.fields.get("confirmed") or statement.as_of)
    where = ", ".join(part for part in (statement.where.file, statement.where.sheet, _row(statement.where.row)) if part)
    return Source(statement.title, statement.as_of, confirmed, dates.months_between(confirmed, today) >= months, where)


def _row(row: int) -> str:
    return _("Zeile {n}").format(n=row) if row else ""


def _fact(field: Field, said: Sequence[Statement], origins: Sequence[Source]) -> Fact | None:
    given = [(s.fields[field.name], origin) for s, origin in zip(said, origins, strict=True) if field.name in s.fields]
    if not given:
        return None
    value, origin = given[0]
    others = dict.fromkeys((value_text(field, other), source) for other, source in given[1:] if not alike(field.kind, other, value))
    if field.name == "name":
        # The name is the heading; only what others call it is a fact of its own.
        return Fact(_("Auch genannt"), "; ".join(dict.fromkeys(text for text, _source in others)), "text", next(iter(others))[1]) if others else None
    return Fact(field.label.in_(language()), value_text(field, value), field.kind, origin, tuple(others))


def _address(kind: NodeType, said: Sequence[Statement], origins: Sequence[Source]) -> Fact | None:
    """Street, postcode and town as one line, from the most trusted source that has any; others say so where they differ in what both have."""
    given = [({name: s.fields[name] for name in _ADDRESS if name in s.fields}, origin) for s, origin in zip(said, origins, strict=True)]
    given = [(parts, origin) for parts, origin in given if parts]
    if not given:
        return None
    # One that has the street goes before one that only has the town.
    first, origin = next(((parts, origin) for parts, origin in given if "street" in parts), given[0])
    same = {name: kind.field(name).kind for name in _ADDRESS}
    differs = [(parts, o) for parts, o in given if any(not alike(same[name], parts[name], first[name]) for name in parts.keys() & first.keys())]
    others = dict.fromkeys((_one_line(parts), source) for parts, source in differs)
    return Fact(_("Anschrift"), _one_line(first), "text", origin, tuple(others))


def _one_line(parts: Mapping[str, Value]) -> str:
    town = " ".join(str(parts[name]) for name in _ADDRESS[1:] if name in parts)
    return ", ".join(part for part in (str(parts.get("street", "")), town) if part)


def _coordinate(kind: NodeType, said: Sequence[Statement], origins: Sequence[Source]) -> Fact | None:
    """The two halves of a coordinate come from one source, with where it is from."""
    for statement, origin in zip(said, origins, strict=True):
        if "lat" in statement.fields and "lon" in statement.fields:
            position = statement.fields.get("position")
            basis = f" ({value_text(kind.field('position'), position)})" if position else ""
            text = f"{number(float(statement.fields['lat']), 5)}° N, {number(float(statement.fields['lon']), 5)}° {_('O')}{basis}"
            return Fact(_("Koordinate"), text, "text", origin)
    return None


def _further(statement: Statement, origin: Source) -> Iterator[Fact]:
    if "extra" in statement.fields:
        for heading, text in read_extra(str(statement.fields["extra"])).items():
            yield Fact(heading, text, "longtext", origin)


def value_text(field: Field, value: Any) -> str:
    """A stored value as people read it."""
    if field.choices:
        choice = field.choice(value)
        return choice.label.in_(language()) if choice else str(value)
    if field.kind == "boolean":
        return _("ja") if value else _("nein")
    if field.kind == "date":
        return day(value)
    if field.kind in ("integer", "number"):
        return number(value, 0 if float(value).is_integer() else 1) + (f" {field.unit}" if field.unit else "")
    return str(value)


def period(since: object, until: object) -> str:
    """From when to when, in words: "seit 01.01.2020", "2019–2022", "bis 2021"; "" where nothing is known."""
    first, last = day(since), day(until)
    if first and last:
        return f"{first}–{last}"
    return f"{_('seit')} {first}" if first else f"{_('bis')} {last}" if last else ""
