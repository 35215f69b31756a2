"""What the page Lücken says in whole sentences, out of the numbers that it shows."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from graph import schema
from graph.ledger import Mark
from queries.area_needs import weights_of
from views.gaps.choice import Spot
from views.gaps.seen import DECIDED, Seen
from views.words import _, count_of, day, language, number

Row = Mapping[Hashable, Any]
_SHOWN = 3


def title(seen: Seen) -> str:
    """The page's title: how many gaps were surveyed, how many cells nobody has asked about."""
    if seen.ranked.empty:
        return _("Keine Lücke: Was es irgendwo gibt, gibt es überall")
    gaps = seen.ranked[[_open(seen, row) for row in seen.ranked.to_dict("records")]]
    checked, unknown = int((gaps["state"] == "checked").sum()), int((gaps["state"] == "unknown").sum())
    surveyed = count_of(checked, _("geprüfte Lücke"), _("geprüfte Lücken")) if checked else ""
    unasked = count_of(unknown, _("leeres Feld noch nicht erhoben"), _("leere Felder noch nicht erhoben")) if unknown else ""
    if surveyed and unasked:
        return f"{surveyed}, {unasked}"
    return surveyed or unasked[:1].upper() + unasked[1:] or _("Über alle Lücken ist entschieden")


def _open(seen: Seen, row: Row) -> bool:
    mark = seen.mark(Spot(str(row["area"]), str(row["theme"]), str(row["stage"]), seen.choice.group))
    return mark is None or mark.verdict not in DECIDED


def denominator(seen: Seen) -> str:
    """Of how many cells that is, what is not in them, and the day."""
    areas = seen.cells["row" if seen.choice.rows == "Area" else "column"].nunique() if "Area" in (seen.choice.rows, seen.choice.columns) else 0
    parts = []
    if areas and not (seen.choice.theme or seen.choice.stage):
        pairs = int(seen.cube.asked().sum())
        text = _("{pairs} Paare aus Thema und Bildungsphase, die es irgendwo gibt, sind {where} {all} Felder; in {full} davon gibt es etwas.")
        full = number(areas * pairs - len(seen.ranked))
        parts.append(text.format(pairs=number(pairs), where=in_areas(seen, areas), all=number(areas * pairs), full=full))
    unstated = seen.cube.unstated("Stage", {})
    if unstated:
        one, many = (
            _("1 Angebot oder Projekt ohne Bildungsphase zählt nur unter „Alle“."),
            _("{n} Angebote und Projekte ohne Bildungsphase zählen nur unter „Alle“."),
        )
        parts.append(one if unstated == 1 else many.format(n=number(unstated)))
    parts.append(_("Stand {day}.").format(day=day(seen.day)))
    return " ".join(parts)


def in_areas(seen: Seen, n: int) -> str:
    """Where: "in 7 Stadtbezirken"."""
    words = {
        "district": (_("in 1 Stadtbezirk"), _("in {n} Stadtbezirken")),
        "quarter": (_("in 1 Stadtteil"), _("in {n} Stadtteilen")),
        "social_space": (_("in 1 Sozialraum"), _("in {n} Sozialräumen")),
        "municipality": (_("in 1 Kommune"), _("in {n} Kommunen")),
        "county": (_("in 1 Kreis"), _("in {n} Kreisen")),
    }
    one, many = words.get(seen.level, (_("in 1 Gebiet"), _("in {n} Gebieten")))
    return one if n == 1 else many.format(n=number(n))


def level_word(level: str) -> str:
    """A level as a word."""
    choice = schema.NODES["Area"].field("level").choice(level)
    return choice.label.in_(language()) if choice else level


def about(seen: Seen, spot: Spot) -> str:
    """A cell as a title: area, theme, stage, target group."""
    return " · ".join(seen.name(key) for key in (spot.area, spot.theme, spot.stage, spot.group) if key)


def evidence(seen: Seen, row: Row) -> str:
    """Why a gap stands where it stands: what there is next door, who lives there, who looked."""
    return f"{reasons(seen, row)} {survey(row['state'], row['checked_on'], row['checked_by'])}"


