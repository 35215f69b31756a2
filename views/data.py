"""What the pages read: ledger, snapshot, positions. The graph server runs only while something is read from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from graph import build, schema, snapshot
from graph.conflicts import Conflict, place_conflicts
from graph.conflicts import conflicts as conflicts_of
from graph.editions import EditionChange
from graph.editions import editions as editions_of
from graph.embedded import ServerError
from graph.fold import fold
from graph.freshness import Freshness
from graph.freshness import freshness as freshness_of
from graph.home import Home, role
from graph.ledger import Ledger, LedgerError
from graph.ledger_records import DatasetInfo, Statement
from graph.snapshot import Snapshot
from graph.store import Store, StoreError
from queries import catalog
from views.positions import Positions
from views.words import _

Result = TypeVar("Result")


def home() -> Home:
    """The installation that the app shows."""
    return Home.default()


@st.cache_resource(max_entries=4)
def _ledger(path: str) -> Ledger:
    return home().open_ledger()


def ledger() -> Ledger:
    """The opened ledger."""
    return _ledger(str(home().ledger_path))


@st.cache_resource(max_entries=4)
def _positions(path: str) -> Positions:
    return Positions(home().positions_path)


def positions() -> Positions:
    """Where actors stood."""
    return _positions(str(home().positions_path))


@st.cache_resource(max_entries=3, show_spinner=False)
def _snapshot(path: str, version: int, role: str) -> Snapshot:
    given = ledger().projected()
    if given.version == version and (known := snapshot.cached(home().cache_path, given.graph_id, version, role)):
        return known  # read before, by this process or another: no server is needed for it
    # Brings the graph to the ledger first: after a kill the next reader finishes what was begun.
    with Store.connect(home=home().path) as store:
        build.update(ledger(), store)
        return snapshot.load(store, home().cache_path, role)


def current() -> Snapshot:
    """The network as the ledger has it now; read from the graph only when the ledger has moved."""
    version = ledger().version
    if version == 0:
        return empty()
    with st.spinner(_("Das Netzwerk wird geladen ...")):
        return _snapshot(str(home().ledger_path), version, role())


def empty() -> Snapshot:
    """A network without anybody."""
    nodes = pd.DataFrame({name: pd.Series(dtype=object) for name in ("type", "name", "source", "as_of")}, index=pd.Index([], name="id"))
    edges = pd.DataFrame({name: pd.Series(dtype=object) for name in ("id", "type", "start", "end", "since", "until", "source", "as_of")})
    return Snapshot(0, nodes, edges)


@st.cache_data(max_entries=128, show_spinner=False)
def _ask(path: str, version: int, role: str, name: str, parameters: dict[str, Any]) -> pd.DataFrame:
    return catalog.run(name, snapshot=current(), role=role, **parameters)


def ask(name: str, **parameters: Any) -> pd.DataFrame:
    """The result of an analysis on the current network, kept until the network changes."""
    return _ask(str(home().ledger_path), current().version, role(), name, parameters)


def datasets() -> list[DatasetInfo]:
    """What has been read in, by name."""
    return ledger().datasets()


def statements(entity: str, kind: str) -> list[Statement]:
    """Who says what about an entity of this type, most trusted first; personal fields only where the role allows."""
    hidden = set() if role() == "internal" else {field.name for field in schema.NODES[kind].fields if field.personal}
    return [said._replace(fields={name: value for name, value in said.fields.items() if name not in hidden}) for said in ledger().statements(entity)]


@st.cache_data(max_entries=4, show_spinner=False)
def _conflicts(path: str, version: int) -> list[Conflict]:
    return conflicts_of(ledger()) + place_conflicts(fold(ledger()))


def conflicts() -> list[Conflict]:
    """Where sources disagree, by type and name; personal fields only where the role allows."""
    with st.spinner(_("Quellen werden verglichen ...")):
        return [found for found in _conflicts(str(home().ledger_path), ledger().version) if role() == "internal" or not found.personal]


@st.cache_data(max_entries=4, show_spinner=False)
def _editions(path: str, version: int) -> list[EditionChange]:
    return editions_of(ledger())


def editions() -> list[EditionChange]:
    """What came and went between editions of a register."""
    return _editions(str(home().ledger_path), ledger().version)


@st.cache_data(max_entries=8, show_spinner=False)
def _freshness(path: str, version: int, today: str, months: int) -> Freshness:
    return freshness_of(ledger(), today, months)


def freshness(months: int) -> Freshness:
    """How old sources are, and who is unconfirmed for so many months; people only where the role allows."""
    found = _freshness(str(home().ledger_path), ledger().version, date.today().isoformat(), months)
    return found if role() == "internal" else Freshness(found.sources, [thing for thing in found.unconfirmed if thing.type != "Person"])


def guarded(page: Callable[[], None]) -> None:
    """Runs a page; where ledger or graph cannot be had, says so and offers to try again."""
    try:
        page()
    except (StoreError, ServerError, LedgerError) as error:
        st.markdown("# " + _("Die Datenbank ist nicht erreichbar"))
        st.error(str(error))
        st.markdown(_("Die eingelesenen Daten sind davon nicht betroffen."))
        if st.button(_("Noch einmal versuchen"), type="primary"):
            st.rerun()
