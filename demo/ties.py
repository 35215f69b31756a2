"""Cooperations between houses, what a survey looked for and did not find, and the theme that hangs on one actor."""

from __future__ import annotations

import random
from datetime import date

from demo.network import Network, spread_days
from demo.planted import Gaps, Truth
from demo.schools import School

_BODIES = (
    ("hf-sprache", "ak-kultur", "informal"),
    ("fruehe-hilfen-netz", "ag-kita-schule", "agreed"),
    ("hf-beratung", "ak-jba", "informal"),
    ("ag-78", "ag-ganztag", "agreed"),
)
_OLD_CHECKS = (("sprache", "primar"), ("ganztag", "primar"))


def cooperate(network: Network, rng: random.Random, schools: list[School]) -> None:
    """About 130 cooperations: contracts of Ganztag schools, agreements with Kitas and chambers, informal ties around the corner."""
    kitas = [str(row["key"]) for row in network.nodes["Institution"] if row["kind"] == "kita" and "email" in row]
    houses = [str(row["key"]) for row in network.nodes["Institution"] if row["kind"] in ("youth_centre", "culture") and "email" in row]
    for school in schools:
        if school.form == "Grundschule":
            if rng.random() < 0.5:
                _tie(network, rng, school.key, rng.choice(("awo", "diakonie", "lernbruecke", "caritas")), "contract")
            near = [k for k in kitas if network.quarter_of[k] == school.address.quarter]
            for kita in rng.sample(near, min(len(near), rng.choice((0, 0, 1, 1, 2)))):
                _tie(network, rng, school.key, kita, rng.choice(("contract", "agreed", "agreed", "informal")))
        elif school.form == "Berufskolleg":
            _tie(network, rng, school.key, rng.choice(("ihk", "hwk", "khs", "hellmers", "klinikum")), "agreed")
        elif rng.random() < 0.45:
            _tie(network, rng, school.key, rng.choice(houses), "informal")
    for left, right, basis in _BODIES:
        _tie(network, rng, left, right, basis)


def _tie(network: Network, rng: random.Random, left: str, right: str, basis: str) -> None:
    network.link("COOPERATES_WITH", left, right, basis=basis, since=spread_days(rng, date(2014, 8, 1), date(2026, 8, 31)))


def survey(network: Network, rng: random.Random, truth: Truth, gaps: Gaps) -> None:
    """The checked gaps as entries of a survey, and two old entries that are no longer true."""
    by = network.name("bildungsbuero")
    for gap in gaps.all:
        day = spread_days(rng, date(2026, 2, 1), date(2026, 9, 30)) if gap.checked else None
        if day:
            network.link("CHECKED", gap.area, gap.theme, stage=gap.stage, date=day, by=by)
        truth.gaps.append(
            {"area": gap.area, "level": gap.level, "theme": gap.theme, "theme_name": network.name(gap.theme), "stage": gap.stage,
             "stage_name": network.name(gap.stage), "state": "checked" if day else "not_surveyed", "checked_on": day.isoformat() if day else None}
        )  # fmt: skip
    for number, (theme, stage) in enumerate(_OLD_CHECKS):
        district = [d for d in network.town.districts if gaps.allow(d.quarters, [theme], [stage])][number]
        network.link("CHECKED", district.name, theme, stage=stage, date=date(2014, 11, 15), by=by)
        old = {"area": district.name, "theme": theme, "stage": stage, "checked_on": "2014-11-15", "why": "seither gibt es dort Angebote"}
        truth.outdated_checks.append(old)


def name_single_carrier(network: Network, truth: Truth) -> None:
    """Democracy is addressed by one institution and what it runs, and by nobody else."""
    truth.single_points_of_failure.append(
        {"kind": "theme", "key": "demokratie", "name": network.name("demokratie"), "carrier": "haus-der-demokratie",
         "carrier_name": network.name("haus-der-demokratie"), "why": "alle Angebote dazu trägt ein einziger Akteur"}
    )  # fmt: skip
