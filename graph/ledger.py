"""The system of record: what sources and people say, in one SQLite file or a PostgreSQL database.

Datasets are replaced as a whole by runs (:class:`Run`); judgements of people and the audit log only grow.
What follows from it all is computed elsewhere (:mod:`graph.fold`) and can be thrown away; this cannot.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Table, insert, select

from graph import ledger_history as history
from graph import ledger_judgements as judging
from graph import ledger_lookup as lookup
from graph import ledger_marks as marks
from graph import ledger_projection as projection
from graph import ledger_tables as tables
from graph.identity import Judgement
from graph.ledger_database import Database, opened
from graph.ledger_history import RunInfo
from graph.ledger_judgements import Taken
from graph.ledger_marks import Gap, Mark
from graph.ledger_records import AuditEntry, Counts, DatasetInfo, Projected, RecordError, Statement, StoredEdge, StoredNode, read_data
from graph.ledger_run import Report, Run
from graph.ledger_tables import LedgerError, current_version, now
from graph.ledger_writer import Writer
from graph.records import Dataset, Where

__all__ = [
    "AuditEntry", "Counts", "DatasetInfo", "Gap", "Judgement", "Ledger", "LedgerError", "Mark", "Projected", "RecordError", "Run", "RunInfo",
    "Statement", "StoredEdge", "StoredNode",
]

WAIT = 30.0
"""Seconds that a writer waits for another one."""

_STREAM = 5_000

Item = TypeVar("Item")


class _Cancelled(Exception):
    """Ends the transaction of a cancelled run."""


class Ledger:
    """The opened ledger. One writer at a time; readers never wait. May be shared by threads."""

    def __init__(self, database: Database, location: Path | str, *, connection: Connection | None = None, run: Run | None = None) -> None:
        self.location = location
        self._database = database
        self._bound = connection
        self._run = run
        self._writing_thread: int | None = None
        self._others: lookup.Others | None = None

    @classmethod
    def open(cls, location: Path | str, *, wait: float = WAIT) -> Ledger:
        """Opens a file or the URL of a PostgreSQL database (``Home.ledger_location``), creating or upgrading its tables.

        A writer waits ``wait`` seconds for another one. Raises ``LedgerError``.
        """
        return cls(opened(location, wait), location)

    def close(self) -> None:
        """Closes it."""
        if self._bound is None:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def about(self) -> str:
        """Where it is kept and by which software, for whoever looks after it; without user or password."""
        dialect = self._database.engine.dialect
        return f"{self._database.name} ({dialect.name} {'.'.join(map(str, dialect.server_version_info or ()))})"

    @property
    def version(self) -> int:
        """Grows by one with every committed change of knowledge (a run that changed something, a judgement)."""
        with self._reading() as connection:
            return current_version(connection)

    @property
    def name(self) -> str:
        """Where it is kept, for people: its file, or its database without user and password."""
        return self._database.name

    def writer(self) -> Writer | None:
        """Who is writing at this moment, for whoever has to wait; None where nobody is."""
        return self._database.writer()

    @contextmanager
    def reading(self) -> Iterator[Ledger]:
        """The ledger as it is now: all reads through the yielded ledger see one state, whatever is committed meanwhile."""
        with self._reading() as connection:
            yield Ledger(self._database, self.location, connection=connection, run=self._run)

    # ---- runs -----------------------------------------------------------------------------------

    @contextmanager
    def begin(self, dataset: Dataset, *, fingerprint: str = "", report: Report = None, user: str = "") -> Iterator[Run]:
        """A run in one write transaction. An exception in the block, or ``run.cancel()``, leaves everything as it was.

        ``run.finish()`` must have been called when the block ends. Waits for another writer, then raises ``LedgerError``.
        """
        try:
            with self._writing(f"„{dataset.title}“ wird eingelesen") as connection:
                run = Run(connection, dataset, fingerprint=fingerprint, report=report, user=user)
                run.ledger = Ledger(self._database, self.location, connection=connection, run=run)
                yield run
                if run.cancelled:
                    raise _Cancelled
                if run.counts is None:
                    raise RuntimeError("a run ends with finish() or cancel()")
                run.settle()
        except _Cancelled:
            pass

    def datasets(self) -> list[DatasetInfo]:
        """Every dataset that says something, with the run that holds, ordered by name."""
        data, last = tables.dataset.c, tables.run.c
        query = (
            select(data.name, data.source, data.title, data.as_of, data.rank, data.rows, last.finished, last.fingerprint, data.used_ledger,
                   last.new, last.changed, last.unchanged, last.removed, last.report)
            .join_from(tables.dataset, tables.run, last.id == data.run).order_by(data.name)
        )
        with self._reading() as connection:
            return [
                DatasetInfo(*row[:6], row[6] or "", row[7] or "", row[8], Counts(*(count or 0 for count in row[9:13])), json.loads(row[13]) if row[13] else {})
                for row in connection.execute(query)
            ]

    def runs(self, dataset: str = "") -> list[RunInfo]:
        """What every run did, of one dataset or of all, the newest first."""
        with self._reading() as connection:
            return history.runs(connection, dataset)

    def take_back_run(self, id: int, *, user: str, reason: str = "") -> Counts:
        """Restores what a dataset said before its last run, whatever others said since; returns what came back, changed, stayed, went.

        A dataset's first run leaves it saying nothing. Raises ``LedgerError`` with the reason where it cannot be done
        (``RunInfo.why_not``, or a key that would come back as another type than another dataset has given it since).
        """
        with self._writing(f"Lauf {id} wird zurückgenommen") as connection:
            return history.take_back(connection, id, user, reason)

    # ---- what is said ---------------------------------------------------------------------------

    def nodes(self) -> Iterator[StoredNode]:
        """Every description of a thing, ordered by key (then by the order in which datasets first came)."""
        columns = tables.node.c
        for data, row in self._stream(tables.node, (columns.key, columns.type)):
            yield StoredNode(*data, row[5], sys.intern(row[6]), read_data(row[1]), row[2], row[3], row[4])

    def edges(self) -> Iterator[StoredEdge]:
        """Every description of a relationship, ordered by key (then by the order in which datasets first came)."""
        columns = tables.edge.c
        for data, row in self._stream(tables.edge, (columns.key, columns.type, columns.start, columns.end)):
            yield StoredEdge(*data, row[5], sys.intern(row[6]), row[7], row[8], read_data(row[1]), row[2], row[3], row[4])

    def _stream(self, table: Table, columns: tuple[Any, ...]) -> Iterator[tuple[tuple[str, int, str], Any]]:
        """Rows of a table of records, each with its dataset's (name, rank, as_of)."""
        with self._reading() as connection:
            of = tables.dataset.c
            datasets = {row.id: (row.name, row.rank, row.as_of) for row in connection.execute(select(of.id, of.name, of.rank, of.as_of))}
            query = select(table.c.dataset, table.c.data, table.c.file, table.c.sheet, table.c.row, *columns).order_by(table.c.key, table.c.dataset)
            with connection.execute(query.execution_options(yield_per=_STREAM)) as rows:
                for row in rows:
                    yield datasets[row[0]], row

    def find(self, name: str, types: Iterable[str] = (), *, without: str = "") -> list[str]:
        """Keys of things called ``name`` (whatever its case and spaces), one for each thing, of these types (all where empty).

        ``without`` names a dataset whose own records do not count. A source that asks through ``run.ledger``
        leaves its own dataset out: what it said last time may be gone when it finishes, and it knows what it
        says now. This is also the fast way; the answers then come from memory.
        """
        with self._looking_up(without) as (connection, others):
            return others.find(name, types) if others else lookup.find(connection, name, types, without)

    def exists(self, key: str, types: Iterable[str] = (), *, without: str = "") -> bool:
        """Is there a thing of one of these types (any where empty) under this key or identifier? ``without`` as in ``find``.

        Identifiers of records that a run has put are known once it has finished; keys at once.
        """
        with self._looking_up(without) as (connection, others):
            return others.exists(key, types) if others else lookup.exists(connection, key, types, without)

    # ---- who is who -----------------------------------------------------------------------------

    def entities(self) -> dict[str, str]:
        """The entity id of every key, and of every identifier that is not itself a key."""
        with self._reading() as connection:
            return dict(connection.execute(select(tables.entity.c.key, tables.entity.c.entity)).all())

    def entity(self, key: str) -> str | None:
        """The entity id that a key or identifier belongs to."""
        with self._reading() as connection:
            found: str | None = connection.scalar(select(tables.entity.c.entity).where(tables.entity.c.key == key))
            return found

    def statements(self, entity: str) -> list[Statement]:
        """What every dataset says about a thing itself (not its relationships), the most trusted and newest first."""
        node, data, known = tables.node.c, tables.dataset.c, tables.entity.c
        query = (
            select(data.name, data.title, data.as_of, data.rank, node.key, node.file, node.sheet, node.row, node.data)
            .join_from(tables.entity, tables.node, node.key == known.key).join(tables.dataset, data.id == node.dataset)
            .where(known.entity == entity).order_by(data.rank.desc(), data.as_of.desc(), data.name, node.key)
        )
        with self._reading() as connection:
            return [Statement(*row[:5], Where(*row[5:8]), read_data(row[8])) for row in connection.execute(query)]

    def judge(self, left: str, right: str, verdict: str, *, user: str, reason: str, evidence: str = "") -> int:
        """Keeps what a person decided about two things, each given by a key, an identifier or an entity id; returns its number.

        Raises ``LedgerError`` for an unknown verdict or thing, twice the same key, or a join of two node types.
        """
        with self._writing() as connection:
            return judging.put(connection, Judgement(0, left, right, verdict, user, reason, evidence))

    def judge_all(self, said: Iterable[Judgement], *, user: str, action: str) -> Taken:
        """Keeps many judgements in one transaction, under the names and times that they bear; what cannot be kept is named in the result."""
        with self._writing() as connection:
            return judging.put_all(connection, said, user=user, action=action)

    def take_back(self, id: int, *, user: str, reason: str) -> int:
        """Withdraws a judgement, which restores what was before it; returns the number of the withdrawal.

        Raises ``LedgerError`` where there is no such judgement or it is already withdrawn.
        """
        with self._writing() as connection:
            return judging.take_back(connection, id, user=user, reason=reason)

    def judgements(self, *, standing: bool = False) -> list[Judgement]:
        """Every judgement, oldest first; with ``standing`` only those that were not taken back."""
        with self._reading() as connection:
            return [judgement for judgement in judging.read(connection) if not (standing and judgement.taken_back)]

    # ---- gaps -----------------------------------------------------------------------------------

    def mark_gap(self, gap: Gap, verdict: str, *, who: str = "", until: str = "", reason: str = "", user: str) -> int:
        """Keeps what people decided about a gap; returns the mark's number. Raises ``LedgerError`` (see :mod:`graph.ledger_marks`)."""
        with self._writing() as connection:
            return marks.put(connection, gap, verdict, who=who, until=until, reason=reason, user=user)

    def take_back_mark(self, id: int, *, user: str) -> int:
        """Withdraws a mark, so that the one before it holds again; returns the number of the withdrawal. Raises ``LedgerError``."""
        with self._writing() as connection:
            return marks.take_back(connection, id, user=user)

    def gap_marks(self, *, standing: bool = False) -> list[Mark]:
        """Every mark, oldest first; with ``standing`` only the one that holds for each gap."""
        with self._reading() as connection:
            found = marks.read(connection)
        return marks.standing(found) if standing else found

    # ---- audit ----------------------------------------------------------------------------------

    def audit(self, action: str, detail: str | Mapping[str, Any], *, user: str) -> None:
        """Adds a line to the audit log; it is never changed. Runs and judgements write theirs themselves."""
        text = detail if isinstance(detail, str) else json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str)
        with self._writing() as connection:
            connection.execute(insert(tables.audit).values(at=now(), user=user, action=action, detail=text))

    def audit_log(self) -> list[AuditEntry]:
        """The audit log, oldest first."""
        line = tables.audit.c
        with self._reading() as connection:
            return [AuditEntry(*row) for row in connection.execute(select(line.id, line.at, line.user, line.action, line.detail).order_by(line.id))]

    # ---- what the graph was last given ----------------------------------------------------------

    def projected(self) -> Projected:
        """Which graph ``projection`` is about, and which version of the ledger it was given."""
        with self._reading() as connection:
            return projection.about(connection)

    def projection(self) -> dict[str, bytes]:
        """Hash of every element as the graph was last given it, by element id."""
        with self._reading() as connection:
            return dict(connection.execute(select(tables.projection.c.id, tables.projection.c.hash)).all())

    def set_projection(
        self, graph_id: str, version: int, put: Iterable[tuple[str, bytes]], drop: Iterable[str], *, fresh: bool = False, place: str = "",
    ) -> None:
        """Notes what was written to the graph (``put``: id and hash) and deleted there (``drop``), in one transaction.

        All that was noted before is forgotten where ``graph_id`` is another graph than last time, or with ``fresh``.
        """
        with self._writing() as connection:
            projection.note(connection, graph_id, version, put, drop, fresh=fresh, place=place)

    def put_back(self, seen: int, detail: str, user: str) -> int:
        """Makes a ledger out of a backup the one that holds: its version (returned) is above ``seen`` and every one it had.

        What it noted about a graph is forgotten; the audit log says what happened.
        """
        with self._writing() as connection:
            return projection.put_back(connection, seen, detail, user)

    def projecting(self, wait: float = 300) -> AbstractContextManager[None]:
        """Entered by whoever brings the graph to this ledger: keeps other machines that share the ledger from doing so at the same time.

        Raises ``LedgerError`` where another one is still at it after ``wait`` seconds.
        """
        return self._database.projecting(wait)

    # ---- transactions ---------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._database.said():
            if self._bound is not None:
                if self._run is not None:
                    self._run.flush()
                yield self._bound
            else:
                with self._database.reading() as connection:
                    yield connection

    @contextmanager
    def _looking_up(self, without: str) -> Iterator[tuple[Connection, lookup.Others | None]]:
        """A read on behalf of a source: what it finds depends on other datasets, and the run remembers that."""
        if self._run is not None and self._bound is not None:
            self._run.used_ledger = True
            if without == self._run.dataset.name:
                if self._others is None:
                    self._others = lookup.Others(self._bound, without)
                yield self._bound, self._others
                return
        with self._reading() as connection:
            yield connection, None

    @contextmanager
    def _writing(self, what: str = "Angaben werden gespeichert") -> Iterator[Connection]:
        if self._bound is not None or self._writing_thread == threading.get_ident():
            raise LedgerError("Hier wird gerade schon geschrieben; ein Vorgang muss enden, bevor der nächste beginnt.")
        mine = False
        try:
            with self._database.said(), self._database.writing(what) as connection:
                self._writing_thread, mine = threading.get_ident(), True
                yield connection
        finally:
            if mine:
                self._writing_thread = None
