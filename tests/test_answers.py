"""Answers of analyses are kept while the network stays as it is, and no longer."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from views.answers import Answers

VALUES = st.none() | st.text(max_size=3) | st.integers(0, 3) | st.lists(st.sampled_from(["a", "b", "c"]), max_size=3)
QUESTIONS = st.tuples(st.integers(1, 2), st.sampled_from(["x", "y"]), st.dictionaries(st.sampled_from(["areas", "as_of"]), VALUES))


@given(st.lists(QUESTIONS, max_size=30), st.integers(1, 4))
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
    answers, asked = Answers(2), []
    for name in ("a", "b", "a", "c", "a", "b"):
        answers.get(1, name, {}, lambda name=name: asked.append(name) or pd.DataFrame())  # type: ignore[misc, func-returns-value]
    assert asked == ["a", "b", "c", "b"]
