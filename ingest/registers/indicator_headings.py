"""What the headings of a table of indicators mean: area, indicator, year, value, unit; and what stands inside one heading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from graph import dates
from graph.values import plain as text
from ingest.shapes.area_properties import LEVEL_WORDS
from ingest.tabular.headings import plain

AREA, AGS, CODE, LEVEL, PARENT, INDICATOR, YEAR, VALUE, UNIT, ORIGIN, ASIDE = (
    "area",
    "ags",
    "code",
    "level",
    "parent",
    "indicator",
    "year",
    "value",
    "unit",
    "origin",
    "aside",
)

_ROLES = {
    AREA: "gebiet raum raumeinheit gebietseinheit gebietsname name bezeichnung area region räumliche einheit regionaleinheit".split() + ["räumliche einheit"],
    AGS: ["ags", "gemeindeschlüssel", "amtlicher gemeindeschlüssel", "gemeindekennziffer", "gkz", "ars", "regionalschlüssel", "amtlicher regionalschlüssel"],
    CODE: ["schlüssel", "gebietsschlüssel", "code", "nr", "nr.", "nummer", "kennziffer", "key", "gebietsnummer"],
    LEVEL: ["ebene", "gebietstyp", "level", "raumebene", "gebietsart"],
    PARENT: ["übergeordnetes gebiet", "übergeordnet", "gehört zu", "parent", "liegt in"],
    INDICATOR: ["kennzahl", "indikator", "merkmal", "indicator", "variable", "kennziffer name", "messgröße"],
    YEAR: ["jahr", "year", "stichtag", "berichtsjahr", "schuljahr", "datum", "zeitpunkt", "zeit", "erhebungsjahr"],
    VALUE: ["wert", "value", "zahlenwert", "messwert", "anzahl", "ausprägung"],
    UNIT: ["einheit", "unit", "maßeinheit", "masseinheit"],
    ORIGIN: ["quelle", "source", "herkunft", "datenquelle", "stand", "quelle und stand"],
    ASIDE: ["lfd. nr.", "lfd. nr", "lfd nr", "lfd.nr.", "id", "fid", "objectid", "gid", "plz", "postleitzahl",
            "rang", "lat", "lon", "x", "y", "breite", "länge"],
}  # fmt: skip
_BY_WORD = {word: role for role, words in _ROLES.items() for word in words}
_COARSE_TO_FINE = ("county", "municipality", "social_space", "district", "quarter")
_UNITS = frozenset(
    "% prozent anzahl personen person kinder jugendliche schüler haushalte haushalt familien einwohner einwohnerinnen fälle plätze jahre jahr euro € eur tsd. "
    "ha km² km2 qm m² m2 m km index indexwert punkte stufe stufen quote rate verhältnis absolut promille ‰ "
    "vollzeitäquivalente vzä stunden tage monate".split()
)
_UNIT_START = re.compile(r"(?:in|je|pro|per|v\.?\s?h\.?|tsd\.?|mio\.?|mrd\.?|anteil|anzahl)\b", re.IGNORECASE)
_IN_PERCENT = re.compile(r"(?:^|\s)(?:in|in\s+)\s*(%|prozent|‰|promille|euro|€|eur|jahren|ha|km²|qm|m²)\s*$", re.IGNORECASE)
_BRACKETS = re.compile(r"^(.*\S)\s*[(\[]([^()\[\]]+)[)\]]\s*$")
_YEAR_BEHIND = re.compile(
    r"^(.*[^\s,;:_–-])[\s,;:_–-]+(?:am\s+|zum\s+|im\s+jahr\s+|stand\s+)?((?:\d{1,2}\.\s?\d{1,2}\.\s?)?(?:19|20)\d\d(?:/\d{2}(?:\d{2})?)?)$", re.IGNORECASE
)
_YEAR_BEFORE = re.compile(r"^((?:19|20)\d\d(?:/\d{2})?)\s*[:,;–-]?\s+(\D.*)$")
_YEAR_WORDS = re.compile(r"^(?:jahr|im jahr|stand|stichtag|am|zum|schuljahr|sj\.?)\s*:?\s*", re.IGNORECASE)
_FOOTNOTE = re.compile(r"(?<=[^\W\d])\s*(?:[¹²³⁴-⁹]+\)?|\*+|\s\d\))$")
_FIRST, _LAST = 1850, 2150


@dataclass(frozen=True, slots=True)
class Head:
    """What a heading says by itself: a role, and the level where it names one ("Stadtteil", "Stadtteil-Nr.")."""

    role: str = ""
    level: str = ""

    @property
    def depth(self) -> int:
        """How fine its level is; a heading such as "Gebiet" is finest, because a Bezirk beside it says where that lies."""
        return _COARSE_TO_FINE.index(self.level) if self.level else len(_COARSE_TO_FINE)


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator as a heading names it: "Kinder unter 6 (Kinder) 2023"."""

    name: str
    unit: str = ""
    year: int | None = None


