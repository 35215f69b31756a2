"""The search box of the Akteurslandkarte: asks the full-text index while somebody types, and chooses what they pick.

It runs as a fragment: while somebody types, only the box runs again, not the page with its pictures.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from graph import passages, schema
from graph.fulltext import Found
from graph.fulltext_files import index_soon
from graph.snapshot import Snapshot
from views import data, search, state
from views.facets import FIELDS
from views.fragment import fragment
from views.words import _, language

KEY = "search"
_ASKED = "search_asked"
_ANSWER = "search_answer"
_RECENT = "search_recent"
_TAKEN = "search_taken"
_LAST = 8


def show() -> None:
    """The box; it shows who is chosen on the page."""
    _box()


@fragment
def _box() -> None:
    if st.session_state.pop(_TAKEN, False):
        st.rerun()  # something was chosen: now the whole page follows
    view = data.current()
    actor = state.choice_now().actor
    known = actor is not None and actor in view.nodes.index
    if actor is not None and known:
        _remember(actor)
    search.search_box(
        key=KEY,
        label=_("Akteur suchen"),
        chosen=(actor, str(view.labels[actor])) if actor is not None and known else None,
        recent=_recent(view),
        answer=_answer(view),
        language=language(),
        on_change=_said,
    )


def _said() -> None:
    state.news(KEY, "picked", _pick)
    asked, at = search.asked(st.session_state.get(KEY) or {})
    if at:
        st.session_state[_ASKED] = (asked, at)


def _pick(picked: Any) -> None:
    """What the reader has picked becomes the choice of the page: an actor, an area, or a filter."""
    st.session_state[_TAKEN] = True
    if picked is None:
        state.select(None)
        return
    key, kind = str(picked.get("id")), str(picked.get("type"))
    nodes = data.current().nodes
    if key not in nodes.index or nodes.at[key, "type"] != kind:
        return
    _remember(key)
    if kind in schema.ACTORS:
        state.select(key)
    elif kind == "Area":
        state.to_areas((key,))
    elif kind in FIELDS:
        state.change(**{FIELDS[kind]: (key,)})


def _answer(view: Snapshot) -> dict[str, Any]:
    """The answer to the last question; kept, because the page may run again without a new one."""
    asked, at = st.session_state.get(_ASKED, (None, 0.0))
    if not asked:
        return search.answered(0, "", Found(), language())
    text, opened = str(asked.get("text", "")), [kind for kind in asked.get("opened", ()) if kind in schema.NODES]
    about = (at, view.graph_id, view.version, view.role, language())
    kept_about, kept = st.session_state.get(_ANSWER, (None, None))
    if kept is None or kept_about != about or kept.get("building"):
        index = index_soon(view, data.home().cache_path)
        found = index.search(text, most=search.MOST, opened=dict.fromkeys(opened, search.OPENED)) if index else None
        kept = search.answered(at, text, found, language(), opened)
        st.session_state[_ANSWER] = (about, kept)
    return dict(kept)


def _remember(key: str) -> None:
    before = [old for old in st.session_state.get(_RECENT, []) if old != key]
    st.session_state[_RECENT] = [key, *before][:_LAST]


def _recent(view: Snapshot) -> list[dict[str, Any]]:
    """The last choices of the session that are still there, the last one first."""
    options = []
    for key in st.session_state.get(_RECENT, []):
        if key in view.nodes.index and view.nodes.at[key, "type"] in passages.SEARCHED:
            kind = str(view.nodes.at[key, "type"])
            options.append(search.choice(kind, key, str(view.labels[key]), schema.NODES[kind].label.in_(language())))
    return options
