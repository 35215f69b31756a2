"""An Open Referral directory (HSDS) becomes institutions, offers, places and themes; ZIP files are read in memory and bounded."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import ingest.registers.hsds_package as hsds_package
import ingest.run as run
from graph.fold import fold
from graph.home import Home
from graph.values import read_extra
from ingest.run import ingest
from ingest.source import Unreadable
from ingest.sources import hsds
from tests.recording import Recorder

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "hsds"

THREE = {
    "organization": "id,name,alternate_name,description,email,website,year_incorporated,parent_organization_id\no1,Bildungsverein,BV,Hilft beim Lernen,post@bv.example,bv.example,1998,\n"
    "o2,Lernwerkstatt,,,,,,o1\n",
    "service": "id,organization_id,program_id,name,description,url,email,status,assured_date,fees_description\n"
    "s1,o1,p1,Lesehilfe,Lesen mit Paten,https://bv.example/lesen,,active,2025-06-01,kostenlos\ns2,o2,,Werkraum,,,,inactive,,\n",
    "location": "id,organization_id,location_type,name,latitude,longitude\nl1,o2,physical,Haus Nord,51.45,6.75\nl2,,physical,Haus Süd,51.40,6.70\nl3,,virtual,Online,,\n",
    "service_at_location": "id,service_id,location_id,description\na1,s1,l1,dienstags\na2,s1,l2,\na3,s2,l1,\n",
    "address": "id,location_id,address_type,address_1,address_2,city,postal_code,country\nd1,l1,physical,Hafenweg 1,2. OG,Ruhrstadt,04711,DE\nd2,l1,postal,Postfach 1,,Ruhrstadt,04711,DE\n",
    "phone": "id,service_id,organization_id,contact_id,location_id,number,type,extension\nt1,s1,,,,0203 1234,voice,5\nt2,,o1,,,0203 99,fax,\nt3,,,c1,,0203 77,voice,\nt4,,,,l1,0203 55,voice,\n",
    "contact": "id,organization_id,service_id,name,title,email\nc1,,s1,Erika Muster,Leitung,erika@bv.example\n",
    "program": "id,organization_id,name\np1,o1,Sprache im Fluss\n",
    "taxonomy": "id,name\nx,Bildungsthemen\n",
    "taxonomy_term": "id,code,name,parent_id,taxonomy_id\n1,A,Bildung,,x\n2,B,Sprache,1,x\n3,C,Sport,,x\n",
    "attribute": "id,link_id,link_entity,taxonomy_term_id\nb1,s1,service,2\nb2,o1,organization,1\nb3,d1,address,3\n",
    "schedule": "id,service_id,byday,opens_at,closes_at\nh1,s1,TU,15:00,17:00\n",
    "service_area": "id,service_id,name\nr1,s1,Hafenviertel\nr2,s1,Nirgendwo\n",
    "cost_option": "id,service_id,amount\n1,s1,0\n",
    "meta_table_description": "id,name,language\n1,service,de\n",
}
KNOWN = [("05999000#quarter/1", "Area", "Hafenviertel"), ("ags:05999000", "Area", "Ruhrstadt")]


def folder(place: Path, tables: dict[str, str], **changed: str | None) -> Path:
    path = place / "verzeichnis"
    path.mkdir(exist_ok=True)
    for name, text in {**tables, **changed}.items():
        if text is not None:
            (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def packed(place: Path, members: dict[str, str | bytes], name: str = "verzeichnis.zip") -> Path:
    path = place / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def read(path: Path, **options: str) -> Recorder:
    return Recorder(path, options, KNOWN).read(hsds)


def test_a_directory_of_hsds_3(tmp_path: Path) -> None:
    said = read(folder(tmp_path, THREE))
    assert Counter(node.type for node in said.nodes.values()) == {"Institution": 2, "Offer": 3, "Theme": 2, "Person": 1, "Project": 1}
    association = said.nodes["verzeichnis#organization/o1"].fields
    assert {name: association[name] for name in association if name != "extra"} == {
        "name": "Bildungsverein", "short": "BV", "kind": "other", "note": "Hilft beim Lernen", "email": "post@bv.example", "url": "https://bv.example", "start": "1998"
    }  # fmt: skip
    assert read_extra(str(association["extra"])) == {"phones": "0203 99 (fax)"}
    assert said.ties("PART_OF") == [("verzeichnis#taxonomy/2", "verzeichnis#taxonomy/1"), ("verzeichnis#organization/o2", "verzeichnis#organization/o1")]
    assert set(said.ties("RUNS")) == {
        ("verzeichnis#organization/o1", "verzeichnis#program/p1"), ("verzeichnis#organization/o1", "verzeichnis#service/s1"),
        ("verzeichnis#organization/o1", "verzeichnis#service/s1@l2"), ("verzeichnis#organization/o2", "verzeichnis#service/s2"),
    }  # fmt: skip
    assert ("verzeichnis#service/s1", "verzeichnis#taxonomy/2") in said.ties("ADDRESSES")
    assert ("verzeichnis#organization/o1", "verzeichnis#taxonomy/1") in said.ties("ADDRESSES")
    assert said.nodes["verzeichnis#program/p1"].fields == {"name": "Sprache im Fluss", "kind": "programme"}
    assert not said.rejected


def test_a_service_is_an_offer_at_each_of_its_places(tmp_path: Path) -> None:
    said = read(folder(tmp_path, THREE))
    north, south = said.nodes["verzeichnis#service/s1"].fields, said.nodes["verzeichnis#service/s1@l2"].fields
    assert {name: north[name] for name in north if name not in ("extra", "description")} == {
        "name": "Lesehilfe (Haus Nord)", "url": "https://bv.example/lesen", "confirmed": "2025-06-01", "lat": 51.45, "lon": 6.75, "position": "stated",
        "street": "Hafenweg 1, 2. OG", "city": "Ruhrstadt", "postcode": "04711", "phone": "0203 1234, Durchwahl 5",
    }  # fmt: skip
    assert (south["name"], south["lat"], "street" in south) == ("Lesehilfe (Haus Süd)", 51.4, False)
    extra = read_extra(str(north["extra"]))
    assert extra["program"] == "Sprache im Fluss" and extra["schedule"] == "byday: TU; opens_at: 15:00; closes_at: 17:00"
    assert extra["fees_description"] == "kostenlos" and extra["service_at_location.description"] == "dienstags"
    assert extra["location.Postanschrift"] == "Postfach 1, Ruhrstadt, 04711, DE" and extra["phones"] == "0203 55"
    assert set(said.ties("SERVES")) == {("verzeichnis#service/s1", "05999000#quarter/1"), ("verzeichnis#service/s1@l2", "05999000#quarter/1")}
    assert extra["service_areas"] == "Nirgendwo" and any("„Nirgendwo“" in warning for warning in said.warnings)


def test_an_organisation_sits_at_its_only_place(tmp_path: Path) -> None:
    said = read(folder(tmp_path, THREE))
    assert said.nodes["verzeichnis#organization/o2"].fields["street"] == "Hafenweg 1, 2. OG"
    assert "lat" not in said.nodes["verzeichnis#organization/o1"].fields
    two = read(folder(tmp_path, THREE, location=THREE["location"] + "l4,o2,physical,Zweites Haus,51.4,6.7\n"))
    assert "lat" not in two.nodes["verzeichnis#organization/o2"].fields
    assert any("2 Orte werden von keinem Angebot genutzt" in warning and "Zweites Haus" in warning for warning in two.warnings)


def test_a_place_without_coordinates_lies_in_the_town_that_it_names(tmp_path: Path) -> None:
    said = read(folder(tmp_path, THREE, location=THREE["location"].replace("51.45,6.75", ",")))
    assert ("verzeichnis#service/s1", "ags:05999000") in said.ties("LOCATED_IN")
    assert not read(folder(tmp_path, THREE)).ties("LOCATED_IN")


def test_people_work_for_the_organisation(tmp_path: Path) -> None:
    more = THREE["contact"] + "c2,,s1,Erika Muster,Leitung,erika@bv.example\nc3,o1,,Erika Muster,Vorstand,\nc4,,s9,Max Muster,,\nc5,o1,,,,info@bv.example\n"
    said = read(folder(tmp_path, THREE, contact=more))
    people = {key: node.fields for key, node in said.nodes.items() if node.type == "Person"}
    assert {key: (fields["name"], fields["function"]) for key, fields in people.items()} == {
        "verzeichnis#contact/c1": ("Erika Muster", "Leitung"), "verzeichnis#contact/c3": ("Erika Muster", "Vorstand")
    }  # fmt: skip
    assert people["verzeichnis#contact/c1"]["phone"] == "0203 77"
    assert [(row, column) for row, column, *_ in said.rejected] == [(5, "service_id"), (6, "name")]
    (edge,) = [edge for edge in said.edges if edge.start == "verzeichnis#contact/c1"]
    assert (edge.type, edge.end, edge.fields["function"]) == ("WORKS_FOR", "verzeichnis#organization/o1", "Leitung")
    assert read_extra(str(edge.fields["extra"])) == {"contact for": "Lesehilfe"}
    assert any("1 Ansprechperson steht mehrmals da" in warning for warning in said.warnings)


def test_what_rests_is_taken_and_says_so(tmp_path: Path) -> None:
    said = read(folder(tmp_path, THREE))
    assert said.nodes["verzeichnis#service/s2"].fields["note"] == "Stand laut Verzeichnis: ruht"
    assert any("Vermerk „ruht“" in warning and "Werkraum" in warning for warning in said.warnings)


def test_what_nobody_asked_for_is_reported(tmp_path: Path) -> None:
    said = read(folder(tmp_path, THREE))
    assert {name: said.left[name] for name in ("fees_description", "byday", "amount", "country", "code")} == {
        "fees_description": 1, "byday": 1, "amount": 1, "country": 2, "code": 3
    }  # fmt: skip
    assert any("1 von 3 Themen" in warning for warning in said.warnings)
    assert sum("gehört zu nichts, was übernommen wird" in warning for warning in said.warnings) == 2  # an address's attribute, the table about tables


@pytest.mark.parametrize(
    ("table", "row", "line", "column", "word"),
    [
        ("service", "s9,o9,,Kurs,,,,active,,\n", 4, "organization_id", "Die Organisation mit dieser Nummer gibt es in „organization.csv“ nicht"),
        ("service", "s9,,,Kurs,,,,active,,\n", 4, "organization_id", "Die Organisation fehlt"),
        ("service", "s1,o1,,Kurs,,,,active,,\n", 4, "id", "hat schon Zeile 2"),
        ("service", "s9,o1,,,,,,active,,\n", 4, "name", "Der Name fehlt"),
        ("service", ",o1,,Kurs,,,,active,,\n", 4, "id", "Spalte id fehlt"),
        ("service_at_location", "a9,s9,l1,\n", 5, "service_id", "Das Angebot mit dieser Nummer gibt es"),
        ("service_at_location", "a9,s1,l9,\n", 5, "location_id", "Den Ort mit dieser Nummer gibt es"),
        ("location", "l9,o9,physical,Haus,,\n", 5, "organization_id", "Die Organisation mit dieser Nummer"),
        ("address", "d9,l9,physical,Weg 1,,Ruhrstadt,04711,DE\n", 4, "location_id", "Den Ort mit dieser Nummer"),
        ("phone", "t9,s9,,,,0203 1,voice,\n", 6, "service_id", "Das Angebot mit dieser Nummer"),
        ("phone", "t9,,,,,0203 1,voice,\n", 6, "", "wozu sie gehört"),
        ("phone", "t9,s1,,,,,voice,\n", 6, "number", "Die Nummer fehlt"),
        ("attribute", "b9,s1,service,99\n", 5, "taxonomy_term_id", "Das Thema mit dieser Nummer"),
        ("attribute", "b9,s9,service,1\n", 5, "link_id", "Das Angebot mit dieser Nummer"),
        ("program", "p9,o9,Programm\n", 3, "organization_id", "Die Organisation mit dieser Nummer"),
    ],
)
def test_a_broken_row_is_rejected_and_the_rest_stays(tmp_path: Path, table: str, row: str, line: int, column: str, word: str) -> None:
    whole = read(folder(tmp_path, THREE))
    said = read(folder(tmp_path, THREE, **{table: THREE[table] + row}))
    ((at, where, _, reason),) = said.rejected
    assert (at, where) == (line, column) and word in reason
    assert said.nodes == whole.nodes and said.edges == whole.edges


def test_a_bad_address_of_an_organisation_costs_only_itself(tmp_path: Path) -> None:
    said = read(folder(tmp_path, THREE, organization=THREE["organization"].replace("post@bv.example", "keine Angabe")))
    fields = said.nodes["verzeichnis#organization/o1"].fields
    assert "email" not in fields and read_extra(str(fields["extra"]))["email"] == "keine Angabe"
    assert any("keine E-Mail-Adresse" in warning for warning in said.warnings)


def test_only_organisations_and_services_are_needed(tmp_path: Path) -> None:
    said = read(folder(tmp_path, {name: THREE[name] for name in ("organization", "service")}))
    assert Counter(node.type for node in said.nodes.values()) == {"Institution": 2, "Offer": 2}
    for missing in ("organization", "service"):
        other = tmp_path / missing
        other.mkdir()
        with pytest.raises(Unreadable, match=f"{missing}s.csv fehlt"):
            read(folder(other, {name: text for name, text in THREE.items() if name != missing}))


def test_a_zip_says_what_its_folder_says(tmp_path: Path) -> None:
    there = read(folder(tmp_path, THREE))
    for inside in ("", "export-2025/", "a/b/"):
        path = packed(
            tmp_path, {f"{inside}{name}.csv": text for name, text in THREE.items()} | {"__MACOSX/._service.csv": b"\x00\x05", "LIESMICH.txt": "hallo"}
        )
        said = read(path)
        assert said.nodes == there.nodes and said.edges == there.edges and said.dataset.name == there.dataset.name == "hsds:verzeichnis"
    assert read(path, name="Netz").dataset.name == "hsds:Netz"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_encodings_and_delimiters_in_a_zip(tmp_path: Path, encoding: str) -> None:
    def told(text: str) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows(csv.reader(io.StringIO(text)))
        return out.getvalue().encode(encoding)

    said = read(packed(tmp_path, {f"{name}.csv": told(text) for name, text in THREE.items()}))
    assert said.nodes["verzeichnis#service/s1@l2"].fields["name"] == "Lesehilfe (Haus Süd)" and not said.rejected


@pytest.mark.parametrize("name", ["../service.csv", "/etc/service.csv", "C:\\service.csv", "a/../../service.csv"])
def test_names_that_lead_out_are_not_read(tmp_path: Path, name: str) -> None:
    members: dict[str, str | bytes] = {f"{table}.csv": text for table, text in THREE.items() if table != "phone"}
    said = read(packed(tmp_path, members | {name.replace("service", "phone"): THREE["phone"]}))
    assert any("außerhalb des Verzeichnisses" in warning for warning in said.warnings)
    assert "phone" not in said.nodes["verzeichnis#contact/c1"].fields
    assert sorted(file.name for file in tmp_path.iterdir()) == ["verzeichnis.zip"]


def test_broken_zips_are_said(tmp_path: Path) -> None:
    good = packed(tmp_path, {f"{name}.csv": text for name, text in THREE.items()}).read_bytes()
    for content, word in (
        (good[: len(good) // 2], "unvollständig oder beschädigt"),
        (b"", "unvollständig oder beschädigt"),
        (b"PK\x03\x04 nichts", "beschädigt"),
    ):
        path = tmp_path / "kaputt.zip"
        path.write_bytes(content)
        with pytest.raises(Unreadable, match=word):
            read(path)
    locked = bytearray(good)
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = -1
        while (place := good.find(mark, place + 1)) >= 0:
            locked[place + at] |= 1
    path.write_bytes(bytes(locked))
    with pytest.raises(Unreadable, match="mit einem Kennwort geschützt"):
        read(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hsds_package, "MOST_BYTES", 3_000_000)
    members: dict[str, str | bytes] = {f"{name}.csv": text for name, text in THREE.items()}
    bomb = "id,note\n" + f"1,{'x' * 99}\n" * 60_000
    with pytest.raises(Unreadable, match="entpackt größer als 3 MB"):
        read(packed(tmp_path, members | {"notes.csv": bomb}))
    monkeypatch.setattr(hsds_package, "MOST_BYTES", 100_000_000)
    with pytest.raises(Unreadable, match="länger als 1 Million Zeichen"):
        read(packed(tmp_path, members | {"notes.csv": "," * 2_000_000}))
    monkeypatch.setattr(hsds_package, "MOST_CELLS", 1_000)
    with pytest.raises(Unreadable, match="1.000 Zellen"):
        read(packed(tmp_path, members | {"notes.csv": bomb}))
    with pytest.raises(Unreadable, match="höchstens 2000"):
        read(packed(tmp_path, {f"{number}.txt": "" for number in range(2_001)}))


def test_thousands_of_rows_about_one_thing_are_cut_and_said(tmp_path: Path) -> None:
    said = read(folder(tmp_path, THREE, cost_option="id,service_id,amount\n" + "".join(f"{number},s1,{number}\n" for number in range(1_000))))
    assert read_extra(str(said.nodes["verzeichnis#service/s1"].fields["extra"]))["cost_option"].count("|") == 499
    assert sum("mehr als 500 Zeilen" in warning for warning in said.warnings) == 1


def test_a_taxonomy_that_bites_its_tail_and_parents_that_are_missing(tmp_path: Path) -> None:
    terms = "id,name,parent_id\n1,Bildung,2\n2,Sprache,1\n"
    said = read(folder(tmp_path, THREE, taxonomy_term=terms, organization=THREE["organization"].replace(",o1\n", ",o7\n")))
    assert {key for key, node in said.nodes.items() if node.type == "Theme"} == {"verzeichnis#taxonomy/1", "verzeichnis#taxonomy/2"}
    assert any("Die übergeordnete Organisation „o7“" in warning for warning in said.warnings)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(run, "_project", lambda *_: None)
    return Home(tmp_path / "home")


def counted(home: Home) -> tuple[int, Counter[str], Counter[str]]:
    with home.open_ledger() as ledger:
        whole = fold(ledger)
        return ledger.version, Counter(node.type for node in whole.nodes.values()), Counter(edge.type for edge in whole.edges.values())


def test_into_the_graph_twice_and_the_next_edition_replaces(place: Home, tmp_path: Path) -> None:
    path = folder(tmp_path, THREE)
    first = ingest("hsds", [path], {}, place)
    assert first.exit_code == 0, first.to_text()
    before = counted(place)
    assert before[1] == {"Institution": 2, "Offer": 3, "Theme": 2, "Person": 1, "Project": 1}
    assert ingest("hsds", [path], {}, place).unchanged == first.new
    assert counted(place) == before
    newer: dict[str, Any] = {f"{name}.csv": text for name, text in THREE.items()} | {"service.csv": THREE["service"] + "s3,o1,,Rechenhilfe,,,,active,,\n"}
    report = ingest("hsds", [packed(tmp_path, newer)], {}, place)
    assert (report.new, report.removed) == (2, 0)
    assert counted(place)[1]["Offer"] == 4


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not beside this checkout")
def test_a_real_directory(place: Home) -> None:
    report = ingest("hsds", [SHARED], {}, place)
    assert (report.exit_code, report.rejected) == (0, []), report.to_text()
    _, nodes, edges = counted(place)
    assert nodes == {"Institution": 8, "Offer": 23, "Person": 26, "Theme": 6, "Project": 1}
    assert (edges["RUNS"], edges["ADDRESSES"], edges["WORKS_FOR"], edges["PART_OF"]) == (24, 6, 26, 3)
