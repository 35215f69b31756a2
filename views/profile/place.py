"""Where an actor works, on a small map: its place, the areas that it serves; of a Gremium the places of its members."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from graph.snapshot import Snapshot
from views import naming, state
from views.districts import district_map
from views.profile.rows import Select
from views.words import _, count_of, language

_KEY = "profile_map"


def show(view: Snapshot, actor: str, relations: pd.DataFrame, seats: pd.DataFrame, select: Select) -> None:
    """The map; nothing where no place is known. ``relations`` and ``seats``: network/relations and network/co_members of the actor."""
    places = points(view, actor, seats)
    served = list(relations.loc[(relations["type"] == "SERVES") & (relations["direction"] == "out"), "other"])
    if places.empty and not served:
        return
    st.markdown("#### " + _("Wo es wirkt"))
    if len(places) > 1:
        st.markdown(":small[:gray[" + count_of(len(places), _("Standort"), _("Standorte")) + "]]")
    row = view.nodes.loc[actor]
    district_map(
        naming.frame(view),
        places,
        key=_KEY,
        chosen=served,
        selected=actor if actor in places.index else None,
        marked=[],
        title=_("Wo {name} wirkt").format(name=row["name"]),
        language=language(),
        on_change=lambda: _said(select),
        small=True,
    )


def points(view: Snapshot, actor: str, seats: pd.DataFrame) -> pd.DataFrame:
    """Who stands on the map (type, name, lat, lon): the actor, or the institutions of a Gremium."""
    nodes = view.nodes
    if not {"lat", "lon"} <= set(nodes.columns):
        return nodes.iloc[:0].reindex(columns=["type", "name", "lat", "lon"])
    who = [actor] if nodes["type"][actor] != "Gremium" else [actor, *dict.fromkeys(seats["other"])]
    found = nodes.loc[[key for key in who if key in nodes.index], ["type", "name", "lat", "lon"]]
    return found[found["lat"].notna() & found["lon"].notna()]


def _said(select: Select) -> None:
    state.news(_KEY, "selected", lambda actor: select(actor) if actor else None)
    state.news(_KEY, "area", lambda area: state.to_areas((area,)) if area else None)
