"""The graph as columns: the same as the graph, at one version, for one role, and cheap the second time."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from graph import build, columns, snapshot
from graph.fold import fold
from graph.ledger import Ledger
from graph.records import Dataset, Edge, Node, Record
from graph.redaction import redact
from graph.schema import EDGES, NODES
from graph.snapshot import AreaTree, Snapshot
from graph.store import Meta, Store

TABLE = Dataset("tables:netz.xlsx", "tables", "netz.xlsx", "2026-01-01")
SQUARE = '{"type":"Polygon","coordinates":[[[6,51],[7,51],[7,52],[6,52],[6,51]]]}'

RECORDS: tuple[Record, ...] = (
    Node("Gremium", "g:rat", {"name": "Rat"}),
    Node("Gremium", "g:lk", {"name": "Lenkungskreis", "level": "steering", "note": "Geschäftsstelle: Anna Beispiel-Muster, Zimmer 3"}),
    Node("Person", "p:anna", {"name": "Dr. Anna Beispiel-Muster", "email": "anna@stadt.de", "function": "Schulleitung"}),
    Node("Person", "p:bert", {"name": "Bert Öz", "phone": "0203 1"}),
    Node("Institution", "i:ggs", {"name": "GGS", "kind": "school", "pupils": 240, "lat": 51.5, "lon": 6.5, "email": "bert.oez@schule.de"}),
    Node("Institution", "i:amt", {"name": "Amt", "kind": "authority", "email": "amt@stadt.de"}),
    Node("Area", "a:stadt", {"name": "Stadt", "level": "municipality", "geometry": SQUARE}),
    Node("Area", "a:nord", {"name": "Nord", "level": "district"}),
    Node("Area", "a:hafen", {"name": "Hafen", "level": "quarter"}),
    Node("Area", "a:raum", {"name": "Sozialraum Nord", "level": "social_space"}),
    Node("Theme", "t:lesen", {"name": "Lesen"}),
    Node("Indicator", "k:index", {"name": "Sozialindex"}),
    Edge("PART_OF", "a:nord", "a:stadt"),
    Edge("PART_OF", "a:hafen", "a:nord"),
    Edge("PART_OF", "a:hafen", "a:raum"),
    Edge("MEMBER_OF", "p:anna", "g:lk", {"role": "Vorsitz", "voting": True, "on_behalf_of": "i:ggs", "since": "2020-01-01", "until": "2023-12-31"}),
    Edge("MEMBER_OF", "p:anna", "g:lk", {"role": "Mitglied", "voting": False, "since": "2024-01-01"}),
    Edge("MEMBER_OF", "p:bert", "g:rat"),
    Edge("COOPERATES_WITH", "i:ggs", "i:amt", {"basis": "contract"}),
    Edge("CHECKED", "a:hafen", "t:lesen", {"by": "Bert Öz"}),
    Edge("HAS_VALUE", "a:hafen", "k:index", {"value": 3, "year": 2025}),
)


class Town:
    """A real graph with what the records say, and a cache folder."""

    def __init__(self, store: Store, ledger: Ledger, cache: Path) -> None:
        self.store, self.ledger, self.cache = store, ledger, cache

    def say(self, records: Iterable[Record]) -> None:
        with self.ledger.begin(TABLE) as run:
            for record in records:
                run.put(record)
            run.finish()
        build.update(self.ledger, self.store)

    def load(self, role: str = "internal") -> Snapshot:
        return snapshot.load(self.store, self.cache, role)

    def id(self, key: str) -> str:
        return str(self.ledger.entity(key))


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[Town]:
    snapshot.forget()
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        town = Town(store, ledger, tmp_path / "cache")
        town.say(RECORDS)
        yield town
    snapshot.forget()


class Counting:
    """The store, counting what is asked of it; ``meanwhile`` happens after the first query of a reading."""

    def __init__(self, store: Store, meanwhile: Any = None) -> None:
        self.store, self.reads, self.meanwhile = store, 0, meanwhile

    def meta(self) -> Meta:
        return self.store.meta()

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 30) -> list[dict[str, Any]]:
        self.reads += 1
        answer = self.store.read(cypher, parameters, timeout)
        if self.reads == 1 and self.meanwhile:
            self.meanwhile()
        return answer


def filled(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Each row's filled cells, by id."""
    rows = frame.reset_index() if "id" not in frame.columns else frame
    return {row["id"]: {key: value for key, value in row.items() if value is not None and value == value} for row in rows.to_dict("records")}


@pytest.mark.server
def test_the_columns_are_the_graph(town: Town) -> None:
    result, view = fold(town.ledger), town.load()
    assert view.version == town.ledger.version
    assert filled(view.nodes) == {key: {"type": node.type, **node.props} for key, node in result.nodes.items()}
    assert filled(view.edges) == {key: {"type": e.type, "start": e.start, "end": e.end, **e.props} for key, e in result.edges.items()}
    assert view.nodes.index.name == "id" and view.nodes.index.is_monotonic_increasing
    assert {"id", "type", "start", "end", "since", "until", "source", "as_of"} <= set(view.edges.columns)
    assert "rhythm" not in view.nodes.columns  # nobody fills it
    assert set(view.edges["voting"].dropna()) == {True, False}
    with pytest.raises(FrozenInstanceError):
        view.version = 7  # type: ignore[misc]


