"""Which records are compared at all: those that share a key, or whose names are near. Never all with all."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator

import numpy as np
import pandas as pd

from queries.duplicates.records_columns import PERSON, WORKING
from queries.duplicates.text_weights import nearest, trigrams

_CROWD = 60
"""A key that more records share says nothing; its pairs come from the other keys."""

_RARE = 25
_NEAREST = 8
_NEAR = 0.55


def candidates(made: pd.DataFrame) -> np.ndarray:
    """Pairs of rows ``[first, second]``, ``first < second``, each once, sorted. Only records of one type meet."""
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for key, row in _keys(made):
        if not groups[key] or groups[key][-1] != row:
            groups[key].append(row)
    size = len(made)
    codes = [_near_names(made)]
    triangles = {count: np.triu_indices(count, 1) for count in range(2, _CROWD + 1)}
    for rows in groups.values():
        if 2 <= len(rows) <= _CROWD:
            at = np.asarray(rows, dtype=np.int64)
            one, other = triangles[len(rows)]
            codes.append(at[one] * size + at[other])
    pairs = np.unique(np.concatenate(codes)) if size else np.zeros(0, dtype=np.int64)
    return np.column_stack([pairs // max(size, 1), pairs % max(size, 1)])


def _keys(made: pd.DataFrame) -> Iterator[tuple[Hashable, int]]:
    frequent = Counter(word for core in made["core"] for word in set(core.split()))
    fields = "entity_type core joined whole phone email host domain public_domain street house plz city lat lon types bodies places".split()
    for row, values in enumerate(zip(*(made[name] for name in fields), strict=True)):
        kind, core, joined, whole, phone, email, host, domain, public, street, house, plz, city, lat, lon, types, bodies, places = values
        if phone:
            yield (kind, "phone", phone), row
        if email:
            yield (kind, "email", email), row
        if domain and not public:
            yield (kind, "host", domain), row
        if host:
            yield (kind, "host", host), row
        if street and house:
            yield (kind, "house", street, re.sub(r"\D", "", house)), row
        if street and city:
            yield (kind, "street", street, city), row
        if joined:
            yield (kind, "name", joined, city), row
        for word in core.split():
            if len(word) < 4 and kind != PERSON:
                continue
            if city:
                yield (kind, "word in town", word[:6], city), row
            if plz:
                yield (kind, "word in plz", word[:5], plz), row
            if not city or frequent[word] <= _RARE:
                yield (kind, "word", word[:8]), row
        if city and kind not in (PERSON, *WORKING):  # named after the street that it stands in
            for text in {joined, whole} - {""}:
                yield (kind, "street", text, city), row
        if lat == lat and lon == lon:
            north, east = int(lat * 400), int(lon * 250)
            for step in ((0, 0), (0, 1), (1, 0), (1, 1)):
                yield (kind, "cell", north + step[0], east + step[1]), row
        if city and types and (not joined or kind != "school"):
            yield (kind, "type in town", tuple(sorted(types)), city), row
        if kind in WORKING and city:
            for place in places:
                yield (kind, "for", place, city), row
                if bodies:
                    yield (kind, "body for", tuple(sorted(bodies)), place, city), row


def _near_names(made: pd.DataFrame) -> np.ndarray:
    """Codes of the pairs whose names share most trigrams (TF-IDF cosine), within each type."""
    size = len(made)
    found = [np.zeros(0, dtype=np.int64)]
    for _, rows in made[made["joined"] != ""].groupby("entity_type"):
        if len(rows) < 2:
            continue
        texts = rows["core"] + " " + rows["city"]
        try:
            weights = trigrams(min_df=2).fit_transform(texts)
        except ValueError:  # no trigram occurs twice
            continue
        near = nearest(weights, most=_NEAREST + 1, least=_NEAR)
        at = rows.index.to_numpy()
        one, other = at[near.row], at[near.col]
        apart = one != other
        found.append(np.minimum(one, other)[apart] * size + np.maximum(one, other)[apart])
    return np.concatenate(found).astype(np.int64)
