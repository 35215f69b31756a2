"""What people decide about a gap: a form, what stands, and taking it back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from graph.home import user_name
from graph.ledger import Gap, LedgerError
from views import data, frame
from views.gaps.choice import Spot, change
from views.gaps.seen import Seen
from views.gaps.sentences import decided
from views.profile import safe
from views.state import Choice
from views.words import _, day

_FAILED = "gap_mark_failed"


def show(seen: Seen, spot: Spot, found: str, gremien: pd.DataFrame) -> None:
    """The mark that stands with a way back, else the ways to decide; nothing for what is covered and unmarked."""
    mark = seen.mark(spot)
    if mark is not None:
        st.markdown(f":violet-badge[✓] **{safe(decided(mark))}**")
        who = _("{user}, {day}").format(user=safe(mark.user), day=day(mark.at[:10])) if mark.user else day(mark.at[:10])
        st.markdown(f":small[:gray[{who}" + (f" · {safe(mark.reason)}" if mark.verdict == "in_work" and mark.reason else "") + "]]")
    if (failed := st.session_state.pop(_FAILED, "")) and isinstance(failed, str):
        st.error(failed)
    if data.role() != "internal" or not spot.theme:
        return
    with st.container(horizontal=True, gap="small"):
        if mark is not None:
            st.button(_("Entscheidung zurücknehmen"), key="gap_take_back", on_click=_take_back, args=(mark.id,))
        if found == "covered":
            return
        with st.popover(_("Entscheiden") if mark is None else _("Neu entscheiden"), type="primary" if mark is None else "secondary"):
            _form(spot, found, gremien)
        if st.button(_("Angebot nachtragen"), key="gap_add", help=_("Führt zu „Daten einlesen“: dort kommt die ergänzte Liste hinein.")):
            frame.go("einlesen", Choice())


def _form(spot: Spot, found: str, gremien: pd.DataFrame) -> None:
    work = _("In Arbeit geben") if found == "checked" else _("Erhebung vormerken oder in Arbeit geben")
    words = {"in_work": work, "accepted": _("Bewusst so lassen"), "no_gap": _("Ist keine Lücke")}
    verdict = st.radio(_("Entscheidung"), list(words), format_func=words.__getitem__, key="gap_verdict")
    if verdict == "in_work":
        offered = [str(name) for name in gremien["name"]]
        st.selectbox(
            _("Wer"), offered, index=0 if offered else None, key="gap_who", accept_new_options=True, placeholder=_("Gremium, Amt oder Funktion"),
            help=_("Vorgeschlagen sind Gremien für Gebiet und Thema; anderes lässt sich eintippen."),
        )  # fmt: skip
        st.date_input(_("Bis wann"), value=None, key="gap_until", format="DD.MM.YYYY")
    st.text_area(_("Begründung"), key="gap_reason", height=90)
    st.button(_("Speichern"), key="gap_save", type="primary", on_click=_save, args=(spot,))


def _save(spot: Spot) -> None:
    said = st.session_state
    work = said.get("gap_verdict") == "in_work"
    until = said.get("gap_until") if work else None
    try:
        data.ledger().mark_gap(
            Gap(spot.area, spot.theme, spot.stage, spot.group),
            str(said.get("gap_verdict")),
            who=str(said.get("gap_who") or "") if work else "",
            until=until.isoformat() if until else "",
            reason=str(said.get("gap_reason") or ""),
            user=user_name(),
        )
        said.pop("gap_reason", None)
        change(spot=spot)  # stays open, also where it was only the first of the list
    except LedgerError as error:
        said[_FAILED] = str(error)


def _take_back(number: int) -> None:
    try:
        data.ledger().take_back_mark(number, user=user_name())
    except LedgerError as error:
        st.session_state[_FAILED] = str(error)
