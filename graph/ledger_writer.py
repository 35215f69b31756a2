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


@dataclass(frozen=True, slots=True)
class Writer:
    """Process, user, local time of day (HH:MM) and German words for what is being done."""

    pid: int
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
    told = Writer(os.getpid(), user_name(), datetime.now().strftime("%H:%M"), what)
    with suppress(OSError):  # a courtesy: writing must not fail for it
        note.write_text(json.dumps(asdict(told), ensure_ascii=False), encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink()


def writer(ledger: Path) -> Writer | None:
    """Who writes now; None where nobody does. A note whose process has died means nobody."""
    try:
        with _note(ledger).open("rb") as note:
            told = json.loads(note.read(_LONGEST))
        found = Writer(int(told["pid"]), str(told["user"]), str(told["since"]), str(told["what"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if psutil.pid_exists(found.pid) else None
