"""Every Cypher text of the program on every server: explained without a warning, and the analyses give the same rows everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from graph.store import Store
from queries import catalog
from tests import town
from tests.cypher_lint import found

NOT_THERE_YET = {"01N50", "01N51", "01N52"}
"""GQL status of labels, types and properties that the database has not seen: an empty one has seen none of our names."""
ABOUT_THE_DATABASE = re.compile(r"\s*(?:CREATE (?!\()|DROP |SHOW |ALTER )")
PARAMETER = re.compile(r"\$(\w+)")

ASKED: dict[str, list[tuple[dict[str, Any], list[dict[str, Any]]]]] = {
    "network/members": [
        (
            {"gremium": "tisch", "as_of": ""},
            [
                {"id": "anna", "name": "Anna Özdemir", "role": "Vorsitz", "voting": True, "since": None, "until": None, "source": "Liste"},
                {"id": "bert", "name": "Bert Klein", "role": None, "voting": None, "since": "2020-01-01", "until": "2022-12-31", "source": "Liste"},
                {"id": "schule", "name": "GGS Hafenstraße", "role": None, "voting": None, "since": None, "until": None, "source": "Liste"},
            ],
        ),
        (
            {"gremium": "tisch", "as_of": "2023-06-01"},
            [
                {"id": "anna", "name": "Anna Özdemir", "role": "Vorsitz", "voting": True, "since": None, "until": None, "source": "Liste"},
                {"id": "schule", "name": "GGS Hafenstraße", "role": None, "voting": None, "since": None, "until": None, "source": "Liste"},
            ],
        ),
        ({"gremium": "niemand", "as_of": ""}, []),
    ],
    "quality/unplaced": [({}, [{"id": "verein", "name": "Leseverein", "kind": "association", "city": None, "source": "Liste"}])],
}
"""For each .cypher analysis what it is asked about the town of tests/town.py and one association more, and the rows that are right."""


def bare(store: Store) -> neo4j.Driver:
    """The bare driver to the store's server, as anybody has it: with all notices on."""
    address = store.address
    return neo4j.GraphDatabase.driver(address.url, auth=(address.user, address.password), notifications_min_severity="INFORMATION", warn_notification_severity="OFF")


@pytest.fixture
def driver(store: Store) -> Iterator[neo4j.Driver]:
    with bare(store) as opened:
        yield opened


def embedded(store: Store) -> bool:
    return store.address.lease is not None


def notices(summary: neo4j.ResultSummary) -> list[str]:
    """What the server has to say against a text."""
    said = [status for status in summary.gql_status_objects if status.is_notification and status.gql_status not in NOT_THERE_YET]
    return [f"{status.gql_status} {status.status_description}" for status in said]


def test_every_text_is_explained_without_an_error_and_without_a_warning(store: Store, driver: neo4j.Driver) -> None:
    wrong, explained = [], 0
    with driver.session() as session:
        for one in {one.text: one for one in found()}.values():
            if embedded(store) and ABOUT_THE_DATABASE.match(one.text):
                continue  # it explains no such text but does what it says; ensure_schema has sent them before each test
            values = {name: [] if name == "rows" else "x" for name in PARAMETER.findall(one.text)}
            try:
                summary = session.run("EXPLAIN " + one.text, values).consume()
            except neo4j.exceptions.Neo4jError as error:
                wrong.append(f"{one.path}:{one.line}: {error.message}\n{one.text}")
                continue
            explained += summary.plan is not None
            wrong += [f"{one.path}:{one.line}: {notice}\n{one.text}" for notice in notices(summary)]
    assert not wrong, "\n\n".join(wrong)
    assert explained > 20


def test_a_warning_and_an_error_would_be_noticed(store: Store, driver: neo4j.Driver) -> None:
    with driver.session() as session:
        with pytest.raises(neo4j.exceptions.CypherSyntaxError):
            session.run("EXPLAIN MATCH (n:Person RETURN n").consume()
        if not embedded(store):
            assert notices(session.run("EXPLAIN MATCH (a:Person) WHERE id(a) = 1 RETURN a.id AS id").consume())
            assert not notices(session.run("EXPLAIN MATCH (a:Unknown)-[:NEVER_SEEN]->() RETURN a.nothing AS nothing").consume())


def test_a_file_pasted_unchanged_into_the_bare_driver_gives_the_rows_that_the_catalogue_gives(store: Store, driver: neo4j.Driver) -> None:
    town.write(store)
    store.write("UNWIND $rows AS row CREATE (n:Institution) SET n = row", [{"id": "verein", "name": "Leseverein", "kind": "association", "source": "Liste"}])
    files = {name: entry for name, entry in catalog.entries().items() if entry.cypher}
    assert set(files) == set(ASKED), "each .cypher analysis needs its questions and answers here"
    for name, entry in files.items():
        for values, right in ASKED[name]:
            with driver.session() as session:
                pasted = session.run(entry.path.read_text(encoding="utf-8"), values).data()
            assert pasted == right, name
            ours = catalog.run(name, store=store, **values)
            assert ours.astype(object).where(ours.notna(), None).to_dict("records") == right, name