def reasons(seen: Seen, row: Row) -> str:
    """What there is next door, and who lives there."""
    near = [(name, int(n)) for name, _space, n in (part.rpartition(" ") for part in str(row["neighbours"]).split("; ") if part)]
    some = sorted((pair for pair in near if pair[1]), key=lambda pair: -pair[1])
    here = _("Hier {n}").format(n=number(row["n"])) if row["n"] else _("Hier nichts")
    if some:
        listed = ", ".join(f"{name} {number(n)}" for name, n in some[:_SHOWN])
        more = f" {_('und')} " + count_of(len(some) - _SHOWN, _("weiteres Gebiet"), _("weitere Gebiete")) if len(some) > _SHOWN else ""
        beside = _("{here}, nebenan {areas}.").format(here=here, areas=listed + more)
    else:
        beside = _("{here}; Nachbarn sind nicht bekannt.").format(here=here)
        if near:
            beside = _("Weder hier noch nebenan gibt es etwas.") if not row["n"] else _("{here}, nebenan nichts.").format(here=here)
    values = "; ".join(indicators(seen, str(row["area"]), str(row["stage"])))
    return f"{beside} {values}." if values else beside


def survey(state: object, on: object, by: object) -> str:
    """Who looked, and when."""
    if state != "checked":
        return _("Noch nicht erhoben.")
    who = str(by) if isinstance(by, str) and by else ""
    if isinstance(on, str) and on:
        return _("Geprüft am {day} ({who}).").format(day=day(on), who=who) if who else _("Geprüft am {day}.").format(day=day(on))
    return _("Geprüft ({who}).").format(who=who) if who else _("Geprüft.")


def indicators(seen: Seen, area: str, stage: str = "", most: int = 2) -> list[str]:
    """The values of an area that its need rests on most: how many people of the age, then the rate that is highest beside other areas."""
    found = seen.needs
    if area not in found.values.index:
        return []
    weights = weights_of(found, seen.choice.weights)
    fitting = found.fitting(stage_age(seen, stage) if stage else None)
    keys = [str(key) for key, fits in zip(found.values.columns, fitting, strict=True) if fits and weights[str(key)] and not pd.isna(found.values.at[area, key])]
    keys.sort(
        key=lambda key: (key not in found.ages, found.ages.get(key, (0, 0)), key in found.people, -float(np.nan_to_num(float(found.shares.at[area, key]))))
    )
    return [value(seen, area, key) for key in keys[:most]]


def value(seen: Seen, area: str, key: str) -> str:
    """One value with its indicator: "Kinder unter 6: 2.821"."""
    found, amount = seen.needs, float(seen.needs.values.at[area, key])
    short = seen.view.nodes["short"].get(key) if "short" in seen.view.nodes.columns else None
    unit = " %" if found.units.get(key) == "Prozent" else ""
    name = str(short).removesuffix(" %") if isinstance(short, str) and short else found.names[key]
    return f"{name}: {number(amount, 0 if key in found.ages or key in found.people else 1)}{unit}"


def stage_age(seen: Seen, stage: str) -> tuple[int, int] | None:
    """The ages of a stage, None where it says none."""
    nodes = seen.view.nodes
    if stage not in nodes.index or not {"age_from", "age_to"} <= set(nodes.columns):
        return None
    low, high = nodes.at[stage, "age_from"], nodes.at[stage, "age_to"]
    return None if pd.isna(low) or pd.isna(high) else (int(low), int(high))


def decided(mark: Mark) -> str:
    """A mark in words."""
    if mark.verdict == "in_work":
        until = _(" bis {day}").format(day=day(mark.until)) if mark.until else ""
        return _("In Arbeit: {who}{until}").format(who=mark.who or "…", until=until)
    word = _("Bewusst so gelassen") if mark.verdict == "accepted" else _("Keine Lücke")
    return f"{word}: {mark.reason}" if mark.reason else word


def change_words() -> dict[str, str]:
    """What can become of a gap, in words."""
    return {"opened": _("neu"), "closed": _("geschlossen"), "open": _("weiter offen")}


def changes(seen: Seen) -> str:
    """What has become of gaps since the day to compare with."""
    counts = seen.changed["change"].value_counts() if seen.changed is not None else pd.Series(dtype=int)
    closed, opened, still = (int(counts.get(name, 0)) for name in ("closed", "opened", "open"))
    return _("Seit dem {day}: {closed} geschlossen, {opened} neu, {open} weiter offen").format(
        day=day(seen.choice.since), closed=number(closed), opened=number(opened), open=number(still)
    )
