"""The words that German names are made of: types of school, associations, legal forms, levels, titles.

They stand in ``words.csv`` (``kind;meaning;written``), and whoever runs the software may add a file of the same
columns; its words are looked for first. How a word is written:

* ``|`` parts spellings, ``(…)`` may be there or not, ``*`` is any ending;
* ``.`` is a dot or none, a blank is a blank, a hyphen or nothing;
* ``_`` at the end: something must follow (so that "KG" at the end of a firm stays one); ``$``: nothing may follow.

Case, umlauts and accents do not matter. Kinds: ``type`` (of institution), ``level`` and ``body`` (kind of Gremium)
are taken out of the name and kept apart, ``word`` is replaced by its meaning, ``legal``, ``title`` and ``stop`` are
dropped, after ``cut`` the name says nothing more (but its meaning, a type), ``ending`` is a type at the end of a word ("Widey-schule"),
``focus`` is a Förderschwerpunkt, ``direction`` and ``roman`` tell places and numbers, ``mailbox`` is a mail host of many.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from queries.names.folding import fold

WORDS = Path(__file__).with_name("words.csv")
KINDS = frozenset("type word level body legal cut ending direction stop focus title mailbox roman".split())
_BEFORE = r"(?<![a-z0-9])"
_AFTER = r"(?![a-z0-9])"


class LexiconError(ValueError):
    """A line of a file of words is not as described; the message names file, line and mend."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a file of words."""

    kind: str
    meaning: str
    written: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for in a folded name, and what it means."""

    kind: str
    meaning: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Lexicon:
    """All words at hand. Equal only to itself, so that what is made of it can be kept."""

    rules: tuple[Rule, ...]
    legal: re.Pattern[str]
    cut: re.Pattern[str]
    telling: tuple[Rule, ...]
    """Of the words after which a name says nothing more, those that tell its type."""
    title: re.Pattern[str]
    ending: re.Pattern[str]
    endings: dict[str, str]
    stop: frozenset[str]
    directions: frozenset[str]
    mailboxes: frozenset[str]
    romans: dict[str, str]
    focuses: tuple[Rule, ...]
    long_words: dict[str, tuple[str, str]]
    """Words of eight and more letters, in which a typing error is forgiven, to kind and meaning."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__


def read(path: Path) -> list[Entry]:
    """The entries of a file of words. Raises ``LexiconError`` that names the line, ``OSError`` where it cannot be opened."""
    found = []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in (rows := csv.DictReader(lines, delimiter=";")):
            kind, meaning, written = ((row.get(name) or "").strip() for name in ("kind", "meaning", "written"))
            if not (kind or written):
                continue
            if kind not in KINDS:
                raise LexiconError(f"{path.name}, Zeile {rows.line_num}: die Art „{kind}“ gibt es nicht. Möglich sind: {', '.join(sorted(KINDS))}")
            spellings = tuple(part.strip() for part in written.split("|") if part.strip())
            if not spellings or any(part.count("(") != part.count(")") for part in spellings):
                raise LexiconError(f"{path.name}, Zeile {rows.line_num}, Spalte written: „{written}“ ist leer oder eine Klammer ist offen")
            found.append(Entry(kind, meaning, spellings))
    return found


@lru_cache(8)
def load(*more: Path) -> Lexicon:
    """The words of the software and those of the files ``more``, whose rules are tried first."""
    return _lexicon([entry for path in (*more, WORDS) for entry in read(path)])


def pattern(written: str) -> str:
    """The regular expression of a spelling, without what must stand around it."""
    end = {"_": r"(?=[\s(]+\S)", "$": r"(?=\s*$)"}.get(written[-1], _AFTER)
    made = []
    for sign in fold(written.rstrip("_$")):
        made.append({" ": r"[\s-]*", ".": r"\.?", "*": r"\w*", "(": "(?:", ")": ")?"}.get(sign, re.escape(sign)))
    return "".join(made) + end


def _lexicon(entries: Sequence[Entry]) -> Lexicon:
    def of(kind: str) -> list[Entry]:
        return [entry for entry in entries if entry.kind == kind]

    def words(kind: str) -> list[str]:
        return [fold(written) for entry in of(kind) for written in entry.written]

    def one_of(kind: str) -> re.Pattern[str]:
        return re.compile(_BEFORE + f"(?:{'|'.join(pattern(written) for entry in of(kind) for written in entry.written)})")

    def rules(*kinds: str) -> tuple[Rule, ...]:
        return tuple(
            Rule(entry.kind, entry.meaning, re.compile(_BEFORE + f"(?:{'|'.join(map(pattern, entry.written))})"))
            for kind in kinds
            for entry in entries
            if (entry.kind in ("word", "level", "body") if kind == "word" else entry.kind == kind)
        )

    endings = {fold(written): entry.meaning for entry in of("ending") for written in entry.written}
    cuts = [(entry.meaning, "|".join(pattern(written).removesuffix(_AFTER) for written in entry.written)) for entry in of("cut")]
    romans = {fold(written): entry.meaning for entry in of("roman") for written in entry.written}
    return Lexicon(
        rules=rules("type", "word"),
        legal=one_of("legal"),
        cut=re.compile(rf"\b(?:{'|'.join(spellings for _, spellings in cuts)})"),
        telling=tuple(Rule("cut", meaning, re.compile(rf"\b(?:{spellings})")) for meaning, spellings in cuts if meaning),
        title=one_of("title"),
        ending=re.compile(rf"^(.{{3,}}?)-?({'|'.join(sorted(endings, key=len, reverse=True))})$"),
        endings=endings,
        stop=frozenset(words("stop")),
        directions=frozenset(words("direction")),
        mailboxes=frozenset(words("mailbox")),
        romans=romans,
        focuses=rules("focus"),
        long_words=_long_words(entries),
    )


def _long_words(entries: Sequence[Entry]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if entry.kind not in ("type", "word", "ending") or not entry.meaning:
            continue
        for written in (*entry.written, *([entry.meaning] if entry.kind == "word" else [])):
            word = re.sub(r"[^a-z]", "", fold(re.sub(r"\(([^)]*)\)", r"\1", written)))
            if len(word) >= 8 and " " not in re.sub(r"\(.*?\)", "", written).strip():
                found.setdefault(word, (entry.kind, entry.meaning))
    return found
