"""What speaks for and against two records being one person. An initial alone never makes two records one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from queries.duplicates.records_evidence import Pairs, official
from queries.names.people import same_first_name

PRIOR = -3.2
_ALIKE = ([0, 60, 75, 85, 92, 100], [-9, -7, -4, 1.5, 4.5, 6.0])


def parts(made: pd.DataFrame, pairs: np.ndarray) -> pd.DataFrame:
    """Bits by part and pair of persons; a pair's score is their sum and ``PRIOR``."""
    by = Pairs(made, pairs)
    mail, domain, phone, city = by.equal("email"), by.equal("domain"), by.equal("phone"), by.equal("city")
    operator = np.where(by.both("operator"), by.alike("operator", fuzz.token_set_ratio), np.nan)
    contact = np.select([mail == 1, domain == 1, mail == 0], [6.0, 0.5, -3.5], 0.0) + np.select([phone == 1, phone == 0], [4.0, -1.5], 0.0)
    return pd.DataFrame(
        {
            "name": by.by_values("core", _name),
            "contact": contact,
            "operator": np.select([operator > 85, operator <= 85], [2.5, -3.0], 0.0),
            "city": np.select([city == 1, city == 0], [1.2, -3.0], 0.0),
            "official": official(by),
        }
    )


def _name(one: object, other: object) -> float:
    left, right = str(one).split(), str(other).split()
    full_left, full_right = ([word for word in words if len(word) > 1] for words in (left, right))
    initials = [word for word in (*left, *right) if len(word) == 1]
    if initials:
        return _with_initial(left, right, full_left, full_right, initials[0])
    closeness = fuzz.token_sort_ratio(" ".join(full_left), " ".join(full_right))
    bits = float(np.interp(closeness, *_ALIKE))
    if closeness < 92 and min(len(full_left), len(full_right)) >= 2 and fuzz.token_set_ratio(" ".join(full_left), " ".join(full_right)) == 100:
        bits = max(bits, 3.0)
    if closeness < 97 and len(full_left) == len(full_right):
        apart_left, apart_right = set(full_left) - set(full_right), set(full_right) - set(full_left)
        if apart_left and apart_right and not any(same_first_name(a, b) for a in apart_left for b in apart_right):
            return -8.0
    return bits


def _with_initial(left: list[str], right: list[str], full_left: list[str], full_right: list[str], initial: str) -> float:
    shortened = any(len(word) == 1 for word in left)
    short, long = (full_left, full_right) if shortened else (full_right, full_left)
    both = shortened and any(len(word) == 1 for word in right)
    fits = both or any(word[0] == initial for word in long if word not in short)
    last = bool(short) and all(any(JaroWinkler.similarity(a, b) >= 0.93 for b in long) for a in short)
    return 2.0 if last and fits else -6.0
