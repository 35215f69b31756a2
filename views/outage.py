"""While the graph database is away: what is known is shown, it is said, and the page comes back by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

import streamlit as st

from graph import snapshot
from graph.home import Home, role
from graph.snapshot import Snapshot
from graph.store import Store, Unreachable
from views.fragment import fragment
from views.words import _

_LOOK = 5.0
"""Seconds between two looks whether the server is there again."""
_REST = 15.0
"""Seconds for which nobody else tries after a failure: each try takes some, and a page is to answer at once."""
_TOLD, _LOOKED = "outage_told", "outage_looked"


class Outage:
    """Whether the database of one home was away when it was last asked; shared by all sessions."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._error: Unreachable | None = None
        self._since = 0.0

    def begun(self, error: Unreachable) -> None:
        """Nobody was there, for this reason."""
        with self._guard:
            self._error, self._since = error, time.monotonic()

    def over(self) -> None:
        """It may be asked again."""
        with self._guard:
            self._error = None

    def now(self) -> Unreachable | None:
        """Why it is not worth asking just now; None where it is."""
        with self._guard:
            return self._error if time.monotonic() - self._since < _REST else None


@st.cache_resource(max_entries=4)
def _outage(path: str) -> Outage:
    return Outage()


def begin_page() -> None:
    """At the start of a page: nothing has been said on it yet."""
    st.session_state[_TOLD] = False


def survived(home: Home, read: Callable[[], Snapshot]) -> Snapshot:
    """What ``read`` gives; while the database is away what was read last, and says so once on the page.

    Raises ``Unreachable`` where nothing is known yet.
    """
    outage = _outage(str(home.path))
    error = outage.now()
    if error is None:
        try:
            return read()
        except Unreachable as now:
            error = now
            outage.begun(error)
    last = snapshot.last(home.cache_path, role())
    if last is None:
        raise error
    if not st.session_state.get(_TOLD, False):
        st.session_state[_TOLD] = True
        read_at = snapshot.read_at(home.cache_path, last)
        _say(error, read_at)
    return last


def _say(error: Unreachable, read_at: datetime | None) -> None:
    stand = f"{read_at:%d.%m.%Y, %H:%M}" if read_at else "?"
    st.warning(_("Stand {when}, Datenbank nicht erreichbar. Was seitdem eingelesen wurde, fehlt noch.").format(when=stand) + "\n\n" + str(error))
    wait_for_it()


def wait_for_it() -> None:
    """Offers to try again, and does so by itself as soon as the server answers."""
    st.session_state[_LOOKED] = time.monotonic()  # the page has just tried
    _look_again()


@partial(fragment, run_every=_LOOK)
def _look_again() -> None:
    home, now = Home.default().path, time.monotonic()
    again = st.button(_("Noch einmal versuchen"), type="primary", key="look_again")
    if not again and now - st.session_state.get(_LOOKED, 0.0) > _LOOK / 2:
        again = Store.there(home)
        st.session_state[_LOOKED] = time.monotonic()
    if again:
        _outage(str(home)).over()
        st.rerun()
