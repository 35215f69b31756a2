"""What speaks for and against two records being one thing: parts in bits, which add up to the score.

An additive model of evidence after Fellegi and Sunter (1969) whose weights are set by hand, so that each part is one
sentence of the explanation; what was measured stands in docs/duplicates.md. Persons: ``records_people``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from queries.duplicates.records_clusters import conflicting
from queries.duplicates.records_columns import PERSON, WORKING, counts, texts
from queries.duplicates.sparse_rows import products
from queries.duplicates.text_weights import tfidf, trigrams
from queries.names.parsing import same_type

PRIOR = -5.0
"""Bits before anything is known: of the pairs that are compared, few are one thing."""

_ALIKE = ([0, 0.45, 0.6, 0.7, 0.78, 0.85, 0.91, 0.96, 1.0], [-7, -6, -4, -2.2, 0, 2.2, 4.2, 5.6, 6.6])
"""Likeness of two cores, and its bits."""

_SHARED = 2.0
"""Most bits of place, and of contact, of what has no house of its own."""

_ELSEWHERE = 0.6
"""Bits that a name loses for each doubling of the towns that know it, where one of the two towns is missing."""

_METRES = ([0, 60, 150, 300, 800, 2500, 20000], [3.4, 3.0, 1.8, 0.4, -1.6, -4, -7])
_DEGREE = (111_320, 68_500)
"""Metres of a degree north and east, in the middle of Germany."""


class Pairs:
    """Records by pair: both sides of a column, and what two texts or sets have in common."""

    def __init__(self, made: pd.DataFrame, pairs: np.ndarray) -> None:
        self.made = made
        self.one, self.other = pairs[:, 0], pairs[:, 1]

    def __len__(self) -> int:
        return len(self.one)

    def sides(self, column: str) -> tuple[np.ndarray, np.ndarray]:
        """The values of both sides of each pair."""
        values = texts(self.made, column)
        return values[self.one], values[self.other]

    def both(self, column: str) -> np.ndarray:
        """Where both sides have a text."""
        there: np.ndarray = texts(self.made, column) != ""
        return np.asarray(there[self.one] & there[self.other])

    def equal(self, column: str) -> np.ndarray:
        """1 where both sides are equal, 0 where they differ, NaN where one is missing."""
        one, other = self.sides(column)
        return np.where(self.both(column), (one == other).astype(float), np.nan)

    def alike(self, column: str, scorer: Callable[..., float]) -> np.ndarray:
        """Likeness of two texts by ``scorer``, as it gives it."""
        one, other = self.sides(column)
        return np.asarray(process.cpdist(one, other, scorer=scorer, workers=2, dtype=np.float32))

    def by_values(self, column: str, relation: Callable[[object, object], float]) -> np.ndarray:
        """``relation`` of the two values of each pair, worked out once for each two values."""
        codes, distinct = pd.factorize(texts(self.made, column))
        keys, back = np.unique(codes[self.one].astype(np.int64) * len(distinct) + codes[self.other], return_inverse=True)
        worked = [relation(distinct[key // len(distinct)], distinct[key % len(distinct)]) for key in keys]
        return np.asarray(np.array(worked, dtype=np.float32)[back])

    def is_a(self, *kinds: str) -> np.ndarray:
        """Where the first (and so both, as only one type meets) is of one of these types."""
        return np.asarray(self.made["entity_type"].isin(kinds).to_numpy()[self.one])


def parts(made: pd.DataFrame, pairs: np.ndarray) -> pd.DataFrame:
    """Bits by part and pair, for everything but persons; a pair's score is their sum and ``PRIOR``."""
    by = Pairs(made, pairs)
    place, same_address = _place(by)
    found = {"place": place, "contact": _contact(by)}
    for part in found:  # one house holds many offers and Gremien, and one office answers for them
        found[part] = np.where(by.is_a(*WORKING), np.minimum(found[part], _SHARED), found[part])
    types = by.by_values("types", same_type)  # type: ignore[arg-type]
    near = (found["place"] > 3) | (found["contact"] > 3)
    found["name"] = _name(by, types, same_address)
    found["type"] = np.select([types == 1, types == 0.5, types == -0.5, types == -1], [1.0, 0.6, np.where(near, -2.0, -1.2), np.where(near, -9.0, -5.5)], 0.0)
    focus, level, body = (by.by_values(mark, _sets) for mark in ("focuses", "levels", "bodies"))
    found["focus"] = np.select([focus == -1, focus == 1], [-4.5, 0.5], 0.0)
    found["level"] = np.select([level == -1, level == 1], [-5.0, 0.5], 0.0)
    found["body"] = np.select([body == -1, body == 1], [-3.5, 1.0], 0.0)
    found["direction"] = _direction(by)
    found["number"] = _number(by)
    city = by.by_values("city", _same_city)
    found["city"] = np.select([city == 1, city == 0], [0.8, -7.0], -0.6)
    operator = np.where(by.both("operator"), by.alike("operator", fuzz.token_set_ratio), np.nan)
    found["operator"] = np.select([operator >= 90, operator < 90], [0.5, -0.5], 0.0)
    found["official"] = official(by)
    return pd.DataFrame(found)


