"""Umfeld: who is one or two steps away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from graph import schema
from graph.model import Text
from graph.snapshot import Snapshot
from queries import tie_table
from queries.catalog import Analysis, Column, Parameter

ABOUT = Analysis(
    title=Text("Umfeld eines Akteurs", "Neighbourhood of an actor"),
    question=Text("Wen erreicht dieser Akteur in wenigen Schritten?", "Whom does this actor reach in a few steps?"),
    reading=Text(
        "Ein Schritt ist eine Beziehung, auch ein gemeinsames Gremium zählt als Weg. Wer in einem Schritt steht, kann vorstellen.",
        "One step is one tie; a shared committee is a way, too. Whoever is one step away can introduce you.",
    ),
    columns=(
        Column("id", Text("Kennung", "Id")),
        Column("type", Text("Typ", "Type")),
        Column("name", Text("Name", "Name")),
        Column("step", Text("Schritte", "Steps")),
    ),
    parameters=(
        Parameter("actor", Text("Akteur", "Actor"), "node", required=True),
        Parameter("steps", Text("Schritte", "Steps"), "integer", 1),
        Parameter("as_of", Text("Stand am", "As of"), "date", ""),
    ),
)


def run(snapshot: Snapshot, actor: str, steps: int = 1, as_of: str = "") -> pd.DataFrame:
    """One row per actor within ``steps`` ties of ``actor``, itself included with step 0, nearest first."""
    view = snapshot.at(as_of) if as_of else snapshot
    nodes = view.nodes
    table = tie_table.table(view)
    actor_type = nodes["type"].isin(schema.ACTORS).to_numpy()
    among = actor_type[table.a] & actor_type[table.b]
    a, b = table.a[among], table.b[among]
    step = np.full(len(nodes), -1)
    step[view.places([actor])] = 0
    for number in range(1, steps + 1):
        last = step == number - 1
        reached = np.concatenate([b[last[a]], a[last[b]]])
        step[reached[step[reached] < 0]] = number
    found = np.flatnonzero(step >= 0)
    frame = pd.DataFrame({"id": nodes.index[found], "step": step[found], "type": nodes["type"].to_numpy()[found], "name": nodes["name"].to_numpy()[found]})
    return frame.sort_values(["step", "name"]).reset_index(drop=True)[[c.name for c in ABOUT.columns]]
