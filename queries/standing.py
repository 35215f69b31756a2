"""What stands on a day, where it is, and how much of it: the ground that questions about gaps share.

Relationships hold by their ``since`` and ``until`` (:meth:`graph.snapshot.Snapshot.at`); things also have a beginning
and an end of their own (a project that is over carries nothing any more).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from graph import schema
from graph.model import Text
from graph.snapshot import Snapshot, begun, ended
from queries.catalog import Analysis, Parameter
from queries.network import seats

Places = np.ndarray[tuple[int], np.dtype[np.intp]]
Plain = np.ndarray[tuple[int], np.dtype[np.object_]]

AS_OF = Parameter("as_of", Text("Stand am", "As of"), "date", "", today=True)
LANGUAGE = Parameter("language", Text("Sprache", "Language"), "text", "de", asked=False)
LEVEL = Parameter("level", Text("Ebene", "Level"), "text", "district", choices=schema.AREA_LEVELS)
"""Which areas are looked at, one by one."""


def on(snapshot: Snapshot, as_of: str) -> tuple[Snapshot, str]:
    """The network on the day ``as_of`` ("" means today), and that day."""
    day = as_of or date.today().isoformat()
    return snapshot.at(day), day


def alive(view: Snapshot, day: str, *types: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The nodes of these types that have begun and not ended on ``day``, and were not stopped; with those of ``columns`` that there are (all without).

    Where no date says so, one that is only planned has not begun, and one that is finished has ended.
    """
    rows = np.flatnonzero(types_of(view).isin(types).to_numpy(dtype=bool))
    since, until, status = (node_column(view, name)[rows] for name in ("start", "end", "status"))
    period = pd.DataFrame({"since": since, "until": until}, dtype=object)
    over = np.array(
        [s == "stopped" or (s == "done" and e is None) or (s == "planned" and b is None) for s, b, e in zip(status, since, until, strict=True)], dtype=bool
    )
    rows = rows[begun(period, day) & ~ended(period, day) & ~over]
    nodes = view.nodes if columns is None else view.nodes[[name for name in columns if name in view.nodes.columns]]
    return nodes.take(rows).set_axis(types_of(view).index[rows])


def node_column(view: Snapshot, name: str) -> Plain:
    """A column of all nodes as plain values, None where nothing is."""
    if name not in view.nodes.columns:
        return np.full(len(view.nodes), None, dtype=object)
    return view.once(f"plain node {name}", lambda: _plain(view.nodes[name]))


def name_ranks(view: Snapshot) -> Places:
    """For each node its place in the order of names, so that lists are sorted by whole numbers."""

    def make() -> Places:
        ranks = np.empty(len(view.nodes), dtype=np.intp)
        ranks[np.argsort(np.array([str(name) for name in names_of(view)], dtype=object), kind="stable")] = np.arange(len(ranks))
        return ranks

    return view.once("name ranks", make)


def edges_of(view: Snapshot, types: Iterable[str], columns: Sequence[str] = ("start", "end")) -> pd.DataFrame:
    """These columns (None where nothing is said) of the edges of these types; the rows of each type are looked up once for the snapshot."""
    by_type = view.once("rows by type", lambda: _rows_by_type(view))
    found = [by_type[name] for name in types if name in by_type]
    rows = np.concatenate(found) if found else np.empty(0, dtype=np.intp)
    return pd.DataFrame({name: pd.Series(_edge_column(view, name)[rows], dtype=object) for name in columns}, columns=list(columns))


def _edge_column(view: Snapshot, name: str) -> Plain:
    """A column as plain Python values (None where nothing is): asking and matching Arrow's texts one by one takes many times as long."""
    if name not in view.edges.columns:
        return np.full(len(view.edges), None, dtype=object)
    return view.once(f"plain {name}", lambda: _plain(view.edges[name]))


def _plain(values: pd.Series[Any]) -> Plain:
    made: Plain = values.astype(object).where(values.notna(), None).to_numpy(dtype=object)
    return made


def types_of(view: Snapshot) -> pd.Series[Any]:
    """The type of each thing, by its id, as plain texts."""
    return view.once("plain types", lambda: _plain_nodes(view, "type"))


def names_of(view: Snapshot) -> pd.Series[Any]:
    """The name of each thing, by its id, as plain texts."""
    return view.once("plain names", lambda: _plain_nodes(view, "name"))


def _plain_nodes(view: Snapshot, name: str) -> pd.Series[Any]:
    return pd.Series(node_column(view, name), index=_plain_index(view.nodes), dtype=object)


def _plain_index(nodes: pd.DataFrame) -> pd.Index[Any]:
    made: pd.Index[Any] = pd.Index(nodes.index.to_numpy(dtype=object), dtype=object, name=nodes.index.name)
    return made


def seats_of(view: Snapshot) -> pd.DataFrame:
    """The seats of the day (:mod:`queries.network.seats`) as plain values."""
    return view.once("plain seats", lambda: pd.DataFrame({name: pd.Series(_plain(values), dtype=object) for name, values in seats.run(view).items()}))


def places(view: Snapshot, values: pd.Series[Any]) -> Places:
    """Where these ids stand in ``view.nodes`` (-1 for none): whole numbers are matched and counted much faster than texts."""
    index = types_of(view).index
    found: Places = index.get_indexer(pd.Index(values.to_numpy(dtype=object), dtype=object))
    return found


