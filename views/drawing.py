"""A picture of the network: who is drawn, where, and with which ties; ready to be sent to the browser."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from graph import schema
from views import folding, layout
from views.positions import Positions
from views.words import translate

SIDE_ROWS = 34
"""Rows of a bow of the Steuerungsbild: as many as fit on a screen of 1080 lines without scrolling."""
MIDDLE_ROWS = 44
NET_NODES = 120
"""Symbols of the Netz: with more of them most names would find no place."""
_AREAS = "-areas"


@dataclass(frozen=True)
class Drawing:
    """A drawing as plain lists and dicts (JSON). ``ties`` and lists of members name nodes by their place in ``nodes``.

    ``folded`` lists the actors in each fold; ``left_out`` counts, by type, who is never in this drawing.
    ``message`` says in words why there is nothing to see, where that is so. ``version`` changes with the content.
    """

    name: str
    scope: str
    nodes: list[dict[str, Any]] = field(default_factory=list)
    ties: list[list[Any]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    bands: list[dict[str, Any]] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    hulls: list[dict[str, Any]] = field(default_factory=list)
    rows: float = 0.0
    folded: dict[str, list[str]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    message: str = ""

    @property
    def version(self) -> str:
        """A hash of everything that is drawn."""
        content = json.dumps(self.content(), sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()

    def content(self) -> dict[str, Any]:
        """What the script draws from."""
        parts = ("name", "scope", "nodes", "ties", "kinds", "bands", "frames", "hulls", "rows", "opened", "message")
        return {part: getattr(self, part) for part in parts}

    def node_of(self, actor: str | None) -> str | None:
        """The id of the node that shows ``actor``: itself, or the fold that it is in; None where it is not drawn."""
        if any(node["id"] == actor for node in self.nodes):
            return actor
        return next((fold for fold, members in self.folded.items() if actor in members), None)


def draw(
    name: str,
    actors: pd.DataFrame,
    ties: pd.DataFrame,
    *,
    scope: str,
    positions: Positions,
    language: str,
    opened: frozenset[str] = frozenset(),
) -> Drawing:
    """Draws ``actors`` (``queries.network.area_actors``) and ``ties`` (``queries.network.ties``).

    ``name`` is "steuerungsbild" or "netz". ``scope`` names what the picture is of; positions are kept for
    each scope. ``opened`` are folds (their ids) that the reader wants open. Ties whose ends are not both
    drawn are left out. Raises ``ValueError`` for another name.
    """
    if name not in ("steuerungsbild", "netz"):
        raise ValueError(f"Eine Darstellung „{name}“ gibt es nicht; bekannt sind steuerungsbild und netz")
    actors = actors.sort_index()
    stands = {i: "all" if name == "netz" else layout.column_of(row) for i, row in actors.to_dict("index").items()}
    columns = pd.Series(stands, dtype=object)
    drawn = columns.index[columns != ""]
    left_out = {str(k): int(v) for k, v in actors["type"][columns.index[columns == ""]].value_counts().items()}
    actors = actors.loc[drawn]
    if actors.empty:
        return Drawing(name, scope, message=_empty_message(left_out, language), left_out=left_out)
    ties = ties[ties["a"].isin(actors.index) & ties["b"].isin(actors.index)]
    limits = {"left": SIDE_ROWS, "right": SIDE_ROWS, "middle": MIDDLE_ROWS} if name == "steuerungsbild" else {"all": NET_NODES}
    tied = _tied(ties, columns)
    folded = folding.fold(actors, ties, columns=columns, limits=limits, tied=tied, language=language, opened=opened)
    plan = _plan(name, folded, scope, positions)
    return _assemble(name, scope, folded, plan, left_out, language, opened)


def _empty_message(left_out: dict[str, int], language: str) -> str:
    if left_out:
        return translate("Von den gewählten Arten zeichnet diese Darstellung keine. Wählen Sie oben weitere Arten oder die Darstellung Netz.", language)
    return translate("In diesem Gebiet ist noch niemand erfasst.", language)


def _tied(ties: pd.DataFrame, columns: pd.Series[str]) -> set[str]:
    """Who has a tie that counts: in the Steuerungsbild one with the middle column, in the Netz any."""
    middle = set(columns.index[columns.isin(["middle", "all"])])
    through_b = ties.loc[ties["b"].isin(middle), "a"]
    through_a = ties.loc[ties["a"].isin(middle), "b"]
    return set(through_b) | set(through_a)


def _plan(name: str, folded: folding.Folded, scope: str, positions: Positions) -> layout.Plan:
    """Lays out and keeps the positions of those who are new."""
    if name == "steuerungsbild":
        plan = layout.steuerungsbild(folded.actors, folded.ties, positions.load(name, scope))
        positions.save(name, scope, plan.keep)
        return plan
    by_area = positions.load(name + _AREAS, scope)
    by_sector = {} if by_area else positions.load(name, scope)
    areas = bool(by_area) or (not by_sector and not folded.members and layout.spreads_over_areas(folded.actors))
    plan = layout.net(folded.actors, folded.ties, by_area or by_sector, by_area=areas)
    positions.save(name + _AREAS if areas else name, scope, plan.keep)
    return plan


def _assemble(
    name: str, scope: str, folded: folding.Folded, plan: layout.Plan, left_out: dict[str, int], language: str, opened: frozenset[str]
) -> Drawing:
    ids = list(plan.points)
    at = {i: n for n, i in enumerate(ids)}
    ties = [[at[a], at[b], kind, int(n)] for a, b, kind, n in folded.ties[folding.TIE_COLUMNS].itertuples(index=False)]
    return Drawing(
        name=name,
        scope=scope,
        nodes=_nodes(folded.actors.loc[ids], plan),
        ties=ties,
        kinds=sorted({tie[2] for tie in ties}),
        bands=[{"label": _band_label(b["band"], language), "y": round(b["y"], 5)} for b in plan.bands],
        frames=[
            {"label": _band_label(f["band"], language), "side": f["side"], "x": round(f["x"], 5), "y": round(f["y"], 5), "nodes": [at[i] for i in f["ids"]]}
            for f in plan.frames
        ],
        hulls=[{"label": _hull_label(h["band"], folded.actors.loc[h["ids"]], language), "nodes": [at[i] for i in h["ids"]]} for h in plan.hulls],
        rows=round(plan.rows, 2),
        folded=folded.members,
        left_out=left_out,
        opened=sorted(opened),
    )


def _nodes(actors: pd.DataFrame, plan: layout.Plan) -> list[dict[str, Any]]:
    labels, shorts = _labels(actors)
    out = []
    for i, row in actors.to_dict("index").items():
        x, y = plan.points[i]
        node = {"id": i, "type": row["type"], "label": labels[i], "x": round(x, 5), "y": round(y, 5), "side": plan.sides[i]}
        if i in shorts:
            node["short"] = shorts[i]
        if row["members"]:
            node["members"] = int(row["members"])
        elif row["type"] == "Gremium" and pd.notna(row.get("seats")):
            node["seats"] = int(row["seats"])
        out.append(node)
    return out


def _labels(actors: pd.DataFrame) -> tuple[dict[str, str], dict[str, str]]:
    """Names, told apart by the short name or else the area where two are alike, and short names that no two share."""
    names = actors["name"].astype(str)
    twice = names.duplicated(keep=False)
    areas = actors["area_name"] if "area_name" in actors.columns else pd.Series(None, index=actors.index, dtype=object)
    shorts = actors["short"].dropna() if "short" in actors.columns else pd.Series(dtype=object)
    shorts = shorts[~shorts.duplicated(keep=False)]
    labels = {}
    for i, name in names.items():
        if twice[i] and i in shorts.index:
            labels[i] = str(shorts[i])
        else:
            labels[i] = f"{name} ({areas[i]})" if twice[i] and isinstance(areas[i], str) else name
    return labels, {str(i): str(s) for i, s in shorts.items() if s != labels[str(i)]}


def _band_label(band: str, language: str) -> str:
    if band in schema.SECTORS:
        return schema.SECTORS[band].in_(language)
    level = next((c.label for c in schema.LEVELS if c.value == band), None)
    return level.in_(language) if level else schema.NODES[band].plural.in_(language)


def _hull_label(band: str, actors: pd.DataFrame, language: str) -> str:
    if band in schema.SECTORS:
        return schema.SECTORS[band].in_(language)
    if band == "elsewhere":
        return translate("Weitere Gebiete", language)
    return str(actors.loc[actors["area"] == band, "area_name"].iloc[0])
