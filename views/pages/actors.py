"""Akteurslandkarte: network, district map and profile of an area, with one selection for all of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import streamlit as st

from views import data, moving, profile, state, tables
from views.beside import beside
from views.captions import caption
from views.drawing import Drawing
from views.known import known
from views.network import network
from views.panels import controls, legend, net_options, places, talking, views_menu
from views.picture import Picture, picture_of
from views.profile import safe
from views.state import TABS, Choice
from views.words import _, language

_NET = "net"
_READ = "profile_read"
_SENDING = 0.012
"""Seconds in which Streamlit's server, which gathers for a hundredth, sends what somebody waits for, before this thread works on."""


def page() -> None:
    """The page."""
    data.guarded(_page)


def _page() -> None:
    view = data.current()
    if view.nodes.empty:
        st.markdown("# " + _("Noch nichts eingelesen"))
        st.markdown(
            _("So beginnen Sie: **akteursatlas template netzwerk.xlsx** schreibt eine Excel-Vorlage; **akteursatlas demo** zeigt eine erfundene Stadt.")
        )
        return
    chosen = known(state.choice(), view)
    seen = picture_of(view, chosen, data.ask)
    above, sentence = st.container(), st.container(key="sentence", horizontal=True, vertical_alignment="center")
    sentence.markdown("## " + safe(seen.title))
    menu = sentence.container(width="content")
    with sentence:
        talking.door(chosen)  # first: who goes on to the Vortrag waits for nothing here
    views_menu.notice()
    picture, table, edges = _tabs(chosen)
    with picture:
        _picture(seen)
    with menu:
        views_menu.show(seen)
    with above:
        controls.show(seen)
    if table.open:
        with table:
            st.markdown(safe(seen.summary))
            tables.actors(seen)
    if edges.open:
        with edges:
            tables.ties(seen)
    state.write()


def _tabs(chosen: Choice) -> Sequence[Any]:
    """Picture and tables. The picture stays where it is behind a table; a table is made when it is looked at."""
    words = dict(zip(TABS, (_("Karte"), _("Tabelle"), _("Beziehungen als Tabelle")), strict=True))
    st.session_state["w_tab"] = words[chosen.tab]
    named = {word: tab for tab, word in words.items()}
    return st.tabs(list(named), key="w_tab", on_change=lambda: state.change(tab=named[st.session_state["w_tab"]]))


def _from_network() -> None:
    state.news(_NET, "selected", state.select)
    state.news(_NET, "types", lambda types: state.change(types=tuple(types or ())))
    state.news(_NET, "opened", lambda folds: state.change(opened=tuple(folds or ())))
    state.news(_NET, "hidden_ties", lambda kinds: state.change(hidden_ties=tuple(kinds or ())))
    state.news(_NET, "moved", lambda drop: moving.keep(_drawn(), data.positions(), str(drop["id"]), float(drop["x"]), float(drop["y"])))
    state.news(_NET, "rearranged", lambda _yes: moving.rearrange(_drawn(), data.positions()))


def _drawn() -> Drawing:
    """The drawing that the reader has before them."""
    return picture_of(data.current(), state.choice_now(), data.ask).drawing(data.positions())


# ---- the picture ------------------------------------------------------------------------------------


def _picture(seen: Picture) -> None:
    left, middle, right = beside([6.2, 2.3, 2.5])
    right = right.container(key="profile", border=True)
    parts = [(left, _network), (middle, places.show), (right, _profile)]
    if st.session_state.get(_READ) != seen.choice.actor:  # whoever has just chosen somebody waits for the profile
        parts.reverse()
    for place, (column, show) in enumerate(parts):
        with column:
            show(seen)
        if not place:
            time.sleep(_SENDING)
    st.session_state[_READ] = seen.choice.actor


def _network(seen: Picture) -> None:
    drawing = seen.drawing(data.positions())
    above = net_options.show(seen)
    network(
        drawing,
        key=_NET,
        selected=seen.choice.actor,
        chips=legend.chips(seen),
        title=f"{seen.title}. {seen.summary}",
        language=language(),
        on_change=_from_network,
        above=above,
        counts=seen.tie_counts,
        hidden=seen.choice.hidden_ties,
        moved=moving.moved(drawing, data.positions()),
        caption=caption(seen),
        story=seen.story,
    )


def _profile(seen: Picture) -> None:
    view, actor = seen.view, seen.choice.actor
    talking.emphasis(seen.choice)
    if not actor:
        profile.nobody(view, seen.actors, state.select)
        return
    if actor not in seen.actors.index:
        st.info(_("Gehört nicht zum gewählten Gebiet."))
        home = data.ask("network/area_actors", areas=[], as_of=seen.as_of)["area"].get(actor)
        if isinstance(home, str):
            st.button(_("Zum Gebiet {place}").format(place=safe(view.nodes.loc[home, "name"])), on_click=state.to_areas, args=((home,),))
    least = int(seen.choice.drawing == "ringe")
    steps = max(least, seen.choice.steps)
    profile.show(view, actor, as_of=seen.as_of, steps=steps, select=state.select, umfeld=lambda n: state.change(steps=n), least=least)
