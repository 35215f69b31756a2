"""Letters as names are compared: lower case, umlauts written out, accents dropped."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "–": "-", "—": "-", "’": "'", "`": "'", "´": "'"})


@lru_cache(200_000)
def fold(text: str) -> str:
    """``text`` in lower case and plain letters: "Grünstraße" becomes "gruenstrasse".

    Other than ``graph.spelling.plain``, which serves the search while typing, the umlaut keeps its e and
    punctuation stays: the words of a name are found by both.
    """
    low = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text)).lower().translate(_LETTERS)
    return "".join(sign for sign in unicodedata.normalize("NFD", low) if not unicodedata.combining(sign))


def loose(text: str) -> str:
    """A folded ``text`` without the e of umlauts, so that "Mueller", "Muller" and "Müller" are one."""
    return text.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def letters(text: str) -> str:
    """Only the letters of ``text``, folded, without what stands in brackets or after a comma: "Halle (Saale)" becomes "halle"."""
    return re.sub(r"[^a-z]", "", fold(re.sub(r"\(.*?\)|,.*", "", text)))
