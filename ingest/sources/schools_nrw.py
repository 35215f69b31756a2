"""The school registers of North Rhine-Westphalia, in both forms that are published.

* 2021: ``schuldaten_nrw_*.csv`` of the ministry (``sep=;`` in the first line, coordinates in UTM zone 32).
* 2024/25 and later: ``AS_BS_Verzeichnis_*.csv`` of IT.NRW (Sozialindex, pupils, Startchancen, geocodes).

Both are published under dl-de/by-2-0. The Schulnummer joins them: a school of both is one Institution.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyproj

from graph.model import Field, Text, Value
from graph.records import Dataset, Edge, Node, Record, Where
from graph.schema import NODES
from ingest.school_names import AUTHORITY, FORMS, official_name, short_name
from ingest.source import About, Context, Option, Unreadable

ABOUT = About(
    "schools_nrw",
    Text("Schulverzeichnis NRW", "School register of NRW"),
    Text("CSV des Schulministeriums (2021) oder von IT.NRW (ab 2024/25)", "CSV of the ministry (2021) or of IT.NRW (from 2024/25)"),
    (Option("gemeinde", Text("nur diese Gemeinden: AGS, mehrere mit Komma", "only these municipalities: AGS, several with a comma")),),
)

INDEX = "indicator:schulsozialindex-nrw"
PROGRAMME = "programme:startchancen"
_WEST, _EAST, _SOUTH, _NORTH = 5.8, 9.6, 50.2, 52.7
"""Where North Rhine-Westphalia lies, in degrees, with some room."""

_FIELDS = {field.name: field for field in NODES["Institution"].fields}


@dataclass(frozen=True, slots=True)
class _Form:
    """Which column of a register holds what; ``used`` are all columns that are understood."""

    number: str
    form: str
    names: tuple[str, str, str]
    short: str
    ags: str
    street: str
    postcode: str
    city: str
    phone: tuple[str, str]
    email: str
    url: str
    legal: str
    used: frozenset[str]


_2021 = _Form(
    "Schulnummer",
    "Schulform",
    ("Schulbezeichnung_1", "Schulbezeichnung_2", "Schulbezeichnung_3"),
    "Kurzbezeichnung",
    "Gemeindeschluessel",
    "Strasse",
    "PLZ",
    "Ort",
    ("Telefonvorwahl", "Telefon"),
    "E-Mail",
    "Homepage",
    "Rechtsform",
    frozenset({"Traegernummer", "Schulbetriebsdatum", "UTMRechtswert", "UTMHochwert", "EPSG"}),
)
_2024 = _Form(
    "Schulnummer",
    "Schulform",
    ("Amtliche Bezeichnung 1", "Amtliche Bezeichnung 2", "Amtliche Bezeichnung 3"),
    "",
    "Amtlicher Gemeindeschlüssel",
    "Straße und Hausnummer",
    "Postleitzahl",
    "Ort",
    ("Telefonnummer Vorwahl", "Telefonnummer Durchwahl"),
    "Offizielle E-Mail-Adresse",
    "",
    "Rechtsstatus",
    frozenset({"Schuljahr", "Anzahl", "Sozialindex", "latitude", "longitude", "found_address", "Startchancen-Schule"}),
)
_LEGAL = {"1": "public", "2": "private", "öffentlich": "public", "privat": "private"}


def dataset(path: Path, options: Mapping[str, str]) -> Dataset:
    """One dataset for each edition: ``schools_nrw:2021``, ``schools_nrw:2024/25``."""
    form, _, rows = _read(path)
    if form is _2024:
        year = next((row["Schuljahr"].strip() for _, row in rows if row.get("Schuljahr", "").strip()), "")
        if not re.fullmatch(r"\d{4}/\d{2}", year):
            raise Unreadable(f"„{path.name}“ nennt kein Schuljahr in der Form 2024/25; bitte die Datei von IT.NRW unverändert verwenden.")
        # IT.NRW counts on the 15th of October of the school year.
        return Dataset(f"schools_nrw:{year}", "schools_nrw", f"Schulverzeichnis NRW {year}", f"{year[:4]}-10-15", rank=20)
    named = re.search(r"(20\d{2})-(\d{2})", path.name)
    as_of = f"{named[1]}-{named[2]}-01" if named else date.fromtimestamp(path.stat().st_mtime).isoformat()
    return Dataset(f"schools_nrw:{as_of[:4]}", "schools_nrw", f"Schulverzeichnis NRW {as_of[:4]}", as_of, rank=20)


def records(context: Context) -> Iterator[Record]:
    """Schools, their Träger, Sozialindex and programme."""
    form, head, rows = _read(context.path)
    wanted = {ags.strip().zfill(8) for ags in context.options.get("gemeinde", "").split(",") if ags.strip()}
    if wanted:
        inside = [(number, row) for number, row in rows if _digits(row.get(form.ags, ""), 8) in wanted]
        if left_out := len(rows) - len(inside):
            context.warn(f"{left_out} Einträge anderer Gemeinden bleiben außen vor (Einstellung gemeinde).")
        if not inside:
            raise Unreadable(f"In „{context.path.name}“ steht keine Schule der Gemeinde {', '.join(sorted(wanted))}; bitte den AGS prüfen (acht Ziffern).")
        rows = inside
    places = _coordinates(form, rows)
    reader = _Register(context, form)
    for done, ((number, row), place) in enumerate(zip(rows, places, strict=True), 1):
        if done % 500 == 0:
            context.progress(done, len(rows))
        yield from reader.school(number, row, place)
    understood = {
        form.number,
        form.form,
        *form.names,
        form.short,
        form.ags,
        form.street,
        form.postcode,
        form.city,
        *form.phone,
        form.email,
        form.url,
        form.legal,
    }
    for column in head:
        filled = sum(1 for _, row in rows if row.get(column, "").strip())
        if column and filled and column not in understood | form.used:
            context.leftover(column, filled)
    reader.summary()


def _read(path: Path) -> tuple[_Form, list[str], list[tuple[int, dict[str, str]]]]:
    """Which form it is, its head, and its rows with the line numbers of an editor."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    lines = text.splitlines()
    skipped = 1 if lines and lines[0].strip().strip('"').startswith("sep=") else 0
    first = lines[skipped] if len(lines) > skipped else ""
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    for _ in range(skipped):
        next(reader)
    head = [name.strip() for name in next(reader, [])]
    form = _2024 if "Schuljahr" in head else _2021
    missing = [column for column in (form.number, form.form, form.names[0], form.ags) if column not in head]
    if missing:
        raise Unreadable(f"„{path.name}“ ist kein Schulverzeichnis, das wir kennen: die Spalte „{missing[0]}“ fehlt.")
    rows = []
    at = reader.line_num + 1
    for row in reader:
        if any(cell.strip() for cell in row):
            rows.append((at, dict(zip(head, row, strict=False))))
        at = reader.line_num + 1
    return form, head, rows


