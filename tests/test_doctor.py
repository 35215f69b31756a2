"""Rebuild and doctor on real servers: whatever is planted in a graph is found, named and mended; what broke off goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import app
from graph import build, doctor, settled, snapshot
from graph.address import PASSWORD_VARIABLE, URL_VARIABLE, USER_VARIABLE
from graph.fold import fold
from graph.home import Home
from graph.ledger import Ledger
from graph.store import Meta, Store, StoreError
from ingest import run as ingest_run
from queries import catalog
from tests.conftest import Servers
from tests.test_build import BASE, Watched, contents, expected, ledger, say  # noqa: F401 - ledger is a fixture

pytestmark = pytest.mark.server
two_servers = pytest.mark.parametrize("store", ["embedded", pytest.param("neo4j-5.26", marks=pytest.mark.neo4j)], indirect=True)
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def neo(servers: Servers) -> Store:
    """The empty Neo4j 5.26 of this run, for tests that need it beside the embedded server."""
    return servers.empty("neo4j-5.26")


def wrong(found: doctor.Examination) -> dict[str, int]:
    return {finding.check: finding.number for finding in found.findings if finding.level == "wrong"}


# ---- doctor


def test_a_graph_that_is_right_is_found_clean(store: Store, ledger: Ledger) -> None:  # noqa: F811
    say(ledger, BASE)
    behind = doctor.examine(ledger, store)
    assert wrong(behind) == {"version": 0, "missing_nodes": 5, "missing_edges": 4}
    build.update(ledger, store)
    for sample in (None, 3):
        found = doctor.examine(ledger, store, sample=sample)
        assert found.clean, found.findings
        assert (found.elements, found.compared) == (9, sample or 9)
    assert {(count.type, count.ledger, count.graph) for count in found.counts} >= {("Gremium", 2, 2), ("MEMBER_OF", 1, 1)}
    assert found.versions["Treiber"].startswith("neo4j ") and "5." in found.versions["Server"] or "2025" in found.versions["Server"]
    assert all(isinstance(finding["says"], str) for finding in json.loads(json.dumps(found.to_json()))["findings"])


def test_every_planted_damage_is_found_named_and_mended(store: Store, ledger: Ledger) -> None:  # noqa: F811
    say(ledger, BASE)
    build.update(ledger, store)
    keys = {key: str(ledger.entity(key)) for key in ("p:anna", "g:rat", "g:lk", "i:ggs", "a:stadt")}
    (reports,) = (key for key, edge in fold(ledger).edges.items() if edge.type == "REPORTS_TO")
    (works,) = (key for key, edge in fold(ledger).edges.items() if edge.type == "WORKS_FOR")
    for rule in ("Theme_id", "REPORTS_TO_id", "Person_id"):
        store.write(f"DROP CONSTRAINT `{rule}`")
    store.write("DROP INDEX `Offer_text`")
    rows = [{"ggs": keys["i:ggs"], "rat": keys["g:rat"], "lk": keys["g:lk"], "anna": keys["p:anna"], "reports": reports, "works": works}]
    for damage in (
        "MATCH (n:Area) DETACH DELETE n",  # with it goes that the school lies there
        "UNWIND $rows AS row MATCH (n:Institution {id: row.ggs}) SET n.pupils = 24, n.kind = null",
        "UNWIND $rows AS row MATCH (a:Gremium {id: row.lk})-[r:REPORTS_TO]->(b:Gremium {id: row.rat}) CREATE (a)-[:REPORTS_TO {id: row.reports, kind: 'x'}]->(b)",
        "UNWIND $rows AS row CREATE (:Person {id: row.anna, name: 'Anna noch einmal'})",
        "CREATE (:Theme {id: 'theme-stranger', name: 'fremd'})",
        "CREATE (:Theme {name: 'namenlos'})",
        "MATCH (n:Theme {id: 'theme-stranger'}) MATCH (g:Gremium {name: 'Rat'}) CREATE (g)-[:ADDRESSES {id: 'addresses-1'}]->(n)",
        "MATCH (g:Gremium {name: 'Rat'}) MATCH (i:Institution) CREATE (g)-[:COOPERATES_WITH {id: 'cooperates_with-1'}]->(i)",
        "UNWIND $rows AS row MATCH (:Person)-[r:WORKS_FOR {id: row.works}]->(:Institution) DELETE r",
        "UNWIND $rows AS row MATCH (g:Gremium {id: row.rat}) MATCH (i:Institution {id: row.ggs}) CREATE (g)-[:WORKS_FOR {id: row.works}]->(i)",
    ):
        store.write(damage, rows if "$rows" in damage else None)
    before = doctor.examine(ledger, store, sample=None)
    assert wrong(before) == {
        "constraints": 3, "fulltext": 1, "missing_nodes": 1, "missing_edges": 2, "strange_nodes": 1, "strange_edges": 1, "loose_edges": 1, "misplaced_edges": 1,
        "doubled_nodes": 1, "doubled_edges": 1, "nameless": 1, "fields": before_fields(before),
    }  # fmt: skip
    told = {finding.check: finding for finding in before.findings}
    assert set(told["constraints"].examples) == {"Theme_id", "REPORTS_TO_id", "Person_id"}
    assert "„Stadt“" in told["missing_nodes"].examples[0] and "theme-stranger" in told["strange_nodes"].examples[0]
    assert "Anna" in told["doubled_nodes"].examples[0] and "„Rat“" in told["doubled_edges"].examples[0]
    assert "namenlos" in told["nameless"].examples[0] and "theme-stranger" in told["loose_edges"].examples[0]
    assert all(finding.number == len(finding.examples) for finding in before.findings if finding.level == "wrong")
    assert all(finding.mend for finding in before.findings if finding.level == "wrong")
    assert {(d.field, d.ledger, d.graph) for d in before.differences} >= {("pupils", 240, 24), ("kind", "school", None)}
    assert {count.type for count in before.counts if count.ledger != count.graph} >= {"Area", "Theme", "Person", "REPORTS_TO"}
    sampled = wrong(doctor.examine(ledger, store, sample=0))
    assert sampled == {check: number for check, number in wrong(before).items() if check != "fields"}  # all but fields is always looked at

    doctor.mend(ledger, store)
    after = doctor.examine(ledger, store, sample=None)
    assert after.clean, after.findings
    assert contents(store) == expected(fold(ledger))


def before_fields(found: doctor.Examination) -> int:
    """The changed school, and whichever of the two Annas and of the two ties the server gave first."""
    assert {d.name for d in found.differences} <= {"Institution „GGS“", "Person „Anna Beispiel“", "„Berichtet an“ von Gremium „Lenkungskreis“ zu Gremium „Rat“"}
    return len(found.differences)


@two_servers
def test_what_is_not_of_the_schema_is_told_and_left_alone(store: Store, ledger: Ledger) -> None:  # noqa: F811
    say(ledger, BASE)
    build.update(ledger, store)
    store.write("CREATE (:Fremdes {id: 'x'})")
    try:
        build.rebuild(ledger, store)
        found = doctor.examine(ledger, store)
        assert found.clean and [finding.examples for finding in found.findings if finding.level == "note"] == [("Fremdes",)]
        assert store.read("MATCH (n:Fremdes) RETURN count(n) AS number") == [{"number": 1}]
    finally:
        store.write("MATCH (n:Fremdes) DELETE n")


@two_servers
def test_doctor_says_who_writes_and_what_broke_off(store: Store, ledger: Ledger, tmp_path: Path) -> None:  # noqa: F811
    say(ledger, BASE)
    build.update(ledger, store)
    meta = store.meta()
    store.set_meta(Meta(meta.graph_id, meta.version, 7))
    found = doctor.examine(ledger, store)
    assert "writing" in wrong(found) and "abgebrochen" in found.findings[0].says
    store.set_meta(Meta("another", meta.version, None))
    found = doctor.examine(ledger, store)
    assert found.clean and "notes" in [finding.check for finding in found.findings if finding.level == "note"]
    assert "notes" not in {finding.check for finding in doctor.examine(ledger, store, in_use=False).findings}


@two_servers
def test_notes_that_do_not_follow_from_the_ledger_are_found_and_renewed(store: Store, ledger: Ledger) -> None:  # noqa: F811
    say(ledger, BASE)
    build.update(ledger, store)
    given = ledger.projected()
    ledger.set_projection(given.graph_id, given.version, [("theme-old", b"1")], [], place=given.place)
    assert wrong(doctor.examine(ledger, store)) == {"notes": 0}
    doctor.mend(ledger, store)
    assert doctor.examine(ledger, store).clean and ledger.projection() == build.read_back(store)


@two_servers
def test_an_update_mends_what_does_not_let_a_constraint_come_back(store: Store, ledger: Ledger) -> None:  # noqa: F811
    say(ledger, BASE)
    build.update(ledger, store)
    store.write("DROP CONSTRAINT `Gremium_id`")
    store.write("UNWIND $rows AS row CREATE (:Gremium {id: row.id, name: 'noch einer'})", [{"id": ledger.entity("g:lk")}])
    say(ledger, BASE[1:])
    build.update(ledger, store)
    assert contents(store) == expected(fold(ledger)) and doctor.examine(ledger, store).clean


# ---- rebuild


KILLED = """
    import sys, time
    from pathlib import Path
    from graph import build
    from graph.ledger import Ledger
    from graph.store import Store

    def slowly(doing, done, total):
        if done and "geschrieben" in doing:
            print(doing, flush=True)
            time.sleep(60)

    build.rebuild(Ledger.open(Path(sys.argv[1])), Store.connect(url=sys.argv[2], home=Path(sys.argv[3])), slowly, emptied=True)
