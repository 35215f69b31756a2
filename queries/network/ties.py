"""The ties among given actors, as they are drawn."""

from __future__ import annotations

import pandas as pd

from graph import schema
from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, Column, Parameter
from queries.network import seats

ABOUT = Analysis(
    title=Text("Beziehungen zwischen Akteuren", "Ties among actors"),
    question=Text("Welche Beziehungen bestehen zwischen diesen Akteuren?", "Which ties are there among these actors?"),
    reading=Text(
        "Eine Zeile ist eine Beziehung. Bei Mitgliedschaften zählt n die Sitze, die eine Institution in einem Gremium hat, auch durch entsandte Personen.",
        "One row is one tie. For memberships n counts the seats that an institution has in a committee, through the people it sends as well.",
    ),
    columns=(
        Column("a", Text("Von", "From")),
        Column("b", Text("Zu", "To")),
        Column("kind", Text("Beziehung", "Tie")),
        Column("n", Text("Anzahl", "Count")),
        Column("since", Text("Seit", "Since")),
        Column("until", Text("Bis", "Until")),
        Column("source", Text("Quelle", "Source")),
        Column("as_of", Text("Stand", "As of")),
    ),
    parameters=(
        Parameter("actors", Text("Akteure", "Actors"), "nodes", required=True),
        Parameter("as_of", Text("Stand am", "As of"), "date", ""),
    ),
)

_COLUMNS = [c.name for c in ABOUT.columns]


def run(snapshot: Snapshot, actors: list[str], as_of: str = "") -> pd.DataFrame:
    """One row for each pair and kind of tie among ``actors`` (entity ids).

    ``kind`` is an edge type, or ``TYPE/value`` for types drawn in variants (``COOPERATES_WITH/contract``).
    A person's seat is also given as a tie of the institution behind it (:mod:`queries.network.seats`).
    """
    view = snapshot.at(as_of) if as_of else snapshot
    chosen = set(actors)
    edges = view.edges
    edges = edges[edges["start"].isin(chosen) & edges["end"].isin(chosen)]
    plain = pd.DataFrame({"a": edges["start"], "b": edges["end"], "kind": _kinds(edges)})
    for name in ("since", "until", "source", "as_of"):
        plain[name] = edges[name] if name in edges.columns else None
    # A seat of an institution itself comes back through seats.run, so that each is counted once.
    types = view.nodes["type"]
    plain = plain[~((plain["kind"] == "MEMBER_OF") & (plain["a"].map(types) == "Institution"))]
    held = seats.run(view)
    held = held[held["institution"].isin(chosen) & held["gremium"].isin(chosen)]
    held = held.rename(columns={"institution": "a", "gremium": "b"}).assign(kind="MEMBER_OF")
    every = pd.concat([plain, held[[c for c in _COLUMNS if c != "n"]]], ignore_index=True)
    if every.empty:
        return pd.DataFrame(columns=_COLUMNS)
    every = every.astype({name: object for name in ("since", "until", "source", "as_of")})
    grouped = every.groupby(["a", "b", "kind"], sort=True)
    frame = grouped.agg(n=("a", "size"), since=("since", _first), until=("until", _last), source=("source", _sources), as_of=("as_of", _newest))
    return frame.reset_index()[_COLUMNS]


def _kinds(edges: pd.DataFrame) -> pd.Series[str]:
    kinds = edges["type"].astype(object)
    for name, edge in schema.EDGES.items():
        if edge.variant and edge.variant in edges.columns:
            mine = (edges["type"] == name) & edges[edge.variant].notna()
            kinds = kinds.where(~mine, name + "/" + edges[edge.variant].astype(str))
    return kinds


def _known(values: pd.Series[str]) -> list[str]:
    return [str(v) for v in values if isinstance(v, str) and v]


def _first(values: pd.Series[str]) -> str | None:
    return min(_known(values), default=None)


def _last(values: pd.Series[str]) -> str | None:
    known = _known(values)
    return max(known) if known and len(known) == len(values) else None  # one that still holds: open end


def _newest(values: pd.Series[str]) -> str | None:
    return max(_known(values), default=None)


def _sources(values: pd.Series[str]) -> str:
    return "; ".join(dict.fromkeys(part for v in _known(values) for part in v.split("; ")))
