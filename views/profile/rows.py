"""Rows of others in a profile: symbol and name to go on to, with what is known of the tie behind; under headings, with their sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from views import state
from views.entries import Part, Row, entries
from views.words import _, day, number

SHOWN = 12
"""So many rows of a group are shown at once; the rest opens by a click."""
_BUTTONS = 40
"""So many of the rest lead on; a theme has thousands, which would make every profile slow. The others are named."""
_NAMED = 400
_KEY = "profile_rows"

__all__ = ["Part", "Row", "Select", "known_from", "part", "show", "told"]

Select = Callable[[str | None], None]


def show(parts: Sequence[Part], select: Select) -> None:
    """The parts of the profile, one under the other; each row leads on."""
    if parts:
        entries(parts, key=_KEY, on_change=lambda: state.news(_KEY, "chosen", lambda row: _go(row, select)))


def part(rows: Sequence[Row], title: str = "", count: int | None = None, *, note: str = "", shown: int = SHOWN, fold: str = "") -> Part:
    """Rows with a heading that says how many there are; those beyond ``shown`` open by a click, of very many only the names."""
    leading, named = rows[: shown + _BUTTONS], rows[shown + _BUTTONS :]
    beyond = ["; ".join(row.name for row in named[:_NAMED])] if named else []
    if len(named) > _NAMED:
        beyond.append(_("und {n} weitere; die Tabelle nennt alle").format(n=number(len(named) - _NAMED)))
    further = _("{n} weitere").format(n=number(len(rows) - shown)) if len(rows) > shown else ""
    return Part(title, "" if count is None else number(count), leading, note, shown, further, beyond, fold=fold)


def _go(row: Mapping[str, str], select: Select) -> None:
    """An area is chosen as the area of the picture; everything else has a profile."""
    if row["type"] == "Area":
        state.to_areas((row["id"],))
    else:
        select(row["id"])


def told(*parts: object) -> str:
    """Parts of what is known of a tie, joined; empty ones left out."""
    return ", ".join(str(part) for part in parts if isinstance(part, str) and part)


def known_from(origins: Sequence[tuple[object, object]]) -> str:
    """The sources of a group in words, each once, with their day."""
    return "; ".join(dict.fromkeys(f"{source}, {day(as_of)}".rstrip(", ") for source, as_of in origins if isinstance(source, str) and source))
