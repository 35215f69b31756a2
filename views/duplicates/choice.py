"""What the reader of the page Doppelstrukturen has chosen, kept in the session and in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph.schema import NODES
from views.kept import Kept

QUEUES = {"eintraege": "records", "doppel": "Doppelstruktur", "parallel": "Parallelstruktur", "teilmenge": "Teilmenge", "erledigt": "done"}
"""Words of the address -> queues: records that mean the same, structures by kind, what was decided."""
_PART = "~"


@dataclass(frozen=True)
class ReviewChoice:
    """The queue, its filters ("" and None: all, and the usual points), and the pair that is looked at (None: the first)."""

    queue: str = "records"
    type: str = ""
    area: str = ""
    least: float | None = None
    pair: tuple[str, str] | None = None

    def to_query(self) -> dict[str, str]:
        """The parameters of the address; what is usual is left out."""
        words = {queue: word for word, queue in QUEUES.items()}
        told = {
            "liste": "" if self.queue == "records" else words[self.queue],
            "art": self.type,
            "gebiet": self.area,
            "ab": "" if self.least is None else f"{self.least:g}",
            "paar": _PART.join(self.pair or ()),
        }
        return {name: value for name, value in told.items() if value}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> ReviewChoice:
        """A choice out of an address; what makes no sense in it is as usual (people edit addresses)."""
        pair = query.get("paar", "").split(_PART)
        return cls(
            queue=QUEUES.get(query.get("liste", ""), "records"),
            type=found if (found := query.get("art", "")) in NODES else "",
            area=query.get("gebiet", ""),
            least=_points(query.get("ab", "")),
            pair=(pair[0], pair[1]) if len(pair) == 2 and all(pair) and pair[0] != pair[1] else None,
        )


def _points(text: str) -> float | None:
    try:
        points = float(text)
    except ValueError:
        return None
    return min(99.0, max(-99.0, points)) if points == points else None


_KEPT = Kept("review_choice", ReviewChoice(), ReviewChoice.from_query, ReviewChoice.to_query)
choice, choice_now, write = _KEPT.begin, _KEPT.now, _KEPT.write


def change(**fields: Any) -> None:
    """Changes the choice; the address follows when the page has run."""
    _KEPT.put(replace(choice_now(), **fields))
