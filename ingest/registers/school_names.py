"""What the school registers of North Rhine-Westphalia call a school: forms, official names, short names."""

from __future__ import annotations

import re
from collections.abc import Sequence

FORMS = {
    "02": "Grundschule",
    "04": "Hauptschule",
    "06": "Volksschule",
    "08": "Förderschule Grund-/Hauptschule",
    "0A": "Schulaufsicht",
    "10": "Realschule",
    "13": "PRIMUS-Schule",
    "14": "Sekundarschule",
    "15": "Gesamtschule",
    "16": "Gemeinschaftsschule",
    "17": "Freie Waldorfschule",
    "18": "Freie Waldorfschule",
    "19": "Freie Waldorfschule (Förderschule)",
    "20": "Gymnasium",
    "25": "Weiterbildungskolleg",
    "30": "Berufskolleg",
    "81": "Förderschule (Schulversuch)",
    "83": "Schule für Kranke",
    "85": "Förderschule Realschule/Gymnasium",
    "87": "Förderschule Realschule/Gymnasium",
    "88": "Förderschule Berufskolleg",
}
"""Schulform codes of 2021; the ministry publishes no key table with them.

Read off the names in the register itself, in the words of IT.NRW for the same schools where it has the form too: all
440 schools of code 08 that both know are "Förderschule Grund-/Hauptschule" there. A Schule für Kranke it counts
among these, and does not tell a Waldorfschule that is a Förderschule from others; these words stay as they are.
"""

AUTHORITY = frozenset({"0A"})
"""Codes of offices that stand in the register beside the schools: Schulämter, Bezirksregierungen, the ministry."""

_ABBREVIATIONS = (
    ("Förderschule", "FÖ"),
    ("Grundschule", "GS"),
    ("Hauptschule", "HS"),
    ("Realschule", "RS"),
    ("Gesamtschule", "GE"),
    ("Gymnasium", "Gym"),
    ("Sekundarschule", "SK"),
    ("Berufskolleg", "BK"),
    ("Weiterbildungskolleg", "WBK"),
    ("Waldorf", "FW"),
    ("PRIMUS", "PS"),
)
_YEARS = r"(?:prim(?:ar(?:stufen?|st\.|\.|-|\b)|\.)|P(?=[,.-]?\s*(?:u\.|und|,)?\s*sek)|sek(?:undarstufen?|\.)?\s*I{1,2}\b)"
_STAGES = rf"{_YEARS}(?:\s*(?:u\.|und|,|/|\+|&|-)?\s*(?:{_YEARS}|I{{1,2}}\b(?!\.\w)))*\.?"
_SCHOOL_OF = r"(?:\b(?:städt\w*\.?\s+)?(?:(?:kath|gem|ev)\w*\.?\s+)?schulen?\s+(?:der|d\.|mit)\s*)?(?:\b(?:mit|der|d\.)\s+)?"
_TRAILING_STAGE = re.compile(rf"[\s,/(–-]*{_SCHOOL_OF}(?<![\w.]){_STAGES}[\s)–-]*$", re.IGNORECASE)
"""What is said at the end about the years that the school is for."""

_LEADING_STAGE = re.compile(rf"^[\s,/(–-]*{_SCHOOL_OF}{_STAGES}(?!\w)[\s),–-]*", re.IGNORECASE)
"""The same at the beginning of a line."""

_DANGLING = re.compile(r"(?:[\s,–-]+(?:städt\w*\.?\s+)?schulen?)?[\s,/–-]+(?:der|des|d\.|mit|m\.|für|f\.|im|in|und|u\.|an|von|v\.)$", re.IGNORECASE)
"""What is left of a phrase whose other half was said about years."""

_PROPER_END = re.compile(r",|\s[-–]|[-–]\s(?!und |u\. |oder )|\s(?:m\.|mit|f\.|für|u\.\s\w+sch\.)\s")
"""Where the proper name ends in a line that is too long for a short name."""

_LONG = 36

