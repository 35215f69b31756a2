"""Which keys are the same thing, and what it is called for good.

Pure functions over what the ledger knows. Two keys are joined by a judgement of a person (``same``,
``renamed``), or because they carry the same official identifier. They stay apart where a person said so,
where their node types differ, and where both have an official number of the same scheme that differs:
only a person may join those.

Every key has a *home id*, minted once and kept in the ledger with a number that says how old it is. The
canonical id of a group is the home id of its oldest key. Nothing is ever renamed when groups join, so
taking a judgement back restores exactly the ids that were there before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph.model import Text
from graph.schema import NODES

JOINS = frozenset({"same", "renamed"})
"""Verdicts that make two keys one thing."""

KEEPS_APART = frozenset({"different", "part_of", "same_site"})
"""Verdicts that say "two things": a part is not its whole, and a neighbour at one address is another institution."""

VERDICTS: Mapping[str, Text] = {
    "same": Text("Dasselbe", "The same"),
    "different": Text("Verschieden", "Different"),
    "renamed": Text("Umbenannt oder Nachfolger", "Renamed or successor"),
    "part_of": Text("Teil von", "Part of"),
    "same_site": Text("Gleiche Adresse, andere Einrichtung", "Same address, another institution"),
    "overlap": Text("Doppelstruktur", "Double structure"),
    "separate": Text("Getrennt lassen", "Keep apart"),
    "unsure": Text("Unsicher", "Unsure"),
}
"""Every verdict and what people call it. ``overlap``: two structures that do the same work and stay two things; ``separate``: two
that had better not be merged; ``unsure`` says that somebody looked."""

_SILENT = VERDICTS.keys() - JOINS - KEEPS_APART

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Base 32 without i, l, o and u: nothing to misread, no words."""

_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


class HomeId(NamedTuple):
    """The id a key was given when it first appeared; a smaller ``seq`` is older."""

    seq: int
    id: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person decided about two keys. ``taken_back`` is the ISO time at which it was withdrawn, else ""."""

    id: int
    left: str
    right: str
    verdict: str
    user: str = ""
    reason: str = ""
    evidence: str = ""
    at: str = ""
    taken_back: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The two keys that it is about, in an order of their own."""
        return min(self.left, self.right), max(self.left, self.right)


class Resembling(NamedTuple):
    """Two entities that may be one, with the points and what speaks for it; nothing follows from it but a look."""

    one: str
    other: str
    score: float
    reasons: tuple[str, ...]


def holding(judgements: Iterable[Judgement]) -> dict[tuple[str, str], Judgement]:
    """Of each pair of keys the judgement that holds: the newest that was not taken back."""
    found: dict[tuple[str, str], Judgement] = {}
    for judgement in judgements:
        known = found.get(judgement.pair)
        if not judgement.taken_back and (known is None or known.id < judgement.id):
            found[judgement.pair] = judgement
    return found


def mint(node_type: str, key: str, taken: Container[str] = ()) -> str:
    """A home id for ``key``: type and 10 base32 characters (50 bits) of a hash of the key.

    The same key always gets the same id, unless ``taken`` holds it already (a collision of two keys).
    """
    attempt = 0
    while True:
        text = key if not attempt else f"{key}\n{attempt}"
        number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest(), "big") >> 6
        letters = "".join([_PAIRS[(number >> shift) & 1023] for shift in (40, 30, 20, 10, 0)])
        minted = f"{node_type.lower()}-{letters}"
        if minted not in taken:
            return minted
        attempt += 1


def schemes() -> frozenset[str]:
    """Names of the official numbers of the schema (``schulnummer``, ``ags`` ...)."""
    return frozenset(field.identifier for node in NODES.values() for field in node.identifiers)


