"""The relationships of an actor, grouped by kind; what has ended stands folded below."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from views.profile import rows
from views.profile.facts import period
from views.profile.rows import Part, Row
from views.words import _, day, number


def parts(relations: pd.DataFrame) -> list[Part]:
    """Each kind with its count, who, since when and where it is known from. ``relations``: network/relations."""
    return [_part(label, group) for _key, label, group in groups(relations)]


def former(relations: pd.DataFrame) -> list[Part]:
    """What has ended, in a fold."""
    title = f"{_('Früher')} · {number(len(relations))}"
    return [_part(label, group, title) for _key, label, group in groups(relations)]


def groups(relations: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Key, label and rows of each kind, in the order of the relations."""
    for (edge, direction), group in relations.groupby(["type", "direction"], sort=False):
        yield f"{edge}_{direction}", str(group["label"].iloc[0]), group


def more(row: object) -> str:
    """What is known of one relationship besides the other end."""
    return rows.told(getattr(row, "detail", ""), period(getattr(row, "since", None), getattr(row, "until", None)))


def _part(label: str, group: pd.DataFrame, fold: str = "") -> Part:
    every = list(group.itertuples())
    origins = [(row.source, row.as_of) for row in every]
    several = len(set(origins)) > 1
    shown = [
        Row(row.other, row.other_type, row.other_name, more(row), f"{row.source}, {day(row.as_of)}" if several and isinstance(row.source, str) else "")
        for row in every
    ]
    return rows.part(shown, label, len(shown), note=rows.known_from(origins), fold=fold)
