"""One run of a page sees one network: what was found at its start holds until it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")

_found: ContextVar[dict[str, Any] | None] = ContextVar("found", default=None)


@contextmanager
def moment() -> Iterator[None]:
    """While the block lasts, what :func:`once` has found is not looked for again. A block within another is part of it."""
    if _found.get() is not None:
        yield
        return
    before = _found.set({})
    try:
        yield
    finally:
        _found.reset(before)


def once(name: str, find: Callable[[], Found]) -> Found:
    """What ``find`` returns; within a :func:`moment` it is asked once."""
    found = _found.get()
    if found is None:
        return find()
    if name not in found:
        found[name] = find()
    known: Found = found[name]
    return known
