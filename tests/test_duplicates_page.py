"""The page Doppelstrukturen in Streamlit's own test harness: the queue, verdicts and their withdrawal, the preview of a merge, files, roles."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from graph.fold import fold
from graph.home import ROLE_VARIABLE, VARIABLE, Home
from graph.identity import Judgement
from graph.schema import NODES
from queries.duplicates import graph_tables, records
from queries.duplicates.sentences import joined, taken_apart
from tests.gap_data import demo
from tests.test_pages import entity, texts
from views.duplicates import markup
from views.duplicates.choice import ReviewChoice
from views.duplicates.comparing import Row, Shared, field_rows, shared
from views.duplicates.pairs import without_effect
from views.profile.facts import value_text

pytestmark = pytest.mark.server


def review_page() -> None:
    from views.pages import duplicates

    duplicates.page()


@pytest.fixture
def home(demo_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy of the city, to decide in."""
    shutil.copytree(demo_home.path, tmp_path / "home", ignore=shutil.ignore_patterns("server", "*.lock", "*.log"))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "home"))
    return Home(tmp_path / "home")


@pytest.fixture
def page(home: Home) -> AppTest:
    return AppTest.from_function(review_page, default_timeout=120)


def waiting(at: AppTest) -> int:
    """How many pairs the head of the list says."""
    found = re.search(r"### (\d+) Paare? zu prüfen", texts(at))
    assert found, texts(at)
    return int(found[1])


def html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def test_a_verdict_merges_everywhere_and_taking_it_back_leaves_no_trace(page: AppTest, home: Home) -> None:
    with home.open_ledger() as ledger:
        before, entities = fold(ledger), ledger.entities()
    page.run()
    assert not page.exception
    pairs, shown = waiting(page), html(page)
    one, other = page.radio(key="review_pair").value
    assert all(str(before.nodes[node].props["name"]) in shown for node in (one, other))
    page.text_input(key="review_reason").set_value("im Sekretariat angerufen").run()
    page.button(key="review_same").click().run()
    assert not page.exception and waiting(page) == pairs - 1
    assert page.radio(key="review_pair").value != (one, other) and page.text_input(key="review_reason").value == ""
    with home.open_ledger() as ledger:
        (judged,) = ledger.judgements()
        merged = fold(ledger)
    assert (judged.verdict, judged.reason) == ("same", "im Sekretariat angerufen") and "Name ähnlich" in judged.evidence
    assert len(merged.nodes) == len(before.nodes) - 1 and judged.user
    page.button(key="review_undo").click().run()
    assert not page.exception and waiting(page) == pairs and page.radio(key="review_pair").value == (one, other)
    with home.open_ledger() as ledger:
        after = fold(ledger)
        assert ledger.entities() == entities and (after.nodes, after.edges) == (before.nodes, before.edges)


def test_what_stays_two_leaves_the_list_and_stands_under_done(page: AppTest, home: Home) -> None:
    page.run()
    pairs = waiting(page)
    with home.open_ledger() as ledger:
        version = ledger.version
    for place, verdict in enumerate(("different", "part_of", "same_site", "unsure"), 1):
        page.button(key=f"review_{verdict}").click().run()
        assert waiting(page) == pairs - place
    with home.open_ledger() as ledger:
        assert ledger.version == version and [judged.verdict for judged in ledger.judgements()] == ["different", "part_of", "same_site", "unsure"]
    page.pills(key="review_queue").set_value("done").run()
    told = texts(page)
    assert "### 4 Urteile" in told and told.index("Unsicher") < told.index("Verschieden"), "the newest stands first"
    page.button(key="review_back_1").click().run()
    assert "### 3 Urteile" in texts(page)


