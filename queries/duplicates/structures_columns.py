"""Gremien and projects as sparse matrices, one row a structure: who belongs, themes, target groups, areas, and their texts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from queries.duplicates.sittings import a_year
from queries.duplicates.text_weights import nearest, trigrams, unit

LISTS = ("themes", "targets", "districts", "members")
COLUMNS = ("id", "name", *LISTS, "goal", "rhythm")
"""``rhythm``: how often it meets, in words (``sittings.a_year``); only ``id`` must be there."""
_BOILERPLATE = 4
"""A sentence that so many structures share says nothing about any: it comes from a programme or a template."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Listed:
    """A list of each structure: ``has`` is 1 where it holds a value, ``weights`` how rare that value is (0 to 1), ``values`` what the columns are."""

    has: sparse.csr_matrix
    weights: sparse.csr_matrix
    rare: np.ndarray
    values: list[str]

    @property
    def sizes(self) -> np.ndarray:
        """How many values each structure holds."""
        return np.asarray(self.has.sum(axis=1)).ravel()


@dataclass(frozen=True)
class Structures:
    """All structures at hand; the rows of everything are those of the table."""

    lists: dict[str, Listed]
    names: sparse.csr_matrix
    goals: sparse.csr_matrix
    often: np.ndarray
    """Meetings a year, NaN where nobody says."""

    def __len__(self) -> int:
        return int(self.names.shape[0])


def structures(frame: pd.DataFrame) -> Structures:
    """The matrices of a table with the columns ``COLUMNS``, all text, lists parted by ``|``."""
    return Structures(
        {name: _listed(frame[name]) for name in LISTS},
        _trigrams(frame["name"].str.lower(), (3, 4), 1),
        _trigrams(_without_boilerplate(frame["goal"]), (3, 5), 2),
        np.array([a_year(text) or np.nan if text else np.nan for text in frame["rhythm"]], dtype=float),
    )


def candidates(all_of: Structures) -> np.ndarray:
    """Pairs of rows ``[first, second]``, ``first < second``, sorted: near by people, by name, by text, or by theme, group and area together."""
    weights = {name: unit(listed.weights) for name, listed in all_of.lists.items()}
    task = sparse.hstack([0.5 * weights["themes"], 0.3 * unit(all_of.lists["targets"].has), 0.3 * unit(all_of.lists["districts"].has)]).tocsr()
    codes = [np.zeros(0, dtype=np.int64)]
    for matrix, most, threshold in ((weights["members"], 12, 0.12), (all_of.goals, 12, 0.22), (all_of.names, 12, 0.45), (task, 24, 0.25)):
        near = nearest(matrix, most=most, least=threshold)
        one, other = np.minimum(near.row, near.col).astype(np.int64), np.maximum(near.row, near.col).astype(np.int64)
        codes.append((one * len(all_of) + other)[one != other])
    pairs = np.unique(np.concatenate(codes))
    return np.column_stack([pairs // max(len(all_of), 1), pairs % max(len(all_of), 1)])


def split(text: str) -> list[str]:
    """The values of a list, each once, in their order."""
    return list(dict.fromkeys(part.strip() for part in text.split("|") if part.strip()))


def _listed(texts: pd.Series) -> Listed:
    held = [split(text) for text in texts]
    values = sorted({value for values in held for value in values})
    places = {value: place for place, value in enumerate(values)}
    rows = np.repeat(np.arange(len(held)), [len(values) for values in held])
    columns = np.array([places[value] for values in held for value in values], dtype=np.int64)
    has = sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(held), max(len(values), 1)))
    often = np.asarray(has.sum(axis=0)).ravel()
    rare = (np.log((1 + len(held)) / (1 + often)) / np.log(1 + max(len(held), 1))).astype(np.float32)
    return Listed(has, has.multiply(rare).tocsr(), rare, values)


def _without_boilerplate(texts: pd.Series) -> pd.Series:
    sentences = [_SENTENCE.split(text.strip()) for text in texts]
    often = Counter(sentence for told in sentences for sentence in set(told))
    return pd.Series([" ".join(sentence for sentence in told if often[sentence] < _BOILERPLATE) for told in sentences], dtype=str)


def _trigrams(texts: pd.Series, lengths: tuple[int, int], least: int) -> sparse.csr_matrix:
    try:
        made = trigrams(ngram_range=lengths, min_df=least, max_features=200_000)
        return sparse.csr_matrix(made.fit_transform(texts))
    except ValueError:  # nothing but blanks, or nothing that occurs twice
        return sparse.csr_matrix(np.zeros((len(texts), 1), dtype=np.float32))
