"""The whole path, from files to the graph, beside a plain UNWIND+MERGE of the same rows into the same kind of server.

``python -m benchmarks.path [--nodes N] [--edges N] [--write]``. Each step runs in a process of its own, so
that its peak memory is its own; the graph server runs already and is not counted. ``--write`` puts the table
into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks import city
from benchmarks.page import machine, put
from graph import snapshot
from graph.home import Home
from graph.schema import EDGES, NODES
from graph.store import Store
from ingest.run import ingest
from ingest.tabular.headings import KEY, columns, plain, sheet_types

ROOT = Path(__file__).resolve().parents[1]
BATCH = 5_000

TIMES_PLAIN = 2.0
UNCHANGED_SHARE = 0.1
MEMORY_MB = 1_500.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One step: seconds, those for reading the columns of the app, and the peak memory of its process in MB."""

    seconds: float
    columns: float
    memory: float


# ---- the steps; each is the whole work of a child process ---------------------------------------------


def plain_merge(files: Path, home: Path) -> tuple[float, float]:
    """What one would write by hand: the rows of the files, MERGE, 5,000 at a time; the files are read beforehand."""
    nodes, edges = _rows(files)
    with Store.connect(home=home) as store:
        for label in nodes:
            store.write(f"CREATE CONSTRAINT `{label}_id` IF NOT EXISTS FOR (n:`{label}`) REQUIRE n.id IS UNIQUE")
        began = time.perf_counter()
        for label, rows in nodes.items():
            for batch in _batches(rows):
                store.write(f"UNWIND $rows AS row MERGE (n:`{label}` {{id: row.id}}) SET n += row.props", batch)
        for (kind, start, end), rows in edges.items():
            query = (
                f"UNWIND $rows AS row MATCH (a:`{start}` {{id: row.start}}) MATCH (b:`{end}` {{id: row.end}}) "
                f"MERGE (a)-[r:`{kind}`]->(b) SET r += row.props"
            )
            for batch in _batches(rows):
                store.write(query, batch)
        return time.perf_counter() - began, 0.0


def ours(files: Path, home: Path) -> tuple[float, float]:
    """The ordinary way: `akteursatlas ingest tables`, without the columns that it then reads for the app; and these."""
    reading, load = 0.0, snapshot.load

    def timed(*given: Any) -> snapshot.Snapshot:
        nonlocal reading
        before = time.perf_counter()
        loaded = load(*given)
        reading += time.perf_counter() - before
        return loaded

    snapshot.load = timed
    began = time.perf_counter()
    report = ingest("tables", [files], {}, Home(home))
    seconds = time.perf_counter() - began
    if report.rejected or report.errors:
        raise SystemExit(f"The benchmark's own files were not taken: {report.errors or report.rejected[:3]}")
    return seconds - reading, reading


STEPS: dict[str, Callable[[Path, Path], tuple[float, float]]] = {"plain": plain_merge, "ours": ours}


def _rows(files: Path) -> tuple[dict[str, list[dict[str, Any]]], dict[tuple[str, str, str], list[dict[str, Any]]]]:
    """The rows of the files under their field names, as they are sent."""
    nodes: dict[str, list[dict[str, Any]]] = {}
    edges: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    types = {kind[:2]: kind for kind in city.NODE_SHARES}
    for file in sorted(files.glob("*.csv")):
        kind = sheet_types()[plain(file.stem)]
        meanings = columns(kind)
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter=";"):
                cells = {meanings[plain(heading)]: value for heading, value in row.items() if heading != KEY and value}
                props = {column.field.name: column.field.parse(value) for column, value in cells.items() if column.field}
                if kind.name in NODES:
                    nodes.setdefault(kind.name, []).append({"id": row[KEY], "props": props})
                else:
                    ends = {column.role: value for column, value in cells.items() if not column.field}
                    key = (kind.name, types[ends["start"][:2]], types[ends["end"][:2]])
                    edges.setdefault(key, []).append({**ends, "props": props})
    return nodes, edges


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _peak_mb() -> float:
    info = psutil.Process().memory_info()
    if hasattr(info, "peak_wset"):  # Windows
        return float(info.peak_wset) / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (1e6 if sys.platform == "darwin" else 1e3)