def test_the_sure_ones_are_merged_at_once(page: AppTest, home: Home) -> None:
    page.run()
    pairs = waiting(page)
    page.button(key="review_bulk").click().run()
    assert not page.exception
    with home.open_ledger() as ledger:
        judged = ledger.judgements()
        assert len(judged) == 5 and all(ledger.entity(judgement.left) == ledger.entity(judgement.right) for judgement in judged)
    assert waiting(page) == pairs - 5 and any("5 Paare sind zusammengelegt" in info.value for info in page.info)


def test_a_contradiction_is_kept_said_and_marked(page: AppTest, home: Home) -> None:
    page.run()
    one, other = page.radio(key="review_pair").value
    with home.open_ledger() as ledger:
        keys = {node: key for key, node in sorted(ledger.entities().items(), reverse=True)}
        third = entity(home, "Institutionen/jugendamt")
        ledger.judge(keys[one], keys[other], "different", user="eva", reason="")
        ledger.judge(keys[other], keys[third], "same", user="eva", reason="")
        whole = ledger.entity(keys[other])
    page.query_params["paar"] = f"{one}~{whole}"
    page.run()
    page.button(key="review_same").click().run()
    assert any("legt aber nichts zusammen" in info.value for info in page.info)
    page.pills(key="review_queue").set_value("done").run()
    assert any("1 Urteile widersprechen" in warning.value for warning in page.warning) and "⚠" in texts(page)


def test_structures_show_who_sits_in_both_and_what_would_be_freed(page: AppTest) -> None:
    page.query_params["liste"] = "doppel"
    page.run()
    assert not page.exception
    assert "in beiden · 9 von 14 Mitgliedern" in html(page) and "**6 Sitzungen**" in texts(page)
    assert page.button(key="review_overlap").label == "Doppelstruktur" and not [b for b in page.button if b.key == "review_same"]
    pairs = waiting(page)
    page.button(key="review_overlap").click().run()
    assert waiting(page) == pairs - 1


def test_two_that_are_not_the_same_may_still_do_the_same(page: AppTest, home: Home) -> None:
    page.query_params["liste"] = "doppel"
    page.run()
    pairs = waiting(page)
    with home.open_ledger() as ledger:
        ledger.judge(*page.radio(key="review_pair").value, "different", user="eva", reason="")
    page.run()
    assert waiting(page) == pairs
    page.button(key="review_separate").click().run()
    assert waiting(page) == pairs - 1


def test_wrong_words_of_their_own_are_named(page: AppTest, home: Home) -> None:
    home.words_path.write_text("kind;meaning;written\nschulart;X;y\n", encoding="utf-8")
    page.run()
    assert not page.exception and "namen" in page.error[0].value


def test_any_two_are_compared_and_it_is_said_why_they_are_not_proposed(page: AppTest, home: Home) -> None:
    page.query_params["paar"] = f"{entity(home, 'Institutionen/jugendamt')}~{entity(home, 'Institutionen/vhs')}"
    page.run()
    assert not page.exception and "Warum kein Vorschlag" in texts(page) and "Name verschieden" in html(page)
    page.query_params["paar"] = "weg~fort"
    page.query_params["gebiet"] = "nirgends"
    page.run()
    assert not page.exception and page.radio(key="review_pair").value and page.info


def test_filters_narrow_the_list(page: AppTest, home: Home) -> None:
    page.run()
    every = waiting(page)
    page.selectbox(key="review_type").set_value("Person").run()
    persons = waiting(page)
    page.selectbox(key="review_type").set_value("").run()
    page.number_input(key="review_least").set_value(9.0).run()
    assert 0 < persons < every and 0 < waiting(page) < every
    page.number_input(key="review_least").set_value(99.0).run()
    assert not page.exception and "Nichts zu prüfen" in texts(page)


