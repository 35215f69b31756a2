"""Matrix, ranked list and map of the page Lücken: what the components are given, and what they say."""

from __future__ import annotations

import html
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from graph import schema
from views import naming, state
from views.districts import district_map
from views.districts.fills import BLUES, Fill
from views.gaps import controls, sentences, tones
from views.gaps.choice import Spot, change
from views.gaps.seen import DECIDED, Seen
from views.heatmap import Cell, Head, heatmap
from views.profile import safe
from views.ranking import Line, ranking
from views.words import _, count_of, language, number

MATRIX, LIST, MAP = "gaps_matrix", "gaps_list", "gaps_map"
_LISTED = 100
_NAMED = 12
_SEPARATOR = "~"
_LEGEND = """<style>
.gap-legend{display:flex;gap:6px 22px;flex-wrap:wrap;align-items:center;font:400 14px/1.4 "Source Sans","Segoe UI",sans-serif;color:#0A0E18}
.gap-legend span{white-space:nowrap}.gap-legend i{display:inline-block;width:26px;height:16px;vertical-align:-2px;box-sizing:border-box}
.gap-legend .c{border:3px solid #B3261E}.gap-legend .u{background:repeating-linear-gradient(45deg,#EDEFF3 0 5px,#D5D9E1 5px 7px)}
.gap-legend .i{width:18px;border:2px solid #B3261E;font:600 12px/12px "Source Sans",sans-serif;color:#9B1F18;text-align:center;font-style:normal}
.gap-legend .j{width:18px;border:1px solid #5A6272;background:#EDEFF3;font:600 12px/14px "Source Sans",sans-serif;text-align:center;font-style:normal}
</style>"""


def matrix(seen: Seen) -> None:
    """The heat map with its legend."""
    cells = seen.cells
    if cells.empty:
        st.info(_("Für diese Auswahl gibt es keine Felder: Es fehlen Gebiete dieser Ebene, Themen, Bildungsphasen oder Zielgruppen."))
        return
    chosen = seen.choice
    labels = {name: schema.NODES[name].label.in_(language()) for name in (chosen.rows, chosen.columns)}
    rows = []
    for key, name in cells.drop_duplicates("row")[["row", "row_name"]].itertuples(index=False):
        values = _values(seen, str(key))
        rows.append(Head(str(key), str(name), note=values[0] if values else "", tip="\n".join(values)))
    columns = [
        Head(str(key), str(name), _short(seen, str(key))) for key, name in cells.drop_duplicates("column")[["column", "column_name"]].itertuples(index=False)
    ]
    table = [[_cell(seen, row) for row in group.to_dict("records")] for _key, group in cells.groupby("row", sort=False)]
    corner = sentences.level_word(seen.level) if chosen.rows == "Area" else labels[chosen.rows]
    caption = _("Abdeckung: {rows} und {columns}. Pfeiltasten gehen von Feld zu Feld, die Eingabetaste wählt.").format(
        rows=corner, columns=labels[chosen.columns]
    )
    heatmap(
        rows,
        columns,
        table,
        key=MATRIX,
        corner=corner,
        caption=caption,
        selected=seen.place_of(seen.spot) if seen.spot else None,
        on_change=lambda: _from_matrix(seen),
    )
    _legend(seen)


def _cell(seen: Seen, row: Mapping[Hashable, Any]) -> Cell:
    said = tones.words(row["state"], int(row["offers"]), int(row["projects"]), int(row["providers"]))
    if row["state"] == "checked":
        said = f"{said}. {sentences.survey(row['state'], row['checked_on'], row['checked_by'])}"
    inside = ""
    if row["state"] == "covered" and row["empty"]:
        inside = number(row["empty"])
        gaps = count_of(int(row["empty"]), _("Lücke darin"), _("Lücken darin"))
        said += ", " + gaps + (", " + _("davon geprüft: {n}").format(n=number(row["empty_checked"])) if row["empty_checked"] else "")
    mark = seen.mark(seen.spot_of(str(row["row"]), str(row["column"])))
    if mark is not None:
        said += f". {sentences.decided(mark)}"
    return Cell(tones.fill(str(row["state"]), int(row["n"]), said), inside, bool(row["empty_checked"]), "✓" if mark is not None else "")


