"""What does not fit is folded and counted: "42 Kitas" in place of 42 rows.

A column of a drawing (the left bow, the middle, the whole Netz) holds a limited number of rows. Where
more want in, actors fold in three steps, each only as far as needed: first those without a tie in the
picture, then whole groups (same sector, kind and form), the largest first, at last the rest of a sector.
Whatever the reader has opened stays open and does not count against the limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from graph import schema
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
) -> Folded:
    """Folds ``actors`` (as of ``queries.network.area_actors``) until each column keeps its limit of rows.

    ``columns`` says which column of the drawing each actor stands in, ``limits`` how many rows a column
    holds; ``tied`` are those with a tie that counts in this drawing. Every actor comes out once: as a row
    or as a member of one fold. Ties of members are summed (``n``) and lead to their fold; ties within a
    fold are gone.
    """
    keys = _keys(actors, set(tied))
    home: dict[str, str] = {}
    for column, limit in limits.items():
        mine = keys[columns.reindex(keys.index) == column]
        if len(mine) > limit or not mine.empty and any(o.startswith("fold:") for o in opened):
            home |= _Column(mine, limit, opened).fold()
    members: dict[str, list[str]] = {}
    for actor in actors.index:
        if actor in home:
            members.setdefault(home[actor], []).append(actor)
    rows = actors[~actors.index.isin(home)].assign(members=0)
    if members:
        folds = pd.DataFrame([_row(key, ids, actors, keys, language) for key, ids in members.items()]).set_index("id")
        rows = pd.concat([rows.astype(object), folds.astype(object)])
        rows["members"] = rows["members"].astype(int)
    rows.index.name = "id"
    return Folded(rows, fold_ties(ties, home), members)


def fold_ties(ties: pd.DataFrame, home: Mapping[str, str]) -> pd.DataFrame:
    """Ties with their ends moved to the folds, summed over pair and kind; undirected kinds count both ways as one."""
    if ties.empty:
        return pd.DataFrame(columns=TIE_COLUMNS)
    moved = pd.DataFrame({end: ties[end].map(lambda i: home.get(i, i)) for end in ("a", "b")})
    moved["kind"], moved["n"] = ties["kind"], ties["n"].astype(int)
    moved = moved[moved["a"] != moved["b"]]
    mutual = ~moved["kind"].str.partition("/")[0].map(lambda name: schema.EDGES[name].directed).astype(bool)
    turned = mutual & (moved["a"] > moved["b"])
    moved.loc[turned, ["a", "b"]] = moved.loc[turned, ["b", "a"]].to_numpy()
    return moved.groupby(["a", "b", "kind"], sort=True, as_index=False)["n"].sum()


def band_of(actor: Mapping[str, object]) -> str:
    """Where an actor stands: the sector of an Institution, the level of a Gremium, else its type."""
    if actor["type"] == "Institution":
        sector = actor.get("sector")
        return sector if isinstance(sector, str) and sector in schema.SECTORS else schema.sector(actor.get("kind"))
    if actor["type"] == "Gremium":
        level = actor.get("level")
        return level if isinstance(level, str) and any(level == c.value for c in schema.LEVELS) else "work"
    return str(actor["type"])


def _keys(actors: pd.DataFrame, tied: set[str]) -> pd.DataFrame:
    """For each actor band, kind and form, the id of its group's fold, its area, its name, and whether it is tied."""
    records = actors.to_dict("index")
    rows = []
    for actor, record in records.items():
        band, kind, form = band_of(record), _word(record.get("kind")), _word(record.get("form"))
        key = ":".join(["fold", band, *(re.sub(r"[^\w-]+", "-", part) for part in (kind, form) if part)])
        rows.append((band, kind, form, key, _word(record.get("area")), _word(record.get("area_name")), _word(record.get("name")), actor in tied))
    names = ["band", "kind", "form", "key", "area", "area_name", "name", "tied"]
    return pd.DataFrame(rows, index=actors.index, columns=names)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


class _Column:
    """One column of a drawing on its way to the limit."""

    def __init__(self, keys: pd.DataFrame, limit: int, opened: frozenset[str]) -> None:
        self._keys = keys
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
        for step in (untied, groups, bands):
            for key in sorted(step, key=lambda key: (-len(step[key]), key)):
                if self._rows(self._keys.index) <= self._limit:
                    return self._home
                part = [i for i in step[key] if i not in self._shielded]
                if key not in self._opened and self._rows(part) > 1:
                    self._home |= dict.fromkeys(part, key)
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


def _row(key: str, ids: list[str], actors: pd.DataFrame, keys: pd.DataFrame, language: str) -> dict[str, object]:
    """The row that stands for a fold."""
    mine = keys.loc[ids]
    first = actors.loc[ids[0]]
    kind, form = (next(iter(values)) if len(values := set(mine[c])) == 1 else "" for c in ("kind", "form"))
    alone = keys[keys["key"].isin(mine["key"])].index.difference(ids).empty
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
