"""Days, months, years and periods as people write them, and as the ledger keeps them.

A date is ISO 8601 text of the precision that is known: ``2025-12-31``, ``2025-12`` or ``2025`` (as Popolo does).
A year is never turned into its first of January: what nobody said is not invented.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime

_MONTHS = {
    word: number
    for number, words in enumerate(
        ("januar jänner jan january", "februar feb february", "märz mär mrz mar march", "april apr", "mai may", "juni jun june", "juli jul july",
         "august aug", "september sep sept", "oktober okt oct october", "november nov", "dezember dez dec december"), 1)
    for word in words.split()
}  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1500, 2200
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ]\d{2}:\d{2}\S*)?$")
_GERMAN = re.compile(r"(?:(\d{1,2})\.\s*)?(\d{1,2})[./]\s*(\d{4})$")
_WORDS = re.compile(r"(?:(\d{1,2})\.?\s+)?([^\W\d_]+)\.?\s+(\d{4})$")
_GERMAN_WORDS = re.compile(r"(\d{1,2})\.\s*([^\W\d_]+)\.?\s*(\d{4})$")
_SCHOOL_YEAR = re.compile(r"(?:schuljahr|sj\.?|school year)?\s*(\d{4})\s*/\s*(\d{2}|\d{4})$", re.IGNORECASE)
_FROM = re.compile(r"(?:seit|ab|von|vom|since|from)\b(?:\s+(?:dem|anfang))?\s*", re.IGNORECASE)
_TO = re.compile(r"(?:bis|until|to)\b(?:\s+(?:zum|ende))?\s*", re.IGNORECASE)
_OPEN = frozenset({"", "heute", "jetzt", "offen", "unbefristet", "laufend", "today", "now", "open"})
_SPLIT = re.compile(
    r"\s+(?:bis|until|to)\s+(?:zum\s+)?|\s+[-–—]\s*|\s*[–—]\s*|\s*[-–—]\s+|\s*[-–—]$"
    r"|(?<=^\d{4})-(?=\d{4}$)|(?<=\.\d{4})-(?=\d)|(?<=/\d{4})-(?=\d)",
    re.IGNORECASE,
)
"""Between two dates of a period. A bare hyphen counts only where it cannot belong to one ISO date."""


def parse(raw: object) -> str:
    """The ISO text of a day, month or year: a spreadsheet's date, ``31.12.2025``, ``12/2025``, ``Dezember 2025``, ``2025``, ``seit 2019``.

    Raises ``ValueError`` with the beginning of a German sentence.
    """
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, bool):
        raise _none(raw)
    if isinstance(raw, int | float):
        if float(raw).is_integer() and _FIRST_YEAR <= raw <= _LAST_YEAR:
            return str(int(raw))
        if 20_000 < raw < 80_000:
            raise ValueError(f"„{raw}“ ist eine Zahl, kein Datum; bitte die Spalte in Excel als Datum formatieren oder TT.MM.JJJJ schreiben")
        raise _none(raw)
    text = " ".join(str(raw).split())
    bare = _TO.sub("", _FROM.sub("", text, count=1), count=1) if _FROM.match(text) else _TO.sub("", text, count=1) if _TO.match(text) else text
    try:
        return _one(bare)
    except ValueError:
        raise _none(raw) from None


def period(raw: object) -> tuple[str | None, str | None]:
    """The first and the last day, month or year of ``2019–2022``, ``01.02.2019 bis 31.12.2022``, ``seit 2019``, ``bis 2021``, ``Schuljahr 2024/25``.

    A single date is a beginning. A school year runs from August to July (Hamburger Abkommen, § 1). Raises
    ``ValueError`` with the beginning of a German sentence.
    """
    if not isinstance(raw, str):
        return parse(raw), None
    text = " ".join(raw.split())
    if year := _school_year(text):
        return year
    parts = _SPLIT.split(text, maxsplit=1)
    if len(parts) == 2 and parts[0]:
        begin, end = _FROM.sub("", parts[0], count=1).strip(), parts[1].strip()
        return parse(begin), None if end.casefold() in _OPEN else parse(end)
    if _TO.match(text):
        return None, parse(text)
    return parse(text), None


def first_day(iso: str) -> str:
    """The first day that ``iso`` may mean: ``2025`` is ``2025-01-01``."""
    return iso if len(iso) >= 10 else f"{iso}-01" if len(iso) == 7 else f"{iso}-01-01"


def last_day(iso: str) -> str:
    """The last day that ``iso`` may mean: ``2025-02`` is ``2025-02-28``."""
    if len(iso) >= 10:
        return iso
    if len(iso) == 7:
        return f"{iso}-{monthrange(int(iso[:4]), int(iso[5:]))[1]:02}"
    return f"{iso}-12-31"


def in_order(since: str, until: str) -> bool:
    """May ``until`` be at or after ``since``, at the precision that both have? ``2025`` ends after ``2025-06``."""
    return first_day(since) <= last_day(until)


def months_between(earlier: str, later: str) -> int:
    """Whole months from the last day of ``earlier`` to the first day of ``later``, not below 0."""
    start, end = date.fromisoformat(last_day(earlier)[:10]), date.fromisoformat(first_day(later)[:10])
    return max(0, (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))


def _one(text: str) -> str:
    if re.fullmatch(r"\d{4}(\.0)?", text) and _FIRST_YEAR <= int(text[:4]) <= _LAST_YEAR:
        return text[:4]
    if iso := _ISO.match(text):
        return _iso(int(iso[1]), int(iso[2]), int(iso[3]) if iso[3] else 0)
    if german := _GERMAN.match(text):
        return _iso(int(german[3]), int(german[2]), int(german[1]) if german[1] else 0)
    worded = _WORDS.match(text) or _GERMAN_WORDS.match(text)
    if worded and (month := _MONTHS.get(worded[2].casefold())):
        return _iso(int(worded[3]), month, int(worded[1]) if worded[1] else 0)
    if year := _school_year(text):
        return year[0]
    raise ValueError(text)


def _school_year(text: str) -> tuple[str, str] | None:
    """First and last month of a school year ("2024/25"), or None where it is none."""
    found = _SCHOOL_YEAR.match(text)
    if not found:
        return None
    first = int(found[1])
    last = int(found[2]) if len(found[2]) == 4 else (first + 1) // 100 * 100 + int(found[2])
    return (f"{first}-08", f"{last}-07") if last == first + 1 else None


def _iso(year: int, month: int, day: int) -> str:
    whole = date(year, month, day or 1).isoformat()
    return whole if day else whole[:7]


def _none(raw: object) -> ValueError:
    return ValueError(f"„{raw}“ ist kein Datum; erwartet wird TT.MM.JJJJ, MM/JJJJ oder JJJJ, zum Beispiel 31.12.2025")
