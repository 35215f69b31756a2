"""What a reference in somebody's list means: a key, an official number, or a name that is unique."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.identity import schemes
from graph.ledger_records import folded
from graph.schema import NODES
from graph.values import plain
from ingest.source import Context

_HOLDERS: dict[str, tuple[str, ...]] = {
    scheme: tuple(node.name for node in NODES.values() if any(field.identifier == scheme for field in node.identifiers)) for scheme in schemes()
}
"""The types that have a number of this scheme."""

def official(word: str) -> str:
    """An official number as the ledger writes it (``schulnummer:101321``), or "" where ``word`` is none."""
    scheme, _, number = word.partition(":")
    scheme, number = scheme.strip().casefold(), number.strip()
    return f"{scheme}:{number}" if number and scheme in _HOLDERS else ""


class References:
    """What the entries of this file are called, and what a reference to one of them, or to a thing in the ledger, means."""

    def __init__(self, context: Context, adds_to: Sequence[str] = ()) -> None:
        """``adds_to`` are the files that this one adds to; references may use their Schlüssel."""
        self._context, self._adds_to = context, adds_to
        self._by_word: dict[str, list[tuple[str, str]]] = {}
        self._answers: dict[tuple[str, ...], dict[str, tuple[str, str]]] = {}

    def add(self, key: str, kind: str, words: set[str]) -> None:
        """Notes an entry under its Schlüssel, its name and its official ids."""
        for word in words:
            self._by_word.setdefault(word, []).append((key, kind))

    def resolver(self, types: tuple[str, ...]) -> Callable[[object], tuple[str, str]]:
        """A function from a cell to (key, "") of what it refers to among these types, or to ("", German reason)."""
        answers = self._answers.setdefault(types, {})

        def resolve(cell: object) -> tuple[str, str]:
            word = plain(cell)
            answer = answers.get(word)
            if answer is None:
                answer = answers[word] = self._answer(word, types)
            return answer

        return resolve

    def _answer(self, word: str, types: tuple[str, ...]) -> tuple[str, str]:
        number = official(word)
        here = list(dict.fromkeys(key for key, kind in self._by_word.get(folded(number or word), ()) if kind in types))
        if len(here) == 1:
            return here[0], ""
        if len(here) > 1:
            return "", f"Der Name ist nicht eindeutig: {', '.join(here)}. Bitte den Schlüssel angeben."
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
            return "", f"Der Name ist im Bestand nicht eindeutig: {', '.join(found)}. Bitte einen dieser Schlüssel angeben."
        close = self._context.similar(word, types)
        meant = f" Ähnlich heißen: {', '.join(close)}." if close else ""
        return "", f"Gibt es nicht als {labels}.{meant} Bitte den Namen prüfen oder auf dem Blatt „{NODES[types[0]].plural.de}“ ergänzen."
