"""The 24 Gremien of the town (``tables/gremien.toml``): what each is for, where, and whom it reports to."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

from demo.network import Network, spread_days
from demo.planted import Truth
from demo.tables import read
from demo.town import District, Town

_PARTS = (("schulausschuss", "rat"), ("jha", "rat"), ("kulturausschuss", "rat"), ("ag-78", "jha"), ("qz-ogs", "ag-ganztag"))


@dataclass(frozen=True)
class Body:
    """A Gremium as planned. ``area`` "" is the whole town; ``like``: (key, n): n seats are filled by the same persons as there."""

    key: str
    name: str
    short: str
    kind: str
    level: str
    start: int
    rhythm: str
    mandate: str
    office: str
    area: str
    reports: tuple[tuple[str, str], ...]
    themes: tuple[str, ...]
    stages: tuple[str, ...]
    groups: tuple[str, ...]
    seats: tuple[str, ...]
    like: tuple[str, int]


def plan(town: Town) -> list[Body]:
    """All 24 in the order of the table; the local ones are for the areas where need is highest."""

    def need(district: District) -> float:
        return sum(town.quarters[q].need for q in district.quarters) / len(district.quarters)

    poor = sorted((d for d in town.districts if d.index != town.middle), key=lambda d: (-need(d), d.index))
    quarter = max((town.quarters[q] for q in poor[2].quarters), key=lambda q: (q.need, q.index))
    places = {"town": town.name, "north": poor[0].name, "second": poor[1].name, "quarter": quarter.name}
    bodies = []
    for entry in read("gremien")["gremium"]:
        filled: dict[str, Any] = {name: value.format(**places) if isinstance(value, str) else value for name, value in entry.items()}
        filled |= {name: tuple(entry.get(name, ())) for name in ("themes", "stages", "groups", "seats")}
        filled["area"] = filled.get("area", "")
        filled["reports"] = tuple(entry.get("reports", {}).items())
        filled["like"] = (entry["like"]["key"], entry["like"]["seats"]) if "like" in entry else ("", 0)
        bodies.append(Body(**filled))
    return bodies


def convene(network: Network, rng: random.Random, truth: Truth, bodies: list[Body]) -> None:
    """Writes the Gremien with their areas, themes, groups, offices and reporting lines; no seats yet."""
    domain = network.mail_domain("bildungsbuero")
    for body in bodies:
        network.add(
            "Gremium", body.key, name=body.name, short=body.short, kind=body.kind, level=body.level, mandate=body.mandate, rhythm=body.rhythm,
            start=spread_days(rng, date(body.start, 1, 1), date(body.start, 11, 30)), email=f"{body.key}@{domain}",
        )  # fmt: skip
    for body in bodies:
        for to, kind in body.reports:
            network.link("REPORTS_TO", body.key, to, kind=kind)
        network.link("SERVES", body.key, body.area or network.town.name)
        for kind, ends in (("ADDRESSES", body.themes), ("FOR_STAGE", body.stages), ("FOR_GROUP", body.groups)):
            for end in ends:
                network.link(kind, body.key, end)
        network.link("LED_BY", body.key, body.office)
    for part, whole in _PARTS:
        network.link("PART_OF", part, whole)
    truth.dead_ends += [{"key": body.key, "name": body.name, "why": "berichtet an niemanden"} for body in bodies if not body.reports and body.key != "rat"]
