"""Two-step floating catchments: how the places of sites are shared by the people of the areas around them.

Luo, W. & Wang, F. (2003): Measures of spatial accessibility to health care in a GIS environment. Environment and Planning B
30, 865-884. Step 1: each site shares its places among all people within its catchment. Step 2: an area adds up the shares of
all sites within its own. The method is these two lines of matrices; pysal's ``access`` gives the same numbers (checked with
1.1.10), but brings geopandas and a GDAL with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from graph.snapshot import Snapshot
from queries.area_borders import ground


@dataclass(frozen=True, eq=False)
class Catchments:
    """Areas x sites. ``sites``: which of the given things have coordinate and places; ``near``: which of these are within reach of an area.

    ``usable``: areas whose middle and people are known. ``places``: of each site.
    """

    sites: NDArray[np.bool_]
    places: NDArray[np.float64]
    near: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    people: NDArray[np.float64]

    def per_person(self) -> NDArray[np.float64]:
        """Places of each site for each person who can reach it; a site that nobody can reach gives nothing."""
        demand = np.where(self.usable, self.people, 0.0) @ self.near
        return np.asarray(np.divide(self.places, demand, out=np.zeros(len(self.places)), where=demand > 0))


def catchments(snapshot: Snapshot, areas: Sequence[str], people: NDArray[np.float64], things: pd.DataFrame, distance: float) -> Catchments:
    """Which of ``things`` (rows of ``nodes``) are within ``distance`` km of the middle of each of ``areas``, as the crow flies.

    ``people``: of each area, NaN where they are not known.
    """
    numbers = [things[name].astype(float) if name in things.columns else pd.Series(np.nan, index=things.index) for name in ("lat", "lon", "places")]
    sites = np.logical_and.reduce([column.notna().to_numpy() for column in numbers])
    lat, lon, places = (np.asarray(column.to_numpy()[sites], dtype=np.float64) for column in numbers)
    flat = ground(snapshot)
    middles = [flat.shapes[key].representative_point() if key in flat.shapes else None for key in areas]
    usable = np.array([middle is not None for middle in middles], dtype=bool) & ~np.isnan(people)
    spots = shapely.points(flat.points(lat, lon))
    near = np.zeros((len(areas), len(places)), dtype=bool)
    for place in np.flatnonzero(usable):
        near[place] = shapely.distance(middles[place], spots) <= distance
    return Catchments(sites, places, near, usable, people)
