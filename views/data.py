"""What the pages read: ledger, snapshot, positions. The graph server runs only while something is read from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from graph import reading, schema, snapshot
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
from graph.records import Where
from graph.redaction import Cleaner
from graph.snapshot import Snapshot
from graph.store import StoreError, Unreachable
from queries import catalog
from views import memory, moment, outage
from views.answers import Answers, Recent
from views.positions import Positions
from views.saved_views import SavedViews
from views.words import _

Result = TypeVar("Result")
_NETWORKS: Recent[Snapshot] = Recent(3)
"""The networks that were read last, by ledger, version and role; shared by all sessions."""


def home() -> Home:
    """The installation that the app shows."""
    return Home.default()


@st.cache_resource(max_entries=4)
def _ledger(location: str) -> Ledger:
    return home().open_ledger()


def ledger() -> Ledger:
    """The opened ledger."""
    return _ledger(str(home().ledger_location))


@st.cache_resource(max_entries=4)
def _positions(path: str) -> Positions:
    return Positions(home().positions_path)


def positions() -> Positions:
    """Where actors stood."""
    return _positions(str(home().positions_path))


@st.cache_resource(max_entries=4)
def _saved_views(path: str) -> SavedViews:
    return SavedViews(home().positions_path, _positions(path))


def saved_views() -> SavedViews:
    """The views that people have named."""
    return _saved_views(str(home().positions_path))


def current() -> Snapshot:
    """The network as the ledger has it now; read from the graph only when the ledger has moved.

    While the graph database is away it is what was read last, and the page says so; ``Unreachable`` where nothing was.
    """
    return moment.once("network", _current)


def _current() -> Snapshot:
    state = (str(home().ledger_location), ledger().version, role())
    if state[1] == 0:
        return empty()
    if state in _NETWORKS:
        return _network(*state)
    with st.spinner(_("Das Netzwerk wird geladen ...")):
        return outage.survived(home(), lambda: _network(*state))


def _network(location: str, version: int, role: str) -> Snapshot:
    """The network of that state; read where nobody has asked for it."""

    def read() -> Snapshot:
        found = reading.network(home(), ledger(), role)
        memory.settled()
        return found

    return _NETWORKS.get((location, version, role), read)


def empty() -> Snapshot:
    """A network without anybody."""
    nodes = pd.DataFrame({name: pd.Series(dtype=object) for name in ("type", "name", "source", "as_of")}, index=pd.Index([], name="id"))
    edges = pd.DataFrame({name: pd.Series(dtype=object) for name in ("id", "type", "start", "end", "since", "until", "source", "as_of")})
    return Snapshot(0, nodes, edges)


@st.cache_resource
def _answers() -> Answers:
    return Answers()


def ask(name: str, **parameters: Any) -> pd.DataFrame:
    """The result of an analysis on the current network, kept until the network changes. It is shared: never change it."""
    view = current()
    return kept(name, parameters, lambda: catalog.run(name, snapshot=view, role=role(), **parameters))


def kept(name: str, parameters: Mapping[str, Any], make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """What ``make`` returns, kept under this name and these parameters until the network changes. It is shared: never change it."""
    state = (str(home().ledger_location), current().version, role())
    return _answers().get(state, name, parameters, make)


@st.cache_resource(max_entries=2, show_spinner=False)
def _entity_of(path: str, version: int) -> dict[str, str]:
    return ledger().entities()


def entity_of() -> Mapping[str, str]:
    """The entity id of every key of a source. It is shared: never change it."""
    return _entity_of(str(home().ledger_location), ledger().version)


def datasets() -> list[DatasetInfo]:
    """What has been read in, by name."""
    return ledger().datasets()


@st.cache_resource(max_entries=2, show_spinner=False)
def _cleaner(path: str, graph_id: str, version: int) -> Cleaner:
    whole = snapshot.cached(home().cache_path, graph_id, version)  # what the page shows came from it
    if whole is None:
        whole = _network(path, ledger().version, "internal")
    return Cleaner(whole.nodes)


def cleaner() -> Cleaner | None:
    """What takes names of people out of texts for this role; None where the role may see them."""
    if role() == "internal":
        return None
    shown = current()
    return _cleaner(str(home().ledger_location), shown.graph_id, shown.version)


def statements(entity: str, kind: str) -> list[Statement]:
    """Who says what about an entity of this type, most trusted first; without anything personal (and without keys and files) where the role may not see it."""
    said, clean = ledger().statements(entity), cleaner()
    if clean is None:
        return said
    node = schema.NODES[kind]
    return [s._replace(title=clean.text(s.title), key="", where=Where(""), fields=clean.fields(node, s.fields)) for s in said]


@st.cache_data(max_entries=4, show_spinner=False)
def _conflicts(path: str, version: int) -> list[Conflict]:
    return conflicts_of(ledger()) + place_conflicts(fold(ledger()))


def conflicts() -> list[Conflict]:
    """Where sources disagree, by type and name; personal fields only where the role allows."""
    with st.spinner(_("Quellen werden verglichen ...")):
        return [found for found in _conflicts(str(home().ledger_location), ledger().version) if role() == "internal" or not found.personal]


@st.cache_data(max_entries=4, show_spinner=False)
def _editions(path: str, version: int) -> list[EditionChange]:
    return editions_of(ledger())


def editions() -> list[EditionChange]:
    """What came and went between editions of a register."""
    return _editions(str(home().ledger_location), ledger().version)


@st.cache_data(max_entries=8, show_spinner=False)
def _freshness(path: str, version: int, today: str, months: int) -> Freshness:
    return freshness_of(ledger(), today, months)


def freshness(months: int) -> Freshness:
    """How old sources are, and who is unconfirmed for so many months; people only where the role allows."""
    found = _freshness(str(home().ledger_location), ledger().version, date.today().isoformat(), months)
    return found if role() == "internal" else Freshness(found.sources, [thing for thing in found.unconfirmed if thing.type != "Person"])


def guarded(page: Callable[[], None]) -> None:
    """Runs a page; where ledger or graph cannot be had, says so, offers to try again, and comes back by itself."""
    outage.begin_page()
    try:
        with moment.moment():
            page()
    except (StoreError, ServerError, LedgerError) as error:
        st.markdown("# " + _("Die Datenbank ist nicht erreichbar"))
        st.error(str(error))
        st.markdown(_("Die eingelesenen Daten sind davon nicht betroffen."))
        if isinstance(error, Unreachable):
            outage.wait_for_it()
        elif st.button(_("Noch einmal versuchen"), type="primary"):
            st.rerun()
