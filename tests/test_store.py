"""The store against the real bundled server."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from graph import embedded
from graph.schema import EDGES, NODES
from graph.store import BATCH, Meta, Store, StoreError

ROOT = Path(__file__).resolve().parents[1]
PERSONS = "UNWIND $rows AS row MERGE (n:Person {id: row.id}) SET n = row"

pytestmark = pytest.mark.server


def person(number: int, **props: Any) -> dict[str, Any]:
    return {"id": f"person-{number}", "name": f"Anna {number}", **props}


def count(store: Store, label: str = "Person") -> int:
    return int(store.read(f"MATCH (n:`{label}`) RETURN count(n) AS n", timeout=90)[0]["n"])


# ---- reading and writing


def test_what_is_written_is_read_back_with_its_types(store: Store) -> None:
    props = {"id": "institution-1", "name": "Kita „Löwenzahn“", "places": 75, "lat": 51.43, "active": True, "note": "Zeile\nzwei 🦁"}
    store.write("UNWIND $rows AS row MERGE (n:Institution {id: row.id}) SET n = row", [props])
    assert store.read("MATCH (n:Institution) RETURN properties(n) AS p") == [{"p": props}]


def test_replacing_removes_what_vanished(store: Store) -> None:
    store.write(PERSONS, [person(1, email="a@example.org", function="Leitung")])
    store.write(PERSONS, [person(1, function=None)])
    assert store.read("MATCH (n:Person) RETURN properties(n) AS p") == [{"p": person(1)}]


def test_many_rows_go_in_several_transactions_and_all_arrive(store: Store) -> None:
    answer = store.write(f"{PERSONS} RETURN row.id AS id", (person(n) for n in range(BATCH + 7)))
    assert len({row["id"] for row in answer}) == count(store) == BATCH + 7


def test_large_shapes_arrive(store: Store) -> None:
    """Three rows that the server would leave unanswered as one message."""
    shapes = [{"id": f"area-{n}", "geometry": chr(97 + n) * 11_000_000} for n in range(3)]
    store.write("UNWIND $rows AS row MERGE (n:Area {id: row.id}) SET n = row", shapes)
    found = store.read("MATCH (n:Area) RETURN n.id AS id, size(n.geometry) AS size, left(n.geometry, 1) AS first ORDER BY id")
    assert found == [{"id": f"area-{n}", "size": 11_000_000, "first": chr(97 + n)} for n in range(3)]


@pytest.mark.parametrize("bad", [None, "", 7])
def test_a_row_without_an_id_is_refused_before_anything_of_its_batch_is_written(store: Store, bad: object) -> None:
    with pytest.raises(StoreError, match="ohne Kennung"):
        store.write(PERSONS, [person(1), {"id": bad, "name": "?"}])
    assert count(store) == 0


def test_a_shape_beyond_all_measure_is_refused_with_its_name(store: Store) -> None:
    with pytest.raises(StoreError, match="area-9.*zu groß"):
        store.write("UNWIND $rows AS row MERGE (n:Area {id: row.id}) SET n = row", [{"id": "area-9", "geometry": "x" * 13_000_000}])


def test_a_failed_batch_leaves_nothing(store: Store) -> None:
    with pytest.raises(StoreError):
        store.write("UNWIND $rows AS row CREATE (n:Person) SET n = row", [person(1), person(2), person(1)])
    assert count(store) == 0


def test_values_are_parameters_and_what_is_missing_is_none(store: Store) -> None:
    store.write(PERSONS, [person(2), person(1, function="Leitung")])
    query = "MATCH (n:Person) WHERE n.id <> $id RETURN n.id AS id, n.function AS function ORDER BY id"
    assert store.read(query, {"id": "x' OR 1=1 //"}) == [{"id": "person-1", "function": "Leitung"}, {"id": "person-2", "function": None}]
    assert store.read(query, {"id": "person-1"}) == [{"id": "person-2", "function": None}]
    assert store.read(query.replace("Person", "Paper"), {"id": "x"}) == []


def test_a_query_in_bad_cypher_is_told_with_its_place(store: Store) -> None:
    with pytest.raises(StoreError, match="fehlerhaft geschrieben.*1"):
        store.read("MATCH (n:Person RETURN n")


def test_a_query_that_takes_too_long_is_given_up_and_the_store_goes_on(store: Store) -> None:
    store.write(PERSONS, (person(n, place=n) for n in range(3000)))
    endless = "MATCH (a:Person), (b:Person), (c:Person) WHERE a.place * b.place = c.place + 0.5 RETURN count(*) AS n"
    begun = time.monotonic()
    with pytest.raises(StoreError, match="nicht fertig"):
        store.read(endless, timeout=0.5)
    assert time.monotonic() - begun < 10
    assert count(store) == 3000


# ---- the schema


def test_every_type_of_the_schema_has_unique_ids_and_asking_again_changes_nothing(store: Store) -> None:
    rules = {row["name"] for row in store.read("SHOW CONSTRAINTS")}
    assert {f"{name}_id" for name in (*NODES, *EDGES, "Atlas")} <= rules
    store.ensure_schema()
    assert {row["name"] for row in store.read("SHOW CONSTRAINTS")} == rules


def test_an_edge_cannot_be_doubled(store: Store) -> None:
    store.write(PERSONS, [person(1)])
    store.write("UNWIND $rows AS row MERGE (n:Gremium {id: row.id}) SET n = row", [{"id": "gremium-1"}])
    create = "UNWIND $rows AS row MATCH (a:Person {id: 'person-1'}), (b:Gremium {id: 'gremium-1'}) CREATE (a)-[:MEMBER_OF {id: row.id}]->(b)"
    store.write(create, [{"id": "member_of-1"}])
    with pytest.raises(StoreError, match="member_of-1"):
        store.write(create, [{"id": "member_of-1"}])
    assert store.read("MATCH (:Person)-[r:MEMBER_OF]->(:Gremium) RETURN count(r) AS n") == [{"n": 1}]


# ---- what the graph says about itself


def test_meta_tells_what_is_being_written_and_keeps_the_graphs_name(store: Store) -> None:
    assert store.meta() == Meta()
    store.begin_writing(3)
    named = store.meta()
    assert named.graph_id and (named.version, named.writing) == (0, 3)
    store.end_writing(3)
    store.begin_writing(4)
    assert store.meta() == Meta(named.graph_id, 3, 4)
    store.empty()
    assert store.meta() == Meta()
    store.begin_writing(5)
    assert store.meta().graph_id not in ("", named.graph_id)


# ---- one writer at a time


WRITER = """
import sys
from pathlib import Path
from graph.store import Store
with Store.connect(home=Path(sys.argv[1])) as store:
    with store.writer():
        print("writing", flush=True)
        sys.stdin.readline()
