"""Where a raw value (a spreadsheet cell, a JSON value) becomes a stored value: one parser for each kind of field."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from graph import dates

if TYPE_CHECKING:
    from graph.model import Field, Value

_GERMAN_NUMBER = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$")
_YES = frozenset({"ja", "j", "x", "yes", "y", "true", "wahr", "1", "✓", "✔"})
_NO = frozenset({"nein", "n", "-", "–", "no", "false", "falsch", "0"})
_UNSEEN = dict.fromkeys(
    [code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A, 0x0D, 0x85)]
    + [0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF]
)
"""Zero-width joiners stay: they hold some scripts and symbols together."""

_AS_IT_STANDS = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII),
    "url": re.compile(r"https?://[\w./%~?=&#+-]+", re.ASCII),
    "phone": re.compile(r"[0+][\d/ ()-]*\d", re.ASCII),
}

_AREA_CODE_DIGITS = 9
"""So many digits has a German number with its area code at least; one that is shorter may be a local number."""


def parse(field: Field, raw: object) -> Value | None:
    """The stored value of ``raw``, or None where it is empty. Raises ``ValueError`` with the beginning of a German sentence."""
    if raw is None or (isinstance(raw, float) and math.isnan(raw)):
        return None
    if isinstance(raw, str):
        raw = visible(raw).strip()
        if not raw:
            return None
    value = _PARSERS[field.kind](field, raw)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if field.least is not None and value < field.least:
            raise ValueError(f"„{raw}“ ist zu klein; {field.label.de} ist mindestens {field.least:g}")
        if field.most is not None and value > field.most:
            raise ValueError(f"„{raw}“ ist zu groß; {field.label.de} ist höchstens {field.most:g}")
    return value


def visible(text: str) -> str:
    """``text`` without what nobody sees: control characters, zero-width spaces, soft hyphens, marks that turn the direction of writing.

    Two names that look alike are then alike, and none of them can disturb a terminal or the words beside it.
    """
    return text if text.isprintable() else text.translate(_UNSEEN)


def plain(raw: object) -> str:
    """A cell as the text that a person reads there: a number that became a float ("211.0") as it was."""
    if isinstance(raw, str):
        return visible(raw).strip()
    if isinstance(raw, bool):
        return "ja" if raw else "nein"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime | date):
        return raw.isoformat()[:10]
    return str(raw).strip()


def as_it_stands(field: Field) -> Callable[[str], object] | None:
    """A quick test for text that :func:`parse` would give back unchanged; None for kinds that have none. What it does not know, ``parse`` decides."""
    pattern = _AS_IT_STANDS.get(field.kind)
    return pattern.fullmatch if pattern else None


def mended(field: Field, raw: object, value: object) -> bool:
    """Did parsing put back what a spreadsheet had taken away (a leading zero, the text of a number)?"""
    return field.kind in ("code", "phone") and isinstance(value, str) and plain(raw) != value


def _text(field: Field, raw: object) -> str:
    return plain(raw)


def _code(field: Field, raw: object) -> str:
    """An official number of fixed length; one leading zero that a spreadsheet took away is put back."""
    text = re.sub(r"\.0$", "", plain(raw)).replace("\u00a0", "").replace(" ", "")
    for length in sorted(field.lengths):
        if text.isascii() and text.isdigit() and len(text) in (length, length - 1) and not (len(text) < length and text.startswith("0")):
            return text.zfill(length)
    expected = " oder ".join(str(length) for length in field.lengths)
    raise ValueError(f"„{raw}“ ist keine Nummer mit {expected} Ziffern")


def _phone(field: Field, raw: object) -> str:
    """A phone number; one that a spreadsheet keeps as a number has lost the zero of its area code."""
    text = re.sub(r"^(\d+)\.0$", r"\1", plain(raw))
    number = isinstance(raw, int | float) or text != plain(raw)
    if number and text.isdigit() and len(text) >= _AREA_CODE_DIGITS:
        return f"+{text}" if text.startswith("49") and len(text) > _AREA_CODE_DIGITS + 1 else f"0{text}"
    return text


def _number(field: Field, raw: object) -> float:
    if isinstance(raw, bool):
        raise ValueError(f"„{raw}“ ist keine Zahl")
    if isinstance(raw, int | float):
        value = float(raw)
    else:
        text = str(raw)
        if not (text.isascii() and text[-1:].isdigit()):
            text = _without_unit(field, text).replace("\u00a0", "").replace("\u202f", "").replace("\u2212", "-")
        text = text.replace(" ", "")
        # "12.000" is twelve thousand in German writing; only in a coordinate is a lone dot a decimal point.
        if _GERMAN_NUMBER.match(text) and not (field.unit == "°" and "," not in text):
            text = text.replace(".", "").replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"„{raw}“ ist keine Zahl; erwartet wird zum Beispiel 1234,5") from None
    if not math.isfinite(value):
        raise ValueError(f"„{raw}“ ist keine endliche Zahl")
    return value


def _without_unit(field: Field, text: str) -> str:
    """A number without the field's own unit behind it ("25 Plätze", "1.500 Euro")."""
    for unit in (field.unit, *(("EUR", "Euro") if field.unit == "€" else ())):
        if unit and text.casefold().endswith(unit.casefold()):
            return text[: -len(unit)].rstrip()
    return text


def _integer(field: Field, raw: object) -> int:
    value = _number(field, raw)
    if not value.is_integer():
        raise ValueError(f"„{raw}“ ist keine ganze Zahl")
    return int(value)


def _boolean(field: Field, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = plain(raw).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"„{raw}“ ist weder ja noch nein")


def _date(field: Field, raw: object) -> str:
    return dates.parse(raw)


def _choice(field: Field, raw: object) -> str:
    word = _letters(plain(raw))
    for choice in field.choices:
        if word in (_letters(choice.value), _letters(choice.label.de), _letters(choice.label.en)):
            return choice.value
    allowed = ", ".join(c.label.de for c in field.choices)
    raise ValueError(f"„{raw}“ steht nicht zur Wahl; erlaubt sind: {allowed}")


def _letters(word: str) -> str:
    """A word without case, hyphens and spaces: "runder tisch" is "Runder-Tisch"."""
    return re.sub(r"[\W_]+", "", word.casefold())


def _email(field: Field, raw: object) -> str:
    text = plain(raw).removeprefix("mailto:")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise ValueError(f"„{raw}“ ist keine E-Mail-Adresse")
    return text


def _url(field: Field, raw: object) -> str:
    text = plain(raw)
    if not re.match(r"https?://", text):
        if ":" in text.split("/")[0] or "." not in text or " " in text:
            raise ValueError(f"„{raw}“ ist keine Internetadresse; sie beginnt mit https://")
        text = "https://" + text
    return text


def extra(columns: Mapping[str, object]) -> str:
    """The stored value of a field of kind ``extra``: what stands in columns that nobody asked for, as JSON of heading to text."""
    return json.dumps({heading: plain(cell) for heading, cell in columns.items()}, ensure_ascii=False, sort_keys=True)


def read_extra(value: str) -> dict[str, str]:
    """Heading and text of every column in a stored ``extra``."""
    told: dict[str, str] = json.loads(value)
    return told


_PARSERS: dict[str, Callable[[Field, object], Value]] = {
    "text": _text,
    "longtext": _text,
    "phone": _phone,
    "code": _code,
    "geometry": _text,
    "reference": _text,
    "extra": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "choice": _choice,
    "email": _email,
    "url": _url,
}
