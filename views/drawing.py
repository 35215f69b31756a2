"""A picture of the network: who is drawn, where, and with which ties; ready to be sent to the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from graph import schema
from views import folding, layout, matrix, net, packing
from views.changes import Changes
from views.mounting import Fixed
from views.node_columns import nodes_of
from views.packing import Nodes, Ties
from views.positions import Positions
from views.words import number, translate

SIDE_ROWS = 34
"""Rows of a bow of the Steuerungsbild: as many as fit on a screen of 1080 lines without scrolling."""
MIDDLE_ROWS = 44
NET_NODES = 120
"""Symbols of the Netz, unless it is to show everybody: with more of them most names would find no place."""
RING_NODES = {"0": 1, "1": 28, "2": 44, "3": 44}
"""Symbols on the ring of each step."""
MATRIX_ROWS, MATRIX_COLUMNS = 44, 40
DRAWINGS = ("steuerungsbild", "netz", "ringe", "matrix")
_FOLDS = 0.25
"""Share of the columns of the Matrix that is left for folds of those who sit in few Gremien."""


@dataclass(frozen=True)
class Drawing:
    """A drawing as plain lists and dicts. ``ties`` and lists of members name nodes by their place in ``nodes``.

    ``folded`` lists the actors in each fold; ``left_out`` counts, by type, who is never in this drawing.
    ``message`` says in words why there is nothing to see, where that is so; ``note`` whom the
    picture leaves out. Positions are kept under the name ``kept``; within one of ``groups`` actors have ranks.
    ``changed`` marks ties (their place in ``ties``) that began or ended after ``since``; so does ``mark`` of a node. ``version`` changes with the content.
    """

    name: str
    scope: str
    nodes: Sequence[dict[str, Any]] = field(default_factory=Nodes)
    ties: Sequence[list[Any]] = field(default_factory=Ties)
    kinds: list[str] = field(default_factory=list)
    bands: list[dict[str, Any]] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    hulls: list[dict[str, Any]] = field(default_factory=list)
    rings: list[dict[str, Any]] = field(default_factory=list)
    rows: float = 0.0
    folded: dict[str, list[str]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    kept: str = ""
    changed: list[list[Any]] = field(default_factory=list)
    since: str = ""
    message: str = ""
    note: str = ""

    @cached_property
    def version(self) -> str:
        """A hash of everything that is drawn."""
        return packing.version(self._content)

    @cached_property
    def sent(self) -> Fixed:
        """:meth:`content` as the browser gets it."""
        return Fixed.of(self._content)

    def content(self) -> dict[str, Any]:
        """What the script draws from, as JSON: nodes, ties and the members of hulls in packed columns."""
        return self._content

    @cached_property
    def _content(self) -> dict[str, Any]:
        parts = ("name", "scope", "kinds", "bands", "frames", "rings", "rows", "opened", "message", "note", "changed", "since")
        hulls = [{**hull, "nodes": packing.packed(hull["nodes"], "u4")} for hull in self.hulls]
        packed = {"nodes": Nodes.of(self.nodes).packed(), "ties": Ties.of(self.ties).packed(), "hulls": hulls}
        return {part: getattr(self, part) for part in parts} | packed

    def node_of(self, actor: str | None) -> str | None:
        """The id of the node that shows ``actor``: itself, or the fold that it is in; None where it is not drawn."""
        if actor is None or actor in Nodes.of(self.nodes).ids:
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
    steps: Mapping[str, int] | None = None,
    changed: Changes | None = None,
    whole: bool = False,
    grouping: str = "",
    sizes: Mapping[str, float] | None = None,
    limits: Mapping[str, int] | None = None,
    emphasis: frozenset[str] = frozenset(),
    alone: frozenset[str] = frozenset(),
) -> Drawing:
    """Draws ``actors`` (``queries.network.area_actors``) and ``ties`` (``queries.network.ties``).

    ``name`` is one of ``DRAWINGS``; "ringe" needs ``steps``, how far everybody is from the one in the middle. ``scope`` names
    what the picture is of; positions are kept for each scope. ``opened`` are folds (their ids) that the reader
    wants open. ``changed`` are marked. Ties whose ends are not both drawn are left out. ``limits`` are the rows that each
    column holds (those of a screen without it). Where ``emphasis`` stands out, whoever is tied to none of it is folded first;
    ``alone`` are never folded.

    Of the Netz: ``whole`` folds nobody; ``grouping`` is one of ``net.GROUPINGS``, "" leaves it to the picture; the area
    of a symbol follows its actor's number in ``sizes`` (folds keep their size: their number is written). Raises
    ``ValueError`` for another name.
    """
    if name not in DRAWINGS:
        raise ValueError(f"Eine Darstellung „{name}“ gibt es nicht; bekannt sind {', '.join(DRAWINGS)}")
    if name == "ringe" and not steps:
        message = translate("Die Ringe zeigen das Umfeld eines Akteurs. Bitte oben jemanden suchen oder in der Karte wählen.", language)
        return Drawing(name, scope, message=message)
    actors, ties = drawable(name, actors, ties)
    columns = _columns(name, actors, steps or {})
    drawn = columns.index[columns != ""]
    left_out = {str(k): int(v) for k, v in actors["type"][columns.index[columns == ""]].value_counts().items()}
    actors = actors.loc[drawn]
    if actors.empty:
        return Drawing(name, scope, message=_empty_message(left_out, language), left_out=left_out)
    ends = packing.ends_of(ties, actors.index)
    ties = ties[(ends[0] >= 0) & (ends[1] >= 0)]
    if name == "matrix" and ties.empty:
        message = translate("Zwischen den gezeigten Gremien und Institutionen gibt es keinen Sitz, den die Matrix zeigen könnte.", language)
        return Drawing(name, scope, message=message, left_out=left_out)
    note = ""
    if name == "matrix":
        seated = actors.index.isin(pd.concat([ties["a"], ties["b"]]))
        note = _unseated(actors[~seated], language)
        actors = actors[seated]
    limits = limits or _LIMITS[name]
    told = emphasis & set(actors.index)
    if name == "netz" and whole:
        folded = folding.unfolded(actors, ties)
    else:
        tied = matrix.foremost(ties, columns, round(limits[matrix.COLUMN] * (1 - _FOLDS))) if name == "matrix" else _tied(ties, columns)
        if told:
            tied = told | set(ties.loc[ties["a"].isin(told), "b"]) | set(ties.loc[ties["b"].isin(told), "a"])
        folded = folding.fold(actors, ties, columns=columns, limits=limits, tied=tied, language=language, opened=opened, alone=told | alone)
    if name == "netz":
        plan, kept = net.plan(folded.actors, folded.ties, scope=scope, positions=positions, grouping=grouping, whole=whole)
    else:
        plan, kept = _plan(name, folded, scope, positions, steps or {}), name
    drawing = _assemble(name, scope, folded, plan, language, (sizes or {}) if name == "netz" else {})
    drawing = replace(drawing, left_out=left_out, opened=sorted(opened), note=note, kept=kept)
    return _marked(drawing, changed, ties) if changed else drawing


def drawable(name: str, actors: pd.DataFrame, ties: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``actors`` by id, and those of their ``ties`` that the drawing ``name`` has lines (or cells) for."""
    if not actors.index.is_monotonic_increasing:
        actors = actors.sort_index()
    if name == "matrix":
        return actors, matrix.between(actors, ties)
    if name == "steuerungsbild":
        drawn = actors.index[actors["type"] != "Person"]
        return actors, ties[ties["a"].isin(drawn) & ties["b"].isin(drawn)]
    return actors, ties


