"""The contract between a source and the rest of the software.

A source is one module in ``ingest/sources/``; the folder listing is the list of sources. It has

* ``ABOUT``: a :class:`About` (what it reads, which options it takes),
* ``dataset(path, options) -> Dataset``: which dataset this path is,
* ``records(context) -> Iterator[Record]``: everything it says,
* where a reading depends on more files than the path, ``inputs(path, options) -> list[Path]``: these.

It takes what it understands, and says through the context what it does not: ``reject`` for a row that
cannot be taken, ``leftover`` for a column nobody asked for, ``warn`` for what a person should know.
It never guesses, never drops in silence, and never writes anything itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Protocol, cast

from graph.model import Text
from graph.records import Dataset, Record, Where


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a source (``--option name=value``)."""

    name: str
    about: Text


@dataclass(frozen=True, slots=True)
class About:
    """What a source is, for ``akteursatlas sources`` and for the documentation."""

    name: str
    title: Text
    reads: Text
    options: tuple[Option, ...] = ()


class Unreadable(Exception):
    """The path cannot be read at all; the message is a German sentence with the mend."""


class Listener(Protocol):
    """Who hears how a reading goes."""

    def warn(self, message: str, where: Where | None = None) -> None:
        """Something taken that a person should know, as a German sentence."""

    def progress(self, done: int, total: int) -> None:
        """How far it is, in rows (``total`` 0 where unknown)."""


class Context(Listener, Protocol):
    """What a source gets: where to read, and where to say what it found."""

    @property
    def path(self) -> Path:
        """The file or folder to read."""

    @property
    def options(self) -> Mapping[str, str]:
        """What the user set with ``--option``."""

    @property
    def dataset(self) -> Dataset:
        """The dataset that this run replaces."""

    def reject(self, where: Where, column: str, value: object, reason: str) -> None:
        """A row that is not taken; ``reason`` is a German sentence: what is wrong and how to mend it."""

    def leftover(self, column: str, filled: int, sheet: str = "", file: str = "") -> None:
        """A column nobody asked for, with the number of its filled cells; ``file`` where the path is a folder."""

    def stub(self, type: str, key: str, name: str, where: Where) -> None:
        """A thing that a reference named and nobody described; the source makes an entry for it because the user asked for that."""

    def find(self, name: str, types: tuple[str, ...]) -> list[str]:
        """Keys of things already in the ledger called ``name`` (one key for each thing), of these types."""

    def exists(self, key: str, types: tuple[str, ...]) -> bool:
        """Is there a thing of one of these types under this key or identifier in the ledger?"""

    def within(self, keys: Sequence[str], area: str) -> list[str]:
        """Those of these things in the ledger that lie in, or are there for, an area of this name (or have it as their town)."""

    def similar(self, name: str, types: tuple[str, ...]) -> list[str]:
        """Names of things of these types that look like ``name`` (at most three), as a hint in a rejection."""


class Source(Protocol):
    """The shape of a module in ``ingest/sources/``."""

    ABOUT: About

    def dataset(self, path: Path, options: Mapping[str, str]) -> Dataset:
        """Which dataset ``path`` is; raises ``Unreadable`` where it is not one of this source."""

    def records(self, context: Context) -> Iterator[Record]:
        """Everything the path says; raises ``Unreadable`` where it cannot be read."""


def load(module: ModuleType) -> Source:
    """The module as a source; raises ``TypeError`` that names what it lacks."""
    for name in ("ABOUT", "dataset", "records"):
        if not hasattr(module, name):
            raise TypeError(f"{module.__name__} is no source: it has no {name}")
    return cast(Source, module)
