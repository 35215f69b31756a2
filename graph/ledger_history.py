"""What every run did, and how a run is taken back.

A run keeps the rows that it replaces or removes as they were. Rows that it added carry its number and have no
such image. Taking back the last run of a dataset puts the images back and removes what was added: the dataset
stands as before that run, whatever other datasets have said since. What each key means is settled anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Integer, Table, bindparam, delete, exists, func, insert, select, update

from graph import ledger_entities as entities
from graph import ledger_tables as tables
from graph.ledger_records import SAID, Counts
from graph.ledger_tables import LedgerError, bump, current_version, insert_row, now
from graph.schema import NODES

KEPT = 20
"""So many runs of a dataset can be taken back, one after the other."""

_TOLD = ("source", "title", "as_of", "rank", "rows", "used_ledger")
_PAIRS = ((tables.node, tables.past_node), (tables.edge, tables.past_edge))

Keep = Callable[[Connection, int, int, Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One run: of which dataset, by whom, when (ISO, UTC), what it did; ``kind`` is "ingest" or "take_back".

    ``takes_back`` is the run that this one took back, ``taken_back`` the run that took this one back (0: none).
    ``why_not`` is the German reason where it cannot be taken back.
    """

    id: int
    dataset: str
    title: str
    user: str
    started: str
    finished: str
    kind: str
    takes_back: int
    taken_back: int
    counts: Counts
    why_not: str

    @property
    def can_take_back(self) -> bool:
        """Can it be taken back as things are?"""
        return not self.why_not


def keeping(table: Table) -> Keep:
    """A function that keeps rows of this table as they are: (connection, run, dataset, keys)."""
    past = tables.past_node if table is tables.node else tables.past_edge
    columns = [column.name for column in table.columns]
    rows = select(bindparam("of_run", type_=Integer), *(table.c[name] for name in columns))
    rows = rows.where(table.c.key == bindparam("of_key"), table.c.dataset == bindparam("of_dataset"))
    statement = insert(past).from_select(["by", *columns], rows)

    def keep(connection: Connection, run: int, dataset: int, keys: Sequence[str]) -> None:
        if keys:
            connection.execute(statement, [{"of_run": run, "of_key": key, "of_dataset": dataset} for key in sorted(keys)])

    return keep


def standing(connection: Connection, name: str) -> tuple[int | None, str | None]:
    """The last run of a dataset that holds, and what the dataset is called by it (JSON); None twice where nothing was read."""
    data = tables.dataset.c
    found = connection.execute(select(data.run, *(data[column] for column in _TOLD)).where(data.name == name)).one_or_none()
    if found is None or found[0] is None:
        return None, None
    return found[0], json.dumps(dict(zip(_TOLD, found[1:], strict=True)))


def forget(connection: Connection, dataset: int) -> None:
    """Lets go what the runs of a dataset replaced that are older than the last ``KEPT``."""
    run = tables.run.c
    last = connection.scalars(select(run.id).where(run.dataset == dataset, run.kept).order_by(run.id.desc()).limit(KEPT)).all()
    if len(last) < KEPT:
        return
    old = connection.scalars(select(run.id).where(run.dataset == dataset, run.kept, run.id < last[-1])).all()
    for number in old:
        for _, past in _PAIRS:
            connection.execute(delete(past).where(past.c.by == number))
        connection.execute(update(tables.run).where(run.id == number).values(kept=False))


def runs(connection: Connection, dataset: str = "") -> list[RunInfo]:
    """Every run that was committed, of one dataset or of all, the newest first."""
    run, data, back = tables.run.c, tables.dataset.c, tables.run.alias()
    query = (
        select(
            run.id, data.name, data.title, run.user, run.started, run.finished, run.kind, run.takes_back, back.c.id,
            run.new, run.changed, run.unchanged, run.removed, run.kept, data.run,
        )
        .join_from(tables.run, tables.dataset, data.id == run.dataset).outerjoin(back, back.c.takes_back == run.id)
        .where(run.finished.is_not(None)).order_by(run.id.desc())
    )  # fmt: skip
    if dataset:
        query = query.where(data.name == dataset)
    found = []
    for row in connection.execute(query):
        counts = Counts(*(count or 0 for count in row[9:13]))
        told = RunInfo(*row[:7], row[7] or 0, row[8] or 0, counts, _why_not(row[0], row[6], row[8], row[13], row[14]))
        found.append(told)
    return found


