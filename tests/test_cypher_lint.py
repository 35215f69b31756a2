"""The lint finds all Cypher of the program, finds nothing wrong with it, and would find what is planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from queries import catalog
from tests import cypher_lint
from tests.cypher_lint import ROOT, found, problems, python_files
from tests.cypher_strings import Module, modules


def test_the_cypher_of_the_program_keeps_the_rules() -> None:
    assert problems() == []


def test_every_cypher_file_is_found() -> None:
    assert {one.path for one in found() if one.path.endswith(".cypher")} == {str(e.path.relative_to(ROOT)) for e in catalog.entries().values() if e.cypher}


def test_whatever_the_code_gives_to_the_store_is_found() -> None:
    known = {(one.path, one.text) for one in found()}
    sent = {(str(source.path.relative_to(ROOT)), line): texts for source in modules(python_files(), ROOT) for line, texts in source.sent()}
    unseen = {path for (path, _), texts in sent.items() if texts is None}
    assert unseen <= {"queries/catalog.py"}, "the catalogue's are the .cypher files; of these the lint cannot see what is sent"
    assert not {where: texts for where, texts in sent.items() for text in texts or () if (where[0], text) not in known}
    assert {"graph/build.py", "graph/columns.py"} <= {path for path, _ in sent}


PLANTED = '''"""MATCH (n) RETURN n is only told about here."""
from neo4j import Driver

from graph import names
from graph.names import LABEL

MOST = names.MOST

TEMPLATE = "MATCH (n:Person) WHERE n.name = '%s' RETURN n.id AS id"


def ask(store, driver: Driver, key: str, kinds: dict[str, str]) -> None:
    store.read(f"MATCH (n:`{kinds['a']}`) RETURN count(n) AS n")
    store.read(f"MATCH (n:{LABEL} {{id: $id}}) RETURN n.version AS version LIMIT {MOST}")
    store.read(f"MATCH (n:Person) WHERE n.id = '{key}' RETURN n.name AS name")
    store.read(f"MATCH (n:Person) RETURN n.name AS name LIMIT {len(key)}")
    store.read("MATCH (n:Person) "
               "RETURN elementId(n) AS id")
    store.read(TEMPLATE % key)
    for name, rule in {label: f"(n:`{label}`)" for label in kinds}.items():
        store.write(f"MATCH {rule} " + _where(name) + " DETACH DELETE n")
    with driver.session() as session:
        session.run("MATCH (n:Person) RETURN n.id AS id")
        session.run("MATCH (n:Person) DETACH DELETE n")
        session.run(key)


def _where(name: str) -> str:
    return f"WHERE n.nmae = ${name}"
'''


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "names.py").write_text('LABEL = "Atlas"\nMOST = 5\n', encoding="utf-8")
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "page.py").write_text(PLANTED, encoding="utf-8")
    (tmp_path / "queries" / "mine").mkdir(parents=True)
    (tmp_path / "queries" / "mine" / "all.cypher").write_text("// title: Alle | All\nMATCH (n)\nDETACH DELETE n", encoding="utf-8")
    return tmp_path


def test_what_is_planted_is_found_with_file_line_and_rule(planted: Path) -> None:
    said = {tuple(line.split(": ", 2)[:2]) for line in problems(planted)}
    here = {(line, rule) for where, rule in said for path, line in [where.split(":")] if path == "views/page.py"}
    assert {(where, rule) for where, rule in said if "page.py" not in where} == {
        ("queries/mine/all.cypher:2", "label"),
        ("queries/mine/all.cypher:3", "reads-only"),
    }
    lines = {text.strip(): str(number) for number, text in enumerate(PLANTED.splitlines(), 1)}
    deleting = next(number for text, number in lines.items() if text.startswith("store.write("))
    looping = next(number for text, number in lines.items() if text.startswith("for name, rule"))
    first = int(next(number for text, number in lines.items() if text.startswith("store.read(f")))
    assert here == {
        (lines["store.read(TEMPLATE % key)"], "values-as-parameters"),
        (str(first + 2), "values-as-parameters"),
        (str(first + 3), "values-as-parameters"),
        (str(first + 4), "own-id"),
        (deleting, "reads-only"),
        (deleting, "names"),
        (looping, "values-as-parameters"),
        (lines['session.run("MATCH (n:Person) DETACH DELETE n")'], "reads-only"),
        (lines['session.run("MATCH (n:Person) DETACH DELETE n")'], "autocommit"),
        (lines["session.run(key)"], "autocommit"),
    }


def test_holes_are_filled_with_what_the_code_says_and_what_the_schema_knows(planted: Path) -> None:
    texts = {one.text for one in Module(planted / "views" / "page.py", planted).statements}
    assert "MATCH (n:`Person`) RETURN count(n) AS n" in texts
    assert "MATCH (n:Atlas {id: $id}) RETURN n.version AS version LIMIT 5" in texts
    assert "MATCH (n:Person) RETURN elementId(n) AS id" in texts
    assert not {text for text in texts if "only told about" in text}


def test_the_tool_says_what_is_wrong_and_its_exit_code_says_that_something_is(planted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert cypher_lint.main() == 0
    wrong = problems(planted)
    monkeypatch.setattr(cypher_lint, "problems", lambda: wrong)
    assert cypher_lint.main() == 1
    assert "queries/mine/all.cypher:3: reads-only: Eine Analyse darf nur lesen" in capsys.readouterr().err