def seat_places(view: Snapshot) -> pd.DataFrame:
    """The seats as places in ``view.nodes``: member, gremium, and institution (-1 where unknown)."""
    held = seats_of(view)
    return view.once("plain seat places", lambda: pd.DataFrame({name: places(view, held[name]) for name in ("member", "gremium", "institution")}))


def home_places(view: Snapshot) -> pd.DataFrame:
    """Who lies in which area or a part of it, as places in ``view.nodes``: thing and area."""
    at = located(view)
    return view.once("plain home places", lambda: pd.DataFrame({name: places(view, at[name]) for name in ("thing", "area")}))


def where(frame: pd.DataFrame, flags: Iterable[bool]) -> pd.DataFrame:
    """The rows that a flag keeps, also of an empty table."""
    return frame[np.fromiter(flags, dtype=bool, count=len(frame))]


def _rows_by_type(view: Snapshot) -> dict[str, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    codes, names = pd.factorize(view.edges["type"])
    order = np.argsort(codes, kind="stable")
    first = np.searchsorted(codes[order], np.arange(len(names) + 1))
    return {str(name): order[first[place] : first[place + 1]] for place, name in enumerate(names)}


def wholes(view: Snapshot, level: str = "") -> pd.DataFrame:
    """Every area with every area (of ``level``) that it is or is part of: columns ``part`` and ``whole``. A Sozialraum is a whole of its Stadtteile."""
    return view.once(f"wholes {level}", lambda: _wholes(view, level))


def _wholes(view: Snapshot, level: str) -> pd.DataFrame:
    pairs = [(part, whole) for whole in areas_at(view, level) for part in view.areas.within([whole])]
    return pd.DataFrame(pairs, columns=["part", "whole"], dtype=object)


def areas_at(view: Snapshot, level: str = "") -> list[str]:
    """The areas of ``level`` (all without one), by name."""
    areas = view.nodes[view.nodes["type"] == "Area"]
    if level:
        areas = areas[areas["level"] == level] if "level" in areas.columns else areas.iloc[:0]
    return list(areas.sort_values("name", kind="stable").index)


def located(view: Snapshot, level: str = "", edges: Sequence[str] = ("LOCATED_IN",)) -> pd.DataFrame:
    """Who lies in (or with ``SERVES`` among ``edges``: is there for) which area of ``level`` or a part of it: ``thing`` and ``area``, each pair once."""
    return view.once(f"located {level} {','.join(edges)}", lambda: _located(view, level, edges))


def _located(view: Snapshot, level: str, edges: Sequence[str]) -> pd.DataFrame:
    at = edges_of(view, edges).merge(wholes(view, level), left_on="end", right_on="part")
    return at[["start", "whole"]].set_axis(["thing", "area"], axis=1).drop_duplicates(ignore_index=True)


def table(about: Analysis, rows: pd.DataFrame | list[dict[str, object]], of: int, n: int | None = None) -> pd.DataFrame:
    """The result with the columns of its header. ``n`` (else the number of rows) and ``of`` are kept in ``attrs``, also where no row is left to say them."""
    frame = pd.DataFrame(rows, columns=[column.name for column in about.columns]).reset_index(drop=True)
    frame.attrs |= {"n": len(frame) if n is None else n, "of": of}
    return frame


# ---- words ------------------------------------------------------------------------------------------


def many(n: int, one: Text, more: Text, language: str) -> str:
    """A number with its word: "1 Angebot", "1.200 Angebote"."""
    figure = f"{n:,}" if language == "en" else f"{n:,}".replace(",", ".")
    return f"{figure} {(one if n == 1 else more).in_(language)}"


def typed(n: int, name: str, language: str) -> str:
    """So many things of a type: "2 Projekte"."""
    return many(n, schema.NODES[name].label, schema.NODES[name].plural, language)


def kind_words(kind: str, value: object, language: str) -> str:
    """The word of a kind ("Kita"), of the type where it has none."""
    choice = schema.NODES[kind].field("kind").choice(value)
    return (choice.label if choice else schema.NODES[kind].label).in_(language)


def names(view: Snapshot, ids: Iterable[str], most: int = 5, language: str = "de") -> str:
    """What these are called, by name; beyond ``most`` only how many more."""
    known: dict[str, object] = view.once("names", lambda: {str(key): name for key, name in view.labels.items()})
    called = sorted(str(known[key]) for key in dict.fromkeys(ids) if isinstance(known.get(key), str))
    more = len(called) - most
    return ", ".join(called[:most]) + ("" if more <= 0 else f" {Text('und', 'and').in_(language)} {more} {Text('weitere', 'more').in_(language)}")


def day_words(iso: object, language: str) -> str:
    """A date as people write it: "31.12.2027", "12/2027", "2027"; "" for none."""
    if not isinstance(iso, str):
        return ""
    return iso if language == "en" or len(iso) == 4 else "/".join(reversed(iso.split("-"))) if len(iso) == 7 else ".".join(reversed(iso[:10].split("-")))


def months_on(day: str, months: int) -> str:
    """The day so many months later (earlier, where negative): the last of its month where that is shorter."""
    start = date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return (date.min if year < date.min.year else date.max).isoformat()
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).isoformat()
