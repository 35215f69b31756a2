"""Reading a source into the ledger: all of it, none of it after an error, nothing where nothing changed."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest

import ingest.run as run
from graph.fold import fold
from graph.folded import Fold
from graph.home import Home
from graph.ledger import Ledger
from graph.model import Text
from graph.records import Dataset, Edge, Node, Record, Where
from graph.store import Store
from ingest.reporting.report import Rejected, Report
from ingest.run import ingest
from ingest.source import About, Context, Unreadable


class Lines:
    """A source for tests: a line is ``name`` or ``name > other``; some words make trouble."""

    ABOUT = About("lines", Text("Zeilen", "Lines"), Text("eine Zeile je Gremium", "one Gremium a line"))

    def dataset(self, path: Path, options: Mapping[str, str]) -> Dataset:
        return Dataset(f"lines:{path.name}", "lines", path.stem, "2026-01-01")

    def records(self, context: Context) -> Iterator[Record]:
        for number, line in enumerate(context.path.read_text(encoding="utf-8").splitlines(), 1):
            where = Where(context.path.name, row=number)
            name, arrow, other = (part.strip() for part in line.partition(">"))
            if name == "unlesbar":
                raise Unreadable("Die Datei ist unlesbar; bitte neu speichern.")
            if name == "absturz":
                raise RuntimeError("a bug")
            if name.startswith("?"):
                context.reject(where, "name", name, "Der Name beginnt mit einem Fragezeichen.")
                continue
            if name.startswith("such "):
                context.find(name[5:], ("Gremium",))
            yield Node("Gremium", f"g#{name}", {"name": name}, where)
            if arrow:
                yield Edge("REPORTS_TO", f"g#{name}", f"g#{other}", {}, where)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home without a server: what is read stays in the ledger."""
    monkeypatch.setattr(run, "sources", lambda: {"lines": Lines()})
    monkeypatch.setattr(run, "_project", lambda *_: None)
    return Home(tmp_path / "home")


