"""Embedded ArcadeDB and Neo4j side by side: load, every .cypher analysis, and the whole graph into the snapshot.

``python -m benchmarks.servers [--nodes N] [--edges N] [--servers embedded neo4j-5.26] [--write]``. Loads run in processes of
their own while the server runs already. Beside each stands its peer: the engine's own UNWIND+MERGE, the same text by the bare
driver, the same rows fetched by the bare driver. ``--write`` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import neo4j

from benchmarks import city, path
from benchmarks.page import machine, put
from graph import columns, snapshot
from graph.address import PASSWORD_FILE_VARIABLE, PASSWORD_VARIABLE, URL_VARIABLE, USER_VARIABLE
from graph.home import Home
from graph.schema import EDGES, NODES
from graph.store import Store
from ingest.run import ingest
from queries import catalog
from tests import neo4j_server

ROOT = Path(__file__).resolve().parents[1]
SERVERS = ("embedded", "neo4j-5.26")
READ_RATIO = 1.3
RUNS = 5
_FETCH = 10_000


@dataclass(frozen=True, slots=True)
class Load:
    """One load in seconds: as a whole without what is then read for the app, and the part in the server's transactions; calls over Bolt."""

    seconds: float
    writing: float = 0.0
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """One analysis: rows, and milliseconds (median) by the catalogue and of the same text by the bare driver."""

    rows: int
    ours: float
    bare: float


@dataclass(slots=True)
class Measured:
    """All of one server. ``reading`` in seconds (median): ours, by the bare driver the same rows and the same lists, out of the cache."""

    loads: dict[str, Load] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    reading: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    cached_calls: int = 0

    def beside(self, part: str) -> float:
        """The first load, or its ``writing``, beside the plain one."""
        return float(getattr(self.loads["new"], part)) / self.loads["plain"].seconds

    @property
    def ratio(self) -> float:
        """Reading the snapshot beside fetching its rows."""
        return self.reading[0] / self.reading[1]


# ---- loading: each load is the whole work of a child process ------------------------------------------


def ours(files: Path, home: Path) -> Load:
    """The ordinary way, `akteursatlas ingest tables`; counts what is sent over Bolt."""
    calls, spent = watched(), {"write": 0.0, "load": 0.0}
    write, load = Store.write, snapshot.load

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            before = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                spent[name] += time.perf_counter() - before

        return run

    Store.write = timed("write", write)  # type: ignore[method-assign]
    snapshot.load = timed("load", load)
    began = time.perf_counter()
    report = ingest("tables", [files], {}, Home(home))
    seconds = time.perf_counter() - began
    if report.rejected or report.errors:
        raise SystemExit(f"The benchmark's own files were not taken: {report.errors or report.rejected[:3]}")
    return Load(seconds - spent["load"], spent["write"], len(calls))


def plain(files: Path, home: Path) -> Load:
    """The engine's own UNWIND+MERGE of the same rows."""
    return Load(path.plain_merge(files, home)[0])


STEPS: dict[str, Callable[[Path, Path], Load]] = {"plain": plain, "ours": ours}


def watched() -> list[str]:
    """From now on notes everything that this process sends over Bolt: connections, transactions, statements."""
    sent: list[str] = []

    def note(owner: type, name: str) -> None:
        before = getattr(owner, name)

        def noted(*given: Any, **named: Any) -> Any:
            sent.append(f"{owner.__name__}.{name}")
            return before(*given, **named)

        setattr(owner, name, staticmethod(noted) if owner is neo4j.GraphDatabase else noted)

    for owner, name in ((neo4j.GraphDatabase, "driver"), (neo4j.Session, "run"), (neo4j.ManagedTransaction, "run"), (neo4j.Transaction, "run")):
        note(owner, name)
    return sent


