"""One driver at a time to a server that may go and come back.

Work is done in a thread of its own while the caller watches over it: a server that takes connections but answers nothing
(frozen, or swapped out) would else hold both up for ever. What failed because the connection was lost, or because the
server asks for it, is done again after a pause that grows and is never the same for two.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import neo4j
from neo4j.exceptions import AuthError, ConfigurationError, DatabaseError, DriverError, Neo4jError, TransientError

from graph import store_errors
from graph.address import Address
from graph.bookmarks import SharedBookmarks
from graph.store_errors import StoreError

Rows = list[dict[str, Any]]
Work = Callable[[neo4j.ManagedTransaction], Rows]

# The driver's words about a lost connection are for whoever asks for them: on a terminal they would stand among ours.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

_FETCH = 10_000
_PAUSE, _LONGEST_PAUSE = 0.1, 3.0
_GRACE = 2.0
"""Seconds that a server which does enforce the time limit gets to say so itself."""
_WATCH = 5.0
"""Seconds without an answer after which one looks whether the server still is there, and how often."""
_PROBE = 3.0
"""Seconds that a server gets for the simplest of answers."""
_SILENCE = 10.0
"""Seconds of silence on probes after which a connection is given up."""
_REJECTED = 5
"""Times that the bundled server may reject its own password: another one has just been started on its port."""


class Connection:
    """Sessions with the server at an address that is asked for again after each loss. Threads may share one."""

    def __init__(self, find: Callable[[], Address], bookmarks: Path) -> None:
        """``find`` says where the server is now; ``bookmarks`` is the file that a cluster's writers and readers share."""
        self._find = find
        self._finding = threading.Lock()  # may be held for a minute, while the bundled server starts
        self._guard = threading.Lock()
        self._closed = False
        self._given_up: neo4j.Driver | None = None
        self.address, self._driver = self._open()
        self._bookmarks = SharedBookmarks(bookmarks, f"{self.address.url} {self.address.database or ''}") if self.address.routed else None

    def close(self) -> None:
        """Gives the connections back, and the bundled server where nobody else uses it. Harmless when said twice."""
        with self._guard:
            if not self._closed:
                self._closed = True
                _let_go(self.address, self._driver)

    def publish(self) -> None:
        """Lets readers in other processes see at least what this one has written."""
        if self._bookmarks:
            self._bookmarks.publish()

    # ---- doing work, and watching over it -----------------------------------------------------------

    def run(self, work: Work, access: str, *, limit: float, patience: float, stubborn: bool = False) -> Rows:
        """The rows of ``work``, done in one transaction, and again (for ``patience`` seconds) where that may help.

        Raises ``StoreError``: after ``limit`` seconds, ``Unreachable`` where the server did not answer, else what it said.
        ``stubborn`` work is broken off when it is given up, so that it does not come through later; other work runs to its
        end (ArcadeDB sets itself no limit) in a thread that nobody waits for and that holds up no exit.
        """
        job = _Job(self, work, access, patience)
        threading.Thread(target=job.run, name="graph-work", daemon=True).start()
        until = time.monotonic() + limit + _GRACE
        try:
            while (now := time.monotonic()) < until:
                with contextlib.suppress(queue.Empty):
                    return job.answer(min(_WATCH, until - now))
                self._watch(job)
            if self._bookmarks and not (job.begun or job.trouble or job.silent_since):
                self._bookmarks.forget()  # it was waited for in vain: an older state has been restored, and would be for ever
            raise job.trouble or (store_errors.silent(self.address.url) if job.silent_since else store_errors.late(limit))
        except BaseException:
            if job.give_up() and stubborn:
                self._break_off(job.driver)
            raise

    def _watch(self, job: _Job) -> None:
        """Looks whether the server of ``job`` is still there; breaks its connection off where it has been silent for long."""
        driver, begun = job.driver, time.monotonic()
        if driver is not self._driver or answers(self.address):
            job.silent_since = None
            return
        job.silent_since = job.silent_since or begun
        if time.monotonic() - max(job.silent_since, job.attempt_since) > _SILENCE:  # attempts that fail by themselves need no help
            self._break_off(driver)

    def _break_off(self, driver: neo4j.Driver) -> None:
        """Cuts all connections of ``driver``: whoever waits on one hears of it, and the server rolls back what was open."""
        if driver is self._driver:
            self._given_up = driver
        with contextlib.suppress(DriverError, OSError):
            driver.close()

    def was_cut(self, driver: neo4j.Driver) -> bool:
        """Did this side cut the connections of ``driver``, so that its error says nothing about the server?"""
        return driver is not self._driver or driver is self._given_up

    def once(self, driver: neo4j.Driver, work: Work, access: str) -> Rows:
        """Does ``work`` in one transaction, a single time. Raises the driver's errors."""
        manager = self._bookmarks.manager if self._bookmarks else None
        with driver.session(database=self.address.database, default_access_mode=access, fetch_size=_FETCH, bookmark_manager=manager) as session:
            return session.execute_read(work) if access == neo4j.READ_ACCESS else session.execute_write(work)

    def current(self) -> neo4j.Driver:
        """The driver to use now. Raises ``StoreError`` where all has been closed."""
        if self._closed:
            raise StoreError("Die Verbindung zur Graph-Datenbank ist schon geschlossen.")
        return self._driver

    def helps(self, error: Exception, driver: neo4j.Driver, attempt: int) -> bool:
        """May it help to do it again? Looks first where the server is now, where that is in question."""
        if driver is not self._driver:
            return True  # another thread has replaced it under this one's feet
        if driver is self._given_up or store_errors.is_lost(error):
            self._reconnect(driver)
            return not store_errors.is_hopeless(error)
        if self.address.lease and isinstance(error, AuthError):
            self._reconnect(driver)
            return attempt < _REJECTED
        if self.address.lease and isinstance(error, DatabaseError):
            # A server that is just being stopped still answers, with errors of its own; then there is another one.
            return self._reconnect(driver) or error.is_retryable()
        if self._bookmarks and store_errors.is_about_bookmarks(error):
            return self._bookmarks.forget()  # the database was restored, or is another one
        return isinstance(error, Neo4jError) and error.is_retryable()

    # ---- opening ------------------------------------------------------------------------------------

    def _open(self) -> tuple[Address, neo4j.Driver]:
        address = self._find()
        return address, _driver(address)

    def _reconnect(self, lost: neo4j.Driver) -> bool:
        """Looks where the server is now, unless another thread has done so since ``lost``; is it another one?"""
        with self._finding:
            if self._driver is not lost or self._closed:
                return True
            address, driver = self._open()  # the new lease before the old one is given back
            with self._guard:
                same = (address.url, address.password) == (self.address.url, self.address.password)
                if self._closed or (same and self._given_up is not lost):
                    _let_go(address, driver)  # the driver mends connections to the same server by itself
                    return False
                _let_go(self.address, self._driver)
                self.address, self._driver, self._given_up = address, driver, None
                return True


