"""The bundled graph server, shared by everybody who works on the same home.

``lease(home)`` gives the address of a running server and starts one where there is none. A lease is an open loopback
connection to the supervisor (``python -m graph.embedded --home PATH``, :mod:`graph.supervisor`), which owns the Java
process (:mod:`graph.arcadedb`). The operating system closes the connection when its holder dies; some seconds after
the last one the supervisor stops Java and goes.

The conversation: the user sends the password that stands in ``server/password`` (0600) and a line feed; the
supervisor answers, once the server is ready, with one line of JSON: ``url``, ``http``, ``user``, ``password``, or ``error``.
Where it listens stands in ``server/server.json``. A number in there is believed only if the process of that number
has the command line of this home's supervisor, so a file from before a reboot hurts nobody.

After a crash the server comes back on another port: whoever loses it takes a new lease.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import filelock
import psutil

from graph.arcadedb import HOST, ServerError
from graph.supervisor import LONGEST_MESSAGE, STATE_FILE, Supervisor, linger_seconds

__all__ = ["Lease", "ServerError", "lease", "main", "running"]

_PAUSE = 0.05
_HANDSHAKE = 5.0
_LONGEST_LOG = 500_000


@dataclass(frozen=True, slots=True)
class Found:
    """A supervisor at work: its process, where it listens, and the server's process (None while it is being started)."""

    pid: int
    control: int
    server_pid: int | None
    phase: str


class Lease:
    """The right to use the server: while it is open, the server stays. Release it, or leave its ``with`` block."""

    def __init__(self, connection: socket.socket, url: str, http: str, user: str, password: str) -> None:
        self._connection = connection
        self.url = url
        self.http = http
        self.user = user
        self.password = password

    def release(self) -> None:
        """Says that this user is done; harmless when said twice."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def __repr__(self) -> str:
        return f"Lease({self.url!r})"


def lease(home: Path, timeout: float = 60) -> Lease:
    """A lease on the server of ``home``; starts it where none is running, and waits up to ``timeout`` seconds.

    Raises ``ServerError`` where it does not start or does not answer in time.
    """
    home = _resolved(home)
    folder = home / "server"
    deadline = time.monotonic() + timeout
    while True:
        found = running(home)
        if found is None:
            _start_supervisor(home, folder, deadline)
        else:
            try:
                return _ask(found, folder, deadline)
            except (OSError, ValueError):
                pass  # it is just going, or has just died: look again
        if time.monotonic() > deadline:
            raise ServerError(
                f"Der mitgelieferte Graph-Server antwortet seit {timeout:.0f} Sekunden nicht. "
                f"Versuchen Sie es noch einmal; bleibt es dabei, sehen Sie in {folder} nach."
            )
        time.sleep(_PAUSE)


def running(home: Path) -> Found | None:
    """The supervisor of ``home`` that is at work now, None where there is none. Starts nothing."""
    home = _resolved(home)
    try:
        state = json.loads((home / "server" / STATE_FILE).read_text(encoding="utf-8"))
        server = state["server"]
        found = Found(int(state["supervisor"]["pid"]), int(state["control"]), int(server["pid"]) if server else None, str(state["phase"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    return found if 0 < found.control < 65536 and _is_supervisor(found.pid, home) else None


def _is_supervisor(pid: int, home: Path) -> bool:
    """Is the process ``pid`` the supervisor of ``home``? A number alone may long belong to somebody else."""
    try:
        return psutil.Process(pid).cmdline()[-4:] == _arguments(home)
    except (psutil.Error, ValueError, OverflowError):
        return False


def _arguments(home: Path) -> list[str]:
    return ["-m", "graph.embedded", "--home", str(home)]


def _resolved(home: Path) -> Path:
    """One spelling for each home, since two spellings would get two servers."""
    return Path(home).expanduser().resolve()


def _ask(found: Found, folder: Path, deadline: float) -> Lease:
    """Opens a lease; raises ``OSError`` or ``ValueError`` where the supervisor is not there any more."""
    password = (folder / "password").read_text(encoding="ascii")
    connection = socket.create_connection((HOST, found.control), timeout=_HANDSHAKE)
    try:
        connection.sendall(password.encode() + b"\n")
        answer = json.loads(_line(connection, deadline))
        if "error" in answer:
            raise ServerError(str(answer["error"]))
        connection.settimeout(None)
        return Lease(connection, str(answer["url"]), str(answer["http"]), str(answer["user"]), str(answer["password"]))
    except BaseException:
        connection.close()
        raise


def _line(connection: socket.socket, deadline: float) -> bytes:
    heard = b""
    while not heard.endswith(b"\n"):
        connection.settimeout(max(0.1, deadline - time.monotonic()))
        part = connection.recv(LONGEST_MESSAGE)
        if not part:
            raise ConnectionResetError
        heard += part
    return heard


def _start_supervisor(home: Path, folder: Path, deadline: float) -> None:
    """Starts one, unless another user is faster; returns when it can be asked (or has gone again)."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ServerError(f"Der Ordner {folder} lässt sich nicht anlegen ({error.strerror or error}). AKTEURSATLAS_HOME kann einen anderen nennen.") from error
    try:
        with filelock.FileLock(folder / "start.lock", timeout=max(0.1, deadline - time.monotonic())):
            if running(home) is not None:
                return
            process = _launch(home, folder)
            while running(home) is None and time.monotonic() < deadline:
                if process.poll() is not None:
                    if process.returncode:
                        raise ServerError(f"Der mitgelieferte Graph-Server ließ sich nicht starten. {_tail(folder / 'supervisor.log')}")
                    return
                time.sleep(_PAUSE)
    except filelock.Timeout:
        return


def _launch(home: Path, folder: Path) -> subprocess.Popen[bytes]:
    """The supervisor as a process of its own, which neither Ctrl-C in this terminal nor the end of this process touches."""
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    log_path = folder / "supervisor.log"
    with open(log_path, "wb" if log_path.exists() and log_path.stat().st_size > _LONGEST_LOG else "ab") as log:
        process = subprocess.Popen(
            [sys.executable, *_arguments(home)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=getattr(subprocess, "DETACHED_PROCESS", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    # It may end before we do; somebody has to hear that, else it stays in the process table.
    threading.Thread(target=process.wait, name="graph-supervisor", daemon=True).start()
    return process


def _tail(log: Path) -> str:
    try:
        text = log.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        text = ""
    return f"Es steht dazu in {log}: „{text[-600:]}“" if text else f"Näheres steht in {log.parent}."


def main(arguments: Sequence[str] | None = None) -> int:
    """The supervisor as a command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m graph.embedded", description="Betreut den mitgelieferten Graph-Server eines Ordners.")
    parser.add_argument("--home", type=Path, required=True)
    home = _resolved(parser.parse_args(arguments).home)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    return Supervisor(home / "server", linger_seconds()).run()


if __name__ == "__main__":
    sys.exit(main())
