"""The ground of a fictional town: 46 Stadtteile and 7 Bezirke that tile it without gap or overlap.

It is drawn in kilometres around the town hall and turned into WGS 84 at the end. A river parts the town;
each bank is cut into small Voronoi cells, which are gathered into Stadtteile (so that these are not honeycombs).
Every stretch of border between two junctions is one arc that both neighbours share; it is roughened and rounded
once, and the polygons are put together from the arcs. So neighbours meet exactly, whatever happens to an arc.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import cos, radians, tau

import numpy as np
import shapely
from scipy.spatial import Voronoi, cKDTree
from shapely import LineString, Polygon
from shapely.geometry.polygon import orient
from shapely.ops import polygonize

QUARTERS = 46
DISTRICTS = 7
CELLS_PER_QUARTER = 6
KM_PER_DEGREE = 111.32
GRID = 1e-3
"""Snap grid while the lines are laid, in km: every junction is a point of it, so ends meet exactly."""
DECIMALS = 6
"""Of a degree in the result: about 10 cm."""


@dataclass(frozen=True)
class Ground:
    """The shapes of a town in WGS 84; lists are in the order of the Stadtteile (0 to 45)."""

    quarters: list[Polygon]
    district_of: list[int]
    districts: list[Polygon]
    outline: Polygon
    neighbours: list[set[int]]
    centrality: list[float]
    """1 at the town hall, towards 0 at the edge."""
    middle: int
    """The Bezirk that holds the centre."""


def lay_out(seed: int) -> Ground:
    """A town for ``seed``; equal seeds give equal coordinates. Raises ``RuntimeError`` if none can be laid (not seen)."""
    for attempt in range(40):
        rng = np.random.default_rng([seed % 2**32, attempt])
        ground = _attempt(rng)
        if ground is not None:
            return ground
    raise RuntimeError(f"Für den Startwert {seed} ließ sich kein Stadtgebiet zeichnen; bitte einen anderen wählen.")


def _attempt(rng: np.random.Generator) -> Ground | None:
    river = _river(rng)
    banks = _banks(_blob(rng), river)
    if banks is None:
        return None
    town_hall = _town_hall(river)
    quarters = _quarters(rng, banks, town_hall)
    if quarters is None:
        return None
    touching = _adjacency(quarters)
    east = [banks[1].contains(q.representative_point()) for q in quarters]
    district_of = _districts(rng, quarters, touching, east, town_hall)
    if district_of is None:
        return None
    position = 7.55 + 0.5 * rng.random(), 51.78 + 0.15 * rng.random()
    final = _roughen(rng, quarters, river, position)
    if final is None:
        return None
    groups = [[q for q, d in zip(final, district_of, strict=True) if d == index] for index in range(DISTRICTS)]
    whole = _unions([*groups, final])
    if whole is None:
        return None
    *districts, outline = whole
    distance = [q.centroid.distance(shapely.Point(town_hall)) for q in quarters]
    centrality = [float(np.exp(-((d / 5.5) ** 2))) for d in distance]
    return Ground(final, district_of, districts, outline, [set(n) for n in touching], centrality, district_of[int(np.argmin(distance))])


# ---- outline and river ------------------------------------------------------------------------------


def _blob(rng: np.random.Generator) -> Polygon:
    """An outline with bays and noses: a ring of anchors at uneven distances, roughened in between."""
    anchors = 13
    angle = (np.arange(anchors) + rng.uniform(-0.28, 0.28, anchors)) * tau / anchors
    radius = 8.8 * np.exp(rng.normal(0, 0.13, anchors))
    ring = np.column_stack([radius * np.cos(angle) * 0.86, radius * np.sin(angle) * 1.14])
    return Polygon(_fractal(np.vstack([ring, ring[:1]]), 0.16, rng, finest=0.9))


def _river(rng: np.random.Generator) -> LineString:
    y = np.linspace(-16, 16, 150)
    slow, quick = rng.uniform(0, tau, 2)
    lean = rng.uniform(-0.12, 0.12)
    x = -2.4 + lean * y + 1.7 * np.sin(y / 2.2 + slow) + 0.5 * np.sin(y / 1.2 + quick)
    return LineString(np.column_stack([x, y]))


def _banks(blob: Polygon, river: LineString) -> tuple[Polygon, Polygon] | None:
    """West and east bank; None where the river crosses the outline more than twice or leaves too little."""
    if not blob.is_valid:
        return None
    faces = _faces([blob.boundary, river])
    if len(faces) != 2 or min(face.area for face in faces) < 0.18 * blob.area:
        return None
    west, east = sorted(faces, key=lambda face: face.centroid.x)
    return west, east


def _town_hall(river: LineString) -> tuple[float, float]:
    """On the east bank, half way up the town, a short walk from the river."""
    near = min(river.coords, key=lambda point: abs(point[1]))
    return near[0] + 1.9, 0.0


# ---- Stadtteile -------------------------------------------------------------------------------------


def _quarters(rng: np.random.Generator, banks: tuple[Polygon, Polygon], town_hall: tuple[float, float]) -> list[Polygon] | None:
    """46 Stadtteile, west bank first, each from north to south."""
    mass = []
    for bank in banks:
        points = _sprinkle(rng, bank, 7000)
        mass.append((points, _density(points, town_hall)))
    share = [bank.area * weight.mean() ** 0.5 for bank, (_, weight) in zip(banks, mass, strict=True)]
    west = min(max(round(QUARTERS * share[0] / sum(share)), 8), 18)
    quarters: list[Polygon] = []
    for bank, (points, weight), count in zip(banks, mass, (west, QUARTERS - west), strict=True):
        made = _cut(rng, bank, points, weight, count)
        if made is None:
            return None
        quarters += sorted(made, key=lambda q: (-q.centroid.y, q.centroid.x))
    return quarters


def _density(points: np.ndarray, town_hall: tuple[float, float]) -> np.ndarray:
    distance = np.hypot(points[:, 0] - town_hall[0], points[:, 1] - town_hall[1])
    return (0.22 + np.exp(-((distance / 3.6) ** 2))) ** 2


def _sprinkle(rng: np.random.Generator, shape: Polygon, count: int) -> np.ndarray:
    left, low, right, high = shape.bounds
    points = rng.uniform((left, low), (right, high), (count * 3, 2))
    return points[shapely.contains_xy(shape, points[:, 0], points[:, 1])][:count]


def _relax(rng: np.random.Generator, points: np.ndarray, weight: np.ndarray, count: int, rounds: int) -> np.ndarray:
    """``count`` generators after ``rounds`` of Lloyd's relaxation over weighted points: closer where the weight is high."""
    chance = weight / weight.sum()
    centres = points[rng.choice(len(points), count, replace=False, p=chance)]
    for _ in range(rounds):
        owner = _nearest(centres, points)
        total = np.bincount(owner, weight, count)
        for axis in (0, 1):
            moved = np.bincount(owner, weight * points[:, axis], count)
            centres[:, axis] = np.where(total > 0, moved / np.maximum(total, 1e-9), centres[:, axis])
    return centres


