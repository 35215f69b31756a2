"""The answer to a question as a network of whom it names, and on the map."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import streamlit as st

from graph import schema
from graph.snapshot import Snapshot
from views import data, moving, naming, state
from views.districts import district_map
from views.districts.fills import Shading, choropleth
from views.drawing import Drawing, draw
from views.network import Chip, network
from views.questions import asking
from views.questions.answering import Answer
from views.words import _, count_of, language

NET, MAP = "question_net", "question_map"
MOST = 1_500
"""Actors that a network shows; who is beyond is in the table."""


def able(view: Snapshot, found: Answer, tab: str) -> bool:
    """Can the answer be drawn so?"""
    if tab == "netz":
        return bool(actors_of(view, found))
    located = view.nodes.reindex(things_of(found))
    points = "lat" in located.columns and bool((located["lat"].notna() & located["lon"].notna()).any())
    return points or bool((located["type"] == "Area").any())


def things_of(found: Answer) -> list[str]:
    """Everything that the answer names, in its order."""
    return [str(key) for key in pd.unique(found.table[found.ids].astype(object).to_numpy().ravel()) if isinstance(key, str)]


def actors_of(view: Snapshot, found: Answer) -> list[str]:
    """The actors that the answer names."""
    types = view.nodes["type"].reindex(things_of(found))
    return list(types.index[types.isin(schema.ACTORS)])


# ---- network ----------------------------------------------------------------------------------------


def network_of(view: Snapshot, found: Answer, as_of: str) -> None:
    """The actors of the answer and the ties among them."""
    asked, every = asking.now(), actors_of(view, found)
    shown = every[:MOST]
    everyone = data.ask("network/area_actors", areas=[], as_of=as_of)
    named = everyone[everyone.index.isin(shown)]
    actors = named[~named["type"].isin(asked.hidden_types)]
    ties = data.ask("network/ties", actors=list(actors.index), as_of=as_of)
    drawing = draw(
        "netz", actors, ties[~ties["kind"].isin(asked.hidden_ties)], scope=f"frage {found.entry.name}", positions=data.positions(), language=language(),
        opened=frozenset(asked.opened),
    )  # fmt: skip
    counts = {str(kind): int(n) for kind, n in ties["kind"].value_counts().items()}
    title = found.entry.about.title.in_(language())
    told = _("{actors} und {ties} unter ihnen.").format(
        actors=count_of(len(actors), _("Akteur"), _("Akteure")), ties=count_of(len(ties), _("Beziehung"), _("Beziehungen"))
    )
    network(
        drawing,
        key=NET,
        selected=asked.chosen or None,
        chips=_chips(named, asked.hidden_types),
        title=f"{title}. {told}",
        language=language(),
        on_change=lambda: _from_network(drawing, named["type"].unique()),
        counts=counts,
        hidden=asked.hidden_ties,
        moved=moving.moved(drawing, data.positions()),
        above=60,
    )
    if len(every) > MOST:
        st.markdown(":small[:gray[" + _("Gezeichnet sind die ersten {n}; die Tabelle nennt alle.").format(n=MOST) + "]]")


def _chips(actors: pd.DataFrame, hidden: tuple[str, ...]) -> list[Chip]:
    counts = actors["type"].value_counts()
    return [Chip(name, int(counts[name]), name not in hidden) for name in schema.ACTORS if name in counts.index]


def _from_network(drawing: Drawing, offered: Collection[str]) -> None:
    state.news(NET, "selected", lambda actor: asking.change(chosen=str(actor or "")))
    state.news(NET, "opened", lambda folds: asking.change(opened=tuple(folds or ())))
    state.news(NET, "types", lambda types: asking.change(hidden_types=tuple(name for name in offered if name not in (types or ()))))
    state.news(NET, "hidden_ties", lambda kinds: asking.change(hidden_ties=tuple(kinds or ())))
    state.news(NET, "moved", lambda drop: moving.keep(drawing, data.positions(), str(drop["id"]), float(drop["x"]), float(drop["y"])))
    state.news(NET, "rearranged", lambda _yes: moving.rearrange(drawing, data.positions()))


# ---- map --------------------------------------------------------------------------------------------


def map_of(view: Snapshot, found: Answer) -> None:
    """Areas of the answer coloured by what it says of them, its actors as points."""
    asked = asking.now()
    located = view.nodes.reindex(actors_of(view, found))
    points = located[located["lat"].notna() & located["lon"].notna()] if "lat" in located.columns else located.iloc[:0].assign(lat=None, lon=None)
    areas = naming.frame(view)
    title = found.entry.about.title.in_(language())
    chosen = asked.chosen if asked.chosen in points.index else None
    district_map(
        areas,
        points[["type", "name", "lat", "lon"]],
        key=MAP,
        chosen=[],
        selected=chosen,
        marked=[],
        title=title,
        language=language(),
        on_change=_from_map,
        shading=shading(view, found),
        subtitle=count_of(len(points), _("Standort"), _("Standorte")) if len(points) else "",
        file=f"karte-{found.entry.name.replace('/', '-')}",
    )
    if bare := sorted(set(things_of(found)) & set(areas.index[areas["geometry"].isna()])):
        st.markdown(_("Ohne Fläche, daher nicht auf der Karte: {names}").format(names=", ".join(str(view.labels[area]) for area in bare)))


def _from_map() -> None:
    state.news(MAP, "selected", lambda actor: asking.change(chosen=str(actor or "")))
    state.news(MAP, "area", lambda area: asking.change(chosen=str(area or "")))


def shading(view: Snapshot, found: Answer) -> Shading | None:
    """The areas that rows name: by the first number of a row where each area has one row, else by how many rows name it."""
    types = view.nodes["type"]
    column = next((name for name in found.ids if types.reindex(found.table[name].dropna().unique()).eq("Area").all()), None)
    if column is None:
        return None
    rows = found.table[found.table[column].notna()]
    labels = {c.name: c.label.in_(language()) for c in found.entry.about.columns}
    numbers = [
        name for name in rows.columns if len(rows[name].dropna()) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in rows[name].dropna())
    ]
    if numbers and rows[column].is_unique:
        name = numbers[0]
        values = {str(area): None if value is None else float(value) for area, value in zip(rows[column], rows[name], strict=True)}
        title = labels[name]
    else:
        counts = rows[column].value_counts()
        levels = view.nodes["level"]
        asked = view.nodes.index[((types == "Area") & levels.isin(levels.reindex(counts.index))).to_numpy(dtype=bool)]  # where no row is, there are none
        values = {str(area): float(counts.get(area, 0)) for area in asked}
        title = _("Zeilen je Gebiet")
    whole = all(value is None or value.is_integer() for value in values.values())
    return choropleth(values, method="quantile", title=title, language=language(), whole=whole)