class _Job:
    """Work at work in its thread: what it last failed with, and whether anybody still waits for it."""

    def __init__(self, connection: Connection, work: Work, access: str, patience: float) -> None:
        self._connection, self._work, self._access, self._patience = connection, work, access, patience
        self._answers: queue.SimpleQueue[Rows | BaseException] = queue.SimpleQueue()
        self._done, self._over = threading.Event(), threading.Event()
        self.driver = connection.current()
        self.trouble: StoreError | None = None
        self.silent_since: float | None = None
        self.begun, self.attempt_since = False, time.monotonic()

    def answer(self, timeout: float) -> Rows:
        """The rows, or the error raised; ``queue.Empty`` where there are none after ``timeout`` seconds."""
        found = self._answers.get(timeout=timeout)
        if isinstance(found, BaseException):
            raise found
        return found

    def give_up(self) -> bool:
        """Says that nobody waits any more; was it still at work?"""
        self._over.set()
        return not self._done.is_set()

    def run(self) -> None:
        """Works until it is done, or until it does not help to go on."""
        try:
            found: Rows | BaseException = self._repeated()
        except BaseException as error:
            found = error
        self._done.set()
        self._answers.put(found)

    def _repeated(self) -> Rows:
        failing_since = None
        for attempt in itertools.count(1):
            self.driver = driver = self._connection.current()
            address, self.begun, self.attempt_since = self._connection.address, False, time.monotonic()
            if self._over.is_set():  # asked after the driver was noted: who gives up either is seen here, or breaks this one off
                raise self.trouble or store_errors.silent(address.url)
            try:
                return self._connection.once(driver, self._noted, self._access)
            except (Neo4jError, DriverError, OSError, ValueError, TypeError, OverflowError) as error:
                failing_since = failing_since or time.monotonic()
                cut = self._connection.was_cut(driver)
                self.trouble = (self.trouble or store_errors.silent(address.url)) if cut else store_errors.said(error, address.url, address.database)
                if not self._connection.helps(error, driver, attempt) or time.monotonic() - failing_since > self._patience:
                    raise self.trouble from error
            self._over.wait(min(_LONGEST_PAUSE, _PAUSE * 2**attempt) * random.uniform(0.5, 1))
        raise AssertionError("itertools.count ends never")

    @property
    def _noted(self) -> Work:
        """The work; where it begins, the server is there, and what was the matter before is over."""

        @functools.wraps(self._work)  # keeps its time limit, too
        def begun(tx: neo4j.ManagedTransaction) -> Rows:
            self.trouble, self.begun = None, True
            return self._work(tx)

        return begun


def answers(address: Address, ready: bool = False) -> bool:
    """Does the server answer within some seconds? With ``ready`` the database must take questions, too."""
    try:
        with _driver(address, _PROBE) as probe:
            probe.verify_connectivity()
            if ready:
                with probe.session(database=address.database, default_access_mode=neo4j.READ_ACCESS) as session:
                    session.run("RETURN 1 AS there").consume()
    except TransientError:
        return not ready
    except Neo4jError:
        return True  # a refusal is an answer, and asking again will not change it
    except (DriverError, OSError):
        return False
    return True


def _driver(address: Address, timeout: float = 10) -> neo4j.Driver:
    try:
        return neo4j.GraphDatabase.driver(
            address.url,
            auth=(address.user, address.password) if address.user else None,
            notifications_min_severity="OFF",
            telemetry_disabled=True,
            max_transaction_retry_time=0,  # this module repeats, since it also knows how to find the server again
            connection_timeout=timeout,
            connection_acquisition_timeout=2 * timeout,  # holds for the handshake, too, which a frozen server leaves unanswered
            user_agent="akteursatlas",
        )
    except (ConfigurationError, ValueError) as error:
        raise StoreError(f"„{address.url}“ ist keine Adresse einer Graph-Datenbank: {error}") from error


def _let_go(address: Address, driver: neo4j.Driver) -> None:
    with contextlib.suppress(DriverError, OSError):
        driver.close()
    if address.lease:
        address.lease.release()
