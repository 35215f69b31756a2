"""What the commands have in common: the application that they belong to, how they print, and how errors become sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer

from ingest.reporting.terminal import err

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Akteursatlas: wer in der Kommune Bildung gestaltet, und mit wem.",
)


class Format(StrEnum):
    """How a report is printed."""

    text = "text"
    json = "json"


Output = Annotated[Format, typer.Option("--format", help="text zum Lesen, json für Programme")]


@contextmanager
def said_plainly() -> Iterator[None]:
    """A file that cannot be written becomes a German sentence and exit code 2."""
    from ingest.reporting.report_files import Unwritable

    try:
        yield
    except Unwritable as error:
        err.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    except OSError as error:
        told = f"{error.filename} lässt sich nicht schreiben: {error.strerror}. Ist die Datei noch in Excel geöffnet, oder fehlt der Ordner?"
        err.print(told, markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
