"""Who sits in which Gremium, and for whom."""

from __future__ import annotations

import numpy as np
import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
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
    return _taken(view, "gremium", gremium)


def of_institution(view: Snapshot, institution: str) -> pd.DataFrame:
    """The seats of one institution, its own and those that people hold for it."""
    return _taken(view, "institution", institution)


def of_member(view: Snapshot, member: str) -> pd.DataFrame:
    """The seats that somebody holds in person (or an institution itself)."""
    return _taken(view, "member", member)


def _taken(view: Snapshot, column: str, value: str) -> pd.DataFrame:
    held = run(view)
    rows = view.once(f"seats by {column}", lambda: held.groupby(column).indices)
    return held.iloc[rows.get(value, [])]


def _seats(view: Snapshot) -> pd.DataFrame:
    edges = view.edges
    # As plain values: matching Arrow's texts one by one takes many times as long.
    seats = edges[edges["type"] == "MEMBER_OF"].apply(lambda column: pd.Series(shared(column), index=column.index, dtype=object))
    ids = np.array([*view.nodes.index, None], dtype=object)

    def known(column: pd.Series[str]) -> pd.Series[str]:
        """The ids of the nodes themselves, not a text of its own for every seat."""
        return pd.Series(ids[view.nodes.index.get_indexer(pd.Index(column, dtype=object))], index=column.index, dtype=object)

    frame = pd.DataFrame({"member": known(seats["start"]), "gremium": known(seats["end"])})
    for name in ("role", "voting", "since", "until", "source", "as_of"):
        frame[name] = seats[name] if name in seats.columns else None
    employer = edges.loc[edges["type"] == "WORKS_FOR", ["start", "end"]].astype(object).sort_values("end").drop_duplicates("start").set_index("start")["end"]
    types = pd.Series(view.nodes["type"].to_numpy(dtype=object), index=pd.Index(view.nodes.index.to_numpy(dtype=object), dtype=object))
    sender = seats["on_behalf_of"] if "on_behalf_of" in seats.columns else pd.Series(None, index=seats.index, dtype=object)
    itself = frame["member"].where(frame["member"].map(types) == "Institution")
    frame["institution"] = itself.astype(object).fillna(sender.astype(object)).fillna(frame["member"].map(employer).astype(object))
    frame["institution"] = known(frame["institution"])
    return frame[[c.name for c in ABOUT.columns]].reset_index(drop=True)
