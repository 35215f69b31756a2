"""Akteurslandkarte: network, district map and profile of an area, with one selection for all of them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from graph import schema
from graph.snapshot import Snapshot
from views import data, naming, profile, state, tables
from views.districts import district_map
from views.drawing import draw
from views.network import Chip, network
from views.profile import safe
from views.sentences import title
from views.state import DRAWINGS, Choice
from views.words import _, count_of, language

_NET, _MAP = "net", "map"


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
    chosen = _known(state.choice(), view)
    _controls(view, chosen)
    as_of = chosen.day or date.today().isoformat()
    actors = data.ask("network/area_actors", areas=list(chosen.areas), as_of=as_of)
    if chosen.actor and chosen.steps:
        around = data.ask("network/neighbourhood", actor=chosen.actor, steps=chosen.steps, as_of=as_of)
        actors = data.ask("network/area_actors", areas=[], as_of=as_of).reindex(around["id"]).dropna(subset=["type"])
    ties = data.ask("network/ties", actors=list(actors.index), as_of=as_of)
    place = naming.phrase(view, chosen.areas)
    with st.container(key="sentence"):
        st.markdown("## " + safe(title(actors, ties, place, view.nodes["name"].get(chosen.actor or "") if chosen.steps else None)))
    picture, table, edges = st.tabs([_("Karte"), _("Tabelle"), _("Beziehungen als Tabelle")])
    shown = actors[actors["type"].isin(chosen.types)]
    with picture:
        _picture(view, chosen, actors, shown, ties, place, as_of)
    with table:
        tables.actors(shown, chosen.actor, _select)
    with edges:
        tables.ties(ties[ties["a"].isin(shown.index) & ties["b"].isin(shown.index)], view)
    state.write()


def _known(choice: Choice, view: Snapshot) -> Choice:
    """The choice without what is not in the network (an old link)."""
    areas = tuple(area for area in choice.areas if view.nodes["type"].get(area) == "Area")
    actor = choice.actor if choice.actor in view.nodes.index else None
    if (areas, actor) != (choice.areas, choice.actor):
        if choice.areas != areas or choice.actor:
            st.info(_("Der Link nennt einen Eintrag, den es nicht mehr gibt; er wurde weggelassen."))
        state.change(areas=areas, actor=actor, steps=choice.steps if actor else 0)
    return state.choice_now()


# ---- controls ---------------------------------------------------------------------------------------


def _controls(view: Snapshot, chosen: Choice) -> None:
    """The row above the picture. Widgets follow the choice, so that network, map and address can change it, too."""
    options = naming.options(view)
    bar = st.columns([2.8, 2.8, 2.2, 1.5], vertical_alignment="bottom")
    st.session_state["w_areas"] = list(chosen.areas)
    bar[0].multiselect(
        _("Gebiet"),
        list(options),
        key="w_areas",
        format_func=lambda area: options.get(area, area),
        placeholder=_("Ganze Kommune"),
        on_change=lambda: _areas(tuple(st.session_state["w_areas"])),
    )
    everyone = view.nodes[view.nodes["type"].isin(schema.ACTORS)]
    st.session_state["w_actor"] = chosen.actor
    words = naming.actor_words(view)
    bar[1].selectbox(
        _("Akteur suchen"),
        list(everyone.index),
        key="w_actor",
        index=None,
        format_func=lambda actor: words.get(actor, actor),
        placeholder=_("Name eingeben ..."),
        on_change=lambda: _select(st.session_state["w_actor"]),
    )
    st.session_state["w_drawing"] = chosen.drawing
    drawings = {"steuerungsbild": _("Steuerungsbild"), "netz": _("Netz")}
    bar[2].segmented_control(
        _("Darstellung"),
        list(DRAWINGS),
        key="w_drawing",
        required=True,
        format_func=drawings.__getitem__,
        on_change=lambda: state.change(drawing=st.session_state["w_drawing"]),
        help=_("Steuerungsbild: Gremien innen, Einrichtungen außen. Netz: freie Anordnung nach Nähe."),
    )
    st.session_state["w_day"] = date.fromisoformat(chosen.day) if chosen.day else date.today()
    bar[3].date_input(_("Stand am"), key="w_day", format="DD.MM.YYYY", on_change=_day, help=_("Zeigt, was an diesem Tag galt."))


def _day() -> None:
    picked = st.session_state["w_day"]
    state.change(day="" if picked is None or picked == date.today() else picked.isoformat())


def _areas(areas: tuple[str, ...]) -> None:
    state.change(areas=areas, steps=0, opened=())


def _select(actor: str | None) -> None:
    now = state.choice_now()
    state.change(actor=actor, steps=now.steps if actor else 0)


def _umfeld(steps: int) -> None:
    state.change(steps=steps)


def _from_network() -> None:
    state.news(_NET, "selected", _select)
    state.news(_NET, "types", lambda types: state.change(types=tuple(types or ())))
    state.news(_NET, "opened", lambda folds: state.change(opened=tuple(folds or ())))


def _from_map() -> None:
    state.news(_MAP, "selected", _select)
    state.news(_MAP, "area", lambda area: _areas((area,)) if area else None)


# ---- the picture ------------------------------------------------------------------------------------


def _picture(view: Snapshot, chosen: Choice, actors: pd.DataFrame, shown: pd.DataFrame, ties: pd.DataFrame, place: str, as_of: str) -> None:
    left, middle, right = st.columns([6.2, 2.3, 2.5], gap="medium")
    scope = ",".join(sorted(chosen.areas)) or "all"
    if chosen.steps:
        scope = f"around {chosen.actor} {chosen.steps}"
    drawing = draw(chosen.drawing, shown, ties, scope=scope, positions=data.positions(), language=language(), opened=frozenset(chosen.opened))
    with left:
        network(
            drawing,
            key=_NET,
            selected=chosen.actor,
            chips=_chips(chosen, actors),
            title=_("Netzwerk {place}").format(place=place),
            language=language(),
            on_change=_from_network,
        )
    with middle:
        _map(view, chosen, shown, ties, place)
    with right, st.container(key="profile", border=True):
        _profile(view, chosen, actors, as_of)


def _chips(chosen: Choice, actors: pd.DataFrame) -> list[Chip]:
    counts = actors["type"].value_counts()
    never = _("Im Steuerungsbild nicht gezeichnet; in der Darstellung Netz")
    return [
        Chip(name, int(counts.get(name, 0)), name in chosen.types, never if name == "Person" and chosen.drawing == "steuerungsbild" else "")
        for name in schema.ACTORS
    ]


def _map(view: Snapshot, chosen: Choice, shown: pd.DataFrame, ties: pd.DataFrame, place: str) -> None:
    points = shown[shown["lat"].notna() & shown["lon"].notna()]
    st.markdown(f"**{_('Wo sie sind')}** · {count_of(len(points), _('Standort'), _('Standorte'))}")
    areas = naming.frame(view)
    around = ties[(ties["a"] == chosen.actor) | (ties["b"] == chosen.actor)]
    marked = sorted((set(around["a"]) | set(around["b"])) - {chosen.actor or ""})
    district_map(
        areas,
        points[["type", "name", "lat", "lon"]],
        key=_MAP,
        chosen=list(chosen.areas),
        selected=chosen.actor,
        marked=marked,
        title=_("Stadtkarte {place}").format(place=place),
        language=language(),
        on_change=_from_map,
    )
    st.markdown(":small[:gray[" + _("Ein Klick auf ein Gebiet wechselt dorthin.") + "]]")
    inside = view.areas.within(chosen.areas) if chosen.areas else set(areas.index)
    bare = areas[areas.index.isin(inside) & areas["geometry"].isna() & (areas["level"] != "social_space")]
    if len(bare):
        with st.expander(count_of(len(bare), _("Gebiet ohne Fläche"), _("Gebiete ohne Fläche"))):
            st.markdown(", ".join(safe(name) for name in bare["name"]))
    lost = shown[(shown["type"] == "Institution") & shown["lat"].isna()]
    if len(lost):
        with st.expander(count_of(len(lost), _("Institution ohne Punkt auf der Karte"), _("Institutionen ohne Punkt auf der Karte"))):
            for actor, row in lost.head(200).iterrows():
                st.button(f"{profile.glyph('Institution')} {safe(row['name'])}", key=f"lost_{actor}", type="tertiary", on_click=_select, args=(actor,))


def _profile(view: Snapshot, chosen: Choice, actors: pd.DataFrame, as_of: str) -> None:
    if not chosen.actor or chosen.actor not in view.nodes.index:
        profile.nobody(view, actors, _select)
        return
    if chosen.actor not in actors.index:
        st.info(_("Gehört nicht zum gewählten Gebiet."))
        home = data.ask("network/area_actors", areas=[], as_of=as_of)["area"].get(chosen.actor)
        if isinstance(home, str):
            st.button(_("Zum Gebiet {place}").format(place=safe(view.nodes.loc[home, "name"])), on_click=_areas, args=((home,),))
    profile.show(view, chosen.actor, as_of=as_of, steps=chosen.steps, select=_select, umfeld=_umfeld)
