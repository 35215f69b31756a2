"""How many steps an actor is from the Gremien that steer, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from graph import schema
from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, Column, Parameter
from queries.network import seats

ABOUT = Analysis(
    title=Text("Weg zum Lenkungskreis", "Way to the steering group"),
    question=Text("Über wen kommt dieser Akteur zum Lenkungskreis?", "Through whom does this actor get to the steering group?"),
    reading=Text(
        "Eine Zeile ist eine Station des kürzesten Wegs vom Akteur (Schritt 0) zu einem Gremium der Steuerung; gibt es keines, der Politik. "
        "Ein Schritt ist eine Beziehung in beliebiger Richtung. „Durch“ nennt, wer den Sitz innehat. "
        "Sind zwei Wege gleich lang, geht der über Gremien vor, dann der über Institutionen und Personen. Keine Zeile: keine Verbindung.",
        "One row is a stop on the shortest way from the actor (step 0) to a steering committee; where there is none, to a political one. "
        "One step is one tie in either direction. “Through” names who holds the seat. "
        "Of two ways of equal length the one by committees goes first, then by institutions and people. No row: no connection.",
    ),
    columns=(
        Column("step", Text("Schritt", "Step")),
        Column("id", Text("Kennung", "Id")),
        Column("type", Text("Typ", "Type")),
        Column("name", Text("Name", "Name")),
        Column("tie", Text("Beziehung davor", "Tie before")),
        Column("through", Text("Durch (Kennung)", "Through (id)")),
        Column("through_name", Text("Durch", "Through")),
    ),
    parameters=(
        Parameter("actor", Text("Akteur", "Actor"), "node", required=True),
        Parameter("as_of", Text("Stand am", "As of"), "date", ""),
        Parameter("language", Text("Sprache", "Language"), "text", "de", asked=False),
    ),
)

_COLUMNS = [c.name for c in ABOUT.columns]
_LEVELS = ("steering", "politics")
_TRUSTED = {kind: rank for rank, kind in enumerate(("Gremium", "Institution", "Person", "Project", "Offer", "Goal"))}
"""Who is the better introduction, of two ways of equal length."""


class _Ways(NamedTuple):
    """The ties of all actors as a symmetric matrix in the order of the nodes, and how far each is from its goal (-1: no way)."""

    ties: sparse.csr_array[Any]
    steps: np.ndarray[Any, np.dtype[np.int64]]


def run(snapshot: Snapshot, actor: str, as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per stop, the actor first with step 0; only itself where it is such a Gremium; none where no way leads there."""
    view = snapshot.at(as_of) if as_of else snapshot
    nodes, labels = snapshot.nodes, snapshot.labels
    if actor not in nodes.index:
        return pd.DataFrame(columns=_COLUMNS)
    ways = view.once("ways to the steering", lambda: _ways(view))
    stops = list(_stops(nodes, labels, ways, _place(nodes, actor)))
    rows = []
    for step, stop in enumerate(stops):
        tie, through = _tie(view, stops[step - 1], stop, language) if step else ("", None)
        rows.append((step, stop, nodes["type"][stop], labels[stop], tie, through, labels.get(through or "", None)))
    return pd.DataFrame(rows, columns=_COLUMNS, dtype=object).astype({"step": int})


def goals(snapshot: Snapshot) -> list[str]:
    """The Gremien to get to: those of the level "Steuerung"; of "Politik" where there are none; none where no level is known."""
    return snapshot.once("goals", lambda: _goals(snapshot))


def _goals(snapshot: Snapshot) -> list[str]:
    if "level" not in snapshot.nodes.columns:
        return []
    gremien = snapshot.nodes[snapshot.nodes["type"] == "Gremium"]
    return next((found for level in _LEVELS if (found := list(gremien.index[gremien["level"] == level]))), [])


def _ways(view: Snapshot) -> _Ways:
    """Breadth first from all goals at once, so that one search answers for every actor."""
    index, size = view.nodes.index, len(view.nodes)
    actors = view.nodes["type"].isin(schema.ACTORS).to_numpy()
    _member, seated, gremien = seats.places(view)
    known = seated >= 0
    through_people = sparse.coo_array((np.ones(known.sum(), dtype=np.int32), (seated[known], gremien[known])), shape=(size, size))
    ties = (view.adjacency() + through_people + through_people.T).tocsr()
    steps = np.full(size, -1, dtype=np.int64)
    reached = np.zeros(size, dtype=bool)
    reached[index.get_indexer(pd.Index(goals(view), dtype=object))] = True
    step = 0
    while reached.any():
        steps[reached] = step
        step += 1
        reached = (ties @ reached.astype(np.int32) > 0) & actors & (steps < 0)
    return _Ways(ties, steps)


def _place(nodes: pd.DataFrame, actor: str) -> int:
    place = nodes.index.get_loc(actor)
    assert isinstance(place, int)  # ids are unique
    return place


def _stops(nodes: pd.DataFrame, labels: pd.Series[str], ways: _Ways, place: int) -> Iterator[str]:
    """From one actor to its goal, at each step the best of those who are nearer."""
    if ways.steps[place] < 0:
        return
    yield str(nodes.index[place])
    while ways.steps[place] > 0:
        beside = ways.ties.indices[ways.ties.indptr[place] : ways.ties.indptr[place + 1]]
        nearer = beside[ways.steps[beside] == ways.steps[place] - 1]
        place = int(min(nearer, key=lambda at: (_TRUSTED.get(str(nodes["type"].iloc[at]), 9), str(labels.iloc[at]).casefold(), at)))
        yield str(nodes.index[place])


def _tie(view: Snapshot, before: str, stop: str, language: str) -> tuple[str, str | None]:
    """What ties two neighbours, in words seen from the first; and the person who holds the seat, where it is one of an institution."""
    edges = view.between(before, stop)
    for name, kind in schema.EDGES.items():
        mine = edges[edges["type"] == name]
        if not mine.empty:
            outward = mine["start"].iloc[0] == before or not kind.directed
            return (kind.label if outward else kind.inverse).in_(language), None
    types = view.nodes["type"]
    institution, gremium = (before, stop) if types[before] == "Institution" else (stop, before)
    held = seats.in_gremium(view, gremium)
    members = sorted(held.loc[held["institution"] == institution, "member"])
    kind = schema.EDGES["MEMBER_OF"]
    return (kind.label if institution == before else kind.inverse).in_(language), (members[0] if members else None)
