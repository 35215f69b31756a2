"""What every page has around it: the pages themselves, the language and its switch, the margins."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from views import beside, memory
from views.document import speak
from views.fragment import LANGUAGE as _LANGUAGE
from views.kept import ENTERED
from views.state import Choice, address
from views.words import LANGUAGES, _, language, set_language

# The only CSS outside the components: page margins, the profile's own scroll, and the place of the language
# switch in the bar at the top (st-key-* classes are Streamlit's public hook).
_STYLE = """
.stMainBlockContainer{padding-inline:2rem}
.st-key-profile{max-height:calc(100vh - 268px);overflow:auto}
.st-key-profile button{text-align:left;justify-content:flex-start}
.st-key-profile [data-testid="stBaseButton-tertiary"]{min-height:1.75rem}
.st-key-profile{overflow-wrap:anywhere;hyphens:auto}
.st-key-profile h3{padding:0}
.st-key-profile [data-testid="stHeaderActionElements"]{display:none}
.st-key-profile h4{padding:.35rem 0 0}
.st-key-profile{gap:.5rem}
.st-key-profile [data-testid="stVerticalBlock"]{gap:0}
.st-key-profile [data-testid="stMarkdownContainer"] p,.st-key-profile .long{font-size:.9375rem;line-height:1.45}
.st-key-profile [data-testid="stMarkdownContainer"]{margin-bottom:0}
.st-key-profile [data-testid="stMarkdownContainer"] :is(p,h3,h4){margin-bottom:0}
.st-key-profile .long .word{color:#4D5564}
.st-key-profile .long summary{color:#1B4F9C;text-decoration:underline;cursor:pointer;width:fit-content}
.st-key-gap_card,.st-key-gap_card [data-testid="stVerticalBlock"]{gap:.5rem}
.st-key-gap_card [data-testid="stBaseButton-tertiary"]{min-height:1.6rem;text-align:left;justify-content:flex-start}
.st-key-gap_card [data-testid="stMarkdownContainer"]{margin-bottom:0}.st-key-gap_card h4{padding:0}
.st-key-sentence{margin-bottom:-.75rem}.st-key-sentence h2{padding:0}
.st-key-sentence [data-testid="stMarkdownContainer"]{margin-bottom:0}
.st-key-views_menu button,.st-key-talk_door button{min-height:2rem;padding-block:.1rem}
[class*="st-key-views_row_"] button{text-align:left;justify-content:flex-start}
.st-key-intake_result h2{padding:0 0 .4rem}
.st-key-language{position:fixed;top:.6rem;right:1.2rem;z-index:999991;width:auto}
@media (max-width:1100px){.st-key-profile{max-height:none}}
@media print{.st-key-language,[data-testid="stHeader"]{display:none}}
"""


def run(pages: dict[str, tuple[Callable[[], None], Callable[[], str]]]) -> None:
    """Shows the page of the address. ``pages``: path -> (page, its title in the language of this run); the first is the start page."""
    _loaded()
    _speak()
    st.html(f"<style>{_STYLE}{beside.STYLE}</style>")
    made = {path: st.Page(page, title=title(), url_path=path, default=place == 0) for place, (path, (page, title)) in enumerate(pages.items())}
    st.session_state["pages"] = made
    chosen = st.navigation(list(made.values()), position="top")
    st.session_state[ENTERED] = chosen.url_path != st.session_state.get("at")
    st.session_state["at"] = chosen.url_path
    try:
        chosen.run()
    finally:  # last, because even what is placed elsewhere takes room where it stands in the page
        _language_switch()
        speak(language())


_loaded = cache(memory.settled)
"""Once, when everything that a page needs is loaded."""


def go(path: str, choice: Choice) -> None:
    """To another page, with that choice in its address."""
    page: StreamlitPage = st.session_state["pages"][path]
    st.switch_page(page, query_params=address(choice) | ({} if language() == "de" else {"lang": language()}))


def _speak() -> None:
    """The language of the address, else the one of this session (a change of page empties the address)."""
    said = st.query_params.get("lang") or st.session_state.get(_LANGUAGE, "de")
    set_language(said)
    st.session_state[_LANGUAGE] = language()
    if language() != "de" and st.query_params.get("lang") != language():
        st.query_params["lang"] = language()


def _language_switch() -> None:
    with st.container(key="language"):
        picked = st.segmented_control(
            _("Sprache"), list(LANGUAGES), default=language(), required=True, key=f"language_{language()}", format_func=str.upper, label_visibility="collapsed"
        )
    if picked and picked != language():
        st.session_state[_LANGUAGE] = picked
        if picked == "de":
            st.query_params.pop("lang", None)
        else:
            st.query_params["lang"] = picked
        st.rerun()
