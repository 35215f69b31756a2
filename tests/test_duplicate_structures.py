"""Structures that do the same work: what is found, of which kind, and why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from cli import app
from queries.duplicates.structures import LEAST, LIKELY, RESULT, pairs

DEV = Path(__file__).resolve().parents[2] / "shared" / "data" / "entity_resolution" / "dev"
real = pytest.mark.skipif(not DEV.exists(), reason="the development sets of shared/data are not beside this checkout")


def body(id: str, members: str = "", **other: str) -> dict[str, str]:
    return {"id": id, "name": f"AG {id}", "themes": "sprache", "targets": "kita", "districts": "Hochfeld", "members": "|".join(members.split())} | other


BUSY = "amt"
OTHERS = [body(f"x{n}", f"{BUSY} m{n} n{n} o{n}", themes=f"t{n}", targets=f"g{n}", districts=f"d{n}", name=f"Kreis {n * 7919}") for n in range(20)]


def found(*rows: dict[str, str]) -> pd.DataFrame:
    return pairs(pd.DataFrame([*rows, *OTHERS]))


def row(frame: pd.DataFrame, one: str, other: str) -> pd.Series:
    there = frame[(frame["id_1"] == one) & (frame["id_2"] == other)]
    return there.iloc[0] if len(there) else pd.Series({"score": LEAST - 1, "kind": "", "reasons": ""})


def test_shared_people_and_task_are_a_doppelstruktur_with_its_reasons() -> None:
    double = row(found(body("a", "p q r s"), body("b", "p q r t")), "a", "b")
    assert double["kind"] == "Doppelstruktur" and double["score"] >= LIKELY
    assert double["reasons"].startswith("3 gemeinsame Mitglieder von 4 und 4: p, q, r (+")
    assert "gemeinsame Themen: sprache (+5,0)" in double["reasons"] and "gleiches Gebiet: Hochfeld (+3,0)" in double["reasons"]


def test_the_same_task_without_anybody_in_common_is_a_parallelstruktur() -> None:
    parallel = row(found(body("a", "p q r", goal="Wir fördern die Sprache der Kinder."), body("b", "u v w", goal="Sprache der Kinder fördern")), "a", "b")
    assert parallel["kind"] == "Parallelstruktur" and parallel["score"] >= LIKELY and "Mitglied" not in parallel["reasons"]


def test_people_of_one_who_sit_in_the_larger_other_are_a_teilmenge() -> None:
    assert row(found(body("a", "p q r"), body("b", "p q r s t u v")), "a", "b")["kind"] == "Teilmenge"
    assert row(found(body("a", "p q r"), body("b", "p q r s")), "a", "b")["kind"] == "Doppelstruktur"


def test_the_official_who_sits_everywhere_counts_little() -> None:
    with_official = row(found(body("a", f"{BUSY} p q r"), body("b", f"{BUSY} u v w")), "a", "b")
    with_rare = row(found(body("a", "z p q r"), body("b", "z u v w")), "a", "b")
    nobody = row(found(body("a", "p q r"), body("b", "u v w")), "a", "b")
    assert with_rare["score"] > with_official["score"] + 0.5
    assert with_official["score"] < nobody["score"] + 0.3


@pytest.mark.parametrize("other", [{"districts": "Marxloh"}, {"targets": "sek2"}, {"themes": "mint"}])
def test_another_place_group_or_theme_counts_against(other: dict[str, str]) -> None:
    same = row(found(body("a", "p q r s"), body("b", "p q r t")), "a", "b")
    apart = row(found(body("a", "p q r s"), body("b", "p q r t", **other)), "a", "b")
    assert apart["score"] <= same["score"] - 6
    assert "−5,0" in apart["reasons"] or apart["reasons"] == ""


def test_text_of_a_programme_makes_no_pairs() -> None:
    text = "Das Vorhaben wird aus Mitteln des Landes gefördert. Die Geschäftsführung liegt beim Bildungsbüro."
    many = [body(f"p{n}", f"a{n} b{n}", themes=f"q{n}", targets=f"z{n}", districts=f"r{n}", name=f"Vorhaben {n * 104729}", goal=text) for n in range(6)]
    assert found(*many).empty


def test_the_points_of_the_reasons_add_up_to_the_score() -> None:
    frame = found(body("a", "p q r s", goal="Sprache fördern in der Kita"), body("b", "p q r t", districts="Hochfeld|Mitte", goal="Sprache in der Kita"))
    for answer in frame.itertuples():
        points = [float(part.rsplit("(", 1)[1].rstrip(")").replace("−", "-").replace(",", ".")) for part in answer.reasons.split(" | ")]
        assert sum(points) == pytest.approx(answer.score, abs=0.3)


def test_the_order_of_rows_changes_no_score() -> None:
    rows = pd.DataFrame([body("a", "p q r s"), body("b", "p q r t"), body("c", "p u", districts="Marxloh"), *OTHERS])

    def by_ids(frame: pd.DataFrame) -> dict[frozenset[str], float]:
        return {frozenset((answer.id_1, answer.id_2)): answer.score for answer in frame.itertuples()}

    one, other = by_ids(pairs(rows)), by_ids(pairs(rows.sample(frac=1, random_state=5)))
    assert one.keys() == other.keys() and all(one[key] == pytest.approx(other[key], abs=0.011) for key in one)


@pytest.mark.parametrize("rows", [[], [{"id": "a"}], [{"id": "a"}, {"id": "b"}], [{"id": "a", "name": "AG"}, {"id": "b", "members": "p"}]])
def test_hardly_any_data_is_an_empty_answer(rows: list[dict[str, str]]) -> None:
    frame = pairs(pd.DataFrame(rows, columns=None if rows else ["id"]))
    assert frame.empty and list(frame.columns) == list(RESULT)


@pytest.mark.parametrize(("rows", "said"), [([{"name": "x"}], "id fehlt"), ([{"id": "a"}, {"id": "a"}], "Zeile 3.*„a“"), ([{"id": ""}], "Zeile 2, Spalte id")])
def test_a_table_without_clear_ids_is_refused(rows: list[dict[str, str]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        pairs(pd.DataFrame(rows))


def test_the_command_writes_the_pairs_and_counts_the_kinds(tmp_path: Path) -> None:
    given, made = tmp_path / "in.csv", tmp_path / "out.csv"
    pd.DataFrame([body("a", "p q r s"), body("b", "p q r t"), *OTHERS]).to_csv(given, index=False)
    answer = CliRunner().invoke(app, ["duplicates", "structures", "--input", str(given), "--output", str(made)])
    assert answer.exit_code == 0 and "1 Paare (1 × Doppelstruktur)" in answer.output
    assert pd.read_csv(made)["id_2"].tolist() == ["b"]


@real
def test_the_development_set_reaches_its_goal() -> None:
    """Average precision over the labelled pairs; a pair that is not listed stands last."""
    labelled = pd.read_csv(DEV / "structures_pairs.csv")
    answer = pairs(pd.read_csv(DEV / "structures_records.csv", dtype=str))
    scores = {frozenset((one.id_1, one.id_2)): one.score for one in answer.itertuples()}
    by_score = labelled.assign(score=[scores.get(frozenset(ids), -99) for ids in zip(labelled["id_1"], labelled["id_2"], strict=True)]).sort_values(["score", "label"], ascending=[False, True])  # fmt: skip
    precision = by_score["label"].cumsum() / np.arange(1, len(by_score) + 1)
    assert precision[by_score["label"] == 1].mean() >= 0.96


def test_meeting_as_often_speaks_for_a_pair_and_otherwise_says_nothing() -> None:
    def score(one: str, other: str) -> float:
        return float(row(found(body("a", "p q r s", rhythm=one), body("b", "p q r t", rhythm=other)), "a", "b")["score"])

    plain = score("", "6-mal im Jahr")
    assert score("6-mal im Jahr", "alle zwei Monate") == pytest.approx(plain + 0.5)
    assert score("6-mal im Jahr", "2-mal im Jahr") == score("nach Bedarf", "6-mal im Jahr") == plain
    told = row(found(body("a", "p q r s", rhythm="monatlich"), body("b", "p q r t", rhythm="monatlich")), "a", "b")["reasons"]
    assert "tagen etwa gleich oft (+0,5)" in told
