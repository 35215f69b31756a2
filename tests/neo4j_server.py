"""A real Neo4j Community server for the tests, out of Maven Central's jars and the machine's Java; no container.

    python -m tests.neo4j_server            fetches what the tests need (.ci/run and make test do so first)

``NEO4J_TEST_URL`` names a server that the tests may use instead (and empty!), with ``NEO4J_TEST_USER`` and
``NEO4J_TEST_PASSWORD``. The jars are kept between runs in the user's cache folder.
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
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import neo4j
import platformdirs
from filelock import FileLock

URL, USER, PASSWORD = "NEO4J_TEST_URL", "NEO4J_TEST_USER", "NEO4J_TEST_PASSWORD"
START = 300.0
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>akteursatlas.test</groupId><artifactId>neo4j-server</artifactId><version>1</version><dependencies>
<dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{v}</version></dependency>
<dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{v}</version></dependency>
</dependencies></project>"""
_CONF = """server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.memory.pagecache.size=128m
"""


@dataclass(frozen=True)
class Release:
    """A release of Neo4j that the tests run on, and the Javas that it runs with."""

    name: str
    version: str
    java_from: int
    java_to: int
    options: tuple[str, ...] = ()


RELEASES = {
    "neo4j-5.26": Release("neo4j-5.26", "5.26.12", 17, 21),
    "neo4j-2025": Release("neo4j-2025", "2025.10.1", 21, 25, ("--add-modules", "jdk.incubator.vector")),
}

_QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""A test's server lives for a minute: its Java spends 40 % less time at the compiler and collector so."""


class Missing(Exception):
    """What is missing for a server; said where its tests are skipped."""


# ---- what is on the machine


def java(release: Release) -> Path:
    """A Java that fits; raises ``Missing`` where none is found."""
    places = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    places += sorted(Path("/usr/lib/jvm").glob("*")) if Path("/usr/lib/jvm").is_dir() else []
    found = [place / "bin" / "java" for place in places] + [Path(which) for which in [shutil.which("java")] if which]
    for one in found:
        if one.exists() and release.java_from <= _java_version(one) <= release.java_to:
            return one
    raise Missing(f"{release.name}: kein Java {release.java_from} bis {release.java_to} gefunden (JAVA_HOME, /usr/lib/jvm, PATH)")


def _java_version(path: Path) -> int:
    said = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


def jars(release: Release) -> Path:
    """The folder of the server's jars, fetched once; raises ``Missing`` where they cannot be had."""
    folder = Path(platformdirs.user_cache_dir("akteursatlas-tests", appauthor=False)) / f"neo4j-{release.version}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if folder.is_dir():
            return folder
        maven = shutil.which("mvn")
        if not maven:
            raise Missing(f"{release.name}: die Jars fehlen, und Maven (mvn) ist nicht da, um sie zu holen")
        work = folder.with_suffix(".part")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        pom = work / "pom.xml"
        pom.write_text(_POM.format(v=release.version), encoding="utf-8")
        command = [maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={work / 'lib'}", "-DincludeScope=runtime"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"{release.name}: Maven konnte die Jars nicht holen: {(done.stdout + done.stderr)[-600:]}")
        (work / "lib").rename(folder)
        shutil.rmtree(work)
    return folder


# ---- a server at work


@dataclass
class Server:
    """A Neo4j of the tests' own: may be stopped, killed, frozen and started again on the same port and data.

    ``settings`` are more lines of neo4j.conf; they may be changed before it is started again.
    """

    release: Release
    home: Path
    settings: tuple[str, ...] = ()
    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_hex(12), repr=False)
    process: subprocess.Popen[bytes] | None = None
    user: str = "neo4j"

    @property
    def url(self) -> str:
        """Its Bolt address."""
        return f"bolt://127.0.0.1:{self.port}"

    def start(self, wait: bool = True) -> None:
        """Starts it and, unless told otherwise, waits until it answers."""
        lib = jars(self.release)
        (self.home / "conf").mkdir(parents=True, exist_ok=True)
        self.port = self.port or _free_port()
        (self.home / "conf" / "neo4j.conf").write_text(_CONF.format(port=self.port) + "\n".join(self.settings), encoding="utf-8")
        main = zipfile.ZipFile(lib / f"neo4j-{self.release.version}.jar").read("META-INF/services/org.neo4j.server.startup.EntryPoint").decode().split()[-1]
        opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.nio", "java.io", "sun.nio.ch", "java.lang")]
        command = [str(java(self.release)), "-Xmx1g", *_QUICK_START, *self.release.options, *opens, "-cp", f"{lib}{os.sep}*", main]
        with (self.home / "out.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"], stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
            )
        if wait:
            self.until_ready()

    def until_ready(self) -> None:
        """Waits until it answers."""
        fresh = not (self.home / "ready").exists()
        until = time.monotonic() + START
        while True:
            assert self.process and self.process.poll() is None, self._log()
            try:
                if fresh:  # a new home has the user neo4j/neo4j, whose password must be changed first
                    with self._driver("neo4j") as driver:
                        driver.execute_query("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", new=self.password, database_="system")
                    (self.home / "ready").touch()
                    fresh = False
                with self._driver(self.password) as driver:
                    driver.execute_query("RETURN 1")
                return
            except (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError):
                assert time.monotonic() < until, self._log()
                time.sleep(0.2)

    def _driver(self, password: str) -> neo4j.Driver:
        return neo4j.GraphDatabase.driver(self.url, auth=(self.user, password), max_transaction_retry_time=0, notifications_min_severity="OFF")

    def _log(self) -> str:
        return (self.home / "out.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def freeze(self) -> None:
        """Stops it where it stands: its connections stay open, and nothing is answered."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets it go on."""
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Ends it without a word, as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait(60)
            self.process = None

    def stop(self) -> None:
        """Ends it in order."""
        if self.process:
            self.thaw()  # a frozen one would not hear it
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(60)
            self.process = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(name: str, folder: Path, *settings: str) -> Iterator[Server]:
    """A server of this release while the block lasts, with these lines more in its configuration; raises ``Missing`` where it cannot be had."""
    release = RELEASES[name]
    java(release)
    server = Server(release, folder, settings)
    try:
        server.start()
        yield server
    finally:
        server.kill()  # nobody reads its data any more, and an orderly end takes seconds


def required(name: str) -> bool:
    """Must these tests run here, so that skipping them would hide something?"""
    return name == "neo4j-5.26" and os.environ.get("CI", "").lower() == "true"


def main() -> int:
    """Fetches the jars; says what is missing. Fails only where the tests must not be skipped."""
    worst = 0
    if os.environ.get(URL):
        return worst
    for name, release in RELEASES.items():
        try:
            java(release)
            jars(release)
        except Missing as missing:
            print(f"Übersprungen werden die Tests auf {missing}", file=sys.stderr)  # noqa: T201
            worst = worst or int(required(name))
    return worst


if __name__ == "__main__":
    sys.exit(main())
