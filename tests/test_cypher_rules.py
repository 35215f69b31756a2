"""Each rule of the Cypher lint has a text that breaks it and one that keeps it, and says the line."""

from __future__ import annotations

import pytest

from queries.cypher_rules import check, rules

BAD_AND_GOOD = {
    "label": [
        ("MATCH (n {id: $id}) RETURN n.id AS id", "MATCH (n:Person {id: $id}) RETURN n.id AS id"),
        ("MATCH (a)-[r:MEMBER_OF]->(b) RETURN a.id AS id", "MATCH ()-[r:MEMBER_OF]->() RETURN r.id AS id"),
        ("MATCH (g:Gremium), (n) RETURN n.id AS id", "MATCH (g:Gremium) MATCH (g)<-[:MEMBER_OF]-(n) RETURN n.id AS id"),
        ("MATCH (n:Person) WITH count(n) AS c MATCH (n) RETURN c", "MATCH (n:Person) WITH n MATCH (n)-[:WORKS_FOR]->(i) RETURN i.id AS id"),
        ("MATCH (g:Gremium) CALL () { MATCH (x) RETURN x.id AS x } RETURN g.id AS g, x", "MATCH (g:Gremium) CALL (g) { MATCH (g)<--(x) RETURN x.id AS x } RETURN g.id AS g, x"),
    ],
    "own-id": [
        ("MATCH (n:Person) RETURN elementId(n) AS id", "MATCH (n:Person) RETURN n.id AS id"),
        ("MATCH (n:Person) WHERE id(n) = 3 RETURN n.name AS name", "MATCH (id:Person) RETURN id.name AS name"),
    ],
    "exists": [("MATCH (n:Person) WHERE exists(n.email) RETURN n.id AS id", "MATCH (n:Person) WHERE n.email IS NOT NULL AND EXISTS { (n)-[:WORKS_FOR]->() } RETURN n.id AS id")],
    "gap": [
        (
            "MATCH (i:Institution) WHERE NOT (i)-[:LOCATED_IN]->() RETURN i.id AS id",
            "MATCH (i:Institution) OPTIONAL MATCH (i)-[:LOCATED_IN]->(a) WITH i, count(a) AS n WHERE n = 0 AND NOT (i.name = 'x') RETURN i.id AS id",
        ),
        ("MATCH (i:Institution) WHERE NOT EXISTS { (i)-[:LOCATED_IN]->() } RETURN i.id AS id", "MATCH (i:Institution) WHERE NOT i.id IN $ids RETURN i.id AS id"),
        ("MATCH (i:Institution) WHERE NOT ((i)<-[:RUNS]-()) RETURN i.id AS id", "MATCH (i:Institution) WHERE NOT ((i.pupils) - 3 > 2) RETURN i.id AS id"),
    ],
    "shortest": [
        (
            "MATCH p = SHORTEST 1 (a:Person {id: $a})-[:MEMBER_OF]-+(b:Person {id: $b}) RETURN length(p) AS n",
            "MATCH (a:Person {id: $a}), (b:Person {id: $b}) WHERE a.id <> b.id MATCH p = shortestPath((a)-[:MEMBER_OF*..6]-(b)) RETURN length(p) AS shortest",
        )
    ],
    "shortest-path": [
        (
            "MATCH (a:Person {id: $a}), (b:Person {id: $b}) WHERE a <> b\nMATCH p = shortestPath((a)-[*..6]-(b)) RETURN length(p) AS n",
            "MATCH (a:Person {id: $a}), (b:Person {id: $b}) WHERE a <> b\nMATCH p = shortestPath((a)-[:MEMBER_OF|WORKS_FOR*..6]-(b)) RETURN length(p) AS n",
        ),
        (
            "MATCH (a:Person {id: $a}), (b:Person {id: $b}) MATCH p = shortestPath((a)-[:MEMBER_OF*..6]-(b)) RETURN length(p) AS n",
            "MATCH (a:Person {id: $a}), (b:Person {id: $b}) WHERE $a <> $b MATCH p = shortestPath((a)-[:MEMBER_OF*..6]-(b)) RETURN length(p) AS n",
        ),
        (
            "MATCH (a:Person {id: $a}), (b:Person {id: $b}) WHERE a <> b MATCH p = shortestPath((a)-[:MEMBER_OF*..6]-(b)) WHERE none(n IN nodes(p) WHERE n.id = $not) RETURN length(p) AS n",
            "MATCH (a:Person {id: $a}), (b:Person {id: $b}) WHERE a <> b MATCH p = shortestPath((a)-[:MEMBER_OF*..6]-(b)) WHERE length(p) < 4 RETURN length(p) AS n",
        ),
    ],
    "call": [
        (
            "MATCH (g:Gremium) CALL { WITH g MATCH (g)<-[:MEMBER_OF]-(p) RETURN count(p) AS n } RETURN g.id AS id, n",
            "MATCH (g:Gremium) CALL (g) { MATCH (g)<-[:MEMBER_OF]-(p) RETURN count(p) AS n } RETURN g.id AS id, n",
        )
    ],
    "transactions": [
        (
            "MATCH (n:Person) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS",
            "MATCH (n:Person) WITH n LIMIT 1000 DETACH DELETE n",
        )
    ],
    "foreach": [
        (
            "MATCH (n:Person) FOREACH (x IN [1] | SET n.note = 'a') RETURN n.id AS id",
            "MATCH (n:Person) FOREACH (x IN [1] | SET n.note = 'a') RETURN 1 AS done",
        )
    ],
    "mixed-list": [("UNWIND [1, 'a'] AS x RETURN x", "UNWIND ['1', 'a'] AS x RETURN x")],
    "one-statement": [
        ("MATCH (n:Person) RETURN n.id AS id; MATCH (n:Area) RETURN n.id AS id", "MATCH (n:Person) RETURN n.id + ';' AS id;"),
        ("// nur ein Kopf", "RETURN 1 AS n"),
    ],
    "plain-text": [
        ("MATCH (n:Person) RETURN n.id AS id // \\u000aSET n.note = 'x'", "MATCH (n:Person) RETURN n.id AS id // \\n, ä"),
        ("MATCH (n:Person {name: 'Anna}) RETURN n.id AS id", "MATCH (n:Person {name: 'O\\'Hara', email: \"it's\"}) RETURN n.id AS id"),
    ],
    "label-change": [
        ("MATCH (n:Person {id: $id}) SET n:Institution", "MATCH (n:Person {id: $id}) SET n.name = $name, n.note = [x IN $xs | x][0]"),
        ("MATCH (n:Person {id: $id}) REMOVE n:Person", "MATCH (n:Person {id: $id}) REMOVE n.note"),
    ],
    "one-label": [
        ("UNWIND $rows AS row CREATE (n:Person:Area {id: row.id})", "UNWIND $rows AS row CREATE (n:Person {id: row.id})"),
        ("UNWIND $rows AS row MERGE (n:Person&Area {id: row.id})", "UNWIND $rows AS row MERGE (n:Person {id: row.id})"),
    ],
    "merge-by-id": [
        ("UNWIND $rows AS row MERGE (n:Person {name: row.name})", "UNWIND $rows AS row MERGE (n:Person {id: row.id}) SET n.name = row.name"),
        (
            "MATCH (a:Person {id: $a}) MATCH (b:Gremium {id: $b}) MERGE (a)-[r:MEMBER_OF]->(b)",
            "MATCH (a:Person {id: $a}) MATCH (b:Gremium {id: $b}) MERGE (a)-[r:MEMBER_OF {id: $r}]->(b) SET r.role = $role",
        ),
        ("UNWIND $rows AS row MERGE (n:Person {id: row.id, name: row.name})", "UNWIND $rows AS row CREATE (n:Person {id: row.id, name: row.name})"),
    ],
    "names": [
        ("MATCH (n:Instituion) RETURN n.id AS id", "MATCH (n:Institution) RETURN n.id AS id"),
        ("MATCH (:Person)-[r:`MEMBER`]->() RETURN r.id AS id", "MATCH (:Person)-[r:`MEMBER_OF`]->() RETURN r.id AS id"),
        ("MATCH (n:Gremium) RETURN n.email, n.emial AS mail", "MATCH (n:Gremium) RETURN n.email AS mail, n.as_of AS as_of"),
        ("MATCH (n:Gremium {nme: $name}) RETURN n.id AS id", "MATCH (n:Gremium {name: $name}) WITH n.id AS id, {nme: 1} AS map RETURN id, map.nme AS one"),
        ("MATCH (:Person)-[r:MEMBER_OF]->(x) RETURN r.amount AS a", "MATCH (:Person)-[r:MEMBER_OF|FUNDS]->(x) RETURN r.amount AS a, x.pupils AS b, r.since AS c"),
    ],
}
READING = {
    "reads-only": [
        ("MATCH (n:Person) SET n.name = 'x'", "MATCH (set:Person) RETURN set.name AS `create`, {merge: 1, delete: 2} AS remove"),
        ("MATCH (n:Person) DETACH DELETE n", "MATCH (start:Person) WHERE start.name STARTS WITH 'x' RETURN start.id AS start"),
        ("LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line", "// LOAD CSV\nRETURN 'CREATE (n)' AS text"),
        ("SHOW CONSTRAINTS", "RETURN 1 AS show"),
        ("MATCH (g:Gremium) CALL (g) { CREATE (n:Person {id: 'x'}) RETURN n } RETURN g.id AS id", "MATCH (g:Gremium) RETURN g.id AS id"),
    ],
    "procedure": [
        ("CALL apoc.load.json('file:///x') YIELD value RETURN value", "CALL db.index.fulltext.queryNodes($index, $text) YIELD node, score RETURN node.id AS id, score"),
        ("CALL db.index.fulltext.queryNodes('names', $text) YIELD node RETURN node.id AS id", "CALL (*) { RETURN 1 AS one } RETURN one"),
    ],
}
CASES = [(rule, ours, *pair) for table, ours in ((BAD_AND_GOOD, True), (READING, False)) for rule, pairs in table.items() for pair in pairs]


