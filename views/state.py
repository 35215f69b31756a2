"""What is chosen on a page, kept in the session and in the address, so that a link shows the same picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from graph import schema
from views import data
from views.drawing import DRAWINGS
from views.kept import Kept
from views.mounting import said
from views.saved_views import SavedView

STEPS = (0, 1, 2, 3)
GROUPINGS = ("", "sector", "area", "community")
"""What the hulls of the Netz are; "" leaves it to the picture."""
CLASSES = ("quantile", "natural")
TABS = ("karte", "tabelle", "beziehungen")
DEFAULT_TYPES = ("Gremium", "Institution")
_LIST = ","

SAVED = "ansicht"
"""The parameter that names a saved view."""
MISSING = "saved_view_missing"
"""Session key: did the address name a saved view that there is not?"""


@dataclass(frozen=True)
class Choice:
    """What the reader of the Akteurslandkarte has chosen. Lists are empty and words "" where nothing is chosen.

    ``day`` is an ISO date, or "" for today. ``themes``, ``stages`` and ``groups`` keep those who serve one of
    each; ``hidden_ties`` are kinds of tie that are not drawn. ``since``: mark what has changed since that day
    (ISO). ``grouping`` of the Netz is one of ``GROUPINGS``, ``measure`` what its symbols' size follows;
    ``whole``: the Netz folds nobody. ``shading``: what the areas of the map are coloured by, in classes made by
    ``classes``. ``emphasis``: actors that stand out. ``tab`` is one of ``TABS``, ``order`` the column that its
    table is sorted by ("-" before it: downwards). ``saved``: the saved view (its slug) that this choice began with,
    ``own``: the drawing and scope that this view has positions of its own for.
    """

    areas: tuple[str, ...] = ()
    actor: str | None = None
    drawing: str = DRAWINGS[0]
    types: tuple[str, ...] = DEFAULT_TYPES
    day: str = ""
    steps: int = 0
    opened: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    hidden_ties: tuple[str, ...] = ()
    since: str = ""
    grouping: str = ""
    measure: str = ""
    whole: bool = False
    shading: str = ""
    classes: str = CLASSES[0]
    emphasis: tuple[str, ...] = ()
    tab: str = TABS[0]
    order: str = ""
    saved: str = ""
    own: str = ""

    @property
    def is_around(self) -> bool:
        """Is the picture the Umfeld of the actor, not that of the areas?"""
        return bool(self.actor) and (self.steps > 0 or self.drawing == "ringe")

    @property
    def scope(self) -> str:
        """What the picture is of: the areas, or the Umfeld of an actor."""
        return f"around {self.actor} {max(1, self.steps)}" if self.is_around else ",".join(sorted(self.areas)) or "all"

    @property
    def drawing_and_scope(self) -> str:
        """Which picture it is, as far as positions go."""
        return f"{self.drawing} {self.scope}"

    def to_query(self, usual: Choice | None = None) -> dict[str, str]:
        """The parameters of the address; what is as in ``usual`` (a bare address without it) is left out. Not ``saved``: see :func:`address`."""
        usual = usual or Choice()
        return {word: _written(getattr(self, name)) for name, (word, _) in _ADDRESS.items() if getattr(self, name) != getattr(usual, name)}

    @classmethod
    def from_query(cls, query: Mapping[str, str], usual: Choice | None = None) -> Choice:
        """A choice out of an address; what is not in it is as in ``usual``, and so is what makes no sense (people edit addresses)."""
        return replace(usual or cls(), **{name: read(query[word]) for name, (word, read) in _ADDRESS.items() if word in query})


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return _LIST.join(value) or "-"
    return str(int(value)) if isinstance(value, bool) else str(value or "")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in text.split(_LIST) if part and part != "-"))


def _types(text: str) -> tuple[str, ...]:
    return tuple(name for name in _parts(text) if name in schema.ACTORS)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    return lambda text: text if text in allowed else allowed[0]


def _steps(text: str) -> int:
    return int(text) if text in map(str, STEPS) else 0


_ADDRESS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "areas": ("gebiet", _parts),
    "actor": ("akteur", lambda text: text or None),
    "drawing": ("darstellung", _one_of(DRAWINGS)),
    "types": ("arten", _types),
    "day": ("stand", _day),
    "steps": ("umfeld", _steps),
    "opened": ("offen", _parts),
    "themes": ("thema", _parts),
    "stages": ("phase", _parts),
    "groups": ("zielgruppe", _parts),
    "hidden_ties": ("ohne", _parts),
    "since": ("seit", _day),
    "grouping": ("gruppen", _one_of(GROUPINGS)),
    "measure": ("groesse", str),
    "whole": ("einzeln", "1".__eq__),
    "shading": ("flaeche", str),
    "classes": ("klassen", _one_of(CLASSES)),
    "emphasis": ("betont", _parts),
    "tab": ("reiter", _one_of(TABS)),
    "order": ("sortiert", str),
}
"""Each field of a choice: its parameter in the address, and how that is read."""


def _from_address(query: Mapping[str, str]) -> Choice:
    """A saved view where one is named, with what else the address says going before it."""
    slug = query.get(SAVED, "")
    view = data.saved_views().get(slug) if slug else None
    st.session_state[MISSING] = bool(slug) and view is None
    return Choice.from_query(query, as_saved(view) if view else None)


def as_saved(view: SavedView) -> Choice:
    """The choice that a view has kept."""
    kept = Choice.from_query(view.query)
    return replace(kept, saved=view.slug, own=kept.drawing_and_scope)


def address(choice: Choice) -> dict[str, str]:
    """The parameters of the address of a choice: of a saved view its name and what was changed since, else everything chosen."""
    view = data.saved_views().get(choice.saved) if choice.saved else None
    return {SAVED: view.slug} | choice.to_query(Choice.from_query(view.query)) if view else choice.to_query()


def open_saved(view: SavedView) -> None:
    """Goes to a saved view as it was saved."""
    _keep(as_saved(view))


_KEPT = Kept("choice", Choice(), _from_address, address)
choice, choice_now, write = _KEPT.begin, _KEPT.now, _KEPT.write


def change(**fields: Any) -> None:
    """Changes the choice; the address follows when the page has run."""
    _keep(replace(choice_now(), **fields))


def _keep(chosen: Choice) -> None:
    _KEPT.put(chosen)
    st.session_state.pop(MISSING, None)


def to_areas(areas: tuple[str, ...]) -> None:
    """Goes to these areas: their whole picture, nothing unfolded."""
    change(areas=areas, steps=0, opened=())


def select(actor: str | None) -> None:
    """Chooses an actor, or nobody; the Umfeld ends with the choice."""
    change(actor=actor, steps=choice_now().steps if actor else 0)


def news(component: str, name: str, then: Callable[[Any], None]) -> None:
    """Calls ``then`` with what the reader has just chosen under ``name`` in a component.

    A component's state arrives as a whole on every callback, so that without this the map would overwrite
    what was chosen in the network.
    """
    state = st.session_state.get(component)
    if state is None:
        return
    value, at = said(state, name)
    seen = f"{component}_{name}_seen"
    if at and at != st.session_state.get(seen, 0.0):  # a component that is shown anew has said nothing yet
        then(value)
        st.session_state[seen] = at  # last: a run that the next click ends in the middle has not heard this one
