"""Is the graph in a database what follows from the ledger? Looks at everything, and says what each finding means."""

from __future__ import annotations

import importlib.metadata
import platform
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Any

from graph import build, standing, store_schema
from graph.findings import ELEMENTS, Count, Difference, Examination, Finding, Level, count, figure, shown
from graph.fold import fold
from graph.folded import Fold, FoldedEdge, FoldedNode, Progress, no_collection
from graph.ledger import Ledger
from graph.ledger_tables import SCHEMA_VERSION
from graph.schema import EDGES, NODES
from graph.store import BATCH, Store, StoreError

SAMPLE = 1_000
"""How many elements are compared field by field where nothing else is said."""

_EXAMPLES = 1_000
_MOST_DIFFERENCES = 10_000
_BUSY = 1.0
"""Seconds to wait for the write lock before somebody is said to be writing."""


def examine(ledger: Ledger, store: Store, *, sample: int | None = SAMPLE, in_use: bool = True, progress: Progress | None = None) -> Examination:
    """Compares the graph with the ledger. Changes nothing; nobody of this home writes meanwhile.

    Every element is looked for, with its type and its ends; its fields are compared for ``sample`` elements taken at random,
    or for all where it is None. Without ``in_use`` it is another database than the one that the ledger's notes are about.
    Raises ``StoreError`` where the database cannot be asked, ``LedgerError`` where the ledger cannot be read.
    """
    begun = time.monotonic()
    meta = store.meta()
    with ExitStack() as held:
        try:
            held.enter_context(store.writer(timeout=_BUSY))
        except StoreError as error:
            found = Examination(_versions(ledger, store, in_use))
            writing = f" (Stand {meta.writing})" if meta.writing is not None else ""
            found.findings.append(Finding("writing", "wrong", f"{error}{writing}", "Danach noch einmal prüfen; solange wird nichts verglichen"))
            return found
        found = _Examining(ledger, store, sample, in_use, progress).all()
    found.seconds = round(time.monotonic() - begun, 1)
    return found


def mend(ledger: Ledger, store: Store, progress: Progress | None = None, *, in_use: bool = True) -> build.BuildResult:
    """Writes what is not as the ledger has it, and nothing else. Raises ``StoreError`` or ``LedgerError``."""
    return build.rebuild(ledger, store, progress, in_use=in_use)


