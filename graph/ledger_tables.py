"""The tables of the ledger, and how older ones become newer ones.

Plain SQL only: the same tables stand in a SQLite file and in a PostgreSQL database. What belongs to one of them
alone is in :mod:`graph.ledger_sqlite` and :mod:`graph.ledger_postgresql`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy import String as AnyString
from sqlalchemy import Text as AnyText

SCHEMA_VERSION = 3
"""Grows by one with every change of the tables; ``UPGRADES`` holds the step that leads to each number."""

BULK = "bulk"
"""The execution option with which a database names its own way to take many rows at once; see :func:`insert_many`."""

# PostgreSQL orders text by the rules of some language unless it is told not to: records come in the order of their letters' numbers everywhere.
String = AnyString().with_variant(AnyString(collation="C"), "postgresql")
Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")


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

gap_mark = Table(
    "gap_mark", metadata,
    Column("id", Integer, primary_key=True),
    Column("area", String, nullable=False),
    Column("theme", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("target_group", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("who", String, nullable=False),
    Column("until", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("user", String, nullable=False),
    Column("at", String, nullable=False),
    Column("takes_back", ForeignKey("gap_mark.id")),
    Index("one_taking_back_of_a_mark", "takes_back", unique=True),
)
"""What people decided about gaps (:mod:`graph.ledger_marks`): area to target_group are source keys, "" where one is not said."""

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
    """Version 2: runs can be taken back; what older ones replaced is gone. Only files are older: PostgreSQL began here."""
    for column in ("kind VARCHAR NOT NULL DEFAULT 'ingest'", "takes_back INTEGER", "previous INTEGER", "before TEXT", "kept BOOLEAN NOT NULL DEFAULT 0"):
        connection.exec_driver_sql(f"ALTER TABLE run ADD COLUMN {column}")
    metadata.create_all(connection, tables=[past_node, past_edge])


def _mark_gaps(connection: Connection) -> None:
    """Version 3: gaps can be marked."""
    metadata.create_all(connection, tables=[gap_mark])


UPGRADES: dict[int, Callable[[Connection], None]] = {2: _keep_history, 3: _mark_gaps}


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
    if not rows:
        return
    if bulk := connection.get_execution_options().get(BULK):
        bulk(connection, table, columns, rows)
        return
    statement = insert(table).compile(dialect=connection.dialect, column_keys=list(columns))
    place = {name: number for number, name in enumerate(columns)}
    order = [place[name] for name in statement.positiontup or ()]
    straight = order == list(range(len(columns)))
    connection.exec_driver_sql(str(statement), list(rows) if straight else [tuple(row[number] for number in order) for row in rows])


def schema_version(connection: Connection) -> int:
    """The number of the tables in a database; 0 where it is empty."""
    if not inspect(connection).has_table("meta"):
        return 0
    found = connection.scalar(select(meta.c.value).where(meta.c.name == "schema"))
    return int(found) if found else 0


def upgrade(connection: Connection, name: str) -> None:
    """Creates the tables of an empty database, or takes older ones up step by step; ``name`` is how messages call it. Raises ``LedgerError``."""
    found = schema_version(connection)
    if found == 0:
        if inspect(connection).get_table_names():
            raise LedgerError(f"„{name}“ ist kein Bestand dieser Software. Bitte einen anderen Ort wählen.")
        metadata.create_all(connection)
        connection.execute(insert(meta), [{"name": "schema", "value": str(SCHEMA_VERSION)}, {"name": "version", "value": "0"}])
        return
    if found > SCHEMA_VERSION:
        raise LedgerError(f"„{name}“ wurde von einer neueren Version dieser Software geschrieben. Bitte Akteursatlas aktualisieren.")
    for step in range(found + 1, SCHEMA_VERSION + 1):
        UPGRADES[step](connection)
    connection.execute(update(meta).where(meta.c.name == "schema").values(value=str(SCHEMA_VERSION)))
