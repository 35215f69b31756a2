"""What a press on the page Doppelstrukturen did or could not do, said once when the page is shown again."""

from __future__ import annotations

import streamlit as st

from views.profile import safe

_FAILED, _TOLD = "review_failed", "review_told"


def show() -> None:
    """What went wrong, or what was done that may surprise."""
    for key, show_ in ((_FAILED, st.error), (_TOLD, st.info)):
        if text := st.session_state.pop(key, ""):
            show_(text)


def fail(text: str) -> None:
    """An error to be shown on the page, as it is."""
    st.session_state[_FAILED] = safe(text)


def tell(markdown: str) -> None:
    """Something to be shown on the page, as Markdown."""
    st.session_state[_TOLD] = markdown
