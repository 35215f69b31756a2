"""A real PostgreSQL for the tests of the ledger: a cluster of their own in a temporary folder; no container, no service.

    python -m tests.postgres_server         installs what the tests need, where it may (.ci/run and make test do so first)

The programs are those of the machine's package (Debian: ``postgresql``). A cluster that the package may have started by
itself is neither used nor touched.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

START = 60.0
OLDEST = 12
USER = "atlas"
_ROOM = 2 << 30
_SETTINGS = """
listen_addresses = '127.0.0.1'
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
checkpoint_timeout = 1h
dynamic_shared_memory_type = mmap
max_connections = 60
"""
# Through the socket, which lies in a folder of the owner's alone, without a password; over the network with one.
_WHO = """
local all all trust
host all all 127.0.0.1/32 scram-sha-256
"""


class Missing(Exception):
    """What is missing for a server; said where its tests are skipped."""


def programs() -> Path:
    """The folder of initdb and postgres, the newest; raises ``Missing``."""
    found = [Path(which).resolve().parent for which in [shutil.which("initdb")] if which]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: _number(folder.parent.name))
    found += [Path(folder) for folder in ("/opt/homebrew/opt/postgresql/bin", "/usr/local/opt/postgresql/bin")]
    for folder in reversed(found):
        if (folder / "initdb").exists() and (folder / "postgres").exists() and version(folder) >= OLDEST:
            return folder
    raise Missing(f"PostgreSQL {OLDEST} oder neuer fehlt (initdb in PATH oder /usr/lib/postgresql; Debian: apt-get install postgresql)")


def version(folder: Path) -> int:
    """The number of the release of these programs."""
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    return _number(said)


def _number(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found[0]) if found else 0


def _somebody() -> str | None:
    """The user who runs the server: PostgreSQL refuses root. None: whoever runs the tests."""
    return "nobody" if os.name == "posix" and os.geteuid() == 0 else None


@dataclass
class Server:
    """A PostgreSQL of the tests' own: may be stopped, killed and started again on the same port and data."""

    home: Path
    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_hex(12), repr=False)
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres", **options: str) -> str:
        """The address of a database through the socket, where no password is asked for."""
        more = "".join(f"&{name}={value}" for name, value in options.items())
        return f"postgresql://{USER}@/{database}?host={self.home}&port={self.port}{more}"

    def schema(self, name: str) -> str:
        """The address of a new schema that is empty."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        return self.url(options=f"-csearch_path%3D{name}")

    def network(self, database: str = "postgres", user: str = USER) -> str:
        """The address of a database over the network, where the password is asked for."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self.port = self.port or _free_port()
        data = self.home / "data"
        if not data.exists():
            self._set_up(data)
        command = [programs() / "postgres", "-D", data, "-p", str(self.port), "-k", self.home]
        with (self.home / "out.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=self.home, user=_somebody())
        until = time.monotonic() + START
        while subprocess.run([programs() / "pg_isready", "-q", "-h", self.home, "-p", str(self.port)], check=False).returncode:
            assert self.process.poll() is None and time.monotonic() < until, self._log()
            time.sleep(0.05)

    def _set_up(self, data: Path) -> None:
        secret = self.home / "password"
        secret.write_text(self.password, encoding="utf-8")
        if somebody := _somebody():
            shutil.chown(self.home, somebody)
            shutil.chown(secret, somebody)
        command = [programs() / "initdb", "-D", data, "-U", USER, "--pwfile", secret, "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]
        # With German rules for sorting where that can be had: the ledger must not follow them.
        german = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=de"]
        options = {"capture_output": True, "text": True, "check": False, "cwd": self.home, "user": _somebody()}
        done = subprocess.run([*command, *german], **options) if version(programs()) >= 15 else None  # type: ignore[call-overload]
        if done is None or done.returncode:
            shutil.rmtree(data, ignore_errors=True)
            done = subprocess.run([*command, "--locale=C"], **options)  # type: ignore[call-overload]
        assert done.returncode == 0, done.stdout + done.stderr
        with (data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(_SETTINGS)
        (data / "pg_hba.conf").write_text(_WHO, encoding="utf-8")

    def _log(self) -> str:
        return (self.home / "out.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def stop(self, how: int = signal.SIGINT) -> None:
        """Ends it in order, and every connection with it (SIGQUIT: without a word, as a crash would)."""
        if self.process:
            self.process.send_signal(how)
            try:
                self.process.wait(START)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(START)
            self.process = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[Server]:
    """A server while the block lasts; raises ``Missing`` where it cannot be had."""
    programs()
    # Not under pytest's own folder, which another user may not enter; short, since the path of a socket has a limit.
    memory = Path("/dev/shm")  # in memory where there is room: some thousand small files are made and thrown away
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    home = Path(tempfile.mkdtemp(prefix="atlas-pg-", dir=memory if roomy else None))
    server = Server(home)
    try:
        server.start()
        yield server
    finally:
        server.stop(signal.SIGQUIT)  # nothing of it is kept
        shutil.rmtree(home, ignore_errors=True)


def required() -> bool:
    """Must these tests run here, so that skipping them would hide something?"""
    return os.environ.get("CI", "").lower() == "true"


def _install() -> None:
    """Installs the system's package where we may."""
    if not shutil.which("apt-get"):
        return
    may = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if may and not (shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0):
        return
    sys.stderr.write("PostgreSQL für die Tests fehlt und wird eingerichtet ...\n")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*may, "apt-get", "update", "-qq"], env=quiet, check=False)
    subprocess.run([*may, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"], env=quiet, check=False, stdout=subprocess.DEVNULL)


def main() -> int:
    """Makes sure that the programs are there; says what is missing. Fails only where the tests must not be skipped."""
    for last in (False, True):
        try:
            programs()
            return 0
        except Missing as missing:
            if last:
                sys.stderr.write(f"Übersprungen werden die Tests des Bestands auf einem Server: {missing}\n")
            else:
                _install()
    return int(required())


if __name__ == "__main__":
    sys.exit(main())
