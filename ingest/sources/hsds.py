"""HSDS (Open Referral): a directory of services as CSV tables in a folder or ZIP file.

An organisation becomes an Institution, a service an Offer that it runs, a program a Project, a taxonomy term that
something uses a Theme, a contact a Person. A service at several locations becomes an Offer at each of them, as each has
its own place. Keys are ``<directory>#service/<id>``; :mod:`ingest.registers.hsds_directory` checks the references.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from graph import values
from graph.ledger_records import folded
from graph.model import Field, Text, Value
from graph.records import Dataset, Edge, Node, Record, Where
from graph.schema import NODES
from ingest.registers.hsds_directory import OWNERS, Contact, Directory, Place, Service, Thing, read_directory
from ingest.registers.hsds_package import Row, read_package
from ingest.registers.hsds_phones import TAKEN, Line, split
from ingest.source import About, Context, Option, Unreadable
from ingest.tabular.workbook import csv_files

ABOUT = About(
    "hsds",
    Text("Angebotsverzeichnis (HSDS)", "Service directory (HSDS)"),
    Text("Ordner oder ZIP mit den CSV-Tabellen von Open Referral (organizations.csv, services.csv ...)", "folder or ZIP of Open Referral's CSV tables"),
    (
        Option(
            "name",
            Text(
                "Name des Verzeichnisses, gleich für alle Ausgaben; sonst der Name des Ordners oder ZIPs",
                "name of the directory, the same for all editions; else that of the folder or ZIP",
            ),
        ),
        Option("as_of", Text("Stand der Angaben (TT.MM.JJJJ); sonst der Tag der Dateien", "date that the data stand for; else the day of the files")),
        Option("title", Text("Name der Quelle in der App; sonst der Name des Verzeichnisses", "name of the source in the app; else the directory's name")),
    ),
)  # fmt: skip

_DAY = Field("as_of", Text("Stand", "As of"), Text("Stand der Angaben", "As of"), "date")
_ADDRESS = ("address_1", "address_2", "city", "postal_code")
_TAKEN = {
    "organization": {
        "id", "name", "alternate_name", "description", "email", "url", "website", "year_incorporated", "date_incorporated", "parent_organization_id",
    },
    "service": {
        "id", "name", "alternate_name", "description", "email", "url", "website", "status", "assured_date", "organization_id", "location_id",
        "program_id", "taxonomy_ids", "service_areas",
    },
    "location": {"id", "organization_id", "latitude", "longitude", "name"},
    "address": {"id", "location_id", "address_type", "type", *_ADDRESS},
    "service_at_location": {"id", "service_id", "location_id"},
    "phone": TAKEN,
    "contact": {"id", "name", "title", "email", *OWNERS},
    "program": {"id", "organization_id", "name", "alternate_name", "description"},
    "taxonomy": {"id", "taxonomy_id", "name", "parent_id", "parent_name", "description"},
    "taxonomy_term": {"id", "taxonomy_term_id", "name", "parent_id", "parent_name", "description"},
    "attribute": {"id", "link_id", "link_entity", "link_type", "service_id", "organization_id", "taxonomy_term_id", "taxonomy_id"},
    "service_area": {"id", "name", "service_area", *OWNERS},
}  # fmt: skip
"""What is understood of each table; the rest is kept as further columns and reported."""

_STATUS = {"inactive": "ruht", "defunct": "eingestellt", "temporarily closed": "vorübergehend geschlossen"}
_NOT_THERE = frozenset({"virtual", "postal"})
_LISTED = 5
_AREA = ("Area",)


def dataset(path: Path, options: Mapping[str, str]) -> Dataset:
    """One dataset for each directory; a folder and a ZIP file of the same name are the same one."""
    path = Path(os.path.abspath(path))  # "." has no name
    try:
        day = _DAY.parse(options.get("as_of", ""))
    except ValueError as error:
        raise Unreadable(f"Einstellung as_of: {error}") from None
    name = options.get("name", "").strip() or (path.name if path.is_dir() else path.stem)
    files = csv_files(path) if path.is_dir() else [path]
    newest = max((file.stat().st_mtime for file in files), default=path.stat().st_mtime)
    return Dataset(f"hsds:{name}", "hsds", options.get("title") or name, str(day or date.fromtimestamp(newest).isoformat()))


def records(context: Context) -> Iterator[Record]:
    """Everything that the directory says; raises ``Unreadable`` where it is none."""
    package = read_package(context.path, context.warn)
    directory = read_directory(context, package)
    yield from _Writer(context, directory).records()
    for table in package.tables:
        taken = _TAKEN.get(table.kind, {"id", *OWNERS})
        for column, filled in table.filled().items():
            if column not in taken:
                context.leftover(column, filled, table.sheet, table.file)
    for file, rows in directory.loose.items():
        who = "1 Zeile gehört zu nichts, was übernommen wird, und wurde" if rows == 1 else f"{rows} Zeilen gehören zu nichts, was übernommen wird, und wurden"
        context.warn(f"{who} nicht gelesen.", Where(file))


class _Writer:
    """Turns a directory into records."""

    def __init__(self, context: Context, directory: Directory) -> None:
        self._context, self._directory = context, directory
        self._stem = context.dataset.name.removeprefix("hsds:")
        self._shorts: set[str] = set()
        self._resting: dict[str, list[str]] = {}
        self._unknown_areas: Counter[str] = Counter()
        self._used: set[str] = set()
        self._doubted: set[tuple[Where, str]] = set()
        self._seats: dict[str, list[Place]] = {}
        for place in directory.places.values():
            self._seats.setdefault(place.organization, []).append(place)
        self._areas: dict[str, list[str]] = {}

    def _key(self, kind: str, id: str) -> str:
        return f"{self._stem}#{kind}/{id}"

    def records(self) -> Iterator[Record]:
        """Themes first, because the others refer to them, then everything else in the order of the files."""
        directory = self._directory
        yield from self._themes()
        for organization in directory.organizations.values():
            yield from self._organization(organization)
        for program in directory.programs.values():
            key = self._key("program", program.id)
            fields = self._fields("Project", program.row, {"name": "name", "short": "alternate_name", "description": "description"})
            fields["kind"] = "programme"
            yield Node("Project", key, self._with_extra(fields, program.row.rest(_TAKEN["program"])), program.row.where)
            yield Edge("RUNS", self._key("organization", program.row["organization_id"]), key, {}, program.row.where)
        for service in directory.services.values():
            yield from self._service(service)
        yield from self._contacts()
        self._say()

    # ---- themes

    def _themes(self) -> Iterator[Record]:
        """The terms that something uses, and those above them."""
        directory = self._directory
        wanted: dict[str, None] = {}
        for terms in (*(service.terms for service in directory.services.values()), *directory.organization_terms.values()):
            for term in terms:
                at = term
                while at in directory.terms and at not in wanted:
                    wanted[at] = None
                    at = directory.terms[at].row["parent_id"]
        for term in wanted:
            row = directory.terms[term].row
            fields = self._fields("Theme", row, {"name": "name", "description": "description"})
            yield Node("Theme", self._key("taxonomy", term), self._with_extra(fields, row.rest(_TAKEN["taxonomy_term"] | _TAKEN["taxonomy"])), row.where)
            if row["parent_id"] in wanted:
                yield Edge("PART_OF", self._key("taxonomy", term), self._key("taxonomy", row["parent_id"]), {}, row.where)
        if unused := len(directory.terms) - len(wanted):
            self._context.warn(f"{unused} von {len(directory.terms)} Themen der Taxonomie nutzt kein Angebot; sie wurden nicht übernommen.")

    # ---- organisations

    def _organization(self, thing: Thing) -> Iterator[Record]:
        row, key, directory = thing.row, self._key("organization", thing.id), self._directory
        names = {
            "name": "name",
            "short": "alternate_name",
            "note": "description",
            "email": "email",
            "url": "url website",
            "start": "year_incorporated date_incorporated",
        }
        extra = row.rest(_TAKEN["organization"])
        fields = self._fields("Institution", row, names, extra)
        fields["kind"] = "other"
        seats = self._seats.get(thing.id, [])
        # With several locations nobody says which of them is the seat.
        seat = seats[0] if len(seats) == 1 else None
        phones = [*thing.phones, *(seat.phones if seat else ())]
        yield from self._placed("Institution", key, fields, extra | _attached(thing), seat, phones, row)
        if parent := row["parent_organization_id"]:
            if parent in directory.organizations:
                yield Edge("PART_OF", key, self._key("organization", parent), {}, row.where)
            else:
                self._context.warn(f"Die übergeordnete Organisation „{parent}“ von „{row['name']}“ gibt es in der Datei nicht.", row.where)
        for term in directory.organization_terms.get(thing.id, ()):
            yield Edge("ADDRESSES", key, self._key("taxonomy", term), {}, row.where)
        if seat:
            self._used.add(seat.id)

    # ---- services

    def _service(self, service: Service) -> Iterator[Record]:
        row, directory = service.row, self._directory
        spots = list(service.locations.items()) or [("", row)]
        for at, (location, said_by) in enumerate(spots):
            key = self._key("service", service.id if at == 0 else f"{service.id}@{location}")
            names = {"name": "name", "description": "description", "email": "email", "url": "url website", "confirmed": "assured_date"}
            if at == 0:
                names["short"] = "alternate_name"
            extra = row.rest(_TAKEN["service"])
            fields = self._fields("Offer", row, names, extra, quiet=at > 0)
            place = directory.places.get(location)
            if len(spots) > 1 and place is not None:
                fields["name"] = f"{fields['name']} ({_called(place)})"
            if program := directory.programs.get(row["program_id"]):
                extra["program"] = program.row["name"]
            elif row["program_id"]:
                extra["program_id"] = row["program_id"]
            status = row["status"].casefold()
            if status not in ("", "active"):
                fields["note"] = f"Stand laut Verzeichnis: {_STATUS.get(status, row['status'])}"
                if at == 0:
                    self._resting.setdefault(_STATUS.get(status, row["status"]), []).append(row["name"])
            if said_by is not row:
                extra |= {f"service_at_location.{name}": text for name, text in said_by.rest(_TAKEN["service_at_location"]).items()}
            served, unknown = self._served(service.areas, count=at == 0)
            if unknown:
                extra["service_areas"] = "; ".join(unknown)
            phones = [*service.phones, *(place.phones if place else ())]
            yield from self._placed("Offer", key, fields, extra | _attached(service), place, phones, row)
            yield Edge("RUNS", self._key("organization", service.organization), key, {}, row.where)
            for term in service.terms:
                yield Edge("ADDRESSES", key, self._key("taxonomy", term), {}, row.where)
            for area in served:
                yield Edge("SERVES", key, area, {}, row.where)
            self._used.add(location)

    def _served(self, names: Iterable[str], count: bool) -> tuple[list[str], list[str]]:
        """Keys of the known areas among ``names``, and the other names."""
        served: dict[str, None] = {}
        unknown: dict[str, None] = {}
        for name in names:
            found = self._area(name)
            if len(found) == 1:
                served[found[0]] = None
            else:
                unknown[name] = None
                self._unknown_areas[name] += count
        return list(served), list(unknown)

    def _area(self, name: str) -> list[str]:
        if name not in self._areas:
            self._areas[name] = self._context.find(name, _AREA)
        return self._areas[name]

    # ---- where it is

    def _placed(
        self, kind: str, key: str, fields: dict[str, Value], extra: dict[str, str], place: Place | None, phones: list[Line], row: Row
    ) -> Iterator[Record]:
        """The node with its address and phone; and the area it lies in, where only the name of a town tells."""
        city = ""
        if place is not None:
            there = not (place.row["virtual"].casefold() in ("true", "1", "yes") or place.row["location_type"].casefold() in _NOT_THERE)
            told = place.row.rest(_TAKEN["location"])
            if there:
                city = self._address(kind, fields, extra, place)
            if _called(place) != fields.get("name"):
                told["name"] = place.row["name"]
            extra = (
                extra
                | {f"location.{name}": text for name, text in told.items() if text}
                | {f"location.{name}": text for name, text in _attached(place).items()}
            )
        number, others = split(phones)
        if number:
            fields["phone"] = number
        if others:
            extra["phones"] = others
        yield Node(kind, key, self._with_extra(fields, extra), row.where)
        if city and "lat" not in fields and len(found := self._area(city)) == 1:
            yield Edge("LOCATED_IN", key, found[0], {"basis": "stated"}, row.where)

    def _address(self, kind: str, fields: dict[str, Value], extra: dict[str, str], place: Place) -> str:
        """Adds address and coordinates to ``fields`` and returns the town."""
        row = place.row
        for name, text in (("lat", row["latitude"]), ("lon", row["longitude"])):
            self._put(kind, fields, extra, name, text, f"location.{name}", row)
        if ("lat" in fields) != ("lon" in fields):
            extra |= {f"location.{name}": str(fields.pop(name)) for name in ("lat", "lon") if name in fields}
        if "lat" in fields:
            fields["position"] = "stated"
        if not place.addresses:
            return ""
        address, *others = place.addresses
        self._put(kind, fields, extra, "street", ", ".join(text for text in (address["address_1"], address["address_2"]) if text), "location.street", address)
        self._put(kind, fields, extra, "city", address["city"], "location.city", address)
        self._put(kind, fields, extra, "postcode", address["postal_code"], "location.postal_code", address)
        extra |= {f"location.{name}": text for name, text in address.rest(_TAKEN["address"]).items()}
        if others:
            extra["location.addresses"] = "; ".join(", ".join(text for column in _ADDRESS if (text := other[column])) for other in others)
        return address["city"]

    # ---- people

    def _contacts(self) -> Iterator[Record]:
        """People; whoever stands there several times with the same name, function and organisation is one."""
        people: dict[tuple[str, ...], list[Contact]] = {}
        for contact in self._directory.contacts.values():
            row = contact.row
            people.setdefault((folded(row["name"]), contact.organization, folded(row["title"]), folded(row["email"])), []).append(contact)
        for same in people.values():
            row, key = same[0].row, self._key("contact", same[0].id)
            extra = {name: text for contact in reversed(same) for name, text in (contact.row.rest(_TAKEN["contact"]) | _attached(contact)).items()}
            fields = self._fields("Person", row, {"name": "name", "function": "title", "email": "email"}, extra)
            number, others = split(list(dict.fromkeys(told for contact in same for told in contact.phones)))
            if number:
                fields["phone"] = number
            if others:
                extra["phones"] = others
            yield Node("Person", key, self._with_extra(fields, extra), row.where)
            works: dict[str, Value] = {"function": fields["function"]} if "function" in fields else {}
            about = list(dict.fromkeys(contact.about for contact in same if contact.about))
            yield Edge(
                "WORKS_FOR",
                key,
                self._key("organization", same[0].organization),
                self._with_extra(works, {"contact for": "; ".join(about)} if about else {}),
                row.where,
            )
        merged = sum(len(same) - 1 for same in people.values())
        if merged:
            who = "Ansprechperson steht mehrmals da" if merged == 1 else "Ansprechpersonen stehen mehrmals da"
            self._context.warn(f"{merged} {who} (Name, Funktion und Organisation gleich); gezählt wird jede als eine Person.")

    # ---- fields

    def _fields(self, kind: str, row: Row, columns: Mapping[str, str], extra: dict[str, str] | None = None, quiet: bool = False) -> dict[str, Value]:
        """The fields of a node; ``columns`` gives for each the names that its column has in the editions of the standard."""
        fields: dict[str, Value] = {}
        for name, words in columns.items():
            column = next((word for word in words.split() if row[word]), "")
            if not column:
                continue
            if name == "short" and (folded(row[column]) in self._shorts or row[column] == row["name"]):
                if extra is not None:
                    extra[column] = row[column]
                continue
            self._put(kind, fields, extra if extra is not None else {}, name, row[column], column, row, quiet)
            if name == "short":
                self._shorts.add(folded(row[column]))
        return fields

    def _put(self, kind: str, fields: dict[str, Value], extra: dict[str, str], name: str, text: str, column: str, row: Row, quiet: bool = False) -> None:
        """Sets a field; a value that it cannot have is kept among the further columns, and said."""
        field = NODES[kind].field(name)
        try:
            value = field.parse(text)
        except ValueError as error:
            extra[column] = text
            if not quiet and (row.where, column) not in self._doubted:
                self._doubted.add((row.where, column))
                self._context.warn(f"{column}: {error}. Der Text bleibt bei den weiteren Angaben.", row.where)
            return
        if value is not None:
            fields[name] = value

    @staticmethod
    def _with_extra(fields: dict[str, Value], extra: Mapping[str, str]) -> dict[str, Value]:
        return fields | {"extra": values.extra(extra)} if extra else fields

    def _say(self) -> None:
        for status, names in self._resting.items():
            self._context.warn(
                f"{len(names)} {'Angebot steht' if len(names) == 1 else 'Angebote stehen'} mit dem Vermerk „{status}“ im Verzeichnis: {_named(names)}."
            )
        if self._unknown_areas:
            names = list(self._unknown_areas)
            self._context.warn(f"{len(names)} Einzugsgebiete sind keine (eindeutig) bekannten Gebiete und stehen bei den weiteren Angaben: {_named(names)}.")
        unused = [_called(place) for id, place in self._directory.places.items() if id not in self._used]
        if unused:
            self._context.warn(
                f"{len(unused)} {'Ort wird' if len(unused) == 1 else 'Orte werden'} von keinem Angebot genutzt und nicht übernommen: {_named(unused)}."
            )


def _attached(thing: Thing) -> dict[str, str]:
    return {name: " | ".join(told) for name, told in thing.attached.items()}


def _called(place: Place) -> str:
    return place.row["name"] or (place.addresses[0]["address_1"] if place.addresses else "") or place.id


def _named(names: list[str]) -> str:
    return ", ".join(f"„{name}“" for name in names[:_LISTED]) + (f" und {len(names) - _LISTED} weitere" if len(names) > _LISTED else "")
