"""Full-text search over the network, while somebody types.

Better hits first: the whole name, its beginning, the beginning of a word of it, an abbreviation, the inside of a
word, then topics and texts, then what was probably meant. The index is an SQLite database (FTS5) that is made
once for each version and role (:mod:`graph.fulltext_files` keeps it); whoever may not see a name has an
index in which it does not stand.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph import spelling
from graph.fulltext_build import SPAN
from graph.fulltext_hits import Hit, Match, Query, hit
from graph.passages import SEARCHED
from graph.typos import Vocabulary

COUNTED = 1_000
"""One and two letters match half of a large network; then no more than so many are counted for each type."""

_FEW = 5
"""Typos are looked for where there are fewer hits than this."""

_HOLDING = 400
_MEANT = 8
_RANKED = 400
_SHORT = 3

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Group:
    """The hits of one type, the best first. ``count`` is how many there are in all, ``more`` whether there are even more than counted."""

    type: str
    hits: list[Hit]
    count: int
    more: bool = False


@dataclass(frozen=True)
class Found:
    """The answer to a query: groups by type (:func:`_class` says in which order). ``suggestion`` is a better query where nothing was found."""

    groups: list[Group] = field(default_factory=list)
    suggestion: str = ""

    @property
    def count(self) -> int:
        """How many hits there are in all groups."""
        return sum(group.count for group in self.groups)


class Index:
    """An index that can be asked, from any thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def close(self) -> None:
        """Lets go of the database."""
        with self._lock:
            self._connection.close()

    def search(self, text: str, *, most: int = 6, opened: Mapping[str, int] | None = None) -> Found:
        """What ``text`` finds: of each type the ``most`` best hits (or as many as ``opened`` says for it). Any text is a query."""
        terms = spelling.terms(text)
        if not terms:
            return Found()
        with self._lock:
            return self._search(terms, most, opened or {})

    # ---- finding -----------------------------------------------------------------------------------------

    def _search(self, terms: list[str], most: int, opened: Mapping[str, int]) -> Found:
        short = sum(map(len, terms)) < _SHORT
        query = Query(terms)
        tiers = self._in_names(query, short)
        if not short:
            tiers += self._in_texts(query)
            good = any(len(numbers) for match, numbers in tiers if match >= Match.BEGINNING)
            if not good and _size(tiers) < _FEW:
                tiers += self._meant(query)
            if not _size(tiers):
                tiers += self._partly(query)
        groups = self._groups(tiers, query, most, opened, short)
        return Found(groups, "" if groups else self._suggestion(terms))

    def _in_names(self, query: Query, short: bool) -> list[tuple[Match, Numbers]]:
        whole = query.whole
        same = self._numbers("SELECT at FROM label WHERE plain = ? AND type = ?", whole, by_type=True)
        begun = self._numbers("SELECT at FROM label WHERE plain > ? AND plain < ? AND type = ? ORDER BY plain", whole, whole + "\U0010ffff", by_type=True)
        words = self._matching("names", _all(f"{{name}} : ({_begins(term)})" for term in query.terms), short)
        found = [(Match.WHOLE, same), (Match.BEGINNING, begun), (Match.WORD, words)]
        if any(1 < len(term) < 7 for term in query.terms):
            found.append((Match.INITIALS, self._matching("names", _all(_begin_or_initials(term) for term in query.terms), short)))
        pieces = {term: self.vocabulary.holding(term, _HOLDING) for term in query.terms if len(term) >= _SHORT}
        if any(pieces.values()):
            found.append((Match.INSIDE, self._matching("names", _all(_any([_begins(term), *map(_word, pieces.get(term, ()))]) for term in query.terms), short)))
        return found

    def _in_texts(self, query: Query) -> list[tuple[Match, Numbers]]:
        if not query.content:
            return []
        close = self._ranked(_all(_any([_begin(spelling.stem(term)), *map(_word, spelling.short_forms(term))]) for term in query.content))
        return [(Match.TEXT, close)]

    def _meant(self, query: Query) -> list[tuple[Match, Numbers]]:
        """Each word that nothing begins with, or all, replaced by words that differ by a slip."""
        found: list[tuple[Match, Numbers]] = []
        for match, table, terms in ((Match.MEANT, "names", query.terms), (Match.MEANT_IN_TEXT, "texts", query.content)):
            meant = {term: self.vocabulary.meant(term, _MEANT, named=table == "names") for term in terms}
            if not any(meant.values()):
                continue
            for term, words in meant.items():
                query.meant.setdefault(term, []).extend(word for word, _ in words)
            for closest in (True, False):
                near = {term: [word for word, slips in words if not closest or slips == words[0][1]] for term, words in meant.items()}
                expression = _all(_any(map(_begin, (term, *near[term]))) for term in terms)
                found.append((match, self._ranked(expression) if table == "texts" else self._matching(table, expression, False)))
        return found

    def _partly(self, query: Query) -> list[tuple[Match, Numbers]]:
        """What holds the parts of the words, or else the words that say most of the query."""
        terms = query.content
        loose = {term: query.loosely(term) for term in terms}
        found = [(Match.PARTLY, self._ranked(_all(_any(_all(map(_begin, option)) for option in loose[term]) for term in terms)))] if terms else []
        if len(terms) > 1 and _size(found) < _FEW:
            found.append((Match.PARTLY, self._covering(loose)))
        return found

    def _covering(self, loose: Mapping[str, list[list[str]]]) -> Numbers:
        """What holds at least half of the words; those that hold more of them, and rarer ones, first."""
        weights: dict[int, float] = {}
        counts: dict[int, int] = {}
        total = max(1, self._total)
        for options in loose.values():
            found = self._matching("texts", _any(_all(map(_begin, option)) for option in options), False)
            if 0 < len(found) < total / 4:
                weight = float(np.log(total / len(found)))
                for at in found.tolist():
                    weights[at] = weights.get(at, 0.0) + weight
                    counts[at] = counts.get(at, 0) + 1
        kept = [at for at, count in counts.items() if 2 * count >= len(loose)]
        kept.sort(key=lambda at: (-weights[at], at))
        return np.array(kept[:_RANKED], dtype=np.int64)

    def _suggestion(self, terms: Sequence[str]) -> str:
        likely = [word if (word := self.vocabulary.likely(term)) else "" for term in terms]
        options = [likely] if all(likely) else []
        options += [[word] for word in sorted(filter(None, likely), key=len, reverse=True)]
        for words in options:
            if _size(self._in_names(Query(words), False)) or _size(self._in_texts(Query(words))):
                return " ".join(self._shown(word) for word in words)
        return ""

    # ---- the database ------------------------------------------------------------------------------------

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All words of the index."""
        rows = self._connection.execute("SELECT word, named FROM word ORDER BY named DESC, n DESC, word").fetchall()
        return Vocabulary([word for word, named in rows if named], [word for word, _ in rows])

    @cached_property
    def _total(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM entry").fetchone()[0])

    @cached_property
    def _types(self) -> list[int]:
        return [number for number in range(len(SEARCHED)) if self._connection.execute("SELECT 1 FROM label WHERE type = ? LIMIT 1", (number,)).fetchone()]

    def _shown(self, word: str) -> str:
        row = self._connection.execute("SELECT shown FROM word WHERE word = ?", (word,)).fetchone()
        return str(row[0]) if row else word

    def _numbers(self, sql: str, *parameters: Any, by_type: bool = False) -> Numbers:
        if not by_type:
            return _array(self._connection.execute(sql, parameters))
        limited = f"{sql} LIMIT {COUNTED}"
        return np.concatenate([_array(self._connection.execute(limited, (*parameters, number))) for number in self._types] or [_array(())])

    def _matching(self, table: str, expression: str, short: bool) -> Numbers:
        """Numbers of the rows that match, in their natural order; of one or two letters only the first of each type."""
        if not short:
            return self._numbers(f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid", expression)
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT {COUNTED}"
        return np.concatenate([self._numbers(sql, expression, number * SPAN, (number + 1) * SPAN - 1) for number in self._types] or [_array(())])

    def _ranked(self, expression: str) -> Numbers:
        """Rows of the texts that match; where they are not too many, those first that hold the words in fewer others."""
        found = self._matching("texts", expression, False)
        if len(found) > _RANKED:
            return found
        return self._numbers("SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY bm25(texts, 6.0, 4.0, 1.0), rowid", expression)

    # ---- the answer --------------------------------------------------------------------------------------

    def _groups(self, tiers: list[tuple[Match, Numbers]], query: Query, most: int, opened: Mapping[str, int], short: bool) -> list[Group]:
        every = np.unique(np.concatenate([numbers for _, numbers in tiers])) if tiers else _array(())
        counts = np.bincount(every // SPAN, minlength=len(SEARCHED)) if len(every) else np.zeros(len(SEARCHED), dtype=np.int64)
        chosen: dict[int, dict[int, Match]] = {number: {} for number in range(len(SEARCHED)) if counts[number]}
        for match, numbers in tiers:
            kinds = numbers // SPAN
            for number, taken in chosen.items():
                wanted = opened.get(SEARCHED[number], most)
                if len(taken) < wanted:
                    for at in numbers[kinds == number][: wanted + len(taken)].tolist():
                        if len(taken) < wanted:
                            taken.setdefault(at, match)
        groups = []
        for number, taken in chosen.items():
            hits = [self._hit(at, match, query) for at, match in taken.items()]
            groups.append(Group(SEARCHED[number], hits, int(counts[number]), short and counts[number] >= COUNTED))
        return sorted(groups, key=lambda group: (_class(group), SEARCHED.index(group.type)))

    def _hit(self, at: int, match: Match, query: Query) -> Hit:
        entry = self._connection.execute("SELECT id, type, name, short, kind, area FROM entry WHERE at = ?", (at,)).fetchone()
        named = match in (Match.WHOLE, Match.BEGINNING, Match.WORD, Match.INSIDE)
        passages = [] if named else self._connection.execute("SELECT field, text FROM passage WHERE at = ? ORDER BY no", (at,)).fetchall()
        return hit(entry, passages, match, query)


def _class(group: Group) -> int:
    """Groups stand in the order of the types, but those whose best hit is of a better class first; so they do not jump about at every letter."""
    best = group.hits[0].score
    return 0 if best == Match.WHOLE else 1 if best >= Match.INSIDE else 2 if best == Match.TEXT else 3 if best == Match.MEANT else 4


# ---- expressions of FTS5: every word in quotes, so that nothing that people type is an operator ------------


def _word(word: str) -> str:
    return f'"{word}"'


def _begin(word: str) -> str:
    return f'"{word}" *'


def _begins(term: str) -> str:
    """Begins so, or is the short form of it that stands in names ("Städt.", "Kath.")."""
    return _any([_begin(term), *map(_word, spelling.short_forms(term))])


def _begin_or_initials(term: str) -> str:
    named = f"{{name}} : ({_begins(term)})"
    return f"{named} OR {{initials}} : {_word(term)}" if 1 < len(term) < 7 else named


def _all(expressions: Iterable[str]) -> str:
    return " AND ".join(f"({expression})" for expression in expressions)


def _any(expressions: Iterable[str]) -> str:
    return " OR ".join(f"({expression})" for expression in expressions)


def _array(rows: Iterable[tuple[int]]) -> Numbers:
    return np.fromiter((row[0] for row in rows), dtype=np.int64)


def _size(tiers: Sequence[tuple[Match, Numbers]]) -> int:
    return len(np.unique(np.concatenate([numbers for _, numbers in tiers]))) if tiers else 0
