"""Lücken: which area, theme, stage and target group nobody serves; matrix, map, ranked list, and the card of one cell."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from graph.ledger_marks import Mark, without_people
from views import data, state
from views.beside import beside
from views.gaps import card, controls, picture, sentences, takeaway
from views.gaps.choice import Spot, change, choice, choice_now, write
from views.gaps.seen import Seen, known
from views.listing import Heading, listing
from views.profile import safe
from views.words import _, language

_TABLE = "gaps_table"


def page() -> None:
    """The page."""
    data.guarded(_page)


def _page() -> None:
    view = data.current()
    if view.nodes.empty:
        st.markdown("# " + _("Noch nichts eingelesen"))
        st.markdown(
            _("Lücken zeigen sich, sobald Gebiete, Themen und Angebote eingelesen sind: **akteursatlas template netzwerk.xlsx** schreibt eine Vorlage.")
        )
        return
    missing = [word for kind, word in (("Area", _("Gebiete")), ("Theme", _("Themen"))) if not (view.nodes["type"] == kind).any()]
    if missing:
        st.markdown("# " + _("Lücken"))
        st.info(
            _("Für die Abdeckung fehlen noch: {what}. Gebiete kommen mit „akteursatlas ingest areas“, Themen mit der Netzwerkliste.").format(
                what=", ".join(missing)
            )
        )
        return
    found, left_out = known(choice(), view)
    if left_out:
        st.info(_("Der Link nennt einen Eintrag, den es nicht mehr gibt; er wurde weggelassen."))
        change(area=found.area, theme=found.theme, stage=found.stage, group=found.group, spot=found.spot)
    seen = Seen(view, choice_now(), tuple(_marks()), data.ask)
    st.markdown("## " + safe(sentences.title(seen)))
    st.markdown(f":small[:gray[{safe(sentences.denominator(seen))}]]")
    controls.show(seen)
    left, right = beside([6.6, 3.4])
    with left:
        picture.matrix(seen)
        picture.ranked(seen)
        controls.weights(seen)
        with st.expander(_("Alle Lücken als Tabelle")):
            _table(seen)
        st.download_button(_("Als Excel speichern"), lambda: takeaway.file(seen), "luecken.xlsx", key="gaps_excel", on_click="ignore")
    with right:
        picture.town_map(seen)
        card.show(seen, seen.spot)
    write()


def _marks() -> list[Mark]:
    marks = data.ledger().gap_marks(standing=True)
    return marks if data.role() == "internal" else [without_people(mark) for mark in marks]


def _table(seen: Seen) -> None:
    """The table twin: every gap with its numbers."""
    rows = seen.listed
    table = pd.DataFrame(
        {
            "rank": rows["rank"],
            "area": rows["area_name"],
            "theme": rows["theme_name"],
            "stage": rows["stage_name"],
            "state": rows["state"].map({"checked": _("geprüft, kein Angebot"), "unknown": _("nicht erhoben")}),
            "checked": rows["checked_on"],
            "priority": rows["priority"].round(1),
            "need": (100 * rows["need"]).round(1),
            "nearby": rows["nearby"],
            "mark": [_decision(seen, row) for row in rows.to_dict("records")],
        }
    ).set_axis(["~".join((row.area, row.theme, row.stage)) for row in rows.itertuples(index=False)])
    headings = [
        Heading("area", _("Gebiet"), width=1.4),
        Heading("theme", _("Thema"), width=1.8),
        Heading("stage", _("Bildungsphase"), width=1.4),
        Heading("state", _("Stand"), width=1.4),
        Heading("checked", _("Geprüft am"), "date"),
        Heading("priority", _("Dringlichkeit"), "number"),
        Heading("rank", _("Rang"), "number", 0.6),
        Heading("need", _("Bedarf"), "number", 0.8),
        Heading("nearby", _("Nebenan"), "number", 0.8),
        Heading("mark", _("Entscheidung"), width=1.6),
    ]
    spot = seen.spot
    selected = "~".join((spot.area, spot.theme, spot.stage)) if spot else None
    listing(table, headings, key=_TABLE, title=_("Lücken"), selected=selected, order="", language=language(), on_change=lambda: _from_table(seen))


def _decision(seen: Seen, row: Mapping[Hashable, Any]) -> str:
    mark = seen.mark(Spot(str(row["area"]), str(row["theme"]), str(row["stage"]), seen.choice.group))
    return sentences.decided(mark) if mark else ""


def _from_table(seen: Seen) -> None:
    def choose(said: object) -> None:
        if said:
            area, theme, stage = str(said).split("~")
            change(spot=Spot(area, theme, stage, seen.choice.group))

    state.news(_TABLE, "selected", choose)
