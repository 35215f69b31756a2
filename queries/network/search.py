"""Search over names, abbreviations and topics while typing."""

from __future__ import annotations

import unicodedata

import pandas as pd

from graph import schema
from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, Column, Parameter
from queries.network.area_actors import finest_areas

ABOUT = Analysis(
    title=Text("Suche", "Search"),
    question=Text("Wer oder was heißt so?", "Who or what is called this?"),
    reading=Text(
        "Genaue Treffer zuerst, dann Namen, die so beginnen, dann solche, die es enthalten. Groß und klein, Umlaute und ß spielen keine Rolle.",
        "Exact hits first, then names that begin so, then names that contain it. Case, umlauts and ß do not matter.",
    ),
    columns=(
        Column("id", Text("Kennung", "Id")),
        Column("type", Text("Typ", "Type")),
        Column("name", Text("Name", "Name")),
        Column("kind", Text("Art", "Kind")),
        Column("area_name", Text("Gebiet", "Area")),
        Column("score", Text("Treffer", "Score")),
    ),
    parameters=(
        Parameter("text", Text("Suchwort", "Search for"), "text", required=True),
        Parameter("limit", Text("Höchstens", "At most"), "integer", 20),
    ),
)

_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def plain(text: str) -> str:
    """``text`` without case, umlauts, accents and punctuation: "Straße" and "STRASSE" are the same."""
    text = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDED))
    return " ".join("".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c)).split())


def run(snapshot: Snapshot, text: str, limit: int = 20) -> pd.DataFrame:
    """At most ``limit`` actors and areas whose name or short name holds every word of ``text``, best first.

    ``score`` is 4 for the whole name, 3 where the name begins so, 2 where a word begins so, 1 else.
    """
    wanted = plain(text)
    nodes = snapshot.nodes[snapshot.nodes["type"].isin((*schema.ACTORS, "Area", "Theme"))]
    columns = [c.name for c in ABOUT.columns]
    if not wanted or nodes.empty:
        return pd.DataFrame(columns=columns)
    shorts = nodes["short"] if "short" in nodes.columns else pd.Series(None, index=nodes.index, dtype=object)
    scores = {}
    for key, name, short in zip(nodes.index, nodes["name"], shorts, strict=True):
        score = max(_score(wanted, plain(word)) for word in (name, short) if isinstance(word, str)) if isinstance(name, str) else 0
        if score:
            scores[key] = score
    frame = nodes.loc[list(scores)].assign(score=pd.Series(scores))
    frame = frame.assign(length=frame["name"].str.len()).sort_values(["score", "length", "name"], ascending=[False, True, True]).head(limit)
    places = finest_areas(snapshot)
    frame = frame.assign(id=frame.index, area_name=frame.index.to_series().map(places).map(snapshot.nodes["name"]))
    if "kind" not in frame.columns:
        frame["kind"] = None
    return frame[columns].reset_index(drop=True)


def _score(wanted: str, name: str) -> int:
    if name == wanted:
        return 4
    if name.startswith(wanted):
        return 3
    words = name.split()
    if all(any(word.startswith(part) for word in words) for part in wanted.split()):
        return 2
    return 1 if all(part in name for part in wanted.split()) else 0
