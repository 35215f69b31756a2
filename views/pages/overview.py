"""Überblick: what is in it, how fresh it is, what needs attention, where to go."""

from __future__ import annotations

import html
from datetime import date

import pandas as pd
import streamlit as st

from graph import dates, schema
from graph.ledger_records import DatasetInfo
from graph.snapshot import Snapshot
from views import data, frame, state
from views.beside import beside
from views.profile import safe
from views.words import _, count_of, day, language, number

ALLOWED_DAYS = {"schools_nrw": 400, "areas": 1825}
"""After so many days a source of this kind is out of date: registers appear yearly, borders hardly move."""

ALLOWED_USUALLY = 180
_SOON = 0.75
_ENDING_DAYS = 365
_FRESH = """<style>
.fresh{width:100%;border-collapse:collapse;font:400 16px/1.3 "Source Sans","Segoe UI",sans-serif;color:#0A0E18}
.fresh caption{text-align:left;font-weight:600;font-size:20px;padding:4px 0 8px}
.fresh th{text-align:left;font-weight:400;font-size:14px;color:#4D5564;padding:0 8px 4px}
.fresh td{border-top:1px solid #CDD3DC;padding:8px}
.fresh .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.fresh .b{width:150px;position:relative;background:linear-gradient(#5A6272,#5A6272) 66% 0/2px 100% no-repeat}
.fresh .b i{display:block;height:12px;background:#8FA3C4;border-radius:2px}
.fresh .old .b i{background:#B3261E}.fresh .old .s{color:#9B1F18;font-weight:650}
.fresh .s{white-space:nowrap;width:130px}
.todo{font:400 16px/1.35 "Source Sans","Segoe UI",sans-serif;color:#0A0E18}
.todo h3{font-size:20px;font-weight:600;margin:4px 0 8px}.todo ol{list-style:none;margin:0;padding:0}
.todo li{display:grid;grid-template-columns:64px 1fr;border-top:1px solid #CDD3DC;padding:9px 0}
.todo b{font-size:24px;font-weight:650;line-height:1.1;font-variant-numeric:tabular-nums}
.todo small{font-size:14px;color:#4D5564;display:block}
</style>"""


def page() -> None:
    """The page."""
    data.guarded(_page)


def _page() -> None:
    read = data.datasets()
    if not read:
        _nothing_yet()
        return
    view = data.current()
    st.markdown("# " + safe(_title(view)))
    actors = int(view.nodes["type"].isin(schema.ACTORS).sum())
    facts = {
        "day": day(max(info.as_of for info in read)),
        "actors": count_of(actors, _("Akteur"), _("Akteure")),
        "edges": count_of(len(view.edges), _("Beziehung"), _("Beziehungen")),
        "sources": count_of(len(read), _("Quelle"), _("Quellen")),
    }
    st.markdown(_("Stand {day} · {actors}, {edges} aus {sources}").format(**facts))
    _tiles(view)
    _doors(view)
    left, right = beside([6, 5], gap="large")
    with left:
        st.html(_FRESH + _freshness(read))
    with right:
        st.html(_FRESH + _attention(view, read))


def _nothing_yet() -> None:
    st.markdown("# " + _("Noch nichts eingelesen"))
    st.markdown(_("Der Atlas zeigt, was in ihn eingelesen wird. Drei Wege, um zu beginnen:"))
    for column, (title, text, command) in zip(
        st.columns(3),
        [
            (_("Ausprobieren"), _("Eine erfundene Stadt mit 7 Bezirken, Schulen, Kitas, Gremien und Projekten."), "akteursatlas demo"),
            (
                _("Eigene Listen"),
                _("Eine Excel-Vorlage schreiben, ausfüllen und einlesen."),
                "akteursatlas template netzwerk.xlsx\nakteursatlas ingest tables netzwerk.xlsx",
            ),
            (
                _("Gebiete und Schulen"),
                _("Bezirke als GeoJSON und das amtliche Schulverzeichnis einlesen."),
                "akteursatlas ingest areas bezirke.geojson\nakteursatlas ingest schools_nrw schulen.csv",
            ),
        ],
        strict=True,
    ):
        with column.container(border=True, height="stretch"):
            st.markdown("## " + title)
            st.markdown(text)
            st.code(command, language="bash")


