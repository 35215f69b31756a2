"""The map of the picture: areas to choose, actors where they are, and lists of what has no place on it."""

from __future__ import annotations

import re
from functools import partial

import pandas as pd
import streamlit as st

from views import naming, profile, state
from views.districts import district_map, made
from views.panels import shading
from views.picture import Picture
from views.profile import safe
from views.words import _, count_of, day, language

_KEY = "map"
_LISTED = 200
"""Buttons in one list; who is beyond is in the table."""


def show(seen: Picture) -> None:
    """The map of the actors that the picture shows."""
    view, chosen, shown = seen.view, seen.choice, seen.shown
    points = seen.once("points", lambda: shown[shown["lat"].notna() & shown["lon"].notna()])
    hint = _("Ein Klick auf ein Gebiet wechselt dorthin; mit Strg kommen weitere dazu, mit Umschalt und Ziehen wählen Sie mehrere.")
    st.markdown(f"**{_('Wo sie sind')}** · {count_of(len(points), _('Standort'), _('Standorte'))}", help=hint)
    shading.control(seen)
    areas, title = naming.frame(view), _("Stadtkarte {place}").format(place=seen.place)
    district_map(
        areas,
        points[["type", "name", "lat", "lon"]],
        key=_KEY,
        chosen=list(chosen.areas),
        selected=chosen.actor,
        marked=seen.beside(chosen.actor),
        title=title,
        subtitle=_("Stand {day}").format(day=day(seen.as_of)) + " · " + count_of(len(points), _("Standort"), _("Standorte")),
        file=file_name(seen),
        language=language(),
        on_change=_said,
        shading=shading.shading(seen),
        drawn=seen.once("map", lambda: made(areas, points[["type", "name", "lat", "lon"]], title=title, language=language())),
    )
    _social_spaces(seen)
    _bare(seen, areas)
    for kind in ("Institution", "Offer"):
        _lost(seen.once(f"lost {kind}", partial(_without_point, shown, kind)), kind)
    if areas["geometry"].notna().any():
        beyond = seen.once("beyond", lambda: points[points["area"].isna()])
        _listed(beyond, count_of(len(beyond), _("Standort außerhalb aller Gebiete"), _("Standorte außerhalb aller Gebiete")), "beyond")


def file_name(seen: Picture) -> str:
    """The name under which the map is saved: area and day, in letters that every system takes."""
    plain = seen.place.casefold().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
    return f"karte-{re.sub(r'[^a-z0-9]+', '-', plain).strip('-')[:60] or 'gebiet'}-{seen.as_of}"


def _social_spaces(seen: Picture) -> None:
    """The Stadtteile of chosen Sozialräume, which stand on the map in their place."""
    tree = seen.view.areas
    names = seen.view.nodes["name"]
    for space in (area for area in seen.choice.areas if area in set(tree.social_spaces)):
        st.markdown(_("{name} umfasst:").format(name=safe(names[space])))
        _area_buttons(seen, tree.children(space), f"space_{space}")


def _bare(seen: Picture, areas: pd.DataFrame) -> None:
    """Areas of the choice without polygon."""
    inside = seen.view.areas.within(seen.choice.areas) if seen.choice.areas else set(areas.index)
    bare = areas[areas.index.isin(inside) & areas["geometry"].isna() & (areas["level"] != "social_space")]
    if len(bare):
        with st.expander(count_of(len(bare), _("Gebiet ohne Fläche"), _("Gebiete ohne Fläche"))):
            _area_buttons(seen, list(bare.sort_values("name").index), "bare")


def _area_buttons(seen: Picture, areas: list[str], key: str) -> None:
    """Each area as a button that goes there, with its value where the map shows values."""
    values, names = shading.values_of(seen), seen.view.nodes["name"]
    with st.container(horizontal=True, gap="small"):
        for area in areas[:_LISTED]:
            label = f"{safe(names[area])} · **{values[area]}**" if area in values else safe(names[area])
            st.button(label, key=f"{key}_{area}", type="tertiary", on_click=state.to_areas, args=((area,),))
    _further(len(areas))


def _without_point(shown: pd.DataFrame, kind: str) -> pd.DataFrame:
    return shown[(shown["type"] == kind) & (shown["lat"].isna() | shown["lon"].isna())]


def _lost(lost: pd.DataFrame, kind: str) -> None:
    """Actors without a point."""
    words = {
        "Institution": (_("Institution ohne Punkt auf der Karte"), _("Institutionen ohne Punkt auf der Karte")),
        "Offer": (_("Angebot ohne Punkt auf der Karte"), _("Angebote ohne Punkt auf der Karte")),
    }[kind]
    _listed(lost, count_of(len(lost), *words), "lost")


def _listed(actors: pd.DataFrame, title: str, key: str) -> None:
    """Actors as buttons that choose them, under a title that opens; nothing where there are none."""
    if actors.empty:
        return
    with st.expander(title):
        for actor, kind, name in actors[["type", "name"]].head(_LISTED).itertuples():
            st.button(f"{profile.glyph(kind)} {safe(name)}", key=f"{key}_{actor}", type="tertiary", on_click=state.select, args=(actor,))
        _further(len(actors))


def _further(n: int) -> None:
    if n > _LISTED:
        st.markdown(":small[:gray[" + _("Weitere stehen in der Tabelle.") + "]]")


def _said() -> None:
    state.news(_KEY, "selected", state.select)
    state.news(_KEY, "area", lambda area: state.to_areas((area,) if area else ()))
    state.news(_KEY, "level", lambda level: shading.to_level(str(level)))
    state.news(_KEY, "classes", lambda classes: shading.to_classes(str(classes)))
    state.news(_KEY, "areas", lambda areas: state.to_areas(tuple(areas or ())))