def test_who_may_not_see_persons_decides_nothing_and_sees_none(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    page.run()
    every = waiting(page)
    page.selectbox(key="review_type").set_value("Person").run()
    persons = waiting(page)
    page.selectbox(key="review_type").set_value("").run()
    monkeypatch.setenv(ROLE_VARIABLE, "public")
    page.run()
    assert not page.exception and not [button for button in page.button if button.key in ("review_same", "review_bulk")]
    listed = "\n".join(page.radio(key="review_pair").options + page.radio(key="review_pair").proto.captions[:])
    assert "Urteile fällt, wer" in texts(page) and waiting(page) == every - persons < every and "Institution" in listed and "Person" not in listed
    page.query_params["liste"] = "doppel"
    page.run()
    assert not page.exception and "Bergmeister" not in html(page) + texts(page)


def test_judgements_about_persons_are_nothing_for_who_may_not_see_them(page: AppTest, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with home.open_ledger() as ledger:
        persons = [node for node in ledger.nodes() if node.type == "Person"][:2]
        places = [node for node in ledger.nodes() if node.type == "Institution"][:2]
        for one, other in (persons, places):
            ledger.judge(one.key, other.key, "different", user="Eva Klar", reason="Eva weiß es")
    page.query_params["liste"] = "erledigt"
    page.run()
    assert "### 2 Urteile" in texts(page) and str(persons[0].data["name"]) in texts(page).replace("\\", "")
    monkeypatch.setenv(ROLE_VARIABLE, "public")
    page.run()
    shown = texts(page).replace("\\", "")
    assert not page.exception and "### 1 Urteil" in shown and str(places[0].data["name"]) in shown
    assert not any(word in shown for word in ("Eva", *(str(person.data["name"]) for person in persons), *(person.key for person in persons)))


def test_an_empty_network_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    at = AppTest.from_function(review_page, default_timeout=60).run()
    assert not at.exception and "Noch nichts eingelesen" in texts(at)


def test_the_preview_is_what_the_merge_then_does(home: Home) -> None:
    """For every sure pair of the city: the value that is marked is the one that the fold takes."""
    found = records.pairs(graph_tables.records(demo(home)))
    marked = 0
    with home.open_ledger() as ledger:
        for one, other in found.loc[found["score"] >= 2, ["record_id_1", "record_id_2"]].itertuples(index=False):
            kind = NODES[fold(ledger).nodes[one].type]
            rows = field_rows((kind, kind), (ledger.statements(one), ledger.statements(other)), ledger.datasets())
            number = ledger.judge(one, other, "same", user="eva", reason="")
            made = fold(ledger).nodes
            props = made[one if one in made else other].props
            ledger.take_back(number, user="eva", reason="")
            for row in rows:
                field = next(field for field in kind.graph_fields if field.label.de == row.label)
                expected = {"one": row.one, "other": row.other}.get(row.holds, row.one or row.other)
                marked += bool(row.holds)
                if not row.same:
                    assert value_text(field, props[field.name]) == expected, (row, one, other)
    assert marked > 5


def test_what_is_shown_is_escaped() -> None:
    evil = "<b onclick=x>A & B</b>"
    names, types = (evil, "B"), ("Gremium", "Gremium")
    made = markup.comparison([Row(evil, evil, "", False, "one")], names, types) + markup.evidence([(evil, 1.0), ("dagegen", -2.0)])
    made += markup.capsule(Shared(((evil, "Person"),), (), ()), names, evil)
    assert "<b " not in made and made.count("&lt;b onclick=x&gt;A &amp; B&lt;/b&gt;") >= 6


def test_only_what_both_say_differently_is_marked() -> None:
    rows = [Row("Ort", "Köln", "Bonn", False, "one"), Row("PLZ", "50667", "", False), Row("Art", "Kita", "Kita", True)]
    marked, alone, same = markup.comparison(rows, ("A", "B"), ("Institution", "Institution")).split("<tbody>")[1].split("</tr>")[:3]
    assert 'class="differs"' in marked and "≠" in marked and "gilt danach" in marked
    assert 'class=""' in alone and "nur bei einem" in alone and 'class=""' in same and "=</span>" in same


def test_shared_by_hand() -> None:
    frame = pd.DataFrame(columns=["type", "direction", "other", "other_name", "other_type"])
    one = pd.DataFrame(
        [("MEMBER_OF", "in", "p1", "Ada", "Person"), ("MEMBER_OF", "in", "p2", "Bob", "Person"), ("ADDRESSES", "out", "t", "Thema", "Theme")],
        columns=frame.columns,
    )
    other = one[one["other"] != "p1"]
    assert shared(one, other, {("MEMBER_OF", "in")}) == Shared((("Ada", "Person"),), (("Bob", "Person"),), ())
    assert shared(one, frame) == Shared((("Ada", "Person"), ("Bob", "Person"), ("Thema", "Theme")), (), ())


@pytest.mark.parametrize(
    "chosen",
    [ReviewChoice(), ReviewChoice("Teilmenge", "Gremium", "area-1", 4.5, ("a", "b")), ReviewChoice("done"), ReviewChoice(least=-1.0)],
)
def test_the_address_brings_the_choice_back(chosen: ReviewChoice) -> None:
    assert ReviewChoice.from_query(chosen.to_query()) == chosen


def test_an_address_that_makes_no_sense_is_as_usual() -> None:
    assert ReviewChoice.from_query({"liste": "alles", "art": "Baum", "ab": "viel", "paar": "a"}) == ReviewChoice()
    assert ReviewChoice.from_query({"ab": "nan", "paar": "a~a"}) == ReviewChoice()


def test_only_a_join_that_did_not_come_about_is_without_effect() -> None:
    same, other = Judgement(1, "a", "b", "same"), Judgement(2, "a", "b", "different")
    assert without_effect(same, {"a": "1", "b": "2"})
    assert not without_effect(same, {"a": "1", "b": "1"}) and not without_effect(same, {"a": "1"}) and not without_effect(other, {"a": "1", "b": "2"})


def test_weights_are_shown_before_they_are_applied_and_go_again(page: AppTest, home: Home) -> None:
    page.query_params["liste"] = "erledigt"
    page.run()
    assert "Ab 50 Urteilen" in texts(page) and not [button for button in page.button if button.key == "review_weights"]
    with home.open_ledger() as ledger:
        keys = sorted(ledger.entities())
        right = "Name ähnlich (+5,0) | Telefon, E-Mail oder Internetadresse gleich (+4,0)"
        wrong = "Name verschieden (−1,0) | Telefon, E-Mail oder Internetadresse gleich (+6,0)"
        said = [Judgement(0, keys[n], keys[n + 1], "different", "eva", "", wrong) for n in range(0, 90, 2)]
        said += [Judgement(0, keys[n], keys[n + 1], "renamed", "eva", "", right) for n in range(200, 240, 2)]
        ledger.judge_all(said, user="eva", action="judge")
        number = len(ledger.judgements(standing=True))
    assert number >= 50
    page.run()
    assert not page.exception and f"Aus {number} Urteilen" in texts(page) and not home.weights_path.exists()
    page.button(key="review_weights").click().run()
    assert not page.exception and home.weights_path.exists() and any("gelten jetzt" in info.value for info in page.info)
    page.pills(key="review_queue").set_value("records").run()
    assert not page.exception and waiting(page)
    page.button(key="review_different").click().run()
    with home.open_ledger() as ledger:
        judged = ledger.judgements()[-1]
        ids = [str(ledger.entity(key)) for key in (judged.left, judged.right)]
    _score, told = records.why(graph_tables.records(demo(home)), *ids)
    kept, plain = dict(taken_apart(judged.evidence)), dict(taken_apart(joined(told)))
    assert kept.keys() == plain.keys() and all(kept[words] == pytest.approx(plain[words], abs=0.2) for words in kept), "as delivered, not as learnt"
    page.pills(key="review_queue").set_value("done").run()
    page.button(key="review_weights_back").click().run()
    assert not page.exception and not home.weights_path.exists()
