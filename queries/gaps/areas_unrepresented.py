"""Areas from which nobody sits in a Gremium that is there for them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column

ABOUT = Analysis(
    title=Text("Gebiete ohne Stimme in ihrem Gremium", "Areas without a voice in their committee"),
    question=Text(
        "Aus welchen Gebieten sitzt niemand in einem Gremium, das für sie zuständig ist?", "From which areas does nobody sit in a committee that serves them?"
    ),
    reading=Text(
        "Ein Gremium ist für ein Gebiet da; dessen Teile auf der gewählten Ebene sind vertreten, wenn eine Institution mit Sitz im Gremium dort "
        "liegt. Ist das Gremium für ein feineres Gebiet "
        "da, zählt dieses selbst. Eine Zeile ist ein Teil, aus dem niemand kommt. Gremien, von deren Mitgliedern kein Ort bekannt ist, sind nicht "
        "dabei: dort ist es nicht erhoben.",
        "A committee serves an area; its parts of the chosen level are represented where an institution with a seat lies there. Where the "
        "committee serves a finer area, that area "
        "itself counts. One row is a part from which nobody comes. Committees of whose members no place is known are left out: there it is not surveyed.",
    ),
    denominator=Text("Paare aus Gremium und Gebiet, für das es da ist", "pairs of a committee and an area that it serves"),
    columns=(
        Column("gremium", Text("Gremium", "Committee")),
        Column("area", Text("Gebiet", "Area")),
        Column("n", Text("Nicht vertreten", "Not represented")),
        Column("of", Text("von Gebieten", "of areas")),
        Column("evidence", Text("Beleg", "Evidence")),
    ),
    parameters=(standing.LEVEL, standing.AS_OF, standing.LANGUAGE),
)


def run(snapshot: Snapshot, level: str = "district", as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per Gremium and unrepresented part of its area, by the names of both; ``n`` of ``of`` is that of the Gremium."""
    view, day = standing.on(snapshot, as_of)
    gremien = standing.alive(view, day, "Gremium", columns=()).index
    held, homes = standing.seat_places(view), standing.home_places(view)
    held = held[held["gremium"] >= 0]
    placed = held.loc[held["institution"] >= 0, ["gremium", "institution"]].drop_duplicates().merge(homes, left_on="institution", right_on="thing")
    size = len(view.nodes)
    there = np.unique(placed["gremium"].to_numpy() * size + placed["area"].to_numpy())
    wanted = _parts(view, level, gremien)
    body = standing.places(view, wanted["gremium"])
    pairs = body * size + standing.places(view, wanted["area"])
    known_bodies = np.isin(body, placed["gremium"].unique())
    wanted = wanted.assign(there=np.isin(pairs, there), place=body)[known_bodies]
    wanted["absent"] = ~wanted["there"]
    grouped = wanted.groupby("gremium")["absent"]
    wanted["n"], wanted["of"] = grouped.transform("sum"), grouped.transform("size")
    called = standing.names_of(view)
    absent = (
        wanted[wanted["absent"]]
        .assign(name=lambda t: t["gremium"].map(called), area_name=lambda t: t["area"].map(called))
        .sort_values(["name", "area_name"], kind="stable")
    )
    count = np.bincount(held["gremium"], minlength=size)
    known = np.bincount(held.loc[held["institution"].isin(homes["thing"].unique()), "gremium"], minlength=size)
    told = Text(
        "Kein Sitz aus {place}; vertreten sind {rest} von {of} Gebieten. Von {seats} Sitzen ist bei {known} der Ort bekannt.",
        "No seat from {place}; {rest} of {of} areas are represented. Of {seats} seats the place of {known} is known.",
    ).in_(language)
    evidence = [
        told.format(place=place, rest=of - n, of=of, seats=count[body], known=known[body])
        for body, place, n, of in zip(absent["place"], absent["area_name"], absent["n"], absent["of"], strict=True)
    ]
    return standing.table(ABOUT, absent.assign(evidence=evidence), of=len(wanted))


def _parts(view: Snapshot, level: str, gremien: pd.Index[str]) -> pd.DataFrame:
    """Gremium and each area of ``level`` within what it serves, else that area itself."""
    serves = standing.edges_of(view, ("SERVES",)).set_axis(["gremium", "served"], axis=1)
    serves = serves[serves["gremium"].isin(gremien)].drop_duplicates()
    every = standing.wholes(view)
    wanted = set(standing.areas_at(view, level))
    within = every[every["part"].isin(wanted)].set_axis(["area", "served"], axis=1)
    found = serves.merge(within, on="served", how="left")
    found["area"] = found["area"].fillna(found["served"])
    return found[["gremium", "area"]].drop_duplicates()
