"""Parts of a page that run again by themselves, in the language of the page around them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import streamlit as st

from views.moment import moment
from views.words import set_language

LANGUAGE = "language"
"""Session key: the language of the session."""


def fragment(part: Callable[[], None], *, run_every: float | None = None) -> Callable[[], None]:
    """``part`` as a ``st.fragment``. Where only a fragment runs, the page around it does not, and nobody else says the language."""

    @wraps(part)
    def speaking() -> None:
        set_language(st.session_state.get(LANGUAGE, "de"))
        with moment():
            part()

    made: Callable[[], None] = st.fragment(speaking, run_every=run_every)
    return made
