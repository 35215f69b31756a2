"""The chain on real files: Duisburg's areas, both school registers, and a small workbook of the Handlungsforen."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import Workbook

from graph.fold import fold
from graph.home import Home
from graph.reading import network
from graph.snapshot import Snapshot
from ingest.run import ingest
from queries import catalog
from queries.network import area_actors

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
AREAS = DATA / "districts" / "duisburg" / "duisburg_bezirke_stadtteile.geojson"
SCHOOLS_2021 = DATA / "schools_nrw" / "schuldaten_nrw_2021-09.csv"
SCHOOLS_2024 = DATA / "schools_nrw" / "AS_BS_Verzeichnis_2024_25_mit_Sozialindex_und_Koordinaten_und_Startchancen.csv"

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not AREAS.exists(), reason="the real data of shared/data are not beside this checkout"),
]

FORUMS = [
    ("HF Bildungsberatung", "Handlungsforum Bildungsberatung im Lebenslauf"),
    ("HF Sprache", "Handlungsforum Verkehrs- und Bildungssprache Deutsch"),
    ("HF Bildungslaufbahnen", "Handlungsforum Scheitern von Bildungslaufbahnen vermeiden"),
    ("HF Neuzugewanderte", "Handlungsforum Bildungsangebote für Neuzugewanderte"),
    ("HF Digitalisierung", "Handlungsforum Digitalisierung im Bildungsbereich"),
]
SHEETS: dict[str, list[list[str]]] = {
    "Gremien": [["Name", "Kurzname", "Art", "Ebene"], ["Lenkungskreis Bildungsregion", "Lenkungskreis", "Lenkungskreis", "Steuerung"]]
    + [[name, short, "Handlungsforum", "Facharbeit"] for short, name in FORUMS],
    "Institutionen": [
        ["Name", "Art", "Schulnummer", "Trägernummer"],
        ["Büro Bildungsregion", "Amt", "", ""],
        ["Schulamt für die Stadt Duisburg", "Schulaufsicht", "600112", ""],
        ["Stadt Duisburg", "Träger", "", "10054"],
    ],
    "Projekte": [["Name", "Art"], ["Sprachliche Potentiale stärken", "Projekt"], ["Qualität von Präsenz- und Distanzunterricht", "Projekt"]],
    "Berichtswege": [["Berichtet", "An"]] + [[name, "Lenkungskreis Bildungsregion"] for _, name in FORUMS],
    "Beteiligungen": [
        ["Beteiligt", "Projekt"],
        ["Schulamt für die Stadt Duisburg", "Qualität von Präsenz- und Distanzunterricht"],
        ["Büro Bildungsregion", "Qualität von Präsenz- und Distanzunterricht"],
        ["Handlungsforum Verkehrs- und Bildungssprache Deutsch", "Sprachliche Potentiale stärken"],
    ],
    "Zuständigkeiten": [
        ["Akteur", "Gebiet"],
        ["Sprachliche Potentiale stärken", "Hochheide"],
        ["Handlungsforum Bildungsangebote für Neuzugewanderte", "Hochfeld"],
    ],
}


def workbook(path: Path) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def duisburg(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("duisburg")
    home = Home(folder / "home")
    only = {"gemeinde": "05112000"}
    steps = [
        ("areas", AREAS, {"ags": "05112000"}),
        ("areas", ROOT / "demo" / "duisburg" / "sozialraeume.csv", {}),
        ("schools_nrw", SCHOOLS_2021, only),
        ("schools_nrw", SCHOOLS_2024, only),
        ("tables", workbook(folder / "handlungsforen.xlsx"), {}),
    ]
    for source, path, options in steps:
        report = ingest(source, [path], options, home)
        assert report.exit_code == 0, report.to_text()
    return home


def test_136_entries_of_which_66_stand_in_a_bezirk_only(duisburg: Home) -> None:
    with duisburg.open_ledger() as ledger:
        folded = fold(ledger)
        register = {statement.key for statement in ledger.nodes() if statement.dataset == "schools_nrw:2021" and statement.key.startswith("schulnummer:")}
        assert len(register) == 136
        entities = {key: entity for key, entity in ledger.entities().items() if key in register}
    levels = {key: node.props["level"] for key, node in folded.nodes.items() if node.type == "Area"}
    finest: dict[str, set[str]] = {}
    for edge in folded.edges.values():
        if edge.type == "LOCATED_IN":
            finest.setdefault(edge.start, set()).add(str(levels[edge.end]))
    placed = Counter(next(level for level in ("quarter", "district", "municipality") if level in finest[entity]) for entity in entities.values())
    assert placed == {"quarter": 70, "district": 66}


def test_registers_and_workbook_meet_on_official_numbers(duisburg: Home) -> None:
    with duisburg.open_ledger() as ledger:
        entities = ledger.entities()
        office = entities["schulnummer:600112"]
        assert {statement.dataset for statement in ledger.statements(office)} == {"schools_nrw:2021", "tables:handlungsforen.xlsx"}
        folded = fold(ledger)
    assert folded.nodes[entities["traegernummer:10054"]].props["name"] == "Stadt Duisburg"


@pytest.fixture(scope="module")
def view(duisburg: Home) -> Snapshot:
    with duisburg.open_ledger() as ledger:
        return network(duisburg, ledger, "internal")


def test_the_app_can_ask_for_a_bezirk_and_a_sozialraum(view: Snapshot) -> None:
    areas = view.of_type("Area")
    bezirk = areas.index[(areas["name"] == "Duisburg-Mitte") & (areas["level"] == "district")][0]
    actors = area_actors.run(view, [bezirk])
    assert (actors["type"] == "Institution").sum() >= 20
    assert len(view.areas.social_spaces) == 3
    for space in view.areas.social_spaces:
        assert view.areas.children(space)


def town(path: Path, delimiter: str, ags: str) -> list[dict[str, str]]:
    """The rows of Duisburg, read with nothing of ours."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = file.readlines()
    first = next(n for n, line in enumerate(lines) if line.count(delimiter) > 5)
    return [row for row in csv.DictReader(lines[first:], delimiter=delimiter) if ags in row.values()]


def test_schools_by_form_index_and_programme_in_each_bezirk_are_those_of_the_files(view: Snapshot) -> None:
    found = catalog.run("gaps/school_forms", snapshot=view, edition="2021", as_of="2026-11-25")
    found.index = found["area"].map(view.nodes["name"])
    assert found.index.tolist() == ["Duisburg-Mitte", "Duisburg-Süd", "Hamborn", "Homberg/Ruhrort/Baerl", "Meiderich/Beeck", "Rheinhausen", "Walsum"]
    assert found["schools"].sum() == len(town(SCHOOLS_2021, ";", "05112000")) - 1 == 135  # the 136th is the Schulamt
    later = town(SCHOOLS_2024, ",", "5112000")
    assert found["programme"].sum() == sum(row["Startchancen-Schule"] == "1" for row in later) == 48
    assert found["measured"].sum() == 106 and sum(bool(row["Sozialindex"].strip()) for row in later) == 107
    assert found.loc["Walsum", "missing"] == "Berufskolleg, Sekundarschule, Weiterbildungskolleg, Freie Waldorfschule"
    assert found.loc["Hamborn", ["social_index", "measured", "programme"]].tolist() == [6.83, 18, 14]
    assert found.attrs == {"n": 29, "of": 70}
