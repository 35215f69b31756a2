"""What is chosen on a page, kept in the session and in the address at once: a link shows the same, back and forward work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import streamlit as st

ENTERED = "entered"
"""Session key: did the reader just come here from another page?"""

T = TypeVar("T")


class Kept(Generic[T]):
    """A choice under a name of its own in the session.

    ``read`` makes it out of the parameters of an address, ``address`` is the way back. Of the parameters only the language
    is not its own.
    """

    def __init__(self, name: str, usual: T, read: Callable[[Mapping[str, str]], T], address: Callable[[T], dict[str, str]]) -> None:
        self._usual, self._read, self._address = usual, read, address
        self._key, self._written, self._changed = name, f"{name}_written", f"{name}_changed"

    def begin(self) -> T:
        """The choice at the start of a run. An address that differs from what was written last (a link, reload, back) goes first.

        Not so in a run that a click or key has begun: while the page is busy its address lags behind, and the second of
        two quick presses still brings the address from before the first.
        """
        query = {name: value for name, value in st.query_params.items() if name != "lang"}
        returning = not query and st.session_state.get(ENTERED, False)  # the navigation bar leads to bare addresses
        changed = st.session_state.pop(self._changed, False)
        if self._key not in st.session_state or (query != st.session_state.get(self._written) and not returning and not changed):
            st.session_state[self._key] = self._read(query)
            st.session_state[self._written] = query
        return self.now()

    def now(self) -> T:
        """The choice as it stands in this run."""
        found: T = st.session_state.get(self._key, self._usual)
        return found

    def put(self, value: T) -> None:
        """Another choice; the address follows when the page has run (see :meth:`write`)."""
        st.session_state[self._key], st.session_state[self._changed] = value, True

    def write(self) -> None:
        """Brings the address to the choice."""
        query = self._address(self.now())
        st.session_state[self._written] = query
        st.session_state.pop(self._changed, None)
        language = st.query_params.get("lang")
        wanted = query | ({"lang": language} if language else {})
        if dict(st.query_params.items()) != wanted:
            st.query_params.from_dict(wanted)
