"""Hints at entry: a new entry that looks like an existing one is named before and after it is taken, and nothing is merged."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

import ingest.run as run
from graph.folded import Fold, FoldedNode
from graph.home import Home
from graph.identity import Resembling
from ingest.reporting.report import Report
from queries.duplicates import newcomers
from tests.test_cli import call

HEAD = "Name;Art;Straße;PLZ;Ort;Telefon\n"
OLD = HEAD + "Kath. Kita St. Elisabeth;Kita;Ringstr. 5;47051;Duisburg;0203 12345\nStädtische Musikschule;Verein;Am Markt 1;47051;Duisburg;\n"
NEW = HEAD + "Katholische Kindertagesstätte Sankt Elisabeth;Kita;Ringstraße 5;47051;Duisburg;0203/12345\nBücherei Nord;Verein;Nordweg 9;47053;Duisburg;\n"


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read stays in the ledger: the graph has tests of its own."""
    monkeypatch.setattr(run, "_project", lambda *_: None)


def institutions(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "Institutionen.csv").write_text(text, encoding="utf-8")
    return folder


def hinted(report: Report) -> list[str]:
    return [str(warned) for warned in report.warnings if "sieht aus wie" in str(warned)]


def read(folder: Path, home: Path, *, write: bool) -> Report:
    return run.ingest("tables", [folder], {}, Home(home), write=write, look=newcomers.resembling)


def test_a_new_entry_that_looks_like_an_existing_one_is_named_with_its_row(home: Path, tmp_path: Path) -> None:
    old, new = institutions(tmp_path / "alt", OLD), institutions(tmp_path / "neu", NEW)
    assert hinted(read(old, home, write=True)) == []
    for write in (False, True):
        (hint,) = hinted(read(new, home, write=write))
        assert (
            hint.startswith("Institutionen.csv, ")
            and "Zeile 2: „Katholische Kindertagesstätte Sankt Elisabeth“ sieht aus wie das vorhandene „Kath. Kita St. Elisabeth“" in hint
        )
        assert "Name ähnlich" in hint and "Zusammengelegt wurde nichts" in hint
    with Home(home).open_ledger() as ledger:
        assert len(set(ledger.entities().values())) == 4 and ledger.judgements() == []
    (new / "Institutionen.csv").write_text(NEW + "Jugendkunstschule;Verein;Südweg 1;47055;Duisburg;\n", encoding="utf-8")
    assert hinted(read(new, home, write=True)) == [], "what is known is not new"


def test_two_new_ones_may_resemble_each_other(home: Path, tmp_path: Path) -> None:
    (hint,) = hinted(read(institutions(tmp_path / "beide", OLD + NEW.removeprefix(HEAD)), home, write=False))
    assert "das ebenfalls neue" in hint


def test_the_commands_give_the_hint(home: Path, tmp_path: Path) -> None:
    assert call("ingest", "tables", institutions(tmp_path / "alt", OLD)).exit_code == 0
    done = call("check", "tables", institutions(tmp_path / "neu", NEW))
    assert done.exit_code == 0 and "sieht aus wie das vorhandene „Kath. Kita St. Elisabeth“" in done.stdout


def test_too_many_entries_or_hints_are_said(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newcomers, "MOST", 1)
    report = read(institutions(tmp_path / "alt", OLD), home, write=False)
    assert any("zu viele Einträge" in str(warned) for warned in report.warnings)

    def many(whole: Fold, new: Collection[str]) -> list[Resembling]:
        one, other = sorted(new)[:2]
        return [Resembling(one, other, 9.0, ("gleich",))] * 23

    report = run.ingest("tables", [tmp_path / "alt"], {}, Home(home), write=False, look=many)
    assert len(hinted(report)) == 20 and any("3 weitere neue Einträge" in str(warned) for warned in report.warnings)


def test_nobody_new_or_nobody_to_compare() -> None:
    whole = Fold(nodes={"theme-1": FoldedNode("Theme", {"id": "theme-1", "name": "Übergänge"})})
    assert newcomers.resembling(whole, {"theme-1"}) == [] and newcomers.resembling(Fold(), set()) == []


def test_wrong_words_of_their_own_stop_no_ingest(home: Path, tmp_path: Path) -> None:
    Home(home).words_path.write_text("kind;meaning;written\nschulart;X;y\n", encoding="utf-8")
    done = call("ingest", "tables", institutions(tmp_path / "alt", OLD))
    assert done.exit_code == 0 and "ließ sich nicht sagen" in done.stdout and "namen.csv" in done.stdout
