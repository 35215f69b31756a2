"""Names of German institutions and persons, taken apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.names.contacts import host, official_id, phone, street
from queries.names.folding import fold, loose
from queries.names.lexicon import LexiconError, load, read
from queries.names.parsing import parse, same_type
from queries.names.people import person, same_first_name


@pytest.mark.parametrize(
    ("names", "city", "core", "types"),
    [
        (("GGS Kirchstraße", "Gemeinschaftsgrundschule Kirchstr.", "Städt. Gem.-Grundschule Kirchstraße, Duisburg", "Gem.Grundsch. Kirchstr."), "Duisburg", ("kirchstr",), {"GGS"}),
        (("VHS Duisburg", "Volkshochschule der Stadt Duisburg"), "Duisburg", (), {"VHS"}),
        (("GG Pfälzer Str.", "Pfälzer Str. (GGS)"), "Köln", ("pfaelzerstr",), {"GGS"}),
        (("Widey-Grundschule",), "Dortmund", ("widey",), {"GS"}),
        (("Wideyschule Städt. Gem. Grundschule - Primarstufe -",), "Dortmund", ("widey",), {"GGS"}),
        (("Gemeinschaftsgrundchule Am Markt",), "", ("am", "markt"), {"GGS"}),  # a typing error in a long word
        (("FÖ SQ Paul-Maar-Schule",), "Köln", ("paul", "maar"), {"FOES"}),
        (("GG Herman-van-Veen-Schule, Förderschwerpunkt Lernen",), "", ("herman", "van", "veen"), {"FOES"}),
        (("Städt. Tageseinrichtung für Kinder Regenbogen", "KiTa Regenbogen"), "", ("regenbogen",), {"KITA"}),
        (("Stadt. Gemeinschaftsgrundsch. Bunde-Mitte, Bunde",), "Bünde", ("mitte",), {"GGS"}),
    ],
)  # fmt: skip
def test_spellings_of_one_name_have_one_core_and_one_type(names: tuple[str, ...], city: str, core: tuple[str, ...], types: set[str]) -> None:
    for name in names:
        found = parse(name, city)
        assert (found.core, set(found.types)) == (core, types), name


def test_what_tells_apart_is_kept_apart() -> None:
    assert parse("AWO KV Duisburg e.V.", "Duisburg").core == parse("Arbeiterwohlfahrt Kreisverband Duisburg", "Duisburg").core == ("awo",)
    assert parse("AWO KV Duisburg").levels == {"KV"} and parse("DRK Ortsverein Witten").levels == {"OV"}
    assert parse("AG Sprache Hochfeld").bodies == {"AG"} and parse("Runder Tisch Sprache Hochfeld").bodies == {"RT"}
    assert parse("Gesamtschule Nord").directions == {"nord"} and parse("Gesamtschule Nord").core == ("nord",)
    assert parse("Grundschule II Bergstraße").numbers == {"2"}
    assert parse("FÖ GG Paul-Moor").focuses == {"GG"}


def test_kg_at_the_end_of_a_firm_is_no_school() -> None:
    assert "KGS" in parse("KG St. Josef").types
    assert "KGS" not in parse("Spielwaren Müller GmbH & Co. KG").types


@pytest.mark.parametrize(
    ("one", "other", "stands"),
    [("GGS Am Markt", "Grundschule Am Markt", 0.5), ("GGS Am Markt", "KGS Am Markt", -1.0), ("Hauptschule Nord", "Sekundarschule Nord", -0.5), ("Gymnasium Nord", "GGS Nord", -1.0), ("Nord", "GGS Nord", 0.0)],
)  # fmt: skip
def test_how_types_stand_to_each_other(one: str, other: str, stands: float) -> None:
    assert same_type(parse(one).types, parse(other).types) == same_type(parse(other).types, parse(one).types) == stands


def test_persons_without_titles_in_any_order() -> None:
    assert person("Dr. Müller, Sascha") == person("Sascha Mueller") == person("Herr Prof. Dr. Sascha Müller") == ("mueller", "sascha")
    assert same_first_name("kathrin", "katrin") and same_first_name("sascha", "sasha")
    assert not same_first_name("heike", "heiko") and not same_first_name("jan", "jana") and not same_first_name("peter", "paul")


def test_addresses_and_numbers() -> None:
    assert street("Große Seestr. 5 -7a") == street("Grosse Seestraße 5") == ("grosseseestr", "5")
    assert street("Hermann-Grothe-Str. 99 a") == ("hermanngrothestr", "99a") and street("Am Knappert") == ("amknappert", "")
    assert {phone(text) for text in ("0203/283-1234", "+49 (203) 283 1234", "0203 2831234, Fax 0203 99", "0049 203 2831234")} == {"2032831234"}
    assert phone("110") == "" and phone("") == ""
    assert host("https://www.GGS-Kirchstrasse.de/start?x=1") == "ggs-kirchstrasse.de"
    assert official_id("123456@schule.nrw.de") == "schulnummer:123456" and official_id("post@schule.nrw.de") == ""


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_taken_apart(name: str, city: str) -> None:
    found = parse(name, city)
    assert found.joined == "".join(found.core) and all(found.core)
    assert person(name) == tuple(sorted(person(name)))
    street(name), phone(name), host(name)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert loose(fold(text.upper())) == loose(fold(text.upper().lower()))


def test_own_words_are_tried_first(tmp_path: Path) -> None:
    more = tmp_path / "namen.csv"
    more.write_text("kind;meaning;written\ntype;MGH;mehrgenerationenhaus|mgh\nword;stadtwerk;sw_\n", encoding="utf-8-sig")
    words = load(more)
    assert parse("MGH Hochfeld", "", words).types == {"MGH"} == parse("Mehrgenerationenhaus Hochfeld", "", words).types
    assert parse("SW Duisburg", "", words).core == ("stadtwerk", "duisburg")
    assert not parse("MGH Hochfeld").types


@pytest.mark.parametrize(
    ("line", "said"),
    [("schulart;X;y", "Zeile 2.*„schulart“.*type"), ("type;X;", "Zeile 2, Spalte written"), ("type;X;gem(einschaft", "Klammer")],
)
def test_a_wrong_line_of_words_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "namen.csv"
    path.write_text(f"kind;meaning;written\n{line}\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=said):
        read(path)
