"""From the ledger into a real graph server: only what changed is written, and a kill in between is made good."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import build
from graph.fold import Fold, fold
from graph.ledger import Ledger
from graph.records import Dataset, Edge, Node, Record
from graph.schema import EDGES, NODES
from graph.store import Meta, Store, StoreError

pytestmark = pytest.mark.server

TABLE = Dataset("tables:netz.xlsx", "tables", "netz.xlsx", "2026-01-01")
REGISTER = Dataset("schools_nrw:2024/25", "schools_nrw", "Schulregister 2024/25", "2024-10-01", rank=20)

BASE: tuple[Record, ...] = (
    Node("Gremium", "g:rat", {"name": "Rat", "level": "politics"}),
    Node("Gremium", "g:lk", {"name": "Lenkungskreis", "level": "steering"}),
    Node("Person", "p:anna", {"name": "Anna Beispiel", "email": "a@beispiel.de"}),
    Node("Institution", "i:ggs", {"name": "GGS", "kind": "school", "pupils": 240, "lat": 51.5, "lon": 6.5}),
    Node("Area", "a:stadt", {"name": "Stadt", "level": "municipality",
                             "geometry": '{"type":"Polygon","coordinates":[[[6,51],[7,51],[7,52],[6,52],[6,51]]]}'}),
    Edge("MEMBER_OF", "p:anna", "g:lk", {"role": "Vorsitz", "voting": True, "on_behalf_of": "i:ggs", "since": "2024-01-01"}),
    Edge("REPORTS_TO", "g:lk", "g:rat", {"kind": "Bericht"}),
    Edge("WORKS_FOR", "p:anna", "i:ggs"),
    Edge("MEMBER_OF", "p:unknown", "g:lk"),
)


@pytest.fixture
def server(store: Store) -> Store:
    return store


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


def say(ledger: Ledger, records: Iterable[Record], dataset: Dataset = TABLE) -> None:
    with ledger.begin(dataset) as run:
        for record in records:
            run.put(record)
        run.finish()


def contents(store: Store) -> tuple[dict[str, tuple[str, dict[str, Any]]], dict[str, tuple[str, str, str, dict[str, Any]]]]:
    """Everything that stands in the graph: label and properties by id, type, ends and properties by id; fails on doubles."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {}
    edges: dict[str, tuple[str, str, str, dict[str, Any]]] = {}
    for label in NODES:
        for row in store.read(f"MATCH (n:`{label}`) RETURN properties(n) AS props"):
            assert row["props"]["id"] not in nodes
            nodes[row["props"]["id"]] = (label, row["props"])
    for kind in EDGES:
        for row in store.read(f"MATCH (a)-[r:`{kind}`]->(b) RETURN a.id AS a, b.id AS b, properties(r) AS props"):
            assert row["props"]["id"] not in edges
            edges[row["props"]["id"]] = (kind, row["a"], row["b"], row["props"])
    return nodes, edges


def expected(result: Fold) -> tuple[dict[str, tuple[str, dict[str, Any]]], dict[str, tuple[str, str, str, dict[str, Any]]]]:
    nodes = {key: (node.type, node.props) for key, node in result.nodes.items()}
    return nodes, {key: (edge.type, edge.start, edge.end, edge.props) for key, edge in result.edges.items()}


class Watched(Store):
    """A real store that remembers what is written through it, and can be made to fail."""

    fail_at: int | None = None

    @classmethod
    def around(cls, store: Store) -> Watched:
        watched = cls.__new__(cls)
        watched.__dict__ = store.__dict__ | {"writes": [], "fail_at": None}
        return watched

    writes: list[tuple[str, list[Mapping[str, Any]]]]

    def write(self, cypher: str, rows: Iterable[Mapping[str, Any]] | None = None, timeout: float = 300) -> list[dict[str, Any]]:
        listed = None if rows is None else list(rows)
        if self.fail_at is not None and len(self.writes) >= self.fail_at:
            raise StoreError("Die Graph-Datenbank antwortet nicht.")
        self.writes.append((cypher, listed or []))
        return super().write(cypher, listed, timeout)

    @property
    def written(self) -> list[str]:
        """Ids of the rows written, without what the graph says about itself."""
        return [str(row.get("id") or row.get("props", {}).get("id")) for _, rows in self.writes for row in rows if row.get("id") != "atlas"]


