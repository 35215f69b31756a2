"""What has become of the gaps between two days: closed, opened, still open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, AnalysisError, Column, Parameter
from queries.coverage_cube import cube
from queries.coverage_slices import AS_OF, FILTERS, LEVEL, WITHIN, filters, ordered

ABOUT = Analysis(
    title=Text("Lücken seit einem Tag", "Gaps since a day"),
    question=Text(
        "Welche Lücken haben sich seit der letzten Sitzung geschlossen, welche sind neu, welche noch offen?",
        "Which gaps have closed since the last meeting, which opened, which are still open?",
    ),
    reading=Text(
        "Eine Zeile ist ein Feld aus Gebiet, Thema und Bildungsphase, das an einem der beiden Tage leer war. closed: damals leer, jetzt nicht; "
        "opened: jetzt leer, damals nicht; open: an beiden Tagen leer. Verglichen wird, was nach heutigem Wissen an den beiden Tagen galt: "
        "was erst später bekannt wurde, zählt für damals mit.",
        "One row is a cell of area, theme and stage that was empty on one of the two days. closed: empty then, not now; "
        "opened: empty now, not then; open: empty on both days. Compared is what held on the two days as we know it today: "
        "what became known only later counts for then, too.",
    ),
    columns=(
        Column("change", Text("Veränderung", "Change")),
        Column("area", Text("Gebiet (Kennung)", "Area (id)")),
        Column("area_name", Text("Gebiet", "Area")),
        Column("theme", Text("Thema (Kennung)", "Theme (id)")),
        Column("theme_name", Text("Thema", "Theme")),
        Column("stage", Text("Bildungsphase (Kennung)", "Stage (id)")),
        Column("stage_name", Text("Bildungsphase", "Stage")),
        Column("before", Text("Damals", "Then")),
        Column("now", Text("Jetzt", "Now")),
        Column("state_before", Text("Stand damals", "State then")),
        Column("state_now", Text("Stand jetzt", "State now")),
    ),
    parameters=(
        Parameter("since", Text("Seit", "Since"), "date", required=True),
        LEVEL,
        WITHIN,
        *FILTERS,
        AS_OF,
    ),
)

CHANGES = ("opened", "open", "closed")
_AXES = ("Area", "Theme", "Stage")


def run(
    snapshot: Snapshot, since: str, level: str = "district", within: list[str] | None = None, theme: str = "", stage: str = "", group: str = "", as_of: str = ""
) -> pd.DataFrame:
    """One row per gap of one of the two days; new ones first, then those still open, then the closed ones.

    A pair of theme and stage that exists nowhere on either day is no gap. Raises ``AnalysisError`` where ``since`` is not before the day.
    """
    now = cube(snapshot, as_of)
    if since >= now.day:
        raise AnalysisError(f"„Seit“ ({since}) muss vor dem Stand ({now.day}) liegen")
    then = cube(snapshot, since)
    kept = filters(now, area="", theme=theme, stage=stage, group=group)
    only = {"TargetGroup": group} if group else {}
    counts = [found.counts(_AXES, only) for found in (then, now)]
    surveys = [found.checked(_AXES, {}) >= 0 for found in (then, now)]
    asked = (then.asked() | now.asked())[None]
    wanted = asked & ((counts[0] == 0) | (counts[1] == 0))
    wanted &= np.isin(np.arange(len(wanted)), ordered(now, "Area", level, within or ()))[:, None, None]
    for axis, name in enumerate(_AXES):
        if name in kept:
            wanted &= (np.arange(wanted.shape[axis]) == now.dimensions[name].place(kept[name])).reshape([-1 if n == axis else 1 for n in range(3)])
    cells = np.argwhere(wanted)
    at = tuple(cells.T)
    frame = pd.DataFrame({"before": counts[0][at], "now": counts[1][at]})
    frame["change"] = np.select([frame["now"] > 0, frame["before"] > 0], ["closed", "opened"], "open")
    for state, column, survey in (("state_before", "before", surveys[0][at]), ("state_now", "now", surveys[1][at])):
        frame[state] = np.select([frame[column] > 0, survey], ["covered", "checked"], "unknown")
    names = snapshot.nodes["name"]
    for axis, (name, column) in enumerate(zip(_AXES, ("area", "theme", "stage"), strict=True)):
        frame[column] = now.dimensions[name].ids[cells[:, axis]].astype(object)
        frame[f"{column}_name"] = names.reindex(frame[column]).to_numpy(dtype=object)
    frame["order"] = frame["change"].map({name: place for place, name in enumerate(CHANGES)})
    return frame.sort_values(["order", "area_name", "theme_name", "stage_name", "area"], ignore_index=True)[[c.name for c in ABOUT.columns]]
