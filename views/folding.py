"""What does not fit is folded and counted: "42 Kitas" in place of 42 rows.

A column of a drawing (the left bow, the middle, the whole Netz) holds a limited number of rows. Where
more want in, actors fold in three steps, each only as far as needed: first those without a tie in the
picture, then whole groups (same sector, kind and form), the largest first, at last the rest of a sector.
Whatever the reader has opened stays open and does not count against the limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph import schema
from graph.snapshot import Places
from views import fold_words
from views.words import translate

OPEN_ROWS = 60
"""An opened fold with more members than this opens into folds by area, then by alphabet."""
CHUNK = 40
TIE_COLUMNS = ["a", "b", "kind", "n"]


@dataclass(frozen=True)
class Folded:
    """A picture that fits: rows (actors and folds, column ``members`` = 0 or a count), ties between them, who is in which fold."""

    actors: pd.DataFrame
    ties: pd.DataFrame
    members: dict[str, list[str]]


def fold(
    actors: pd.DataFrame,
    ties: pd.DataFrame,
    *,
    columns: pd.Series[str],
    limits: Mapping[str, int],
    tied: Iterable[str],
    language: str,
    opened: frozenset[str] = frozenset(),
    alone: Iterable[str] = (),
) -> Folded:
    """Folds ``actors`` (as of ``queries.network.area_actors``) until each column keeps its limit of rows.

    ``columns`` says which column of the drawing each actor stands in, ``limits`` how many rows a column
    holds; ``tied`` are those with a tie that counts in this drawing, ``alone`` those who are never folded.
    Every actor comes out once: as a row or as a member of one fold. Ties of members are summed (``n``) and lead to their fold; ties within a
    fold are gone.
    """
    keys = _keys(actors, set(tied))
    home: dict[str, str] = {}
    for column, limit in limits.items():
        mine = keys[columns.reindex(keys.index) == column]
        if len(mine) > limit or not mine.empty and any(o.startswith("fold:") for o in opened):
            home |= _Column(mine, limit, opened, frozenset(alone)).fold()
    members: dict[str, list[str]] = {}
    for actor in actors.index:
        if actor in home:
            members.setdefault(home[actor], []).append(actor)
    rows = actors[~actors.index.isin(home)].assign(members=0)
    if members:
        sizes = keys["key"].value_counts()
        folds = pd.DataFrame([_row(key, ids, actors, keys, sizes, language) for key, ids in members.items()]).set_index("id")
        rows = pd.concat([rows.astype(object), folds.astype(object)])
        rows["members"] = rows["members"].astype(int)
    rows.index.name = "id"
    return Folded(rows, fold_ties(ties, home), members)


def unfolded(actors: pd.DataFrame, ties: pd.DataFrame) -> Folded:
    """Everybody as a row."""
    rows = actors.assign(members=0)
    rows.index.name = "id"
    return Folded(rows, fold_ties(ties, {}), {})


def fold_ties(ties: pd.DataFrame, home: Mapping[str, str]) -> pd.DataFrame:
    """Ties with their ends moved to the folds, summed over pair and kind; undirected kinds count both ways as one."""
    if ties.empty:
        return pd.DataFrame(columns=TIE_COLUMNS)
    places, names = pd.factorize(np.concatenate([ties[end].to_numpy(dtype=object) for end in ("a", "b")]))
    moved, names = pd.factorize(np.array([home.get(name, name) for name in names], dtype=object), sort=True)
    a, b = moved[places].reshape(2, -1)
    kind, kinds = pd.factorize(ties["kind"].to_numpy(dtype=object), sort=True)
    mutual = np.array([not schema.EDGES[name.partition("/")[0]].directed for name in kinds])[kind]
    a, b = np.where(mutual, np.minimum(a, b), a), np.where(mutual, np.maximum(a, b), b)
    keys = (a.astype(np.int64) * len(names) + b) * len(kinds) + kind
    apart = a != b
    keys, row = np.unique(keys[apart], return_inverse=True)
    n = np.bincount(row, ties["n"].to_numpy(dtype=float)[apart], len(keys)).astype(np.int64)
    pairs = keys // len(kinds)
    found = {"a": names.take(pairs // len(names)), "b": names.take(pairs % len(names)), "kind": kinds.take(keys % len(kinds)), "n": n}
    return pd.DataFrame(found, columns=TIE_COLUMNS)


def band_of(actor: Mapping[str, object]) -> str:
    """Where an actor stands: the sector of an Institution, the level of a Gremium, else its type."""
    if actor["type"] == "Institution":
        sector = actor.get("sector")
        return sector if isinstance(sector, str) and sector in schema.SECTORS else schema.sector(actor.get("kind"))
    if actor["type"] == "Gremium":
        level = actor.get("level")
        return level if isinstance(level, str) and any(level == c.value for c in schema.LEVELS) else schema.level(actor.get("kind"))
    return str(actor["type"])


def bands(actors: pd.DataFrame) -> pd.Series[str]:
    """:func:`band_of` for each of many actors."""
    first, place = _alike([actors[name] for name in ("type", "kind", "sector", "level") if name in actors.columns])
    found = np.array([band_of(record) for record in actors.iloc[first].to_dict("records")], dtype=object)
    return pd.Series(found[place], index=actors.index, dtype=object)


def _alike(columns: Sequence[pd.Series[str]]) -> tuple[Places, Places]:
    """The first row of each combination of values, and for every row which of these combinations it is."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        places, known = pd.factorize(column)
        code = code * (len(known) + 1) + places + 1
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    return first, place


