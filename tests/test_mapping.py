"""Somebody's own table becomes a source without programming: the proposal, the dialogue, the mapping file, the reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from cli import app
from graph.home import Home
from graph.schema import EDGES, NODES
from graph.values import read_extra
from ingest.mapping.dialogue import agree_on_columns, agree_on_subject
from ingest.mapping.file import Entry, TableMapping, Tie, dump, load
from ingest.mapping.proposal import propose
from ingest.mapping.roles import ROLES
from ingest.reporting.mending import file_name, write_rejected
from ingest.run import ingest
from ingest.source import Unreadable
from ingest.sources import mapped
from ingest.tabular.headings import filled_in
from tests.recording import Recorder

HEAD = ["Schule", "Nr.", "Träger", "PLZ", "Stadtteil", "AG 1", "AG 2", "Ansprech-\nperson", "E-Mail", "Themen*", "AK Inklusion", "OGS"]
WIDE = [
    ["Netzwerkliste der Schulen"], ["Stand: 03/2026"], HEAD,
    ["GS Nord", 101321, "Stadt", 47051, "Hochfeld", "AG Sprache", "AG Übergang", "Erika Muster", "muster@nord.de", "Sprache, MINT", "x", "ja"],
    ["GS Süd", 101322, "Stadt", 47052, "Neudorf", "AG Sprache", None, "Max Beispiel", "beispiel@sued.de", "MINT", None, "nein"],
    ["GE Ost", 101323, "Bistum", 47053, "Neudorf", "AG MINT", None, None, None, "Sprache", "x", "ja"],
]  # fmt: skip


def table(folder: Path, rows: Iterable[Sequence[Any]] = WIDE, name: str = "liste.xlsx") -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(folder / name)
    return folder / name


def described(folder: Path, mapping: str, rows: Iterable[Sequence[Any]] = WIDE, **more: Any) -> Recorder:
    path = table(folder, rows)
    path.with_name("liste.mapping.yaml").write_text(mapping, encoding="utf-8")
    return Recorder(path, **more).read(mapped)


# ---- the proposal -----------------------------------------------------------------------------------------


def test_a_wide_sheet_is_understood_with_a_reason_for_every_column(tmp_path: Path) -> None:
    proposal = propose(table(tmp_path))
    mapping = proposal.mapping()
    assert [(entry.id, entry.type, entry.named_by) for entry in mapping.entries] == [
        ("schule", "Institution", ("Schule",)), ("träger", "Institution", ("Träger",)), ("gebiet", "Area", ("Stadtteil",)),
        ("gremium", "Gremium", ("AG 1", "AG 2", "AK Inklusion")), ("kontakt", "Person", ("Ansprechperson",)), ("thema", "Theme", ("Themen*",)),
    ]  # fmt: skip
    assert dict(mapping.entries[0].fields) == {"schulnummer": "Nr.", "postcode": "PLZ"} and dict(mapping.entries[0].fixed) == {"kind": "school"}
    assert dict(mapping.entries[4].fields) == {"email": "E-Mail"}  # behind the person: hers, and so personal
    assert mapping.entries[5].split == ","
    assert [(tie.edge, tie.start, tie.end) for tie in mapping.ties] == [
        ("RUNS", "träger", "schule"), ("LOCATED_IN", "schule", "gebiet"), ("MEMBER_OF", "schule", "gremium"),
        ("WORKS_FOR", "kontakt", "schule"), ("ADDRESSES", "schule", "thema"),
    ]  # fmt: skip
    assert proposal.still_open == ["OGS"]
    assert set(proposal.reasons) == set(proposal.cells)
    assert "sechs Ziffern" in proposal.reasons["Nr."]


@pytest.mark.parametrize(
    ("head", "row", "about", "ties"),
    [
        (["Projekt", "Projektträger", "Laufzeit", "Zielgruppe"], ["Lesepaten", "Stadt", "2020", "Eltern"], "projekt", {"RUNS", "FOR_GROUP"}),
        (["Vorname", "Name", "Einrichtung", "Gremium", "E-Mail"], ["Erika", "Muster", "Kita Nord", "Beirat", "e@x.de"], "person", {"WORKS_FOR", "MEMBER_OF"}),
        (["Gremium", "Turnus", "Vorsitz"], ["Beirat", "monatlich", "Erika Muster"], "gremium", {"LED_BY"}),
        (["Name", "Schulform", "Schulleiter/in"], ["GS Nord", "Grundschule", "Erika Muster"], "schule", {"WORKS_FOR"}),
        (["Kita-Name", "Kooperationspartner 1", "Kooperationspartner 2"], ["Kita Nord", "GS Nord", "GS Süd"], "kita", {"COOPERATES_WITH"}),
        (["xyz", "abc"], ["Familienbüro", 4], "einrichtung", set()),
    ],
)
def test_other_lists_are_understood_too(tmp_path: Path, head: list[str], row: list[Any], about: str, ties: set[str]) -> None:
    proposal = propose(table(tmp_path, [head, row]))
    assert proposal.main.id == about
    mapping = proposal.mapping()
    assert {tie.edge for tie in mapping.ties} == ties
    path = tmp_path / "liste.mapping.yaml"
    path.write_text(dump(mapping), encoding="utf-8")
    said = Recorder(tmp_path / "liste.xlsx").read(mapped)
    assert not said.rejected and {edge.type for edge in said.edges} == ties


def test_every_role_has_a_relationship_with_something_and_no_heading_two_meanings() -> None:
    assert len({role.id for role in ROLES}) == len(ROLES)
    for role in ROLES:
        assert any(role.tie(name) for name in NODES), role.id
        assert all(EDGES[tie.rstrip("<>")] for tie in role.ties)


def test_the_function_of_a_person_is_what_the_heading_says(tmp_path: Path) -> None:
    mapping = propose(table(tmp_path, [["Schule", "Schulleitung"], ["GS Nord", "Erika Muster"]])).mapping()
    assert dict(mapping.ties[0].fixed) == {"function": "Schulleitung"}


# ---- the dialogue -----------------------------------------------------------------------------------------


def answers(*given: str) -> Any:
    left = iter(given)
    return lambda question: next(left)


def test_a_person_says_what_the_proposal_could_not_tell(tmp_path: Path) -> None:
    proposal, told = propose(table(tmp_path)), list[str]()
    ask = answers("Ganztag", "?", "weglassen", "Nirgendwo", "E-Mail", "E-Mail", "PLZ", "Bemerkung", "")
    assert agree_on_subject(proposal, answers(""), told.append) is None
    agree_on_columns(proposal, ask, told.append)
    mapping = proposal.mapping()
    assert mapping.ignore == ("OGS",)
    assert dict(mapping.entries[0].fields) == {"schulnummer": "Nr.", "email": "E-Mail", "note": "PLZ"}
    assert "„Ganztag“ ist kein Feld" in told[0] and "weglassen, offen" in told[1]
    assert any("Eine Spalte „Nirgendwo“ gibt es nicht" in line for line in told)


def test_a_row_may_be_about_another_column(tmp_path: Path) -> None:
    path = table(tmp_path)
    about = agree_on_subject(propose(path), answers("AG 1", "Raumschiff", "gremium"), lambda _: None)
    assert about is not None
    mapping = propose(path, about=about).mapping()
    assert (mapping.entries[0].id, mapping.entries[0].name[0]) == ("gremium", "AG 1")
    assert ("MEMBER_OF", "schule", "gremium") in [(tie.edge, tie.start, tie.end) for tie in mapping.ties]


@pytest.mark.parametrize(
    ("answer", "meant"),
    [("Straße", ("field", "schule", "street")), ("kontakt: Telefon", ("field", "kontakt", "phone")), ("Person: Funktion", ("field", "kontakt", "function")),
     ("projekt", ("name", "projekt", "")), ("offen", ("open", "", "")), ("-", ("ignore", "", ""))],
)  # fmt: skip
def test_words_that_are_understood(tmp_path: Path, answer: str, meant: tuple[str, str, str]) -> None:
    from ingest.mapping.dialogue import meaning

    said = meaning(propose(table(tmp_path)), "AG 2", answer)
    assert not isinstance(said, str) and (said.how, said.entry, said.field) == meant


@pytest.mark.parametrize(("answer", "why"), [("Schulnummer", "hat schon die Spalte „Nr.“"), ("Boot: Telefon", "kommt in der Zuordnung nicht vor"), ("phase", ""), ("Unsinn", "kein Feld")])
def test_words_that_are_not(tmp_path: Path, answer: str, why: str) -> None:
    from ingest.mapping.dialogue import meaning

    said = meaning(propose(table(tmp_path)), "AG 2", answer)
    assert isinstance(said, str) == bool(why) and (not why or why in str(said))


# ---- the file ---------------------------------------------------------------------------------------------

_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\x85\ufeff"), min_size=1, max_size=12).filter(
    lambda word: word == word.strip() and bool(word)
)


@st.composite
def _mappings(draw: st.DrawFn) -> TableMapping:
    ids = draw(st.lists(_WORDS, min_size=1, max_size=4, unique=True))
    entries = []
    for id_ in ids:
        kind = draw(st.sampled_from(sorted(NODES)))
        named = [tuple(draw(st.lists(_WORDS, max_size=2))) for _ in range(3)]
        names = sorted(f.name for f in filled_in(NODES[kind]) if f.name != "name")
        fields = draw(st.dictionaries(st.sampled_from(names), _WORDS, max_size=2))
        entries.append(Entry(id_, kind, named[0] or ("x",), named[1], named[2], draw(st.sampled_from(["", ";", ",", " / "])), {}, fields))
    types = {entry.id: entry.type for entry in entries}
    possible = [(edge.name, a, b) for edge in EDGES.values() for a in ids for b in ids if (types[a], types[b]) in edge.ends]
    ties = [Tie(*told) for told in draw(st.lists(st.sampled_from(possible), max_size=3))] if possible else []
    return TableMapping(tuple(entries), tuple(ties), tuple(draw(st.lists(_WORDS, max_size=2))), draw(_WORDS), "2026-03-01", draw(_WORDS))


@given(_mappings())
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, mapping: TableMapping) -> None:
    path = tmp_path_factory.mktemp("m") / "x.mapping.yaml"
    path.write_text(dump(mapping, {column: "weil" for column in mapping.columns}, ["offen # so"]), encoding="utf-8")
    assert load(path) == mapping


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("entries: {s: {type: Institution}}", "es fehlt „name“"),
        ("entries: {s: {type: Institution, name: {a: b}}}", "Spaltenüberschrift oder eine Liste"),
        ("entries: {s: {type: Institution, name: Schule, fields: {farbe: Nr.}}}", "s › fields: „farbe“ ist kein Feld von Institution"),
        ("entries: {s: {type: Institution, name: Schule, set: {kind: Burg}}}", "s › set › kind"),
        ("entries: {s: {type: Institution, name: Schule}}\nas_of: bald", "as_of"),
        ("entries: {s: {type: Institution, name: Schule}}\nties: {a: b}", "ties: hier wird eine Liste erwartet"),
        ("entries: {s: {type: Institution, name: Schule}}\nties: [{edge: KENNT, from: s, to: s}]", "„KENNT“ ist keine Beziehung"),
        ("entries: {}", "der erste sagt, wovon eine Zeile handelt"),
    ],
)
def test_a_bad_mapping_says_where(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "x.mapping.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable) as told:
        load(tmp_path / "x.mapping.yaml")
    assert "x.mapping.yaml" in str(told.value) and says in str(told.value)


def test_german_words_are_understood_in_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "x.mapping.yaml").write_text(
        "entries:\n  s: {type: Institutionen, name: Schule, set: {Art: Schule}, fields: {PLZ: PLZ}}\n  g: {type: Gremium, name: AG 1}\n"
        "ties:\n  - {edge: Mitgliedschaften, from: s, to: g, fields: {Rolle: Funktion}}\n", encoding="utf-8",
    )  # fmt: skip
    mapping = load(tmp_path / "x.mapping.yaml")
    assert (dict(mapping.entries[0].fixed), dict(mapping.entries[0].fields)) == ({"kind": "school"}, {"postcode": "PLZ"})
    assert (mapping.ties[0].edge, dict(mapping.ties[0].fields)) == ("MEMBER_OF", {"role": "Funktion"})


# ---- the reading ------------------------------------------------------------------------------------------

SCHOOLS = "entries:\n  s: {type: Institution, name: Schule, set: {kind: school}}\n"


def test_a_wide_sheet_becomes_a_graph_without_programming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTEURSATLAS_HOME", str(tmp_path / "home"))
    path = table(tmp_path)
    done = CliRunner().invoke(app, ["map", str(path), "--auto"])
    assert done.exit_code == 0 and "Offen: OGS" in done.stdout
    again = CliRunner().invoke(app, ["map", str(path), "--auto"])
    assert again.exit_code == 2 and "--force" in again.stderr
    assert CliRunner().invoke(app, ["map", str(path)]).exit_code == 2  # nobody there to be asked
    report = ingest("mapped", [path], {}, Home(tmp_path / "home"))
    assert (report.errors, report.rejected, report.read, report.taken, report.datasets) == ([], [], 3, 3, ["mapped:liste.xlsx"])
    with Home(tmp_path / "home").open_ledger() as ledger:
        nodes = {(node.type, node.data["name"]): node.data for node in ledger.nodes()}
        assert [info.as_of for info in ledger.datasets()] == [mapped.dataset(path, {}).as_of]
        edges = {(edge.type, edge.start, edge.end) for edge in ledger.edges()}
    assert ("Gremium", "AK Inklusion") in nodes and ("Person", "Max Beispiel") in nodes
    assert read_extra(str(nodes["Institution", "GS Nord"]["extra"])) == {"OGS": "ja", "Stadtteil": "Hochfeld"}  # no such area yet: kept, and said
    assert ("MEMBER_OF", "schulnummer:101323", "liste.xlsx#Gremien/AK Inklusion") in edges
    assert ("RUNS", "liste.xlsx#Institutionen/Stadt", "schulnummer:101322") in edges
    assert any("Gebiet „Neudorf“" in warned.message for warned in report.warnings)
    assert [(left.column, left.filled) for left in report.left_over] == [("OGS", 3)]


def test_another_mapping_is_another_reading(tmp_path: Path) -> None:
    path, home = table(tmp_path), Home(tmp_path / "home")
    mapping = path.with_name("liste.mapping.yaml")
    mapping.write_text(SCHOOLS, encoding="utf-8")
    assert ingest("mapped", [path], {}, home).new == 3
    assert ingest("mapped", [path], {}, home).unchanged == 3
    mapping.write_text(SCHOOLS + "  g: {type: Gremium, name: [AG 1]}\n", encoding="utf-8")
    assert ingest("mapped", [path], {}, home).new == 2


def test_a_name_in_several_rows_is_one_and_a_contradiction_is_rejected(tmp_path: Path) -> None:
    mapping = "entries:\n  s: {type: Institution, name: Schule, fields: {phone: Telefon}}\n  g: {type: Gremium, name: AG}\nties: [{edge: MEMBER_OF, from: s, to: g}]\n"
    rows = [["Schule", "AG", "Telefon"], ["GS Nord", "AG A", "0203 1"], ["GS Nord", "AG B", None], ["GS Nord", "AG C", "0203 2"], [None, "AG D", None]]
    said = described(tmp_path, mapping, rows)
    assert said.ties("MEMBER_OF") == [("liste.xlsx#Institutionen/GS Nord", f"liste.xlsx#Gremien/AG {letter}") for letter in "AB"]
    assert [(row, column) for row, column, _, _ in said.rejected] == [(4, "Telefon"), (5, "Schule")]
    assert "steht in Zeile 2 mit „0203 1“" in said.rejected[0][3]
    assert "liste.xlsx#Gremien/AG C" not in said.nodes  # a row is taken as a whole or not at all


def test_what_others_know_by_a_name_is_meant_and_two_of_a_name_are_not_guessed(tmp_path: Path) -> None:
    mapping = SCHOOLS + "  g: {type: Gremium, name: AG, split: ';'}\n  t: {type: Institution, name: Träger, fields: {email: Mail}}\nties: [{edge: MEMBER_OF, from: s, to: g}]\n"
    known = [("rat#1", "Gremium", "Beirat"), ("a#1", "Gremium", "Runde"), ("b#1", "Gremium", "Runde"), ("r:1", "Institution", "Stadt"), ("x", "Institution", "GS Nord")]
    rows = [["Schule", "AG", "Träger", "Mail"], ["GS Nord", "Beirat; Neu", "Stadt", "a@b.de"], ["GS Süd", "Runde", None, None]]
    said = described(tmp_path, mapping, rows, known=known)
    assert said.ties("MEMBER_OF") == [("liste.xlsx#Institutionen/GS Nord", key) for key in ("rat#1", "liste.xlsx#Gremien/Neu")]
    assert "rat#1" not in said.nodes  # the others say what it is
    assert said.nodes["r:1"].fields == {"name": "Stadt", "email": "a@b.de"}  # what this table adds
    assert [(row, column) for row, column, _, _ in said.rejected] == [(3, "AG")] and "a#1, b#1" in said.rejected[0][3]


def test_several_columns_of_one_heading_and_cells_beyond_the_head_lose_nothing(tmp_path: Path) -> None:
    mapping = SCHOOLS + "  g: {type: Gremium, name: AG}\n"
    rows = [["Schule", "AG", "AG", "Notiz", "Notiz"], ["GS Nord", "A", "B", "eins", "zwei", "drei"]]
    said = described(tmp_path, mapping, rows)
    assert {"liste.xlsx#Gremien/A", "liste.xlsx#Gremien/B"} <= set(said.nodes)
    assert read_extra(str(said.nodes["liste.xlsx#Institutionen/GS Nord"].fields["extra"])) == {"Notiz": "eins; zwei", "Spalte 6": "drei"}


def test_first_and_last_name_people_of_two_places_and_crosses(tmp_path: Path) -> None:
    mapping = SCHOOLS + "  p: {type: Person, joined: [Vorname, Name]}\n  o: {type: Theme, marked: [Sprache, MINT]}\nties: [{edge: WORKS_FOR, from: p, to: s}]\n"
    rows = [["Schule", "Vorname", "Name", "Sprache", "MINT"], ["GS Nord", "Erika", "Muster", "x", "nein"], ["GS Süd", "Erika", "Muster", None, "ja"], ["GS Ost", "", "", "vielleicht", ""]]
    said = described(tmp_path, mapping, rows)
    assert [edge.start for edge in said.edges] == ["liste.xlsx#Personen/Erika Muster"] * 2
    assert {key for key in said.nodes if "#Themen/" in key} == {"liste.xlsx#Themen/Sprache", "liste.xlsx#Themen/MINT"}
    assert "Eine Person gilt bei mehreren Einträgen als dieselbe („Erika Muster“)" in said.warnings[0]
    assert [(row, column) for row, column, _, _ in said.rejected] == [(4, "Sprache")]


def test_rejected_rows_come_back_mended_and_mean_the_same_entries(tmp_path: Path) -> None:
    rows = [["Schule", "AG", "PLZ"], ["GS Nord", "AG A", 47051], ["GS Süd", "AG A", "47"]]
    path, home = table(tmp_path, rows), Home(tmp_path / "home")
    mapping = "entries:\n  s: {type: Institution, name: Schule, fields: {postcode: PLZ}}\n  g: {type: Gremium, name: AG}\nties: [{edge: MEMBER_OF, from: s, to: g}]\n"
    path.with_name("liste.mapping.yaml").write_text(mapping, encoding="utf-8")
    report = ingest("mapped", [path], {}, home)
    assert (report.read, report.taken) == (2, 1)
    (to_mend,) = write_rejected(report, [path], tmp_path / file_name(path))
    book = load_workbook(to_mend)
    sheet = next(sheet for sheet in book.worksheets if sheet["A1"].value == "Schule")
    sheet["C2"] = "47057"
    book.save(to_mend)
    again = ingest("mapped", [to_mend], {}, home)
    assert (again.errors, again.rejected, again.taken) == ([], [], 1)
    with home.open_ledger() as ledger:
        gremien = {ledger.entity(node.key) for node in ledger.nodes() if node.type == "Gremium"}
        seats = [edge for edge in ledger.edges() if edge.type == "MEMBER_OF"]
    assert len(gremien) == 1 and {edge.end for edge in seats} == {"liste.xlsx#Gremien/AG A"}
