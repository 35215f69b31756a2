"""A context for sources without a ledger: notes what they say."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from graph.records import Dataset, Edge, Node, Where


@dataclass
class Recorder:
    """What a source gets; ``known`` are (key, type, name) of things that other datasets have said."""

    path: Path
    options: Mapping[str, str] = field(default_factory=dict)
    known: list[tuple[str, str, str]] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    rejected: list[tuple[int, str, str, str]] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    stubs: list[tuple[int, str, str, str]] = field(default_factory=list)
    inside: set[tuple[str, str]] = field(default_factory=set)
    asked: int = 0

    dataset: Dataset = field(init=False)

    def read(self, source: ModuleType) -> Recorder:
        """Reads ``path`` with ``source``."""
        self.dataset = source.dataset(self.path, self.options)
        for record in source.records(self):
            if isinstance(record, Node):
                self.nodes[record.key] = record
            else:
                self.edges.append(record)
        return self

    def reject(self, where: Where, column: str, value: object, reason: str) -> None:
        self.rejected.append((where.row, column, str(value), reason))

    def leftover(self, column: str, filled: int, sheet: str = "", file: str = "") -> None:
        self.left[column] = filled

    def warn(self, message: str, where: Where | None = None) -> None:
        self.warnings.append(message)

    def stub(self, type: str, key: str, name: str, where: Where) -> None:
        self.stubs.append((where.row, type, key, name))

    def progress(self, done: int, total: int) -> None:
        pass

    def find(self, name: str, types: tuple[str, ...]) -> list[str]:
        self.asked += 1
        own = [node.key for node in self.nodes.values() if node.fields.get("name") == name and node.type in types]
        return own or [key for key, kind, known in self.known if known.casefold() == name.casefold() and kind in types]

    def exists(self, key: str, types: tuple[str, ...]) -> bool:
        self.asked += 1
        return key in self.nodes or any(known == key and kind in types for known, kind, _ in self.known)

    def within(self, keys: Sequence[str], area: str) -> list[str]:
        return [key for key in keys if (key, area) in self.inside]

    def similar(self, name: str, types: tuple[str, ...]) -> list[str]:
        names = [str(node.fields["name"]) for node in self.nodes.values() if node.type in types] + [known for _, kind, known in self.known if kind in types]
        return difflib.get_close_matches(name, names, 3, 0.6)

    def ties(self, kind: str) -> list[tuple[str, str]]:
        """(start, end) of every edge of a type."""
        return [(edge.start, edge.end) for edge in self.edges if edge.type == kind]
