"""The table twins of a picture: the same rows for reading, sorting, choosing and taking along."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from graph import schema
from queries.results import as_csv
from views import changes, state
from views.listing import Heading, listing
from views.picture import Picture
from views.tokens import tie_label
from views.words import _, language

_ACTORS, _TIES = "table_actors", "table_ties"


def actors(seen: Picture) -> None:
    """The actors of the picture; choosing a row chooses the actor."""
    shown = seen.shown.sort_values(["type", "name"])
    table = pd.DataFrame(
        {
            "name": shown["name"],
            "type": shown["type"].map(lambda name: schema.NODES[name].label.in_(language())),
            "kind": [_kind(kind, value) for kind, value in zip(shown["type"], shown["kind"], strict=True)],
            "area": shown["area_name"],
            "outside": shown["outside"].fillna(False).astype(bool).map({True: _("ja"), False: ""}),
            "ties": shown["degree"],
            "source": shown["source"],
            "as_of": shown["as_of"],
        },
        index=shown.index,
    )
    headings = [
        Heading("name", _("Name"), width=3),
        Heading("type", _("Typ"), width=1.2),
        Heading("kind", _("Art"), width=1.4),
        Heading("area", _("Gebiet"), width=1.4),
        Heading("outside", _("Von außerhalb")),
        Heading("ties", _("Beziehungen"), "number"),
        Heading("source", _("Quelle"), width=2),
        Heading("as_of", _("Stand"), "date"),
    ]
    if seen.changed:
        table["change"] = [changes.words(seen.changed.actors.get(i, "")) for i in table.index]
        headings.insert(1, Heading("change", changes.heading(seen.changed)))
    _show(table, headings, seen, _ACTORS)
    _take_along(table, headings, "akteure.csv")


def ties(seen: Picture) -> None:
    """The ties of the picture; choosing a row chooses the actor that it starts at."""
    names = seen.view.labels
    drawn = seen.ties.assign(first=seen.ties["a"].map(names)).sort_values(["first", "kind"])
    table = pd.DataFrame(
        {
            "a": drawn["first"],
            "kind": drawn["kind"].map(lambda kind: tie_label(kind, language())),
            "b": drawn["b"].map(names),
            "n": drawn["n"],
            "since": drawn["since"],
            "until": drawn["until"],
            "source": drawn["source"],
            "as_of": drawn["as_of"],
        }
    ).set_axis(drawn["a"])
    headings = [
        Heading("a", _("Von"), width=2.6),
        Heading("kind", _("Beziehung"), width=1.8),
        Heading("b", _("Zu"), width=2.6),
        Heading("n", _("Anzahl"), "number", 0.7),
        Heading("since", _("Seit"), "date"),
        Heading("until", _("Bis"), "date"),
        Heading("source", _("Quelle"), width=2),
        Heading("as_of", _("Stand"), "date"),
    ]
    if seen.changed:
        keys = zip(drawn["a"], drawn["b"], drawn["kind"], strict=True)
        table["change"] = [changes.words(seen.changed.ties.get(key, "")) for key in keys]
        headings.insert(0, Heading("change", changes.heading(seen.changed)))
    _show(table, headings, seen, _TIES)
    _take_along(table, headings, "beziehungen.csv")


def _show(table: pd.DataFrame, headings: list[Heading], seen: Picture, key: str) -> None:
    chosen = seen.choice
    listing(
        table, headings, key=key, title=seen.title, selected=chosen.actor, order=chosen.order, language=language(), on_change=lambda: _said(key)
    )


def _said(key: str) -> None:
    state.news(key, "selected", state.select)
    state.news(key, "sorted", lambda order: state.change(order=str(order or "")))


def _kind(kind: str, value: object) -> str:
    node = schema.NODES[kind]
    if not isinstance(value, str) or not any(field.name == "kind" for field in node.fields):
        return ""
    choice = node.field("kind").choice(value)
    return choice.label.in_(language()) if choice else value


def _take_along(table: pd.DataFrame, headings: list[Heading], file: str) -> None:
    named = table[[heading.name for heading in headings]].set_axis([heading.label for heading in headings], axis=1)
    st.download_button(_("Als CSV speichern"), lambda: as_csv(named), file, "text/csv", key=f"csv_{file}", on_click="ignore")
