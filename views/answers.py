"""Answers of analyses, kept while the network stays as it is, and shared by all sessions."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping

import pandas as pd

MOST = 160
"""Answers that are kept; the one that nobody has asked for longest goes first."""


class Answers:
    """Frames by question. They are shared: change a copy, never the frame.

    Streamlit's own caches either copy each answer on each rerun (``cache_data``), or walk through every id of a
    long list to make a key; both cost more than the analysis. Here a question is compared as it is.
    """

    def __init__(self, most: int = MOST) -> None:
        self._kept: OrderedDict[Hashable, pd.DataFrame] = OrderedDict()
        self._state: Hashable = None
        self._most = most
        self._lock = threading.Lock()

    def get(self, state: Hashable, name: str, parameters: Mapping[str, object], make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The answer to ``name`` with these parameters in this ``state`` of the network; ``make`` finds it where nobody has asked before.

        Answers of another state are dropped. Two that ask the same at the same time may both find it.
        """
        key = (name, _hashable(parameters))
        with self._lock:
            if state != self._state:
                self._kept.clear()
                self._state = state
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = make()
        with self._lock:
            if state == self._state:
                self._kept[key] = found
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return found


def _hashable(value: object) -> Hashable:
    if isinstance(value, Mapping):
        return tuple((name, _hashable(part)) for name, part in sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple(_hashable(part) for part in value)
    return value  # type: ignore[return-value]
