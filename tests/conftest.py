"""What many tests share: a home of their own, and one real graph server of each kind for the whole run (for each xdist worker)."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from graph.address import DATABASE_VARIABLE, PASSWORD_FILE_VARIABLE, PASSWORD_VARIABLE, URL_VARIABLE, USER_VARIABLE
from graph.home import Home
from graph.snapshot import Snapshot
from graph.store import Store
from tests import neo4j_server, postgres_server
from tests.city import demo_home, truth  # noqa: F401 (fixtures of every test)
from tests.gap_data import demo
from tests.neo4j_server import RELEASES, Missing

# Times are measured in benchmarks/; on a busy machine a deadline only tells how busy it is.
settings.register_profile("akteursatlas", deadline=None)
settings.load_profile("akteursatlas")

# The server of a test goes soon after its last user; set before anything starts one.
os.environ.setdefault("AKTEURSATLAS_SERVER_LINGER", "1")
# It lives too short for its Java to earn back what the second compiler costs: 40 % of the work of a start.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, also named by AKTEURSATLAS_HOME."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("AKTEURSATLAS_HOME", str(folder))
    monkeypatch.delenv("AKTEURSATLAS_GRAPH", raising=False)
    return folder


@pytest.fixture(scope="session")
def city(demo_home: Home) -> Snapshot:  # noqa: F811
    """The demo city out of its ledger, without a server."""
    return demo(demo_home)


SERVERS = ("embedded", *(pytest.param(name, marks=pytest.mark.neo4j) for name in RELEASES))
"""Every test of store and queries runs on each of them."""


class Servers:
    """One store for each kind of server, opened when a test first asks, open until the run ends."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._open: dict[str, Store | Missing] = {}

    def get(self, name: str) -> Store:
        """The store; raises ``Missing``, each time again, where its server cannot be had."""
        if name not in self._open:
            try:
                self._open[name] = self._connect(name)
            except Missing as missing:
                self._open[name] = missing
        found = self._open[name]
        if isinstance(found, Missing):
            raise found
        return found

    def empty(self, name: str) -> Store:
        """The store, emptied; skips the test where its server cannot be had and need not be."""
        try:
            found = self.get(name)
        except Missing as missing:
            if neo4j_server.required(name):
                raise
            pytest.skip(str(missing))
        found.empty()
        return found

    def _connect(self, name: str) -> Store:
        with pytest.MonkeyPatch.context() as patch:
            for variable in (URL_VARIABLE, DATABASE_VARIABLE, USER_VARIABLE, PASSWORD_VARIABLE, PASSWORD_FILE_VARIABLE):
                patch.delenv(variable, raising=False)
            url = self._server(name, patch) if name != "embedded" else None
            store = self._stack.enter_context(Store.connect(url=url, home=self._folder / name))
        store.ensure_schema()
        return store

    def _server(self, name: str, patch: pytest.MonkeyPatch) -> str:
        if named := os.environ.get(neo4j_server.URL):
            if name != next(iter(RELEASES)):
                raise Missing(f"{name}: {neo4j_server.URL} nennt einen Server, auf dem die anderen Tests laufen")
            # Both workers of a run would empty it under each other's feet.
            self._stack.enter_context(FileLock(Path(tempfile.gettempdir()) / "akteursatlas-neo4j-test.lock"))
            patch.setenv(USER_VARIABLE, os.environ.get(neo4j_server.USER, "neo4j"))
            patch.setenv(PASSWORD_VARIABLE, os.environ.get(neo4j_server.PASSWORD, ""))
            return named
        server = self._stack.enter_context(neo4j_server.running(name, self._folder / f"{name}-server"))
        patch.setenv(USER_VARIABLE, server.user)
        patch.setenv(PASSWORD_VARIABLE, server.password)
        return server.url


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The graph databases of this run."""
    with ExitStack() as stack:
        yield Servers(tmp_path_factory.mktemp("graph"), stack)


@pytest.fixture(params=SERVERS)
def store(request: pytest.FixtureRequest, servers: Servers) -> Store:
    """The graph database of this test run, on each kind of server, with its constraints and without any data."""
    return servers.empty(request.param)


# ---- the ledger, in a file and in a database --------------------------------------------------------


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[postgres_server.Server | postgres_server.Missing]:
    try:
        with postgres_server.running() as server:
            yield server
    except postgres_server.Missing as missing:
        yield missing


@pytest.fixture(scope="session")
def postgresql(_postgresql: postgres_server.Server | postgres_server.Missing) -> postgres_server.Server:
    """A real PostgreSQL; skipped with the reason where it cannot be had."""
    if isinstance(_postgresql, postgres_server.Missing):
        if postgres_server.required():
            raise _postgresql
        pytest.skip(str(_postgresql))
    return _postgresql


_NUMBERS = itertools.count(1)
"""Of places for ledgers: pytest may make a fixture of the whole run more than once, and the server stays the same."""


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new_location(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path | str]:
    """A place for another ledger, at each call: a file in a folder that is not there yet, or an empty schema of a real PostgreSQL."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("ledgers")

        def file() -> Path:
            return folder / str(next(_NUMBERS)) / "ledger.sqlite"

        return file
    server: postgres_server.Server = request.getfixturevalue("postgresql")

    def schema() -> str:
        return server.schema(f"ledger_{next(_NUMBERS)}")

    return schema


@pytest.fixture
def location(new_location: Callable[[], Path | str]) -> Path | str:
    """A place for a ledger that is not there yet, on each kind of database."""
    return new_location()
