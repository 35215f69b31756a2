"""What people decide about a pair: the verdicts in a row with their keys, the reason, taking back, and many sure ones at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from graph.home import user_name
from graph.identity import JOINS, VERDICTS, Judgement
from graph.ledger import LedgerError
from views import data
from views.duplicates import notices, weights
from views.duplicates.choice import change
from views.duplicates.pairs import RECORDS, Pair, without_effect
from views.profile import safe
from views.words import _, count_of, language, number

_REASON = "review_reason"
_MINE = "review_mine"
"""Session key: the judgements of this session, the newest last, as (number, pair), for taking back."""
_SHOWN = 40


def offered(pair: Pair) -> tuple[str, ...]:
    """The verdicts that can be given about a pair, in the order of their keys."""
    if pair.kind == RECORDS:
        return ("same", "different", "renamed", "part_of", "same_site", "unsure")
    return ("overlap", "part_of", "renamed", "separate", "unsure")


def show(pair: Pair, following: Pair | None) -> None:
    """The verdicts and the field for the reason; a verdict leads to ``following``."""
    notices.show()
    if data.role() != "internal":
        st.markdown(":small[:gray[" + _("Urteile fällt, wer auch Personendaten sehen darf.") + "]]")
        return
    structures = pair.kind != RECORDS
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        for place, verdict in enumerate(offered(pair), 1):
            st.button(
                VERDICTS[verdict].in_(language()), key=f"review_{verdict}", type="primary" if place == 1 else "secondary", shortcut=str(place),
                help=_helps(verdict), on_click=_judge, args=(pair, verdict, following),
            )  # fmt: skip
        st.text_input(
            _("Begründung"),
            key=_REASON,
            max_chars=500,
            placeholder=_placeholder(structures),
            width="stretch",
            help=_("Wird mit Ihrem Namen und dem Datum gemerkt."),
        )


def _placeholder(structures: bool) -> str:
    return _("Zum Beispiel: Zusammenlegen ab Schuljahr 2027/28") if structures else _("Zum Beispiel: Im Sekretariat angerufen")


def _helps(verdict: str) -> str:
    said = {
        "same": _("Legt beide zusammen: überall ein Eintrag mit den Angaben beider."),
        "renamed": _("Legt beide zusammen: derselbe unter neuem Namen, oder der eine folgt auf den anderen."),
        "different": _("Wird nicht mehr vorgeschlagen und auch bei gleichen Nummern nicht zusammengelegt."),
        "separate": _("Beide bleiben, und der Vorschlag ist erledigt."),
        "part_of": _("Der eine gehört zum anderen; beide bleiben eigene Einträge."),
        "same_site": _("Unter einer Anschrift, aber nicht dasselbe; beide bleiben eigene Einträge."),
        "overlap": _("Merkt sich den Befund; es wird nichts zusammengelegt."),
        "unsure": _("Angesehen, aber nicht entschieden; steht unter Erledigt."),
    }
    return said[verdict]


def undo() -> None:
    """The button that takes back what was decided last in this session."""
    mine = st.session_state.get(_MINE, [])
    if mine:
        st.button(_("Rückgängig"), key="review_undo", shortcut="u", on_click=_undo, help=_("Nimmt Ihr letztes Urteil zurück."))


def bulk(pairs: Sequence[Pair], name: Callable[[str], str]) -> None:
    """The sure ones, named, to be confirmed at once."""
    if len(pairs) < 2 or data.role() != "internal":
        return
    with st.popover(_("{n} sichere auf einmal").format(n=number(len(pairs)))):
        st.markdown(
            _("Diese Paare sind nach allem, was bekannt ist, dasselbe. Bitte einmal durchsehen; jedes lässt sich unter „Erledigt“ einzeln zurücknehmen.")
        )
        listed = "\n".join(f"- {safe(name(pair.one))} / {safe(name(pair.other))} :gray[{number(pair.score, 1)}]" for pair in pairs[:_SHOWN])
        st.markdown(listed + (f"\n- … (+{number(len(pairs) - _SHOWN)})" if len(pairs) > _SHOWN else ""))
        shown = list(pairs[:_SHOWN])
        text = _("Alle {n} zusammenlegen") if len(shown) == len(pairs) else _("Diese {n} zusammenlegen")
        st.button(text.format(n=number(len(shown))), key="review_bulk", type="primary", on_click=_judge_all, args=(shown,))


# ---- what is done -----------------------------------------------------------------------------------


def _judge(pair: Pair, verdict: str, following: Pair | None) -> None:
    said = st.session_state
    ledger = data.ledger()
    try:
        judged = ledger.judge(pair.one, pair.other, verdict, user=user_name(), reason=str(said.get(_REASON) or "").strip(), evidence=weights.unscaled(pair))
    except LedgerError as error:
        notices.fail(str(error))
        return
    said[_REASON] = ""
    said[_MINE] = [*said.get(_MINE, []), (judged, pair.ids)]
    made = next(judgement for judgement in ledger.judgements(standing=True) if judgement.id == judged)
    if verdict in JOINS and without_effect(made, {key: ledger.entity(key) or key for key in (made.left, made.right)}):
        notices.tell(_("Das Urteil ist gemerkt, legt aber nichts zusammen: Ein anderes Urteil hält die beiden getrennt (siehe „Erledigt“)."))
    change(pair=following.ids if following else None)


def _judge_all(pairs: Sequence[Pair]) -> None:
    user = user_name()
    try:
        taken = data.ledger().judge_all((Judgement(0, *pair.ids, "same", evidence=weights.unscaled(pair)) for pair in pairs), user=user, action="judge")
    except LedgerError as error:
        notices.fail(str(error))
        return
    told = count_of(len(taken.kept), _("Paar ist zusammengelegt."), _("Paare sind zusammengelegt."))
    notices.tell(" ".join([told, *(safe(why) for _place, why in taken.refused)]))
    change(pair=None)


def _undo() -> None:
    mine = st.session_state.get(_MINE, [])
    if not mine:  # pressed twice before the button was gone
        return
    judged, ids = mine[-1]
    take_back(judged)
    change(pair=ids)


def take_back(judged: int) -> None:
    """Withdraws a judgement; what was wrong is said on the page."""
    try:
        data.ledger().take_back(judged, user=user_name(), reason="")
    except LedgerError as error:
        notices.fail(str(error))
    st.session_state[_MINE] = [entry for entry in st.session_state.get(_MINE, []) if entry[0] != judged]