"""


def test_a_killed_rebuild_goes_on_where_it_stopped(store: Store, ledger: Ledger, tmp_path: Path) -> None:  # noqa: F811
    say(ledger, BASE)
    build.update(ledger, store)
    address = store.address
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(ledger.location), address.url, str(tmp_path / "home")]
    environment = os.environ | {USER_VARIABLE: address.user, PASSWORD_VARIABLE: address.password}
    victim = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    assert victim.stdout is not None and victim.stdout.readline()
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    victim.stdout.close()
    assert store.meta().writing == ledger.version and [label for label, _ in contents(store)[0].values()] == ["Area"]  # so far it came
    watched = Watched.around(store)
    done = build.rebuild(ledger, watched)
    assert (done.resumed, done.kept, done.nodes_written, done.edges_written) == (True, 1, 4, 4)
    assert not [key for key in watched.written if key.startswith("area-")]
    assert contents(store) == expected(fold(ledger))
    assert doctor.examine(ledger, store).clean


@two_servers
def test_readers_of_a_rebuild_see_the_old_graph_or_are_told(store: Store, ledger: Ledger, tmp_path: Path) -> None:  # noqa: F811
    say(ledger, BASE)
    build.update(ledger, store)
    committee = ledger.entity("g:lk")
    old = snapshot.load(store, tmp_path / "cache")
    say(ledger, [*BASE[1:4], BASE[6]])
    seen: list[tuple[int, int]] = []

    def look(doing: str, done: int, total: int) -> None:
        if "geschrieben" in doing or "geleert" in doing:
            snapshot.forget()  # a reader of another process has only the files
            now = snapshot.load(store, tmp_path / "cache")
            seen.append((now.version, len(now.nodes)))
            with pytest.raises(settled.Unsettled, match="wird gerade geschrieben"):
                catalog.run("network/members", store=store, gremium=committee)

    build.rebuild(ledger, store, look, emptied=True)
    assert len(seen) >= 4 and set(seen) == {(old.version, len(old.nodes))}
    assert snapshot.load(store, tmp_path / "cache").version == ledger.version
    assert catalog.run("network/members", store=store, gremium=committee).empty


@two_servers
def test_an_answer_into_which_a_whole_writing_fell_is_asked_for_again(store: Store, ledger: Ledger) -> None:  # noqa: F811
    say(ledger, BASE)
    build.update(ledger, store)

    class Overtaken(Watched):
        times = 0

        def read(self, cypher: str, parameters: object = None, timeout: float = 30) -> list[dict[str, object]]:
            rows = store.read(cypher, timeout=timeout)
            if "count(n)" in cypher and not self.times:
                self.times += 1
                say(ledger, BASE[1:])
                build.update(ledger, store)
            return rows

    assert settled.read(Overtaken.around(store), "MATCH (n:Gremium) RETURN count(n) AS n") == [{"n": 1}]


@pytest.mark.neo4j
def test_one_ledger_serves_two_graphs_in_turn(home: Path, neo: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USER_VARIABLE, neo.address.user)
    monkeypatch.setenv(PASSWORD_VARIABLE, neo.address.password)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    with Home(home).open_ledger() as mine, Store.connect(home=home) as bundled:
        say(mine, BASE)
        build.update(mine, bundled)
        notes = mine.projected(), mine.projection()
        # Another database is filled, looked at and mended, and the one in use knows nothing of it.
        assert "5 Einträge und 4 Beziehungen geschrieben" in call("rebuild", "--to", neo.url).stdout
        neo.write("MATCH (n:Area) DETACH DELETE n")
        assert call("doctor").exit_code == 0
        failed = call("doctor", "--to", neo.url)
        assert failed.exit_code == 1 and f"akteursatlas doctor --to {neo.url} --mend" in failed.stdout
        mended = json.loads(call("doctor", "--to", neo.url, "--all", "--mend", "--format", "json").stdout)
        assert mended["clean"] and mended["mended"]["nodes_written"] == 1 and not mended["before"]["clean"]
        assert (mine.projected(), mine.projection()) == notes and build.in_step(mine, bundled)
        # It is taken into use: nothing is to be written, but that is noted.
        monkeypatch.setenv(URL_VARIABLE, neo.url)
        assert not build.noted(mine)
        ingest_run._project(mine, Home(home), None, [])  # as after reading in something that is unchanged
        assert build.noted(mine) and build.in_step(mine, neo) and not build.in_step(mine, bundled)
        say(mine, BASE[1:])
        build.update(mine, neo)
        assert contents(neo) == expected(fold(mine))
        # Of the one that is no longer in use the notes may be renewed, but they do not become those of the other.
        monkeypatch.delenv(URL_VARIABLE)
        assert call("rebuild", "--to", neo.url).exit_code == 0 and build.in_step(mine, neo) and not build.noted(mine)
        # And back: the first one has fallen behind, and only what differs is written.
        watched = Watched.around(bundled)
        done = build.update(mine, watched)
        assert (done.nodes_deleted, done.edges_deleted, len(set(watched.written))) == (1, 1, 2)
        assert contents(bundled) == contents(neo) == expected(fold(mine))
        assert call("doctor", "--all").exit_code == call("doctor", "--all", "--to", neo.url).exit_code == 0
        monkeypatch.setattr(build, "rebuild", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        stopped = call("rebuild", "--to", neo.url)
        assert stopped.exit_code == 2 and f"„akteursatlas rebuild --to {neo.url}“ macht dort weiter" in stopped.output


def test_a_database_that_cannot_be_reached_is_two_and_a_sentence(home: Path) -> None:
    with Home(home).open_ledger() as mine:
        say(mine, BASE)
    done = CliRunner().invoke(app, ["doctor", "--to", "bolt://127.0.0.1:1"])
    assert isinstance(done.exception, StoreError) and "nicht erreichbar" in str(done.exception)  # cli.main makes 2 of it


@pytest.fixture(autouse=True)
def _no_pictures_of_others() -> Iterator[None]:
    snapshot.forget()
    yield
    snapshot.forget()