def test_what_is_folded_stands_in_the_graph(server: Store, ledger: Ledger) -> None:
    say(ledger, BASE)
    done = build.update(ledger, server)
    result = fold(ledger)
    assert contents(server) == expected(result)
    assert (done.nodes_written, done.edges_written, done.version) == (5, 4, ledger.version)
    assert done.fold is not None and done.fold.open_ends == 1
    meta = server.meta()
    assert (meta.version, meta.writing) == (ledger.version, None)
    assert build.in_step(ledger, server)


def test_the_same_once_more_writes_nothing(server: Store, ledger: Ledger) -> None:
    say(ledger, BASE)
    build.update(ledger, server)
    say(ledger, BASE)
    watched = Watched.around(server)
    done = build.update(ledger, watched)
    assert watched.writes == []
    assert (done.nodes_written, done.edges_written, done.fold) == (0, 0, None)


def test_one_changed_record_is_the_only_one_written_and_a_vanished_field_goes(server: Store, ledger: Ledger) -> None:
    say(ledger, BASE)
    build.update(ledger, server)
    changed = [Node("Person", "p:anna", {"name": "Anna Beispiel", "function": "Schulleitung"}) if r == BASE[2] else r for r in BASE]
    changed = [Edge("MEMBER_OF", "p:anna", "g:lk", {"role": "Vorsitz", "since": "2024-01-01", "until": "2025-12-31"}) if r == BASE[5] else r for r in changed]
    say(ledger, changed)
    watched = Watched.around(server)
    done = build.update(ledger, watched)
    anna = ledger.entity("p:anna")
    member = next(key for key, edge in fold(ledger).edges.items() if edge.type == "MEMBER_OF")
    assert sorted(watched.written) == sorted([anna, member])
    assert (done.nodes_written, done.edges_written, done.nodes_deleted, done.edges_deleted) == (1, 1, 0, 0)
    nodes, edges = contents(server)
    assert nodes[str(anna)][1]["function"] == "Schulleitung" and "email" not in nodes[str(anna)][1]
    assert edges[member][3]["until"] == "2025-12-31" and "voting" not in edges[member][3]
    assert (nodes, edges) == expected(fold(ledger))


def test_a_removed_dataset_takes_its_nodes_and_edges_along(server: Store, ledger: Ledger) -> None:
    say(ledger, BASE)
    say(ledger, [Node("Institution", "i:neu", {"name": "Neu"}), Edge("COOPERATES_WITH", "i:neu", "i:ggs", {"basis": "agreed"}),
                 Edge("WORKS_FOR", "p:anna", "i:ggs", {"since": "2020-01-01"})], REGISTER)
    build.update(ledger, server)
    say(ledger, [], REGISTER)
    done = build.update(ledger, server)
    assert (done.nodes_deleted, done.edges_deleted, done.nodes_written, done.edges_written) == (1, 2, 0, 0)
    assert contents(server) == expected(fold(ledger))


def test_a_judgement_joins_in_the_graph_and_its_withdrawal_restores(server: Store, ledger: Ledger) -> None:
    say(ledger, [*BASE, Node("Institution", "i:andere", {"name": "Grundschule"}), Edge("WORKS_FOR", "p:anna", "i:andere", {"since": "2020-01-01"})])
    build.update(ledger, server)
    before = contents(server)
    number = ledger.judge("i:ggs", "i:andere", "same", user="test", reason="gleiche Schule")
    build.update(ledger, server)
    assert contents(server) == expected(fold(ledger))
    assert len(contents(server)[0]) == len(before[0]) - 1
    ledger.take_back(number, user="test", reason="doch nicht")
    build.update(ledger, server)
    assert contents(server) == before


