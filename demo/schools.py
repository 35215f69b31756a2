"""The 136 schools of the town, in the columns of the NRW school register of 2024/25 (here for 2025/26)."""

from __future__ import annotations

import random
from dataclasses import dataclass

from demo import names
from demo.town import AGS, Address, Town

YEAR = "2025/26"
HEADINGS = (
    "Schuljahr", "Schulform", "Amtlicher Gemeindeschlüssel", "Verwaltungsbezirk", "Schulnummer", "Amtliche Bezeichnung 1", "Amtliche Bezeichnung 2",
    "Amtliche Bezeichnung 3", "Straße und Hausnummer", "Postleitzahl", "Ort", "Rechtsstatus", "Telefonnummer Vorwahl", "Telefonnummer Durchwahl",
    "Faxnummer Vorwahl", "Faxnummer Durchwahl", "Offizielle E-Mail-Adresse", "Anzahl", "Sozialindex", "latitude", "longitude", "found_address",
    "Startchancen-Schule",
)  # fmt: skip

# Schulform: how many, pupils from and to, in the Sozialindex?
MIX: dict[str, tuple[int, int, int, bool]] = {
    "Grundschule": (76, 160, 430, True),
    "Gymnasium": (12, 640, 1290, True),
    "Gesamtschule": (14, 780, 1480, True),
    "Förderschule Grund-/Hauptschule": (11, 95, 290, False),
    "Förderschule Berufskolleg": (1, 60, 120, False),
    "Berufskolleg": (10, 850, 2400, False),
    "Realschule": (6, 480, 860, True),
    "Hauptschule": (2, 240, 390, True),
    "Sekundarschule": (2, 520, 830, True),
    "Weiterbildungskolleg": (1, 260, 420, False),
    "Freie Waldorfschule": (1, 380, 460, False),
}
_NAMESAKES = (
    "Adelheid Wittkamp,Hinrich Overbrock,Mathilde Quastenberg,Kaspar Vennemann,Elsbeth Lindgrün,Theodor Achterkamp,Rosalie Steinrücker,Albrecht Kaltwasser,"
    "Henriette Brockhoff,Emil Tewesmann,Wilhelmine Haferkamp,Jakob Uhlenbrook,Dorothea Morgenbesser,Konrad Siebenlist,Amalie Vosskühler,Gottlieb Nordlohne,"
    "Charlotte Elvenich,Leopold Grotenhuis,Johanna Papenhagen,Ferdinand Kleverbeck,Auguste Wiesenbrock,Ludwig Rosenstrauch,Sophie Ostendorp,August Zumwinkeler"
).split(",")
_NATURE = "Ahorn Weiden Kastanien Regenbogen Brücken Mühlen Quellen Burg Berg Tal Wald Wiesen Sonnen Schleusen Fährhaus Kranich Eulen Lerchen Igel".split()
_FOCUS = ("Lernen", "Lernen und Sprache", "Geistige Entwicklung", "Emotionale und soziale Entwicklung", "Sprache", "Körperliche und motorische Entwicklung")
_TRADES = (
    "für Technik", "für Wirtschaft und Verwaltung", "für Gesundheit und Soziales", "für Gestaltung und Medien", "für Ernährung und Hauswirtschaft",
    "für Elektrotechnik und Informatik", "für Metall- und Fahrzeugtechnik", "für Bau und Holz", "für Logistik und Handel", "für Erziehung",
)  # fmt: skip


@dataclass(frozen=True)
class School:
    """A school: what the rest of the town needs to know, and its row of the register."""

    number: str
    form: str
    name: str
    address: Address
    pupils: int
    index: int | None
    startchancen: bool
    row: tuple[str, ...]

    @property
    def key(self) -> str:
        """Under which other lists point at it."""
        return f"schulnummer:{self.number}"


