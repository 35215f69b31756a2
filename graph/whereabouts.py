"""In which areas things are, by name: for references such as "Kita Sonnenschein (Hochfeld)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.fold import fold
from graph.ledger_records import folded

if TYPE_CHECKING:
    from graph.ledger import Ledger

_INTO = ("LOCATED_IN", "SERVES", "PART_OF")


def whereabouts(ledger: Ledger) -> dict[str, set[str]]:
    """By key or identifier of a thing: the folded names of all areas that it lies in or is there for, and of its town.

    It folds the ledger as it was last committed, so that places that follow from coordinates count, too.
    """
    with ledger.reading() as now:
        whole, entities = fold(now), now.entities()
    above: dict[str, set[str]] = {}
    for edge in whole.edges.values():
        if edge.type in _INTO:
            above.setdefault(edge.start, set()).add(edge.end)
    places: dict[str, set[str]] = {}
    for thing, node in whole.nodes.items():
        around: set[str] = set()
        waiting = list(above.get(thing, ()))
        while waiting:
            if (place := waiting.pop()) not in around:
                around.add(place)
                waiting += above.get(place, ())
        places[thing] = {folded(str(whole.nodes[place].props["name"])) for place in around} | {folded(str(node.props.get("city", "")))}
    return {key: places[thing] for key, thing in entities.items() if thing in places}