@pytest.mark.server
def test_the_second_load_costs_one_look_and_another_process_reads_the_file(town: Town) -> None:
    counting = Counting(town.store)
    first = snapshot.load(counting, town.cache)
    assert counting.reads == len(NODES) + len(EDGES)
    assert snapshot.load(counting, town.cache) is first
    snapshot.forget()  # as another process would begin
    again = snapshot.load(counting, town.cache)
    assert counting.reads == len(NODES) + len(EDGES)
    pd.testing.assert_frame_equal(again.nodes, first.nodes)
    pd.testing.assert_frame_equal(again.edges, first.edges)


@pytest.mark.server
def test_a_new_version_replaces_the_old_one_in_memory_and_on_disk(town: Town) -> None:
    town.load()
    town.say([*RECORDS[:-1], Node("Goal", "z:1", {"name": "Alle lesen"})])
    assert "Alle lesen" in set(town.load().nodes["name"])
    (only,) = town.cache.iterdir()
    assert f"-{town.ledger.version}-" in only.name
    if sys.platform != "win32":
        assert stat.S_IMODE(only.stat().st_mode) == 0o700  # persons are in there


@pytest.mark.server
def test_while_it_is_written_the_last_one_is_shown(town: Town) -> None:
    last = town.load()
    meta = town.store.meta()
    town.store.set_meta(Meta(meta.graph_id, meta.version, meta.version + 1))
    assert town.load() is last
    snapshot.forget()
    pd.testing.assert_frame_equal(town.load().nodes, last.nodes)
    town.store.set_meta(Meta("anothergraph", 1, 2))  # a rebuild gives the graph a new name
    assert town.load().version == last.version


@pytest.mark.server
def test_without_any_earlier_one_it_is_empty_and_whole(store: Store, tmp_path: Path) -> None:
    snapshot.forget()
    for meta in (None, Meta("g", 3, 4)):
        if meta:
            store.set_meta(meta)
        view = snapshot.load(store, tmp_path / "cache")
        assert (view.version, len(view.nodes), len(view.edges)) == (0, 0, 0)
        assert {"type", "name", "source", "as_of"} <= set(view.nodes.columns)
        assert len(view.at("2025-01-01").edges) == 0
        assert view.adjacency().shape == (0, 0)
        assert view.areas.roots == []
    assert not list(tmp_path.glob("cache/*"))


@pytest.mark.server
def test_what_was_read_while_somebody_wrote_is_not_kept(town: Town) -> None:
    counting = Counting(town.store, meanwhile=lambda: town.say(RECORDS[:3]))
    view = snapshot.load(counting, town.cache)
    assert view.version == town.ledger.version
    assert len(view.nodes) == 3
    assert counting.reads == 2 * (len(NODES) + len(EDGES))


@pytest.mark.server
def test_a_spoiled_file_in_the_cache_is_read_anew(town: Town) -> None:
    good = town.load()
    snapshot.forget()
    (folder,) = town.cache.iterdir()
    (folder / "nodes.feather").write_bytes(b"not arrow")
    pd.testing.assert_frame_equal(town.load().nodes, good.nodes)
    snapshot.forget()
    assert columns.from_disk(town.cache, good.graph_id, good.version) is not None


@pytest.mark.server
def test_a_cache_that_cannot_be_written_costs_only_time(town: Town) -> None:
    town.cache.write_text("a file stands where the folder should be")
    assert len(town.load().nodes) == 12


@pytest.mark.server
def test_at_a_day_only_edges_that_held_then(town: Town) -> None:
    view = town.load()

    def roles(day: str) -> set[str]:
        edges = view.at(day).edges
        return set(edges.loc[(edges["type"] == "MEMBER_OF") & edges["role"].notna(), "role"])

    assert roles("2019-12-31") == set()
    assert roles("2020-01-01") == roles("2023-12-31") == {"Vorsitz"}  # both days count
    assert roles("2024-06-01") == {"Mitglied"}
    assert len(view.at("1990-01-01").edges) == len(view.edges) - 2  # without dates: always
    assert view.at("2024-06-01") is view.at("2024-06-01")
    pd.testing.assert_frame_equal(view.at("2024-06-01").nodes, view.nodes)


@pytest.mark.server
def test_of_type_adjacency_and_networkx(town: Town) -> None:
    view = town.load()
    assert set(view.of_type("Person")["name"]) == {"Dr. Anna Beispiel-Muster", "Bert Öz"}
    assert "pupils" in view.of_type("Institution").columns and "pupils" not in view.of_type("Person").columns
    with pytest.raises(KeyError):
        view.of_type("Nobody")

    members = view.adjacency(["MEMBER_OF"])
    anna, steering = view.nodes.index.get_loc(town.id("p:anna")), view.nodes.index.get_loc(town.id("g:lk"))
    assert members[anna, steering] == members[steering, anna] == 2
    assert members.sum() == 6
    whole = view.adjacency()
    assert (whole != whole.T).nnz == 0
    assert whole.sum() == 2 * len(view.edges)

    graph = view.networkx()
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (len(view.nodes), len(view.edges))
    assert graph.nodes[town.id("i:ggs")]["pupils"] == 240 and "phone" not in graph.nodes[town.id("i:ggs")]
    assert {data["role"] for data in graph.get_edge_data(town.id("p:anna"), town.id("g:lk")).values()} == {"Vorsitz", "Mitglied"}
    assert view.networkx(["COOPERATES_WITH"]).number_of_edges() == 1