def build(seed: int, town: Town) -> list[School]:
    """The register of the town, in order of Schulnummer, which begins with a 9 that NRW has never used."""
    rng = names.stream(seed, "schools")
    namesakes, nature, trades = (rng.sample(pool, len(pool)) for pool in (_NAMESAKES, _NATURE, _TRADES))
    schools: list[School] = []
    number, taken = 900_000, set[str]()
    for form, (count, low, high, ranked) in MIX.items():
        weights = [q.people * (0.033 + 0.014 * q.need if form == "Grundschule" else 0.04) for q in town.quarters]
        places = town.spread(rng, count, weights) if count >= len(weights) else _scatter(rng, count, weights)
        for place in places:
            number += rng.randint(3, 29)
            address = town.address(rng, place)
            titles = _titles(rng, form, town, address, namesakes, nature, trades, taken)
            need = town.quarters[place].need
            index = min(9, max(1, round(1 + 8.2 * need + rng.gauss(-0.3 if form != "Gymnasium" else -1.6, 0.8)))) if ranked else None
            pupils = 5 * rng.randint(low // 5, high // 5)
            starts = (index or 0) >= 8 or ((index or 0) == 7 and rng.random() < 0.4) or (form == "Berufskolleg" and need > 0.75)
            schools.append(_school(rng, town, f"{number}", form, titles, address, pupils, index, starts))
    return schools


def _scatter(rng: random.Random, count: int, weights: list[float]) -> list[int]:
    """``count`` different Stadtteile, likelier where more people live."""
    keyed = sorted(range(len(weights)), key=lambda i: -(rng.random() ** (1 / weights[i])))
    return keyed[:count]


def _titles(
    rng: random.Random, form: str, town: Town, address: Address, namesakes: list[str], nature: list[str], trades: list[str], taken: set[str]
) -> tuple[str, str, str]:
    """The three lines of the official name; the first two together are given once only."""
    street, quarter = address.street.rsplit(" ", 1)[0], town.quarters[address.quarter].name
    for where in (street, quarter, f"{quarter}, {street}"):
        titles = _wording(rng, form, town.name, where, namesakes, nature, trades)
        if " ".join(titles[:2]) not in taken:
            taken.add(" ".join(titles[:2]))
            return titles
    raise ValueError(f"Für eine Schule in {quarter} ist kein Name frei.")


def _wording(rng: random.Random, form: str, town: str, where: str, namesakes: list[str], nature: list[str], trades: list[str]) -> tuple[str, str, str]:
    def namesake() -> str:
        return namesakes.pop().replace(" ", "-")

    match form:
        case "Grundschule":
            kind = rng.choices(("Städt. Gemeinschaftsgrundschule", "Städt. Kath. Grundschule", "Städt. Ev. Grundschule"), (70, 22, 8))[0]
            if nature and rng.random() < 0.25:
                return f"{nature.pop()}schule", kind, "- Primarstufe -"
            return kind, where, "- Primarstufe -"
        case "Gymnasium":
            return f"{namesake()}-Gymnasium", f"Städt. Gymnasium {town}", "Sekundarstufe I und II"
        case "Gesamtschule":
            if namesakes and rng.random() < 0.4:
                return f"{namesake()}-Gesamtschule", f"Städt. Gesamtschule {town}", "- Sekundarstufen I und II -"
            return f"Städt. Gesamtschule {where}", "- Sekundarstufen I und II -", ""
        case "Berufskolleg":
            return f"Berufskolleg {trades.pop()}", "Städt. Schule der Sekundarstufe II", "und Fachschule"
        case "Weiterbildungskolleg":
            return f"Weiterbildungskolleg der Stadt {town}", "Abendrealschule und Abendgymnasium", ""
        case "Freie Waldorfschule":
            return f"Freie Waldorfschule {town}", "Private Ersatzschule", "- Klassen 1 bis 13 -"
        case "Förderschule Berufskolleg":
            return f"Berufskolleg {where}", "Förderberufskolleg des Jugendhilfeverbunds", "Förderschwerpunkt Lernen"
        case "Förderschule Grund-/Hauptschule":
            if nature and rng.random() < 0.7:
                return f"{nature.pop()}schule", "Städt. Förderschule", f"Förderschwerpunkt {rng.choice(_FOCUS)}"
            return f"Städt. Förderschule {where}", f"Förderschwerpunkt {rng.choice(_FOCUS)}", ""
        case "Realschule":
            return f"Realschule {where}", "Städtische Realschule", "der Sekundarstufe I"
        case "Hauptschule":
            return f"Städt. Gem. Hauptschule {where}", "- Sekundarstufe I -", ""
        case _:
            return f"Sekundarschule {where}", "Städtische Sekundarschule", "Schule der Sekundarstufe I"


def _school(
    rng: random.Random, town: Town, number: str, form: str, titles: tuple[str, str, str], address: Address, pupils: int, index: int | None, starts: bool
) -> School:
    place = town.quarters[address.quarter]
    street, house = address.street.rsplit(" ", 1)
    found = ", ".join([house, street, place.name, town.districts[place.district].name, town.name, "Nordrhein-Westfalen", place.postcode, "Deutschland"])
    private = form in ("Freie Waldorfschule", "Förderschule Berufskolleg")
    phone = rng.randint(300_000, 899_999)
    row = (
        YEAR, form, AGS.lstrip("0"), f"Krfr. Stadt {town.name}", number, *titles, address.street, place.postcode, town.name,
        "Privat" if private else "Öffentlich",
        "2999.0", f"{phone}.0", "2999.0", f"{phone + 9}.0", f"{number}@schule.nrw.example", str(pupils), f"{index}.0" if index else "",
        str(address.lat), str(address.lon), found, "1" if starts else "0",
    )  # fmt: skip
    return School(number, form, " ".join(title for title in titles[:2] if title), address, pupils, index, starts, row)
