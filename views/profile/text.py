"""A profile as plain text for an e-mail: laid out in lines, in the language of the page, with only what the role may see."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date

import pandas as pd

from views.profile import gremien, relations, way
from views.profile.facts import Told
from views.words import _, day

_WIDTH = 78


def plain(name: str, kind: str, told: Told, seats: pd.DataFrame, tied: pd.DataFrame, steps: pd.DataFrame, steered: bool, is_gremium: bool) -> str:
    """The whole text but the link, which the browser knows.

    ``kind`` is the type in words; ``seats``, ``tied`` and ``steps`` are network/co_members, network/relations
    (without the seats) and network/steps_to of the actor.
    """
    parts = [[name, kind], list(_facts(told)), list(_seats(seats, is_gremium)), *_ties(tied), list(_way(steps, steered)), list(_sources(told))]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _facts(told: Told) -> Iterator[str]:
    for fact in told.facts:
        yield from _wrapped(f"{fact.label}: {' '.join(fact.text.split())}")
        for text, source in fact.others:
            yield from _wrapped(f"  ({_('Andere Angabe')}: {text} – {source.title}, {day(source.as_of)})")


def _seats(seats: pd.DataFrame, is_gremium: bool) -> Iterator[str]:
    mine = [seat for seat in seats.itertuples() if seat.own or is_gremium]
    if not mine:
        return
    yield (_("Mitglieder") if is_gremium else _("Gremien")) + ":"
    name = "other_name" if is_gremium else "gremium_name"
    for group in gremien.grouped(sorted(mine, key=lambda seat: str(getattr(seat, name)).casefold()), "other" if is_gremium else "gremium"):
        yield from _item(str(getattr(group[0], name)), gremien.held(group))


def _ties(tied: pd.DataFrame) -> Iterator[list[str]]:
    for _key, label, group in relations.groups(tied):
        yield [f"{label}:", *(line for row in group.itertuples() for line in _item(str(row.other_name), relations.more(row)))]


def _way(steps: pd.DataFrame, steered: bool) -> Iterator[str]:
    if steered and len(steps) > 1:
        yield way.sentence(str(steps["name"].iloc[-1]), len(steps) - 1) + ":"
        yield from _wrapped(way.words(steps))


def _sources(told: Told) -> Iterator[str]:
    for title, as_of, old in dict.fromkeys((source.title, source.as_of, source.old) for source in told.sources):
        yield from _wrapped(f"{_('Quelle')}: {title}, {_('Stand')} {day(as_of)}" + (f" ({_('veraltet')})" if old else ""))
    if told.confirmed:
        yield f"{_('Zuletzt bestätigt')}: {day(told.confirmed.confirmed)}"
    yield _("Aus dem Akteursatlas am {day}").format(day=day(date.today().isoformat()))


def _item(name: str, said: str) -> list[str]:
    return _wrapped(f"- {name}" + (f" ({said})" if said else ""), "  ")


def _wrapped(line: str, indent: str = "    ") -> list[str]:
    """A line broken for an e-mail; addresses of the net stay whole."""
    return textwrap.wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [line]
