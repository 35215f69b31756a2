"""Who else sits in the Gremien of an actor."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, Column, Parameter
from queries.network import seats

ABOUT = Analysis(
    title=Text("Gemeinsame Gremien", "Shared committees"),
    question=Text("Wer sitzt mit diesem Akteur in Gremien, und in wie vielen?", "Who sits in committees together with this actor, and in how many?"),
    reading=Text(
        "Eine Zeile ist ein Sitz in einem Gremium des Akteurs: erst seine eigenen, dann die der anderen. Eine Institution sitzt auch durch die Personen, "
        "die sie entsendet. „Gemeinsam“ zählt die Gremien, in denen beide sitzen; wer die meisten teilt, steht oben. Für ein Gremium sind es alle seine Sitze.",
        "One row is a seat in a committee of the actor: first its own, then those of others. An institution also sits through the people it sends. "
        "“Shared” counts the committees in which both sit; who shares most stands first. For a committee these are all its seats.",
    ),
    columns=(
        Column("gremium", Text("Gremium (Kennung)", "Committee (id)")),
        Column("gremium_name", Text("Gremium", "Committee")),
        Column("other", Text("Kennung", "Id")),
        Column("other_name", Text("Wer", "Who")),
        Column("other_type", Text("Typ", "Type")),
        Column("member", Text("Mitglied (Kennung)", "Member (id)")),
        Column("member_name", Text("Mitglied", "Member")),
        Column("own", Text("Eigener Sitz", "Own seat")),
        Column("shared", Text("Gemeinsam", "Shared")),
        Column("role", Text("Rolle", "Role")),
        Column("voting", Text("Stimmberechtigt", "Voting")),
        Column("since", Text("Seit", "Since")),
        Column("until", Text("Bis", "Until")),
        Column("source", Text("Quelle", "Source")),
        Column("as_of", Text("Stand", "As of")),
    ),
    parameters=(
        Parameter("actor", Text("Akteur", "Actor"), "node", required=True),
        Parameter("as_of", Text("Stand am", "As of"), "date", ""),
    ),
)

_COLUMNS = [c.name for c in ABOUT.columns]


def run(snapshot: Snapshot, actor: str, as_of: str = "") -> pd.DataFrame:
    """One row per seat in the Gremien of ``actor``: its own first, then who shares most Gremien, then by name.

    ``other`` is the institution that the seat belongs to, or the member where no institution is known;
    ``shared`` counts the Gremien of the actor in which ``other`` sits. For a person its own seats are those
    that it holds; a colleague's is a seat of the institution. Somebody with two seats in a Gremium (two
    roles) has two rows.
    """
    view = snapshot.at(as_of) if as_of else snapshot
    types, names = snapshot.nodes["type"], snapshot.labels
    kind = types.get(actor, "")
    if kind == "Gremium":
        gremien = [actor]
    else:
        held = seats.of_institution(view, actor) if kind == "Institution" else seats.of_member(view, actor)
        gremien = list(dict.fromkeys(held["gremium"]))
    found = seats.in_gremien(view, gremien).to_dict("records")
    shared = Counter(other for _, other in {(seat["gremium"], seat["institution"] or seat["member"]) for seat in found})
    people = [key for key in dict.fromkeys(key for seat in found for key in (seat["gremium"], seat["member"], seat["institution"])) if key in types.index]
    name_of, type_of = dict(zip(people, names.loc[people], strict=True)), dict(zip(people, types.loc[people], strict=True))
    rows = []
    for seat in found:
        own = actor in (seat["member"], seat["institution"])
        other = actor if own else seat["institution"] or seat["member"]
        rows.append(
            {
                "gremium": seat["gremium"],
                "gremium_name": name_of.get(seat["gremium"], seat["gremium"]),
                "other": other,
                "other_name": name_of.get(other, other),
                "other_type": type_of.get(other, ""),
                "member": seat["member"],
                "member_name": name_of.get(seat["member"], seat["member"]),
                "own": own,
                "shared": len(gremien) if own else shared[other],
                **{str(name): _present(seat[name]) for name in ("role", "voting", "since", "until", "source", "as_of")},
            }
        )
    rows.sort(key=_rank)
    return pd.DataFrame(rows, columns=_COLUMNS, dtype=object).astype({"shared": int, "own": bool})


def _rank(row: dict[str, Any]) -> tuple[object, ...]:
    words = (row["other_name"], row["other"], row["gremium_name"], row["member_name"], row["role"] or "")
    return (not row["own"], -row["shared"], *(str(word).casefold() for word in words))


def _present(value: object) -> object:
    return None if value is None or value != value or value == "" else value
