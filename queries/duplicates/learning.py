"""A correction of the weights of evidence by what people decided: a factor for each part, near 1 unless many judgements say otherwise.

Logistic regression of the judgements on the parts of evidence, which are log odds already, with a penalty on every step
away from the weights as they are (a normal prior around 1; Hastie, Tibshirani, Friedman 2009, 4.4.4). Nothing is applied
before a person has seen it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from graph.identity import JOINS, KEEPS_APART, Judgement
from queries.duplicates.records_reasons import FIXED, WORDS, part_of
from queries.duplicates.sentences import taken_apart

LEAST = 50
"""Judgements without which nothing is learnt."""

EACH = 5
"""So many of them must join, and so many keep apart."""

LOWEST, HIGHEST = 0.25, 2.0
"""Between these every factor stays."""

_PENALTY = 8.0
"""How many nats a factor of 0 or 2 costs, twice: some ten clear judgements against a weight move it by a tenth."""

PARTS = tuple(part for part in WORDS if part not in FIXED)


@dataclass(frozen=True)
class Learnt:
    """Factors by part of the evidence; ``judged`` pairs, and of how many the sign of the points agreed with the people, before and after."""

    factors: dict[str, float]
    judged: int
    before: int
    after: int


def usable(judgements: Iterable[Judgement]) -> tuple[int, int]:
    """How many judgements with kept evidence join, and how many keep apart."""
    _bits, joined = _cases(judgements)
    return int(joined.sum()), int((~joined).sum())


def learn(judgements: Iterable[Judgement]) -> Learnt | None:
    """The correction that these judgements (standing ones) ask for; None while there are fewer than ``LEAST``, or than ``EACH`` of a kind."""
    bits, joined = _cases(judgements)
    if len(joined) < LEAST or min(joined.sum(), (~joined).sum()) < EACH:
        return None
    sign = np.where(joined, 1.0, -1.0)
    moving, fixed = bits[:, : len(PARTS)] * np.log(2), bits[:, len(PARTS) :].sum(axis=1) * np.log(2)

    def cost(factors: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (moving @ factors + fixed)
        pull = -sign / (1 + np.exp(np.clip(margin, -500, 500)))
        step = factors - 1
        return float(np.logaddexp(0, -margin).sum() + _PENALTY * (step @ step)), moving.T @ pull + 2 * _PENALTY * step

    found = minimize(cost, np.ones(len(PARTS)), jac=True, method="L-BFGS-B", bounds=[(LOWEST, HIGHEST)] * len(PARTS)).x.round(3)
    right = [int(((moving @ factors + fixed > 0) == joined).sum()) for factors in (np.ones(len(PARTS)), found)]
    return Learnt(dict(zip(PARTS, found.tolist(), strict=True)), len(joined), right[0], right[1])


def _cases(judgements: Iterable[Judgement]) -> tuple[np.ndarray, np.ndarray]:
    """Bits by judgement and part (those that are learnt first), and whether it joins. Judgements without kept evidence are left out."""
    columns = {part: place for place, part in enumerate((*PARTS, *FIXED))}
    rows, joined = [], []
    for judgement in judgements:
        told = [(part_of(words), points) for words, points in taken_apart(judgement.evidence)]
        if judgement.verdict not in JOINS | KEEPS_APART or not told or any(part is None for part, _points in told):
            continue
        row = np.zeros(len(columns))
        for part, points in told:
            row[columns[str(part)]] = points
        rows.append(row)
        joined.append(judgement.verdict in JOINS)
    return np.array(rows).reshape(-1, len(columns)), np.array(joined, dtype=bool)


def read(path: Path) -> dict[str, float]:
    """The factors that are applied; empty where none are. Raises ``ValueError`` where the file is no such list."""
    if not path.is_file():
        return {}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))["factors"]
        return {part: min(HIGHEST, max(LOWEST, float(said[part]))) for part in PARTS if part in said}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"„{path.name}“ im Datenordner ist beschädigt; bitte löschen, dann gelten wieder die mitgelieferten Gewichte.") from None


def write(path: Path, learnt: Learnt, *, user: str, at: str) -> None:
    """Applies factors: from now on the finders on the network use them."""
    path.write_text(json.dumps({**asdict(learnt), "user": user, "at": at}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

