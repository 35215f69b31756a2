"""The town as data: names and numbers of its Stadtteile and Bezirke, Sozialräume, streets, and how people live where.

What the rest of the demo asks of a place comes from here: a point inside it, an address, how high its need is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import exp

import shapely
from shapely import Polygon

from demo import names
from demo.geography import Ground, lay_out

AGS = "05999000"
"""A municipality key that NRW has not given to anybody."""
POPULATION = 420_000
_CENTRE_NAMES = ("Altstadt", "Bahnhofsviertel", "Neustadt", "Hafenviertel")


@dataclass(frozen=True)
class Quarter:
    """A Stadtteil. ``need`` is 0 (well off) to 1; ``people`` its inhabitants."""

    index: int
    name: str
    code: int
    district: int
    shape: Polygon
    need: float
    people: int
    streets: tuple[str, ...]
    postcode: str


@dataclass(frozen=True)
class District:
    """A Stadtbezirk with the indexes of its Stadtteile."""

    index: int
    name: str
    code: int
    shape: Polygon
    quarters: tuple[int, ...]


@dataclass(frozen=True)
class SocialSpace:
    """A Sozialraum; it may hold Stadtteile of several Bezirke."""

    name: str
    quarters: tuple[int, ...]


@dataclass(frozen=True)
class Address:
    """Where something stands."""

    street: str
    postcode: str
    city: str
    lat: float
    lon: float
    quarter: int

    def fields(self) -> dict[str, str | float]:
        """As fields of the schema."""
        return {"street": self.street, "postcode": self.postcode, "city": self.city, "lat": self.lat, "lon": self.lon}


@dataclass
class Town:
    """A fictional town. ``middle`` is the index of the Bezirk around the town hall."""

    name: str
    ground: Ground
    quarters: list[Quarter]
    districts: list[District]
    spaces: list[SocialSpace]
    _used: set[str] = field(default_factory=set)

    @property
    def middle(self) -> int:
        """Index of the Bezirk around the town hall."""
        return self.ground.middle

    def address(self, rng: random.Random, quarter: int) -> Address:
        """A new address in the Stadtteil; no house is given twice."""
        place = self.quarters[quarter]
        while True:
            street = f"{rng.choice(place.streets)} {rng.randint(1, 148)}"
            if street not in self._used:
                break
        self._used.add(street)
        lat, lon = self.point(rng, quarter)
        return Address(street, place.postcode, self.name, lat, lon, quarter)

    def point(self, rng: random.Random, quarter: int) -> tuple[float, float]:
        """(lat, lon) inside the Stadtteil, some 60 m from its border where it is wide enough, rather near its middle than at its rim."""
        shape = self.quarters[quarter].shape
        inner = shape.buffer(-0.0008)
        shape = shape if inner.is_empty else inner
        middle, reach = shape.representative_point(), 0.42 * shape.area**0.5
        while True:
            lon, lat = round(rng.gauss(middle.x, reach), 6), round(rng.gauss(middle.y, reach * 0.7), 6)
            if shape.contains(shapely.Point(lon, lat)):
                return lat, lon

    def spread(self, rng: random.Random, count: int, weight: list[float]) -> list[int]:
        """``count`` places shared out over the Stadtteile by weight, at least one each, in random order."""
        total = sum(weight)
        exact = [w / total * (count - len(weight)) for w in weight]
        share = [1 + int(x) for x in exact]
        for index in sorted(range(len(weight)), key=lambda i: int(exact[i]) - exact[i])[: count - sum(share)]:
            share[index] += 1
        places = [index for index, n in enumerate(share) for _ in range(n)]
        rng.shuffle(places)
        return places

    def near(self, quarter: int) -> list[int]:
        """The neighbouring Stadtteile."""
        return sorted(self.ground.neighbours[quarter])


def build(seed: int) -> Town:
    """The town of ``seed``."""
    ground = lay_out(seed)
    name = names.town(seed)
    district_names, quarter_names = _name_all(seed, name, ground)
    rng = names.stream(seed, "town")
    need = _need(rng, ground)
    people = _people(ground)
    streets = names.streets(seed)
    members = [tuple(i for i, d in enumerate(ground.district_of) if d == index) for index in range(len(ground.districts))]
    order = [ground.middle, *(i for i in range(len(members)) if i != ground.middle)]
    number = {district: place + 1 for place, district in enumerate(order)}
    quarters = []
    for index, shape in enumerate(ground.quarters):
        district = ground.district_of[index]
        code = number[district] * 100 + members[district].index(index) + 1
        own = tuple(next(streets) for _ in range(10))
        quarters.append(Quarter(index, quarter_names[index], code, district, shape, need[index], people[index], own, f"5998{number[district]}"))
    districts = [District(i, district_names[i], number[i] * 100, ground.districts[i], members[i]) for i in range(len(members))]
    return Town(name, ground, quarters, districts, list(_spaces(ground, quarters)))


def _name_all(seed: int, town: str, ground: Ground) -> tuple[list[str], list[str]]:
    """Bezirke are called after an old village, whose core is the Stadtteil "Alt-…"; the middle has names of its own."""
    count = len(ground.quarters)
    pool = names.quarters(seed, count + len(ground.districts))
    village, pool = pool[: len(ground.districts)], pool[len(ground.districts) :]
    districts = [f"{town}-Mitte" if i == ground.middle else village[i] for i in range(len(ground.districts))]
    quarters = pool[:count]
    for index in range(len(ground.districts)):
        inside = sorted((i for i, d in enumerate(ground.district_of) if d == index), key=lambda i: (-ground.centrality[i], i))
        if index == ground.middle:
            for quarter, name in zip(inside, _CENTRE_NAMES, strict=False):
                quarters[quarter] = name
        else:
            middle = min(inside, key=lambda i: (ground.quarters[i].centroid.distance(ground.districts[index].centroid), i))
            quarters[middle] = f"Alt-{village[index]}"
    return districts, quarters


def _need(rng: random.Random, ground: Ground) -> list[float]:
    """A smooth field with two poor quarters and a rich rim, so that neighbours resemble each other."""
    places = [q.centroid for q in ground.quarters]
    left, low, right, high = ground.outline.bounds
    hot = [(left + (right - left) * rng.uniform(0.3, 0.6), low + (high - low) * share) for share in (rng.uniform(0.58, 0.75), rng.uniform(0.25, 0.42))]
    raw = []
    for place, central in zip(places, ground.centrality, strict=True):
        heat = max(exp(-((((place.x - x) / 0.055) ** 2) + ((place.y - y) / 0.034) ** 2)) for x, y in hot)
        raw.append(0.62 * heat + 0.28 * central + rng.uniform(0, 0.22))
    lowest, highest = min(raw), max(raw)
    return [round((value - lowest) / (highest - lowest), 3) for value in raw]


def _people(ground: Ground) -> list[int]:
    weight = [shape.area**0.5 * (0.35 + central) for shape, central in zip(ground.quarters, ground.centrality, strict=True)]
    return [round(POPULATION * w / sum(weight)) for w in weight]


def _spaces(ground: Ground, quarters: list[Quarter]) -> Iterator[SocialSpace]:
    """Three: two inside a Bezirk each, the third over the border between two."""
    used: set[int] = set()
    by_need = sorted(quarters, key=lambda q: (-q.need, q.index))
    for size in (4, 3):
        start = next(q for q in by_need if q.index not in used and not any(quarters[u].district == q.district for u in used))
        yield _space(quarters, _gather(ground, quarters, [start.index], size, used, {start.district}))
    pairs = [
        (quarters[a].need + quarters[b].need, a, b)
        for a in range(len(quarters))
        for b in ground.neighbours[a]
        if a < b and quarters[a].district != quarters[b].district and not {a, b} & used
    ]
    _, a, b = max(pairs)
    yield _space(quarters, _gather(ground, quarters, [a, b], 4, used, {quarters[a].district, quarters[b].district}))


def _gather(ground: Ground, quarters: list[Quarter], start: list[int], size: int, used: set[int], districts: set[int]) -> list[int]:
    group = list(start)
    while len(group) < size:
        reach = {n for q in group for n in ground.neighbours[q] if n not in used and n not in group and quarters[n].district in districts}
        if not reach:
            break
        group.append(max(reach, key=lambda i: (quarters[i].need, i)))
    used.update(group)
    return group


def _space(quarters: list[Quarter], group: list[int]) -> SocialSpace:
    called = [quarters[i].name for i in group]
    return SocialSpace(f"Sozialraum {called[0]} – {called[1]}", tuple(sorted(group)))
