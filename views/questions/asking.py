"""What is asked on the page *Fragen*, kept in the session and in the address, so that a link asks the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from views.kept import Kept

Give = Callable[[object], None]
"""Sets a parameter to what a field says."""

TABS = ("tabelle", "netz", "karte")
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


_KEPT = Kept("asked", Asked(), Asked.from_query, Asked.to_query)
asked, now, write = _KEPT.begin, _KEPT.now, _KEPT.write


def change(**fields: Any) -> None:
    """Changes what is asked; the address follows when the page has run."""
    _KEPT.put(replace(now(), **fields))


def ask(name: str) -> None:
    """Another question, with its usual parameters."""
    _KEPT.put(Asked(name))


def give(name: str, value: str, usual: str) -> None:
    """Sets a parameter; as usual, it leaves the address. What was chosen in the answer before is no longer there."""
    given = {key: text for key, text in now().given.items() if key != name} | ({name: value} if value != usual else {})
    change(given=given, chosen="", opened=())
