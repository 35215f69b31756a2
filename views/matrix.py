"""The Matrix: Gremien as rows, institutions as columns, ordered so that those who sit together stand together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from views.layout import Plan, Points
from views.ranks import insert, new_ranks

ROW, COLUMN = "h", "v"
SIDES = {"Gremium": ROW, "Institution": COLUMN}
"""What stands at the head of a row and of a column."""
SEATS = "MEMBER_OF"


def between(actors: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """The ties that have a cell: those between a Gremium and an institution."""
    side_a, side_b = (ties[end].map(actors["type"]).map(SIDES) for end in ("a", "b"))
    return ties[(side_a == ROW) & (side_b == COLUMN) | (side_a == COLUMN) & (side_b == ROW)]


def foremost(ties: pd.DataFrame, sides: pd.Series[str], most: int) -> set[str]:
    """Who keeps a stripe of their own where not all fit: every Gremium, and the ``most`` institutions that sit in the largest number of them."""
    rows = set(sides.index[sides == ROW])
    ends = pd.concat([ties["a"], ties["b"]])
    seats = ends[~ends.isin(rows)].value_counts()
    return rows | set(sorted(seats.index, key=lambda i: (-int(seats[i]), i))[:most])


def matrix(actors: pd.DataFrame, ties: pd.DataFrame, known: Points) -> Plan:
    """Rows from top to bottom at x = 0, columns from left to right at y = 0, each in the middle of its stripe.

    The order is the one of reciprocal averaging (Hill 1973, Journal of Ecology 61, 237-249; the first axis of a
    correspondence analysis), for each connected part of the network by itself, the largest part first: rows that
    share columns come to lie next to each other, and blocks along the diagonal. ``known`` holds (0, rank) of
    those drawn before: their order stays and newcomers are put between them.
    """
    rows = sorted(actors.index[actors["type"] == "Gremium"])
    columns = sorted(actors.index[actors["type"] == "Institution"])
    score = _scores(rows, columns, between(actors, ties))
    plan = Plan(rows=float(len(rows)))
    folds = set(actors.index[actors["members"] > 0]) if "members" in actors.columns else set()
    names = actors["name"].astype(str).str.casefold()
    for side, ids in ((ROW, rows), (COLUMN, columns)):
        rank = {i: known[i][1] for i in ids if i in known}
        new = sorted((i for i in ids if i not in rank), key=lambda i: (score[i], names[i], i))
        ordered = insert(sorted(rank, key=lambda i: (rank[i], i)), new, score)
        for place, i in enumerate(ordered):
            along = (place + 0.5) / len(ordered)
            plan.points[i] = (0.0, along) if side == ROW else (along, 0.0)
            plan.sides[i] = side
        plan.keep |= new_ranks([i for i in ordered if i not in folds], rank)
    return plan


def _scores(rows: list[str], columns: list[str], ties: pd.DataFrame) -> dict[str, float]:
    """Where each row and column wants to stand: the number of its part, and its place within the part (0 to 1)."""
    at = {i: n for n, i in enumerate([*rows, *columns])}
    ends = [(at[a], at[b]) if at[a] < at[b] else (at[b], at[a]) for a, b in zip(ties["a"], ties["b"], strict=True)]
    if not ends:
        return dict.fromkeys(at, 0.0)
    first, second = (np.array(side) for side in zip(*ends, strict=True))
    seats = coo_array((np.ones(len(first)), (first, second)), shape=(len(at), len(at))).tocsr()
    _, part = connected_components(seats, directed=False)
    sizes = np.bincount(part)
    out: dict[str, float] = {}
    ids = [*rows, *columns]
    for order, number in enumerate(sorted(range(len(sizes)), key=lambda p: (-sizes[p], int(np.flatnonzero(part == p)[0])))):
        members = np.flatnonzero(part == number)
        mine = members[members < len(rows)], members[members >= len(rows)]
        places = _axis(seats[mine[0]][:, mine[1]].toarray())
        for found, axis in zip(mine, places, strict=True):
            out |= {ids[n]: order + float(value) for n, value in zip(found, axis, strict=True)}
    return out


def _axis(seats: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first axis of the correspondence analysis of a 0/1 table without empty rows or columns, as places from 0.05 to 0.95."""
    if min(seats.shape) < 2:
        return np.full(seats.shape[0], 0.5), np.full(seats.shape[1], 0.5)
    seats = (seats > 0).astype(float)
    by_row, by_column = np.sqrt(seats.sum(axis=1)), np.sqrt(seats.sum(axis=0))
    left, _, right = np.linalg.svd(seats / by_row[:, None] / by_column[None, :], full_matrices=False)
    row_axis, column_axis = left[:, 1] / by_row, right[1] / by_column
    # The direction of an axis is arbitrary; fixed by the first row, so that the same table is drawn the same way.
    clear = row_axis[np.abs(row_axis) > 1e-6]
    if clear.size and clear[0] > 0:
        row_axis, column_axis = -row_axis, -column_axis
    every = np.concatenate([row_axis, column_axis])
    low, width = every.min(), max(float(np.ptp(every)), 1e-9)
    # Rounded, so that noise of the last digits does not decide who stands first; equals stand by name.
    return np.round(0.05 + 0.9 * (row_axis - low) / width, 6), np.round(0.05 + 0.9 * (column_axis - low) / width, 6)
