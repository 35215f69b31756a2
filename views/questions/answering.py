"""Gets the answer to a question, and remembers what went wrong, so that a page that runs again does not ask again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from graph.embedded import ServerError
from graph.snapshot import Snapshot
from graph.store import Store, StoreError
from queries import catalog, own, parameters, results
from queries.catalog import AnalysisError, Entry
from views import data
from views.words import _, language

_FAILED = "question_failed"


@dataclass(frozen=True, eq=False)
class Answer:
    """The table that a question promises, with the figures of its denominator; ``cut`` says that it ends before its end."""

    entry: Entry
    table: pd.DataFrame
    ids: list[str]
    """The columns that hold things of the network, the first of them is what a row is about."""
    n: int
    of: int | None
    cut: bool = False


def every() -> tuple[dict[str, Entry], list[own.Broken]]:
    """All questions by name, one's own among them where the role may ask the database itself; and files that are none."""
    mine, broken = own.questions(data.home().questions_path) if data.role() == "internal" else ({}, [])
    return {**catalog.entries(), **mine}, broken


def answer(view: Snapshot, entry: Entry, values: dict[str, object]) -> Answer | None:
    """The answer; None where there is none, and the page has been told why."""
    spoken = {"language": language()} if any(p.name == "language" for p in entry.about.parameters) else {}
    question = (entry.name, entry.cypher, tuple((name, parameters.written(value)) for name, value in values.items()), view.version, language())
    failed = st.session_state.get(_FAILED)
    if failed and failed[0] == question:
        return _failed(failed[1])
    try:
        given: dict[str, Any] = {**values, **spoken}
        frame = data.ask(entry.name, **given) if entry.function is not None else _from_server(entry, given)
    except (AnalysisError, StoreError, ServerError) as error:
        st.session_state[_FAILED] = (question, str(error))
        return _failed(str(error))
    table = results.table(frame, entry.about)
    return Answer(
        entry, table, results.node_columns(table, view), frame.attrs.get("n", len(table)), frame.attrs.get("of"), _is_own(entry) and len(table) >= own.MOST_ROWS
    )


def _failed(reason: str) -> None:
    st.error(reason)
    st.markdown(_("Der Bestand ist davon nicht betroffen."))
    st.button(_("Noch einmal fragen"), type="primary", on_click=lambda: st.session_state.pop(_FAILED, None))


def _is_own(entry: Entry) -> bool:
    return entry.name.startswith(f"{own.FOLDER}/")


def _from_server(entry: Entry, given: dict[str, Any]) -> pd.DataFrame:
    """The answer of the graph database, whose server runs only for that."""

    def make() -> pd.DataFrame:
        with st.spinner(_("Die Datenbank wird gefragt ...")), Store.connect(home=data.home().path) as store:
            return catalog.answer(entry, store=own.Limited(store) if _is_own(entry) else store, role=data.role(), **given)

    return data.kept(f"{entry.name}\n{entry.cypher}", given, make)
