"""Keeps the tables ``home`` and ``entity`` right: which key belongs to which thing, after every change."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, select

from graph import identity
from graph.identity import HomeId, Judgement
from graph.ledger_tables import entity, home, insert_many, judgement, node


def refresh(connection: Connection, newcomers: Iterable[tuple[str, str]] = ()) -> bool:
    """Mints missing home ids and writes which entity every key and identifier belongs to.

    ``newcomers`` are (key, type) in the order in which their source said them, which is the order of their
    age. Returns whether any key belongs elsewhere than before.
    """
    described = connection.execute(select(node.c.key, node.c.type, node.c.identifiers)).all()
    homes = {(key, of): HomeId(seq, minted) for key, of, seq, minted in connection.execute(select(home.c.key, home.c.type, home.c.seq, home.c.id))}
    types = {key: of for key, of, _ in described}
    missing = {pair: None for pair in newcomers if pair not in homes and types.get(pair[0]) == pair[1]}
    missing.update((pair, None) for pair in sorted(types.items()) if pair not in homes)
    _mint(connection, list(missing), homes)

    resolved = identity.resolve(
        ((key, of, json.loads(identifiers) if identifiers else ()) for key, of, identifiers in described),
        read_judgements(connection),
        {key: homes[key, of] for key, of in types.items()},
    )
    before = dict(connection.execute(select(entity.c.key, entity.c.entity)).all())
    gone = [{"of_key": key} for key, belongs in before.items() if resolved.get(key) != belongs]
    come = [(key, belongs) for key, belongs in resolved.items() if before.get(key) != belongs]
    if gone:
        connection.execute(delete(entity).where(entity.c.key == bindparam("of_key")), gone)
    insert_many(connection, entity, ("key", "entity"), come)
    return bool(gone or come)


def _mint(connection: Connection, missing: list[tuple[str, str]], homes: dict[tuple[str, str], HomeId]) -> None:
    """Gives every missing (key, type) a home id for good, and adds it to ``homes``."""
    taken = {known.id for known in homes.values()}
    seq = max((known.seq for known in homes.values()), default=0)
    rows = []
    for key, of in missing:
        seq += 1
        minted = identity.mint(of, key, taken)
        taken.add(minted)
        homes[key, of] = HomeId(seq, minted)
        rows.append((key, of, seq, minted))
    insert_many(connection, home, ("key", "type", "seq", "id"), rows)


def source_key(connection: Connection, thing: str, of: str = "") -> tuple[str, str] | None:
    """The source key that people's decisions are kept under, and its type; None where nothing in the ledger is that.

    ``thing`` is a key, which is its own answer, or an identifier or entity id, whose oldest key is it: the one that
    gave the thing its id. ``of``: only of this type.
    """
    described = (node.c.type == of,) if of else ()
    found = connection.execute(select(node.c.key, node.c.type).where(node.c.key == thing, *described)).first()
    if found is None:
        belongs = connection.scalar(select(entity.c.entity).where(entity.c.key == thing)) or thing
        query = select(home.c.key, home.c.type).join_from(home, entity, entity.c.key == home.c.key).join(
            node, (node.c.key == home.c.key) & (node.c.type == home.c.type)
        )
        found = connection.execute(query.where(entity.c.entity == belongs, *described).order_by(home.c.seq)).first()
    return (str(found[0]), str(found[1])) if found is not None else None


def read_judgements(connection: Connection) -> list[Judgement]:
    """Every judgement, oldest first, with the time at which it was taken back where it was."""
    back = judgement.alias()
    columns = [judgement.c[name] for name in ("id", "left", "right", "verdict", "user", "reason", "evidence", "at")]
    rows = connection.execute(
        select(*columns, back.c.at)
        .outerjoin_from(judgement, back, back.c.takes_back == judgement.c.id)
        .where(judgement.c.takes_back.is_(None))
        .order_by(judgement.c.id)
    )
    return [Judgement(*row[:8], taken_back=row[8] or "") for row in rows]
