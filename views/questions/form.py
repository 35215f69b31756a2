"""The form of a question, made out of its parameters."""

from __future__ import annotations

from datetime import date

import streamlit as st

from graph.snapshot import Snapshot
from queries import parameters
from queries.catalog import AnalysisError, Entry, Parameter
from views.profile import safe
from views.questions import asking, picking
from views.words import _, language

_WIDTHS = {"date": 1.3, "integer": 1.3, "number": 1.3, "boolean": 1.3, "node": 2.6, "nodes": 2.6, "text": 2.0}
_ROW = 8.4


def show(view: Snapshot, entry: Entry, given: dict[str, str]) -> dict[str, object] | None:
    """Shows the form; the values where all are good and none is missing, else None, and it says what is wrong."""
    asked = [parameter for parameter in entry.about.parameters if parameter.asked]
    for row in _rows(asked):
        widths = [_WIDTHS[parameter.kind] for parameter in row]
        columns = st.columns([*widths, max(0.1, _ROW - sum(widths))], vertical_alignment="top")
        for column, parameter in zip(columns, row, strict=False):
            with column:
                _field(view, entry, parameter, given.get(parameter.name, parameters.written(parameter.default)))
    return _values(view, asked, given)


def _rows(asked: list[Parameter]) -> list[list[Parameter]]:
    """Parameters in rows, as many as fit side by side."""
    rows: list[list[Parameter]] = []
    room = 0.0
    for parameter in asked:
        room -= _WIDTHS[parameter.kind]
        if room < 0:
            rows.append([])
            room = _ROW - _WIDTHS[parameter.kind]
        rows[-1].append(parameter)
    return rows


def _values(view: Snapshot, asked: list[Parameter], given: dict[str, str]) -> dict[str, object] | None:
    values: dict[str, object] = {}
    wrong, missing = [], []
    for parameter in asked:
        if parameter.name in given:
            try:
                values[parameter.name] = parameters.read(parameter, [given[parameter.name]], view)
            except AnalysisError as error:
                wrong.append(str(error))
        if parameter.required and parameter.name not in wrong and values.get(parameter.name) in (None, "", []):
            missing.append(parameter.label.in_(language()))
    for reason in wrong:
        st.error(safe(reason))
    if missing and not wrong:
        st.info(_("Bitte zuerst wählen: {what}").format(what=", ".join(missing)))
    strange = [name for name in given if name not in {parameter.name for parameter in asked}]
    if strange:
        st.warning(_("Die Adresse nennt „{name}“; danach fragt diese Frage nicht.").format(name=safe(strange[0])))
    return None if wrong or missing else values


def _field(view: Snapshot, entry: Entry, parameter: Parameter, text: str) -> None:
    key = f"q_{entry.name}_{parameter.name}"
    label, usual = parameter.label.in_(language()), parameters.written(parameter.default)

    def give(value: object) -> None:
        asking.give(parameter.name, parameters.written(value), usual)

    if parameter.kind in ("node", "nodes"):
        picking.show(view, parameter, key, label, text, give)
    elif parameter.kind == "date":
        _day(parameter, key, label, text, give)
    elif parameter.kind in ("integer", "number"):
        _number(parameter, key, label, text, give)
    elif parameter.kind == "boolean":
        st.session_state[key] = text.casefold() in ("ja", "true", "1")
        st.toggle(label, key=key, on_change=lambda: give(st.session_state[key]))
    elif parameter.choices:
        words = {choice.value: choice.label.in_(language()) for choice in parameter.choices}
        options = words if usual else {"": _("Alle"), **words}
        st.session_state[key] = text if text in options else usual
        st.selectbox(label, list(options), key=key, format_func=options.__getitem__, on_change=lambda: give(st.session_state[key] or ""))
    else:
        st.session_state[key] = text
        st.text_input(label, key=key, on_change=lambda: give(st.session_state[key].strip()))


def _day(parameter: Parameter, key: str, label: str, text: str, give: asking.Give) -> None:
    """A day; where the question takes today without one, today is shown."""
    today = date.today() if parameter.today else None
    try:
        st.session_state[key] = date.fromisoformat(text) if text else today
    except ValueError:
        st.session_state[key] = today

    def changed() -> None:
        picked = st.session_state[key]
        give("" if picked is None or picked == today else picked.isoformat())

    st.date_input(label, value=None, key=key, format="DD.MM.YYYY", on_change=changed)


def _number(parameter: Parameter, key: str, label: str, text: str, give: asking.Give) -> None:
    whole = parameter.kind == "integer"
    try:
        value: float | None = int(text) if whole else float(text)
    except ValueError:
        value = parameter.default if isinstance(parameter.default, int | float) else None
    least, most = (0, parameters.MOST) if whole else (None, None)
    st.session_state[key] = value if value is None or not whole else min(parameters.MOST, max(0, int(value)))
    st.number_input(label, least, most, None, step=1 if whole else 0.1, key=key, on_change=lambda: give(st.session_state[key]))
