"""Who belongs to an area: the actors of the Akteurslandkarte."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from graph import schema
from graph.model import Text
from graph.snapshot import Places, Snapshot
from graph.texts import coded, shared
from queries import tie_table
from queries.catalog import Analysis, Column, Parameter
from queries.network import seats

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

Mask = np.ndarray[Any, np.dtype[np.bool_]]

FINENESS = {choice.value: rank for rank, choice in enumerate(schema.AREA_LEVELS)} | {"social_space": -1}
"""Levels of areas by how fine they are; a Sozialraum only where nothing else is known."""


def run(snapshot: Snapshot, areas: list[str] | None = None, as_of: str = "") -> pd.DataFrame:
    """One row per actor (index ``id``) of ``areas`` and everything within them; no areas means all actors."""
    view = snapshot.at(as_of) if as_of else snapshot
    everyone, places = view.once("actors", lambda: _everyone(view))
    inside, outside = np.zeros((2, len(view.nodes)), dtype=bool)
    inside[places] = True
    if areas:
        inside, outside = _members(view, view.areas.within(areas))
    mine = inside | outside
    frame = everyone[mine[places]].copy()
    ties = tie_table.table(view)
    among = mine[ties.a] & mine[ties.b]
    degree = np.bincount(ties.a[among], minlength=len(view.nodes)) + np.bincount(ties.b[among], minlength=len(view.nodes))
    frame["degree"] = degree[places[mine[places]]]
    frame["outside"] = outside[places[mine[places]]]
    return frame[[c.name for c in ABOUT.columns if c.name != "id"]]


def _everyone(view: Snapshot) -> tuple[pd.DataFrame, Places]:
    """All actors with what does not depend on the area, and where they stand in ``nodes``."""
    places = np.flatnonzero(view.nodes["type"].isin(schema.ACTORS))
    actors = view.nodes.iloc[places]
    frame = pd.DataFrame(index=actors.index)
    frame.index.name = "id"
    for name in ("type", "name", "short", "kind", "form", "level", "lat", "lon", "source", "as_of"):
        frame[name] = _plain(actors[name]) if name in actors.columns else None
    frame["sector"] = _by_word(frame["kind"], schema.sector).where(frame["type"] == "Institution", None)
    frame["level"] = frame["level"].where(frame["level"].notna(), _by_word(frame["kind"], schema.level)).where(frame["type"] == "Gremium", None)
    frame["area"] = pd.Series(finest_areas(view), dtype=object).reindex(frame.index)
    frame["area_name"] = frame["area"].map(pd.Series(shared(view.nodes["name"]), index=view.nodes.index, dtype=object))
    counted = seats.run(view).groupby("gremium").size()
    frame["seats"] = frame.index.to_series().map(counted).where(frame["type"] == "Gremium")
    frame.loc[(frame["type"] == "Gremium") & frame["seats"].isna(), "seats"] = 0
    return frame, places


def _by_word(column: pd.Series[Any], meaning: Callable[[object], str | None]) -> pd.Series[Any]:
    """What each word means, found once for each."""
    places, words = coded(column)
    return pd.Series(np.array([meaning(word) for word in words], dtype=object)[places], index=column.index, dtype=object)


def _plain(column: pd.Series[Any]) -> pd.Series[Any]:
    """Texts as plain values, which pages compare and list several times faster; numbers as they are."""
    return column if pd.api.types.is_numeric_dtype(column) else pd.Series(shared(column), index=column.index, dtype=object)


def finest_areas(view: Snapshot) -> dict[str, str]:
    """For each located thing the finest area that it lies in (a Sozialraum only where nothing else is known)."""
    return view.once("finest areas", lambda: _finest_areas(view))


def _finest_areas(view: Snapshot) -> dict[str, str]:
    starts, ends = view.ends_of("LOCATED_IN")
    ids = view.nodes.index.to_numpy(dtype=object)
    levels = view.nodes["level"].iloc[ends] if "level" in view.nodes.columns else pd.Series(None, index=ids[ends], dtype=object)
    order = np.lexsort((ends, levels.map(FINENESS).fillna(-1).to_numpy()))
    return dict(zip(ids[starts[order]], ids[ends[order]], strict=True))


def _members(view: Snapshot, closure: set[str]) -> tuple[Mask, Mask]:
    """Which nodes are of the area, and which come from outside to work for it."""
    ends = _Ends(view)
    area = ends.of(closure)
    located, serving = ends.starting("LOCATED_IN", area), ends.starting("SERVES", area)
    core = (located | serving) & ends.typed("Institution", "Offer", "Project", "Gremium")
    elsewhere = (ends.starting("LOCATED_IN") | ends.starting("SERVES")) & ~located & ~serving
    core |= ends.ending("RUNS", core & ends.typed("Institution")) & ends.typed("Offer") & ~elsewhere
    at_home = located & ends.typed("Institution")
    core |= ends.ending("TAKES_PART_IN", at_home) & ends.typed("Project")
    gremien = ends.gremien(institutions=at_home) | core & ends.typed("Gremium")
    step = gremien
    while (step := ends.ending("REPORTS_TO", step) & ends.typed("Gremium") & ~gremien).any():
        gremien = gremien | step
    core = core | gremien
    core |= ends.ending("PURSUES", core) & ends.typed("Goal")
    institutions = core & ends.typed("Institution")
    there_for_it = serving | located & ends.typed("Project", "Gremium")
    guests = ends.institutions(there_for_it)
    guests |= ends.starting("TAKES_PART_IN", there_for_it & ends.typed("Project")) & ends.typed("Institution")
    people = ends.members(gremien, institutions) | ends.starting("WORKS_FOR", institutions) | ends.members(there_for_it)
    core |= people & ends.typed("Person")
    return core, guests & ~core


class _Ends:
    """Set questions on the edges, as masks over ``nodes``: who leads to these, where do these lead, who sits for whom."""

    def __init__(self, view: Snapshot) -> None:
        self._view = view
        self._types = view.once("type masks", lambda: {str(name): (view.nodes["type"] == name).to_numpy() for name in view.nodes["type"].unique()})
        self._seats = seats.places(view)

    def of(self, ids: Iterable[str]) -> Mask:
        return self._mask(self._view.places(ids))

    def typed(self, *names: str) -> Mask:
        found = np.zeros(len(self._view.nodes), dtype=bool)
        for name in names:
            found |= self._types.get(name, False)
        return found

    def starting(self, edge: str, at: Mask | None = None) -> Mask:
        starts, ends = self._view.ends_of(edge)
        return self._mask(starts if at is None else starts[at[ends]])

    def ending(self, edge: str, at: Mask) -> Mask:
        starts, ends = self._view.ends_of(edge)
        return self._mask(ends[at[starts]])

    def gremien(self, institutions: Mask) -> Mask:
        _, institution, gremium = self._seats
        return self._mask(gremium[(institution >= 0) & institutions[institution]])

    def institutions(self, gremien: Mask) -> Mask:
        _, institution, gremium = self._seats
        return self._mask(institution[gremien[gremium] & (institution >= 0)])

    def members(self, gremien: Mask, institutions: Mask | None = None) -> Mask:
        member, institution, gremium = self._seats
        mine = gremien[gremium]
        return self._mask(member[mine if institutions is None else mine & (institution >= 0) & institutions[institution]])

    def _mask(self, places: Places) -> Mask:
        found = np.zeros(len(self._view.nodes), dtype=bool)
        found[places] = True
        return found