def _why_not(number: int, kind: str, taken_back: int | None, kept: bool, standing_run: int | None) -> str:
    """Why a run cannot be taken back, as a German sentence; "" where it can."""
    if kind != "ingest":
        return "Eine Rücknahme lässt sich nicht zurücknehmen; bitte die Datei noch einmal einlesen."
    if taken_back:
        return f"Lauf {number} ist schon zurückgenommen (mit Lauf {taken_back})."
    if number != standing_run:
        return f"Nach Lauf {number} wurde dieselbe Quelle noch einmal eingelesen; bitte zuerst Lauf {standing_run} zurücknehmen."
    if not kept:
        return f"Was vor Lauf {number} galt, ist nicht mehr aufgehoben; bitte die frühere Datei noch einmal einlesen."
    return ""


def take_back(connection: Connection, number: int, user: str, reason: str) -> Counts:
    """Puts a dataset back to where it was before its last run, as a new run; see ``Ledger.take_back_run``."""
    told = next((run for run in runs(connection) if run.id == number), None)
    if told is None:
        raise LedgerError(f"Einen Lauf {number} gibt es nicht; die Liste zeigt: akteursatlas runs")
    if told.why_not:
        raise LedgerError(told.why_not)
    run = tables.run.c
    dataset, previous, before = connection.execute(select(run.dataset, run.previous, run.before).where(run.id == number)).one()
    told_now = standing(connection, told.dataset)[1]
    if clash := _clash(connection, dataset, number):
        raise LedgerError(f"Lauf {number} lässt sich nicht zurücknehmen: {clash}")
    values = {"dataset": dataset, "user": user, "started": now(), "fingerprint": "", "kind": "take_back", "takes_back": number}
    own = insert_row(connection, tables.run, **values)
    done = [_put_back(connection, table, past, dataset, number) for table, past in _PAIRS]
    counts = Counts(*(sum(of_both) for of_both in zip(*done, strict=True)))
    known = json.loads(before) if before else {"rows": 0, "used_ledger": False}
    connection.execute(update(tables.dataset).where(tables.dataset.c.id == dataset).values(run=previous, **known))
    connection.execute(update(tables.run).where(run.id == number).values(kept=False))
    entities.refresh(connection)
    # As with a run: rows that only go back to where they stood in the file are no change of knowledge.
    knows_else = counts.new or counts.changed or counts.removed or before != told_now
    version = bump(connection) if knows_else else current_version(connection)
    connection.execute(update(tables.run).where(run.id == own).values(finished=now(), version=version, **counts._asdict()))
    detail = f"Lauf {number} ({told.dataset}): {reason}" if reason else f"Lauf {number} ({told.dataset})"
    connection.execute(insert(tables.audit).values(at=now(), user=user, action="take_back_run", detail=detail))
    return counts


def _clash(connection: Connection, dataset: int, number: int) -> str:
    """A key that would come back as another type than another dataset has given it since, as a German sentence; "" where none would.

    A key means one thing (:meth:`Run._check_type`); while this dataset did not say it, another one was free to.
    """
    here, image, data = tables.node.c, tables.past_node.c, tables.dataset.c
    query = (
        select(here.key, here.type, image.type, data.title)
        .join_from(tables.past_node, tables.node, here.key == image.key).join(tables.dataset, data.id == here.dataset)
        .where(image.by == number, here.dataset != dataset, here.type != image.type).order_by(here.key).limit(1)
    )  # fmt: skip
    found = connection.execute(query).first()
    if found is None:
        return ""
    key, there, then, title = found
    return (
        f"„{key}“ stand davor für {NODES[then].label.de}, steht aber inzwischen in „{title}“ für {NODES[there].label.de}. "
        f"Bitte zuerst den Lauf von „{title}“ zurücknehmen, der das eingelesen hat, oder dort einen anderen Schlüssel wählen."
    )


def _put_back(connection: Connection, table: Table, past: Table, dataset: int, number: int) -> Counts:
    """One table as it was before a run: rows come back (new), say again what they said (changed), go (removed); the rest says what it did."""
    here, image = table.c, past.c
    replaced = exists().where(image.by == number, image.key == here.key)
    added = (here.dataset == dataset) & (here.run == number) & ~replaced
    removed = connection.execute(delete(table).where(added)).rowcount
    elsewhere = select(func.count()).select_from(table).join(past, (image.key == here.key) & (image.dataset == here.dataset))
    elsewhere = elsewhere.where(image.by == number, func.substr(image.hash, 1, SAID) == func.substr(here.hash, 1, SAID))
    moved = connection.scalar(elsewhere) or 0
    replacing = connection.execute(delete(table).where(here.dataset == dataset, replaced)).rowcount
    columns = [column.name for column in table.columns]
    returning = insert(table).from_select(columns, select(*(image[name] for name in columns)).where(image.by == number))
    back = connection.execute(returning, execution_options={"preserve_rowcount": True}).rowcount
    connection.execute(delete(past).where(image.by == number))
    rows = connection.scalar(select(func.count()).select_from(table).where(here.dataset == dataset)) or 0
    return Counts(back - replacing, replacing - moved, rows - back + moved, removed)
