"""The bundled ArcadeDB server as one Java process: how it is launched, when it is ready, how it is stopped.

Everything that knows the wheel ``arcadedb-embedded`` (its Java, its jars, the server's settings) stands here, so
that a later release under another name touches this file alone. Who starts it, and who shares it: :mod:`graph.embedded`.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

HOST = "127.0.0.1"
USER = "root"
DATABASE = "graph"
MEMORY_VARIABLE = "AKTEURSATLAS_SERVER_MEMORY"
STOP_PATIENCE = 20.0
"""Seconds that a server gets to close its files before it is killed."""

State = Literal["starting", "ready", "ended"]

_DEFAULT_MEMORY = "512m"
_START_PATIENCE = 90.0
_SQL_PATIENCE = 60.0
_QUERY_LIMIT = 300.0
"""Seconds after which the server gives up a query by itself, as long as anybody ever waits for one: whoever goes away
earlier is not noticed by it, and a question without end would keep a core busy until the server goes."""
_EVENT_LOGS_KEPT = 5
_UNUSED_JARS = ("mcp", "postgresw", "redisw", "graphql", "console", "integration", "python-bridge")
_START_FAILED = 'Exception in thread "main"'
"""Where a port is taken, only the main thread ends and Java lives on without a server; its console says so."""

_LOGGING = """\
handlers=java.util.logging.FileHandler
.level=INFO
java.util.logging.FileHandler.pattern=log/server.%g.log
java.util.logging.FileHandler.limit=2000000
java.util.logging.FileHandler.count=3
java.util.logging.FileHandler.append=true
java.util.logging.FileHandler.encoding=UTF-8
java.util.logging.FileHandler.formatter=java.util.logging.SimpleFormatter
java.util.logging.SimpleFormatter.format=%1$tF %1$tT %4$s %5$s%6$s%n
"""


class ServerError(Exception):
    """The bundled graph server could not be started or reached; the text says in German why and what to do."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The two loopback ports of one start: ``bolt`` for the driver, ``http`` to ask whether it is ready, and for full-text indexes."""

    bolt: int
    http: int


