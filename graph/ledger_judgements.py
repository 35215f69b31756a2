"""What people decided about two things: the same, different, renamed, a part, a neighbour, two structures that do the same, unsure.

Kept under source keys, so that it survives every ingest. Nothing is ever overwritten: taking back is a row of its own, and
of several judgements about a pair the newest that was not taken back holds (:mod:`graph.identity`, which says what follows).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert

from graph import ledger_entities as entities
from graph import ledger_tables as tables
from graph.identity import JOINS, VERDICTS, Judgement, holding
from graph.ledger_tables import LedgerError, bump, insert_row, now
from graph.schema import NODES

read = entities.read_judgements


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of many judgements: the numbers of those that were kept, how many stood already, and the others by place with the reason."""

    kept: tuple[int, ...]
    known: int
    refused: tuple[tuple[int, str], ...]


def put(connection: Connection, said: Judgement) -> int:
    """Writes a judgement, with the time of now; returns its number. Raises ``LedgerError`` (see ``Ledger.judge``)."""
    made = _checked(connection, replace(said, at=now()))
    number = _insert(connection, made)
    _settle(connection, "judge", f"{number}: {made.left} {made.verdict} {made.right}", said.user)
    return number


def put_all(connection: Connection, said: Iterable[Judgement], *, user: str, action: str) -> Taken:
    """Writes many judgements under the names and times that they bear ("" for ``user`` and now). What stands already is not said twice."""
    standing = holding(read(connection))
    kept: list[int] = []
    refused: list[tuple[int, str]] = []
    known = 0
    for place, judgement in enumerate(said):
        try:
            made = _checked(connection, replace(judgement, user=judgement.user or user, at=judgement.at or now()))
        except LedgerError as error:
            refused.append((place, str(error)))
            continue
        before = standing.get(made.pair)
        if before is not None and before.verdict == made.verdict:
            known += 1
            continue
        standing[made.pair] = made
        kept.append(_insert(connection, made))
    if kept:
        _settle(connection, action, f"{len(kept)} Urteile: {kept[0]} bis {kept[-1]}", user)
    return Taken(tuple(kept), known, tuple(refused))


def take_back(connection: Connection, id: int, *, user: str, reason: str) -> int:
    """Withdraws a judgement; returns the number of the withdrawal. Raises ``LedgerError``."""
    found = next((judgement for judgement in read(connection) if judgement.id == id), None)
    if found is None or found.taken_back:
        raise LedgerError(f"Das Urteil {id} " + ("ist schon zurückgenommen." if found else "gibt es nicht."))
    number = _insert(connection, replace(found, user=user, reason=reason, evidence="", at=now()), takes_back=id)
    _settle(connection, "take_back", f"{id}: {found.left} {found.verdict} {found.right}", user)
    return number


def _checked(connection: Connection, said: Judgement) -> Judgement:
    """The judgement with source keys in place of identifiers and entity ids."""
    if said.verdict not in VERDICTS:
        raise LedgerError(f"Das Urteil „{said.verdict}“ gibt es nicht; möglich sind: {', '.join(sorted(VERDICTS))}.")
    (left, left_type), (right, right_type) = _source_key(connection, said.left), _source_key(connection, said.right)
    if left == right:
        raise LedgerError(f"„{left}“ lässt sich nicht mit sich selbst vergleichen; bitte zwei verschiedene Einträge wählen.")
    if said.verdict in JOINS and left_type != right_type:
        labels = f"{NODES[left_type].label.de} und {NODES[right_type].label.de}"
        raise LedgerError(f"„{left}“ und „{right}“ sind verschiedener Art ({labels}) und können nicht dasselbe sein.")
    return replace(said, left=left, right=right)


def _source_key(connection: Connection, thing: str) -> tuple[str, str]:
    found = entities.source_key(connection, thing)
    if found is None:
        raise LedgerError(f"„{thing}“ ist nicht im Bestand; ein Urteil braucht zwei vorhandene Einträge.")
    return found


def _insert(connection: Connection, said: Judgement, *, takes_back: int | None = None) -> int:
    values = {name: getattr(said, name) for name in ("left", "right", "verdict", "user", "reason", "evidence", "at")}
    return insert_row(connection, tables.judgement, takes_back=takes_back, **values)


def _settle(connection: Connection, action: str, detail: str, user: str) -> None:
    """Notes who did it, and brings the entities to it. Where no key belongs elsewhere now, the network stays what it is and needs no new version."""
    connection.execute(insert(tables.audit).values(at=now(), user=user, action=action, detail=detail))
    if entities.refresh(connection):
        bump(connection)
