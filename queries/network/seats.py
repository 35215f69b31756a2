"""Who sits in which Gremium, and for whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from graph.model import Text
from graph.snapshot import Places, Snapshot
from graph.texts import shared
from queries.catalog import Analysis, Column, Parameter

ABOUT = Analysis(
    title=Text("Sitze in Gremien", "Seats in committees"),
    question=Text("Wer sitzt für welche Institution in welchem Gremium?", "Who sits in which committee for which institution?"),
    reading=Text(
        "Eine Zeile ist ein Sitz. Eine Person sitzt für die Institution, die sie entsandt hat, sonst für die, bei der sie arbeitet.",
        "One row is one seat. People sit for the institution that sent them, else for the one they work for.",
    ),
    columns=(
        Column("member", Text("Mitglied", "Member")),
        Column("institution", Text("Institution", "Institution")),
        Column("gremium", Text("Gremium", "Committee")),
        Column("role", Text("Rolle", "Role")),
        Column("voting", Text("Stimmberechtigt", "Voting")),
        Column("since", Text("Seit", "Since")),
        Column("until", Text("Bis", "Until")),
        Column("source", Text("Quelle", "Source")),
        Column("as_of", Text("Stand", "As of")),
    ),
    parameters=(Parameter("as_of", Text("Stand am", "As of"), "date", ""),),
)


def run(snapshot: Snapshot, as_of: str = "") -> pd.DataFrame:
    """One row per seat, with the ids of member, institution (None where unknown) and gremium.

    Somebody with several employers and no sender sits for the first of them by id, so that a seat is
    counted once.
    """
    view = snapshot.at(as_of) if as_of else snapshot
    return view.once("seats", lambda: _seats(view))


def in_gremium(view: Snapshot, gremium: str) -> pd.DataFrame:
    """The seats of one Gremium, as :func:`run` has them."""
    return _taken(view, "gremium", [gremium])


def in_gremien(view: Snapshot, gremien: Sequence[str]) -> pd.DataFrame:
    """The seats of several Gremien, one after the other."""
    return _taken(view, "gremium", gremien)


def of_institution(view: Snapshot, institution: str) -> pd.DataFrame:
    """The seats of one institution, its own and those that people hold for it."""
    return _taken(view, "institution", [institution])


def of_member(view: Snapshot, member: str) -> pd.DataFrame:
    """The seats that somebody holds in person (or an institution itself)."""
    return _taken(view, "member", [member])


def _taken(view: Snapshot, column: str, values: Sequence[str]) -> pd.DataFrame:
    held = run(view)
    rows = view.once(f"seats by {column}", lambda: held.groupby(column).indices)
    found = [rows[value] for value in values if value in rows]
    return held.iloc[np.concatenate(found) if found else []]


def places(view: Snapshot) -> tuple[Places, Places, Places]:
    """Where member, institution (-1 where unknown) and Gremium of each row of :func:`run` stand in ``view.nodes``."""
    return view.once("seat places", lambda: _places(view))[1:]


def _places(view: Snapshot) -> tuple[Places, Places, Places, Places]:
    """The rows of ``edges`` that are seats, and the places; matching a hundred thousand texts one by one would take seconds."""
    rows = view.rows_of("MEMBER_OF")
    member, gremium = (end[rows] for end in view.ends)
    known = (member >= 0) & (gremium >= 0)
    rows, member, gremium = rows[known], member[known], gremium[known]
    employed, employer = view.ends_of("WORKS_FOR")
    behind = np.full(len(view.nodes), -1, dtype=np.intp)
    order = np.argsort(-employer, kind="stable")  # of several employers the first by id, which is written last
    behind[employed[order]] = employer[order]
    told = "on_behalf_of" in view.edges.columns
    sender = view.places_of(view.edges["on_behalf_of"].iloc[rows]) if told else np.full(len(rows), -1, dtype=np.intp)
    itself = (view.nodes["type"] == "Institution").to_numpy(dtype=bool)[member]
    return rows, member, np.where(itself, member, np.where(sender >= 0, sender, behind[member])), gremium


def _seats(view: Snapshot) -> pd.DataFrame:
    rows, member, institution, gremium = view.once("seat places", lambda: _places(view))
    seats, ids = view.edges.iloc[rows], np.array([*view.nodes.index, None], dtype=object)
    texts = {"member": ids[member], "institution": ids[institution], "gremium": ids[gremium]}
    for name in ("role", "voting", "since", "until", "source", "as_of"):
        texts[name] = shared(seats[name]) if name in seats.columns else np.full(len(seats), None)
    return pd.DataFrame({c.name: pd.Series(texts[c.name], dtype=object) for c in ABOUT.columns})
