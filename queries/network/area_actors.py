"""Who belongs to an area: the actors of the Akteurslandkarte."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from graph import schema
from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, Column, Parameter
from queries.network import seats, ties

ABOUT = Analysis(
    title=Text("Akteure eines Gebiets", "Actors of an area"),
    question=Text("Wer arbeitet in diesem Gebiet oder ist dafür da?", "Who works in this area or is there for it?"),
    reading=Text(
        "Dazu gehören alle, die dort liegen oder dafür zuständig sind, die Gremien, in denen sie sitzen, und wohin diese berichten. "
        "„Von außerhalb“ sitzt in einem Gremium oder wirkt an einem Projekt für das Gebiet mit.",
        "Everyone located there or serving it, the committees they sit in, and those they report to. "
        "“From outside” sits in a committee or takes part in a project for the area.",
    ),
    columns=(
        Column("id", Text("Kennung", "Id")),
        Column("type", Text("Typ", "Type")),
        Column("name", Text("Name", "Name")),
        Column("short", Text("Kurzname", "Short name")),
        Column("kind", Text("Art", "Kind")),
        Column("form", Text("Schulform", "Type of school")),
        Column("sector", Text("Sektor", "Sector")),
        Column("level", Text("Ebene", "Level")),
        Column("area", Text("Gebiet (Kennung)", "Area (id)")),
        Column("area_name", Text("Gebiet", "Area")),
        Column("lat", Text("Breite", "Latitude")),
        Column("lon", Text("Länge", "Longitude")),
        Column("seats", Text("Sitze", "Seats")),
        Column("degree", Text("Beziehungen", "Ties")),
        Column("outside", Text("Von außerhalb", "From outside")),
        Column("source", Text("Quelle", "Source")),
        Column("as_of", Text("Stand", "As of")),
    ),
    parameters=(
        Parameter("areas", Text("Gebiete", "Areas"), "nodes"),
        Parameter("as_of", Text("Stand am", "As of"), "date", ""),
    ),
)

_FINENESS = {choice.value: rank for rank, choice in enumerate(schema.AREA_LEVELS)} | {"social_space": -1}


def run(snapshot: Snapshot, areas: list[str] | None = None, as_of: str = "") -> pd.DataFrame:
    """One row per actor (index ``id``) of ``areas`` and everything within them; no areas means all actors."""
    view = snapshot.at(as_of) if as_of else snapshot
    actors = view.nodes[view.nodes["type"].isin(schema.ACTORS)]
    held = seats.run(view)
    outside: set[str] = set()
    if areas:
        inside, outside = _members(view, held, view.areas.within(areas))
        actors = actors[actors.index.isin(inside | outside)]
    frame = pd.DataFrame(index=actors.index)
    frame.index.name = "id"
    for name in ("type", "name", "short", "kind", "form", "level", "lat", "lon", "source", "as_of"):
        frame[name] = actors[name] if name in actors.columns else None
    institutions = frame["type"] == "Institution"
    frame["sector"] = frame["kind"].map(schema.sector).where(institutions, None)
    frame["level"] = frame["level"].where(frame["level"].notna(), "work").where(frame["type"] == "Gremium", None)
    frame["area"] = pd.Series(finest_areas(view), dtype=object).reindex(frame.index)
    frame["area_name"] = frame["area"].map(view.nodes["name"])
    counted = held.groupby("gremium").size()
    frame["seats"] = frame.index.to_series().map(counted).where(frame["type"] == "Gremium")
    frame.loc[(frame["type"] == "Gremium") & frame["seats"].isna(), "seats"] = 0
    drawn = ties.run(view, list(frame.index))
    degree = pd.concat([drawn["a"], drawn["b"]]).value_counts()
    frame["degree"] = frame.index.to_series().map(degree).fillna(0).astype(int)
    frame["outside"] = frame.index.isin(outside)
    return frame[[c.name for c in ABOUT.columns if c.name != "id"]]


def finest_areas(view: Snapshot) -> dict[str, str]:
    """For each located thing the finest area that it lies in (a Sozialraum only where nothing else is known)."""
    edges = view.edges[view.edges["type"] == "LOCATED_IN"]
    if edges.empty:
        return {}
    levels = view.nodes["level"] if "level" in view.nodes.columns else pd.Series(dtype=object)
    rank = edges["end"].map(levels).map(_FINENESS).fillna(-1)
    ordered = edges.assign(rank=rank).sort_values(["rank", "end"], kind="stable")
    return dict(zip(ordered["start"], ordered["end"], strict=True))


def _members(view: Snapshot, held: pd.DataFrame, closure: set[str]) -> tuple[set[str], set[str]]:
    """Ids of those who are of the area, and of those who come from outside to work for it."""
    ends = _Ends(view)
    located = ends.starting("LOCATED_IN", closure)
    serving = ends.starting("SERVES", closure)
    core = ends.of_type(located | serving, "Institution", "Offer", "Project", "Gremium")
    elsewhere = (ends.all_starts("LOCATED_IN") | ends.all_starts("SERVES")) - located - serving
    offers = ends.of_type(ends.ending("RUNS", ends.of_type(core, "Institution")), "Offer")
    core |= offers - elsewhere
    core |= ends.of_type(ends.ending("TAKES_PART_IN", ends.of_type(located, "Institution")), "Project")
    gremien = set(held.loc[held["institution"].isin(ends.of_type(located, "Institution")), "gremium"])
    gremien |= ends.of_type(core, "Gremium")
    step = gremien
    while step := ends.of_type(ends.ending("REPORTS_TO", step), "Gremium") - gremien:
        gremien |= step
    core |= gremien
    core |= ends.of_type(ends.ending("PURSUES", core), "Goal")
    institutions = ends.of_type(core, "Institution")
    there_for_it = serving | ends.of_type(located, "Project", "Gremium")
    guests = set(held.loc[held["gremium"].isin(there_for_it), "institution"].dropna())
    guests |= ends.of_type(ends.starting("TAKES_PART_IN", ends.of_type(there_for_it, "Project")), "Institution")
    seated = held[held["gremium"].isin(gremien)]
    people = set(seated.loc[seated["institution"].isin(institutions), "member"]) | ends.starting("WORKS_FOR", institutions)
    people |= set(held.loc[held["gremium"].isin(there_for_it), "member"])
    return core | ends.of_type(people, "Person"), guests - core


class _Ends:
    """Set questions on the edges: who leads to these, where do these lead."""

    def __init__(self, view: Snapshot) -> None:
        self._types = view.nodes["type"]
        self._edges = {name: group for name, group in view.edges.groupby("type")[["start", "end"]]}

    def _of(self, edge: str) -> pd.DataFrame:
        return self._edges.get(edge, pd.DataFrame({"start": [], "end": []}, dtype=object))

    def all_starts(self, edge: str) -> set[str]:
        return set(self._of(edge)["start"])

    def starting(self, edge: str, ends: Iterable[str]) -> set[str]:
        table = self._of(edge)
        return set(table.loc[table["end"].isin(set(ends)), "start"])

    def ending(self, edge: str, starts: Iterable[str]) -> set[str]:
        table = self._of(edge)
        return set(table.loc[table["start"].isin(set(starts)), "end"])

    def of_type(self, ids: Iterable[str], *types: str) -> set[str]:
        known = self._types.reindex(list(ids))
        return set(known.index[known.isin(types)])
