"""Answers of analyses are kept while the network stays as it is, and no longer."""

from __future__ import annotations

import threading

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from views.answers import LONG, Answers, Recent, bytes_of

VALUES = st.none() | st.text(max_size=3) | st.integers(0, 3) | st.lists(st.sampled_from(["a", "b", "c"]), max_size=3)
QUESTIONS = st.tuples(st.integers(1, 2), st.sampled_from(["x", "y"]), st.dictionaries(st.sampled_from(["areas", "as_of"]), VALUES))


ONE = bytes_of(pd.DataFrame({"said": ["x"]}))


@given(st.lists(QUESTIONS, max_size=30), st.integers(0, 4 * ONE))
def test_every_question_gets_its_own_answer(questions: list[tuple[int, str, dict[str, object]]], most: int) -> None:
    answers = Answers(most)
    for state, name, parameters in questions:
        said = f"{state} {name} {sorted(parameters.items())!r}"
        found = answers.get(state, name, parameters, lambda said=said: pd.DataFrame({"said": [said]}))  # type: ignore[misc]
        assert found["said"][0] == said


def test_the_same_question_is_answered_once_until_the_network_changes() -> None:
    answers, asked = Answers(), []

    def make() -> pd.DataFrame:
        asked.append(1)
        return pd.DataFrame()

    first = answers.get("one", "x", {"actors": ["a", "b"]}, make)
    assert answers.get("one", "x", {"actors": ["a", "b"]}, make) is first
    answers.get("one", "x", {"actors": ["b", "a"]}, make)
    answers.get("two", "x", {"actors": ["a", "b"]}, make)
    assert len(asked) == 3


def test_the_oldest_goes_first_and_no_more_than_the_limit_stay() -> None:
    answers, asked = Answers(2 * bytes_of(pd.DataFrame())), []
    for name in ("a", "b", "a", "c", "a", "b"):
        answers.get(1, name, {}, lambda name=name: asked.append(name) or pd.DataFrame())  # type: ignore[misc, func-returns-value]
    assert asked == ["a", "b", "c", "b"]


def test_an_answer_larger_than_all_the_room_is_kept_until_the_next_one_comes() -> None:
    answers, asked = Answers(1), []
    for name in ("large", "large", "other", "large"):
        answers.get(1, name, {}, lambda name=name: asked.append(name) or pd.DataFrame({"n": range(1000)}))  # type: ignore[misc, func-returns-value]
    assert asked == ["large", "other", "large"]


def test_a_question_about_a_long_list_is_answered_but_not_kept() -> None:
    answers, asked = Answers(), []
    for _ in range(2):
        answers.get(1, "ties", {"actors": [str(n) for n in range(LONG + 1)]}, lambda: asked.append(1) or pd.DataFrame())  # type: ignore[func-returns-value]
    assert len(asked) == 2


def test_who_asks_for_what_is_just_being_made_waits_for_it() -> None:
    recent: Recent[int] = Recent(9)
    begun, finish, made, got = threading.Event(), threading.Event(), [], []

    def slow() -> int:
        made.append(1)
        begun.set()
        finish.wait(10)
        return 7

    first = threading.Thread(target=lambda: got.append(recent.get("x", slow)))
    first.start()
    begun.wait(10)
    second = threading.Thread(target=lambda: got.append(recent.get("x", slow)))
    second.start()
    assert recent.get("y", lambda: 1) == 1, "another question does not wait"
    finish.set()
    first.join(10)
    second.join(10)
    assert (got, made) == ([7, 7], [1])


def test_what_could_not_be_made_is_tried_again() -> None:
    recent: Recent[int] = Recent(9)
    with pytest.raises(ZeroDivisionError):
        recent.get("x", lambda: 1 // 0)
    assert recent.get("x", lambda: 3) == 3
