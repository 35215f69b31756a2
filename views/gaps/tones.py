"""How many there are, as colours: the same in the matrix and on the map, readable in grey by fill and by sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from views.districts.fills import BLUES, HATCH, Entry, Fill, Shading, checked, unknown
from views.tokens import PAPER
from views.words import _, count_of, number

STEPS = (1, 2, 4)
"""The last number of each colour but the darkest: 1, 2, 3 to 4, 5 and more."""


def fill(state: str, n: int, said: str) -> Fill:
    """A cell of this state (``covered``, ``checked``, ``unknown``) with ``n`` offers."""
    if state == "checked":
        return checked(said)
    return unknown(said) if state == "unknown" else Fill(float(n), number(n), BLUES[4][sum(n > step for step in STEPS)], "value", said)


def words(state: str, offers: int, projects: int, providers: int) -> str:
    """The state in words: "3 Angebote und 1 Projekt von 2 Trägern"."""
    if state == "checked":
        return _("geprüft, kein Angebot")
    if state == "unknown":
        return _("nicht erhoben")
    parts = [count_of(offers, _("Angebot"), _("Angebote"))] if offers else []
    parts += [count_of(projects, _("Projekt"), _("Projekte"))] if projects else []
    there = f" {_('und')} ".join(parts)
    return _("{there} von {providers}").format(there=there, providers=count_of(providers, _("Träger"), _("Trägern"))) if providers else there


def legend(states: Iterable[str]) -> list[Entry]:
    """The lines of the legend for the states that occur."""
    shown = set(states)
    entries = []
    if "covered" in shown:
        texts = ("1", "2", "3–4", _("ab 5"))
        entries += [Entry(colour, text) for colour, text in zip(BLUES[4], texts, strict=True)]
    if "checked" in shown:
        entries.append(Entry(PAPER, _("0 geprüft: kein Angebot"), "checked"))
    if "unknown" in shown:
        entries.append(Entry(HATCH[0], _("? nicht erhoben"), "unknown"))
    return entries


def shading(fills: Mapping[str, Fill], states: Iterable[str], title: str) -> Shading:
    """The map of a theme."""
    return Shading(dict(fills), legend(states), title)
