"""A choice out of an old link, without what is no longer in the network."""

from __future__ import annotations

import streamlit as st

from graph.snapshot import Snapshot
from views import state
from views.facets import FIELDS
from views.state import Choice
from views.words import _


def known(choice: Choice, view: Snapshot) -> Choice:
    """``choice`` without what is not in ``view``; says so where something was left out."""
    types = view.nodes["type"]
    lists = {"areas": "Area"} | {field: facet for facet, field in FIELDS.items()}
    found: dict[str, object] = {field: tuple(i for i in getattr(choice, field) if types.get(i) == kind) for field, kind in lists.items()}
    found["emphasis"] = tuple(i for i in choice.emphasis if i in types.index)
    found["actor"] = choice.actor if choice.actor in types.index else None
    if any(getattr(choice, field) != value for field, value in found.items()):
        st.info(_("Der Link nennt einen Eintrag, den es nicht mehr gibt; er wurde weggelassen."))
        state.change(**found, steps=choice.steps if found["actor"] else 0)
    return state.choice_now()
