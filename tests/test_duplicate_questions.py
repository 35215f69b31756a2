"""The questions about doubles, on the demo city, beside what was planted there."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from graph.home import Home
from graph.snapshot import Snapshot
from queries import catalog
from queries.duplicates import sittings
from queries.duplicates.structures import LIKELY

KINDS = {"double": "Doppelstruktur", "subset": "Teilmenge", "parallel": "Parallelstruktur"}


def by_names(city: Snapshot, name: str, column: str, **parameters: object) -> dict[frozenset[str], object]:
    names = city.nodes["name"]
    frame = catalog.run(name, snapshot=city, **parameters)
    return {frozenset((names[row["one"]], names[row["other"]])): row[column] for row in frame.to_dict("records")}


def test_planted_doubles_are_found_and_what_only_looks_alike_is_not(city: Snapshot, truth: dict[str, list[dict[str, str]]]) -> None:
    found = by_names(city, "quality/duplicate_records", "score")
    missed = [pair["left_name"] for pair in truth["duplicate_records"] if frozenset((pair["left_name"], pair["right_name"])) not in found]
    assert not missed and len(truth["duplicate_records"]) == 12
    assert not {frozenset((pair["left_name"], pair["right_name"])) for pair in truth["lookalikes"]} & found.keys()


def test_of_the_sure_ones_none_is_invented(city: Snapshot, truth: dict[str, list[dict[str, str]]]) -> None:
    planted = {frozenset((pair["left_name"], pair["right_name"])) for pair in truth["duplicate_records"]}
    sure = {pair for pair, decision in by_names(city, "quality/duplicate_records", "decision").items() if decision == "sicher dasselbe"}
    assert sure and sure <= planted


def test_planted_structures_are_found_with_their_kind_and_lead_the_list(city: Snapshot, truth: dict[str, list[dict[str, str]]]) -> None:
    found = by_names(city, "quality/duplicate_structures", "kind", as_of="2026-10-31")
    for pair in truth["duplicate_structures"]:
        assert found[frozenset((pair["left_name"], pair["right_name"]))] == KINDS[pair["kind"]]
    assert {frozenset((pair["left_name"], pair["right_name"])) for pair in truth["duplicate_structures"]} <= set(list(found)[:4])


def test_fewer_points_list_more_and_the_denominator_is_said(city: Snapshot) -> None:
    strict = catalog.run("quality/duplicate_structures", snapshot=city, as_of="2026-10-31")
    wide = catalog.run("quality/duplicate_structures", snapshot=city, as_of="2026-10-31", least=4.0)
    assert strict["score"].min() >= LIKELY > wide["score"].min() and len(wide) > len(strict)
    assert strict.attrs["n"] == len({*strict["one"], *strict["other"]}) and strict.attrs["of"] == wide.attrs["of"] > 50


def test_what_a_merger_would_free(city: Snapshot) -> None:
    """AG Ganztag and Qualitätszirkel OGS, by hand: meetings times members times hours, of the less costly one."""
    frame = catalog.run("quality/duplicate_structures", snapshot=city, as_of="2026-10-31", each=1.5).set_index("kind")
    row = frame.loc["Teilmenge"]
    pair = [str(row["one"]), str(row["other"])]
    seats = city.edges[(city.edges["type"] == "MEMBER_OF") & city.edges["end"].isin(pair) & (city.edges["until"].isna() | (city.edges["until"] > "2026-10-31"))]
    often = {node: int(str(city.nodes.loc[node, "rhythm"]).split("-")[0]) for node in pair}
    costs = {node: often[node] * seats[seats["end"] == node]["start"].nunique() * 1.5 for node in pair}
    cheaper = min(costs, key=costs.__getitem__)
    assert row["hours"] == pytest.approx(costs[cheaper], abs=0.5) and row["sittings"] == often[cheaper]


@pytest.mark.parametrize(
    ("rhythm", "often"),
    [("4-mal im Jahr", 4), ("monatlich", 12), ("vierteljährlich", 4), ("alle sechs Wochen", 52 / 6), ("zweimal im Jahr", 2), ("14-tägig", 365 / 14),
     ("einmal pro Schulhalbjahr", 2), ("1x im Monat", 12), ("zweimonatlich", 6), ("jährlich", 1), ("nach Bedarf", None), ("", None)],
)  # fmt: skip
def test_how_often_a_gremium_meets(rhythm: str, often: float | None) -> None:
    assert sittings.a_year(rhythm) == (pytest.approx(often) if often else None)


def test_who_may_not_see_persons_sees_no_reasons(city: Snapshot) -> None:
    frame = catalog.run("quality/duplicate_structures", snapshot=city, role="public", as_of="2026-10-31")
    assert len(frame) and frame["reasons"].isna().all()


@pytest.mark.server
@pytest.mark.parametrize(("finder", "first"), [("records", "St. Suitbertus Bergheide"), ("structures", "Qualitätszirkel Offene Ganztagsschule")])
def test_the_command_without_a_table_asks_the_network(demo_home: Home, monkeypatch: pytest.MonkeyPatch, finder: str, first: str) -> None:
    monkeypatch.setenv("AKTEURSATLAS_HOME", str(demo_home.path))
    answer = CliRunner().invoke(app, ["duplicates", finder, "--format", "csv"])
    assert answer.exit_code == 0 and first in answer.stdout_bytes.decode("utf-8-sig").splitlines()[1]


def test_half_a_pair_of_files_is_refused(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["duplicates", "records", "--input", str(tmp_path / "x.csv")])
    assert answer.exit_code == 2 and "--output" in answer.output
