"""Everything known of one actor: fields with their sources, relationships grouped, ways on from here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from graph import schema
from graph.model import Field, NodeType
from graph.sameness import alike
from graph.snapshot import Snapshot
from graph.values import read_extra
from views import data
from views.words import _, day, language, number

_SHOWN = 12
"""So many rows of a group are shown at once; the rest opens by a click."""
_QUIET = ("name", "short", "geometry", "lat", "lon")

Select = Callable[[str | None], None]


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


def show(view: Snapshot, actor: str, *, as_of: str, steps: int, select: Select, umfeld: Callable[[int], None]) -> None:
    """The profile of ``actor``."""
    row = view.nodes.loc[actor]
    kind = schema.NODES[str(row["type"])]
    st.markdown(badge(kind.name, _kind_word(kind, row.get("kind"))))
    st.markdown("### " + safe(row["name"]))
    _fields(kind, actor)
    picked = st.segmented_control(
        _("Umfeld zeigen"),
        [0, 1, 2],
        default=steps,
        required=True,
        key=f"umfeld_{actor}",
        format_func=lambda n: {0: _("aus"), 1: _("1 Schritt"), 2: _("2 Schritte")}[n],
    )
    if picked is not None and picked != steps:
        umfeld(int(picked))
        st.rerun()
    relations = data.ask("network/relations", actor=actor, as_of=as_of, language=language())
    if relations.empty:
        st.markdown(":small[:gray[" + _("Keine Beziehungen erfasst.") + "]]")
    for (edge, direction), group in relations.groupby(["type", "direction"], sort=False):
        _group(actor, f"{edge}_{direction}", group, select)


def _kind_word(kind: NodeType, value: object) -> str:
    if not isinstance(value, str) or not any(field.name == "kind" for field in kind.fields):
        return ""
    choice = kind.field("kind").choice(value)
    return choice.label.in_(language()) if choice else value


def _fields(kind: NodeType, actor: str) -> None:
    """Each field as "word **value**"; where sources disagree, what the others say stands under it."""
    said = data.statements(actor, kind.name)
    lines, sources = [], {}
    for statement in said:
        sources.setdefault((statement.title, statement.as_of), None)
    for field in kind.graph_fields:
        if field.name in _QUIET or field.name == "kind":
            continue
        given = [(s.fields[field.name], s) for s in said if field.name in s.fields]
        if not given:
            continue
        value, first = given[0]
        others = {f"{safe(value_text(field, v))} ({safe(s.title)}, {day(s.as_of)})": None for v, s in given[1:] if not alike(field.kind, v, value)}
        origin = "" if len(sources) == 1 else f" :small[:gray[{safe(first.title)}, {day(first.as_of)}]]"
        line = f":gray[{field.label.in_(language())}]  **{safe(value_text(field, value))}**{origin}"
        if others:
            line += f"  \n:small[:orange[{_('Andere Angabe')}: {'; '.join(others)}]]"
        lines.append(line)
    lines += [
        f":gray[{safe(heading)}]  **{safe(text)}** :small[:gray[{safe(s.title)}, {day(s.as_of)}]]"
        for s in said
        if "extra" in s.fields
        for heading, text in read_extra(str(s.fields["extra"])).items()
    ]
    if lines:
        st.markdown("  \n".join(lines))
    told = "; ".join(f"{safe(title)}, {_('Stand')} {day(as_of)}" for title, as_of in sources)
    if told:
        st.markdown(f":small[:gray[{_('Quelle') if len(sources) == 1 else _('Quellen')}: {told}]]")


def value_text(field: Field, value: Any) -> str:
    """A stored value as people read it."""
    if field.choices:
        choice = field.choice(value)
        return choice.label.in_(language()) if choice else str(value)
    if field.kind == "boolean":
        return _("ja") if value else _("nein")
    if field.kind == "date":
        return day(value)
    if field.kind in ("integer", "number"):
        return number(value, 0 if float(value).is_integer() else 1) + (f" {field.unit}" if field.unit else "")
    return str(value)


def _group(actor: str, name: str, group: pd.DataFrame, select: Select) -> None:
    """One kind of relationship: who, since when, and what it is known from."""
    st.markdown(f"**{safe(group['label'].iloc[0])}** · {number(len(group))}")
    rows = list(group.itertuples())
    _rows(actor, name, rows[:_SHOWN], select)
    if len(rows) > _SHOWN:
        with st.expander(_("{n} weitere").format(n=number(len(rows) - _SHOWN))):
            _rows(actor, name + "_more", rows[_SHOWN:], select)
    origin = {(row.source, row.as_of): None for row in rows if isinstance(row.source, str)}
    told = "; ".join(f"{safe(source)}, {day(as_of)}" for source, as_of in list(origin)[:3])
    if told:
        st.markdown(f":small[:gray[{told}]]")


def _rows(actor: str, name: str, rows: Sequence[Any], select: Select) -> None:
    box = st.container(gap=None)
    for place, row in enumerate(rows):
        since, until = day(row.since), day(row.until)
        period = f"{_('seit')} {since}" if since and not until else f"{since}–{until}" if since else f"{_('bis')} {until}" if until else ""
        more = ", ".join(part for part in (row.detail, period) if part)
        label = f"{glyph(row.other_type)} {safe(row.other_name)}" + (f" :small[:gray[{safe(more)}]]" if more else "")
        box.button(label, key=f"go_{actor}_{name}_{place}", type="tertiary", on_click=select, args=(row.other,))


def nobody(view: Snapshot, actors: pd.DataFrame, select: Select) -> None:
    """What stands in the place of the profile while nobody is chosen."""
    st.markdown("#### " + _("Niemand ausgewählt"))
    st.markdown(_("Ein Symbol anklicken, oben suchen oder mit **Bild ab** durch das Netz gehen."))
    best = actors[(actors["type"] == "Institution") & (actors["degree"] > 0)].sort_values(["degree", "name"], ascending=[False, True]).head(8)
    if best.empty:
        return
    st.markdown("**" + _("Am stärksten vernetzt in diesem Gebiet") + "**")
    box = st.container(gap=None)
    for row in best.itertuples():
        box.button(
            f"{glyph('Institution')} {safe(view.labels[row.Index])} · {number(row.degree)}",
            key=f"best_{row.Index}",
            type="tertiary",
            on_click=select,
            args=(row.Index,),
        )