def _keys(actors: pd.DataFrame, tied: set[str]) -> pd.DataFrame:
    """For each actor band, kind and form, the id of its group's fold, its area, its name, and whether it is tied."""
    words = {"band": bands(actors)} | {name: _words(actors, name) for name in ("kind", "form", "area", "area_name", "name")}
    keys = pd.DataFrame(words, index=actors.index)
    first, place = _alike([keys[name] for name in ("band", "kind", "form")])
    folds = [
        ":".join(["fold", band, *(re.sub(r"[^\w-]+", "-", part) for part in (kind, form) if part)])
        for band, kind, form in keys[["band", "kind", "form"]].iloc[first].itertuples(index=False)
    ]
    key = pd.Series(np.array(folds, dtype=object)[place], index=actors.index, dtype=object)
    return keys.assign(key=key, tied=actors.index.isin(list(tied)))


def _words(actors: pd.DataFrame, name: str) -> pd.Series[str]:
    """A column of texts, "" for what is missing."""
    if name not in actors.columns:
        return pd.Series("", index=actors.index, dtype=object)
    values = actors[name].astype(object)
    return values.where(values.notna(), "")


class _Column:
    """One column of a drawing on its way to the limit."""

    def __init__(self, keys: pd.DataFrame, limit: int, opened: frozenset[str], alone: frozenset[str]) -> None:
        self._keys = keys
        self._alone = alone
        self._limit = limit
        self._opened = opened
        self._home: dict[str, str] = {}
        self._shielded: set[str] = set()

    def fold(self) -> dict[str, str]:
        """Actor id -> id of the fold that it went into."""
        groups = {str(key): list(ids) for key, ids in self._keys.groupby("key").groups.items()}
        tied = set(self._keys.index[self._keys["tied"]])
        untied = {f"{key}:untied": [i for i in ids if i not in tied] for key, ids in groups.items()}
        for key, ids in [*groups.items(), *untied.items()]:
            if key in self._opened:
                self._open(key, ids)
        bands = {f"fold:{band}:rest": list(ids) for band, ids in self._keys.groupby("band").groups.items()}
        total = self._rows(self._keys.index)
        for step in (untied, groups, bands):
            for key in sorted(step, key=lambda key: (-len(step[key]), key)):
                if total <= self._limit:
                    return self._home
                part = [i for i in step[key] if i not in self._shielded and i not in self._alone]
                if key not in self._opened and (rows := self._rows(part)) > 1:
                    self._home |= dict.fromkeys(part, key)
                    total -= rows - 1  # folds of a part hold nobody else
        return self._home

    def _rows(self, ids: Iterable[str]) -> int:
        return len({self._home.get(i, i) for i in ids if i not in self._shielded})

    def _open(self, key: str, ids: list[str]) -> None:
        """Shows the members of an opened fold; too many of them are folded once more, by area or by alphabet."""
        fresh = [i for i in ids if i not in self._shielded]
        self._shielded.update(fresh)
        if len(fresh) <= OPEN_ROWS:
            return
        areas = self._keys.loc[fresh].groupby("area").groups
        parts = {f"{key}@{area}": list(members) for area, members in areas.items()}
        if len(parts) < 2:
            ordered = sorted(fresh, key=lambda i: (self._keys.at[i, "name"].casefold(), i))
            parts = {f"{key}#{at // CHUNK + 1}": ordered[at : at + CHUNK] for at in range(0, len(ordered), CHUNK)}
        for part, members in parts.items():
            if part not in self._opened and len(members) > 1:
                self._home |= dict.fromkeys(members, part)


def _row(key: str, ids: list[str], actors: pd.DataFrame, keys: pd.DataFrame, sizes: pd.Series[int], language: str) -> dict[str, object]:
    """The row that stands for a fold; ``sizes`` says how many actors there are of each of ``keys``."""
    mine = keys.loc[pd.Index(ids, dtype=object)]
    first = actors.loc[ids[0]]
    kind, form = (next(iter(values)) if len(values := set(mine[c])) == 1 else "" for c in ("kind", "form"))
    alone = int(sizes[mine["key"].unique()].sum()) == len(ids)
    where, split = "", key.rpartition("@")[2] if "@" in key else ""
    if split:
        where = " " + translate("in {gebiet}", language).format(gebiet=mine["area_name"].iloc[0] or split)
    elif "@" in key:
        where = " " + translate("ohne Ort", language)
    elif "#" in key:
        letters = sorted(mine["name"].str.strip().str[:1].str.upper())
        where = f", {letters[0]}–{letters[-1]}"
    what = fold_words.plural(str(first["type"]), kind, form, language)
    label = fold_words.name(len(ids), what, rest=not alone and not where, where=where, language=language)
    row = {column: None for column in actors.columns}
    shared = {c: first[c] for c in ("type", "sector", "level") if c in actors.columns}
    place = {c: first[c] for c in ("area", "area_name") if c in actors.columns and len(set(mine["area"])) == 1}
    short = re.sub(r" \(.*?\)", "", label) if form else None
    return row | shared | place | {"id": key, "name": label, "short": short, "kind": kind or None, "members": len(ids)}
