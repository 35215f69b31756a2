"""The command line: exit codes, what stands on stdout, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

import ingest.run as run
from cli import app
from graph.home import Home

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read stays in the ledger: the graph has tests of its own."""
    monkeypatch.setattr(run, "_project", lambda *_: None)


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def gremien(folder: Path, rows: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "Gremien.csv").write_text("Name;Art;Farbe\n" + rows, encoding="utf-8")
    return folder


def version(home: Path) -> int:
    with Home(home).open_ledger() as ledger:
        return ledger.version


@pytest.mark.parametrize(("rows", "code"), [("Rat;Rat;\n", 0), ("Rat;Rat;\nBeirat;Unsinn;\n", 1), ("Beirat;Unsinn;\n", 2)])
def test_the_exit_code_says_how_much_was_taken(home: Path, tmp_path: Path, rows: str, code: int) -> None:
    assert call("check", "tables", gremien(tmp_path / "netz", rows)).exit_code == code
    assert version(home) == 0
    assert call("ingest", "tables", gremien(tmp_path / "netz", rows)).exit_code == code
    assert version(home) == (0 if code == 2 else 1)


def test_json_on_stdout_is_nothing_but_the_report(home: Path, tmp_path: Path) -> None:
    done = call("check", "tables", gremien(tmp_path / "netz", "Rat;Rat;blau\nBeirat;Unsinn;\n"), "--format", "json")
    report = json.loads(done.stdout)
    assert {"source", "read", "taken", "rejected", "left_over", "warnings"} <= set(report)
    assert (report["source"], report["read"], report["taken"]) == ("tables", 2, 1)
    (rejected,) = report["rejected"]
    assert {name: rejected[name] for name in ("file", "sheet", "row", "column", "value")} == {
        "file": "Gremien.csv",
        "sheet": "",
        "row": 3,
        "column": "Art",
        "value": "Unsinn",
    }
    assert set(rejected) == {"file", "sheet", "row", "column", "value", "reason"}
    assert report["left_over"] == [{"file": "Gremien.csv", "sheet": "", "column": "Farbe", "filled": 1}]


def test_the_text_names_file_row_column_value_and_the_mend(home: Path, tmp_path: Path) -> None:
    done = call("check", "tables", gremien(tmp_path / "netz", "Rat;Rat;\nBeirat;Unsinn;\n"))
    assert "Gremien.csv, Zeile 3, Spalte „Art“: „Unsinn“" in done.stdout
    assert "erlaubt sind: Rat, Ausschuss" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("check", "nichts", "x"), "Vorhanden sind: areas"),
        (("check", "tables", "fehlt.xlsx"), "gibt es nicht"),
        (("check", "tables", "x", "-o", "farbe=rot"), "Einstellung „farbe“"),
        (("check", "tables", "x", "-o", "farbe"), "name=wert"),
    ],
)
def test_what_cannot_be_done_ends_with_two_and_a_sentence(home: Path, words: tuple[str, ...], says: str) -> None:
    done = call(*words)
    assert done.exit_code == 2
    assert says in done.output


def test_template_writes_a_workbook_and_never_over_a_file(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "netzwerk.xlsx"
    assert call("template", target).exit_code == 0
    assert "Gremien" in openpyxl.load_workbook(target).sheetnames
    target.write_bytes(b"mine")
    refused = call("template", target)
    assert (refused.exit_code, target.read_bytes()) == (2, b"mine")
    assert "--force" in refused.output
    assert call("template", target, "--force").exit_code == 0
    assert target.read_bytes() != b"mine"


def test_an_untouched_template_is_nothing_to_read(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "netzwerk.xlsx"
    call("template", target)
    done = call("ingest", "tables", target)
    assert done.exit_code == 2
    assert "keine ausgefüllte Zeile" in done.stdout
    assert version(home) == 0


@pytest.mark.parametrize("name", ["netzwerk.csv", "fehlt/netzwerk.xlsx"])
def test_template_says_where_it_cannot_write(home: Path, tmp_path: Path, name: str) -> None:
    done = call("template", tmp_path / name)
    assert done.exit_code == 2
    assert not (tmp_path / name).exists()


def test_sources_are_listed_with_their_options(home: Path) -> None:
    listed = {row["name"]: row for row in json.loads(call("sources", "--format", "json").stdout)}
    assert {"areas", "schools_nrw", "tables"} <= set(listed)
    assert "gemeinde" in listed["schools_nrw"]["options"]
    assert "schools_nrw" in call("sources").stdout


def test_status_tells_what_was_read(home: Path, tmp_path: Path) -> None:
    assert "Noch nichts eingelesen" in call("status").stdout
    call("ingest", "tables", gremien(tmp_path / "netz", "Rat;Rat;\n"))
    facts = json.loads(call("status", "--format", "json").stdout)
    assert [row["name"] for row in facts["datasets"]] == ["tables:netz"]


def test_a_ledger_that_is_none_is_a_sentence_and_two(home: Path) -> None:
    (home / "ledger.sqlite").write_bytes(b"no database at all, and long enough to be looked at" * 20)
    command = [sys.executable, "cli.py", "status"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=os.environ | {"PYTHONIOENCODING": "utf-8"}, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Fehler:")
    assert "Traceback" not in done.stderr
