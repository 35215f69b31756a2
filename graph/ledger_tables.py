"""The tables of the ledger, how its file is opened, and how an older file becomes a newer one.

Plain SQL only, so that the same tables can stand in another database; what belongs to SQLite alone
(write-ahead log, waiting for a lock, one writer at a time) is in :func:`connect`.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError

from graph.ledger_writer import writer

SCHEMA_VERSION = 2
"""Grows by one with every change of the tables; ``UPGRADES`` holds the step that leads to each number."""

_NO_ROOM = 1 << 20
"""With fewer bytes than this left, SQLite finds no room for the files beside the ledger."""

DATABASE_ERRORS = (DatabaseError, sqlite3.DatabaseError)
"""What a database reports: through SQLAlchemy, or bare from the driver while a connection is being prepared."""


class LedgerError(Exception):
    """The ledger cannot do it; the message is a German sentence with the mend."""


metadata = MetaData()

meta = Table("meta", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))

dataset = Table(
    "dataset", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("source", String, nullable=False),
    Column("title", String, nullable=False),
    Column("as_of", String, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("rows", Integer, nullable=False, default=0),
    Column("used_ledger", Boolean, nullable=False, default=False),
    Column("run", Integer),
)

run = Table(
    "run", metadata,
    Column("id", Integer, primary_key=True),
    Column("dataset", ForeignKey("dataset.id"), nullable=False, index=True),
    Column("user", String, nullable=False),
    Column("started", String, nullable=False),
    Column("finished", String),
    Column("fingerprint", String, nullable=False),
    Column("new", Integer),
    Column("changed", Integer),
    Column("unchanged", Integer),
    Column("removed", Integer),
    Column("version", Integer),
    Column("report", Text),
    Column("kind", String, nullable=False, server_default="ingest"),
    Column("takes_back", Integer),
    Column("previous", Integer),
    Column("before", Text),
    Column("kept", Boolean, nullable=False, server_default="0"),
)
"""``previous`` is the dataset's run before this one, ``before`` the JSON of what the dataset was called then, ``kept`` tells
whether what this run replaced is still there (:mod:`graph.ledger_history`)."""


def _records(name: str, *own: Column[Any]) -> Table:
    """A table of records: what one dataset says under one key, a hash of it, where it stands, which run wrote it.

    The key comes first in the primary key: every reading goes through the table in the order of keys. The order
    of the columns is that of ``graph.ledger_records``.
    """
    return Table(
        name, metadata,
        Column("key", String, primary_key=True),
        Column("hash", LargeBinary, nullable=False),
        Column("type", String, nullable=False),
        *own,
        Column("data", Text, nullable=False),
        Column("file", String, nullable=False),
        Column("sheet", String, nullable=False),
        Column("row", Integer, nullable=False),
        Column("dataset", ForeignKey("dataset.id"), primary_key=True, index=True),
        Column("run", ForeignKey("run.id"), nullable=False),
    )


node = _records("node", Column("name", String, nullable=False, index=True), Column("identifiers", Text))
edge = _records("edge", Column("start", String, nullable=False), Column("end", String, nullable=False))

def _past(records: Table) -> Table:
    """What a run replaced or removed: the row as it was, under the number of the run that did it (``by``)."""
    columns = [Column(column.name, column.type, primary_key=column.name == "key", nullable=column.nullable) for column in records.columns]
    # Without row numbers: the rows stand in the order of their key, and no second tree repeats it.
    return Table(f"past_{records.name}", records.metadata, Column("by", Integer, primary_key=True), *columns, sqlite_with_rowid=False)


past_node, past_edge = _past(node), _past(edge)

home = Table(
    "home", metadata,
    Column("key", String, primary_key=True),
    Column("type", String, primary_key=True),
    Column("seq", Integer, nullable=False, unique=True),
    Column("id", String, nullable=False, unique=True),
)

entity = Table("entity", metadata, Column("key", String, primary_key=True), Column("entity", String, nullable=False, index=True))

judgement = Table(
    "judgement", metadata,
    Column("id", Integer, primary_key=True),
    Column("left", String, nullable=False),
    Column("right", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("user", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("takes_back", ForeignKey("judgement.id")),
    Index("one_taking_back", "takes_back", unique=True),
)

audit = Table(
    "audit", metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("user", String, nullable=False),
    Column("action", String, nullable=False),
    Column("detail", Text, nullable=False),
)

projection = Table("projection", metadata, Column("id", String, primary_key=True), Column("hash", LargeBinary, nullable=False), sqlite_with_rowid=False)


def _keep_history(connection: Connection) -> None:
    """Version 2: runs can be taken back; what older ones replaced is gone."""
    for column in ("kind VARCHAR NOT NULL DEFAULT 'ingest'", "takes_back INTEGER", "previous INTEGER", "before TEXT", "kept BOOLEAN NOT NULL DEFAULT 0"):
        connection.exec_driver_sql(f"ALTER TABLE run ADD COLUMN {column}")
    metadata.create_all(connection, tables=[past_node, past_edge])


UPGRADES: dict[int, Callable[[Connection], None]] = {2: _keep_history}


def connect(path: Path, wait: float) -> Engine:
    """Opens (or creates) the file, upgrades its tables, and returns the engine.

    A writer waits ``wait`` seconds for another one. Raises ``LedgerError`` where the file is no ledger, is
    newer than this software, or cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(f"Der Ordner „{path.parent}“ lässt sich nicht anlegen: {error.strerror}.") from error
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": wait, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        for setting in ("foreign_keys = ON", "synchronous = FULL", "cache_size = -65536", "temp_store = MEMORY", "journal_size_limit = 67108864"):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # The driver would begin a writing transaction late, and then fail instead of waiting for another writer.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    try:
        _write_ahead(engine, wait)
        with engine.connect() as connection:
            found = _schema_version(connection)
        if found != SCHEMA_VERSION:
            with engine.connect().execution_options(writes=True) as connection, connection.begin():
                _upgrade(connection, path)
    except DATABASE_ERRORS as error:
        engine.dispose()
        raise LedgerError(explain(error, path)) from error
    except LedgerError:
        engine.dispose()
        raise
    return engine


