"""What the areas of the map are coloured by: the control, and the fills that follow from the choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from graph import schema
from views import data, state
from views.districts.fills import Option, Shading, Switch, choropleth
from views.picture import Picture
from views.state import CLASSES
from views.words import _, count_of, language, number

_LEVELS = ("district", "quarter")
"""What a town is divided into; the others have one area, or cross the division."""
_AT = "@"


def control(seen: Picture) -> None:
    """Chooses what is shown."""
    offered, (measure, level) = _offered(seen), parted(seen.choice.shading)
    st.session_state["w_shading"] = measure if measure in offered.index else None
    labels = offered["de" if language() == "de" else "en"]
    st.selectbox(
        _("Fläche zeigt"),
        list(offered.index),
        key="w_shading",
        index=None,
        format_func=lambda key: str(labels.get(key, key)),
        placeholder=_("Fläche zeigt ..."),
        label_visibility="collapsed",
        on_change=lambda: to_measure(st.session_state["w_shading"] or "", level),
    )


def to_measure(measure: str, level: str = "") -> None:
    """Changes what is shown; the level that the reader asked for is kept."""
    state.change(shading=f"{measure}{_AT}{level}" if measure and level else measure)


def to_level(level: str) -> None:
    """Changes the level that is coloured."""
    to_measure(parted(state.choice_now().shading)[0], level if level in _LEVELS else "")


def to_classes(classes: str) -> None:
    """Changes how classes are made."""
    if classes in CLASSES:
        state.change(classes=classes)


def _switches(seen: Picture, level: str) -> list[Switch]:
    """How classes are made; and for the whole town, which of its divisions is coloured."""
    found = []
    levels = shaped(seen)
    if not seen.choice.areas and len(levels) > 1:
        words = {"district": _("Stadtbezirke"), "quarter": _("Stadtteile")}
        found.append(Switch("level", _("Gebiete"), [Option(name, words[name], words[name], name == level) for name in levels]))
    now = seen.choice.classes
    ways = [
        Option("quantile", _("Quantile"), _("Quantile: in jeder Klasse etwa gleich viele Gebiete"), now == "quantile"),
        Option("natural", _("Natürliche Grenzen"), _("Natürliche Grenzen: Klassen dort getrennt, wo Lücken sind"), now == "natural"),
    ]
    return [*found, Switch("classes", _("Klassen"), ways)]


def parted(shading: str) -> tuple[str, str]:
    """What ``Choice.shading`` holds: the measure, and the level ("" where it follows from what is chosen)."""
    measure, _at, level = shading.rpartition(_AT) if shading.rpartition(_AT)[2] in _LEVELS else (shading, "", "")
    return measure, level


def shading(seen: Picture) -> Shading | None:
    """The fills of the map; None where nothing is to be shown."""
    measure, _level = parted(seen.choice.shading)
    offered = _offered(seen)
    if measure not in offered.index:
        return None
    values = _values(seen, measure)
    if values.empty:
        return None
    level = level_of(seen, values)
    rows = values[values["area"].isin(coloured(seen, level))].set_index("area")
    title = str(offered.at[measure, "de" if language() == "de" else "en"])
    counted = bool(offered.at[measure, "group"] != "Indicator")
    said = {str(area): _said(row, title) for area, row in rows.iterrows()}
    known: dict[str, float | None] = {str(area): None if pd.isna(value) else float(value) for area, value in rows["value"].items()}
    head = title if counted else " · ".join(part for part in (title, _unit(rows), _years(rows["year"])) if part)
    made = choropleth(known, method=seen.choice.classes, title=head, language=language(), said=said, whole=counted)
    return replace(made, switches=_switches(seen, level))


def values_of(seen: Picture) -> dict[str, str]:
    """Area id -> what is said of it, for areas that the map cannot show; empty where nothing is shown."""
    measure, _level = parted(seen.choice.shading)
    offered = _offered(seen)
    if measure not in offered.index:
        return {}
    rows = _values(seen, measure).set_index("area")
    return {str(area): _("nicht erhoben") if pd.isna(row["value"]) else number(row["value"], _digits(row["value"])) for area, row in rows.iterrows()}


def shaped(seen: Picture) -> list[str]:
    """Levels of which the town has areas with a polygon, coarse first."""
    nodes = seen.view.nodes
    areas = nodes[nodes["type"] == "Area"]
    if not {"level", "geometry"} <= set(areas.columns):
        return []
    drawn = set(areas.loc[areas["geometry"].notna(), "level"])
    return [level for level in _LEVELS if level in drawn] or [choice.value for choice in schema.AREA_LEVELS if choice.value in drawn][-1:]


def level_of(seen: Picture, values: pd.DataFrame) -> str:
    """The level that is coloured: the parts of what is chosen, or for the whole town the one asked for, else the coarsest one that has values."""
    levels = shaped(seen)
    if not levels:
        return ""
    if seen.choice.areas:
        return levels[-1]
    _measure, asked = parted(seen.choice.shading)
    if asked in levels:
        return asked
    surveyed = values.loc[values["value"].notna(), "level"].value_counts()
    return next((level for level in levels if surveyed.get(level, 0)), levels[0])


def coloured(seen: Picture, level: str) -> set[str]:
    """The areas that are filled: all of the level, or where areas are chosen their parts, and beside a single Stadtteil those of its Bezirk, to compare."""
    view, chosen = seen.view, seen.choice.areas
    areas = view.nodes[view.nodes["type"] == "Area"]
    of_level = set(areas.index[areas["level"] == level]) if "level" in areas.columns else set()
    if not chosen:
        return of_level
    tree, parts = view.areas, _nested(seen, chosen)
    if len(parts) == 1 and not tree.children(parts[0]):
        parts = [tree.parent(parts[0]) or parts[0]]
    return of_level & tree.within(parts)


def _nested(seen: Picture, areas: Sequence[str]) -> list[str]:
    """These areas, a Sozialraum as its Stadtteile."""
    tree = seen.view.areas
    spaces = set(tree.social_spaces)
    return [part for area in areas for part in (tree.children(area) if area in spaces else [area])]


def _offered(seen: Picture) -> pd.DataFrame:
    return data.ask("network/area_measures", as_of=seen.as_of).set_index("measure")


def _values(seen: Picture, measure: str) -> pd.DataFrame:
    return data.ask("network/area_values", measure=measure, as_of=seen.as_of)


def _said(row: pd.Series, title: str) -> str:
    """What is spoken of an area: "12 (Institutionen: Kita)", "7,3 Prozent (Quote, 2025)", "6,5 Stufe (Sozialindex, 2025, Mittel aus 2 Institutionen)"."""
    if pd.isna(row["value"]):
        return f"{_('nicht erhoben')} ({title})"
    if row["basis"] == "count":
        return f"{number(row['value'])} ({title})"
    notes = [title] + ([str(int(row["year"]))] if pd.notna(row["year"]) else [])
    if row["basis"] == "sum":
        notes.append(_("Summe aus {parts}").format(parts=count_of(int(row["n"]), _("Teilgebiet"), _("Teilgebieten"))))
    if row["basis"] == "mean":
        notes.append(_("Mittel aus {institutions}").format(institutions=count_of(int(row["n"]), _("Institution"), _("Institutionen"))))
    unit = f" {row['unit']}" if isinstance(row["unit"], str) else ""
    return f"{number(row['value'], _digits(row['value']))}{unit} ({', '.join(notes)})"


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 1


def _unit(rows: pd.DataFrame) -> str:
    return next((unit for unit in rows["unit"] if isinstance(unit, str)), "")


def _years(years: pd.Series) -> str:
    """The year of the values, or the first and the last: "2025", "2023 bis 2025"."""
    known = sorted({int(year) for year in years.dropna()})
    if not known:
        return ""
    return str(known[0]) if len(known) == 1 else _("{low} bis {high}").format(low=known[0], high=known[-1])