def _cut(rng: np.random.Generator, bank: Polygon, points: np.ndarray, weight: np.ndarray, count: int) -> list[Polygon] | None:
    cores = _relax(rng, points, weight, count, 25)
    seeds = _relax(rng, points, weight, count * CELLS_PER_QUARTER, 5)
    around = np.linspace(0, tau, 12, endpoint=False)
    far = 60 * np.column_stack([np.cos(around), np.sin(around)])
    diagram = Voronoi(np.vstack([seeds, far]))
    ridges = [LineString(diagram.vertices[ridge]) for ridge in diagram.ridge_vertices if -1 not in ridge]
    cells = _faces([bank.boundary, shapely.MultiLineString(ridges).intersection(bank)])
    seed_of = _nearest(seeds, np.array([cell.representative_point().coords[0] for cell in cells]))
    drawn = _nearest(cores, seeds + rng.normal(0, 0.10, seeds.shape))
    owner = _join_stragglers(drawn[seed_of].tolist(), cells, count)
    return _unions([[cell for cell, o in zip(cells, owner, strict=True) if o == index] for index in range(count)])


def _nearest(places: np.ndarray, points: np.ndarray) -> np.ndarray:
    """For each point the index of the nearest place."""
    return np.asarray(cKDTree(places).query(points)[1])


def _unions(groups: list[list[Polygon]]) -> list[Polygon] | None:
    """Each group as one polygon; None where one falls apart or has a hole."""
    unions = []
    for group in groups:
        union = shapely.union_all(group)
        if not isinstance(union, Polygon) or union.is_empty or union.interiors or not union.is_valid:
            return None
        unions.append(union)
    return unions


