"""Areas and actors as people name them in a list and in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from graph import schema
from graph.snapshot import Snapshot
from views.words import _, language


def options(view: Snapshot) -> dict[str, str]:
    """Area id -> words for choosing, in the order of the nesting, Sozialräume last. It is shared: never change it."""
    return view.once(f"area options {language()}", lambda: _options(view))


def _options(view: Snapshot) -> dict[str, str]:
    tree = view.areas
    ordered: list[str] = []
    waiting = list(reversed(tree.roots))
    while waiting:
        area = waiting.pop()
        if area not in ordered:
            ordered.append(area)
            waiting += [child for child in reversed(tree.children(area)) if child not in ordered]
    ordered += [area for area in tree.social_spaces if area not in ordered]
    return {area: words(view, area) for area in ordered}


def words(view: Snapshot, area: str) -> str:
    """Level, name, and the area that it is part of where that helps: "Stadtteil Hochfeld (Duisburg-Mitte)"."""
    name = str(view.nodes.loc[area, "name"])
    choice = schema.NODES["Area"].field("level").choice(view.nodes.loc[area, "level"])
    told = choice is None or choice.value in ("municipality", "county") or name.startswith(choice.label.de)
    level = "" if choice is None or told else choice.label.in_(language()) + " "
    parent = view.areas.parent(area)
    within = f" ({view.nodes.loc[parent, 'name']})" if parent and choice and choice.value == "quarter" else ""
    return f"{level}{name}{within}"


def phrase(view: Snapshot, areas: Sequence[str]) -> str:
    """The chosen areas for a title: their names, or the town."""
    if not areas:
        roots = view.areas.roots
        return str(view.nodes.loc[roots[0], "name"]) if len(roots) == 1 else _("Ganze Kommune")
    names = [str(view.nodes.loc[area, "name"]) for area in areas]
    if len(names) == 1:
        social = areas[0] in view.areas.social_spaces and not names[0].startswith("Sozialraum")
        return (_("Sozialraum {name}") if social else "{name}").format(name=names[0])
    if len(names) <= 3:
        return ", ".join(names[:-1]) + " " + _("und") + " " + names[-1]
    return _("{first} und {n} weitere Gebiete").format(first=names[0], n=len(names) - 1)


def frame(view: Snapshot) -> pd.DataFrame:
    """All areas for the map: name, level, parent, geometry (GeoJSON text or None), and the Stadtteile (ids) of a Sozialraum. It is shared: never change it."""
    return view.once("area frame", lambda: _frame(view))


def _frame(view: Snapshot) -> pd.DataFrame:
    areas = view.nodes[view.nodes["type"] == "Area"]
    table = pd.DataFrame(index=areas.index)
    for name in ("name", "level", "geometry"):
        table[name] = areas[name] if name in areas.columns else None
    table["parent"] = [view.areas.parent(area) for area in areas.index]
    spaces = set(view.areas.social_spaces)
    table["members"] = [view.areas.children(area) if area in spaces else None for area in areas.index]
    return table
