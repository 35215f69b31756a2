"""Choosing a thing of the network, or several, for a question: the search box, and what is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from graph import passages
from graph.fulltext import Found
from graph.fulltext_files import index_soon
from graph.snapshot import Snapshot
from queries import things
from queries.catalog import AnalysisError, Parameter
from views import data, search, state
from views.fragment import fragment
from views.profile import glyph, safe
from views.questions.asking import Give
from views.words import _, language

_SHOWN = 40
"""Chosen things that can be taken out one by one; of more only the number is said."""


def show(view: Snapshot, parameter: Parameter, key: str, label: str, text: str, give: Give) -> None:
    """The field; ``give`` gets the id, or the list of ids."""
    several = parameter.kind == "nodes"
    chosen = _known(view, parameter, text.split(",") if several else [text])
    taken = f"{key}_taken"

    def picked(found: Any) -> None:
        st.session_state[taken] = True
        if found is None:
            give([] if several else "")
        elif not parameter.of or str(found.get("type")) in parameter.of:
            one = str(found.get("id"))
            give([*dict.fromkeys([*chosen, one])] if several else one)

    def said() -> None:
        state.news(key, "picked", picked)
        asked, at = search.asked(st.session_state.get(key) or {})
        if at:
            st.session_state[f"{key}_asked"] = (asked, at)

    def box() -> None:
        if st.session_state.pop(taken, False):
            st.rerun()  # something was chosen: now the whole page follows
        name = None if several or not chosen else (chosen[0], str(view.labels[chosen[0]]))
        search.search_box(key=key, label=label, chosen=name, recent=[], answer=_answer(view, key, parameter.of), language=language(), on_change=said)

    box.__qualname__ = f"box_{key}"  # Streamlit knows fragments by their name
    fragment(box)()
    if several:
        _list(view, chosen, key, give)


def _known(view: Snapshot, parameter: Parameter, texts: Sequence[str]) -> list[str]:
    """The ids that the texts name; what they do not name is said under the form."""
    found = []
    for text in texts:
        try:
            found.append(things.find(view, text, parameter.of) if text.strip() else "")
        except AnalysisError:
            continue
    return [key for key in dict.fromkeys(found) if key]


def _answer(view: Snapshot, key: str, of: Sequence[str]) -> dict[str, Any]:
    asked, at = st.session_state.get(f"{key}_asked", (None, 0.0))
    if not asked:
        return search.answered(0, "", Found(), language())
    opened = [kind for kind in asked.get("opened", ()) if kind in passages.SEARCHED]
    index = index_soon(view, data.home().cache_path)
    text = str(asked.get("text", ""))
    found = index.search(text, most=search.MOST, opened=dict.fromkeys(opened, search.OPENED)) if index else None
    if found is not None and of:
        found = Found([group for group in found.groups if group.type in of], found.suggestion)
    return search.answered(at, text, found, language(), opened)


def _list(view: Snapshot, chosen: list[str], key: str, give: Give) -> None:
    with st.container(horizontal=True, gap="small"):
        for one in chosen[:_SHOWN]:
            label = f"{glyph(str(view.nodes.at[one, 'type']))} {safe(view.labels[one])} ✕"
            st.button(label, key=f"{key}_out_{one}", help=_("Herausnehmen"), on_click=give, args=([other for other in chosen if other != one],))
        if len(chosen) > _SHOWN:
            st.markdown(_("und {n} weitere").format(n=len(chosen) - _SHOWN))
