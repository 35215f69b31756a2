"""How far an actor is from the Lenkungskreis, and by whom it gets there."""

from __future__ import annotations

import pandas as pd

from views.profile import rows
from views.profile.rows import Part, Row
from views.words import _, number


def parts(way: pd.DataFrame, steered: bool) -> list[Part]:
    """``way``: network/steps_to. ``steered``: is there a Gremium that steers at all?"""
    if not steered:
        return []
    if way.empty:
        return [Part(note=_("Zum Lenkungskreis besteht keine Verbindung."))]
    goal, steps = way.iloc[-1], len(way) - 1
    if not steps:
        return [Part(note=_("Gehört selbst zur Steuerung."))]
    stops = [
        Row(stop.id, stop.type, stop.name, rows.told(stop.tie, _("durch {name}").format(name=stop.through_name) if isinstance(stop.through_name, str) else ""))
        for stop in way.iloc[1:].itertuples()
    ]
    return [rows.part(stops, sentence(str(goal["name"]), steps), shown=len(stops))]


def sentence(goal: str, steps: int) -> str:
    """How many steps it is to where."""
    return (_("1 Schritt bis {name}") if steps == 1 else _("{n} Schritte bis {name}")).format(n=number(steps), name=goal)


def words(way: pd.DataFrame) -> str:
    """The way in one line: "Kita X → AG Sprache → Lenkungskreis"."""
    return " → ".join(str(name) for name in way["name"])
