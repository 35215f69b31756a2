"""The menu of saved views: what is shown is named, kept, opened again, renamed, deleted."""

from __future__ import annotations

import streamlit as st

from graph.home import role, user_name
from views import copying, data, state
from views.picture import Picture
from views.profile.marks import safe, small
from views.saved_views import NAME_MOST, BadName, Removed, SavedView
from views.state import MISSING, SAVED, Choice
from views.words import _, day

_KEY = "views_menu"
_RENAMING = "views_renaming"
_DELETING = "views_deleting"
_DELETED = "views_deleted"
_PROBLEM = "views_problem"
_UNKNOWN = "unbekannt"
_WIDTH = 440


def show(seen: Picture) -> None:
    """The menu, named by the view that is shown. Whoever may not see people may open views, not change them."""
    with st.container(key=_KEY, width="content"):
        view = data.saved_views().get(seen.choice.saved) if seen.choice.saved else None
        changed = view is not None and is_changed(seen.choice, view)
        title = _("Ansichten") if view is None else _name(view) + (f" · :orange[{_('geändert')}]" if changed else "")
        with st.popover(title), st.container(width=_WIDTH):
            _menu(seen, view, changed)


def notice() -> None:
    """Says so where the link named a view that there is not."""
    if st.session_state.get(MISSING):
        st.info(_("Die Ansicht, die der Link nennt, gibt es nicht mehr. Gezeigt wird das übliche Bild."))


def is_changed(choice: Choice, view: SavedView) -> bool:
    """Does the choice differ from what the view has saved?"""
    return bool(choice.to_query(Choice.from_query(view.query)))


def _menu(seen: Picture, view: SavedView | None, changed: bool) -> None:
    internal = role() == "internal"
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(problem)
    _undo()
    if view is not None:
        _shown(seen, view, changed, internal)
    if internal and (view is None or changed):
        _save_as(seen)
    _list(view, internal)


def _shown(seen: Picture, view: SavedView, changed: bool, internal: bool) -> None:
    """The view that is looked at, and what can be done with it."""
    st.markdown(f"**{_name(view)}**" + (f" · {_('geändert')}" if changed else ""))
    told = _("Gespeichert am {day}").format(day=day(view.changed[:10])) + (f", {view.user}" if view.user and internal else "")
    st.markdown(small(safe(told)))
    row = st.container(horizontal=True, gap="small")
    if changed and internal:
        row.button(_("Änderungen speichern"), key="views_over", type="primary", on_click=_save_over, args=(seen, view))
    if changed:
        row.button(_("Änderungen verwerfen"), key="views_back", on_click=state.open_saved, args=(view,))
    row.button(
        _("Ansicht verlassen"),
        key="views_leave",
        on_click=lambda: state.change(saved="", own=""),
        help=_("Das Bild bleibt, wie es ist; es folgt nur keiner Ansicht mehr."),
    )
    copying.copies([copying.link(_("Link kopieren"), _("Link kopiert"), {SAVED: view.slug})], key="views_copy")


def _save_as(seen: Picture) -> None:
    with st.form("views_save_as", clear_on_submit=False, border=False):
        st.text_input(_("Dieses Bild speichern als"), key="views_name", max_chars=NAME_MOST, placeholder=_("Zum Beispiel: Lenkungskreis im Herbst"))
        st.form_submit_button(_("Speichern"), on_click=_save_new, args=(seen,))


def _list(view: SavedView | None, internal: bool) -> None:
    """Every view to be opened; for those who may, renamed and deleted."""
    every = data.saved_views().all()
    if not every:
        st.markdown(small(_("Noch keine Ansicht gespeichert. Eine Ansicht merkt sich Gebiet, Auswahl, Darstellung, Filter und wo jeder steht.")))
        return
    st.markdown("**" + _("Gespeicherte Ansichten") + f"** · {len(every)}")
    with st.container(key="views_list", gap=None, height=320 if len(every) > 7 else "content"):
        for one in every:
            if internal and st.session_state.get(_RENAMING) == one.slug:
                _rename(one)
            elif internal and st.session_state.get(_DELETING) == one.slug:
                _ask(one)
            else:
                _entry(one, view is not None and view.slug == one.slug, internal)


