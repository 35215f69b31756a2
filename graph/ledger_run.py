"""One run: a dataset says everything anew, and the ledger keeps the difference."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from graph import ledger_entities as entities
from graph import ledger_history as history
from graph import ledger_tables as tables
from graph.ledger_records import EDGE_COLUMNS, NODE_COLUMNS, SAID, Counts, RecordError, Row, describe, to_row
from graph.ledger_tables import bump, current_version, insert_many, insert_row, now
from graph.records import Dataset, Node, Record
from graph.schema import NODES

if TYPE_CHECKING:
    from graph.ledger import Ledger

BATCH = 10_000

Report = Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None


class _Said:
    """The records of the dataset in one table: what it said last time, what it says now, what is to be written."""

    def __init__(self, connection: Connection, table: Table, columns: tuple[str, ...], dataset: int, run: int) -> None:
        self.table, self.columns, self.dataset, self.run = table, columns, dataset, run
        self.before: dict[str, bytes] = dict(connection.execute(select(table.c.key, table.c.hash).where(table.c.dataset == dataset)).all())
        self.now: dict[str, bytes] = {}
        self.inserts: list[Row] = []
        self.updates: list[Row] = []
        self._keep = history.keeping(table)
        self._same = (table.c.key == bindparam("of_key")) & (table.c.dataset == dataset)

    def flush(self, connection: Connection) -> None:
        """Writes what waits."""
        ordered = sorted(self.inserts)  # by key: neighbours in the index are neighbours in the file, for writing and for every reading
        insert_many(connection, self.table, (*self.columns, "dataset", "run"), [(*row, self.dataset, self.run) for row in ordered])
        if self.updates:
            self._keep(connection, self.run, self.dataset, [row[0] for row in self.updates])
            columns = ("of_key", *self.columns[1:], "run")
            connection.execute(update(self.table).where(self._same), [dict(zip(columns, (*row, self.run), strict=True)) for row in self.updates])
        self.inserts, self.updates = [], []

    def drop_rest(self, connection: Connection) -> int:
        """Removes what the dataset no longer says; returns how many."""
        if self.before:
            self._keep(connection, self.run, self.dataset, list(self.before))
            connection.execute(delete(self.table).where(self._same), [{"of_key": key} for key in self.before])
        return len(self.before)


class Run:
    """A dataset says everything anew inside one write transaction; see ``Ledger.begin``.

    ``report`` (a mapping, or a function that makes one) is stored as JSON when the run is committed; it may
    be set until then. ``used_ledger`` tells whether the source looked anything up in ``ledger``.
    """

    ledger: Ledger
    """The ledger as this run leaves it: reads here see what was put so far."""

    def __init__(self, connection: Connection, dataset: Dataset, *, fingerprint: str, report: Report, user: str) -> None:
        self.dataset = dataset
        self.report = report
        self.used_ledger = False
        self.cancelled = False
        self.counts: Counts | None = None
        self._connection = connection
        self._user = user
        self._new = self._changed = self._unchanged = 0
        self._newcomers: list[tuple[str, str]] = []
        self._other_types: dict[str, str] | None = None
        previous, before = history.standing(connection, dataset.name)
        self._id, self._renamed = self._dataset_id()
        told = {"dataset": self._id, "user": user, "started": now(), "fingerprint": fingerprint, "previous": previous, "before": before, "kept": True}
        self._run = insert_row(connection, tables.run, **told)
        self._nodes = _Said(connection, tables.node, NODE_COLUMNS, self._id, self._run)
        self._edges = _Said(connection, tables.edge, EDGE_COLUMNS, self._id, self._run)

    def put(self, record: Record) -> None:
        """Takes one record. Raises ``RecordError`` where it cannot be taken; the run goes on without it."""
        if self.counts is not None or self.cancelled:
            raise RuntimeError("a finished run takes no more records")
        said, row = self._nodes if isinstance(record, Node) else self._edges, to_row(record)
        key: str = row[0]
        fresh: bytes = row[1]
        first = said.now.get(key)
        if first is not None:
            if first[:SAID] == fresh[:SAID]:
                return
            raise RecordError(self._twice(said, key, record))
        before = said.before.get(key)
        if before == fresh:
            self._unchanged += 1
        else:
            self._write(said, row, before)
        if before is not None:
            del said.before[key]
        said.now[key] = fresh

    def _write(self, said: _Said, row: Row, before: bytes | None) -> None:
        """Notes a row that is new, says something else, or only stands elsewhere in its file."""
        moved = before is not None and before[:SAID] == row[1][:SAID]
        if said is self._nodes and not moved:
            self._check_type(row[0], row[2])
            self._newcomers.append((row[0], row[2]))
        if before is None:
            said.inserts.append(row)
            self._new += 1
        else:
            said.updates.append(row)
            self._unchanged += moved
            self._changed += not moved
        if len(said.inserts) + len(said.updates) >= BATCH:
            said.flush(self._connection)

    def finish(self) -> Counts:
        """Removes what the dataset no longer says, settles who is who, and raises the version if anything changed."""
        if self.counts is not None:
            return self.counts
        self.flush()
        nodes_removed, edges_removed = self._nodes.drop_rest(self._connection), self._edges.drop_rest(self._connection)
        self.counts = Counts(self._new, self._changed, self._unchanged, nodes_removed + edges_removed)
        if self._newcomers or nodes_removed:
            entities.refresh(self._connection, self._newcomers)
        if self._new or self._changed or self.counts.removed or self._renamed:
            bump(self._connection)
        rows = len(self._nodes.now) + len(self._edges.now)
        self._connection.execute(update(tables.dataset).where(tables.dataset.c.id == self._id).values(rows=rows, run=self._run))
        return self.counts

    def cancel(self) -> None:
        """Lets the ledger forget this run when its block ends; until then ``ledger`` shows what it would have been."""
        self.cancelled = True

    def flush(self) -> None:
        """Writes waiting records into the transaction."""
        self._nodes.flush(self._connection)
        self._edges.flush(self._connection)

    def settle(self) -> None:
        """Writes the run's own entry and the audit log; ``Ledger.begin`` calls it just before it commits."""
        assert self.counts is not None
        report = self.report() if callable(self.report) else self.report
        text = None if report is None else json.dumps(report, ensure_ascii=False, default=str)
        values = {"finished": now(), "version": current_version(self._connection), "report": text, **self.counts._asdict()}
        self._connection.execute(update(tables.run).where(tables.run.c.id == self._run).values(**values))
        self._connection.execute(update(tables.dataset).where(tables.dataset.c.id == self._id).values(used_ledger=self.used_ledger))
        detail = f"{self.dataset.name}: {self.counts.new} neu, {self.counts.changed} geändert, {self.counts.unchanged} gleich, {self.counts.removed} entfallen"
        self._connection.execute(insert(tables.audit).values(at=now(), user=self._user, action="ingest", detail=detail))
        history.forget(self._connection, self._id)

    def _dataset_id(self) -> tuple[int, bool]:
        """The number of the dataset, entered or brought up to date, and whether that changed anything."""
        table, told = tables.dataset, self.dataset
        values = {"source": told.source, "title": told.title, "as_of": told.as_of, "rank": told.rank}
        known = self._connection.execute(select(table.c.id, *(table.c[name] for name in values)).where(table.c.name == told.name)).one_or_none()
        if known is None:
            return insert_row(self._connection, table, name=told.name, **values), True
        if tuple(known[1:]) == tuple(values.values()):
            return int(known[0]), False
        self._connection.execute(update(table).where(table.c.id == known[0]).values(**values))
        return int(known[0]), True

    def _check_type(self, key: str, of: str) -> None:
        """A key means one thing: another dataset must not call it by another type."""
        if self._other_types is None:
            other = select(tables.node.c.key, tables.node.c.type).where(tables.node.c.dataset != self._id)
            self._other_types = dict(self._connection.execute(other).all())
        known = self._other_types.get(key, of)
        if known != of:
            there, here = NODES[known].label.de, NODES[of].label.de
            clash = f"Der Schlüssel „{key}“ steht in einem anderen Datensatz schon für {there}, hier für {here}"
            raise RecordError(f"{clash}; bitte einen anderen Schlüssel wählen")

    def _twice(self, said: _Said, key: str, record: Record) -> str:
        """The sentence for a second record under one key, with the place of the first."""
        self.flush()
        columns = said.table.c
        first = self._connection.execute(select(columns.file, columns.sheet, columns.row).where(columns.key == key, columns.dataset == self._id)).one()
        place = ", ".join(part for part in (first.file, f"Blatt „{first.sheet}“" if first.sheet else "", f"Zeile {first.row}" if first.row else "") if part)
        return f"doppelt: {describe(record)} steht mit anderen Angaben schon hier: {place or 'weiter oben'}; bitte zu einem Eintrag zusammenfassen"
