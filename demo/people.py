"""The 275 people of the town, where they work, and the seats they hold or held in the Gremien."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from demo import names
from demo.bodies import Body
from demo.network import TODAY, Network, spread_days
from demo.planted import Truth
from demo.schools import School

COUNT = 275
DOUBLES = 2
SEATS_AT_MOST = 3
"""Seats of a person at one time; only the planted overload holds more."""
OVERLOADED = "bildungsbuero!"

_FUNCTIONS = {
    "school": ("Schulleitung", "Konrektorat", "Schulsozialarbeit", "Koordination Übergänge", "Sprachbeauftragte Lehrkraft"),
    "kita": ("Kita-Leitung", "Kita-Leitung", "Stellvertretende Kita-Leitung", "Fachkraft für Sprache"),
    "authority": ("Amtsleitung", "Abteilungsleitung", "Sachgebietsleitung", "Fachberatung", "Koordination", "Jugendhilfeplanung"),
    "school_authority": ("Schulrätin oder Schulrat", "Dezernatsleitung", "Generalistin oder Generalist Ganztag"),
    "provider": ("Geschäftsführung", "Fachbereichsleitung", "Fachberatung Kitas", "Koordination Ganztag"),
    "university": ("Professur", "Leitung Transfer", "Wissenschaftliche Mitarbeit"),
    "association": ("Vorsitz", "Geschäftsführung", "Projektleitung"),
    "chamber": ("Leitung Ausbildung", "Ausbildungsberatung"),
    "employment": ("Teamleitung U 25", "Bereichsleitung", "Berufsberatung"),
}
_OTHER_FUNCTIONS = ("Leitung", "Stellvertretende Leitung", "Koordination", "Pädagogische Mitarbeit")


class Staff:
    """Who works where, and how many seats each person holds; makes a new person when a seat needs one."""

    def __init__(self, network: Network, rng: random.Random, seed: int) -> None:
        self.network, self.rng = network, rng
        self.kind_of = {str(row["key"]): str(row.get("kind")) for row in network.nodes["Institution"]}
        self.of: dict[str, list[str]] = {}
        self.seats: Counter[str] = Counter()
        self.council: list[str] = []
        self._names: Iterator[tuple[str, str]] = names.people(seed)

    def hire(self, employer: str, since: date | None = None, until: date | None = None, called: tuple[str, str] | None = None) -> str:
        """A new person who works for ``employer`` ("" for a member of the council)."""
        given, name = called or next(pair for pair in self._names if self.network.free_name("Person", " ".join(pair)))
        kind = self.kind_of.get(employer, "school")
        if employer:
            function = self.rng.choice(_FUNCTIONS.get(kind, _OTHER_FUNCTIONS))
        else:
            function = "Ratsmitglied" if len(self.council) < 16 else "Sachkundiges Mitglied"
        if employer in self.kind_of:
            domain = self.network.mail_domain(employer)
        else:
            domain = f"{names.slug(self.network.town.name)}-{'schulen' if employer else 'rat'}.example"
        key = f"p-{len(self.network.nodes['Person']) + 1:03}"
        phone = f"02999 {self.rng.randint(200, 899)}-{self.rng.randint(100, 999)}" if self.rng.random() < 0.35 else None
        self.network.add("Person", key, name=f"{given} {name}", function=function, email=f"{names.slug(given)}.{names.slug(name)}@{domain}", phone=phone)
        if employer:
            started = since or spread_days(self.rng, date(2004, 1, 1), date(2020, 12, 31))
            self.network.link("WORKS_FOR", key, employer, function=function, since=started, until=until)
            self.of.setdefault(employer, []).append(key)
        else:
            self.council.append(key)
        return key

    def send(self, employer: str, taken: set[str]) -> str:
        """Somebody of ``employer`` for a seat beside those ``taken``: often who sits elsewhere already, else somebody new."""
        known = [p for p in self.of.get(employer, []) if p not in taken and self.seats[p] < SEATS_AT_MOST and self.network.row(p).get("note") is None]
        person = self.rng.choice(known) if known and self.rng.random() < 0.55 else self.hire(employer)
        self.seats[person] += 1
        return person

    def send_councillors(self, count: int, taken: set[str]) -> list[str]:
        """Members of the council with the fewest seats first; the pool grows to 26."""
        while len(self.council) < 26:
            self.hire("")
        free = sorted((p for p in self.council if p not in taken), key=lambda p: (self.seats[p], self.rng.random()))[:count]
        self.seats.update(free)
        return free


def seat(network: Network, rng: random.Random, seed: int, truth: Truth, bodies: list[Body], schools: list[School]) -> None:
    """Writes all people, their employments, and every seat, today's and former ones."""
    staff = Staff(network, rng, seed)
    busy = staff.hire("bildungsbuero")
    seated: dict[str, list[tuple[str, str]]] = {}
    houses: Counter[str] = Counter()
    for body in bodies:
        taken: set[str] = set()
        places: list[tuple[str, str]] = []
        if body.like[0]:
            places += rng.sample([place for place in seated[body.like[0]] if place[0] != busy], body.like[1])
            taken.update(person for person, _ in places)
        for wanted in body.seats:
            if wanted == OVERLOADED:
                chosen = [(busy, "bildungsbuero")]
            elif wanted.startswith("politik*"):
                chosen = [(person, "") for person in staff.send_councillors(int(wanted.split("*")[1]), taken)]
            else:
                chosen = [(staff.send(house, taken), house) for house in _houses(network, rng, wanted, body, schools, houses)]
            places += chosen
            taken.update(person for person, _ in chosen)
        seated[body.key] = places
    _write_seats(network, rng, bodies, seated)
    _plant_doubles(network, rng, truth, busy)
    _add_former(network, rng, staff, truth, seated)
    gremien = sorted(key for key, places in seated.items() if busy in dict(places))
    most: dict[str, object] = {"kind": "person", "key": busy, "name": network.name(busy), "gremien": gremien, "why": "sitzt in den meisten Gremien"}
    truth.single_points_of_failure.append(most)
    _name_structures(network, truth, seated)


