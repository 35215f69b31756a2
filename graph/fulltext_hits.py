"""One hit of a search: what was found, where in it, and which letters of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from graph import spelling
from graph.passages import INITIALS
from graph.spelling import STOP_WORDS, Marks


class Match(IntEnum):
    """How well something fits; the larger the better."""

    PARTLY = 1
    MEANT_IN_TEXT = 2
    MEANT = 3
    TEXT = 4
    INSIDE = 5
    INITIALS = 6
    WORD = 7
    BEGINNING = 8
    WHOLE = 9


@dataclass
class Query:
    """The plain words of a query, and what else may stand for them."""

    terms: list[str]
    meant: dict[str, list[str]] = field(default_factory=dict)
    """Words that were probably meant instead of a term."""

    @property
    def whole(self) -> str:
        """The words as one text."""
        return " ".join(self.terms)

    @property
    def content(self) -> list[str]:
        """The words that say something."""
        return [term for term in self.terms if term not in STOP_WORDS and len(term) > 1]

    @staticmethod
    def loosely(term: str) -> list[list[str]]:
        """What may stand for a word in a text, each as words that must all be there: its stem, its parts, the part that says most."""
        pieces = [spelling.stem(part) for part in spelling.parts(term)]
        options = [[spelling.stem(term)]]
        if len(pieces) > 1:
            options.append(pieces)
            options += [[piece] for piece in pieces[:1] if len(piece) > 3]
        return options

    def sought(self, *, meant: bool, loose: bool) -> dict[str, list[str]]:
        """For each word the beginnings that stand for it in what was found: where it is ``meant``, where its parts count, too."""
        out = {}
        for term in self.content or self.terms:
            more = [piece for option in self.loosely(term) for piece in option] if loose else []
            more += [short for short in spelling.short_forms(term) if len(short) > 3]
            out[term] = list(dict.fromkeys([term, spelling.stem(term), *more, *(self.meant.get(term, ()) if meant else ())]))
        return out


@dataclass(frozen=True)
class Hit:
    """Something that was found.

    ``kind`` is the raw value of its kind (of an area its level, of a person the function), ``area`` the name of the area it lies in. ``score``
    is larger for better hits. ``field`` says where it was found: "name" or
    "short", a field of its type, the type of a thing it is tied to ("Theme", "Offer"), or ``INITIALS``; ``excerpt``
    is the text there and ``marks`` the places in it. ``name_marks`` are those in the name.
    """

    id: str
    type: str
    name: str
    short: str
    kind: str
    area: str
    score: Match
    name_marks: Marks
    field: str
    excerpt: str
    marks: Marks


def hit(entry: Sequence[str], passages: Iterable[tuple[str, str]], score: Match, query: Query) -> Hit:
    """The hit for an ``entry`` (id, type, name, short, kind, area): in the passage that holds most of the words that the name does not hold."""
    key, kind, name, short, value, area = entry
    inside = score == Match.INSIDE
    name = spelling.tidy(name)
    sought = query.sought(meant=score <= Match.MEANT, loose=score == Match.PARTLY)
    beginnings = [word for words in sought.values() for word in words]
    name_marks, _ = spelling.marks(name, beginnings, inside=inside)
    open_terms = {term for term, words in sought.items() if not spelling.marks(name, words, inside=inside)[0]}
    best: tuple[int, str, str] = (0, "name", name)
    if open_terms:
        initials = next((text.split() for field_, text in passages if field_ == INITIALS), [])
        for field_, text in [("short", short), *(pair for pair in passages if pair[0] != INITIALS)]:
            shown = spelling.tidy(text)
            covered = sum(1 for term in open_terms if spelling.marks(shown, sought[term], inside=inside)[0])
            if covered > best[0]:
                best = (covered, field_, shown)
        short_forms = [term for term in open_terms if term in initials]
        if best[0] == 0 and short_forms:
            return Hit(key, kind, name, short, value, area, score, name_marks, INITIALS, short_forms[0].upper(), ())
    _, where, shown = best
    if where == "name":
        return Hit(key, kind, name, short, value, area, score, name_marks, "name", name, name_marks)
    excerpt, marks = spelling.excerpt(shown, spelling.marks(shown, beginnings, inside=inside)[0])
    return Hit(key, kind, name, short, value, area, score, name_marks, where, excerpt, marks)
