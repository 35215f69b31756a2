"""Values that say the same in other letters: what is left of a text, a phone number, an address of the net when its writing is taken away."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from graph.ledger_records import folded

if TYPE_CHECKING:
    from graph.model import Kind

_STREET = re.compile(r"str(?:\.|aße|asse)?(?=\W|\d|$)")
_NUMBER = re.compile(r"\s*\d.*$", re.DOTALL)
_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

_LOCAL_DIGITS = 3
"""So many digits has a number without its area code at least."""


def alike(kind: Kind, left: Any, right: Any) -> bool:
    """Do two values of a field of this kind say the same, or one of them only more exactly?

    Writing does not count, nor the month that only one of two dates names, nor the area code that only one
    of two phone numbers has.
    """
    if left == right:
        return True
    match kind:
        case "text":
            return words(left) == words(right)
        case "url":
            return address(left) == address(right)
        case "email":
            return str(left).casefold() == str(right).casefold()
        case "phone":
            short, long = sorted((phone(left), phone(right)), key=len)
            return short == long or (len(short) >= _LOCAL_DIGITS and not short.startswith("0") and long.endswith(short))
        case "date":
            coarse, fine = sorted((str(left), str(right)), key=len)
            return fine.startswith(coarse)
        case "number":
            return math.isclose(left, right, rel_tol=1e-9)
        case _:
            return False


def words(value: object) -> str:
    """Letters and digits alone: no case, no spaces or signs, umlauts as two letters, "Str." for "Straße"."""
    text = _STREET.sub("str", folded(str(value)).replace("straße", "str").replace("strasse", "str")).translate(_SPELLINGS)
    return re.sub(r"[\W_]+", "", text)


def street_name(value: object) -> str:
    """A street without its house number, as ``words`` has it; all of it where nothing else is there."""
    return words(_NUMBER.sub("", str(value))) or words(value)


def phone(value: object) -> str:
    """The digits of a German number, with the zero of its area code in place of +49."""
    return re.sub(r"\D", "", re.sub(r"^\s*(\+|00)49\D*0?", "0", str(value)))


def address(value: object) -> str:
    """An address of the net without scheme, www. and a last slash."""
    return re.sub(r"^https?://(www\.)?", "", str(value).casefold()).rstrip("/")
