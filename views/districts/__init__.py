"""The district map as a Streamlit component: polygons as buttons, actors as points, drawn as SVG, no tiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from graph import schema
from views import tokens
from views.districts import fills, projection
from views.districts.fills import Shading
from views.districts.projection import GRID, Projection
from views.mounting import Component, Fixed, digest
from views.words import translate

_COMPONENT = Component(
    "akteursatlas.districts",
    Path(__file__).parent,
    html='<div class="map"></div>',
    scripts=("shapes", "areas", "marks", "points", "dots", "names", "frame", "gestures", "file", "main"),
    style="districts.css",
    states=("selected", "area", "areas", "level", "classes"),
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
    small: bool = False,
    steady: bool = False,
    shading: Shading | None = None,
    subtitle: str = "",
    file: str = "",
    drawn: Fixed | None = None,
) -> None:
    """Shows ``areas`` and ``actors``. :func:`views.mounting.said` of ``st.session_state[key]`` then gives what was chosen.

    That is ``selected`` (actor id or None), ``area`` (go there; None: to everything), ``areas`` (ids: these together),
    and ``level`` or ``classes`` where the shading has such switches.

    ``areas``: index id; columns name, level, parent (id or None), geometry (GeoJSON text or None), and, if it is
    there, ``members`` (the Stadtteile of a Sozialraum). ``actors``: index id; columns type, name, lat, lon; who
    has no point is not drawn (listing them is the page's job, as are areas without polygon). ``chosen`` areas
    are outlined and fill the map; ``marked`` are the neighbours of ``selected``.
    ``small``: as part of a column, not as a picture of its own. ``steady``: what is chosen is outlined, and the map stays
    as it is; a click chooses an area and never leaves it. ``shading``: areas filled by a value, with a legend
    (:mod:`views.districts.fills`). ``subtitle`` and ``file`` are the line under the title and the name (without
    ending) of the map where it is saved. ``drawn``: what :func:`made` made of the same areas and actors before.
    """
    members = areas["members"] if "members" in areas.columns else pd.Series(dtype=object)
    shown = [part for area in chosen for part in (members[area] if area in members.index and isinstance(members[area], list | tuple) else [area])]
    data = {"chosen": shown, "selected": selected, "marked": marked, "small": small, "steady": steady}
    data |= shaded(shading) | {"title": title, "subtitle": subtitle, "file": f"{file or 'karte'}.svg"}
    _COMPONENT.mount(data, key=key, on_change=on_change, fixed=drawn or made(areas, actors, title=title, language=language))


def made(areas: pd.DataFrame, actors: pd.DataFrame, *, title: str, language: str) -> Fixed:
    """:func:`payload` as it is sent, to be kept for as long as areas and actors are the same."""
    return Fixed.of(payload(areas, actors, title=title, language=language))


def shaded(shading: Shading | None) -> dict[str, Any]:
    """The fills of areas and their legend as the script takes them; ``shade`` is a hash of them."""
    data = fills.tokens_of(shading)
    return data | {"shade": digest(data)}


def payload(areas: pd.DataFrame, actors: pd.DataFrame, *, title: str, language: str) -> dict[str, Any]:
    """Areas and points as the script takes them, with its words; coordinates in ``GRID`` steps.

    ``ground`` is a hash of the areas and words, ``version`` one of the points as well: what did not change is kept.
    """
    rows = areas[areas["level"].isin(_LEVELS)]
    known = tuple(zip(rows.index, *(rows[name] for name in ("name", "level", "parent", "geometry")), strict=True))
    located = actors[actors["lat"].notna() & actors["lon"].notna()].sort_index()
    flat, shapes, ground = _ground(known, language)
    if not shapes:
        flat = Projection.around([], list(zip(located["lat"], located["lon"], strict=True)))
        ground = ground | {"metres": flat.metres}
        ground |= {"ground": digest(ground)}
    points = {"points": _points(located, flat, shapes, dict(rows["level"])), "types": tokens.type_tokens(located["type"].unique(), language)}
    return ground | points | {"title": title, "version": digest([ground["ground"], points])} | shaded(None)


@lru_cache(maxsize=8)
def _ground(areas: tuple[tuple[Any, ...], ...], language: str) -> tuple[Projection, dict[str, BaseGeometry], dict[str, Any]]:
    """What is the same for all actors: projection, shapes by area, and areas and words as the script takes them.

    ``areas``: id, name, level, parent, geometry of each.
    """
    texts = tuple((str(area), level, geometry if isinstance(geometry, str) else "") for area, _name, level, _parent, geometry in areas)
    flat, shapes, outlines = _outlines(texts)
    names, levels, parents = ({area[0]: area[place] for area in areas} for place in (1, 2, 3))
    drawn = [
        {
            "id": area,
            "name": str(names[area]),
            "level": _LEVELS.index(levels[area]),
            "parent": _drawn_parent(area, parents, outlines),
            "rings": rings,
            "spot": spot,
            "room": room,
        }
        for area, (rings, spot, room) in outlines.items()
    ]
    ground: dict[str, Any] = {
        "areas": sorted(drawn, key=lambda area: (area["level"], area["name"].casefold(), area["id"])),
        "palette": tokens.PALETTE,
        "checked": fills.CHECKED,
        "hatch": fills.HATCH,
        "grid": GRID,
        "metres": flat.metres,
        "language": "en-GB" if language == "en" else "de-DE",
        "words": words(language),
    }
    return flat, shapes, ground | {"ground": digest(ground)}


@lru_cache(maxsize=8)
def _outlines(areas: tuple[tuple[str, str, str], ...]) -> tuple[Projection, dict[str, BaseGeometry], dict[str, tuple[list[list[int]], list[int], list[int]]]]:
    """Projection; for each area with a polygon its shape, and its rings, where its name stands, and how much room is there. The same on every run, so kept."""
    shapes = projection.read_shapes({area: text for area, _, text in areas})
    flat = Projection.around(list(shapes.values()), [])
    levels = {area: level for area, level, _ in areas if area in shapes}
    drawn = projection.simplified({area: flat.shape(found) for area, found in shapes.items()}, levels)
    out = {}
    for area, found in drawn.items():
        x, y, wide, high = projection.label_spot(found)
        out[area] = (projection.outline(found), [round(x * GRID), round(y * GRID)], [round(wide * GRID), round(high * GRID)])
    return flat, drawn, out


def _drawn_parent(area: str, parents: Mapping[str, Any], drawn: Mapping[str, Any]) -> str | None:
    """The nearest area above that has a polygon."""
    seen = {area}
    above = parents[area]
    while isinstance(above, str) and above in parents and above not in seen:
        if above in drawn:
            return above
        seen.add(above)
        above = parents[above]
    return None


def _points(actors: pd.DataFrame, flat: Projection, shapes: dict[str, BaseGeometry], levels: Mapping[str, str]) -> dict[str, Any]:
    """Actors as columns: who they are, where they stand, and for each level the area that holds them (for counting at low zoom), as places in lists."""
    x, y = flat.points(actors["lat"].to_numpy(float), actors["lon"].to_numpy(float))
    types = actors["type"].unique().tolist()
    ids = list(shapes)
    within: dict[str, list[int]] = {}
    if ids and len(actors):
        found, area = STRtree([shapes[i] for i in ids]).query(shapely.points(x, y), predicate="intersects")
        for level in dict.fromkeys(levels[i] for i in ids):
            held = np.full(len(actors), -1)
            of_level = np.array([levels[i] == level for i in ids])[area]
            held[found[of_level][::-1]] = area[of_level][::-1]
            within[level] = held.tolist()
    return {
        "ids": actors.index.tolist(),
        "names": actors["name"].astype(str).tolist(),
        "kinds": types,
        "kind": pd.Categorical(actors["type"], categories=types).codes.tolist(),
        "x": np.rint(x * GRID).astype(int).tolist(),
        "y": np.rint(y * GRID).astype(int).tolist(),
        "areas": ids,
        "within": [within[level] for level in reversed(_LEVELS) if level in within],
    }


def words(language: str) -> dict[str, str]:
    """The sentences of the script; {name} places are filled there."""
    return {
        "bigger": translate("Karte vergrößern", language),
        "smaller": translate("Karte verkleinern", language),
        "everything": translate("Ausschnitt zurücksetzen", language),
        "full": translate("Vollbild", language),
        "fullLong": translate("Karte als Vollbild; Escape beendet es", language),
        "saveLong": translate("Karte als SVG-Datei speichern", language),
        "tools": translate("Werkzeuge der Karte", language),
        "keys": translate("Pfeiltasten verschieben, Plus und Minus ändern die Größe, Bild auf und ab wechseln den Akteur", language),
        "spoken": translate("{type} {name}, gewählt", language),
        "nobody": translate("Niemand ausgewählt.", language),
        "areaOne": translate("Gewähltes Gebiet: {names}", language),
        "areaMany": translate("{n} Gebiete gewählt: {names}", language),
        "noArea": translate("Kein Gebiet gewählt", language),
        "choose": translate("{name} wählen", language),
        "back": translate("{name}, gewählt; zurück zu {parent}", language),
        "chosen": translate("{name}, gewählt", language),
        "placeOne": translate("{name}: 1 Standort", language),
        "placeMany": translate("{name}: {n} Standorte", language),
        "sameSpot": translate("{n} an einer Adresse: {names}", language),
        "empty": translate("Für dieses Gebiet gibt es weder Flächen noch Punkte.", language),
    }
