"""Nodes and ties of a drawing in columns, and how they are packed for the browser.

A drawing of 50,000 actors is a few arrays; as objects it would be millions of values to make, to write as JSON,
to send and to read, in every run of the page. To the rest of the code they look like lists of dicts and lists.
Numbers travel as base64 of little-endian arrays, since what a component gets is JSON; js/unpack.js reads them.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph.texts import Places

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

_FIXED = ("id", "type", "label", "x", "y", "side")


def packed(values: Iterable[float] | NDArray[Any], kind: str) -> str:
    """Numbers as base64; ``kind`` is their form: "f4", "u4", "u2" or "u1"."""
    array = values if isinstance(values, np.ndarray) else np.array(list(values))
    return base64.b64encode(np.ascontiguousarray(array.astype("<" + kind)).tobytes()).decode("ascii")


def coded(words: Iterable[str] | pd.Series[str]) -> tuple[Integers, list[str]]:
    """Each word's place in the list of different words, which is sorted."""
    codes, names = pd.factorize(words.to_numpy(dtype=object) if isinstance(words, pd.Series) else np.array(list(words), dtype=object), sort=True)
    return codes.astype(np.int64), [str(name) for name in names]


def places(ids: pd.Index[str], wanted: Sequence[str] | pd.Series[str]) -> Integers:
    """Where each of ``wanted`` stands in ``ids``, -1 for who is not there."""
    plain = pd.Index(ids.to_numpy(dtype=object), dtype=object)  # strings of Arrow take ten times as long
    return plain.get_indexer(pd.Index(pd.Series(wanted, dtype=object).to_numpy(dtype=object), dtype=object)).astype(np.int64)


def ends_of(ties: pd.DataFrame, ids: pd.Index[str]) -> tuple[Places, Places]:
    """Where both ends of each tie stand in ``ids``, -1 for who is not there; in half the room, to be kept with a picture."""
    a, b = (places(ids, ties[end]).astype(np.int32) for end in ("a", "b"))
    return a, b


@dataclass(frozen=True, eq=False)
class Nodes(Sequence[dict[str, Any]]):
    """The nodes of a drawing. ``more`` are fields that only some of them have: name -> place -> value."""

    ids: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    type: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    types: list[str] = field(default_factory=list)
    """``type`` counts into these."""
    at: Array = field(default_factory=lambda: np.zeros((0, 2)))
    """(n, 2): where they stand."""
    sides: str = ""
    """One letter for each node; or one letter for all."""
    more: dict[str, dict[int, Any]] = field(default_factory=dict)
    size: Array | None = None
    """By how much each symbol is larger than its type's."""

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> Nodes:
        """The same nodes in columns."""
        if isinstance(rows, Nodes):
            return rows
        codes, names = coded(row["type"] for row in rows)
        more: dict[str, dict[int, Any]] = {}
        for place, row in enumerate(rows):
            for name in row.keys() - set(_FIXED):
                more.setdefault(name, {})[place] = row[name]
        at = np.array([(row["x"], row["y"]) for row in rows], dtype=float).reshape(-1, 2)
        sides = [row["side"] for row in rows]
        shared = sides[0] if len(set(sides)) == 1 else "".join(sides)
        return cls([row["id"] for row in rows], [row["label"] for row in rows], codes, names, at, shared, more)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        x, y = self.at[place].tolist()
        side = self.sides if len(self.sides) == 1 else self.sides[place]
        row = {"id": self.ids[place], "type": self.types[self.type[place]], "label": self.labels[place], "x": x, "y": y, "side": side}
        row |= {name: values[place] for name, values in self.more.items() if place in values}
        return row if self.size is None else row | {"size": float(self.size[place])}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def packed(self) -> dict[str, Any]:
        """As js/unpack.js reads them."""
        parts = {
            "ids": self.ids,
            "labels": self.labels,
            "types": self.types,
            "type": packed(self.type, "u1"),
            "x": packed(self.at[:, 0], "f4"),
            "y": packed(self.at[:, 1], "f4"),
            "sides": self.sides,
            "more": {name: {"at": list(values), "is": list(values.values())} for name, values in self.more.items()},
        }
        return parts if self.size is None else parts | {"size": packed(np.round(self.size * 50).clip(1, 255), "u1")}


@dataclass(frozen=True, eq=False)
class Ties(Sequence[list[Any]]):
    """The ties of a drawing: from, to, kind, how many it stands for."""

    a: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    b: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    kind: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    kinds: list[str] = field(default_factory=list)
    """``kind`` counts into these."""
    n: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Ties:
        """The same ties in columns."""
        if isinstance(rows, Ties):
            return rows
        codes, names = coded(row[2] for row in rows)
        columns = [np.array([row[at] for row in rows], dtype=np.int64) for at in (0, 1, 3)]
        return cls(columns[0], columns[1], codes, names, columns[2])

    def __len__(self) -> int:
        return len(self.a)

    @overload
    def __getitem__(self, place: int) -> list[Any]: ...
    @overload
    def __getitem__(self, place: slice) -> list[list[Any]]: ...
    def __getitem__(self, place: int | slice) -> list[Any] | list[list[Any]]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        return [int(self.a[place]), int(self.b[place]), self.kinds[self.kind[place]], int(self.n[place])]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def used(self) -> list[str]:
        """The kinds that occur, sorted."""
        return sorted(self.kinds[code] for code in np.unique(self.kind))

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind that occurs."""
        found = np.bincount(self.kind, minlength=len(self.kinds))
        return {name: int(found[code]) for code, name in enumerate(self.kinds) if found[code]}

    def packed(self) -> dict[str, Any]:
        """As js/unpack.js reads them; ``n`` is left out where every tie stands for one."""
        parts = {"kinds": self.kinds, "a": packed(self.a, "u4"), "b": packed(self.b, "u4"), "kind": packed(self.kind, "u1")}
        return parts if (self.n == 1).all() else parts | {"n": packed(self.n.clip(0, 65535), "u2")}


def version(content: Mapping[str, Any]) -> str:
    """A hash of what is drawn. Lists of names are hashed as they are joined, arrays as they are packed: nothing is sorted."""
    said = hashlib.blake2b(digest_size=8)
    _feed(said, content)
    return said.hexdigest()


def _feed(said: Any, value: object) -> None:
    if isinstance(value, Mapping):
        said.update(b"{")
        for name, part in value.items():
            said.update(f"{name}:".encode())
            _feed(said, part)
    elif isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        said.update(f"[{len(value)}".encode() + "\0".join(value).encode("utf-8", "surrogatepass"))
    elif isinstance(value, str):
        said.update(f"'{len(value)}".encode() + value.encode("utf-8", "surrogatepass"))
    else:
        said.update(json.dumps(value, sort_keys=True, default=str).encode())