def _title(view: Snapshot) -> str:
    roots = view.areas.roots
    return _("Bildungslandschaft {place}").format(place=view.nodes.loc[roots[0], "name"]) if len(roots) == 1 else _("Bildungslandschaft")


def _tiles(view: Snapshot) -> None:
    edges = view.edges
    counts = view.nodes["type"].value_counts()
    sentences = {
        "Gremium": _reporting(view),
        "Institution": _schools(view),
        "Project": _ending(view),
        "Offer": _("von {n} verschiedenen Anbietern").format(
            n=number(edges.loc[(edges["type"] == "RUNS") & edges["end"].map(view.nodes["type"]).eq("Offer"), "start"].nunique())
        ),
        "Person": _("sitzen in {n} Gremien").format(n=number(edges.loc[edges["type"] == "MEMBER_OF", "end"].nunique()))
        if data.role() == "internal"
        else _("nur Funktionen, keine Namen"),
    }
    for column, (name, sentence) in zip(st.columns(len(sentences)), sentences.items(), strict=True):
        node = schema.NODES[name]
        with column.container(border=True, height="stretch"):
            st.metric(f":{node.symbol.streamlit}[{node.symbol.glyph}] {node.plural.in_(language())}", number(int(counts.get(name, 0))))
            st.markdown(f":small[:gray[{sentence}]]")


def _reporting(view: Snapshot) -> str:
    lines = view.edges[view.edges["type"] == "REPORTS_TO"]
    return _("{n} berichten an ein anderes").format(n=number(lines["start"].map(view.nodes["type"]).eq("Gremium").groupby(lines["start"]).any().sum()))


def _schools(view: Snapshot) -> str:
    kinds = view.nodes.loc[view.nodes["type"] == "Institution", "kind"] if "kind" in view.nodes.columns else pd.Series(dtype=object)
    schools, kitas = int((kinds == "school").sum()), int((kinds == "kita").sum())
    return _("davon {schools} und {kitas}").format(schools=count_of(schools, _("Schule"), _("Schulen")), kitas=count_of(kitas, _("Kita"), _("Kitas")))


def _ending(view: Snapshot) -> str:
    projects = view.nodes[view.nodes["type"] == "Project"]
    if "end" not in projects.columns:
        return _("ohne Angabe, wann sie enden")
    today, year = date.today().isoformat(), date.fromordinal(date.today().toordinal() + _ENDING_DAYS).isoformat()
    ends = projects["end"].dropna().astype(str).map(dates.last_day)
    return _("{n} enden in den nächsten zwölf Monaten").format(n=number(int(((ends >= today) & (ends <= year)).sum())))


def _doors(view: Snapshot) -> None:
    """Into the map: as a whole, by district, by Sozialraum."""
    tree = view.areas
    districts = [area for root in tree.roots for area in tree.children(root)]
    left, middle, right = st.columns([3, 5, 3])
    with left.container(border=True, height="stretch"):
        st.markdown("## " + _("Wer arbeitet mit wem?"))
        st.markdown(_("Netzwerk, Stadtkarte und Profile mit ihren Quellen."))
        if st.button("**→ " + _("Zur Akteurslandkarte") + "**", type="tertiary", key="door_all"):
            _go(())
    _links(middle, _("Nach Gebiet"), districts[:24], view)
    _links(right, _("Nach Sozialraum"), tree.social_spaces[:12], view)


def _links(column: st.delta_generator.DeltaGenerator, title: str, areas: list[str], view: Snapshot) -> None:
    with column.container(border=True, height="stretch"):
        st.markdown("## " + title)
        if not areas:
            st.markdown(":small[:gray[" + _("Noch keine eingelesen: akteursatlas ingest areas") + "]]")
        row = st.container(horizontal=True, gap="small")
        for area in areas:
            if row.button(safe(view.nodes.loc[area, "name"]), key=f"door_{area}"):
                _go((area,))


def _go(areas: tuple[str, ...]) -> None:
    frame.go("akteurslandkarte", state.Choice(areas=areas))


