"""Hints at new entries that look like others. Who can tell is given from outside: this room knows no queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from graph.folded import Fold
from graph.identity import Resembling
from graph.ledger import Ledger
from graph.records import Where

Look = Callable[[Fold, Collection[str]], Sequence[Resembling] | None]
"""Says of new entities (ids) whom they resemble; None where that would take too long. May raise ``ValueError`` (a German sentence)."""

_NAMED = 20


def hints(look: Look, ledger: Ledger, whole: Fold, new: Collection[str], dataset: str) -> Iterator[tuple[str, Where | None]]:
    """A German sentence for each new entity that looks like another one, with the row of ``dataset`` that names it. Nothing is merged."""
    there = {key for key in new if key in whole.nodes}
    try:
        found = look(whole, there) if there else []
    except ValueError as error:  # a file of words of their own that is wrong; the data are not
        yield f"Ob Neues Vorhandenem gleicht, ließ sich nicht sagen: {error}", None
        return
    if found is None:
        yield "Ob Neues Vorhandenem gleicht, wurde nicht gesucht: Es sind zu viele Einträge. Danach hilft: akteursatlas duplicates records.", None
        return
    for hint in found[:_NAMED]:
        one, other = (str(whole.nodes[key].props["name"]) for key in (hint.one, hint.other))
        place = next((said.where for said in ledger.statements(hint.one) if said.dataset == dataset), None)
        like = "das ebenfalls neue" if hint.other in there else "das vorhandene"
        reasons = "; ".join(hint.reasons)
        yield f"„{one}“ sieht aus wie {like} „{other}“ ({reasons}). Zusammengelegt wurde nichts; entschieden wird auf der Seite „Doppelstrukturen“.", place
    if len(found) > _NAMED:
        yield f"{len(found) - _NAMED} weitere neue Einträge gleichen anderen; alle stehen auf der Seite „Doppelstrukturen“.", None
