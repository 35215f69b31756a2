"""The graph database over Bolt: one Cypher, for Neo4j 5 and later and for the bundled ArcadeDB.

Rules that keep one text right on both: writes in transactions and from one writer at a time; every MATCH names a label;
own ids, never the server's; labels and types from the schema, values only as parameters.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import filelock
import neo4j

from graph import address, store_errors, store_schema
from graph.connection import Connection, Rows, Work, answers
from graph.schema import NODES
from graph.store_errors import StoreError, Unreachable

__all__ = ["BATCH", "Meta", "Rows", "Store", "StoreError", "Unreachable"]

BATCH = 5_000
"""Rows of one transaction."""

_ATLAS = store_schema.ATLAS
_BATCH_CHARACTERS = 4_000_000
_LONGEST_ROW = 12_000_000
"""Characters. ArcadeDB leaves a message beyond its limit (16 MB by default) without any answer."""
_PATIENCE_FIRST, _PATIENCE_READ, _PATIENCE_WRITE = 2.0, 30.0, 60.0
"""Seconds for which what failed is tried again: a wrong address is told soon, a restart of the server is waited for."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What the graph says about itself.

    ``graph_id`` names this very graph ("" for an empty one), ``version`` is the ledger's version that it stands for (0 for
    an empty one), ``writing`` the version that is being written, None where nobody writes.
    """

    graph_id: str = ""
    version: int = 0
    writing: int | None = None


class Store:
    """The graph database. Threads may share one; it finds the bundled server again where that has been restarted."""

    def __init__(self, find: Callable[[], address.Address], home: Path) -> None:
        """Use :meth:`connect`. ``find`` is asked for the address again after each loss of the connection."""
        self._writer_lock = filelock.FileLock(home / "graph-writer.lock")
        self._connection = Connection(find, home / "graph-bookmarks.json")
        self.server = ""
        """What the server calls itself, for example "Neo4j/5.26.12"."""

    @classmethod
    def connect(cls, url: str | None = None, home: Path | None = None) -> Self:
        """Opens ``url``, else the server that AKTEURSATLAS_GRAPH names, else the bundled one of ``home`` (default: the user's).

        A named server takes user and password from AKTEURSATLAS_GRAPH_USER and AKTEURSATLAS_GRAPH_PASSWORD (or
        AKTEURSATLAS_GRAPH_PASSWORD_FILE), and the database from AKTEURSATLAS_GRAPH_DATABASE. Raises ``Unreachable`` where it
        is not there, and another ``StoreError`` where it refuses or is none that this software knows.
        """
        if home is None:
            from graph.home import Home  # here, since the home knows what lives in it

            home = Home.default().path
        folder = home
        named = (url or os.environ.get(address.URL_VARIABLE, "")).strip()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"Der Ordner {folder} lässt sich nicht anlegen ({error.strerror or error}).") from error
        store = cls((lambda: address.named(named)) if named else (lambda: address.bundled(folder)), folder)
        try:
            store._greet()
        except StoreError:
            store.close()
            raise
        return store

    @staticmethod
    def there(home: Path) -> bool:
        """Does it look as if :meth:`connect` would work now? Cheap, starts nothing; the bundled server is always worth a try."""
        named = os.environ.get(address.URL_VARIABLE, "").strip()
        try:
            return not named or answers(address.named(named), ready=True)
        except StoreError:  # a setting is wrong: connecting says which
            return True

    @property
    def url(self) -> str:
        """The address of the server that is used now."""
        return self._connection.address.url

    @property
    def address(self) -> address.Address:
        """Where the server is that is used now, and how to get in."""
        return self._connection.address

    def close(self) -> None:
        """Gives the connections back, and the bundled server where nobody else uses it. Harmless when said twice."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # ---- reading ------------------------------------------------------------------------------------

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 30, most: int | None = None) -> Rows:
        """The answer's rows, at most the first ``most``. Raises ``StoreError``, also after ``timeout`` seconds."""
        work = _transaction(cypher, dict(parameters or {}), timeout, most)
        return self._connection.run(work, neo4j.READ_ACCESS, limit=timeout, patience=_PATIENCE_READ)

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
            try:
                yield
            finally:
                self._connection.publish()

    def write(self, cypher: str, rows: Iterable[Mapping[str, Any]] | None = None, timeout: float = 300) -> Rows:
        """Runs an ``UNWIND $rows AS row …`` statement over ``rows`` (or one without them); returns what it returns.

        One transaction for each 5,000 rows (or 4 million characters), so with more rows the answer is that of each in
        turn. A transaction whose connection is lost is run again: a statement that creates may then say that the id is
        there already, and nothing is doubled. A row's ``id`` must not be empty. ``timeout`` is the server's limit in
        seconds for one transaction. This side waits twice as long, or a minute for a server that does not answer; then it
        cuts the connection, so that the server drops what was not committed, and raises ``StoreError``.
        """
        answer: Rows = []
        with self.writer():
            for part in [None] if rows is None else _batches(rows):
                parameters = {} if part is None else {"rows": part}
                work = _transaction(cypher, parameters, timeout)
                answer += self._connection.run(work, neo4j.WRITE_ACCESS, limit=2 * timeout, patience=_PATIENCE_WRITE, stubborn=True)
        return answer

    def ensure_schema(self) -> None:
        """Makes constraints and indexes what the schema wants, also those of an older one. May be repeated."""
        with self.writer():
            store_schema.ensure(self)

    def empty(self) -> None:
        """Deletes everything that the schema knows, and what the graph says about itself. Constraints and indexes stay."""
        with self.writer():
            for label in (*NODES, _ATLAS):
                batch = f"MATCH (n:`{label}`) WHERE n.id <> '{store_schema.MARK}' WITH n LIMIT {BATCH} DETACH DELETE n RETURN count(*) AS gone"
                while self.write(batch)[0]["gone"]:
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

    def _greet(self) -> None:
        """Asks the server what it is. Raises ``StoreError`` where it is none that this software knows."""

        def ask(tx: neo4j.ManagedTransaction) -> Rows:
            return [{"agent": tx.run("RETURN 1 AS there").consume().server.agent}]

        self.server = str(self._connection.run(ask, neo4j.READ_ACCESS, limit=30, patience=_PATIENCE_FIRST)[0]["agent"])
        store_errors.check_server(self.server, self.url)


# ---- one transaction --------------------------------------------------------------------------------


def _transaction(cypher: str, parameters: dict[str, Any], timeout: float, most: int | None = None) -> Work:
    def work(tx: neo4j.ManagedTransaction) -> Rows:
        result = tx.run(cypher, parameters)
        names = result.keys()
        return [dict(zip(names, record.values(), strict=True)) for record in itertools.islice(result, most)]

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
