"""Nothing half: whoever is killed, and whatever runs out, leaves the old or the new state and a ledger that opens."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from openpyxl import Workbook

from graph import build, embedded
from graph.fold import fold
from graph.home import Home
from graph.ledger import Ledger
from graph.store import Store
from ingest.run import ingest

ROOT = Path(__file__).resolve().parents[1]
KILLS = int(os.environ.get("AKTEURSATLAS_KILLS", "5"))
_ROWS = 400
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and limits on files are those of Unix")


def workbook(folder: Path, edition: int) -> Path:
    """A network of some hundred rows; every edition says other things about the same and some new ones."""
    path = folder / "netz.xlsx"
    book = Workbook()
    gremien, people, seats = book.worksheets[0], book.create_sheet("Personen"), book.create_sheet("Mitgliedschaften")
    gremien.title = "Gremien"
    gremien.append(["Name", "Auftrag"])
    people.append(["Name", "Funktion"])
    seats.append(["Mitglied", "Gremium", "Rolle"])
    for number in range(_ROWS):
        people.append([f"Person {number}", f"Funktion {edition}" if number % 3 else "Leitung"])
        seats.append([f"Person {number}", f"Gremium {number % 40}", f"Rolle {edition % 2}" if number % 2 else "Mitglied"])
    for number in range(40 + edition % 3):
        gremien.append([f"Gremium {number}", f"Auftrag {edition}"])
    book.save(path)
    return path


def start(home: Home, *arguments: str, **more: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "AKTEURSATLAS_HOME": str(home.path), "AKTEURSATLAS_SERVER_LINGER": "8"}
    return subprocess.Popen([sys.executable, "-m", "cli", *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def said(ledger: Ledger) -> list[str]:
    return [repr(record._replace(file="")) for record in (*ledger.nodes(), *ledger.edges())]


def graph_now(store: Store) -> tuple[list[str], list[str]]:
    nodes = store.read("MATCH (n) WHERE n.source IS NOT NULL RETURN properties(n) AS p")
    edges = store.read("MATCH (a)-[r]->(b) WHERE r.source IS NOT NULL RETURN a.id AS a, b.id AS b, properties(r) AS p")
    return sorted(_told(row["p"]) for row in nodes), sorted(f"{row['a']} {row['b']} {_told(row['p'])}" for row in edges)


def graph_wanted(ledger: Ledger) -> tuple[list[str], list[str]]:
    whole = fold(ledger)
    return sorted(_told(node.props) for node in whole.nodes.values()), sorted(f"{edge.start} {edge.end} {_told(edge.props)}" for edge in whole.edges.values())


def _told(props: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in props.items() if value is not None}, sort_keys=True, ensure_ascii=False)


def _whole_run(home: Home, path: Path) -> float:
    """Seconds that an ingest takes when nobody kills it."""
    begun = time.monotonic()
    output = (running := start(home, "ingest", "tables", str(path), "--yes")).communicate(timeout=120)[0]
    assert running.returncode == 0, output
    return time.monotonic() - begun


@posix_only
def test_a_killed_ingest_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    home = Home(tmp_path / "home")
    whole = [_whole_run(home, workbook(tmp_path, edition)) for edition in (-2, -1)][-1]  # the first one also starts the server
    outcomes = {"old": 0, "new": 0, "finished": 0}
    for kill in range(1, KILLS + 1):
        with home.open_ledger() as ledger:
            old = said(ledger)
        path = workbook(tmp_path, kill)
        new = what_it_would_say(tmp_path, path)
        running = start(home, "ingest", "tables", str(path), "--yes")
        # Starting Python takes the first part; the rest is reading, the ledger's transaction, and the graph.
        time.sleep(chance.uniform(0.3, 1.0) * whole)
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=60)
        outcomes["finished"] += running.returncode == 0
        with closing(sqlite3.connect(home.ledger_path)) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with home.open_ledger() as ledger:
            now = said(ledger)
            assert now in (old, new), f"kill {kill} left neither the old nor the new state"
            outcomes["new" if now == new else "old"] += 1
            assert ledger.writer() is None
            with Store.connect(home=home.path) as store:
                build.update(ledger, store)
                assert graph_now(store) == graph_wanted(ledger), f"after kill {kill} the graph is not the ledger's"
    assert outcomes["old"] + outcomes["new"] == KILLS
    print(f"kills: {KILLS}, {outcomes}")  # noqa: T201 - make soak shows where they fell
    assert not [name for name in os.listdir(home.path) if name.endswith((".tmp", ".part"))]


def what_it_would_say(folder: Path, path: Path) -> list[str]:
    """The state after reading this workbook into an empty ledger: it says all there is to say."""
    with Ledger.open(folder / f"expected-{time.monotonic_ns()}.sqlite") as ledger:
        from ingest.sources import tables
        from tests.recording import Recorder

        read = Recorder(path).read(tables)
        with ledger.begin(read.dataset) as run:
            for record in (*read.nodes.values(), *read.edges):
                run.put(record)
            run.finish()
        return said(ledger)


@posix_only
def test_a_server_killed_in_the_middle_is_made_good(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert ingest("tables", [workbook(tmp_path, 0)], {}, home).exit_code == 0
    struck: list[int] = []

    def strike(stage: str, done: int, total: int) -> None:
        found = embedded.running(home.path)
        if done and "geschrieben" in stage and not struck and found and found.server_pid:
            struck.append(found.server_pid)
            psutil.Process(found.server_pid).kill()

    report = ingest("tables", [workbook(tmp_path, 1)], {}, home, progress=strike, confirm=lambda _: True)
    assert struck and report.exit_code == 0
    with home.open_ledger() as ledger, Store.connect(home=home.path) as store:
        build.update(ledger, store)
        assert graph_now(store) == graph_wanted(ledger)


def test_a_second_writer_waits_and_says_for_whom(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    path = workbook(tmp_path, 0)
    assert ingest("tables", [path], {}, home).exit_code == 0
    with home.open_ledger() as ledger, ledger.begin(ledger.datasets()[0], user="erika") as run:
        second = start(home, "ingest", "tables", str(workbook(tmp_path, 1)), "--yes")
        with Ledger.open(home.ledger_path, wait=0.2) as other:
            writer = other.writer()
            assert writer is not None and writer.pid == os.getpid() and "netz" in writer.what
            with pytest.raises(Exception, match="wird gerade von einem anderen Vorgang geschrieben.*netz.*wird eingelesen"):
                other.audit("x", "y", user="z")
        time.sleep(2)
        assert second.poll() is None  # it waits
        run.cancel()
    output = second.communicate(timeout=60)[0]
    assert second.returncode == 0, output
    with home.open_ledger() as ledger:
        assert len(ledger.runs()) == 2


@posix_only
def test_a_full_disk_changes_nothing_and_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert ingest("tables", [workbook(tmp_path, 0)], {}, home).exit_code == 0
    with home.open_ledger() as ledger:
        before = said(ledger)
    size = home.ledger_path.stat().st_size

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // 8, size // 8))

    failed = start(home, "ingest", "tables", str(workbook(tmp_path, 1)), "--yes", preexec_fn=small)
    output = failed.communicate(timeout=60)[0]
    assert failed.returncode == 2 and "Traceback" not in output, output
    assert "Platz" in output or "lässt sich nicht" in output
    with home.open_ledger() as ledger:
        assert said(ledger) == before
