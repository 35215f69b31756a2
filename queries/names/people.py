"""Names of persons: without titles, order of first and last name does not matter; which first names may be one."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from queries.names.folding import fold
from queries.names.lexicon import Lexicon, load

_CODES = {
    **dict.fromkeys("aeijouy", "0"), **dict.fromkeys("bp", "1"), **dict.fromkeys("dt", "2"), **dict.fromkeys("fvw", "3"),
    **dict.fromkeys("gkqc", "4"), "x": "48", "l": "5", **dict.fromkeys("mn", "6"), "r": "7", **dict.fromkeys("sz", "8"),
}  # fmt: skip


def person(name: str, lexicon: Lexicon | None = None) -> tuple[str, ...]:
    """The words of a person's name, folded, sorted, without titles and forms of address: "Dr. Müller, Sascha" → ("mueller", "sascha")."""
    words = lexicon or load()
    text = re.sub(r"[.\-/]", " ", fold(name).replace("frau/herr", " "))
    return tuple(sorted(re.sub(r"[^a-z ]", " ", words.title.sub(" ", text)).split()))


def sound(word: str) -> str:
    """The Cologne phonetic code of a folded word (Postel 1969), shortened: vowels only at its beginning, no doubles."""
    code = ""
    for sign in word.replace("ph", "f"):
        digit = _CODES.get(sign, "")
        if digit and not code.endswith(digit):
            code += digit
    return code[:1] + code[1:].replace("0", "")


def same_first_name(one: str, other: str) -> bool:
    """Whether two first names may be spellings of one: Kathrin and Katrin may, Heike and Heiko may not, Jan and Jana may not."""
    if one == other:
        return True
    if one.rstrip("aeiou") == other.rstrip("aeiou") and one[-1] != other[-1]:
        return False
    if len(one) == len(other) and sorted(one) == sorted(other):
        return True
    if sound(one) == sound(other) and (one[-1] in "aeiou") == (other[-1] in "aeiou"):
        return True
    near = Levenshtein.distance(one, other, score_cutoff=1) <= 1
    shorter = min(len(one), len(other))
    return near and (one[-2:] == other[-2:] and shorter >= 5 or one[-1] == other[-1] and shorter >= 6)
