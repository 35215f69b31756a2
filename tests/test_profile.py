"""The profile: what sources say with its age and its contradictions, links that lead nowhere bad, and nothing of people for the public."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from graph import schema
from graph.home import VARIABLE, Home
from graph.ledger_records import Statement
from graph.records import Where
from graph.redaction import Cleaner
from queries.network import co_members, relations
from tests import mounted
from tests.test_co_members import town
from tests.test_pages import entity, map_page, texts
from views import copying
from views.profile import facts, fields, marks, text, way
from views.words import set_language

INSTITUTION = schema.NODES["Institution"]
TODAY = "2026-08-01"


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    set_language("de")
    yield
    set_language("de")


def says(title: str, as_of: str, **values: Any) -> Statement:
    return Statement(title, title, as_of, 0, f"{title}#1", Where(f"{title}.xlsx", "Blatt", 2), values)


def labelled(*said: Statement) -> dict[str, facts.Fact]:
    return {fact.label: fact for fact in facts.told(INSTITUTION, said, TODAY).facts}


# ---- facts ------------------------------------------------------------------------------------------


def test_every_field_of_the_schema_is_shown_or_put_together_with_others() -> None:
    """Nothing that a source says is left out of the profile without a word."""
    given_values = {
        "boolean": True,
        "integer": 3,
        "number": 3.5,
        "date": "2026-01-02",
        "choice": None,
        "email": "a@b.de",
        "url": "https://b.de",
        "phone": "0203 12345",
    }
    for kind in schema.NODES.values():
        values = {f.name: (f.choices[0].value if f.choices else given_values.get(f.kind, f"Wert {f.name}")) for f in kind.graph_fields}
        shown = " ".join(f"{fact.label} {fact.text}" for fact in facts.told(kind, [says("Liste", "2026-01-01", **values)], TODAY).facts)
        for field in kind.graph_fields:
            if field.name in ("name", "kind", "geometry", "confirmed"):
                continue  # heading, badge, map, line under the sources
            words = facts.value_text(field, values[field.name])
            assert words in shown or field.kind == "number", (kind.name, field.name)


def test_the_first_source_shows_and_who_differs_is_said() -> None:
    shown = labelled(
        says("Register", "2026-05-01", phone="0203 12345", places=40, email="a@kita.de"),
        says("Liste", "2026-04-01", phone="+49 203 12345", places=45, name="Kita Sonne"),
        says("Alt", "2026-03-01", places=45),
    )
    assert shown["Plätze"].text == "40 Plätze"
    assert [(said, source.title) for said, source in shown["Plätze"].others] == [("45 Plätze", "Liste"), ("45 Plätze", "Alt")]
    assert shown["Telefon"].others == ()  # the same number, written otherwise


def test_another_name_is_a_fact_of_its_own() -> None:
    assert (
        labelled(says("A", "2026-01-01", name="Kita Sonne"), says("B", "2026-01-01", name="KiTa-Sonne"), says("C", "2025-01-01", name="Hort Mond"))[
            "Auch genannt"
        ].text
        == "Hort Mond"
    )
    assert "Auch genannt" not in labelled(says("A", "2026-01-01", name="Kita Sonne"))


def test_an_address_is_one_line_and_contradicts_only_in_what_both_say() -> None:
    shown = labelled(says("A", "2026-01-01", city="Duisburg"), says("B", "2025-12-01", street="Weg 1", postcode="47051", city="Duisburg"))
    assert (shown["Anschrift"].text, shown["Anschrift"].others) == ("Weg 1, 47051 Duisburg", ())
    other = labelled(says("A", "2026-01-01", street="Weg 1"), says("B", "2025-12-01", street="Allee 2", city="Duisburg"))["Anschrift"]
    assert [(said, source.title) for said, source in other.others] == [("Allee 2, Duisburg", "B")]


def test_what_nobody_confirmed_for_a_year_is_old_and_a_confirmation_makes_it_young() -> None:
    told = facts.told(INSTITUTION, [says("Alt", "2024-01-01", places=4), says("Neu", "2024-02-01", confirmed="2026-07-01", phone="0203 12345")], TODAY)
    assert {source.title: source.old for source in told.sources} == {"Alt": True, "Neu": False}
    assert {fact.label: fact.source.old for fact in told.facts} == {"Plätze": True, "Telefon": False}
    assert told.confirmed is not None and told.confirmed.confirmed == "2026-07-01"
    assert facts.told(INSTITUTION, [], TODAY).confirmed is None


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=800))
def test_a_long_text_is_folded_without_losing_a_word(words: str) -> None:
    plain = " ".join(words.split())
    cut = fields._cut(plain) if plain else 0
    assert (plain[:cut] + plain[cut:]).split() == plain.split()
    assert 0 <= cut <= 171


# ---- links ------------------------------------------------------------------------------------------


@given(st.sampled_from(["url", "email", "phone", "text"]), st.text(max_size=60))
def test_a_link_leads_to_the_net_a_letter_or_a_call_and_cannot_be_broken_out_of(kind: str, value: str) -> None:
    target = marks.href(kind, value)
    assert target == "" or target.split(":")[0] in ("http", "https", "mailto", "tel")
    assert not set(target) & set("()<>[]\"'`\\ \n")


def test_addresses_that_are_meant_to_do_harm_are_text() -> None:
    assert marks.href("url", "javascript:alert(1)") == ""
    assert marks.href("url", "data:text/html,<script>") == ""
    assert marks.href("url", "https://") == ""
    assert marks.href("phone", "javascript:1") == ""
    assert marks.href("phone", "+49 (0) 203 / 12345") == "tel:+4920312345"
    assert marks.href("email", "a@b.de?bcc=x@y.de") == "mailto:a@b.de%3Fbcc%3Dx@y.de"
    assert marks.linked("url", "https://www.kita.de/a_(b)") == "[kita\\.de/a\\_\\(b\\)](https://www.kita.de/a_%28b%29)"
    assert marks.linked("url", "javascript:alert(1)") == "**javascript\\:alert\\(1\\)**"


# ---- as text ----------------------------------------------------------------------------------------


def test_the_text_for_an_email_says_what_the_profile_says() -> None:
    view = town(
        {"kita": "Institution", "schule": "Institution", "anna": "Person", "sprache": "Gremium"},
        [
            ("anna", "WORKS_FOR", "kita", {}),
            ("anna", "MEMBER_OF", "sprache", {"role": "Vorsitz", "since": "2020-05-01"}),
            ("kita", "COOPERATES_WITH", "schule", {"until": "2027"}),
        ],
    )
    told = facts.told(INSTITUTION, [says("Liste", "2024-03-01", phone="0203 12345", note="Ein  langer\nText " + "und mehr " * 20)], TODAY)
    steps = pd.DataFrame({"name": ["Kita", "Sprache", "Lenkungskreis"]})
    tied = relations.run(view, "kita", TODAY)
    tied = tied[tied["type"] != "MEMBER_OF"]
    words = text.plain("Kita", "Institution · Kita", told, co_members.run(view, "kita", TODAY), tied, steps, True, False)
    parts = words.split("\n\n")
    assert parts[0] == "Kita\nInstitution · Kita"
    assert parts[1].startswith("Telefon: 0203 12345\nBemerkung: Ein langer Text")
    assert parts[2] == "Gremien:\n- Sprache (Anna, Vorsitz, seit 01.05.2020)"
    assert "Kooperiert mit:\n- Schule (bis 2027)" in parts
    assert "2 Schritte bis Lenkungskreis:\nKita → Sprache → Lenkungskreis" in parts
    assert parts[-1].startswith("Quelle: Liste, Stand 01.03.2024 (veraltet)\nZuletzt bestätigt: 01.03.2024\nAus dem Akteursatlas am ")
    assert all(len(line) <= 78 for line in words.splitlines())


def test_words_of_steps_have_their_right_number() -> None:
    assert way.sentence("Rat", 1) == "1 Schritt bis Rat"
    assert way.sentence("Rat", 3) == "3 Schritte bis Rat"


# ---- people -----------------------------------------------------------------------------------------


def test_single_records_are_cleaned_of_people() -> None:
    nodes = pd.DataFrame([{"id": "p", "type": "Person", "name": "Erika Muster"}, {"id": "k", "type": "Institution", "name": "Kita"}]).set_index("id")
    clean = Cleaner(nodes)
    kept = clean.fields(INSTITUTION, {"note": "Frau Erika Muster leitet", "email": "e.muster@kita.de", "phone": "0203 1", "extra": "{}", "places": 4})
    assert kept == {"note": "Frau … leitet", "phone": "0203 1", "places": 4}
    assert clean.fields(schema.NODES["Person"], {"name": "Erika Muster", "phone": "0203 1", "function": "Leitung"}) == {"function": "Leitung"}


@pytest.fixture
def city_map(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(VARIABLE, str(demo_home.path))
    return AppTest.from_function(map_page, default_timeout=120)


def everything(at: AppTest, copied: list[str]) -> str:
    """All words on the page, and all that its buttons would copy."""
    shown = [texts(at), *(str(getattr(element, "label", "")) for element in (*at.button, *at.expander)), *(str(html.proto.body) for html in at.get("html"))]
    hints = [str(getattr(button.proto, "help", "")) for button in at.button]
    rows = [json.dumps(data, ensure_ascii=False) for data in mounted.given(at, "entries")]
    return "\n".join([*shown, *hints, *rows, *copied]).replace("\\", "")


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the buttons of the profile would copy."""
    taken: list[str] = []
    monkeypatch.setattr(copying, "copies", lambda items, *, key: taken.extend(f"{item['text']} {item['query']}" for item in items))
    return taken


