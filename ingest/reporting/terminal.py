"""The terminal of the command line: what is shown there, how far a reading is, and questions."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from ingest.reporting.pace import Meter

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def lines(*headings: str, whole: Collection[str] = ()) -> Table:
    """An empty table for a narrow terminal: what is too long goes on below instead of being cut, but for the columns ``whole``."""
    columns = (Column(heading, overflow="fold", no_wrap=heading in whole) for heading in headings)
    return Table(*columns, box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)


def somebody_there() -> bool:
    """Is there a person who can be asked?"""
    return err.is_terminal and sys.stdin.isatty()


def ask(question: str) -> str:
    """Asks on the terminal, not on stdout, where reports go; "" where nobody answers."""
    err.print(question, end=" ", markup=False, soft_wrap=True)
    return sys.stdin.readline().strip()


def agreed(question: str) -> bool:
    """Asks on the terminal; anything but a yes, in German or English, means no."""
    return ask(f"{question} [ja/nein]").lower() in ("j", "ja", "y", "yes")


@contextmanager
def progress_bar(paths: Sequence[Path] = ()) -> Iterator[object]:
    """A callback (stage, done, total) that draws a bar with files, rows and time left on a terminal, and nothing elsewhere."""
    if not err.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rows]}"), TimeElapsedColumn(), TextColumn("{task.fields[left]}"))
    with Progress(*columns, console=err, transient=True) as bar:
        tasks: dict[str, TaskID] = {}
        meter = Meter(paths)

        def show(stage: str, done: int, total: int) -> None:
            meter(stage, done, total)
            now = meter.now
            if stage not in tasks:
                numbered = f"Datei {now.file} von {now.files}: " if now.file and now.files > 1 else ""
                tasks[stage] = bar.add_task(escape(numbered + stage), total=None, rows="", left="")
            known = f" von {'etwa ' if not total else ''}{now.expected:,}" if now.expected else ""
            left = "" if now.seconds_left is None else f"noch {now.seconds_left // 60:.0f}:{now.seconds_left % 60:02.0f}"
            bar.update(tasks[stage], completed=now.rows, total=now.expected, rows=f"{now.rows:,}{known}".replace(",", ".") if now.rows else "", left=left)

        yield show
