"""The field for files: how many and how big they may be, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from views.uploads import base_name
from views.words import _, number

MOST_FILES = 20
MOST_MEGABYTES = 200
_MEGABYTE = 1 << 20
_YES_OR_NO = ("create_missing",)
"""Settings that are a tick, not a text."""



def files(*, key: str, disabled: bool) -> list[Any]:
    """The uploaded files; empty while there are none, and where they cannot be read in together (it says why)."""
    st.html(_own_words())
    found = st.file_uploader(
        _("Dateien"),
        accept_multiple_files=True,
        max_upload_size=MOST_MEGABYTES,
        key=key,
        disabled=disabled,
        help=_("Zum Beispiel die ausgefüllte Excel-Vorlage, eine CSV-Datei oder Flächen als GeoJSON."),
    )
    if not found:
        limit = _("Höchstens {files} Dateien auf einmal, jede bis {size} MB.").format(files=MOST_FILES, size=MOST_MEGABYTES)
        st.markdown(f":small[:gray[{limit}]]")
    if wrong := _wrong(found):
        st.error(wrong)
        return []
    return list(found)


def settings(asked: Mapping[str, str], *, key: str, disabled: bool) -> dict[str, str]:
    """What somebody has set; ``asked`` are the names of settings and what they are about."""
    if not asked:
        return {}
    given = {}
    with st.expander(_("Einstellungen (freiwillig)")):
        for name, about in asked.items():
            label = about[:1].upper() + about[1:]
            if name in _YES_OR_NO:
                given[name] = "ja" if st.checkbox(label, key=f"{key}_{name}", disabled=disabled) else ""
            else:
                given[name] = st.text_input(label, key=f"{key}_{name}", disabled=disabled, max_chars=200).strip()
        if "as_of" in asked:
            st.markdown(":small[:gray[" + _("Ein Browser sagt nicht, von wann eine Datei ist; als Tag der Datei gilt der heutige.") + "]]")
    return {name: value for name, value in given.items() if value}


def _own_words() -> str:
    """Streamlit's own words on the field are English; these stand in their place."""
    within = '.st-key-upload [data-testid="stFileUploaderDropzone'
    return f"""<style>
{within}Instructions"] *,{within}"] > div > span > button p,{within}"] > span > button p{{font-size:0}}
{within}Instructions"] span:last-child::after{{font-size:14px;content:"{_('oder hierher ziehen')}"}}
{within}"] button p::after{{font-size:14px;content:"{_('Dateien wählen')}"}}
</style>"""


def _wrong(files: list[Any]) -> str:
    names = [base_name(file.name) for file in files]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        return _("„{name}“ steht zweimal in der Liste. Bitte eine davon entfernen.").format(name=twice)
    if len(files) > MOST_FILES:
        return _("Das sind {n} Dateien; auf einmal gehen höchstens {most}.").format(n=number(len(files)), most=MOST_FILES)
    if sum(file.size for file in files) > 2 * MOST_MEGABYTES * _MEGABYTE:
        return _("Zusammen sind die Dateien größer als {most} MB; bitte nacheinander einlesen.").format(most=2 * MOST_MEGABYTES)
    return ""
