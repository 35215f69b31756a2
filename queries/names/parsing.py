"""The name of an institution, a Gremium or a project taken apart: what is its own, and what only says what it is.

"Städt. Gem.-Grundschule Kirchstraße, Duisburg" and "GGS Kirchstr." have the same core and the same type; what was
measured of it stands in docs/duplicates.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from queries.names.folding import fold, loose
from queries.names.lexicon import Lexicon, load

_KEEP = 18
"""A name is never cut before this letter: it would lose its own words."""

_CLOSE = 88
"""How alike (0 to 100) a word must be to a long word of the lexicon to be it with a typing error."""

_SPECIAL = "FOES"
_OTHERS = frozenset({"KITA", "EKT", "HORT", "BIB", "MUSIK"})
"""What is no school form: named behind the cut, it is somebody else."""

_NOT_OF_A_TOWN = frozenset("an der am im bad".split())
_STREET = re.compile(r"(?:strasse|strase|str\.?)$")
_DASH = re.compile(r"(?<=[a-z])-(?=[a-z])")
_WORD = re.compile("[a-z0-9]+")
_NOWHERE = frozenset("stadt staedt staedtische staedtisches verb schule".split())


@dataclass(frozen=True, slots=True)
class Name:
    """What a name says. ``core``: the words that are its own, in their order; the sets are empty where it says nothing."""

    core: tuple[str, ...]
    types: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    directions: frozenset[str] = frozenset()
    focuses: frozenset[str] = frozenset()
    whole: str = ""
    """All words joined, streets shortened: to look for the name of a street in it."""

    joined: str = ""


@lru_cache(300_000)
def parse(name: str, city: str = "", lexicon: Lexicon | None = None) -> Name:
    """``name`` taken apart; the words of ``city`` are no words of its own, unless nothing else is left."""
    words = lexicon or load()
    full = re.sub(r"(?<=[a-z])\.(?=[a-z]{3})", ". ", re.sub(r'["\'„“”»«]', " ", f" {fold(name)} "))
    cut = words.cut.search(full, _KEEP)
    text = words.legal.sub(" ", f"{full[: cut.start()]} " if cut else full)
    text, found = _marks(text.replace("&", " und ").replace("+", " und "), words)
    found["type"] |= {rule.meaning for rule in words.telling if rule.pattern.search(full)}
    core, numbers, directions = _core(text, city, found, words)
    if not found["type"] and cut:
        found["type"] |= _types_in(full, words)
    if _SPECIAL in found["type"]:
        found["focus"] |= {rule.meaning for rule in words.focuses if rule.pattern.search(full)}
        found["type"] -= {"GGS"}  # "FÖ GG" is Geistige Entwicklung, not Gemeinschaftsgrundschule
    if not core and directions:
        core = sorted(directions)
    return Name(
        core=tuple(core),
        types=frozenset(found["type"]),
        levels=frozenset(found["level"]),
        bodies=frozenset(found["body"]),
        numbers=frozenset(numbers),
        directions=frozenset(directions),
        focuses=frozenset(found["focus"]),
        whole=_whole(text),
        joined="".join(core),
    )


def _marks(text: str, words: Lexicon) -> tuple[str, dict[str, set[str]]]:
    """The text with its types, levels and bodies taken out, words replaced by their meaning, and what was taken out."""
    found: dict[str, set[str]] = {"type": set(), "level": set(), "body": set(), "focus": set()}
    for rule in words.rules:
        if rule.kind == "word":
            text = rule.pattern.sub(f" {rule.meaning} ", text)
            continue
        mark, _, word = rule.meaning.partition(" ")
        shorter = rule.pattern.sub(f" {word} ", text)
        if shorter != text:
            found[rule.kind].add(mark)
            text = shorter
    return text, found


def _core(text: str, city: str, found: dict[str, set[str]], words: Lexicon) -> tuple[list[str], set[str], set[str]]:
    """The words of its own, the numbers and the directions; types met on the way are added to ``found``."""
    town = {loose(word) for word in _WORD.findall(fold(city)) if word not in _NOT_OF_A_TOWN}
    core: list[str] = []
    numbers: set[str] = set()
    directions: set[str] = set()
    for word in _WORD.findall(_DASH.sub(" ", text)):
        word = _street(word)
        if word in ("str", "strasse") and core:
            core[-1] += "str"
            continue
        if end := words.ending.match(word):
            if meaning := words.endings[end.group(2)]:
                found["type"].add(meaning)
            word = end.group(1)
        if loose(word) in town or word in words.stop:
            continue
        if meant := _mistyped(word, words):
            kind, meaning = meant
            if kind != "word":
                found["type"].add(meaning)
                continue
            word = meaning
        if word in core:
            continue
        if word in words.romans or word.isdigit():
            numbers.add(words.romans.get(word, word))
        elif _SPECIAL in found["type"] and any(rule.pattern.fullmatch(word) for rule in words.focuses):
            found["focus"].add(next(rule.meaning for rule in words.focuses if rule.pattern.fullmatch(word)))
        elif word in words.directions:
            directions.add(word)
        elif len(word) > 1:
            core.append(word)
    return core, numbers, directions


@lru_cache(100_000)
def _mistyped(word: str, words: Lexicon) -> tuple[str, str] | None:
    if len(word) < 8:
        return None
    close = process.extractOne(word, words.long_words.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return words.long_words[close[0]] if close else None


def _types_in(full: str, words: Lexicon) -> set[str]:
    """Types named behind the cut, looked for in the whole name."""
    found = {rule.meaning for rule in words.rules if rule.kind == "type" and rule.meaning not in _OTHERS and rule.pattern.search(full)}
    if found:
        return found
    inside = next((ending for ending in words.endings if words.endings[ending] and ending in full), None)
    return {words.endings[inside]} if inside else set()


def _street(word: str) -> str:
    return _STREET.sub("str", word) if len(word) > 5 else word


def _whole(text: str) -> str:
    parted = re.sub(r"\bstr(?:asse)?\b\.?", "str ", _DASH.sub(" ", text))
    return "".join(word for word in map(_street, _WORD.findall(parted)) if word not in _NOWHERE)


_NARROWER = {"GGS": "GS", "KGS": "GS", "EGS": "GS", "KHS": "HS"}
_FOR_CHILDREN = frozenset({"EKT", "KITA", "HORT"})
_ONE_TURNS_INTO_ANOTHER = frozenset({"SK", "GE", "GEM", "HS", "RS"})


def same_type(one: frozenset[str], other: frozenset[str]) -> float:
    """How the types of two names stand to each other: 1 the same, .5 one is the wider word, 0 not known, -.5 a school form
    that turns into the other when schools are rebuilt, -1 different.
    """
    if not one or not other:
        return 0.0
    if one & other:
        return 1.0
    wide_one, wide_other = ({_NARROWER.get(kind, kind) for kind in kinds} for kinds in (one, other))
    if wide_one & wide_other:
        return 0.5 if {"GS", "HS"} & (one | other) else -1.0
    if one | other <= _FOR_CHILDREN:
        return 0.5
    return -0.5 if wide_one | wide_other <= _ONE_TURNS_INTO_ANOTHER else -1.0