_LIMITS: dict[str, dict[str, int]] = {
    "steuerungsbild": {"left": SIDE_ROWS, "right": SIDE_ROWS, "middle": MIDDLE_ROWS},
    "netz": {"all": NET_NODES},
    "ringe": RING_NODES,
    "matrix": {matrix.ROW: MATRIX_ROWS, matrix.COLUMN: MATRIX_COLUMNS},
}


def _columns(name: str, actors: pd.DataFrame, steps: Mapping[str, int]) -> pd.Series[str]:
    """The column of a drawing that each actor stands in, within which it may be folded; "" for who is not drawn."""
    if name == "netz":
        stands: Sequence[str] = ["all"] * len(actors)
    elif name == "ringe":
        stands = [str(steps[i]) if i in steps else "" for i in actors.index]
    elif name == "matrix":
        stands = [matrix.SIDES.get(str(kind), "") for kind in actors["type"]]
    else:
        stands = folding.bands(actors).map(layout.column_of).tolist()
    return pd.Series(stands, index=actors.index, dtype=object)


def _empty_message(left_out: dict[str, int], language: str) -> str:
    if left_out:
        return translate("Von den gewählten Arten zeichnet diese Darstellung keine. Wählen Sie oben weitere Arten oder die Darstellung Netz.", language)
    return translate("In diesem Gebiet ist noch niemand erfasst.", language)


def _unseated(actors: pd.DataFrame, language: str) -> str:
    """Whom the Matrix leaves out: those without a seat, counted by type."""
    counts = actors["type"].value_counts()
    parts = [
        f"{number(int(counts[name]), of=language)} {(schema.NODES[name].label if counts[name] == 1 else schema.NODES[name].plural).in_(language)}"
        for name in matrix.SIDES
        if counts.get(name)
    ]
    return translate("Ohne Sitz und nicht gezeigt: {wer}", language).format(wer=", ".join(parts)) if parts else ""


