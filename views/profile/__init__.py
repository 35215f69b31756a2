"""Everything known of one actor: fields with their sources, Gremien, relationships grouped, ways on from here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import streamlit as st

from graph import schema
from graph.model import NodeType
from graph.snapshot import Snapshot
from queries.network import steps_to
from views import copying, data
from views.profile import fields, gremien, place, relations, rows, text, way
from views.profile.facts import told, value_text
from views.profile.marks import badge, glyph, href, linked, safe, small
from views.profile.rows import Part, Select
from views.words import _, language, number

__all__ = ["Select", "badge", "glyph", "href", "linked", "nobody", "safe", "show", "small", "value_text"]


def show(view: Snapshot, actor: str, *, as_of: str, steps: int, select: Select, umfeld: Callable[[int], None], least: int = 0) -> None:
    """The profile of ``actor`` on the day ``as_of``; ``steps`` of its surroundings are shown, ``least`` at least."""
    row = view.nodes.loc[actor]
    kind = schema.NODES[str(row["type"])]
    name, word = str(row["name"]), _kind_word(kind, row.get("kind"))
    known = told(kind, data.statements(actor, kind.name), date.today().isoformat())
    every = data.ask("network/relations", actor=actor, as_of=as_of, language=language())
    former = data.ask("network/relations", actor=actor, as_of=as_of, language=language(), ended=True)
    seats = data.ask("network/co_members", actor=actor, as_of=as_of)
    shown_apart = gremien.seat_edges(kind.name)
    tied = every.loc[[(edge, direction) not in shown_apart for edge, direction in zip(every["type"], every["direction"], strict=True)]]
    steered = kind.actor and bool(steps_to.goals(view))
    ways = data.ask("network/steps_to", actor=actor, as_of=as_of, language=language()) if steered else pd.DataFrame()

    st.markdown(badge(kind.name, word))
    st.markdown("### " + safe(name))
    fields.show(known)
    copying.copies(
        [
            copying.link(_("Link kopieren"), _("Link kopiert"), {"akteur": actor}),
            copying.text(
                _("Als Text kopieren"),
                _("Text kopiert"),
                text.plain(name, _type_words(kind, word), known, seats, tied, ways, steered, kind.name == "Gremium"),
                {"akteur": actor},
            ),
        ],
        key="profile_copy",
    )
    parts = []
    if kind.actor:
        _steps(steps, least, umfeld)
        parts = way.parts(ways, steered)
    parts += gremien.of_gremium(seats) if kind.name == "Gremium" else gremien.of_actor(seats)
    if every.empty and seats.empty:
        parts.append(Part(note=_("Keine Beziehungen erfasst.")))
    rows.show([*parts, *relations.parts(tied), *relations.former(former)], select)
    place.show(view, actor, every, seats, select)


def _steps(steps: int, least: int, umfeld: Callable[[int], None]) -> None:
    """How much of the surroundings the picture shows. The control follows the choice, which the address changes as well."""
    key = f"umfeld_{least}"
    st.session_state[key] = steps
    st.segmented_control(
        _("Umfeld in Schritten"),
        list(range(least, 4)),
        required=True,
        key=key,
        format_func=lambda n: number(n) if n else _("aus"),
        on_change=lambda: umfeld(int(st.session_state[key])),
    )


def _kind_word(kind: NodeType, value: object) -> str:
    if not isinstance(value, str) or not any(field.name == "kind" for field in kind.fields):
        return ""
    choice = kind.field("kind").choice(value)
    return choice.label.in_(language()) if choice else value


def _type_words(kind: NodeType, word: str) -> str:
    label = kind.label.in_(language())
    return f"{label} · {word}" if word and word != label else label


def nobody(view: Snapshot, actors: pd.DataFrame, select: Select) -> None:
    """What stands in the place of the profile while nobody is chosen."""
    st.markdown("#### " + _("Niemand ausgewählt"))
    st.markdown(_("Ein Symbol anklicken, oben suchen oder mit **Bild ab** durch das Netz gehen."))
    best = actors[(actors["type"] == "Institution") & (actors["degree"] > 0)].sort_values(["degree", "name"], ascending=[False, True]).head(8)
    if best.empty:
        return
    st.markdown("**" + _("Am stärksten vernetzt in diesem Gebiet") + "**")
    box = st.container(gap=None)
    for row in best.itertuples():
        box.button(
            f"{glyph('Institution')} {safe(view.labels[row.Index])}\u00a0·\u00a0{number(row.degree)}",  # the number does not stand alone in a line
            key=f"best_{row.Index}",
            type="tertiary",
            on_click=select,
            args=(row.Index,),
        )
