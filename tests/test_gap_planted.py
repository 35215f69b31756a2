"""What was hidden in the demo city is found, all of it; what else is found is named and explained."""

from __future__ import annotations

import json

import pytest

from graph.home import Home
from graph.reading import network
from graph.snapshot import Snapshot
from queries import catalog

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def city(demo_home: Home) -> Snapshot:
    with demo_home.open_ledger() as ledger:
        return network(demo_home, ledger, "internal")


@pytest.fixture(scope="module")
def truth(demo_home: Home) -> dict[str, object]:
    found: dict[str, object] = json.loads((demo_home.path.parent / "files" / "truth.json").read_text(encoding="utf-8"))
    return found


def named(city: Snapshot, ids: object) -> list[str]:
    return sorted(str(city.nodes.at[key, "name"]) for key in ids)  # type: ignore[attr-defined]


def planted(truth: dict[str, object], kind: str) -> list[dict[str, str]]:
    return [entry for entry in truth["single_points_of_failure"] if entry["kind"] == kind]  # type: ignore[attr-defined]


def test_dead_ends_are_the_gremien_that_report_to_nobody(city: Snapshot, truth: dict[str, object]) -> None:
    found = catalog.run("gaps/gremien", snapshot=city, missing="reporting", as_of=truth["as_of"])
    assert named(city, found["gremium"]) == [entry["name"] for entry in truth["dead_ends"]]  # type: ignore[attr-defined]
    everything = catalog.run("gaps/gremien", snapshot=city, as_of=truth["as_of"])
    assert len(everything) == len(found)  # a lead and a mandate have all, and meetings nobody has recorded


def test_single_points_of_failure_people_projects_theme(city: Snapshot, truth: dict[str, object]) -> None:
    day = truth["as_of"]
    people = catalog.run("gaps/busy_people", snapshot=city, as_of=day)
    assert named(city, people["person"]) == [entry["name"] for entry in planted(truth, "person")]
    assert people["gremien"].tolist() == [len(entry["gremien"]) for entry in planted(truth, "person")]
    projects = catalog.run("gaps/ending_projects", snapshot=city, as_of=day)
    assert named(city, projects["project"]) == sorted(entry["name"] for entry in planted(truth, "project_ending"))
    assert projects["ends"].tolist() == sorted(entry["end"] for entry in planted(truth, "project_ending"))
    themes = catalog.run("gaps/single_carriers", snapshot=city, as_of=day)
    assert named(city, themes["theme"]) == [entry["name"] for entry in planted(truth, "theme")]
    assert named(city, themes["carrier"]) == [entry["carrier_name"] for entry in planted(truth, "theme")]


def test_outdated_checks_and_none_of_the_true_ones(city: Snapshot, truth: dict[str, object]) -> None:
    found = catalog.run("gaps/outdated_checks", snapshot=city, as_of=truth["as_of"])
    assert named(city, found["area"]) == sorted(entry["area"] for entry in truth["outdated_checks"])  # type: ignore[attr-defined]
    assert found.attrs == {"n": 2, "of": 8}


def test_who_has_no_place_and_nothing_else_was_invented(city: Snapshot, truth: dict[str, object]) -> None:
    found = catalog.run("gaps/missing_facts", snapshot=city, missing="coordinates", as_of=truth["as_of"])
    # The Bezirksregierung is outside the town and has a point all the same.
    assert named(city, found["actor"]) == ["Stiftung Lernraum"]
    assert catalog.run("gaps/goals", snapshot=city, as_of=truth["as_of"]).attrs == {"n": 0, "of": 5}