def _step(name: str, files: Path, home: Path) -> Measured:
    """Runs one step in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.path", "--step", name, "--files", str(files), "--home", str(home)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Measured(**json.loads(done.stdout.strip().splitlines()[-1]))


# ---- the whole measurement ----------------------------------------------------------------------------


def measure(nodes: int, edges: int, say: Callable[[str], None]) -> dict[str, Measured]:
    """All steps, one after the other."""
    found: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory(prefix="akteursatlas-bench-") as name:
        folder = Path(name)
        files = folder / "stadt"
        say(f"Files for {nodes:,} nodes and {edges:,} edges ...")
        city.write(files, nodes, edges)
        with Store.connect(home=folder / "plain") as store:  # held open: the server's start is nobody's time
            found["plain"] = _step("plain", files, folder / "plain")
            say(f"plain UNWIND+MERGE: {found['plain'].seconds:.1f} s")
            _expect(store, nodes, edges)
        with Store.connect(home=folder / "ours") as store:
            found["first"] = _step("ours", files, folder / "ours")
            say(f"files to graph: {found['first'].seconds:.1f} s, {found['first'].memory:.0f} MB")
            _expect(store, nodes, edges)
            say(f"the columns of the app: {found['first'].columns:.1f} s")
            for file in files.glob("*.csv"):
                file.touch()
            found["unchanged"] = _step("ours", files, folder / "ours")
            say(f"unchanged: {found['unchanged'].seconds:.1f} s")
            city.write(files, nodes, edges, changed=0.01)
            found["changed"] = _step("ours", files, folder / "ours")
            say(f"1 % changed: {found['changed'].seconds:.1f} s")
            _expect(store, nodes, edges)
    return found


def _expect(store: Store, nodes: int, edges: int) -> None:
    """Counts in = counts out."""
    stored = sum(store.read(f"MATCH (n:`{label}`) RETURN count(n) AS n", timeout=120)[0]["n"] for label in NODES)
    related = sum(store.read(f"MATCH ()-[r:`{kind}`]->() RETURN count(r) AS n", timeout=120)[0]["n"] for kind in EDGES)
    if (stored, related) != (nodes, edges):
        raise SystemExit(f"{stored} nodes and {related} edges stand in the graph instead of {nodes} and {edges}")


def table(found: dict[str, Measured]) -> list[str]:
    """The result as lines of a Markdown table, with the goals."""
    plain, first = found["plain"].seconds, found["first"].seconds
    most = max(step.memory for name, step in found.items() if name != "plain")

    def goal(value: float, limit: float, text: str) -> str:
        return f"{text}: {'met' if value <= limit else 'MISSED'}"

    rows = [
        ("plain UNWIND+MERGE of the same rows (files already read)", "plain", "1", ""),
        ("files → ledger → graph, first time", "first", f"{first / plain:.2f} × plain", goal(first / plain, TIMES_PLAIN, f"at most {TIMES_PLAIN:g} × plain")),
        ("the same files once more", "unchanged", f"{found['unchanged'].seconds / first:.3f} × first",
         goal(found["unchanged"].seconds / first, UNCHANGED_SHARE, f"at most {UNCHANGED_SHARE:g} × first")),
        ("1 % of the rows changed", "changed", f"{found['changed'].seconds / first:.2f} × first", ""),
    ]
    lines = ["| step | seconds | ratio | peak memory of the process | goal |", "|---|---:|---:|---:|---|"]
    lines += [f"| {text} | {found[key].seconds:.1f} | {ratio} | {found[key].memory:.0f} MB | {wanted} |" for text, key, ratio, wanted in rows]
    lines.insert(4, f"| then the whole graph as columns, for the app | {found['first'].columns:.1f} | | | |")
    lines += [f"| most memory of all our steps | | | {most:.0f} MB | {goal(most, MEMORY_MB, f'under {MEMORY_MB:,.0f} MB')} |"]
    return lines


def page(found: dict[str, Measured], nodes: int, edges: int) -> list[str]:
    """The section of docs/benchmarks.md."""
    return [
        f"A made-up city of {nodes:,} nodes and {edges:,} edges as CSV files of the source `tables` (`benchmarks/city.py`), bundled ArcadeDB over Bolt.",
        "Each step runs in a process of its own while the server runs already. After each step the graph holds exactly as many nodes and edges as the files.",
        "",
        *table(found),
        "",
        "The plain way sends every row in a MERGE and keeps nothing: no check of the values, no sources, no judgements, no history, and no second run that",
        "knows what has changed. The whole path parses and checks every cell, writes the ledger, resolves who is who, folds, and creates what is known to be",
        "new. The columns are read while the server still runs, so that the next page needs none. Files that have not changed are recognised by their",
        "content; the graph server is then not even asked.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=500_000)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--files", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        seconds, columns = STEPS[given.step](given.files, given.home)
        print(json.dumps({"seconds": seconds, "columns": columns, "memory": _peak_mb()}))
        return
    found = measure(given.nodes, given.edges, lambda text: print(text, flush=True))
    print(f"\n{machine()}\n" + "\n".join(table(found)))
    if given.write:
        put("path", "From files to the graph", page(found, given.nodes, given.edges))


if __name__ == "__main__":
    main()
