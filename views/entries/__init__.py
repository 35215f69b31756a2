"""Others in rows as a Streamlit component: in parts with a heading, each row a button that leads on, what is beyond the first ones in a fold.

One component for all of a profile's parts: as headings, buttons and lines of Streamlit's own they were a hundred elements,
and putting them on the page took longer than finding what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from graph import schema
from views.mounting import Component, digest

_COMPONENT = Component(
    "akteursatlas.entries", Path(__file__).parent, html='<div class="entries"></div>', scripts=("main",), style="entries.css", states=("chosen",)
)


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody to go on to: id, type, name, what more is said in small letters, and as a hint (a source)."""

    id: str
    type: str
    name: str
    more: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows under a heading with their ``count``, then a ``note`` in small letters.

    Rows after the first ``shown`` stand in a fold titled ``further``, with ``beyond`` below them: lines of plain text.
    ``inline``: the rows stand in one paragraph, to be read and not to be pressed. Parts that follow each other with the same
    ``fold`` stand together in a fold of that title.
    """

    title: str = ""
    count: str = ""
    rows: Sequence[Row] = ()
    note: str = ""
    shown: int = 0
    further: str = ""
    beyond: Sequence[str] = ()
    inline: bool = False
    fold: str = ""


def entries(parts: Sequence[Part], *, key: str, on_change: Callable[[], None]) -> None:
    """Shows the parts; the component then says ``chosen``: id and type of a row."""
    _COMPONENT.mount(payload(parts), key=key, on_change=on_change)


def payload(parts: Sequence[Part]) -> dict[str, Any]:
    """Everything that the script needs; ``version`` is a hash of it."""
    types = list(dict.fromkeys(row.type for part in parts for row in part.rows))
    symbols = {name: {"glyph": schema.NODES[name].symbol.glyph, "color": schema.NODES[name].symbol.text_color} for name in types}
    data: dict[str, Any] = {
        "parts": [
            {
                "title": part.title,
                "count": part.count,
                "rows": [astuple(row) for row in part.rows],
                "note": part.note,
                "shown": part.shown,
                "further": part.further,
                "beyond": list(part.beyond),
                "inline": part.inline,
                "fold": part.fold,
            }
            for part in parts
        ],
        "symbols": symbols,
    }
    return data | {"version": digest(data)}
