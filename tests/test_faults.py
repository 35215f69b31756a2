"""A server is restarted, frozen and killed under readers and a writer: they recover or say so, and nothing is half."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from graph import build, connection, embedded, snapshot
from graph import store as store_module
from graph.address import PASSWORD_VARIABLE, URL_VARIABLE, USER_VARIABLE
from graph.fold import fold
from graph.ledger import Ledger
from graph.records import Dataset, Edge, Node, Record
from graph.store import Store, StoreError, Unreachable
from tests import neo4j_server
from tests.neo4j_server import Missing, Server
from tests.test_build import contents, expected

pytestmark = pytest.mark.server

NEO4J = "neo4j-5.26"
TABLE = Dataset("tables:netz.xlsx", "tables", "netz.xlsx", "2026-01-01")
COUNT = 60
TLS = (
    "server.bolt.tls_level=OPTIONAL",
    "dbms.ssl.policy.bolt.enabled=true",
    "dbms.ssl.policy.bolt.base_directory=certificates/bolt",
    "dbms.ssl.policy.bolt.private_key=private.key",
    "dbms.ssl.policy.bolt.public_certificate=public.crt",
    "dbms.ssl.policy.bolt.client_auth=NONE",
)


class Victim:
    """A server of the tests' own that all kinds of harm may be done to, with a home that uses it."""

    def __init__(self, home: Path, server: Server | None) -> None:
        self.home, self.server = home, server

    @property
    def process(self) -> psutil.Process:
        if self.server:
            assert self.server.process
            return psutil.Process(self.server.process.pid)
        found = embedded.running(self.home)
        assert found and found.server_pid
        return psutil.Process(found.server_pid)

    def kill(self) -> None:
        """As a power cut would. The bundled one is started again by its supervisor, this one by the test."""
        if self.server:
            self.server.kill()
        else:
            self.process.kill()

    def start(self) -> None:
        if self.server:
            self.server.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        process = self.process
        process.suspend()
        try:
            yield
        finally:
            with suppress(psutil.NoSuchProcess):  # its supervisor may have ended it
                process.resume()

    def connect(self) -> Store:
        return Store.connect(home=self.home)


@pytest.fixture(scope="module")
def neo4j_victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server | Missing]:
    folder = tmp_path_factory.mktemp("faults")
    certificates = folder / "certificates" / "bolt"
    certificates.mkdir(parents=True)
    with ExitStack() as stack:
        try:
            if not shutil.which("openssl"):
                raise Missing(f"{NEO4J}: openssl fehlt, um ein Zertifikat auszustellen")
            command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
            command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
            subprocess.run([*command, "-keyout", certificates / "private.key", "-out", certificates / "public.crt"], check=True, capture_output=True)
            yield stack.enter_context(neo4j_server.running(NEO4J, folder, *TLS))
        except Missing as missing:
            yield missing


