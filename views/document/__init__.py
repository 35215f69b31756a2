"""Tells the browser which language the page is in: screen readers take their voice from it, and Streamlit always says English."""

from __future__ import annotations

from pathlib import Path

from views.mounting import Component

_COMPONENT = Component("akteursatlas.document", Path(__file__).parent, html="<span></span>", scripts=("main",), style="document.css", states=())


def speak(language: str) -> None:
    """Marks the page as written in ``language``."""
    _COMPONENT.mount({"language": language}, key="document_language", on_change=lambda: None)
