"""The search box as a Streamlit component: what is typed goes to Python, grouped hits come back, a choice is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from graph import passages, schema
from graph.fulltext import COUNTED, Found, Group
from graph.fulltext_hits import Hit
from graph.spelling import Marks
from views import tokens
from views.mounting import Component, said
from views.words import number, translate

MOST = 6
"""Hits of a group; more on request."""

OPENED = 60
"""Hits of a group that was opened."""

_COMPONENT = Component(
    "akteursatlas.search",
    Path(__file__).parent,
    html='<div class="find"></div>',
    scripts=("results", "popup", "main"),
    style="search.css",
    states=("asked", "picked"),
)


def search_box(
    *,
    key: str,
    label: str,
    chosen: tuple[str, str] | None,
    recent: Sequence[dict[str, Any]],
    answer: dict[str, Any],
    language: str,
    on_change: Callable[[], None],
) -> None:
    """Shows the box. :func:`views.mounting.said` of ``st.session_state[key]`` then gives ``asked`` and ``picked``.

    ``asked`` is {"text", "opened": types whose group was opened}; its time comes back in the ``answer``, so that the
    script knows late answers. ``picked`` is {"id", "type"}, or None to choose nobody. ``chosen`` is id and name of
    who is chosen on the page, ``recent`` what is offered before anything is typed (:func:`choice`).
    """
    types = dict.fromkeys([*(group["type"] for group in answer.get("groups", ())), *(option["type"] for option in recent)])
    data = {
        "label": label,
        "chosen": {"id": chosen[0], "name": chosen[1]} if chosen else None,
        "recent": list(recent),
        "answer": answer,
        "types": tokens.type_tokens(types, language),
        "actors": list(schema.ACTORS),
        "words": words(language),
    }
    _COMPONENT.mount(data, key=key, on_change=on_change)


def answered(at: float, text: str, found: Found | None, language: str, opened: Sequence[str] = ()) -> dict[str, Any]:
    """The answer to ``text``, asked at that time (ms). ``found`` is None while the index is being made."""
    if found is None:
        return {"at": at, "text": text, "building": True, "groups": [], "live": translate("Das Suchverzeichnis wird angelegt …", language)}
    return {
        "at": at,
        "text": text,
        "groups": [_group(group, language, group.type in opened) for group in found.groups],
        "suggestion": found.suggestion,
        "live": _live(found, text, language),
    }


def asked(state: Mapping[str, Any]) -> tuple[dict[str, Any] | None, float]:
    """The last question out of the component's state, and when it was asked (ms, 0 for never)."""
    question, at = said(state, "asked")
    return (question, at) if isinstance(question, dict) else (None, 0.0)


def choice(kind: str, key: str, name: str, detail: str = "") -> dict[str, Any]:
    """An option that was chosen before."""
    return {"id": key, "type": kind, "name": [[name, 0]], "detail": detail, "found": None}


def _live(found: Found, text: str, language: str) -> str:
    """What a screen reader says."""
    if not found.count:
        return translate("Nichts gefunden für „{text}“", language).format(text=text)
    count = number(found.count, of=language)
    if any(group.more for group in found.groups):
        return translate("Über {n} Treffer", language).format(n=count)
    return translate("1 Treffer", language) if found.count == 1 else translate("{n} Treffer", language).format(n=count)


def _group(group: Group, language: str, opened: bool) -> dict[str, Any]:
    node = schema.NODES[group.type]
    name = (node.label if group.count == 1 else node.plural).in_(language)
    rest = 0 if opened else group.count - len(group.hits)
    many = number(COUNTED, of=language)
    return {
        "type": group.type,
        "title": name,
        "count": translate("über {n}", language).format(n=many) if group.more else number(group.count, of=language),
        "options": [_option(hit, language) for hit in group.hits],
        "more": _more(rest, group.more, language),
        "rest": translate("Mehr als {n} Treffer – bitte genauer suchen", language).format(n=OPENED) if opened and group.count > len(group.hits) else "",
    }


def _more(rest: int, uncounted: bool, language: str) -> str:
    if rest <= 0:
        return ""
    if uncounted:
        return translate("weitere", language)
    return translate("1 weiterer", language) if rest == 1 else translate("{n} weitere", language).format(n=number(rest, of=language))


def _option(hit: Hit, language: str) -> dict[str, Any]:
    short = hit.short if hit.short.casefold() not in hit.name.casefold() and hit.field != "short" else ""
    told = [short, passages.kind_label(hit.type, hit.kind).in_(language), hit.area]
    found = None
    if hit.field != "name":
        found = {"label": passages.label(hit.type, hit.field).in_(language), "pieces": _pieces(hit.excerpt, hit.marks)}
    return {"id": hit.id, "type": hit.type, "name": _pieces(hit.name, hit.name_marks), "detail": _joined(told), "found": found}


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _pieces(text: str, marks: Marks) -> list[list[str | int]]:
    """The text in pieces, each with 1 where it is marked."""
    out: list[list[str | int]] = []
    done = 0
    for start, end in marks:
        if start > done:
            out.append([text[done:start], 0])
        out.append([text[start:end], 1])
        done = end
    return [*out, [text[done:], 0]] if done < len(text) else out


def words(language: str) -> dict[str, str]:
    """The sentences of the script; {name} places are filled there."""
    return {
        "placeholder": translate("Name, Abkürzung, Thema oder Bedarf", language),
        "hits": translate("Treffer", language),
        "recent": translate("Zuletzt gewählt", language),
        "clear": translate("Auswahl aufheben", language),
        "nothing": translate("Nichts gefunden für „{text}“", language),
        "meant": translate("Meinten Sie „{text}“?", language),
        "building": translate("Das Suchverzeichnis wird angelegt …", language),
        "foundIn": translate("gefunden in", language),
        "picked": translate("{name} gewählt", language),
    }
