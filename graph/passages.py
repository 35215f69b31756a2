"""What of each thing can be found by searching: its names, its kind, its topics, and the texts that say what it does.

A passage is one piece of it, with the field that it comes from, so that a hit can say where it was found.
Nothing personal but the names of people is taken up; what a role may not see is not in its snapshot anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from graph import schema
from graph.model import Field, Text
from graph.schema import NODES
from graph.snapshot import Snapshot
from graph.spelling import initials, plain

SEARCHED: tuple[str, ...] = (*schema.ACTORS, "Theme", "Stage", "TargetGroup", "Area")
"""Types that can be found, in the order in which their groups stand where neither fits better."""

INITIALS = "initials"
"""The field of a passage that holds made-up abbreviations."""

_TOPICS = ("ADDRESSES", "FOR_STAGE", "FOR_GROUP", "PURSUES", "WORKS_FOR")
_DOES = ("RUNS", "TAKES_PART_IN")
_DOERS = ("Institution", "Gremium")
_DONE = ("Offer", "Project")
_ABBREVIATED = frozenset({"Gremium", "Institution", "Project", "Goal", "Theme"})
_LEFT_OUT = frozenset({"name", "short", "street", "postcode", "city", "rhythm", "ags", "code", "gemeinde", "unit"})
_KIND = {"Area": "level", "Person": "function"}
_FINENESS = {choice.value: rank for rank, choice in enumerate(schema.AREA_LEVELS)} | {"social_space": -1}


@dataclass(slots=True)
class Entry:
    """One thing that can be found.

    ``kind`` is the raw value of its field ``kind`` (of an area its level, of a person the function), ``area`` the finest area it lies in.
    ``plain`` are the plain forms of name and short name, ``initials`` what these may be shortened to. ``topics`` and
    ``texts`` are passages: (field, text); a field is one of the type's own, or the type of what is named.
    """

    id: str
    type: str
    name: str
    short: str = ""
    kind: str = ""
    area: str = ""
    plain: tuple[str, ...] = ()
    initials: list[str] = field(default_factory=list)
    topics: list[tuple[str, str]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)


def label(kind: str, name: str) -> Text:
    """What the field ``name`` of a passage is called, for a thing of type ``kind``."""
    if name == INITIALS:
        return Text("Abkürzung", "Abbreviation")
    own = next((f for f in NODES[kind].fields if f.name == name), None)
    return own.label if own else NODES[name].label


def kind_label(kind: str, value: str) -> Text:
    """The words for the ``kind`` of an entry of type ``kind``; its type where it has none."""
    return (choice_label(kind, _KIND.get(kind, "kind"), value) or Text(value, value)) if value else NODES[kind].label


_CHOICES = {(node.name, f.name, choice.value): choice.label for node in NODES.values() for f in node.fields for choice in f.choices}


def choice_label(kind: str, name: str, value: str) -> Text | None:
    """The words for a stored value of a choice field; None for a free value."""
    return _CHOICES.get((kind, name, value))


def entries(snapshot: Snapshot) -> Iterator[Entry]:
    """All that can be found, type by type as in :data:`SEARCHED`, within a type the shorter names first."""
    around = _Around(snapshot)
    for kind in SEARCHED:
        found = list(_of_type(kind, snapshot, around))
        found.sort(key=lambda entry: (len(entry.name), entry.name, entry.id))
        yield from found


def _of_type(kind: str, snapshot: Snapshot, around: _Around) -> Iterator[Entry]:
    frame = snapshot.nodes[snapshot.nodes["type"] == kind]
    told = [f for f in NODES[kind].graph_fields if f.name in frame.columns and _searched(f)]
    columns = [(f, _texts(frame[f.name])) for f in told]
    names, shorts = _texts(frame["name"]), _texts(frame["short"]) if "short" in frame.columns else [""] * len(frame)
    kinds = next((values for f, values in columns if f.name == _KIND.get(kind, "kind")), [""] * len(frame))
    for at, (key, name, short, value) in enumerate(zip(frame.index, names, shorts, kinds, strict=True)):
        if not name:
            continue
        folded = tuple(dict.fromkeys(text for text in (plain(name), plain(short)) if text))
        entry = Entry(key, kind, name, short, value, around.area.get(key, ""), folded)
        if kind in _ABBREVIATED:
            entry.initials = list(dict.fromkeys(word for text in folded for word in initials(text)))
        for f, values in columns:
            if text := values[at]:
                (entry.topics if f.name in ("kind", "level", "form") else entry.texts).append((f.name, text))
        entry.topics += around.topics.get(key, ())
        entry.texts += around.done_by(key, kind)
        yield entry


def _searched(f: Field) -> bool:
    if f.personal or f.name in _LEFT_OUT:
        return False
    return f.kind in ("text", "longtext", "choice") or bool(f.identifier and f.kind != "url")


def _texts(column: pd.Series[str]) -> list[str]:
    return [value if isinstance(value, str) else "" for value in column.astype(object).tolist()]


class _Around:
    """What things are tied to, in words: their topics, the areas they lie in, the offers and projects they do."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._names = dict(zip(snapshot.nodes.index, _texts(snapshot.nodes["name"]), strict=True))
        self._types = dict(zip(snapshot.nodes.index, _texts(snapshot.nodes["type"]), strict=True))
        described = snapshot.nodes["description"] if "description" in snapshot.nodes.columns else pd.Series("", index=snapshot.nodes.index)
        done = snapshot.nodes["type"].isin(_DONE)
        self._about = dict(zip(snapshot.nodes.index[done], _texts(described[done]), strict=True))
        ends = {name: list(zip(_texts(group["start"]), _texts(group["end"]), strict=True)) for name, group in snapshot.edges.groupby("type")[["start", "end"]]}
        self.topics: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._area(snapshot, ends.get("LOCATED_IN", []))
        for edge in _TOPICS:
            for start, end in dict.fromkeys(ends.get(edge, [])):
                if name := self._names.get(end):
                    self.topics[start].append((self._types[end], name))
        self._does: dict[str, list[str]] = defaultdict(list)
        for edge in _DOES:
            for start, end in dict.fromkeys(ends.get(edge, [])):
                if self._types.get(end) in _DONE:
                    self._does[start].append(end)

    def _area(self, snapshot: Snapshot, located: list[tuple[str, str]]) -> None:
        """The finest area of each thing, and by name the areas above it below the town as a whole."""
        levels = snapshot.nodes["level"] if "level" in snapshot.nodes.columns else pd.Series(dtype=object)
        rank = {key: _FINENESS.get(value, -1) for key, value in zip(snapshot.nodes.index, _texts(levels), strict=False) if self._types[key] == "Area"}
        finest: dict[str, str] = {}
        for start, end in located:
            if end in rank and (start not in finest or (rank[end], end) >= (rank[finest[start]], finest[start])):
                finest[start] = end
        parents = ((area, snapshot.areas.parent(area)) for area in rank)
        self.area = {area: self._names[parent] for area, parent in parents if parent} | {start: self._names[end] for start, end in finest.items()}
        roots = set(snapshot.areas.roots)
        paths = {area: dict.fromkeys((area, *snapshot.areas.path(area))) for area in set(finest.values())}
        above = {area: [("Area", self._names[part]) for part in path if part not in roots] for area, path in paths.items()}
        for start, end in finest.items():
            self.topics[start] += above[end]

    def done_by(self, key: str, kind: str) -> Iterator[tuple[str, str]]:
        """The offers and projects of an actor: each with what it is about and whom it is for."""
        for done in dict.fromkeys(self._does.get(key, ())) if kind in _DOERS else ():
            topics = [name for field_, name in self.topics.get(done, ()) if field_ in ("Theme", "Stage", "TargetGroup")]
            yield self._types[done], " · ".join(part for part in (self._names[done], self._about.get(done, ""), ", ".join(topics)) if part)
