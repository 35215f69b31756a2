"""Actors in rows as a Streamlit component: each a button that leads on, those beyond the first ones in a fold.

One component for all rows of a group: as buttons of Streamlit's own the rows of one profile were a hundred elements, and
putting them on the page took longer than finding what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


def entries(rows: Sequence[Row], *, key: str, shown: int, further: str, beyond: Sequence[str], on_change: Callable[[], None]) -> None:
    """Shows the rows; the component then says ``chosen``: id and type of one.

    Those after the first ``shown`` stand in a fold titled ``further``, with ``beyond`` below them: lines of plain text.
    """
    _COMPONENT.mount(payload(rows, shown=shown, further=further, beyond=beyond), key=key, on_change=on_change)


def payload(rows: Sequence[Row], *, shown: int, further: str, beyond: Sequence[str]) -> dict[str, Any]:
    """Everything that the script needs; ``version`` is a hash of it."""
    types = list(dict.fromkeys(row.type for row in rows))
    symbols = {name: {"glyph": schema.NODES[name].symbol.glyph, "color": schema.NODES[name].symbol.text_color} for name in types}
    data: dict[str, Any] = {
        "rows": [[row.id, row.type, row.name, row.more, row.hint] for row in rows],
        "shown": shown,
        "symbols": symbols,
        "further": further,
        "beyond": list(beyond),
    }
    return data | {"version": digest(data)}
