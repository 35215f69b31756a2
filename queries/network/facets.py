"""Which themes, stages and target groups each actor works for, itself or through what it carries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from graph.model import Text
from graph.snapshot import Places, Snapshot
from graph.texts import shared
from queries.catalog import Analysis, Column, Parameter
from queries.network import seats

ABOUT = Analysis(
    title=Text("Themen, Phasen und Zielgruppen der Akteure", "Themes, stages and target groups of actors"),
    question=Text("Wer arbeitet für welches Thema, welche Bildungsphase, welche Zielgruppe?", "Who works for which theme, stage and target group?"),
    reading=Text(
        "„selbst“: es steht bei dem Akteur. Sonst durch etwas, das er trägt, an dem er beteiligt ist oder in dem er sitzt.",
        "“itself”: it is said of the actor. Else through something that it runs, takes part in or sits in.",
    ),
    columns=(
        Column("actor", Text("Akteur", "Actor")),
        Column("facet", Text("Merkmal", "Facet")),
        Column("value", Text("Wert", "Value")),
        Column("name", Text("Name", "Name")),
        Column("itself", Text("Selbst", "Itself")),
    ),
    parameters=(Parameter("as_of", Text("Stand am", "As of"), "date", ""),),
)

Table = sparse.csr_array

FACETS = {"ADDRESSES": "Theme", "FOR_STAGE": "Stage", "FOR_GROUP": "TargetGroup"}
"""Edge type -> the type of thing that it leads to."""


def run(snapshot: Snapshot, as_of: str = "") -> pd.DataFrame:
    """One row per actor, facet (``Theme``, ``Stage``, ``TargetGroup``) and value (its id), sorted; ``itself`` where it is said of the actor.

    One step further counts, too: an institution works for what its offers and projects, and the Gremien that
    it sits in, are there for; a person for what the Gremien are there for in which it sits.
    """
    view = snapshot.at(as_of) if as_of else snapshot
    ids, names = view.nodes.index.to_numpy(dtype=object), shared(view.nodes["name"])
    carried = _carried(view)
    tables = []
    for edge, facet in FACETS.items():
        said = _table(view, [view.ends_of(edge)])
        through = carried @ said
        through.data[:] = 1
        serves = (2 * said + through).tocoo()
        found = {"actor": serves.row, "facet": facet, "value": serves.col, "itself": serves.data >= 2}
        tables.append(pd.DataFrame(found))
    every = pd.concat(tables, ignore_index=True).sort_values(["actor", "facet", "value"], ignore_index=True)
    actors, values = every["actor"].to_numpy(), every["value"].to_numpy()
    columns = {"actor": ids[actors], "facet": shared(every["facet"]), "value": ids[values], "name": names[values]}
    return pd.DataFrame({name: pd.Series(texts, dtype=object) for name, texts in columns.items()} | {"itself": every["itself"]})


def _carried(view: Snapshot) -> Table:
    """Who runs, takes part in or sits in what, also through somebody that it sends."""
    member, institution, gremium = seats.places(view)
    return _table(view, [view.ends_of("RUNS"), view.ends_of("TAKES_PART_IN"), (institution, gremium), (member, gremium)])


def _table(view: Snapshot, pairs: Sequence[tuple[Places, Places]]) -> Table:
    """Which node leads to which, as a table of 1 and 0 in the order of ``nodes``; a pair with somebody unknown (-1) is left out."""
    starts, ends = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    known = (starts >= 0) & (ends >= 0)
    size = len(view.nodes)
    table = sparse.coo_array((np.ones(int(known.sum()), dtype=np.int32), (starts[known], ends[known])), shape=(size, size)).tocsr()
    table.data[:] = 1
    return table
