"""The full-text index: any query is answered, spellings are one, better hits come first, and nobody finds what they may not see."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph import fulltext_build, fulltext_files, spelling
from graph.fulltext import Found, Index
from graph.fulltext_files import file_of, index_of, index_soon
from graph.fulltext_hits import Match
from graph.redaction import redact
from graph.snapshot import Snapshot

NODES = [
    ("stadt", "Area", "Musterstadt", {"level": "municipality"}),
    ("hafen", "Area", "Hafen", {"level": "quarter"}),
    ("lk", "Gremium", "Lenkungskreis Bildung", {"kind": "steering", "mandate": "Steuert die Zusammenarbeit für gelingende Übergänge"}),
    ("hf", "Gremium", "Handlungsforum Sprache", {"kind": "forum"}),
    ("jha", "Gremium", "Jugendhilfeausschuss", {"kind": "committee"}),
    ("kita", "Institution", "Städt. Kita Löwenzahn", {"kind": "kita"}),
    ("ges", "Institution", "Gesamtschule Süd", {"kind": "school", "form": "Gesamtschule", "schulnummer": "101321"}),
    ("ggs", "Institution", "GGS Müllerstraße", {"kind": "school", "short": "GGS Müller"}),
    ("verein", "Institution", "Lesewelt e. V.", {"kind": "association"}),
    ("anna", "Person", "Anna Özdemir", {"function": "Schulleitung", "email": "anna@example.org", "note": "privat erreichbar"}),
    ("paten", "Project", "Lesepaten", {"description": "Ehrenamtliche lesen in der Kita vor, geleitet von Anna Özdemir"}),
    ("kurs", "Offer", "Ankommen in der Schule", {"kind": "Kurs", "description": "Deutsch für Kinder, die neu in der Stadt sind"}),
    ("sprache", "Theme", "Sprachbildung", {}),
    ("neu", "TargetGroup", "Neuzugewanderte", {}),
    ("primar", "Stage", "Primarstufe", {}),
]
EDGES = [
    ("hafen", "PART_OF", "stadt"),
    ("kita", "LOCATED_IN", "hafen"),
    ("ggs", "LOCATED_IN", "stadt"),
    ("verein", "RUNS", "kurs"),
    ("kurs", "ADDRESSES", "sprache"),
    ("kurs", "FOR_GROUP", "neu"),
    ("anna", "WORKS_FOR", "ges"),
]


def snapshot(rows: list[tuple[str, str, str, dict[str, str]]] = NODES, version: int = 1, graph_id: str = "") -> Snapshot:
    nodes = pd.DataFrame([{"id": key, "type": kind, "name": name, "source": "Liste", "as_of": None, **more} for key, kind, name, more in rows]).set_index("id")
    known = [(a, kind, b) for a, kind, b in EDGES if a in nodes.index and b in nodes.index]
    edges = pd.DataFrame([{"id": f"e{i}", "type": kind, "start": a, "end": b} for i, (a, kind, b) in enumerate(known)], columns=["id", "type", "start", "end"])
    return Snapshot(version, nodes.sort_index(), edges.assign(since=None, until=None, source="Liste", as_of=None), graph_id)


TOWN = snapshot()


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of(TOWN)


def ids(found: Found) -> list[str]:
    return [hit.id for group in found.groups for hit in group.hits]


# ---- spelling ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        ("Müller", "Mueller", "MULLER", "mu\u0308ller", "Mül\u00adler"),
        ("Straße", "STRASSE", "strasse"),
        ("Işık", "Isik"),
        ("Kita–Schule", "kita schule", "Kita/Schule"),
    ],
)
def test_spellings_of_a_word_are_one(written: tuple[str, ...]) -> None:
    assert len({spelling.plain(text) for text in written}) == 1


@given(st.text(alphabet="abeouäöüßAOUE -–.é", max_size=30), st.integers(0, 30))
def test_a_beginning_stays_a_beginning(text: str, at: int) -> None:
    assert spelling.plain(text).startswith(spelling.plain(text[:at]))


@given(st.text(max_size=60))
def test_the_plain_form_is_of_words_and_single_spaces(text: str) -> None:
    folded = spelling.plain(text)
    assert folded == " ".join(folded.split())
    assert all(word.isalnum() for word in folded.split())


@given(st.text(alphabet="abueäöüßAOUE -–.é\u0308\u00ad", max_size=40), st.lists(st.text(alphabet="abueo", min_size=1, max_size=4), max_size=3), st.booleans())
def test_marks_lie_in_the_text_and_mark_what_was_sought(text: str, sought: list[str], inside: bool) -> None:
    text = spelling.tidy(text)
    wanted = [word for word in map(spelling.plain, sought) if word]
    places, found = spelling.marks(text, wanted, inside=inside)
    assert list(places) == sorted(places)
    assert all(a < b for a, b in places)
    assert all(b <= c for (_, b), (c, _) in zip(places, places[1:], strict=False))
    assert all(any(word in spelling.plain(text[a:b]) for word in found) for a, b in places)
    cut, moved = spelling.excerpt(text, places, 12)
    assert [cut[a:b] for a, b in moved] == [text[a:b] for a, b in places][: len(moved)]
    assert bool(moved) == bool(places)


@pytest.mark.parametrize(
    ("name", "short"),
    [("Lenkungskreis", "lk"), ("Handlungsforum Sprache", "hf"), ("Jugendhilfeausschuss", "jha"), ("Volkshochschule", "vhs"), ("Ausschuss für Kultur", "ak")],
)
def test_names_are_shortened_as_people_do(name: str, short: str) -> None:
    assert short in spelling.initials(spelling.plain(name))


# ---- finding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "match", "field"),
    [
        ("hafen", "hafen", Match.WHOLE, "name"),
        ("GGS Mueller", "ggs", Match.WHOLE, "name"),
        ("ggs mull", "ggs", Match.BEGINNING, "name"),
        ("Muller", "ggs", Match.WORD, "name"),
        ("Sprache Handlungsforum", "hf", Match.WORD, "name"),
        ("Städtische Kita", "kita", Match.WORD, "name"),
        ("LK", "lk", Match.INITIALS, "initials"),
        ("HF Sprache", "hf", Match.INITIALS, "initials"),
        ("ausschuss", "jha", Match.INSIDE, "name"),
        ("zahn", "kita", Match.INSIDE, "name"),
        ("101321", "ges", Match.TEXT, "schulnummer"),
        ("gelingende Übergänge", "lk", Match.TEXT, "mandate"),
        ("Kita Hafen", "kita", Match.TEXT, "Area"),
        ("Gesamschule", "ges", Match.MEANT, "name"),
        ("Lenkunskreis", "lk", Match.MEANT, "name"),
        ("Kita Löwnezahn", "kita", Match.MEANT, "name"),
        ("Lenkngskr", "lk", Match.MEANT, "name"),
    ],
)
def test_what_comes_first_and_why(index: Index, text: str, first: str, match: Match, field: str) -> None:
    found = index.search(text)
    best = found.groups[0].hits[0]
    assert (best.id, best.score, best.field) == (first, match, field)


def test_a_need_finds_the_offer_and_who_runs_it(index: Index) -> None:
    found = index.search("Sprachförderung für Neuzugewanderte")
    assert {"kurs", "verein"} <= set(ids(found))
    hit = next(hit for group in found.groups for hit in group.hits if hit.id == "verein")
    assert hit.field == "Offer"
    assert "Sprach" in [hit.excerpt[a:b] for a, b in hit.marks]


def test_the_place_is_marked(index: Index) -> None:
    hit = index.search("mueller").groups[0].hits[0]
    assert [hit.name[a:b] for a, b in hit.name_marks] == ["Müller"]
    hit = index.search("übergänge").groups[0].hits[0]
    assert [hit.excerpt[a:b] for a, b in hit.marks] == ["Übergänge"]


def test_a_suggestion_where_nothing_is_found(index: Index) -> None:
    found = index.search("Hantlunxfohrum Sprache")
    assert (found.count, found.suggestion) == (0, "Handlungsforum Sprache")
    assert index.search("qqqqqq") == Found()


def test_groups_are_cut_counted_and_opened() -> None:
    many = [(f"k{n:02d}", "Institution", f"Kita {n:02d}", {"kind": "kita"}) for n in range(30)]
    index = index_of(snapshot([*many, ("stage", "Stage", "Kita", {})]))
    found = index.search("kita")
    assert [(group.type, group.count, len(group.hits)) for group in found.groups] == [("Stage", 1, 1), ("Institution", 30, 6)]
    opened = index.search("kita", opened={"Institution": 60}).groups[1].hits
    assert [hit.id for hit in opened] == [key for key, *_ in many]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80) | st.text(alphabet="\"'*():^+-{}[]~ANDORNEAT. käß\x00", max_size=40))
@example('"')
@example("a* OR NEAR(b c, 2)")
@example("{name} : kita AND NOT x")
@example("👩‍🏫 Schule 🏫")
@example("ß" * 10_000)
@example("kita " * 2_000)
@example("\ud800 kita")
def test_any_text_is_a_query(text: str) -> None:
    found = index_of(TOWN).search(text)
    assert found.count >= sum(len(group.hits) for group in found.groups)
    for group in found.groups:
        assert group.hits
        for hit in group.hits:
            assert all(0 <= a < b <= len(hit.excerpt) for a, b in hit.marks)
            assert all(0 <= a < b <= len(hit.name) for a, b in hit.name_marks)


@settings(max_examples=60)
@given(st.sampled_from([(key, name) for key, kind, name, _ in NODES]), st.integers(1, 40))
def test_whoever_types_a_name_sees_it_all_the_while(named: tuple[str, str], length: int) -> None:
    key, name = named
    assert not spelling.plain(name[:length]) or key in ids(index_of(TOWN).search(name[:length], most=50))


@settings(max_examples=60)
@given(st.sampled_from([name for _, _, name, _ in NODES if len(name) > 7]), st.integers(1, 5), st.sampled_from(["drop", "swap", "double"]))
def test_one_slip_in_a_long_word_is_forgiven(name: str, at: int, slip: str) -> None:
    word = max(spelling.plain(name).split(), key=len)
    broken = {"drop": word[:at] + word[at + 1 :], "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :], "double": word[:at] + word[at] + word[at:]}[
        slip
    ]
    key = next(key for key, _, other, _ in NODES if other == name)
    assert key in ids(index_of(TOWN).search(broken, most=50))


def test_an_empty_network_and_markup_in_names() -> None:
    empty = snapshot([("a", "Paper", "Vorlage", {})])
    assert index_of(empty).search("vorlage") == Found()
    evil = index_of(snapshot([("x", "Institution", "<b onclick=alert(1)>Süd</b>", {})]))
    hit = evil.search("<b onclick").groups[0].hits[0]
    assert hit.name == "<b onclick=alert(1)>Süd</b>"


# ---- the files -------------------------------------------------------------------------------------------


def test_the_index_is_kept_for_each_version_and_old_ones_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    write = fulltext_build.write
    monkeypatch.setattr(fulltext_build, "write", lambda connection, view: (made.append(view.version), write(connection, view)))
    first, second = snapshot(graph_id="g1"), snapshot(version=2, graph_id="g1")
    assert ids(index_of(first, tmp_path).search("LK")) == ["lk"]
    fulltext_files.forget()
    assert ids(index_of(first, tmp_path).search("LK")) == ["lk"]
    assert made == [1]
    index_of(second, tmp_path)
    assert [path.name for path in tmp_path.glob("*.sqlite")] == [file_of(tmp_path, "g1", 2, "internal").name]
    assert (tmp_path / file_of(tmp_path, "g1", 2, "internal").name).stat().st_mode & 0o077 == 0


def test_a_torn_file_is_made_anew_and_a_folder_that_cannot_be_written_does_not_hurt(tmp_path: Path) -> None:
    view = snapshot(graph_id="g2")
    file_of(tmp_path, "g2", 1, "internal").write_bytes(b"SQLite format 3\x00 and no more")
    assert ids(index_of(view, tmp_path).search("LK")) == ["lk"]
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert ids(index_of(snapshot(graph_id="g3"), blocked / "cache").search("LK")) == ["lk"]


def test_many_at_once_make_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    write = fulltext_build.write
    monkeypatch.setattr(fulltext_build, "write", lambda connection, view: (made.append(1), write(connection, view)))
    view, answers = snapshot(graph_id="g4"), []
    threads = [threading.Thread(target=lambda: answers.append(ids(index_of(view, tmp_path).search("LK")))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [["lk"]] * 8
    assert len(made) == 1


def test_whoever_cannot_wait_is_told_to_ask_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    write = fulltext_build.write
    monkeypatch.setattr(fulltext_build, "write", lambda connection, view: (go.wait(20), write(connection, view)))
    view = snapshot(graph_id="g5")
    assert index_soon(view, tmp_path, patience=0.05) is None
    assert index_soon(view, tmp_path, patience=0.05) is None
    go.set()
    found = index_soon(view, tmp_path, patience=20)
    assert found is not None
    assert ids(found.search("LK")) == ["lk"]


def test_a_public_index_holds_nobody(tmp_path: Path) -> None:
    whole = snapshot(graph_id="g6")
    public = Snapshot(whole.version, *redact(whole.nodes, whole.edges), "g6", "public")
    index = index_of(public, tmp_path)
    assert index.search("Özdemir").count == 0
    assert ids(index.search("Schulleitung")) == ["anna"]
    stored = file_of(tmp_path, "g6", 1, "public").read_bytes().lower()
    assert not [word for word in ("özdemir", "ozdemir", "anna ", "privat", "example.org") if word.encode() in stored]
    kept = index_of(whole, tmp_path)
    assert "anna" in ids(kept.search("Özdemir"))
    assert kept.search("example.org").count == kept.search("privat").count == 0, "personal fields other than the name are nobody's to search"


def test_an_index_is_read_only(tmp_path: Path) -> None:
    index = index_of(snapshot(graph_id="g7"), tmp_path)
    with pytest.raises(sqlite3.OperationalError):
        index._connection.execute("DELETE FROM entry")
