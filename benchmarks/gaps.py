"""How fast the coverage cube and the other analyses of gaps are, beside DuckDB and networkx on the same columns, and Cypher on both servers.

``python -m benchmarks.gaps [--write]``.

The graph has the sizes of :mod:`benchmarks.city`, with areas in three levels, stages and target groups besides, and is made
as columns: what is measured begins where a page begins, with the snapshot. DuckDB is not needed by anything else:
``pip install duckdb`` (extra ``bench``).
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd

from benchmarks import gaps_cypher
from benchmarks.city import NODE_SHARES
from benchmarks.page import town_command
from graph.snapshot import Snapshot
from queries import catalog
from queries.coverage_cube import cube

DAY = "2026-06-01"
GOALS = {"cube": 0.1, "slice": 0.05, "other": 0.5}
_DISTRICTS, _QUARTERS, _SPACES, _STAGES, _GROUPS = 10, 8, 20, 6, 8
_TIES = (
    *(("MEMBER_OF", "Person", "Gremium", 0.25), ("WORKS_FOR", "Person", "Institution", 0.15), ("TAKES_PART_IN", "Institution", "Project", 0.10)),
    *(("COOPERATES_WITH", "Institution", "Institution", 0.08), ("RUNS", "Institution", "Offer", 0.06), ("RUNS", "Institution", "Project", 0.02)),
    *(("ADDRESSES", "Offer", "Theme", 0.07), ("ADDRESSES", "Project", "Theme", 0.04), ("FOR_STAGE", "Offer", "Stage", 0.05)),
    *(("FOR_STAGE", "Project", "Stage", 0.02), ("FOR_GROUP", "Offer", "TargetGroup", 0.04), ("SERVES", "Offer", "Quarter", 0.04)),
    *(("SERVES", "Project", "District", 0.02), ("LOCATED_IN", "Institution", "Quarter", 0.06)),
)


def city(nodes: int, edges: int, seed: int = 1) -> Snapshot:
    """A graph of about so many nodes and edges as a fresh snapshot, nothing looked up yet."""
    chance = random.Random(seed)
    ids = {kind: [f"{kind.lower()}-{n:06d}" for n in range(max(12, round(nodes * share)))] for kind, share in NODE_SHARES.items()}
    ids |= {"Stage": [f"stage-{n}" for n in range(_STAGES)], "TargetGroup": [f"targetgroup-{n}" for n in range(_GROUPS)]}
    districts = [f"area-d{n:02d}" for n in range(_DISTRICTS)]
    quarters = [f"{district}-q{n}" for district in districts for n in range(_QUARTERS)]
    spaces = [f"area-s{n:02d}" for n in range(_SPACES)]
    levels = {"area-town": "municipality"} | dict.fromkeys(districts, "district") | dict.fromkeys(quarters, "quarter") | dict.fromkeys(spaces, "social_space")
    rows = [(key, kind, f"{kind} {n}", None) for kind, keys in ids.items() for n, key in enumerate(keys)]
    rows += [(key, "Area", key, level) for key, level in levels.items()]
    ties: list[tuple[str, str, str]] = [("PART_OF", district, "area-town") for district in districts]
    ties += [("PART_OF", quarter, quarter.rpartition("-")[0]) for quarter in quarters]
    ties += [("PART_OF", quarter, spaces[n % _SPACES]) for n, quarter in enumerate(quarters)]
    pools = ids | {"Quarter": quarters, "District": districts}
    for kind, start, end, share in _TIES:
        ties += [(kind, chance.choice(pools[start]), chance.choice(pools[end])) for _ in range(round(edges * share))]
    frame = pd.DataFrame(rows, columns=["id", "type", "name", "level"]).set_index("id").sort_index()
    frame["source"], frame["as_of"] = "Benchmark", "2026-01-01"
    tied = pd.DataFrame(ties, columns=["type", "start", "end"])
    tied.insert(0, "id", [f"e{n:07d}" for n in range(len(tied))])
    begun = np.array([f"{chance.randrange(2010, 2027)}-01-01" if n % 3 else None for n in range(len(tied))], dtype=object)
    tied["since"], tied["until"] = pd.Series(begun).astype("str").where(pd.notna(begun), None), pd.Series(None, index=tied.index, dtype="str")
    tied["source"], tied["as_of"] = "Benchmark", "2026-01-01"
    return Snapshot(1, frame, tied)


def fresh(view: Snapshot) -> Snapshot:
    """The same columns with nothing kept from an earlier question."""
    return Snapshot(view.version, view.nodes, view.edges)


# ---- the others on the same columns ---------------------------------------------------------------------

_SQL = """
WITH RECURSIVE held AS (SELECT * FROM edges WHERE (since IS NULL OR since <= $day) AND (until IS NULL OR until >= $day)),
up(part, whole) AS (
    SELECT id, id FROM nodes WHERE type = 'Area'
    UNION SELECT up.part, held."end" FROM up JOIN held ON held.type = 'PART_OF' AND held.start = up.whole),
