"""The row above the picture: which area, whom, which drawing, on which day. Its widgets follow the choice, which network, map and address change, too."""

from __future__ import annotations

from datetime import date

import streamlit as st

from graph import schema
from views import naming, state
from views.facets import FIELDS
from views.panels import finder
from views.picture import Picture
from views.profile import safe
from views.state import DRAWINGS
from views.words import _, language, number


def show(seen: Picture) -> None:
    """The controls of the picture."""
    view, chosen = seen.view, seen.choice
    options = naming.options(view)
    bar = st.columns([2.2, 2.2, 3.15, 1.1, 1.35, 1.35], vertical_alignment="bottom")
    st.session_state["w_areas"] = list(chosen.areas)
    bar[0].multiselect(
        _("Gebiet"),
        list(options),
        key="w_areas",
        format_func=lambda area: options.get(area, area),
        placeholder=_("Ganze Kommune"),
        on_change=lambda: state.to_areas(tuple(st.session_state["w_areas"])),
    )
    with bar[1]:
        finder.show()
    st.session_state["w_drawing"] = chosen.drawing
    drawings = {"steuerungsbild": _("Steuerungsbild"), "netz": _("Netz"), "ringe": _("Ringe"), "matrix": _("Matrix")}
    bar[2].segmented_control(
        _("Darstellung"),
        list(DRAWINGS),
        key="w_drawing",
        required=True,
        format_func=drawings.__getitem__,
        on_change=lambda: state.change(drawing=st.session_state["w_drawing"]),
        help=_(
            "Steuerungsbild: Gremien innen, Einrichtungen außen. Netz: freie Anordnung nach Nähe. "
            "Ringe: einer in der Mitte, die anderen nach Schritten. Matrix: wer in welchem Gremium sitzt."
        ),
    )
    with bar[3]:
        _filters(seen)
    st.session_state["w_day"] = date.fromisoformat(chosen.day) if chosen.day else date.today()
    bar[4].date_input(_("Stand am"), key="w_day", format="DD.MM.YYYY", on_change=_day, help=_("Zeigt, was an diesem Tag galt."))
    st.session_state["w_since"] = date.fromisoformat(chosen.since) if chosen.since else None
    bar[5].date_input(
        _("Verändert seit"),
        value=None,
        key="w_since",
        format="DD.MM.YYYY",
        on_change=lambda: state.change(since=st.session_state["w_since"].isoformat() if st.session_state["w_since"] else ""),
        help=_("Zeigt nur, wer seit diesem Tag dazugekommen oder ausgeschieden ist und welche Beziehungen begonnen oder geendet haben."),
    )


def _filters(seen: Picture) -> None:
    """Theme, stage and target group, each value with the number of actors that it would leave."""
    active = sum(len(getattr(seen.choice, field)) for field in FIELDS.values())
    with st.popover(f"{_('Filter')} · {active}" if active else _("Filter"), type="primary" if active else "secondary", width="stretch"):
        if not any(seen.offered.values()):
            st.markdown(_("Für diese Akteure ist weder Thema noch Bildungsphase noch Zielgruppe erfasst."))
        for facet, values in seen.offered.items():
            if not values:
                continue
            field, words = FIELDS[facet], {value.id: f"{safe(value.name)} · {number(value.count)}" for value in values}
            key = f"w_{field}"
            st.session_state[key] = [value.id for value in values if value.on]
            st.pills(
                schema.NODES[facet].label.in_(language()),
                list(words),
                selection_mode="multi",
                key=key,
                format_func=words.__getitem__,
                on_change=_filter,
                args=(field, key),
            )
        if active:
            st.button(_("Alle Filter aufheben"), on_click=lambda: state.change(**dict.fromkeys(FIELDS.values(), ())))


def _filter(field: str, key: str) -> None:
    state.change(**{field: tuple(st.session_state[key])})


def _day() -> None:
    picked = st.session_state["w_day"]
    state.change(day="" if picked is None or picked == date.today() else picked.isoformat())
