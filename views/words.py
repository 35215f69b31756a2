"""The words of the interface: German in the code, English out of ``locale/en.po``; numbers and dates of each language."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES = {"de": "Deutsch", "en": "English"}
_LOCALE = Path(__file__).parent / "locale"
_current: ContextVar[str] = ContextVar("language", default="de")


def set_language(language: str) -> None:
    """Sets the language of this run of a page; anything unknown means German."""
    _current.set(language if language in LANGUAGES else "de")


def language() -> str:
    """The language of this run: "de" or "en"."""
    return _current.get()


@cache
def catalog(language: str) -> Catalog:
    """The translations into ``language``."""
    with (_LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def translate(text: str, language: str) -> str:
    """``text`` (German) in ``language``; German again where there is no translation (a test finds those)."""
    if language == "de":
        return text
    message = catalog(language).get(text)
    return str(message.string) if message is not None and message.string else text


def _(text: str) -> str:
    """``text`` in the language of this run."""
    return translate(text, language())


def number(value: float, digits: int = 0, *, of: str = "") -> str:
    """A number as the language writes it ("1.234,5"), with a true minus sign. ``of`` overrides the language."""
    return _number(value, digits, of or language())


@lru_cache(maxsize=10_000)
def _number(value: float, digits: int, language: str) -> str:
    """A page writes some hundred numbers, the same ones in each of its runs."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=language).replace("-", "−")


def day(iso: object) -> str:
    """An ISO date as the language writes it ("15.11.2026", "11/2026", "2026"); other text as it is; nothing for nothing."""
    if not isinstance(iso, str) or not iso:
        return ""
    patterns = ("dd.MM.yyyy", "MM/yyyy") if language() == "de" else ("d MMM yyyy", "MMM yyyy")
    try:
        when = date.fromisoformat(f"{iso}-01" if len(iso) == 7 else iso[:10])
    except ValueError:
        return iso
    return format_date(when, patterns[len(iso) == 7], locale=language())


def count_of(n: int, one: str, many: str) -> str:
    """A number with its word: "1 Angebot", "2 Angebote"."""
    return f"{number(n)} {one if n == 1 else many}"
