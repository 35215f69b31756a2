"""A GeoJSON file as a sequence of features, one at a time: whatever its encoding, and bounded in memory.

A FeatureCollection, a single Feature, a bare geometry, and one feature in each line (GeoJSON text sequence,
RFC 8142) are read. The features of a collection are decoded one after the other, so that of a big file only
its text and one feature are in memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.source import Unreadable

MOST_BYTES = 300_000_000
"""A bigger file is not opened."""

_MOST_MEMORY = 700_000_000
"""So much may a file need while it is decoded, by the estimate of :func:`_estimated_memory`."""

_PER_BRACKET, _PER_ITEM = 90, 32
_SPACE = re.compile(r"[\s\x1e]*")
_GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
_OTHER_FORMATS = (
    (b"SQLite format 3", "ein GeoPackage"),
    (b"\x00\x00\x27\x0a", "ein Shapefile"),
    (b"PK\x03\x04", "ein gepackter Ordner (zip)"),
    (b"<", "XML oder HTML (KML, GML, eine Internetseite)"),
)
_OTHER_ENDINGS = {
    ".shp": "ein Shapefile", ".dbf": "ein Teil eines Shapefiles", ".shx": "ein Teil eines Shapefiles", ".prj": "ein Teil eines Shapefiles",
    ".zip": "ein gepackter Ordner (zip)", ".gpkg": "ein GeoPackage", ".kml": "KML", ".kmz": "KML", ".gml": "GML", ".gpx": "GPX", ".topojson": "TopoJSON",
}  # fmt: skip


@dataclass(slots=True)
class Document:
    """A GeoJSON file. ``crs`` is known once ``features`` has been read to its end, as it may stand behind them.

    ``notes`` are German sentences about how the file was read.
    """

    path: Path
    text: str
    crs: Any = None
    notes: list[str] = field(default_factory=list)

    def features(self) -> Iterator[tuple[int, int, Any]]:
        """(number counted from 1, share of the text that is read in percent, feature) for every feature.

        Raises ``Unreadable`` where the file is no GeoJSON, or broken.
        """
        start = _after_space(self.text, 0)
        if start == len(self.text):
            raise Unreadable(f"„{self.path.name}“ ist leer.")
        if self.text[start] != "{":
            self._decode(start)  # says what is wrong with it
            raise Unreadable(f"„{self.path.name}“ ist kein GeoJSON; erwartet wird eine FeatureCollection.")
        members: dict[str, Any] = {}
        number, at = 0, start + 1
        in_list = False
        while True:
            key, at = self._member(at)
            if key is None:
                break
            if key == "features" and self.text.startswith("[", at):
                in_list = True
                at = _after_space(self.text, at + 1)
                while not self.text.startswith("]", at):
                    feature, at = self._decode(at)
                    number += 1
                    yield number, 100 * at // len(self.text), feature
                    at = self._behind(at, "]")
                at += 1
            else:
                members[key], at = self._decode(at)
            at = self._behind(at, "}")
        at = _after_space(self.text, at + 1)
        kind = members.get("type")
        self.crs = members.get("crs")
        single = kind == "Feature" or kind in _GEOMETRIES
        if at < len(self.text):
            if not single:
                self._no_json("hinter dem Ende stehen weitere Zeichen", at)
            yield from self._sequence(members, at)
        elif single:
            yield 1, 100, members
        elif not in_list:
            self._refuse(kind)

    def _sequence(self, first: dict[str, Any], at: int) -> Iterator[tuple[int, int, Any]]:
        """One feature behind the other, as ogr2ogr and QGIS write them with the ending .geojsonl."""
        yield 1, 100 * at // len(self.text), first
        number = 1
        while at < len(self.text):
            feature, at = self._decode(at)
            number += 1
            if not isinstance(feature, dict) or feature.get("type") not in ("Feature", *_GEOMETRIES):
                self._no_json("hinter dem Ende stehen weitere Zeichen", at)
            yield number, 100 * at // len(self.text), feature
            at = _after_space(self.text, at)

    def _member(self, at: int) -> tuple[str | None, int]:
        """The name of the member that begins at ``at`` and where its value begins; None at the end of the object."""
        at = _after_space(self.text, at)
        if self.text.startswith("}", at):
            return None, at
        key, at = self._decode(at)
        at = _after_space(self.text, at)
        if not isinstance(key, str) or not self.text.startswith(":", at):
            self._no_json("hinter einem Namen fehlt der Doppelpunkt", at)
        return key, _after_space(self.text, at + 1)

    def _behind(self, at: int, end: str) -> int:
        """Where the next member or feature begins, or ``end`` stands."""
        at = _after_space(self.text, at)
        if self.text.startswith(",", at):
            after = _after_space(self.text, at + 1)
            if not self.text.startswith(end, after):
                return after
            self._no_json("hinter einem Komma fehlt ein Eintrag", at)
        if not self.text.startswith(end, at):
            self._no_json("die Datei bricht ab" if at >= len(self.text) else "ein Komma fehlt", at)
        return at

    def _decode(self, at: int) -> tuple[Any, int]:
        try:
            return _DECODER.raw_decode(self.text, at)
        except RecursionError:
            raise Unreadable(f"„{self.path.name}“ ist so tief verschachtelt, wie es keine GeoJSON-Datei ist; bitte neu ausgeben.") from None
        except json.JSONDecodeError as error:
            ended = error.pos >= len(self.text.rstrip())
            self._no_json("die Datei bricht ab" if ended else "dort steht etwas Unerwartetes", error.pos)
            raise
        except ValueError:  # a number of thousands of digits
            self._no_json("dort steht eine Zahl, die zu lang ist", at)
            raise

    def _no_json(self, what: str, at: int) -> None:
        line = self.text.count("\n", 0, at) + 1
        column = at - self.text.rfind("\n", 0, at)
        raise Unreadable(f"„{self.path.name}“ ist kein gültiges JSON (Zeile {line}, Zeichen {column}: {what}); bitte als GeoJSON neu speichern.")

    def _refuse(self, kind: object) -> None:
        if kind == "FeatureCollection":
            raise Unreadable(f"„{self.path.name}“ hat keine Liste „features“ und ist damit kein vollständiges GeoJSON.")
        if kind == "Topology":
            raise _foreign(self.path, "TopoJSON")
        raise Unreadable(f"„{self.path.name}“ ist kein GeoJSON; erwartet wird eine FeatureCollection.")


_DECODER = json.JSONDecoder()


def document(path: Path) -> Document:
    """The file as a :class:`Document`. Raises ``Unreadable`` (German, with the mend) for another format or one that is too big."""
    if (other := _OTHER_ENDINGS.get(path.suffix.lower())) is not None:
        raise _foreign(path, other)
    if path.stat().st_size > MOST_BYTES:
        mend = "Bitte in QGIS vereinfachen (Vektor, Geometrie-Werkzeuge, Vereinfachen) oder auf das eigene Gebiet beschränken."
        raise Unreadable(f"„{path.name}“ ist größer als {MOST_BYTES // 1_000_000} MB. {mend}")
    raw = path.read_bytes()
    for mark, other in _OTHER_FORMATS:
        if raw.startswith(mark):
            raise _foreign(path, other)
    if _estimated_memory(raw) > _MOST_MEMORY:
        mend = "Bitte in QGIS vereinfachen (Vektor, Geometrie-Werkzeuge, Vereinfachen) oder auf das eigene Gebiet beschränken."
        raise Unreadable(f"„{path.name}“ enthält zu viele Punkte oder Angaben, um sie auf einmal zu lesen. {mend}")
    notes: list[str] = []
    return Document(path, _text(path, raw, notes), notes=notes)


def _estimated_memory(raw: bytes) -> int:
    """An upper bound for what the decoded file can take: its text, each list or object, and each number or word in them."""
    lists = raw.count(b"[") + raw.count(b"{")
    items = raw.count(b",") + raw.count(b'"')
    return len(raw) + _PER_BRACKET * lists + _PER_ITEM * items


def _text(path: Path, raw: bytes, notes: list[str]) -> str:
    try:
        # UTF-8 has no byte zero in a JSON text, UTF-16 has one in every other place.
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return raw.decode("utf-16")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.encoding.startswith("utf-16"):
            raise Unreadable(f"„{path.name}“ ist beschädigt (unvollständiger Unicode-Text); bitte als GeoJSON (UTF-8) neu speichern.") from None
    text = raw.decode("cp1252", errors="replace")
    lost = " Einige Zeichen sind auch darin nicht lesbar; bitte die Datei als UTF-8 speichern." if "\ufffd" in text else " Bitte Umlaute prüfen."
    notes.append(f"„{path.name}“ ist nicht in UTF-8 gespeichert und wurde als Windows-Text (cp1252) gelesen.{lost}")
    return text


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _foreign(path: Path, what: str) -> Unreadable:
    return Unreadable(f"„{path.name}“ ist {what}, kein GeoJSON. Bitte in QGIS öffnen und als GeoJSON speichern (Export, Objekte speichern als, WGS 84).")
