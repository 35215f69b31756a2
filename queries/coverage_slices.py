"""Which part of the coverage cube an analysis looks at: the parameters that say so, and the values in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from graph.model import Text
from queries import standing
from queries.catalog import AnalysisError, Parameter
from queries.coverage_cube import Cube, Mask

LEVEL, AS_OF = standing.LEVEL, standing.AS_OF
WITHIN = Parameter("within", Text("Nur Teile von", "Only parts of"), "nodes", of=("Area",))
AREA = Parameter("area", Text("Gebiet", "Area"), "node", "", of=("Area",))
FILTERS = (
    Parameter("theme", Text("Thema", "Theme"), "node", "", of=("Theme",)),
    Parameter("stage", Text("Bildungsphase", "Stage"), "node", "", of=("Stage",)),
    Parameter("group", Text("Zielgruppe", "Target group"), "node", "", of=("TargetGroup",)),
)


def filters(found: Cube, *, area: str, theme: str, stage: str, group: str) -> dict[str, str]:
    """The filters that are set, by dimension. Raises ``AnalysisError`` for a value that there is not."""
    given = {"Area": area, "Theme": theme, "Stage": stage, "TargetGroup": group}
    for name, value in given.items():
        if value and value not in found.dimensions[name].ids:
            raise AnalysisError(f"„{value}“ gibt es nicht unter {name}")
    return {name: value for name, value in given.items() if value}


def ordered(found: Cube, name: str, level: str, within: Sequence[str] = ()) -> list[int]:
    """The places of a dimension's values as they are shown: areas of the level (and within these) and themes by name, stages by their order.

    A Sozialraum is within an area where one of its Stadtteile is.
    """
    dimension, nodes = found.dimensions[name], found.snapshot.nodes
    rows = nodes.loc[dimension.ids]
    mine = np.ones(len(rows), dtype=bool)
    if name == "Area":
        mine = (rows["level"] == level).to_numpy() if "level" in rows.columns else np.zeros(len(rows), dtype=bool)
        if within:
            mine = mine & _touching(found, within)
    order = rows["order"] if name == "Stage" and "order" in rows.columns else pd.Series(0.0, index=rows.index)
    keys = pd.DataFrame({"order": order.astype(float), "name": rows["name"].astype(str).str.casefold(), "at": np.arange(len(rows))})
    return [int(at) for at in keys[mine].sort_values(["order", "name", "at"])["at"]]


def _touching(found: Cube, within: Sequence[str]) -> Mask:
    """Which areas are parts of these, or have a part in common with them."""
    inside, nodes = found.within([area for area in within if area in found.dimensions["Area"].ids]), found.snapshot.nodes
    spaces = (nodes["level"].loc[found.dimensions["Area"].ids] == "social_space").to_numpy(dtype=bool)
    return np.asarray(inside | (spaces & (found.whole @ inside.astype(np.int32) > 0)))
