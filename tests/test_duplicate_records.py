"""Records that are one thing: what is found, what is not, and why."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli import app
from queries.duplicates.records import RESULT, REVIEW, SAME, pairs, why
from queries.duplicates.records_clusters import clusters, conflicting

DEV = Path(__file__).resolve().parents[2] / "shared" / "data" / "entity_resolution" / "dev"
real = pytest.mark.skipif(not DEV.exists(), reason="the development sets of shared/data are not beside this checkout")

SCHOOL = dict(entity_type="school", source="a", name="GGS Kirchstraße", street="Kirchstr. 12", plz="47051", city="Duisburg", phone="0203/283 1234")
TWIN = dict(SCHOOL, source="b", name="Städt. Gem.-Grundschule Kirchstraße, Duisburg", street="Kirchstraße 12-14", phone="+49 (203) 2831234")


def table(*rows: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame([{"record_id": f"r{number}", **row} for number, row in enumerate(rows, 1)])


def score(*rows: dict[str, str]) -> float:
    found = pairs(table(*rows))
    return float(found["score"].iloc[0]) if len(found) else REVIEW - 1


def test_two_spellings_at_one_address_are_the_same() -> None:
    found = pairs(table(SCHOOL, TWIN))
    assert list(found.columns) == list(RESULT)
    assert found[["record_id_1", "record_id_2", "decision", "cluster_id"]].to_numpy().tolist() == [["r1", "r2", "same", "r1"]]
    assert found["score"].iloc[0] >= SAME
    assert found["reasons"].iloc[0].startswith("Name ähnlich (+6,6) | Anschrift und Lage stimmen überein (+6,0) | Telefon")


def test_the_reasons_add_up_to_the_score() -> None:
    found = pairs(table(SCHOOL, TWIN, dict(SCHOOL, name="GGS Kirchstr", street="", phone="", source="c")))
    for row in found.itertuples():
        bits = [float(part.rsplit("(", 1)[1].rstrip(")").replace("−", "-").replace(",", ".")) for part in row.reasons.split(" | ")]
        assert sum(bits) == pytest.approx(row.score, abs=0.05 * len(bits) + 0.25)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (dict(SCHOOL, name="Gesamtschule Nord"), dict(TWIN, name="Gesamtschule Süd", street="Südring 5", phone="")),
        (SCHOOL, dict(TWIN, name="Gymnasium Kirchstraße")),
        (dict(entity_type="school", name="KGS St. Josef", city="Duisburg"), dict(entity_type="school", name="KGS St. Josef", city="Krefeld")),
        (dict(entity_type="person", name="Heike Schmidt", city="Duisburg"), dict(entity_type="person", name="Heiko Schmidt", city="Duisburg")),
        (dict(entity_type="person", name="S. Müller", city="Duisburg"), dict(entity_type="person", name="Sascha Müller", city="Duisburg")),
        (dict(entity_type="organisation", name="AWO Kreisverband Duisburg"), dict(entity_type="organisation", name="AWO Ortsverein Duisburg")),
        (dict(entity_type="committee", name="AG Sprache Hochfeld", city="Duisburg"), dict(entity_type="committee", name="AG Sprache", district="Marxloh", city="Duisburg")),
        (dict(entity_type="school", name="GGS Kirchstraße"), dict(entity_type="kita", name="GGS Kirchstraße")),
    ],
)  # fmt: skip
def test_what_only_looks_alike_is_never_merged_by_itself(one: dict[str, str], other: dict[str, str]) -> None:
    assert not (pairs(table(one, other))["decision"] == "same").any()


def test_different_official_numbers_never_merge_and_equal_ones_decide() -> None:
    different = pairs(table(dict(SCHOOL, email="123456@schule.nrw.de"), dict(TWIN, email="654321@schule.nrw.de")))
    assert not (different["decision"] == "same").any()
    other_name = dict(entity_type="school", name="Regenbogenschule", city="Duisburg", email="123456@schule.nrw.de")
    equal = pairs(table(dict(SCHOOL, email="123456@schule.nrw.de"), other_name))
    assert "gleiche amtliche Nummer (+12,0)" in equal["reasons"].iloc[0]
    stated = pairs(table(dict(SCHOOL, official_id="schulnummer:1|isil:2"), dict(TWIN, official_id="schulnummer:1")))
    assert stated["decision"].tolist() == ["same"]


def test_official_numbers_of_other_kinds_do_not_contradict_each_other() -> None:
    assert conflicting(frozenset({"schulnummer:1"}), frozenset({"schulnummer:2"})) and not conflicting(frozenset({"schulnummer:1"}), frozenset({"isil:2"}))
    found = pairs(table(dict(SCHOOL, official_id="schulnummer:1"), dict(TWIN, official_id="isil:2")))
    assert found["decision"].tolist() == ["same"] and "amtliche" not in found["reasons"].iloc[0]
    one, other = (dict(entity_type="person", name="Anna Müller", email="a@b.de", phone="0203/123456", official_id=f"oparl:{n}") for n in (1, 2))
    assert not (pairs(table(one, other))["decision"] == "same").any()


def test_a_third_record_never_joins_two_official_numbers() -> None:
    rows = (dict(SCHOOL, official_id="n:1"), dict(TWIN, official_id="n:2"), dict(TWIN, source="c"))
    found = pairs(table(*rows))
    together = found[found["decision"] == "same"]
    assert len(together) == 1
    assert clusters([(0, 2), (1, 2)], [frozenset("1"), frozenset("2"), frozenset()]) == [0, 1, 0]


def test_more_evidence_counts_more_and_other_places_count_against() -> None:
    name_only = score({k: SCHOOL[k] for k in ("entity_type", "name", "city")}, {k: TWIN[k] for k in ("entity_type", "name", "city")})
    assert score(SCHOOL, TWIN) > score(SCHOOL, dict(TWIN, phone="")) > name_only > score(SCHOOL, dict(TWIN, street="Waldweg 3", plz="47057", phone=""))


def test_a_missing_town_comes_from_the_post_code_of_others() -> None:
    known = [dict(SCHOOL, name=f"GGS Weg {n}", street=f"Weg {n}", phone="") for n in ("Alpha", "Beta")]
    without = {k: v for k, v in TWIN.items() if k not in ("city", "phone")}
    found = pairs(table(SCHOOL, without, *known)).set_index(["record_id_1", "record_id_2"])
    assert "gleicher Ort" in found.loc[("r1", "r2"), "reasons"]


def test_of_a_list_without_doubles_only_the_better_partner_is_taken() -> None:
    """Two schools of one name in one house: the one of the same street number is meant."""
    many = [dict(entity_type="school", source=source, name=f"GGS {word}weg", city=town, street=f"{word}weg {n}")
            for n, (word, town) in enumerate([(f"{a}{b}", "Duisburg") for a in ("Ahorn", "Birken", "Eichen", "Erlen", "Linden", "Ulmen", "Weiden", "Tannen", "Kiefern", "Fichten") for b in ("au", "berg", "feld", "grund", "hain", "hof", "kamp", "markt", "see", "tal")], 1)
            for source in ("a", "b")]  # fmt: skip
    better = dict(entity_type="school", source="a", name="Anne-Frank-Schule", city="Duisburg", street="Hauptstr. 5", plz="47051")
    worse = dict(better, street="")
    partner = dict(better, source="b")
    found = pairs(table(better, worse, partner, *many)).set_index(["record_id_1", "record_id_2"])
    assert found.loc[("r1", "r3"), "score"] > found["score"].get(("r2", "r3"), REVIEW) + 4


@pytest.mark.parametrize("rows", [[], [SCHOOL], [{}, {}], [dict(entity_type="school", name="")] * 3])
def test_hardly_any_data_is_an_empty_answer(rows: list[dict[str, str]]) -> None:
    found = pairs(table(*rows) if rows else pd.DataFrame(columns=["record_id"]))
    assert found.empty and list(found.columns) == list(RESULT)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame({"name": ["x"]}), "record_id fehlt"),
        (pd.DataFrame({"record_id": ["a", "b", "a"]}), "Zeile 4.*„a“"),
        (pd.DataFrame({"record_id": ["a", " "]}), "Zeile 3, Spalte record_id"),
    ],
)
def test_a_table_without_clear_ids_is_refused(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        pairs(frame)


WORDS = st.lists(st.sampled_from("GGS KGS Kirchstraße Markt Nord Süd Duisburg Anne Frank Schule AWO e.V. 2 Müller , ; ( % ß".split()), max_size=5).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.fixed_dictionaries({"entity_type": st.sampled_from(["school", "person", "committee", ""]), "name": WORDS, "city": WORDS, "street": WORDS, "phone": st.text("0123 /-", max_size=12)}), max_size=8))  # fmt: skip
def test_the_order_of_rows_and_sides_changes_no_score(rows: list[dict[str, str]]) -> None:
    frame = table(*rows) if rows else pd.DataFrame(columns=["record_id"])
    shuffled = frame.sample(frac=1, random_state=3)

    def by_ids(found: pd.DataFrame) -> dict[frozenset[str], float]:
        return {frozenset((row.record_id_1, row.record_id_2)): row.score for row in found.itertuples()}

    one, other = by_ids(pairs(frame)), by_ids(pairs(shuffled))
    assert one.keys() == other.keys() and all(one[key] == pytest.approx(other[key], abs=0.011) for key in one)


def test_the_command_writes_the_pairs_and_says_how_many(tmp_path: Path) -> None:
    given_file, made = tmp_path / "in.csv", tmp_path / "out.csv"
    table(SCHOOL, TWIN).to_csv(given_file, index=False, sep=";", encoding="cp1252")
    answer = CliRunner().invoke(app, ["duplicates", "records", "--input", str(given_file), "--output", str(made)])
    assert answer.exit_code == 0 and "1 Paare: 1 sicher dasselbe, 0 zu prüfen" in answer.output
    assert pd.read_csv(io.StringIO(made.read_text("utf-8")))["decision"].tolist() == ["same"]


def test_why_tells_of_any_two_records_what_speaks_for_and_against() -> None:
    frame = table(SCHOOL, TWIN, dict(SCHOOL, name="Gymnasium Waldweg", city="Krefeld", street="Waldweg 1", phone="", plz="47798"))
    score, told = why(frame, "r2", "r1")
    found = pairs(frame)
    assert score == pytest.approx(found["score"].iloc[0]) and " | ".join(told) == found["reasons"].iloc[0]
    score, told = why(frame, "r1", "r3")
    assert score < REVIEW and any(sentence.startswith("anderer Ort") for sentence in told)
    with pytest.raises(ValueError, match="„r9“"):
        why(frame, "r1", "r9")
    with pytest.raises(ValueError, match="verschiedener Art"):
        why(table(SCHOOL, dict(TWIN, entity_type="kita")), "r1", "r2")


def test_the_command_why_says_what_becomes_of_the_pair(tmp_path: Path) -> None:
    given_file = tmp_path / "in.csv"
    table(SCHOOL, TWIN).to_csv(given_file, index=False)
    answer = CliRunner().invoke(app, ["duplicates", "why", "r1", "r2", "--input", str(given_file)])
    assert answer.exit_code == 0 and "gilt als dasselbe" in answer.output and "Name ähnlich (+6,6)" in answer.output
    answer = CliRunner().invoke(app, ["duplicates", "why", "r1", "zz", "--input", str(given_file)])
    assert answer.exit_code == 2 and "in.csv: Einen Eintrag mit der Kennung „zz“" in answer.output


@pytest.mark.parametrize(("text", "said"), [("", "leer"), ("name\nx\n", "record_id fehlt"), ("record_id,name\n1,a,b\n", "Zeile 2 hat 3 Werte"), (None, "lässt sich nicht lesen")])  # fmt: skip
def test_the_command_says_what_is_wrong_with_the_file(tmp_path: Path, text: str | None, said: str) -> None:
    given_file, made = tmp_path / "in.csv", tmp_path / "out.csv"
    if text is not None:
        given_file.write_text(text, encoding="utf-8")
    answer = CliRunner().invoke(app, ["duplicates", "records", "--input", str(given_file), "--output", str(made)])
    assert answer.exit_code == 2 and said in answer.output and not made.exists()


def best(found: pd.DataFrame, gold: pd.Series) -> float:
    """The best F1 over all thresholds; ``gold`` by record id."""
    true = (gold.loc[found["record_id_1"]].to_numpy() == gold.loc[found["record_id_2"]].to_numpy()).cumsum()
    size = gold.value_counts()
    return float((2 * true / (pd.Series(range(1, len(found) + 1)).to_numpy() + (size * (size - 1) // 2).sum())).max())


@real
@pytest.mark.parametrize(("name", "goal"), [("nrw_schools_records", 0.97), ("synthetic_records", 0.92)])
def test_the_development_sets_reach_their_goals(name: str, goal: float) -> None:
    """What the matcher is given holds no ``gold_id``; the figures themselves are in docs/benchmarks.md."""
    frame = pd.read_csv(DEV / f"{name}.csv", dtype=str).fillna("")
    gold = frame.set_index("record_id")["gold_id"]
    found = pairs(frame.drop(columns="gold_id"))
    assert best(found, gold) >= goal
    same = found[found["decision"] == "same"]
    right = gold.loc[same["record_id_1"]].to_numpy() == gold.loc[same["record_id_2"]].to_numpy()
    assert right.mean() >= 0.995 and len(same) > 500
