"""The graph database over Bolt: one driver, one Cypher, for Neo4j 5 and for the bundled ArcadeDB.

Rules that keep one text right on both: writes in transactions and from one writer at a time; every MATCH names a label;
own ids, never the server's; labels and types from the schema, values only as parameters.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import filelock
import neo4j
from neo4j.exceptions import AuthError, ConfigurationError, CypherSyntaxError, DatabaseError, DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from graph import embedded
from graph.schema import EDGES, NODES

URL_VARIABLE = "AKTEURSATLAS_GRAPH"
USER_VARIABLE = "AKTEURSATLAS_GRAPH_USER"
PASSWORD_VARIABLE = "AKTEURSATLAS_GRAPH_PASSWORD"
PASSWORD_FILE_VARIABLE = "AKTEURSATLAS_GRAPH_PASSWORD_FILE"
BATCH = 5_000
"""Rows of one transaction."""

Rows = list[dict[str, Any]]

# The driver's words about a lost connection are for whoever asks for them: on a terminal they would stand among ours.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

_ATLAS = "Atlas"
_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_ATTEMPTS = 5
_FETCH = 10_000
_BATCH_CHARACTERS = 4_000_000
_LONGEST_ROW = 12_000_000
"""Characters. ArcadeDB leaves a message beyond its limit (16 MB by default) without any answer."""
_GRACE = 2.0
"""Seconds that a server which does enforce the time limit gets to say so itself."""


class StoreError(Exception):
    """The graph database could not be reached, or refused; the text says in German what was wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What the graph says about itself.

    ``graph_id`` names this very graph ("" for an empty one), ``version`` is the ledger's version that it stands for (0 for
    an empty one), ``writing`` the version that is being written, None where nobody writes.
    """

    graph_id: str = ""
    version: int = 0
    writing: int | None = None


@dataclass(frozen=True, slots=True)
class _Address:
    """Where a server is and how to get in; ``lease`` keeps the bundled one alive."""

    url: str
    user: str = ""
    password: str = ""
    lease: embedded.Lease | None = None


class Store:
    """The graph database. Threads may share one; it finds the bundled server again where that has been restarted."""

    def __init__(self, address: Callable[[], _Address], lock: Path) -> None:
        """Use :meth:`connect`. ``address`` is asked again after each loss of the connection."""
        self._find = address
        self._guard = threading.Lock()
        self._closed = False
        self._writer_lock = filelock.FileLock(lock)
        self._address, self._driver = self._open()

    @classmethod
    def connect(cls, url: str | None = None, home: Path | None = None) -> Self:
        """Opens ``url``, else the server that AKTEURSATLAS_GRAPH names, else the bundled one of ``home`` (default: the user's).

        A named server takes user and password from AKTEURSATLAS_GRAPH_USER and AKTEURSATLAS_GRAPH_PASSWORD (or
        AKTEURSATLAS_GRAPH_PASSWORD_FILE). Raises ``StoreError`` where it cannot be reached.
        """
        if home is None:
            from graph.home import Home  # here, since the home knows what lives in it

            home = Home.default().path
        folder = home
        named = (url or os.environ.get(URL_VARIABLE, "")).strip()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"Der Ordner {folder} lässt sich nicht anlegen ({error.strerror or error}).") from error
        store = cls((lambda: _named(named)) if named else (lambda: _bundled(folder)), folder / "graph-writer.lock")
        try:
            store.read("RETURN 1 AS there")
        except StoreError:
            store.close()
            raise
        return store

    @property
    def url(self) -> str:
        """The address of the server that is used now."""
        return self._address.url

    def close(self) -> None:
        """Gives the connections back, and the bundled server where nobody else uses it. Harmless when said twice."""
        with self._guard:
            if not self._closed:
                self._closed = True
                _let_go(self._address, self._driver)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # ---- reading ------------------------------------------------------------------------------------

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 30) -> Rows:
        """The answer's rows. Raises ``StoreError``, also after ``timeout`` seconds."""
        work = _transaction(cypher, dict(parameters or {}), timeout)
        return _within(timeout, lambda: self._run(work, neo4j.READ_ACCESS))

    # ---- writing ------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def writer(self, timeout: float = 300) -> Iterator[None]:
        """Keeps every other writer of this home out; may be nested. Each writing method takes it by itself.

        Raises ``StoreError`` where another one is still writing after ``timeout`` seconds.
        """
        try:
            lock = self._writer_lock.acquire(timeout=timeout)
        except filelock.Timeout as error:
            raise StoreError("Ein anderer Vorgang schreibt gerade in den Graphen. Warten Sie, bis er fertig ist, und versuchen Sie es noch einmal.") from error
        with lock:
            yield

    def write(self, cypher: str, rows: Iterable[Mapping[str, Any]] | None = None, timeout: float = 300) -> Rows:
        """Runs an ``UNWIND $rows AS row …`` statement over ``rows`` (or one without them); returns what it returns.

        One transaction for each 5,000 rows (or 4 million characters), so with more rows the answer is that of each in
        turn. A transaction whose connection is lost is run again: a statement that creates may then say that the id is
        there already, and nothing is doubled. A row's ``id`` must not be empty. ``timeout`` is the server's limit in
        seconds for one transaction; this side goes on waiting, since what it gave up might still be committed.
        """
        answer: Rows = []
        with self.writer():
            for part in [None] if rows is None else _batches(rows):
                parameters = {} if part is None else {"rows": part}
                answer += self._run(_transaction(cypher, parameters, timeout), neo4j.WRITE_ACCESS)
        return answer

    def ensure_schema(self) -> None:
        """Makes ids unique for each label and relationship type of the schema, and quick to find. May be repeated."""
        wanted = {f"{name}_id": f"FOR (n:`{name}`) REQUIRE n.id IS UNIQUE" for name in (*NODES, _ATLAS)}
        # With it, not even a transaction that was believed lost and comes through after all doubles an edge.
        wanted |= {f"{name}_id": f"FOR ()-[r:`{name}`]-() REQUIRE r.id IS UNIQUE" for name in EDGES}
        there = {row["name"] for row in self.read("SHOW CONSTRAINTS")}
        for name, rule in wanted.items():
            if name not in there:
                self.write(f"CREATE CONSTRAINT `{name}` IF NOT EXISTS {rule}")

    def empty(self) -> None:
        """Deletes everything that the schema knows, and what the graph says about itself. Constraints stay."""
        with self.writer():
            for label in (*NODES, _ATLAS):
                while self.write(f"MATCH (n:`{label}`) WITH n LIMIT {BATCH} DETACH DELETE n RETURN count(*) AS gone")[0]["gone"]:
                    pass

    # ---- what the graph says about itself -----------------------------------------------------------

    def meta(self) -> Meta:
        """What the graph says about itself; ``Meta()`` for an empty one."""
        for row in self.read(f"MATCH (m:{_ATLAS} {{id: 'atlas'}}) RETURN m.graph_id AS graph_id, m.version AS version, m.writing AS writing"):
            return Meta(row["graph_id"] or "", row["version"] or 0, row["writing"])
        return Meta()

    def begin_writing(self, version: int) -> None:
        """Says, before the first change, which version is being written. A graph without a name gets one."""
        now = self.meta()
        self.set_meta(Meta(now.graph_id or uuid.uuid4().hex, now.version, version))

    def end_writing(self, version: int) -> None:
        """Says, after the last change, that the graph stands for ``version``."""
        self.set_meta(Meta(self.meta().graph_id or uuid.uuid4().hex, version, None))

    def set_meta(self, meta: Meta) -> None:
        """Replaces what the graph says about itself."""
        cypher = f"UNWIND $rows AS row MERGE (m:{_ATLAS} {{id: row.id}}) SET m = row"
        self.write(cypher, [{"id": "atlas", "graph_id": meta.graph_id, "version": meta.version, "writing": meta.writing}])

    # ---- transactions and the connection ------------------------------------------------------------

    def _run(self, work: Callable[[neo4j.ManagedTransaction], Rows], access: str) -> Rows:
        """Does ``work`` in a transaction; after a lost connection or a clash it does it again, a few times."""
        for attempt in itertools.count(1):
            driver, address = self._driver, self._address
            if self._closed:
                raise StoreError("Die Verbindung zur Graph-Datenbank ist schon geschlossen.")
            try:
                with driver.session(default_access_mode=access, fetch_size=_FETCH) as session:
                    return session.execute_read(work) if access == neo4j.READ_ACCESS else session.execute_write(work)
            except (ServiceUnavailable, SessionExpired, AuthError) as error:
                # A wrong password from the bundled server: another one has been started on this port meanwhile.
                if attempt == _ATTEMPTS or (isinstance(error, AuthError) and address.lease is None):
                    raise _said(error, address.url) from error
                time.sleep(0.1 * 2**attempt)
                self._reconnect(driver)
            except Neo4jError as error:
                # A server that is just being stopped still answers, with errors of its own; then there is another one.
                gone = isinstance(error, DatabaseError) and address.lease and self._reconnect(driver)
                if attempt == _ATTEMPTS or not (gone or error.is_retryable()):
                    raise _said(error, address.url) from error
                time.sleep(0.05 * 2**attempt)
            except (DriverError, ValueError, TypeError, OverflowError) as error:
                if self._driver is driver or attempt == _ATTEMPTS:
                    raise _said(error, address.url) from error
                # Another thread has just replaced the driver under this one's feet.
        raise AssertionError("itertools.count ends never")

    def _open(self) -> tuple[_Address, neo4j.Driver]:
        address = self._find()
        try:
            if address.url.partition("://")[0] not in _SCHEMES:
                raise ValueError
            driver = neo4j.GraphDatabase.driver(
                address.url,
                auth=(address.user, address.password) if address.user else None,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
                max_transaction_retry_time=0,  # this class repeats, since it also knows how to find the server again
                connection_timeout=10,
                user_agent="akteursatlas",
            )
        except (ConfigurationError, ValueError) as error:
            raise StoreError(f"„{address.url}“ ist keine Adresse einer Graph-Datenbank; erwartet wird zum Beispiel bolt://127.0.0.1:7687.") from error
        return address, driver

    def _reconnect(self, lost: neo4j.Driver) -> bool:
        """Looks where the server is now, unless another thread has done so since ``lost``; is it another one?"""
        with self._guard:
            if self._driver is not lost or self._closed:
                return True
            address, driver = self._open()  # the new lease before the old one is given back
            if (address.url, address.password) == (self._address.url, self._address.password):
                _let_go(address, driver)  # the driver mends connections to the same server by itself
                return False
            _let_go(self._address, self._driver)
            self._address, self._driver = address, driver
            return True



# ---- where the server is ----------------------------------------------------------------------------


def _let_go(address: _Address, driver: neo4j.Driver) -> None:
    with contextlib.suppress(DriverError, OSError):
        driver.close()
    if address.lease:
        address.lease.release()


def _bundled(home: Path) -> _Address:
    try:
        lease = embedded.lease(home)
    except embedded.ServerError as error:
        raise StoreError(str(error)) from error
    return _Address(lease.url, lease.user, lease.password, lease)


def _named(url: str) -> _Address:
    password = os.environ.get(PASSWORD_VARIABLE, "")
    if file := os.environ.get(PASSWORD_FILE_VARIABLE, "").strip():
        try:
            password = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{PASSWORD_FILE_VARIABLE} nennt die Datei „{file}“, und sie lässt sich nicht lesen ({error}).") from error
    return _Address(url, os.environ.get(USER_VARIABLE, "").strip() or ("neo4j" if password else ""), password)


# ---- one transaction --------------------------------------------------------------------------------


def _transaction(cypher: str, parameters: dict[str, Any], timeout: float) -> Callable[[neo4j.ManagedTransaction], Rows]:
    def work(tx: neo4j.ManagedTransaction) -> Rows:
        result = tx.run(cypher, parameters)
        names = result.keys()
        return [dict(zip(names, record.values(), strict=True)) for record in result]

    return neo4j.unit_of_work(timeout=timeout)(work)


def _batches(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in parts that the server takes: not too many, and not too much text (the shapes of areas)."""
    part: list[dict[str, Any]] = []
    letters = 0
    for row in rows:
        if "id" in row and (not isinstance(row["id"], str) or not row["id"]):
            raise StoreError(f"Eine Zeile ohne Kennung kommt nicht in den Graphen: {str(dict(row))[:200]}")
        length = len(repr(row))  # what it takes on the way, roughly; counting each text apart took a tenth of all writing
        if length > _LONGEST_ROW:
            raise StoreError(f"Der Eintrag „{row.get('id', '')}“ ist mit {length} Zeichen zu groß für den Graphen. Vereinfachen Sie seine Fläche.")
        if part and (len(part) == BATCH or letters + length > _BATCH_CHARACTERS):
            yield part
            part, letters = [], 0
        part.append(dict(row))
        letters += length
    if part:
        yield part


def _within(timeout: float, work: Callable[[], Rows]) -> Rows:
    """The answer of ``work``, which gets ``timeout`` seconds: ArcadeDB sets itself no limit, so this side does.

    What takes longer runs to its end in a thread that nobody waits for and that holds up no exit.
    """
    answers: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((True, work()))
        except BaseException as error:
            answers.put((False, error))

    threading.Thread(target=run, name="graph-read", daemon=True).start()
    try:
        done, answer = answers.get(timeout=timeout + _GRACE)
    except queue.Empty:
        raise StoreError(f"Die Abfrage war nach {timeout:g} Sekunden nicht fertig. Grenzen Sie sie ein, zum Beispiel auf ein Gebiet.") from None
    if not done:
        raise answer
    return cast(Rows, answer)


def _said(error: Exception, url: str) -> StoreError:
    """What went wrong, for people."""
    if isinstance(error, AuthError):
        return StoreError(
            f"Die Graph-Datenbank {url} hat Benutzer oder Passwort abgelehnt. "
            f"Prüfen Sie {USER_VARIABLE} und {PASSWORD_VARIABLE} (oder {PASSWORD_FILE_VARIABLE})."
        )
    if isinstance(error, ServiceUnavailable | SessionExpired):
        return StoreError(f"Die Graph-Datenbank {url} ist nicht erreichbar. Läuft sie, und stimmt die Adresse in {URL_VARIABLE}?")
    if isinstance(error, CypherSyntaxError):
        return StoreError(f"Die Abfrage ist fehlerhaft geschrieben: {error.message}")
    if isinstance(error, Neo4jError):
        if "TransactionTimedOut" in (error.code or ""):
            return StoreError("Die Abfrage war in der erlaubten Zeit nicht fertig. Grenzen Sie sie ein, zum Beispiel auf ein Gebiet.")
        return StoreError(f"Die Graph-Datenbank meldet einen Fehler: {error.message}")
    return StoreError(f"Die Graph-Datenbank konnte nicht gefragt werden: {error}")