@pytest.mark.parametrize(("rule", "ours", "bad", "good"), CASES, ids=[f"{case[0]}-{number}" for number, case in enumerate(CASES)])
def test_a_rule_finds_the_bad_text_and_leaves_the_good_one_alone(rule: str, ours: bool, bad: str, good: str) -> None:
    assert rule in {problem.rule for problem in check(bad, ours=ours)}
    assert check(good, ours=ours) == []


def test_every_rule_is_tried() -> None:
    assert set(rules()) == {*BAD_AND_GOOD, *READING}


def test_a_problem_says_the_line_of_the_whole_file_and_what_to_write() -> None:
    found = check("// title: Wer fehlt | Who is missing\n/* zwei\nZeilen */\nMATCH (i:Institution)\nWHERE NOT (i)-[:LOCATED_IN]->(:Aera)\nRETURN i.nmae AS name")
    assert [(problem.line, problem.rule) for problem in found] == [(5, "gap"), (6, "names")]
    assert "OPTIONAL MATCH" in found[0].message
    assert "meinten Sie „name“?" in found[1].message


def test_what_only_the_program_may_do_is_no_problem_in_its_own_texts() -> None:
    assert check("SHOW CONSTRAINTS", ours=True) == []
    assert check("CREATE CONSTRAINT `x` IF NOT EXISTS FOR (n:`Person`) REQUIRE n.id IS UNIQUE", ours=True) == []
    assert [p.rule for p in check("CREATE CONSTRAINT `x` IF NOT EXISTS FOR (n:`Persn`) REQUIRE n.id IS UNIQUE", ours=True)] == ["names"]
    assert check("MATCH (m:Atlas {id: 'atlas'}) RETURN m.version AS version", ours=True, own=frozenset({"Atlas"})) == []
    assert [p.rule for p in check("MATCH (m:Atlas {id: 'atlas'}) RETURN m.version AS version", ours=True)] == ["names"]
