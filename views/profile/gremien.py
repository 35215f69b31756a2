"""The Gremien of an actor and who else sits there; of a Gremium its seats, by institution."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from graph import schema
from views.profile import rows
from views.profile.facts import period
from views.profile.rows import Part, Row
from views.words import _, count_of, number

Seat = Any
"""A row of network/co_members."""

_BESIDE = 8
"""So many of those who share Gremien are shown at once."""


def of_actor(seats: pd.DataFrame) -> list[Part]:
    """Where an institution or a person sits, who else sits there, and with whom it shares most. ``seats``: network/co_members."""
    every = list(seats.itertuples())
    own, others = [seat for seat in every if seat.own], [seat for seat in every if not seat.own]
    if not own:
        return []
    gremien = grouped(own, "gremium")
    held_in = [Row(group[0].gremium, "Gremium", group[0].gremium_name, held(group)) for group in gremien]
    parts = [rows.part(held_in, _("Gremien"), len(gremien), note=rows.known_from([(seat.source, seat.as_of) for seat in own]))]
    if not others:
        return parts
    for group in grouped(others, "gremium"):
        there = sorted(grouped(group, "other"), key=_name)
        parts.append(Part(group[0].gremium_name, number(len(there)), [_read(one) for one in there], inline=True, fold=_("Wer sonst dort sitzt")))
    beside = [group[0] for group in grouped(others, "other")]
    shared = [Row(seat.other, seat.other_type, seat.other_name, _shared(seat.shared) if seat.shared > 1 else "") for seat in beside]
    return [*parts, rows.part(shared, _("Gemeinsam in Gremien mit"), len(beside), shown=_BESIDE)]


def of_gremium(seats: pd.DataFrame) -> list[Part]:
    """Who sits in a Gremium, by institution, each with its people and their roles."""
    every = list(seats.itertuples())
    behind = [seat for seat in every if seat.other_type == "Institution"]
    alone = [seat for seat in every if seat.other_type != "Institution"]
    parts = []
    for title, group in ((_("Institutionen im Gremium"), behind), (_("Ohne Institution"), alone)):
        if group:
            there = sorted(grouped(group, "other"), key=_name)
            parts.append(rows.part([Row(one[0].other, one[0].other_type, one[0].other_name, held(one)) for one in there], title, len(there)))
    people = {seat.member: seat.member_name for seat in behind if seat.member != seat.other}
    if people:
        title = f"{_('Entsandte Personen')} · {number(len(people))}"
        parts.append(rows.part([Row(member, "Person", name) for member, name in people.items()], shown=len(people), fold=title))
    known = rows.known_from([(seat.source, seat.as_of) for seat in every])
    return [*parts, Part(note=known)] if known else parts


def grouped(seats: Iterable[Seat], column: str) -> list[list[Seat]]:
    """Seats with the same value of a column together, in the order in which they come."""
    found: dict[str, list[Seat]] = {}
    for seat in seats:
        found.setdefault(getattr(seat, column), []).append(seat)
    return list(found.values())


def held(seats: Iterable[Seat]) -> str:
    """Who holds the seats, in which roles and since when, in words; a member that sits for itself is not named again."""
    said = (rows.told(seat.member_name if seat.member != seat.other else "", seat.role, voting(seat.voting), period(seat.since, seat.until)) for seat in seats)
    return "; ".join(part for part in said if part)


def voting(value: object) -> str:
    """The right to vote in words; "" where nobody says."""
    return _("stimmberechtigt") if value is True else _("ohne Stimmrecht") if value is False else ""


def _read(group: list[Seat]) -> Row:
    """An institution (or a member without one) with its people and their roles, to be read."""
    first = group[0]
    people = "; ".join(part for seat in group if (part := rows.told(seat.member_name if seat.member != seat.other else "", seat.role)))
    return Row(first.other, first.other_type, first.other_name, people)


def _name(group: list[Seat]) -> str:
    return str(group[0].other_name).casefold()


def _shared(n: int) -> str:
    return count_of(n, _("Gremium"), _("Gremien"))


def seat_edges(kind: str) -> frozenset[tuple[str, str]]:
    """The relationships (type, direction) that this module shows for a type, so that the groups leave them out."""
    if kind == "Gremium":
        return frozenset({("MEMBER_OF", "in")})
    return frozenset({("MEMBER_OF", "out")}) if kind in schema.EDGES["MEMBER_OF"].start_types else frozenset()