supply AS (SELECT id, type FROM nodes WHERE type IN ('Offer', 'Project')),
lies AS (SELECT start AS what, "end" AS area FROM held WHERE type = 'LOCATED_IN'),
serves AS (SELECT start AS what, "end" AS area FROM held WHERE type = 'SERVES'),
own AS (
    SELECT what, area FROM lies
    UNION SELECT serves.what, up.part FROM serves JOIN up ON up.whole = serves.area
    UNION SELECT runs."end", lies.area FROM held runs JOIN lies ON lies.what = runs.start JOIN supply ON supply.id = runs."end" AND supply.type = 'Offer'
        WHERE runs.type = 'RUNS' AND runs."end" NOT IN (SELECT what FROM lies UNION SELECT what FROM serves)),
there AS (SELECT DISTINCT own.what, up.whole AS area FROM own JOIN supply ON supply.id = own.what JOIN up ON up.part = own.area)
SELECT there.area, about."end" AS theme, count(DISTINCT there.what) AS n
FROM there JOIN held about ON about.type = 'ADDRESSES' AND about.start = there.what GROUP BY ALL
"""


def by_duckdb(view: Snapshot) -> Callable[[], Counter[tuple[str, str]]] | None:
    """Offers and projects by area and theme in one SQL query; None where DuckDB is not installed. Loading the columns is not measured."""
    try:
        import duckdb
    except ImportError:
        return None
    connection = duckdb.connect()
    nodes, edges = view.nodes.reset_index()[["id", "type"]], view.edges[["type", "start", "end", "since", "until"]]
    for name, frame in (("nodes", nodes), ("edges", edges)):
        connection.register("given", frame.astype(object).where(frame.notna(), None))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    return lambda: Counter({(area, theme): n for area, theme, n in connection.execute(_SQL, {"day": DAY}).fetchall()})


def by_networkx(graph: nx.MultiDiGraph) -> Counter[tuple[str, str]]:
    """The same by walking from every offer and project."""

    def ends(start: str, kind: str, backwards: bool = False) -> set[str]:
        edges = graph.in_edges(start, data=True) if backwards else graph.out_edges(start, data=True)
        return {a if backwards else b for a, b, tie in edges if tie["type"] == kind and tie.get("since", "") <= DAY}

    wholes: dict[str, set[str]] = {}
    for area in (node for node, data in graph.nodes(data=True) if data["type"] == "Area"):
        found, waiting = {area}, [area]
        while waiting:
            new = ends(waiting.pop(), "PART_OF") - found
            found, waiting = found | new, [*waiting, *new]
        wholes[area] = found
    parts: dict[str, set[str]] = {}
    for part, above in wholes.items():
        for whole in above:
            parts.setdefault(whole, set()).add(part)
    counted: Counter[tuple[str, str]] = Counter()
    for what, data in graph.nodes(data=True):
        if data["type"] not in ("Offer", "Project"):
            continue
        lies, serves = ends(what, "LOCATED_IN"), ends(what, "SERVES")
        if data["type"] == "Offer" and not lies and not serves:
            lies = {area for host in ends(what, "RUNS", backwards=True) for area in ends(host, "LOCATED_IN")}
        own = lies | {part for area in serves for part in parts[area]}
        areas = {whole for area in own for whole in wholes[area]}
        counted.update((area, theme) for area in areas for theme in ends(what, "ADDRESSES"))
    return counted


def by_cube(view: Snapshot) -> Counter[tuple[str, str]]:
    """The same out of the cube."""
    found = cube(view, DAY)
    table = found.counts(("Area", "Theme"), {})
    areas, themes = (list(found.dimensions[name].ids) for name in ("Area", "Theme"))
    return Counter({(areas[a], themes[t]): int(table[a, t]) for a, t in np.argwhere(table).tolist()})


# ---- measuring ------------------------------------------------------------------------------------------


def best(work: Callable[[], object], times: int) -> float:
    """Seconds of the quickest of so many runs."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return min(took)


