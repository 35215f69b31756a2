"""The sentence over a picture and its summary, computed from the very numbers that the picture shows.

Each finding is a function that returns its sentence where it is true and worth saying, else None; the first
that speaks is the title. The order is from the particular to the usual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import networkx as nx
import numpy as np
import pandas as pd

from graph import schema
from graph.texts import Places
from views.folding import bands
from views.packing import ends_of
from views.words import _, count_of, language, number

MANY = 3
"""So many seats of one institution are worth a word in the Matrix."""
MOST_SHARE = 0.75
"""One Gremium that holds so large a part of those who sit anywhere carries the work of the place."""
SECTOR_LEAST = 5
"""From so many institutions on it is worth a word that none of a sector sits anywhere."""


_BEST = 3
"""Whoever is best connected is named in the summary: so many."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What a picture shows, for its sentences. ``actors`` and ``ties`` are those of the picture; ``place`` says what it is of.

    ``around`` is the name of the actor whose Umfeld is shown instead of an area, ``steps`` how far each is from it;
    ``emphasis`` are actors (ids) that stand out; ``common`` is a theme that they share, if there is one.
    ``surveyed`` says whether any seat is recorded in the whole network: where none is, nobody knows who sits where. ``shaped`` says
    whether the place has a shape on the map: without one, what lies in it cannot be told from what lies beside it. ``gremien_known``
    says whether the whole network has any Gremium: that none is recorded does not mean that there is none.
    """

    actors: pd.DataFrame
    ties: pd.DataFrame
    place: str
    drawing: str = "steuerungsbild"
    around: str | None = None
    steps: Mapping[str, int] = field(default_factory=dict)
    emphasis: Sequence[str] = ()
    common: str = ""
    surveyed: bool = True
    shaped: bool = True
    gremien_known: bool = True

    @cached_property
    def institutions(self) -> set[str]:
        """Institutions of the place; those from outside do not count."""
        outside = self.actors["outside"].fillna(False).astype(bool)
        return set(self.actors.index[(self.actors["type"] == "Institution") & ~outside])

    @property
    def homes(self) -> str:
        """What those institutions are called: where others from outside are in the picture, the number is only of those at the place."""
        outside = self.actors["outside"].fillna(False).astype(bool) & (self.actors["type"] == "Institution")
        return _("Institutionen am Ort") if outside.any() else _("Institutionen")

    @cached_property
    def gremien(self) -> set[str]:
        """The Gremien of the picture."""
        return set(self.actors.index[self.actors["type"] == "Gremium"])

    @cached_property
    def seats(self) -> pd.DataFrame:
        """Seats of institutions of the place, once for each institution and Gremium."""
        ids, (a, b) = self.actors.index, self.ends
        here, bodies = (np.append(ids.isin(list(found)), False) for found in (self.institutions, self.gremien))  # the last place, -1, is nobody's
        rows = np.flatnonzero(here[a] & bodies[b])
        rows = rows[(self.ties["kind"].iloc[rows] == "MEMBER_OF").to_numpy()]
        pairs = np.sort(pd.unique(a[rows].astype(np.int64) * len(ids) + b[rows]))
        return pd.DataFrame({"a": ids[pairs // max(1, len(ids))], "b": ids[pairs % max(1, len(ids))]}, dtype=object)

    @cached_property
    def ends(self) -> tuple[Places, Places]:
        """Where the ends of each tie stand in ``actors``; texts are compared once."""
        return ends_of(self.ties, self.actors.index)

    @cached_property
    def partners(self) -> pd.Series[int]:
        """With how many others everybody who has a tie is tied."""
        ids, (a, b) = self.actors.index, self.ends
        apart = (a != b) & (a >= 0) & (b >= 0)
        a, b = a[apart], b[apart]
        pairs = pd.unique(np.minimum(a, b).astype(np.int64) * len(ids) + np.maximum(a, b))  # each once, whatever ties there are between two
        both = np.concatenate([pairs // max(1, len(ids)), pairs % max(1, len(ids))])
        counts = pd.Series(np.bincount(both, minlength=len(ids)), index=ids)
        return counts[counts > 0]


def title(seen: Seen) -> str:
    """What is to be seen, in one sentence."""
    for finding in _FINDINGS:
        if said := finding(seen):
            return said
    return seen.place


# ---- findings ---------------------------------------------------------------------------------------


def _nobody(seen: Seen) -> str | None:
    if not seen.actors.empty:
        return None
    if not seen.shaped:
        return _("{place}: ohne Fläche auf der Karte, niemand ist zugeordnet").format(place=seen.place)
    return _("{place}: noch niemand erfasst").format(place=seen.place)


def _rings(seen: Seen) -> str | None:
    if not seen.around:
        return None
    by_step = pd.Series([n for i, n in seen.steps.items() if n and i in seen.actors.index], dtype=int).value_counts().sort_index()
    if by_step.empty:
        return _("{name}: keine Beziehung erfasst").format(name=seen.around)
    words = {1: _("in einem Schritt"), 2: _("in zwei"), 3: _("in drei")}
    parts = [f"{number(int(n))} {words[int(step)]}" for step, n in by_step.items()]
    first = count_of(int(by_step.iloc[0]), _("Akteur"), _("Akteure"))
    return _("{name}: {first}").format(name=seen.around, first=", ".join([first + " " + words[int(by_step.index[0])], *parts[1:]]))


def _emphasised(seen: Seen) -> str | None:
    """Several Gremien that stand out: who sits in more than one of them?"""
    chosen = [i for i in seen.emphasis if i in seen.gremien]
    if len(chosen) < 2 or not seen.surveyed:
        return None
    everyone = seen.actors.index[seen.actors["type"] == "Institution"]
    seats = seen.ties[(seen.ties["kind"] == "MEMBER_OF") & seen.ties["a"].isin(everyone) & seen.ties["b"].isin(chosen)][["a", "b"]].drop_duplicates()
    several = int((seats["a"].value_counts() > 1).sum())
    bodies = _("{n} Gremien").format(n=_counted(len(chosen)))
    what = _("{bodies}, ein Thema ({theme})").format(bodies=bodies, theme=seen.common) if seen.common else bodies
    if not several:
        return _("{what}: keine Institution sitzt in mehr als einem").format(what=what)
    if several == 1:
        return _("{what}: eine Institution sitzt mehrfach").format(what=what)
    return _("{what}: {n} Institutionen sitzen mehrfach").format(what=what, n=number(several))


def _none_of_a_type(seen: Seen) -> str | None:
    """What a picture says that has no institutions of the place, or no Gremien."""
    gremien = count_of(len(seen.gremien), _("Gremium"), _("Gremien"))
    if not seen.institutions and seen.gremien:
        return _("{place}: {gremien}, keine Institution am Ort").format(place=seen.place, gremien=gremien)
    if not seen.gremien and seen.institutions:
        institutions = count_of(len(seen.institutions), _("Institution"), _("Institutionen"))
        if not seen.gremien_known:
            return _("{place}: {institutions}; Gremien sind noch nicht erfasst").format(place=seen.place, institutions=institutions)
        return _("{place}: {institutions}, kein Gremium").format(place=seen.place, institutions=institutions)
    if not seen.gremien:
        return _("{place}: {actors}").format(place=seen.place, actors=count_of(len(seen.actors), _("Akteur"), _("Akteure")))
    return None


def _matrix(seen: Seen) -> str | None:
    if seen.drawing != "matrix" or seen.seats.empty:
        return None
    sitting = seen.seats["a"].value_counts()
    many = int((sitting >= MANY).sum())
    institutions = count_of(len(sitting), _("Institution"), seen.homes)
    gremien = count_of(seen.seats["b"].nunique(), _("Gremium"), _("Gremien"))
    last = _("keine sitzt in drei oder mehr") if not many else _("eine sitzt in drei oder mehr") if many == 1 else _("{n} sitzen in drei oder mehr")
    said = _("{place}: {institutions} in {gremien}, {last}")
    return said.format(place=seen.place, institutions=institutions, gremien=gremien, last=last.format(n=number(many)))


def _net(seen: Seen) -> str | None:
    """Does the Netz hang together? Only said where it does not."""
    if seen.drawing != "netz" or seen.ties.empty:
        return None
    graph = nx.Graph()
    graph.add_edges_from((a, b) for a, b in zip(seen.ties["a"], seen.ties["b"], strict=True) if a != b)
    parts = nx.number_connected_components(graph) if len(graph) else 0
    if parts < 2:
        return None
    alone = len(seen.actors) - len(graph)
    tied = count_of(len(graph), _("Akteur"), _("Akteure"))
    said = _("{place}: {actors} in {n} getrennten Gruppen").format(place=seen.place, actors=tied, n=number(parts))
    return said + (", " + _("{n} ohne Beziehung").format(n=number(alone)) if alone else "")


def _one_carries(seen: Seen) -> str | None:
    held = seen.seats["b"].value_counts()
    sitting = seen.seats["a"].nunique()
    if len(held) < 2 or sitting < 4 or held.iloc[0] < MOST_SHARE * sitting or held.iloc[0] == held.iloc[1]:
        return None
    name = str(seen.actors.at[held.index[0], "name"])
    return _("{place}: {m} der {n} {homes} mit Sitz sind in einem Gremium: {name}").format(
        place=seen.place, m=number(int(held.iloc[0])), n=number(sitting), homes=seen.homes, name=name
    )


def _sector_without_seat(seen: Seen) -> str | None:
    """The largest sector of which nobody sits anywhere, where those of others do."""
    if seen.seats.empty:
        return None
    sectors = bands(seen.actors[seen.actors.index.isin(seen.institutions)])
    sizes, sitting = sectors.value_counts(), set(sectors[sectors.index.isin(seen.seats["a"])])
    silent = [(int(n), str(name)) for name, n in sizes.items() if name not in sitting and n >= SECTOR_LEAST and str(name) in schema.SECTORS]
    if not silent:
        return None
    n, name = max(silent, key=lambda found: (found[0], found[1]))
    sector = schema.SECTORS[name].in_(language())
    return _("{place}: keine der {n} Institutionen des Sektors {sector} sitzt in einem Gremium").format(place=seen.place, n=number(n), sector=sector)


def _not_surveyed(seen: Seen) -> str | None:
    """Not recorded is not the same as none: nothing is said of anybody."""
    if seen.surveyed:
        return None
    institutions = count_of(len(seen.institutions), _("Institution"), _("Institutionen"))
    gremien = count_of(len(seen.gremien), _("Gremium"), _("Gremien"))
    return _("{place}: {institutions}, {gremien}; wer darin sitzt, ist noch nicht erfasst").format(
        place=seen.place, institutions=institutions, gremien=gremien
    )


def _who_sits(seen: Seen) -> str | None:
    n, sitting, where = len(seen.institutions), seen.seats["a"].nunique(), seen.seats["b"].nunique()
    if not sitting:
        if n == 1:
            return _("{place}: die einzige Institution sitzt in keinem Gremium").format(place=seen.place)
        return _("{place}: keine der {n} {homes} arbeitet in einem Gremium mit").format(place=seen.place, n=number(n), homes=seen.homes)
    bodies = count_of(where, _("Gremium"), _("Gremien"))
    if n == 1:
        return _("{place}: die einzige Institution arbeitet in {gremien} mit").format(place=seen.place, gremien=bodies)
    if sitting == 1:
        return _("{place}: 1 von {n} {homes} arbeitet in {gremien} mit").format(place=seen.place, n=number(n), homes=seen.homes, gremien=bodies)
    said = _("{place}: {m} von {n} {homes} arbeiten in {gremien} mit")
    return said.format(place=seen.place, m=number(sitting), n=number(n), homes=seen.homes, gremien=bodies)


_FINDINGS: tuple[Callable[[Seen], str | None], ...] = (
    _nobody, _rings, _emphasised, _none_of_a_type, _matrix, _net, _not_surveyed, _one_carries, _sector_without_seat, _who_sits,
)  # fmt: skip


def _counted(n: int) -> str:
    """A number at the beginning of a sentence: up to twelve as a word."""
    words = {
        "de": "Ein Zwei Drei Vier Fünf Sechs Sieben Acht Neun Zehn Elf Zwölf".split(),
        "en": "One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split(),
    }[language()]
    return words[n - 1] if 1 <= n <= len(words) else number(n)


# ---- summary ----------------------------------------------------------------------------------------


def summary(seen: Seen) -> str:
    """The picture in words: how many of which type, who is tied to most others, how many to nobody.

    "Hochfeld: 34 Akteure, davon 21 Institutionen, 9 Gremien und 4 Projekte; am stärksten verbunden: Schulamt (14) und AWO (11). 6 ohne Beziehung."
    """
    place = seen.around or seen.place
    if seen.actors.empty:
        return _("{place}: noch niemand erfasst").format(place=place) + "."
    counts = seen.actors["type"].value_counts()
    types = [name for name in schema.ACTORS if counts.get(name)]
    parts = [_type_count(name, int(counts[name])) for name in types]
    everyone = count_of(len(seen.actors), _("Akteur"), _("Akteure"))
    said = f"{place}: {everyone}, {_('davon')} {_and(parts)}" if len(types) > 1 else f"{place}: {parts[0]}"
    degree = seen.partners
    most = degree[degree >= degree.nlargest(_BEST).min()] if len(degree) else degree
    names = seen.actors["name"].reindex(most.index)
    best = sorted(most.index, key=lambda i: (-int(degree[i]), str(names[i]).casefold(), i))[:_BEST]
    if best:
        said += "; " + _("am stärksten verbunden: {names}").format(names=_and([f"{names[i]} ({number(int(degree[i]))})" for i in best]))
    alone = len(seen.actors) - len(degree)
    return said + "." + (" " + _("{n} ohne Beziehung").format(n=number(alone)) + "." if alone else "")


def _type_count(name: str, n: int) -> str:
    """A number of actors of a type; nouns in running text are small in English."""
    node = schema.NODES[name]
    word = (node.label if n == 1 else node.plural).in_(language())
    return f"{number(n)} {word.lower() if language() == 'en' else word}"


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + f" {_('und')} {parts[-1]}"