def _freshness(read: list[DatasetInfo]) -> str:
    e = html.escape
    rows = ""
    for info in sorted(read, key=lambda i: i.as_of, reverse=True):
        age = max(0, (date.today() - date.fromisoformat(info.as_of[:10])).days)
        allowed = ALLOWED_DAYS.get(info.source, ALLOWED_USUALLY)
        name, word, sign = (
            ("new", _("aktuell"), "●") if age <= allowed * _SOON else ("soon", _("bald prüfen"), "◐") if age <= allowed else ("old", _("veraltet"), "○")
        )
        rows += (
            f'<tr class="{name}"><td>{e(info.title)}</td><td class="n">{number(info.rows)}</td><td class="n">{day(info.as_of)}</td>'
            f'<td class="b"><i style="width:{min(100, age / allowed * 66):.0f}%"></i></td><td class="s"><span>{sign}</span> {e(word)}</td></tr>'
        )
    head = "".join(
        f"<th{c}>{e(t)}</th>"
        for t, c in ((_("Quelle"), ""), (_("Einträge"), ' class="n"'), (_("Stand"), ' class="n"'), (_("Alter, Strich = erlaubt"), ""), (_("Urteil"), ""))
    )
    return f'<table class="fresh"><caption>{e(_("Wie frisch sind die Quellen?"))}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _attention(view: Snapshot, read: list[DatasetInfo]) -> str:
    e = html.escape
    rows = "".join(
        f"<li><b>{number(n)}</b><span>{e(one if n == 1 else many)}<small>{e(more)}</small></span></li>" for n, one, many, more in _findings(view, read) if n
    )
    nothing = f"<li><b>0</b><span>{e(_('Nichts. Alles ist zugeordnet und aktuell.'))}</span></li>"
    return f'<div class="todo"><h3>{e(_("Was braucht Aufmerksamkeit?"))}</h3><ol>{rows or nothing}</ol></div>'


def _findings(view: Snapshot, read: list[DatasetInfo]) -> list[tuple[int, str, str, str]]:
    """(number, what for one, what for many, which) of everything that somebody should look at."""
    today = date.today().isoformat()
    rejected = [(info.title, len(info.report.get("rejected", ()))) for info in read]
    old = [info for info in read if (date.today() - date.fromisoformat(info.as_of[:10])).days > ALLOWED_DAYS.get(info.source, ALLOWED_USUALLY)]
    edges, names = view.edges, view.nodes["name"]
    members = edges[edges["type"] == "MEMBER_OF"]
    placed = set(edges.loc[edges["type"] == "LOCATED_IN", "start"])
    institutions = view.nodes.index[view.nodes["type"] == "Institution"]
    unplaced = [i for i in institutions if i not in placed]
    gremien = view.nodes.index[view.nodes["type"] == "Gremium"]
    empty = [i for i in gremien if i not in set(members["end"])]
    reports = set(edges.loc[edges["type"] == "REPORTS_TO", "start"])
    levels = view.nodes["level"] if "level" in view.nodes.columns else pd.Series(dtype=object)
    silent = [i for i in gremien if i not in reports and levels.get(i) != "politics"]
    past = members.loc[[isinstance(until, str) and dates.last_day(until) < today for until in members["until"]]]
    return [
        (
            sum(n for _title, n in rejected),
            _("Zeile wurde beim Einlesen abgewiesen"),
            _("Zeilen wurden beim Einlesen abgewiesen"),
            ", ".join(f"{title}: {number(n)}" for title, n in rejected if n),
        ),
        (
            len(old),
            _("Quelle ist veraltet und sollte neu eingelesen werden"),
            _("Quellen sind veraltet und sollten neu eingelesen werden"),
            ", ".join(info.title for info in old[:4]),
        ),
        (len(unplaced), _("Institution lässt sich keinem Gebiet zuordnen"), _("Institutionen lassen sich keinem Gebiet zuordnen"), _some(names, unplaced)),
        (len(silent), _("Gremium berichtet an niemanden"), _("Gremien berichten an niemanden"), _some(names, silent)),
        (len(empty), _("Gremium hat keine erfassten Mitglieder"), _("Gremien haben keine erfassten Mitglieder"), _some(names, empty)),
        (len(past), _("Mitgliedschaft ist abgelaufen"), _("Mitgliedschaften sind abgelaufen"), _("sie zählen nur für frühere Stichtage")),
    ]


def _some(names: pd.Series, ids: list[str], shown: int = 3) -> str:
    told = ", ".join(str(names[i]) for i in ids[:shown])
    return told + (" " + _("und weitere") if len(ids) > shown else "")