class JavaServer:
    """One Java process over the databases in ``folder``. Not thread-safe: the supervisor's main thread owns it.

    On Linux the process is bound to the *thread* that starts it (it gets a SIGTERM when that one ends), so
    :meth:`start` belongs into the main thread.
    """

    def __init__(self, folder: Path, choose_ports: Callable[[], Ports] | None = None) -> None:
        self._folder = folder
        self._choose_ports = choose_ports or free_ports
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._ready = False
        self.ports = Ports(0, 0)

    @property
    def pid(self) -> int | None:
        """The process id, None before the first start."""
        return self._process.pid if self._process else None

    @property
    def password_file(self) -> Path:
        """Where the password stands that the server takes at its next start."""
        return self._folder / "password"

    @property
    def console(self) -> Path:
        """What Java wrote on its console since its last start; the server's own log is under ``log/``."""
        return self._folder / "console.log"

    @property
    def _created_mark(self) -> Path:
        return self._folder / "databases" / "created"

    def start(self) -> None:
        """Launches Java on free ports and returns at once; ask :meth:`state` afterwards. Raises ``ServerError``."""
        self._prepare_folder()
        self.ports = self._choose_ports()
        self._ready = False
        self._started = time.monotonic()
        with open(self.console, "wb") as console:
            try:
                self._process = subprocess.Popen(
                    self._command(),
                    cwd=self._folder,
                    stdin=subprocess.DEVNULL,
                    stdout=console,
                    stderr=subprocess.STDOUT,
                    preexec_fn=_bind_to_parent() if sys.platform == "linux" else None,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            except OSError as error:
                raise ServerError(
                    f"Das mitgelieferte Java ließ sich nicht starten ({error.strerror or error}). Installieren Sie das Paket „arcadedb-embedded“ neu."
                ) from error

    def state(self) -> State:
        """Where the process stands now. A start that failed or takes too long is ended by this question."""
        if self._process is None or self._process.poll() is not None:
            return "ended"
        if self._ready:
            return "ready"
        if _START_FAILED in self.console_text() or time.monotonic() - self._started > _START_PATIENCE:
            self.stop(patience=3)
            return "ended"
        if _answers_ready(self.ports.http) and _listens(self._process.pid, self.ports):
            self._ready = True
            self._created_mark.touch()
            return "ready"
        return "starting"

    def answers(self) -> bool:
        """Does it take questions at this moment?"""
        return _answers_ready(self.ports.http)

    def stop(self, patience: float = STOP_PATIENCE) -> None:
        """Ends the process: politely, and after ``patience`` seconds by force."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def console_text(self) -> str:
        """The console of the last start, "" where there is none."""
        try:
            return self.console.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def _prepare_folder(self) -> None:
        for name in ("databases", "config", "log"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        (self._folder / "logging.properties").write_text(_LOGGING, encoding="ascii")
        # The users file keeps the password of the first start; without it the server takes the one of this start.
        (self._folder / "config" / "server-users.jsonl").unlink(missing_ok=True)
        for old in sorted((self._folder / "log").glob("server-event-log-*"))[:-_EVENT_LOGS_KEPT]:
            old.unlink(missing_ok=True)
        if not self._created_mark.exists():
            # The first start was cut off before it was ready: what lies there is half a database without any data.
            shutil.rmtree(self._folder / "databases" / DATABASE, ignore_errors=True)

    def _command(self) -> list[str]:
        package = _package_folder()
        jars = sorted(jar for jar in (package / "jars").glob("*.jar") if not jar.name.startswith(tuple(f"arcadedb-{name}" for name in _UNUSED_JARS)))
        settings = {
            "java.util.logging.config.file": "logging.properties",
            "java.awt.headless": "true",
            "arcadedb.server.rootPath": str(self._folder),
            "arcadedb.server.rootPasswordPath": str(self.password_file),
            "arcadedb.server.mode": "development",  # real error texts
            "arcadedb.server.httpIncomingHost": HOST,
            "arcadedb.server.httpIncomingPort": str(self.ports.http),
            "arcadedb.server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "arcadedb.server.defaultDatabases": f"{DATABASE}[]",
            "arcadedb.bolt.host": HOST,
            "arcadedb.bolt.port": str(self.ports.bolt),
            "arcadedb.bolt.defaultDatabase": DATABASE,
            "arcadedb.bolt.maxMessageSize": str(64 * 1024 * 1024),
            "arcadedb.command.timeout": str(int(_QUERY_LIMIT * 1000)),
            "arcadedb.txWalFlush": "2",  # an acknowledged transaction outlives a power cut
        }
        return [
            str(package / "jre" / "bin" / ("java.exe" if os.name == "nt" else "java")),
            f"-Xmx{_memory()}",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",  # ends, and is started anew, instead of living on half broken
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules=jdk.incubator.vector",
            *(f"-D{name}={value}" for name, value in settings.items()),
            "-cp",
            os.pathsep.join(map(str, jars)),
            "com.arcadedb.server.ArcadeDBServer",
        ]


def write_new_password(folder: Path) -> str:
    """A new random password, also in the file ``folder/password`` that only its owner may read."""
    password = secrets.token_urlsafe(32)
    path, fresh = folder / "password", folder / f"password.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(password)
    replace_file(fresh, path)
    return password


def replace_file(new: Path, path: Path) -> None:
    """Puts ``new`` in the place of ``path`` in one step, also while somebody on Windows is reading it."""
    for attempt in range(20):
        try:
            return os.replace(new, path)
        except PermissionError:
            if os.name != "nt" or attempt == 19:
                raise
            time.sleep(0.05)


def free_ports() -> Ports:
    """Two different loopback ports that nobody listens on at this moment."""
    with socket.socket() as first, socket.socket() as second:
        first.bind((HOST, 0))
        second.bind((HOST, 0))
        return Ports(bolt=first.getsockname()[1], http=second.getsockname()[1])


def stop_orphans(folder: Path) -> list[int]:
    """Stops servers over ``folder`` whose supervisor died; returns their process ids.

    They are known by their command line, which names the folder. A number in a state file would not do: after a
    reboot it belongs to somebody else, and a start that was cut off never wrote it.
    """
    orphans = list(_java_processes_over(folder))
    for process in orphans:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    if not _all_ended(orphans, STOP_PATIENCE):
        for process in orphans:
            with contextlib.suppress(psutil.Error):
                process.kill()
        _all_ended(orphans, 5)
    return [process.pid for process in orphans]


def _all_ended(processes: list[psutil.Process], patience: float) -> bool:
    """Waits until they have ended. A zombie has: in a container nobody may ever collect it."""
    deadline = time.monotonic() + patience
    while any(_alive(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _java_processes_over(folder: Path) -> Iterable[psutil.Process]:
    argument = f"-Darcadedb.server.rootPath={folder}"
    for process in psutil.process_iter(["name", "cmdline"]):
        if str(process.info["name"] or "").lower().startswith("java") and argument in (process.info["cmdline"] or ()):
            yield process


def run_sql(base: str, user: str, password: str, commands: Iterable[str]) -> None:
    """Runs commands in the server's own SQL, one after the other, at its HTTP door ``base``. Raises ``ServerError``."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    for command in commands:
        body = json.dumps({"language": "sql", "command": command}).encode()
        request = urllib.request.Request(f"{base}/api/v1/command/{DATABASE}", body, {"Authorization": f"Basic {login}", "Content-Type": "application/json"})
        try:
            with opener.open(request, timeout=_SQL_PATIENCE) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            raise ServerError(f"Der mitgelieferte Graph-Server hat „{command}“ abgelehnt: {error.read().decode(errors='replace')[:400]}") from error
        except (OSError, ValueError) as error:
            raise ServerError(f"Der mitgelieferte Graph-Server antwortet nicht ({error}). Versuchen Sie es noch einmal.") from error


def _package_folder() -> Path:
    found = importlib.util.find_spec("arcadedb_embedded")
    if found is None or found.origin is None:
        raise ServerError(
            "Der mitgelieferte Graph-Server fehlt. Installieren Sie das Paket „arcadedb-embedded“, oder nennen Sie mit AKTEURSATLAS_GRAPH einen anderen Server."
        )
    return Path(found.origin).parent


def _memory() -> str:
    memory = os.environ.get(MEMORY_VARIABLE, "").strip() or _DEFAULT_MEMORY
    if not re.fullmatch(r"[1-9]\d*[mMgG]", memory):
        raise ServerError(f"{MEMORY_VARIABLE} ist „{memory}“; erwartet wird eine Zahl mit m oder g, zum Beispiel 512m oder 2g.")
    return memory


def _answers_ready(port: int) -> bool:
    """Bolt's port opens before the database is there, so the question goes to HTTP."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://{HOST}:{port}/api/v1/ready", timeout=1) as answer:
            return bool(answer.status == 204)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _listens(pid: int, ports: Ports) -> bool:
    """Are these ports this process's own, and not those of another server that took them first?"""
    try:
        mine = {connection.laddr.port for connection in psutil.Process(pid).net_connections("tcp") if connection.status == psutil.CONN_LISTEN}
    except psutil.AccessDenied:
        return True  # a system that does not say; the password keeps a stranger's server out
    except psutil.Error:
        return False
    return {ports.bolt, ports.http} <= mine


def _bind_to_parent() -> Callable[[], None]:
    """What the child does between fork and exec on Linux: it asks to be stopped when its parent dies."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()
    set_parent_death_signal = 1

    def bind() -> None:
        prctl(set_parent_death_signal, signal.SIGTERM)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return bind
