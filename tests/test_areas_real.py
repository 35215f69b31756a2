"""Real areas: Duisburg as one file and as many, Leipzig's Ortsteile, the Gemeinden of NRW."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry import mapping, shape

from graph.values import read_extra
from ingest.sources import areas
from tests.recording import Recorder

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "districts"
DUISBURG = DATA / "duisburg" / "duisburg_bezirke_stadtteile.geojson"
LEIPZIG = DATA / "click_that_hood" / "leipzig.geojson"
NRW = DATA / "nrw_gemeinden" / "gemeinden_simplify200.geojson"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the real data of shared/data are not beside this checkout")


def levels(said: Recorder) -> Counter[str]:
    return Counter(str(node.fields["level"]) for node in said.nodes.values())


def square_kilometres(said: Recorder) -> float:
    move = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3035", always_xy=True)
    shapes = [shape(json.loads(str(node.fields["geometry"]))) for node in said.nodes.values()]
    there = shapely.transform(np.array(shapes, dtype=object), lambda points: np.column_stack(move.transform(points[:, 0], points[:, 1])))
    return float(shapely.area(there).sum()) / 1e6


def test_duisburg_in_one_file() -> None:
    said = Recorder(DUISBURG, {"ags": "05112000"}).read(areas)
    assert levels(said) == {"municipality": 1, "district": 7, "quarter": 27} and not said.rejected
    assert all("geometry" in node.fields for node in said.nodes.values())
    assert Counter(key.partition("#")[2].partition("/")[0] or key for _, key in said.ties("PART_OF")) == {"ags:05112000": 7, "district": 27}
    # The borders fit but for slivers.
    assert len(said.warnings) == 4 and all("kleinere" in told for told in said.warnings)


def test_duisburg_in_many_files() -> None:
    found: Counter[str] = Counter()
    for path in sorted(DATA.glob("duisburg/*.json")):
        level = "Kommune" if path.name.startswith("000") else "Stadtbezirk" if path.name[1:3] == "00" else "Stadtteil"
        said = Recorder(path, {"ags": "05112000", "level": level}).read(areas)
        assert not said.rejected and not said.warnings
        found += levels(said)
    assert found == {"municipality": 1, "district": 7, "quarter": 27}


def test_the_ortsteile_of_leipzig() -> None:
    said = Recorder(LEIPZIG, {"ags": "14713000"}).read(areas)
    assert levels(said) == {"quarter": 63} and len(said.edges) == 63 and not said.rejected
    assert said.warnings[0].startswith("63 Flächen nennen keine Ebene")
    assert said.warnings[1:] == ["1 kleinere Überschneidung (4 m²)."]
    assert square_kilometres(said) == pytest.approx(297.8, rel=0.01)  # the town of today


def test_the_gemeinden_of_nrw_in_seconds() -> None:
    begun = time.perf_counter()
    said = Recorder(NRW).read(areas)
    took = time.perf_counter() - begun
    assert levels(said) == {"municipality": 396} and not said.rejected
    assert {key.partition(":")[0] for key in said.nodes} == {"ags"} and "ags:05112000" in said.nodes
    assert square_kilometres(said) == pytest.approx(34_110, rel=0.01)  # of which the simplified borders count some twice
    # Each border was simplified for itself, by up to 200 metres: the report says so with sizes.
    (summary,) = [told for told in said.warnings if told.startswith("Ebene Kommune")]
    overlaps, gaps = (int(number) for number in re.findall(r"(\d+) (?:Überschneidungen|Lücken)", summary))
    assert (overlaps, gaps) == (853, 1591)
    assert any(re.fullmatch(r"Überschneidung von „Hörstel“ und „Ibbenbüren“: 54,0 ha\.", told) for told in said.warnings)
    assert read_extra(str(said.nodes["ags:05112000"].fields["extra"]))["BEZ"] == "Stadt"
    assert took < 15  # half a second on an idle machine


@pytest.mark.parametrize(("system", "asked"), [("EPSG:25832", False), ("EPSG:31466", False), ("EPSG:3857", False), ("EPSG:25832", True)])
def test_the_same_city_in_metres(tmp_path: Path, system: str, asked: bool) -> None:
    document = json.loads(DUISBURG.read_text(encoding="utf-8"))
    move = pyproj.Transformer.from_crs("OGC:CRS84", system, always_xy=True)
    for feature in document["features"]:
        there = shapely.transform(shape(feature["geometry"]), lambda points: np.column_stack(move.transform(points[:, 0], points[:, 1])))
        feature["geometry"] = mapping(there)
    del document["crs"]
    path = tmp_path / DUISBURG.name
    path.write_text(json.dumps(document), encoding="utf-8")
    options = {"ags": "05112000"} | ({"crs": system} if asked else {})
    said, plain = Recorder(path, options).read(areas), Recorder(DUISBURG, {"ags": "05112000"}).read(areas)
    assert asked or system in said.warnings[0]
    assert list(said.nodes) == list(plain.nodes) and said.edges == plain.edges
    for key, node in plain.nodes.items():
        here, back = (shape(json.loads(str(one.fields["geometry"]))) for one in (node, said.nodes[key]))
        assert shapely.hausdorff_distance(here, back) < (2e-6 if asked else 2e-5)


def test_the_same_city_with_latitude_first(tmp_path: Path) -> None:
    document = json.loads(LEIPZIG.read_text(encoding="utf-8"))
    for feature in document["features"]:
        feature["geometry"] = mapping(shapely.transform(shape(feature["geometry"]), lambda points: points[:, ::-1]))
    path = tmp_path / LEIPZIG.name
    path.write_text(json.dumps(document), encoding="utf-8")
    said, plain = Recorder(path).read(areas), Recorder(LEIPZIG).read(areas)
    assert "in der ganzen Datei vertauscht" in " ".join(said.warnings)
    assert {key: node.fields["geometry"] for key, node in said.nodes.items()} == {key: node.fields["geometry"] for key, node in plain.nodes.items()}
