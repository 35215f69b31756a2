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

FOLDER = "eigene"
"""What stands before the name of such a question."""
SECONDS = 20.0
"""How long one may take."""
MOST_ROWS = 20_000
_MOST_LETTERS = 64_000
_NAME = re.compile(r"[\w.-]+")

_WRITING = frozenset("create merge set delete detach remove drop foreach load insert use transactions".split())
"""Words of clauses that write, or leave the database. Elsewhere they are names and stand in backticks. (Commands to the server can only come first.)"""
_FIRST = frozenset({"match", "optional", "with", "unwind", "return", "call"})
_NAMESPACES = frozenset({"date", "datetime", "localdatetime", "localtime", "time", "duration", "point"})
"""What may stand before the point of a function: functions with other points come from extensions, which may do anything."""

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<quoted>`(?:[^`]|``)*`)"""
    r"""|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>[^\W\d]\w*)|(?P<space>\s+)|(?P<open>/\*|['"`])|(?P<mark>.)""",
    re.DOTALL,
)


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
    """Raises ``AnalysisError`` with file and line where ``cypher`` does anything but read."""
    if escape := re.search(r"\\u", cypher):
        raise _refused(cypher, escape.start(), file, "\\u", "Zeichen bitte selbst schreiben, nicht als \\u….")
    tokens = [(m.lastgroup or "", m.group(), m.start()) for m in _TOKEN.finditer(cypher) if m.lastgroup not in ("comment", "space")]
    words = [word for _, word, _ in tokens]
    for place, (kind, text, at) in enumerate(tokens):
        before, after = words[max(0, place - 2) : place], words[place + 1 : place + 2]
        if kind == "open":
            raise _refused(cypher, at, file, text, "Ein Text oder Kommentar ist nicht geschlossen.")
        if text == ";" and place < len(tokens) - 1:
            raise _refused(cypher, at, file, text, "Eine Datei hält eine Abfrage.")
        if before[-1:] == ["."] and after == ["("] and (before[0].casefold() not in _NAMESPACES or words[place - 3 : place - 2] == ["."]):
            raise _refused(cypher, at, file, f"{before[0]}.{text}", "Funktionen aus Erweiterungen sind in Fragen nicht erlaubt.")
        if kind != "word":
            continue
        plain = text.casefold()
        if place == 0 and plain not in _FIRST:
            raise _refused(cypher, at, file, text, "Eine Frage beginnt mit MATCH, OPTIONAL MATCH, WITH, UNWIND, CALL {} oder RETURN.")
        if _is_name(before, after):
            continue
        if plain in _WRITING:
            raise _refused(cypher, at, file, text, "Fragen lesen nur. Ist es ein Name, gehört er in `Akzente`.")
        if plain == "call" and after not in (["{"], ["("]):
            raise _refused(cypher, at, file, text, "Von CALL ist nur CALL {…} erlaubt.")


def _is_name(before: list[str], after: list[str]) -> bool:
    """Is a word a property, a label or the key of a map, and so no clause?"""
    owner = len(before) == 2 and before[1] == "." and bool(re.fullmatch(r"[^\W\d]\w*|`.*`|[)\]]", before[0], re.DOTALL))
    return owner or before[-1:] in ([":"], ["|"], ["$"]) or after == [":"]


def _refused(cypher: str, at: int, file: str, word: str, mend: str) -> AnalysisError:
    return AnalysisError(f"{file}, Zeile {cypher.count(chr(10), 0, at) + 1}: „{word}“ geht hier nicht. {mend}")
