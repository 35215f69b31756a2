"""``akteursatlas query`` and ``queries``: what they print, what they refuse, and their exit codes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import app
from graph.home import VARIABLE, Home
from tests.test_own_questions import BODY, HEAD

pytestmark = pytest.mark.server
DAY = "as_of=2026-10-31"


@pytest.fixture
def city(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv(VARIABLE, str(demo_home.path))
    return demo_home


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_table_says_the_question_how_many_of_how_many_and_how_to_read_it(city: Home) -> None:
    done = call("query", "gaps/gremien", "-p", DAY, "-p", "missing=Berichtsweg")
    assert done.exit_code == 0
    assert done.stdout.startswith("Welchen Gremien fehlt eine Leitung")
    assert "1 von 24 (Gremien, die am Stichtag bestehen)" in done.stdout
    assert "Willkommen in" in done.stdout and "Eine Zeile ist etwas, das einem Gremium fehlt." in done.stdout


def test_json_and_csv_hold_ids_and_names(city: Home) -> None:
    found = json.loads(call("query", "gaps/busy_people", "-p", DAY, "--format", "json").stdout)
    assert (found["n"], found["of"], found["parameters"]) == (1, 201, {"as_of": "2026-10-31"})
    (row,) = found["rows"]
    assert (found["names"][row["person"]], row["gremien"]) == ("Katja Vennemann", 9)
    done = call("query", "gaps/institutions_alone", "--param", DAY, "--param", "areas=Birkenmark", "--param", "kind=Schule", "--format", "csv")
    rows = list(csv.DictReader(done.stdout.lstrip("\ufeff").splitlines(), delimiter=";"))
    assert len(rows) == 2 and {row["area_name"] for row in rows} == {"Birkenmark"} and all(row["institution"].startswith("institution-") for row in rows)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gaps/gremein"], "Eine Frage „gaps/gremein“ gibt es nicht. Meinten Sie: gaps/gremien"),
        (["gaps/institutions_alone", "-p", "areas=Birkenmrk"], "Meinten Sie: Birkenmark"),
        (["gaps/gremien", "-p", "monate=3"], "kennt keinen Parameter „monate“; möglich sind: missing, months, as_of"),
        (["gaps/gremien", "-p", "months"], "--param erwartet name=wert, nicht „months“"),
        (["network/relations"], "braucht den Parameter „actor“"),
    ],
)
def test_what_cannot_be_asked_is_said_with_exit_code_2(words: list[str], said: str, city: Home) -> None:
    done = call("query", *words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_nothing_read_in_is_exit_code_2(home: Path) -> None:
    done = call("query", "gaps/gremien")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Noch nichts eingelesen" in done.stderr


def test_the_list_names_every_question_with_parameters_and_columns(home: Path) -> None:
    listed = {entry["name"]: entry for entry in json.loads(call("queries", "--format", "json").stdout)}
    assert {"gaps/gremien", "network/members", "quality/unplaced"} <= set(listed)
    parameters = {p["name"]: p for p in listed["gaps/gremien"]["parameters"]}
    assert parameters["missing"]["choices"] == ["lead", "mandate", "reporting", "meeting"] and parameters["months"]["default"] == 12
    assert "language" not in parameters
    assert listed["network/members"]["parameters"][0] | {"of": ["Gremium"], "required": True} == listed["network/members"]["parameters"][0]
    assert "gaps/gremien" in call("queries").stdout


def test_a_question_of_ones_own_is_listed_asked_and_its_faults_are_exit_code_1(city: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Home, "questions_path", property(lambda _: tmp_path))  # the city is shared: nothing is written into it
    (tmp_path / "schulen.cypher").write_text(HEAD + BODY, encoding="utf-8")
    assert "eigene/schulen" in call("queries").stdout
    assert len(json.loads(call("query", "eigene/schulen", "--format", "json").stdout)["rows"]) == 136
    (tmp_path / "loeschen.cypher").write_text(HEAD + BODY.replace("RETURN", "DETACH DELETE i RETURN"), encoding="utf-8")
    listed = call("queries", "--format", "json")
    assert listed.exit_code == 1 and "loeschen.cypher, Zeile 6: „DETACH“" in listed.stderr
    assert any(entry["name"] == "eigene/schulen" for entry in json.loads(listed.stdout))
    refused = call("query", "eigene/loeschen")
    assert refused.exit_code == 2 and "Fragen lesen nur" in refused.stderr
    monkeypatch.setenv("AKTEURSATLAS_ROLE", "public")
    assert call("query", "eigene/schulen").exit_code == 2  # the database itself knows no roles
