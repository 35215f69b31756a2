"""A small town whose answers are known, and how it gets into a graph."""

from __future__ import annotations

import pandas as pd

from graph import columns
from graph.store import Meta, Store

NODES = [
    ("stadt", "Area", "Musterstadt", {"level": "municipality"}),
    ("nord", "Area", "Nord", {"level": "district"}),
    ("hafen", "Area", "Hafen", {"level": "quarter"}),
    ("heide", "Area", "Heide", {"level": "quarter"}),
    ("kita", "Institution", "Kita Löwenzahn", {"kind": "kita", "short": "Löwenzahn"}),
    ("schule", "Institution", "GGS Hafenstraße", {"kind": "school"}),
    ("amt", "Institution", "Jugendamt", {"kind": "authority"}),
    ("fern", "Institution", "Gymnasium Heide", {"kind": "school"}),
    ("tisch", "Gremium", "Runder Tisch Hafen", {"level": "work"}),
    ("lenkung", "Gremium", "Lenkungskreis", {"level": "steering"}),
    ("rat", "Gremium", "Rat", {}),
    ("anna", "Person", "Anna Özdemir", {}),
    ("bert", "Person", "Bert Klein", {}),
    ("lesen", "Project", "Lesepaten", {}),
    ("kurs", "Offer", "Elterncafé", {}),
]
EDGES = [
    ("nord", "PART_OF", "stadt", {}),
    ("hafen", "PART_OF", "nord", {}),
    ("heide", "PART_OF", "stadt", {}),
    ("kita", "LOCATED_IN", "hafen", {}),
    ("schule", "LOCATED_IN", "hafen", {}),
    ("schule", "LOCATED_IN", "stadt", {}),
    ("amt", "LOCATED_IN", "stadt", {}),
    ("fern", "LOCATED_IN", "heide", {}),
    ("tisch", "SERVES", "hafen", {}),
    ("anna", "WORKS_FOR", "kita", {"function": "Leitung"}),
    ("anna", "MEMBER_OF", "tisch", {"role": "Vorsitz", "voting": True}),
    ("bert", "WORKS_FOR", "fern", {}),
    ("bert", "MEMBER_OF", "tisch", {"on_behalf_of": "amt", "since": "2020-01-01", "until": "2022-12-31"}),
    ("schule", "MEMBER_OF", "tisch", {}),
    ("tisch", "REPORTS_TO", "lenkung", {}),
    ("lenkung", "REPORTS_TO", "rat", {}),
    ("kita", "COOPERATES_WITH", "schule", {"basis": "contract"}),
    ("kita", "TAKES_PART_IN", "lesen", {}),
    ("kita", "RUNS", "kurs", {}),
]

COMMON = {"source": "Liste", "as_of": "2026-01-01"}


def write(store: Store) -> None:
    """Puts the town into an empty graph, as version 1; in one statement, since a server thinks about each for a while."""
    rows = {key: {"id": key, "name": name, **COMMON, **more} for key, _, name, more in NODES}
    rows |= {f"e{number:02}": {"id": f"e{number:02}", **COMMON, **more} for number, (_, _, _, more) in enumerate(EDGES)}
    fields = {key: "{" + ", ".join(f"`{name}`: row.{key}.`{name}`" for name in row) + "}" for key, row in rows.items()}
    parts = [f"({key}:`{label}` {fields[key]})" for key, label, *_ in NODES]
    parts += [f"({start})-[:`{kind}` {fields[f'e{number:02}']}]->({end})" for number, (start, kind, end, _) in enumerate(EDGES)]
    store.write("UNWIND $rows AS row CREATE " + ", ".join(parts), [rows])
    store.set_meta(Meta("town", 1))


def read(store: Store) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The nodes and the edges, as a snapshot has them."""
    nodes, edges = (table.to_pandas() for table in columns.read(store))
    return nodes.set_index("id"), edges
