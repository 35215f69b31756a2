"""The shortest way to the Lenkungskreis, and through whom."""

from __future__ import annotations

import networkx as nx
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.redaction import redact
from graph.snapshot import Snapshot
from queries import catalog
from queries.network import steps_to
from tests.test_co_members import town


def with_levels(view: Snapshot, levels: dict[str, str]) -> Snapshot:
    return Snapshot(1, view.nodes.assign(level=pd.Series(levels, dtype=object).reindex(view.nodes.index)), view.edges)


def path(view: Snapshot, actor: str, day: str = "") -> list[str]:
    return list(steps_to.run(view, actor, day)["id"])


SMALL = town(
    {"kita": "Institution", "schule": "Institution", "fern": "Institution", "anna": "Person", "bert": "Person", "lesen": "Project", "hafen": "Area"}
    | {"sprache": "Gremium", "ganztag": "Gremium", "lenkung": "Gremium", "rat": "Gremium"},
    [
        ("anna", "WORKS_FOR", "kita", {}),
        ("anna", "MEMBER_OF", "sprache", {"role": "Vorsitz"}),
        ("sprache", "REPORTS_TO", "lenkung", {}),
        ("bert", "MEMBER_OF", "lenkung", {"on_behalf_of": "schule", "until": "2024-12-31"}),
        ("schule", "MEMBER_OF", "sprache", {}),
        ("kita", "TAKES_PART_IN", "lesen", {}),
        ("schule", "TAKES_PART_IN", "lesen", {}),
        ("kita", "LOCATED_IN", "hafen", {}),
        ("fern", "LOCATED_IN", "hafen", {}),
        ("lenkung", "REPORTS_TO", "rat", {}),
    ],
)
STEERED = with_levels(SMALL, {"lenkung": "steering", "rat": "politics"})


def test_a_way_goes_by_the_seat_of_the_one_who_was_sent() -> None:
    found = steps_to.run(STEERED, "kita", "2026-08-01")
    assert [tuple(row) for row in found[["step", "id", "tie"]].itertuples(index=False)] == [
        (0, "kita", ""),
        (1, "sprache", "Mitglied in"),
        (2, "lenkung", "Berichtet an"),
    ]
    assert found["through_name"].tolist()[1] == "Anna"
    assert steps_to.run(STEERED, "kita", "2026-08-01", "en")["tie"].tolist() == ["", "member of", "reports to"]


def test_a_seat_that_ended_is_no_way_any_more() -> None:
    assert path(STEERED, "schule", "2024-06-01") == ["schule", "lenkung"]
    assert path(STEERED, "schule", "2026-08-01") == ["schule", "sprache", "lenkung"]


def test_a_common_area_is_no_tie() -> None:
    assert path(STEERED, "fern") == []


def test_the_goal_itself_is_no_step_away() -> None:
    assert path(STEERED, "lenkung") == ["lenkung"]


def test_where_nobody_steers_the_way_leads_to_politics_and_else_nowhere() -> None:
    assert path(with_levels(SMALL, {"rat": "politics"}), "kita", "2026-08-01")[-1] == "rat"
    assert path(with_levels(SMALL, {}), "kita") == []
    assert path(SMALL, "kita") == []


def test_unknown_actors_give_an_empty_frame_with_all_columns() -> None:
    found = catalog.run("network/steps_to", snapshot=STEERED, actor="gibt-es-nicht")
    assert found.empty and list(found.columns) == [column.name for column in steps_to.ABOUT.columns]


def test_of_two_ways_the_one_by_a_gremium_is_told() -> None:
    view = town(
        {"kita": "Institution", "zett": "Gremium", "adam": "Person", "lenkung": "Gremium"},
        [
            ("adam", "LED_BY", "kita", {}),
            ("kita", "MEMBER_OF", "zett", {}),
            ("zett", "REPORTS_TO", "lenkung", {}),
            ("adam", "MEMBER_OF", "lenkung", {}),
        ],
    )
    assert path(with_levels(view, {"lenkung": "steering"}), "kita") == ["kita", "zett", "lenkung"]


def test_the_public_reads_no_names_of_people_on_the_way() -> None:
    public = Snapshot(1, *redact(STEERED.nodes, STEERED.edges), "", "public")
    told = steps_to.run(public, "kita", "2026-08-01").to_string()
    assert "Sprache" in told
    assert "Anna" not in told


NAMES = [f"i{n}" for n in range(6)] + [f"g{n}" for n in range(4)]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(NAMES[:6]), st.sampled_from(NAMES)), max_size=14), st.sets(st.sampled_from(NAMES[6:]), min_size=1))
def test_ways_are_as_short_as_networkx_finds_them_and_every_step_is_a_tie(pairs: list[tuple[str, str]], goals: set[str]) -> None:
    kinds = {name: "Institution" if name[0] == "i" else "Gremium" for name in NAMES}
    edges = [(a, "MEMBER_OF" if b[0] == "g" else "COOPERATES_WITH", b, {}) for a, b in dict.fromkeys(pairs) if a != b]
    view = with_levels(town(kinds, edges), dict.fromkeys(goals, "steering"))
    plain = nx.Graph([(a, b) for a, _, b, _ in edges])
    plain.add_nodes_from(NAMES)
    for actor in NAMES:
        ways = [nx.shortest_path_length(plain, actor, goal) for goal in goals if nx.has_path(plain, actor, goal)]
        found = path(view, actor)
        assert len(found) == (min(ways) + 1 if ways else 0)
        assert all(plain.has_edge(a, b) for a, b in zip(found, found[1:], strict=False))
        assert not found or found[-1] in goals
