"""Handlungsziele with their measures, programmes and projects (``tables/projekte.toml``): who carries, pays and takes part."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from demo.network import Network, spread_days
from demo.planted import Gaps, Truth
from demo.schools import School
from demo.tables import read

COUNT = 60
_FUNDERS = ("buergerstiftung", "sparstiftung", "wittkamp", "lernraum", "bezirksregierung", "dezernat", "stadtwerke", "jobcenter")
_FORMS = {
    "primar": ("Grundschule",),
    "sek1": ("Gesamtschule", "Gymnasium", "Realschule", "Sekundarschule"),
    "sek2": ("Berufskolleg", "Gymnasium", "Gesamtschule"),
}
_REPORTED_TO = ("lenkungskreis", "hf-sprache", "hf-neu", "ag-ganztag", "ak-kultur")


class Board:
    """Starts projects and ties them in."""

    def __init__(self, network: Network, rng: random.Random, gaps: Gaps, schools: list[School]) -> None:
        self.network, self.rng, self.gaps, self.schools = network, rng, gaps, schools
        listed = [row for row in network.nodes["Institution"] if "email" in row]  # no planted double
        self.kitas = [str(row["key"]) for row in listed if row["kind"] == "kita"]
        self.actors = [str(row["key"]) for row in listed if row["kind"] not in ("kita", "foundation", "school_authority")]

    def start(self, name: str, kind: str, carrier: str, first: date, last: date, status: str = "running") -> str:
        """A project with its carrier and money, nothing else yet; it begins and ends with a month."""
        first, last = first.replace(day=1), (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        key = f"pr-{len(self.network.nodes['Project']) + 1:02}"
        budget = 5000 * self.rng.randint(4, 90)
        self.network.add("Project", key, name=name, kind=kind, status=status, start=first, end=last, budget=budget)
        self.network.link("RUNS", carrier, key, since=first, until=last)
        for share, funder in zip((0.7, 0.2), self.rng.sample(_FUNDERS, 1 + (self.rng.random() < 0.4)), strict=False):
            self.network.link("FUNDS", funder, key, amount=round(budget * share, -2), since=first, until=last)
        return key

    def place(self, key: str, where: str, entry: dict[str, Any]) -> None:
        """For which area, theme, stage and group, and who takes part; the stage only where that fills no planted gap."""
        town, theme, stage = self.network.town, entry["theme"], entry["stage"]
        quarters = {q.index for q in town.quarters if where in (town.name, q.name, town.districts[q.district].name)}
        self.network.link("SERVES", key, where)
        self.network.link("ADDRESSES", key, theme)
        self.network.link("FOR_GROUP", key, entry["group"])
        if self.gaps.allow(quarters, [theme], [stage]):
            self.network.link("FOR_STAGE", key, stage)
        sites = [k for k in self.kitas if self.network.quarter_of[k] in quarters] if stage in ("frueh", "kita") else []
        sites += [s.key for s in self.schools if s.form in _FORMS.get(stage, ()) and s.address.quarter in quarters]
        first, last = self.network.row(key)["start"], self.network.row(key)["end"]
        for site in self.rng.sample(sites, min(len(sites), self.rng.randint(2, 4))):
            self.network.link("TAKES_PART_IN", site, key, role="Standort", since=first, until=last)
        for partner in self.rng.sample(self.actors, self.rng.randint(1, 3)):
            self.network.link("TAKES_PART_IN", partner, key, role=self.rng.choice(("Partner", "Fachpartner")), since=first, until=last)


def begin(network: Network, rng: random.Random, truth: Truth, gaps: Gaps, schools: list[School]) -> None:
    """Writes goals, measures, programmes and projects: 60 projects in all."""
    board, table = Board(network, rng, gaps, schools), read("projekte")
    goal_of = {goal["theme"]: str(goal["key"]) for goal in table["goal"]}
    for goal in table["goal"]:
        _pursue(board, goal)
    for entry in table["programme"]:
        key = board.start(entry["title"].format(town=network.town.name), "programme", entry["carrier"], date(rng.randint(2019, 2023), 1, 1), date(2029, 12, 31))
        network.link("SERVES", key, network.town.name)
        network.link("REPORTS_TO", key, "lenkungskreis", kind="Bericht")
    listed_twice = []
    for entry in table["project"]:
        key = _project(board, truth, entry, goal_of.get(entry["theme"]))
        if "again" in entry:
            listed_twice.append((key, entry["again"].format(town=network.town.name)))
    for key, name in listed_twice:
        _plant_double(network, truth, key, name)
    if len(network.nodes["Project"]) != COUNT:
        raise ValueError(f"Es sind {len(network.nodes['Project'])} Projekte, vorgesehen sind {COUNT}; siehe demo/tables/projekte.toml.")


def _pursue(board: Board, goal: dict[str, Any]) -> None:
    network, rng, key = board.network, board.rng, goal["key"]
    about = f"Beschlossen im Lenkungskreis, vorbereitet von: {network.name(goal['gremium'])}"
    network.add(
        "Goal", key, name=goal["name"], short=goal["short"], description=about, start=date(2024, 2, 1), end=date(2028, 7, 31), indicator=goal["indicator"]
    )
    for kind, end in (("ADDRESSES", goal["theme"]), ("FOR_STAGE", goal["stage"]), ("FOR_GROUP", goal["group"]), ("LED_BY", goal["lead"])):
        network.link(kind, key, end)
    network.link("PURSUES", goal["gremium"], key)
    for title in goal["measures"]:
        first, last = spread_days(rng, date(2024, 3, 1), date(2025, 9, 1)), spread_days(rng, date(2028, 1, 1), date(2028, 7, 31))
        measure = board.start(title, "measure", goal["lead"], first, last)
        network.link("PART_OF", measure, key)
        network.link("PURSUES", measure, key)
        network.link("REPORTS_TO", measure, goal["gremium"], kind="Bericht")
        board.place(measure, network.town.name, goal)


def _project(board: Board, truth: Truth, entry: dict[str, Any], goal: str | None) -> str:
    network, rng, town = board.network, board.rng, board.network.town
    name, carrier, ending = entry["title"].format(town=town.name), entry["carrier"], entry.get("ending", False)
    quarter = rng.choices(town.quarters, [0.1 + q.need for q in town.quarters])[0]
    area = {"town": town.name, "district": town.districts[quarter.district].name, "quarter": quarter.name}[entry["where"]]
    first = spread_days(rng, date(2023, 1, 1), date(2024, 8, 1) if ending else date(2026, 3, 1))
    last = spread_days(rng, date(2026, 12, 31), date(2027, 3, 31)) if ending else spread_days(rng, date(2028, 3, 31), date(2029, 12, 31))
    before = ""
    if entry.get("forerunner"):
        before = board.start(f"{name} (erste Förderphase)", "project", carrier, date(2020, 1, 1), date(2022, 12, 31), "done")
        board.place(before, area, entry)
    key = board.start(name, "project", carrier, first, last)
    board.place(key, area, entry)
    if before:
        network.link("FOLLOWS", key, before)
    if goal and rng.random() < 0.4:
        network.link("PURSUES", key, goal)
    if rng.random() < 0.35:
        network.link("REPORTS_TO", key, rng.choice(_REPORTED_TO), kind="Bericht")
    if ending:
        truth.single_points_of_failure.append(
            {"kind": "project_ending", "key": key, "name": name, "end": str(network.row(key)["end"]), "theme": entry["theme"], "area": area,
             "why": "die Förderung endet, nichts folgt darauf"}
        )  # fmt: skip
    return key


def _plant_double(network: Network, truth: Truth, key: str, name: str) -> None:
    """The project stands in the list again under a shorter name, as a list of the funders would call it."""
    row, again = network.row(key), f"pr-{len(network.nodes['Project']) + 1:02}"
    network.add("Project", again, name=name, kind="project", status="running", start=row["start"], end=row["end"])
    network.link("RUNS", network.carrier(key), again, since=row["start"], until=row["end"])
    for kind in ("ADDRESSES", "FOR_GROUP", "SERVES"):
        for end in network.ends_of(kind, key):
            network.link(kind, again, end)
    truth.add_double("Project", key, again, network.name(key), name, "Kurzform, gleiche Laufzeit und gleicher Träger")
