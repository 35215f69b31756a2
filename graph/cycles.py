"""Parts that would be parts of themselves."""

from __future__ import annotations

import networkx as nx

from graph.folded import Fold, Refused


def refuse_cycles(fold: Fold) -> None:
    """Takes out every PART_OF that leads in a ring (A is part of B, B is part of A), and lists it as refused.

    Which of the statements is wrong, nobody can know; an area with a shape gets its whole from the shapes instead.
    """
    parts: nx.DiGraph[str] = nx.DiGraph()
    parts.add_edges_from((edge.start, edge.end) for edge in fold.edges.values() if edge.type == "PART_OF")
    ring_of = {key: number for number, ring in enumerate(nx.strongly_connected_components(parts)) if len(ring) > 1 for key in ring}
    if not ring_of:
        return
    reason = "Die Angaben bilden einen Kreis: ein Teil gehörte zu sich selbst. Bitte eine davon berichtigen."
    for key, edge in list(fold.edges.items()):
        if edge.type == "PART_OF" and edge.start in ring_of and ring_of[edge.start] == ring_of.get(edge.end):
            del fold.edges[key]
            fold.refused.append(Refused(edge.type, edge.start, edge.end, reason))
