"""Writes the town as the files that a municipality would have: areas, Sozialräume, the school register, the truth."""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

from shapely import Polygon
from shapely.geometry.polygon import orient

from demo.planted import Truth
from demo.schools import HEADINGS, School
from demo.town import AGS, Town

AREAS, SPACES, SCHOOLS, NETWORK, TRUTH = "gebiete.geojson", "sozialraeume.csv", "schulen_2025_26.csv", "netzwerk.xlsx", "truth.json"


def write_areas(town: Town, path: Path) -> int:
    """The town, its Bezirke and its Stadtteile as GeoJSON, one feature a line; returns their number."""
    features = [_feature(town.name, "stadt", 0, None, town.ground.outline, ags=AGS)]
    districts = sorted(town.districts, key=lambda d: d.code)
    features += [_feature(d.name, "stadtbezirk", d.code, 0, d.shape) for d in districts]
    quarters = sorted(town.quarters, key=lambda q: q.code)
    features += [_feature(q.name, "stadtteil", q.code, town.districts[q.district].code, q.shape) for q in quarters]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    _write(path, f'{{"type":"FeatureCollection","name":"{town.name}","features":[\n{lines}\n]}}\n')
    return len(features)


def _feature(name: str, level: str, code: int, parent: int | None, shape: Polygon, **more: str) -> dict[str, object]:
    ring = [[x, y] for x, y in orient(shape).exterior.coords]
    properties = {"name": name, "level": level, "code": code, "parent": parent, **more}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def write_spaces(town: Town, path: Path) -> int:
    """Which Stadtteil belongs to which Sozialraum; returns the number of rows."""
    rows = [(space.name, town.quarters[i].name, town.districts[town.quarters[i].district].name) for space in town.spaces for i in space.quarters]
    _write(path, "\n".join(";".join(row) for row in [("Sozialraum", "Stadtteil", "Bezirk"), *rows]) + "\n")
    return len(rows)


def write_schools(schools: list[School], path: Path) -> int:
    """The school register as the ministry's CSV; returns the number of rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADINGS)
        writer.writerows(school.row for school in schools)
    return len(schools)


def write_truth(truth: Truth, path: Path) -> None:
    """What was planted, for tests and for the curious."""
    _write(path, json.dumps(truth.as_dict(), ensure_ascii=False, indent=2) + "\n")


def date_all(folder: Path, day: date) -> None:
    """Dates the files: a list without a date of its own counts as of the day it was saved."""
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()
    for name in (AREAS, SPACES, SCHOOLS, NETWORK, TRUTH):
        os.utime(folder / name, (moment, moment))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
