"""From the Akteurslandkarte to the Vortrag: the way there, and who stands out in it."""

from __future__ import annotations

import streamlit as st

from views import frame, state
from views.state import Choice
from views.words import _, number

TALK = "vortrag"
"""The path of the page."""


def door(choice: Choice) -> None:
    """The button that shows the picture on the whole screen."""
    with st.container(key="talk_door", width="content"):
        if st.button(_("Vortrag"), key="talk_open", help=_("Zeigt dieses Bild groß, mit Satz, Legende und Quellen. Escape führt hierher zurück.")):
            frame.go(TALK, choice)


def emphasis(choice: Choice) -> None:
    """Whether the chosen actor stands out, and a way to let everybody step back again."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key="emphasis")
    if choice.actor:
        st.session_state["w_emphasis"] = choice.actor in choice.emphasis
        row.toggle(
            _("Im Vortrag hervorheben"),
            key="w_emphasis",
            on_change=_toggle,
            args=(choice.actor,),
            help=_("Hervorgehobene stehen farbig im Bild; gezeichnet werden nur ihre Beziehungen. Wer mit zwei oder mehr von ihnen verbunden ist, steht fett."),
        )
    if choice.emphasis:
        label = _("Hervorhebung aufheben ({n})").format(n=number(len(choice.emphasis)))
        row.button(label, key="emphasis_end", type="tertiary", on_click=lambda: state.change(emphasis=()))


def _toggle(actor: str) -> None:
    told = tuple(i for i in state.choice_now().emphasis if i != actor)
    state.change(emphasis=(*told, actor) if st.session_state["w_emphasis"] else told)
