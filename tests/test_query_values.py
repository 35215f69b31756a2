"""Values of parameters as people write them, and which thing a name means."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from graph.model import Choice, Text
from graph.snapshot import Snapshot
from queries import parameters, results, things
from queries.catalog import Analysis, AnalysisError, Column, Parameter
from tests.small_network import network

WORD = Text("Wort", "Word")


@pytest.fixture
def town() -> Snapshot:
    return network(
        [
            ("institution-a Institution GGS Hafenstraße", {"kind": "school", "schulnummer": "101321", "short": "GS Hafen"}),
            ("institution-b Institution Kath. Grundschule", {"kind": "school", "schulnummer": "101322"}),
            ("institution-c Institution Kath. Grundschule", {"kind": "school"}),
            ("area-n Area Nord", {"level": "district", "ags": "05112000"}),
            ("area-h Area Hochfeld, Dellviertel", {"level": "quarter"}),
            "gremium-n Gremium Nord",
        ],
        [],
    )


@pytest.mark.parametrize(
    ("text", "of", "found"),
    [
        ("institution-a", (), "institution-a"),
        ("schulnummer:101321", (), "institution-a"),
        ("schulnummer: 101322", ("Institution",), "institution-b"),
        ("ags:05112000", ("Area",), "area-n"),
        ("ggs  HAFENSTRASSE", (), "institution-a"),
        ("GS Hafen", ("Institution",), "institution-a"),
        ("Nord", ("Area",), "area-n"),
        ("Nord", ("Gremium",), "gremium-n"),
    ],
)
def test_a_thing_is_meant_by_id_number_or_unique_name(town: Snapshot, text: str, of: tuple[str, ...], found: str) -> None:
    assert things.find(town, text, of) == found


@pytest.mark.parametrize(
    ("text", "of", "said"),
    [
        ("GGS Hafenstrase", (), "„GGS Hafenstrase“ gibt es nicht. Meinten Sie: GGS Hafenstraße (institution-a)"),
        ("Nordd", ("Area",), "gibt es nicht unter: Gebiete. Meinten Sie: Nord (area-n)"),
        ("Kath. Grundschule", (), "heißen 2: Kath. Grundschule (institution-b), Kath. Grundschule (institution-c). Bitte die Kennung nennen."),
        ("gremium-n", ("Area",), "„Nord“ ist Gremium; gefragt ist Gebiet."),
        ("schulnummer:999999", (), "Mit der Nummer schulnummer:999999 gibt es nichts."),
        ("schulnummer:101321", ("Area",), "gibt es nichts unter: Gebiete"),
        ("qqqqqq", (), "„qqqqqq“ gibt es nicht."),
        ("", (), "gibt es nicht"),
    ],
)
def test_who_is_not_found_is_told_with_the_nearest(town: Snapshot, text: str, of: tuple[str, ...], said: str) -> None:
    with pytest.raises(AnalysisError) as error:
        things.find(town, text, of)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "31.10.2026", "2026-10-31"),
        ("date", "2026", "2026-12-31"),
        ("date", "02/2026", "2026-02-28"),
        ("date", "", ""),
        ("date", "heute", date.today().isoformat()),
        ("integer", "12", 12),
        ("number", "2,5", 2.5),
        ("number", "1.234,5", 1234.5),
        ("number", "-3", -3.0),
        ("boolean", "ja", True),
        ("boolean", "False", False),
        ("text", " Hafen ", "Hafen"),
        ("node", "Nord", None),
    ],
)
def test_values_are_read_as_people_write_them(town: Snapshot, kind: str, text: str, value: object) -> None:
    asked = Parameter("x", WORD, kind, of=("Area",) if kind == "node" else ())
    assert parameters.read(asked, [text], town) == (value if kind != "node" else "area-n")
    read = parameters.read(asked, [text], town)
    assert parameters.read(asked, [parameters.written(read)], town) == read


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("date", "31.13.2026", "x: „31.13.2026“ ist kein Datum"),
        ("integer", "zwölf", "x: „zwölf“ geht nicht; erwartet wird eine ganze Zahl ab 0."),
        ("integer", "-1", "eine ganze Zahl"),
        ("integer", "99999999", "eine ganze Zahl"),
        ("number", "viel", "erwartet wird eine Zahl"),
        ("boolean", "vielleicht", "ja oder nein"),
        ("node", "Süd", "x: „Süd“ gibt es nicht"),
    ],
)
def test_a_value_that_cannot_be_is_said_with_its_parameter(town: Snapshot, kind: str, text: str, said: str) -> None:
    with pytest.raises(AnalysisError) as error:
        parameters.read(Parameter("x", WORD, kind), [text], town)
    assert said in str(error.value)


def test_several_things_by_repetition_or_commas_but_a_name_with_a_comma_is_one(town: Snapshot) -> None:
    several = Parameter("areas", WORD, "nodes", of=("Area",))
    assert parameters.read(several, ["Nord", "area-h"], town) == ["area-n", "area-h"]
    assert parameters.read(several, ["Nord,area-h;Nord"], town) == ["area-n", "area-h"]
    assert parameters.read(several, ["Hochfeld, Dellviertel"], town) == ["area-h"]
    assert parameters.read(several, [""], town) == []
    with pytest.raises(AnalysisError, match="2-mal angegeben"):
        parameters.read(Parameter("x", WORD), ["a", "b"], town)


def test_a_choice_is_meant_by_value_or_word_in_either_language(town: Snapshot) -> None:
    choice = Parameter("kind", WORD, choices=(Choice("school", Text("Schule", "School")), Choice("kita", Text("Kita", "Kita"))))
    assert [parameters.read(choice, [text], town) for text in ("school", "Schule", "SCHOOL", "")] == ["school", "school", "school", ""]
    with pytest.raises(AnalysisError, match=r"möglich sind: school \(Schule\), kita \(Kita\)"):
        parameters.read(choice, ["Hort"], town)


def test_a_result_is_shown_with_names_beside_ids(town: Snapshot) -> None:
    about = Analysis(WORD, WORD, WORD, (Column("id", WORD), Column("n", WORD), Column("to", WORD)))
    frame = pd.DataFrame({"n": [1, float("nan")], "to": ["x", None], "more": [0, 0]}, index=pd.Index(["area-n", "area-h"], name="id"))
    shown = results.table(frame, about)
    assert shown.to_numpy().tolist() == [["area-n", 1, "x"], ["area-h", None, None]]
    assert results.node_columns(shown, town) == ["id"]
    assert results.with_names(shown, town).columns.tolist() == ["id", "id_name", "n", "to"]