"""


def test_another_process_waits_for_the_writer_and_a_killed_one_holds_nobody_up(home: Path) -> None:
    with Store.connect(home=home) as store, subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout and other.stdout.readline() == "writing\n"
        with pytest.raises(StoreError, match="Ein anderer Vorgang schreibt"), store.writer(timeout=0.2):
            pass
        other.kill()
        other.wait()
        with store.writer(timeout=5):
            store.write(PERSONS, [person(1)])  # nested
        assert count(store) == 1


def test_two_threads_of_one_store_write_one_after_the_other(store: Store) -> None:
    inside, most = [], []

    def write() -> None:
        with store.writer():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.05)
            inside.pop()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


# ---- the connection


def test_the_store_finds_the_server_again_after_a_crash(home: Path) -> None:
    with Store.connect(home=home) as store:
        store.write(PERSONS, [person(1)])
        before, found = store.url, embedded.running(home)
        assert found and found.server_pid
        psutil.Process(found.server_pid).kill()
        assert count(store) == 1
        assert store.url != before
        found = embedded.running(home)
        assert found
        psutil.Process(found.pid).kill()
        store.write(PERSONS, [person(2)])
        assert count(store) == 2


def test_a_server_that_is_not_there_is_told_with_its_address(home: Path) -> None:
    with pytest.raises(StoreError, match="bolt://127.0.0.1:9 ist nicht erreichbar"):
        Store.connect(url="bolt://127.0.0.1:9", home=home)
    with pytest.raises(StoreError, match="keine Adresse"):
        Store.connect(url="http://127.0.0.1:9", home=home)
    assert embedded.running(home) is None


def test_a_named_server_gets_user_and_password_from_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with embedded.lease(home) as lease:
        monkeypatch.setenv("AKTEURSATLAS_GRAPH", lease.url)
        monkeypatch.setenv("AKTEURSATLAS_GRAPH_USER", lease.user)
        monkeypatch.setenv("AKTEURSATLAS_GRAPH_PASSWORD", "falsch")
        with pytest.raises(StoreError, match="Benutzer oder Passwort.*AKTEURSATLAS_GRAPH_USER"):
            Store.connect(home=home)
        secret = tmp_path / "secret"
        secret.write_text(lease.password + "\n", encoding="utf-8")
        monkeypatch.setenv("AKTEURSATLAS_GRAPH_PASSWORD_FILE", str(secret))
        with Store.connect(home=home) as store:
            assert store.read("RETURN 1 AS one") == [{"one": 1}]
        secret.unlink()
        with pytest.raises(StoreError, match="AKTEURSATLAS_GRAPH_PASSWORD_FILE"):
            Store.connect(home=home)


def test_a_closed_store_says_so(home: Path) -> None:
    store = Store.connect(home=home)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="schon geschlossen"):
        store.read("RETURN 1 AS one")
