"""Doppelstrukturen: what stands twice, and which structures do the same work; a queue, the two side by side, the verdict."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from graph import schema
from graph.snapshot import Snapshot
from queries.duplicates import records, structures
from queries.names.lexicon import LexiconError
from views import data, frame, naming, state
from views.beside import beside
from views.duplicates import comparing, done, markup, notices, verdicts, weights
from views.duplicates.choice import QUEUES, ReviewChoice, change, choice, choice_now, write
from views.duplicates.pairs import RECORDS, Pair, any_two, decided, pair_of, queue, usual_least
from views.profile import glyph, safe
from views.words import _, count_of, language, number

_SHOWN = 40
_TYPES = {RECORDS: ("Institution", "Person", "Gremium", "Project", "Offer")}
_STRUCTURES = ("Gremium", "Project")


def page() -> None:
    """The page."""
    data.guarded(_readable)


def _readable() -> None:
    """The page; a file of words that cannot be read is named with its line."""
    try:
        _page()
    except LexiconError as error:
        st.error(safe(str(error)))


def _page() -> None:
    view = data.current()
    if view.nodes.empty:
        st.markdown("# " + _("Noch nichts eingelesen"))
        st.markdown(_("Doppeltes zeigt sich, sobald Listen eingelesen sind: **akteursatlas template netzwerk.xlsx** schreibt eine Vorlage."))
        return
    chosen = _known(choice(), view)
    judgements, entity_of = data.ledger().judgements(standing=True), data.entity_of()
    if data.role() != "internal":  # keys may hold names: nothing about persons, and nothing about what is gone
        seen = view.nodes.index[view.nodes["type"] != "Person"]
        judgements = [judgement for judgement in judgements if all(entity_of.get(key) in seen for key in judgement.pair)]
    left, right = beside([2.6, 9.4])
    if chosen.queue == "done":
        with left:
            st.markdown("### " + count_of(len(judgements), _("Urteil"), _("Urteile")))
            _queues(chosen)
            verdicts.undo()
        with right:
            st.markdown("### " + _("Was entschieden ist"))
            done.show(judgements, entity_of)
        write()
        return
    with st.spinner(_("Doppeltes wird gesucht ...")):
        rows = queue(view, chosen, decided(judgements, entity_of, chosen.queue), weights.applied())
    listed = [pair_of(row) for row in rows.head(_SHOWN).to_dict("records")]
    pair = _shown(view, chosen, listed)
    with left:
        _queue(view, chosen, rows, listed, pair)
    with right:
        if pair is None:
            notices.show()
            st.markdown("### " + _("Nichts zu prüfen"))
            st.markdown(
                _("Unter dieser Auswahl steht nichts mehr an. Weniger Punkte zeigen auch Paare, die sich nur ähneln; Entschiedenes steht unter „Erledigt“.")
            )
        else:
            _pair(view, pair, listed)
    write()


def _known(chosen: ReviewChoice, view: Snapshot) -> ReviewChoice:
    """The choice without what a link names and the network does not have (any more)."""
    there = view.nodes.index
    if chosen.area and chosen.area not in there:
        st.info(_("Der Link nennt ein Gebiet, das es nicht mehr gibt; es wurde weggelassen."))
        change(area="")
    if chosen.pair and not all(node in there for node in chosen.pair):
        change(pair=None)
    return choice_now()


def _shown(view: Snapshot, chosen: ReviewChoice, listed: list[Pair]) -> Pair | None:
    """The pair of the choice, else the first of the list."""
    if chosen.pair is None:
        return listed[0] if listed else None
    return next((pair for pair in listed if set(pair.ids) == set(chosen.pair or ())), None) or any_two(view, *chosen.pair, chosen.queue, weights.applied())


# ---- the queue --------------------------------------------------------------------------------------


def _queues(chosen: ReviewChoice) -> None:
    words = {RECORDS: _("Einträge"), "Doppelstruktur": _("Doppelt"), "Parallelstruktur": _("Parallel"), "Teilmenge": _("Teilmenge"), "done": _("Erledigt")}
    st.session_state["review_queue"] = chosen.queue
    st.pills(
        _("Liste"), list(QUEUES.values()), key="review_queue", wrap=True, format_func=words.__getitem__, label_visibility="collapsed", required=True,
        on_change=lambda: change(queue=st.session_state["review_queue"], pair=None, type="", least=None),
    )  # fmt: skip


def _queue(view: Snapshot, chosen: ReviewChoice, rows: pd.DataFrame, listed: list[Pair], pair: Pair | None) -> None:
    st.markdown("### " + count_of(len(rows), _("Paar zu prüfen"), _("Paare zu prüfen")))
    _queues(chosen)
    _filters(view, chosen)
    if listed:
        texts = {one.ids: f"{safe(_name(view, one.one))} / {safe(_name(view, one.other))}" for one in listed}
        st.session_state["review_pair"] = pair.ids if pair and pair.ids in texts else None
        with st.container(key="review_list", height=520 if len(listed) > 7 else "content", border=False):
            st.radio(
                _("Paare"), list(texts), key="review_pair", index=None, format_func=texts.__getitem__, captions=[_caption(view, one) for one in listed],
                label_visibility="collapsed", on_change=lambda: change(pair=st.session_state["review_pair"]),
            )  # fmt: skip
        if len(rows) > len(listed):
            st.markdown(":small[:gray[" + _("Die ersten {n}; weitere rücken nach.").format(n=number(len(listed))) + "]]")
    with st.container(horizontal=True, gap="small"):
        _steps(listed, pair)
        verdicts.undo()
    if chosen.queue == RECORDS:
        sure = rows[rows["sure"].astype(bool)]
        verdicts.bulk([pair_of(row) for row in sure.to_dict("records")], lambda node: _name(view, node))
    _any(view, chosen)


def _steps(listed: list[Pair], pair: Pair | None) -> None:
    """Back and on in the list, also by the arrow keys."""
    ids = [one.ids for one in listed]
    at = ids.index(pair.ids) if pair and pair.ids in ids else -1
    for word, step, key in ((_("Zurück"), -1, "Left"), (_("Weiter"), 1, "Right")):
        to = at + step
        if len(ids) > 1:
            st.button(
                word, key=f"review_{key}", shortcut=key, disabled=not 0 <= to < len(ids), on_click=_go, args=(ids[to] if 0 <= to < len(ids) else None,)
            )  # fmt: skip


def _go(pair: tuple[str, str] | None) -> None:
    change(pair=pair)


def _filters(view: Snapshot, chosen: ReviewChoice) -> None:
    types = {"": _("Alle Arten")} | {name: schema.NODES[name].plural.in_(language()) for name in _TYPES.get(chosen.queue, _STRUCTURES)}
    areas = {"": _("Ganze Kommune")} | naming.options(view)
    with st.popover(_("Filter"), type="primary" if chosen.type or chosen.area or chosen.least is not None else "secondary"):
        st.session_state["review_type"] = chosen.type if chosen.type in types else ""
        st.selectbox(
            _("Art"), list(types), key="review_type", format_func=types.__getitem__, on_change=lambda: change(type=st.session_state["review_type"], pair=None)
        )
        st.session_state["review_area"] = chosen.area if chosen.area in areas else ""
        st.selectbox(
            _("Gebiet"),
            list(areas),
            key="review_area",
            format_func=areas.__getitem__,
            on_change=lambda: change(area=st.session_state["review_area"], pair=None),
        )
        usual = usual_least(chosen.queue)
        lowest = records.REVIEW if chosen.queue == RECORDS else structures.LEAST
        st.session_state["review_least"] = max(lowest, usual if chosen.least is None else chosen.least)
        st.number_input(
            _("Ab so vielen Punkten"), min_value=lowest, step=1.0, format="%.1f", key="review_least",
            on_change=lambda: change(least=None if st.session_state["review_least"] == usual else st.session_state["review_least"], pair=None),
        )  # fmt: skip


def _any(view: Snapshot, chosen: ReviewChoice) -> None:
    """Any two entries beside each other: why were they proposed, or not?"""
    with st.popover(_("Zwei andere vergleichen"), help=_("Zeigt von zwei Einträgen, warum sie nicht vorgeschlagen sind.")):
        types = _TYPES.get(chosen.queue, _STRUCTURES)
        nodes = view.nodes[view.nodes["type"].isin(types) & view.nodes["name"].notna()]
        names = {str(node): str(name) for node, name in nodes["name"].sort_values(key=lambda names: names.str.casefold()).items()}
        for key, word in (("review_one", _("Eintrag")), ("review_other", _("und"))):
            st.selectbox(word, list(names), index=None, key=key, format_func=lambda node: names.get(node, node), placeholder=_("Namen eintippen"))
        one, other = st.session_state.get("review_one"), st.session_state.get("review_other")
        st.button(_("Vergleichen"), key="review_compare", disabled=not one or not other or one == other, on_click=_go, args=((one, other),))


def _caption(view: Snapshot, pair: Pair) -> str:
    told = [_("{n} Punkte").format(n=number(pair.score, 1)), schema.NODES[str(view.nodes.at[pair.one, "type"])].label.in_(language())]
    if pair.sure:
        told.append(_("sicher"))
    return " · ".join(told)


def _name(view: Snapshot, node: str) -> str:
    return str(view.nodes.at[node, "name"])


# ---- the two side by side ---------------------------------------------------------------------------


def _pair(view: Snapshot, pair: Pair, listed: list[Pair]) -> None:
    today = date.today().isoformat()
    types = (str(view.nodes.at[pair.one, "type"]), str(view.nodes.at[pair.other, "type"]))
    names = (_name(view, pair.one), _name(view, pair.other))
    st.markdown("### " + _question(pair, types))
    ids = [one.ids for one in listed]
    following = next((one for place, one in enumerate(listed) if pair.ids in ids and place == ids.index(pair.ids) + 1), None)
    verdicts.show(pair, following)
    kinds = (schema.NODES[types[0]], schema.NODES[types[1]])
    said = (data.statements(pair.one, types[0]), data.statements(pair.other, types[1]))
    ties = tuple(data.ask("network/relations", actor=node, as_of=today, language=language()) for node in pair.ids)
    merging = pair.kind == RECORDS and types[0] == types[1]
    fields = comparing.field_rows(kinds, said, data.datasets())
    rows = fields if merging else comparing.hushed(fields)
    pictured = comparing.MEMBERS if pair.kind != RECORDS else set()
    if pair.kind != RECORDS:
        _members(pair, names, ties)
    st.html(markup.comparison([*rows, *comparing.tie_rows(*ties, pictured), comparing.source_row(said)], names, types))
    if merging:
        st.markdown(":small[" + safe(comparing.after_a_merge(fields, *ties)) + "]")
    _why(pair)
    with st.container(horizontal=True, gap="small"):
        for node, kind, name in zip(pair.ids, types, names, strict=True):
            if st.button(f"{glyph(kind)} {safe(name)}", key=f"review_to_{node}", type="tertiary", help=_("Zeigt den Eintrag in der Akteurslandkarte.")):
                frame.go("akteurslandkarte", state.Choice(actor=node))
    st.markdown(":small[:gray[" + _foot(pair) + "]]")


def _question(pair: Pair, types: tuple[str, str]) -> str:
    if pair.kind == RECORDS:
        return _("Meinen diese zwei Einträge dasselbe?")
    if types == ("Gremium", "Gremium"):
        return _("Tun diese zwei Gremien dasselbe?")
    return _("Tun diese zwei Projekte dasselbe?") if types == ("Project", "Project") else _("Tun diese zwei Strukturen dasselbe?")


def _members(pair: Pair, names: tuple[str, str], ties: tuple[pd.DataFrame, ...]) -> None:
    found = comparing.shared(*ties, comparing.MEMBERS)
    every = len(found.one) + len(found.both) + len(found.other)
    if every:
        st.html(markup.capsule(found, names, _("in beiden · {n} von {every} Mitgliedern").format(n=number(len(found.both)), every=number(every))))
    if pair.sittings is not None and pair.hours is not None:
        told = _(
            "Ginge das weniger aufwendige im anderen auf, würden im Jahr **{sittings} Sitzungen** und **{hours} Personenstunden** frei (2 Stunden je Sitzung)."
        )
        st.markdown(told.format(sittings=number(pair.sittings), hours=number(pair.hours)))


def _why(pair: Pair) -> None:
    if pair.score != pair.score:
        st.markdown(_("Diese beiden sind verschiedener Art und werden nie verglichen."))
        return
    if pair.kind == RECORDS:
        stands = _("ab {sure} sicher, ab {review} zu prüfen").format(sure=number(records.SAME), review=number(records.REVIEW))
        head = _("Warum der Vorschlag") if pair.score >= records.REVIEW else _("Warum kein Vorschlag")
    else:
        stands, head = _("ab {likely} wahrscheinlich").format(likely=number(structures.LIKELY)), _("Warum der Vorschlag")
    st.markdown(f"#### {head}: {number(pair.score, 1)} " + _("Punkte") + f" ({stands})")
    if pair.evidence:
        st.html(markup.evidence(pair.evidence))
    elif data.role() != "internal":
        st.markdown(":small[:gray[" + _("Die Gründe nennen Personen und sind hier nicht zu sehen.") + "]]")


def _foot(pair: Pair) -> str:
    if pair.kind == RECORDS:
        return _("„Dasselbe“ und „Umbenannt“ legen zusammen, sofort und auf allen Seiten. Rückgängig stellt jede Angabe und jede Beziehung wieder her.")
    return _("Ein Urteil legt nichts zusammen, nur „Umbenannt oder Nachfolger“ tut das. Rückgängig jederzeit unter „Erledigt“.")
