"""Where a ledger is kept: what a SQLite file and a PostgreSQL database do each in its own way, behind one class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from graph import ledger_tables as tables
from graph.ledger_tables import LedgerError
from graph.ledger_writer import Writer


class Database(ABC):
    """The tables of a ledger in one database. ``name`` is how messages call it, without user or password."""

    name: str
    engine: Engine
    errors: tuple[type[Exception], ...] = (DatabaseError,)
    """What can go wrong with it; :meth:`explain` has the words."""

    @abstractmethod
    def writer(self) -> Writer | None:
        """Who is writing at this moment, for whoever has to wait; None where nobody is."""

    @abstractmethod
    def explain(self, error: Exception) -> str:
        """The German sentence for what the database reported."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Connection]:
        """A transaction that writes, the only one at a time; waits for another one."""

    @abstractmethod
    def announced(self, connection: Connection, what: str) -> AbstractContextManager[None]:
        """While the block runs, others can see who writes, and what. To be entered inside of the transaction."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """All that is read in the block is of one state."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, what: str) -> Iterator[Connection]:
        """The transaction that writes, announced to others."""
        with self.transaction() as connection, self.announced(connection, what):
            yield connection

    @contextmanager
    def said(self) -> Iterator[None]:
        """What goes wrong in the block becomes a ``LedgerError`` with a German sentence."""
        try:
            yield
        except self.errors as error:
            raise LedgerError(self.explain(error)) from error

    def projecting(self, wait: float) -> AbstractContextManager[None]:
        """While the block runs, no other machine that shares this ledger brings the graph to it. Waits ``wait`` seconds for another one."""
        return nullcontext()  # a file is on one machine, where the lock of the graph's store is enough

    def numbered(self, connection: Connection) -> None:  # noqa: B027 - most databases have nothing to do
        """To be called when rows have come that brought their numbers along: the next one is numbered after them."""

    def close(self) -> None:
        """Gives every connection back."""
        self.engine.dispose()

    def make_ready(self) -> None:
        """Creates the tables or takes older ones up. Raises ``LedgerError`` where that cannot be, and closes the database."""
        try:
            with self.said():
                with self.reading() as connection:
                    found = tables.schema_version(connection)
                if found != tables.SCHEMA_VERSION:
                    with self.transaction() as connection:
                        self.upgrade(connection)
        except BaseException:
            self.close()
            raise

    def upgrade(self, connection: Connection) -> None:
        """Brings the tables to what this software expects."""
        tables.upgrade(connection, self.name)


def busy(name: str, who: Writer | None) -> str:
    """The German sentence for whoever waited in vain for another writer."""
    return (
        f"„{name}“ wird gerade von einem anderen Vorgang geschrieben{f' ({who})' if who else ''}. "
        "Bitte warten, bis er fertig ist, und es noch einmal versuchen."
    )


def opened(location: Path | str, wait: float) -> Database:
    """The database of a ledger, with its tables: a file, or the URL of a PostgreSQL database. Raises ``LedgerError``.

    A writer waits ``wait`` seconds for another one.
    """
    if isinstance(location, Path):
        from graph.ledger_sqlite import SqliteFile

        return SqliteFile(location, wait)
    from graph.ledger_postgresql import PostgresqlDatabase

    return PostgresqlDatabase(location, wait)
