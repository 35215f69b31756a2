"""Records as the ledger keeps them: checked, hashed, written as JSON, and read back."""

from __future__ import annotations

import hashlib
import json
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isfinite
from typing import Any, NamedTuple

from graph.model import EdgeType, Kind, NodeType, Value
from graph.records import Dataset, Edge, Node, Record, Where
from graph.schema import EDGES, NODES

SAID = 16
"""The first bytes of a record's hash stand for what it says; the rest for where it stands in its file."""

_PYTHON_TYPES: dict[Kind, tuple[type, ...]] = {"integer": (int,), "number": (float, int), "boolean": (bool,)}

_text = json.encoder.encode_basestring
_read = json.JSONDecoder().raw_decode


class RecordError(Exception):
    """A record that cannot be taken; ``reason`` is a German sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoredNode(NamedTuple):
    """One dataset's description of a thing, as it stands in the ledger."""

    dataset: str
    rank: int
    as_of: str
    key: str
    type: str
    data: dict[str, Value]
    file: str
    sheet: str
    row: int

    @property
    def where(self) -> Where:
        """Where a person finds it."""
        return Where(self.file, self.sheet, self.row)


class StoredEdge(NamedTuple):
    """One dataset's description of a relationship, as it stands in the ledger."""

    dataset: str
    rank: int
    as_of: str
    key: str
    type: str
    start: str
    end: str
    data: dict[str, Value]
    file: str
    sheet: str
    row: int

    @property
    def where(self) -> Where:
        """Where a person finds it."""
        return Where(self.file, self.sheet, self.row)


class Counts(NamedTuple):
    """What a run did to its dataset, in records."""

    new: int
    changed: int
    unchanged: int
    removed: int


@dataclass(frozen=True, slots=True)
class DatasetInfo(Dataset):
    """A dataset and its last run: rows taken, when (ISO, UTC), counts, the report of the ingest."""

    rows: int = 0
    read_at: str = ""
    fingerprint: str = ""
    used_ledger: bool = False
    counts: Counts = Counts(0, 0, 0, 0)
    report: dict[str, Any] = field(default_factory=dict)


class Statement(NamedTuple):
    """What one dataset says about an entity; ``key`` is the source's own key for it."""

    dataset: str
    title: str
    as_of: str
    rank: int
    key: str
    where: Where
    fields: dict[str, Value]


class AuditEntry(NamedTuple):
    """One line of the audit log."""

    id: int
    at: str
    user: str
    action: str
    detail: str


class Projected(NamedTuple):
    """Which graph was last written, and the ledger version it was given; "" and -1 where none was.

    ``place`` tells the database in which it stands from others (``build.place``).
    """

    graph_id: str
    version: int
    place: str = ""


class _FieldShape(NamedTuple):
    """What a field takes, and the beginning of its JSON."""

    types: tuple[type, ...]
    choices: frozenset[str] | None
    prefix: str


class _Shape(NamedTuple):
    """What a type allows, ready for hundreds of thousands of records."""

    described: NodeType | EdgeType
    fields: dict[str, _FieldShape]
    required: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...]
    distinguish: tuple[str, ...]


@cache
def _shape(of: str, is_edge: bool) -> _Shape:
    described: NodeType | EdgeType = EDGES[of] if is_edge else NODES[of]
    choices = {f.name: frozenset(c.value for c in f.choices) or None for f in described.fields}
    return _Shape(
        described,
        {f.name: _FieldShape(_PYTHON_TYPES.get(f.kind, (str,)), choices[f.name], f"{_text(f.name)}:") for f in described.fields},
        tuple(f.name for f in described.fields if f.required),
        tuple((f.name, f.identifier) for f in described.identifiers) if isinstance(described, NodeType) else (),
        described.distinguish if isinstance(described, EdgeType) else (),
    )


