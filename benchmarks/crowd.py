"""A made-up network of any size, three ties to an actor, as rows of ``queries.network.area_actors`` and ``ties``.

Twelve neighbourhoods; 85 of 100 ties stay within one. Some actors have far more ties than others (Pareto). The
same seed gives the same network.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

SHARES = {"Institution": 0.62, "Gremium": 0.06, "Person": 0.2, "Project": 0.06, "Offer": 0.06}
KINDS = ("kita", "school", "association", "authority", "youth_centre", "further_education")
NEIGHBOURHOODS = 12
INSIDE = 0.85
TIES_EACH = 3

POSITIONS = "AKTEURSATLAS_BENCH_POSITIONS"
"""Environment variable: the file of positions that browser_app.py reads."""

_WORDS = "Hafen Markt Linden Ufer Brücken Garten Berg Wald Kirch Schul Park Mühlen Sonnen Rosen Kanal Feld".split()


def network(size: int, *, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Actors and ties; exactly three times as many ties as actors (fewer where there are under ten actors)."""
    chance = np.random.default_rng(seed)
    kind = chance.choice(list(SHARES), size, p=list(SHARES.values())).astype(object)
    home = chance.integers(0, NEIGHBOURHOODS, size)
    ids = np.array([f"{word.lower()}-{number:06d}" for number, word in enumerate(kind)])
    institution = kind == "Institution"
    actors = pd.DataFrame({"id": ids, "type": kind})
    actors["name"] = [f"{_WORDS[n * 7 % 16]}{('haus', 'kreis', 'forum', 'treff')[n % 4]} {n}" for n in range(size)]
    for column in ("short", "form", "level", "lat", "lon", "source", "as_of"):
        actors[column] = None
    actors["kind"] = np.where(institution, np.array(KINDS, dtype=object)[home % len(KINDS)], None)
    actors["sector"] = None
    actors["area"] = np.where(institution, np.array([f"area-{n}" for n in range(NEIGHBOURHOODS)], dtype=object)[home], None)
    actors["area_name"] = np.where(institution, np.array([f"Stadtteil {n}" for n in range(NEIGHBOURHOODS)], dtype=object)[home], None)
    actors["seats"] = np.where(kind == "Gremium", 5.0, np.nan)
    actors["degree"], actors["outside"] = 0, False
    pairs = _pairs(size, home, chance)
    ties = pd.DataFrame({"a": ids[pairs[:, 0]], "b": ids[pairs[:, 1]]})
    ties["kind"] = np.where(chance.random(len(ties)) < 0.6, "MEMBER_OF", "TAKES_PART_IN")
    ties["n"] = 1
    return actors.set_index("id").sort_index(), ties


def _pairs(size: int, home: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Different pairs, each once, the smaller place first."""
    weight = chance.pareto(2.0, size) + 1
    members = [np.flatnonzero(home == number) for number in range(NEIGHBOURHOODS)]
    wanted = min(TIES_EACH * size, size * (size - 1) // 4)
    found = np.zeros(0, dtype=np.int64)
    while len(found) < wanted:
        many = wanted - len(found) + 64
        start = chance.integers(0, size, many)
        end = chance.choice(size, many, p=weight / weight.sum())
        for number, inside in enumerate(members):
            mine = (home[start] == number) & (chance.random(many) < INSIDE)
            if len(inside) > 1:
                end[mine] = chance.choice(inside, int(mine.sum()), p=weight[inside] / weight[inside].sum())
        low, high = np.minimum(start, end), np.maximum(start, end)
        fresh = (low * size + high)[low != high]
        both = np.concatenate([found, fresh])
        found = both[np.sort(np.unique(both, return_index=True)[1])][:wanted]
    return np.column_stack([found // size, found % size])
