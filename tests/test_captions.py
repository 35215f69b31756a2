"""What stands around a picture: true numbers, right German, names for files that every system takes."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.network_data import actors, ties
from views import words
from views.captions import SOURCES, caption, context, file_name, source_line
from views.picture import Picture
from views.state import Choice
from views.story import story


@pytest.fixture(autouse=True)
def german() -> None:
    words.set_language("de")


def picture(table: pd.DataFrame, pairs: pd.DataFrame, choice: Choice | None = None, place: str = "Hafen", names: dict[str, str] | None = None) -> Picture:
    nodes = pd.DataFrame({"name": pd.Series(names or {}, dtype=object)})
    view: Any = SimpleNamespace(once=lambda _name, make: make(), nodes=nodes, edges=pd.DataFrame({"type": ["MEMBER_OF"]}), areas=SimpleNamespace(roots=["town"], parent=lambda area: None, social_spaces=[]))
    view.nodes.loc["town", "name"] = place
    view.nodes["type"], view.labels = "Area", view.nodes["name"]
    return Picture(view, choice or Choice(), "2026-11-24", table, table, pairs, {}, pairs, {}, {}, {})


def text(seen: Picture) -> str:
    return "".join(run for run, _bold in context(seen))


def some(gremien: int = 2, institutions: int = 3, outside: int = 0) -> pd.DataFrame:
    return actors(
        *({"id": f"g{n}", "type": "Gremium"} for n in range(gremien)),
        *({"id": f"k{n}", "type": "Institution", "kind": "kita", "outside": n < outside} for n in range(institutions)),
    )


@given(st.integers(0, 3), st.integers(0, 5), st.integers(0, 5), st.integers(0, 4))
def test_the_context_counts_what_is_shown(gremien: int, institutions: int, outside: int, seats: int) -> None:
    table = some(gremien, institutions, outside)
    links = ties(*((f"k{n}", "g0", "MEMBER_OF") for n in range(min(seats, institutions) if gremien else 0)))
    said = text(picture(table, links))
    if table.empty:
        assert said == ""
        return
    numbers = [int(n) for n in re.findall(r"\d+", said)]
    expected = [n for n in (gremien, institutions) if n] + ([min(outside, institutions)] if min(outside, institutions) else []) + [len(links)]
    assert numbers == expected
    assert ("1 Gremium" in said) == (gremien == 1)
    assert ("1 Institution," in said + "," or "1 Institution ·" in said) == (institutions == 1)
    assert ("1 Beziehung" in said and "1 Beziehungen" not in said) == (len(links) == 1)


def test_a_story_says_what_bold_means() -> None:
    table = some(2, 3)
    links = ties(("k0", "g0", "MEMBER_OF"), ("k0", "g1", "MEMBER_OF"), ("k1", "g0", "MEMBER_OF"))
    seen = picture(table, links, Choice(emphasis=("g0", "g1")))
    assert text(seen).endswith("Hafen · 2 Gremien, 3 Institutionen · fett = in zwei oder mehr dieser Gremien")
    assert [run for run, bold in context(seen) if bold] == ["fett"]
    alone = picture(table, links, Choice(emphasis=("g0",)))
    assert text(alone).endswith("1 Gremium hervorgehoben") and not any(bold for _run, bold in context(alone))
    mixed = picture(table, links, Choice(emphasis=("g0", "g1", "k1")))
    assert text(mixed).endswith("3 Akteure hervorgehoben · fett = mit zwei oder mehr davon verbunden")
    assert seen.story == story(table, links, ["g0", "g1"])


def test_place_and_filters_are_said_once() -> None:
    seen = picture(some(), ties(), Choice(themes=("t",)), names={"t": "Sprache"})
    assert "Hafen, Thema: Sprache" in seen.title and "Hafen" not in text(seen)
    told = picture(some(2, 3), ties(("k0", "g0", "MEMBER_OF"), ("k0", "g1", "MEMBER_OF")), Choice(themes=("t",), emphasis=("g0", "g1")), names={"t": "Sprache"})
    assert "Hafen" not in told.title and text(told).startswith("Hafen, Thema: Sprache · 2 Gremien, 3 Institutionen")


def test_the_sources_are_those_of_what_is_shown_most_frequent_first() -> None:
    table = some(1, 2).assign(source=["Liste; Register", "Register", None])
    assert source_line(picture(table, ties())) == "Stand 24.11.2026 · Quellen: Register, Liste"
    assert source_line(picture(table.assign(source="Liste"), ties())) == "Stand 24.11.2026 · Quelle: Liste"
    assert source_line(picture(table.assign(source=None), ties())) == "Stand 24.11.2026"


def test_many_sources_are_counted() -> None:
    table = some(0, SOURCES + 3).assign(source=[f"Quelle {n}" for n in range(SOURCES + 3)])
    assert source_line(picture(table, ties())).endswith(" und 3 weitere")


@given(st.text(max_size=80))
def test_every_place_makes_a_name_that_every_system_takes(place: str) -> None:
    name = file_name(picture(some(), ties(), place=place))
    assert re.fullmatch(r"([a-z0-9]+-)*steuerungsbild-2026-11-24", name)
    assert len(name) < 100


def test_umlauts_are_spelt_out() -> None:
    assert file_name(picture(some(), ties(), Choice(drawing="netz"), place="Süd-Öst/Straße")) == "sued-oest-strasse-netz-2026-11-24"


def test_in_english_as_well() -> None:
    words.set_language("en")
    try:
        seen = picture(some(2, 1).assign(source="List"), ties(("k0", "g0", "MEMBER_OF"), ("k0", "g1", "MEMBER_OF")), Choice(emphasis=("g0", "g1")))
        assert caption(seen).source == "As of 24 Nov 2026 · Source: List"
        assert text(seen) == "Hafen · 2 committees, 1 institution · bold = in two or more of these committees"
    finally:
        words.set_language("de")


def test_the_caption_is_json() -> None:
    payload = caption(replace(picture(some(), ties()))).payload()
    assert payload["context"][0] == ["2 Gremien, 3 Institutionen · 0 Beziehungen", False]
