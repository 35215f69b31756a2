"""Who is writing to the ledger: a note beside its file, for whoever has to wait."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import psutil

from graph.home import user_name

_LONGEST = 4_096
_SAME = 2.0
"""Seconds by which the system may give the beginning of the same process differently, as its clock is set."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Process (its number and when it began), user, local time of day (HH:MM) and German words for what is being done."""

    pid: int
    born: float
    user: str
    since: str
    what: str

    def __str__(self) -> str:
        return f"{self.user}, seit {self.since}: {self.what}"


def _note(ledger: Path) -> Path:
    return ledger.with_name(f"{ledger.name}.writer")


@contextmanager
def announced(ledger: Path, what: str) -> Iterator[None]:
    """While the block runs, others can see who writes. To be entered by whoever holds the write transaction."""
    note = _note(ledger)
    with suppress(OSError, psutil.Error):  # a courtesy: writing must not fail for it
        told = Writer(os.getpid(), psutil.Process().create_time(), user_name(), datetime.now().strftime("%H:%M"), what)
        note.write_text(json.dumps(asdict(told), ensure_ascii=False), encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink()


def writer(ledger: Path) -> Writer | None:
    """Who writes now; None where nobody does. A note whose process has died means nobody, also where its number lives on in another."""
    try:
        with _note(ledger).open("rb") as note:
            told = json.loads(note.read(_LONGEST))
        found = Writer(int(told["pid"]), float(told["born"]), str(told["user"]), str(told["since"]), str(told["what"]))
        alive = abs(psutil.Process(found.pid).create_time() - found.born) < _SAME
    except psutil.AccessDenied:
        return found  # somebody else's process; that there is one is all that can be known
    except (OSError, ValueError, KeyError, TypeError, OverflowError, psutil.Error):
        return None
    return found if alive else None
