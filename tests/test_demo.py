"""The fictional city: always the same for a number, as big as promised, and with all in it that its truth says."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations, zip_longest
from pathlib import Path

import openpyxl
import pytest
import shapely
from shapely.geometry import shape

import demo
from graph.fold import fold
from graph.home import Home
from graph.model import Value
from graph.schema import EDGES, NODES, allowed
from ingest import run

ROOT = Path(__file__).resolve().parents[1]
REGISTER = ROOT.parent / "shared/data/schools_nrw/AS_BS_Verzeichnis_2024_25_mit_Sozialindex_und_Koordinaten_und_Startchancen.csv"
FILES = ("gebiete.geojson", "sozialraeume.csv", "schulen_2025_26.csv", "netzwerk.xlsx", "truth.json")


@dataclass
class City:
    """The files of a city, read again from disk."""

    folder: Path
    truth: dict
    features: list[dict]
    spaces: list[dict[str, str]]
    schools: list[dict[str, str]]
    sheets: dict[str, list[tuple]]
    nodes: dict[str, dict[str, dict[str, Value]]] = field(default_factory=dict)
    edges: dict[str, list[dict[str, Value]]] = field(default_factory=dict)

    def shapes(self, level: str) -> dict[str, shapely.Polygon]:
        return {f["properties"]["name"]: shape(f["geometry"]) for f in self.features if f["properties"]["level"] == level}

    def quarters_of(self, area: str) -> set[str]:
        """Stadtteile of a Stadtteil, Bezirk or the whole town by name."""
        names = {f["properties"]["code"]: f["properties"]["name"] for f in self.features}
        quarters = [f["properties"] for f in self.features if f["properties"]["level"] == "stadtteil"]
        return {q["name"] for q in quarters if area in (q["name"], names[q["parent"]], self.truth["town"])}


def read(folder: Path) -> City:
    with (folder / "sozialraeume.csv").open(encoding="utf-8") as spaces, (folder / "schulen_2025_26.csv").open(encoding="utf-8") as schools:
        truth, areas = (json.loads((folder / name).read_text(encoding="utf-8")) for name in ("truth.json", "gebiete.geojson"))
        book = openpyxl.load_workbook(folder / "netzwerk.xlsx", read_only=True)
        city = City(
            folder, truth, areas["features"],
            list(csv.DictReader(spaces, delimiter=";")), list(csv.DictReader(schools)), {sheet.title: list(sheet.values) for sheet in book},
        )  # fmt: skip
        book.close()
    for node in NODES.values():
        city.nodes[node.name] = {str(row["Schlüssel"]): parse(row, node.fields) for row in rows(city.sheets.get(node.plural.de, []))}
    for edge in EDGES.values():
        found = rows(city.sheets.get(edge.sheet.de, []))
        city.edges[edge.name] = [{"start": row[edge.start_label.de], "end": row[edge.end_label.de], **parse(row, edge.fields)} for row in found]
    return city


def rows(sheet: list[tuple]) -> list[dict]:
    return [dict(zip_longest(sheet[0], row)) for row in sheet[1:]]


def parse(row: dict, fields: tuple) -> dict[str, Value]:
    """Raises ``ValueError`` where a cell is not what the schema expects."""
    values = {f.name: f.parse(row.get(f.label.de)) for f in fields}
    return {name: value for name, value in values.items() if value is not None}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("city") / "new"
    demo.make(folder, 1)
    return read(folder)


@pytest.fixture(scope="module")
def types(city: City) -> dict[str, str]:
    """The type of everything a reference may name."""
    known = {key: kind for kind, found in city.nodes.items() for key in found}
    known.update({f"schulnummer:{row['Schulnummer']}": "Institution" for row in city.schools})
    known.update({f["properties"]["name"]: "Area" for f in city.features} | {row["Sozialraum"]: "Area" for row in city.spaces})
    return known


# ---- the same number, the same city ---------------------------------------------------------------


def test_equal_seeds_give_equal_bytes_whatever_the_hash_seed(city: City, tmp_path: Path) -> None:
    script = "import sys, pathlib, demo; demo.make(pathlib.Path(sys.argv[1]), 1)"
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "77"}, check=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(FILES)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (city.folder / name).read_bytes(), name


def test_another_seed_gives_another_city(city: City, tmp_path: Path) -> None:
    demo.make(tmp_path, 2)
    other = read(tmp_path)
    assert other.truth["town"] != city.truth["town"]
    assert not set(other.shapes("stadtbezirk")) & set(city.shapes("stadtbezirk"))
    assert other.features[0]["geometry"] != city.features[0]["geometry"]
    assert {k: other.truth[k] for k in ("counts", "institutions")} == {k: city.truth[k] for k in ("counts", "institutions")}


def test_make_returns_what_it_wrote(tmp_path: Path) -> None:
    truth = demo.make(tmp_path / "a" / "b", 3)
    assert json.loads((tmp_path / "a" / "b" / "truth.json").read_text(encoding="utf-8")) == json.loads(json.dumps(truth.as_dict()))


def test_the_steps_name_files_that_exist_areas_first(city: City) -> None:
    steps = demo.sources(city.folder)
    assert [source for source, _, _ in steps] == ["areas", "areas", "schools_nrw", "tables"]
    assert all(path.is_file() for _, path, _ in steps)


# ---- counts ---------------------------------------------------------------------------------------


def test_the_city_is_as_big_as_promised(city: City) -> None:
    assert Counter(f["properties"]["level"] for f in city.features) == {"stadt": 1, "stadtbezirk": 7, "stadtteil": 46}
    assert len({row["Sozialraum"] for row in city.spaces}) == 3
    assert len(city.schools) == len({row["Schulnummer"] for row in city.schools}) == 136
    kinds = Counter(row["kind"] for row in city.nodes["Institution"].values())
    assert kinds["kita"] == 210
    assert sum(kinds.values()) - kinds["kita"] == 90
    assert {kind: len(city.nodes[kind]) for kind in ("Gremium", "Person", "Project", "Offer", "Goal")} == {
        "Gremium": 24, "Person": 275, "Project": 60, "Offer": 600, "Goal": 5,
    }  # fmt: skip


def test_the_truth_counts_what_is_in_the_files(city: City) -> None:
    counts = {kind: len(found) for kind, found in city.nodes.items() if found}
    counts["Institution"] += len(city.schools)
    counts["Area"] = len(city.features) + 3
    assert city.truth["counts"] == counts
    assert city.truth["institutions"] == {"school": 136, "kita": 210, "other": 90}
    assert city.truth["edges"] == {kind: len(found) for kind, found in city.edges.items() if found}
    sheets = {name.partition("#")[2]: number for name, number in city.truth["rows"].items() if "#" in name}
    assert sheets == {title: len(sheet) - 1 for title, sheet in city.sheets.items()}
    assert city.truth["rows"]["sozialraeume.csv"] == len(city.spaces)


def test_every_school_form_of_a_large_town_is_there(city: City) -> None:
    forms = Counter(row["Schulform"] for row in city.schools)
    assert (forms["Grundschule"], forms["Gymnasium"], forms["Gesamtschule"], forms["Berufskolleg"]) == (76, 12, 14, 10)
    starts = [row for row in city.schools if row["Startchancen-Schule"] == "1"]
    assert 10 < len(starts) < 45
    assert all(row["Schulform"] == "Berufskolleg" or float(row["Sozialindex"]) >= 7 for row in starts)


def test_the_seats_of_every_gremium_lie_between_8_and_16(city: City) -> None:
    today = Counter(row["end"] for row in city.edges["MEMBER_OF"] if "until" not in row)
    assert set(today) == set(city.nodes["Gremium"])
    assert min(today.values()) >= 8 and max(today.values()) <= 16
    assert {row["start"] for row in city.edges["MEMBER_OF"]} == set(city.nodes["Person"])
    ended = [row for row in city.edges["MEMBER_OF"] if "until" in row]
    assert len(ended) > 50
    assert all(str(row["since"]) <= str(row["until"]) for row in ended)


def test_values_cover_every_quarter_in_two_years(city: City) -> None:
    cells = {(row["start"], row["end"], row["year"]) for row in city.edges["HAS_VALUE"]}
    assert len(cells) == 46 * len(city.nodes["Indicator"]) * 2
    assert {place for place, _, _ in cells} == set(city.shapes("stadtteil"))


# ---- the ground -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 5])
def test_quarters_and_districts_tile_the_town(seed: int, tmp_path: Path) -> None:
    demo.make(tmp_path, seed)
    town = read(tmp_path)
    (outline,) = town.shapes("stadt").values()
    for level in ("stadtbezirk", "stadtteil"):
        parts = list(town.shapes(level).values())
        assert all(part.is_valid and part.geom_type == "Polygon" and not part.interiors for part in parts)
        assert shapely.union_all(parts).symmetric_difference(outline).area < 1e-12
        assert sum(part.area for part in parts) == pytest.approx(outline.area, abs=1e-12)
        assert max(a.intersection(b).area for a, b in combinations(parts, 2)) < 1e-12


def test_every_quarter_lies_in_the_district_that_it_names(city: City) -> None:
    districts = {f["properties"]["code"]: shape(f["geometry"]) for f in city.features if f["properties"]["level"] == "stadtbezirk"}
    quarters = [f for f in city.features if f["properties"]["level"] == "stadtteil"]
    assert all(districts[f["properties"]["parent"]].covers(shape(f["geometry"])) for f in quarters)
    assert city.features[0]["properties"]["ags"] == "05999000"


def test_one_social_space_crosses_a_border_between_districts(city: City) -> None:
    districts = {name: {row["Bezirk"] for row in city.spaces if row["Sozialraum"] == name} for name in {row["Sozialraum"] for row in city.spaces}}
    assert sorted(len(found) for found in districts.values()) == [1, 1, 2]
    assert all(row["Stadtteil"] in city.quarters_of(row["Bezirk"]) for row in city.spaces)


def test_schools_and_kitas_stand_where_they_say(city: City) -> None:
    quarters = city.shapes("stadtteil")
    for row in city.schools:
        assert quarters[row["found_address"].split(", ")[2]].contains(shapely.Point(float(row["longitude"]), float(row["latitude"])))
    (outline,) = city.shapes("stadt").values()
    placed = [row for row in [*city.nodes["Institution"].values(), *city.nodes["Offer"].values()] if "lat" in row]
    outside = [row["name"] for row in placed if not outline.contains(shapely.Point(row["lon"], row["lat"]))]
    stated = {row["start"] for row in city.edges["LOCATED_IN"]}
    nowhere = [key for kind in ("Institution", "Offer") for key, row in city.nodes[kind].items() if "lat" not in row and key not in stated]
    assert len(outside) == 1
    unplaced = [entry["key"] for entry in city.truth["unplaced"]]
    assert {city.nodes["Institution"][key]["name"] for key in unplaced} >= set(outside)
    assert set(nowhere) == {entry["key"] for entry in city.truth["citywide"]} | {key for key in unplaced if "lat" not in city.nodes["Institution"][key]}


# ---- the files fit the software -------------------------------------------------------------------


def test_names_are_unique_within_a_type_and_short_names_anywhere(city: City) -> None:
    for kind, found in city.nodes.items():
        names = Counter(str(row["name"]).casefold() for row in found.values())
        assert not [name for name, n in names.items() if n > 1], kind
    schools = Counter(f"{row['Amtliche Bezeichnung 1']} {row['Amtliche Bezeichnung 2']}" for row in city.schools)
    assert max(schools.values()) == 1
    shorts = Counter(str(row["short"]).casefold() for found in city.nodes.values() for row in found.values() if "short" in row)
    assert max(shorts.values()) == 1
    assert all("short" in row for row in city.nodes["Gremium"].values())
    assert all("short" in row for row in city.nodes["Institution"].values() if len(str(row["name"])) > 44 and row.get("email"))


def test_sheets_and_headings_are_those_of_the_schema(city: City) -> None:
    nodes = {node.plural.de: {"Schlüssel", *(f.label.de for f in node.fields)} for node in NODES.values()}
    edges = {edge.sheet.de: {edge.start_label.de, edge.end_label.de, *(f.label.de for f in edge.fields)} for edge in EDGES.values()}
    for title, sheet in city.sheets.items():
        assert set(sheet[0]) <= (nodes | edges)[title], title
        assert len(set(sheet[0])) == len(sheet[0])


def test_references_lead_to_something_of_the_right_type(city: City, types: dict[str, str]) -> None:
    for kind, found in city.edges.items():
        distinct = set()
        for row in found:
            assert allowed(kind, types[str(row["start"])], types[str(row["end"])]), (kind, row)
            for f in EDGES[kind].fields:
                if f.kind == "reference" and f.name in row:
                    assert types[str(row[f.name])] == f.of
            distinct.add((row["start"], row["end"], *(row.get(name) for name in EDGES[kind].distinguish)))
        assert len(distinct) == len(found), f"{kind}: two rows are one edge"


def test_nothing_points_to_a_real_place_on_the_net(city: City) -> None:
    mails = [row["email"] for found in city.nodes.values() for row in found.values() if "email" in row]
    mails += [row["Offizielle E-Mail-Adresse"] for row in city.schools]
    urls = [row["url"] for found in city.nodes.values() for row in found.values() if "url" in row]
    assert all(str(mail).endswith(".example") for mail in mails)
    assert all(".example" in str(url) for url in urls)
    assert all(row["Schulnummer"].startswith("9") for row in city.schools)


def test_the_register_has_the_columns_of_the_real_one(city: City) -> None:
    if not REGISTER.exists():
        pytest.skip("das Schulverzeichnis 2024/25 liegt nicht neben dem Projekt")
    with REGISTER.open(encoding="utf-8") as real:
        assert next(csv.reader(real)) == list(city.schools[0])


def test_the_ingest_takes_every_row_and_gives_back_every_count(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_project", lambda *_: None)  # the ledger and its fold are asked, no server is started
    home = Home(tmp_path)
    warnings = []
    for source, path, options in demo.sources(city.folder):
        report = run.ingest(source, [path], options, home)
        assert not report.errors and not report.rejected, path.name
        assert report.read == report.taken == sum(n for name, n in city.truth["rows"].items() if name.startswith(path.name))
        warnings += report.warnings
    assert not warnings
    with home.open_ledger() as ledger:
        whole = fold(ledger)
    counts = Counter(node.type for node in whole.nodes.values())
    for kind, names in city.truth["besides"].items():
        assert {node.props["name"] for node in whole.nodes.values() if node.type == kind} >= set(names)
        counts[kind] -= len(names)
    assert counts == city.truth["counts"]
    kinds = Counter("school" if "schulnummer" in node.props else node.props["kind"] for node in whole.nodes.values() if node.type == "Institution")
    assert (kinds["school"], kinds["kita"], sum(kinds.values())) == (136, 210, 436)
    edges = Counter(edge.type for edge in whole.edges.values())
    assert {kind: edges[kind] for kind in ("MEMBER_OF", "RUNS", "SERVES", "ADDRESSES", "CHECKED")} == {
        kind: city.truth["edges"][kind] for kind in ("MEMBER_OF", "RUNS", "SERVES", "ADDRESSES", "CHECKED")
    }
    assert {found.name for found in whole.unplaced} == {entry["name"] for entry in city.truth["unplaced"]}
    assert (whole.open_ends, whole.conflicts) == (0, [])
    names = Counter((node.type, str(node.props["name"]).casefold()) for node in whole.nodes.values())
    assert max(names.values()) == 1


# ---- what was planted is there --------------------------------------------------------------------


@pytest.fixture(scope="module")
def supply(city: City) -> set[tuple[str, str, str]]:
    """(Stadtteil, theme, stage) for which an Angebot or a Projekt is there, by place or by area served."""
    quarters = city.shapes("stadtteil")
    tied = {kind: {key: set() for key in [*city.nodes["Offer"], *city.nodes["Project"]]} for kind in ("area", "ADDRESSES", "FOR_STAGE")}
    for kind in ("SERVES", "LOCATED_IN", "ADDRESSES", "FOR_STAGE"):
        for row in city.edges[kind]:
            if row["start"] in tied["area"]:
                ends = city.quarters_of(str(row["end"])) if kind in ("SERVES", "LOCATED_IN") else {str(row["end"])}
                tied["area" if kind in ("SERVES", "LOCATED_IN") else kind][str(row["start"])] |= ends
    for key, row in city.nodes["Offer"].items():
        if "lat" in row:
            tied["area"][key] |= {name for name, area in quarters.items() if area.contains(shapely.Point(row["lon"], row["lat"]))}
    return {(area, theme, stage) for key in tied["area"] for area in tied["area"][key] for theme in tied["ADDRESSES"][key] for stage in tied["FOR_STAGE"][key]}


def test_planted_gaps_are_empty_and_the_only_ones_of_their_kind(city: City, supply: set[tuple[str, str, str]]) -> None:
    planted = [gap for gap in city.truth["gaps"] if gap["level"] == "district"]
    for gap in city.truth["gaps"]:
        assert not [q for q in city.quarters_of(gap["area"]) if (q, gap["theme"], gap["stage"]) in supply], gap
    covered: dict[tuple[str, str], set[str]] = {}
    for district in city.shapes("stadtbezirk"):
        inside = city.quarters_of(district)
        for quarter, theme, stage in supply:
            if quarter in inside:
                covered.setdefault((theme, stage), set()).add(district)
    alone = {(*(set(city.shapes("stadtbezirk")) - found), *cell) for cell, found in covered.items() if len(found) == 6}
    assert alone == {(gap["area"], gap["theme"], gap["stage"]) for gap in planted}
    assert len(planted) == 5


def test_beside_the_gap_of_a_quarter_a_neighbour_has_something(city: City, supply: set[tuple[str, str, str]]) -> None:
    quarters = city.shapes("stadtteil")
    gaps = [gap for gap in city.truth["gaps"] if gap["level"] == "quarter"]
    assert len(gaps) == 4
    for gap in gaps:
        near = [name for name, area in quarters.items() if name != gap["area"] and area.touches(quarters[gap["area"]])]
        assert any((name, gap["theme"], gap["stage"]) in supply for name in near), gap


def test_checked_entries_are_the_checked_gaps_and_two_that_are_out_of_date(city: City, supply: set[tuple[str, str, str]]) -> None:
    entries = {(row["start"], row["end"], row["stage"], row["date"]) for row in city.edges["CHECKED"]}
    checked = {(gap["area"], gap["theme"], gap["stage"], gap["checked_on"]) for gap in city.truth["gaps"] if gap["state"] == "checked"}
    outdated = {(old["area"], old["theme"], old["stage"], old["checked_on"]) for old in city.truth["outdated_checks"]}
    assert entries == checked | outdated
    assert (len(checked), len(outdated)) == (6, 2)
    assert all(any((q, theme, stage) in supply for q in city.quarters_of(area)) for area, theme, stage, _ in outdated)


def test_planted_doubles_stand_twice_under_different_names(city: City) -> None:
    doubles = city.truth["duplicate_records"]
    assert Counter(pair["type"] for pair in doubles) == {"Institution": 5, "Person": 2, "Project": 2, "Offer": 3}
    for pair in [*doubles, *city.truth["lookalikes"]]:
        found = city.nodes[pair["type"]]
        assert (found[pair["left"]]["name"], found[pair["right"]]["name"]) == (pair["left_name"], pair["right_name"])
        assert pair["left_name"] != pair["right_name"]
    for pair in doubles:
        if pair["type"] == "Institution":
            left, right = (city.nodes["Institution"][pair[side]] for side in ("left", "right"))
            assert abs(float(left["lat"]) - float(right["lat"])) < 3e-4 and abs(float(left["lon"]) - float(right["lon"])) < 4e-4
    assert city.truth["lookalikes"]


def test_planted_structures_share_the_people_that_they_should(city: City) -> None:
    members = {key: {row["start"] for row in city.edges["MEMBER_OF"] if row["end"] == key and "until" not in row} for key in city.nodes["Gremium"]}
    themes = {key: {row["end"] for row in city.edges["ADDRESSES"] if row["start"] == key} for key in city.nodes["Gremium"]}
    areas = {key: {row["end"] for row in city.edges["SERVES"] if row["start"] == key} for key in city.nodes["Gremium"]}
    planted = {entry["kind"]: entry for entry in city.truth["duplicate_structures"]}
    assert set(planted) == {"double", "subset", "parallel"}
    for entry in planted.values():
        assert members[entry["left"]] & members[entry["right"]] == set(entry["shared"])
        assert themes[entry["left"]] == themes[entry["right"]] and areas[entry["left"]] == areas[entry["right"]]
    assert len(planted["double"]["shared"]) >= 8
    assert len(planted["subset"]["shared"]) == len(members["qz-ogs"]) - 1
    assert not planted["parallel"]["shared"]
    pairs = {frozenset(pair): len(members[pair[0]] & members[pair[1]]) for pair in combinations(members, 2)}
    planted_pairs = {frozenset((entry["left"], entry["right"])) for kind, entry in planted.items() if kind != "parallel"}
    politics = {key for key, row in city.nodes["Gremium"].items() if row["level"] == "politics"}
    assert max(n for pair, n in pairs.items() if pair not in planted_pairs and not pair <= politics) < 6


def test_planted_single_points_of_failure(city: City) -> None:
    points = {point["kind"]: point for point in city.truth["single_points_of_failure"]}
    seats = Counter(row["start"] for row in city.edges["MEMBER_OF"] if "until" not in row)
    (first, most), (_, second) = seats.most_common(2)
    assert first == points["person"]["key"] and most == len(points["person"]["gremien"]) == 9 and second <= 5

    carrier = {row["end"]: row["start"] for row in city.edges["RUNS"]}
    actors = {row["start"] for row in city.edges["ADDRESSES"] if row["end"] == points["theme"]["key"]}
    assert len(actors) > 5
    assert {carrier.get(actor, actor) for actor in actors} == {points["theme"]["carrier"]}

    followed = {row["end"] for row in city.edges["FOLLOWS"]}
    soon = {key for key, row in city.nodes["Project"].items() if "2026-10-31" < str(row["end"]) < "2027-10-31" and key not in followed}
    assert soon == {point["key"] for point in city.truth["single_points_of_failure"] if point["kind"] == "project_ending"}
    assert len(soon) == 2
    assert followed


def test_dead_ends_report_to_nobody(city: City) -> None:
    reporting = {row["start"] for row in city.edges["REPORTS_TO"]}
    assert {entry["key"] for entry in city.truth["dead_ends"]} == set(city.nodes["Gremium"]) - reporting - {"rat"}
