"""The school registers of North Rhine-Westphalia, in both forms that are published.

* 2021: ``schuldaten_nrw_*.csv`` of the ministry (``sep=;`` in the first line, coordinates in UTM zone 32).
* 2024/25 and later: ``AS_BS_Verzeichnis_*.csv`` of IT.NRW (Sozialindex, pupils, Startchancen, geocodes).

Both are published under dl-de/by-2-0. The Schulnummer joins them: a school of both is one Institution.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

import pyproj

from graph.model import Field, Text, Value
from graph.records import Dataset, Edge, Node, Record, Where
from graph.schema import NODES
from graph.values import extra as as_extra
from ingest.registers.school_files import FORM_2021, FORM_2024, Form, Row, SchoolFile, read_file
from ingest.registers.school_names import AUTHORITY, FORMS, official_name, short_name
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

_NUMERALS = {5: "fünf", 8: "acht"}
_FIELDS = {field.name: field for field in NODES["Institution"].fields}
_LEGAL = {"1": "public", "2": "private", "öffentlich": "public", "privat": "private"}
_TAKES_PART = {"1": True, "ja": True, "0": False, "nein": False, "": False}

Meaning = TypeVar("Meaning")


def dataset(path: Path, options: Mapping[str, str]) -> Dataset:
    """One dataset for each edition: ``schools_nrw:2021``, ``schools_nrw:2024/25``."""
    file = read_file(path)
    if file.form is FORM_2024:
        year = next((row["Schuljahr"].strip() for _, row in file.rows if row.get("Schuljahr", "").strip()), "")
        if not re.fullmatch(r"\d{4}/\d{2}", year):
            raise Unreadable(f"„{path.name}“ nennt kein Schuljahr in der Form 2024/25; bitte die Datei von IT.NRW unverändert verwenden.")
        # IT.NRW counts on the 15th of October of the school year.
        return Dataset(f"schools_nrw:{year}", "schools_nrw", f"Schulverzeichnis NRW {year}", f"{year[:4]}-10-15", rank=20)
    named = re.search(r"(20\d{2})-(\d{2})", path.name)
    as_of = f"{named[1]}-{named[2]}-01" if named else date.fromtimestamp(path.stat().st_mtime).isoformat()
    return Dataset(f"schools_nrw:{as_of[:4]}", "schools_nrw", f"Schulverzeichnis NRW {as_of[:4]}", as_of, rank=20)


def records(context: Context) -> Iterator[Record]:
    """Schools, their Träger, Sozialindex and programme."""
    file = read_file(context.path)
    form, rows = file.form, file.rows
    if file.legacy:
        context.warn("Die Datei ist nicht in UTF-8 gespeichert und wurde als Windows-Text (cp1252) gelesen.")
    wanted = {ags.strip().zfill(8) for ags in context.options.get("gemeinde", "").split(",") if ags.strip()}
    if wanted:
        # An uneven row may be of any Gemeinde: it stays, and is rejected.
        inside = [(line, row) for line, row in rows if line in file.uneven or _key(row.get(form.ags, ""), 8) in wanted]
        if left_out := len(rows) - len(inside):
            context.warn(f"{left_out} Einträge anderer Gemeinden bleiben außen vor (Einstellung gemeinde).")
        if len(inside) == len(file.uneven):
            raise Unreadable(f"In „{context.path.name}“ steht keine Schule der Gemeinde {', '.join(sorted(wanted))}; bitte den AGS prüfen (acht Ziffern).")
        rows = inside
    places = _coordinates(form, rows)
    reader = _Register(context, file)
    for done, ((line, row), place) in enumerate(zip(rows, places, strict=True), 1):
        if done % 500 == 0:
            context.progress(done, len(rows))
        yield from reader.school(line, row, place)
    for column in file.unused:
        if filled := sum(1 for _, row in rows if row.get(column, "").strip()):
            context.leftover(column, filled)
    reader.summary()


def _coordinates(form: Form, rows: list[tuple[int, Row]]) -> list[tuple[float, float] | None]:
    """(latitude, longitude) of each row where it has them."""
    east, north = form.coordinates
    pairs = [(_number(row.get(east, "")), _number(row.get(north, ""))) for _, row in rows]
    if form is FORM_2021:
        # The column EPSG says "null" here and there; every coordinate of the file is UTM zone 32 all the same.
        to_degrees = pyproj.Transformer.from_crs("EPSG:25832", "OGC:CRS84", always_xy=True)
        xs, ys = to_degrees.transform([x or 0 for x, _ in pairs], [y or 0 for _, y in pairs])
        return [(y, x) if a and b else None for (a, b), x, y in zip(pairs, xs, ys, strict=True)]
    return [(b, a) if a and b else None for a, b in pairs]


class _Register:
    """Turns rows into records, and remembers what was said once already."""

    def __init__(self, context: Context, file: SchoolFile) -> None:
        self._context, self._file, self._form = context, file, file.form
        self._school_year = context.dataset.name.partition(":")[2]
        self._without_place = 0
        self._providers: set[str] = set()
        self._said: set[str] = set()
        self._numbers: set[str] = set()
        self._unknown_forms: Counter[str] = Counter()

    def school(self, line: int, row: Mapping[str, str], place: tuple[float, float] | None) -> Iterator[Record]:
        """Everything that follows from one row."""
        form, where = self._form, Where(self._context.path.name, row=line)
        if fields_found := self._file.uneven.get(line):
            mend = "Steht ein Trennzeichen oder ein Zeilenumbruch in einem Wert, muss er in Anführungszeichen stehen."
            self._context.reject(where, "", f"{fields_found} Felder", f"Die Zeile hat {fields_found} statt {self._file.width} Felder. {mend}")
            return
        if form is FORM_2024 and (year := row["Schuljahr"].strip()) != self._school_year:
            self._context.reject(where, "Schuljahr", year, f"Die Datei gilt für das Schuljahr {self._school_year}; andere bitte als eigene Datei einlesen.")
            return
        number = _whole(row.get(form.number, ""))
        if not re.fullmatch(r"\d{6}", number):
            self._context.reject(where, form.number, row.get(form.number, ""), "Die Schulnummer hat nicht sechs Ziffern; bitte in der Datei prüfen.")
            return
        if number in self._numbers:
            self._context.reject(where, form.number, number, "Diese Schulnummer steht in der Datei schon weiter oben; bitte eine der Zeilen löschen.")
            return
        self._numbers.add(number)
        fields = self._fields(where, number, row)
        fields |= self._place(where, row, place, str(fields["name"]))
        key = f"schulnummer:{number}"
        yield Node("Institution", key, fields, where)
        if ags := fields.get("gemeinde"):
            yield Edge("LOCATED_IN", key, f"ags:{ags}", {"basis": "register"}, where)
        yield from self._provider(key, row, where)
        yield from self._index(key, row, where)
        if self._known(row.get("Startchancen-Schule", ""), _TAKES_PART, "Startchancen-Schule", where):
            yield from self._once(Node("Project", PROGRAMME, {"name": "Startchancen-Programm", "kind": "programme", "status": "running"}, where))
            yield Edge("TAKES_PART_IN", key, PROGRAMME, {}, where)

    def _place(self, where: Where, row: Mapping[str, str], place: tuple[float, float] | None, name: str) -> dict[str, Value]:
        """Latitude and longitude, unless there is none or something speaks against it, which is said."""
        if place is None:
            given = " / ".join(row.get(column, "").strip() for column in self._form.coordinates).strip(" /")
            self._without_place += not given
            if given:
                self._context.warn(f"Die Koordinate „{given}“ von „{name}“ ist keine und wird nicht verwendet.", where)
            return {}
        position = "official" if self._form is FORM_2021 else "geocoded"
        if not (abs(place[0]) <= 90 and abs(place[1]) <= 180):
            self._context.warn(f"Die Koordinate von „{name}“ liegt nicht auf der Erde und wird nicht verwendet.", where)
            return {}
        if doubt := _doubt(place, row, _key(row.get(self._form.postcode, ""), 5)):
            self._context.warn(f"Die Koordinate von „{name}“ {doubt} und wird nicht verwendet.", where)
            position = "doubtful"  # kept all the same, so that it stands in the list of contradictions
        return {"lat": round(place[0], 6), "lon": round(place[1], 6), "position": position}

    def _fields(self, where: Where, number: str, row: Mapping[str, str]) -> dict[str, Value]:
        form = self._form
        code = row.get(form.form, "").strip()
        kind, word = ("school_authority" if code in AUTHORITY else "school"), FORMS.get(code, code if form is FORM_2024 else "")
        if not word:
            word = f"Schulform {code}"
            self._unknown_forms[code] += 1
        parts = [row.get(column, "") for column in form.names]
        short = row.get(form.short, "").partition(", ")[2].strip() or short_name(parts, word, row.get(form.street, ""), row.get(form.city, ""))
        fields: dict[str, Value] = {"name": official_name(parts) or short, "short": short, "kind": kind, "form": word, "schulnummer": number}
        phone = " ".join(part for part in (_prefix(row.get(form.phone[0], "")), _whole(row.get(form.phone[1], ""))) if part)
        raw = {
            "gemeinde": self._digits_of(row.get(form.ags, ""), 8, "Der Gemeindeschlüssel", where),
            "street": row.get(form.street, ""),
            "postcode": self._digits_of(row.get(form.postcode, ""), 5, "Die PLZ", where),
            "city": row.get(form.city, ""),
            "phone": phone,
            "email": row.get(form.email, ""),
            "url": row.get(form.url, "") if form.url else "",
            "legal": self._known(row.get(form.legal, ""), _LEGAL | {"": ""}, form.legal, where) or "",
            "pupils": row.get("Anzahl", ""),
            "start": row.get("Schulbetriebsdatum", ""),
        }
        for field_name, value in raw.items():
            self._take(fields, _FIELDS[field_name], value, where)
        if more := {column: _whole(row[column]) for column in self._file.unused if row.get(column, "").strip()}:
            fields["extra"] = as_extra(more)
        return fields

    def _take(self, fields: dict[str, Value], field: Field, value: str, where: Where) -> None:
        """Takes a value; one that cannot be read is left out and said, the school is taken without it."""
        try:
            parsed = field.parse(value)
        except ValueError as error:
            self._context.warn(f"{field.label.de}: {error}. Der Eintrag ist ohne diese Angabe übernommen.", where)
            return
        if field.kind == "integer" and isinstance(parsed, int) and parsed < 0:
            self._context.warn(f"{field.label.de}: „{value}“ ist kleiner als null. Der Eintrag ist ohne diese Angabe übernommen.", where)
        elif parsed is not None:
            fields[field.name] = parsed

    def _digits_of(self, raw: str, length: int, what: str, where: Where) -> str:
        """An official key with the leading zero that it may have lost; "" and a word where it is none."""
        key = _key(raw, length)
        if raw.strip() and not key:
            self._context.warn(f"{what} „{raw.strip()}“ hat nicht {_NUMERALS[length]} Ziffern. Der Eintrag ist ohne diese Angabe übernommen.", where)
        return key

    def _known(self, raw: str, words: Mapping[str, Meaning], column: str, where: Where) -> Meaning | None:
        """What a code of a column means; None and a word where nobody knows."""
        code = _whole(raw).casefold()
        if code not in words:
            possible = ", ".join(word for word in words if word)
            self._context.warn(f"{column}: „{raw.strip()}“ ist unbekannt (bekannt sind: {possible}). Der Eintrag ist ohne diese Angabe übernommen.", where)
        return words.get(code)

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
        raw = row.get("Sozialindex", "").strip()
        if not raw:
            return
        value = _number(raw)
        if value is None or value not in range(1, 10):
            self._context.warn(f"Der Sozialindex „{raw}“ ist keine Stufe von 1 bis 9. Der Eintrag ist ohne diese Angabe übernommen.", where)
            return
        about = "Belastung des Schulstandorts, von 1 (gering) bis 9 (sehr hoch)"
        yield from self._once(Node("Indicator", INDEX, {"name": "Schulsozialindex", "description": about, "unit": "Stufe"}, where))
        yield Edge("HAS_VALUE", school, INDEX, {"value": value, "year": int(self._school_year[:4])}, where)

    def _once(self, node: Node) -> Iterator[Node]:
        if node.key not in self._said:
            self._said.add(node.key)
            yield node

    def summary(self) -> None:
        """What a person should know of the whole file."""
        if self._without_place:
            one = self._without_place == 1
            whose = "Ein Eintrag hat keine Koordinate und ist" if one else f"{self._without_place} Einträge haben keine Koordinate und sind"
            self._context.warn(f"{whose} nur der Gemeinde zugeordnet.")
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
    return f"gehört zu einer anderen Adresse („{found}“ statt PLZ {postcode})" if found and postcode and postcode not in found else ""


def _key(text: str, length: int) -> str:
    """An official key of so many digits, one leading zero restored; "" where it is none."""
    digits = _whole(text)
    return digits.zfill(length) if digits.isdigit() and len(digits) in (length - 1, length) else ""


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if value == value else None


def _whole(text: str) -> str:
    """A number that became a float ("4791163.0") as it was."""
    return re.sub(r"\.0$", "", text.strip())


def _prefix(text: str) -> str:
    """A dialling code with the zero that it lost."""
    digits = _whole(text)
    return "0" + digits if digits.isdigit() and not digits.startswith("0") else digits
