"""Every trap of the real school registers, once on a file made here and once on the real files (skipped where they are absent)."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyproj
import pytest

from graph.conflicts import COORDINATES, Conflict, conflicts
from graph.editions import editions
from graph.fold import fold
from graph.ledger import Ledger
from graph.records import Dataset, Node
from graph.values import read_extra
from ingest.registers.school_files import read_file
from ingest.sources import schools_nrw
from tests.ledger_words import say
from tests.recording import Recorder
from tests.test_schools_nrw import FILE_2021, FILE_2024, HEAD_2021, HEAD_2024, read, real, row_2021, row_2024

SCHOOL = "schulnummer:100014"
OLD, NEW = "schools_nrw:2021", "schools_nrw:2024/25"


@pytest.fixture(scope="module")
def old() -> Recorder:
    return Recorder(FILE_2021).read(schools_nrw)


@pytest.fixture(scope="module")
def new() -> Recorder:
    return Recorder(FILE_2024).read(schools_nrw)


@pytest.fixture(scope="module")
def both(old: Recorder, new: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Both registers of the whole state in one ledger."""
    with Ledger.open(tmp_path_factory.mktemp("both") / "ledger.sqlite") as ledger:
        for said in (old, new):
            say(ledger, [*said.nodes.values(), *said.edges], said.dataset)
        yield ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


def schools(said: Recorder) -> list[Node]:
    return [node for key, node in said.nodes.items() if key.startswith("schulnummer:")]


def take(ledger: Ledger, *registers: Recorder) -> None:
    for said in registers:
        say(ledger, [*said.nodes.values(), *said.edges], said.dataset)


def props(ledger: Ledger, key: str = SCHOOL) -> dict[str, object]:
    return dict(fold(ledger).nodes[ledger.entity(key) or ""].props)


# ---- sep=; and delimiters at the end of the line ------------------------------------------------------


@pytest.mark.parametrize("first", ["sep=;\n", "SEP=;\r\n", '"sep=;"\n', "\ufeffsep=;\n", ""])
@pytest.mark.parametrize("behind", ["", ";", ";;"])
def test_the_line_that_names_the_delimiter_and_delimiters_at_the_end(tmp_path: Path, first: str, behind: str) -> None:
    path = tmp_path / "schuldaten_2021-09.csv"
    path.write_text(f"{first}{HEAD_2021}\n{row_2021().rstrip(';')}{behind}\n", encoding="utf-8", newline="")
    said = Recorder(path).read(schools_nrw)
    assert not said.rejected
    assert said.nodes[SCHOOL].fields["city"] == "Herne"
    assert said.nodes[SCHOOL].where.row == (3 if first else 2)  # as an editor counts


@real
def test_the_real_file_has_both(old: Recorder) -> None:
    lines = FILE_2021.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "sep=;" and lines[1].endswith(";") and not lines[2].endswith(";")
    assert len(schools(old)) == len(lines) - 2
    assert not old.rejected and "" not in old.left
    assert min(node.where.row for node in schools(old)) == 3


# ---- lost zeros and numbers that became floats --------------------------------------------------------


@pytest.mark.parametrize(("prefix", "number", "phone"), [("211.0", "4791163.0", "0211 4791163"), ("0211", "4791163", "0211 4791163"), ("", "4791163.0", "4791163"), ("211.0", "", "0211")])
def test_phone_numbers_that_became_floats(tmp_path: Path, prefix: str, number: str, phone: str) -> None:
    said = read(tmp_path, row_2024(**{"Telefonnummer Vorwahl": prefix, "Telefonnummer Durchwahl": number}), name="neu.csv")
    assert said.nodes[SCHOOL].fields["phone"] == phone


def test_keys_that_lost_their_zero(tmp_path: Path) -> None:
    fields = read(tmp_path, row_2024(**{"Amtlicher Gemeindeschlüssel": "5916000.0", "Postleitzahl": "1067.0"}), name="neu.csv").nodes[SCHOOL].fields
    assert (fields["gemeinde"], fields["postcode"]) == ("05916000", "01067")


@real
def test_the_real_keys_and_numbers_are_whole_again(old: Recorder, new: Recorder) -> None:
    raw = dict(row for row in read_file(FILE_2024).rows)
    assert all(len(row["Amtlicher Gemeindeschlüssel"]) == 7 for row in raw.values())  # the trap is there
    assert sum(row["Telefonnummer Durchwahl"].endswith(".0") for row in raw.values()) > 5_000
    for said in (old, new):
        assert all(str(node.fields["gemeinde"]).startswith("05") and len(str(node.fields["gemeinde"])) == 8 for node in schools(said))
        assert all(len(str(node.fields["postcode"])) == 5 for node in schools(said) if "postcode" in node.fields)
        phones = [str(node.fields["phone"]) for node in schools(said) if "phone" in node.fields]
        assert len(phones) > 5_300
        assert all(phone.startswith("0") and phone.replace(" ", "").isdigit() for phone in phones)


