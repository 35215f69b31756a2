"""How long the layout of the Netz takes, and how well it keeps neighbours together, beside networkx.

Measure: the share of ties whose other end is among the ten nearest in the plane, each tie looked at from both ends.
A layout that scatters everybody at random keeps about 10 / n.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from scipy.spatial import cKDTree

from benchmarks.crowd import network
from views import net
from views.communities import communities

ROOT = Path(__file__).resolve().parents[1]
NEAREST = 10
LIMIT = 120.0
GOALS = {2_000: (3.0, 0.30), 10_000: (25.0, 0.14)}
"""Seconds at most and neighbours kept at least, by number of actors."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Seconds and share of neighbours kept."""

    seconds: float
    kept: float


def kept(links: np.ndarray, spots: np.ndarray) -> float:
    """The share of ties whose other end is among the ten nearest, 0 to 1."""
    near = cKDTree(spots).query(spots, min(NEAREST, len(spots) - 1) + 1)[1]
    both = np.concatenate([links, links[:, ::-1]])
    return float((near[both[:, 0]] == both[:, 1][:, None]).any(axis=1).mean())


def ours(size: int, links: np.ndarray) -> np.ndarray:
    """Communities found, then everybody placed, as the Netz does it where nobody is known yet."""
    found = communities(size, links)
    return net.placed(found + 1, int(found.max()) + 1, links, np.full((size, 2), np.nan)) * [1.35, 1.0]


def _networkx(how: Callable[..., dict[int, Any]], size: int, links: np.ndarray) -> np.ndarray:
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(links.tolist())
    spots = how(graph, seed=1)
    return np.array([spots[node] for node in range(size)])


WORK: dict[str, Callable[[int, np.ndarray], np.ndarray]] = {
    "ours": ours,
    "spring_layout": lambda size, links: _networkx(nx.spring_layout, size, links),
    "forceatlas2_layout": lambda size, links: _networkx(nx.forceatlas2_layout, size, links),
}


def measured(name: str, size: int, limit: float = LIMIT) -> Layout | None:
    """One layout in a process of its own; None where it does not end within ``limit`` seconds."""
    command = [sys.executable, "-m", "benchmarks.layouts", "--child", name, str(size)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=limit + 15)
    except subprocess.TimeoutExpired:
        return None
    return Layout(**json.loads(done.stdout))


def child(name: str, size: int) -> None:
    """One measurement, as JSON."""
    actors, ties = network(size)
    links = net.links_of(actors.index, ties)
    begun = time.perf_counter()
    spots = WORK[name](size, links)
    print(json.dumps({"seconds": time.perf_counter() - begun, "kept": kept(links, spots)}))


def lines(found: dict[tuple[str, int], Layout | None], sizes: list[int]) -> list[str]:
    """The table."""
    told = ["| layout: seconds / neighbours kept | " + " | ".join(f"{size:,}" for size in sizes) + " |", "|---|" + "---:|" * len(sizes)]
    for name in WORK:
        cells = [found.get((name, size)) for size in sizes]
        late = [f"over {LIMIT:.0f} s" if (name, size) in found else "–" for size in sizes]
        words = [f"{cell.seconds:.1f} / {cell.kept:.2f}" if cell else otherwise for cell, otherwise in zip(cells, late, strict=True)]
        told.append(f"| {'ours' if name == 'ours' else 'networkx ' + name} | " + " | ".join(words) + " |")
    goals = []
    for size in sizes:
        cell = found.get(("ours", size))
        if size in GOALS and cell:
            seconds, share = GOALS[size]
            goals.append(f"≤ {seconds:.0f} s, ≥ {share:.2f}: {'met' if cell.seconds <= seconds and cell.kept >= share else 'MISSED'}")
        else:
            goals.append("")
    return [*told, "| goal | " + " | ".join(goals) + " |"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", nargs=2, metavar=("LAYOUT", "ACTORS"), required=True)
    given = parser.parse_args()
    child(given.child[0], int(given.child[1]))
