"""Facts that are missing or old: no coordinates, no contact, nothing confirmed for long."""

from __future__ import annotations

import numpy as np
import pandas as pd

from graph import dates, schema
from graph.model import Choice, Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column, Parameter
from queries.standing import Plain

MISSING = (
    Choice("coordinates", Text("Koordinate", "coordinates")),
    Choice("contact", Text("Kontakt", "contact")),
    Choice("recent", Text("neuerer Stand", "anything recent")),
)
TYPES = tuple(Choice(name, schema.NODES[name].plural) for name in schema.ACTORS)
_WITH_PLACE = tuple(name for name in schema.ACTORS if any(field.name == "lat" for field in schema.NODES[name].fields))
_CONTACTS = ("email", "phone", "url")
_CONTACTABLE = tuple(name for name in schema.ACTORS if {field.name for field in schema.NODES[name].fields} & set(_CONTACTS))

ABOUT = Analysis(
    title=Text("Fehlende und alte Angaben", "Missing and old facts"),
    question=Text(
        "Wer hat keine Koordinate, keinen Kontakt, oder ist seit Monaten von niemandem bestätigt?",
        "Who has no coordinates, no contact, or has been confirmed by nobody for months?",
    ),
    reading=Text(
        "Eine Zeile ist eine Angabe, die fehlt oder alt ist. Koordinate: Institutionen und Angebote; ein Angebot ohne eigene hat die seines "
        "Trägers. Kontakt: weder E-Mail noch Telefon noch Internetadresse. "
        "Alt: die jüngste Quelle und die letzte Bestätigung liegen länger zurück als angegeben.",
        "One row is a fact that is missing or old. Coordinates: institutions and offers; an offer without any has those of its provider. Contact: "
        "neither e-mail nor phone nor website. "
        "Old: the newest source and the last confirmation are longer ago than given.",
    ),
    denominator=Text("Akteure, die am Stichtag bestehen", "actors that exist on the day"),
    columns=(
        Column("actor", Text("Akteur", "Actor")),
        Column("type", Text("Typ", "Type")),
        Column("missing", Text("Es fehlt", "Missing")),
        Column("last", Text("Stand", "As of")),
        Column("source", Text("Quelle", "Source")),
        Column("n", Text("Fehlt bei", "Missing in")),
        Column("of", Text("von dieser Art", "of this kind")),
        Column("evidence", Text("Beleg", "Evidence")),
    ),
    parameters=(
        Parameter("missing", Text("Was fehlt", "What is missing"), "text", "", choices=MISSING),
        Parameter("type", Text("Typ", "Type"), "text", "", choices=TYPES),
        Parameter("months", Text("Älter als (Monate)", "Older than (months)"), "integer", 12),
        standing.AS_OF,
        standing.LANGUAGE,
    ),
)


def run(snapshot: Snapshot, missing: str = "", type: str = "", months: int = 12, as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per actor and missing fact, by fact, type and name; ``n`` of ``of`` is that of the fact and type."""
    view, day = standing.on(snapshot, as_of)
    actors = standing.alive(view, day, *([type] if type else schema.ACTORS), columns=())
    at = standing.places(view, actors.index.to_series())
    kinds, said, source, confirmed = (standing.node_column(view, name)[at] for name in ("type", "as_of", "source", "confirmed"))
    codes, types = pd.factorize(kinds, sort=True)
    last = _newer(said, confirmed)
    absent = {
        "coordinates": (np.isin(kinds, _WITH_PLACE), ~actors.index.isin(_placed(view))),
        "contact": (np.isin(kinds, _CONTACTABLE), ~_has_contact(view)[at]),
        "recent": (np.ones(len(actors), dtype=bool), _before(last, standing.months_on(day, -months))),
    }
    order = np.lexsort((standing.name_ranks(view)[at], codes))
    parts = []
    for choice in MISSING:
        asked, lacking = absent[choice.value]
        if missing and choice.value != missing:
            continue
        rows = order[(asked & lacking)[order]]
        n, of = np.bincount(codes[rows], minlength=len(types)), np.bincount(codes[asked], minlength=len(types))
        told = _Told(choice, [schema.NODES[name].plural.in_(language) for name in types], n.tolist(), of.tolist(), language)
        days = last[rows]
        parts.append(
            pd.DataFrame(
                {
                    "actor": actors.index[rows],
                    "type": pd.Series([schema.NODES[name].label.in_(language) for name in types], dtype=object).take(codes[rows]).to_numpy(),
                    "missing": choice.label.in_(language),
                    "last": days,
                    "source": source[rows],
                    "n": n[codes[rows]],
                    "of": of[codes[rows]],
                    "evidence": [told.words(code, when) for code, when in zip(codes[rows].tolist(), days, strict=True)],
                }
            )
        )
    found = pd.concat(parts, ignore_index=True)
    return standing.table(ABOUT, found, of=len(actors), n=found["actor"].nunique())


class _Told:
    """The sentence of each row; those of a type and day are the same."""

    def __init__(self, fact: Choice, plurals: list[str], n: list[int], of: list[int], language: str) -> None:
        self._text, self._language = _TOLD[fact.value].in_(language), language
        self._facts = list(zip(plurals, n, of, strict=True))
        self._said: dict[tuple[int, object], str] = {}

    def words(self, code: int, when: object) -> str:
        key = (code, when if "{day}" in self._text else None)
        if key not in self._said:
            plural, n, of = self._facts[code]
            self._said[key] = self._text.format(n=n, of=of, types=plural, day=standing.day_words(when, self._language) or "?")
        return self._said[key]


_TOLD = {
    "coordinates": Text("Ohne Punkt auf der Karte; so {n} von {of} {types}.", "Without a point on the map; so are {n} of {of} {types}."),
    "contact": Text("Weder E-Mail noch Telefon noch Internet; so {n} von {of} {types}.", "Neither e-mail nor phone nor website; so are {n} of {of} {types}."),
    "recent": Text("Zuletzt belegt {day}; so alt sind {n} von {of} {types}.", "Last known on {day}; so old are {n} of {of} {types}."),
}


def _has_contact(view: Snapshot) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which nodes have any way to reach them."""
    nodes = view.nodes[[column for column in _CONTACTS if column in view.nodes.columns]]
    return np.asarray(nodes.notna().any(axis=1), dtype=bool)


def _placed(view: Snapshot) -> pd.Index[str]:
    """Who has a point, its own or that of who runs it."""
    nodes = view.nodes
    if "lat" not in nodes.columns or "lon" not in nodes.columns:
        return nodes.index[:0]
    types = standing.types_of(view)
    own = types.index[(nodes["lat"].notna() & nodes["lon"].notna()).to_numpy(dtype=bool)]
    runs = standing.edges_of(view, ("RUNS",))
    through = runs.loc[runs["start"].isin(own), "end"]
    offers = types.index[types == "Offer"]
    return own.union(offers.intersection(pd.Index(through)))


def _newer(said: Plain, confirmed: Plain) -> Plain:
    """The newer of two days, each None where it is not known."""
    if all(day is None for day in confirmed):
        return said
    return np.array([c if c is not None and (s is None or c > s) else s for s, c in zip(said, confirmed, strict=True)], dtype=object)


def _before(last: Plain, day: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whose last day is before ``day``; nothing known counts as old."""
    old = {when: when is None or dates.last_day(when) < day for when in set(last)}
    return np.array([old[when] for when in last], dtype=bool)