@real
def test_both_editions_write_the_same_number_alike(both: Ledger) -> None:
    """Most schools kept their number in three years; were zeros or floats left, all would differ."""
    assert sum(found.field == "phone" for found in conflicts(both)) < 500


# ---- coordinates --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["null", "", "25832", "4326"])
def test_the_column_epsg_is_not_asked(tmp_path: Path, code: str) -> None:
    fields = read(tmp_path, row_2021(EPSG=code)).nodes[SCHOOL].fields
    to_utm = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:25832", always_xy=True)
    assert to_utm.transform(fields["lon"], fields["lat"]) == pytest.approx((371_000, 5_710_000), abs=0.2)
    assert fields["position"] == "official"


def test_the_official_coordinate_wins_against_a_newer_geocode_that_lies_kilometres_off(ledger: Ledger, tmp_path: Path) -> None:
    official, geocode = read(tmp_path, row_2021()), read(tmp_path, row_2024(latitude="51.60", longitude="7.14"), name="neu.csv")
    take(ledger, official, geocode)
    (found,) = [conflict for conflict in conflicts(ledger) if conflict.field == COORDINATES]
    assert (found.shown.dataset, [other.dataset for other in found.others]) == (OLD, [NEW])
    assert found.distance_km == pytest.approx(8.2, abs=0.3)
    assert found.others[0].value == "51.60000, 7.14000"
    shown = props(ledger)
    assert (shown["lat"], shown["lon"], shown["position"]) == tuple(official.nodes[SCHOOL].fields[name] for name in ("lat", "lon", "position"))
    assert shown["pupils"] == 220  # the rest is the newer edition's


def test_a_doubtful_geocode_is_listed_but_never_shown_even_alone(ledger: Ledger, tmp_path: Path) -> None:
    take(ledger, read(tmp_path, row_2024(found_address="Domplatz Köln 50667"), name="neu.csv"))
    assert not {"lat", "lon", "position"} & set(props(ledger))


@real
def test_of_the_real_geocodes_125_lie_over_1_km_off_and_42_over_10(both: Ledger, old: Recorder, new: Recorder) -> None:
    apart: dict[str, Conflict] = {found.entity: found for found in conflicts(both) if found.field == COORDINATES}
    assert (len(apart), sum((found.distance_km or 0) > 10 for found in apart.values())) == (125, 42)  # as ../shared/data/README.md has it
    whole, datasets = fold(both), {said.dataset.name: said for said in (old, new)}
    for found in apart.values():
        node = whole.nodes[found.entity].props
        register = datasets[found.shown.dataset].nodes[f"schulnummer:{node['schulnummer']}"].fields
        assert all(node[name] == register[name] for name in ("lat", "lon", "position"))  # what the list says shows is what shows
    moved = {found.entity for found in conflicts(both) if found.field == "street"}
    assert all(found.shown.dataset == OLD for found in apart.values() if found.entity not in moved)
    far = [found for found in apart.values() if (found.distance_km or 0) > 10]
    assert all(found.shown.dataset == OLD for found in far)  # none of the worst geocodes is believed


@real
def test_the_real_coordinates_of_both_editions_are_of_one_kind(old: Recorder, new: Recorder) -> None:
    """A wrong zone or swapped axes would put every school kilometres off; half of the geocodes lie within some steps."""
    assert {node.fields.get("position") for node in schools(old)} == {"official"}
    assert Counter(node.fields.get("position") for node in schools(new)) == {"geocoded": 5407 - 79 - 2, "doubtful": 79, None: 2}
    pairs = [(node.fields, new.nodes[node.key].fields) for node in schools(old) if "lat" in getattr(new.nodes.get(node.key), "fields", ())]
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(*zip(*((a["lon"], a["lat"], b["lon"], b["lat"]) for a, b in pairs), strict=True))
    assert statistics.median(metres) < 60


# ---- codes without a key table ------------------------------------------------------------------------


