"""What speaks for and against two structures doing the same work: points by part, which add up to the score.

Shared people are weighed by how unlikely so many are by chance (hypergeometric, as in the projection of two-mode networks
of Tumminello et al. 2011) and by how rare they are, so that the official who sits everywhere counts little. Weights are
set by hand; what was measured stands in docs/duplicates.md.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from queries.duplicates.sparse_rows import products
from queries.duplicates.structures_columns import Listed, Structures


def parts(all_of: Structures, pairs: np.ndarray) -> pd.DataFrame:
    """By pair the points of each of ``PARTS``; beside them ``shared`` (how many people) and ``inside``.

    ``inside``: which share of the smaller one's people sits in the other, too.
    """
    one, other = pairs[:, 0], pairs[:, 1]
    people, shared, inside = _people(all_of.lists["members"], one, other)
    themes, apart = _themes(all_of.lists["themes"], one, other)
    goal = np.clip(5 * (products(all_of.goals, all_of.goals, one, other) - 0.08), 0, 3)
    return pd.DataFrame(
        {
            "people": people,
            "themes": themes,
            "targets": _gate(all_of.lists["targets"], one, other),
            "districts": _gate(all_of.lists["districts"], one, other),
            "goal": np.where(apart, 0.3 * goal, goal),  # texts of one programme resemble each other whatever they are about
            "name": np.clip(2 * (products(all_of.names, all_of.names, one, other) - 0.2), 0, 1.2),
            "rhythm": np.where(_as_often(all_of.often[one], all_of.often[other]), 0.5, 0.0),
            "shared": shared,
            "inside": inside,
        }
    )


PARTS = ("people", "themes", "targets", "districts", "goal", "name", "rhythm")


def _as_often(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Do both meet about as often, up to a fifth? False where it is not known of both."""
    near: np.ndarray = np.abs(one - other) <= 0.2 * np.maximum(one, other)
    return near


def _people(members: Listed, one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    shared = products(members.has, members.has, one, other)
    weight = products(members.weights, members.has, one, other)
    sizes, mass = members.sizes, np.asarray(members.weights.sum(axis=1)).ravel()
    everyone = int((np.asarray(members.has.sum(axis=0)).ravel() > 0).sum())
    met = shared > 0
    surprise = np.zeros(len(one))
    # Many pairs, few different cases: each is computed once.
    smaller, larger = np.minimum(sizes[one[met]], sizes[other[met]]), np.maximum(sizes[one[met]], sizes[other[met]])
    cases, case = np.unique(np.column_stack([shared[met].astype(np.int64), smaller, larger]), axis=0, return_inverse=True)
    from scipy.stats import hypergeom  # 25 MB, which who compares nothing does without

    chance = hypergeom.sf(cases[:, 0] - 1, everyone, cases[:, 1], cases[:, 2])
    surprise[met] = -np.log10(np.maximum(chance, 1e-30))[case.ravel()]
    rarity = weight / np.maximum(shared, 1)
    overlap = weight / np.maximum(np.minimum(mass[one], mass[other]), 1e-6)
    points = np.minimum(1.5 * surprise * rarity, 9.0) + np.where(shared >= 2, 4.0 * overlap * rarity, 0.0)
    return points, shared.astype(int), shared / np.maximum(np.minimum(sizes[one], sizes[other]), 1)


def _themes(themes: Listed, one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points, and where the two share no theme though both name some."""
    common = products(themes.weights, themes.has, one, other)
    mass, sizes = np.asarray(themes.weights.sum(axis=1)).ravel(), themes.sizes
    shared = products(themes.has, themes.has, one, other) > 0
    jaccard = common / np.maximum(mass[one] + mass[other] - common, 1e-6)
    overlap = common / np.maximum(np.minimum(mass[one], mass[other]), 1e-6)
    told = (sizes[one] > 0) & (sizes[other] > 0)
    return np.select([shared, told], [4 * jaccard + 2 * overlap - 1, -5.0], 0.0), told & ~shared


def _gate(listed: Listed, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The same (+3) or partly the same (+2) group or area, another one (−5), for all in both (+1.5), or not comparable (0)."""
    common, sizes = products(listed.has, listed.has, one, other), listed.sizes
    left, right = sizes[one], sizes[other]
    return np.select([(left == 0) & (right == 0), (left == 0) | (right == 0), (common == left) & (common == right), common > 0], [1.5, 0.0, 3.0, 2.0], -5.0)
