"""What was found once, kept for all sessions: answers of analyses while the network stays as it is, and pictures."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

import pandas as pd

MOST = 64_000_000
"""Bytes of the answers that are kept; the one that nobody has asked for longest goes first."""
LONG = 200
"""A list with more parts than this makes no key: going through it takes as long as many an answer."""

Made = TypeVar("Made")


class Recent(Generic[Made]):
    """What was asked for last, by key. It is shared: never change it.

    So many things are kept as together weigh no more than ``most``, and always the last one; without ``weigh`` each
    weighs 1. Who asks for what somebody is just making waits for it; nothing is made twice.
    """

    def __init__(self, most: int, weigh: Callable[[Made], int] = lambda _made: 1) -> None:
        self._kept: OrderedDict[Hashable, tuple[Made, int]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._most, self._weigh = most, weigh
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is kept under ``key``; ``make`` makes it where nobody has asked before."""
        with self._lock:
            if key in self._kept:
                return self._touched(key)
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._kept:
                    return self._touched(key)
            try:
                made = make()
                weight = self._weigh(made)
                with self._lock:
                    self._kept[key] = (made, weight)
                    while len(self._kept) > 1 and sum(each for _, each in self._kept.values()) > self._most:
                        self._kept.popitem(last=False)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def __contains__(self, key: Hashable) -> bool:
        """Is it there already?"""
        with self._lock:
            return key in self._kept

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._kept.clear()

    def _touched(self, key: Hashable) -> Made:
        self._kept.move_to_end(key)
        return self._kept[key][0]


class Answers:
    """Frames by question. They are shared: change a copy, never the frame.

    Streamlit's own caches either copy each answer on each rerun (``cache_data``), or walk through every id of a
    long list to make a key; both cost more than the analysis. Here a question is compared as it is, and one about a long
    list is not kept: the picture that asks it is.
    """

    def __init__(self, most: int = MOST) -> None:
        self._kept: Recent[pd.DataFrame] = Recent(most, bytes_of)
        self._state: Hashable = None
        self._lock = threading.Lock()

    def get(self, state: Hashable, name: str, parameters: Mapping[str, object], make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The answer to ``name`` with these parameters in this ``state`` of the network; ``make`` finds it where nobody has asked before.

        Answers of another state are dropped.
        """
        with self._lock:
            if state != self._state:
                self._kept.clear()
                self._state = state
        if any(isinstance(value, list | tuple) and len(value) > LONG for value in parameters.values()):
            return make()
        return self._kept.get((state, name, _hashable(parameters)), make)


def bytes_of(*frames: pd.DataFrame) -> int:
    """What the cells of frames take, without the texts, which they share with the network; and something for each frame itself."""
    return sum(5_000 + int(frame.memory_usage().sum()) for frame in frames)


def _hashable(value: object) -> Hashable:
    if isinstance(value, Mapping):
        return tuple((name, _hashable(part)) for name, part in sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple(_hashable(part) for part in value)
    return value  # type: ignore[return-value]