def _step(name: str, files: Path, home: Path) -> Load:
    command = [sys.executable, "-m", "benchmarks.servers", "--step", name, "--files", str(files), "--home", str(home)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Load(**json.loads(done.stdout.strip().splitlines()[-1]))


# ---- asking --------------------------------------------------------------------------------------------


@contextmanager
def bare(store: Store) -> Iterator[neo4j.Session]:
    """The bare driver on the store's server."""
    address = store.address
    auth = (address.user, address.password) if address.user else None
    with neo4j.GraphDatabase.driver(address.url, auth=auth, notifications_min_severity="OFF") as driver, driver.session(fetch_size=_FETCH) as session:
        yield session


def _asked(store: Store, entry: catalog.Entry) -> dict[str, object]:
    """What an analysis is asked: for a node the one of its type with the most relationships, else its default."""
    values: dict[str, object] = {}
    for parameter in entry.about.parameters:
        if parameter.required and parameter.kind != "node":
            raise SystemExit(f"{entry.name}: benchmarks/servers.py does not know what to ask for „{parameter.name}“")
        if parameter.kind == "node":
            label = next(name for name in NODES if name.lower() == parameter.name.lower())
            busiest = f"MATCH (n:`{label}`)-[r]-() RETURN n.id AS id, count(r) AS ties ORDER BY ties DESC, id LIMIT 1"
            values[parameter.name] = store.read(busiest, timeout=300)[0]["id"]
        else:
            values[parameter.name] = parameter.default
    return values


def _queries(store: Store, measured: Measured) -> None:
    for name, entry in catalog.entries().items():
        if not entry.cypher:
            continue
        values = _asked(store, entry)
        with bare(store) as session:

            def fetched(session: neo4j.Session = session, entry: catalog.Entry = entry, values: dict[str, object] = values) -> list[dict[str, Any]]:
                return session.execute_read(lambda tx: tx.run(entry.cypher, values).data())

            rows = fetched()
            measured.answers[name] = sorted(json.dumps(row, sort_keys=True) for row in rows)
            by_driver, by_us = _in_turn(fetched, lambda name=name, values=values: catalog.run(name, store=store, **values))  # type: ignore[misc]
        measured.queries[name] = Query(len(rows), 1_000 * by_us, 1_000 * by_driver)


def _in_turn(*work: Callable[[], Any], runs: int = RUNS) -> list[float]:
    """The median seconds of each, run in turn, so that a busy machine is busy for all."""
    spent: list[list[float]] = [[] for _ in work]
    for _ in range(runs):
        for times, one in zip(spent, work, strict=True):
            gc.collect()
            began = time.perf_counter()
            kept = one()
            times.append(time.perf_counter() - began)
            del kept
    return [statistics.median(times) for times in spent]


def same_rows(session: neo4j.Session) -> list[list[Any]]:
    """What a snapshot holds, as anybody fetches it: a row for each node and each relationship, with the same fields."""
    rows: list[list[Any]] = []
    for kind in NODES.values():
        fields = ", ".join(f"n.`{name}`" for name in dict.fromkeys(("id", "source", "as_of", *(f.name for f in kind.graph_fields))))
        rows += session.execute_read(lambda tx, query=f"MATCH (n:`{kind.name}`) RETURN {fields}": tx.run(query).values())  # type: ignore[misc]
    for edge in EDGES.values():
        fields = ", ".join(f"r.`{name}`" for name in dict.fromkeys(("id", "source", "as_of", *(f.name for f in edge.graph_fields))))
        query = f"MATCH ()-[r:`{edge.name}`]->() RETURN startNode(r).id, endNode(r).id, {fields}"
        rows += session.execute_read(lambda tx, query=query: tx.run(query).values())  # type: ignore[misc]
    return rows


def same_lists(session: neo4j.Session) -> list[list[Any]]:
    """The same in the long lists that ours asks for, by the bare driver: the least that reading can cost."""
    asked: list[str] = []

    class Notes:
        def read(self, cypher: str, parameters: object = None, timeout: float = 30) -> list[dict[str, Any]]:
            asked.append(cypher)
            return []

    columns.read(Notes())
    return [row for query in asked for row in session.execute_read(lambda tx, query=query: tx.run(query).values())]  # type: ignore[misc]


def _reading(store: Store, home: Path, measured: Measured, runs: int) -> None:
    cache = home / "bench-cache"
    meta = store.meta()

    def anew() -> None:
        snapshot.forget()
        for old in cache.glob("*/*"):
            old.unlink()
        loaded = snapshot.load(store, cache)
        assert loaded.version == meta.version

    def again() -> None:
        snapshot.forget()
        assert snapshot.cached(cache, meta.graph_id, meta.version) is not None

    with bare(store) as session:
        by_us, by_driver, in_lists = _in_turn(anew, lambda: same_rows(session), lambda: same_lists(session), runs=runs)
    calls = watched()
    (from_cache,) = _in_turn(again, runs=runs)
    measured.reading, measured.cached_calls = (by_us, by_driver, in_lists, from_cache), len(calls)


# ---- the whole measurement ------------------------------------------------------------------------------


@contextmanager
def server(name: str, folder: Path) -> Iterator[None]:
    """A new and empty server, named in the environment as an installation does; the bundled one is the default of its home."""
    before = {variable: os.environ.pop(variable, None) for variable in (URL_VARIABLE, USER_VARIABLE, PASSWORD_VARIABLE, PASSWORD_FILE_VARIABLE)}
    try:
        if name == "embedded":
            yield
            return
        with neo4j_server.running(name, folder) as server:
            os.environ.update({URL_VARIABLE: server.url, USER_VARIABLE: server.user, PASSWORD_VARIABLE: server.password})
            yield
    finally:
        for variable, value in before.items():
            os.environ.pop(variable, None)
            if value is not None:
                os.environ[variable] = value


def measure(name: str, nodes: int, edges: int, say: Callable[[str], None], runs: int = 3) -> Measured:
    """Everything on one kind of server."""
    found = Measured()
    with tempfile.TemporaryDirectory(prefix="akteursatlas-bench-") as temporary:
        folder = Path(temporary)
        files = folder / "stadt"
        city.write(files, nodes, edges)
        with server(name, folder / "plain-server"), Store.connect(home=folder / "plain"):  # held open: the server's start is nobody's time
            found.loads["plain"] = _step("plain", files, folder / "plain")
            say(f"{name}: plain UNWIND+MERGE {found.loads['plain'].seconds:.1f} s")
        home = folder / "ours"
        with server(name, folder / "ours-server"), Store.connect(home=home) as store:
            for step in ("new", "unchanged", "changed"):
                if step == "changed":
                    city.write(files, nodes, edges, changed=0.01)
                for file in files.glob("*.csv"):
                    file.touch()
                found.loads[step] = _step("ours", files, home)
                say(f"{name}: {step} {found.loads[step]}")
            path._expect(store, nodes, edges)
            _queries(store, found)
            say(f"{name}: {found.queries}")
            _reading(store, home, found, runs)
            say(f"{name}: whole graph {found.reading}")
    return found


def table(found: dict[str, Measured]) -> list[str]:
    """The result as lines of a Markdown table, a column for each server, with the goals."""

    def row(text: str, cell: Callable[[Measured], str], goal: Callable[[Measured], bool] | None = None, wanted: str = "") -> str:
        missed = [name for name, one in found.items() if goal and not goal(one)]
        said = f"{wanted}: {'MISSED on ' + ', '.join(missed) if missed else 'met'}" if goal else ""
        return f"| {text} | {' | '.join(cell(one) for one in found.values())} | {said} |"

    names = dict.fromkeys(name for one in found.values() for name in one.queries)
    return [
        f"| what | {' | '.join(found)} | goal |",
        f"|---|{'---:|' * len(found)}---|",
        row("plain UNWIND+MERGE of the same rows, s", lambda one: f"{one.loads['plain'].seconds:.1f}"),
        row("files → ledger → graph, new, s", lambda one: f"{one.loads['new'].seconds:.1f}"),
        row("thereof in the server's transactions, s", lambda one: f"{one.loads['new'].writing:.1f}"),
        row("the whole path beside plain (those transactions beside plain)", lambda one: f"{one.beside('seconds'):.2f} × ({one.beside('writing'):.2f} ×)"),
        row("the same files again, s", lambda one: f"{one.loads['unchanged'].seconds:.1f}"),
        row("calls over Bolt in that", lambda one: f"{one.loads['unchanged'].calls}", lambda one: one.loads["unchanged"].calls == 0, "0"),
        row("1 % of the rows changed, s", lambda one: f"{one.loads['changed'].seconds:.1f}"),
        row("thereof in the server's transactions, s", lambda one: f"{one.loads['changed'].writing:.1f}"),
        *(
            row(f"`{name}`, {' / '.join(sorted({f'{one.queries[name].rows:,}' for one in found.values()}))} rows, ms (bare driver)",
                lambda one, name=name: f"{one.queries[name].ours:.0f} ({one.queries[name].bare:.0f})")
            for name in names
        ),
        row("the whole graph into the snapshot, s", lambda one: f"{one.reading[0]:.1f}"),
        row("the same rows by the bare driver, s", lambda one: f"{one.reading[1]:.1f}"),
        row("ratio", lambda one: f"{one.ratio:.2f}", lambda one: one.ratio <= READ_RATIO, f"at most {READ_RATIO:g}"),
        row("in lists, as ours asks for them, by the bare driver, s", lambda one: f"{one.reading[2]:.1f}"),
        row("later starts: the snapshot out of its cache, s", lambda one: f"{one.reading[3]:.2f}"),
        row("calls over Bolt in that", lambda one: f"{one.cached_calls}", lambda one: one.cached_calls == 0, "0"),
    ]  # fmt: skip


def page(found: dict[str, Measured], nodes: int, edges: int) -> list[str]:
    """The section of docs/benchmarks.md."""
    versions = {name: f"Neo4j Community {release.version}" for name, release in neo4j_server.RELEASES.items()}
    told = ", ".join(f"{name}: {versions.get(name, 'the bundled ArcadeDB')}" for name in found)
    answers = [one.answers for one in found.values()]
    same = "The rows of every analysis are the same on each server." if all(one == answers[0] for one in answers) else "The rows of the analyses DIFFER."
    return [
        f"The made-up city of {nodes:,} nodes and {edges:,} edges (`benchmarks/city.py`). {told}. Each on this machine, with its client.",
        "",
        *table(found),
        "",
        f"{same} Analyses: median of {RUNS} runs. The snapshot is read, made into columns and written into its cache; its peer fetches one row for each",
        "node and each relationship with the same fields and does nothing with them. Loads run in processes of their own; a call over Bolt is any",
        "connection, transaction or statement.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=500_000)
    parser.add_argument("--servers", nargs="+", choices=["embedded", *neo4j_server.RELEASES], default=list(SERVERS))
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--files", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        load = STEPS[given.step](given.files, given.home)
        print(json.dumps({"seconds": load.seconds, "writing": load.writing, "calls": load.calls}))
        return
    found = {name: measure(name, given.nodes, given.edges, lambda text: print(text, flush=True)) for name in given.servers}
    print(f"\n{machine()}\n" + "\n".join(page(found, given.nodes, given.edges)))
    if given.write:
        put("servers", "The servers side by side", page(found, given.nodes, given.edges))


if __name__ == "__main__":
    main()
