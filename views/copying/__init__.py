"""Buttons that copy: a link to what is shown, or a text with that link under it. What the browser refuses is offered for copying by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from views.mounting import Component, digest
from views.words import _, language

PAGE = "akteurslandkarte"
"""The page that links lead to, beside the page on which they are copied."""

_COMPONENT = Component("akteursatlas.copying", Path(__file__).parent, html='<div class="copying"></div>', scripts=("main",), style="copying.css", states=())

Item = dict[str, Any]


def link(label: str, done: str, query: Mapping[str, str]) -> Item:
    """A button ``label`` that copies the whole address of the Akteurslandkarte with ``query``; ``done`` is said when it is copied."""
    return {"label": label, "done": done, "text": "", "query": _query(query)}


def text(label: str, done: str, words: str, query: Mapping[str, str]) -> Item:
    """A button that copies ``words``, with the address for ``query`` under them."""
    return {"label": label, "done": done, "text": words, "query": _query(query)}


def copies(items: Sequence[Item], *, key: str) -> None:
    """Shows the buttons in a row."""
    words = {"link": _("Link"), "byHand": _("Der Browser erlaubt das Kopieren nicht. Bitte mit Strg+C kopieren.")}
    data: dict[str, Any] = {"items": list(items), "page": PAGE, "words": words}
    _COMPONENT.mount(data | {"version": digest(data)}, key=key, on_change=lambda: None)


def _query(query: Mapping[str, str]) -> dict[str, str]:
    """The parameters of the link; the language goes along where it is not the usual one."""
    return {**query, **({} if language() == "de" else {"lang": language()})}
