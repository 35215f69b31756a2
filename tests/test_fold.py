"""From records to the graph: who goes first, what is one edge, where things are, and what is said about the rest."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.fold import Fold, fold_records
from graph.ledger_records import StoredEdge, StoredNode
from graph.records import Dataset
from graph.schema import allowed

REGISTER = Dataset("register:2024", "schools_nrw", "Schulregister", "2024-10-01", rank=20)
OLD_REGISTER = Dataset("register:2021", "schools_nrw", "Schulregister 2021", "2021-09-01", rank=20)
TABLE = Dataset("tables:netz.xlsx", "tables", "netz.xlsx", "2026-01-01", rank=10)
DATASETS = (TABLE, OLD_REGISTER, REGISTER)


def node(entity: str, type_: str, dataset: Dataset = TABLE, **fields: Any) -> StoredNode:
    return StoredNode(dataset.name, dataset.rank, dataset.as_of, entity, type_, {"name": entity, **fields}, "", "", 0)


def edge(type_: str, start: str, end: str, dataset: Dataset = TABLE, **fields: Any) -> StoredEdge:
    return StoredEdge(dataset.name, dataset.rank, dataset.as_of, "", type_, start, end, fields, "", "", 0)


def folded(nodes: Iterable[StoredNode], edges: Iterable[StoredEdge] = (), keys: Mapping[str, str] | None = None) -> Fold:
    listed = list(nodes)
    known = {record.key: record.key for record in listed} | dict(keys or {})
    return fold_records(DATASETS, listed, edges, known.get)


def box(west: float, south: float, east: float, north: float) -> str:
    return json.dumps({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]})


def area(entity: str, level: str, shape: str | None = None, **fields: Any) -> StoredNode:
    return node(entity, "Area", level=level, **({"geometry": shape} if shape else {}), **fields)


# Two towns; Duisburg has two Bezirke, and Laar is a Stadtteil with a shape, Marxloh one without.
TOWNS = [
    area("duisburg", "municipality", box(6, 50, 8, 52), ags="05112000"),
    area("krefeld", "municipality", box(4, 50, 6, 52), ags="05114000"),
    area("nord", "district", box(6, 51, 8, 52)),
    area("sued", "district", box(6, 50, 8, 51)),
    area("laar", "quarter", box(6, 51, 7, 52)),
    area("marxloh", "quarter"),
]
TOWN_EDGES = [edge("PART_OF", "marxloh", "nord")]
AGS = {"ags:05112000": "duisburg", "ags:05114000": "krefeld"}
IN_LAAR = {"lon": 6.5, "lat": 51.5}
IN_NORD = {"lon": 7.5, "lat": 51.5}  # no Stadtteil with a shape there
IN_SUED = {"lon": 6.5, "lat": 50.5}
NOWHERE = {"lon": 20.0, "lat": 10.0}


def places(fold: Fold, thing: str) -> dict[str, str]:
    """Area and basis of each LOCATED_IN edge of ``thing``."""
    return {e.end: str(e.props["basis"]) for e in fold.edges.values() if e.type == "LOCATED_IN" and e.start == thing}


def school(*stated: str, nodes: Iterable[StoredNode] = (), more: Iterable[StoredEdge] = (), **fields: Any) -> Fold:
    """A school with these fields, located by the register in the ``stated`` keys."""
    edges = [edge("LOCATED_IN", "schule", key, REGISTER, basis="register") for key in stated]
    return folded([*TOWNS, node("schule", "Institution", REGISTER, **fields), *nodes], [*TOWN_EDGES, *edges, *more], AGS)


# ---- fields and sources ------------------------------------------------------------------------------


def test_each_field_comes_from_the_higher_rank_then_from_the_newer_statement() -> None:
    fold = folded([
        node("x", "Institution", TABLE, name="Aus der Liste", phone="0203 1", note="nur hier"),
        node("x", "Institution", OLD_REGISTER, name="Alter Name", city="Duisburg", phone="0203 2"),
        node("x", "Institution", REGISTER, name="Neuer Name"),
    ])
    assert fold.nodes["x"].props == {
        "id": "x", "name": "Neuer Name", "phone": "0203 2", "city": "Duisburg", "note": "nur hier",
        "source": "Schulregister; Schulregister 2021; netz.xlsx", "as_of": "2026-01-01",
    }


def test_of_equal_rank_and_day_the_name_of_the_dataset_decides_in_any_order() -> None:
    a, b = Dataset("a", "t", "A", "2025-01-01"), Dataset("b", "t", "B", "2025-01-01")
    said = [node("x", "Theme", a, name="von A"), node("x", "Theme", b, name="von B")]
    for order in (said, said[::-1]):
        assert fold_records([b, a], order, [], {"x": "x"}.get).nodes["x"].props["name"] == "von A"


def test_a_thing_of_which_only_a_number_is_known_is_called_by_it_until_somebody_names_it() -> None:
    number = {"kind": "provider", "traegernummer": "10054"}
    unnamed = StoredNode(REGISTER.name, REGISTER.rank, REGISTER.as_of, "traegernummer:10054", "Institution", number, "", "", 0)
    assert folded([unnamed]).nodes["traegernummer:10054"].props["name"] == "Träger 10054"
    named = StoredNode(TABLE.name, TABLE.rank, TABLE.as_of, "netz.xlsx#1", "Institution", {"name": "Stadt Duisburg"}, "", "", 0)
    together = fold_records(DATASETS, [unnamed, named], [], {"traegernummer:10054": "t", "netz.xlsx#1": "t"}.get)
    assert together.nodes["t"].props["name"] == "Stadt Duisburg"


def test_one_edge_said_twice_is_one_edge_with_both_sources() -> None:
    fold = folded(
        [node("p", "Person"), node("g", "Gremium")],
        [
            edge("MEMBER_OF", "p", "g", TABLE, role="Vorsitz", voting=True),
            edge("MEMBER_OF", "p", "g", REGISTER, role="Vorsitz", until="2025-12-31", voting=False),
        ],
    )
    (only,) = fold.edges.values()
    assert only.props["source"] == "Schulregister; netz.xlsx"
    assert only.props["as_of"] == "2026-01-01"
    assert (only.props["voting"], only.props["until"]) == (False, "2025-12-31")


def test_periods_and_roles_are_edges_of_their_own() -> None:
    fold = folded(
        [node("p", "Person"), node("g", "Gremium")],
        [edge("MEMBER_OF", "p", "g", **fields) for fields in ({"since": "2020-01-01"}, {"since": "2024-01-01"}, {"since": "2024-01-01", "role": "Vorsitz"})],
    )
    assert len(fold.edges) == 3


def test_cooperation_has_no_direction() -> None:
    said = [edge("COOPERATES_WITH", "b", "a", TABLE), edge("COOPERATES_WITH", "a", "b", REGISTER, basis="contract")]
    fold = folded([node("a", "Institution"), node("b", "Institution")], said)
    (only,) = fold.edges.values()
    assert (only.start, only.end, only.props["basis"]) == ("a", "b", "contract")


def test_a_direction_is_kept_where_there_is_one() -> None:
    fold = folded([node("a", "Gremium"), node("b", "Gremium")], [edge("REPORTS_TO", "b", "a"), edge("REPORTS_TO", "a", "b")])
    assert {(e.start, e.end) for e in fold.edges.values()} == {("a", "b"), ("b", "a")}


def test_open_ends_and_references_are_counted_and_left_out() -> None:
    fold = folded(
        [node("p", "Person"), node("g", "Gremium"), node("amt", "Institution")],
        [
            edge("MEMBER_OF", "p", "unknown"),
            edge("MEMBER_OF", "p", "g", on_behalf_of="schulnummer:1", role="Gast"),
            edge("MEMBER_OF", "p", "g", on_behalf_of="key of the Amt"),
            edge("MEMBER_OF", "amt", "g", on_behalf_of="p"),  # a Person is no Institution
        ],
        {"key of the Amt": "amt"},
    )
    assert (fold.open_ends, fold.open_references, len(fold.edges)) == (1, 2, 3)
    assert {e.props.get("on_behalf_of") for e in fold.edges.values()} == {None, "amt"}


def test_edges_between_the_wrong_types_and_to_oneself_are_refused_with_a_reason() -> None:
    fold = folded([node("p", "Person"), node("a", "Institution")], [edge("MEMBER_OF", "p", "a"), edge("COOPERATES_WITH", "a", "a")])
    assert not fold.edges
    assert [r.type for r in fold.refused] == ["MEMBER_OF", "COOPERATES_WITH"]
    assert "Person" in fold.refused[0].reason and "Institution" in fold.refused[0].reason
    assert "dasselbe" in fold.refused[1].reason


# ---- areas -------------------------------------------------------------------------------------------


def test_parents_by_containment_only_where_none_is_stated() -> None:
    fold = folded([*TOWNS, area("space", "social_space", box(6, 51, 7, 52))], [*TOWN_EDGES, edge("PART_OF", "laar", "space")])
    part_of = {(e.start, e.end): str(e.props["source"]) for e in fold.edges.values() if e.type == "PART_OF"}
    assert part_of == {
        ("marxloh", "nord"): "netz.xlsx", ("laar", "space"): "netz.xlsx",
        ("laar", "nord"): "aus Flächen", ("nord", "duisburg"): "aus Flächen", ("sued", "duisburg"): "aus Flächen",
    }


def test_a_stated_parent_keeps_the_shape_from_deciding() -> None:
    fold = folded(TOWNS, [*TOWN_EDGES, edge("PART_OF", "laar", "sued")])
    assert {e.end for e in fold.edges.values() if e.start == "laar"} == {"sued"}


def test_stated_parts_that_run_in_a_circle_do_not_hang() -> None:
    fold = school("laar", more=[edge("PART_OF", "duisburg", "laar"), edge("PART_OF", "laar", "duisburg")], **IN_LAAR)
    assert places(fold, "schule") == {"laar": "register"}


def test_a_broken_shape_is_reported_not_lost() -> None:
    fold = folded([*TOWNS, area("kaputt", "quarter", "{")])
    assert "kaputt" in fold.nodes
    assert [problem.id for problem in fold.area_problems] == ["kaputt"]


# ---- places of things --------------------------------------------------------------------------------


def test_a_point_alone_gives_the_finest_area() -> None:
    assert places(school(**IN_LAAR), "schule") == {"laar": "coordinates"}
    assert places(school(**IN_NORD), "schule") == {"nord": "coordinates"}


def test_the_register_s_gemeinde_and_the_finest_area_at_the_point() -> None:
    fold = school("ags:05112000", **IN_LAAR)
    assert places(fold, "schule") == {"duisburg": "register", "laar": "coordinates"}
    derived = next(e for e in fold.edges.values() if e.end == "laar")
    assert (derived.props["source"], derived.props["as_of"]) == ("aus Koordinaten", "2024-10-01")
    assert not fold.conflicts and not fold.unplaced


def test_a_point_in_another_gemeinde_loses_against_the_register() -> None:
    fold = school("ags:05114000", **IN_LAAR)
    assert places(fold, "schule") == {"krefeld": "register"}
    (conflict,) = fold.conflicts
    assert (conflict.id, conflict.stated, conflict.found) == ("schule", ("krefeld",), "laar")
    assert conflict.reason == "Angegeben ist „krefeld“, die Koordinate liegt in „laar“. Es gilt die Angabe."


def test_a_finer_stated_place_needs_nothing_from_the_point() -> None:
    # The point can only say Nord, since Marxloh has no shape; Marxloh is stated to be a part of Nord.
    fold = school("marxloh", **IN_NORD)
    assert places(fold, "schule") == {"marxloh": "register"}
    assert not fold.conflicts


def test_a_stated_stadtteil_contradicts_the_point_although_the_gemeinde_agrees() -> None:
    fold = school("ags:05112000", "laar", **IN_SUED)
    assert places(fold, "schule") == {"duisburg": "register", "laar": "register"}
    assert [(c.stated, c.found) for c in fold.conflicts] == [(("laar",), "sued")]


def test_of_two_sites_one_may_hold_the_point() -> None:
    fold = school("ags:05114000", "ags:05112000", **IN_SUED)
    assert places(fold, "schule") == {"krefeld": "register", "duisburg": "register", "sued": "coordinates"}
    assert not fold.conflicts


def test_a_place_that_was_left_does_not_contradict() -> None:
    fold = school(more=[edge("LOCATED_IN", "schule", "krefeld", REGISTER, until="2020-12-31")], **IN_LAAR)
    assert places(fold, "schule") == {"krefeld": "stated", "laar": "coordinates"}
    assert not fold.conflicts


def test_two_editions_of_one_gemeinde_do_not_contradict_each_other() -> None:
    # The same town from another file under another key, without the AGS that would join them.
    fold = school("duisburg (bkg)", nodes=[area("duisburg (bkg)", "municipality", box(5.99, 50, 8, 52.01))], **IN_LAAR)
    assert places(fold, "schule") == {"duisburg (bkg)": "register", "laar": "coordinates"}


def test_a_sozialraum_takes_the_point_in_its_stadtteil_and_refuses_one_elsewhere() -> None:
    space = [area("space", "social_space")]
    member = [edge("PART_OF", "laar", "space")]
    assert places(school("space", nodes=space, more=member, **IN_LAAR), "schule") == {"space": "register", "laar": "coordinates"}
    assert [c.found for c in school("space", nodes=space, more=member, **IN_SUED).conflicts] == ["sued"]


def test_a_municipality_key_in_a_field_places_like_a_register() -> None:
    fold = school(gemeinde="05112000", **IN_LAAR)
    assert places(fold, "schule") == {"duisburg": "register", "laar": "coordinates"}
    assert places(school("ags:05112000", gemeinde="05112000"), "schule") == {"duisburg": "register"}


def test_of_two_editions_of_the_register_the_newer_says_where_the_school_is() -> None:
    fold = school(
        "ags:05112000", nodes=[node("schule", "Institution", OLD_REGISTER)],
        more=[edge("LOCATED_IN", "schule", "krefeld", OLD_REGISTER, basis="register")], **IN_LAAR,
    )
    assert places(fold, "schule") == {"duisburg": "register", "laar": "coordinates"}
    assert [(r.end, "Schulregister 2021" in r.reason) for r in fold.refused] == [("krefeld", True)]
    # Both editions in one place, and a list that says another: nothing is superseded.
    more = [edge("LOCATED_IN", "schule", "duisburg", OLD_REGISTER, basis="register"), edge("LOCATED_IN", "schule", "krefeld", TABLE)]
    fold = school("ags:05112000", more=more)
    assert places(fold, "schule") == {"duisburg": "register", "krefeld": "stated"}
    assert not fold.refused


def test_a_point_outside_every_area_is_unplaced_or_contradicts() -> None:
    fold = school(**NOWHERE)
    assert [(u.id, u.reason) for u in fold.unplaced] == [("schule", "liegt außerhalb aller Gebiete")]
    fold = school("laar", **NOWHERE)
    assert not fold.unplaced
    assert fold.conflicts[0].reason.endswith("die Koordinate liegt außerhalb aller Gebiete. Es gilt die Angabe.")
    assert not school("marxloh", **NOWHERE).conflicts  # nobody knows how far Marxloh reaches


def test_without_point_and_place_a_thing_is_listed_with_the_reason() -> None:
    assert [u.reason for u in school().unplaced] == ["keine Koordinate und kein Gebiet angegeben"]
    assert [u.reason for u in school("ags:05111000").unplaced] == ["das angegebene Gebiet „ags:05111000“ ist nicht erfasst"]
    assert not folded([node("p", "Person"), node("g", "Gremium")]).unplaced


@pytest.mark.parametrize(
    ("edges", "unplaced"),
    [
        ([], True),
        ([edge("SERVES", "kurs", "laar")], False),
        ([edge("RUNS", "träger", "kurs")], True),
        ([edge("RUNS", "träger", "kurs"), edge("LOCATED_IN", "träger", "laar")], False),
        ([edge("LOCATED_IN", "kurs", "laar")], False),
    ],
)
def test_an_offer_may_be_where_it_serves_or_where_its_provider_is(edges: list[StoredEdge], unplaced: bool) -> None:
    fold = folded([*TOWNS, node("kurs", "Offer"), node("träger", "Institution")], edges)
    assert any(u.id == "kurs" for u in fold.unplaced) is unplaced


# ---- properties --------------------------------------------------------------------------------------

_ENTITIES = ["a", "b", "c", "d"]
_nodes = st.lists(st.builds(
    lambda entity, dataset, fields: node(entity, "Institution" if entity in "ab" else "Gremium", dataset, **fields),
    st.sampled_from(_ENTITIES), st.sampled_from(DATASETS),
    st.dictionaries(st.sampled_from(["short", "note", "url"]), st.text(min_size=1, max_size=3), max_size=3),
), max_size=12, unique_by=lambda record: (record.key, record.dataset))
_edges = st.lists(st.builds(
    lambda kind, start, end, dataset, since: edge(kind, start, end, dataset, **({"since": since} if since else {})),
    st.sampled_from(["COOPERATES_WITH", "MEMBER_OF", "REPORTS_TO"]), st.sampled_from([*_ENTITIES, "open"]), st.sampled_from(_ENTITIES),
    st.sampled_from(DATASETS), st.sampled_from(["", "2020-01-01", "2024-01-01"]),
), max_size=20, unique_by=lambda record: (record.type, record.start, record.end, record.dataset, record.data.get("since")))


@settings(max_examples=80, deadline=None)
@given(_nodes, _edges, st.randoms())
def test_the_order_of_records_means_nothing_and_nothing_is_lost(nodes: list[StoredNode], edges: list[StoredEdge], chance: random.Random) -> None:
    first = folded(nodes, edges)
    chance.shuffle(nodes)
    chance.shuffle(edges)
    again = folded(nodes, edges)
    assert first.nodes == again.nodes
    assert first.edges == again.edges
    assert set(first.nodes) == {record.key for record in nodes}
    for folded_edge in first.edges.values():
        assert folded_edge.start in first.nodes and folded_edge.end in first.nodes
    types = {key: folded_node.type for key, folded_node in first.nodes.items()}
    expected = {
        (r.type, *(sorted((r.start, r.end)) if r.type == "COOPERATES_WITH" else (r.start, r.end)), r.data.get("since"))
        for r in edges
        if r.start in types and r.end in types and r.start != r.end and allowed(r.type, types[r.start], types[r.end])
    }
    assert {(e.type, e.start, e.end, e.props.get("since")) for e in first.edges.values()} == expected
    assert first.open_ends + len(first.refused) == sum(
        r.start not in types or r.end not in types or r.start == r.end or not allowed(r.type, types[r.start], types[r.end]) for r in edges
    )
