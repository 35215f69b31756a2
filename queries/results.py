"""Results of analyses in the form in which they are shown and taken along."""

from __future__ import annotations

from typing import Any

import pandas as pd

from graph.snapshot import Snapshot
from queries.catalog import Analysis


def table(frame: pd.DataFrame, about: Analysis) -> pd.DataFrame:
    """Just the promised columns, in their order, also where one of them is the index."""
    names = [column.name for column in about.columns]
    made = frame.reset_index() if frame.index.name in names else frame.reset_index(drop=True)
    shown = made[names].astype(object)
    shown = shown.where(shown.notna(), None)
    shown.attrs |= frame.attrs
    return shown


def node_columns(shown: pd.DataFrame, snapshot: Snapshot) -> list[str]:
    """The columns that hold ids of things of the network, and nothing else."""
    index = snapshot.nodes.index
    found = []
    for name in shown.columns:
        values = shown[name].dropna()
        if len(values) and all(isinstance(value, str) for value in values) and pd.Index(values.unique()).isin(index).all():
            found.append(str(name))
    return found


def with_names(shown: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
    """The table with a column ``…_name`` behind each that holds ids."""
    ids = node_columns(shown, snapshot)
    columns: dict[str, pd.Series[Any]] = {}
    for name in shown.columns:
        columns[name] = shown[name]
        if name in ids and f"{name}_name" not in shown.columns:
            columns[f"{name}_name"] = shown[name].map(snapshot.labels)
    return pd.DataFrame(columns, index=shown.index)


def as_csv(table: pd.DataFrame) -> bytes:
    """CSV that German Excel opens by a double click; no cell can become a formula there."""

    def tame(value: object) -> object:
        return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value

    return table.map(tame).to_csv(index=False, sep=";").encode("utf-8-sig")