def _faces(lines: list[shapely.Geometry]) -> list[Polygon]:
    """The polygons that the lines enclose, all vertices on the snap grid, in an order that depends on coordinates only."""
    faces = [face for face in _polygonize(list(shapely.get_parts(shapely.union_all(lines, grid_size=GRID)))) if face.area > 1e-5]
    return sorted(faces, key=lambda face: (round(face.centroid.x, 5), round(face.centroid.y, 5)))


def _polygonize(lines: list[shapely.Geometry]) -> list[Polygon]:
    return [face for face in polygonize(lines) if isinstance(face, Polygon)]


def _adjacency(shapes: list[Polygon]) -> list[list[int]]:
    """For each shape those that share a stretch of border with it."""
    tree = shapely.STRtree(shapes)
    touching: list[list[int]] = [[] for _ in shapes]
    for left, right in sorted(zip(*tree.query(shapes, predicate="touches"), strict=True)):
        if shapes[left].boundary.intersection(shapes[right].boundary).length > 10 * GRID:
            touching[int(left)].append(int(right))
    return touching


def _join_stragglers(owner: list[int], cells: list[Polygon], count: int) -> list[int]:
    """Cells cut off from the rest of their Stadtteil go to the neighbour with the longest common border."""
    touching = _adjacency(cells)
    for index in range(count):
        parts = _parts([i for i, o in enumerate(owner) if o == index], touching)
        for part in sorted(parts, key=lambda p: -sum(cells[i].area for i in p))[1:]:
            border: dict[int, float] = {}
            for cell in sorted(part):
                for other in touching[cell]:
                    if owner[other] != index:
                        shared = cells[cell].boundary.intersection(cells[other].boundary).length
                        border[owner[other]] = border.get(owner[other], 0.0) + shared
            for cell in part:
                owner[cell] = max(border, key=lambda o: (border[o], o)) if border else index
    return owner


def _parts(members: list[int], touching: list[list[int]]) -> list[set[int]]:
    left, parts = set(members), []
    for start in members:
        if start not in left:
            continue
        part, queue = {start}, deque([start])
        while queue:
            for other in touching[queue.popleft()]:
                if other in left and other not in part:
                    part.add(other)
                    queue.append(other)
        left -= part
        parts.append(part)
    return parts


# ---- Bezirke ----------------------------------------------------------------------------------------


def _districts(
    rng: np.random.Generator, quarters: list[Polygon], touching: list[list[int]], east: list[bool], town_hall: tuple[float, float]
) -> list[int] | None:
    """The Bezirk of each Stadtteil: connected, 5 to 9 Stadtteile each, the river always a border between two of them."""
    centre = np.array([q.centroid.coords[0] for q in quarters])
    district_of = [-1] * len(quarters)
    west_count = max(1, round(DISTRICTS * east.count(False) / len(quarters)))
    first = 0
    for side, count in ((False, west_count), (True, DISTRICTS - west_count)):
        members = [i for i, e in enumerate(east) if e == side]
        fixed = [min(members, key=lambda i: np.hypot(*(centre[i] - town_hall)))] if side else []
        for index, group in enumerate(_grow(rng, members, centre, touching, count, fixed)):
            for quarter in group:
                district_of[quarter] = first + index
        first += count
    sizes = [district_of.count(index) for index in range(DISTRICTS)]
    return district_of if min(sizes) >= 5 and max(sizes) <= 9 and -1 not in district_of else None


def _grow(
    rng: np.random.Generator, members: list[int], centre: np.ndarray, touching: list[list[int]], count: int, fixed: list[int]
) -> list[list[int]]:
    """``count`` connected groups of about equal size, grown from seeds that are moved to the middle of their group."""
    seeds = fixed or [int(rng.choice(members))]
    while len(seeds) < count:
        seeds.append(max(members, key=lambda i: min(np.hypot(*(centre[i] - centre[s])) for s in seeds)))
    groups: list[list[int]] = []
    for _ in range(8):
        groups, free = [[s] for s in seeds], set(members) - set(seeds)
        while free:
            choices = []
            for index, group in enumerate(groups):
                reach = sorted({n for q in group for n in touching[q]} & free)
                if reach:
                    middle = centre[group].mean(axis=0)
                    nearest = min(reach, key=lambda i: np.hypot(*(centre[i] - middle)))
                    choices.append((len(group), index, nearest))
            if not choices:
                return groups
            _, index, quarter = min(choices)
            groups[index].append(quarter)
            free.remove(quarter)
        seeds = [min(g, key=lambda i: np.hypot(*(centre[i] - centre[g].mean(axis=0)))) for g in groups]
        if fixed:
            seeds[0] = fixed[0]
    return groups


