"""Umfeld: who is one or two steps away."""

from __future__ import annotations

import pandas as pd

from graph import schema
from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, Column, Parameter
from queries.network import ties

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
    actors = nodes.index[nodes["type"].isin(schema.ACTORS)]
    drawn = ties.run(view, list(actors))
    reached = {actor: 0} if actor in nodes.index else {}
    frontier = set(reached)
    for step in range(1, steps + 1):
        touching = drawn[drawn["a"].isin(frontier) | drawn["b"].isin(frontier)]
        frontier = (set(touching["a"]) | set(touching["b"])) - set(reached)
        reached.update(dict.fromkeys(frontier, step))
    frame = pd.DataFrame({"id": list(reached), "step": list(reached.values())})
    frame["type"] = frame["id"].map(nodes["type"])
    frame["name"] = frame["id"].map(nodes["name"])
    return frame.sort_values(["step", "name"]).reset_index(drop=True)[[c.name for c in ABOUT.columns]]