def test_another_ledger_empties_the_graph_and_writes_its_own(server: Store, ledger: Ledger, tmp_path: Path) -> None:
    say(ledger, BASE)
    build.update(ledger, server)
    with Ledger.open(tmp_path / "other.sqlite") as other:
        say(other, [Node("Theme", "t:1", {"name": "Sprache"})])
        build.update(other, server)
        assert contents(server) == expected(fold(other))
    build.update(ledger, server)
    assert contents(server) == expected(fold(ledger))


def test_a_fold_handed_over_is_used_only_while_it_is_the_ledger_s(server: Store, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    say(ledger, BASE[:3])
    stale = fold(ledger)
    say(ledger, BASE)
    assert build.update(ledger, server, folded=stale).fold is not stale
    assert contents(server) == expected(fold(ledger))
    say(ledger, BASE[:2])
    fresh = fold(ledger)
    monkeypatch.setattr(build, "fold", lambda *_: pytest.fail("folded a second time"))
    assert build.update(ledger, server, folded=fresh).fold is fresh
    assert contents(server) == expected(fresh)


def test_a_rebuild_repairs_whatever_somebody_did_to_the_graph(server: Store, ledger: Ledger) -> None:
    say(ledger, BASE)
    build.update(ledger, server)
    name = server.meta().graph_id
    server.write("MATCH (n:Person) DETACH DELETE n")
    server.write("CREATE (:Theme {id: 'theme-stranger', name: 'fremd'})")
    build.rebuild(ledger, server)
    assert contents(server) == expected(fold(ledger))
    assert server.meta().graph_id not in ("", name)  # nobody takes a picture of the spoiled graph for this one


@pytest.mark.parametrize("fail_at", [0, 1, 2, 4, 6])
def test_an_update_that_broke_off_is_finished_by_the_next(server: Store, ledger: Ledger, fail_at: int) -> None:
    say(ledger, BASE[:3])
    build.update(ledger, server)
    say(ledger, BASE[1:])
    broken = Watched.around(server)
    broken.fail_at = fail_at
    with pytest.raises(StoreError):
        build.update(ledger, broken)
    if fail_at:
        assert server.meta().writing == ledger.version
    # What is known changes once more before anybody comes back: what the broken update wrote must not stay.
    say(ledger, BASE[2:])
    build.update(ledger, server)
    assert contents(server) == expected(fold(ledger))
    assert server.meta() == Meta(server.meta().graph_id, ledger.version, None)


def test_a_graph_that_was_finished_but_not_noted_is_written_no_second_time(server: Store, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    say(ledger, BASE)
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "set_projection", lambda *_, **__: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            build.update(ledger, server)
    watched = Watched.around(server)
    done = build.update(ledger, watched)
    assert watched.written == [] and (done.nodes_written, done.edges_written) == (0, 0)
    assert build.in_step(ledger, server)
    assert contents(server) == expected(fold(ledger))


def test_a_batch_that_came_twice_is_noticed_and_mended(server: Store, ledger: Ledger) -> None:
    class Twice(Watched):
        """Loses the answer of one creating batch: an earlier attempt had come through after all."""

        def write(self, cypher: str, rows: Iterable[Mapping[str, Any]] | None = None, timeout: float = 300) -> list[dict[str, Any]]:
            listed = None if rows is None else list(rows)
            if "REPORTS_TO" in cypher and "CREATE" in cypher and not any("REPORTS_TO" in text for text, _ in self.writes):
                Store.write(self, cypher, listed, timeout)
            return super().write(cypher, listed, timeout)

    say(ledger, BASE)
    build.update(ledger, Twice.around(server))
    assert contents(server) == expected(fold(ledger))
    assert build.in_step(ledger, server)


KILLED = """
    import sys, time
    from pathlib import Path
    from graph import build
    from graph.ledger import Ledger
    from graph.store import Store

    def slowly(doing, done, total):
        if done:
            print(doing, flush=True)
            time.sleep(0.3)

    build.update(Ledger.open(Path(sys.argv[1])), Store.connect(home=Path(sys.argv[2])), slowly)
"""


def test_kill_9_in_the_middle_of_writing_then_update_equals_a_fresh_rebuild(tmp_path: Path) -> None:
    many: list[Record] = [Node("Person", f"p:{i}", {"name": f"Person {i}"}) for i in range(40)]
    many += [Edge("MEMBER_OF", f"p:{i}", "g:rat", {"role": "Mitglied"}) for i in range(40)]
    home = tmp_path / "home"
    with Store.connect(home=home) as store, Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        say(ledger, BASE)
        build.update(ledger, store)
        say(ledger, [*BASE[:5], *many])
        command = [sys.executable, "-c", textwrap.dedent(KILLED), str(ledger.location), str(home)]
        victim = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
        assert victim.stdout is not None and victim.stdout.readline()
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        victim.stdout.close()
        assert store.meta().writing == ledger.version
        assert contents(store) != expected(fold(ledger))
        deadline = time.monotonic() + 30
        build.update(ledger, store)
        assert time.monotonic() < deadline
        finished = contents(store)
        assert store.meta().writing is None
        build.rebuild(ledger, store)
        assert finished == contents(store) == expected(fold(ledger))


def test_two_threads_that_update_at_once_write_everything_once(server: Store, ledger: Ledger) -> None:
    from concurrent.futures import ThreadPoolExecutor

    say(ledger, BASE)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: build.update(ledger, server), range(2)))
    assert sorted(result.nodes_written for result in results) == [0, 5]
    assert contents(server) == expected(fold(ledger))


