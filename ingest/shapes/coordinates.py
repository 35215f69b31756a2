"""In which coordinate system a file's shapes are, and how they become longitude and latitude (WGS 84).

What the user says counts first, then what the file says, then the numbers themselves: of the systems that German
offices use, those are possible that put the shapes into Germany (and into the Land that the AGS names). If that
is exactly one, it is taken and said; otherwise the user is asked. Degrees whose longitude and latitude changed
places are turned, shape by shape.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry import Polygon

from ingest.shapes.repair import Points, Shape, moved
from ingest.source import Unreadable

DEGREES = "OGC:CRS84"

_SYSTEMS = {
    "EPSG:25832": "UTM Zone 32", "EPSG:25833": "UTM Zone 33",
    "EPSG:4647": "UTM Zone 32 mit Zonenziffer", "EPSG:5650": "UTM Zone 33 mit Zonenziffer",
    "EPSG:31466": "Gauß-Krüger Zone 2", "EPSG:31467": "Gauß-Krüger Zone 3", "EPSG:31468": "Gauß-Krüger Zone 4", "EPSG:31469": "Gauß-Krüger Zone 5",
    "EPSG:3857": "Web-Mercator", "EPSG:3035": "ETRS89-LAEA Europa",
}  # fmt: skip
"""The systems in metres that are recognised."""

_WGS84 = frozenset({"CRS84", "4326", "4258", "WGS84", "WGS 84", "4979"})
_EPSG = re.compile(r"(?:^|[:/])EPSG[:/]+(?:[\d.]*[:/])?(\d{4,6})(?:\+\d+)?$", re.IGNORECASE)
_HARMLESS_NAME = re.compile(r"[\w .:/()-]{3,100}$")
"""pyproj would also take whole programs of transformations, which may name files."""

_GERMANY = Polygon(
    [
        (6.6, 53.8), (7.6, 54.4), (8.2, 55.1), (9.0, 54.95), (10.0, 54.9), (11.4, 54.6), (12.6, 54.6), (13.5, 54.75), (14.3, 54.0), (14.5, 53.2),
        (14.3, 52.8), (14.8, 52.3), (14.8, 51.6), (15.1, 51.1), (14.8, 50.8), (13.5, 50.6), (12.3, 50.1), (12.7, 49.4), (13.9, 48.8), (13.1, 47.4),
        (11.2, 47.3), (10.2, 47.2), (9.5, 47.5), (7.5, 47.5), (7.5, 48.2), (8.2, 48.95), (6.7, 49.1), (6.3, 49.5), (6.1, 50.2), (5.95, 50.8),
        (5.8, 51.05), (6.0, 51.8), (6.7, 52.0), (6.9, 52.5), (7.1, 52.9), (6.9, 53.4),
    ]
).buffer(0.2)  # fmt: skip
"""The outline of Germany in degrees, about 20 kilometres wide of it: only good for telling systems apart."""

_LAENDER = {
    "01": (7.8, 53.3, 11.4, 55.1), "02": (8.4, 53.3, 10.4, 54.0), "03": (6.5, 51.2, 11.7, 54.0), "04": (8.4, 53.0, 9.0, 53.7),
    "05": (5.8, 50.3, 9.5, 52.6), "06": (7.7, 49.3, 10.3, 51.7), "07": (6.1, 48.9, 8.6, 51.0), "08": (7.5, 47.5, 10.5, 49.8),
    "09": (8.9, 47.2, 13.9, 50.6), "10": (6.3, 49.1, 7.5, 49.7), "11": (13.0, 52.3, 13.8, 52.7), "12": (11.2, 51.3, 14.8, 53.6),
    "13": (10.5, 53.1, 14.5, 54.7), "14": (11.8, 50.1, 15.1, 51.7), "15": (10.5, 50.9, 13.2, 53.1), "16": (9.8, 50.2, 12.7, 51.7),
}  # fmt: skip
"""West, south, east, north of each Land by the first two digits of its AGS, in degrees."""

_MARGIN = 0.15
_MOST_STRAY = 0.1
"""So many of the shapes may lie elsewhere and a system still fits."""


@dataclass(frozen=True, slots=True)
class InDegrees:
    """The shapes in WGS 84 (None where a shape does not get there), German sentences about the file, and which shapes were turned."""

    shapes: list[Shape | None]
    notes: list[str]
    turned: list[int]


def in_degrees(file: str, shapes: Sequence[Shape], declared: Iterable[object] = (), option: str = "", ags: Iterable[str] = ()) -> InDegrees:
    """The shapes as longitude and latitude.

    ``declared`` are the ``crs`` members found in the file, ``option`` is what the user set, ``ags`` the municipality
    keys that the file is about. Raises ``Unreadable`` (German, with the mend) where it cannot be known.
    """
    notes: list[str] = []
    if option:
        system = _named(option)
        if not system:
            raise Unreadable(f"Das Koordinatensystem „{option[:80]}“ ist unbekannt; erwartet wird zum Beispiel --option crs=EPSG:25832.")
    else:
        system = _declared(file, declared)
    if not shapes:
        return InDegrees([], notes, [])
    middles = _middles(shapes)
    degrees = _share(np.abs(middles) <= (180, 90)) > 0.5 or _share(np.abs(middles) <= (90, 180)) > 0.5
    if not option:
        if system in ("", DEGREES) and not degrees:
            if system:
                notes.append("Die Datei nennt ihre Koordinaten Grad (WGS 84), die Zahlen sind aber keine.")
            system = ""
        elif system not in ("", DEGREES) and degrees and _in_germany(middles) and not _in_germany(_projected(system, middles)):
            notes.append(f"Die Datei nennt das Koordinatensystem {_described(system)}, ihre Zahlen sind aber Grad; sie gelten als Grad (WGS 84).")
            system = DEGREES
        elif not system:
            system = DEGREES
    if system == DEGREES:
        return _turned_where_needed(shapes, middles, notes)
    swapped = False
    if not system:
        system, swapped = _recognised(file, middles, {key[:2] for key in ags}, notes)
    elif not _in_germany(_projected(system, middles)) and _in_germany(_projected(system, middles[:, ::-1])):
        swapped = True
    if swapped:
        notes.append("Rechts- und Hochwert waren vertauscht und wurden gedreht.")

    def project(points: Points) -> Points:
        return _projected(system, points[:, ::-1] if swapped else points)

    return InDegrees([_on_earth(moved(shape, project)) for shape in shapes], notes, [])


def _turned_where_needed(shapes: Sequence[Shape], middles: Points, notes: list[str]) -> InDegrees:
    turn = ~_inside(middles) & _inside(middles[:, ::-1])
    found = [_on_earth(moved(shape, lambda points: points[:, ::-1]) if wrong else shape) for shape, wrong in zip(shapes, turn, strict=True)]
    if turn.all():
        notes.append("Länge und Breite waren in der ganzen Datei vertauscht und wurden gedreht.")
    return InDegrees(found, notes, [] if turn.all() else [int(at) for at in np.flatnonzero(turn)])


def _on_earth(shape: Shape | None) -> Shape | None:
    if shape is None:
        return None
    west, south, east, north = shape.bounds
    return shape if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else None


# ---- which system -----------------------------------------------------------------------------------


def _declared(file: str, declared: Iterable[object]) -> str:
    """The system that the file names; "" where it names none (or only a link to one)."""
    told = dict.fromkeys(name for name in map(_name_in, declared) if name)
    systems = {name: _named(name) for name in told}
    for name, system in systems.items():
        if not system:
            raise Unreadable(
                f"Das Koordinatensystem „{name[:80]}“ in „{file}“ ist unbekannt; bitte in WGS 84 (EPSG:4326) speichern oder nennen: --option crs=EPSG:25832."
            )
    different = list(dict.fromkeys(systems.values()))
    if len(different) > 1:
        raise Unreadable(f"„{file}“ nennt mehrere Koordinatensysteme ({', '.join(different)}); bitte das richtige nennen: --option crs={different[0]}.")
    return different[0] if different else ""


def _name_in(member: object) -> str:
    """The name in a ``crs`` member, in any of the forms that were ever usual."""
    if isinstance(member, str):
        return member.strip()
    details = member.get("properties") if isinstance(member, dict) else None
    if not isinstance(details, dict):
        return ""
    code = details.get("code")
    if isinstance(code, int) or (isinstance(code, str) and code.isdigit()):
        return f"EPSG:{code}"
    name = details.get("name")
    return name.strip() if isinstance(name, str) else ""


def _named(name: str) -> str:
    """A system by its name as ``EPSG:n`` or :data:`DEGREES`; "" where nobody knows it."""
    word = name.strip()
    if word.isdigit():
        word = f"EPSG:{word}"
    code = found.group(1) if (found := _EPSG.search(word)) else ""
    if code in _WGS84 or word.upper() in _WGS84 or word.upper().rpartition(":")[2] == "CRS84" or word.upper().endswith("/CRS84"):
        return DEGREES
    if not code and not _HARMLESS_NAME.match(word):
        return ""
    try:
        system = pyproj.CRS.from_user_input(f"EPSG:{code}" if code else word)
        if system.is_geographic and system.to_epsg() == 4326:
            return DEGREES
        found_code = system.to_epsg() if not code else int(code)
        pyproj.Transformer.from_crs(system, DEGREES, always_xy=True)
    except pyproj.exceptions.ProjError:
        return ""
    return f"EPSG:{found_code}" if found_code else word


def _recognised(file: str, middles: Points, laender: set[str], notes: list[str]) -> tuple[str, bool]:
    """The system that the numbers are in, and whether their order is reversed. Raises ``Unreadable`` where that is not clear."""
    there = {(name, swapped): _projected(name, middles[:, ::-1] if swapped else middles) for swapped in (False, True) for name in _SYSTEMS}
    fitting = [way for way, points in there.items() if _in_germany(points)]
    narrowed = [way for way in fitting if _in_laender(there[way], laender)] if laender & _LAENDER.keys() else []
    if len(fitting) == 1 or len(narrowed) == 1:
        taken, swapped = fitting[0] if len(fitting) == 1 else narrowed[0]
        why = "nach den Zahlen" if len(fitting) == 1 else "nach den Zahlen und dem Gemeindeschlüssel"
        notes.append(f"Ein passendes Koordinatensystem steht nicht in der Datei; {why} ist es {_described(taken)}. Anders mit --option crs=EPSG:...")
        return taken, swapped
    if fitting:
        places = [f"{_described(name)}{', vertauscht' if swapped else ''}: die Flächen lägen um {_place(there[name, swapped])}" for name, swapped in fitting]
        raise Unreadable(
            f"Das Koordinatensystem von „{file}“ steht nicht in der Datei, und nach den Zahlen ist mehr als eines möglich ({'; '.join(places)}). "
            f"Bitte das richtige nennen, zum Beispiel --option crs={fitting[0][0]}, oder die Kommune: --option ags=..."
        )
    known = ", ".join(map(_described, _SYSTEMS))
    raise Unreadable(
        f"Die Koordinaten in „{file}“ sind keine Grad, und keines der üblichen Systeme führt nach Deutschland ({known}). "
        "Bitte in WGS 84 (EPSG:4326) speichern oder das System nennen: --option crs=EPSG:..."
    )


def _described(system: str) -> str:
    return f"{_SYSTEMS[system]} ({system})" if system in _SYSTEMS else system


def _place(points: Points) -> str:
    lon, lat = np.median(points[np.isfinite(points).all(axis=1)], axis=0)
    return f"{lat:.2f}° N, {lon:.2f}° O".replace(".", ",")


# ---- where points lie -------------------------------------------------------------------------------


@functools.lru_cache(maxsize=32)
def _transformer(system: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(system, DEGREES, always_xy=True)


def _projected(system: str, points: Points) -> Points:
    """Points of a system as degrees; infinite where it does not reach."""
    if system == DEGREES:
        return points
    return np.column_stack(_transformer(system).transform(points[:, 0], points[:, 1]))


def _middles(shapes: Sequence[Shape]) -> Points:
    bounds = shapely.bounds(np.array(shapes, dtype=object))
    return np.column_stack([bounds[:, [0, 2]].mean(axis=1), bounds[:, [1, 3]].mean(axis=1)])


def _inside(points: Points) -> npt.NDArray[np.bool_]:
    finite = np.where(np.isfinite(points), points, 0.0)
    return np.asarray(shapely.contains_xy(_GERMANY, finite[:, 0], finite[:, 1]), dtype=bool)


def _in_germany(points: Points) -> bool:
    return bool(_inside(points).mean() >= 1 - _MOST_STRAY)


def _in_laender(points: Points, laender: set[str]) -> bool:
    inside = np.zeros(len(points), dtype=bool)
    for land in laender & _LAENDER.keys():
        west, south, east, north = _LAENDER[land]
        lon, lat = points[:, 0], points[:, 1]
        inside |= (lon >= west - _MARGIN) & (lon <= east + _MARGIN) & (lat >= south - _MARGIN) & (lat <= north + _MARGIN)
    return bool(inside.mean() >= 1 - _MOST_STRAY)


def _share(within: npt.NDArray[np.bool_]) -> float:
    return float(within.all(axis=1).mean())
