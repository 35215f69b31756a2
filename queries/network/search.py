"""Search over names, abbreviations, kinds, topics and texts while typing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from graph import passages
from graph.fulltext_files import index_of
from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, Column, Parameter

ABOUT = Analysis(
    title=Text("Suche", "Search"),
    question=Text("Wer oder was heißt so, und wer hat damit zu tun?", "Who or what is called this, and who has to do with it?"),
    reading=Text(
        "Genaue Treffer zuerst, dann Namen, die so beginnen, Wörter, die so beginnen, Abkürzungen (HF Sprache), Namen, die es enthalten, "
        "dann Themen und Texte; Tippfehler werden verziehen, wo sonst wenig zu finden ist. Groß und klein, Umlaute und ß spielen keine Rolle.",
        "Exact hits first, then names that begin so, words that begin so, abbreviations (HF Sprache), names that contain it, then topics and texts; "
        "typos are forgiven where little else is found. Case, umlauts and ß do not matter.",
    ),
    columns=(
        Column("id", Text("Kennung", "Id")),
        Column("type", Text("Typ", "Type")),
        Column("name", Text("Name", "Name")),
        Column("kind", Text("Art", "Kind")),
        Column("area_name", Text("Gebiet", "Area")),
        Column("score", Text("Treffer", "Score")),
        Column("matched", Text("Gefunden in", "Found in")),
        Column("excerpt", Text("Stelle", "Excerpt")),
        Column("marks", Text("Fundstellen", "Places")),
    ),
    parameters=(
        Parameter("text", Text("Suchwort", "Search for"), "text", required=True),
        Parameter("limit", Text("Höchstens", "At most"), "integer", 20),
        Parameter("folder", Text("Ordner des Suchverzeichnisses", "Folder of the index"), "text", "", asked=False),
        Parameter("language", Text("Sprache", "Language"), "text", "de", asked=False),
    ),
)


def run(snapshot: Snapshot, text: str, limit: int = 20, folder: str = "", language: str = "de") -> pd.DataFrame:
    """At most ``limit`` things that ``text`` finds, best first; ``folder`` keeps the index, else it is made in memory.

    ``score`` is a :class:`graph.fulltext_hits.Match`: 9 the whole name, 8 the name begins so, 7 a word of it does, 6 an abbreviation, 5 inside a word,
    4 a topic or text, 3 a name with a typo, 2 a text with one, 1 a part of the query. ``matched`` names the field, ``excerpt`` is
    the text there, ``marks`` the places in it: (from, to) in characters.
    """
    found = index_of(snapshot, Path(folder) if folder else None).search(text, most=limit)
    hits = sorted((hit for group in found.groups for hit in group.hits), key=lambda hit: -hit.score)[:limit]
    rows = [
        {
            "id": hit.id,
            "type": hit.type,
            "name": hit.name,
            "kind": hit.kind or None,
            "area_name": hit.area or None,
            "score": int(hit.score),
            "matched": passages.label(hit.type, hit.field).in_(language),
            "excerpt": hit.excerpt,
            "marks": hit.marks,
        }
        for hit in hits
    ]
    return pd.DataFrame(rows, columns=[column.name for column in ABOUT.columns])
