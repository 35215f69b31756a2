"""The answer to a question: how many of how many, table, network and map, and what can be taken along."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import streamlit as st

from graph import schema
from graph.snapshot import Snapshot
from queries.results import as_csv
from views import frame, naming, state
from views.beside import beside
from views.listing import Heading, listing
from views.profile import badge, safe, small
from views.questions import asking, pictures
from views.questions.answering import Answer
from views.spreadsheet import as_xlsx
from views.state import Choice
from views.words import _, count_of, day, language, number

TABLE = "question_table"
SHOWN = 5_000
"""Rows that the page shows; files hold all."""
_DATE = re.compile(r"\d{4}-\d\d(-\d\d)?")
_LINKED = 24


def show(view: Snapshot, found: Answer, as_of: str) -> None:
    """The answer on the page."""
    st.markdown(_figures(found))
    if found.table.empty:
        st.markdown(_("Nichts gefunden: es gibt keine Zeile, auf die das zutrifft."))
        return
    named = _named(found, view)
    words = dict(zip(asking.TABS, (_("Tabelle"), _("Netz"), _("Karte")), strict=True))
    offered = [tab for tab in asking.TABS if tab == "tabelle" or pictures.able(view, found, tab)]
    asked = asking.now()
    tab = asked.tab if asked.tab in offered else offered[0]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if len(offered) > 1:
            st.session_state["q_tab"] = tab
            st.segmented_control(
                _("Darstellung"),
                offered,
                key="q_tab",
                required=True,
                format_func=words.__getitem__,
                label_visibility="collapsed",
                on_change=lambda: asking.change(tab=st.session_state["q_tab"]),
            )
        _take_along(view, found, named)
    left, right = beside([8.3, 2.7]) if found.ids else (st.container(), None)
    with left:
        if tab == "netz":
            pictures.network_of(view, found, as_of)
        elif tab == "karte":
            pictures.map_of(view, found)
        else:
            _table(view, found, named)
    if right is not None:
        with right, st.container(key="question_row", border=True):
            _chosen(view, found, named)


def _figures(found: Answer) -> str:
    about = found.entry.about
    if found.of is None:
        return "**" + count_of(len(found.table), _("Zeile"), _("Zeilen")) + "**" + (" · " + _("die ersten, weitere sind nicht geholt") if found.cut else "")
    counted = _("{n} von {of}").format(n=number(found.n), of=number(found.of))
    return f"**{counted}**" + (f" · {safe(about.denominator.in_(language()))}" if about.denominator else "")


# ---- the table --------------------------------------------------------------------------------------


def _named(found: Answer, view: Snapshot) -> pd.DataFrame:
    """The table in words: names for ids, words for kinds, yes and no."""
    words = _words()
    named = found.table.copy()
    for column in named.columns:
        values = named[column]
        if column in found.ids:
            named[column] = values.map(view.labels)
        elif column in ("type", "kind", "level"):
            named[column] = values.map(lambda value: words.get(value, value) if isinstance(value, str) else value)
        else:
            named[column] = values.map(_word)
    return named.astype(object).where(named.notna(), None)


def _words() -> dict[str, str]:
    """Words of types and kinds, as the schema has them."""
    spoken = language()
    found = {name: kind.label.in_(spoken) for kinds in (schema.NODES, schema.EDGES) for name, kind in kinds.items()}
    for node in schema.NODES.values():
        found |= {choice.value: choice.label.in_(spoken) for field in node.fields if field.name in ("kind", "level") for choice in field.choices}
    return found


def _word(value: object) -> object:
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _heading(named: pd.DataFrame, name: str, label: str) -> Heading:
    values = named[name].dropna()
    if len(values) and all(isinstance(value, int | float) for value in values):
        return Heading(name, label, "number", 0.8)
    if len(values) and all(isinstance(value, str) and _DATE.fullmatch(value) for value in values):
        return Heading(name, label, "date", 0.9)
    letters = values.head(300).map(lambda value: len(str(value))).mean() if len(values) else 0
    return Heading(name, label, "text", min(5.0, max(0.9, letters / 14)))


def _table(view: Snapshot, found: Answer, named: pd.DataFrame) -> None:
    asked = asking.now()
    shown = named.head(SHOWN)
    ids = found.table[found.ids[0]].head(SHOWN).fillna("") if found.ids else pd.Series("", index=shown.index)
    headings = [_heading(shown, column.name, column.label.in_(language())) for column in found.entry.about.columns]
    headings = [heading for heading in headings if shown[heading.name].notna().any()]
    listing(
        shown.set_axis(ids), headings, key=TABLE, title=found.entry.about.title.in_(language()), selected=asked.chosen or None,
        order=asked.order, language=language(), on_change=_said,
    )  # fmt: skip
    if len(named) > SHOWN:
        st.markdown(small(_("Gezeigt sind die ersten {n} Zeilen; CSV und Excel enthalten alle {all}.").format(n=number(SHOWN), all=number(len(named)))))


def _said() -> None:
    state.news(TABLE, "selected", lambda chosen: asking.change(chosen=str(chosen or "")))
    state.news(TABLE, "sorted", lambda order: asking.change(order=str(order or "")))


# ---- the chosen row ---------------------------------------------------------------------------------


def _chosen(view: Snapshot, found: Answer, named: pd.DataFrame) -> None:
    """What the chosen row says, and ways on to whom it names."""
    chosen = asking.now().chosen
    rows = found.table.index[(found.table[found.ids] == chosen).any(axis=1)] if chosen else []
    if not len(rows):
        st.markdown("#### " + _("Keine Zeile ausgewählt"))
        st.markdown(_("Eine Zeile anklicken: hier steht dann, was sie sagt, mit Wegen zu Profil und Karte."))
        return
    if chosen in view.nodes.index:
        st.markdown(badge(str(view.nodes.at[chosen, "type"]), ""))
        st.markdown("### " + safe(view.labels[chosen]))
    labels = {column.name: column.label.in_(language()) for column in found.entry.about.columns}
    for row in rows[:3]:
        lines = []
        for name, label in labels.items():
            value = named.at[row, name]
            if value is not None and not (name in found.ids and found.table.at[row, name] == chosen):
                lines.append(f"{safe(label)}: **{safe(_said_plainly(value))}**" if name != "evidence" else safe(str(value)))
        st.markdown("  \n".join(lines))
    if len(rows) > 3:
        st.markdown(small(_("und {n} weitere Zeilen in der Tabelle").format(n=number(len(rows) - 3))))
    named_there = [key for row in rows for key in found.table.loc[row, found.ids] if isinstance(key, str)]
    for key in list(dict.fromkeys([chosen, *named_there]))[:_LINKED]:
        if key in view.nodes.index:
            _door(view, key)


def _said_plainly(value: object) -> str:
    if isinstance(value, int | float):
        return number(value, 0 if float(value).is_integer() else 2)
    return day(value) if isinstance(value, str) and _DATE.fullmatch(value) else str(value)


def _door(view: Snapshot, key: str) -> None:
    """A button to the profile of a thing, or to the map of an area."""
    kind = str(view.nodes.at[key, "type"])
    if kind == "Area":
        label, choice = _("Zum Gebiet {place}").format(place=safe(naming.words(view, key))), Choice(areas=(key,))
    else:
        label, choice = _("Zum Profil: {name}").format(name=safe(view.labels[key])), Choice(actor=key)
    if st.button("→ " + label, key=f"question_door_{key}", type="tertiary"):
        frame.go("akteurslandkarte", choice)


# ---- taking along -----------------------------------------------------------------------------------


def _take_along(view: Snapshot, found: Answer, named: pd.DataFrame) -> None:
    file = found.entry.name.replace("/", "-")
    st.download_button(_("Als CSV speichern"), lambda: as_csv(full(found, named)), f"{file}.csv", "text/csv", key="question_csv", on_click="ignore")
    st.download_button(
        _("Als Excel speichern"),
        lambda: as_xlsx(full(found, named), found.entry.about.title.in_(language()), _about(view, found), _("Zur Frage")),
        f"{file}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        key="question_xlsx",
        on_click="ignore",
    )


def full(found: Answer, named: pd.DataFrame) -> pd.DataFrame:
    """The whole answer with its headings in words; ids stand behind, so that a row can be found again."""
    columns = {column.label.in_(language()): named[column.name] for column in found.entry.about.columns}
    labels = {column.name: column.label.in_(language()) for column in found.entry.about.columns}
    columns |= {f"{labels[name]} ({_('Kennung')})": found.table[name] for name in found.ids if not found.table[name].equals(named[name])}
    return pd.DataFrame(columns)


def _about(view: Snapshot, found: Answer) -> list[tuple[str, str]]:
    about, spoken = found.entry.about, language()
    given = ", ".join(f"{name}: {value}" for name, value in asking.now().given.items())
    counted = re.sub(r"[*\\]", "", _figures(found))
    return [
        (_("Frage"), about.question.in_(spoken)),
        (_("Wie man es liest"), about.reading.in_(spoken)),
        (_("Ergebnis"), counted),
        (_("Einstellungen"), given or _("wie üblich")),
        (_("Bestand"), _("Nummer {n}").format(n=view.version)),
        (_("Gefragt am"), day(date.today().isoformat())),
    ]


def empty_home() -> None:
    """What the page says while nothing is read in."""
    st.markdown("# " + _("Noch nichts eingelesen"))
    st.markdown(_("Fragen lassen sich stellen, sobald etwas eingelesen ist."))
