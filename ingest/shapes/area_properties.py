"""The properties of an area in a GeoJSON file: its name, level, keys and what it belongs to, under the names that cities use."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping

from graph.schema import AREA_LEVELS
from graph.values import plain

NAMES = ("name", "gen", "bezeichnung", "stadtteil", "ortsteil", "stadtbezirk", "bezirk", "label")
LEVELS = ("level", "ebene", "admin_level")
CODES = ("code", "schluessel", "schlüssel", "nummer", "nr", "key", "id", "cartodb_id")
PARENTS = ("parent", "parent_code", "uebergeordnet", "übergeordnet")
DISTRICTS = ("stadtbezirk", "bezirk", "stadtbezirk_nr", "bezirk_nr")
"""What names the parent of a Stadtteil, where it is not the name of the area itself."""

_AGS = ("ags", "ags_0", "gemeindeschluessel", "gemeindeschlüssel", "de:amtlicher_gemeindeschluessel")
_ARS = ("rs", "ars", "rs_0", "ars_0", "regionalschluessel", "regionalschlüssel", "de:regionalschluessel")
LEVEL_WORDS = {
    "kreis": "county", "städteregion": "county", "staedteregion": "county", "landkreis": "county", "6": "county",
    "stadt": "municipality", "kommune": "municipality", "gemeinde": "municipality", "kreisfreie stadt": "municipality", "8": "municipality",
    "stadtbezirk": "district", "bezirk": "district", "ortsbezirk": "district", "9": "district",
    "stadtteil": "quarter", "ortsteil": "quarter", "quartier": "quarter", "stadtviertel": "quarter", "10": "quarter",
} | {choice.value: choice.value for choice in AREA_LEVELS} | {choice.label.de.casefold(): choice.value for choice in AREA_LEVELS}  # fmt: skip

LONGEST_HEADING, LONGEST = 1_000, 20_000
"""Longer names of properties, and longer texts, are not kept."""

_COUNTY, _MUNICIPALITY, _REGIONAL = 5, 8, 12


class Properties:
    """The filled properties of an area; it remembers which of them were asked for."""

    def __init__(self, raw: object, members: Mapping[str, object] | None = None) -> None:
        """``members`` are further members of the feature itself (its ``id``), which nobody asks for."""
        pairs = raw.items() if isinstance(raw, dict) else ()
        self._filled: dict[str, tuple[str, object]] = {}
        for key, value in pairs:
            if _says_something(value):
                self._filled.setdefault(_clean(str(key)).casefold(), (_clean(str(key)), value))
        self._members = {key: value for key, value in (members or {}).items() if key.casefold() not in self._filled and _says_something(value)}
        self._used: set[str] = set()

    def first(self, names: tuple[str, ...]) -> str:
        """The first of these that has a value and has not been used as something else, as text."""
        for name in names:
            if name in self._filled and name not in self._used:
                self._used.add(name)
                return word(self._filled[name][1])
        return ""

    def official(self) -> tuple[str, bool]:
        """The AGS (eight digits of a Gemeinde, five of a Kreis; "" if there is none), and whether it had lost its zero.

        A twelve-digit Regionalschlüssel is shortened to it. What is no such number stays among the unused properties.
        """
        for name in (*_AGS, *_ARS):
            if name not in self._filled:
                continue
            told = re.sub(r"\s", "", word(self._filled[name][1]))
            ags = municipality_key(told)
            if ags:
                same = {other for other in _AGS if other in self._filled and municipality_key(re.sub(r"\s", "", word(self._filled[other][1]))) == ags}
                self._used.update({name} | same)
                return ags, len(told) in (_COUNTY - 1, _MUNICIPALITY - 1, _REGIONAL - 1)
        return "", False

    def unused(self) -> dict[str, str]:
        """The filled properties that nobody asked for, as text."""
        left = {key: value for name, (key, value) in self._filled.items() if name not in self._used}
        left.update(self._members)
        return {key: _told(value) for key, value in left.items()}


def without_long(told: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The properties of a length that people read, and the names of those that are longer."""
    kept = {key: text for key, text in told.items() if len(text) <= LONGEST and len(key) <= LONGEST_HEADING}
    return kept, [key[:LONGEST_HEADING] for key in told if key not in kept]


def municipality_key(digits: str) -> str:
    """Five or eight digits of an AGS with the zero that it may have lost; the AGS in a Regionalschlüssel; else ""."""
    if not (digits.isascii() and digits.isdigit()):
        return ""
    if len(digits) in (_REGIONAL - 1, _REGIONAL):
        # Zeros behind the Kreis mean the town that is a Kreis of its own: twelve digits name a Gemeinde.
        digits = digits.zfill(_REGIONAL)
        return digits[:5] + digits[9:]
    return {4: digits.zfill(_COUNTY), 5: digits, 7: digits.zfill(_MUNICIPALITY), 8: digits}.get(len(digits), "")


def word(value: object) -> str:
    """A code or name as text on one line: 300.0 and 300 are the same code, "007" stays "007"."""
    if value is None or isinstance(value, dict | list):
        return ""
    return " ".join(_clean(plain(value)).split())


def same_number(code: str) -> str:
    """A code without its leading zeros, as a spreadsheet would keep it."""
    return code.lstrip("0") or code if code.isdigit() else code


def level_word(level: str) -> str:
    """The German word for a level."""
    return next(choice.label.de for choice in AREA_LEVELS if choice.value == level)


def allowed_levels() -> str:
    """The levels that people can name."""
    return ", ".join(choice.label.de for choice in AREA_LEVELS)


def _says_something(value: object) -> bool:
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return not (value is None or value in ([], {}) or (isinstance(value, str) and not value.strip()))


def _told(value: object) -> str:
    if isinstance(value, dict | list):
        return _clean(json.dumps(value, ensure_ascii=False))
    return _clean(plain(value))


def _clean(text: str) -> str:
    """Without halves of characters, which JSON can name but no file can hold; each umlaut as one character."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
