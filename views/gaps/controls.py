"""What is chosen on the page Lücken: filters in a row, rows and columns behind a button, the weights behind another."""

from __future__ import annotations

from datetime import date

import streamlit as st

from graph import schema
from queries.area_needs import weights_of
from views import naming
from views.gaps.choice import DIMENSIONS, MOST_EASING, GapChoice, change, choice_now
from views.gaps.meetings import last_met
from views.gaps.seen import Seen
from views.gaps.sentences import level_word
from views.profile import safe
from views.words import _, day, language

_FIELDS = {"Theme": "theme", "Stage": "stage", "TargetGroup": "group"}


def show(seen: Seen) -> None:
    """The row above the picture."""
    chosen = seen.choice
    stages = _stages(seen)
    bar = st.columns([6.2, 2.4, 2.2, 1.6, 1.4], vertical_alignment="bottom")
    st.session_state["gaps_stage"] = chosen.stage
    bar[0].segmented_control(
        schema.NODES["Stage"].label.in_(language()),
        list(stages),
        key="gaps_stage",
        format_func=stages.__getitem__,
        on_change=lambda: change(stage=st.session_state["gaps_stage"] or "", spot=None),
    )
    with bar[1]:
        _select(seen, "Theme", _("Alle Themen"))
    with bar[2]:
        _select(seen, "TargetGroup", _("Alle Zielgruppen"))
    st.session_state["gaps_day"] = date.fromisoformat(seen.day)
    bar[3].date_input(_("Stand am"), key="gaps_day", format="DD.MM.YYYY", on_change=_day, help=_("Zeigt, was an diesem Tag galt."))
    with bar[4], st.popover(_("Ansicht"), width="stretch", type="primary" if _unusual(chosen) else "secondary"):
        _axes(seen)


def since(seen: Seen) -> None:
    """The day to compare with: that of the last meeting."""
    chosen = seen.choice
    st.session_state["gaps_since"] = date.fromisoformat(chosen.since) if chosen.since else None
    st.date_input(
        _("Seit der Sitzung am"),
        value=None,
        key="gaps_since",
        format="DD.MM.YYYY",
        on_change=lambda: change(since=st.session_state["gaps_since"].isoformat() if st.session_state["gaps_since"] else ""),
        help=_("Zeigt, welche Lücken sich seit diesem Tag geschlossen haben, welche neu und welche weiter offen sind."),
    )
    met = None if chosen.since else last_met(seen.view, seen.day)
    if met:
        st.button(
            _("Letzte Sitzung: {day}").format(day=day(met.day)), key="gaps_last_met", type="tertiary", on_click=lambda: change(since=met.day),
            help=_("{gremium} tagte am {day}. Vergleicht mit diesem Tag.").format(gremium=safe(met.gremium), day=day(met.day)),
        )  # fmt: skip


def _unusual(chosen: GapChoice) -> bool:
    usual = GapChoice()
    return (chosen.rows, chosen.columns, chosen.level, chosen.area) != (usual.rows, usual.columns, usual.level, usual.area)


def _stages(seen: Seen) -> dict[str, str]:
    nodes = seen.view.nodes[seen.view.nodes["type"] == "Stage"]
    order = nodes["order"].astype(float) if "order" in nodes.columns else 0.0
    short = nodes["short"] if "short" in nodes.columns else nodes["name"]
    rows = nodes.assign(order=order, said=short.where(short.notna(), nodes["name"])).sort_values(["order", "name"])
    return {"": _("Alle")} | {str(key): str(said) for key, said in rows["said"].items()}


def _select(seen: Seen, facet: str, every: str) -> None:
    field = _FIELDS[facet]
    nodes = seen.view.nodes[seen.view.nodes["type"] == facet].sort_values("name")
    words = {"": every} | {str(key): str(name) for key, name in nodes["name"].items()}
    key = f"gaps_{field}"
    st.session_state[key] = getattr(seen.choice, field)
    st.selectbox(
        schema.NODES[facet].label.in_(language()),
        list(words),
        key=key,
        format_func=words.__getitem__,
        on_change=lambda: change(**{field: st.session_state[key] or "", "spot": None}),
    )


