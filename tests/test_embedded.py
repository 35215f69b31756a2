"""The bundled server comes back from everything: each test kills or spoils something real."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import neo4j
import psutil
import pytest

from graph import arcadedb, embedded, supervisor
from graph.arcadedb import JavaServer, Ports

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0

pytestmark = pytest.mark.server

LEASER = """
import sys, time
from pathlib import Path
from graph import embedded
lease = embedded.lease(Path(sys.argv[1]))
print(lease.url, flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _nothing_is_left_running(home: Path) -> Iterator[None]:
    """Whatever a test leaves behind is stopped; a test that expects it gone asserts that itself."""
    yield
    found = embedded.running(home)
    if found:
        stop(found.pid)
    arcadedb.stop_orphans(home / "server")


def stop(pid: int) -> None:
    try:
        process = psutil.Process(pid)
        process.kill()
        process.wait(20)
    except (psutil.Error, psutil.TimeoutExpired):
        pass


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"nach {PATIENCE:.0f} Sekunden: {what}"
        time.sleep(0.05)


def found(home: Path) -> embedded.Found:
    now = embedded.running(home)
    assert now is not None
    return now


def server_pid(home: Path) -> int:
    pid = found(home).server_pid
    assert pid is not None
    return pid


def servers(home: Path) -> list[int]:
    argument = f"-Darcadedb.server.rootPath={home / 'server'}"
    return [p.pid for p in psutil.process_iter(["cmdline"]) if argument in (p.info["cmdline"] or ())]


def ask(lease: embedded.Lease, cypher: str) -> list[neo4j.Record]:
    with neo4j.GraphDatabase.driver(lease.url, auth=(lease.user, lease.password)) as driver:
        return driver.execute_query(cypher).records


def remember(lease: embedded.Lease) -> None:
    ask(lease, "CREATE (:Person {id: 'person-1'})")


def remembers(lease: embedded.Lease) -> bool:
    return [record["id"] for record in ask(lease, "MATCH (n:Person) RETURN n.id AS id")] == ["person-1"]


@contextmanager
def leasing_process(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another user, killed at the end at the latest."""
    with subprocess.Popen([sys.executable, "-c", LEASER, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def kill(pid: int) -> None:
    """Kills it, and returns when it is dead."""
    process = psutil.Process(pid)
    process.kill()
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, f"Prozess {pid} lebt noch")


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


@contextmanager
def supervisor_beside(home: Path, java: JavaServer, patch: pytest.MonkeyPatch) -> Iterator[Callable[[], tuple[dict[str, str], socket.socket]]]:
    """A supervisor in a thread of this process, and how to become its user; it has to go by itself when they are gone."""
    patch.setattr(signal, "signal", lambda *_: None)  # signals belong to a main thread
    folder, ended = home / "server", list[int]()
    thread = threading.Thread(target=lambda: ended.append(supervisor.Supervisor(folder, 0.2, java).run()))
    thread.start()

    def join() -> tuple[dict[str, str], socket.socket]:
        until((folder / supervisor.STATE_FILE).exists, "der Aufseher startet nicht")
        control = json.loads((folder / supervisor.STATE_FILE).read_text(encoding="utf-8"))["control"]
        user = socket.create_connection(("127.0.0.1", control), PATIENCE)
        user.sendall((folder / "password").read_bytes() + b"\n")
        return json.loads(user.recv(4096)), user

    yield join
    thread.join(PATIENCE)
    assert ended == [0] and not servers(home)


# ---- ordinary use


def test_it_listens_on_the_loopback_only_and_keeps_its_password_to_itself(home: Path) -> None:
    with embedded.lease(home) as lease:
        for pid in (found(home).pid, server_pid(home)):
            listening = [c.laddr.ip for c in psutil.Process(pid).net_connections("inet") if c.status == psutil.CONN_LISTEN]
            assert listening and {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}
        password = home / "server" / "password"
        assert password.read_text() == lease.password
        assert len(lease.password) >= 32
        if os.name == "posix":
            assert stat.S_IMODE(password.stat().st_mode) == 0o600
            assert stat.S_IMODE((home / "server").stat().st_mode) == 0o700
        assert all(lease.password not in word for pid in (found(home).pid, server_pid(home)) for word in psutil.Process(pid).cmdline())
        with pytest.raises(neo4j.exceptions.AuthError), neo4j.GraphDatabase.driver(lease.url, auth=(lease.user, "falsch")) as driver:
            driver.verify_connectivity()


def test_users_share_one_server_and_it_goes_when_the_last_one_goes(home: Path) -> None:
    first = embedded.lease(home)
    remember(first)
    second = embedded.lease(home)
    assert second.url == first.url
    pids = (found(home).pid, server_pid(home))
    first.release()
    time.sleep(2)
    assert remembers(second)
    second.release()
    until(lambda: not any(map(psutil.pid_exists, pids)), "der Server läuft noch, obwohl ihn niemand mehr braucht")
    assert not (home / "server" / supervisor.STATE_FILE).exists()
    with embedded.lease(home) as third:
        assert remembers(third)


def test_two_processes_at_the_same_moment_get_the_same_server(home: Path) -> None:
    with ExitStack() as users:
        processes = [users.enter_context(leasing_process(home)) for _ in range(3)]
        urls = {url_of(process) for process in processes}
        assert len(urls) == 1 and urls != {""}
        assert len(servers(home)) == 1
    until(lambda: not servers(home) and embedded.running(home) is None, "die Nutzer sind tot, und der Server läuft noch")


def test_who_does_not_know_the_password_is_no_user(home: Path) -> None:
    lease = embedded.lease(home)
    control = found(home).control
    with closing(socket.create_connection(("127.0.0.1", control), 5)) as stranger, closing(socket.create_connection(("127.0.0.1", control), 5)):
        stranger.sendall(b"guess\n")
        assert stranger.recv(100) == b""
        lease.release()
        until(lambda: not servers(home), "eine fremde Verbindung hält den Server am Leben")


# ---- crashes


def test_a_killed_server_is_started_anew_with_its_data(home: Path) -> None:
    with embedded.lease(home) as lease:
        remember(lease)
        before = server_pid(home)
        kill(before)
        with embedded.lease(home) as again:
            assert again.url != lease.url
            assert remembers(again)
            assert server_pid(home) != before
        assert len(servers(home)) == 1


def test_a_killed_supervisor_takes_the_server_along_or_the_next_one_does(home: Path) -> None:
    with embedded.lease(home) as lease:
        remember(lease)
        before = (found(home).pid, server_pid(home))
        kill(before[0])
        with embedded.lease(home) as again:
            assert remembers(again)
            assert found(home).pid != before[0]
            assert servers(home) == [server_pid(home)] != [before[1]]


def test_an_orphaned_server_is_stopped_by_the_next_start(home: Path) -> None:
    """As on systems that do not stop a child with its parent: a server that no state file knows."""
    embedded.lease(home).release()
    until(lambda: embedded.running(home) is None and not servers(home), "der Server läuft noch")
    orphan = JavaServer(home / "server")
    orphan.start()
    try:
        until(lambda: orphan.state() == "ready", "der verwaiste Server startet nicht")
        with embedded.lease(home) as lease:
            assert ask(lease, "RETURN 1 AS one")[0]["one"] == 1
            assert orphan.pid not in servers(home)
            assert orphan.state() == "ended"
    finally:
        orphan.stop()


@pytest.mark.parametrize("moment", [0.2, 1.0])
def test_a_start_that_was_cut_off_hurts_nobody(home: Path, moment: float) -> None:
    with leasing_process(home) as process:
        until(lambda: embedded.running(home) and found(home).server_pid, "der Server wird nicht gestartet")
        time.sleep(moment)
        pids = [found(home).pid, server_pid(home)]
        process.kill()
        for pid in pids:
            stop(pid)
    with embedded.lease(home) as lease:
        remember(lease)
        assert remembers(lease)


def test_a_user_that_is_killed_while_the_server_starts_leaves_none_running(home: Path) -> None:
    with leasing_process(home):
        until(lambda: embedded.running(home), "der Aufseher startet nicht")
    until(lambda: embedded.running(home) is None and not servers(home), "der Server läuft ohne Nutzer")


def test_a_server_that_crashes_again_and_again_is_given_up_with_a_reason(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(arcadedb.MEMORY_VARIABLE, "2m")  # too little for Java
    with pytest.raises(embedded.ServerError, match="ließ sich nicht starten.*akteursatlas rebuild"):
        embedded.lease(home)
    until(lambda: embedded.running(home) is None and not servers(home), "der Aufseher ist noch da")
    monkeypatch.setenv(arcadedb.MEMORY_VARIABLE, "viel")
    with pytest.raises(embedded.ServerError, match="„viel“; erwartet wird"):
        embedded.lease(home)


def test_a_server_that_hangs_is_replaced_when_somebody_needs_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(signal, "SIGSTOP"):
        pytest.skip("dieses System hält keine Prozesse an")
    monkeypatch.setattr(supervisor, "_DEAF_PATIENCE", 1.0)
    with supervisor_beside(home, JavaServer(home / "server"), monkeypatch) as join:
        first, user = join()
        (hanging,) = servers(home)
        psutil.Process(hanging).suspend()
        second, another = join()
        assert second["url"] != first["url"] and servers(home) != [hanging]
        user.close()
        another.close()


def test_a_query_without_end_that_nobody_waits_for_is_given_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arcadedb, "_QUERY_LIMIT", 2.0)
    with supervisor_beside(home, JavaServer(home / "server"), monkeypatch) as join:
        lease, user = join()
        (pid,) = servers(home)
        endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 1000) AS b UNWIND range(1, 1000) AS c WITH a, b, c WHERE a + b + c < 0 RETURN count(*) AS n"
        with neo4j.GraphDatabase.driver(lease["url"], auth=(lease["user"], lease["password"])) as driver, pytest.raises(neo4j.exceptions.Neo4jError):
            driver.execute_query(endless, database_=arcadedb.DATABASE)
        until(lambda: psutil.Process(pid).cpu_percent(0.5) < 30, "der Server rechnet weiter")
        user.close()


# ---- what lies about from before


def spoil(home: Path, content: str) -> None:
    (home / "server").mkdir(mode=0o700)
    (home / "server" / supervisor.STATE_FILE).write_text(content, encoding="utf-8")
    (home / "server" / "password").write_text("von früher", encoding="utf-8")


def test_after_a_reboot_the_pids_belong_to_others_who_are_left_alone(home: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as bystander, socket.create_server(("127.0.0.1", 0)) as service:
        identity = {"pid": bystander.pid, "started": psutil.Process(bystander.pid).create_time()}
        port = service.getsockname()[1]
        spoil(home, json.dumps({"supervisor": identity, "server": identity, "control": port, "bolt": port, "http": port, "phase": "ready"}))
        assert embedded.running(home) is None
        with embedded.lease(home) as lease:
            assert ask(lease, "RETURN 1 AS one")[0]["one"] == 1
        assert bystander.poll() is None
        service.settimeout(0.1)
        with pytest.raises(TimeoutError):
            service.accept()  # nobody showed a stranger the password
        bystander.kill()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"supervisor": {"pid": "x"}}', '{"supervisor": {"pid": 1}, "server": null, "control": 99999, "phase": "ready"}']
)
def test_garbage_in_the_state_file_is_no_server(home: Path, content: str) -> None:
    spoil(home, content)
    assert embedded.running(home) is None


def test_it_starts_over_garbage_and_dead_pids(home: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as gone:
        gone.wait()
    spoil(home, json.dumps({"supervisor": {"pid": gone.pid}, "server": {"pid": gone.pid}, "control": 1, "phase": "ready"}) + "garbage")
    with embedded.lease(home) as lease:
        assert ask(lease, "RETURN 1 AS one")[0]["one"] == 1


# ---- taken ports


@pytest.mark.parametrize("taken", ["bolt", "http"])
def test_a_port_that_is_taken_between_choosing_and_binding_costs_one_attempt(home: Path, taken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The choice is made to fall on a taken port once; what notices it, and mends it, is the real one."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        chosen: list[Ports] = []

        def choose() -> Ports:
            free = arcadedb.free_ports()
            chosen.append(free if chosen else Ports(**{"bolt": free.bolt, "http": free.http, taken: port}))
            return chosen[-1]

        with supervisor_beside(home, JavaServer(home / "server", choose), monkeypatch) as join:
            answer, user = join()
            assert answer["url"] == f"bolt://127.0.0.1:{chosen[1].bolt}"
            assert len(chosen) == 2 and len(servers(home)) == 1
            user.close()


# ---- the log


def test_the_log_has_a_bound_and_stands_under_the_home(home: Path) -> None:
    log = home / "server" / "log"
    log.mkdir(parents=True)
    for day in range(20):
        (log / f"server-event-log-202601{day:02d}-000000.0.jsonl").write_text("{}\n", encoding="utf-8")
    with embedded.lease(home):
        until = time.monotonic() + 20
        while "ArcadeDB Server started" not in (log / "server.0.log").read_text(encoding="utf-8"):  # it says so a moment after it answers
            assert time.monotonic() < until
            time.sleep(0.1)
        assert len(list(log.glob("server-event-log-*"))) <= 6
        settings = (home / "server" / "logging.properties").read_text(encoding="ascii")
        assert "limit=2000000" in settings and "count=3" in settings