# ---- borders ----------------------------------------------------------------------------------------


def _roughen(rng: np.random.Generator, quarters: list[Polygon], river: LineString, position: tuple[float, float]) -> list[Polygon] | None:
    """The Stadtteile with natural borders in WGS 84, in the same order; None where arcs would cross even when hardly moved."""
    lines = shapely.line_merge(shapely.union_all([q.boundary for q in quarters], grid_size=GRID))
    arcs = sorted(shapely.get_parts(lines), key=lambda arc: tuple(sorted([arc.coords[0], arc.coords[-1]])) + (arc.length,))
    courses = [rng.choice([0.02, 0.08, 0.12, 0.15]) for _ in arcs]
    noise = [int(n) for n in rng.integers(0, 2**32, len(arcs))]
    for strength in (1.0, 0.75, 0.5, 0.3):
        bent = []
        for arc, course, number in zip(arcs, courses, noise, strict=True):
            water = river.distance(arc.interpolate(0.5, normalized=True)) < 0.05
            way = _soften(arc) if water else _fractal(_soften(arc.simplify(0.08)), course * strength, np.random.default_rng(number))
            bent.append(LineString(_to_degrees(way, position)))
        faces = _polygonize(list(bent))
        if len(faces) == len(quarters) and _simple(bent) and all(face.is_valid for face in faces):
            before = [Polygon(_to_degrees(np.array(q.exterior.coords), position)) for q in quarters]
            shared = np.array([[face.intersection(q).area for face in faces] for q in before])
            if len(set(shared.argmax(axis=1))) == len(quarters):
                return [_from_its_lowest_corner(faces[index]) for index in shared.argmax(axis=1)]
    return None


def _from_its_lowest_corner(face: Polygon) -> Polygon:
    """The same ring, counter-clockwise, begun at a corner that depends on the shape only."""
    ring = list(orient(face).exterior.coords)[:-1]
    first = ring.index(min(ring))
    return Polygon([*ring[first:], *ring[:first]])


def _simple(arcs: list[LineString]) -> bool:
    """Do the arcs meet at their ends only?"""
    noded = shapely.line_merge(shapely.union_all(arcs))
    return len(shapely.get_parts(noded)) == len(arcs)


def _soften(arc: LineString) -> np.ndarray:
    """Corners cut twice (Chaikin), both ends kept."""
    points = np.array(arc.coords)
    for _ in range(2):
        quarter = 0.75 * points[:-1] + 0.25 * points[1:]
        three = 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.vstack([points[:1], np.column_stack([quarter, three]).reshape(-1, 2)[1:-1], points[-1:]])
    return np.array(LineString(points).simplify(0.015).coords)


def _fractal(points: np.ndarray, roughness: float, rng: np.random.Generator, finest: float = 0.15) -> np.ndarray:
    """Midpoint displacement until no step is longer than ``finest`` km; ``roughness`` is the shift as a share of the step."""
    points = np.array(points)
    while True:
        step = np.diff(points, axis=0)
        length = np.hypot(step[:, 0], step[:, 1])
        if length.max() < finest:
            return points
        woven = [points[0]]
        for start, way, size in zip(points[:-1], step, length, strict=True):
            if size >= finest:
                shift = rng.normal(0, roughness * 0.7)
                woven.append(start + way / 2 + shift * np.array([-way[1], way[0]]))
            woven.append(start + way)
        points = np.array(woven)


def _to_degrees(points: np.ndarray, position: tuple[float, float]) -> np.ndarray:
    points = np.asarray(points)
    lon = position[0] + points[:, 0] / (KM_PER_DEGREE * cos(radians(position[1])))
    lat = position[1] + points[:, 1] / KM_PER_DEGREE
    return np.round(np.column_stack([lon, lat]), DECIMALS)
