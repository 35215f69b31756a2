"""What people look for in the demo city, and what must come first; the search box's words about it."""

from __future__ import annotations

import pandas as pd
import pytest

from graph import snapshot
from graph.fulltext import Found
from graph.fulltext_files import file_of, index_of
from graph.home import Home
from graph.snapshot import Snapshot
from graph.store import Store
from queries import catalog
from views import search

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def city(demo_home: Home) -> Snapshot:
    with Store.connect(home=demo_home.path) as store:
        return snapshot.load(store, demo_home.cache_path)


def asked(city: Snapshot, text: str, limit: int = 20) -> pd.DataFrame:
    return catalog.run("network/search", snapshot=city, text=text, limit=limit)


GOLDEN = [
    ("Handlungsforum Sprache", "Handlungsforum Sprache"),
    ("HF Sprache", "Handlungsforum Sprache"),
    ("handlungsforum spr", "Handlungsforum Sprache"),
    ("LK", "Lenkungskreis Bildungsregion"),
    ("JHA", "Jugendhilfeausschuss"),
    ("VHS", "Volkshochschule Falkenrath"),
    ("Rat", "Rat der Stadt Falkenrath"),
    ("Schulauschuss", "Schulausschuss"),
    ("Lenkunskreis", "Lenkungskreis Bildungsregion"),
    ("lenkungskreis", "Lenkungskreis Bildungsregion"),
    ("Bildungskonferens", "Bildungskonferenz"),
    ("Volkshochschul", "Volkshochschule Falkenrath"),
    ("Volkshohcschule", "Volkshochschule Falkenrath"),
    ("Jugendamt", "Jugendamt der Stadt Falkenrath"),
    ("Kita Regnebogen", "Ev. Kita Regenbogenfisch"),
    ("MÜHLENRADE", "Mühlenrade"),
    ("Muehlenrade", "Mühlenrade"),
    ("Muhlenrade", "Mühlenrade"),
    ("Frühe Hilfen", "Frühe Hilfen"),
    ("fruehe hilfen", "Frühe Hilfen"),
    ("Primarstufe", "Primarstufe"),
    ("Übergang Schule", "Übergang Schule–Beruf"),
    ("Schulamt", "Schulamt für die Stadt Falkenrath"),
]


@pytest.mark.parametrize(("text", "first"), GOLDEN)
def test_what_must_come_first(city: Snapshot, text: str, first: str) -> None:
    assert asked(city, text)["name"].iloc[0] == first


@pytest.mark.parametrize(
    ("text", "kind", "within"),
    [
        ("Gesamschule", "Institution", "Gesamtschule"),
        ("Städtische Kita", "Institution", "Kita"),
        ("Ganztag Grundschule", "Project", "Ganztag"),
        ("Sprachförderung für Neuzugewanderte", "Offer", "Sprach"),
        ("Berufsberatung", "Institution", ""),
        ("Hilfe für Alleinerziehende", "Offer", ""),
        ("Kita Hafenviertel", "Institution", "Kita"),
    ],
)
def test_what_must_be_found(city: Snapshot, text: str, kind: str, within: str) -> None:
    found = asked(city, text, limit=200)
    assert within in found[found["type"] == kind]["name"].iloc[0]


def test_a_need_says_where_it_was_found(city: Snapshot) -> None:
    found = asked(city, "Sprachförderung für Neuzugewanderte").set_index("type")
    told = found.loc[["Institution"]].iloc[0]
    assert told["matched"] == "Angebot"
    assert {told["excerpt"][a:b] for a, b in told["marks"]} & {"Neuzugewanderte"}


def test_whoever_is_called_so_is_found_under_the_whole_name(city: Snapshot) -> None:
    """Every fifth of all that can be found stands among the best hits of its type for its own name."""
    index = index_of(city)
    searched = city.nodes[city.nodes["type"].isin(["Gremium", "Institution", "Project", "Theme", "Area"])].iloc[::5]
    lost = [row.name for row in searched.itertuples() if row.Index not in [hit.id for group in index.search(row.name, most=30).groups for hit in group.hits]]
    assert not lost


def test_the_index_in_a_folder_answers_as_the_one_in_memory(city: Snapshot, demo_home: Home) -> None:
    for text in ("LK", "Sprache", "Kita Regnebogen", "Hilfe für Eltern"):
        kept = catalog.run("network/search", snapshot=city, text=text, folder=str(demo_home.cache_path))
        pd.testing.assert_frame_equal(kept, asked(city, text))
    assert file_of(demo_home.cache_path, city.graph_id, city.version, "internal").exists()


# ---- what the box is told ----------------------------------------------------------------------------------


def test_groups_are_told_with_their_counts_in_both_languages(city: Snapshot) -> None:
    found = index_of(city).search("kita")
    told = {group["type"]: group for group in search.answered(1.0, "kita", found, "de")["groups"]}
    count = sum(city.nodes["type"] == "Institution")
    assert told["Institution"]["title"] == "Institutionen"
    assert 200 < int(told["Institution"]["count"]) <= count
    assert told["Institution"]["more"] == f"{int(told['Institution']['count']) - 6} weitere"
    assert told["Stage"]["title"] == "Bildungsphase"
    english = search.answered(1.0, "kita", found, "en")
    assert {group["type"]: group["title"] for group in english["groups"]}["Institution"] == "Institutions"
    assert english["live"].endswith("hits")


def test_nothing_is_said_as_nothing() -> None:
    assert search.answered(1.0, "xy", Found(), "de")["live"] == "Nichts gefunden für „xy“"
    assert search.answered(1.0, "xy", None, "de")["building"]


def test_the_pieces_of_a_name_are_the_name(city: Snapshot) -> None:
    for text in ("sprache", "kita", "müh", "lesen", "LK", "Lenkunskreis"):
        for group in search.answered(1.0, text, index_of(city).search(text), "de")["groups"]:
            for option in group["options"]:
                assert "".join(piece for piece, _ in option["name"]) == " ".join(str(city.nodes.at[option["id"], "name"]).split())