def resolve(
    keys: Iterable[tuple[str, str, Sequence[str]]],
    judgements: Iterable[Judgement],
    homes: Mapping[str, HomeId],
) -> dict[str, str]:
    """The entity id of every key, and of every identifier that is not itself a key.

    ``keys`` are (key, node type, identifiers as ``scheme:value``), each key once or more (a key that several
    datasets describe; its identifiers add up); ``homes`` holds every one of them. The order of the arguments
    does not matter. Of several judgements about one pair the newest standing one counts. Joins are tried in
    the order of judgements, then of the age of keys, and a join that would break a rule is left out; so what
    came later never undoes what was there. A judged key that no dataset describes at the moment still links
    the others. An identifier that several things carry (a person kept them apart) leads to the oldest.
    """
    types: dict[str, str] = {}
    carried: dict[str, set[str]] = {}
    for key, node_type, identifiers in keys:
        types[key] = node_type
        if identifiers:
            carried.setdefault(key, set()).update(identifiers)
    order = sorted(types, key=lambda key: homes[key].seq)
    groups = _Groups([types[key] for key in order])
    index = {key: number for number, key in enumerate(order)}

    official = schemes()
    for key in order:
        if key.partition(":")[0] in official and ":" in key:
            carried.setdefault(key, set()).add(key)
    for key, identifiers_of_key in carried.items():
        groups.number(index[key], identifiers_of_key)
    _apply(judgements, groups, index)

    holders: dict[str, list[int]] = {}
    for key in order:
        for identifier in sorted(carried.get(key, ())):
            groups.join_one_of(holders.setdefault(identifier, []), index[key])

    resolved = {key: homes[order[groups.root(number)]].id for number, key in enumerate(order)}
    for identifier, members in holders.items():
        resolved.setdefault(identifier, resolved[order[members[0]]])
    return resolved


def _apply(judgements: Iterable[Judgement], groups: _Groups, index: dict[str, int]) -> None:
    """Joins and separates as people said; keys that nobody describes become members without a type."""
    standing = sorted(holding(judgements).items(), key=lambda item: item[1].id)
    place = dict(index)
    for (left, right), judgement in standing:
        if judgement.verdict not in _SILENT:
            for key in (left, right):
                if key not in place:
                    place[key] = groups.add()
    for (left, right), judgement in standing:
        if judgement.verdict in KEEPS_APART:
            groups.separate(place[left], place[right])
    for (left, right), judgement in standing:
        if judgement.verdict in JOINS:
            groups.join(place[left], place[right], judged=True)


class _Groups:
    """Union-find over numbered members, oldest first; the root of a group is its oldest member."""

    def __init__(self, types: Sequence[str]) -> None:
        self._parent = list(range(len(types)))
        self._type: list[str | None] = list(types)
        self._numbers: dict[int, dict[str, set[str]]] = {}
        self._watched: dict[int, set[int]] = {}
        self._enemies: dict[int, set[int]] = {}

    def add(self) -> int:
        """A further member whose type is not known."""
        self._parent.append(len(self._parent))
        self._type.append(None)
        return len(self._parent) - 1

    def number(self, member: int, identifiers: Iterable[str]) -> None:
        """Notes the official numbers of a member that stands alone so far."""
        values: dict[str, set[str]] = {}
        for identifier in identifiers:
            scheme, _, value = identifier.partition(":")
            values.setdefault(scheme, set()).add(value)
        self._numbers[member] = values

    def separate(self, left: int, right: int) -> None:
        """Keeps two members apart for good; to be said before any join."""
        for one, other in ((left, right), (right, left)):
            self._watched.setdefault(one, set()).add(one)
            self._enemies.setdefault(one, set()).add(other)

    def root(self, member: int) -> int:
        parent = self._parent
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    def join(self, left: int, right: int, judged: bool = False) -> bool:
        """Makes one group of two where the rules allow it; says whether they are one group now."""
        old, young = sorted((self.root(left), self.root(right)))
        if old == young:
            return True
        if self._type[old] and self._type[young] and self._type[old] != self._type[young]:
            return False
        if not self._enemies.get(old, set()).isdisjoint(self._watched.get(young, ())):
            return False
        if not judged and self._numbers_differ(old, young):
            return False
        self._parent[young] = old
        self._type[old] = self._type[old] or self._type[young]
        for notes in (self._watched, self._enemies):
            if moved := notes.pop(young, None):
                notes.setdefault(old, set()).update(moved)
        for scheme, values in self._numbers.pop(young, {}).items():
            self._numbers.setdefault(old, {}).setdefault(scheme, set()).update(values)
        return True

    def join_one_of(self, holders: list[int], member: int) -> None:
        """Joins ``member`` to the first holder of an identifier that the rules allow, else makes it a holder too."""
        if not any(self.join(holder, member) for holder in holders):
            holders.append(member)

    def _numbers_differ(self, left: int, right: int) -> bool:
        ours, theirs = self._numbers.get(left), self._numbers.get(right)
        if not ours or not theirs:
            return False
        return any(scheme in theirs and values.isdisjoint(theirs[scheme]) for scheme, values in ours.items())
