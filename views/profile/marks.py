"""Text as Markdown that is safe to show: escaped, marked with the symbol of a type, or linked."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from graph import schema
from views.words import language

_SCHEMES = ("http", "https", "mailto", "tel")


def safe(text: object) -> str:
    """Text that Markdown shows as it is: nothing in it is formatting, a link, a colour or HTML."""
    return "".join("\\" + c if c in "\\`*_{}[]()#+-.!|<>$:~&" else c for c in " ".join(str(text).split()))


def badge(kind: str, word: str = "") -> str:
    """The coloured label of a type, as Markdown."""
    node = schema.NODES[kind]
    return f":{node.symbol.streamlit}-badge[{node.symbol.glyph} {safe(word or node.label.in_(language()))}]"


def glyph(kind: str) -> str:
    """The coloured symbol of a type in running text, as Markdown."""
    symbol = schema.NODES[kind].symbol
    return f":{symbol.streamlit}[{symbol.glyph}]"


def small(markdown: str) -> str:
    """Markdown in small grey letters."""
    return f":small[:gray[{markdown}]]"


def href(kind: str, value: str) -> str:
    """Where a value of a field of this kind leads: an address of the net, an e-mail or a call; "" where it leads nowhere.

    Only the schemes http, https, mailto and tel; nothing in the address can end the link or begin another.
    """
    if kind == "email":
        found = "mailto:" + quote(value.strip(), safe="@.+-_")
    elif kind == "phone":
        digits = re.sub(r"[^\d+]", "", re.sub(r"\(0\)", "", value))
        found = f"tel:{digits}" if re.fullmatch(r"\+?\d{3,}", digits) else ""
    elif kind == "url":
        found = quote(value.strip(), safe="%/:=&?~#+!$,;@*")
    else:
        return ""
    try:
        address = urlsplit(found)
    except ValueError:
        return ""
    return found if address.scheme in _SCHEMES and (address.netloc or kind != "url") else ""


def linked(kind: str, value: str) -> str:
    """A value as bold Markdown, a link where it leads somewhere."""
    target = href(kind, value)
    shown = re.sub(r"^https?://(www\.)?", "", value).rstrip("/") if kind == "url" else value
    return f"[{safe(shown)}]({target})" if target else f"**{safe(shown)}**"
