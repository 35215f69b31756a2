"""Weights out of judgements: off until there are enough, near the delivered ones, moved by what people keep saying."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from graph.identity import Judgement
from queries.duplicates import learning, records
from queries.duplicates.records_reasons import FIXED, WORDS, part_of, reasons
from queries.duplicates.sentences import joined, sentence, taken_apart


def judged(verdict: str, language: str = "de", **bits: float) -> Judgement:
    told = [sentence(WORDS[part][points < 0].in_(language), points, language) for part, points in bits.items()]
    return Judgement(0, "a", "b", verdict, evidence=joined(told))


def many(joins: int, apart: int) -> list[Judgement]:
    return [judged("same", name=5, contact=4, prior=-5)] * joins + [judged("different", name=-4, contact=1, prior=-5)] * apart


@pytest.mark.parametrize(("joins", "apart"), [(49, 0), (25, 24), (60, 4), (4, 60)])
def test_too_few_teach_nothing(joins: int, apart: int) -> None:
    assert learning.learn(many(joins, apart)) is None and learning.usable(many(joins, apart)) == (joins, apart)


def test_what_agrees_with_the_weights_hardly_moves_them() -> None:
    found = learning.learn(many(40, 40))
    assert found is not None and found.before == found.after == found.judged == 80
    assert all(0.95 <= factor <= 1.2 for factor in found.factors.values())


def test_a_part_that_misleads_counts_less_and_what_nobody_spoke_of_stays() -> None:
    """People keep saying that the same telephone is no sign: forty schools in one house with a common switchboard."""
    wrong = [judged("same_site", name=-1, contact=6, place=3, prior=-5)] * 40
    found = learning.learn([*wrong, *many(20, 5)])
    assert found is not None and found.factors["contact"] < 0.8 and found.after > found.before
    assert found.factors["focus"] == 1.0 and not set(found.factors) & set(FIXED)
    assert all(learning.LOWEST <= factor <= learning.HIGHEST for factor in found.factors.values())


def test_the_slope_is_the_one_of_the_cost() -> None:
    """The gradient by hand against differences: with a wrong one the search would stop anywhere."""
    found = learning.learn(many(30, 30) + [judged("different", name=3, contact=3, prior=-5)] * 10)
    assert found is not None

    def cost(factors: dict[str, float]) -> float:
        total = 8.0 * sum((factor - 1) ** 2 for factor in factors.values())
        for sign, parts, count in ((1, {"name": 5, "contact": 4}, 30), (-1, {"name": -4, "contact": 1}, 30), (-1, {"name": 3, "contact": 3}, 10)):
            margin = sign * np.log(2) * (sum(bits * factors[part] for part, bits in parts.items()) - 5)
            total += count * np.logaddexp(0, -margin)
        return float(total)

    least = cost(found.factors)
    for part in ("name", "contact"):
        for step in (-0.02, 0.02):
            assert cost({**found.factors, part: found.factors[part] + step}) >= least - 1e-4


def test_judgements_without_evidence_on_structures_or_unsure_teach_nothing() -> None:
    odd = [
        Judgement(0, "a", "b", "same"),
        Judgement(0, "a", "b", "same", evidence="9 gemeinsame Mitglieder (+11,5)"),
        judged("unsure", name=3),
        judged("overlap", name=3),
    ]
    assert learning.usable(odd * 30) == (0, 0) and learning.learn(odd * 30) is None


def test_every_sentence_is_known_in_both_languages() -> None:
    parts = pd.DataFrame({part: [2.0, -2.0] for part in WORDS if part not in ("prior", "rivals")} | {"prior": [-5.0, -5.0], "rivals": [-1.0, -1.0]})
    for language in ("de", "en"):
        for told in reasons(parts, language):
            assert [part_of(words) for words, _points in taken_apart(joined(told))].count(None) == 0
            assert dict((part_of(words), abs(points)) for words, points in taken_apart(joined(told)))["name"] == 2.0


def test_factors_are_kept_applied_and_a_damaged_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "gewichte.json"
    assert learning.read(path) == {}
    found = learning.learn([*many(20, 5), *[judged("same_site", name=-1, contact=6, place=3, prior=-5)] * 40])
    assert found is not None
    learning.write(path, found, user="eva", at="2026-11-27T12:00:00")
    assert learning.read(path) == found.factors
    frame = pd.DataFrame(
        [("a", "school", "GGS Nord", "0203 11", "Duisburg"), ("b", "school", "Gem. Grundschule Nord", "0203 11", "Duisburg")],
        columns=["record_id", "entity_type", "name", "phone", "city"],
    )
    plain, told = records.why(frame, "a", "b")
    less, told_less = records.why(frame, "a", "b", factors={"contact": 0.5})
    half = next(points for words, points in taken_apart(joined(told)) if part_of(words) == "contact") / 2
    assert less == pytest.approx(plain - half, abs=0.1) and told != told_less
    assert records.pairs(frame, factors={"contact": 0.5})["score"].iloc[0] == pytest.approx(less)
    for text in ("{", "[]", '{"factors": {"name": "viel"}}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match="beschädigt"):
            learning.read(path)
