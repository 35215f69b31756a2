"""A told story: actors that stand out of a picture, and who else is tied to two or more of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from views.drawing import Drawing

SEVERAL = 2
NAMED_MOST = 12
"""So many of those tied to two or more are drawn by themselves; more of them would leave no row for anybody else."""


@dataclass(frozen=True)
class Story:
    """Whom a picture brings forward. ``actors`` stand out; ``several`` are tied to two or more of them.

    ``gremien``: all who stand out are Gremien, and what ties to them is a seat.
    """

    actors: frozenset[str]
    several: frozenset[str]
    gremien: bool
    named: frozenset[str] = field(default=frozenset(), compare=False)
    """Who is never folded away: all who stand out, and of ``several`` those with the most ties."""

    def marks(self, drawing: Drawing) -> dict[str, list[Any]]:
        """The places of both in the nodes of ``drawing``, and the kinds of tie that are drawn. A fold belongs to them where all of its members do."""

        def places(wanted: Collection[str]) -> list[int]:
            return [at for at, node in enumerate(drawing.nodes) if set(drawing.folded.get(node["id"], [node["id"]])) <= set(wanted)]

        told = places(self.actors)
        mine = set(told)
        return {"actors": told, "several": places(self.several), "kinds": sorted({kind for a, b, kind, _n in drawing.ties if a in mine or b in mine})}


def story(actors: pd.DataFrame, ties: pd.DataFrame, emphasis: Collection[str]) -> Story | None:
    """The story of ``emphasis`` (ids) in a picture of ``actors`` and ``ties``; None where none of them is in it.

    Of Gremien that stand out, the institutions with a seat in two or more are meant; of others, whoever has a
    tie of any kind to two or more.
    """
    told = frozenset(emphasis) & frozenset(actors.index)
    if not told:
        return None
    gremien = bool((actors.loc[sorted(told), "type"] == "Gremium").all())
    if gremien:
        ties = ties[(ties["kind"] == "MEMBER_OF") & ties["a"].isin(actors.index[actors["type"] == "Institution"])]
    there = pd.DataFrame({"who": [*ties["a"], *ties["b"]], "whom": [*ties["b"], *ties["a"]]})
    there = there[there["whom"].isin(told) & ~there["who"].isin(told)]
    partners = there.groupby("who")["whom"].nunique()
    several = {str(i): int(n) for i, n in partners.items() if n >= SEVERAL}
    foremost = sorted(several, key=lambda i: (-several[i], i))[:NAMED_MOST]
    return Story(told, frozenset(several), gremien, told | frozenset(foremost))
