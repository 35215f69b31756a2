"""What is asked on the page *Fragen*, kept in the session and in the address, so that a link asks the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from views.state import ENTERED

Give = Callable[[object], None]
"""Sets a parameter to what a field says."""

TABS = ("tabelle", "netz", "karte")
_KEY, _WRITTEN, _CHANGED = "asked", "asked_written", "asked_changed"
_PARAMETER = "p_"
_LISTS = {"opened": "offen", "hidden_ties": "ohne", "hidden_types": "ohne_arten"}


@dataclass(frozen=True)
class Asked:
    """A question by its name ("" for none yet) and its parameters as text, where they are not as usual.

    ``tab`` is one of ``TABS``; ``order`` the column that the table is sorted by ("-" before it: downwards); ``chosen`` the thing of
    the row that was chosen; ``opened`` the folds of the network that are open, ``hidden_ties`` and ``hidden_types`` what it does not draw.
    """

    name: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    tab: str = TABS[0]
    order: str = ""
    chosen: str = ""
    opened: tuple[str, ...] = ()
    hidden_ties: tuple[str, ...] = ()
    hidden_types: tuple[str, ...] = ()

    def to_query(self) -> dict[str, str]:
        """The parameters of the address."""
        if not self.name:
            return {}
        said = {"frage": self.name, "reiter": "" if self.tab == TABS[0] else self.tab, "sortiert": self.order, "auswahl": self.chosen}
        said |= {word: ",".join(getattr(self, name)) for name, word in _LISTS.items()}
        return {word: value for word, value in said.items() if value} | {_PARAMETER + name: value for name, value in self.given.items()}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Asked:
        """What an address asks; what makes no sense in it is left out (the form says so of values)."""
        given = {word.removeprefix(_PARAMETER): value for word, value in query.items() if word.startswith(_PARAMETER)}
        tab = query.get("reiter", TABS[0])
        lists = {name: tuple(part for part in query.get(word, "").split(",") if part) for name, word in _LISTS.items()}
        return cls(query.get("frage", ""), given, tab if tab in TABS else TABS[0], query.get("sortiert", ""), query.get("auswahl", ""), **lists)


def asked() -> Asked:
    """What is asked now. An address that differs from what was written last goes first, but not where this run began with a press (see :mod:`views.state`)."""
    query = {name: value for name, value in st.query_params.items() if name != "lang"}
    returning = not query and st.session_state.get(ENTERED, False)
    changed = st.session_state.pop(_CHANGED, False)
    if _KEY not in st.session_state or (query != st.session_state.get(_WRITTEN) and not returning and not changed):
        st.session_state[_KEY] = Asked.from_query(query)
        st.session_state[_WRITTEN] = query
    return now()


def now() -> Asked:
    """What is asked, as it stands in this run."""
    found: Asked = st.session_state.get(_KEY, Asked())
    return found


def change(**fields: Any) -> None:
    """Changes what is asked; the address follows when the page has run."""
    st.session_state[_KEY], st.session_state[_CHANGED] = replace(now(), **fields), True


def ask(name: str) -> None:
    """Another question, with its usual parameters."""
    st.session_state[_KEY], st.session_state[_CHANGED] = Asked(name), True


def give(name: str, value: str, usual: str) -> None:
    """Sets a parameter; as usual, it leaves the address. What was chosen in the answer before is no longer there."""
    given = {key: text for key, text in now().given.items() if key != name} | ({name: value} if value != usual else {})
    change(given=given, chosen="", opened=())


def write() -> None:
    """Brings the address to what is asked."""
    query = now().to_query()
    st.session_state[_WRITTEN] = query
    st.session_state.pop(_CHANGED, None)
    language = st.query_params.get("lang")
    wanted = query | ({"lang": language} if language else {})
    if dict(st.query_params.items()) != wanted:
        st.query_params.from_dict(wanted)
