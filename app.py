"""Entry of the app: configuration and navigation, nothing else."""

import streamlit as st

from views import frame
from views.pages import actors, duplicates, gaps, intake, overview, questions, sources, talk
from views.words import _

st.set_page_config(page_title="Akteursatlas", page_icon="⬢", layout="wide", initial_sidebar_state="collapsed")
frame.run(
    {
        "ueberblick": (overview.page, lambda: _("Überblick")),
        "akteurslandkarte": (actors.page, lambda: _("Akteurslandkarte")),
        "luecken": (gaps.page, lambda: _("Lücken")),
        "doppelstrukturen": (duplicates.page, lambda: _("Doppelstrukturen")),
        "fragen": (questions.page, lambda: _("Fragen")),
        "vortrag": (talk.page, lambda: _("Vortrag")),
        "quellen": (sources.page, lambda: _("Quellen")),
        "einlesen": (intake.page, lambda: _("Daten einlesen")),
    }
)
