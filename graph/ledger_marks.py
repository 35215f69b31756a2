"""What people decided about gaps: accepted, in work, no gap. Kept under source keys, so that it survives every ingest.

A mark stands until another one is put on the same gap or it is taken back; then the one before it holds again. Nothing
is ever overwritten: taking back is a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, insert, select

from graph import ledger_tables as tables
from graph.ledger_entities import source_key
from graph.ledger_tables import LedgerError, insert_row, now

VERDICTS = ("accepted", "in_work", "no_gap")
"""A gap that is left as it is; one that somebody works on (``who``, ``until``); none, for a reason."""
_PARTS = {"area": "Area", "theme": "Theme", "stage": "Stage", "group": "TargetGroup"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell of the coverage. Each part is an entity id, a key or an identifier; "" where the cell is over all stages or target groups."""

    area: str
    theme: str
    stage: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One decision. ``gap`` has entity ids ("" also where a thing is gone), ``keys`` the source keys; ``until`` is an ISO day or ""; ``at`` is UTC.

    ``lost``: something that it speaks of is in no source any more.
    """

    id: int
    gap: Gap
    keys: Gap
    verdict: str
    who: str
    until: str
    reason: str
    user: str
    at: str
    taken_back: str = ""
    lost: bool = False


def put(connection: Connection, gap: Gap, verdict: str, *, who: str, until: str, reason: str, user: str) -> int:
    """Writes a mark. Raises ``LedgerError`` for an unknown verdict, thing or day, work without anybody, or a denial without a reason."""
    who, reason = " ".join(who.split()), reason.strip()
    if verdict not in VERDICTS:
        raise LedgerError(f"Die Entscheidung „{verdict}“ gibt es nicht; möglich sind: {', '.join(VERDICTS)}.")
    if verdict == "in_work" and not who:
        raise LedgerError("Wer die Lücke bearbeitet, fehlt; bitte ein Gremium, ein Amt oder eine Funktion nennen.")
    if verdict == "no_gap" and not reason:
        raise LedgerError("Warum es keine Lücke ist, fehlt; bitte einen Satz dazu schreiben.")
    if until:
        try:
            date.fromisoformat(until)
        except ValueError:
            raise LedgerError(f"„{until}“ ist kein Tag; erwartet wird JJJJ-MM-TT.") from None
    keys = {part: _key(connection, getattr(gap, part), of) for part, of in _PARTS.items()}
    if not (keys["area"] and keys["theme"]):
        raise LedgerError("Eine Lücke braucht mindestens ein Gebiet und ein Thema.")
    number = insert_row(
        connection, tables.gap_mark, area=keys["area"], theme=keys["theme"], stage=keys["stage"], target_group=keys["group"],
        verdict=verdict, who=who, until=until, reason=reason, user=user, at=now(),
    )  # fmt: skip
    _note(connection, "mark_gap", f"{number}: {' / '.join(key for key in keys.values() if key)} {verdict}", user)
    return number


def take_back(connection: Connection, id: int, *, user: str) -> int:
    """Withdraws a mark. Raises ``LedgerError`` where there is none of this number, or it is withdrawn already."""
    found = next((mark for mark in read(connection) if mark.id == id), None)
    if found is None or found.taken_back:
        raise LedgerError(f"Die Entscheidung {id} " + ("ist schon zurückgenommen." if found else "gibt es nicht."))
    keys = found.keys
    number = insert_row(
        connection, tables.gap_mark, area=keys.area, theme=keys.theme, stage=keys.stage, target_group=keys.group,
        verdict=found.verdict, who="", until="", reason="", user=user, at=now(), takes_back=id,
    )  # fmt: skip
    _note(connection, "take_back_mark", str(id), user)
    return number


def read(connection: Connection) -> list[Mark]:
    """Every mark, oldest first, with what its keys mean now."""
    table, back = tables.gap_mark, tables.gap_mark.alias()
    rows = connection.execute(
        select(table, back.c.at.label("taken_back"))
        .outerjoin_from(table, back, back.c.takes_back == table.c.id)
        .where(table.c.takes_back.is_(None))
        .order_by(table.c.id)
    ).all()
    keys = {key for row in rows for key in (row.area, row.theme, row.stage, row.target_group) if key}
    known = dict(connection.execute(select(tables.entity.c.key, tables.entity.c.entity).where(tables.entity.c.key.in_(keys))).all()) if keys else {}
    marks = []
    for row in rows:
        said = Gap(row.area, row.theme, row.stage, row.target_group)
        now_ = Gap(*(known.get(key, "") for key in (said.area, said.theme, said.stage, said.group)))
        lost = any(bool(key) and key not in known for key in (said.area, said.theme, said.stage, said.group))
        marks.append(Mark(row.id, now_, said, row.verdict, row.who, row.until, row.reason, row.user, row.at, row.taken_back or "", lost))
    return marks


def standing(marks: Iterable[Mark]) -> list[Mark]:
    """Of every gap the mark that holds: the newest that was not taken back. Keys of one thing are one gap."""
    holding: dict[Gap, Mark] = {}
    for mark in marks:
        if not mark.taken_back:
            holding[mark.keys if mark.lost else mark.gap] = mark
    return sorted(holding.values(), key=lambda mark: mark.id)


def without_people(mark: Mark) -> Mark:
    """The mark for those who may not see persons: who, why and by whom may hold names."""
    return replace(mark, who="", reason="", user="")


def _key(connection: Connection, thing: str, of: str) -> str:
    """The source key that a mark is kept under: the oldest one of the thing, which gave it its id."""
    if not thing:
        return ""
    found = source_key(connection, thing, of)
    if found is None:
        raise LedgerError(f"„{thing}“ ist nicht im Bestand; eine Entscheidung braucht vorhandene Einträge.")
    return found[0]


def _note(connection: Connection, action: str, detail: str, user: str) -> None:
    connection.execute(insert(tables.audit).values(at=now(), user=user, action=action, detail=detail))
