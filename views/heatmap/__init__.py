"""A matrix of numbers as a Streamlit component: a real table of buttons, three states told by fill and by sign."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from views.districts.fills import Fill, ink_on
from views.mounting import Component, digest

_LONG = 9
_VOWELS, _UNIT = "aeiouyäöüAEIOUÄÖÜ", "sch|ch|ck|ph|th|qu|[bpfgkdt][lr]|[b-df-hj-np-tv-xzß]"
_SYLLABLE = re.compile(rf"([{_VOWELS}][b-df-hj-np-tv-xzß]*?)(?=(?:{_UNIT})[{_VOWELS}])")
"""A syllable ends before the last consonant (or what is written for one) in front of the next vowel."""

_COMPONENT = Component(
    "akteursatlas.heatmap", Path(__file__).parent, html='<div class="heatmap"></div>', scripts=("main",), style="heatmap.css", states=("cell",)
)


@dataclass(frozen=True)
class Cell:
    """One cell. ``inside`` is a small number at its edge ("" for none), framed in red where ``inside_checked``; ``mark`` a sign in its corner."""

    fill: Fill
    inside: str = ""
    inside_checked: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Head:
    """The head of a row or column: its id, its name, and in a column the ``text`` that stands there (a short name), in a row a ``note``
    below and a ``tip`` for the pointer.
    """

    id: str
    name: str
    text: str = ""
    note: str = ""
    tip: str = ""


def heatmap(
    rows: Sequence[Head],
    columns: Sequence[Head],
    cells: Sequence[Sequence[Cell]],
    *,
    key: str,
    corner: str,
    caption: str,
    selected: tuple[str, str] | None,
    on_change: Callable[[], None],
) -> None:
    """Shows ``cells`` (row by row); the component then says ``cell``: the ids of row and column that were chosen."""
    data = payload(rows, columns, cells, corner=corner, caption=caption)
    _COMPONENT.mount(data | {"selected": list(selected) if selected else None}, key=key, on_change=on_change)


def payload(rows: Sequence[Head], columns: Sequence[Head], cells: Sequence[Sequence[Cell]], *, corner: str, caption: str) -> dict[str, Any]:
    """Everything that the script needs, but the selection; ``version`` is a hash of it."""
    data = {
        "columns": [asdict(column) | {"text": soft(column.text or column.name)} for column in columns],
        "rows": [asdict(row) | {"cells": [_cell(cell) for cell in line]} for row, line in zip(rows, cells, strict=True)],
        "corner": corner,
        "caption": caption,
    }
    return data | {"version": digest(data)}


def soft(text: str) -> str:
    """Long German words with soft hyphens, so that a narrow column breaks them between syllables."""
    return " ".join(_SYLLABLE.sub("\\1\u00ad", word) if len(word) >= _LONG else word for word in text.split(" "))


def _cell(cell: Cell) -> dict[str, Any]:
    fill = cell.fill
    return {
        "text": fill.text,
        "state": fill.state,
        "colour": fill.colour,
        "ink": ink_on(fill.colour, fill.state),
        "said": fill.said,
        "inside": cell.inside,
        "insideChecked": cell.inside_checked,
        "mark": cell.mark,
    }
