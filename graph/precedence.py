"""Which of several statements shows: the higher rank of its dataset first, then the newer, then the name of the dataset.

A coordinate is one statement: latitude and longitude always come from the same record. An official one goes
before what a list states, and that before what was computed from an address; but one that belongs to another
street than the one that shows comes last: the thing has moved. Another house number is no move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from graph.sameness import street_name

COORDINATE = ("lat", "lon", "position")
"""The fields that come from one record together."""

_BASES = {"official": 0, "stated": 1, "geocoded": 2}


class Described(Protocol):
    """What folding needs to know of a dataset: its name and title, the day it stands for, its rank."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def title(self) -> str:
        """What it is called as a source."""

    @property
    def as_of(self) -> str:
        """The day it stands for."""

    @property
    def rank(self) -> int:
        """Its precedence."""


class Precedence:
    """Which dataset goes first, and what is said about where a statement comes from."""

    def __init__(self, datasets: Iterable[Described]) -> None:
        # Sorted by the last key first: sorting is stable, and a date cannot be turned round by a minus sign.
        ordered = sorted(datasets, key=lambda d: d.name)
        ordered.sort(key=lambda d: d.as_of, reverse=True)
        ordered.sort(key=lambda d: -d.rank)
        self.place = {dataset.name: position for position, dataset in enumerate(ordered)}
        self._titles = [dataset.title for dataset in ordered]
        self._as_of = [dataset.as_of for dataset in ordered]
        self._known: dict[tuple[int, ...], tuple[str, str]] = {}

    def origin(self, places: Iterable[int]) -> tuple[str, str]:
        """(titles joined by "; ", newest ``as_of``) of the datasets at these places of the order."""
        key = tuple(sorted(set(places)))
        if key not in self._known:
            titles = dict.fromkeys(self._titles[position] for position in key)
            self._known[key] = ("; ".join(titles), max(self._as_of[position] for position in key))
        return self._known[key]


def coordinate(said: Sequence[Mapping[str, Any]]) -> int | None:
    """Which of the descriptions of one thing, in their order of precedence, has the coordinate that shows.

    None where none has one that its own source trusts. A description that names no street may be of any.
    """
    located = [place for place, fields in enumerate(said) if "lat" in fields and "lon" in fields and fields.get("position") != "doubtful"]
    if len(located) < 2:
        return located[0] if located else None
    street = next((street_name(fields["street"]) for fields in said if "street" in fields), "")

    def order(place: int) -> tuple[bool, int]:
        fields = said[place]
        moved = "street" in fields and street_name(fields["street"]) != street
        return moved, _BASES.get(str(fields.get("position")), _BASES["stated"])

    return min(located, key=order)