KEYS = ("Gremien/lenkungskreis", "Gremien/schulausschuss", "Institutionen/kita-001", "Institutionen/jugendamt")


def some(home: Home) -> dict[str, str]:
    """An actor of each type, and those of the demo that have many people around them: name -> id."""
    found: dict[str, str] = {}
    with home.open_ledger() as ledger:
        entities = ledger.entities()
        for node in ledger.nodes():
            if node.type in schema.ACTORS and (node.type not in found or node.key.endswith(KEYS)):
                found[node.type if node.type not in found else node.key] = entities[node.key]
    return found


@pytest.mark.server
def test_the_public_sees_nothing_of_people_in_any_profile(
    city_map: AppTest,
    copied: list[str],
    demo_home: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with demo_home.open_ledger() as ledger:
        people = [node.data for node in ledger.nodes() if node.type == "Person"]
    secret = {str(person[name]) for person in people for name in ("name", "email", "phone") if name in person}
    assert len(secret) > 300
    internal = ""
    for role in ("internal", "public"):
        monkeypatch.setenv("AKTEURSATLAS_ROLE", role)
        for label, actor in some(demo_home).items():
            copied.clear()
            city_map.query_params.clear()
            city_map.query_params["akteur"] = actor
            city_map.query_params["umfeld"] = "0"
            city_map.run()
            assert not city_map.exception, label
            words = everything(city_map, copied)
            assert actor in words
            if role == "internal":
                internal += words
            else:
                assert not [one for one in secret if one in words], label
    assert len([one for one in secret if one in internal]) > 10  # the test would notice


@pytest.mark.server
def test_a_gremium_shows_its_institutions_with_their_people_and_roles(city_map: AppTest, copied: list[str], demo_home: Home) -> None:
    city_map.query_params["akteur"] = entity(demo_home, "netzwerk.xlsx#Gremien/schulausschuss")
    city_map.run()
    words = everything(city_map, copied)
    assert "Institutionen im Gremium" in [part["title"] for part in mounted.given(city_map, "entries")[0]["parts"]]
    assert "Schritt" in words and "bis Lenkungskreis" in words
    assert "Vorsitz" in words
    assert "Mitglieder:\n- " in "\n".join(copied)


@pytest.mark.server
def test_themes_and_areas_have_a_profile_without_a_way(city_map: AppTest, copied: list[str], demo_home: Home) -> None:
    with demo_home.open_ledger() as ledger:
        theme = next(ledger.entity(node.key) for node in ledger.nodes() if node.type == "Theme")
    city_map.query_params["akteur"] = theme
    city_map.run()
    assert not city_map.exception
    assert "Lenkungskreis besteht keine Verbindung" not in everything(city_map, copied)


@pytest.mark.server
def test_every_heading_of_the_profile_stands_under_the_one_before(city_map: AppTest, demo_home: Home) -> None:
    city_map.query_params["akteur"] = entity(demo_home, "netzwerk.xlsx#Gremien/lenkungskreis")
    city_map.run()
    levels = [len(m.value) - len(m.value.lstrip("#")) for m in city_map.markdown if m.value.startswith("#")]
    assert levels[0] == 2
    assert 3 in levels  # that of the profile, under which its component has h4, and h5 in folds
    assert all(later <= earlier + 1 for earlier, later in zip(levels, levels[1:], strict=False))
