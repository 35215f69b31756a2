"""A ledger in one SQLite file: its write-ahead log, waiting for its lock, the note beside it, its messages."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError

from graph.ledger_database import Database, busy
from graph.ledger_tables import LedgerError
from graph.ledger_writer import Writer, announced, writer

_NO_ROOM = 1 << 20
"""With fewer bytes than this left, SQLite finds no room for the files beside the ledger."""


class SqliteFile(Database):
    """The file. Readers never wait; a writer waits ``wait`` seconds for another one."""

    # Bare from the driver, too, while a connection is being prepared.
    errors = (DatabaseError, sqlite3.DatabaseError)

    def __init__(self, path: Path, wait: float) -> None:
        """Opens or creates it. Raises ``LedgerError`` where it is no ledger, is newer than this software, or cannot be opened."""
        self.path, self.name = path, str(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(f"Der Ordner „{path.parent}“ lässt sich nicht anlegen: {error.strerror}.") from error
        self.engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": wait, "isolation_level": None})

        @event.listens_for(self.engine, "connect")
        def prepare(connection: sqlite3.Connection, _: object) -> None:
            for setting in ("foreign_keys = ON", "synchronous = FULL", "cache_size = -65536", "temp_store = MEMORY", "journal_size_limit = 67108864"):
                connection.execute(f"PRAGMA {setting}")

        @event.listens_for(self.engine, "begin")
        def begin(connection: Connection) -> None:
            # The driver would begin a writing transaction late, and then fail instead of waiting for another writer.
            connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

        with self.said():
            self._write_ahead(wait)
        self.make_ready()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """As of every database."""
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    def announced(self, connection: Connection, what: str) -> AbstractContextManager[None]:
        """As of every database: a note beside the file."""
        return announced(self.path, what)

    def writer(self) -> Writer | None:
        """As of every database."""
        return writer(self.path)

    def explain(self, error: Exception) -> str:
        """As of every database."""
        text, path = str(getattr(error, "orig", error)), self.path
        if "locked" in text or "busy" in text:
            return busy(self.name, self.writer())
        if "not a database" in text or "malformed" in text:
            return f"„{path}“ ist beschädigt oder kein Bestand dieser Software. Bitte die letzte Sicherung dieser Datei zurücklegen."
        unreachable = "disk I/O error" in text
        if "disk is full" in text or (unreachable and _free(path) < _NO_ROOM):
            return f"Auf dem Datenträger von „{path}“ ist kein Platz mehr. Bitte Platz schaffen und es noch einmal versuchen; geändert wurde nichts."
        if unreachable:
            return f"„{path}“ lässt sich nicht lesen oder schreiben: der Datenträger ist voll, nicht erreichbar oder beschädigt. Geändert wurde nichts."
        if "readonly" in text or "unable to open" in text:
            return f"„{path}“ lässt sich nicht öffnen oder nicht schreiben. Bitte die Rechte der Datei und ihres Ordners prüfen."
        return f"„{path}“ lässt sich nicht lesen oder schreiben ({text}). Geändert wurde nichts."

    def _write_ahead(self, wait: float) -> None:
        """Turns the write-ahead log on: readers never wait for the writer. SQLite does not wait for this by itself."""
        deadline = time.monotonic() + wait
        while True:
            connection = self.engine.raw_connection()
            try:
                if connection.cursor().execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                    connection.cursor().execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
            finally:
                connection.close()
            time.sleep(0.05)


def _free(path: Path) -> int:
    """Bytes that are free where this file lies."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return _NO_ROOM  # not even that can be asked: the disk is gone, not full
