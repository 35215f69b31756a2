"""The 600 Angebote: something on every theme in every Bezirk and stage but for the gaps, and more where need is higher."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from demo.network import Network, spread_days
from demo.planted import Gaps, Truth
from demo.schools import School
from demo.tables import read
from demo.words import PLAUSIBLE

COUNT = 600
DOUBLES = 3
_PLACE = ("street", "postcode", "city", "lat", "lon")
_STEMS = ("Café", "café", "Eltern", "Lese", "Sprach", "Ferien", "Berufs", "Familien", "Kinder")


@dataclass(frozen=True)
class Cell:
    """What there is on a theme in a stage: (title, kind) pairs, target groups, and who can run it."""

    theme: str
    stage: str
    titles: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    hosts: tuple[str, ...]


class Hosts:
    """Who can run an offer in a Stadtteil."""

    def __init__(self, network: Network, schools: list[School]) -> None:
        self.network = network
        self.by_kind: dict[str, list[str]] = {}
        self.schools = {school.key: school for school in schools}
        for school in schools:
            self.by_kind.setdefault(school.form, []).append(school.key)
        for row in network.nodes["Institution"]:
            if "email" in row:  # a planted double runs nothing
                self.by_kind.setdefault(str(row["kind"]), []).append(str(row["key"]))

    def find(self, rng: random.Random, wanted: tuple[str, ...], quarter: int) -> str:
        """A host for the Stadtteil: often one that stands in it, else one of the Bezirk or of the town."""
        town = self.network.town
        pool = [key for name in wanted for key in self.by_kind.get(name, [name])]
        district = set(town.districts[town.quarters[quarter].district].quarters)
        here = [key for key in pool if self.network.quarter_of.get(key) == quarter]
        near = [key for key in pool if self.network.quarter_of.get(key) in district]
        anywhere = [name for name in wanted if name not in self.by_kind]
        if here and (rng.random() < 0.75 or not anywhere):
            return rng.choice(here)
        return rng.choice(anywhere or near or pool)

    def place(self, host: str) -> dict[str, str | float]:
        """The host's own address."""
        if host in self.schools:
            return self.schools[host].address.fields()
        row = self.network.row(host)
        return {name: value for name in _PLACE if isinstance(value := row[name], str | float)}


def open_all(network: Network, rng: random.Random, truth: Truth, gaps: Gaps, schools: list[School]) -> None:
    """Writes the Angebote under keys ``an-001`` and so on, with who runs them, where they are, and for whom."""
    table = read("angebote")
    cells = [
        Cell(e["theme"], e["stage"], tuple((title, kind) for title, kind in e["titles"]), tuple(e["groups"]), tuple(e["hosts"])) for e in table["cell"]
    ]
    town, hosts = network.town, Hosts(network, schools)
    for entry in table["citywide"]:
        host, theme, stage = entry["host"], entry["theme"], entry["stage"]
        key = _next_key(network)
        network.add("Offer", key, name=entry["title"], kind=entry["kind"], url=f"https://{network.mail_domain(host)}/angebote")
        network.link("RUNS", host, key)
        network.link("SERVES", key, town.name)
        network.link("ADDRESSES", key, theme)
        if gaps.allow(range(len(town.quarters)), [theme], [stage]):
            network.link("FOR_STAGE", key, stage)
        network.link("FOR_GROUP", key, entry["group"])
        truth.citywide.append({"key": key, "name": entry["title"]})
    for quarter, cell in _plan(rng, network, gaps, cells, COUNT - DOUBLES - len(table["citywide"])):
        _open(network, rng, gaps, hosts, quarter, cell)
    _plant_doubles(network, rng, truth)


def _plan(rng: random.Random, network: Network, gaps: Gaps, cells: list[Cell], count: int) -> list[tuple[int, Cell]]:
    """Stadtteil and cell of every offer: each cell once in each Bezirk, something beside each gap of a Stadtteil, the rest by need."""
    town = network.town
    plan: list[tuple[int, Cell]] = []
    for district in town.districts:
        for cell in cells:
            free = [q for q in district.quarters if gaps.allow([q], [cell.theme], [cell.stage])]
            if free:
                plan.append((rng.choices(free, [0.3 + town.quarters[q].need for q in free])[0], cell))
    for gap in gaps.all:
        if gap.level == "quarter":
            (poor,) = gap.quarters
            beside = [q for q in town.near(poor) if gaps.allow([q], [gap.theme], [gap.stage])]
            missing = next(cell for cell in cells if (cell.theme, cell.stage) == (gap.theme, gap.stage))
            plan += [(q, missing) for q in beside[:2]]
    more = [cell for cell in cells if cell.theme != "demokratie"]
    while len(plan) < count:
        quarter = rng.choices(range(len(town.quarters)), [0.25 + q.need for q in town.quarters])[0]
        cell = rng.choice(more)
        if gaps.allow([quarter], [cell.theme], [cell.stage]):
            plan.append((quarter, cell))
    return plan


