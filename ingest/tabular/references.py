"""What a reference in somebody's list means: a key, an official number, or a name that is unique."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from graph.identity import schemes
from graph.ledger_records import folded
from graph.records import Node, Where
from graph.schema import NODES
from graph.values import plain
from ingest.source import Context

Resolver = Callable[..., tuple[str, str]]

_HOLDERS: dict[str, tuple[str, ...]] = {
    scheme: tuple(node.name for node in NODES.values() if any(field.identifier == scheme for field in node.identifiers)) for scheme in schemes()
}
"""The types that have a number of this scheme."""


def official(word: str) -> str:
    """An official number as the ledger writes it (``schulnummer:101321``), or "" where ``word`` is none."""
    scheme, _, number = word.partition(":")
    scheme, number = scheme.strip().casefold(), number.strip()
    return f"{scheme}:{number}" if number and scheme in _HOLDERS else ""


_PLACED = re.compile(r"(?P<name>.+?)\s*(?:\((?P<inside>[^()]+)\)|,\s*(?P<behind>[^,()]+))$")
"""A name with the place behind it: "Kita Sonnenschein (Hochfeld)", "Kita Sonnenschein, Hochfeld"."""


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    type: str
    places: frozenset[str]


class References:
    """What the entries of this file are called, and what a reference to one of them, or to a thing in the ledger, means.

    ``stubs`` are the things that were made because a reference named them (only with ``create``).
    """

    def __init__(self, context: Context, adds_to: Sequence[str] = (), *, create: str = "") -> None:
        """``adds_to`` are the files that this one adds to; references may use their Schlüssel. ``create`` is the file that stubs are keyed by."""
        self._context, self._adds_to, self._create = context, adds_to, create
        self._by_word: dict[str, list[_Entry]] = {}
        self._by_short: dict[str, list[_Entry]] = {}
        self._answers: dict[tuple[str, ...], dict[str, tuple[str, str]]] = {}
        self.stubs: list[Node] = []

    def add(self, key: str, kind: str, words: Iterable[str], *, short: str = "", places: Iterable[str] = ()) -> None:
        """Notes an entry under its Schlüssel, its name and its official ids (folded), its short name, and where it is."""
        entry = _Entry(key, kind, frozenset(map(folded, places)))
        for word in words:
            self._by_word.setdefault(word, []).append(entry)
        if short:
            self._by_short.setdefault(folded(short), []).append(entry)

    def forget(self, key: str) -> None:
        """Takes an entry out again, because its row was rejected after all."""
        for known in (self._by_word, self._by_short):
            for word, entries in list(known.items()):
                known[word] = [entry for entry in entries if entry.key != key]

    def resolver(self, types: tuple[str, ...]) -> Resolver:
        """A function from a cell to (key, "") of what it refers to among these types, or to ("", German reason).

        It takes a cell, and optionally the place where the reference stands, for the report of a stub.
        """
        answers = self._answers.setdefault(types, {})

        def resolve(cell: object, where: Where | None = None) -> tuple[str, str]:
            word = plain(cell)
            answer = answers.get(word)
            if answer is None:
                answer = answers[word] = self._answer(word, types, where or Where(self._context.path.name))
            return answer

        return resolve

    def _here(self, word: str, types: tuple[str, ...]) -> list[_Entry]:
        """The entries of this file that are called so."""
        found = self._by_word.get(folded(word)) or self._by_short.get(folded(word)) or ()
        return list({entry.key: entry for entry in found if entry.type in types}.values())

    def _answer(self, word: str, types: tuple[str, ...], where: Where) -> tuple[str, str]:
        number = official(word)
        here = self._here(number or word, types)
        if len(here) == 1:
            return here[0].key, ""
        if len(here) > 1:
            return "", f"Der Name ist nicht eindeutig: {_candidates(here)}. Bitte den Schlüssel angeben, oder den Stadtteil in Klammern dahinter."
        labels = " oder ".join(NODES[name].label.de for name in types)
        if number:
            scheme = number.partition(":")[0]
            if set(_HOLDERS[scheme]) & set(types):
                return number, ""
            owners = " oder ".join(NODES[name].label.de for name in _HOLDERS[scheme])
            return "", f"Eine Nummer „{scheme}“ hat nur: {owners}. Hier wird gebraucht: {labels}. Bitte den Namen oder den Schlüssel angeben."
        if self._context.exists(word, types):
            return word, ""
        there = [f"{file}#{NODES[name].plural.de}/{word}" for file in self._adds_to for name in types]
        known = [key for key in there if self._context.exists(key, types)]
        if len(known) == 1:
            return known[0], ""
        found = self._context.find(word, types)
        if len(found) == 1:
            return found[0], ""
        if found:
            known_as = ", ".join(found)
            return "", f"Der Name ist im Bestand nicht eindeutig: {known_as}. Bitte einen dieser Schlüssel angeben, oder den Stadtteil in Klammern dahinter."
        return self._with_place(word, types) or self._missing(word, types, labels, where)

    def _with_place(self, word: str, types: tuple[str, ...]) -> tuple[str, str] | None:
        """The answer for a name with its place behind it; None where that is not what ``word`` is."""
        parts = _PLACED.fullmatch(word)
        if not parts:
            return None
        name, place = parts["name"], parts["inside"] or parts["behind"]
        here = self._here(name, types)
        fitting = [entry.key for entry in here if folded(place) in entry.places]
        keys = [entry.key for entry in here] or self._context.find(name, types)
        fitting = fitting or self._context.within(keys, place)
        if len(fitting) == 1:
            return fitting[0], ""
        if keys:
            why = "mehrere liegen dort" if fitting else "von keinem ist bekannt, dass es dort liegt"
            return "", f"„{name}“ heißen: {', '.join(keys)}; {why}: „{place}“. Bitte den Schlüssel angeben."
        return None

    def _missing(self, word: str, types: tuple[str, ...], labels: str, where: Where) -> tuple[str, str]:
        """Makes an entry for a name that nobody has, where that was asked for; else says so."""
        close = self._context.similar(word, types)
        meant = f" Ähnlich heißen: {', '.join(close)}." if close else ""
        if not self._create:
            return "", f"Gibt es nicht als {labels}.{meant} Bitte den Namen prüfen oder auf dem Blatt „{NODES[types[0]].plural.de}“ ergänzen."
        kind = NODES[types[0]]
        if len(types) > 1 or any(field.required and field.name != "name" for field in kind.fields):
            return "", f"Gibt es nicht als {labels}.{meant} Angelegt wird es nicht, weil die Art nicht eindeutig ist; bitte auf einem Blatt ergänzen."
        key = f"{self._create}#{kind.plural.de}/{word}"
        self.stubs.append(Node(kind.name, key, {"name": word}, where))
        self._context.stub(kind.name, key, word, where)
        if close:
            self._context.warn(f"„{word}“ wurde als {kind.label.de} angelegt.{meant} Ist eines davon gemeint?", where)
        self.add(key, kind.name, {folded(word)})
        return key, ""


def _candidates(entries: Sequence[_Entry]) -> str:
    return ", ".join(f"{entry.key} ({', '.join(sorted(entry.places))})" if entry.places else entry.key for entry in entries)
