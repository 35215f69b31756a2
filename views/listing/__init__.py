"""The table twin of a picture as a Streamlit component: plain HTML that a screen reader can read, sorted and chosen from by keyboard.

Streamlit's own table is painted on a canvas; this one is a real table. Only the rows in sight are in the page,
so that fifty thousand stay fluid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from views import tokens
from views.mounting import Component, digest
from views.words import day, translate

_COMPONENT = Component(
    "akteursatlas.listing",
    Path(__file__).parent,
    html='<div class="listing"></div>',
    scripts=("rows", "main"),
    style="listing.css",
    states=("selected", "sorted"),
)


@dataclass(frozen=True)
class Heading:
    """A column: the name of its values in the frame, its words, how it is sorted, and how wide it is beside the others."""

    name: str
    label: str
    kind: Literal["text", "number", "date"] = "text"
    width: float = 1.0


def listing(
    table: pd.DataFrame,
    headings: Sequence[Heading],
    *,
    key: str,
    title: str,
    selected: str | None,
    order: str,
    language: str,
    on_change: Callable[[], None],
) -> None:
    """Shows ``table``; the values of its index are the ids that ``selected`` (said by the component, too) speaks of; a row without id ("") cannot be chosen.

    ``order`` is the name of a column to sort by, with "-" before it for downwards; the component says ``sorted`` where the reader changes it.
    """
    data = payload(table, headings, title=title, language=language)
    names = {heading.name for heading in headings}
    data |= {"selected": selected, "order": order if order.removeprefix("-") in names else ""}
    _COMPONENT.mount(data, key=key, on_change=on_change)


def payload(table: pd.DataFrame, headings: Sequence[Heading], *, title: str, language: str) -> dict[str, Any]:
    """Everything that the script needs, but selection and order; ``version`` is a hash of it."""
    data = {
        "ids": [str(i) for i in table.index],
        "columns": [_column(table[heading.name], heading) for heading in headings],
        "title": title,
        "language": "en-GB" if language == "en" else "de-DE",
        "palette": tokens.PALETTE,
        "words": {
            "sort": translate("Nach {column} sortieren", language),
            "up": translate("{column}, aufsteigend sortiert", language),
            "down": translate("{column}, absteigend sortiert", language),
            "rows": translate("{title}: {n} Zeilen. Pfeiltasten gehen durch die Zeilen, die Eingabetaste wählt.", language),
            "chosen": translate("{name} gewählt.", language),
            "empty": translate("Keine Zeilen: Nichts entspricht der Auswahl.", language),
        },
    }
    return data | {"version": digest(data)}


def _column(values: pd.Series[Any], heading: Heading) -> dict[str, Any]:
    """The values as they are shown, and, where they sort otherwise than they read, what they are sorted by."""
    known = [None if value is None or value != value else value for value in values]
    column: dict[str, Any] = {"name": heading.name, "label": heading.label, "kind": heading.kind, "width": heading.width}
    if heading.kind == "number":
        return column | {"values": [None if value is None else float(value) for value in known]}
    if heading.kind == "date":
        return column | {"values": [day(value) for value in known], "by": ["" if value is None else str(value) for value in known]}
    return column | {"values": ["" if value is None else str(value) for value in known]}
