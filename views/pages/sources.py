"""Quellen: how old each of them is, where they contradict each other, who came and went, and what every run did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from graph import schema
from graph.conflicts import Conflict, Said, field_label
from graph.editions import EditionChange
from graph.freshness import SourceAge, Unconfirmed
from graph.home import user_name
from graph.ledger import RunInfo
from views import data
from views.profile import safe, value_text
from views.tables import as_csv
from views.words import _, count_of, day, language, number

_MONTHS = (6, 12, 24, 36)
_USUAL = 12
_HEIGHT = 520


def page() -> None:
    """The page."""
    data.guarded(_page)


def _page() -> None:
    runs = data.ledger().runs()
    if not runs:
        st.markdown("# " + _("Noch keine Quelle eingelesen"))
        st.markdown(_("Sobald etwas eingelesen ist, steht hier, wie alt es ist und wo sich Quellen widersprechen."))
        return
    contradictions, changes = data.conflicts(), data.editions()
    st.markdown("# " + safe(_title(data.freshness(_USUAL).sources)))
    ages, disputed, editions, history = st.tabs(
        [
            _("Stand"),
            f"{_('Widersprüche')} · {number(len(contradictions))}",
            f"{_('Neu oder geschlossen')} · {number(len(changes))}",
            f"{_('Verlauf')} · {number(len(runs))}",
        ]
    )
    with ages:
        _ages()
    with disputed:
        _contradictions(contradictions)
    with editions:
        _editions(changes)
    with history:
        _history(runs)


def _title(ages: Sequence[SourceAge]) -> str:
    old = sum(age.months >= _USUAL for age in ages)
    many = count_of(len(ages), _("Quelle"), _("Quellen"))
    if not old:
        return _("{sources}, keine älter als ein Jahr").format(sources=many)
    return _("{sources}, davon {old} älter als ein Jahr").format(sources=many, old=number(old))


def _ages() -> None:
    picked = st.segmented_control(
        _("Unbestätigt seit"), _MONTHS, default=_USUAL, required=True, key="months", format_func=lambda n: _("{n} Monaten").format(n=n)
    )
    months = int(picked or _USUAL)
    found = data.freshness(months)
    table = pd.DataFrame(
        {
            _("Quelle"): age.title,
            _("Stand"): day(age.as_of),
            _("Alter in Monaten"): age.months,
            _("Einträge"): age.things,
            _("Unbestätigt"): age.unconfirmed,
        }
        for age in found.sources
    )
    st.dataframe(_grouped(table), hide_index=True, key="ages")
    waiting = found.unconfirmed
    st.markdown("**" + _("{n} Einträge hat seit {months} Monaten niemand bestätigt").format(n=number(len(waiting)), months=months) + "**")
    if not waiting:
        return
    _listed(waiting)


def _listed(waiting: Sequence[Unconfirmed]) -> None:
    table = pd.DataFrame(
        {_("Name"): thing.name, _("Typ"): _kind(thing.type), _("Zuletzt bestätigt"): day(thing.last), _("Quelle"): thing.title} for thing in waiting
    )
    st.dataframe(table, hide_index=True, height=_height(table), key="unconfirmed")
    _take_along(table, "unbestaetigt.csv")


def _contradictions(found: Sequence[Conflict]) -> None:
    if not found:
        st.markdown(_("Keine: wo mehrere Quellen dasselbe beschreiben, sagen sie dasselbe."))
        return
    st.markdown(_("Es gilt die Angabe der amtlichen Quelle vor der Liste, sonst die neuere; die anderen bleiben erhalten."))
    fields = sorted({_field(conflict) for conflict in found})
    picked = st.pills(_("Feld"), fields, selection_mode="multi", key="conflict_fields", label_visibility="collapsed")
    shown = [conflict for conflict in found if not picked or _field(conflict) in picked]
    if picked and all(conflict.distance_km is not None for conflict in shown):
        shown.sort(key=lambda conflict: -(conflict.distance_km or 0))
    rows = [_row(conflict, other) for conflict in shown for other in conflict.others]
    table = pd.DataFrame(rows)
    wide = st.column_config.Column(width="medium")
    widths = {_(column): wide for column in ("Wer", "Gilt", "Andere Angabe", "sagt", "sagt auch")}
    st.dataframe(table, hide_index=True, height=_height(table), key="conflicts", column_config=widths)
    _take_along(table, "widersprueche.csv")


def _row(conflict: Conflict, other: Said) -> dict[str, Any]:
    return {
        _("Wer"): conflict.name,
        _("Feld"): _field(conflict),
        _("Gilt"): _value(conflict, conflict.shown),
        _("Andere Angabe"): _value(conflict, other),
        _("Abstand (km)"): "" if other.distance_km is None else number(other.distance_km, 1),
        _("sagt"): _origin(conflict.shown),
        _("sagt auch"): _origin(other),
        _("Typ"): _kind(conflict.type),
    }


def _field(conflict: Conflict) -> str:
    return field_label(conflict).in_(language())


def _value(conflict: Conflict, said: Said) -> str:
    field = next((field for field in schema.NODES[conflict.type].fields if field.name == conflict.field), None)
    return value_text(field, said.value) if field else str(said.value)


def _origin(said: Said) -> str:
    place = ", ".join(part for part in (said.where.sheet, _("Zeile {n}").format(n=said.where.row) if said.where.row else "") if part)
    return f"{said.title}, {day(said.as_of)}" + (f" ({place})" if place else "")


def _editions(changes: Sequence[EditionChange]) -> None:
    if not changes:
        st.markdown(_("Nichts: es ist nur eine Ausgabe eines Registers eingelesen, oder beide nennen dasselbe."))
        return
    st.markdown(_("Was nur eine ältere Ausgabe nennt, ist vielleicht geschlossen oder heißt anders; gelöscht wird es nicht."))
    words = {"gone": _("nicht mehr geführt"), "new": _("neu")}
    table = pd.DataFrame(
        {_("Name"): change.name, _("Typ"): _kind(change.type), _("Was"): words[change.kind], _("Genannt in"): change.named_in, _("Nicht in"): change.missing_in}
        for change in changes
    )
    st.dataframe(table, hide_index=True, height=_height(table), key="editions")
    _take_along(table, "neu_oder_geschlossen.csv")


def _history(runs: Sequence[RunInfo]) -> None:
    kinds = {"ingest": _("eingelesen"), "take_back": _("zurückgenommen")}
    table = pd.DataFrame(
        {
            _("Lauf"): run.id,
            _("Wann"): _moment(run.finished),
            _("Quelle"): run.title,
            _("Was"): kinds[run.kind] + (f" ({_('Lauf')} {run.takes_back})" if run.takes_back else ""),
            _("Neu"): run.counts.new,
            _("Geändert"): run.counts.changed,
            _("Entfallen"): run.counts.removed,
            _("Wer"): run.user,
            _("Gilt nicht mehr"): f"{_('Lauf')} {run.taken_back}" if run.taken_back else "",
        }
        for run in runs
    )
    picked = st.dataframe(_grouped(table), hide_index=True, height=_height(table), key="runs", on_select="rerun", selection_mode="single-row")
    rows = picked["selection"]["rows"]
    if data.role() != "internal":
        return
    if not rows or rows[0] >= len(runs):
        st.markdown(":small[:gray[" + _("Einen Lauf in der ersten Spalte ankreuzen, um ihn zurückzunehmen.") + "]]")
        return
    run = runs[rows[0]]
    if not run.can_take_back:
        st.markdown(safe(run.why_not))
    elif st.button(_("Lauf {n} zurücknehmen").format(n=run.id), key="take_back"):
        _confirm(run)


def _confirm(run: RunInfo) -> None:
    @st.dialog(_("Lauf {n} zurücknehmen").format(n=run.id))
    def ask() -> None:
        st.markdown(
            _("„{title}“ steht danach wieder so da wie vor diesem Lauf: {new} Angaben gehen, {changed} werden wie vorher, {removed} kommen zurück.").format(
                title=safe(run.title), new=number(run.counts.new), changed=number(run.counts.changed), removed=number(run.counts.removed)
            )
        )
        reason = st.text_input(_("Warum? (steht im Protokoll)"), key="take_back_reason")
        if st.button(_("Zurücknehmen"), type="primary", key="take_back_sure"):
            data.ledger().take_back_run(run.id, user=user_name(), reason=reason)
            st.rerun()

    ask()


def _moment(utc: str) -> str:
    """Day and time of a run as the clock on the wall had it."""
    here = datetime.fromisoformat(utc).astimezone()
    return f"{day(here.date().isoformat())} {here:%H:%M}"


def _grouped(table: pd.DataFrame) -> Any:
    """The table with its numbers written as the language does; they still sort as numbers."""
    return table.style.format(number, subset=list(table.select_dtypes("number").columns))


def _kind(name: str) -> str:
    return schema.NODES[name].label.in_(language())


def _height(table: pd.DataFrame) -> int | str:
    return _HEIGHT if len(table) > 13 else "content"


def _take_along(table: pd.DataFrame, file: str) -> None:
    st.download_button(_("Als CSV speichern"), as_csv(table), file, "text/csv", key=f"csv_{file}", on_click="ignore")
