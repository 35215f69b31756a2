"""What has changed between two days: who joined a picture and who left it, which ties began and which ended."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import pandas as pd

from views.words import _, count_of, day, number

JOINED, LEFT = "+", "-"
Tie = tuple[str, str, str]
"""Both ends and the kind."""


@dataclass(frozen=True)
class Changes:
    """The difference of two pictures. ``actors`` and ``ties`` hold those that changed, each with ``JOINED`` or ``LEFT``."""

    since: str
    actors: dict[str, str]
    ties: dict[Tie, str]

    def count(self, mark: str, *, ties: bool) -> int:
        """How many joined or left: ties, or else actors."""
        return sum(1 for found in (self.ties if ties else self.actors).values() if found == mark)

    def among(self, actors: Container[str]) -> Changes:
        """The changes of these actors, and of ties with both ends among them."""
        ties = {tie: mark for tie, mark in self.ties.items() if tie[0] in actors and tie[1] in actors}
        return Changes(self.since, {actor: mark for actor, mark in self.actors.items() if actor in actors}, ties)

    @property
    def touched(self) -> set[str]:
        """Who changed, and who stands at an end of a tie that did."""
        return set(self.actors) | {end for a, b, _kind in self.ties for end in (a, b)}


def between(since: str, before: tuple[pd.Index[str], pd.DataFrame], now: tuple[pd.Index[str], pd.DataFrame]) -> Changes:
    """The changes since ``since`` (ISO date): each picture is its actors and its ties (columns a, b, kind).

    Who was there before and is no more has left; a tie to somebody who left has ended, a tie of somebody who joined has begun.
    """
    old, new = set(before[0]), set(now[0])
    old_ties, new_ties = _keys(before[1]), _keys(now[1])
    actors = dict.fromkeys(sorted(new - old), JOINED) | dict.fromkeys(sorted(old - new), LEFT)
    ties = dict.fromkeys(sorted(new_ties - old_ties), JOINED) | dict.fromkeys(sorted(old_ties - new_ties), LEFT)
    return Changes(since, actors, ties)


def _keys(ties: pd.DataFrame) -> set[Tie]:
    return {(str(a), str(b), str(kind)) for a, b, kind in zip(ties["a"], ties["b"], ties["kind"], strict=True)}


def title(changes: Changes, place: str) -> str:
    """The sentence over the picture of the changes."""
    joined, left = (changes.count(mark, ties=False) for mark in (JOINED, LEFT))
    begun, ended = (changes.count(mark, ties=True) for mark in (JOINED, LEFT))
    if not changes.actors and not changes.ties:
        return _("{place}: seit dem {day} hat sich nichts verändert").format(place=place, day=day(changes.since))
    parts = [
        _("{n} dazugekommen").format(n=count_of(joined, _("Akteur"), _("Akteure"))) if joined else "",
        _("{n} ausgeschieden").format(n=number(left) if joined else count_of(left, _("Akteur"), _("Akteure"))) if left else "",
        _("{n} neu").format(n=count_of(begun, _("Beziehung"), _("Beziehungen"))) if begun else "",
        _("{n} beendet").format(n=number(ended) if begun else count_of(ended, _("Beziehung"), _("Beziehungen"))) if ended else "",
    ]
    return _("{place} seit dem {day}: {changes}").format(place=place, day=day(changes.since), changes=", ".join(part for part in parts if part))


def heading(changes: Changes) -> str:
    """Over the column of a table that says what changed."""
    return _("Seit {day}").format(day=day(changes.since))


def words(mark: str) -> str:
    """A mark in words, for the table and the legend."""
    return {JOINED: _("neu"), LEFT: _("nicht mehr")}.get(mark, "")
