"""Memberships whose time is over: is the seat filled again, or empty?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot, begun, ended
from queries import standing
from queries.catalog import Analysis, Column, Parameter

ABOUT = Analysis(
    title=Text("Abgelaufene Mitgliedschaften", "Memberships past their end"),
    question=Text(
        "Welche Mitgliedschaften sind abgelaufen, und sitzt seitdem jemand anderes dort?",
        "Which memberships are past their end, and does somebody else sit there since?",
    ),
    reading=Text(
        "Eine Zeile ist eine Mitgliedschaft, deren letzter Tag vor dem Stichtag liegt. „Nachbesetzt“ heißt: dieselbe Institution hat heute einen "
        "Sitz in dem Gremium. "
        "Wer selbst weiter oder wieder darin sitzt, steht nicht hier.",
        "One row is a membership whose last day is before the day asked about. “Filled again” means: the same institution has a seat in the "
        "committee today. Whoever still or again sits there is not listed.",
    ),
    denominator=Text("Mitgliedschaften, die bis zum Stichtag begonnen hatten", "memberships that had begun by the day"),
    columns=(
        Column("member", Text("Mitglied", "Member")),
        Column("gremium", Text("Gremium", "Committee")),
        Column("institution", Text("Saß für", "Sat for")),
        Column("until", Text("Bis", "Until")),
        Column("filled", Text("Nachbesetzt", "Filled again")),
        Column("evidence", Text("Beleg", "Evidence")),
    ),
    parameters=(Parameter("empty_only", Text("Nur unbesetzte Sitze", "Only empty seats"), "boolean", False), standing.AS_OF, standing.LANGUAGE),
)

_ENDED = Text("Endete {day}", "Ended {day}")
_UNKNOWN = Text("für wen, ist nicht erfasst", "for whom is not known")
_AGAIN = Text("{home} ist wieder vertreten", "{home} is represented again")
_NOBODY = Text("seitdem niemand von {home}", "since then nobody of {home}")
_ORIGIN = Text("laut {source}", "says {source}")


def run(snapshot: Snapshot, empty_only: bool = False, as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per ended membership, the latest end first."""
    view, day = standing.on(snapshot, as_of)
    every, size = standing.seats_of(snapshot), len(view.nodes)
    at, now = standing.seat_places(snapshot), standing.seat_places(view)
    seat, office = (at[who].to_numpy() * size + at["gremium"].to_numpy() for who in ("member", "institution"))
    bodies = standing.places(view, standing.alive(view, day, "Gremium", columns=()).index.to_series())
    had = begun(every, day)
    over = had & ended(every, day) & ~np.isin(seat, now["member"].to_numpy() * size + now["gremium"].to_numpy()) & np.isin(at["gremium"], bodies)
    again = np.isin(office, (now["institution"] * size + now["gremium"])[now["institution"] >= 0]) & (at["institution"] >= 0).to_numpy()
    rows = every.assign(filled=again, seat=seat)[over].sort_values("until", kind="stable").drop_duplicates("seat", keep="last")
    if empty_only:
        rows = rows[~rows["filled"]]
    called = standing.names_of(view)
    rows = rows.assign(name=rows["member"].map(called), home=rows["institution"].map(called))
    rows = rows.sort_values("name", kind="stable").sort_values("until", ascending=False, kind="stable")
    ends = {until: _ENDED.in_(language).format(day=standing.day_words(until, language)) for until in rows["until"].unique()}
    unknown, again_words, nobody, origin = (text.in_(language) for text in (_UNKNOWN, _AGAIN, _NOBODY, _ORIGIN))
    evidence = [
        "; ".join(
            [
                ends[until],
                *([role] if isinstance(role, str) else ()),
                (again_words if filled else nobody).format(home=home) if isinstance(home, str) else unknown,
                *([origin.format(source=source)] if isinstance(source, str) else ()),
            ]
        )
        for until, home, filled, role, source in zip(rows["until"], rows["home"], rows["filled"], rows["role"], rows["source"], strict=True)
    ]
    return standing.table(ABOUT, rows.assign(evidence=evidence), of=int(had.sum()))
