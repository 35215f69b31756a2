"""A ledger in a PostgreSQL database, for several machines: one writer at a time by an advisory lock, readings of one state, its messages."""

from __future__ import annotations

import os
import socket
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from sqlalchemy import URL, Column, Connection, Integer, MetaData, String, Table, create_engine, delete, event, func, insert, make_url, select, text
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.exc import TimeoutError as NoneFree

from graph.home import LEDGER_PASSWORD_VARIABLE, LEDGER_VARIABLE, secret, user_name
from graph.ledger_database import Database, busy
from graph.ledger_tables import BULK, LedgerError, metadata
from graph.ledger_writer import Writer

_LOCK = 1_097_555_285
"""The first half of the number of our lock; the second one stands for the schema, so that two ledgers can be in one database."""

_GRAPH_LOCK = _LOCK + 1

_CONNECT = 10
"""Seconds that a server gets to answer."""

# Kept outside of the ledger's own tables: it says nothing that lasts, and is written while the ledger's transaction is still open.
_WRITERS = Table(
    "writer", MetaData(),
    Column("backend", Integer, primary_key=True, autoincrement=False),
    Column("pid", Integer, nullable=False),
    Column("who", String, nullable=False),
    Column("since", String, nullable=False),
    Column("what", String, nullable=False),
)  # fmt: skip

_WHO = f"den Benutzer in {LEDGER_VARIABLE} und {LEDGER_PASSWORD_VARIABLE} (oder {LEDGER_PASSWORD_VARIABLE}_FILE)"

_HOLDERS = text(
    "SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :one AND l.objid = :two AND l.objsubid = 2"
)

_STATES = {
    "25006": "nimmt nur Lesezugriffe an (eine Kopie, oder auf „nur lesen“ gestellt). Bitte die Adresse des Hauptservers angeben",
    "42501": "erlaubt diesem Benutzer das nicht. Bitte ihm die Datenbank geben lassen (ALTER DATABASE … OWNER TO …) oder Rechte daran (GRANT)",
    "53100": "hat keinen Platz mehr auf dem Datenträger. Bitte dort Platz schaffen und es noch einmal versuchen",
    "53300": "hat keine Verbindung frei. Bitte später noch einmal versuchen oder max_connections erhöhen lassen",
    "57P01": "wird gerade beendet oder neu gestartet. Bitte in einer Minute noch einmal versuchen",
    "57P02": "wird gerade beendet oder neu gestartet. Bitte in einer Minute noch einmal versuchen",
    "57P03": "startet gerade. Bitte in einer Minute noch einmal versuchen",
}
"""What is the matter, by the number that the server gives it."""

# While a connection is being made there is no number, only words, in the server's language.
_WORDS = (
    (("authentication failed", "no password supplied", "-Authentifizierung für"), f"hat Benutzer oder Passwort abgelehnt. Bitte {_WHO} prüfen"),
    (("pg_hba.conf",), "lässt diesen Benutzer von diesem Rechner aus nicht zu. Bitte pg_hba.conf auf dem Server ergänzen lassen"),
    (('database "', "Datenbank »"), "gibt es auf diesem Server nicht. Bitte sie anlegen lassen (createdb) oder die Adresse berichtigen"),
    (("SSL", "certificate", "TLS"), "ließ sich nicht verschlüsselt erreichen. Bitte sslmode und sslrootcert in der Adresse und das Zertifikat prüfen"),
    (("starting up", "startet gerade"), _STATES["57P03"]),
    (("shutting down", "fährt herunter"), _STATES["57P01"]),
    (("too many c", "connection slots"), _STATES["53300"]),
)  # fmt: skip