def _entry(one: SavedView, current: bool, internal: bool) -> None:
    row = st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"views_row_{one.slug}")
    label = f"**{_name(one)}**" if current else _name(one)
    row.button(label, key=f"views_open_{one.slug}", type="tertiary", width="stretch", on_click=state.open_saved, args=(one,))
    if internal:
        row.button(_("Umbenennen"), key=f"views_rename_{one.slug}", type="tertiary", on_click=_mark, args=(_RENAMING, one.slug))
        row.button(_("Löschen"), key=f"views_delete_{one.slug}", type="tertiary", on_click=_mark, args=(_DELETING, one.slug))


def _rename(one: SavedView) -> None:
    with st.form(f"views_rename_form_{one.slug}", border=False):
        st.text_input(_("Neuer Name"), value=one.name, key=f"views_new_name_{one.slug}", max_chars=NAME_MOST)
        row = st.container(horizontal=True, gap="small")
        row.form_submit_button(_("Umbenennen"), on_click=_renamed, args=(one,))
        row.form_submit_button(_("Abbrechen"), on_click=_mark, args=(_RENAMING, None))


def _ask(one: SavedView) -> None:
    st.markdown(_("„{name}“ für alle löschen?").format(name=_name(one)))
    row = st.container(horizontal=True, gap="small")
    row.button(_("Ja, löschen"), key=f"views_really_{one.slug}", on_click=_delete, args=(one,))
    row.button(_("Abbrechen"), key=f"views_keep_{one.slug}", on_click=_mark, args=(_DELETING, None))


def _undo() -> None:
    removed: Removed | None = st.session_state.get(_DELETED)
    if removed is not None:
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(_("„{name}“ ist gelöscht.").format(name=_name(removed.view)))
        row.button(_("Rückgängig"), key="views_undo", on_click=_restore, args=(removed,))


def _name(view: SavedView) -> str:
    """The name as safe Markdown; without names of people for those who may not see them."""
    clean = data.cleaner()
    return safe(clean.text(view.name) if clean else view.name)


# ---- what is done -----------------------------------------------------------------------------------


def _mark(key: str, slug: str | None) -> None:
    for other in (_RENAMING, _DELETING):
        st.session_state.pop(other, None)
    if slug:
        st.session_state[key] = slug


def _user() -> str:
    name = user_name()
    return "" if name == _UNKNOWN else name


def _save_new(seen: Picture) -> None:
    query = seen.choice.to_query()
    try:
        view = data.saved_views().add(st.session_state.get("views_name", ""), query, drawing=seen.choice.drawing, scope=seen.scope, user=_user())
    except BadName as problem:
        st.session_state[_PROBLEM] = str(problem)
        return
    st.session_state["views_name"] = ""
    state.open_saved(view)


def _save_over(seen: Picture, view: SavedView) -> None:
    data.saved_views().replace(view.slug, seen.choice.to_query(), drawing=seen.choice.drawing, scope=seen.scope)
    if (saved := data.saved_views().get(view.slug)) is not None:
        state.open_saved(saved)


def _renamed(one: SavedView) -> None:
    try:
        data.saved_views().rename(one.slug, st.session_state.get(f"views_new_name_{one.slug}", ""))
    except BadName as problem:
        st.session_state[_PROBLEM] = str(problem)
        return
    _mark(_RENAMING, None)


def _delete(one: SavedView) -> None:
    st.session_state[_DELETED] = data.saved_views().remove(one.slug)
    _mark(_DELETING, None)
    if state.choice_now().saved == one.slug:
        state.change(saved="", own="")


def _restore(removed: Removed) -> None:
    data.saved_views().restore(removed)
    st.session_state.pop(_DELETED, None)
