"""Short names by rule: no two alike, shorter than the name, the same every time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.network_data import actors, ties
from views.node_columns import _labels
from views.short_names import ABBREVIATIONS, propose

PARTS = ["Handlungsforum", "Arbeitskreis", "Kita", "Städt. Kindertagesstätte", "Grundschule", "Sprache", "Lesen", "Musterstadt", "der Stadt Musterstadt", "e. V.", "gGmbH", "Nord", "–", "1", ""]
NAMES = st.lists(st.lists(st.sampled_from(PARTS), min_size=1, max_size=5).map(" ".join), max_size=12).map(lambda names: {f"a{n}": name for n, name in enumerate(names)})


@given(NAMES)
def test_no_two_alike_and_none_like_another_ones_name(names: dict[str, str]) -> None:
    found = propose(names, ["Musterstadt"])
    shorts = [short.casefold() for short in found.values()]
    assert len(set(shorts)) == len(shorts)
    for key, short in found.items():
        assert short.strip() == short != ""
        assert len(short) < len(names[key])
        assert short.casefold() not in {" ".join(name.split()).casefold() for other, name in names.items() if other != key}


@given(NAMES, st.text(max_size=8))
def test_the_same_names_in_any_order_get_the_same_shorts(names: dict[str, str], _more: str) -> None:
    assert propose(dict(reversed(names.items())), ["Musterstadt"]) == propose(names, ["Musterstadt"])


@given(st.dictionaries(st.text(max_size=3), st.text(max_size=40), max_size=6))
def test_any_text_is_a_name(names: dict[str, str]) -> None:
    propose(names, ["Ort"])


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Handlungsforum Verkehrs- und Bildungssprache Deutsch", "HF Verkehrs- und Bildungssprache Deutsch"),
        ("Kommunales Integrationszentrum Musterstadt", "KI"),
        ("Jugendamt der Stadt Musterstadt", "Jugendamt"),
        ("AWO Kreisverband Musterstadt e. V.", "AWO Kreisverband"),
        ("Städt. Kath. Grundschule Stollenplatz", "KGS Stollenplatz"),
        ("Städt. Gemeinschaftsgrundschule Kastanienallee", "GGS Kastanienallee"),
        ("Volkshochschule Musterstadt", "VHS"),
        ("Arbeitskreis Jugendberufsagentur", "AK Jugendberufsagentur"),
        ("Lesewelt Musterstadt e. V.", "Lesewelt"),
    ],
)
def test_as_people_would_shorten(name: str, short: str) -> None:
    assert propose({"a": name}, ["Musterstadt"]) == {"a": short}


def test_two_that_would_be_alike_keep_what_tells_them_apart() -> None:
    found = propose({"a": "Jugendamt der Stadt Nord", "b": "Jugendamt der Stadt Süd", "c": "Grundschule Hafen", "d": "GS Hafen"}, ["Nord", "Süd"])
    assert "c" not in found, "its only shorter form is another one's name"
    assert found.get("a") is None and found.get("b") is None


def test_a_stated_short_name_goes_before_a_proposed_one() -> None:
    people = actors(
        {"id": "a", "type": "Gremium", "name": "Handlungsforum Sprache", "short": "Sprachforum"},
        {"id": "b", "type": "Gremium", "name": "Handlungsforum Lesen"},
        {"id": "c", "type": "Institution", "name": "Sprachforum e. V.", "kind": "association"},
    )
    people["members"] = 0
    assert _labels(people)[1] == {0: "Sprachforum", 1: "HF Lesen"}
    assert ties().empty


def test_every_abbreviation_is_shorter() -> None:
    import re

    for word, short in ABBREVIATIONS:
        longest = max(re.sub(r"[()\[\]?|\\]", " ", word).split(), key=len)
        assert len(short) < len(longest), word
