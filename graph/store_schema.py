"""Constraints and indexes of the graph database: what the schema wants, and bringing the database to it.

Every id is unique, for nodes and for edges: with it, not even a transaction that was believed lost and comes through after
all doubles anything. Every type of node has a full-text index over its names, for whoever asks the database itself; the app
searches its own (:mod:`graph.fulltext`). Long texts stay out of it: with them ArcadeDB writes four times as long. What is
there is compared with what is wanted, so that anything missing or outdated is made anew; a number in the graph only keeps an
older software off a newer graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from graph import arcadedb
from graph.address import Address
from graph.schema import EDGES, NODES
from graph.store_errors import StoreError

VERSION = 1
"""Counts up when an older software would spoil what this one makes."""
ATLAS = "Atlas"
"""The label of what the graph says about itself."""
MARK = "schema"
"""The id under which the version of constraints and indexes stands there."""
_NAMES = ("name", "short")


class Database(Protocol):
    """What this needs of the store."""

    @property
    def address(self) -> Address:
        """Where the server is."""

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 30) -> list[dict[str, Any]]:
        """The answer's rows."""

    def write(self, cypher: str, rows: Iterable[Mapping[str, Any]] | None = None, timeout: float = 300) -> list[dict[str, Any]]:
        """The answer's rows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One constraint or full-text index: on ``fields`` of the label or relationship type ``on``."""

    name: str
    on: str
    fields: tuple[str, ...]
    entity: str = "NODE"


def constraints() -> list[Rule]:
    """Ids are unique."""
    return [Rule(f"{name}_id", name, ("id",)) for name in (*NODES, ATLAS)] + [Rule(f"{name}_id", name, ("id",), "RELATIONSHIP") for name in EDGES]


def fulltext() -> list[Rule]:
    """Names and short names of each type of node.

    Ask with ``CALL db.index.fulltext.queryNodes($index, $text) YIELD node, score``, the same on every server.
    """
    return [Rule(f"{name}_text", name, tuple(f.name for f in kind.graph_fields if f.name in _NAMES)) for name, kind in NODES.items()]


def ensure(database: Database) -> None:
    """Makes what is missing, and anew what is outdated. Raises ``StoreError`` where a newer software made this graph."""
    marked = check(database)
    for rule in _unmet(constraints(), rules_there(database)):
        database.write(f"DROP CONSTRAINT `{rule.name}` IF EXISTS")
        pattern = f"(n:`{rule.on}`)" if rule.entity == "NODE" else f"()-[n:`{rule.on}`]-()"
        database.write(f"CREATE CONSTRAINT `{rule.name}` IF NOT EXISTS FOR {pattern} REQUIRE n.id IS UNIQUE")
    for rule in _unmet(fulltext(), rules_there(database)):
        _make_fulltext(database, rule)
    if marked != VERSION:
        database.write(f"UNWIND $rows AS row MERGE (m:{ATLAS} {{id: row.id}}) SET m = row", [{"id": MARK, "version": VERSION}])


def check(database: Database) -> int:
    """The version of constraints and indexes there (0: none yet). Raises ``StoreError`` where a newer software made this graph."""
    marked = _version(database)
    if marked > VERSION:
        raise StoreError(
            f"Den Graphen hat eine neuere Version dieser Software angelegt (Schema {marked}, diese kennt {VERSION}). Bitte Akteursatlas aktualisieren."
        )
    return marked


def missing(database: Database) -> list[str]:
    """The names of constraints and full-text indexes that are not there as they should be."""
    there = rules_there(database)
    return [rule.name for rule in (*_unmet(constraints(), there), *_unmet(fulltext(), there))]


def rules_there(database: Database) -> dict[str, Rule]:
    """Constraints on uniqueness and full-text indexes of the database, by name, whoever made them."""
    rows = [row for row in database.read("SHOW CONSTRAINTS") if "UNIQUE" in row["type"]]
    rows += [row for row in database.read("SHOW INDEXES") if row["type"] == "FULLTEXT"]
    return {row["name"]: Rule(row["name"], "|".join(row["labelsOrTypes"]), tuple(row["properties"]), row["entityType"]) for row in rows}


def _unmet(wanted: Iterable[Rule], there: Mapping[str, Rule]) -> Iterator[Rule]:
    return (rule for rule in wanted if there.get(rule.name) != rule)


def _version(database: Database) -> int:
    for row in database.read(f"MATCH (m:{ATLAS} {{id: $mark}}) RETURN m.version AS version", {"mark": MARK}):
        return int(row["version"] or 0)
    return 0


def _make_fulltext(database: Database, rule: Rule) -> None:
    database.write(f"DROP INDEX `{rule.name}` IF EXISTS")
    lease = database.address.lease
    if lease is None:
        database.write(f"CREATE FULLTEXT INDEX `{rule.name}` IF NOT EXISTS FOR (n:`{rule.on}`) ON EACH [{', '.join(f'n.`{name}`' for name in rule.fields)}]")
        return
    # ArcadeDB has no Cypher for it, and Bolt takes nothing but Cypher: this one thing goes over its HTTP door.
    commands = [f"CREATE PROPERTY `{rule.on}`.`{name}` IF NOT EXISTS STRING" for name in rule.fields]
    commands.append(f"CREATE INDEX `{rule.name}` IF NOT EXISTS ON `{rule.on}` ({', '.join(f'`{name}`' for name in rule.fields)}) FULL_TEXT")
    try:
        arcadedb.run_sql(lease.http, lease.user, lease.password, commands)
    except arcadedb.ServerError as error:
        raise StoreError(str(error)) from error
