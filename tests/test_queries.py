"""The analyses of the Akteurslandkarte on a small town whose answers are known."""

from __future__ import annotations

import pandas as pd
import pytest

import tests.town
from graph.snapshot import Snapshot
from graph.store import Meta
from queries import catalog
from queries.network import area_actors, neighbourhood, relations, search, seats, ties
from tests.conftest import SERVERS, Servers

NODES = tests.town.NODES


@pytest.fixture(scope="module", params=SERVERS)
def town(request: pytest.FixtureRequest, servers: Servers) -> Snapshot:
    """The town as it is read from each kind of server."""
    store = servers.empty(request.param)
    tests.town.write(store)
    return Snapshot(1, *tests.town.read(store))


def test_a_quarter_holds_its_own_its_gremien_and_where_they_report(town: Snapshot) -> None:
    frame = area_actors.run(town, ["hafen"])
    assert set(frame.index) == {"kita", "schule", "tisch", "lenkung", "rat", "anna", "lesen", "kurs", "amt", "bert"}
    assert set(frame.index[frame["outside"]]) == {"amt"}
    assert frame.loc["kita", "sector"] == "early"
    assert frame.loc["rat", "level"] == "work"
    assert frame.loc["schule", "area"] == "hafen"
    assert frame.loc["tisch", "seats"] == 3


def test_a_seat_that_ended_does_not_bring_its_institution(town: Snapshot) -> None:
    frame = area_actors.run(town, ["hafen"], as_of="2024-06-01")
    assert "amt" not in frame.index
    assert frame.loc["tisch", "seats"] == 2


def test_a_coarser_area_holds_all_within_and_none_means_all(town: Snapshot) -> None:
    assert {"kita", "schule"} <= set(area_actors.run(town, ["nord"]).index)
    assert "fern" not in area_actors.run(town, ["nord"]).index
    assert set(area_actors.run(town).index) == {key for key, kind, *_ in NODES if kind != "Area"}


def test_an_area_without_anyone_is_an_empty_frame_with_its_columns(town: Snapshot) -> None:
    lonely = Snapshot(
        1, pd.concat([town.nodes, pd.DataFrame([{"id": "leer", "type": "Area", "name": "Leer", "level": "quarter"}]).set_index("id")]), town.edges
    )
    frame = area_actors.run(lonely, ["leer"])
    assert frame.empty
    assert "degree" in frame.columns


def test_a_person_sits_for_the_sender_else_for_the_employer(town: Snapshot) -> None:
    frame = seats.run(town).set_index("member")
    assert frame.loc["anna", "institution"] == "kita"
    assert frame.loc["bert", "institution"] == "amt"
    assert frame.loc["schule", "institution"] == "schule"


def test_ties_count_each_seat_once_and_tell_variants_apart(town: Snapshot) -> None:
    frame = ties.run(town, ["kita", "schule", "tisch", "lenkung"])
    rows = {(r.a, r.b, r.kind): r.n for r in frame.itertuples()}
    assert rows == {
        ("kita", "schule", "COOPERATES_WITH/contract"): 1,
        ("kita", "tisch", "MEMBER_OF"): 1,
        ("schule", "tisch", "MEMBER_OF"): 1,
        ("tisch", "lenkung", "REPORTS_TO"): 1,
    }


def test_no_actors_no_ties(town: Snapshot) -> None:
    assert ties.run(town, []).empty


def test_umfeld_grows_by_steps(town: Snapshot) -> None:
    one = neighbourhood.run(town, "kita", 1).set_index("id")["step"]
    two = neighbourhood.run(town, "kita", 2).set_index("id")["step"]
    assert one["kita"] == 0
    assert {"schule", "tisch", "anna", "lesen", "kurs"} <= set(one.index)
    assert "lenkung" not in one.index
    assert two["lenkung"] == 2
    assert neighbourhood.run(town, "niemand", 2).empty


def test_relations_are_told_from_the_actor_with_their_details(town: Snapshot) -> None:
    frame = relations.run(town, "tisch")
    told = {(r.label, r.other_name): r.detail for r in frame.itertuples()}
    assert told[("Mitglieder", "Anna Özdemir")] == "Vorsitz, Stimmberechtigt"
    assert told[("Mitglieder", "Bert Klein")] == "Entsandt von: Jugendamt"
    assert ("Berichtet an", "Lenkungskreis") in told
    assert relations.run(town, "kita", language="en").query("type == 'COOPERATES_WITH'")["detail"].tolist() == ["by contract"]


@pytest.mark.parametrize(
    ("text", "first"),
    [("löwenzahn", "kita"), ("LOEWENZAHN", "kita"), ("hafenstrasse", "schule"), ("ozdemir", "anna"), ("özd", "anna"), ("Runder Tisch", "tisch"), ("xyzq", None)],
)
def test_search_forgives_case_and_umlauts(town: Snapshot, text: str, first: str | None) -> None:
    found = search.run(town, text)
    assert (found["id"].iloc[0] if len(found) else None) == first


def test_a_shared_name_gives_way_to_the_short_one(town: Snapshot) -> None:
    more = pd.DataFrame([{"id": "zweite", "type": "Institution", "name": "GGS Hafenstraße", "short": "GS Kai"}]).set_index("id")
    labels = Snapshot(1, pd.concat([town.nodes, more]), town.edges).labels
    assert (labels["zweite"], labels["schule"], labels["kita"]) == ("GS Kai", "GGS Hafenstraße", "Kita Löwenzahn")


def test_search_for_nothing_finds_nothing(town: Snapshot) -> None:
    assert search.run(town, "  ").empty
    assert search.run(town, "%").empty


def test_every_analysis_keeps_the_promise_of_its_header(town: Snapshot) -> None:
    given = {"actors": ["kita", "tisch"], "actor": "kita", "text": "a", "measure": "Institution", "area": "hafen", "since": "2000-01-01"}
    for name, entry in catalog.entries().items():
        if entry.function is None:
            continue
        frame = catalog.run(name, snapshot=town, **{p.name: given[p.name] for p in entry.about.parameters if p.required})
        assert set(frame.columns) | {frame.index.name} >= {c.name for c in entry.about.columns}


class Rows:
    def __init__(self, rows: list[dict[str, object]]) -> None:
        self.rows = rows

    def read(self, cypher: str, parameters: object = None, timeout: float = 30) -> list[dict[str, object]]:
        return self.rows

    def meta(self) -> Meta:
        return Meta("graph", 1)


MEMBER = {"id": "p", "name": "Anna", "role": None, "voting": None, "since": None, "until": None, "source": "Liste"}


def test_cypher_results_are_checked_and_personal_columns_blanked() -> None:
    assert catalog.run("network/members", store=Rows([dict(MEMBER)]), gremium="g")["name"].tolist() == ["Anna"]
    assert catalog.run("network/members", store=Rows([dict(MEMBER)]), role="public", gremium="g")["name"].tolist() == [None]
    assert catalog.run("network/members", store=Rows([]), gremium="g").empty
    with pytest.raises(catalog.AnalysisError, match="AS id"):
        catalog.run("network/members", store=Rows([{"name": "Anna"}]), gremium="g")


def test_parameters_are_checked_both_ways() -> None:
    with pytest.raises(catalog.AnalysisError, match="braucht den Parameter „gremium“"):
        catalog.run("network/members", store=Rows([]))
    with pytest.raises(catalog.AnalysisError, match="kennt keinen Parameter „gremien“"):
        catalog.run("network/members", store=Rows([]), gremium="g", gremien="h")
    with pytest.raises(catalog.AnalysisError, match="network/members"):
        catalog.get("network/nichts")
