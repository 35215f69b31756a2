"""Rows of others in a profile: symbol and name to go on to, with what is known of the tie behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from views import state
from views.entries import Row, entries
from views.profile.marks import safe, small
from views.words import _, day, number

SHOWN = 12
"""So many rows of a group are shown at once; the rest opens by a click."""
_BUTTONS = 40
"""So many of the rest lead on; a theme has thousands, which would make every profile slow. The others are named."""
_NAMED = 400

__all__ = ["Row", "Select", "heading", "known_from", "show", "told"]

Select = Callable[[str | None], None]


def show(rows: Sequence[Row], key: str, select: Select, shown: int = SHOWN) -> None:
    """The rows, each a button; those beyond ``shown`` in a fold."""
    if not rows:
        return
    leading, named = rows[: shown + _BUTTONS], rows[shown + _BUTTONS :]
    beyond = ["; ".join(row.name for row in named[:_NAMED])] if named else []
    if len(named) > _NAMED:
        beyond.append(_("und {n} weitere; die Tabelle nennt alle").format(n=number(len(named) - _NAMED)))
    further = _("{n} weitere").format(n=number(len(rows) - shown))
    entries(leading, key=key, shown=shown, further=further, beyond=beyond, on_change=lambda: state.news(key, "chosen", lambda row: _go(row, select)))


def _go(row: Mapping[str, str], select: Select) -> None:
    """An area is chosen as the area of the picture; everything else has a profile."""
    if row["type"] == "Area":
        state.to_areas((row["id"],))
    else:
        select(row["id"])


def heading(text: str, count: int | None = None) -> None:
    """The heading of a part of the profile, with how many there are."""
    st.markdown(f"#### {safe(text)}" + (f" :gray[· {number(count)}]" if count is not None else ""))


def told(*parts: object) -> str:
    """Parts of what is known of a tie, joined; empty ones left out."""
    return ", ".join(str(part) for part in parts if isinstance(part, str) and part)


def known_from(origins: Sequence[tuple[object, object]]) -> None:
    """The sources of a group, each once, with their day."""
    said = dict.fromkeys(f"{safe(source)}, {day(as_of)}".rstrip(", ") for source, as_of in origins if isinstance(source, str) and source)
    if said:
        st.markdown(small("; ".join(said)))