def address(given: str) -> URL:
    """What ``AKTEURSATLAS_LEDGER`` names, checked. Raises ``LedgerError``, which repeats nothing of it: it may hold a password."""
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in ("postgresql", "postgres"):
        raise LedgerError(f"{LEDGER_VARIABLE} ist keine Adresse der Form postgresql://benutzer@server/datenbank. Ohne sie liegt der Bestand in einer Datei.")
    if url.password is not None or "password" in url.query:
        raise LedgerError(f"In {LEDGER_VARIABLE} steht ein Passwort. Bitte dort streichen und in {LEDGER_PASSWORD_VARIABLE} (oder …_FILE) angeben.")
    if not url.database:
        raise LedgerError(f"{LEDGER_VARIABLE} nennt keine Datenbank. Bitte die Adresse ergänzen: postgresql://benutzer@server/datenbank")
    return url.set(drivername="postgresql+psycopg")


class PostgresqlDatabase(Database):
    """The database (or one schema of it: ``?options=-csearch_path%3Dname``). Readers never wait; a writer waits ``wait`` seconds for another one."""

    def __init__(self, given: str, wait: float) -> None:
        """Opens it and creates or upgrades its tables. Raises ``LedgerError``."""
        url = address(given)
        self.name = str(URL.create("postgresql", host=url.host, port=url.port, database=url.database))
        self._wait = max(1, round(wait * 1000))
        try:
            import psycopg
        except ImportError as error:
            missing = f"Für „{self.name}“ fehlt der Treiber von PostgreSQL"
            raise LedgerError(f"{missing}. Bitte installieren: pip install \"akteursatlas[postgresql]\"") from error
        # REPEATABLE READ: whatever a reading asks, it is answered from the state at its first question.
        self.errors = (DatabaseError, psycopg.Error, NoneFree)
        self.engine = create_engine(
            url, isolation_level="REPEATABLE READ", pool_pre_ping=True, pool_size=5, max_overflow=20, connect_args=_arguments(url),
            execution_options={BULK: _copy}, hide_parameters=True,
        )  # fmt: skip

        @event.listens_for(self.engine, "connect")
        def prepare(connection: psycopg.Connection[Any], _: object) -> None:
            # A machine that dies while it writes would otherwise keep all others waiting for two hours.
            connection.autocommit = True
            for name, seconds in (("tcp_keepalives_idle", "60"), ("tcp_keepalives_interval", "15"), ("tcp_keepalives_count", "4")):
                connection.execute("SELECT set_config(%s, %s, false)", (name, seconds))
            connection.autocommit = False

        self.make_ready()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """As of every database."""
        # Its state must be that after the wait, not that before it. As nobody else writes, it then stays one state.
        with self.engine.connect().execution_options(isolation_level="READ COMMITTED") as connection, connection.begin():
            connection.execute(select(func.set_config("lock_timeout", f"{self._wait}ms", True)))
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK, self._half())))
            connection.execute(select(func.set_config("lock_timeout", "0", True)))
            yield connection

    @contextmanager
    def announced(self, connection: Connection, what: str) -> Iterator[None]:
        """As of every database: a row in a table of its own, since nobody sees into the transaction itself."""
        backend = connection.scalar(select(func.pg_backend_pid()))
        who, since = f"{user_name()} auf {socket.gethostname()}", datetime.now().strftime("%H:%M")
        with suppress(*self.errors), self._aside() as aside:  # a courtesy: writing must not fail for it
            aside.execute(delete(_WRITERS))
            aside.execute(insert(_WRITERS).values(backend=backend, pid=os.getpid(), who=who, since=since, what=what))
        try:
            yield
        finally:
            with suppress(*self.errors), self._aside() as aside:
                aside.execute(delete(_WRITERS).where(_WRITERS.c.backend == backend))

    def writer(self) -> Writer | None:
        """As of every database. A row whose connection does not hold the lock (any more) means nobody."""
        columns = _WRITERS.c
        query = select(columns.pid, columns.who, columns.since, columns.what)
        with suppress(*self.errors), self._aside() as aside:
            holders = aside.scalars(_HOLDERS, {"one": _LOCK, "two": self._half()}).all()
            found = aside.execute(query.where(columns.backend.in_(holders))).first()
            return Writer(found.pid, 0.0, found.who, found.since, found.what) if found else None
        return None

    def explain(self, error: Exception) -> str:
        """As of every database."""
        if isinstance(error, NoneFree):
            return f"„{self.name}“ {_STATES['53300']}."
        import psycopg

        cause = getattr(error, "orig", None) or error
        state, said = getattr(cause, "sqlstate", None), str(cause)
        if state == "55P03":
            return busy(self.name, self.writer())
        if state in _STATES:
            return f"„{self.name}“ {_STATES[state]}. Geändert wurde nichts."
        if state is None and isinstance(cause, psycopg.OperationalError):
            for words, meaning in _WORDS:
                if any(word in said for word in words):
                    return f"„{self.name}“ {meaning}."
            return f"„{self.name}“ ist nicht erreichbar. Läuft der Server, und stimmt die Adresse in {LEDGER_VARIABLE}? ({_first_line(said)})"
        return f"„{self.name}“ lässt sich nicht lesen oder schreiben ({_first_line(said)}). Geändert wurde nichts."

    def upgrade(self, connection: Connection) -> None:
        """As of every database."""
        encoding = connection.scalar(text("SELECT current_setting('server_encoding')"))
        if encoding != "UTF8":
            raise LedgerError(f"„{self.name}“ hat die Kodierung {encoding}. Bitte sie mit UTF-8 neu anlegen lassen (createdb -E UTF8 -T template0).")
        super().upgrade(connection)
        _WRITERS.create(connection, checkfirst=True)

    @contextmanager
    def _aside(self) -> Iterator[Connection]:
        """A connection whose statements hold at once."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    @contextmanager
    def projecting(self, wait: float) -> Iterator[None]:
        """As of every database: a lock of the connection, since it lasts longer than any transaction."""
        numbers = (_GRAPH_LOCK, self._half())
        with self.said(), self._own() as connection:
            with connection.begin():
                connection.execute(select(func.set_config("lock_timeout", f"{max(1, round(wait * 1000))}ms", True)))
                try:
                    connection.execute(select(func.pg_advisory_lock(*numbers)))
                except DatabaseError as error:
                    if getattr(error.orig, "sqlstate", None) == "55P03":
                        raise LedgerError("Auf einem anderen Rechner wird der Graph gerade auf den Stand gebracht. Bitte warten und wiederholen.") from error
                    raise
            yield

    @contextmanager
    def _own(self) -> Iterator[Connection]:
        """A connection that nobody gets afterwards: what it holds goes with it."""
        with self.engine.connect().execution_options(isolation_level="READ COMMITTED") as connection:
            try:
                yield connection
            finally:
                connection.invalidate()

    def numbered(self, connection: Connection) -> None:
        """As of every database: its sequences know nothing of numbers that were brought along."""
        for table in metadata.sorted_tables:
            column = table.autoincrement_column
            if column is not None and isinstance(column.type, Integer):
                sequence = func.pg_get_serial_sequence(connection.dialect.identifier_preparer.format_table(table), column.name)
                last = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
                connection.execute(select(func.setval(sequence, last, False)))

    def _half(self) -> int:
        """The second half of the lock's number: the schema in which the tables are."""
        return zlib.crc32((self.engine.dialect.default_schema_name or "").encode()) & 0x7FFFFFFF


def _arguments(url: URL) -> Mapping[str, Any]:
    """What the driver is told beside the address: the password, which thus stands in no address that could be printed."""
    told: dict[str, Any] = {"connect_timeout": _CONNECT, "application_name": "akteursatlas"}
    told = {name: value for name, value in told.items() if name not in url.query}
    try:
        password = secret(LEDGER_PASSWORD_VARIABLE)
    except OSError as error:
        raise LedgerError(str(error)) from error
    return told | ({"password": password} if password else {})


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Many rows at once: several times as fast as INSERT."""
    names = connection.dialect.identifier_preparer
    command = f"COPY {names.format_table(table)} ({', '.join(map(names.quote, columns))}) FROM STDIN"
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


def _first_line(said: str) -> str:
    return said.strip().splitlines()[0].strip() if said.strip() else "ohne Begründung"
