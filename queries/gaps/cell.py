"""One cell of the matrix: who serves it; and for a gap what is nearest, who could come, and which Gremium ought to decide."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely

from graph.model import Text
from graph.snapshot import Snapshot
from queries.area_borders import ground
from queries.catalog import Analysis, AnalysisError, Column, Parameter
from queries.coverage_cube import BESIDE, SUPPLY, Cube, Mask, cube
from queries.coverage_slices import AS_OF, FILTERS, filters
from queries.network.area_actors import FINENESS

ABOUT = Analysis(
    title=Text("Ein Feld der Abdeckung", "One cell of the coverage"),
    question=Text(
        "Wer ist in diesem Gebiet für Thema, Phase und Zielgruppe da, und wenn niemand: wer könnte kommen, wer müsste entscheiden?",
        "Who is there for theme, stage and target group in this area, and if nobody: who could come, who ought to decide?",
    ),
    reading=Text(
        "here: Angebote und Projekte des Feldes. beside: Institutionen und Gremien, die zum Thema genannt sind; sie versorgen noch niemanden. "
        "near: was es anderswo gibt, das Nächste zuerst (km vom Rand des Gebiets; 0 heißt: das Gebiet nebenan hat eine gemeinsame Grenze). "
        "come: Träger, die dasselbe anderswo machen; wer schon im Gebiet ist, zuerst, dann nach Anzahl. "
        "decide: Gremien für das Gebiet oder eines darüber, die das Thema bearbeiten. check: Erhebungen, die hier nichts fanden.",
        "here: offers and projects of the cell. beside: institutions and committees named for the theme; they serve nobody yet. "
        "near: what there is elsewhere, the nearest first (km from the border of the area; 0: the area next door shares a border). "
        "come: providers who do the same elsewhere; who is in the area already first, then by number. "
        "decide: committees for the area or one above that work on the theme. check: surveys that found nothing here.",
    ),
    columns=(
        Column("role", Text("Wofür", "What for")),
        Column("id", Text("Kennung", "Id")),
        Column("type", Text("Typ", "Type")),
        Column("name", Text("Name", "Name")),
        Column("area", Text("Gebiet (Kennung)", "Area (id)")),
        Column("area_name", Text("Gebiet", "Area")),
        Column("km", Text("Entfernung (km)", "Distance (km)")),
        Column("n", Text("Anzahl", "Number")),
        Column("known_here", Text("Schon im Gebiet", "In the area already")),
        Column("providers", Text("Träger", "Providers")),
        Column("date", Text("Geprüft am", "Checked on")),
        Column("by", Text("Geprüft von", "Checked by"), personal=True),
        Column("source", Text("Quelle", "Source")),
        Column("as_of", Text("Stand", "As of")),
    ),
    parameters=(
        Parameter("area", Text("Gebiet", "Area"), "node", required=True),
        *FILTERS,
        Parameter("most", Text("Je höchstens", "Of each at most"), "integer", 10),
        AS_OF,
    ),
)

ROLES = ("here", "beside", "near", "come", "decide", "check")
_GREMIUM_LEVELS = ("steering", "work", "politics")
"""Who can decide on an offer first: the bodies that steer, then those that do the work, then the council."""


def run(snapshot: Snapshot, area: str, theme: str = "", stage: str = "", group: str = "", most: int = 10, as_of: str = "") -> pd.DataFrame:
    """Rows by ``role`` (see ``ROLES``), in each role the most important first; everything of here and check, of the others ``most``.

    ``km`` is from the border of the area, NaN where a place is not known. Raises ``AnalysisError`` for an id that there is not.
    """
    if not area:
        raise AnalysisError("Es fehlt das Gebiet (area)")
    found = cube(snapshot, as_of)
    kept = filters(found, area=area, theme=theme, stage=stage, group=group)
    about = {name: value for name, value in kept.items() if name != "Area"}
    here = found.chosen(kept)
    elsewhere = found.chosen(about) & ~here
    beside = found.chosen(kept, BESIDE)
    rows = [
        _rows(found, here, "here").sort_values(["type", "name"]),
        _rows(found, beside, "beside").sort_values(["type", "name"]).head(most),
        _near(found, elsewhere, area).head(most),
        _come(found, elsewhere, area).head(most),
        _decide(found, area, about).head(most),
        _checks(found, area, theme, stage),
    ]
    frame = pd.concat([part.astype(object) for part in rows], ignore_index=True)
    return frame.astype({"km": float, "n": float})[[c.name for c in ABOUT.columns]]


def _rows(found: Cube, mask: Mask, role: str) -> pd.DataFrame:
    """The items of a mask with name, finest area, providers and source."""
    return _described(found, found.ids(mask), role).assign(providers=_providers(found, mask))


def _described(found: Cube, ids: Iterable[str], role: str) -> pd.DataFrame:
    nodes = found.snapshot.nodes.loc[list(ids)]
    homes: dict[str, str] = found.snapshot.once(f"homes {found.day}", lambda: _homes(found))
    frame = pd.DataFrame({"role": role, "id": nodes.index, "type": nodes["type"].to_numpy(), "name": found.snapshot.labels.reindex(nodes.index).to_numpy()})
    frame["area"] = pd.Series([homes.get(key) for key in nodes.index], index=frame.index, dtype=object)
    frame["area_name"] = frame["area"].map(found.snapshot.nodes["name"])
    for name in ("km", "n", "known_here", "providers", "date", "by"):
        frame[name] = None
    return frame.assign(source=nodes["source"].to_numpy(), as_of=nodes["as_of"].to_numpy())


def _homes(found: Cube) -> dict[str, str]:
    """The finest area that each thing lies in, else the finest that it is there for."""
    nodes = found.snapshot.nodes
    levels = nodes["level"] if "level" in nodes.columns else pd.Series(None, index=nodes.index, dtype=object)
    homes: dict[str, str] = {}
    for edge in ("SERVES", "LOCATED_IN"):
        starts, ends = found.ties[edge]
        areas, which = np.unique(ends, return_inverse=True)
        rank = levels.iloc[areas].map(FINENESS).fillna(-1).to_numpy(dtype=float)[which]
        order = np.lexsort((-ends, rank))  # the last one stays
        homes |= dict(zip(nodes.index[starts[order]], nodes.index[ends[order]], strict=True))
    return homes


def _providers(found: Cube, mask: Mask) -> list[str]:
    starts, ends = found.ties["RUNS"]
    mine = np.isin(ends, found.items[mask])
    names = found.snapshot.labels.iloc[starts[mine]].astype(str)
    of: dict[int, set[str]] = {}
    for name, end in zip(names, ends[mine].tolist(), strict=True):
        of.setdefault(end, set()).add(name)
    return [", ".join(sorted(of.get(place, ()))) for place in found.items[mask].tolist()]


# ---- what is nearest --------------------------------------------------------------------------------


def _near(found: Cube, elsewhere: Mask, area: str) -> pd.DataFrame:
    """Supply of other areas, the nearest first: by its coordinate, else by the nearest area that it is there for."""
    frame = _rows(found, elsewhere, "near")
    frame["km"] = _distances(found, elsewhere, area)
    return frame.sort_values(["km", "name", "id"], na_position="last")


def _distances(found: Cube, mask: Mask, area: str) -> list[float]:
    """Kilometres from the border of an area to each of these items; NaN where either has no place."""
    flat = ground(found.snapshot)
    at = found.items[mask]
    km = np.full(len(at), np.nan)
    if area not in flat.shapes:
        return list(km)
    nodes, shape = found.snapshot.nodes.iloc[at], flat.shapes[area]
    if {"lat", "lon"} <= set(nodes.columns):
        lat, lon = nodes["lat"].to_numpy(float), nodes["lon"].to_numpy(float)
        known = ~(np.isnan(lat) | np.isnan(lon))
        km[known] = shapely.distance(shape, shapely.points(flat.points(lat[known], lon[known])))
    ids = found.dimensions["Area"].ids
    to_area = {n: float(shapely.distance(shape, flat.shapes[key])) for n, key in enumerate(map(str, ids)) if key in flat.shapes}
    holders = found.holding(area)  # what lies somewhere in the town is not near for that
    table = found.dimensions["Area"].of
    for place, item in enumerate(np.flatnonzero(mask)):
        if np.isnan(km[place]):
            places = table.indices[table.indptr[item] : table.indptr[item + 1]]
            km[place] = min((to_area[n] for n in places.tolist() if n in to_area and str(ids[n]) not in holders), default=np.nan)
    return list(km.round(2))


# ---- who could come ---------------------------------------------------------------------------------


def _come(found: Cube, elsewhere: Mask, area: str) -> pd.DataFrame:
    """Träger of the same elsewhere: how many they run (``n``), are they in the area already, and how far is their nearest."""
    view = found.snapshot
    starts, ends = found.ties["RUNS"]
    item_of = np.full(len(view.nodes), -1, dtype=np.intp)
    item_of[found.items] = np.arange(len(found.items))
    mine = (item_of[ends] >= 0) & elsewhere[item_of[ends]]
    km = np.full(len(found.items), np.nan)
    km[elsewhere] = _distances(found, elsewhere, area)
    pairs = pd.DataFrame({"who": starts[mine], "what": item_of[ends[mine]]}).drop_duplicates()
    by = pairs.assign(km=km[pairs["what"]]).groupby("who").agg(n=("what", "size"), km=("km", "min"))
    frame = _described(found, view.nodes.index[by.index], "come")
    here = found.chosen({"Area": area}, (*SUPPLY, "Institution"))
    at_home = set(found.items[here].tolist())
    runs_here = set(starts[np.isin(ends, found.items[here])].tolist())
    frame["n"], frame["km"] = by["n"].to_numpy(), by["km"].to_numpy()
    frame["known_here"] = [place in at_home or place in runs_here for place in by.index]
    return frame.assign(order=[not known for known in frame["known_here"]]).sort_values(["order", "n", "km", "name"], ascending=[True, False, True, True])


# ---- who ought to decide ----------------------------------------------------------------------------


def _decide(found: Cube, area: str, about: dict[str, str]) -> pd.DataFrame:
    """Gremien for the area or a whole of it that work on what is asked for: most of it first, the nearest area first, steering first.

    ``n`` says how many of theme, stage and target group they name. Where none works on the theme, those that steer the whole come.
    """
    nodes = found.snapshot.nodes
    levels = nodes["level"] if "level" in nodes.columns else pd.Series(None, index=nodes.index, dtype=object)
    ids, inside, steps = found.dimensions["Area"].ids, found.within([area]), found.holding(area)
    for place in np.flatnonzero((found.whole @ inside.astype(np.int32) > 0) & ~inside).tolist():
        if levels[ids[place]] == "social_space":
            steps.setdefault(str(ids[place]), 1)  # it reaches into the area
    at = dict(zip(found.snapshot.places(steps).tolist(), steps.values(), strict=True))
    own: dict[str, int] = {}
    for edge in ("SERVES", "LOCATED_IN"):
        starts, ends = found.ties[edge]
        mine = np.isin(ends, list(at))
        for start, end in zip(starts[mine].tolist(), ends[mine].tolist(), strict=True):
            key = str(nodes.index[start])
            own[key] = min(own.get(key, at[end]), at[end])
    live = set(found.ids(found.chosen({}, ("Gremium",))))
    shared = {name: set(found.ids(found.chosen({name: value}, ("Gremium",)))) for name, value in about.items()}
    candidates = [key for key in own if key in live and ("Theme" not in shared or key in shared["Theme"])]
    if not candidates:
        candidates = [key for key in own if key in live and levels.get(key) == "steering"]
    frame = _described(found, candidates, "decide")
    frame["n"] = [sum(key in group for group in shared.values()) for key in frame["id"]]
    frame["step"] = [own[key] for key in frame["id"]]
    frame["body"] = [_GREMIUM_LEVELS.index(value) if value in _GREMIUM_LEVELS else 1 for value in levels.reindex(frame["id"])]
    return frame.sort_values(["n", "step", "body", "name"], ascending=[False, True, True, True]).drop(columns=["step", "body"])


def _checks(found: Cube, area: str, theme: str, stage: str) -> pd.DataFrame:
    """The surveys of this theme and stage, in this area or one above, the newest first; also those that no longer hold."""
    rows = found.checks.rows
    mine = rows[
        rows["area"].isin(list(found.holding(area)))
        & ((rows["theme"] == theme) if theme else True)
        & ((rows["stage"] == stage) | rows["stage"].isna() if stage else True)
    ]
    names = found.snapshot.nodes["name"]
    frame = pd.DataFrame({"role": "check", "id": mine["theme"], "type": "Theme", "name": mine["theme"].map(names), "area": mine["area"]})
    frame["area_name"] = mine["area"].map(names)
    for name in ("km", "n", "known_here", "providers"):
        frame[name] = None
    return frame.assign(date=mine["date"], by=mine["by"], source=mine["source"], as_of=None).iloc[::-1]
