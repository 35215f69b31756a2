"""How many places people of an area can reach, where capacities and coordinates are known: two-step floating catchment (``queries.catchments``)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries.area_needs import needs
from queries.catalog import Analysis, AnalysisError, Column, Parameter
from queries.catchments import catchments
from queries.coverage_cube import cube
from queries.coverage_slices import AS_OF, FILTERS, LEVEL, filters, ordered
from queries.network.area_values import counted

ABOUT = Analysis(
    title=Text("Erreichbare Plätze", "Places within reach"),
    question=Text(
        "Wie viele Plätze erreichen die Menschen eines Gebiets im Umkreis, gemessen an allen, die sie sich teilen?",
        "How many places can people of an area reach, given all who share them?",
    ),
    reading=Text(
        "Zweistufige Einzugsgebiete (2SFCA, Luo und Wang 2003): Jeder Standort teilt seine Plätze durch alle Menschen, deren Gebiet im Umkreis liegt; "
        "ein Gebiet bekommt die Summe dieser Anteile aller Standorte im Umkreis, je 100 Menschen. Gemessen wird von der Mitte des Gebiets, in Luftlinie. "
        "Es zählen nur Standorte mit Koordinate und Plätzen; sites und places sagen, wie viele das im Umkreis sind, without, wie viele insgesamt fehlen.",
        "Two-step floating catchment (2SFCA, Luo and Wang 2003): each site divides its places by all people whose area lies within its catchment; "
        "an area gets the sum of these shares of all sites within its own, for 100 people. Measured from the middle of the area, as the crow flies. "
        "Only sites with coordinate and places count; sites and places say how many those are within reach, without how many are missing altogether.",
    ),
    columns=(
        Column("area", Text("Gebiet (Kennung)", "Area (id)")),
        Column("area_name", Text("Gebiet", "Area")),
        Column("reach", Text("Erreichbare Plätze je 100", "Places within reach per 100")),
        Column("people", Text("Menschen", "People")),
        Column("sites", Text("Standorte im Umkreis", "Sites within reach")),
        Column("places", Text("Plätze im Umkreis", "Places within reach")),
        Column("without", Text("Ohne Koordinate oder Plätze", "Without coordinate or places")),
    ),
    parameters=(
        Parameter("people", Text("Kennzahl der Menschen (leer: alle)", "Indicator of people (empty: all)"), "node", ""),
        Parameter("supply", Text("Was Plätze hat (Offer, Institution/kita)", "What has places (Offer, Institution/kita)"), "text", "Offer"),
        Parameter("distance", Text("Umkreis in km", "Catchment in km"), "number", 2.0),
        replace(LEVEL, default="quarter"),
        *FILTERS,
        AS_OF,
    ),
)


def run(
    snapshot: Snapshot,
    people: str = "",
    supply: str = "Offer",
    distance: float = 2.0,
    level: str = "quarter",
    theme: str = "",
    stage: str = "",
    group: str = "",
    as_of: str = "",
) -> pd.DataFrame:
    """One row per area of the level, the worst off first; ``reach`` is NaN where area or people are not known.

    ``supply`` is a type of ``network/area_values`` (``Institution/kita``). Raises ``AnalysisError`` for an indicator without
    values and for a distance that is not above nought.
    """
    if not distance > 0:
        raise AnalysisError(f"Der Umkreis muss größer als 0 km sein; angegeben ist {distance:g}")
    found = cube(snapshot, as_of)
    known = needs(snapshot, found.day)
    people = people or min(known.people, key=lambda key: known.names[key], default="")
    if people and people not in known.values.columns:
        raise AnalysisError(f"„{people}“ ist keine Kennzahl mit Werten für Gebiete; möglich sind: {', '.join(known.values.columns) or 'keine'}")
    kept = filters(found, area="", theme=theme, stage=stage, group=group)
    kind = supply.partition("/")[0]
    wanted = set(found.ids(found.chosen(kept, (kind,)))) & set(counted(snapshot, supply))
    sites = snapshot.nodes.loc[sorted(wanted)]
    ids = found.dimensions["Area"].ids[ordered(found, "Area", level)]
    heads = known.values[people].reindex(ids).to_numpy(dtype=float) if people else np.full(len(ids), np.nan)
    around = catchments(snapshot, list(map(str, ids)), heads, sites, distance)
    near, usable = around.near, around.usable
    frame = pd.DataFrame({"area": ids.astype(object), "people": heads, "sites": near.sum(axis=1), "places": near @ around.places})
    frame["without"] = int((~around.sites).sum())
    frame["area_name"] = snapshot.nodes["name"].reindex(ids).to_numpy(dtype=object)
    frame["reach"] = np.where(usable, 100 * (near @ around.per_person()), np.nan)
    return frame.sort_values(["reach", "area_name"], ignore_index=True)[[c.name for c in ABOUT.columns]]
