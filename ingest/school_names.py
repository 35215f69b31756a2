"""What the school registers of North Rhine-Westphalia call a school: forms, official names, short names."""

from __future__ import annotations

import re
from collections.abc import Sequence

FORMS = {
    "02": "Grundschule",
    "04": "Hauptschule",
    "06": "Volksschule",
    "08": "Förderschule",
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
    "85": "Förderschule Realschule",
    "87": "Förderschule Sekundarstufe I und II",
    "88": "Förderschule Berufskolleg",
}
"""Schulform codes of 2021, read off the names in the register itself: the ministry publishes no key table with it."""

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
_STAGE = re.compile(r"^[-–\s]*(schule\s*d(er|\.)\s*)?(primarstufe|sekundarstufe|sek\.?\s*i|primar).*$", re.IGNORECASE)
"""A line of the name that only says for which years the school is."""

_TYPE = re.compile(r"schule|gymnasi|kolleg|schul-", re.IGNORECASE)
_COMMON = re.compile(
    r"(städt(\.|isch(e[rs]?)?)?|gem(\.|ein(de|sch(\.|afts)?)?-?)?|kath(\.|olische[rs]?)?|ev(\.|ang\.?|angelische[rs]?)?|bischöfl(\.|iches|iche)?|priv(\.|ate[rs]?)?"
    r"|staatl\.?|genehm\.?|anerk\.?|(gemeinschafts|bekenntnis)?grundschule|gemeinschaftshauptschule|hauptschule|realschule|gesamtschule|gymnasium|förderschule"
    r"|sekundarschule|berufskolleg|weiterbildungskolleg|ersatzschule|schule|der|des|die|d\.|stadt|kreises|gemeinde|in|f\.|für|jungen|u\.|und|mädchen"
    r"|primarstufe|sekundarstufe[n]?|sek\.?|ii?|i\.|[-–,])",
    re.IGNORECASE,
)


def official_name(parts: Sequence[str]) -> str:
    """The name out of the register's up to three lines: words parted at a line's end joined, the line about years left out."""
    name = ""
    for part in (" ".join(part.split()) for part in parts):
        if not part or (name and _STAGE.match(part)):
            continue
        joined = re.search(r"\w-$", name) and part[0].islower() and not part.startswith(("u.", "und ", "oder "))
        if joined:
            name = name[:-1] + part
        else:
            name += part if re.search(r"\w-$", name) and part[0].isupper() else f" {part}"
            name = name.strip()
    name = re.sub(r"(?<=[a-zäöüß])- (?=[a-zäöüß])(?!u\.|und |oder )", "", name)
    return name.strip(" ,-–")


def short_name(parts: Sequence[str], form: str, street: str, city: str) -> str:
    """A short name for narrow pictures, by rule: the line with the proper name, else form and street ("GS Eschenstraße").

    A proper name that does not say what it is gets the abbreviation of the form before it ("GS Am Friedenspark").
    """
    short = next((abbreviation for word, abbreviation in _ABBREVIATIONS if form.startswith(word) or word in form), form)
    town = {word.casefold() for word in city.split()}
    lines = [" ".join(part.split()) for part in parts]
    if len(lines) > 1 and re.search(r"\w-$", lines[0]) and lines[1][:1].isupper():
        lines[:2] = [lines[0] + lines[1]]  # one name that broke at its hyphen
    for part in (line.strip(" ,-–") for line in lines):
        if not part or _STAGE.match(part) or all(_COMMON.fullmatch(word) or word.casefold() in town for word in part.split()):
            continue
        words = part.split()
        while len(words) > 1 and _COMMON.fullmatch(words[0]) and not _TYPE.search(words[0]):
            words.pop(0)
        proper = " ".join(words).split(",")[0].strip(" -–")
        return proper if _TYPE.search(proper) else f"{short} {proper}"
    where = re.sub(r"\s+\d.*$", "", street).strip()
    return f"{short} {where}".strip()