_TYPE = re.compile(r"schule|gymnasi|kolleg|schul-", re.IGNORECASE)
_COMMON = re.compile(
    r"(städt(\.|isch(e[rs]?)?)?|gem(\.|ein(de|sch(\.|afts)?)?-?)?|kath(\.|olische[rs]?)?|ev(\.|ang\.?|angelische[rs]?)?|bischöfl(\.|iches|iche)?|priv(\.|ate[rs]?)?"
    r"|staatl\.?|genehm\.?|anerk\.?|(gemeinschafts|bekenntnis)?grundschule|gemeinschaftshauptschule|hauptschule|realschule|gesamtschule|gymnasium|förderschule"
    r"|sekundarschule|berufskolleg|weiterbildungskolleg|ersatzschule|schule|der|des|die|d\.|stadt|kreises|gemeinde|in|f\.|für|jungen|u\.|und|mädchen"
    r"|primarstufe|sekundarstufe[n]?|sek\.?|ii?|i\.|[-–,]|[\w-]+-kreises)",
    re.IGNORECASE,
)


def official_name(parts: Sequence[str]) -> str:
    """The name out of the register's up to three lines: words parted at a line's end joined, what is said about years left out."""
    name = ""
    for part in _lines(parts):
        if name:
            part = _LEADING_STAGE.sub("", part)
        name += part if re.search(r"\w-$", name) else f" {part}"
        name = name.strip()
    name = re.sub(r"(?<=[a-zäöüß])- (?=[a-zäöüß])(?!u\.|und |oder )", "", name).replace("( ", "(").replace(" )", ")")
    return _without_years(name)


def _lines(parts: Sequence[str]) -> list[str]:
    """The filled lines, each with single spaces; a word that was parted at a line's end stands in one of them."""
    lines: list[str] = []
    for part in (" ".join(part.split()) for part in parts):
        if lines and re.search(r"\w-$", lines[-1]) and part[:1].islower() and not part.startswith(("u.", "und ", "oder ")):
            lines[-1] = lines[-1][:-1] + part
        elif part:
            lines.append(part)
    return lines


def _without_years(text: str) -> str:
    """Without what is said about years at the end, and without the loose end that it leaves."""
    text = text.strip(" ,-–")
    shorter = _TRAILING_STAGE.sub("", text)
    shorter = _DANGLING.sub("", shorter).strip(" ,-–/&").removesuffix(" .")
    return shorter or text


def short_name(parts: Sequence[str], form: str, street: str, city: str) -> str:
    """A short name for narrow pictures, by rule: the line with the proper name, else form and street ("GS Eschenstraße").

    A proper name that does not say what it is gets the abbreviation of the form before it ("GS Am Friedenspark").
    """
    short = next((abbreviation for word, abbreviation in _ABBREVIATIONS if form.startswith(word) or word in form), form)
    town = {word.casefold() for word in city.split()}
    lines = _lines(parts)
    if len(lines) > 1 and re.search(r"\w-$", lines[0]) and lines[1][:1].isupper():
        lines[:2] = [lines[0] + lines[1]]  # one name that broke at its hyphen
    for part in (_without_years(_LEADING_STAGE.sub("", line)) for line in lines):
        if part.startswith(("mit ", "m. ")) or all(_COMMON.fullmatch(word) or word.casefold() in town for word in part.split()):
            continue
        words = part.split()
        while len(words) > 1 and _COMMON.fullmatch(words[0]) and not _TYPE.search(words[0]):
            words.pop(0)
        proper = _DANGLING.sub("", " ".join(words).split(",")[0]).strip(" -–")
        if len(proper) > _LONG:
            proper = _DANGLING.sub("", _PROPER_END.split(proper)[0]).strip(" -–")
        if not _COMMON.fullmatch(proper):
            return proper if _TYPE.search(proper) else f"{short} {proper}"
    where = re.sub(r"\s+\d.*$", "", street).strip()
    return f"{short} {where}".strip()
