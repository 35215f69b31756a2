"""What was decided: every judgement that stands, with a way back, and all of them as a file that another installation can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from graph import judgement_file
from graph.home import user_name
from graph.identity import VERDICTS, Judgement
from graph.judgement_file import JudgementFileError
from graph.ledger import LedgerError
from views import data
from views.duplicates import notices, verdicts, weights
from views.duplicates.pairs import without_effect
from views.profile import safe
from views.words import _, day, language, number

_PAGE = 25
_MORE, _FILE = "review_done_shown", "review_file"


def show(judgements: Sequence[Judgement], entity_of: Mapping[str, str]) -> None:
    """The list, the newest first, and the file."""
    notices.show()
    internal = data.role() == "internal"
    if not judgements:
        st.markdown(_("Noch ist nichts entschieden. Urteile stehen hier mit Name, Datum und Begründung und lassen sich zurücknehmen."))
    else:
        clashing = sum(without_effect(judgement, entity_of) for judgement in judgements)
        if clashing:
            st.warning(_("{n} Urteile widersprechen anderen und legen nichts zusammen; sie sind unten mit ⚠ bezeichnet.").format(n=number(clashing)))
        shown = int(st.session_state.get(_MORE, _PAGE))
        for judgement in list(reversed(judgements))[:shown]:
            _line(judgement, entity_of, internal)
        if len(judgements) > shown:
            st.button(_("Weitere {n} zeigen").format(n=number(min(_PAGE, len(judgements) - shown))), key="review_more", on_click=_more, args=(shown + _PAGE,))
    if internal:
        _file(judgements)
        weights.show(judgements)


def _line(judgement: Judgement, entity_of: Mapping[str, str], internal: bool) -> None:
    names = " / ".join(safe(_name(key, entity_of)) for key in (judgement.left, judgement.right))
    sign = "⚠ " if without_effect(judgement, entity_of) else ""
    told = [safe(part) for part in (day(judgement.at[:10]), *((judgement.user, judgement.reason) if internal else ())) if part]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"review_line_{judgement.id}"):
        st.markdown(f"{sign}**{names}**  \n{safe(VERDICTS[judgement.verdict].in_(language()))} :small[:gray[· {' · '.join(told)}]]", width="stretch")
        if internal:
            st.button(_("Zurücknehmen"), key=f"review_back_{judgement.id}", on_click=verdicts.take_back, args=(judgement.id,))


def _name(key: str, entity_of: Mapping[str, str]) -> str:
    """What the source calls the record of this key, also where it is one with another now; the key itself where no source has it any more."""
    entity = entity_of.get(key)
    said = data.ledger().statements(entity) if entity else []
    name = next((str(statement.fields["name"]) for statement in said if statement.key == key and "name" in statement.fields), key)
    clean = data.cleaner()
    return clean.text(name) if clean else name


def _more(shown: int) -> None:
    st.session_state[_MORE] = shown


def _file(judgements: Sequence[Judgement]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        # Bytes and no function: the file is there at once, also for a press while the page is still running.
        content = judgement_file.write(judgements).encode("utf-8-sig")
        st.download_button(_("Als CSV sichern"), content, "urteile.csv", "text/csv", key="review_export", disabled=not judgements, on_click="ignore")
        with st.popover(_("Aus CSV übernehmen")):
            given = st.file_uploader(_("Datei mit Urteilen"), type="csv", key=_FILE, max_upload_size=20)
            st.button(_("Übernehmen"), key="review_import", type="primary", disabled=given is None, on_click=_take, args=(given.getvalue() if given else b"",))


def _take(content: bytes) -> None:
    """Takes the judgements of a file; what cannot be taken is named with its line, the rest holds."""
    try:
        found = judgement_file.read(content.decode("utf-8-sig"))
        taken = data.ledger().judge_all((judgement for _line, judgement in found), user=user_name(), action="import_judgements")
    except UnicodeDecodeError:
        notices.fail(_("Die Datei ist kein Text in UTF-8; bitte in Excel als „CSV UTF-8“ speichern."))
        return
    except (JudgementFileError, LedgerError) as error:
        notices.fail(str(error))
        return
    told = _("{kept} Urteile übernommen, {known} galten schon, {refused} abgewiesen.").format(
        kept=number(len(taken.kept)), known=number(taken.known), refused=number(len(taken.refused))
    )
    lines = [_("Zeile {n}").format(n=found[place][0]) + f": {why}" for place, why in taken.refused]
    notices.tell("  \n".join(safe(line) for line in (told, *lines[:20])))
