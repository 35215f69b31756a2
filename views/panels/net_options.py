"""What the Netz alone has to choose: how it is grouped, whether everybody is shown, what the size of symbols follows."""

from __future__ import annotations

import streamlit as st

from views import state
from views.picture import Picture
from views.profile import safe
from views.state import GROUPINGS
from views.words import _, number

HEIGHT = 56
"""Px that the row takes: the picture under it is lower by so much."""


def show(seen: Picture) -> int:
    """The controls of the Netz; nothing for the other drawings. How many px they take."""
    if seen.choice.drawing != "netz":
        return 0
    row = st.container(horizontal=True, vertical_alignment="center", key="net_options")
    with row.popover(_("Gruppen und Größe")):
        _grouping(seen)
        _measure(seen)
    st.session_state["w_whole"] = seen.choice.whole
    row.toggle(
        _("Alle einzeln zeigen ({n})").format(n=number(len(seen.shown))),
        key="w_whole",
        on_change=lambda: state.change(whole=st.session_state["w_whole"]),
        help=_("Sonst wird zusammengefasst, was nicht mit Namen ins Bild passt."),
    )
    return HEIGHT


def _grouping(seen: Picture) -> None:
    words = {"": _("wie es passt"), "sector": _("Sektor"), "area": _("Gebiet"), "community": _("Gemeinschaft")}
    st.session_state["w_grouping"] = seen.choice.grouping
    st.radio(
        _("Gruppieren nach"),
        list(GROUPINGS),
        key="w_grouping",
        format_func=words.__getitem__,
        on_change=lambda: state.change(grouping=st.session_state["w_grouping"]),
        help=_("Eine Gemeinschaft hat untereinander mehr Beziehungen als nach außen. Sie heißt nach dem, der in ihr am besten vernetzt ist."),
    )


def _measure(seen: Picture) -> None:
    words = {"": _("einheitlich"), "ties": _("Beziehungen"), "betweenness": _("Vermittler"), "seats": _("Gremien, in denen jemand sitzt")}
    st.session_state["w_measure"] = seen.choice.measure if seen.choice.measure in words else ""
    st.radio(
        _("Größe der Symbole"),
        list(words),
        key="w_measure",
        format_func=words.__getitem__,
        on_change=lambda: state.change(measure=st.session_state["w_measure"]),
        help=_("Vermittler: Anteil der kürzesten Wege zwischen je zwei anderen, die über diesen Akteur führen. Die Fläche des Symbols folgt dem Wert."),
    )
    if told := _largest(seen):
        st.markdown(f":small[:gray[{told}]]")


def _largest(seen: Picture) -> str:
    """Who has the largest symbol, with the number that it stands for."""
    values = {actor: value for actor, value in seen.sizes.items() if value > 0}
    if not values:
        return ""
    first = min(values, key=lambda actor: (-values[actor], actor))
    name, value = safe(seen.view.nodes["name"].get(first, first)), values[first]
    if seen.choice.measure == "betweenness":
        return _("Größtes Symbol: {name}, auf {n} % der kürzesten Wege").format(name=name, n=number(100 * value, 1))
    if seen.choice.measure == "seats":
        return _("Größtes Symbol: {name}, Zahl der Gremien: {n}").format(name=name, n=number(value))
    return _("Größtes Symbol: {name}, Zahl der Beziehungen: {n}").format(name=name, n=number(value))
