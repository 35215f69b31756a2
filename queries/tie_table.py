"""All ties of a snapshot as they are drawn, as columns: made once for each day, asked for any set of actors.

Grouping half a million edges takes a second; picking those among some thousand actors out of the finished
table takes some milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from graph import schema
from graph.snapshot import Snapshot
from graph.texts import coded, shared
from queries.network import seats

Array = np.ndarray[Any, np.dtype[Any]]
COLUMNS = ["a", "b", "kind", "n", "since", "until", "source", "as_of"]
_SAID = COLUMNS[4:]


@dataclass(frozen=True, eq=False)
class TieTable:
    """One row per pair and kind of tie, sorted by both ids and the kind. ``a`` and ``b`` are places in ``view.nodes``."""

    view: Snapshot
    a: Array
    b: Array
    kind: Array
    n: Array
    said: dict[str, tuple[Array, Array]]
    """since, until, source and as_of: for each row a place, and the texts in these places, the last of which is None (place -1)."""

    def among(self, actors: Iterable[str]) -> pd.DataFrame:
        """The ties with both ends among ``actors`` (ids), with the columns ``COLUMNS``."""
        chosen = np.zeros(len(self.view.nodes), dtype=bool)
        chosen[self.view.places(actors)] = True
        rows = np.flatnonzero(chosen[self.a] & chosen[self.b])
        ids = self.view.nodes.index.to_numpy(dtype=object)
        texts = {"a": ids[self.a[rows]], "b": ids[self.b[rows]], "kind": self.kind[rows]} | {
            name: known[at[rows]] for name, (at, known) in self.said.items()
        }
        # As objects: pandas would copy every text into an array of its own, and out of it again wherever texts are compared.
        frame = {name: pd.Series(values, dtype=object) for name, values in texts.items()}
        return pd.DataFrame(frame | {"n": self.n[rows]}, columns=COLUMNS)


def table(view: Snapshot) -> TieTable:
    """The ties of ``view``, made once.

    ``kind`` is an edge type, or ``TYPE/value`` for types drawn in variants (``COOPERATES_WITH/contract``). A
    person's seat is also a tie of the institution behind it (:mod:`queries.network.seats`).
    """
    return view.once("ties", lambda: _made(view))


def _made(view: Snapshot) -> TieTable:
    edges = view.edges
    institution = (view.nodes["type"] == "Institution").to_numpy(dtype=bool)
    starts, ends = view.ends
    # A seat of an institution itself comes back through seats.run, so that each is counted once.
    seat = (edges["type"] == "MEMBER_OF").to_numpy() & (starts >= 0) & institution[starts]
    plain = (starts >= 0) & (ends >= 0) & ~seat
    held = seats.run(view)
    _member, behind, gremium = seats.places(view)
    known = behind >= 0
    a, b = np.concatenate([starts[plain], behind[known]]), np.concatenate([ends[plain], gremium[known]])
    kinds = np.concatenate([_kinds(edges)[plain], np.full(int(known.sum()), "MEMBER_OF", dtype=object)])
    codes, names = pd.factorize(kinds, sort=True)
    said = {name: _texts(_column(edges, name)[plain], _column(held, name)[known]) for name in _SAID}
    order = np.lexsort((codes, b, a))
    a, b, codes = a[order], b[order], codes[order]
    another = (np.diff(a) != 0) | (np.diff(b) != 0) | (np.diff(codes) != 0)
    first = np.flatnonzero(np.concatenate([[True], another])) if len(a) else np.empty(0, dtype=np.intp)
    size = np.diff(np.concatenate([first, [len(a)]]))
    several = [(int(row), order[first[row] : first[row] + size[row]]) for row in np.flatnonzero(size > 1)]
    merged = {name: _merged(name, at[order][first], known, {row: at[same] for row, same in several}) for name, (at, known) in said.items()}
    return TieTable(view, a[first], b[first], names[codes[first]], size.astype(np.int64), merged)


def _merged(name: str, at: Array, known: Array, several: dict[int, Array]) -> tuple[Array, Array]:
    """What is said of each tie; ``several`` has, for rows that several edges or seats stand behind, what each of them says."""
    places: dict[str, int] = {text: place for place, text in enumerate(known[:-1])}
    for row, said in several.items():
        text = _MERGE[name]([known[place] for place in said if place >= 0], len(said))
        at[row] = -1 if text is None else places.setdefault(text, len(places))
    if name == "source":
        at[at < 0] = places.setdefault("", len(places))
    return at, np.array([*places, None], dtype=object)


def _kinds(edges: pd.DataFrame) -> Array:
    kinds = shared(edges["type"])
    for name, edge in schema.EDGES.items():
        if edge.variant and edge.variant in edges.columns:
            variants = edges[edge.variant]
            mine = ((edges["type"] == name) & variants.notna()).to_numpy()
            kinds[mine] = [f"{name}/{value}" for value in variants[mine]]
    return kinds


def _column(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    return frame[name] if name in frame.columns else pd.Series(None, index=frame.index, dtype=object)


def _texts(*parts: pd.Series[Any]) -> tuple[Array, Array]:
    """The values of both as places and texts, each text once, None at the end; -1 for what is missing or empty."""
    values = pd.concat([part.astype("str") if part.dtype == object else part for part in parts])
    return coded(values.mask(values == ""))


_MERGE: dict[str, Callable[[list[str], int], str | None]] = {
    "since": lambda known, _count: min(known, default=None),
    "until": lambda known, count: max(known) if known and len(known) == count else None,  # one that still holds: open end
    "source": lambda known, _count: "; ".join(dict.fromkeys(part for value in known for part in value.split("; "))),
    "as_of": lambda known, _count: max(known, default=None),
}
"""What one tie says that several edges or seats stand behind."""
