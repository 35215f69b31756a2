"""The card of one cell: its state, who serves it, what is next; for a gap who could come and who ought to decide; and the mark."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from views import frame, state
from views.gaps import marking
from views.gaps.choice import Spot, change
from views.gaps.seen import Seen
from views.gaps.sentences import about, reasons, survey
from views.gaps.tones import words as state_words
from views.profile import glyph, safe
from views.words import _, count_of, language, number

_LISTED = 6
_MAP = "akteurslandkarte"
_CATCHMENT = 2.0
"""km of a catchment, unless the reader has chosen one."""


def show(seen: Seen, spot: Spot | None) -> None:
    """The card."""
    with st.container(border=True, key="gap_card"):
        if spot is None or not spot.area:
            st.markdown(_("Ein Klick auf ein Feld zeigt, wer dort da ist oder wer kommen könnte."))
            return
        st.markdown("#### " + safe(about(seen, spot)))
        rows = seen.ask("gaps/cell", area=spot.area, theme=spot.theme, stage=spot.stage, group=spot.group, as_of=seen.day)
        parts = {role: rows[rows["role"] == role] for role in ("here", "beside", "near", "come", "decide", "check")}
        found, on, by = seen.state_of(spot)
        _state(parts, found, on, by)
        if not spot.stage:
            _stages(seen, spot)
        if found != "covered":
            _formula(seen, spot)
        _reach(seen, spot)
        marking.show(seen, spot, found, parts["decide"])
        if found == "covered":
            _people(_("Wer da ist"), parts["here"], spot)
        else:
            _people(_("Das Nächste anderswo"), parts["near"], spot)
            _people(_("Wer es anderswo macht und kommen könnte"), parts["come"], spot)
            _people(_("Wer entscheiden müsste"), parts["decide"], spot)
        _people(_("Zum Thema genannt, aber kein Angebot"), parts["beside"], spot)


def _state(parts: dict[str, pd.DataFrame], found: str, on: str, by: str) -> None:
    here = parts["here"]
    if found == "covered":
        carriers = {name for text in here["providers"].dropna() for name in str(text).split(", ") if name}
        counts = here["type"].value_counts()
        said = state_words("covered", int(counts.get("Offer", 0)), int(counts.get("Project", 0)), len(carriers))
        st.markdown(f":blue-badge[{said}]")
        if len(carriers) == 1:
            st.markdown(_("Alles hängt an einem Träger: {name}.").format(name=safe(next(iter(carriers)))))
        past = parts["check"]
        if len(past):
            st.markdown(":small[:gray[" + _("Überholt: {survey}").format(survey=survey("checked", past["date"].iloc[0], past["by"].iloc[0])) + "]]")
        return
    if found == "checked":
        st.markdown(f":red-badge[{_('0 geprüft: kein Angebot')}] {safe(survey('checked', on, by))}")
        return
    st.markdown(f":gray-badge[{_('? nicht erhoben')}] " + _("Es ist nichts bekannt, aber niemand hat gefragt. Das ist keine Lücke, sondern eine offene Frage."))


def _stages(seen: Seen, spot: Spot) -> None:
    """Where the cell is over all stages: each of them with what there is."""
    if not spot.theme:
        return
    cells = seen.ask("gaps/coverage", rows="Stage", columns="Theme", area=spot.area, group=spot.group, as_of=seen.day)
    cells = cells[(cells["column"] == spot.theme) & cells["asked"]]
    with st.container(horizontal=True, gap="small"):
        for row in cells.itertuples(index=False):
            sign = {"covered": number(row.n), "checked": ":red[**0**]", "unknown": "**?**"}[row.state]
            st.button(
                f"{safe(row.row_name)} {sign}",
                key=f"gap_stage_{row.row}",
                on_click=lambda stage=str(row.row): change(spot=Spot(spot.area, spot.theme, stage, spot.group)),
            )


def _formula(seen: Seen, spot: Spot) -> None:
    """How urgent it is, in its numbers."""
    mine = seen.ranked[(seen.ranked["area"] == spot.area) & (seen.ranked["theme"] == spot.theme) & (seen.ranked["stage"] == spot.stage)]
    if mine.empty:
        return
    row = mine.iloc[0]
    st.markdown(safe(reasons(seen, row.to_dict())))
    ranks = _("Rang {rank} von {all}").format(rank=number(row["rank"]), all=number(len(seen.ranked)))
    text = _("Dringlichkeit {value}: {formula}").format(value=number(row["priority"], 1), formula=_decimals(str(row["formula"])))
    st.markdown(f":small[{safe(ranks)} · {safe(text)}]", help=safe(str(row["indicators"]).replace("; ", " · ")) or None)


def _reach(seen: Seen, spot: Spot) -> None:
    """How many places of what the cell is about can be reached from the area, where places, coordinates and people are known."""
    if not spot.theme and not spot.stage:
        return
    level = str(seen.view.nodes.at[spot.area, "level"]) if "level" in seen.view.nodes.columns else ""
    distance = seen.choice.catchment or _CATCHMENT
    rows = seen.ask("gaps/reach", level=level, theme=spot.theme, stage=spot.stage, group=spot.group, distance=distance, as_of=seen.day)
    mine = rows[rows["area"] == spot.area]
    if mine.empty or not rows["places"].any() or mine["reach"].isna().all():
        return
    row = mine.iloc[0]
    told = _(
        "Erreichbar: **{reach} Plätze je 100** ({places} Plätze an {sites} Orten im Umkreis von {km} km, geteilt mit allen, die sie auch erreichen)."
    ).format(reach=number(row["reach"], 2), places=number(row["places"]), sites=number(row["sites"]), km=number(distance, 1))
    rest = _("Mitte der Gebiete gleicher Ebene: {n}.").format(n=number(rows["reach"].median(), 2))
    without = " " + _("{n} Angebote ohne Ort oder Platzzahl zählen nicht mit.").format(n=number(row["without"])) if row["without"] else ""
    st.markdown(
        f":small[{told} {rest}{without}]", help=_("Zweistufige Einzugsgebiete (Luo und Wang 2003), in Luftlinie; mehr unter Fragen, „Erreichbare Plätze“.")
    )


def _decimals(formula: str) -> str:
    """The formula with the decimal sign of the language."""
    return formula.replace(".", ",") if language() == "de" else formula


def _people(title: str, rows: pd.DataFrame, spot: Spot) -> None:
    """A list of actors, each a way into the Akteurslandkarte."""
    if rows.empty:
        return
    st.markdown(f"**{title}** · {number(len(rows))}")
    shown = rows.head(_LISTED)
    with st.container(gap=None):
        for row in shown.itertuples(index=False):
            _line(row, spot)
    if len(rows) > len(shown):
        with st.expander(count_of(len(rows) - len(shown), _("weiterer"), _("weitere"))):
            for row in rows.iloc[len(shown) :].itertuples(index=False):
                _line(row, spot)


def _line(row: object, spot: Spot) -> None:
    values = row._asdict()  # type: ignore[attr-defined]
    notes = []
    if isinstance(values["area_name"], str) and values["role"] in ("near", "come", "here"):
        notes.append(safe(values["area_name"]))
    if values["km"] is not None and values["km"] == values["km"]:
        notes.append(_("grenzt an") if values["km"] < 0.05 else _("{km} km").format(km=number(values["km"], 1)))
    if values["role"] == "come":
        notes.append(_("{n} anderswo").format(n=number(values["n"])) + (", " + _("schon im Gebiet") if values["known_here"] else ""))
    if isinstance(values["providers"], str) and values["providers"] and values["role"] in ("here", "near"):
        notes.append(safe(values["providers"]))
    label = f"{glyph(values['type'])} {safe(values['name'])}" + (f" :small[:gray[{' · '.join(notes)}]]" if notes else "")
    if st.button(label, key=f"gap_{values['role']}_{values['id']}_{spot.stage}", type="tertiary"):
        frame.go(_MAP, state.Choice(actor=str(values["id"])))
