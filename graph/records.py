"""What a source says, in the form in which the ledger keeps it: nodes and edges under stable keys.

A key is global. An official id is a key of the form ``scheme:value`` (``schulnummer:101321``,
``ags:05112000``); a key of a list names file, sheet and row key (``netzwerk.xlsx#Gremien/Lenkungskreis``).
Equal keys, and keys that carry an equal identifier, are the same thing (:mod:`graph.identity`).
An edge's end is any key or identifier; it may belong to another dataset and need not exist yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.model import Value


@dataclass(frozen=True, slots=True)
class Where:
    """Where a person finds it: file name, sheet ("" where there is none), row as Excel or an editor counts."""

    file: str = ""
    sheet: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """One thing, as one source describes it."""

    type: str
    key: str
    fields: Mapping[str, Value]
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class Edge:
    """One relationship, as one source describes it; ``since`` and ``until`` stand in ``fields``."""

    type: str
    start: str
    end: str
    fields: Mapping[str, Value] = field(default_factory=dict)
    where: Where = field(default_factory=Where)


Record = Node | Edge


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a run replaces as a whole: one edition of a register, one workbook, one file of areas.

    ``name`` is stable between runs (``schools_nrw:2024/25``, ``tables:netzwerk.xlsx``), ``as_of`` the ISO
    date that its statements stand for, ``rank`` the precedence where two disagree (higher shows first;
    official registers 20, lists 10).
    """

    name: str
    source: str
    title: str
    as_of: str
    rank: int = 10
