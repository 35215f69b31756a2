"""Which heading means which field: the words of the template, read tolerantly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from graph.model import EdgeType, Field, NodeType
from graph.schema import EDGES, NODES
from graph.values import visible

KEY = "Schlüssel"
START, END = "start", "end"
NOTE_MARK = "Hinweis:"
EXAMPLE_MARK = "Beispiel:"
"""The first cell of the template's notes row and example row begins so; such rows are never data."""


ORIGINAL_ROW, REASON = "Zeile im Original", "Grund"
"""The last two columns of the rejected rows that are written for people to mend; what stands there is never data."""

REJECTED = "-abgewiesen"
"""What the name of a file with rejected rows ends with."""

ADDS_TO = "Ergänzt"
"""The line of the sheet Anleitung that names the file whose rejected rows these are: its Schlüssel are meant by references, too."""


_SYNONYMS: dict[str, str] = {
    "name": "bezeichnung|titel|benennung|name der einrichtung|name des gremiums|name des projekts|name des angebots|vor- und nachname|vor- und zuname",
    "short": "kurzbezeichnung|abkürzung|kürzel",
    "street": "straße und hausnummer|straße und hausnr|straße, hausnummer|straße/hausnummer|straße hausnummer|strasse und hausnummer|strasse|str",
    "postcode": "postleitzahl",
    "city": "stadt|ortschaft|postort",
    "phone": "telefonnummer|telefon-nr|telefonnr|tel|tel-nr|tel.-nr|fon|rufnummer",
    "email": "mail|email|e-mail-adresse|emailadresse|mailadresse|mail-adresse",
    "url": "homepage|webseite|website|internetseite|internetadresse|web|www",
    "lat": "breitengrad|geografische breite|geographische breite",
    "lon": "längengrad|geografische länge|geographische länge",
    "start": "startdatum|anfang|laufzeit von|gegründet|gründung|gültig ab",
    "end": "enddatum|laufzeit bis|gültig bis",
    "since": "mitglied seit|im amt seit|ab|von|beginn|gültig ab",
    "until": "mitglied bis|im amt bis|ende|gültig bis",
    "role": "rolle im gremium|aufgabe im gremium|funktion im gremium",
    "voting": "stimmrecht",
    "function": "position|stellung|dienststellung",
    "note": "bemerkungen|anmerkung|anmerkungen|notiz|notizen|kommentar",
    "description": "kurzbeschreibung|inhalt|worum es geht",
    "rhythm": "turnus|sitzungsturnus|sitzungsrhythmus|tagt",
    "mandate": "aufgabe|aufgaben",
    "schulnummer": "schul-nr|schulnr|amtliche schulnummer",
    "pupils": "schülerzahl|anzahl schüler|zahl der schülerinnen und schüler|schüler*innen|schülerinnen/schüler",
    "places": "platzzahl|anzahl plätze|zahl der plätze",
    "budget": "mittel gesamt|gesamtmittel|fördersumme|volumen",
    "confirmed": "zuletzt bestätigt|zuletzt geprüft|geprüft am|aktualisiert am|letzte aktualisierung",
    "code": "gebietsschlüssel",
    "ags": "amtlicher gemeindeschlüssel",
}
"""Other German words for fields, as they stand in people's lists; each means one thing only."""

_PERIODS = ("zeitraum", "laufzeit", "dauer", "amtszeit", "period", "von - bis", "von bis")
_FOOTNOTE = re.compile(r"[*†‡°¹²³⁰⁴-⁹]+|(?<=\D)\d\)|\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: a field, or the key, start, end or period (``role``)."""

    role: str
    field: Field | None = None


def plain(heading: object) -> str:
    """A heading without case, marks for required fields and footnotes, units in brackets, and what nobody sees."""
    text = "" if heading is None else visible(str(heading))
    return " ".join(_FOOTNOTE.sub(" ", text).split()).strip(" .:;").casefold()


def sheet_types() -> dict[str, NodeType | EdgeType]:
    """The types by the names that a sheet may have: German and English plural, technical name."""
    found: dict[str, NodeType | EdgeType] = {}
    for node in NODES.values():
        for word in (node.name, node.plural.en, node.plural.de):
            found[plain(word)] = node
    for edge in EDGES.values():
        for word in (edge.name, edge.sheet.en, edge.sheet.de):
            found.setdefault(plain(word), edge)
    return found


def columns(kind: NodeType | EdgeType) -> dict[str, Column]:
    """What each heading of a sheet of this type means. German words win over English and technical ones."""
    found: dict[str, Column] = {}
    fields = filled_in(kind)
    for field in fields:
        for word in filter(None, _SYNONYMS.get(field.name, "").split("|")):
            found[plain(word)] = Column("field", field)
    if {"since", "start"} & {field.name for field in fields}:
        found.update((word, Column("period")) for word in _PERIODS)
    if isinstance(kind, NodeType):
        found[plain(kind.label.de)] = Column("field", kind.field("name"))
    for words in ([f.name for f in fields], [f.label.en for f in fields], [f.label.de for f in fields]):
        found.update((plain(word), Column("field", field)) for word, field in zip(words, fields, strict=True))
    if isinstance(kind, EdgeType):
        for role, types, others in ((START, kind.start_types, kind.end_types), (END, kind.end_types, kind.start_types)):
            for name in set(types) - set(others):  # "Person" can only be the member, never the Gremium
                found.setdefault(plain(NODES[name].label.de), Column(role))
        for text in (kind.start_label.en, kind.start_label.de):
            found[plain(text)] = Column(START)
        for text in (kind.end_label.en, kind.end_label.de):
            found[plain(text)] = Column(END)
    else:
        for word in ("key", KEY):
            found[plain(word)] = Column("key")
    return found


def filled_in(kind: NodeType | EdgeType) -> tuple[Field, ...]:
    """The fields that people fill in; shapes come from GeoJSON, further columns are what is left."""
    return tuple(field for field in kind.fields if field.kind not in ("geometry", "extra"))


def notes_on_rejection(heads: Mapping[int, str]) -> tuple[int, ...]:
    """The places of the two columns by which rejected rows come back to us (side by side); empty where there are none."""
    return next(
        ((place, place + 1) for place, word in heads.items() if plain(word) == plain(ORIGINAL_ROW) and plain(heads.get(place + 1)) == plain(REASON)), ()
    )