def test_a_traegernummer_without_a_name_is_called_by_it_until_a_list_names_it(ledger: Ledger, tmp_path: Path) -> None:
    take(ledger, read(tmp_path, row_2021()))
    assert props(ledger, "traegernummer:10086")["name"] == "Träger 10086"
    named = Node("Institution", "liste#1", {"name": "Stadt Herne", "kind": "authority", "traegernummer": "10086"})
    say(ledger, [named], Dataset("tables:liste.xlsx", "tables", "Liste", "2026-01-01"))
    assert props(ledger, "traegernummer:10086")["name"] == "Stadt Herne"
    runs = [(edge.start, edge.end) for edge in fold(ledger).edges.values() if edge.type == "RUNS"]
    assert runs == [(ledger.entity("liste#1"), ledger.entity(SCHOOL))]


@real
def test_the_real_traeger_are_numbers_and_said_to_be(old: Recorder) -> None:
    providers = [node for key, node in old.nodes.items() if key.startswith("traegernummer:")]
    assert len(providers) == 6279 - 5507
    assert all("name" not in node.fields for node in providers)
    assert any(f"{len(providers)} Schulträger haben in der Datei nur eine Nummer" in warning for warning in old.warnings)


@real
def test_every_real_schulform_has_a_word_and_the_same_in_both_editions(old: Recorder, new: Recorder) -> None:
    assert not any("Schlüsseltabelle" in warning for warning in old.warnings)
    pairs = Counter((node.fields["form"], new.nodes[node.key].fields["form"]) for node in schools(old) if node.key in new.nodes)
    assert {words for words in pairs if words[0] != words[1]} == {  # two that IT.NRW does not tell apart
        ("Schule für Kranke", "Förderschule Grund-/Hauptschule"), ("Freie Waldorfschule (Förderschule)", "Freie Waldorfschule"),
    }


# ---- schools of one year only -------------------------------------------------------------------------


def test_a_school_of_one_edition_is_closed_or_new_and_never_deleted(ledger: Ledger, tmp_path: Path) -> None:
    take(ledger, read(tmp_path, row_2021(), row_2021(Schulnummer="100015", Schulbezeichnung_1="Eschenschule"), row_2021(Schulnummer="100016", Schulform="0A")))
    take(ledger, read(tmp_path, row_2024(), row_2024(Schulnummer="100017", **{"Amtliche Bezeichnung 1": "Neubau"}), name="neu.csv"))
    assert [(change.kind, change.name.split(" ")[0], change.missing_in) for change in editions(ledger)] == [
        ("gone", "Eschenschule", "Schulverzeichnis NRW 2024/25"), ("new", "Neubau", "Schulverzeichnis NRW 2021"),
    ]  # the office (0A) is not closed: the newer register lists schools only
    assert {str(node.props.get("schulnummer")) for node in fold(ledger).nodes.values()} >= {"100014", "100015", "100016", "100017"}


@real
def test_the_real_editions_tell_closed_from_new_and_keep_all(both: Ledger, old: Recorder, new: Recorder) -> None:
    changes = editions(both)
    assert Counter(change.kind for change in changes) == {"gone": 108, "new": 67}
    offices = sum(node.fields["kind"] == "school_authority" for node in schools(old))
    assert (offices, len({node.key for node in schools(old)} & {node.key for node in schools(new)})) == (59, 5507 - 108 - 59)
    assert sum("schulnummer" in node.props for node in fold(both).nodes.values()) == 5507 + 67


@real
def test_an_edition_of_one_town_closes_no_school_of_another(ledger: Ledger, old: Recorder) -> None:
    town = Recorder(FILE_2024, {"gemeinde": "05112000"}).read(schools_nrw)
    take(ledger, old, town)
    changes = editions(ledger)
    assert changes
    in_town = {ledger.entity(node.key) for said in (old, town) for node in schools(said) if node.fields["gemeinde"] == "05112000"}
    assert {change.entity for change in changes} <= in_town


# ---- columns that nobody asks for ---------------------------------------------------------------------


def test_columns_that_nothing_is_made_of_are_kept_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "neu.csv"
    path.write_text(f"{HEAD_2024},Faxnummer,leer\n{row_2024()},4299019.0,\n", encoding="utf-8")
    said = Recorder(path).read(schools_nrw)
    assert read_extra(str(said.nodes[SCHOOL].fields["extra"])) == {"Faxnummer": "4299019"}
    assert said.left == {"Faxnummer": 1}


@real
def test_the_real_further_columns_are_kept(old: Recorder, new: Recorder) -> None:
    assert set(new.left) == {"Verwaltungsbezirk", "Faxnummer Vorwahl", "Faxnummer Durchwahl"}
    for said in (old, new):
        kept = Counter(column for node in schools(said) for column in read_extra(str(node.fields["extra"])))
        assert kept == said.left