def official(by: Pairs) -> np.ndarray:
    """Official numbers decide: 12 bits for the same one, as many against for different ones of a kind."""
    return 12.0 * by.by_values("official", _same_official)


def _same_official(one: object, other: object) -> float:
    assert isinstance(one, frozenset) and isinstance(other, frozenset)
    return -1.0 if conflicting(one, other) else float(bool(one & other))


def _sets(one: object, other: object) -> float:
    """1 the same, 0 both empty, -.3 partly the same, -.4 one is empty, -1 nothing in common."""
    assert isinstance(one, frozenset) and isinstance(other, frozenset)
    if one == other:
        return 1.0 if one else 0.0
    if not one or not other:
        return -0.4
    return -0.3 if one & other else -1.0


def _same_city(one: object, other: object) -> float:
    if not one or not other:
        return np.nan
    return float(str(one).startswith(str(other)) or str(other).startswith(str(one)))


def _place(by: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Bits of address, distance, PLZ and district, at most six together, and where the address is the same."""
    streets = np.where(by.both("street"), by.alike("street", JaroWinkler.similarity), np.nan)
    house = by.by_values("house", _same_house)
    same = streets >= 0.94
    address = np.select([np.isnan(streets), same & (house >= 0.7), same & np.isnan(house), same & (house == 0), streets >= 0.88], [0, 5.0, 3.0, 0.6, 1.0], -2.6)
    lat, lon = (by.made[axis].to_numpy(dtype=float) for axis in ("lat", "lon"))
    metres = np.hypot((lat[by.one] - lat[by.other]) * _DEGREE[0], (lon[by.one] - lon[by.other]) * _DEGREE[1])
    distance = np.where(np.isnan(metres), 0.0, np.interp(np.nan_to_num(metres, nan=300.0), *_METRES))
    plz = by.equal("plz")
    other_plz = np.where(by.both("city"), -1.6, -3.5)  # one town has several, but who knows whether it is one
    district = np.where(by.both("district"), by.by_values("district", _within), np.nan)
    bits = address + distance + np.select([plz == 1, plz == 0], [1.6, other_plz], 0.0) + np.select([district == 1, district == 0], [0.8, -0.6], 0.0)
    return np.asarray(np.clip(bits, -8.0, 6.0)), np.asarray(same & (house >= 0.7))


def _same_house(one: object, other: object) -> float:
    if not one or not other:
        return np.nan
    return 1.0 if one == other else 0.7 if re.sub(r"\D", "", str(one)) == re.sub(r"\D", "", str(other)) else 0.0


def _within(one: object, other: object) -> float:
    return float(str(one) in str(other) or str(other) in str(one))


def _contact(by: Pairs) -> np.ndarray:
    """Bits of telephone, mail and web, at most six together: schools in one house share all three."""
    phone = by.by_values("phone", _same_phone)
    mail, host, domain = by.equal("email"), by.equal("host"), by.equal("domain")
    public = by.made["public_domain"].to_numpy()[by.one]
    bits = np.select([phone == 1, phone == 0.6, phone == 0], [4.5, 2.5, -0.9], 0.0)
    bits += np.select([mail == 1, (domain == 1) & ~public, mail == 0], [5.0, 2.0, -0.6], 0.0)
    bits += np.select([host == 1, host == 0], [3.0, -0.6], 0.0)
    return np.asarray(np.clip(bits, -1.5, 6.0))


def _same_phone(one: object, other: object) -> float:
    left, right = str(one), str(other)
    if not left or not right:
        return np.nan
    if left == right:
        return 1.0
    return 0.6 if left[:-2] == right[:-2] or left.startswith(right) or right.startswith(left) else 0.0


def _direction(by: Pairs) -> np.ndarray:
    """North and South are two schools; a Gremium for another district is another Gremium."""
    directions, places = by.by_values("directions", _sets), by.by_values("places", _same_places)
    own = np.select([directions == -1, directions == 1, (directions < 0) & (places == 1), directions < 0], [-7.0, 0.6, 0.0, -1.2], 0.0)
    return np.where(by.is_a(*WORKING), np.select([places == -1, places == 1], [-9.0, 2.5], np.where(places == 0.5, 0.0, -2.0)), own)


def _same_places(one: object, other: object) -> float:
    assert isinstance(one, frozenset) and isinstance(other, frozenset)
    if not one or not other:
        return 0.0 if one or other else 0.5
    return 1.0 if any(left in right or right in left for left in one for right in other) else -1.0


def _number(by: Pairs) -> np.ndarray:
    numbers, working = by.by_values("numbers", _sets), by.is_a(*WORKING)
    kitas = np.select([numbers == -1, numbers == 1, numbers < 0], [-9.0, 0.7, -2.2], 0.0)
    others = np.select([numbers == -1, numbers == 1, numbers < 0], [np.where(working, -1.5, -5.0), 0.7, np.where(working, -0.2, -1.2)], 0.0)
    return np.where(by.is_a("kita"), kitas, others)


def _name(by: Pairs, types: np.ndarray, same_address: np.ndarray) -> np.ndarray:
    """Bits of the cores of two names: likeness, or that one lies within the other; less where the name is common in its town."""
    there = by.both("core")
    bits = np.where(there, _cores(by), -0.8)
    joined, cities = texts(by.made, "joined"), texts(by.made, "city")
    nameless = (joined == "")[by.one] & (joined == "")[by.other]
    kinds = [tuple(sorted(kind)) for kind in texts(by.made, "types")]
    alike = counts([(kind, city, not core) for kind, city, core in zip(kinds, cities, joined, strict=True)])[by.one]
    bits = np.where(nameless, np.where(types == 1, np.clip(3.2 - 0.5 * np.log2(alike), 0, 3.2), 0.0), bits)
    street_named = _named_after(by, "street", "whole", 5)
    bits = np.where(
        street_named & ~there,
        np.where(same_address, 2.5, 4.0),
        np.where(street_named & (bits < 2.6), np.where(same_address, np.maximum(bits, 0.8), 2.6), bits),
    )
    return np.where(_named_after(by, "joined", "operator", 3), np.maximum(bits, 1.8), bits)


def _named_after(by: Pairs, column: str, inside: str, longer: int) -> np.ndarray:
    """Where the text of one side (longer than ``longer``) stands in another column of the other side."""
    wanted, there = texts(by.made, column), [text.replace(" ", "") for text in texts(by.made, inside)]
    found = (
        (len(wanted[i]) > longer and wanted[i] in there[j]) or (len(wanted[j]) > longer and wanted[j] in there[i])
        for i, j in zip(by.one.tolist(), by.other.tolist(), strict=True)
    )
    return np.fromiter(found, dtype=bool, count=len(by))


def _cores(by: Pairs) -> np.ndarray:
    words = tfidf(token_pattern=r"\S+", binary=True)
    cores = by.made["core"].where(by.made["entity_type"] != PERSON, "")
    if not cores.str.strip().any():
        return np.zeros(len(by))
    weights = words.fit_transform(cores)
    letters = trigrams().fit_transform(cores)
    closeness = np.maximum.reduce(
        [
            by.alike("core", fuzz.token_sort_ratio) / 100,
            by.alike("joined", fuzz.ratio) / 100,
            0.98 * products(weights, weights, by.one, by.other),
            0.5 * products(letters, letters, by.one, by.other) + 0.5 * by.alike("joined", JaroWinkler.similarity),
        ]
    )
    bits: np.ndarray = np.asarray(np.interp(closeness, *_ALIKE))
    present = (weights > 0).astype(np.float32)
    surprise = present.multiply((words.idf_ - 1) / np.log(2)).tocsr()  # bits of each word: how rare it is
    mass = np.asarray(surprise.sum(axis=1)).ravel()
    common = products(surprise, present.tocsr(), by.one, by.other)
    smaller, larger = np.minimum(mass[by.one], mass[by.other]), np.maximum(mass[by.one], mass[by.other])
    covered = common / np.maximum(smaller, 1e-6) >= 0.98
    length = np.array([len(text) for text in texts(by.made, "joined")])
    shorter = np.minimum(length[by.one], length[by.other])
    within = covered | ((by.alike("joined", fuzz.partial_ratio) >= 96) & (shorter >= 6))
    known = np.where(covered, common, np.minimum(2.0 * shorter, 14))
    contained = np.clip(0.45 * known, 0, 5.0) - np.clip(0.05 * (larger - common), 0, 1.6)
    bits = np.where(within, np.maximum(bits, contained), bits)
    often = np.log2(counts(list(zip(by.made["joined"], by.made["city"], strict=True)))[by.one])
    often = 0.45 * np.clip(np.clip(often, 0, 6) - 2.2, 0, None)
    towns = by.made.loc[by.made["city"] != ""].groupby("joined")["city"].nunique()
    elsewhere = np.log2(np.maximum(by.made["joined"].map(towns).fillna(1).to_numpy(), 1))[by.one]
    often += np.where(by.both("city"), 0.0, _ELSEWHERE * elsewhere)
    return np.where(bits > 0, np.maximum(bits - often, 0), bits)
