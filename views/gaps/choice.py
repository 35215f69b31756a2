"""What the reader of the page Lücken has chosen, kept in the session and in the address, so that a link shows the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from views.kept import Kept

DIMENSIONS = {"gebiet": "Area", "thema": "Theme", "phase": "Stage", "zielgruppe": "TargetGroup"}
"""Words of the address -> what can be rows and columns of the matrix."""
LEVELS = {"bezirk": "district", "stadtteil": "quarter", "sozialraum": "social_space", "kommune": "municipality", "kreis": "county"}
STATES = {"geprueft": "checked", "offen": "unknown"}
MOST_EASING = 2.0
_PART = "~"


@dataclass(frozen=True)
class Spot:
    """A cell of the coverage; what is "" is not asked for."""

    area: str = ""
    theme: str = ""
    stage: str = ""
    group: str = ""


@dataclass(frozen=True)
class GapChoice:
    """Rows, columns and filters of the matrix, weights of the ranking, the cell whose card is open.

    ``level`` "" leaves it to the data. ``area`` is a filter: the parts of that area, or the area itself where areas are
    neither rows nor columns. ``day`` is an ISO date, "" for today; ``since``: compare with that day. ``weights`` as
    ``gaps/priority`` reads them, ``easing`` the weight of neighbours, ``distance`` in km (0: common border), ``catchment`` in km (0: only
    neighbours count). ``spot`` None: the first gap.
    """

    rows: str = "Area"
    columns: str = "Theme"
    level: str = ""
    area: str = ""
    theme: str = ""
    stage: str = ""
    group: str = ""
    day: str = ""
    since: str = ""
    state: str = ""
    weights: str = ""
    easing: float = 0.25
    distance: float = 0.0
    catchment: float = 0.0
    spot: Spot | None = None

    def to_query(self) -> dict[str, str]:
        """The parameters of the address; what is usual is left out."""
        usual = GapChoice()
        return {word: write(getattr(self, name)) for name, (word, _, write) in _ADDRESS.items() if getattr(self, name) != getattr(usual, name)}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> GapChoice:
        """A choice out of an address; what makes no sense in it is as usual (people edit addresses)."""
        made = replace(cls(), **{name: read(query[word]) for name, (word, read, _) in _ADDRESS.items() if word in query})
        return made if made.rows != made.columns else replace(made, rows=cls.rows, columns=cls.columns)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _number(usual: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            return min(most, max(0.0, float(text)))
        except ValueError:
            return usual

    return read


def _spot(text: str) -> Spot | None:
    parts = text.split(_PART)
    return Spot(*parts) if len(parts) == 4 and any(parts) else None


def _of(words: Mapping[str, str], usual: str) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """Reads and writes a word of the address."""
    back = {value: word for word, value in words.items()}
    return (lambda text: words.get(text, usual)), (lambda value: back.get(value, ""))


def _shown(value: float) -> str:
    return f"{value:g}"


_ADDRESS: dict[str, tuple[str, Callable[[str], Any], Callable[[Any], str]]] = {
    "rows": ("zeilen", *_of(DIMENSIONS, "Area")),
    "columns": ("spalten", *_of(DIMENSIONS, "Theme")),
    "level": ("ebene", *_of(LEVELS, "")),
    "area": ("gebiet", str, str),
    "theme": ("thema", str, str),
    "stage": ("phase", str, str),
    "group": ("zielgruppe", str, str),
    "day": ("stand", _day, str),
    "since": ("seit", _day, str),
    "state": ("nur", *_of(STATES, "")),
    "weights": ("gewichte", str, str),
    "easing": ("nachbarn", _number(0.25, MOST_EASING), _shown),
    "distance": ("umkreis", _number(0.0, 50.0), _shown),
    "catchment": ("einzugsgebiet", _number(0.0, 50.0), _shown),
    "spot": ("feld", _spot, lambda spot: _PART.join((spot.area, spot.theme, spot.stage, spot.group))),
}
"""Each field: its parameter in the address, how that is read, how it is written."""


_KEPT = Kept("gap_choice", GapChoice(), GapChoice.from_query, GapChoice.to_query)
choice, choice_now, write = _KEPT.begin, _KEPT.now, _KEPT.write


def change(**fields: Any) -> None:
    """Changes the choice; the address follows when the page has run."""
    _KEPT.put(replace(choice_now(), **fields))
