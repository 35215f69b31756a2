"""A Cypher text read into words, clauses and patterns: as much as the rules of :mod:`queries.cypher_rules` look at.

It is no parser: whether a text is Cypher at all says the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_TOKENS = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    |(?P<quoted>`(?:``|[^`])*`)
    |(?P<parameter>\$(?:\w+|`[^`]*`))
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign><>|<=|>=|=~|\.\.|\+=|\|\||::|.)""",
    re.VERBOSE | re.DOTALL,
)
_OPEN, _CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}
_CLAUSES = frozenset("MATCH WHERE WITH RETURN UNWIND CREATE MERGE SET REMOVE DELETE DETACH FOREACH CALL ORDER SKIP LIMIT UNION YIELD LOAD".split())
_COMMANDS = frozenset("SHOW DROP ALTER USE GRANT DENY REVOKE TERMINATE START STOP RENAME ENABLE".split())
"""Clauses only at the beginning of a text: elsewhere ``start`` and its like are good names."""
SCHEMA_WORDS = frozenset("CONSTRAINT INDEX FULLTEXT RANGE TEXT POINT LOOKUP VECTOR DATABASE USER ROLE ALIAS OR COMPOSITE IMMUTABLE SERVER".split())
"""What comes after CREATE, SHOW or DROP where it is about the database itself."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text. ``kind``: word, quoted, text, parameter, number or sign."""

    kind: str
    text: str
    line: int

    @property
    def name(self) -> str:
        """The name that a word or a name in backticks stands for, else ""."""
        return self.text if self.kind == "word" else self.text[1:-1].replace("``", "`") if self.kind == "quoted" else ""

    def is_(self, *words: str) -> bool:
        """Is it one of these key words (given in capitals)?"""
        return self.kind == "word" and self.text.upper() in words


