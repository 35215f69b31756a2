"""A report on the page: tables that wrap and can be read aloud, of what was not taken and of what to know."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

import streamlit as st

from views.profile import safe
from views.words import _, number

SHOWN = 100
"""So many rows of a table stand on the page; the files have all."""

_LONGEST = 300
_WAITING = "wartet auf "
_NAMED = 4

_STYLE = """<style>
.rep{width:100%;border-collapse:collapse;font:400 15px/1.35 "Source Sans","Segoe UI",sans-serif;color:#0A0E18;table-layout:auto}
.rep th{text-align:left;font-weight:400;font-size:14px;color:#4D5564;padding:0 12px 4px 0}
.rep td{border-top:1px solid #CDD3DC;padding:7px 12px 7px 0;vertical-align:top;overflow-wrap:anywhere}
.rep .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;overflow-wrap:normal}
.rep .k{white-space:nowrap;overflow-wrap:normal}
.rep td.w{width:56%}
.rep-more{font:400 14px/1.4 "Source Sans","Segoe UI",sans-serif;color:#4D5564;margin:8px 0 0}
</style>"""

Rows = Sequence[Sequence[object]]


def table(heads: Sequence[tuple[str, str]], rows: Rows, caption: str) -> None:
    """A table; ``heads`` are (heading, "" | "n" number | "k" short | "w" wide). A column in which nothing stands is left out."""
    places = [place for place in range(len(heads)) if any(str(row[place] or "") for row in rows)]
    head = "".join(f'<th scope="col" class="{heads[place][1]}">{html.escape(heads[place][0])}</th>' for place in places)
    body = "".join("<tr>" + "".join(_cell(row[place], heads[place][1]) for place in places) + "</tr>" for row in rows[:SHOWN])
    more = ""
    if len(rows) > SHOWN:
        told = _("{n} weitere stehen im Bericht, den Sie oben herunterladen können.").format(n=number(len(rows) - SHOWN))
        more = f'<p class="rep-more">{html.escape(told)}</p>'
    st.html(f'{_STYLE}<table class="rep" aria-label="{html.escape(caption)}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}')


def _cell(value: object, kind: str) -> str:
    if isinstance(value, int):
        return f'<td class="n">{number(value)}</td>'
    text = "" if value is None else str(value)
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
    # <bdi>: a sign that turns the direction of writing ends with its cell
    return f'<td class="{kind}"><bdi>{html.escape(text)}</bdi></td>'


def most_often(words: Sequence[str]) -> str:
    """The commonest of these words with their numbers: "Seit 12, Gremium 3"; "" where there is only one word."""
    counts = Counter(word for word in words if word)
    if len(counts) < 2:
        return ""
    told = ", ".join(f"{word} {number(n)}" for word, n in counts.most_common(_NAMED))
    return told + (" …" if len(counts) > _NAMED else "")


def counts(new: int, changed: int, unchanged: int, removed: int) -> None:
    """What becomes of entries and relationships, in four numbers."""
    words = ((_("neu"), new), (_("geändert"), changed), (_("gleich"), unchanged), (_("entfallen"), removed))
    for column, (word, n) in zip(st.columns(4), words, strict=True):
        column.metric(word, number(n), border=True)


def details(found: Mapping[str, tuple[Sequence[str], Rows]]) -> None:
    """One tab for each table of a report that has rows; ``found`` are its tables by their German names."""
    file, sheet, row = (_("Datei"), "k"), (_("Blatt"), "k"), (_("Zeile").capitalize(), "n")
    column, reason, kind, name = (_("Spalte"), "k"), (_("Grund"), "w"), (_("Art"), "k"), (_("Name"), "k")
    titles = {
        "Abgewiesen": (_("Abgewiesen"), (file, sheet, row, column, (_("Wert"), ""), reason)),
        "Hinweise": (_("Hinweise"), (file, sheet, row, (_("Hinweis"), "w"))),
        "Spalten": (_("Überzählige Spalten"), (file, sheet, column, (_("Gefüllte Zellen"), "n"))),
        "Ohne Ort": (_("Ohne Ort"), (kind, name, reason)),
        "Angelegt": (_("Angelegt"), (file, sheet, row, kind, name, (_("Schlüssel"), ""))),
    }
    shown = [(key, title, heads, found[key][1]) for key, (title, heads) in titles.items() if found[key][1]]
    one_file = len({cells[0] for _key, _title, heads, rows in shown if heads[0] == file for cells in rows}) < 2
    if not shown:
        return
    # A row with three reasons is one rejected row.
    many = [len({tuple(cells[:3]) for cells in rows}) if key == "Abgewiesen" else len(rows) for key, _title, _heads, rows in shown]
    tabs = st.tabs([f"{title} {number(n)}" for (_key, title, _heads, _rows), n in zip(shown, many, strict=True)])
    for tab, (key, title, heads, rows) in zip(tabs, shown, strict=True):
        with tab:
            if key == "Abgewiesen" and (often := most_often([str(cells[3]) for cells in rows])):
                st.markdown(f":small[:gray[{_('Am häufigsten in')}: {safe(often)}]]")
            if one_file and heads[0] == file:
                table(heads[1:], [cells[1:] for cells in rows], title)
            else:
                table(heads, rows, title)


class Pace(Protocol):
    """How far a reading is; see :class:`ingest.reporting.pace.Pace`."""

    @property
    def stage(self) -> str:
        """What is being done."""

    @property
    def file(self) -> int:
        """Number of the file, 0 after the reading."""

    @property
    def files(self) -> int:
        """How many there are."""

    @property
    def rows(self) -> int:
        """Rows so far."""

    @property
    def expected(self) -> int | None:
        """Rows in all, or None."""

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take, or None."""


def pace(now: Pace) -> str:
    """How far a reading is, in words: "Datei 1 von 3 · 2.000 von etwa 6.000 Zeilen · noch etwa 4 s"."""
    if not now.stage:
        return _("Die Datei wird geöffnet ...")
    if now.stage.startswith(_WAITING):
        return _("Wartet auf {who} ...").format(who=now.stage.removeprefix(_WAITING))
    if not now.file:
        return _("Das Netzwerk wird zusammengestellt ...")
    parts = [_("Datei {n} von {all}").format(n=now.file, all=now.files)]
    if now.expected:
        parts.append(_("{n} von etwa {all} Zeilen").format(n=number(now.rows), all=number(now.expected)))
    elif now.rows:
        parts.append(_("{n} Zeilen").format(n=number(now.rows)))
    if now.seconds_left is not None:
        parts.append(_("noch etwa {n} s").format(n=number(max(1, now.seconds_left))))
    return " · ".join(parts)
