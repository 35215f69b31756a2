"""What a role may not see is taken out of the columns before they leave the graph package.

Fields that the schema marks personal are blanked, and a Person is called by its function. A name also
stands in free text ("Ansprechpartnerin: Anna Beispiel"), in the title of a Vorlage and in an e-mail
address; there the names of the known persons are replaced. An institution that is called exactly like a
known person loses that part of its name too: it is better to hide one name too many.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from graph.model import Field, NodeType, Value
from graph.schema import EDGES, NODES

HIDDEN = "…"
"""Stands where a name was taken out of a text."""

NAMELESS = NODES["Person"].label.de
"""What a Person without a function is called."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SCANNED_KINDS = frozenset({"text", "longtext"})

Redacted = tuple[pd.DataFrame, pd.DataFrame]


def redact(nodes: pd.DataFrame, edges: pd.DataFrame) -> Redacted:
    """The same nodes and edges (columns as in :class:`graph.snapshot.Snapshot`) without anything personal."""
    persons = nodes["type"] == "Person"
    names = _Names(nodes.loc[persons, "name"]) if "name" in nodes.columns else _Names(pd.Series(dtype=object))
    public_nodes = _without_names(nodes, names, {field.name: field for kind in NODES.values() for field in kind.fields})
    for kind in NODES.values():
        public_nodes = _blank(public_nodes, nodes["type"] == kind.name, [field.name for field in kind.fields if field.personal])
    if "name" in nodes.columns and persons.any():
        # The function was scanned above, so that "Schulleitung (Anna Beispiel)" does not bring the name back.
        called = public_nodes["function"] if "function" in public_nodes.columns else pd.Series(None, index=nodes.index, dtype=object)
        public_nodes["name"] = public_nodes["name"].astype(object).mask(persons, called.astype(object).where(called.notna(), NAMELESS))
    public_edges = _without_names(edges, names, {field.name: field for kind in EDGES.values() for field in kind.fields})
    for edge_kind in EDGES.values():
        public_edges = _blank(public_edges, edges["type"] == edge_kind.name, [field.name for field in edge_kind.fields if field.personal])
    return public_nodes, public_edges


class Cleaner:
    """Takes everything personal out of single records and texts. ``nodes`` are all nodes, unredacted: they say which names are to go."""

    def __init__(self, nodes: pd.DataFrame) -> None:
        persons = nodes["type"] == "Person"
        self._names = _Names(nodes.loc[persons, "name"]) if "name" in nodes.columns else _Names(pd.Series(dtype=object))

    def fields(self, kind: NodeType, fields: Mapping[str, Value]) -> dict[str, Value]:
        """The fields of a record of this type that anybody may see, without the names of people."""
        kept: dict[str, Value] = {}
        for name, value in fields.items():
            field = kind.field(name)
            if field.personal or (field.kind == "email" and self._names.in_address(value)):
                continue
            kept[name] = self.text(value) if isinstance(value, str) and field.kind in _SCANNED_KINDS and not field.choices else value
        return kept

    def text(self, text: str) -> str:
        """The text with every known name replaced by ``HIDDEN``."""
        return str(self._names.take_out(text))


def _blank(frame: pd.DataFrame, rows: pd.Series[bool], columns: list[str]) -> pd.DataFrame:
    for column in columns:
        if column in frame.columns and rows.any():
            frame[column] = frame[column].mask(rows)
    return frame


def _without_names(frame: pd.DataFrame, names: _Names, fields: dict[str, Field]) -> pd.DataFrame:
    result = frame.copy()
    if not names:
        return result
    for column in frame.columns:
        field = fields.get(column)
        if field is None or field.choices:
            continue
        if field.kind == "email":
            result[column] = frame[column].where(~frame[column].map(names.in_address).astype(bool))
        elif field.kind in _SCANNED_KINDS:
            result[column] = frame[column].map(names.take_out, na_action="ignore")
    return result


class _Names:
    """The known persons' names, found in running text by the words they consist of."""

    def __init__(self, names: pd.Series[str]) -> None:
        self._names: set[tuple[str, ...]] = set()
        self._last: set[str] = set()
        for name in names.dropna().unique():
            words = tuple(word.casefold() for word in _WORD.findall(str(name)))
            if len(words) < 2:
                continue  # a single word ("Leitung") is a function, not a name that could be told apart in a text
            self._names |= {words, words[-2:], words[-2:][::-1]}
            before_comma = _WORD.findall(str(name).split(",")[0])
            self._last.add((before_comma[-1] if before_comma else words[-1]).casefold().translate(_SPELLINGS))
        self._longest = max((len(words) for words in self._names), default=0)
        self._starts = {words[0] for words in self._names}

    def __len__(self) -> int:
        return len(self._names)

    def take_out(self, text: object) -> object:
        """The text with every known name replaced by ``HIDDEN``."""
        if not isinstance(text, str):
            return text
        found = list(_WORD.finditer(text))
        words = [match.group().casefold() for match in found]
        if self._starts.isdisjoint(words):
            return text
        parts: list[str] = []
        done = position = 0
        while position < len(words):
            for length in range(min(self._longest, len(words) - position), 1, -1):
                if tuple(words[position : position + length]) in self._names:
                    parts += [text[done : found[position].start()], HIDDEN]
                    done = found[position + length - 1].end()
                    position += length
                    break
            else:
                position += 1
        return "".join((*parts, text[done:])) if parts else text

    def in_address(self, address: object) -> bool:
        """Does the part of an e-mail address before the @ hold a known last name?"""
        if not isinstance(address, str):
            return False
        local = re.split(r"[._\-+\d]+", address.split("@")[0].casefold().translate(_SPELLINGS))
        return not self._last.isdisjoint(local)