@dataclass(slots=True)
class Clause:
    """A clause and what stands in it, clauses of its own subqueries included; ``level`` counts the subqueries around it."""

    word: str
    line: int
    level: int
    tokens: list[Token] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A node or a relationship of a pattern: its variable, its labels or types, the properties that it names, its text."""

    variable: str
    names: tuple[Token, ...]
    keys: tuple[Token, ...]
    text: str
    line: int
    node: bool


@dataclass(frozen=True, slots=True)
class Path:
    """One path of a pattern; ``search`` is shortestPath, allShortestPaths or ""."""

    parts: tuple[Part, ...]
    search: str
    line: int
    text: str


def tokens(text: str) -> list[Token]:
    """The words of a text, without comments and spaces."""
    found, line = [], 1
    for match in _TOKENS.finditer(text):
        kind, said = match.lastgroup or "sign", match.group()
        if kind != "space":
            found.append(Token(kind, said, line))
        line += said.count("\n")
    return found


def told(given: Sequence[Token]) -> str:
    """These words as one short text, to show what is meant."""
    text = re.sub(r"\s*([)\]}.:,])", r"\1", re.sub(r"([(\[{.:])\s*", r"\1", " ".join(token.text for token in given)))
    text = re.sub(r"\s*(<?)\s*-\s*(>?)\s*", r"\1-\2", text)
    return text if len(text) <= 60 else f"{text[:57]} …"


def clauses(given: Sequence[Token]) -> list[Clause]:
    """All clauses in their order, those of subqueries right after the one they stand in."""
    found: list[Clause] = []
    brackets: list[str] = []
    open_: list[tuple[int, Clause]] = []  # (brackets around it, clause), the outer first
    for number, token in enumerate(given):
        if token.is_("OPTIONAL", "ON") and at(given, number + 1).is_("MATCH", "CREATE"):
            continue
        if token.text in _CLOSE and brackets:
            brackets.pop()
            while open_ and open_[-1][0] > len(brackets):
                open_.pop()
        begins = _begins(given, number, brackets)
        if begins:
            while open_ and open_[-1][0] >= len(brackets):
                open_.pop()
        for _, outer in open_:
            outer.tokens.append(token)
        if begins:
            found.append(Clause(token.text.upper(), token.line, brackets.count("{")))
            open_.append((len(brackets), found[-1]))
        elif token.text in _OPEN:
            brackets.append(token.text)
    return found


def _begins(given: Sequence[Token], number: int, brackets: Sequence[str]) -> bool:
    """Does a clause begin at this word?"""
    token, before, after = given[number], at(given, number - 1), at(given, number + 1)
    if token.is_(*_COMMANDS):
        return before.text in ("", ";") or before.is_("EXPLAIN", "PROFILE")
    if not token.is_(*_CLAUSES) or before.text in (".", ":") or before.is_("AS") or after.text in (":", "."):
        return False
    if token.is_("LOAD"):
        return after.is_("CSV")
    if token.is_("WITH") and before.is_("STARTS", "ENDS"):
        return False
    if brackets and brackets[-1] == "(":  # of these brackets only those of FOREACH hold clauses; else it is the WHERE of a node, or a name
        return token.is_("SET", "REMOVE", "CREATE", "MERGE", "DELETE", "DETACH", "FOREACH")
    return not brackets or brackets[-1] != "["


def at(given: Sequence[Token], number: int) -> Token:
    """The word at this place; an empty one before the beginning and after the end."""
    return given[number] if 0 <= number < len(given) else Token("sign", "", 0)


def closing(given: Sequence[Token], start: int) -> int:
    """Where the bracket that opens at ``start`` is closed; the end where it never is."""
    depth = 0
    for number in range(start, len(given)):
        depth += (given[number].text in _OPEN) - (given[number].text in _CLOSE)
        if depth == 0:
            return number
    return len(given)


def split(given: Sequence[Token], sign: str = ",") -> list[Sequence[Token]]:
    """The parts between commas that stand in no bracket."""
    parts, depth, start = [], 0, 0
    for number, token in enumerate(given):
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0 and token.text == sign:
            parts.append(given[start:number])
            start = number + 1
    return [part for part in [*parts, given[start:]] if part]


def paths(given: Sequence[Token]) -> list[Path]:
    """The paths of a pattern."""
    found = []
    for words in split(given):
        parts = tuple(_parts(words))
        if parts:
            search = next((token.text for token in words if token.is_("SHORTESTPATH", "ALLSHORTESTPATHS")), "")
            found.append(Path(parts, search, words[0].line, told(words)))
    return found


def _parts(words: Sequence[Token]) -> Iterator[Part]:
    number = 0
    while number < len(words):
        token = words[number]
        if token.text == "(" and at(words, number + 1).text == "(":
            number += 1  # a group: its nodes come next
        elif token.text == "(" and at(words, number - 1).is_("SHORTESTPATH", "ALLSHORTESTPATHS"):
            number += 1
        elif token.text in ("(", "[") and (token.text == "(" or at(words, number - 1).text == "-"):
            end = closing(words, number)
            yield _part(words[number : end + 1])
            number = end + 1
        else:
            number += 1


def _part(words: Sequence[Token]) -> Part:
    inner = words[1:-1]
    variable = inner[0].name if inner and not inner[0].is_("WHERE", "IS") else ""
    names: list[Token] = []
    keys: list[Token] = []
    number = 1 if variable else 0
    naming = False
    while number < len(inner) and not inner[number].is_("WHERE"):
        token = inner[number]
        if token.text == "{":
            end = closing(inner, number)
            keys += [pair[0] for pair in split(inner[number + 1 : end]) if pair[0].name]
            number = end
        elif token.text == ":" or token.is_("IS"):
            naming = True
        elif token.text == "*":
            naming = False
        elif naming and token.name:
            names.append(token)
        number += 1
    return Part(variable, tuple(names), tuple(keys), told(words), words[0].line, words[0].text == "(")
