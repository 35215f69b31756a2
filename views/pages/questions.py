"""Fragen: every question that can be asked of the network, its form, and its answer."""

from __future__ import annotations

from datetime import date

import streamlit as st

from graph.snapshot import Snapshot
from queries import own
from queries.catalog import Entry
from views import data
from views.profile import safe, small
from views.questions import answering, asking, form, showing
from views.words import _, language

ORDER = ("gaps", own.FOLDER, "quality", "network")


def page() -> None:
    """The page."""
    data.guarded(_page)


def _page() -> None:
    view = data.current()
    if view.nodes.empty:
        showing.empty_home()
        return
    every, broken = answering.every()
    asked = asking.asked()
    if asked.name in every:
        _question(view, every, every[asked.name])
    else:
        _list(every, broken, asked.name)
    asking.write()


def _folders() -> dict[str, str]:
    return {"gaps": _("Lücken"), own.FOLDER: _("Eigene Fragen"), "quality": _("Datenqualität"), "network": _("Netzwerk")}


def _by_folder(every: dict[str, Entry]) -> dict[str, list[Entry]]:
    """The questions of each folder, by title; the folders that planners come for first."""
    found: dict[str, list[Entry]] = {folder: [] for folder in ORDER}
    for entry in every.values():
        found.setdefault(entry.name.partition("/")[0], []).append(entry)
    return {folder: sorted(group, key=lambda entry: entry.about.title.in_(language()).casefold()) for folder, group in found.items()}


# ---- the list ---------------------------------------------------------------------------------------


def _list(every: dict[str, Entry], broken: list[own.Broken], unknown: str) -> None:
    st.markdown("# " + _("Was möchten Sie wissen?"))
    if unknown:
        reason = next((file.reason for file in broken if f"{own.FOLDER}/{file.file.removesuffix('.cypher')}" == unknown), "")
        st.warning(safe(reason) if reason else _("Eine Frage „{name}“ gibt es nicht. Diese gibt es:").format(name=safe(unknown)))
    for folder, group in _by_folder(every).items():
        if not group and folder != own.FOLDER:
            continue
        st.markdown("## " + safe(_folders().get(folder, folder)))
        for place in range(0, len(group), 3):
            for column, entry in zip(st.columns(3), group[place : place + 3], strict=False):
                with column.container(border=True, height="stretch", gap=None):
                    st.button(
                        f"**→ {safe(entry.about.title.in_(language()))}**", key=f"ask_{entry.name}", type="tertiary", on_click=asking.ask, args=(entry.name,)
                    )
                    st.markdown(small(safe(entry.about.question.in_(language()))))
        if folder == own.FOLDER:
            _about_own(group, broken)


def _about_own(group: list[Entry], broken: list[own.Broken]) -> None:
    if data.role() != "internal":
        st.markdown(small(_("Eigene Fragen stehen nur denen offen, die alle Angaben sehen dürfen.")))
        return
    if not group and not broken:
        st.markdown(small(_("Noch keine.") + " " + _own_words()))
    else:
        st.markdown(small(_own_words()))
    for file in broken:
        st.error(safe(file.reason))


def _own_words() -> str:
    told = _("Eine Abfrage in Cypher mit Kopfzeilen, gespeichert als .cypher im Ordner {folder}, erscheint hier. Sie kann nur lesen.")
    return told.format(folder=f"`{data.home().questions_path}`")


# ---- one question -----------------------------------------------------------------------------------


def _question(view: Snapshot, every: dict[str, Entry], entry: Entry) -> None:
    about, folders = entry.about, _folders()
    titles = {
        other.name: f"{folders.get(folder, folder)}: {other.about.title.in_(language())}" for folder, group in _by_folder(every).items() for other in group
    }
    left, right = st.columns([8.3, 2.7], vertical_alignment="bottom")
    st.session_state["q_question"] = entry.name
    left.selectbox(_("Frage"), list(titles), key="q_question", format_func=titles.__getitem__, on_change=lambda: asking.ask(st.session_state["q_question"]))
    right.button(_("Alle Fragen"), on_click=asking.ask, args=("",), width="stretch")
    st.markdown("# " + safe(about.question.in_(language())))
    given = dict(asking.now().given)
    values = form.show(view, entry, given)
    if values is not None and (found := answering.answer(view, entry, values)) is not None:
        showing.show(view, found, str(values.get("as_of") or date.today().isoformat()))
    with st.expander(_("Wie man es liest")):
        st.markdown(safe(about.reading.in_(language())))
        if about.denominator:
            st.markdown(_("Bezug: {what}").format(what=safe(about.denominator.in_(language()))))
        command = " ".join([f"akteursatlas query {entry.name}", *(f'--param "{name}={value}"' for name, value in given.items())])
        st.markdown(small(_("Dasselbe auf der Kommandozeile:")))
        st.code(command, language="bash")
