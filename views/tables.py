"""The table twin of a picture: the same rows for reading, sorting, choosing and taking along."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from graph import schema
from graph.snapshot import Snapshot
from views.tokens import kind_label
from views.words import _, day, language

_HEIGHT = 640


def actors(shown: pd.DataFrame, chosen: str | None, select: Callable[[str | None], None]) -> None:
    """The actors of the picture; choosing a row chooses the actor."""
    ordered = shown.sort_values(["type", "name"])
    table = pd.DataFrame(
        {
            _("Name"): ordered["name"],
            _("Typ"): ordered["type"].map(lambda name: schema.NODES[name].label.in_(language())),
            _("Art"): [_kind(kind, value) for kind, value in zip(ordered["type"], ordered["kind"], strict=True)],
            _("Gebiet"): ordered["area_name"].fillna(""),
            _("Beziehungen"): ordered["degree"],
            _("Von außerhalb"): ordered["outside"].fillna(False).astype(bool),
            _("Quelle"): ordered["source"],
            _("Stand"): ordered["as_of"].map(day),
        }
    )
    key = "table_actors"
    picked = st.dataframe(table, hide_index=True, height=_HEIGHT, key=key, on_select="rerun", selection_mode="single-row")
    rows = picked["selection"]["rows"]
    place = int(rows[0]) if rows else None
    if place is not None and place < len(ordered) and place != st.session_state.get("table_seen"):
        st.session_state["table_seen"] = place
        if ordered.index[place] != chosen:
            select(str(ordered.index[place]))
            st.rerun()
    elif place is None:
        st.session_state["table_seen"] = None
    _take_along(table, "akteure.csv")


def ties(drawn: pd.DataFrame, view: Snapshot) -> None:
    """The ties of the picture."""
    names = view.nodes["name"]
    table = pd.DataFrame(
        {
            _("Von"): drawn["a"].map(names),
            _("Beziehung"): drawn["kind"].map(lambda kind: kind_label(kind, language())),
            _("Zu"): drawn["b"].map(names),
            _("Anzahl"): drawn["n"],
            _("Seit"): drawn["since"].map(day),
            _("Bis"): drawn["until"].map(day),
            _("Quelle"): drawn["source"],
            _("Stand"): drawn["as_of"].map(day),
        }
    )
    st.dataframe(table, hide_index=True, height=_HEIGHT, key="table_ties")
    _take_along(table, "beziehungen.csv")


def _kind(kind: str, value: object) -> str:
    node = schema.NODES[kind]
    if not isinstance(value, str) or not any(field.name == "kind" for field in node.fields):
        return ""
    choice = node.field("kind").choice(value)
    return choice.label.in_(language()) if choice else value


def as_csv(table: pd.DataFrame) -> bytes:
    """CSV that German Excel opens by a double click; no cell can become a formula there."""

    def tame(value: object) -> object:
        return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value

    return table.map(tame).to_csv(index=False, sep=";").encode("utf-8-sig")


def _take_along(table: pd.DataFrame, file: str) -> None:
    st.download_button(_("Als CSV speichern"), as_csv(table), file, "text/csv", key=f"csv_{file}")
