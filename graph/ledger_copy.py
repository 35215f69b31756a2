"""A whole ledger from one place to another: from a database into a file (a backup), from a file into a database (a restore, or a move)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, delete, select

from graph.ledger_database import Database, opened
from graph.ledger_tables import LedgerError, current_version, insert_many, metadata

_ROWS = 10_000


def to_file(location: Path | str, file: Path, *, wait: float = 30.0) -> None:
    """Writes all that the ledger at ``location`` holds, as it is at this moment, into a new ``file``. Raises ``LedgerError``."""
    with _opened(location, wait) as given, given.said(), given.reading() as rows:
        _write(rows, file, wait)


def from_file(file: Path, location: Path | str, *, beside: Path | None = None, wait: float = 30.0) -> None:
    """Puts what the ledger in ``file`` holds in the place of all that the one at ``location`` holds, in one transaction. Raises ``LedgerError``.

    Others read the old state until it is done. The version comes with it, and has to be above that of the ledger it replaces, so
    that nobody takes one state for the other. What was there is kept in a new file ``beside``, if that is named.
    """
    if not file.exists():
        raise LedgerError(f"„{file}“ gibt es nicht. Bitte den Namen prüfen.")
    with (
        _opened(file, wait) as given, given.said(), given.reading() as rows,
        _opened(location, wait) as taker, taker.said(), taker.writing("Ein Bestand wird übernommen") as connection,
    ):  # fmt: skip
        there, comes = current_version(connection), current_version(rows)
        if there >= comes:
            raise LedgerError(f"„{taker.name}“ hat schon Stand {there}, „{file}“ nur Stand {comes}. Übernommen wurde nichts.")
        if beside is not None:
            _write(connection, beside, wait)
        _fill(rows, connection)
        taker.numbered(connection)


@contextmanager
def _opened(location: Path | str, wait: float) -> Iterator[Database]:
    database = opened(location, wait)
    try:
        yield database
    finally:
        database.close()


def _write(rows: Connection, file: Path, wait: float) -> None:
    """What is read through this connection, into a new file."""
    if file.exists():
        raise LedgerError(f"„{file}“ gibt es schon. Bitte einen anderen Namen wählen.")
    with _opened(file, wait) as taker, taker.said(), taker.writing("Ein Bestand wird geschrieben") as connection:
        _fill(rows, connection)


def _fill(source: Connection, target: Connection) -> None:
    """Replaces every row of every table; what others refer to comes first and goes last."""
    for table in reversed(metadata.sorted_tables):
        target.execute(delete(table))
    for table in metadata.sorted_tables:
        names = [column.name for column in table.columns]
        found = source.execute(select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_ROWS))
        for part in found.partitions():
            insert_many(target, table, names, [tuple(row) for row in part])
