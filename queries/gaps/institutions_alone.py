"""Institutions that work with nobody: in no Gremium, no project, no cooperation."""

from __future__ import annotations

import pandas as pd

from graph import schema
from graph.model import Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column, Parameter

KINDS = schema.NODES["Institution"].field("kind").choices

ABOUT = Analysis(
    title=Text("Institutionen ohne Gremium, Projekt und Kooperation", "Institutions in no committee, project or cooperation"),
    question=Text("Wer steht im Netzwerk allein, nach Art und Gebiet?", "Who stands alone in the network, by kind and area?"),
    reading=Text(
        "Eine Zeile ist eine Institution, die am Stichtag in keinem Gremium sitzt (auch niemand für sie), an keinem Projekt beteiligt ist (auch "
        "nicht als Träger, Leitung oder "
        "Geldgeber) und mit niemandem kooperiert. Daneben steht, wie viele ihrer Art in ihrem Gebiet das auch nicht tun. Vielleicht ist es nur "
        "nicht erfasst.",
        "One row is an institution that on the day sits in no committee (nor anybody for it), takes part in no project (nor runs, leads or funds "
        "one) and cooperates with "
        "nobody. Beside it stands how many of its kind in its area do not either. Perhaps it is only not recorded.",
    ),
    denominator=Text("Institutionen, die am Stichtag bestehen", "institutions that exist on the day"),
    columns=(
        Column("institution", Text("Institution", "Institution")),
        Column("kind", Text("Art", "Kind")),
        Column("area", Text("Gebiet", "Area")),
        Column("n", Text("Allein", "Alone")),
        Column("of", Text("von dieser Art dort", "of this kind there")),
        Column("evidence", Text("Beleg", "Evidence")),
    ),
    parameters=(
        Parameter("kind", Text("Art", "Kind"), "text", "", choices=KINDS),
        Parameter("areas", Text("Gebiete", "Areas"), "nodes", None, of=("Area",)),
        standing.LEVEL,
        standing.AS_OF,
        standing.LANGUAGE,
    ),
)


def run(snapshot: Snapshot, kind: str = "", areas: list[str] | None = None, level: str = "district", as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per institution that is tied to nobody, by kind, area and name; narrowed to one kind, and to what lies within ``areas``."""
    view, day = standing.on(snapshot, as_of)
    there = standing.alive(view, day, "Institution", columns=("kind",))
    if kind:
        there = there[(there["kind"] == kind).fillna(False).to_numpy(dtype=bool)] if "kind" in there.columns else there.iloc[:0]
    if areas:
        places = standing.located(view)
        there = there[there.index.isin(places.loc[places["area"].isin(areas), "thing"])]
    home = standing.located(view, level).drop_duplicates("thing").set_index("thing")["area"]
    found = pd.DataFrame({"institution": there.index, "kind": there["kind"].to_numpy(dtype=object) if "kind" in there.columns else None})
    found["area"] = found["institution"].map(home).astype(object)
    found["alone"] = ~found["institution"].isin(_tied(view))
    grouped = found.groupby(["kind", "area"], dropna=False)["alone"]
    found["n"], found["of"] = grouped.transform("sum"), grouped.transform("size")
    alone = found[found["alone"]]
    words = {value: standing.kind_words("Institution", value, language) for value in alone["kind"].unique()}
    called = standing.names_of(view)
    alone = alone.assign(kind=alone["kind"].map(words), name=alone["institution"].map(called), place=alone["area"].map(called).fillna(""))
    alone = alone.sort_values(["kind", "place", "name"], kind="stable", ignore_index=True)
    told = Text(
        "In keinem Gremium, keinem Projekt, keiner Kooperation; so auch {n} von {of} ({kind}) in {place}.",
        "In no committee, project or cooperation; so are {n} of {of} ({kind}) in {place}.",
    ).in_(language)
    nowhere = Text("keinem bekannten Gebiet", "no known area").in_(language)
    alone["evidence"] = [
        told.format(n=n, of=of, kind=word, place=place or nowhere)
        for n, of, word, place in zip(alone["n"], alone["of"], alone["kind"], alone["place"], strict=True)
    ]
    return standing.table(ABOUT, alone.assign(area=alone["area"].where(alone["area"].notna(), None)), of=len(there))


def _tied(view: Snapshot) -> set[str]:
    """Everyone with a seat, a project or a cooperation."""
    types = standing.types_of(view)
    partners = standing.edges_of(view, ("COOPERATES_WITH",))
    part = standing.edges_of(view, ("TAKES_PART_IN",))
    made = standing.edges_of(view, ("RUNS", "FUNDS"))
    led = standing.edges_of(view, ("LED_BY",))
    projects = set(types.index[types == "Project"])
    joined = {*partners["start"], *partners["end"], *part["start"], *made.loc[made["end"].isin(projects), "start"], *led["end"]}
    return joined | set(standing.seats_of(view)["institution"].dropna())
