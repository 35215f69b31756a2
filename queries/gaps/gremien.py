"""Gremien that lack what a Gremium needs to be heard: a lead, a mandate, somebody to report to, meetings."""

from __future__ import annotations

import pandas as pd

from graph import dates
from graph.model import Choice, Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column, Parameter

MISSING = (
    Choice("lead", Text("Leitung", "lead")),
    Choice("mandate", Text("Auftrag", "mandate")),
    Choice("reporting", Text("Berichtsweg", "reporting line")),
    Choice("meeting", Text("Sitzung", "meeting")),
)
_EVIDENCE = {
    "lead": Text("Weder eine Leitung noch ein Vorsitz ist erfasst.", "Neither a lead nor a chair is known."),
    "mandate": Text("Ein Auftrag ist nicht erfasst.", "No mandate is known."),
    "reporting": Text(
        "Berichtet an niemanden: was hier entsteht, erreicht kein anderes Gremium.", "Reports to nobody: what comes up here reaches no other committee."
    ),
}

ABOUT = Analysis(
    title=Text("Gremien ohne Leitung, Auftrag, Berichtsweg oder Sitzung", "Committees without lead, mandate, reporting line or meeting"),
    question=Text(
        "Welchen Gremien fehlt eine Leitung, ein Auftrag, ein Berichtsweg oder eine Sitzung in letzter Zeit?",
        "Which committees lack a lead, a mandate, a reporting line, or a recent meeting?",
    ),
    reading=Text(
        "Eine Zeile ist etwas, das einem Gremium fehlt. Leitung: jemand leitet es, oder ein Mitglied hat Vorsitz, Leitung oder Geschäftsführung. "
        "Der Rat berichtet an niemanden und wird danach nicht gefragt. Nach Sitzungen wird nur gefragt, wenn überhaupt welche erfasst sind: "
        "sonst sind sie nicht erhoben, keine Lücke.",
        "One row is something that a committee lacks. Lead: somebody leads it, or a member is chair, lead or manager. The council reports to "
        "nobody and is not asked. Meetings are asked about only where any are known: otherwise they are not surveyed, which is no gap.",
    ),
    denominator=Text("Gremien, die am Stichtag bestehen", "committees that exist on the day"),
    columns=(
        Column("gremium", Text("Gremium", "Committee")),
        Column("missing", Text("Es fehlt", "Missing")),
        Column("evidence", Text("Beleg", "Evidence")),
        Column("n", Text("So viele, denen das fehlt", "So many lack it")),
        Column("of", Text("von Gremien", "of committees")),
    ),
    parameters=(
        Parameter("missing", Text("Was fehlt", "What is missing"), "text", "", choices=MISSING),
        Parameter("months", Text("Keine Sitzung seit (Monaten)", "No meeting for (months)"), "integer", 12),
        standing.AS_OF,
        standing.LANGUAGE,
    ),
)


def run(snapshot: Snapshot, missing: str = "", months: int = 12, as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per Gremium and what it lacks, in the order of ``MISSING``, then by name; ``missing`` narrows it to one of them."""
    view, day = standing.on(snapshot, as_of)
    gremien = standing.alive(view, day, "Gremium").sort_values("name", kind="stable")
    last = _last_meetings(snapshot, day)
    asked = {"reporting": gremien.index[(gremien["kind"] != "council").fillna(True).to_numpy(dtype=bool)] if "kind" in gremien.columns else gremien.index}
    has: dict[str, set[str]] = {"lead": _led(view), "mandate": set(gremien.index[gremien["mandate"].notna()]) if "mandate" in gremien.columns else set()}
    has["reporting"] = set(standing.edges_of(view, ("REPORTS_TO",))["start"])
    has["meeting"] = set(last.index[last >= standing.months_on(day, -months)]) if len(last) else set(gremien.index)
    rows: list[dict[str, object]] = []
    for choice in MISSING:
        if missing and choice.value != missing:
            continue
        able = asked.get(choice.value, gremien.index)
        lacking = [gremium for gremium in able if gremium not in has[choice.value]]
        for gremium in lacking:
            evidence = _EVIDENCE[choice.value].in_(language) if choice.value in _EVIDENCE else _met(last.get(gremium), months, language)
            rows.append({"gremium": gremium, "missing": choice.label.in_(language), "evidence": evidence, "n": len(lacking), "of": len(able)})
    return standing.table(ABOUT, rows, of=len(gremien), n=len({row["gremium"] for row in rows}))


def _led(view: Snapshot) -> set[str]:
    """Gremien with a lead, or with a member whose role is one."""
    seats = standing.edges_of(view, ("MEMBER_OF",), ("end", "role"))
    roles = {role: _is_lead(role) for role in seats["role"].dropna().unique()}
    chaired = seats["end"][seats["role"].map(roles).fillna(False).astype(bool)]
    return set(standing.edges_of(view, ("LED_BY",))["start"]) | set(chaired)


def _is_lead(role: str) -> bool:
    text = role.casefold()
    return not text.startswith(("stell", "stv", "vize", "deputy", "vice")) and any(
        word in text for word in ("vorsitz", "leitung", "leiter", "geschäftsführ", "sprecher", "chair")
    )


def _last_meetings(snapshot: Snapshot, day: str) -> pd.Series[str]:
    """For each Gremium the day of its last meeting up to ``day``: a Meeting of it, or a Vorlage that it consulted on."""
    nodes = snapshot.nodes
    held = standing.edges_of(snapshot, ("PART_OF",))
    held = held[held["start"].map(nodes["type"]).eq("Meeting").to_numpy(dtype=bool)]
    dated = nodes["date"] if "date" in nodes.columns else pd.Series(dtype=object)
    consulted = standing.edges_of(snapshot, ("CONSULTED_IN",), ("end", "date"))
    both = pd.concat([pd.DataFrame({"gremium": held["end"], "date": held["start"].map(dated)}), consulted.set_axis(["gremium", "date"], axis=1)]).dropna()
    past = standing.where(both, (dates.first_day(str(when)) <= day for when in both["date"]))
    return past.assign(date=[dates.last_day(str(when)) for when in past["date"]]).groupby("gremium")["date"].max()


def _met(last: str | None, months: int, language: str) -> str:
    if last is None:
        return Text("Keine Sitzung ist erfasst.", "No meeting is known.").in_(language)
    told = Text("Letzte Sitzung am {day}, vor mehr als {n} Monaten.", "Last meeting on {day}, more than {n} months ago.")
    return told.in_(language).format(day=standing.day_words(last, language), n=months)