def folded(name: str) -> str:
    """A name as it is looked up: no case, one space between words, one way of writing an umlaut."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


NODE_COLUMNS = ("key", "hash", "type", "name", "identifiers", "data", "file", "sheet", "row")
EDGE_COLUMNS = ("key", "hash", "type", "start", "end", "data", "file", "sheet", "row")

Row = tuple[Any, ...]
"""A record in the order of ``NODE_COLUMNS`` or ``EDGE_COLUMNS``; key and hash come first."""


def to_row(record: Record) -> Row:
    """The columns of a record; raises ``RecordError`` where the schema does not allow it."""
    try:
        return _node_row(record) if isinstance(record, Node) else _edge_row(record)
    except UnicodeEncodeError:
        raise RecordError("Der Text enthält Zeichen, die sich nicht speichern lassen; bitte die Datei als UTF-8 speichern") from None


def _node_row(record: Node) -> Row:
    of, fields, where = record.type, record.fields, record.where
    if of not in NODES:
        raise RecordError(f"Die Art „{of}“ gibt es nicht; bekannt sind: {', '.join(NODES)}")
    shape = _shape(of, False)
    if not _is_key(record.key):
        raise RecordError(_key_complaint("Der Schlüssel", record.key))
    data = _data(fields, shape)
    numbers = [f"{scheme}:{fields[name]}" for name, scheme in shape.identifiers if name in fields] if shape.identifiers else None
    said = hashlib.blake2b(f"{of}\x1f{record.key}\x1f{data}".encode(), digest_size=SAID).digest()
    return (
        record.key, said + _place(where), of, folded(str(fields.get("name", ""))), json.dumps(numbers, ensure_ascii=False) if numbers else None,
        data, where.file, where.sheet, where.row,
    )


def _edge_row(record: Edge) -> Row:
    # The key comes from type, ends and the fields that tell two edges apart; so the hash need not repeat them.
    of, start, end, fields, where = record.type, record.start, record.end, record.fields, record.where
    if of not in EDGES:
        raise RecordError(f"Die Beziehung „{of}“ gibt es nicht; bekannt sind: {', '.join(EDGES)}")
    shape = _shape(of, True)
    if not _is_key(start):
        raise RecordError(_key_complaint("Der Anfang der Beziehung", start))
    if not _is_key(end):
        raise RecordError(_key_complaint("Das Ende der Beziehung", end))
    data = _data(fields, shape)
    told = f"{of}\x1f{start}\x1f{end}"
    for name in shape.distinguish:
        told += f"\x1f{fields.get(name, '')}"
    key = hashlib.blake2b(told.encode(), digest_size=12).hexdigest()
    said = hashlib.blake2b(data.encode(), digest_size=SAID).digest()
    return key, said + _place(where), of, start, end, data, where.file, where.sheet, where.row


def read_data(text: str) -> dict[str, Value]:
    """The fields of a stored record."""
    fields: dict[str, Value] = _read(text)[0]
    return fields


def describe(record: Node | Edge) -> str:
    """A record in the words of a message."""
    if isinstance(record, Node):
        return f"„{record.fields.get('name', record.key)}“ ({NODES[record.type].label.de})"
    return f"„{record.start}“ {EDGES[record.type].label.de} „{record.end}“"


def _is_key(key: str) -> bool:
    return isinstance(key, str) and key != "" and key.strip() == key and "\x00" not in key


def _key_complaint(what: str, key: object) -> str:
    if not isinstance(key, str) or not key.strip():
        return f"{what} ist leer; jeder Eintrag braucht einen Schlüssel"
    return f"{what} „{key}“ beginnt oder endet mit Leerzeichen oder enthält ein unlesbares Zeichen"


def _data(fields: Mapping[str, Value], shape: _Shape) -> str:
    """The fields as compact JSON, in the order of their names; every one is checked on the way."""
    parts = []
    for name in sorted(fields):
        value, field = fields[name], shape.fields.get(name)
        if field is None or type(value) not in field.types or (value not in field.choices if field.choices else value == ""):
            raise RecordError(_complaint(name, value, shape))
        if isinstance(value, str):
            if "\x00" in value:  # PostgreSQL keeps no such text
                raise RecordError(f"{shape.described.field(name).label.de} enthält ein unlesbares Zeichen (NUL); bitte löschen")
            parts.append(field.prefix + _text(value))
        elif isinstance(value, bool):
            parts.append(field.prefix + ("true" if value else "false"))
        elif isfinite(value):
            parts.append(field.prefix + repr(value))
        else:
            raise RecordError(_complaint(name, value, shape))
    for name in shape.required:
        # A register may know an official number and no name: the number says which thing it is, others may name it.
        if name not in fields and not (name == "name" and any(known in fields for known, _ in shape.identifiers)):
            raise RecordError(f"{shape.described.field(name).label.de} fehlt; {shape.described.label.de} braucht diese Angabe")
    return "{" + ",".join(parts) + "}"


def _complaint(name: str, value: object, shape: _Shape) -> str:
    """What is wrong with a field."""
    described = shape.described
    if name not in shape.fields:
        return f"Das Feld „{name}“ gibt es bei {described.label.de} nicht; bekannt sind: {', '.join(shape.fields)}"
    field = described.field(name)
    if value == "":
        return f"{field.label.de} ist leer; ein leeres Feld wird weggelassen"
    if type(value) not in shape.fields[name].types:
        return f"{field.label.de}: „{value}“ ist nicht von der Art, die das Feld erwartet ({field.kind})"
    if field.choices:
        return f"{field.label.de}: „{value}“ steht nicht zur Wahl; erlaubt sind: {', '.join(c.label.de for c in field.choices)}"
    return f"{field.label.de}: „{value}“ ist keine endliche Zahl"


@cache
def _file(file: str, sheet: str) -> int:
    return zlib.crc32(f"{file}\x1f{sheet}".encode())


def _place(where: Where) -> bytes:
    """Four bytes that tell one place in the files from another (and may, once in four billion, fail to)."""
    return ((_file(where.file, where.sheet) + where.row * 2654435761) & 0xFFFFFFFF).to_bytes(4, "big")

