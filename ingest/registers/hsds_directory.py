"""What an HSDS package says, put together: who offers what, where, to whom one turns. References are checked here.

HSDS 2 and 3 (services at locations, attributes, taxonomy terms) and its forerunner, in which a service names its location
and a location its organisation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.registers.hsds_package import Package, Row
from ingest.registers.hsds_phones import Line, line
from ingest.source import Context

OWNERS = {
    "contact_id": "contact",
    "service_at_location_id": "service_at_location",
    "service_id": "service",
    "location_id": "location",
    "organization_id": "organization",
}
"""The columns by which a row belongs to something, the closest first."""

MOST_ATTACHED = 500
"""So many rows of one further table are kept with a thing."""


@dataclass(slots=True)
class Thing:
    """A row that other rows belong to."""

    id: str
    row: Row
    phones: list[Line] = field(default_factory=list)
    attached: dict[str, list[str]] = field(default_factory=dict)
    full: bool = False


@dataclass(slots=True)
class Place(Thing):
    """A location: whose it is ("" where not said), and its postal addresses."""

    organization: str = ""
    addresses: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Service(Thing):
    """A service: whose it is, and where it is offered (location id to the row that says so)."""

    organization: str = ""
    locations: dict[str, Row] = field(default_factory=dict)
    terms: dict[str, None] = field(default_factory=dict)
    areas: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Contact(Thing):
    """Somebody to turn to: of which organisation, and for what."""

    organization: str = ""
    about: str = ""


@dataclass(slots=True)
class Directory:
    """A package with its references checked; whatever names something that is not there has been rejected."""

    organizations: dict[str, Thing] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    programs: dict[str, Thing] = field(default_factory=dict)
    terms: dict[str, Thing] = field(default_factory=dict)
    organization_terms: dict[str, dict[str, None]] = field(default_factory=dict)
    loose: dict[str, int] = field(default_factory=dict)
    """Files that speak of nothing that is taken, and how many rows they have."""


def read_directory(context: Context, package: Package) -> Directory:
    """Everything in ``package`` that belongs together."""
    return _Reader(context, package).directory


class _Reader:
    """Builds a directory, the things before what belongs to them."""

    def __init__(self, context: Context, package: Package) -> None:
        self._context, self._package = context, package
        self.directory = Directory()
        self._at: dict[str, tuple[str, str]] = {}
        self._organizations()
        self._places()
        self._services()
        self._services_at_locations()
        self._contacts()
        self._programs()
        self._terms()
        self._phones()
        self._attach()

    # ---- the things

    def _organizations(self) -> None:
        for row in self._package.rows("organization"):
            if self._new(row, row["id"], self.directory.organizations, "name"):
                self.directory.organizations[row["id"]] = Thing(row["id"], row)

    def _places(self) -> None:
        for row in self._package.rows("location"):
            if self._new(row, row["id"], self.directory.places):
                owner = row["organization_id"]
                if owner and owner not in self.directory.organizations:
                    self._missing(row, "organization_id", owner, "organization")
                    continue
                self.directory.places[row["id"]] = Place(row["id"], row, organization=owner)
        for row in self._package.rows("address"):
            place = self.directory.places.get(row["location_id"])
            if place is None:
                self._missing(row, "location_id", row["location_id"], "location")
            elif row.first("address_type", "type").casefold() in ("", "physical"):
                place.addresses.append(row)
            else:
                self._keep(place, "Postanschrift", ", ".join(row.rest({"id", "location_id", "address_type", "type"}).values()), row)

    def _services(self) -> None:
        places = self.directory.places
        for row in self._package.rows("service"):
            if not self._new(row, row["id"], self.directory.services, "name"):
                continue
            place = row["location_id"]
            if place and place not in places:
                self._missing(row, "location_id", place, "location")
                continue
            owner = row["organization_id"] or (places[place].organization if place else "")
            if owner not in self.directory.organizations:
                if owner:
                    self._missing(row, "organization_id", owner, "organization")
                else:
                    self._context.reject(row.where, "organization_id", "", "Die Organisation fehlt; bitte in der Spalte organization_id ergänzen.")
                continue
            service = self.directory.services[row["id"]] = Service(row["id"], row, organization=owner)
            if place:
                service.locations[place] = row
            service.areas += _listed(row["service_areas"])

    def _services_at_locations(self) -> None:
        for row in self._package.rows("service_at_location"):
            service = self.directory.services.get(row["service_id"])
            if service is None:
                self._missing(row, "service_id", row["service_id"], "service")
            elif row["location_id"] not in self.directory.places:
                self._missing(row, "location_id", row["location_id"], "location")
            else:
                service.locations.setdefault(row["location_id"], row)
                self._at[row["id"]] = (row["service_id"], row["location_id"])

    def _contacts(self) -> None:
        directory = self.directory
        running: dict[str, set[str]] = {}
        for service in directory.services.values():
            for location in service.locations:
                running.setdefault(location, set()).add(service.organization)
        for row in self._package.rows("contact"):
            if not self._new(row, row["id"], directory.contacts, "name"):
                continue
            kind, owner = self._owner(row)
            if not kind:
                continue
            about = ""
            if kind == "organization":
                organization = owner
            elif kind == "service":
                organization, about = directory.services[owner].organization, directory.services[owner].row["name"]
            else:
                place = directory.places[owner]
                offering = running.get(owner, set())
                organization = place.organization or (next(iter(offering)) if len(offering) == 1 else "")
                about = place.row["name"]
            if not organization:
                self._context.reject(
                    row.where, "location_id", owner, "Zu diesem Ort ist nicht bekannt, welcher Organisation er gehört; bitte organization_id ergänzen."
                )
                continue
            directory.contacts[row["id"]] = Contact(row["id"], row, organization=organization, about=about)

    def _programs(self) -> None:
        for row in self._package.rows("program"):
            if self._new(row, row["id"], self.directory.programs, "name"):
                if row["organization_id"] in self.directory.organizations:
                    self.directory.programs[row["id"]] = Thing(row["id"], row)
                else:
                    self._missing(row, "organization_id", row["organization_id"], "organization")

    # ---- themes

    def _terms(self) -> None:
        directory = self.directory
        # Since HSDS 2 the table "taxonomy" lists whole taxonomies, and their terms have a table of their own.
        for row in self._package.rows("taxonomy_term" if self._package.of("taxonomy_term") else "taxonomy"):
            if self._new(row, term_id(row), directory.terms, "name"):
                directory.terms[term_id(row)] = Thing(term_id(row), row)
        for service in directory.services.values():
            for term in _listed(service.row["taxonomy_ids"]):
                if term in directory.terms:
                    service.terms[term] = None
                else:
                    self._context.warn(f"Das Thema „{term}“ des Angebots „{service.row['name']}“ gibt es in der Taxonomie nicht.", service.row.where)
        for row in self._package.rows("attribute"):
            self._attribute(row)

    def _attribute(self, row: Row) -> None:
        directory, term = self.directory, row.first("taxonomy_term_id", "taxonomy_id")
        kind, owner = (row.first("link_entity", "link_type").casefold(), row["link_id"]) if row["link_id"] else ("", "")
        kind = {"services": "service", "organizations": "organization"}.get(kind, kind)
        if not owner:
            kind, owner = next(((OWNERS[column], row[column]) for column in ("service_id", "organization_id") if row[column]), ("", ""))
        if kind not in ("service", "organization"):
            name = row.where.file or row.where.sheet
            directory.loose[name] = directory.loose.get(name, 0) + 1
        elif owner not in (directory.services if kind == "service" else directory.organizations):
            self._missing(row, "link_id" if row["link_id"] else f"{kind}_id", owner, kind)
        elif term not in directory.terms:
            self._missing(row, "taxonomy_term_id" if row["taxonomy_term_id"] else "taxonomy_id", term, "taxonomy_term")
        elif kind == "service":
            directory.services[owner].terms[term] = None
        else:
            directory.organization_terms.setdefault(owner, {})[term] = None

    # ---- what belongs to the things

    def _phones(self) -> None:
        for row in self._package.rows("phone"):
            if not row["number"]:
                self._context.reject(row.where, "number", "", "Die Nummer fehlt; bitte ergänzen oder die Zeile löschen.")
                continue
            kind, owner = self._owner(row)
            if kind:
                self._things(kind)[owner].phones.append(line(row))

    def _attach(self) -> None:
        """Every table that nobody asked for, kept with the thing that its rows name."""
        for table in self._package.tables:
            if table.kind == "service_area":
                for row in table.rows:
                    kind, owner = self._owner(row)
                    if kind == "service":
                        self.directory.services[owner].areas += _listed(row.first("name", "service_area"))
            elif not table.kind:
                names = [column for column in OWNERS if column in table.columns]
                for row in table.rows:
                    if not names or not any(row[column] for column in names):
                        self.directory.loose[table.file or table.sheet] = self.directory.loose.get(table.file or table.sheet, 0) + 1
                        continue
                    kind, owner = self._owner(row)
                    if kind:
                        told = "; ".join(f"{name}: {text}" for name, text in row.rest({"id", *OWNERS}).items())
                        if told:
                            self._keep(self._things(kind)[owner], table.stem, told, row)

    def _keep(self, thing: Thing, name: str, text: str, row: Row) -> None:
        """Keeps what a further table says about a thing; no profile shows thousands of rows."""
        kept = thing.attached.setdefault(name, [])
        if len(kept) < MOST_ATTACHED:
            kept.append(text)
        elif not thing.full:
            thing.full = True
            self._context.warn(
                f"Zu „{thing.row['name'] or thing.id}“ stehen mehr als {MOST_ATTACHED} Zeilen in dieser Datei; behalten sind die ersten.", row.where
            )

    def _things(self, kind: str) -> Mapping[str, Thing]:
        directory = self.directory
        found: dict[str, Mapping[str, Thing]] = {
            "contact": directory.contacts, "service": directory.services, "location": directory.places, "organization": directory.organizations
        }  # fmt: skip
        return found[kind]

    def _owner(self, row: Row) -> tuple[str, str]:
        """Kind and id of what a row belongs to; ("", "") where that is not there (it is rejected)."""
        for column, kind in OWNERS.items():
            owner = row[column]
            if not owner:
                continue
            if kind == "service_at_location":
                if owner in self._at:
                    return "service", self._at[owner][0]
            elif owner in self._things(kind):
                return kind, owner
            self._missing(row, column, owner, kind)
            return "", ""
        self._context.reject(
            row.where, "", row.first("name", "number", "id"), "Die Zeile sagt nicht, wozu sie gehört (service_id, location_id, organization_id ...)."
        )
        return "", ""

    def _new(self, row: Row, id: str, known: Mapping[str, Thing], required: str = "") -> bool:
        """May a row become a thing: has it an id of its own, and its name?"""
        if not id:
            self._context.reject(row.where, "id", "", "Die Nummer in der Spalte id fehlt; ohne sie kann nichts darauf verweisen.")
        elif id in known:
            self._context.reject(row.where, "id", id, f"Diese Nummer hat schon Zeile {known[id].row.number}; jede darf nur einmal vorkommen.")
        elif required and not row[required]:
            self._context.reject(row.where, required, "", "Der Name fehlt; bitte ergänzen.")
        else:
            return True
        return False

    def _missing(self, row: Row, column: str, value: str, kind: str) -> None:
        files = ", ".join(f"„{table.file}“" for table in self._package.of(kind)) or "eine Datei dafür"
        words = {
            "organization": "Die Organisation",
            "service": "Das Angebot",
            "location": "Den Ort",
            "contact": "Die Ansprechperson",
            "taxonomy_term": "Das Thema",
        }
        what = words.get(kind, "Den Eintrag")
        if not value:
            self._context.reject(row.where, column, "", "Die Angabe fehlt; bitte ergänzen.")
        elif self._package.of(kind):
            self._context.reject(row.where, column, value, f"{what} mit dieser Nummer gibt es in {files} nicht, oder die Zeile dort wurde abgewiesen.")
        else:
            self._context.reject(row.where, column, value, f"{what} mit dieser Nummer gibt es nicht: die Datei dazu fehlt im Verzeichnis.")


def term_id(row: Row) -> str:
    """The id of a taxonomy term; before HSDS 2 it stood in a column ``taxonomy_id``."""
    return row.first("id", "taxonomy_term_id", "taxonomy_id")


def _listed(text: str) -> Iterable[str]:
    """The words between commas or semicolons."""
    return [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
