"""Questions that people write themselves: .cypher files in a folder of their installation.

They are read every time, because somebody is just writing them. They only read: the server is asked to allow nothing else,
and what could write, or reach out of the database, is refused before it is sent (ArcadeDB takes a writing statement also
where only reading was asked for).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from graph.snapshot import Meta
from queries.catalog import AnalysisError, Entry, cypher_entry
from queries.cypher_text import Token, at, tokens

FOLDER = "eigene"
"""What stands before the name of such a question."""
SECONDS = 20.0
"""How long one may take."""
MOST_ROWS = 20_000
_MOST_LETTERS = 64_000
_NAME = re.compile(r"[\w.-]+")

_WRITING = "CREATE MERGE SET DELETE DETACH REMOVE DROP FOREACH LOAD INSERT USE TRANSACTIONS".split()
"""Words of clauses that write, or leave the database. Elsewhere they are names and stand in backticks. (Commands to the server can only come first.)"""
_FIRST = "MATCH OPTIONAL WITH UNWIND RETURN CALL".split()
_NAMESPACES = frozenset({"date", "datetime", "localdatetime", "localtime", "time", "duration", "point"})
"""What may stand before the point of a function: functions with other points come from extensions, which may do anything."""

class Bounded(Protocol):
    """What such a question needs of the store: an end in time, and in rows."""

    def read(self, cypher: str, parameters: Mapping[str, object] | None = None, timeout: float = 30, most: int | None = None) -> list[dict[str, object]]:
        """The first rows of a reading query."""

    def meta(self) -> Meta:
        """The graph's word about itself, now."""


@dataclass(frozen=True, slots=True)
class Limited:
    """A store for questions that nobody has tried: after ``SECONDS`` it gives up, after ``MOST_ROWS`` rows it stops."""

    store: Bounded

    def read(self, cypher: str, parameters: Mapping[str, object] | None = None, timeout: float = SECONDS) -> list[dict[str, object]]:
        """The rows of a reading query, as far as the bounds go."""
        return self.store.read(cypher, parameters, min(timeout, SECONDS), MOST_ROWS)

    def meta(self) -> Meta:
        """The graph's word about itself, now."""
        return self.store.meta()


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that is no question; ``reason`` names file, line and mend."""

    file: str
    reason: str


def questions(folder: Path) -> tuple[Mapping[str, Entry], list[Broken]]:
    """The questions in ``folder`` by name (``eigene/name``), and the files that are none. A folder that is not there holds nothing."""
    found: dict[str, Entry] = {}
    broken: list[Broken] = []
    for path in sorted(folder.glob("*.cypher")) if folder.is_dir() else []:
        try:
            found[f"{FOLDER}/{path.stem}"] = _question(path)
        except AnalysisError as error:
            broken.append(Broken(path.name, str(error)))
        except OSError as error:
            broken.append(Broken(path.name, f"{path.name}: die Datei lässt sich nicht lesen ({error.strerror})"))
    return found, broken


def _question(path: Path) -> Entry:
    if not _NAME.fullmatch(path.stem):
        raise AnalysisError(f"{path.name}: der Dateiname darf nur Buchstaben, Ziffern, Punkt, Binde- und Unterstrich enthalten")
    if path.stat().st_size > _MOST_LETTERS:
        raise AnalysisError(f"{path.name}: die Datei ist größer als {_MOST_LETTERS // 1000} KB; das ist keine Abfrage")
    entry = cypher_entry(path, f"{FOLDER}/{path.stem}")
    check_reading(path.read_text(encoding="utf-8-sig"), path.name)
    return entry


def check_reading(cypher: str, file: str) -> None:
    """Raises ``AnalysisError`` with file and line where ``cypher`` does anything but read.

    Stricter than :mod:`queries.cypher_rules`, which helps those who write: a word that could begin a writing clause must
    be a name for certain, whatever the clauses are.
    """
    if escape := re.search(r"\\u", cypher):
        raise _refused(cypher.count("\n", 0, escape.start()) + 1, file, "\\u", "Zeichen bitte selbst schreiben, nicht als \\u….")
    words = tokens(cypher)
    for place, word in enumerate(words):
        before, owner, after = at(words, place - 1), at(words, place - 2), at(words, place + 1)
        opening = "/*" if (word.text, after.text) == ("/", "*") else word.text
        if word.kind == "sign" and opening in ("'", '"', "`", "/*"):
            raise _refused(word.line, file, opening, "Ein Text oder Kommentar ist nicht geschlossen.")
        if word.text == ";" and place < len(words) - 1:
            raise _refused(word.line, file, word.text, "Eine Datei hält eine Abfrage.")
        if (before.text, after.text) == (".", "(") and (owner.text.casefold() not in _NAMESPACES or at(words, place - 3).text == "."):
            raise _refused(word.line, file, f"{owner.text}.{word.text}", "Funktionen aus Erweiterungen sind in Fragen nicht erlaubt.")
        if word.kind != "word":
            continue
        if place == 0 and not word.is_(*_FIRST):
            raise _refused(word.line, file, word.text, "Eine Frage beginnt mit MATCH, OPTIONAL MATCH, WITH, UNWIND, CALL {} oder RETURN.")
        if _is_name(before, owner, after):
            continue
        if word.is_(*_WRITING):
            raise _refused(word.line, file, word.text, "Fragen lesen nur. Ist es ein Name, gehört er in `Akzente`.")
        if word.is_("CALL") and after.text not in ("{", "("):
            raise _refused(word.line, file, word.text, "Von CALL ist nur CALL {…} erlaubt.")


def _is_name(before: Token, owner: Token, after: Token) -> bool:
    """Is a word a property, a label or the key of a map, and so no clause?"""
    return (before.text == "." and (bool(owner.name) or owner.text in (")", "]"))) or before.text in (":", "|") or after.text == ":"


def _refused(line: int, file: str, word: str, mend: str) -> AnalysisError:
    return AnalysisError(f"{file}, Zeile {line}: „{word}“ geht hier nicht. {mend}")
