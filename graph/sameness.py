"""Values that say the same in other letters: what is left of a text, a phone number, an address of the net when its writing is taken away."""

from __future__ import annotations

import re

from graph.ledger_records import folded

_STREET = re.compile(r"str(?:\.|aße|asse)?(?=\W|\d|$)")
_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def words(value: object) -> str:
    """Letters and digits alone: no case, no spaces or signs, umlauts as two letters, "Str." for "Straße"."""
    text = _STREET.sub("str", folded(str(value)).replace("straße", "str").replace("strasse", "str")).translate(_SPELLINGS)
    return re.sub(r"[\W_]+", "", text)


def phone(value: object) -> str:
    """The digits of a German number, with the zero of its area code in place of +49."""
    return re.sub(r"\D", "", re.sub(r"^\s*(\+|00)49\D*0?", "0", str(value)))


def address(value: object) -> str:
    """An address of the net without scheme, www. and a last slash."""
    return re.sub(r"^https?://(www\.)?", "", str(value).casefold()).rstrip("/")
