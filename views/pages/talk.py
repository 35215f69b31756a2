"""Vortrag: the picture of the Akteurslandkarte on the whole screen, for a meeting: sentence, picture, legend, sources, and keys from area to area."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from graph.snapshot import Snapshot
from views import data, frame, naming, state
from views.captions import caption
from views.known import known
from views.network import Turning, network
from views.panels import legend
from views.picture import Picture, picture_of
from views.presentation import projected
from views.turning import siblings, turned
from views.words import _, language, number

_KEY = "talk"
_OVER = "talk_over"
_TURNS = "talk_turns"
_MAP = "akteurslandkarte"
# Nothing but the picture: the navigation and the page's margins are taken away while this page is shown.
_BARE = """<style>
[data-testid="stHeader"],.st-key-language{display:none}
.stMainBlockContainer{padding:0;max-width:none}
.stMainBlockContainer>[data-testid="stVerticalBlock"]{gap:0}
.stMain{overflow:hidden auto}
</style>"""


def page() -> None:
    """The page."""
    data.guarded(_page)


def _page() -> None:
    view = data.current()
    chosen = known(state.choice(), view) if not view.nodes.empty else state.choice_now()
    if st.session_state.pop(_OVER, False):
        frame.go(_MAP, chosen)
    if view.nodes.empty:
        st.markdown("# " + _("Noch nichts eingelesen"))
        st.markdown(_("Ein Vortrag zeigt, was auf der Akteurslandkarte zu sehen ist; dort ist noch niemand."))
        return
    st.html(_BARE)
    seen = picture_of(view, chosen, data.ask)
    network(
        projected(seen, data.positions()),
        key=_KEY,
        selected=chosen.actor,
        chips=legend.chips(seen),
        title=f"{seen.title}. {seen.summary}",
        language=language(),
        on_change=_from_picture,
        presentation=True,
        counts=seen.tie_counts,
        hidden=chosen.hidden_ties,
        caption=caption(seen),
        story=seen.story,
        turning=Turning(areas=_turns(view, seen), spoken=_spoken(view, seen), emphasis=chosen.emphasis),
    )
    state.write()


def _turns(view: Snapshot, seen: Picture) -> bool:
    """Do the keys lead to other areas? Not from the rings around an actor, who are of no area, nor where there is only one."""
    return seen.choice.drawing != "ringe" and turned(view, seen.choice.areas, 1) != seen.choice.areas


def _spoken(view: Snapshot, seen: Picture) -> str:
    """What a screen reader says when the picture changes: the area, its place among its neighbours, the sentence."""
    areas = seen.choice.areas
    if len(areas) != 1 or seen.around:
        return seen.title
    row = siblings(view, areas[0])
    where = _("{area}, {n} von {all}").format(area=naming.words(view, areas[0]), n=number(row.index(areas[0]) + 1), all=number(len(row)))
    return f"{where}. {seen.title}"


def _from_picture() -> None:
    state.news(_KEY, "selected", state.select)
    state.news(_KEY, "opened", lambda folds: state.change(opened=tuple(folds or ())))
    state.news(_KEY, "emphasised", lambda actors: state.change(emphasis=tuple(actors or ())))
    state.news(_KEY, "turned", _turn)
    state.news(_KEY, "ended", lambda _yes: st.session_state.update({_OVER: True}))


def _turn(said: Mapping[str, float]) -> None:
    """Goes as many areas further as keys were pressed since the last time: the browser counts them, so that none is lost while the page was busy."""
    since, turns = said["since"], int(said["turns"])
    before_since, before = st.session_state.get(_TURNS, (None, 0))
    areas = turned(data.current(), state.choice_now().areas, turns - (before if before_since == since else 0))
    # Only now, and together: the next press may end this run wherever it speaks to the page, as looking for the data does.
    st.session_state[_TURNS] = (since, turns)
    state.to_areas(areas)
