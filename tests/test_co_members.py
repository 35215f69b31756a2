"""Who else sits in an actor's Gremien: a town small enough to count by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.redaction import redact
from graph.snapshot import Snapshot
from queries import catalog
from queries.network import co_members


def town(nodes: dict[str, str], edges: list[tuple[str, str, str, dict[str, object]]]) -> Snapshot:
    """A snapshot out of id -> type (the id is the name) and (start, type, end, fields)."""
    rows = [{"id": key, "type": kind, "name": key.title(), "source": "Liste", "as_of": "2026-01-01", "function": None} for key, kind in nodes.items()]
    ties = [
        {
            "id": f"e{n}",
            "type": kind,
            "start": a,
            "end": b,
            "role": None,
            "on_behalf_of": None,
            "since": None,
            "until": None,
            "source": "Liste",
            "as_of": "2026",
        }
        | more
        for n, (a, kind, b, more) in enumerate(edges)
    ]
    columns = ["id", "type", "start", "end", "role", "on_behalf_of", "since", "until", "source", "as_of"]
    return Snapshot(1, pd.DataFrame(rows).set_index("id").sort_index(), pd.DataFrame(ties, columns=columns))


@pytest.fixture
def small() -> Snapshot:
    """The Kita sits in two Gremien through Anna and by itself; the school shares both, the Amt one, Clara (of nobody) one."""
    return town(
        {"kita": "Institution", "schule": "Institution", "amt": "Institution", "fern": "Institution", "anna": "Person", "bert": "Person", "clara": "Person"}
        | {"sprache": "Gremium", "ganztag": "Gremium", "rat": "Gremium"},
        [
            ("anna", "WORKS_FOR", "kita", {}),
            ("bert", "WORKS_FOR", "schule", {}),
            ("anna", "MEMBER_OF", "sprache", {"role": "Vorsitz"}),
            ("kita", "MEMBER_OF", "ganztag", {}),
            ("bert", "MEMBER_OF", "sprache", {"role": "Gast", "since": "2024-02-01"}),
            ("schule", "MEMBER_OF", "ganztag", {}),
            ("clara", "MEMBER_OF", "ganztag", {}),
            ("bert", "MEMBER_OF", "rat", {}),
            ("amt", "MEMBER_OF", "sprache", {}),
            ("fern", "MEMBER_OF", "sprache", {"until": "2023-12-31"}),
        ],
    )


def test_an_institution_and_who_shares_its_gremien(small: Snapshot) -> None:
    found = co_members.run(small, "kita", "2026-08-01")
    assert [tuple(row) for row in found.loc[found["own"], ["other", "gremium", "member", "role"]].itertuples(index=False)] == [
        ("kita", "ganztag", "kita", None),
        ("kita", "sprache", "anna", "Vorsitz"),
    ]
    found = found[~found["own"]]
    assert [tuple(row) for row in found[["shared", "other", "gremium", "member", "role"]].itertuples(index=False)] == [
        (2, "schule", "ganztag", "schule", None),
        (2, "schule", "sprache", "bert", "Gast"),
        (1, "amt", "sprache", "amt", None),
        (1, "clara", "ganztag", "clara", None),
    ]
    assert found["other_name"].tolist() == ["Schule", "Schule", "Amt", "Clara"]
    assert found["since"].tolist() == [None, "2024-02-01", None, None]


def test_a_person_sits_for_itself_only_where_it_sits(small: Snapshot) -> None:
    found = co_members.run(small, "anna", "2026-08-01")
    assert found.loc[found["own"], "gremium"].tolist() == ["sprache"]
    assert set(found.loc[~found["own"], "other"]) == {"schule", "amt"}


def test_a_gremium_gives_its_seats(small: Snapshot) -> None:
    assert set(co_members.run(small, "sprache", "2026-08-01")["member"]) == {"anna", "bert", "amt"}


def test_a_seat_that_ended_counts_only_before(small: Snapshot) -> None:
    assert "fern" in set(co_members.run(small, "kita", "2023-06-01")["other"])
    assert co_members.run(small, "fern", "2026-08-01").empty


def test_nobody_and_unknown_are_empty_frames_with_all_columns(small: Snapshot) -> None:
    promised = [column.name for column in co_members.ABOUT.columns]
    for actor in ("gibt-es-nicht", "fern", "rat"):
        found = catalog.run("network/co_members", snapshot=small, actor=actor, as_of="2026-08-01")
        assert len(found) == (actor == "rat") and list(found.columns) == promised


def test_the_public_sees_functions_in_place_of_names(small: Snapshot) -> None:
    public = Snapshot(1, *redact(small.nodes, small.edges), "", "public")
    told = co_members.run(public, "kita", "2026-08-01").to_string()
    assert "Schule" in told
    assert not [name for name in ("Anna", "Bert", "Clara") if name in told]


IDS = st.sampled_from([f"i{n}" for n in range(5)])
GREMIEN = st.sampled_from([f"g{n}" for n in range(4)])


@given(st.lists(st.tuples(IDS, GREMIEN), unique=True, max_size=14))
def test_sharing_is_mutual_and_counted_by_gremium(pairs: list[tuple[str, str]]) -> None:
    everyone = {f"i{n}": "Institution" for n in range(5)} | {f"g{n}": "Gremium" for n in range(4)}
    view = town(everyone, [(who, "MEMBER_OF", gremium, {}) for who, gremium in pairs])
    sits = {who: {g for w, g in pairs if w == who} for who in everyone}
    for who in ("i0", "i1"):
        found = co_members.run(view, who)
        found = found[~found["own"]]
        assert dict(zip(found["other"], found["shared"], strict=True)) == {o: len(sits[o] & sits[who]) for o in everyone if o != who and sits[o] & sits[who]}
        assert list(found["shared"]) == sorted(found["shared"], reverse=True)
