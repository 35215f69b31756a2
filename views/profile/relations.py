"""The relationships of an actor, grouped by kind; what has ended stands folded below."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import streamlit as st

from views.profile import rows
from views.profile.facts import period
from views.profile.marks import safe
from views.profile.rows import Row, Select
from views.words import _, day, number


def show(actor: str, relations: pd.DataFrame, select: Select) -> None:
    """Each kind with its count, who, since when and where it is known from. ``relations``: network/relations."""
    for key, label, group in groups(relations):
        rows.heading(label, len(group))
        _group(actor, key, group, select)


def former(actor: str, relations: pd.DataFrame, select: Select) -> None:
    """What has ended, in a fold."""
    if relations.empty:
        return
    with st.expander(f"{_('Früher')} · {number(len(relations))}"):
        for key, label, group in groups(relations):
            st.markdown(f"**{safe(label)}** · {number(len(group))}")
            _group(actor, f"former_{key}", group, select)


def groups(relations: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Key, label and rows of each kind, in the order of the relations."""
    for (edge, direction), group in relations.groupby(["type", "direction"], sort=False):
        yield f"{edge}_{direction}", str(group["label"].iloc[0]), group


def more(row: object) -> str:
    """What is known of one relationship besides the other end."""
    return rows.told(getattr(row, "detail", ""), period(getattr(row, "since", None), getattr(row, "until", None)))


def _group(actor: str, key: str, group: pd.DataFrame, select: Select) -> None:
    origins = [(row.source, row.as_of) for row in group.itertuples()]
    several = len(set(origins)) > 1
    shown = [
        Row(row.other, row.other_type, row.other_name, more(row), f"{row.source}, {day(row.as_of)}" if several and isinstance(row.source, str) else "")
        for row in group.itertuples()
    ]
    rows.show(shown, f"go_{actor}_{key}", select)
    rows.known_from(origins)
