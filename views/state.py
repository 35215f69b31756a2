"""What is chosen on a page, kept in the session and in the address, so that a link shows the same picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import streamlit as st

from graph import schema
from views.mounting import said

DRAWINGS = ("steuerungsbild", "netz")
DEFAULT_TYPES = ("Gremium", "Institution")
_KEY = "choice"
_WRITTEN = "choice_written"
_LIST = ","

ENTERED = "entered"
"""Session key: did the reader just come here from another page?"""


@dataclass(frozen=True)
class Choice:
    """What the reader of the Akteurslandkarte has chosen. ``day`` is an ISO date or "" for today."""

    areas: tuple[str, ...] = ()
    actor: str | None = None
    drawing: str = DRAWINGS[0]
    types: tuple[str, ...] = DEFAULT_TYPES
    day: str = ""
    steps: int = 0
    opened: tuple[str, ...] = field(default=())

    def to_query(self) -> dict[str, str]:
        """The parameters of the address; what is as usual is left out."""
        usual = Choice()
        wanted = {
            "gebiet": (_LIST.join(self.areas), ""),
            "akteur": (self.actor or "", ""),
            "darstellung": (self.drawing, usual.drawing),
            "arten": (_LIST.join(self.types) or "-", _LIST.join(usual.types)),
            "stand": (self.day, ""),
            "umfeld": (str(self.steps), "0"),
            "offen": (_LIST.join(self.opened), ""),
        }
        return {name: value for name, (value, default) in wanted.items() if value != default}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Choice:
        """A choice out of an address; what makes no sense is as usual (people edit addresses)."""
        usual = cls()
        types = tuple(name for name in _parts(query.get("arten", _LIST.join(usual.types))) if name in schema.ACTORS)
        drawing = query.get("darstellung", usual.drawing)
        steps = query.get("umfeld", "0")
        return cls(
            areas=_parts(query.get("gebiet", "")),
            actor=query.get("akteur") or None,
            drawing=drawing if drawing in DRAWINGS else usual.drawing,
            types=types,
            day=_day(query.get("stand", "")),
            steps=int(steps) if steps in ("0", "1", "2") else 0,
            opened=_parts(query.get("offen", "")),
        )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(_LIST) if part)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def choice() -> Choice:
    """The choice now. An address that differs from what was written last (a link, reload, back) goes first."""
    query = {name: value for name, value in st.query_params.items() if name != "lang"}
    returning = not query and st.session_state.get(ENTERED, False)  # the navigation bar leads to bare addresses
    if _KEY not in st.session_state or (query != st.session_state.get(_WRITTEN) and not returning):
        st.session_state[_KEY] = Choice.from_query(query)
        st.session_state[_WRITTEN] = query
    return choice_now()


def choice_now() -> Choice:
    """The choice as it stands in this run."""
    chosen: Choice = st.session_state.get(_KEY, Choice())
    return chosen


def change(**fields: Any) -> None:
    """Changes the choice; the address follows when the page has run (see :func:`write`)."""
    st.session_state[_KEY] = replace(choice_now(), **fields)


def write() -> None:
    """Brings the address to the choice."""
    query = choice_now().to_query()
    st.session_state[_WRITTEN] = query
    language = st.query_params.get("lang")
    wanted = query | ({"lang": language} if language else {})
    if dict(st.query_params.items()) != wanted:
        st.query_params.from_dict(wanted)


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
    if at != st.session_state.get(seen, 0.0):
        st.session_state[seen] = at
        then(value)