def table(nodes: int, edges: int, times: int = 5) -> list[str]:
    """The figures as Markdown. Raises ``AssertionError`` where the three ways do not count the same."""
    view = city(nodes, edges)
    area, theme, stage = "area-d00", "theme-000000", "stage-0"

    def asked(name: str, **more: object) -> Callable[[], object]:
        return lambda: catalog.run(name, snapshot=warm, as_of=DAY, **more)

    warm = fresh(view)
    counted = by_cube(warm)
    rows: list[tuple[str, float | None, float | None]] = [
        ("cube from the snapshot, and its first matrix (area × theme)", best(lambda: by_cube(fresh(view)), times), GOALS["cube"]),
        ("another matrix: area × theme in one stage", best(lambda: cube(warm, DAY).counts(("Area", "Theme"), {"Stage": stage}), times), GOALS["slice"]),
        (
            "another matrix: theme × target group in one area",
            best(lambda: cube(warm, DAY).counts(("Theme", "TargetGroup"), {"Area": area}), times),
            GOALS["slice"],
        ),
        ("`gaps/coverage`, with Träger, surveys and names", best(asked("gaps/coverage", stage=stage), times), GOALS["other"]),
        ("`gaps/priority`, Stadtteile", best(asked("gaps/priority", level="quarter", stage=stage), times), GOALS["other"]),
        ("`gaps/cell`", best(asked("gaps/cell", area=area, theme=theme, stage=stage), times), GOALS["other"]),
        ("`gaps/changes`", best(asked("gaps/changes", since="2024-01-01", stage=stage), times), GOALS["other"]),
    ]
    # The peers come last: with their copies in memory, millions of objects in networkx, Python's collector would slow down all others.
    duck = by_duckdb(view)
    assert duck is None or counted == duck(), "DuckDB counts something else"
    rows.append(("DuckDB, area × theme, tables loaded", best(duck, times) if duck else None, None))
    graph = view.networkx()
    assert counted == by_networkx(graph), "networkx counts something else"
    rows.append(("networkx, area × theme, graph loaded", best(lambda: by_networkx(graph), max(1, times // 3)), None))
    for server in gaps_cypher.SERVERS:
        with tempfile.TemporaryDirectory(prefix="akteursatlas-bench-") as folder, gaps_cypher.counting(server, view, DAY, Path(folder)) as count:
            assert counted == count(), f"{server} counts something else"
            rows.append((f"Cypher on {server}, area × theme, graph loaded", best(count, max(1, times // 3)), None))
    size = f"{len(view.nodes):,} nodes, {len(view.edges):,} edges"
    head = f"{size}; the quickest of {times} runs (networkx and Cypher: {max(1, times // 3)}); all ways count the same."
    lines = [head, "", "| what | ms | goal |", "|---|---:|---|"]
    for what, seconds, goal in rows:
        told = "not installed" if seconds is None else f"{1000 * seconds:.0f}"
        lines.append(f"| {what} | {told} | {'' if goal is None or seconds is None else f'≤ {1000 * goal:.0f}: ' + ('met' if seconds <= goal else 'MISSED')} |")
    return lines


if __name__ == "__main__":
    town_command(__doc__, "gaps", "Gaps", table)
