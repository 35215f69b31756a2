"""The gaps that are planted in the demo city: all found, with the right state, and in a Bezirk no others."""

from __future__ import annotations

import pandas as pd
import pytest

from graph.snapshot import Snapshot
from queries import catalog

pytestmark = pytest.mark.server
NAMES = {"checked": "checked", "not_surveyed": "unknown"}


def found(city: Snapshot, level: str) -> pd.DataFrame:
    return catalog.run("gaps/priority", snapshot=city, level=level, as_of="2026-10-31")


def cells(frame: pd.DataFrame) -> set[tuple[str, str, str, str]]:
    return set(frame[["area_name", "theme_name", "stage_name", "state"]].itertuples(index=False, name=None))


def planted(truth: dict[str, list[dict[str, str]]], level: str) -> set[tuple[str, str, str, str]]:
    return {(gap["area"], gap["theme_name"], gap["stage_name"], NAMES[gap["state"]]) for gap in truth["gaps"] if gap["level"] == level}


def test_every_gap_of_a_bezirk_is_found_and_none_is_invented(city: Snapshot, truth: dict[str, list[dict[str, str]]]) -> None:
    assert cells(found(city, "district")) == planted(truth, "district")
    assert len(planted(truth, "district")) == 5


def test_every_gap_of_a_stadtteil_is_found_and_the_others_are_explained(city: Snapshot, truth: dict[str, list[dict[str, str]]]) -> None:
    frame = found(city, "quarter")
    gaps = planted(truth, "quarter")
    assert gaps <= cells(frame) and len(gaps) == 4
    # A Stadtteil lacks many things by size alone. Every other one is empty, too, and says what is next door and how great the need is.
    others = frame[[(row.area_name, row.theme_name, row.stage_name, row.state) not in gaps for row in frame.itertuples()]]
    assert (others["n"] == 0).all() and (others["neighbours"] != "").all() and (others["indicators"] != "").all()
    mine = frame[[(row.area_name, row.theme_name, row.stage_name, row.state) in gaps for row in frame.itertuples()]]
    assert (mine["nearby"] > 0).all(), "beside each planted one there is something"
    assert mine["need"].min() > frame["need"].median(), "and need is high"


def test_a_survey_that_supply_has_overtaken_is_no_gap(city: Snapshot, truth: dict[str, list[dict[str, str]]]) -> None:
    names, stages = city.nodes["name"], {"primar": "Primarstufe"}
    for old in truth["outdated_checks"]:
        area = names.index[(names == old["area"]) & (city.nodes["type"] == "Area")][0]
        stage = names.index[names == stages[old["stage"]]][0]
        frame = catalog.run("gaps/coverage", snapshot=city, stage=stage, as_of="2026-10-31")
        row = frame[(frame["row"] == area) & (frame["column_name"].isin({"Sprachbildung und Lesen", "Ganztag"}))]
        assert set(row["state"]) == {"covered"}
    assert len(truth["outdated_checks"]) == 2


def test_the_public_sees_no_name_of_who_checked(city: Snapshot) -> None:
    frame = catalog.run("gaps/priority", snapshot=city, role="public", as_of="2026-10-31")
    assert (frame["state"] == "checked").sum() == 3 and frame["checked_by"].isna().all() and frame["checked_on"].notna().sum() == 3
