"""Which themes, stages and target groups each actor works for, itself or through what it carries."""

from __future__ import annotations

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
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

FACETS = {"ADDRESSES": "Theme", "FOR_STAGE": "Stage", "FOR_GROUP": "TargetGroup"}
"""Edge type -> the type of thing that it leads to."""


def run(snapshot: Snapshot, as_of: str = "") -> pd.DataFrame:
    """One row per actor, facet (``Theme``, ``Stage``, ``TargetGroup``) and value (its id), sorted; ``itself`` where it is said of the actor.

    One step further counts, too: an institution works for what its offers and projects, and the Gremien that
    it sits in, are there for; a person for what the Gremien are there for in which it sits.
    """
    view = snapshot.at(as_of) if as_of else snapshot
    edges = view.edges
    said = edges[edges["type"].isin(list(FACETS))]
    direct = pd.DataFrame({"actor": said["start"], "facet": said["type"].map(FACETS), "value": said["end"]})
    work = edges[edges["type"].isin(["RUNS", "TAKES_PART_IN"])]
    held = seats.run(view)
    carries = pd.concat(
        [
            pd.DataFrame({"actor": work["start"], "through": work["end"]}),
            pd.DataFrame({"actor": held["institution"], "through": held["gremium"]}).dropna(),
            pd.DataFrame({"actor": held["member"], "through": held["gremium"]}),
        ]
    ).drop_duplicates()
    further = carries.merge(direct.rename(columns={"actor": "through"}), on="through")[["actor", "facet", "value"]]
    every = pd.concat([direct.assign(itself=True), further.assign(itself=False)], ignore_index=True)
    every = every.drop_duplicates(["actor", "facet", "value"])  # the first one, which is said of the actor itself, goes before
    every["name"] = every["value"].map(view.nodes["name"])
    ordered = every.sort_values(["actor", "facet", "value"])[[c.name for c in ABOUT.columns]].reset_index(drop=True)
    return ordered.astype({name: object for name in ("actor", "facet", "value", "name")})  # texts as objects are compared faster
