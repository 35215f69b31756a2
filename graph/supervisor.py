"""The one process that owns the bundled server of a home: it counts its users and ends when there are none.

One thread, one loop. A user is an open connection that has shown the password; the operating system closes it when
the user dies, however it dies. Started by :mod:`graph.embedded`, which also describes the conversation.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import selectors
import signal
import socket
import time
from collections import deque
from pathlib import Path
from types import FrameType

import filelock
import psutil

from graph import arcadedb
from graph.arcadedb import HOST, JavaServer, ServerError

LINGER_VARIABLE = "AKTEURSATLAS_SERVER_LINGER"
STATE_FILE = "server.json"
LONGEST_MESSAGE = 4096

_DEFAULT_LINGER = 5.0
_GRACE = 8.0
"""Seconds that the first user gets to come, on a slow machine."""
_SILENCE = 10.0
"""Seconds after which a connection that has not shown the password is closed."""
_START_ATTEMPTS = 4
_RESTARTS, _RESTART_WINDOW = 5, 120.0
"""More crashes than this within so many seconds, and the supervisor gives up."""
_DEAF_PATIENCE = 20.0
"""Seconds after which a server that somebody waits for, and that does not answer, is started anew."""
_PREDECESSOR_PATIENCE = 45.0

_log = logging.getLogger(__name__)


class Supervisor:
    """Runs the server over ``folder`` until ``linger`` seconds after its last user has gone."""

    def __init__(self, folder: Path, linger: float, java: JavaServer | None = None) -> None:
        self._folder = folder
        self._linger = linger
        self._java = java or JavaServer(folder)
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket()
        self._password = ""
        self._newcomers: dict[socket.socket, float] = {}
        self._waiting: set[socket.socket] = set()
        self._users: set[socket.socket] = set()
        self._unused_since = time.monotonic() + _GRACE - linger
        self._failed_starts = 0
        self._crashes: deque[float] = deque(maxlen=_RESTARTS)
        self._was_ready = False
        self._deaf_since: float | None = None
        self._stop = False

    def run(self) -> int:
        """Serves until nobody needs it; returns the exit code. Leaves at once where another supervisor is at work."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = filelock.FileLock(self._folder / "supervisor.lock")
        try:
            lock.acquire(timeout=_PREDECESSOR_PATIENCE)
        except filelock.Timeout:
            _log.info("Ein anderer Aufseher ist am Werk.")
            return 0
        with lock:
            for name in ("SIGTERM", "SIGINT", "SIGHUP"):
                if hasattr(signal, name):
                    signal.signal(getattr(signal, name), self._on_signal)
            try:
                return self._serve()
            finally:
                self._state_path.unlink(missing_ok=True)
                self._close_all()
                self._java.stop()

    # ---- the loop -----------------------------------------------------------------------------------

    def _serve(self) -> int:
        self._password = arcadedb.write_new_password(self._folder)
        self._listener.bind((HOST, 0))
        self._listener.listen(64)
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._write_state()  # from here on users find us and wait with us
        if orphans := arcadedb.stop_orphans(self._folder):
            _log.info("Verwaiste Server beendet: %s", orphans)
        try:
            self._start_java()
            while not self._stop and not self._unused():
                for key, _ in self._selector.select(0.25 if self._was_ready and not self._waiting else 0.03):
                    self._on_readable(key.fileobj)
                self._watch_java()
                self._drop_silent()
        except ServerError as error:
            _log.error("%s", error)
            self._tell_waiting({"error": str(error)})
            return 1
        return 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop = True

    def _unused(self) -> bool:
        if self._users or self._waiting:
            return False
        return time.monotonic() - self._unused_since > self._linger

    # ---- the server ---------------------------------------------------------------------------------

    def _start_java(self) -> None:
        self._java.start()
        self._was_ready = False
        self._write_state()

    def _watch_java(self) -> None:
        """Answers who waits for the server, and starts it anew where it has ended."""
        state = self._java.state()
        if state == "ready":
            if not self._was_ready:
                self._was_ready, self._failed_starts = True, 0
                self._write_state()
            elif self._waiting and not self._hears():
                return
            ports = self._java.ports
            self._tell_waiting({"url": f"bolt://{HOST}:{ports.bolt}", "http": f"http://{HOST}:{ports.http}", "user": arcadedb.USER, "password": self._password})
        elif state == "ended":
            self._note_end()
            self._start_java()

    def _hears(self) -> bool:
        """Does the server still answer? One that was killed takes a moment to be gone; one that hangs is stopped."""
        if self._java.answers():
            self._deaf_since = None
            return True
        self._deaf_since = self._deaf_since or time.monotonic()
        if time.monotonic() - self._deaf_since > _DEAF_PATIENCE:
            _log.warning("Der Server antwortet nicht mehr und wird beendet.")
            self._deaf_since = None
            self._java.stop(patience=3)
        return False

    def _note_end(self) -> None:
        now = time.monotonic()
        if self._was_ready:
            if len(self._crashes) == _RESTARTS and now - self._crashes[0] < _RESTART_WINDOW:
                raise ServerError(f"Der Graph-Server ist mehrmals hintereinander abgestürzt. {self._advice()}")
            self._crashes.append(now)
            _log.warning("Der Server ist abgestürzt und wird neu gestartet. %s", self._console_tail())
            return
        self._failed_starts += 1
        _log.warning("Start %s misslungen: %s", self._failed_starts, self._console_tail())
        if self._failed_starts >= _START_ATTEMPTS:
            raise ServerError(f"Der mitgelieferte Graph-Server ließ sich nicht starten. {self._advice()}")

    def _advice(self) -> str:
        return (
            f"Seine letzten Worte: „{self._console_tail()}“. Mehr steht in {self._java.console} und daneben in „log“. "
            f"Hilft ein neuer Versuch nicht, löschen Sie den Ordner {self._folder / 'databases'} und rufen Sie „akteursatlas rebuild“ auf: "
            "Der Graph entsteht dann neu aus dem Bestand, verloren geht nichts."
        )

    def _console_tail(self) -> str:
        lines = [line.strip() for line in self._java.console_text().splitlines() if line.strip() and not line.startswith(("\tat", "WARNING: Using"))]
        return " / ".join(lines[-3:])[-600:]

    # ---- the users ----------------------------------------------------------------------------------

    def _on_readable(self, source: object) -> None:
        if source is self._listener:
            self._accept()
        elif isinstance(source, socket.socket):
            self._hear(source)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        connection.setblocking(False)
        self._selector.register(connection, selectors.EVENT_READ)
        self._newcomers[connection] = time.monotonic()

    def _hear(self, connection: socket.socket) -> None:
        try:
            heard = connection.recv(LONGEST_MESSAGE)
        except BlockingIOError:
            return
        except OSError:
            heard = b""
        if heard and connection not in self._newcomers:
            return  # a user has nothing more to say than that it is there
        if not heard or not hmac.compare_digest(heard.strip(), self._password.encode()):
            self._close(connection)
            return
        del self._newcomers[connection]
        self._waiting.add(connection)

    def _tell_waiting(self, answer: dict[str, str]) -> None:
        message = json.dumps(answer).encode() + b"\n"
        for connection in tuple(self._waiting):
            try:
                connection.sendall(message)
            except OSError:
                self._close(connection)
                continue
            self._waiting.remove(connection)
            self._users.add(connection)

    def _drop_silent(self) -> None:
        now = time.monotonic()
        for connection, since in tuple(self._newcomers.items()):
            if now - since > _SILENCE:
                self._close(connection)

    def _close(self, connection: socket.socket) -> None:
        known = connection in self._users or connection in self._waiting
        self._users.discard(connection)
        self._waiting.discard(connection)
        self._newcomers.pop(connection, None)
        self._selector.unregister(connection)
        connection.close()
        if known and not self._users and not self._waiting:
            self._unused_since = time.monotonic()

    def _close_all(self) -> None:
        for connection in (*self._users, *self._waiting, *self._newcomers):
            connection.close()
        self._listener.close()
        self._selector.close()

    # ---- the state file -----------------------------------------------------------------------------

    @property
    def _state_path(self) -> Path:
        return self._folder / STATE_FILE

    def _write_state(self) -> None:
        java = self._java.pid
        state = {
            "supervisor": _identity(os.getpid()),
            "control": self._listener.getsockname()[1],
            "server": _identity(java) if java else None,
            "bolt": self._java.ports.bolt,
            "http": self._java.ports.http,
            "phase": "ready" if self._was_ready else "starting",
        }
        fresh = self._state_path.with_suffix(".new")
        fresh.write_text(json.dumps(state, indent=1), encoding="utf-8")
        arcadedb.replace_file(fresh, self._state_path)


def linger_seconds() -> float:
    """How long a server stays after its last user: AKTEURSATLAS_SERVER_LINGER, else five seconds."""
    try:
        return max(0.0, float(os.environ[LINGER_VARIABLE]))
    except (KeyError, ValueError):
        return _DEFAULT_LINGER


def _identity(pid: int) -> dict[str, float | int]:
    try:
        return {"pid": pid, "started": psutil.Process(pid).create_time()}
    except psutil.Error:
        return {"pid": pid, "started": 0.0}
