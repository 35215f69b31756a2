"""The matrix of coverage: what there is for every pair of two dimensions, the other two as filters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, AnalysisError, Column, Parameter
from queries.coverage_cube import BESIDE, DIMENSIONS, SUPPLY, Counts, Cube, Mask, cube
from queries.coverage_slices import AREA, AS_OF, FILTERS, LEVEL, WITHIN, filters, ordered

ABOUT = Analysis(
    title=Text("Abdeckung", "Coverage"),
    question=Text(
        "Wo gibt es für ein Thema, eine Bildungsphase, eine Zielgruppe etwas, und wo nichts?",
        "Where is there something for a theme, a stage, a target group, and where nothing?",
    ),
    reading=Text(
        "Eine Zeile ist ein Feld der Matrix. Als Versorgung zählen Angebote und Projekte, die am Stichtag laufen, jedes einmal je Gebiet: was für ein Gebiet "
        "zuständig ist, gilt auch für seine Teile; was darin liegt, zählt darüber einmal mit. Gremien und Institutionen stehen daneben. "
        "covered: es gibt etwas; checked: eine Erhebung fand nichts; unknown: niemand hat gefragt. "
        "empty: wie viele Paare aus Thema und Phase in dem Feld leer sind, obwohl es sie anderswo gibt. asked: gibt es so etwas überhaupt irgendwo?",
        "One row is one cell of the matrix. Supply are Angebote and Projekte at work on the day, each once for an area: what serves an area "
        "counts for its parts, too; what lies in it counts once above. Gremien and institutions stand beside it. "
        "covered: there is something; checked: a survey found nothing; unknown: nobody has asked. "
        "empty: how many pairs of theme and stage in the cell are empty although they exist elsewhere. asked: is there such a thing anywhere at all?",
    ),
    denominator=Text("alle Felder der Matrix", "all cells of the matrix"),
    columns=(
        Column("row", Text("Zeile (Kennung)", "Row (id)")),
        Column("row_name", Text("Zeile", "Row")),
        Column("column", Text("Spalte (Kennung)", "Column (id)")),
        Column("column_name", Text("Spalte", "Column")),
        Column("state", Text("Stand", "State")),
        Column("n", Text("Angebote und Projekte", "Offers and projects")),
        Column("providers", Text("Verschiedene Träger", "Different providers")),
        Column("offers", Text("Angebote", "Offers")),
        Column("projects", Text("Projekte", "Projects")),
        Column("institutions", Text("Institutionen daneben", "Institutions beside")),
        Column("gremien", Text("Gremien daneben", "Committees beside")),
        Column("empty", Text("Leere Paare darin", "Empty pairs in it")),
        Column("empty_checked", Text("Davon geprüft", "Of these checked")),
        Column("asked", Text("Gibt es irgendwo", "Exists somewhere")),
        Column("checked_on", Text("Geprüft am", "Checked on")),
        Column("checked_by", Text("Geprüft von", "Checked by"), personal=True),
    ),
    parameters=(
        Parameter("rows", Text("Zeilen", "Rows"), "text", "Area"),
        Parameter("columns", Text("Spalten", "Columns"), "text", "Theme"),
        LEVEL,
        WITHIN,
        AREA,
        *FILTERS,
        AS_OF,
    ),
)


def run(
    snapshot: Snapshot,
    rows: str = "Area",
    columns: str = "Theme",
    level: str = "district",
    within: list[str] | None = None,
    area: str = "",
    theme: str = "",
    stage: str = "",
    group: str = "",
    as_of: str = "",
) -> pd.DataFrame:
    """One row per cell, row by row, in the order in which :func:`ordered` has the values.

    ``rows`` and ``columns`` are two of ``Area``, ``Theme``, ``Stage``, ``TargetGroup``; a filter on one of these two is
    ignored. Raises ``AnalysisError`` for other words, and for a filter that there is not.
    """
    if rows not in DIMENSIONS or columns not in DIMENSIONS or rows == columns:
        raise AnalysisError(f"Zeilen und Spalten sind zwei verschiedene von {', '.join(DIMENSIONS)}; angegeben ist „{rows}“ und „{columns}“")
    found = cube(snapshot, as_of)
    kept = filters(found, area=area, theme=theme, stage=stage, group=group)
    kept = {name: value for name, value in kept.items() if name not in (rows, columns)}
    axes = (rows, columns)
    shown = [ordered(found, name, level, within or ()) for name in axes]
    cells = np.ix_(*shown)
    counts = {name: found.counts(axes, kept, (name,))[cells].ravel() for name in (*SUPPLY, *BESIDE)}
    n = sum((counts[name] for name in SUPPLY), np.zeros(1, dtype=np.intp))
    newest = found.checked(axes, kept)[cells].ravel()
    empty, checked, asked = (table[cells].ravel() for table in _pairs(found, axes, kept))
    names = snapshot.nodes["name"]
    ids = [found.dimensions[name].ids[places] for name, places in zip(axes, shown, strict=True)]
    surveys = found.checks.rows
    known = (newest >= 0) & (n == 0)
    return pd.DataFrame(
        {
            "row": np.repeat(ids[0], len(ids[1])),
            "row_name": np.repeat(names[ids[0]].to_numpy(), len(ids[1])),
            "column": np.tile(ids[1], len(ids[0])),
            "column_name": np.tile(names[ids[1]].to_numpy(), len(ids[0])),
            "state": np.where(n > 0, "covered", np.where(known, "checked", "unknown")),
            "n": n,
            "providers": found.carriers(axes, kept, shown)[cells].ravel(),
            "offers": counts["Offer"],
            "projects": counts["Project"],
            "institutions": counts["Institution"],
            "gremien": counts["Gremium"],
            "empty": empty,
            "empty_checked": checked,
            "asked": asked,
            "checked_on": [surveys.at[place, "date"] if here else None for place, here in zip(newest, known, strict=True)],
            "checked_by": [surveys.at[place, "by"] if here else None for place, here in zip(newest, known, strict=True)],
        }
    )


def _pairs(found: Cube, axes: Sequence[str], kept: dict[str, str]) -> tuple[Counts, Counts, Mask]:
    """For each cell: how many pairs of theme and stage are empty in it, how many of these were surveyed, and does one of them exist anywhere."""
    both = [name for name in ("Theme", "Stage") if name not in axes]
    full = (*axes, *both)
    open_ = {name: value for name, value in kept.items() if name not in both}
    counts, newest = found.counts(full, open_), found.checked(full, open_)
    asked = found.asked()
    asked = asked if [name for name in full if name in ("Theme", "Stage")] == ["Theme", "Stage"] else asked.T
    asked = np.broadcast_to(asked[tuple(slice(None) if name in ("Theme", "Stage") else None for name in full)], counts.shape)
    for name in both:
        if name in kept:
            place, axis = [found.dimensions[name].place(kept[name])], full.index(name)
            counts, newest, asked = counts.take(place, axis=axis), newest.take(place, axis=axis), asked.take(place, axis=axis)
    over = tuple(range(2, len(full)))
    empty = (counts == 0) & asked
    return empty.sum(axis=over), (empty & (newest >= 0)).sum(axis=over), np.asarray(asked.any(axis=over))