def head(heading: str) -> Head:
    """The meaning of a heading; one without a role may be an indicator or a year."""
    word = plain(_FOOTNOTE.sub("", heading))
    if role := _BY_WORD.get(word):
        return Head(role)
    if word in LEVEL_WORDS and not word.isdigit():
        return Head(AREA, LEVEL_WORDS[word])
    if found := re.fullmatch(r"(.+?)[\s._-]*(nr\.?|nummer|schlüssel|kennziffer|code|id)", word):
        level = LEVEL_WORDS.get(found[1].rstrip("s- "), "") or LEVEL_WORDS.get(found[1], "")
        if level:
            return Head(CODE, level)
    if found := re.fullmatch(r"(?:name (?:des|der) )?(stadtteil|ortsteil|stadtbezirk|bezirk|gemeinde|kommune|sozialraum)(?:s|es)?[\s._-]*(?:name)?", word):
        return Head(AREA, LEVEL_WORDS[found[1]])
    return Head()


def year_in(cell: object) -> int | None:
    """The year that a cell or heading is, whole: 2023, "31.12.2023", "Jahr 2023", a date, "2023/24" (its first year). Else None."""
    if isinstance(cell, datetime | date):
        return cell.year
    words = _YEAR_WORDS.sub("", text(cell)).strip() if cell is not None and not isinstance(cell, bool) else ""
    words = re.sub(r"\s+00:00(:00)?$", "", _FOOTNOTE.sub("", words).strip("* "))
    if not re.search(r"\d{4}", words):
        return None
    try:
        year = int(dates.parse(words)[:4])
    except ValueError:
        return None
    return year if _FIRST <= year <= _LAST else None


def measure(heading: str) -> Measure:
    """Name, unit and year out of one heading. What stands in brackets is a unit only where it reads like one."""
    name, unit, year = _FOOTNOTE.sub("", heading).strip(), "", None
    for _ in range(3):
        if found := _BRACKETS.match(name):
            inside = found[2].strip()
            if year is None and (year := year_in(inside)) is not None:
                name = found[1]
                continue
            if not unit and is_unit(inside):
                unit, name = inside, found[1]
                continue
        if year is None and (found := _YEAR_BEHIND.match(name)):
            year, name = year_in(found[2]), found[1]
            continue
        if not unit and (found := _IN_PERCENT.search(name)) and name[: found.start()].strip():
            unit, name = found[1], name[: found.start()].strip()
            continue
        break
    if year is None and (found := _YEAR_BEFORE.match(name)):
        year, name = year_in(found[1]), found[2]
    return Measure(name.strip(" ,;:"), re.sub(r"^in\s+", "", unit), year)


def is_unit(words: str) -> bool:
    """Do these words read like a unit ("Kinder", "je 1.000 Einwohner", "in %")?"""
    return words.casefold() in _UNITS or "%" in words or "€" in words or bool(_UNIT_START.match(words))


def same_unit(left: str, right: str) -> bool:
    """Are two units the same, however they are written ("%", "Prozent", "in %", "v. H.")?"""
    return _bare_unit(left) == _bare_unit(right)


def _bare_unit(unit: str) -> str:
    bare = re.sub(r"^in\s+", "", " ".join(unit.casefold().split()))
    for words, short in ((("prozent", "v.h.", "v. h.", "vh", "percent", "pct"), "%"), (("euro", "eur"), "€"), (("anzahl", "absolut"), "anzahl")):
        if bare in words:
            return short
    return bare