def _values(seen: Seen, key: str) -> list[str]:
    """The indicators of an area at the head of a row, the first of which stands under its name."""
    return sentences.indicators(seen, key, seen.choice.stage, 9) if seen.choice.rows == "Area" else []


def _short(seen: Seen, key: str) -> str:
    short = seen.view.nodes["short"].get(key) if "short" in seen.view.nodes.columns else None
    return short if isinstance(short, str) else ""


def _legend(seen: Seen) -> None:
    cells, e = seen.cells, html.escape
    blues = "".join(f'<i style="background:{colour}"></i>' for colour in BLUES[4])
    parts = [f"<span>{blues}&nbsp; {e(_('1, 2, 3–4, ab 5 Angebote und Projekte'))}</span>"]
    parts.append(f'<span><i class="c"></i>&nbsp; <b>0</b> {e(_("geprüft: kein Angebot"))}</span>')
    parts.append(f'<span><i class="u"></i>&nbsp; <b>?</b> {e(_("nicht erhoben"))}</span>')
    if (cells["empty"] * (cells["state"] == "covered")).any():
        parts.append(f'<span><i class="i">1</i> <i class="j">1</i>&nbsp; {e(_("Lücken in dem Feld, geprüft oder nicht erhoben"))}</span>')
    nowhere = cells.groupby("column", sort=False)["asked"].any()
    missing = [str(name) for name in cells.loc[cells["column"].isin(nowhere.index[~nowhere]), "column_name"].unique()]
    st.html(_LEGEND + f'<div class="gap-legend">{"".join(parts)}</div>')
    if missing:
        text = _("Gibt es in dieser Auswahl nirgends und zählt deshalb nicht als Lücke: {names}.")
        st.markdown(f":small[:gray[{text.format(names=safe(', '.join(missing)))}]]")


def _from_matrix(seen: Seen) -> None:
    state.news(MATRIX, "cell", lambda pair: change(spot=seen.spot_of(*map(str, pair))))


# ---- the ranked list --------------------------------------------------------------------------------


def ranked(seen: Seen) -> None:
    """Where to look first."""
    head, compared, filters = st.columns([4, 2, 4], vertical_alignment="bottom")
    head.markdown("### " + _("Wo zuerst hinsehen"))
    with compared:
        controls.since(seen)
    words = {"": _("Alle"), "checked": _("Geprüft"), "unknown": _("Nicht erhoben")}
    st.session_state["gaps_state"] = seen.choice.state
    with filters.container(horizontal=True, horizontal_alignment="right"):
        st.segmented_control(
            _("Stand der Lücken"),
            list(words),
            key="gaps_state",
            format_func=words.__getitem__,
            label_visibility="collapsed",
            on_change=lambda: change(state=st.session_state["gaps_state"] or "", spot=None),
        )
    if seen.choice.since:
        _since(seen)
    top = float(seen.listed["priority"].max()) if len(seen.listed) else 1.0
    lines = [_line(seen, row, top) for row in seen.listed.head(_LISTED).to_dict("records")]
    spot = seen.spot
    ranking(
        lines,
        key=LIST,
        title=_("Wo zuerst hinsehen: Bedarf, gemindert durch Angebote nebenan"),
        empty=_("Keine Lücke in dieser Auswahl: Was es irgendwo gibt, gibt es hier überall."),
        selected=_SEPARATOR.join((spot.area, spot.theme, spot.stage)) if spot else "",
        on_change=lambda: _from_list(seen),
    )
    if len(seen.listed) > _LISTED:
        text = _("Gezeigt sind die ersten {n} von {all}; alle stehen in der Tabelle und in der Excel-Datei.")
        st.markdown(f":small[:gray[{text.format(n=number(_LISTED), all=number(len(seen.listed)))}]]")