def write(folder: Path, text: str, name: str = "liste.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def said(home: Home) -> tuple[int, set[str], int]:
    with home.open_ledger() as ledger:
        return ledger.version, {node.key for node in ledger.nodes()}, sum(1 for _ in ledger.edges())


def test_good_rows_are_taken_the_rest_listed(place: Home, tmp_path: Path) -> None:
    report = ingest("lines", [write(tmp_path, "Rat\n?\nAG Lesen > Rat\n")], {}, place)
    assert (report.read, report.taken, report.exit_code) == (3, 2, 1)
    assert [(r.file, r.row, r.column, r.value) for r in report.rejected] == [("liste.txt", 2, "name", "?")]
    assert said(place)[1:] == ({"g#Rat", "g#AG Lesen"}, 1)


def test_twice_the_same_is_the_same_and_writes_nothing(place: Home, tmp_path: Path) -> None:
    path = write(tmp_path, "Rat\nAG > Rat\n")
    first = ingest("lines", [path], {}, place)
    before = said(place)
    second = ingest("lines", [path], {}, place)
    assert (first.new, first.exit_code) == (3, 0)
    assert (second.new, second.changed, second.unchanged, second.removed, second.read, second.taken) == (0, 0, 3, 0, 2, 2)
    assert said(place) == before


def test_a_changed_file_replaces_what_it_said(place: Home, tmp_path: Path) -> None:
    ingest("lines", [write(tmp_path, "Rat\nAG > Rat\n")], {}, place)
    report = ingest("lines", [write(tmp_path, "Rat\nBeirat\n")], {}, place, confirm=lambda _: True)
    assert (report.new, report.unchanged, report.removed) == (1, 1, 2)
    assert said(place)[1:] == ({"g#Rat", "g#Beirat"}, 0)


def test_a_run_that_removes_more_than_a_fifth_asks_first(place: Home, tmp_path: Path) -> None:
    ten = "".join(f"AG {number}\n" for number in range(10))
    ingest("lines", [write(tmp_path, ten)], {}, place)
    asked: list[str] = []

    def answer(yes: bool, lines: int, **more: bool) -> Report:
        def confirm(question: str) -> bool:
            asked.append(question)
            return yes

        path = write(tmp_path, "".join(f"AG {number}\n" for number in range(lines)))
        return ingest("lines", [path], {}, place, confirm=confirm, **more)

    before = said(place)
    refused = answer(False, 7)
    assert (refused.exit_code, said(place)) == (2, before)
    assert "--yes" in refused.errors[0] and "3 davon" in asked[0] and "10 Einträge" in asked[0]
    assert ingest("lines", [write(tmp_path, "AG 1\n")], {}, place).exit_code == 2  # nobody there to be asked
    checked = answer(False, 7, write=False)
    assert (checked.exit_code, checked.removed, len(asked)) == (0, 3, 1) and "3 davon" in checked.shrinks
    assert (answer(True, 7).removed, answer(False, 6).removed, len(asked)) == (3, 1, 2)  # 1 of 7 is no fifth


def test_a_run_taken_back_is_read_again_when_its_file_comes_again(place: Home, tmp_path: Path) -> None:
    ingest("lines", [write(tmp_path, "Rat\n")], {}, place)
    before = said(place)[1:]
    path = write(tmp_path, "Rat\nBeirat\n")
    ingest("lines", [path], {}, place)
    with place.open_ledger() as ledger:
        number = ledger.runs()[0].id
    assert run.take_back(number, place, "Versehen").removed == 1
    assert said(place)[1:] == before
    assert ingest("lines", [path], {}, place).new == 1


@pytest.mark.parametrize(("text", "rows", "word"), [("", 0, "steht keine ausgefüllte Zeile"), ("?\n?\n", 2, "keine von 2 Zeilen")])
def test_an_empty_or_broken_file_does_not_take_away_what_was_there(place: Home, tmp_path: Path, text: str, rows: int, word: str) -> None:
    ingest("lines", [write(tmp_path, "Rat\n")], {}, place)
    before = said(place)
    report = ingest("lines", [write(tmp_path, text)], {}, place)
    assert (report.exit_code, report.read, report.taken, len(report.rejected)) == (2, rows, 0, rows)
    assert word in report.errors[0] and "geändert wurde nichts" in report.errors[0]
    assert said(place) == before


@pytest.mark.parametrize("bad", ["unlesbar", "absturz"])
def test_a_failed_run_changes_nothing(place: Home, tmp_path: Path, bad: str) -> None:
    ingest("lines", [write(tmp_path, "Rat\n")], {}, place)
    before = said(place)
    report = ingest("lines", [write(tmp_path, f"Beirat\n{bad}\n")], {}, place)
    assert report.exit_code == 2
    assert report.errors and "liste.txt" in report.errors[0] or "unlesbar" in report.errors[0]
    assert said(place) == before


def test_a_bug_leaves_its_trace_in_a_file_and_a_sentence_for_people(place: Home, tmp_path: Path) -> None:
    report = ingest("lines", [write(tmp_path, "absturz\n")], {}, place)
    assert "geändert wurde nichts" in report.errors[0]
    assert "RuntimeError: a bug" in (place.path / "fehler.log").read_text(encoding="utf-8")


def test_check_says_the_same_and_writes_nothing(place: Home, tmp_path: Path) -> None:
    path = write(tmp_path, "Rat\n?\nAG > Nirgends\n")
    checked = ingest("lines", [path], {}, place, write=False)
    assert said(place) == (0, set(), 0)
    taken = ingest("lines", [path], {}, place)
    assert (checked.read, checked.taken, checked.new, checked.rejected, checked.warnings) == (
        taken.read,
        taken.taken,
        taken.new,
        taken.rejected,
        taken.warnings,
    )
    assert "geprüft, nichts geschrieben" in checked.to_text()


def test_check_needs_no_server_and_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_server(*_: object, **__: object) -> Store:
        raise AssertionError("a check must not touch the server")

    monkeypatch.setattr(run, "sources", lambda: {"lines": Lines()})
    monkeypatch.setattr(Store, "connect", no_server)
    home = Home(tmp_path / "home")
    assert ingest("lines", [write(tmp_path, "Rat\n")], {}, home, write=False).exit_code == 0
    with home.open_ledger() as ledger:
        assert (ledger.version, ledger.datasets(), ledger.audit_log()) == (0, [], [])
        assert ledger.projected().version < 1
    assert {file.name for file in home.path.iterdir()} <= {"ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "server", "cache"}


def test_the_text_writes_numbers_as_germans_do_and_lists_only_some() -> None:
    rows = [Rejected("a.csv", "", row, "Art", "x", "Das geht nicht.") for row in range(2, 52)]
    text = Report("lines", read=12345, taken=12295, rejected=rows, new=7000).to_text()
    assert "12.295 von 12.345 Zeilen übernommen, 50 abgewiesen." in text
    assert "7.000 neu" in text
    assert "a.csv, Zeile 2, Spalte „Art“: „x“: Das geht nicht." in text
    assert text.count("Das geht nicht") == 40 and "und 10 weitere" in text


def test_an_open_end_is_said_and_closed_by_a_later_dataset(place: Home, tmp_path: Path) -> None:
    report = ingest("lines", [write(tmp_path, "AG > Rat\n")], {}, place)
    assert "1 Beziehung zeigt auf Einträge, die es noch nicht gibt: „g#Rat“" in report.warnings[0].message
    with place.open_ledger() as ledger:
        assert fold(ledger).open_ends == 1
    ingest("lines", [write(tmp_path, "Rat\n", "zweite.txt")], {}, place)
    with place.open_ledger() as ledger:
        whole = fold(ledger)
    assert whole.open_ends == 0
    assert [edge.type for edge in whole.edges.values()] == ["REPORTS_TO"]


def test_an_unchanged_file_is_read_again_where_it_had_looked_at_others(place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    original = Lines.records
    monkeypatch.setattr(Lines, "records", lambda self, context: opened.append(context.path.name) or original(self, context))
    alone, curious = write(tmp_path, "Rat\n", "allein.txt"), write(tmp_path, "such Beirat\n", "neugierig.txt")
    for path in (alone, curious):
        ingest("lines", [path], {}, place)
    ingest("lines", [write(tmp_path, "Beirat\n", "dritte.txt")], {}, place)
    opened.clear()
    for path in (alone, curious):
        ingest("lines", [path], {}, place)
    assert opened == ["neugierig.txt"]
    ingest("lines", [curious], {}, place)
    assert opened == ["neugierig.txt"]  # the ledger has not moved since


def test_an_unchanged_file_is_told_what_became_of_its_open_ends(place: Home, tmp_path: Path) -> None:
    path = write(tmp_path, "AG > Rat\n")
    assert len(ingest("lines", [path], {}, place).warnings) == 1
    ingest("lines", [write(tmp_path, "Rat\n", "zweite.txt")], {}, place)
    before = said(place)
    again = ingest("lines", [path], {}, place)
    assert (again.unchanged, again.warnings) == (2, [])
    ingest("lines", [write(tmp_path, "Beirat\n", "zweite.txt")], {}, place, confirm=lambda _: True)
    assert "„g#Rat“" in ingest("lines", [path], {}, place).warnings[0].message
    assert said(place)[0] == before[0] + 1  # only the second file has changed anything


def test_a_later_path_of_the_same_command_closes_an_open_end(place: Home, tmp_path: Path) -> None:
    report = ingest("lines", [write(tmp_path, "AG > Rat\n", "eins.txt"), write(tmp_path, "Rat\n", "zwei.txt")], {}, place)
    assert (report.read, report.taken, report.warnings) == (2, 2, [])


def test_check_looks_at_each_path_for_itself(place: Home, tmp_path: Path) -> None:
    paths = [write(tmp_path, "Rat\n", "eins.txt"), write(tmp_path, "AG > Nirgends\n", "zwei.txt")]
    checked = ingest("lines", paths, {}, place, write=False)
    assert [(warned.file, "Nirgends" in warned.message) for warned in checked.warnings] == [("zwei.txt", True)]


def test_a_key_of_this_run_exists_only_as_what_it_is(place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bool] = []
    original = Lines.records

    def asking(self: Lines, context: Context) -> Iterator[Record]:
        yield from original(self, context)
        found.extend(context.exists("g#Rat", types) for types in (("Gremium",), ("Institution",), ("Institution", "Gremium")))

    monkeypatch.setattr(Lines, "records", asking)
    ingest("lines", [write(tmp_path, "Rat\n")], {}, place)
    assert found == [True, False, True]


@pytest.mark.parametrize(("error", "word"), [(PermissionError(13, "denied"), "verweigert"), (OSError(5, "Input/output error"), "Datenträger")])
def test_why_a_file_cannot_be_read(place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, word: str) -> None:
    def broken(*_: object) -> Dataset:
        raise error

    monkeypatch.setattr(Lines, "dataset", broken)
    report = ingest("lines", [write(tmp_path, "Rat\n")], {}, place)
    assert report.exit_code == 2
    assert word in report.errors[0]


def test_a_folder_is_no_file(place: Home, tmp_path: Path) -> None:
    (tmp_path / "viele").mkdir()
    report = ingest("lines", [tmp_path / "viele"], {}, place)
    assert report.exit_code == 2
    assert "ist ein Ordner" in report.errors[0] and "Excel" not in report.errors[0]


@pytest.mark.parametrize(
    ("source", "paths", "options", "word"),
    [
        ("nichts", ["liste.txt"], {}, "Vorhanden sind: lines"),
        ("lines", ["fehlt.txt"], {}, "gibt es nicht"),
        ("lines", ["liste.txt"], {"farbe": "rot"}, "Einstellung „farbe“ nicht; möglich sind: keine"),
    ],
)
def test_what_cannot_be_done_is_said(place: Home, tmp_path: Path, source: str, paths: list[str], options: dict[str, str], word: str) -> None:
    write(tmp_path, "Rat\n")
    report = ingest(source, [tmp_path / path for path in paths], options, place)
    assert report.exit_code == 2
    assert word in report.errors[0]


def test_one_bad_path_does_not_keep_the_others_out(place: Home, tmp_path: Path) -> None:
    report = ingest("lines", [tmp_path / "fehlt.txt", write(tmp_path, "Rat\n")], {}, place)
    assert report.exit_code == 1
    assert said(place)[1] == {"g#Rat"}


def test_similar_names_are_found_in_this_file_and_in_the_ledger(place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[list[str]] = []
    original = Lines.records

    def asking(self: Lines, context: Context) -> Iterator[Record]:
        yield from original(self, context)
        found.append(context.similar("Lenkungskreiss", ("Gremium",)))
        found.append(context.similar("Lenkungskreiss", ("Institution",)))

    ingest("lines", [write(tmp_path, "Lenkungskreis\n", "eins.txt")], {}, place)
    monkeypatch.setattr(Lines, "records", asking)
    ingest("lines", [write(tmp_path, "Lenkungskreise\n", "zwei.txt")], {}, place)
    assert [sorted(names) for names in found] == [["Lenkungskreis", "Lenkungskreise"], []]


def test_the_ledger_is_folded_once_a_run_and_one_fold_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[Fold]] = []
    alive: list[int] = []
    handed: list[Fold | None] = []

    class Kept(Fold):
        __slots__ = ("__weakref__",)

    def counted(ledger: Ledger, progress: object = None) -> Fold:
        whole = fold(ledger)
        alive.append(sum(ref() is not None for ref in made))
        kept = Kept(*(getattr(whole, name) for name in Fold.__slots__))
        made.append(weakref.ref(kept))
        return kept

    monkeypatch.setattr(run, "sources", lambda: {"lines": Lines()})
    monkeypatch.setattr(run, "fold", counted)
    monkeypatch.setattr(run.Store, "connect", lambda **_: nullcontext())
    monkeypatch.setattr(run.snapshot, "load", lambda *_: None)
    monkeypatch.setattr(run.build, "update", lambda ledger, store, progress, folded: handed.append(folded))
    home = Home(tmp_path / "home")
    ingest("lines", [write(tmp_path, "Rat\n", "eins.txt"), write(tmp_path, "AG\n", "zwei.txt")], {}, home)
    assert len(made) == 2 and alive == [0, 0]
    with home.open_ledger() as ledger:
        assert handed[0] is not None and handed[0].version == ledger.version


def test_the_recipe_of_contributing_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).resolve().parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipe = text.split("## Recipe: add a source")[1].split("```python")[1].split("```")[0]
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "clubs_of_the_recipe.py").write_text(recipe, encoding="utf-8")
    monkeypatch.setattr(run.folder, "__path__", [*run.folder.__path__, str(folder)])
    monkeypatch.setattr(run, "_project", lambda *_: None)
    run.sources.cache_clear()
    try:
        assert {"clubs", "tables"} <= set(run.sources())
        home = Home(tmp_path / "home")
        path = write(tmp_path, "name,street,sport\nTV Hafen,Hafenweg 1,Rudern\n,Nordweg 2,\n", "vereine.csv")
        checked = ingest("clubs", [path], {}, home, write=False)
        assert (checked.read, checked.taken, checked.exit_code) == (2, 1, 1)
        assert said(home)[0] == 0
        first = ingest("clubs", [path], {}, home)
        assert [(r.row, r.column) for r in first.rejected] == [(3, "name")]
        assert [(left.column, left.filled) for left in first.left_over] == [("sport", 1)]
        before = said(home)
        assert ingest("clubs", [path], {}, home).new == 0
        assert said(home) == before
        ingest("clubs", [write(tmp_path, "name,street,sport\nTV Hafen,Hafenweg 1,Rudern\n", "vereine.csv")], {}, home)
        assert said(home) == before  # read anew, says the same
    finally:
        run.sources.cache_clear()
        sys.modules.pop("ingest.sources.clubs_of_the_recipe", None)


def test_the_json_report_has_the_promised_keys(place: Home, tmp_path: Path) -> None:
    data = ingest("lines", [write(tmp_path, "Rat\n?\n")], {}, place).to_json()
    assert {"source", "read", "taken", "rejected", "left_over", "warnings"} <= set(data)
    assert set(data["rejected"][0]) == {"file", "sheet", "row", "column", "value", "reason"}


@pytest.mark.server
def test_the_graph_stands_for_the_ledger_afterwards_and_rests_when_nothing_changed(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "sources", lambda: {"lines": Lines()})
    path = write(tmp_path, "Rat\nAG > Rat\n")
    ingest("lines", [path], {}, Home(home))
    with Store.connect(home=home) as store:
        assert store.read("MATCH (a:Gremium)-[:REPORTS_TO]->(b:Gremium) RETURN a.name AS a, b.name AS b") == [{"a": "AG", "b": "Rat"}]

    def no_server(*_: object, **__: object) -> Store:
        raise AssertionError("an unchanged run must not touch the server")

    monkeypatch.setattr(Store, "connect", no_server)
    assert ingest("lines", [path], {}, Home(home)).unchanged == 3