class _Examining:
    """One look at one graph, under the write lock."""

    def __init__(self, ledger: Ledger, store: Store, sample: int | None, in_use: bool, progress: Progress | None) -> None:
        self._ledger, self._store, self._in_use = ledger, store, in_use
        self._sample = sample
        self._command = f"„akteursatlas doctor {'' if in_use else f'--to {store.url} '}--mend“"
        self._mend = f"{self._command} bringt es in Ordnung"
        self._show = progress or (lambda doing, done, total: None)
        self._found = Examination()
        self._wanted: Fold = fold(ledger, progress)
        self._seen: set[str] = set()
        self._said: dict[str, list[str]] = defaultdict(list)
        """What is wrong with single elements: for each check a line for each of them."""

    def all(self) -> Examination:
        """Every check, in the order in which they are told."""
        self._found.versions = _versions(self._ledger, self._store, self._in_use)
        self._found.elements = len(self._wanted.nodes) + len(self._wanted.edges)
        self._state()
        self._rules()
        with no_collection():
            for label in NODES:
                self._look_at_nodes(label)
            for kind in EDGES:
                self._look_at_edges(kind)
            if self._sample is not None:
                self._compare_a_sample(self._sample)
        self._tell()
        return self._found

    def _add(self, check: str, level: Level, says: str, mend: str = "", number: int = 0, examples: Iterable[str] = ()) -> None:
        self._found.findings.append(Finding(check, level, says, mend, number, tuple(examples)))

    # ---- the graph as a whole

    def _state(self) -> None:
        meta, given, version = self._store.meta(), self._ledger.projected(), self._wanted.version
        if meta.writing is not None:
            told = f"Ein Schreiben (Stand {meta.writing}) ist abgebrochen. Leser sehen den letzten fertigen Stand; Abfragen an den Graphen werden abgewiesen."
            self._add("writing", "wrong", told, self._mend)
        else:
            self._add("writing", "right", "Niemand schreibt in den Graphen, und kein Schreiben ist abgebrochen.")
        if meta.version == version:
            self._add("version", "right", f"Der Graph sagt, dass er dem Bestand entspricht (Stand {version}).")
        else:
            told = f"Der Graph steht für Stand {meta.version}, der Bestand ist bei {version}"
            if not meta.graph_id:
                told = f"In dieser Datenbank steht noch kein Graph; der Bestand ist bei Stand {version}"
            self._add("version", "wrong", f"{told}.", f"{self._mend}; auch das nächste Einlesen oder Öffnen der App tut es")
        if not self._in_use:
            return
        if (meta.graph_id, meta.version) != (given.graph_id, given.version):
            told = "Der Bestand hat sich zu diesem Graphen nichts gemerkt: er hat zuletzt einen anderen geschrieben, oder dieser wurde ohne ihn geändert."
            self._add("notes", "note", told, "Nichts: das nächste Schreiben vergleicht alles, was wirklich im Graphen steht")
        elif meta.version == version and self._ledger.projection() != build.stamps(self._wanted):
            told = "Was der Bestand sich zum Graphen gemerkt hat, ist nicht, was aus ihm folgt (andere Version der Software?)."
            self._add("notes", "wrong", told, self._mend)
        else:
            self._add("notes", "right", "Was der Bestand sich zum Graphen gemerkt hat, gehört zu diesem Graphen.")

    def _rules(self) -> None:
        unmet = store_schema.missing(self._store)
        absent = [name for name in unmet if name.endswith("_id")]
        if absent:
            told = count(len(absent), "Eine Regel, dass eine Kennung nur einmal vorkommt, fehlt", "Regeln, dass eine Kennung nur einmal vorkommt, fehlen")
            self._add("constraints", "wrong", f"{told}: Doppeltes fiele nicht auf, und Schreiben wird langsam.", self._mend, len(absent), absent[:_EXAMPLES])
        else:
            self._add("constraints", "right", "Für jede Art gilt die Regel, dass eine Kennung nur einmal vorkommt.")
        if texts := [name for name in unmet if not name.endswith("_id")]:
            told = count(len(texts), "Ein Volltextverzeichnis fehlt oder ist veraltet", "Volltextverzeichnisse fehlen oder sind veraltet")
            self._add("fulltext", "wrong", f"{told}; die Suche der App braucht sie nicht.", self._mend, len(texts), texts[:_EXAMPLES])
        indexes = self._store.read("SHOW INDEXES")
        broken = [f"{row['name']}: {row['state']}" for row in indexes if row["state"] == "FAILED"]
        filling = [f"{row['name']}: {row['populationPercent']:.0f} %" for row in indexes if row["state"] not in ("ONLINE", "FAILED")]
        if broken:
            told = count(len(broken), "Ein Verzeichnis der Datenbank ist kaputt", "Verzeichnisse der Datenbank sind kaputt")
            how = f"In der Datenbank mit DROP CONSTRAINT oder DROP INDEX löschen; danach {self._command}"
            self._add("indexes", "wrong", f"{told}.", how, len(broken), broken)
        elif filling:
            told = "Die Datenbank baut noch Verzeichnisse auf; so lange sind Abfragen langsam."
            self._add("indexes", "note", told, "Warten", len(filling), filling[:_EXAMPLES])
        else:
            self._add("indexes", "right", "Alle Verzeichnisse (Indexe) der Datenbank sind bereit.")
        asked = ("CALL db.labels() YIELD label AS name RETURN name", "CALL db.relationshipTypes() YIELD relationshipType AS name RETURN name")
        foreign = sorted({row["name"] for query in asked for row in self._store.read(query)} - {*NODES, *EDGES, "Atlas"})
        if foreign:
            told = "Die Datenbank kennt Arten von Knoten oder Beziehungen, die nicht von hier sind. Was davon dasteht, wird nicht gelesen und nicht gelöscht."
            self._add("foreign", "note", told, "Nur nötig, wenn sie stören: in der Datenbank selbst löschen", len(foreign), foreign)

    # ---- every element

    def _look_at_nodes(self, label: str) -> None:
        number = 0
        for props in standing.nodes(self._store, label, whole=self._sample is None):
            number += 1
            key = props.get("id")
            if not isinstance(key, str) or not key:
                self._said["nameless"].append(f"{NODES[label].label.de} „{props.get('name', '?')}“")
                continue
            wanted = self._wanted.nodes.get(key)
            if wanted is None or wanted.type != label:
                self._said["strange_nodes"].append(f"{NODES[label].label.de} „{props.get('name', '?')}“ ({key})")
            elif key in self._seen:
                self._said["doubled_nodes"].append(self._named(key))
            else:
                self._seen.add(key)
                if self._sample is None:
                    self._compare(wanted, props)
        self._counted(label, NODES[label].plural.de, sum(node.type == label for node in self._wanted.nodes.values()), number)

    def _look_at_edges(self, kind: str) -> None:
        number = 0
        for ends, props in standing.edges(self._store, kind, whole=self._sample is None):
            number += 1
            key = props.get("id")
            if not isinstance(key, str) or not key:
                self._said["nameless"].append(f"Beziehung „{EDGES[kind].label.de}“ von {ends[0]} zu {ends[1]}")
                continue
            wanted = self._wanted.edges.get(key)
            if any(end not in self._wanted.nodes for end in ends):
                self._said["loose_edges"].append(f"„{EDGES[kind].label.de}“ von {ends[0]} zu {ends[1]} ({key})")
            elif wanted is None or wanted.type != kind:
                self._said["strange_edges"].append(f"„{EDGES[kind].label.de}“ von {self._named(ends[0])} zu {self._named(ends[1])} ({key})")
            elif ends != (wanted.start, wanted.end):
                self._said["misplaced_edges"].append(f"{self._named(key)} steht zwischen {self._named(ends[0])} und {self._named(ends[1])}")
            elif key in self._seen:
                self._said["doubled_edges"].append(self._named(key))
            else:
                self._seen.add(key)
                if self._sample is None:
                    self._compare(wanted, props)
        self._counted(kind, f"Beziehung: {EDGES[kind].label.de}", sum(edge.type == kind for edge in self._wanted.edges.values()), number)

    def _counted(self, type: str, label: str, wanted: int, number: int) -> None:
        if wanted or number:
            self._found.counts.append(Count(type, label, wanted, number))
        self._show("Der Graph wird verglichen", len(self._seen), self._found.elements)

    def _compare_a_sample(self, size: int) -> None:
        """Fetches and compares some of what stands there under its id."""
        there = sorted(self._seen)
        chosen = random.sample(there, min(size, len(there)))
        nodes: dict[str, list[str]] = defaultdict(list)
        edges: dict[tuple[str, str, str], list[dict[str, str]]] = defaultdict(list)
        for key in chosen:
            if node := self._wanted.nodes.get(key):
                nodes[node.type].append(key)
            else:
                edge = self._wanted.edges[key]
                group = edge.type, self._wanted.nodes[edge.start].type, self._wanted.nodes[edge.end].type
                edges[group].append({"id": key, "start": edge.start, "end": edge.end})
        for label, keys in nodes.items():
            query = f"UNWIND $rows AS key MATCH (n:`{label}` {{id: key}}) RETURN properties(n) AS props"
            self._compare_answer(query, keys)
        for (kind, start, end), rows in edges.items():
            ends = f"(a:`{start}` {{id: row.start}})-[r:`{kind}` {{id: row.id}}]->(b:`{end}` {{id: row.end}})"
            self._compare_answer(f"UNWIND $rows AS row MATCH {ends} RETURN properties(r) AS props", rows)

    def _compare_answer(self, query: str, rows: list[Any]) -> None:
        for first in range(0, len(rows), BATCH):
            for answer in self._store.read(query, {"rows": rows[first : first + BATCH]}, timeout=standing.TIMEOUT):
                key = answer["props"]["id"]
                self._compare(self._wanted.nodes.get(key) or self._wanted.edges[key], answer["props"])

    def _compare(self, wanted: FoldedNode | FoldedEdge, props: Mapping[str, Any]) -> None:
        self._found.compared += 1
        if wanted.props == props and all(type(value) is type(props[name]) for name, value in wanted.props.items()):
            return
        key = str(props["id"])
        for name in dict.fromkeys((*wanted.props, *props)):
            ours, theirs = wanted.props.get(name), props.get(name)
            if ours != theirs or type(ours) is not type(theirs):
                self._said["fields"].append(f"{self._named(key)}, {name}: im Bestand {shown(ours)}, im Graphen {shown(theirs)}")
                if len(self._found.differences) < _MOST_DIFFERENCES:
                    self._found.differences.append(Difference(wanted.type, key, self._named(key), name, ours, theirs))

    def _named(self, key: str | None) -> str:
        """A thing or a relationship in words, as the ledger knows it."""
        if node := self._wanted.nodes.get(key or ""):
            return f"{NODES[node.type].label.de} „{node.props.get('name', key)}“"
        if edge := self._wanted.edges.get(key or ""):
            return f"„{EDGES[edge.type].label.de}“ von {self._named(edge.start)} zu {self._named(edge.end)}"
        return str(key)

    # ---- what it comes to

    def _tell(self) -> None:
        self._said["missing_nodes"] = [self._named(key) for key in self._wanted.nodes if key not in self._seen]
        self._said["missing_edges"] = [self._named(key) for key in self._wanted.edges if key not in self._seen]
        for check, (right, one, many, means) in ELEMENTS.items():
            said = self._said[check]
            if said:
                self._add(check, "wrong", f"{count(len(said), one, many)}. {means}", self._mend, len(said), said[:_EXAMPLES])
            else:
                self._add(check, "right", right)
        fields, compared, elements = self._said["fields"], figure(self._found.compared), figure(self._found.elements)
        looked = f"Verglichen Feld für Feld: {compared} von {elements} Einträgen und Beziehungen"
        if self._found.compared < self._found.elements:
            looked += " (--all vergleicht alle)"
        if fields:
            told = count(len(fields), "Ein Feld steht im Graphen anders", "Felder stehen im Graphen anders")
            self._add("fields", "wrong", f"{looked}. {told} als im Bestand; es gilt der Bestand.", self._mend, len(fields), fields[:_EXAMPLES])
        else:
            self._add("fields", "right", f"{looked}; kein Feld weicht ab.")


def _versions(ledger: Ledger, store: Store, in_use: bool) -> dict[str, str]:
    """What is at work, by its German name."""
    bundled = in_use and build.place() == "bundled"
    said = store.read("CALL dbms.components() YIELD name, versions, edition RETURN name, versions, edition")
    server = ", ".join(f"{row['name']} {'/'.join(row['versions'])} {row['edition']}" for row in said)
    return {
        "Akteursatlas": _version_of("akteursatlas"),
        "Python": platform.python_version(),
        "Bestand": f"{ledger.about}, Tabellen {SCHEMA_VERSION}, Stand {ledger.version}",
        "Schema": f"{len(NODES)} Arten von Einträgen, {len(EDGES)} Arten von Beziehungen",
        "Graph-Datenbank": store.url,
        "Server": f"ArcadeDB {_version_of('arcadedb-embedded')}, mitgeliefert (versteht sich als {server})" if bundled else server,
        "Treiber": f"neo4j {_version_of('neo4j')}",
    }


def _version_of(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "aus dem Quelltext"