def explain(error: Exception, path: Path) -> str:
    """The German sentence for what the database reported."""
    text = str(getattr(error, "orig", error))
    if "locked" in text or "busy" in text:
        who = writer(path)
        return (
            f"„{path}“ wird gerade von einem anderen Vorgang geschrieben{f' ({who})' if who else ''}. "
            "Bitte warten, bis er fertig ist, und es noch einmal versuchen."
        )
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


def _free(path: Path) -> int:
    """Bytes that are free where this file lies."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return _NO_ROOM  # not even that can be asked: the disk is gone, not full


def now() -> str:
    """This moment as the ledger writes it: ISO, UTC, seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def bump(connection: Connection) -> int:
    """Raises the version of the ledger by one and returns it."""
    version = current_version(connection) + 1
    connection.execute(update(meta).where(meta.c.name == "version").values(value=str(version)))
    return version


def current_version(connection: Connection) -> int:
    """The version of what the ledger says."""
    return int(connection.scalar(select(meta.c.value).where(meta.c.name == "version")) or 0)


def insert_row(connection: Connection, table: Table, **values: object) -> int:
    """Inserts one row and returns its number."""
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def insert_many(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Inserts rows whose values stand in the order of ``columns``.

    The statement is SQLAlchemy's, but the values go to the driver as they are: with half a million rows, turning
    each into a dictionary and back costs more than the database does.
    """
    if rows:
        statement = insert(table).compile(dialect=connection.dialect, column_keys=list(columns))
        if statement.positional:
            place = {name: number for number, name in enumerate(columns)}
            order = [place[name] for name in statement.positiontup or ()]
            straight = order == list(range(len(columns)))
            connection.exec_driver_sql(str(statement), list(rows) if straight else [tuple(row[number] for number in order) for row in rows])
        else:
            connection.exec_driver_sql(str(statement), [dict(zip(columns, row, strict=True)) for row in rows])


def _write_ahead(engine: Engine, wait: float) -> None:
    """Turns the write-ahead log on: readers never wait for the writer. SQLite does not wait for this by itself."""
    deadline = time.monotonic() + wait
    while True:
        connection = engine.raw_connection()
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


def _schema_version(connection: Connection) -> int:
    """The number of the tables in the file; 0 where it is empty."""
    if not inspect(connection).has_table("meta"):
        return 0
    found = connection.scalar(select(meta.c.value).where(meta.c.name == "schema"))
    return int(found) if found else 0


def _upgrade(connection: Connection, path: Path) -> None:
    """Creates the tables of an empty file, or takes an older file up step by step."""
    found = _schema_version(connection)
    if found == 0:
        if inspect(connection).get_table_names():
            raise LedgerError(f"„{path}“ ist kein Bestand dieser Software. Bitte einen anderen Ordner wählen.")
        metadata.create_all(connection)
        connection.execute(insert(meta), [{"name": "schema", "value": str(SCHEMA_VERSION)}, {"name": "version", "value": "0"}])
        return
    if found > SCHEMA_VERSION:
        raise LedgerError(f"„{path}“ wurde von einer neueren Version dieser Software geschrieben. Bitte Akteursatlas aktualisieren.")
    for step in range(found + 1, SCHEMA_VERSION + 1):
        UPGRADES[step](connection)
    connection.execute(update(meta).where(meta.c.name == "schema").values(value=str(SCHEMA_VERSION)))