def _houses(network: Network, rng: random.Random, wanted: str, body: Body, schools: list[School], houses: Counter[str]) -> list[str]:
    """The institutions that a seat description means; those that sit nowhere yet come first, and near ones where the Gremium has an area."""
    if "*" not in wanted:
        return [wanted]
    kind, count = wanted.split("*")
    if kind == "kita":
        pool = [str(row["key"]) for row in network.nodes["Institution"] if row.get("kind") == "kita" and "email" in row]
    else:
        pool = [school.key for school in schools if school.form == kind]
    town = network.town
    inside = {q.index for q in town.quarters if body.area in (q.name, town.districts[q.district].name)} if body.area else set(range(len(town.quarters)))
    near = {q for place in inside for q in town.near(place)} | inside
    ranked = sorted(pool, key=lambda key: (0 if network.quarter_of[key] in inside else 1 if network.quarter_of[key] in near else 2, houses[key], rng.random()))
    chosen = ranked[: int(count)]
    houses.update(chosen)
    return chosen


def _write_seats(network: Network, rng: random.Random, bodies: list[Body], seated: dict[str, list[tuple[str, str]]]) -> None:
    for body in bodies:
        founded = network.row(body.key)["start"]
        assert isinstance(founded, date)
        chair = rng.choice([person for person, _ in seated[body.key]])
        deputy = rng.choice([person for person, _ in seated[body.key] if person != chair])
        for person, house in seated[body.key]:
            plain = "Gast" if body.level != "politics" and rng.random() < 0.06 else "Mitglied"
            role = {chair: "Vorsitz", deputy: "Stellvertretender Vorsitz"}.get(person, plain)
            politics = not house
            since = date(2025, 11, 3) if politics and rng.random() < 0.6 else spread_days(rng, max(founded, date(2018, 1, 1)), date(2026, 8, 31))
            voting = (politics or body.key == "jha") if body.level == "politics" else (role != "Gast" if body.level == "steering" else None)
            network.link("MEMBER_OF", person, body.key, role=role, voting=voting, on_behalf_of=house or None, since=since)
        network.link("LED_BY", body.key, chair)


