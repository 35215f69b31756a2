"""What the ledger answers: lookups, who is who, judgements, the audit log, what the graph was given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.ledger import Ledger, LedgerError
from graph.records import Edge, Node, Where
from tests.ledger_words import LIST, REGISTER, say, school


@pytest.fixture
def ledger(location: Path | str) -> Iterator[Ledger]:
    with Ledger.open(location, wait=0.2) as opened:
        yield opened


def test_a_long_reading_sees_one_state(ledger: Ledger) -> None:
    say(ledger, [school("a", "A"), Edge("COOPERATES_WITH", "a", "b")])
    with ledger.reading() as then:
        assert then.version == 1
        with Ledger.open(ledger.location) as other:
            say(other, [school("c", "C")])
        assert [node.key for node in then.nodes()] == ["a"]
        assert len(list(then.edges())) == 1
        assert then.datasets()[0].rows == 2
    assert [node.key for node in ledger.nodes()] == ["c"]


# ---- looking up ------------------------------------------------------------------------------------------


def test_find_ignores_case_and_spaces_and_counts_a_thing_once(ledger: Ledger) -> None:
    say(ledger, [school("a", "GGS  Große Straße", schulnummer="1"), school("x", "Jugendamt"), Node("Gremium", "g", {"name": "Jugendamt"})])
    say(ledger, [school("schulnummer:1", "ggs grosse STRASSE"), school("y", "Ju\u0308rgen")], REGISTER)
    assert ledger.find(" ggs große straße ", ("Institution",)) == ["a"]
    assert ledger.find("Jürgen") == ["y"]
    assert ledger.find("Jugendamt", ("Institution", "Gremium")) == ["g", "x"]
    assert ledger.find("Jugendamt", ("Gremium",)) == ["g"]
    assert ledger.find("Jugend%") == ledger.find("' OR 1=1 --") == []
    assert ledger.find("GGS Große Straße", without=LIST.name) == ["schulnummer:1"]


def test_exists_knows_keys_and_identifiers(ledger: Ledger) -> None:
    say(ledger, [school("a", "A", schulnummer="101321")])
    for key in ("a", "schulnummer:101321"):
        assert ledger.exists(key) and ledger.exists(key, ("Institution",))
        assert not ledger.exists(key, ("Gremium",))
        assert not ledger.exists(key, without=LIST.name)
    assert not ledger.exists("schulnummer:999999")


def test_a_run_asks_without_its_own_dataset_and_gets_the_same_answers_from_memory(ledger: Ledger) -> None:
    say(ledger, [school("alt", "Weg"), school("schulnummer:2", "Eins")])
    say(ledger, [school("a", "Eins", schulnummer="2"), school("b", "eins")], REGISTER)
    names, keys = ["Eins", "EINS ", "Weg", "?"], ["a", "b", "alt", "schulnummer:2", "schulnummer:3"]
    kinds: list[tuple[str, ...]] = [(), ("Institution",), ("Gremium", "Institution"), ("Gremium",)]

    def answers(asked: Ledger) -> list[list[object]]:
        return [[asked.find(name, of, without=LIST.name) for name in names] + [asked.exists(key, of, without=LIST.name) for key in keys] for of in kinds]

    outside = answers(ledger)
    with ledger.begin(LIST) as run:
        run.put(school("neu", "Eins"))
        inside = answers(run.ledger)
        assert run.ledger.find("Eins") == ["a", "b", "neu"]
        run.finish()
    assert inside == outside
    assert outside[0] == [["a", "b"], ["a", "b"], [], [], True, True, False, True, False]
    assert {info.name: info.used_ledger for info in ledger.datasets()} == {LIST.name: True, REGISTER.name: False}


# ---- who is who ------------------------------------------------------------------------------------------


def test_two_datasets_speak_about_one_thing(ledger: Ledger) -> None:
    say(ledger, [school("a", "Schule am Hafen", row=5, schulnummer="101321", phone="0203 1")])
    say(ledger, [Node("Institution", "schulnummer:101321", {"name": "GGS Am Hafen"}, Where("register.csv", "", 88))], REGISTER)
    thing = ledger.entity("a")
    assert thing is not None and thing == ledger.entity("schulnummer:101321") == ledger.entities()["a"]
    official, listed = ledger.statements(thing)
    assert (official.dataset, official.title, official.as_of, official.key) == (REGISTER.name, "Schulverzeichnis", "2024-10-15", "schulnummer:101321")
    assert official.where == Where("register.csv", "", 88)
    assert listed.fields["phone"] == "0203 1"
    assert ledger.entity("unbekannt") is None and ledger.statements("unbekannt") == []


def test_a_thing_keeps_its_id_when_another_dataset_joins_and_when_it_goes_away_and_returns(ledger: Ledger) -> None:
    say(ledger, [school("a", "A", schulnummer="1")])
    first = ledger.entity("a")
    say(ledger, [school("schulnummer:1", "A")], REGISTER)
    assert ledger.entity("schulnummer:1") == first
    say(ledger, [])
    alone = ledger.entity("schulnummer:1")
    assert alone not in (None, first) and ledger.entity("a") is None
    say(ledger, [school("a", "A", schulnummer="1")])
    assert ledger.entity("schulnummer:1") == first


def test_a_judgement_joins_survives_runs_and_is_taken_back_without_a_trace_in_the_ids(ledger: Ledger) -> None:
    said = [school("a", "Kita Süd"), school("b", "Kita Sued"), school("c", "Kita Nord")]
    say(ledger, said)
    before, version = ledger.entities(), ledger.version
    number = ledger.judge("b", "a", "same", user="erika", reason="angerufen", evidence="Vermerk 3")
    assert ledger.entity("a") == ledger.entity("b") == before["a"]
    assert ledger.version == version + 1
    assert len(ledger.statements(before["a"])) == 2
    say(ledger, [*said, school("d", "Neu")])
    assert ledger.entity("b") == before["a"]
    (judged,) = ledger.judgements()
    assert (judged.id, judged.left, judged.right, judged.verdict, judged.user, judged.reason, judged.evidence) == (
        number, "b", "a", "same", "erika", "angerufen", "Vermerk 3",
    )
    assert ledger.take_back(number, user="max", reason="doch nicht") > number
    assert {key: thing for key, thing in ledger.entities().items() if key != "d"} == before
    assert ledger.judgements(standing=True) == []
    assert ledger.judgements()[0].taken_back
    assert [(line.action, line.user) for line in ledger.audit_log()][1::2] == [("judge", "erika"), ("take_back", "max")]
    with pytest.raises(LedgerError, match="schon zurückgenommen"):
        ledger.take_back(number, user="max", reason="")
    with pytest.raises(LedgerError, match="gibt es nicht"):
        ledger.take_back(99, user="max", reason="")


def test_different_separates_equal_numbers(ledger: Ledger) -> None:
    say(ledger, [school("a", "Haupthaus", schulnummer="1"), school("b", "Teilstandort", schulnummer="1")])
    assert ledger.entity("a") == ledger.entity("b")
    number = ledger.judge("a", "b", "different", user="u", reason="r")
    assert ledger.entity("a") != ledger.entity("b")
    ledger.take_back(number, user="u", reason="r")
    assert ledger.entity("a") == ledger.entity("b")


def test_a_judgement_may_name_an_identifier_and_is_kept_on_the_source_key(ledger: Ledger) -> None:
    say(ledger, [school("a", "A", schulnummer="1"), school("b", "B")])
    ledger.judge("schulnummer:1", "b", "renamed", user="u", reason="r")
    assert ledger.judgements()[0].left == "a"
    assert ledger.entity("a") == ledger.entity("b")


@pytest.mark.parametrize(
    ("left", "right", "verdict", "words"),
    [
        ("a", "b", "vielleicht", "vielleicht"),
        ("a", "a", "same", "sich selbst"),
        ("a", "fehlt", "same", "nicht im Bestand"),
        ("a", "g", "same", "Institution und Gremium"),
    ],
)
def test_a_judgement_that_makes_no_sense_is_refused(ledger: Ledger, left: str, right: str, verdict: str, words: str) -> None:
    say(ledger, [school("a", "A"), school("b", "B"), Node("Gremium", "g", {"name": "G"})])
    with pytest.raises(LedgerError, match=words):
        ledger.judge(left, right, verdict, user="u", reason="r")
    assert ledger.judgements() == [] and ledger.version == 1


def test_audit(ledger: Ledger) -> None:
    ledger.audit("export", "Umfeld von A", user="erika")
    ledger.audit("erase", {"person": "p1", "rows": 2}, user="max")
    assert [(line.user, line.action, line.detail) for line in ledger.audit_log()] == [
        ("erika", "export", "Umfeld von A"), ("max", "erase", '{"person": "p1", "rows": 2}'),
    ]
    assert ledger.version == 0


# ---- what the graph was given ---------------------------------------------------------------------------


def test_the_projection_grows_changes_shrinks_and_belongs_to_one_graph(ledger: Ledger) -> None:
    assert (ledger.projected()[:2], ledger.projection()) == (("", -1), {})
    ledger.set_projection("g1", 3, iter([("a", b"1"), ("b", b"2")]), ())
    ledger.set_projection("g1", 4, [("b", b"3"), ("c", b"4")], ["a", "fehlt"])
    assert ledger.projection() == {"b": b"3", "c": b"4"}
    assert ledger.projected()[:2] == ("g1", 4)
    ledger.set_projection("g1", 5, [("d", b"5")], (), fresh=True)
    assert ledger.projection() == {"d": b"5"}
    ledger.set_projection("g2", 1, [("e", b"6")], ())
    assert (ledger.projected()[:2], ledger.projection()) == (("g2", 1), {"e": b"6"})
    assert ledger.version == 0