# ---- any change at all -------------------------------------------------------------------------------

_KEYS = ["g:1", "g:2", "g:3", "i:1", "i:2", "p:1"]
_TYPES = {"g": "Gremium", "i": "Institution", "p": "Person"}
_records = st.tuples(
    st.lists(st.tuples(st.sampled_from(_KEYS), st.sampled_from(["", "kurz", "„anders“"])), max_size=8, unique_by=lambda n: n[0]),
    st.lists(st.tuples(st.sampled_from(["MEMBER_OF", "COOPERATES_WITH", "REPORTS_TO", "WORKS_FOR"]), st.sampled_from(_KEYS), st.sampled_from(_KEYS),
                       st.sampled_from(["", "2024-01-01"]), st.sampled_from(["", "2025-12-31"])), max_size=10, unique_by=lambda e: e[:4]),
)


def _as_records(drawn: tuple[list[tuple[str, str]], list[tuple[str, str, str, str, str]]]) -> list[Record]:
    nodes, edges = drawn
    records: list[Record] = [Node(_TYPES[key[0]], key, {"name": key, **({"note": note} if note else {})}) for key, note in nodes]
    for kind, start, end, since, until in edges:
        records.append(Edge(kind, start, end, {name: day for name, day in (("since", since), ("until", until)) if day}))
    return records


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([TABLE, REGISTER]), _records), min_size=1, max_size=4))
def test_whatever_is_said_the_graph_is_the_fold(server: Store, tmp_path_factory: pytest.TempPathFactory, said: list[Any]) -> None:
    with Ledger.open(tmp_path_factory.mktemp("ledger") / "ledger.sqlite") as ledger:
        for dataset, drawn in said:
            say(ledger, _as_records(drawn), dataset)
            build.update(ledger, server)
            assert contents(server) == expected(fold(ledger))
            assert ledger.projection() == build.read_back(server)


def test_an_edge_is_found_also_where_the_schema_no_longer_knows_the_type_of_its_ends(server: Store, ledger: Ledger) -> None:
    say(ledger, BASE)
    build.update(ledger, server)
    key, (kind, start, end, _) = next((key, edge) for key, edge in contents(server)[1].items() if edge[0] == "MEMBER_OF")
    rows = [{"id": key, "_start": start, "_end": end}]
    for labels in (("", ""), ("Person", ""), ("", "Gremium"), ("Person", "Gremium")):
        assert server.write(f"{build._match(kind, *labels, rows)} RETURN r.id AS id", rows) == [{"id": key}]
    assert server.write(f"{build._match(kind, '', '', rows)} DELETE r", rows) == []
    assert key not in contents(server)[1]