@pytest.fixture(params=["embedded", pytest.param(NEO4J, marks=pytest.mark.neo4j)])
def victim(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> Victim:
    """A server of each kind, empty, with its constraints."""
    made = Victim(home, None if request.param == "embedded" else _neo4j(request, monkeypatch))
    with made.connect() as store:
        store.empty()
        store.ensure_schema()
    return made


def _neo4j(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Server:
    server = request.getfixturevalue("neo4j_victim")
    if isinstance(server, Missing):
        if neo4j_server.required(NEO4J):
            raise server
        pytest.skip(str(server))
    monkeypatch.setenv(URL_VARIABLE, server.url)
    monkeypatch.setenv(USER_VARIABLE, server.user)
    monkeypatch.setenv(PASSWORD_VARIABLE, server.password)
    assert isinstance(server, Server)
    return server


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a server takes minutes to come back; what is tested here is not how long one waits for it."""
    monkeypatch.setattr(store_module, "_PATIENCE_WRITE", 400.0)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is noticed in a second instead of a quarter of a minute."""
    for name, seconds in (("_WATCH", 0.3), ("_PROBE", 1.0), ("_SILENCE", 0.5)):
        monkeypatch.setattr(connection, name, seconds)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


def say(ledger: Ledger, edition: int) -> None:
    """A network in which everything says which edition it is of."""
    records: list[Record] = [Node("Gremium", "g:rat", {"name": "Rat", "note": f"{edition}"})]
    records += [Node("Person", f"p:{n}", {"name": f"Person {n}", "note": f"{edition}"}) for n in range(COUNT)]
    records += [Edge("MEMBER_OF", f"p:{n}", "g:rat", {"role": f"{edition}"}) for n in range(COUNT)]
    with ledger.begin(TABLE) as run:
        for record in records:
            run.put(record)
        run.finish()


def reading(store: Store, failures: list[str], done: threading.Event) -> Callable[[], int]:
    """Counts people until it is told to stop; every count must be right, and errors are kept."""

    def run() -> int:
        right = 0
        while not done.is_set():
            try:
                found = store.read("MATCH (n:Person) RETURN count(n) AS n", timeout=30)[0]["n"]
                if found == COUNT:
                    right += 1
                else:
                    failures.append(f"{found} statt {COUNT}")
            except StoreError as error:
                failures.append(str(error))
            time.sleep(0.02)
        return right

    return run


# ---- reading


@pytest.mark.parametrize("harm", ["frozen for a while", "killed"])
def test_readers_come_through_without_an_error(victim: Victim, harm: str) -> None:
    with victim.connect() as store, ThreadPoolExecutor(3) as pool:
        store.write("UNWIND $rows AS row CREATE (n:Person {id: row.id})", ({"id": f"person-{n}"} for n in range(COUNT)))
        failures: list[str] = []
        done = threading.Event()
        readers = [pool.submit(reading(store, failures, done)) for _ in range(3)]
        try:
            time.sleep(0.3)
            if harm == "killed":
                victim.kill()
                victim.start()
            else:
                with victim.frozen():
                    time.sleep(1.5)
            assert store.read("MATCH (n:Person) RETURN count(n) AS n", timeout=300) == [{"n": COUNT}]
            time.sleep(1)  # each of them must get an answer from the server that is back
        finally:
            done.set()
        assert all(reader.result(90) > 0 for reader in readers)
        # A restart on a busy machine may take longer than a reader's half minute; then it must have been said as that.
        assert not [told for told in failures if "ist nicht erreichbar" not in told and "nicht fertig" not in told]
        assert harm == "killed" or not failures


@pytest.mark.usefixtures("impatient")
def test_a_reader_of_a_frozen_server_says_so_in_its_time_and_goes_on_afterwards(victim: Victim) -> None:
    with victim.connect() as store:
        store.write("CREATE (:Theme {id: 'theme-1'})")
        with victim.frozen():
            begun = time.monotonic()
            with pytest.raises(Unreachable, match="ist nicht erreichbar"):
                store.read("MATCH (n:Theme) RETURN n.id AS id", timeout=3)
            assert time.monotonic() - begun < 20
        assert store.read("MATCH (n:Theme) RETURN n.id AS id", timeout=60) == [{"id": "theme-1"}]


# ---- writing


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("after", [0.0, 0.3])
def test_a_transaction_is_whole_or_absent_and_a_repeated_one_doubles_nothing(victim: Victim, after: float) -> None:
    create = "UNWIND $rows AS row CREATE (n:Person {id: row.id, name: row.name})"
    rows = [{"id": f"person-{n}", "name": "x" * 400} for n in range(4000)]
    with victim.connect() as store, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(store.write, create, rows)
        time.sleep(after)
        victim.kill()
        victim.start()
        # Repeated on the server that came back: either it was lost and is there now, or it had come through and is refused.
        error = writing.exception(500)
        assert error is None or "person-" in str(error)
        assert store.read("MATCH (n:Person) RETURN count(n) AS n, count(DISTINCT n.id) AS ids") == [{"n": 4000, "ids": 4000}]


@pytest.mark.usefixtures("patient")
def test_an_update_that_loses_its_server_is_finished_on_the_next(victim: Victim, ledger: Ledger) -> None:
    say(ledger, 1)
    with victim.connect() as store:
        build.update(ledger, store)
        say(ledger, 2)
        struck: list[str] = []

        def strike(doing: str, done: int, total: int) -> None:
            if done and "geschrieben" in doing and not struck:
                struck.append(doing)
                victim.kill()
                victim.start()

        build.update(ledger, store, strike)
        assert struck
        assert contents(store) == expected(fold(ledger))
        assert build.in_step(ledger, store)


@pytest.mark.usefixtures("impatient")
def test_a_writer_on_a_frozen_server_gives_up_and_a_rebuild_mends_the_rest(victim: Victim, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "BATCH", 20)
    if victim.server:  # nobody starts another one, so that there is nothing to wait for
        monkeypatch.setattr(store_module, "_PATIENCE_WRITE", 3.0)
    say(ledger, 1)
    with victim.connect() as store:
        build.update(ledger, store)
        say(ledger, 2)
        with ExitStack() as ice:
            struck: list[str] = []

            def strike(doing: str, done: int, total: int) -> None:
                if done and "geschrieben" in doing and not struck:
                    struck.append(doing)
                    ice.enter_context(victim.frozen())

            begun = time.monotonic()
            if victim.server:
                with pytest.raises(Unreachable, match="ist nicht erreichbar"):
                    build.update(ledger, store, strike)
                assert time.monotonic() - begun < 90
            else:  # its supervisor ends the deaf one and starts another
                build.update(ledger, store, strike)
            assert struck
        if victim.server:
            assert store.meta().writing == ledger.version
        snapshot.forget()
        build.rebuild(ledger, store)
        assert contents(store) == expected(fold(ledger))
        assert set(snapshot.load(store, victim.home / "cache").nodes["note"]) == {"2"}


# ---- many at once


def test_twenty_readers_and_a_writer_see_whole_editions_only(store: Store, ledger: Ledger, tmp_path: Path) -> None:
    say(ledger, 0)
    build.update(ledger, store)
    done = threading.Event()
    seen: list[set[str]] = []

    def read(number: int) -> int:
        loads = 0
        while not done.is_set() or not loads:
            view = snapshot.load(store, tmp_path / f"cache-{number % 4}")
            loads += 1
            if view.version:  # nothing was known yet while it was being written
                people = view.of_type("Person")
                assert (len(people), len(view.edges)) == (COUNT, COUNT)
                editions = set(view.nodes["note"]) | set(view.edges["role"])
                assert len(editions) == 1, editions
                seen.append(editions)
            time.sleep(0.05)
        return loads

    with ThreadPoolExecutor(20) as pool:
        readers = [pool.submit(read, number) for number in range(20)]
        try:
            for edition in range(1, 5):
                say(ledger, edition)
                build.update(ledger, store)
                until = time.monotonic() + 120
                while {str(edition)} not in seen and time.monotonic() < until:
                    time.sleep(0.05)  # some reader is to have it before the next one comes over the others
        finally:
            done.set()
        assert sum(reader.result(120) for reader in readers) >= 20
    assert {frozenset({str(edition)}) for edition in range(1, 5)} <= set(map(frozenset, seen))
    snapshot.forget()
    assert set(snapshot.load(store, tmp_path / "last").nodes["note"]) == {"4"}


# ---- what a server refuses (here, since these need one with settings of its own)


@pytest.fixture
def tls_url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, home: Path) -> str:
    """Host and port of the Neo4j of this module; user and password are set."""
    return f"localhost:{_neo4j(request, monkeypatch).port}"


@pytest.mark.neo4j
@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_self_signed_certificate_is_refused_and_taken_where_one_says_so(tls_url: str, home: Path, scheme: str) -> None:
    with pytest.raises(Unreachable, match=r"Zertifikat wird nicht anerkannt \(self-signed certificate\).*\+ssc"):
        Store.connect(url=f"{scheme}+s://{tls_url}", home=home)
    with Store.connect(url=f"{scheme}+ssc://{tls_url}", home=home) as store:
        assert store.read("RETURN 1 AS one") == [{"one": 1}] and store.address.encrypted


@pytest.mark.neo4j
def test_a_wrong_password_and_an_account_that_is_locked(tls_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right, wrong = os.environ[PASSWORD_VARIABLE], "ganz-falsch-77"
    monkeypatch.setenv(PASSWORD_VARIABLE, wrong)
    told = []
    for scheme in ("bolt", "neo4j", "bolt", "bolt"):
        with pytest.raises(StoreError) as error:
            Store.connect(url=f"{scheme}://{tls_url}", home=home)
        assert not isinstance(error.value, Unreachable)  # the app does not go on trying: that would lock the account
        told.append(str(error.value))
    assert all("Benutzer oder Passwort abgelehnt" in one for one in told[:2])
    assert "für kurze Zeit gesperrt" in told[3]
    assert wrong not in "".join(told)
    monkeypatch.setenv(PASSWORD_VARIABLE, right)
    until = time.monotonic() + 30
    while True:
        try:
            Store.connect(url=f"bolt://{tls_url}", home=home).close()
            return
        except StoreError as error:
            assert "gesperrt" in str(error) and time.monotonic() < until
            time.sleep(0.5)


@pytest.mark.neo4j
def test_a_restart_with_other_settings(neo4j_victim: Server, tls_url: str, home: Path, ledger: Ledger) -> None:
    """Last of this module: read-only and without TLS, then with a damaged database."""
    say(ledger, 1)
    with Store.connect(home=home) as store:
        store.ensure_schema()
        neo4j_victim.stop()
        neo4j_victim.settings = ("server.databases.default_to_read_only=true",)
        neo4j_victim.start()
        assert store.read("RETURN 1 AS one") == [{"one": 1}]  # it found the server that came back
        with pytest.raises(StoreError, match="nimmt keine Änderungen an: Sie ist nur zum Lesen geöffnet"):
            build.rebuild(ledger, store)
    for scheme in ("bolt+s", "neo4j+s", "neo4j+ssc"):
        with pytest.raises(Unreachable, match=r"verschlüsselte Verbindung kam nicht zustande.*ohne „\+s“"):
            Store.connect(url=f"{scheme}://{tls_url}", home=home)
    neo4j_victim.stop()
    neo4j_victim.settings = ()
    for file in (neo4j_victim.home / "data" / "databases" / "neo4j").glob("neostore*"):
        with file.open("r+b") as opened:
            opened.write(b"\xff" * 200)
    neo4j_victim.start(wait=False)
    until = time.monotonic() + neo4j_server.START
    while True:
        with pytest.raises(Unreachable) as error:
            Store.connect(home=home)
        if "startet gerade, wurde angehalten oder ist beschädigt" in str(error.value):
            break
        assert "Dort nimmt niemand Verbindungen an" in str(error.value) and time.monotonic() < until
    with pytest.raises(Unreachable, match="startet gerade, wurde angehalten oder ist beschädigt"):
        Store.connect(url=f"neo4j://{tls_url}", home=home)
    assert not Store.there(home)
