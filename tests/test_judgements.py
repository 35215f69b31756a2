"""What people decide about two things: many at once, as a file and back, and how a merge is taken back without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.fold import fold
from graph.identity import VERDICTS, Judgement, holding
from graph.judgement_file import JudgementFileError, read, write
from graph.ledger import Ledger
from graph.records import Edge, Node
from tests.ledger_words import say, school

SAID = [school("a", "Kita Süd", phone="0201 1"), school("b", "Kita Sued", email="k@example.org"), school("c", "Kita Nord")]


@pytest.fixture
def ledger(location: Path | str) -> Iterator[Ledger]:
    with Ledger.open(location) as opened:
        yield opened


def pair(left: str, right: str, verdict: str = "same", **more: str) -> Judgement:
    return Judgement(0, left, right, verdict, **more)


def test_many_at_once_and_what_stands_already_is_not_said_twice(ledger: Ledger) -> None:
    say(ledger, SAID)
    taken = ledger.judge_all([pair("a", "b"), pair("b", "a"), pair("a", "fehlt"), pair("a", "c", "vielleicht")], user="eva", action="judge")
    assert (len(taken.kept), taken.known) == (1, 1)
    assert [place for place, _ in taken.refused] == [2, 3]
    assert "nicht im Bestand" in taken.refused[0][1] and "vielleicht" in taken.refused[1][1]
    assert ledger.entity("a") == ledger.entity("b")
    assert [(j.left, j.right, j.user) for j in ledger.judgements()] == [("a", "b", "eva")]
    again = ledger.judge_all([pair("a", "b", "different")], user="eva", action="judge")
    assert len(again.kept) == 1 and ledger.entity("a") != ledger.entity("b"), "another verdict is a new one"


def test_what_moves_nothing_needs_no_new_version_of_the_network(ledger: Ledger) -> None:
    say(ledger, SAID)
    version = ledger.version
    for verdict in ("unsure", "overlap", "separate", "part_of", "same_site", "different"):
        ledger.judge("a", "b", verdict, user="eva", reason="")
    assert ledger.version == version and len(ledger.judgements()) == 6
    (held,) = holding(ledger.judgements()).values()
    assert held.verdict == "different"


def test_a_judgement_may_name_the_thing_by_its_id(ledger: Ledger) -> None:
    say(ledger, SAID)
    ids = ledger.entities()
    ledger.judge(ids["b"], ids["a"], "same", user="eva", reason="")
    assert [(j.left, j.right) for j in ledger.judgements()] == [("b", "a")]


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)


@given(st.lists(st.builds(pair, TEXT.map(lambda t: f"k{t}".strip()), TEXT.map(lambda t: f"={t}".strip()), st.sampled_from(sorted(VERDICTS)), user=TEXT, reason=TEXT, evidence=TEXT), max_size=6))
def test_a_file_brings_back_what_was_written(judgements: list[Judgement]) -> None:
    text = "\ufeff" + write(judgements)
    assert [judgement for _, judgement in read(text)] == judgements
    assert not any(line.startswith("=") or ";=" in line for line in text.splitlines() if '"' not in line), "no cell is a formula"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Spalte left fehlt"),
        ("left;right\r\na;b", "Spalte verdict fehlt"),
        ("left;right;verdict\r\na;b;same\r\na;b", "Zeile 3 hat 2 Werte"),
        ('left;right;verdict\r\na;"b;same', "Zeile 2 lässt sich nicht lesen"),
        ("left;right;verdict;at\r\na;b;same;gestern", "Zeile 2, Spalte at: „gestern“ ist keine Zeit"),
    ],
)
def test_a_file_that_is_none_says_where(text: str, words: str) -> None:
    with pytest.raises(JudgementFileError, match=words):
        read(text)


def test_out_of_one_ledger_into_another_with_names_and_times(ledger: Ledger, tmp_path: Path) -> None:
    say(ledger, SAID)
    ledger.judge("a", "b", "same", user="eva", reason="=angerufen; beide\nsagen es")
    file = write(ledger.judgements(standing=True))
    with Ledger.open(tmp_path / "other.sqlite") as other:
        say(other, SAID)
        taken = other.judge_all([judgement for _, judgement in read(file)], user="max", action="import_judgements")
        assert len(taken.kept) == 1
        (mine,), (theirs,) = ledger.judgements(), other.judgements()
        assert mine == theirs
        assert (other.audit_log()[-1].user, other.audit_log()[-1].action) == ("max", "import_judgements")


KEYS = ["a", "b", "c", "d"]
VALUE = st.sampled_from(["", "Eins", "Zwei"])


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.lists(st.tuples(VALUE, VALUE), min_size=4, max_size=4),
    ties=st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(["g1", "g2"])), max_size=6),
    verdicts=st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from(sorted(VERDICTS))).filter(lambda v: v[0] != v[1]), max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_taking_back_restores_every_field_and_every_relationship(
    tmp_path_factory: pytest.TempPathFactory, fields: list[tuple[str, str]], ties: list[tuple[str, str]], verdicts: list[tuple[str, str, str]], order: object
) -> None:
    """Whatever is judged and in whatever order it is taken back: the network is again exactly what it was."""
    with Ledger.open(tmp_path_factory.mktemp("ledger") / "ledger.sqlite") as ledger:
        nodes = [school(key, f"Kita {key}", **{n: v for n, v in zip(("street", "city"), said, strict=True) if v}) for key, said in zip(KEYS, fields, strict=True)]
        gremien = [Node("Gremium", key, {"name": key}) for key in ("g1", "g2")]
        say(ledger, [*nodes, *gremien, *(Edge("MEMBER_OF", *tie) for tie in dict.fromkeys(ties))])
        before, entities = fold(ledger), ledger.entities()
        numbers = [ledger.judge(left, right, verdict, user="eva", reason="") for left, right, verdict in verdicts]
        order.shuffle(numbers)  # type: ignore[attr-defined]
        for number in numbers:
            ledger.take_back(number, user="eva", reason="")
        after = fold(ledger)
        assert ledger.entities() == entities
        assert (after.nodes, after.edges) == (before.nodes, before.edges)
