"""Questions that people write themselves: found with their faults, and harmless whatever stands in them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from graph.store import Store, StoreError
from queries import catalog, own
from queries.catalog import AnalysisError
from tests.neo4j_server import RELEASES

HEAD = """// title: Schulen | Schools
// question: Welche Schulen gibt es? | Which schools are there?
// reading: Eine Zeile ist eine Schule. | One row is one school.
// parameter kind text = "school": Art | Kind
// column id: Kennung | Id
"""
BODY = "MATCH (i:Institution) WHERE i.kind = $kind RETURN i.id AS id ORDER BY id\n"


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_file_is_a_question_and_a_broken_one_says_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, "schulen.cypher", HEAD + BODY)
    write(tmp_path, "kaputt.cypher", HEAD.replace("// question:", "// frage:") + BODY)
    write(tmp_path, "notiz.txt", "keine Frage")
    (tmp_path / "ansi.cypher").write_bytes((HEAD + BODY).replace("Schulen", "Ämter").encode("cp1252"))
    found, broken = own.questions(tmp_path)
    assert list(found) == ["eigene/schulen"]
    assert found["eigene/schulen"].about.parameters[0].default == "school"
    assert {file.file: file.reason.split(":")[0] for file in broken} == {"ansi.cypher": "ansi.cypher", "kaputt.cypher": "kaputt.cypher, Zeile 2"}
    assert "UTF-8" in next(file.reason for file in broken if file.file == "ansi.cypher")


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert own.questions(tmp_path / "fehlt") == ({}, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD, "frage.cypher, Zeile 5: nach dem Kopf fehlt die Abfrage"),
        (BODY, "frage.cypher, Zeile 1: im Kopf darüber fehlt „title“"),
        (HEAD.replace(" | Schools", ""), "frage.cypher, Zeile 1: „Schulen“ braucht beide Sprachen"),
        (HEAD.replace('"school"', "school") + BODY, "frage.cypher, Zeile 4: „school“ ist kein Vorgabewert"),
        (HEAD.replace("kind text", "kind wort") + BODY, "frage.cypher, Zeile 4: erwartet wird „parameter name art“"),
        (HEAD.replace("kind text", "kind node Schule") + BODY, "frage.cypher, Zeile 4: nach „node“ kann „Schule“ nicht stehen"),
        (HEAD + BODY.replace("$kind", "$art"), "frage.cypher, Zeile 6: Parameter im Kopf und im Text stimmen nicht überein: art, kind"),
        (HEAD + "/* nie zu Ende\n" + BODY, "Zeile 6: „/*“ geht hier nicht. Ein Text oder Kommentar ist nicht geschlossen."),
        ("x" * 70_000, "frage.cypher: die Datei ist größer als 64 KB"),
    ],
)
def test_every_fault_of_a_file_is_said_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    write(tmp_path, "frage.cypher", text)
    found, broken = own.questions(tmp_path)
    assert not found
    assert said in broken[0].reason


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (n:Person)",
        "MATCH (n:Person) DETACH DELETE n",
        "MATCH (n:Person) SET n.name = 'x' RETURN n",
        "MATCH (n:Person)\nsEt n.name = 'x'",
        "MATCH (n:Person) REMOVE n.name",
        "MERGE (n:Person {id: '1'}) RETURN n",
        "MATCH (n:Person) /* nur */ SET/**/n.name = 'x'",
        "MATCH (n:Person) WITH n.name AS name // harmlos\nCREATE (m:Person) RETURN m",
        "MATCH (n:Person) FOREACH (x IN [1] | SET n.name = 'x')",
        "MATCH (n:Person) CALL { WITH n DELETE n } RETURN 1",
        "CALL db.labels()",
        "CALL `db`.`labels`()",
        "MATCH (n) CALL apoc.cypher.doIt('x', {}) YIELD value RETURN value",
        "RETURN apoc.cypher.runFirstColumnSingle('CREATE (n)', {})",
        "RETURN apoc.date.parse('x')",
        "RETURN `apoc`.`cypher`.`run`('CREATE (n)')",
        "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
        "MATCH (n) CALL { WITH n RETURN 1 AS a } IN TRANSACTIONS RETURN a",
        "RETURN 1; CREATE (n)",
        "MATCH (n) WHERE n.x = 1.SET n.y = 2",
        "RETURN 'a\\u0027 SET n.name = 1 //'",
        "MATCH (n) \\u0053ET n.x = 1",
        "MATCH (n) ſET n.x = 1",
        "DROP DATABASE neo4j",
        "ALTER USER neo4j SET PASSWORD 'x'",
        "PROFILE MATCH (n) RETURN n",
        "USE system MATCH (n) RETURN n",
        "INSERT (n:Person)",
        "",
    ],
)
def test_what_writes_or_leaves_the_database_is_refused(cypher: str, tmp_path: Path) -> None:
    write(tmp_path, "frage.cypher", HEAD.replace('// parameter kind text = "school": Art | Kind\n', "") + cypher)
    found, broken = own.questions(tmp_path)
    assert not found and broken


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (n:Set)-[:CREATE|DELETE]->(m {set: 1}) WHERE n.delete = 'SET' AND m.name <> \"CREATE (x)\" RETURN n.set AS `set` // SET",
        "OPTIONAL MATCH (n:Person) RETURN count(n) AS n;",
        "MATCH (g:Gremium) CALL (g) { MATCH (g)<-[:MEMBER_OF]-(p) RETURN count(p) AS n } RETURN g.id, n",
        "UNWIND range(1, 3) AS x WITH x, date.truncate('month', date()) AS day, x * 1.5e3 AS y RETURN x, day.year, y",
        "RETURN /* CREATE */ '' AS nothing",
        "MATCH (n) WHERE n.start >= $set RETURN duration.between(n.start, n.end) AS d, [x IN [1, 2] | x] AS l",
    ],
)
def test_what_only_reads_passes_whatever_its_names(cypher: str) -> None:
    own.check_reading(cypher, "frage.cypher")


def test_the_line_of_a_refused_word_is_that_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, "frage.cypher", HEAD + "MATCH (i:Institution {kind: $kind})\n\nSET i.name = ''\nRETURN i.id AS id")
    assert own.questions(tmp_path)[1][0].reason == "frage.cypher, Zeile 8: „SET“ geht hier nicht. Fragen lesen nur. Ist es ein Name, gehört er in `Akzente`."


@pytest.mark.server
def test_a_question_is_answered_by_each_server_within_its_bounds(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write("UNWIND $rows AS row CREATE (n:Institution) SET n = row", [{"id": f"i{n}", "kind": "school" if n % 2 else "kita"} for n in range(6)])
    write(tmp_path, "schulen.cypher", HEAD + BODY)
    entry = own.questions(tmp_path)[0]["eigene/schulen"]
    assert catalog.answer(entry, store=own.Limited(store))["id"].tolist() == ["i1", "i3", "i5"]
    assert catalog.answer(entry, store=own.Limited(store), kind="kita")["id"].tolist() == ["i0", "i2", "i4"]
    with pytest.raises(AnalysisError, match="kennt keinen Parameter"):
        catalog.answer(entry, store=own.Limited(store), art="kita")
    monkeypatch.setattr(own, "MOST_ROWS", 2)
    assert len(catalog.answer(entry, store=own.Limited(store))) == 2


@pytest.mark.server
def test_an_endless_question_is_given_up_and_the_store_goes_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(own, "SECONDS", 1.0)
    # Long enough; the bundled server goes on with it although nobody waits any more, and the other tests share it.
    rounds = 10 if request.node.callspec.params["store"] == "embedded" else 100_000
    endless = f"UNWIND range(1, {rounds}) AS a UNWIND range(1, 1000) AS b UNWIND range(1, 1000) AS c WITH a, b, c WHERE a + b + c < 0 RETURN count(*) AS id"
    write(tmp_path, "endlos.cypher", HEAD.replace('// parameter kind text = "school": Art | Kind\n', "") + endless)
    entry = own.questions(tmp_path)[0]["eigene/endlos"]
    begun = time.monotonic()
    with pytest.raises(StoreError, match="nicht fertig"):
        catalog.answer(entry, store=own.Limited(store))
    assert time.monotonic() - begun < 60
    assert store.read("RETURN 1 AS one") == [{"one": 1}]


@pytest.mark.neo4j
@pytest.mark.server
@pytest.mark.parametrize("store", list(RELEASES), indirect=True)
def test_neo4j_itself_refuses_to_write_where_only_reading_was_asked_for(store: Store) -> None:
    """ArcadeDB does not, which is why we refuse before anything is sent."""
    with pytest.raises(StoreError):
        store.read("CREATE (n:Institution {id: 'x'}) RETURN n.id AS id")
    assert store.read("MATCH (n:Institution) RETURN count(n) AS n") == [{"n": 0}]
