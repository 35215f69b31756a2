"""The legend of the picture: its types, with how many there are of each, and which are on."""

from __future__ import annotations

from graph import schema
from views.network import Chip
from views.picture import Picture
from views.words import _


def chips(seen: Picture) -> list[Chip]:
    """One entry for each type of actor, counting what the picture shows."""
    counts, chosen = seen.type_counts, seen.choice
    never = _("Im Steuerungsbild nicht gezeichnet; in der Darstellung Netz")
    return [
        Chip(name, counts.get(name, 0), name in chosen.types, never if name == "Person" and chosen.drawing == "steuerungsbild" else "")
        for name in schema.ACTORS
    ]