def _since(seen: Seen) -> None:
    """What has become of gaps since the day to compare with."""
    with st.container(border=True):
        if seen.changed is None:
            st.markdown(_("Der Tag zum Vergleich muss vor dem Stand liegen."))
            return
        st.markdown("**" + safe(sentences.changes(seen)) + "**")
        for kind, word in sentences.change_words().items():
            rows = seen.changed[seen.changed["change"] == kind]
            if len(rows):
                names = [" · ".join((row.area_name, row.theme_name, row.stage_name)) for row in rows.head(_NAMED).itertuples(index=False)]
                more = f" … (+{number(len(rows) - _NAMED)})" if len(rows) > _NAMED else ""
                st.markdown(f":small[**{word}** ({number(len(rows))}): {safe('; '.join(names))}{more}]")


def _line(seen: Seen, row: Mapping[Hashable, Any], top: float) -> Line:
    spot = Spot(str(row["area"]), str(row["theme"]), str(row["stage"]), seen.choice.group)
    mark = seen.mark(spot)
    told = sentences.evidence(seen, row) + (f" {sentences.decided(mark)}." if mark else "")
    low, high = int(row["low"]), int(row["high"])
    ranks = _("immer Rang {low}").format(low=low) if low == high else _("Rang {low} bis {high}").format(low=low, high=high)
    return Line(
        id=_SEPARATOR.join((spot.area, spot.theme, spot.stage)),
        rank=number(row["rank"]),
        title=" · ".join(str(row[name]) for name in ("area_name", "theme_name", "stage_name")),
        evidence=told,
        state=str(row["state"]),
        sign=_("0 geprüft") if row["state"] == "checked" else _("? nicht erhoben"),
        share=float(row["priority"]) / top if top > 0 else 0.0,
        value=number(row["priority"], 1),
        range=ranks,
        quiet=mark is not None and mark.verdict in DECIDED,
    )


def _from_list(seen: Seen) -> None:
    def choose(said: object) -> None:
        area, theme, stage = str(said).split(_SEPARATOR)
        change(spot=Spot(area, theme, stage, seen.choice.group))

    state.news(LIST, "chosen", choose)


# ---- the map ----------------------------------------------------------------------------------------


def town_map(seen: Seen) -> None:
    """The cell's theme, stage and target group over the areas of the level."""
    spot = seen.spot or Spot(theme=seen.choice.theme, stage=seen.choice.stage, group=seen.choice.group)
    about = " · ".join(seen.name(key) for key in (spot.theme, spot.stage, spot.group) if key)
    areas = naming.frame(seen.view)
    if areas["geometry"].isna().all():
        st.info(_("Noch keine Flächen eingelesen: akteursatlas ingest areas"))
        return
    if not (spot.theme or spot.stage):
        return
    rows = seen.coverage_of(spot)
    fills: dict[str, Fill] = {}
    for area, row in rows.to_dict("index").items():
        said = tones.words(row["state"], int(row["offers"]), int(row["projects"]), int(row["providers"]))
        members = areas.at[area, "members"]
        for part in members if isinstance(members, list) else [str(area)]:
            fills[part] = tones.fill(row["state"], int(row["n"]), said)
    st.markdown(f"**{safe(about)}** " + sentences.in_areas(seen, len(rows)))
    district_map(
        areas,
        pd.DataFrame({name: pd.Series(dtype=float if name in ("lat", "lon") else object) for name in ("type", "name", "lat", "lon")}),
        key=MAP,
        chosen=[spot.area] if spot.area and spot.area != seen.town else [],
        selected=None,
        marked=[],
        title=_("Abdeckung {theme}").format(theme=about),
        language=language(),
        on_change=lambda: _from_map(seen, spot),
        steady=True,
        shading=tones.shading(fills, rows["state"], _("Angebote und Projekte")),
        file="luecken",
    )


def _from_map(seen: Seen, spot: Spot) -> None:
    def choose(area: object) -> None:
        found = str(area or "")
        if seen.view.nodes["type"].get(found) != "Area":
            return
        if seen.level == "social_space":
            spaces = [space for space in seen.view.areas.social_spaces if found in seen.view.areas.children(space)]
            found = spaces[0] if spaces else found
        change(spot=Spot(found, spot.theme, spot.stage, spot.group))

    state.news(MAP, "area", choose)
