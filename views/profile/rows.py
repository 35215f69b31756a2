"""Rows of others in a profile: symbol and name to go on to, with what is known of the tie behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from views import state
from views.profile.marks import glyph, safe, small
from views.words import _, day, number

SHOWN = 12
"""So many rows of a group are shown at once; the rest opens by a click."""
_BUTTONS = 40
"""So many of the rest lead on; a theme has thousands, which would make every profile slow. The others are named."""
_NAMED = 400

Select = Callable[[str | None], None]


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody to go on to: id, type, name, what more is said in small letters, and as a hint (a source)."""

    id: str
    type: str
    name: str
    more: str = ""
    hint: str = ""


def show(rows: Sequence[Row], key: str, select: Select, shown: int = SHOWN) -> None:
    """The rows, each a button; those beyond ``shown`` in a fold."""
    _buttons(rows[:shown], key, select)
    if len(rows) > shown:
        with st.expander(_("{n} weitere").format(n=number(len(rows) - shown))):
            _buttons(rows[shown : shown + _BUTTONS], f"{key}_more", select)
            if beyond := rows[shown + _BUTTONS :]:
                st.markdown(small("; ".join(safe(row.name) for row in beyond[:_NAMED])))
                if len(beyond) > _NAMED:
                    st.markdown(small(_("und {n} weitere; die Tabelle nennt alle").format(n=number(len(beyond) - _NAMED))))


def _buttons(rows: Sequence[Row], key: str, select: Select) -> None:
    box = st.container(gap=None)
    for place, row in enumerate(rows):
        label = f"{glyph(row.type)} {safe(row.name)}" + (f" {small(safe(row.more))}" if row.more else "")
        # An area is chosen as the area of the picture; everything else has a profile.
        call, given = (state.to_areas, (row.id,)) if row.type == "Area" else (select, row.id)
        box.button(label, key=f"{key}_{place}", type="tertiary", on_click=call, args=(given,), help=row.hint or None)


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