def _tied(ties: pd.DataFrame, columns: pd.Series[str]) -> set[str]:
    """Who has a tie that counts: in the Steuerungsbild one with the middle column, else any."""
    middle = set(columns.index[~columns.isin(["left", "right"])])
    through_b = ties.loc[ties["b"].isin(middle), "a"]
    through_a = ties.loc[ties["a"].isin(middle), "b"]
    return set(through_b) | set(through_a)


def _plan(name: str, folded: folding.Folded, scope: str, positions: Positions, steps: Mapping[str, int]) -> layout.Plan:
    """Lays out and keeps the positions of those who are new."""
    if name == "ringe":
        ring = {i: steps[folded.members[i][0] if i in folded.members else i] for i in folded.actors.index}
        plan = layout.rings(folded.actors, folded.ties, ring, positions.load(name, scope))
    else:
        arrange = layout.steuerungsbild if name == "steuerungsbild" else matrix.matrix
        plan = arrange(folded.actors, folded.ties, positions.load(name, scope))
    positions.save(name, scope, plan.keep)
    return plan


def _assemble(name: str, scope: str, folded: folding.Folded, plan: layout.Plan, language: str, sizes: Mapping[str, float]) -> Drawing:
    ids = list(plan.points)
    order = pd.Index(ids, dtype=object)
    at = {i: n for n, i in enumerate(ids)}
    kind, kinds = packing.coded(folded.ties["kind"])
    ties = Ties(*(packing.places(order, folded.ties[end]) for end in ("a", "b")), kind, kinds, folded.ties["n"].to_numpy(dtype=np.int64))
    return Drawing(
        name=name,
        scope=scope,
        nodes=nodes_of(folded.actors if ids == folded.actors.index.tolist() else folded.actors.loc[ids], plan, sizes),
        ties=ties,
        kinds=ties.used,
        bands=[{"label": _band_label(b["band"], language), "y": round(b["y"], 5)} for b in plan.bands],
        frames=[
            {"label": _band_label(f["band"], language), "side": f["side"], "x": round(f["x"], 5), "y": round(f["y"], 5), "nodes": [at[i] for i in f["ids"]]}
            for f in plan.frames
        ],
        hulls=[{"label": _hull_label(h, folded.actors, language), "nodes": packing.places(order, h["ids"]).tolist()} for h in plan.hulls],
        rings=[{"label": _ring_label(at, language), "r": round(r, 5)} for at, r in enumerate(plan.rings, 1)],
        rows=round(plan.rows, 2),
        folded=folded.members,
        groups=plan.groups,
    )


def _marked(drawing: Drawing, changed: Changes, ties: pd.DataFrame) -> Drawing:
    """The drawing with the marks of who joined and left; a fold, or the tie of one, is marked where all behind it changed alike."""
    home = {actor: fold for fold, members in drawing.folded.items() for actor in members}
    marks: dict[str, set[str]] = {}
    for actor in [*home, *(node["id"] for node in drawing.nodes if not node.get("members"))]:
        marks.setdefault(home.get(actor, actor), set()).add(changed.actors.get(actor, ""))
    lines: dict[tuple[frozenset[str], str], set[str]] = {}
    for a, b, kind in zip(ties["a"], ties["b"], ties["kind"], strict=True):
        lines.setdefault((frozenset((home.get(a, a), home.get(b, b))), kind), set()).add(changed.ties.get((a, b, kind), ""))
    nodes = Nodes.of(drawing.nodes)
    ids = nodes.ids
    alike = {n: next(iter(marks[i])) for n, i in enumerate(ids) if len(marks[i]) == 1 and marks[i] != {""}}
    nodes = replace(nodes, more=nodes.more | {"mark": alike})
    found_lines = [(n, lines[frozenset((ids[a], ids[b])), kind]) for n, (a, b, kind, _) in enumerate(drawing.ties)]
    return replace(drawing, nodes=nodes, changed=[[n, next(iter(found))] for n, found in found_lines if len(found) == 1 and found != {""}], since=changed.since)


def _ring_label(step: int, language: str) -> str:
    return translate("1 Schritt", language) if step == 1 else translate("{n} Schritte", language).format(n=step)


def _band_label(band: str, language: str) -> str:
    if band in schema.SECTORS:
        return schema.SECTORS[band].in_(language)
    level = next((c.label for c in schema.LEVELS if c.value == band), None)
    return level.in_(language) if level else schema.NODES[band].plural.in_(language)


def _hull_label(hull: dict[str, Any], actors: pd.DataFrame, language: str) -> str:
    if hull["band"] in schema.SECTORS:
        return schema.SECTORS[hull["band"]].in_(language)
    if hull["band"] == net.ELSEWHERE:
        return translate("Weitere Gebiete", language)
    if hull["band"] == net.LOOSE:
        return translate("Weitere", language)
    name = net.hull_name(hull, actors)
    return translate("um {name}", language).format(name=name) if hull["head"] else name