def _axes(seen: Seen) -> None:
    """Rows, columns, level of areas, and the area that is looked into."""
    chosen = seen.choice
    words = {name: schema.NODES[name].label.in_(language()) for name in DIMENSIONS.values()}
    for key, label, field, other in (("gaps_rows", _("Zeilen"), "rows", "columns"), ("gaps_columns", _("Spalten"), "columns", "rows")):
        st.session_state[key] = getattr(chosen, field)
        st.selectbox(label, list(words), key=key, format_func=words.__getitem__, on_change=_axis, args=(key, field, other))
    if len(seen.levels) > 1:
        st.session_state["gaps_level"] = seen.level
        st.selectbox(
            _("Ebene der Gebiete"),
            seen.levels,
            key="gaps_level",
            format_func=level_word,
            on_change=lambda: change(level=st.session_state["gaps_level"], spot=None),
        )
    areas = {"": _("Ganze Kommune")} | naming.options(seen.view)
    st.session_state["gaps_area"] = chosen.area
    st.selectbox(
        _("Nur Teile von"),
        list(areas),
        key="gaps_area",
        format_func=areas.__getitem__,
        on_change=lambda: change(area=st.session_state["gaps_area"] or "", spot=None),
    )


def _axis(key: str, field: str, other: str) -> None:
    """Another dimension on an axis; the one that was there goes to the other axis where that had it."""
    picked, now = st.session_state[key], choice_now()
    fields = {field: picked}
    if picked == getattr(now, other):
        fields[other] = getattr(now, field)
    change(**fields, spot=None)


def _day() -> None:
    picked = st.session_state["gaps_day"]
    change(day="" if picked is None or picked == date.today() else picked.isoformat())


# ---- weights ----------------------------------------------------------------------------------------


def weights(seen: Seen) -> None:
    """The weights of need and of neighbours, and how the number comes about."""
    found, chosen = seen.needs, seen.choice
    with st.expander(_("Wie die Dringlichkeit entsteht, und was wie viel wiegt")):
        st.markdown(
            _(
                "**Dringlichkeit = 100 × Bedarf × Mangel × Minderung.** Bedarf: das gewichtete Mittel der Kennzahlen, jede als "
                "Anteil am höchsten Wert der Ebene; "
                "eine Kennzahl für ein Alter zählt nur in Bildungsphasen dieses Alters. Mangel = 1 ÷ (1 + was es hier gibt). "
                "Minderung = 1 ÷ (1 + Gewicht der Nachbarn × was es nebenan gibt). Unter jeder Zahl der Liste steht "
                "der Rang, wenn jedes Gewicht um die Hälfte steigt oder fällt."
            )
        )
        now = weights_of(found, chosen.weights)
        if not now:
            st.markdown(_("Für die Gebiete ist keine Kennzahl eingelesen; der Bedarf ist überall gleich."))
        columns = st.columns(4)
        for place, (key, weight) in enumerate(now.items()):
            widget = f"gaps_weight_{key}"
            st.session_state[widget] = min(3.0, max(-1.0, weight))
            columns[place % 4].slider(
                safe(found.names[key]),
                -1.0,
                3.0,
                step=0.5,
                key=widget,
                on_change=_weigh,
                args=(key,),
                help=_("0: zählt nicht. Unter 0: ein hoher Wert heißt weniger Bedarf."),
            )
        beside = st.columns(4)
        st.session_state["gaps_easing"] = chosen.easing
        beside[0].slider(
            _("Gewicht der Nachbarn"), 0.0, MOST_EASING, step=0.05, key="gaps_easing", on_change=lambda: change(easing=st.session_state["gaps_easing"])
        )
        with beside[1]:
            _kilometres(chosen, "distance", _("Nachbarn bis km"), _("0: Gebiete mit gemeinsamer Grenze."))
        with beside[2]:
            told = _(
                "Angebote mit Koordinate und Plätzen zählen dann danach, wie viele Plätze je Kopf das Gebiet in diesem Umkreis erreicht (2SFCA), "
                "die übrigen weiter als Nachbarn. 0: alle zählen als Nachbarn."
            )
            _kilometres(chosen, "catchment", _("Einzugsgebiet in km"), told)
        if chosen.weights or chosen.easing != GapChoice().easing or chosen.distance or chosen.catchment:
            st.button(_("Gewichte zurücksetzen"), on_click=lambda: change(weights="", easing=GapChoice().easing, distance=0.0, catchment=0.0))


def _kilometres(chosen: GapChoice, field: str, label: str, told: str) -> None:
    """A field for a distance of the choice."""
    key = f"gaps_{field}"
    st.session_state[key] = getattr(chosen, field)
    st.number_input(label, 0.0, 50.0, step=0.5, key=key, on_change=lambda: change(**{field: st.session_state[key]}), help=told)


def _weigh(key: str) -> None:
    pairs = dict(part.rpartition(":")[::2] for part in choice_now().weights.split(",") if ":" in part)
    value = float(st.session_state[f"gaps_weight_{key}"])
    pairs.pop(key, None)
    if value != 1.0:
        pairs[key] = f"{value:g}"
    change(weights=",".join(f"{name}:{weight}" for name, weight in sorted(pairs.items())))
