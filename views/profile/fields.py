"""The facts of a profile on the page: "word **value**", long texts folded, and where all of it is from."""

from __future__ import annotations

import html
import re

import streamlit as st

from views.profile.facts import Fact, Source, Told
from views.profile.marks import linked, safe, small
from views.words import _, day

_FOLD = 170
"""Letters of a long text that stand open: four lines of the column."""


def show(told: Told) -> None:
    """All facts, then the sources."""
    alone = len(told.sources) == 1
    lines = [_line(fact, alone) for fact in told.facts if not _long(fact)]
    if lines:
        st.markdown("  \n".join(lines))
    for fact in told.facts:
        if _long(fact):
            _folded(fact, alone)
    _sources(told)


def _long(fact: Fact) -> bool:
    return len(fact.text) > _FOLD


def _line(fact: Fact, alone: bool) -> str:
    line = f":gray[{safe(fact.label)}]  {safe(fact.text) if fact.kind == 'longtext' else linked(fact.kind, fact.text)}"
    if not alone:
        line += " " + small(_origin(fact.source))
    return line + _others(fact)


def _others(fact: Fact) -> str:
    """What other sources say, under the value that shows."""
    if not fact.others:
        return ""
    said = "; ".join(f"{safe(text)} ({_origin(source)})" for text, source in fact.others)
    return f"  \n:small[:orange[⚠ {_('Andere Angabe')}: {said}]]"


def _origin(source: Source) -> str:
    return f"{safe(source.title)}, {day(source.as_of)}" + (f", **{_('veraltet')}**" if source.old else "")


def _folded(fact: Fact, alone: bool) -> None:
    """A long text: its beginning, and the rest by a click or the keyboard."""
    words = " ".join(fact.text.split())
    cut = _cut(words)
    rest = html.escape(words[cut:].strip())
    st.html(
        f'<div class="long"><span class="word">{html.escape(fact.label)}</span> {html.escape(words[:cut].strip())}'
        f"<details><summary>{html.escape(_('weiterlesen'))}</summary>{rest}</details></div>"
    )
    below = ("" if alone else small(_origin(fact.source))) + _others(fact)
    if below:
        st.markdown(below.strip())


def _cut(words: str) -> int:
    """Where a long text is folded: after a sentence where one ends in time, else between two words."""
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)", words[: _FOLD + 1]) if found.end() >= _FOLD // 2]
    space = words.rfind(" ", 0, _FOLD)
    return ends[-1] if ends else space if space > 0 else _FOLD


def _sources(told: Told) -> None:
    if not told.sources:
        return
    said = "; ".join(dict.fromkeys(f"{safe(s.title)}, {_('Stand')} {day(s.as_of)}" + (f" – **{_('veraltet')}**" if s.old else "") for s in told.sources))
    text = f"{_('Quelle') if len(told.sources) == 1 else _('Quellen')}: {said}"
    last = told.confirmed
    if last:
        text += f"  \n{_('Zuletzt bestätigt')} {day(last.confirmed)}" + ("" if len(told.sources) == 1 else f" ({safe(last.title)})")
    st.markdown(small_lines(text))


def small_lines(text: str) -> str:
    """Several lines in small grey letters."""
    return "  \n".join(small(line) for line in text.split("  \n"))
