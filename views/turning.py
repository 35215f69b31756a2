"""From one area to the next: the areas beside it, in the order in which they are offered for choosing."""

from __future__ import annotations

from collections.abc import Sequence

from graph.snapshot import Snapshot
from views import naming


def siblings(view: Snapshot, area: str) -> list[str]:
    """The areas of the same level and parent, itself among them; for a Sozialraum all Sozialräume."""
    spaces = set(view.areas.social_spaces)
    if area in spaces:
        return [other for other in naming.options(view) if other in spaces]
    level, parent = _level(view, area), view.areas.parent(area)
    return [other for other in naming.options(view) if other not in spaces and _level(view, other) == level and view.areas.parent(other) == parent]


def turned(view: Snapshot, areas: Sequence[str], by: int) -> tuple[str, ...]:
    """The areas ``by`` steps further (back where negative): one after another, after the last the first again.

    Of several areas the last one is left forwards and the first one backwards. From the whole town the way goes to
    its first part, or backwards to its last one; where there are no areas, nowhere.
    """
    if not by:
        return tuple(areas)
    here = (areas[-1] if by > 0 else areas[0]) if areas else None
    row = siblings(view, here) if here else []
    if len(row) < 2:
        row, here = _parts(view, here), None
    if not row:
        return tuple(areas)
    start = row.index(here) if here else (-1 if by > 0 else 0)
    return (row[(start + by) % len(row)],)


def _parts(view: Snapshot, whole: str | None) -> list[str]:
    """The parts of an area (of the town without one): those of the coarsest level among them, in the order of choosing."""
    roots = view.areas.roots
    if whole is None and len(roots) > 1:
        return [area for area in naming.options(view) if area in roots]
    spaces = set(view.areas.social_spaces)
    parts = [area for area in view.areas.children(whole or roots[0]) if area not in spaces] if whole or roots else []
    ordered = [area for area in naming.options(view) if area in parts]
    return [area for area in ordered if _level(view, area) == _level(view, parts[0])] or ([roots[0]] if whole is None and roots else [])


def _level(view: Snapshot, area: str) -> object:
    return view.nodes.loc[area, "level"]
