"""The district map as a Streamlit component: polygons as buttons, actors as points, drawn as SVG, no tiles."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from graph import schema
from views import tokens
from views.districts import projection
from views.districts.projection import GRID, Projection
from views.mounting import Component, digest
from views.words import translate

_COMPONENT = Component(
    "akteursatlas.districts",
    Path(__file__).parent,
    html='<div class="map"></div>',
    scripts=("shapes", "areas", "points", "names", "main"),
    style="districts.css",
    states=("selected", "area"),
)
_LEVELS = [c.value for c in schema.AREA_LEVELS if c.value != "social_space"]
"""Coarse to fine. A Sozialraum is shown as the Stadtteile that it groups, never as a polygon over them."""


def district_map(
    areas: pd.DataFrame,
    actors: pd.DataFrame,
    *,
    key: str,
    chosen: list[str],
    selected: str | None,
    marked: list[str],
    title: str,
    language: str,
    on_change: Callable[[], None],
) -> None:
    """Shows ``areas`` and ``actors``. :func:`views.mounting.said` of ``st.session_state[key]`` then gives ``selected`` (actor id or None) and ``area``.

    ``areas``: index id; columns name, level, parent (id or None), geometry (GeoJSON text or None), and, if it is
    there, ``members`` (the Stadtteile of a Sozialraum). ``actors``: index id; columns type, name, lat, lon; who
    has no point is not drawn (listing them is the page's job, as are areas without polygon). ``chosen`` areas
    are outlined and fill the map; ``marked`` are the neighbours of ``selected``.
    """
    data = payload(areas, actors, title=title, language=language)
    members = areas["members"] if "members" in areas.columns else pd.Series(dtype=object)
    shown = [part for area in chosen for part in (members[area] if area in members.index and isinstance(members[area], list | tuple) else [area])]
    data |= {"chosen": shown, "selected": selected, "marked": marked}
    _COMPONENT.mount(data, key=key, on_change=on_change)


def payload(areas: pd.DataFrame, actors: pd.DataFrame, *, title: str, language: str) -> dict[str, Any]:
    """Everything that the script needs, but what is chosen; ``version`` is a hash of it. Coordinates in ``GRID`` steps."""
    rows = areas[areas["level"].isin(_LEVELS)]
    text = tuple((str(i), row["level"], row["geometry"] if isinstance(row["geometry"], str) else "") for i, row in rows.to_dict("index").items())
    located = actors[actors["lat"].notna() & actors["lon"].notna()].sort_index()
    flat, shapes, outlines = _outlines(text)
    if not outlines:
        flat = Projection.around([], list(zip(located["lat"], located["lon"], strict=True)))
    records = rows.to_dict("index")
    data: dict[str, Any] = {
        "areas": [
            {
                "id": i,
                "name": str(records[i]["name"]),
                "level": _LEVELS.index(records[i]["level"]),
                "parent": _drawn_parent(i, records, outlines),
                "rings": rings,
                "spot": spot,
            }
            for i, (rings, spot) in outlines.items()
        ],
        "points": _points(located, flat, shapes),
        "types": tokens.type_tokens(dict.fromkeys(located["type"]), language),
        "palette": tokens.PALETTE,
        "grid": GRID,
        "metres": flat.metres,
        "title": title,
        "language": "en-GB" if language == "en" else "de-DE",
        "words": words(language),
    }
    data["areas"].sort(key=lambda area: (area["level"], area["id"]))
    return data | {"version": digest(data)}


@lru_cache(maxsize=8)
def _outlines(areas: tuple[tuple[str, str, str], ...]) -> tuple[Projection, dict[str, BaseGeometry], dict[str, tuple[list[list[int]], list[int]]]]:
    """Projection; for each area with a polygon its shape, and its rings and where its name stands. The same on every run, so kept."""
    shapes = projection.read_shapes({area: text for area, _, text in areas})
    flat = Projection.around(list(shapes.values()), [])
    levels = {area: level for area, level, _ in areas if area in shapes}
    drawn = projection.simplified({area: flat.shape(found) for area, found in shapes.items()}, levels)
    out = {}
    for area, found in drawn.items():
        x, y = projection.label_spot(found)
        out[area] = (projection.outline(found), [round(x * GRID), round(y * GRID)])
    return flat, drawn, out


def _drawn_parent(area: str, records: dict[Any, dict[Any, Any]], drawn: dict[str, Any]) -> str | None:
    """The nearest area above that has a polygon."""
    seen = {area}
    above = records[area].get("parent")
    while isinstance(above, str) and above in records and above not in seen:
        if above in drawn:
            return above
        seen.add(above)
        above = records[above].get("parent")
    return None


def _points(actors: pd.DataFrame, flat: Projection, shapes: dict[str, BaseGeometry]) -> list[dict[str, Any]]:
    """Actors with their place, and the areas that hold it (for counting at low zoom)."""
    places = [flat.point(float(lat), float(lon)) for lat, lon in zip(actors["lat"], actors["lon"], strict=True)]
    ids = list(shapes)
    within: list[list[str]] = [[] for _ in places]
    if ids and places:
        for at, area in STRtree([shapes[i] for i in ids]).query(shapely.points(places), predicate="intersects").T:
            within[at].append(ids[area])
    return [
        {"id": i, "type": row["type"], "name": str(row["name"]), "x": round(x * GRID), "y": round(y * GRID), "areas": found}
        for (i, row), (x, y), found in zip(actors.to_dict("index").items(), places, within, strict=True)
    ]


def words(language: str) -> dict[str, str]:
    """The sentences of the script; {name} places are filled there."""
    return {
        "bigger": translate("Karte vergrößern", language),
        "smaller": translate("Karte verkleinern", language),
        "everything": translate("Ausschnitt zurücksetzen", language),
        "choose": translate("{name} wählen", language),
        "back": translate("{name}, gewählt; zurück zu {parent}", language),
        "chosen": translate("{name}, gewählt", language),
        "placeOne": translate("{name}: 1 Standort", language),
        "placeMany": translate("{name}: {n} Standorte", language),
        "sameSpot": translate("{n} an einer Adresse: {names}", language),
        "empty": translate("Für dieses Gebiet gibt es weder Flächen noch Punkte.", language),
    }
