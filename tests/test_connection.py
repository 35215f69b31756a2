"""How one gets into a named server: addresses, passwords, refusals, routing and bookmarks, constraints and indexes."""

from __future__ import annotations

import base64
import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import neo4j
import pytest

from graph import arcadedb, connection, store_errors, store_schema
from graph.address import DATABASE_VARIABLE, PASSWORD_FILE_VARIABLE, PASSWORD_VARIABLE, URL_VARIABLE, USER_VARIABLE, named
from graph.bookmarks import SharedBookmarks
from graph.schema import EDGES, NODES
from graph.store import Store, StoreError, Unreachable
from tests.bolt_server import calling_itself

SECRET = "sehr-geheim-0815"
only_neo4j = pytest.mark.parametrize("store", [pytest.param("neo4j-5.26", marks=pytest.mark.neo4j)], indirect=True)


@pytest.fixture
def routed(store: Store, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the server of ``store`` with routing; user and password are set."""
    monkeypatch.setenv(USER_VARIABLE, store.address.user)
    monkeypatch.setenv(PASSWORD_VARIABLE, store.address.password)
    return store.url.replace("bolt://", "neo4j://")


# ---- addresses and passwords


@pytest.mark.parametrize("url", [f"neo4j://anna:{SECRET}@server:7687", f"bolt://{SECRET}@server", f"anna:{SECRET}@server", f"neo4j:/anna:{SECRET}@[::1"])
def test_credentials_in_the_address_are_refused_and_not_repeated(home: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv(URL_VARIABLE, url)
    with pytest.raises(StoreError, match="Zugangsdaten.*AKTEURSATLAS_GRAPH_PASSWORD_FILE") as error:
        Store.connect(home=home)
    assert SECRET not in str(error.value) and error.value.__cause__ is None
    with pytest.raises(StoreError, match="Zugangsdaten"):
        Store.connect(url=url, home=home)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://server:7474", "keine Adresse"), ("neo4j://", "keine Adresse"), ("bolt://server:99999", "keine Adresse"), ("bolt://server:0", "keine Adresse"),
        ("server", "keine Adresse"), ("neo4j://server/meine", "AKTEURSATLAS_GRAPH_DATABASE"), ("neo4j://server?password=" + SECRET, "Nennen Sie dort nur Server"),
        ("http://server?password=" + SECRET, "keine Adresse"),
    ],
)  # fmt: skip
def test_what_is_no_address_is_told_plainly(home: Path, url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as error:
        Store.connect(url=url, home=home)
    assert SECRET not in str(error.value)


@pytest.mark.parametrize("name", ["ab", "1abc", "system", "systemx", "mit leer", "x" * 64, "a`b", "_abc"])
def test_a_name_that_no_database_can_have_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, name)
    with pytest.raises(StoreError, match="AKTEURSATLAS_GRAPH_DATABASE"):
        named("neo4j://server")


def test_a_password_comes_from_the_file_and_is_seen_nowhere(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    monkeypatch.setenv(PASSWORD_VARIABLE, "ein anderes")
    monkeypatch.setenv(PASSWORD_FILE_VARIABLE, str(file))
    monkeypatch.setenv(DATABASE_VARIABLE, "bildung.netz-1")
    found = named("neo4j+s://server")
    assert (found.user, found.password, found.database, found.routed, found.encrypted) == ("neo4j", SECRET, "bildung.netz-1", True, True)
    assert SECRET not in repr(found) + str(found)
    with caplog.at_level(logging.DEBUG), calling_itself("Neo4j/4.4.0") as url, pytest.raises(StoreError) as error:
        Store.connect(url=url, home=home)
    assert "credentials" in caplog.text  # the driver did log how it got in
    assert SECRET not in caplog.text + str(error.value) + repr(error.value)
    file.write_bytes(SECRET.encode() + b"\xff")
    with pytest.raises(StoreError, match="kein Text") as error:
        named("neo4j://server")
    assert SECRET not in repr(error.value) and error.value.__cause__ is None
    file.write_text(" \n")
    with pytest.raises(StoreError, match="leer"):
        named("neo4j://server")


# ---- refusals


@pytest.mark.parametrize(
    ("agent", "version", "said"),
    [
        ("Neo4j/4.4.41", b"\0\0\4\4", "verständigt sich die Software nicht; gebraucht wird Neo4j 5"),
        ("Neo4j/5.6.0", b"\0\0\4\5", "ist ein Neo4j 5.6.0; gebraucht wird Neo4j 5"),
        ("Neo4j/v5.11.0 compatible graph database server - Memgraph", b"\0\0\4\5", "nennt sich „Neo4j/v5.11.0 compatible.*gebraucht wird Neo4j 5"),
        ("Neo4j/3.4.0", b"\0\0\0\0", "gebraucht wird Neo4j 5"),
    ],
)
def test_a_server_that_is_too_old_or_unknown_is_told_by_its_name(home: Path, agent: str, version: bytes, said: str) -> None:
    with calling_itself(agent, version) as url, pytest.raises(StoreError, match=said):
        Store.connect(url=url, home=home)


@pytest.mark.parametrize("agent", ["Neo4j/5.7.0", "Neo4j/5.26.12", "Neo4j/5.27-aura", "Neo4j/2025.10.1", "Neo4j/5.26.0 compatible (ArcadeDB 26.10.2)"])
def test_servers_that_are_known(agent: str) -> None:
    store_errors.check_server(agent, "neo4j://server")


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_way_that_leads_nowhere_is_told_with_its_reason(home: Path, scheme: str) -> None:
    with pytest.raises(Unreachable, match=rf"{scheme}://127.0.0.1:9 ist nicht erreichbar: Dort nimmt niemand Verbindungen an"):
        Store.connect(url=f"{scheme}://127.0.0.1:9", home=home)
    with pytest.raises(Unreachable, match="gibtesnicht.invalid ist nicht erreichbar: Den Namen kennt das Netz nicht"):
        Store.connect(url=f"{scheme}://gibtesnicht.invalid", home=home)


@only_neo4j
def test_an_unknown_database_is_told_by_its_name(store: Store, home: Path, routed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, "gibtesnicht")
    for url in (routed, store.url):
        with pytest.raises(StoreError, match="keine Datenbank „gibtesnicht“.*AKTEURSATLAS_GRAPH_DATABASE"):
            Store.connect(url=url, home=home)
    monkeypatch.setenv(DATABASE_VARIABLE, "neo4j")
    with Store.connect(url=routed, home=home) as there:
        assert there.meta() == store.meta()
        assert there.server.startswith("Neo4j/5.26")


# ---- routing and bookmarks


def begun(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the driver said to the server at the beginning of each transaction."""
    return [record.getMessage() for record in caplog.records if "C: BEGIN" in record.getMessage()]


@only_neo4j
def test_reads_are_routed_as_reads_and_know_what_was_written(store: Store, home: Path, routed: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "neo4j"), Store.connect(url=routed, home=home) as writer:
        caplog.clear()
        writer.write("UNWIND $rows AS row CREATE (n:Person {id: row.id})", [{"id": "person-1"}])
        writer.meta()
        write, read = begun(caplog)
        assert "'mode': 'r'" not in write and "'mode': 'r'" in read
        told = json.loads((home / "graph-bookmarks.json").read_text(encoding="utf-8"))["bookmarks"]
        assert all(mark in read for mark in told) and told
        # Another process of this installation begins where this one has come to.
        caplog.clear()
        with Store.connect(url=routed, home=home) as reader:
            reader.meta()
        assert all(mark in begun(caplog)[-1] for mark in told)
    # A single server needs none.
    with caplog.at_level(logging.DEBUG, "neo4j"), Store.connect(url=store.url, home=home / "single") as single:
        caplog.clear()
        single.write("UNWIND $rows AS row CREATE (n:Person {id: row.id})", [{"id": "person-2"}])
        assert "bookmarks" not in begun(caplog)[-1] and not (home / "single" / "graph-bookmarks.json").exists()


def ahead(path: Path, by: int) -> None:
    """The shared bookmark, so many transactions in the future: to it this server is what a follower that lags behind is."""
    told = json.loads(path.read_text(encoding="utf-8"))
    raw = base64.b64decode(told["bookmarks"][0].removeprefix("FB:") + "==")
    head, number, tail = raw[:19], raw[19:-1], raw[-1:]  # PackStream: a list, the database's id, the number of the transaction
    transaction = int.from_bytes(number[1:] or number, "big") + by
    told["bookmarks"] = ["FB:" + base64.b64encode(head + b"\xca" + transaction.to_bytes(4, "big") + tail).decode().rstrip("=")]
    path.write_text(json.dumps(told), encoding="utf-8")


@only_neo4j
def test_a_reader_waits_for_the_server_to_come_as_far_as_the_writer(store: Store, home: Path, routed: str) -> None:
    path = home / "graph-bookmarks.json"
    with Store.connect(url=routed, home=home) as writer:
        writer.write("CREATE (:Theme {id: 'theme-1', order: 0})")
    answers: list[object] = []
    order = "MATCH (n:Theme {id: 'theme-1'}) RETURN n.order AS order"
    with ThreadPoolExecutor(1) as pool, Store.connect(url=routed, home=home) as reader:
        ahead(path, 2)
        waiting = pool.submit(lambda: answers.extend(reader.read(order)))
        time.sleep(1)
        assert not answers and not waiting.done()  # the old state would have been there at once
        for _ in range(2):
            store.write("MATCH (n:Theme {id: 'theme-1'}) SET n.order = n.order + 1")
        waiting.result(30)
    assert answers == [{"order": 2}]


@only_neo4j
def test_a_state_that_never_comes_is_not_waited_for_again(store: Store, home: Path, routed: str) -> None:
    """The database was restored from a backup that is older than the bookmark."""
    path = home / "graph-bookmarks.json"
    with Store.connect(url=routed, home=home) as reader:
        reader.write("CREATE (:Theme {id: 'theme-1'})")
        ahead(path, 500)
        with pytest.raises(StoreError, match="nicht fertig"):
            reader.read("MATCH (n:Theme) RETURN n.id AS id", timeout=1)
        assert not path.exists()
        assert reader.read("MATCH (n:Theme) RETURN n.id AS id") == [{"id": "theme-1"}]


@only_neo4j
def test_bookmarks_that_the_server_does_not_know_are_forgotten(store: Store, home: Path, routed: str) -> None:
    path = home / "graph-bookmarks.json"
    path.write_text(json.dumps({"of": f"{routed} ", "bookmarks": ["FB:xxxx"]}), encoding="utf-8")
    with Store.connect(url=routed, home=home) as reader:
        assert reader.meta() == store.meta()
    assert not path.exists()
    for broken in ("", "[]", '{"of": "x"}', "{"):
        path.write_text(broken)
        with Store.connect(url=routed, home=home) as reader:
            assert reader.meta() == store.meta()


def test_bookmarks_of_another_database_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_text(json.dumps({"of": "neo4j://a ", "bookmarks": ["FB:1"]}), encoding="utf-8")
    assert SharedBookmarks(path, "neo4j://a ").manager.get_bookmarks() == {"FB:1"}
    assert not SharedBookmarks(path, "neo4j://b ").manager.get_bookmarks()


# ---- trying again


def test_transient_errors_are_tried_again_for_a_while_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[float] = []

    def deadlocked(tx: neo4j.ManagedTransaction) -> list[dict[str, object]]:
        tried.append(time.monotonic())
        if len(tried) < 4:
            raise neo4j.exceptions.Neo4jError._hydrate_neo4j(code="Neo.TransientError.Transaction.DeadlockDetected", message="deadlock")
        return [dict(record) for record in tx.run("RETURN 1 AS one")]

    link = store._connection
    assert link.run(deadlocked, neo4j.WRITE_ACCESS, limit=30, patience=30) == [{"one": 1}]
    assert len(tried) == 4 and tried[3] - tried[0] > 0.05 * (2 + 4 + 8)  # the pauses grow
    tried[:] = []
    monkeypatch.setattr(connection, "_LONGEST_PAUSE", 0.05)
    with pytest.raises(StoreError, match="deadlock"):
        link.run(lambda tx: deadlocked(tx) if tried.clear() is None else [], neo4j.WRITE_ACCESS, limit=30, patience=0.3)


# ---- constraints and indexes


def test_every_type_has_its_full_text_index_and_one_query_text_asks_all_servers(store: Store) -> None:
    assert store_schema.missing(store) == []
    rows = [{"id": f"offer-{n}", "name": name} for n, name in enumerate(("Sprachförderung in der Kita", "Chor", "Kita-Tanz", "Nachhilfe"))]
    store.write("UNWIND $rows AS row CREATE (n:Offer {id: row.id, name: row.name})", rows)
    query = "CALL db.index.fulltext.queryNodes($index, $text) YIELD node, score WHERE score > 0 RETURN node.id AS id ORDER BY id"
    until = time.monotonic() + 20
    while len(found := store.read(query, {"index": "Offer_text", "text": "kita"})) < 2 and time.monotonic() < until:
        time.sleep(0.1)  # Neo4j fills a new index behind one's back
    assert found == [{"id": "offer-0"}, {"id": "offer-2"}]
    assert store.read(query, {"index": "Offer_text", "text": "nach*"}) == [{"id": "offer-3"}]
    store.write("MATCH (n:Offer) WHERE n.id = 'offer-0' DETACH DELETE n")
    assert store.read(query, {"index": "Offer_text", "text": "Kita"}) == [{"id": "offer-2"}]


def test_what_is_missing_or_outdated_is_made_anew(store: Store) -> None:
    store.write("UNWIND $rows AS row CREATE (n:Theme {id: row.id, name: row.name, short: row.name})", [{"id": "theme-1", "name": "Inklusion"}])
    store.write("DROP CONSTRAINT Theme_id")
    store.write("DROP CONSTRAINT MEMBER_OF_id")
    store.write("CREATE CONSTRAINT Theme_id FOR (n:Theme) REQUIRE n.short IS UNIQUE")  # as an older version might have had it
    store.write("DROP INDEX Offer_text IF EXISTS")
    assert sorted(store_schema.missing(store)) == ["MEMBER_OF_id", "Offer_text", "Theme_id"]
    store.ensure_schema()
    assert store_schema.missing(store) == []
    with pytest.raises(StoreError, match="theme-1"):
        store.write("UNWIND $rows AS row CREATE (n:Theme {id: row.id})", [{"id": "theme-1"}])
    rules = {rule.name for rule in store_schema.rules_there(store).values()}
    assert {f"{name}_id" for name in (*NODES, *EDGES)} | {f"{name}_text" for name in NODES} <= rules


def test_a_full_text_index_over_other_fields_is_made_anew(store: Store) -> None:
    store.write("DROP INDEX Offer_text")
    if lease := store.address.lease:
        arcadedb.run_sql(lease.http, lease.user, lease.password, ["CREATE PROPERTY Offer.street IF NOT EXISTS STRING", "CREATE INDEX Offer_text ON Offer (street) FULL_TEXT"])
    else:
        store.write("CREATE FULLTEXT INDEX Offer_text FOR (n:Offer) ON EACH [n.street]")
    assert store_schema.missing(store) == ["Offer_text"]
    store.ensure_schema()
    assert store_schema.missing(store) == []


def test_a_graph_of_a_newer_version_is_left_alone(store: Store) -> None:
    mark = f"UNWIND $rows AS row MERGE (m:{store_schema.ATLAS} {{id: row.id}}) SET m = row"
    store.write(mark, [{"id": store_schema.MARK, "version": store_schema.VERSION + 1}])
    try:
        with pytest.raises(StoreError, match="neuere Version"):
            store.ensure_schema()
    finally:
        store.write(mark, [{"id": store_schema.MARK, "version": store_schema.VERSION}])
    store.empty()
    store.ensure_schema()
    assert store.read(f"MATCH (m:{store_schema.ATLAS}) RETURN m.id AS id, m.version AS version") == [{"id": store_schema.MARK, "version": store_schema.VERSION}]