def _plant_doubles(network: Network, rng: random.Random, truth: Truth, busy: str) -> None:
    """Two people of several seats stand in the list a second time, spelt without accents, and hold one of their seats there."""
    today = [row for row in network.edges["MEMBER_OF"] if "until" not in row and row.get("role") == "Mitglied" and row["start"] != busy]
    counted = Counter(str(row["start"]) for row in today)
    copied = {"ag-kita-schule", "ak-elpri", "ag-ganztag", "qz-ogs"}
    usable = [row for row in today if counted[str(row["start"])] > 1 and row["end"] not in copied and "on_behalf_of" in row]
    one_each = list({str(row["start"]): row for row in usable}.values())
    one_each.sort(key=lambda row: names.plain(network.name(str(row["start"]))) == network.name(str(row["start"])))
    for row in one_each[:DOUBLES]:
        person = str(row["start"])
        again = f"p-{len(network.nodes['Person']) + 1:03}"
        bare = names.plain(network.name(person))
        spelt, how = (bare, "ohne Umlaute und Zeichen") if bare != network.name(person) else (f"Dr. {bare}", "mit Titel")
        network.add("Person", again, name=spelt, function=network.row(person)["function"])
        network.link("WORKS_FOR", again, str(row["on_behalf_of"]))
        row["start"] = again
        truth.add_double("Person", person, again, network.name(person), spelt, f"{how}, gleicher Arbeitgeber")


def _add_former(network: Network, rng: random.Random, staff: Staff, truth: Truth, seated: dict[str, list[tuple[str, str]]]) -> None:
    """Everybody else has left: each held one or two of today's seats before its holder came."""
    openings = [row for row in network.edges["MEMBER_OF"] if isinstance(row["since"], date) and row["since"] > date(2019, 6, 1) and "on_behalf_of" in row]
    rng.shuffle(openings)
    alike = _alike_names(network)
    missing = COUNT - len(network.nodes["Person"])
    for number in range(missing):
        if not openings:
            raise ValueError("Es gibt zu wenige Sitze für die früheren Mitglieder.")
        row = openings.pop()
        house, since = str(row["on_behalf_of"]), row["since"]
        assert isinstance(since, date)
        left = since - timedelta(days=1)
        founded = network.row(str(row["end"]))["start"]
        assert isinstance(founded, date)
        came = max(founded, left - timedelta(days=rng.randint(300, 2400)))
        hired, gone = came - timedelta(days=rng.randint(100, 4000)), min(left + timedelta(days=rng.randint(0, 400)), TODAY)
        person = staff.hire(house, since=hired, until=gone, called=alike[number] if number < 2 else None)
        if came < left:
            network.link("MEMBER_OF", person, str(row["end"]), role="Mitglied", on_behalf_of=house, since=came, until=left)
        other = next((o for o in openings if o["on_behalf_of"] == house and o["end"] != row["end"]), None)
        if other is not None and rng.random() < 0.5:
            openings.remove(other)
            assert isinstance(other["since"], date)
            end = other["since"] - timedelta(days=rng.randint(1, 120))
            begin = max(date(2014, 1, 1), end - timedelta(days=rng.randint(400, 1800)))
            network.link("MEMBER_OF", person, str(other["end"]), role="Mitglied", on_behalf_of=house, since=begin, until=end)
    left_name, right_name = (" ".join(pair) for pair in alike)
    key_of = {str(row["name"]): str(row["key"]) for row in network.nodes["Person"]}
    truth.add_lookalike("Person", key_of[left_name], key_of[right_name], left_name, right_name, "zwei Menschen, ein Buchstabe Unterschied")


def _alike_names(network: Network) -> tuple[tuple[str, str], tuple[str, str]]:
    """Heike and Heiko with a family name that leaves both free."""
    for family in names.family_names():
        if network.free_name("Person", f"Heike {family}") and network.free_name("Person", f"Heiko {family}"):
            return ("Heike", family), ("Heiko", family)
    raise ValueError("Kein Nachname ist mehr frei.")


def _name_structures(network: Network, truth: Truth, seated: dict[str, list[tuple[str, str]]]) -> None:
    why = {
        ("ag-kita-schule", "ak-elpri"): ("double", "fast dieselben Personen, gleiches Thema, gleiche Phasen und Zielgruppen"),
        ("ag-ganztag", "qz-ogs"): ("subset", "fast alle Mitglieder des kleineren sitzen auch im größeren"),
        ("rt-ankommen", "netz-willkommen"): ("parallel", "gleiche Aufgabe am gleichen Ort für dieselbe Zielgruppe, niemand gemeinsam"),
    }
    for (left, right), (kind, reason) in why.items():
        both = sorted({p for p, _ in seated[left]} & {p for p, _ in seated[right]})
        truth.duplicate_structures.append(
            {"kind": kind, "left": left, "right": right, "left_name": network.name(left), "right_name": network.name(right),
             "shared": both, "seats": [len(seated[left]), len(seated[right])], "why": reason}
        )  # fmt: skip