@pytest.mark.server
def test_edges_between_two_are_those_that_touch_both(town: Town) -> None:
    view = town.load()
    ids = [*view.nodes.index, "unknown"]
    for one in ids:
        for other in ids:
            if one != other:
                both = {one, other}
                wanted = [i for i, a, b in zip(view.edges["id"], view.edges["start"], view.edges["end"], strict=True) if {a, b} == both]
                assert view.between(one, other)["id"].tolist() == wanted


@pytest.mark.server
def test_areas_from_the_graph(town: Town) -> None:
    areas = town.load().areas
    stadt, nord, hafen, raum = (town.id(f"a:{name}") for name in ("stadt", "nord", "hafen", "raum"))
    assert areas.roots == [stadt] and areas.social_spaces == [raum]
    assert areas.children(stadt) == [nord] and areas.children(raum) == [hafen] and areas.children(hafen) == []
    assert areas.path(hafen) == [hafen, nord, stadt]
    assert areas.within([stadt]) == {stadt, nord, hafen}
    assert areas.within([raum]) == {raum, hafen}
    assert areas.within([]) == set()


def test_an_area_tree_survives_circles_and_prefers_the_finest_parent() -> None:
    tree = AreaTree({"a": (1, "A"), "b": (2, "B"), "c": (3, "C")}, {"a": ["b"], "b": ["a"], "c": ["a", "b"]}, frozenset())
    assert tree.within(["a"]) == {"a", "b", "c"}
    assert tree.path("c") == ["c", "b", "a"]


@pytest.mark.server
def test_the_public_sees_functions_instead_of_names(town: Town) -> None:
    inside, outside = town.load(), town.load("public")
    persons = outside.of_type("Person")
    assert dict(persons["name"]) == {town.id("p:anna"): "Schulleitung", town.id("p:bert"): "Person"}
    everything = outside.nodes.to_csv() + outside.edges.to_csv()
    for revealing in ("Anna", "Beispiel", "Öz", "oez", "anna@", "0203"):
        assert revealing not in everything, revealing
    # What is nobody's name stays: the office's address, the committee's note, the structure.
    assert outside.nodes.loc[town.id("i:amt"), "email"] == "amt@stadt.de"
    assert outside.nodes.loc[town.id("g:lk"), "note"] == "Geschäftsstelle: …, Zimmer 3"
    assert len(outside.edges) == len(inside.edges)
    assert "Beispiel" in inside.nodes.to_csv()  # the shared one is not touched
    assert town.load("public") is outside and town.load() is inside
    assert "Öz" not in outside.at("2025-01-01").edges.to_csv()


def test_names_are_found_in_running_text_and_nothing_else_is() -> None:
    nodes = pd.DataFrame(
        {
            "type": ["Person", "Person", "Paper", "Institution", "Institution"],
            "name": ["Beispiel, Anna", "Leitung", "Antrag von Anna Beispiel und Bert", "Anna-Beispiel-Schule", "Annas Beispiel"],
            "note": [None, None, "ANNA BEISPIEL; Beispiel Anna", "Die Leitung wechselt", None],
            "url": [None, None, "https://beispiel.de", None, None],
        },
        index=pd.Index(["p", "q", "paper", "school", "other"], name="id"),
    )
    edges = pd.DataFrame(
        {"id": ["e", "f"], "type": ["REPORTS_TO", "CHECKED"], "start": ["x", "x"], "end": ["y", "y"], "kind": ["Frau Anna Beispiel (Amt)", None], "by": [None, "Zoe"]}
    )
    public, ties = redact(nodes, edges)
    assert list(public["name"]) == ["Person", "Person", "Antrag von … und Bert", "Anna-Beispiel-Schule", "Annas Beispiel"]
    assert public.loc["paper", "note"] == "…; …"
    assert public.loc["school", "note"] == "Die Leitung wechselt"
    assert public.loc["paper", "url"] == "https://beispiel.de"
    assert ties.loc[0, "kind"] == "Frau … (Amt)"
    assert pd.isna(ties.loc[1, "by"])
    assert nodes.loc["p", "name"] == "Beispiel, Anna"


def test_a_frame_without_any_dates_can_be_asked_for_a_day() -> None:
    nodes = pd.DataFrame({"type": ["Area"], "name": ["Stadt"]}, index=pd.Index(["a"], name="id"))
    edges = pd.DataFrame({"id": ["e", "f"], "type": ["X", "X"], "start": ["a", "a"], "end": ["a", "a"], "since": [None, np.nan], "until": [np.nan, None]})
    assert len(Snapshot(1, nodes, edges).at("2025-01-01").edges) == 2
