"""Which known area a row of a table is about: by official key, by the town's own key, or by name, level and parent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graph.schema import AREA_LEVELS
from graph.values import plain
from ingest.shapes.area_properties import LEVEL_WORDS, level_word, municipality_key, same_number
from ingest.source import Context

_AREA = ("Area",)
_LEVELS = tuple(choice.value for choice in AREA_LEVELS)
_SHORT_FORMS = {"Stadtteil": "quarter", "Sozialraum": "social_space"}
_TOTAL = re.compile(
    r"(?:die\s+)?(?:gesamtstadt|gesamt|insgesamt|zusammen|summe|total|stadt|kommune|(?:stadt|kommune|kreis)\s+(?:gesamt|insgesamt|zusammen))", re.IGNORECASE
)
_TOTAL_OF = re.compile(r"(?:stadt\s+)?(.+?)[\s,-]+(?:gesamt|insgesamt|zusammen|\(gesamt\))|(?:summe|gesamtstadt|stadt)\s+(.+)", re.IGNORECASE)
_KIND_BEHIND = re.compile(
    r",\s*(?:(?:krfr\.?|kreisfreie)\s*)?(?:stadt|landkreis|kreis|gemeinde|städteregion|universitätsstadt|hansestadt|landeshauptstadt)(?:,.*)?$", re.IGNORECASE
)
_KIND_BEFORE = re.compile(r"(stadtteil|ortsteil|stadtviertel|stadtbezirk|bezirk|ortsbezirk|gemeinde|kommune|stadt|sozialraum)\s+(.+)", re.IGNORECASE)
_NUMBER_BEFORE = re.compile(r"(\d{1,8})(?:\s*[-–:.]\s*|\s+)(\D.*)")
_FOOTNOTE = re.compile(r"\s*(?:[¹²³⁴-⁹*]+\)?|\s\d{1,2}\))$")
_NUMBER_BEHIND = re.compile(r"(.*\D)\s*\((\d{1,8})\)")


@dataclass(frozen=True, slots=True)
class AreaWords:
    """What a row says about its area. ``level`` is a level of the schema or "", ``parent`` the name of what it lies in."""

    name: str = ""
    level: str = ""
    code: str = ""
    ags: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class FoundArea:
    """The ``key`` of an area; or "" and a German ``reason``. ``total`` where a totals row names no area that is known."""

    key: str = ""
    reason: str = ""
    total: bool = False
    coarser: bool = False
    """Was a Stadtteil asked for and the whole municipality found?"""


def is_total(name: str) -> bool:
    """Does a row call itself the sum of the others, without a name ("Stadt gesamt")?"""
    return bool(_TOTAL.fullmatch(name.strip()))


def level_of(key: str) -> str:
    """The level that the key of an area names (``05112000#quarter/501``); "" for the key of another source."""
    if key.startswith("ags:"):
        return "municipality" if len(key) == len("ags:") + 8 else "county"
    level = key.partition("#")[2].partition("/")[0]
    return _SHORT_FORMS.get(level, level if level in _LEVELS else "")


class AreaFinder:
    """Finds areas among those that are known; asks for each kind of row only once."""

    def __init__(self, context: Context, town: str = "", level: str = "") -> None:
        """``town`` is the AGS of the municipality that the table is about, ``level`` the level of its areas; "" where unknown."""
        self._context, self._town, self._level = context, town, level
        self._answers: dict[AreaWords, FoundArea] = {}

    def find(self, words: AreaWords) -> FoundArea:
        """The one known area that ``words`` mean."""
        answer = self._answers.get(words)
        if answer is None:
            answer = self._answers[words] = self._find(words)
        return answer

    def _find(self, words: AreaWords) -> FoundArea:
        town = self._town
        if words.ags:
            ags = municipality_key(re.sub(r"\s", "", words.ags))
            if not ags:
                return FoundArea(reason="Das ist kein Gemeindeschlüssel; er hat acht Ziffern (Kreis: fünf)")
            finer = words.level in ("district", "quarter", "social_space") and (words.name or words.code)
            if not finer and self._context.exists(f"ags:{ags}", _AREA):
                known = self._context.find(words.name, _AREA) if words.name else []
                own = [key for key in known if key.startswith(f"{ags}#")]
                if not own or f"ags:{ags}" in known:
                    return FoundArea(f"ags:{ags}")
            elif not finer:
                return FoundArea(reason="Zu diesem Gemeindeschlüssel gibt es noch kein Gebiet. Bitte zuerst die Gebiete einlesen")
            town = ags
        if words.name and is_total(words.name):
            return self._total(words, town)
        if words.parent and not town:
            town = self._town_called(words.parent)
        if words.code and (found := self._by_code(words, town)):
            return found
        if words.name:
            return self._by_name(words, town)
        if words.code:
            mend = "Bitte den Namen ergänzen" if town else "Bitte den Namen ergänzen oder die Kommune nennen: --option ags=..."
            return FoundArea(reason=f"Zu diesem Schlüssel gibt es kein Gebiet. {mend}")
        return FoundArea(reason="Das Gebiet fehlt; bitte ergänzen")

    def _total(self, words: AreaWords, town: str) -> FoundArea:
        if words.parent and (found := self._by_name(AreaWords(words.parent), town)).key:
            return found
        if town and self._context.exists(f"ags:{town}", _AREA):
            return FoundArea(f"ags:{town}")
        return FoundArea(total=True)

    def _town_called(self, name: str) -> str:
        """The AGS of the one town that is called so, or in which the one area that is called so lies."""
        towns = {key.removeprefix("ags:").partition("#")[0] for key in self._context.find(name, _AREA)}
        return towns.pop() if len(towns) == 1 else ""

    def _by_code(self, words: AreaWords, town: str) -> FoundArea | None:
        code = words.code
        if ("#" in code or ":" in code) and self._context.exists(code, _AREA):
            return FoundArea(code)
        if (
            code.isdigit()
            and len(code) in (5, 8)
            and (words.level or self._level) in ("", "municipality", "county")
            and self._context.exists(f"ags:{code}", _AREA)
        ):
            return FoundArea(f"ags:{code}")
        if not town:
            return None
        wanted = words.level or self._level
        found = [key for level in ([wanted] if wanted else _LEVELS) for key in self._written(f"{town}#{level}/", code) if self._context.exists(key, _AREA)]
        if len(found) > 1 and words.name:
            named = set(self._context.find(words.name, _AREA))
            found = [key for key in found if key in named] or found
        if len(found) > 1:
            return FoundArea(
                reason=f"Der Schlüssel ist nicht eindeutig: {', '.join(found)}. Bitte die Ebene nennen: --option level=Stadtteil oder eine Spalte Ebene"
            )
        return FoundArea(found[0]) if found else None

    @staticmethod
    def _written(stem: str, code: str) -> list[str]:
        """The keys under which a code may stand that a spreadsheet took zeros from."""
        bare = same_number(code)
        return [stem + form for form in dict.fromkeys([code, bare, *(bare.zfill(width) for width in range(2, 5) if bare.isdigit())])]

    def _by_name(self, words: AreaWords, town: str) -> FoundArea:
        tried = list(_readings(words))
        for reading in tried:
            found = self._narrowed(self._context.find(reading.name, _AREA), reading, town)
            if len(found) == 1:
                return self._checked(found[0], reading)
            if found:
                mend = "Bitte eine Spalte mit dem Schlüssel, der Ebene oder dem übergeordneten Gebiet ergänzen, oder --option level=... (ags=...)"
                return FoundArea(reason=f"Der Name ist nicht eindeutig: {', '.join(found)}. {mend}")
        if total := _TOTAL_OF.fullmatch(words.name):
            for reading in _readings(AreaWords(total[1] or total[2])):
                keys = [key for key in self._context.find(reading.name, _AREA) if level_of(key) in ("county", "municipality", "district")]
                if len(keys) == 1:
                    return FoundArea(keys[0])
            return FoundArea(total=True)
        if self._context.exists(words.name, _AREA):
            return FoundArea(words.name)
        similar = self._context.similar(tried[-1].name, _AREA)
        meant = f" Ähnlich heißen: {', '.join(similar)}." if similar else ""
        return FoundArea(reason=f"Dieses Gebiet gibt es noch nicht.{meant} Bitte den Namen prüfen oder zuerst die Gebiete einlesen")

    def _narrowed(self, keys: list[str], words: AreaWords, town: str) -> list[str]:
        """Those of the level, the town and the code that the row states; a Sozialraum only where nothing else is left."""
        wanted = words.level or self._level
        tests: list[Callable[[str], bool]] = [
            lambda key: bool(wanted) and level_of(key) == wanted,
            lambda key: bool(town) and (key == f"ags:{town}" or key.startswith(f"{town}#")),
            lambda key: bool(words.code) and same_number(key.partition("/")[2]) == same_number(words.code),
            lambda key: level_of(key) != "social_space",
        ]
        for test in tests:
            if len(keys) > 1:
                keys = [key for key in keys if test(key)] or keys
        return keys

    def _checked(self, key: str, words: AreaWords) -> FoundArea:
        """A value of a Stadtteil is not that of the Bezirk of the same name; that of the town may be the sum."""
        wanted, is_ = words.level or self._level, level_of(key)
        if not wanted or not is_ or wanted == is_:
            return FoundArea(key)
        if is_ == "municipality" and wanted in ("district", "quarter", "social_space"):
            return FoundArea(key, coarser=True)
        if {wanted, is_} <= {"municipality", "county"}:
            return FoundArea(key)
        return FoundArea(
            reason=f"„{words.name}“ ist als {level_word(is_)} bekannt, nicht als {level_word(wanted)}. "
            f"Bitte zuerst die Gebiete dieser Ebene einlesen, oder die Ebene in einer Spalte Ebene nennen"
        )


def _readings(words: AreaWords) -> Iterator[AreaWords]:
    """The name as it stands, then without what offices write around it ("501 Altstadt", "Duisburg, krfr. Stadt", "Stadtteil Laar")."""
    yield words
    name, code, level = _FOOTNOTE.sub("", words.name), words.code, words.level
    if found := _NUMBER_BEFORE.fullmatch(name):
        code, name = code or found[1], found[2].strip()
    elif found := _NUMBER_BEHIND.fullmatch(name):
        code, name = code or found[2], found[1].strip()
    name = _KIND_BEHIND.sub("", name)
    if name != words.name:
        yield AreaWords(name, level, code, words.ags, words.parent)
    if found := _KIND_BEFORE.fullmatch(name):
        yield AreaWords(found[2].strip(), LEVEL_WORDS.get(found[1].casefold(), level), code, words.ags, words.parent)


def word(cell: object) -> str:
    """A cell as a name or code on one line: 501.0 is 501."""
    return "" if cell is None else " ".join(plain(cell).split())
