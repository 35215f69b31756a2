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
from commands import data
from graph.home import Home
from graph.ledger import LedgerError

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


def _ten(folder: Path, left: int = 10) -> Path:
    return gremien(folder, "".join(f"Gremium {number};;\n" for number in range(left)))


def test_a_great_loss_needs_a_yes(home: Path, tmp_path: Path) -> None:
    call("ingest", "tables", _ten(tmp_path / "netz"))
    checked = call("check", "tables", _ten(tmp_path / "netz", 3))
    assert checked.exit_code == 0 and "Achtung: „netz“ umfasste bisher 10 Einträge und Beziehungen; 7 davon" in checked.stdout
    refused = call("ingest", "tables", _ten(tmp_path / "netz", 3))
    assert (refused.exit_code, version(home)) == (2, 1)
    assert "7 davon" in refused.stdout and "--yes" in refused.stdout
    taken = call("ingest", "tables", _ten(tmp_path / "netz", 3), "--yes")
    assert (taken.exit_code, version(home)) == (0, 2)
    again = call("ingest", "tables", _ten(tmp_path / "netz", 3))
    assert again.exit_code == 0 and "Achtung" not in again.stdout  # it is done, and nothing goes any more


@pytest.mark.parametrize(("answer", "code"), [("ja\n", 0), ("j\n", 0), ("\n", 1), ("nein\n", 1), ("", 1)])
def test_whoever_sits_there_is_asked(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int) -> None:
    call("ingest", "tables", _ten(tmp_path / "netz"))
    monkeypatch.setattr(data, "somebody_there", lambda: True)
    words = ["ingest", "tables", str(gremien(tmp_path / "neu", "Rat;Rat;\n")), str(_ten(tmp_path / "netz", 3)), "--format", "json"]
    done = CliRunner().invoke(app, words, input=answer)
    report = json.loads(done.stdout)
    assert "7 davon" in done.stderr and "Trotzdem übernehmen?" in done.stderr
    assert (done.exit_code, report["exit_code"]) == (code, code)
    assert (report["new"], report["removed"], report["unchanged"]) == ((1, 7, 3) if code == 0 else (1, 0, 0))


def test_runs_are_listed_and_taken_back(home: Path, tmp_path: Path) -> None:
    assert "Noch kein Lauf" in call("runs").stdout
    call("ingest", "tables", gremien(tmp_path / "netz", "Rat;Rat;\n"))
    call("ingest", "tables", gremien(tmp_path / "netz", "Rat;Rat;\nBeirat;;\n"))
    call("ingest", "tables", gremien(tmp_path / "andere", "Ausschuss;;\n"))
    other, second, first = json.loads(call("runs", "--format", "json").stdout)
    assert [run["dataset"] for run in (other, second, first)] == ["tables:andere", "tables:netz", "tables:netz"]
    assert second["counts"] == {"new": 1, "changed": 0, "unchanged": 1, "removed": 0}
    assert (second["can_take_back"], first["can_take_back"]) == (True, False)
    early = CliRunner().invoke(app, ["take-back", str(first["id"])])
    assert isinstance(early.exception, LedgerError) and f"zuerst Lauf {second['id']}" in str(early.exception)
    done = call("take-back", second["id"], "--reason", "falsche Datei")
    assert done.exit_code == 0 and "1 entfallen" in done.stdout
    with Home(home).open_ledger() as ledger:
        assert [node.data["name"] for node in ledger.nodes() if node.dataset == "tables:netz"] == ["Rat"]
        assert "falsche Datei" in ledger.audit_log()[-1].detail
    listed = json.loads(call("runs", "--dataset", "tables:netz", "--format", "json").stdout)
    assert [(run["kind"], run["takes_back"], run["taken_back"]) for run in listed] == [
        ("take_back", second["id"], 0), ("ingest", 0, listed[0]["id"]), ("ingest", 0, 0),
    ]  # fmt: skip
    assert "Von „tables:fehlt“ gibt es keinen Lauf" in call("runs", "--dataset", "tables:fehlt").stdout
    assert call("ingest", "tables", tmp_path / "netz", "--format", "json").exit_code == 0
    assert json.loads(call("runs", "--format", "json").stdout)[0]["counts"]["new"] == 1  # the same file is read again


def test_who_is_missing_is_made_where_the_source_can(home: Path, tmp_path: Path) -> None:
    folder = gremien(tmp_path / "netz", "Rat;Rat;\n")
    (folder / "Mitgliedschaften.csv").write_text("Mitglied;Gremium\nErika Muster;Beirat\n", encoding="utf-8")
    (folder / "Personen.csv").write_text("Name\nErika Muster\n", encoding="utf-8")
    assert call("check", "tables", folder).exit_code == 1
    report = json.loads(call("check", "tables", folder, "--create-missing", "--format", "json").stdout)
    assert (report["rejected"], [stub["name"] for stub in report["stubs"]]) == ([], ["Beirat"])
    refused = call("check", "areas", folder, "--create-missing")
    assert refused.exit_code == 2 and "--create-missing gibt es bei der Quelle „areas“ nicht" in refused.output


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AKTEURSATLAS_HOME", str(tmp_path / "file" / "home"))
    done = CliRunner().invoke(app, ["runs"])
    assert isinstance(done.exception, LedgerError) and "AKTEURSATLAS_HOME" in str(done.exception)


def test_a_ledger_that_is_none_is_a_sentence_and_two(home: Path) -> None:
    (home / "ledger.sqlite").write_bytes(b"no database at all, and long enough to be looked at" * 20)
    command = [sys.executable, "cli.py", "status"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=os.environ | {"PYTHONIOENCODING": "utf-8"}, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Fehler:")
    assert "Traceback" not in done.stderr

def test_judgements_by_hand_as_a_file_and_back(home: Path, tmp_path: Path) -> None:
    assert call("ingest", "tables", gremien(tmp_path / "netz", "Beirat Ganztag;Beirat;\nGanztagsbeirat;Beirat;\n")).exit_code == 0
    with Home(home).open_ledger() as ledger:
        one, other = (node.key for node in ledger.nodes())
    assert "Noch keine Urteile" in call("judge", "list").stdout
    assert call("judge", "put", one, other, "same", "--reason", "=ein Gremium").exit_code == 0
    listed = call("judge", "list").stdout
    assert listed.startswith("1. Dasselbe (") and one in listed and other in listed and "„=ein Gremium“" in listed
    with Home(home).open_ledger() as ledger:
        assert ledger.entity(one) == ledger.entity(other)
    file = tmp_path / "urteile.csv"
    assert call("judge", "export", file).exit_code == 0
    assert call("judge", "undo", 1).exit_code == 0
    file.write_text(file.read_text(encoding="utf-8-sig") + "fehlt;auch;same;;;;\n", encoding="utf-8-sig")
    done = call("judge", "import", file)
    assert done.exit_code == 1 and "1 Urteile übernommen, 0 galten schon, 1 abgewiesen" in done.stdout
    assert "Zeile 3: „fehlt“ ist nicht im Bestand" in done.stderr
    (row,) = json.loads(call("judge", "list", "--format", "json").stdout)
    assert (row["verdict"], row["reason"]) == ("same", "=ein Gremium")
    assert call("judge", "import", tmp_path / "fehlt.csv").exit_code == 2
    (tmp_path / "falsch.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    assert call("judge", "import", tmp_path / "falsch.csv").exit_code == 2
