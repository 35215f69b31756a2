"""What areas are coloured by, on a small town whose numbers are counted by hand."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from graph.snapshot import Snapshot
from queries import catalog
from queries.catalog import AnalysisError
from queries.network import area_measures, area_values
from tests.gap_data import AREAS, NESTING, EdgeRow, NodeRow, snapshot

NODES: list[NodeRow] = [
    *AREAS,
    ("kita1", "Institution", "Kita 1", {"kind": "kita"}),
    ("kita2", "Institution", "Kita 2", {"kind": "kita"}),
    ("ggs", "Institution", "GGS", {"kind": "school", "form": "Grundschule"}),
    ("gym", "Institution", "Gymnasium", {"kind": "school", "form": "Gymnasium"}),
    ("amt", "Institution", "Amt", {"kind": "authority"}),
    ("cafe", "Offer", "Elterncafé", {}),
    ("kurs", "Offer", "Kurs", {}),
    ("netz", "Offer", "Im Netz", {}),
    ("lesen", "Project", "Lesepaten", {"kind": "project"}),
    ("tisch", "Gremium", "Runder Tisch", {}),
    ("kinder", "Indicator", "Kinder unter 6", {"unit": "Kinder"}),
    ("quote", "Indicator", "Quote", {"unit": "Prozent"}),
    ("index", "Indicator", "Sozialindex", {"unit": "Stufe"}),
    ("leer", "Indicator", "Nie gemessen", {"unit": "Kinder"}),
]
EDGES: list[EdgeRow] = [
    *NESTING,
    ("kita1", "LOCATED_IN", "hafen", {}),
    ("kita1", "LOCATED_IN", "stadt", {}),  # of the register, besides the Stadtteil of its coordinate
    ("kita2", "LOCATED_IN", "markt", {"since": "2025-08-01"}),
    ("ggs", "LOCATED_IN", "hafen", {}),
    ("gym", "LOCATED_IN", "nord", {}),  # no Stadtteil is known
    ("amt", "LOCATED_IN", "stadt", {}),
    ("amt", "SERVES", "hafen", {}),
    *(("cafe", "SERVES", "hafen", {}), ("cafe", "SERVES", "markt", {}), ("cafe", "LOCATED_IN", "markt", {})),
    ("kita1", "RUNS", "kurs", {}),  # no place of its own: where the Kita is
    ("amt", "RUNS", "netz", {}),
    ("lesen", "SERVES", "stadt", {}),
    ("tisch", "SERVES", "nord", {}),
    *(("hafen", "HAS_VALUE", "kinder", {"value": 10.0, "year": 2024.0}), ("hafen", "HAS_VALUE", "kinder", {"value": 12.0, "year": 2025.0})),
    *(("markt", "HAS_VALUE", "kinder", {"value": 8.0, "year": 2025.0}), ("wiesen", "HAS_VALUE", "kinder", {"value": 5.0, "year": 2024.0})),
    *(("hafen", "HAS_VALUE", "quote", {"value": 20.0, "year": 2025.0}), ("markt", "HAS_VALUE", "quote", {"value": 40.0, "year": 2025.0})),
    *(("nord", "HAS_VALUE", "quote", {"value": 29.0, "year": 2025.0}), ("ggs", "HAS_VALUE", "index", {"value": 9.0, "year": 2025.0})),
    ("gym", "HAS_VALUE", "index", {"value": 4.0, "year": 2024.0}),
]


@pytest.fixture(scope="module")
def town() -> Snapshot:
    return snapshot(NODES, EDGES)


def values(town: Snapshot, measure: str, **more: str) -> dict[str, float | None]:
    frame = catalog.run("network/area_values", snapshot=town, measure=measure, **more).set_index("area")
    return {str(area): None if pd.isna(value) else value for area, value in frame["value"].items()}


def test_counts_go_up_once(town: Snapshot) -> None:
    every = {"stadt": 5, "nord": 4, "sued": 0, "hafen": 2, "markt": 1, "wiesen": 0, "raum": 2}
    assert values(town, "Institution") == every, "an office lies where it lies, not where it is in charge"
    assert values(town, "Institution/kita") == {"stadt": 2, "nord": 2, "sued": 0, "hafen": 1, "markt": 1, "wiesen": 0, "raum": 1}
    assert values(town, "Institution/school/Grundschule", level="quarter") == {"hafen": 1, "markt": 0, "wiesen": 0}
    assert values(town, "Offer") == {"stadt": 3, "nord": 2, "sued": 0, "hafen": 2, "markt": 1, "wiesen": 0, "raum": 2}
    assert values(town, "Project", level="district") == {"nord": 0, "sued": 0}, "what is there for the whole town is in no Bezirk"
    assert values(town, "Gremium") == {"stadt": 1, "nord": 1, "sued": 0, "hafen": 0, "markt": 0, "wiesen": 0, "raum": 0}


def test_counts_are_those_of_the_day(town: Snapshot) -> None:
    assert values(town, "Institution/kita", level="district", as_of="2025-01-01") == {"nord": 1, "sued": 0}


def test_a_whole_counts_at_most_its_parts_together(town: Snapshot) -> None:
    for measure in ("Institution", "Offer", "Project", "Gremium"):
        found = values(town, measure)
        assert max(v or 0 for v in found.values()) == found["stadt"]
        assert (found["nord"] or 0) >= max(found["hafen"] or 0, found["markt"] or 0)


def test_an_indicator_is_its_newest_value_and_numbers_of_things_add_up(town: Snapshot) -> None:
    assert values(town, "kinder") == {"hafen": 12, "markt": 8, "wiesen": 5, "nord": 20, "sued": 5, "stadt": None, "raum": None}, "of different years: no sum"
    assert values(town, "kinder", as_of="2024-12-31") == {"hafen": 10, "markt": None, "wiesen": 5, "nord": None, "sued": 5, "stadt": None, "raum": 15}
    row = area_values.run(town, "kinder").set_index("area").loc["nord"]
    assert (row["basis"], row["n"], row["year"], row["unit"], row["source"]) == ("sum", 2, 2025, "Kinder", "Amt")


def test_shares_never_add_up(town: Snapshot) -> None:
    assert values(town, "quote") == {"hafen": 20, "markt": 40, "nord": 29, "wiesen": None, "sued": None, "stadt": None, "raum": None}


def test_what_is_measured_at_schools_is_a_mean(town: Snapshot) -> None:
    assert values(town, "index") == {"hafen": 9, "markt": None, "wiesen": None, "nord": 6.5, "sued": None, "stadt": 6.5, "raum": 9}
    row = area_values.run(town, "index").set_index("area").loc["nord"]
    assert (row["basis"], row["n"], row["year"]) == ("mean", 2, 2025)


def test_never_measured_is_not_nought(town: Snapshot) -> None:
    assert set(values(town, "leer").values()) == {None}


@pytest.mark.parametrize("measure", ["", "Area", "Person", "kita1", "gibt es nicht", "<script>"])
def test_what_cannot_be_shown_is_refused(town: Snapshot, measure: str) -> None:
    with pytest.raises(AnalysisError):
        values(town, measure)


def test_everything_offered_can_be_shown(town: Snapshot) -> None:
    offered = area_measures.run(town)
    assert dict(zip(offered["measure"], offered["n"], strict=True)) == {
        "Institution": 5,
        "Institution/kita": 2,
        "Institution/school": 2,
        "Institution/school/Grundschule": 1,
        "Institution/school/Gymnasium": 1,
        "Institution/authority": 1,
        "Offer": 3,
        "Project": 1,
        "Project/project": 1,
        "Gremium": 1,
        "kinder": 4,
        "quote": 3,
        "index": 2,
    }
    assert offered.set_index("measure").loc["Institution/school/Gymnasium", "de"] == "Schule: Gymnasium"
    for measure in offered["measure"]:
        assert len(values(town, measure)) == 7


def test_the_header_keeps_its_promise_without_anybody() -> None:
    nodes = pd.DataFrame({name: pd.Series(dtype=object) for name in ("type", "name", "source", "as_of")}, index=pd.Index([], name="id"))
    edges = pd.DataFrame({name: pd.Series(dtype=object) for name in ("id", "type", "start", "end", "since", "until", "source", "as_of")})
    empty = Snapshot(0, nodes, edges)
    assert catalog.run("network/area_values", snapshot=empty, measure="Offer").empty
    assert catalog.run("network/area_measures", snapshot=empty).empty


def test_a_ring_of_areas_does_not_hang(town: Snapshot) -> None:
    ring = pd.concat([town.edges, pd.DataFrame([{**json.loads(town.edges.iloc[0].to_json()), "id": "ring", "start": "stadt", "end": "hafen"}])], ignore_index=True)
    assert values(Snapshot(2, town.nodes, ring), "kinder")["hafen"] == 12