def _open(network: Network, rng: random.Random, gaps: Gaps, hosts: Hosts, quarter: int, cell: Cell) -> None:
    town, key = network.town, _next_key(network)
    host = hosts.find(rng, cell.hosts, quarter)
    name, kind = _name(network, rng, cell, quarter)
    at_home = network.quarter_of.get(host) == quarter
    address = town.address(rng, quarter) if not at_home and rng.random() < 0.6 else None
    since = spread_days(rng, date(2015, 1, 1), date(2026, 6, 30)).replace(day=1)
    places = 5 * rng.randint(1, 8) if rng.random() < 0.5 else None
    email = str(network.row(host)["email"]) if host not in hosts.schools and rng.random() < 0.4 else None
    fields = hosts.place(host) if at_home else {}
    network.add("Offer", key, quarter, address, name=name, kind=kind, places=places, start=since, email=email, **fields)
    network.link("RUNS", host, key, since=since)
    if not at_home and address is None:
        network.link("LOCATED_IN", key, town.quarters[quarter].name, basis="stated")
    network.link("ADDRESSES", key, cell.theme)
    network.link("FOR_STAGE", key, cell.stage)
    for group in cell.groups if rng.random() < 0.35 else cell.groups[:1]:
        network.link("FOR_GROUP", key, group)
    reach = _serve(network, rng, gaps, key, quarter, cell)
    if cell.theme in ("sprache", "kita-schule", "eltern") and rng.random() < 0.25:
        also = [theme for theme in ("zuwanderung", "sprache", "eltern") if theme != cell.theme and cell.stage in PLAUSIBLE[theme]]
        if also and gaps.allow(reach, also[:1], [cell.stage]):
            network.link("ADDRESSES", key, also[0])


def _next_key(network: Network) -> str:
    return f"an-{len(network.nodes['Offer']) + 1:03}"


def _name(network: Network, rng: random.Random, cell: Cell, quarter: int) -> tuple[str, str]:
    """A title that nothing else has: with the Stadtteil, and where this is taken with the street."""
    place = network.town.quarters[quarter]
    title, kind = rng.choice(cell.titles)
    for _ in range(3):
        if network.free_name("Offer", f"{title} {place.name}"):
            return f"{title} {place.name}", kind
        title, kind = rng.choice(cell.titles)
    street = next(s for s in rng.sample(place.streets, len(place.streets)) if network.free_name("Offer", f"{title} {s}"))
    return f"{title} {street}", kind


def _serve(network: Network, rng: random.Random, gaps: Gaps, key: str, quarter: int, cell: Cell) -> set[int]:
    """The Stadtteil, sometimes a neighbour too, sometimes the whole Bezirk, never over a gap; returns the Stadtteile reached."""
    town = network.town
    network.link("SERVES", key, town.quarters[quarter].name)
    chance = rng.random()
    if chance < 0.12:
        district = town.districts[town.quarters[quarter].district]
        if gaps.allow(district.quarters, [cell.theme], [cell.stage]):
            network.link("SERVES", key, district.name)
            return {quarter, *district.quarters}
    elif chance < 0.35:
        neighbour = rng.choice(town.near(quarter))
        if gaps.allow([neighbour], [cell.theme], [cell.stage]):
            network.link("SERVES", key, town.quarters[neighbour].name)
            return {quarter, neighbour}
    return {quarter}


def _plant_doubles(network: Network, rng: random.Random, truth: Truth) -> None:
    """Three offers stand in the list twice: spelt a little otherwise, run by the same house, without its address."""
    offers = [row for row in network.nodes["Offer"] if "start" in row and any(stem in str(row["name"]) for stem in _STEMS)]
    for row in rng.sample(offers, DOUBLES):
        key, again, name = str(row["key"]), _next_key(network), _spell_otherwise(str(row["name"]))
        quarter = network.quarter_of[key]
        network.add("Offer", again, quarter, name=name, kind=row["kind"])
        network.link("LOCATED_IN", again, network.town.quarters[quarter].name, basis="stated")
        network.link("RUNS", network.carrier(key), again)
        for kind in ("ADDRESSES", "FOR_STAGE", "FOR_GROUP"):
            for end in network.ends_of(kind, key):
                network.link(kind, again, end)
        truth.add_double("Offer", key, again, str(row["name"]), name, "andere Schreibung, gleicher Träger")


def _spell_otherwise(name: str) -> str:
    """Without the accent of Café, or with a hyphen after the first part of a compound."""
    stem = next(stem for stem in _STEMS if stem in name)
    if stem.lower() == "café":
        return name.replace(stem, stem.replace("é", "e"))
    before, after = name.split(stem, 1)
    return f"{before}{stem}-{after[:1].upper()}{after[1:]}"