def _coordinates(form: _Form, rows: list[tuple[int, dict[str, str]]]) -> list[tuple[float, float] | None]:
    """(latitude, longitude) of each row where it has them."""
    east, north = ("UTMRechtswert", "UTMHochwert") if form is _2021 else ("longitude", "latitude")
    pairs = [(_number(row.get(east, "")), _number(row.get(north, ""))) for _, row in rows]
    if form is _2021:
        # The column EPSG says "null" here and there; every coordinate of the file is UTM zone 32 all the same.
        to_degrees = pyproj.Transformer.from_crs("EPSG:25832", "OGC:CRS84", always_xy=True)
        xs, ys = to_degrees.transform([x or 0 for x, _ in pairs], [y or 0 for _, y in pairs])
        return [(y, x) if a and b else None for (a, b), x, y in zip(pairs, xs, ys, strict=True)]
    return [(b, a) if a and b else None for a, b in pairs]


class _Register:
    """Turns rows into records, and remembers what was said once already."""

    def __init__(self, context: Context, form: _Form) -> None:
        self._context, self._form = context, form
        self._providers: set[str] = set()
        self._said: set[str] = set()
        self._numbers: set[str] = set()
        self._unknown_forms: Counter[str] = Counter()

    def school(self, line: int, row: Mapping[str, str], place: tuple[float, float] | None) -> Iterator[Record]:
        """Everything that follows from one row."""
        form, where = self._form, Where(self._context.path.name, row=line)
        number = _whole(row.get(form.number, ""))
        if not re.fullmatch(r"\d{6}", number):
            self._context.reject(where, form.number, row.get(form.number, ""), "Die Schulnummer hat nicht sechs Ziffern; bitte in der Datei prüfen.")
            return
        if number in self._numbers:
            self._context.reject(where, form.number, number, "Diese Schulnummer steht in der Datei schon weiter oben; bitte eine der Zeilen löschen.")
            return
        self._numbers.add(number)
        fields = self._fields(where, number, row)
        if place is not None and (doubt := _doubt(place, row, str(fields.get("postcode", "")))):
            self._context.warn(f"Die Koordinate von „{fields['name']}“ {doubt} und wird nicht verwendet.", where)
        elif place is not None:
            fields |= {"lat": round(place[0], 6), "lon": round(place[1], 6)}
        key = f"schulnummer:{number}"
        yield Node("Institution", key, fields, where)
        if ags := fields.get("gemeinde"):
            yield Edge("LOCATED_IN", key, f"ags:{ags}", {"basis": "register"}, where)
        yield from self._provider(key, row, where)
        yield from self._index(key, row, where)
        if row.get("Startchancen-Schule", "").strip() in ("1", "1.0"):
            yield from self._once(Node("Project", PROGRAMME, {"name": "Startchancen-Programm", "kind": "programme", "status": "running"}, where))
            yield Edge("TAKES_PART_IN", key, PROGRAMME, {}, where)

    def _fields(self, where: Where, number: str, row: Mapping[str, str]) -> dict[str, Value]:
        form = self._form
        code = row.get(form.form, "").strip()
        kind, word = ("school_authority" if code in AUTHORITY else "school"), FORMS.get(code, code if form is _2024 else "")
        if not word:
            word = f"Schulform {code}"
            self._unknown_forms[code] += 1
        parts = [row.get(column, "") for column in form.names]
        short = row.get(form.short, "").partition(", ")[2].strip() or short_name(parts, word, row.get(form.street, ""), row.get(form.city, ""))
        fields: dict[str, Value] = {"name": official_name(parts) or short, "short": short, "kind": kind, "form": word, "schulnummer": number}
        phone = " ".join(part for part in (_prefix(row.get(form.phone[0], "")), _whole(row.get(form.phone[1], ""))) if part)
        raw = {
            "gemeinde": _digits(row.get(form.ags, ""), 8),
            "street": row.get(form.street, ""),
            "postcode": _digits(row.get(form.postcode, ""), 5),
            "city": row.get(form.city, ""),
            "phone": phone,
            "email": row.get(form.email, ""),
            "url": row.get(form.url, "") if form.url else "",
            "legal": _LEGAL.get(row.get(form.legal, "").strip().casefold(), ""),
            "pupils": row.get("Anzahl", ""),
            "start": row.get("Schulbetriebsdatum", ""),
        }
        for field_name, value in raw.items():
            self._take(fields, _FIELDS[field_name], value, where)
        return fields

    def _take(self, fields: dict[str, Value], field: Field, value: str, where: Where) -> None:
        """Takes a value; one that cannot be read is left out and said, the school is taken without it."""
        try:
            parsed = field.parse(value)
        except ValueError as error:
            self._context.warn(f"{field.label.de}: {error}. Der Eintrag ist ohne diese Angabe übernommen.", where)
            return
        if parsed is not None:
            fields[field.name] = parsed

    def _provider(self, school: str, row: Mapping[str, str], where: Where) -> Iterator[Record]:
        number = _whole(row.get("Traegernummer", ""))
        if not number.strip("0"):
            return
        key = f"traegernummer:{number}"
        self._providers.add(number)
        fields: dict[str, Value] = {"kind": "provider", "traegernummer": number}
        yield from self._once(Node("Institution", key, fields, where))
        yield Edge("RUNS", key, school, {}, where)

    def _index(self, school: str, row: Mapping[str, str], where: Where) -> Iterator[Record]:
        value = _number(row.get("Sozialindex", ""))
        if value is None:
            return
        about = "Belastung des Schulstandorts, von 1 (gering) bis 9 (sehr hoch)"
        yield from self._once(Node("Indicator", INDEX, {"name": "Schulsozialindex", "description": about, "unit": "Stufe"}, where))
        yield Edge("HAS_VALUE", school, INDEX, {"value": value, "year": int(row["Schuljahr"][:4])}, where)

    def _once(self, node: Node) -> Iterator[Node]:
        if node.key not in self._said:
            self._said.add(node.key)
            yield node

    def summary(self) -> None:
        """What a person should know of the whole file."""
        if self._providers:
            self._context.warn(
                f"{len(self._providers)} Schulträger haben in der Datei nur eine Nummer, keinen Namen. "
                "Der Name kommt aus einer eigenen Liste: Institution mit der Spalte Trägernummer."
            )
        for code, count in sorted(self._unknown_forms.items()):
            self._context.warn(f"Die Schulform „{code}“ ({count} Einträge) steht nicht in der Schlüsseltabelle; sie heißt hier „Schulform {code}“.")


def _doubt(place: tuple[float, float], row: Mapping[str, str], postcode: str) -> str:
    """What speaks against a coordinate, as the middle of a German sentence; "" where nothing does.

    IT.NRW has geocoded the addresses and says what was found (``found_address``). Where that has another
    postcode the school is nearly always somewhere else: all that are more than 10 km off are of this kind.
    """
    if not (_SOUTH <= place[0] <= _NORTH and _WEST <= place[1] <= _EAST):
        return "liegt nicht in Nordrhein-Westfalen"
    found = row.get("found_address", "").strip()
    if found and postcode and postcode not in found:
        return f"gehört zu einer anderen Adresse („{found}“ statt PLZ {postcode})"
    return ""


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if value == value else None


def _whole(text: str) -> str:
    """A number that became a float ("4791163.0") as it was."""
    return re.sub(r"\.0$", "", text.strip())


def _digits(text: str, length: int) -> str:
    """A key with the leading zeros that it lost."""
    digits = _whole(text)
    return digits.zfill(length) if digits.isdigit() else digits


def _prefix(text: str) -> str:
    """A dialling code with the zero that it lost."""
    digits = _whole(text)
    return "0" + digits if digits.isdigit() and not digits.startswith("0") else digits
