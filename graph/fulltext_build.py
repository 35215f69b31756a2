"""Writes the full-text index of a snapshot into an SQLite database; :mod:`graph.fulltext` reads it.

All words are stored in their plain form, so that the database only has to compare letters. The number of a row
holds its type and, within the type, the rank of its name: rows in their natural order are the shortest names first.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable

from graph.passages import INITIALS, SEARCHED, Entry, choice_label, entries
from graph.snapshot import Snapshot
from graph.spelling import plain, words_of

FORMAT = 1
"""Counts up when the tables change their shape or their content is made in another way."""

SPAN = 1 << 32
"""The row numbers of type number n begin at n * SPAN."""

_ROWS_AT_ONCE = 5_000

_TABLES = """
CREATE TABLE entry(at INTEGER PRIMARY KEY, id TEXT, type TEXT, name TEXT, short TEXT, kind TEXT, area TEXT);
CREATE TABLE label(type INTEGER NOT NULL, plain TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(type, plain, at)) WITHOUT ROWID;
CREATE TABLE passage(at INTEGER NOT NULL, no INTEGER NOT NULL, field TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY(at, no)) WITHOUT ROWID;
CREATE TABLE word(word TEXT PRIMARY KEY, shown TEXT NOT NULL, named INTEGER NOT NULL, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE names USING fts5(name, initials, content='', detail=column, prefix='1 2 3 4', tokenize='unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE texts USING fts5(name, topics, body, content='', prefix='3 4', tokenize='unicode61 remove_diacritics 0');
"""


def write(connection: sqlite3.Connection, snapshot: Snapshot) -> None:
    """The index of ``snapshot`` in an empty database, in one transaction."""
    connection.executescript(_TABLES)
    words = _Words()
    with connection:
        connection.execute("BEGIN")
        rows: list[tuple[int, Entry]] = []
        numbers = {kind: number * SPAN for number, kind in enumerate(SEARCHED)}
        for entry in entries(snapshot):
            numbers[entry.type] += 1
            rows.append((numbers[entry.type], entry))
            if len(rows) == _ROWS_AT_ONCE:
                _put(connection, rows, words)
                rows.clear()
        _put(connection, rows, words)
        words.put(connection)
        for table in ("names", "texts"):
            connection.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
    connection.execute("ANALYZE")


def _put(connection: sqlite3.Connection, rows: list[tuple[int, Entry]], words: _Words) -> None:
    labels, names, texts, passages = [], [], [], []
    for at, entry in rows:
        labels += [(at // SPAN, text, at) for text in entry.plain]
        topics = list(dict.fromkeys(_told(entry, entry.topics)))
        body = list(dict.fromkeys(_told(entry, entry.texts)))
        name = " ".join(entry.plain)
        names.append((at, name, " ".join(entry.initials)))
        plain_topics, plain_body = (" ".join(words.plain(text) for _, text in told) for told in (topics, body))
        texts.append((at, name, plain_topics, plain_body))
        words.count(entry, name, f"{plain_topics} {plain_body}")
        told = [(INITIALS, " ".join(entry.initials))] if entry.initials else []
        passages += [(at, no, field, text) for no, (field, text) in enumerate([*told, *topics, *body])]
    connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", [(at, e.id, e.type, e.name, e.short, e.kind, e.area) for at, e in rows])
    connection.executemany("INSERT INTO label VALUES (?, ?, ?)", labels)
    connection.executemany("INSERT INTO names(rowid, name, initials) VALUES (?, ?, ?)", names)
    connection.executemany("INSERT INTO texts(rowid, name, topics, body) VALUES (?, ?, ?, ?)", texts)
    connection.executemany("INSERT INTO passage VALUES (?, ?, ?, ?)", passages)


def _told(entry: Entry, passages: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Values of choices in words, in both languages."""
    for field, text in passages:
        words = choice_label(entry.type, field, text)
        if words is None:
            yield field, text
        else:
            yield field, words.de
            yield field, words.en


class _Words:
    """Every word that occurs: how it is written, how often it stands in names, how often anywhere."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}
        self._named: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        self._known: dict[str, str] = {}

    def plain(self, text: str) -> str:
        """The plain form of a passage; the same topics stand at many things, so it is kept."""
        if len(text) > 60:
            return self._fold(text)
        if text not in self._known:
            self._known[text] = self._fold(text)
        return self._known[text]

    def _fold(self, text: str) -> str:
        folded = plain(text)
        self._note(text, folded)
        return folded

    def count(self, entry: Entry, name: str, told: str) -> None:
        """Takes note of the words of an entry: of its plain names, and of its plain passages."""
        self._note(f"{entry.name} {entry.short}", name)
        self._named.update(name.split())
        self._all.update(told.split())

    def _note(self, text: str, folded: str) -> None:
        missing = [word for word in folded.split() if word not in self._shown]
        if missing:
            self._shown.update({word: text[start:end] for start, end, word in words_of(text) if word in missing})
            for word in missing:
                self._shown.setdefault(word, word)

    def put(self, connection: sqlite3.Connection) -> None:
        """Writes them."""
        rows = ((word, self._shown.get(word, word), self._named[word], self._named[word] + self._all[word]) for word in {**self._named, **self._all})
        connection.executemany("INSERT INTO word VALUES (?, ?, ?, ?)", rows)
