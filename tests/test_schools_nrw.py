"""The school registers of NRW in both forms, with the traps of the real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.registers.school_names import official_name, short_name
from ingest.source import Unreadable
from ingest.sources import schools_nrw
from tests.recording import Recorder

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "schools_nrw"
FILE_2021 = DATA / "schuldaten_nrw_2021-09.csv"
FILE_2024 = DATA / "AS_BS_Verzeichnis_2024_25_mit_Sozialindex_und_Koordinaten_und_Startchancen.csv"
real = pytest.mark.skipif(not DATA.exists(), reason="the real registers of shared/data are not beside this checkout")

HEAD_2021 = (
    "Schulnummer;Schulform;Schulbezeichnung_1;Schulbezeichnung_2;Schulbezeichnung_3;Kurzbezeichnung;PLZ;Ort;Strasse;Telefonvorwahl;Telefon;"
    "E-Mail;Homepage;Rechtsform;Traegernummer;Gemeindeschluessel;Fax;Schulbetriebsdatum;EPSG;UTMRechtswert;UTMHochwert;"
)
HEAD_2024 = (
    "Schuljahr,Schulform,Amtlicher Gemeindeschlüssel,Schulnummer,Amtliche Bezeichnung 1,Amtliche Bezeichnung 2,Amtliche Bezeichnung 3,Straße und Hausnummer,"
    "Postleitzahl,Ort,Rechtsstatus,Telefonnummer Vorwahl,Telefonnummer Durchwahl,Offizielle E-Mail-Adresse,Anzahl,Sozialindex,latitude,longitude,found_address,Startchancen-Schule"
)


def row_2021(**changed: str) -> str:
    row = dict.fromkeys(HEAD_2021.rstrip(";").split(";"), "")
    row |= {"Schulnummer": "100014", "Schulform": "02", "Schulbezeichnung_1": "Kolibri-Schule", "Schulbezeichnung_2": "Städt. Gemeinschaftsgrundschule"}
    row |= {
        "Kurzbezeichnung": "Herne, GG Kolibri-Schule",
        "PLZ": "44625",
        "Ort": "Herne",
        "Strasse": "Jean-Vogel-Str. 36",
        "Telefonvorwahl": "02323",
        "Telefon": "163970",
    }
    row |= {"Rechtsform": "1", "Traegernummer": "10086", "Gemeindeschluessel": "05916000", "EPSG": "null", "UTMRechtswert": "371000", "UTMHochwert": "5710000"}
    return ";".join(f'"{value}"' for value in (row | changed).values()) + ";"


def row_2024(**changed: str) -> str:
    row = dict.fromkeys(HEAD_2024.split(","), "")
    row |= {"Schuljahr": "2024/25", "Schulform": "Grundschule", "Amtlicher Gemeindeschlüssel": "5916000", "Schulnummer": "100014"}
    row |= {
        "Amtliche Bezeichnung 1": "Kolibrischule",
        "Straße und Hausnummer": "Jean-Vogel-Str. 36",
        "Postleitzahl": "1067",
        "Ort": "Herne",
        "Rechtsstatus": "Öffentlich",
    }
    row |= {
        "Telefonnummer Vorwahl": "2323.0",
        "Telefonnummer Durchwahl": "163970.0",
        "Anzahl": "220",
        "Sozialindex": "5.0",
        "latitude": "51.53",
        "longitude": "7.14",
    }
    return ",".join((row | {"Startchancen-Schule": "1"} | changed).values())


def read(folder: Path, *rows: str, name: str = "schuldaten_2021-09.csv", **options: str) -> Recorder:
    path = folder / name
    head = "sep=;\n" + HEAD_2021 if "2021" in name else HEAD_2024
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return Recorder(path, options).read(schools_nrw)


def test_the_register_of_2021(tmp_path: Path) -> None:
    said = read(tmp_path, row_2021(Fax="1"))
    fields = said.nodes["schulnummer:100014"].fields
    assert said.dataset.name == "schools_nrw:2021"
    assert said.dataset.as_of == "2021-09-01"
    assert fields["name"] == "Kolibri-Schule Städt. Gemeinschaftsgrundschule"
    assert (fields["short"], fields["form"], fields["gemeinde"], fields["phone"]) == ("GG Kolibri-Schule", "Grundschule", "05916000", "02323 163970")
    assert (fields["lat"], fields["lon"]) == (pytest.approx(51.527, abs=0.01), pytest.approx(7.14, abs=0.01))
    assert said.ties("LOCATED_IN") == [("schulnummer:100014", "ags:05916000")]
    assert said.ties("RUNS") == [("traegernummer:10086", "schulnummer:100014")]
    assert "name" not in said.nodes["traegernummer:10086"].fields
    assert said.left == {"Fax": 1}
    assert said.nodes["schulnummer:100014"].where.row == 3


def test_the_register_of_2024_with_lost_zeros_and_floats(tmp_path: Path) -> None:
    said = read(tmp_path, row_2024(), name="neu.csv")
    fields = said.nodes["schulnummer:100014"].fields
    assert (said.dataset.name, said.dataset.as_of) == ("schools_nrw:2024/25", "2024-10-15")
    assert (fields["gemeinde"], fields["postcode"], fields["phone"], fields["pupils"]) == ("05916000", "01067", "02323 163970", 220)
    (value,) = [edge for edge in said.edges if edge.type == "HAS_VALUE"]
    assert value.fields == {"value": 5.0, "year": 2024}
    assert said.nodes[value.end].type == "Indicator"
    assert said.ties("TAKES_PART_IN") == [("schulnummer:100014", "programme:startchancen")]


def test_without_sozialindex_and_startchancen_nothing_is_said_of_them(tmp_path: Path) -> None:
    said = read(tmp_path, row_2024(**{"Sozialindex": "", "Startchancen-Schule": "0"}), name="neu.csv")
    assert {edge.type for edge in said.edges} == {"LOCATED_IN"}


@pytest.mark.parametrize("number", ["", "12", "abcdef"])
def test_a_row_without_a_school_number_is_rejected(tmp_path: Path, number: str) -> None:
    said = read(tmp_path, row_2021(Schulnummer=number), row_2021(Schulnummer="100015"))
    assert [(row, column) for row, column, _, _ in said.rejected] == [(3, "Schulnummer")]
    assert "schulnummer:100015" in said.nodes


def test_a_number_that_stands_twice_is_rejected_the_second_time(tmp_path: Path) -> None:
    said = read(tmp_path, row_2021(), row_2021())
    assert said.rejected[0][0] == 4
    assert "schon weiter oben" in said.rejected[0][3]


def test_a_code_without_key_table_is_taken_and_said(tmp_path: Path) -> None:
    said = read(tmp_path, row_2021(Schulform="77"))
    assert said.nodes["schulnummer:100014"].fields["form"] == "Schulform 77"
    assert any("„77“" in warning for warning in said.warnings)


def test_an_office_is_no_school_and_zero_is_no_provider(tmp_path: Path) -> None:
    said = read(tmp_path, row_2021(Schulform="0A", Traegernummer="0"))
    assert said.nodes["schulnummer:100014"].fields["kind"] == "school_authority"
    assert not said.ties("RUNS")


def test_a_coordinate_outside_the_state_is_left_out_and_said(tmp_path: Path) -> None:
    said = read(tmp_path, row_2024(latitude="48.1", longitude="11.5"), name="neu.csv")
    assert said.nodes["schulnummer:100014"].fields["position"] == "doubtful"
    assert "nicht in Nordrhein-Westfalen" in said.warnings[0]


@pytest.mark.parametrize(("found", "used"), [("36 Jean-Vogel-Straße Herne 01067", True), ("Jean-Vogel-Straße Köln 50667", False), ("", True)])
def test_a_geocode_of_another_address_is_left_out_and_said(tmp_path: Path, found: str, used: bool) -> None:
    said = read(tmp_path, row_2024(found_address=found), name="neu.csv")
    assert said.nodes["schulnummer:100014"].fields["position"] == ("geocoded" if used else "doubtful")
    assert bool(said.warnings) is not used
    assert not said.left


def test_both_editions_are_one_school(tmp_path: Path) -> None:
    old, new = read(tmp_path, row_2021()), read(tmp_path, row_2024(), name="neu.csv")
    assert "schulnummer:100014" in old.nodes and "schulnummer:100014" in new.nodes
    assert old.nodes["schulnummer:100014"].fields["schulnummer"] == new.nodes["schulnummer:100014"].fields["schulnummer"]
    assert old.dataset.name != new.dataset.name


@pytest.mark.parametrize(
    ("changed", "field", "word"),
    [
        ({"PLZ": "47X11"}, "postcode", "Die PLZ „47X11“ hat nicht fünf Ziffern"),
        ({"PLZ": "471"}, "postcode", "fünf Ziffern"),
        ({"Gemeindeschluessel": "0511X"}, "gemeinde", "Gemeindeschlüssel „0511X“ hat nicht acht Ziffern"),
        ({"UTMRechtswert": "0", "UTMHochwert": "0"}, "lat", "Die Koordinate „0 / 0“"),
        ({"UTMRechtswert": "abc"}, "lat", "Die Koordinate „abc / 5710000“"),
        ({"UTMRechtswert": "", "UTMHochwert": ""}, "lat", "Ein Eintrag hat keine Koordinate"),
        ({"Rechtsform": "9"}, "legal", "Rechtsform: „9“ ist unbekannt"),
        ({"Schulbetriebsdatum": "irgendwann"}, "start", "kein Datum"),
        ({"Homepage": "keine"}, "url", "keine Internetadresse"),
    ],
)
def test_a_bad_value_of_2021_is_said_and_the_school_taken(tmp_path: Path, changed: dict[str, str], field: str, word: str) -> None:
    said = read(tmp_path, row_2021(**changed))
    assert field not in said.nodes["schulnummer:100014"].fields
    assert [warning for warning in said.warnings if word in warning]
    assert not said.rejected
    if field == "gemeinde":
        assert not said.ties("LOCATED_IN")


@pytest.mark.parametrize(
    ("changed", "edge", "word"),
    [
        ({"Sozialindex": "hoch"}, "HAS_VALUE", "„hoch“ ist keine Stufe"),
        ({"Sozialindex": "42"}, "HAS_VALUE", "Stufe von 1 bis 9"),
        ({"Startchancen-Schule": "vielleicht"}, "TAKES_PART_IN", "„vielleicht“ ist unbekannt"),
    ],
)
def test_a_bad_value_of_2024_is_said_and_the_school_taken(tmp_path: Path, changed: dict[str, str], edge: str, word: str) -> None:
    said = read(tmp_path, row_2024(**changed), name="neu.csv")
    assert "schulnummer:100014" in said.nodes
    assert not said.ties(edge)
    assert word in said.warnings[0]


@pytest.mark.parametrize("broken", [row_2021() + '"zuviel"', ";".join(row_2021().split(";")[:8])])
def test_a_row_of_another_width_is_rejected_whatever_the_option(tmp_path: Path, broken: str) -> None:
    for options in ({}, {"gemeinde": "05916000"}):
        said = read(tmp_path, broken, row_2021(Schulnummer="100015"), **options)
        assert [row for row, *_ in said.rejected] == [3]
        assert "statt 21 Felder" in said.rejected[0][3]
        assert "schulnummer:100014" not in said.nodes and "schulnummer:100015" in said.nodes


@pytest.mark.parametrize("year", ["2023/24", ""])
def test_a_row_of_another_school_year_is_rejected(tmp_path: Path, year: str) -> None:
    said = read(tmp_path, row_2024(), row_2024(Schuljahr=year, Schulnummer="100015"), name="neu.csv")
    assert [(row, column) for row, column, *_ in said.rejected] == [(3, "Schuljahr")]


@pytest.mark.parametrize(("encoding", "warned"), [("utf-8", 0), ("utf-8-sig", 0), ("utf-16", 0), ("cp1252", 1)])
def test_text_as_excel_may_save_it(tmp_path: Path, encoding: str, warned: int) -> None:
    path = tmp_path / "neu.csv"
    path.write_text(f"{HEAD_2024}\n{row_2024(Ort='Köln')}\n", encoding=encoding)
    said = Recorder(path).read(schools_nrw)
    assert said.nodes["schulnummer:100014"].fields["city"] == "Köln"
    assert len(said.warnings) == warned


@pytest.mark.parametrize("content", [b"PK\x03\x04\x14\0\x06\0", HEAD_2024.encode() + b'\n2024/25,"' + b"x" * 200_000])
def test_what_is_no_csv_is_unreadable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "neu.csv").write_bytes(content)
    with pytest.raises(Unreadable, match="keine CSV-Datei|bricht in Zeile"):
        Recorder(tmp_path / "neu.csv").read(schools_nrw)


def test_a_value_that_cannot_be_read_does_not_cost_the_school(tmp_path: Path) -> None:
    said = read(tmp_path, row_2024(Anzahl="viele"), name="neu.csv")
    assert "pupils" not in said.nodes["schulnummer:100014"].fields
    assert "„viele“ ist keine Zahl" in said.warnings[0]


def test_only_the_municipalities_of_the_option(tmp_path: Path) -> None:
    other = row_2021(Schulnummer="100015", Gemeindeschluessel="05112000")
    said = read(tmp_path, row_2021(), other, gemeinde="5112000")
    assert [key for key in said.nodes if key.startswith("schulnummer")] == ["schulnummer:100015"]
    assert "1 Einträge anderer Gemeinden" in said.warnings[0]
    with pytest.raises(Unreadable, match="bitte den AGS prüfen"):
        read(tmp_path, row_2021(), gemeinde="05000000")


def test_another_table_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("Name;Ort\nKita;Herne\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="kein Schulverzeichnis"):
        Recorder(path).read(schools_nrw)


@pytest.mark.parametrize(
    ("parts", "name", "short"),
    [
        (["Städt. Kath. Grundschule", "Kartause-Hain-Schule", "- Primarstufe -"], "Städt. Kath. Grundschule Kartause-Hain-Schule", "Kartause-Hain-Schule"),
        (["Städt. Gem. Grundschule", "- Primarstufe -", ""], "Städt. Gem. Grundschule", "GS Eschenstr."),
        (["Städt. Gemeinschaftsgrundschule", "Am Friedenspark", ""], "Städt. Gemeinschaftsgrundschule Am Friedenspark", "GS Am Friedenspark"),
        (["Freie Waldorfschule Rudolf Steiner Schu-", "le", ""], "Freie Waldorfschule Rudolf Steiner Schule", "Freie Waldorfschule Rudolf Steiner Schule"),
        (["Willy-Brandt-Gesamtschule", "Städtische Schule der", "Sekundarstufen I und II"], "Willy-Brandt-Gesamtschule", "Willy-Brandt-Gesamtschule"),
        (["Don-Bosco-Schule", "Städt. Kath. Grundschule - Primarstufe", ""], "Don-Bosco-Schule Städt. Kath. Grundschule", "Don-Bosco-Schule"),
        (["Städtische Realschule Kalkar", "Sek. I i.E."], "Städtische Realschule Kalkar i.E.", "Realschule Kalkar"),
        (["Sekundarschule Duisburg", "mit Teilstandort Rahm"], "Sekundarschule Duisburg mit Teilstandort Rahm", "GS Eschenstr."),
        (
            ["Schule am Hellweg - Städt. Förderschule-", "Förderschwerp. Lernen u. Sprache", "- Primar- u. Sek. I"],
            "Schule am Hellweg - Städt. Förderschule-Förderschwerp. Lernen u. Sprache",
            "Schule am Hellweg",
        ),
        (["Städt. Reinhard-und-Max-", "Mannesmann-Gymnasium", ""], "Städt. Reinhard-und-Max-Mannesmann-Gymnasium", "Reinhard-und-Max-Mannesmann-Gymnasium"),
    ],
)
def test_names_and_short_names(parts: list[str], name: str, short: str) -> None:
    assert official_name(parts) == name
    assert short_name(parts, "Grundschule", "Eschenstr. 4", "Duisburg") == short


@real
@pytest.mark.parametrize(
    ("file", "all_rows", "towns"),
    [(FILE_2021, 5507, {"05112": 136, "05916": 43, "05334": 174}), (FILE_2024, 5407, {"05112": 134})],
)
def test_the_real_registers(file: Path, all_rows: int, towns: dict[str, int]) -> None:
    said = Recorder(file).read(schools_nrw)
    schools = [node for key, node in said.nodes.items() if key.startswith("schulnummer:")]
    assert len(schools) == all_rows
    assert not said.rejected
    for prefix, count in towns.items():
        assert sum(str(school.fields["gemeinde"]).startswith(prefix) for school in schools) == count
    assert all(len(str(school.fields["gemeinde"])) == 8 and school.fields["name"] and school.fields["short"] for school in schools)
