"""Asking the graph itself while somebody may be writing it: the answer is of one state, or whoever asks is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from graph.snapshot import Meta
from graph.store import StoreError

_ATTEMPTS = 3


class Reader(Protocol):
    """What this needs of the store."""

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 30) -> list[dict[str, Any]]:
        """The answer's rows."""

    def meta(self) -> Meta:
        """The graph's word about itself, now."""


class Unsettled(StoreError):
    """The graph is being written: an answer would show old and new things mixed."""


def read(store: Reader, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 30) -> list[dict[str, Any]]:
    """The answer's rows, all of one state of the graph; ``timeout`` in seconds is that of the question itself.

    A writing is many transactions, and each of them is seen at once. So the graph is asked about itself before and after:
    where it says that it is being written, ``Unsettled`` is raised; where a whole writing fell in between, it is asked again.
    """
    for _ in range(_ATTEMPTS):
        before = store.meta()
        if before.writing is not None:
            raise _told(before)
        rows = store.read(cypher, parameters, timeout)
        after = store.meta()
        if (after.graph_id, after.version, after.writing) == (before.graph_id, before.version, None):
            return rows
    raise _told(after)


def _told(meta: Meta) -> Unsettled:
    standing = f"Der Graph wird gerade geschrieben (Stand {meta.version if meta.writing is None else meta.writing})"
    return Unsettled(
        f"{standing}; eine Abfrage sähe Altes und Neues gemischt. Bitte in einem Augenblick noch einmal fragen. "
        "Bleibt es dabei, ist ein Schreiben abgebrochen: „akteursatlas doctor --mend“ bringt es zu Ende."
    )
