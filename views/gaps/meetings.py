"""When the steering Gremium last met: the day that "since the last meeting" most likely means."""

from __future__ import annotations

from dataclasses import dataclass

from graph.snapshot import Snapshot

_STEERING = "steering"


@dataclass(frozen=True)
class Met:
    """A Gremium (its name) and the ISO day on which it met."""

    gremium: str
    day: str


def last_met(view: Snapshot, before: str) -> Met | None:
    """The last meeting before ``before`` (an ISO day) of a steering Gremium, else of any; None where no meeting with a whole date is known.

    Of several on one day the first by name.
    """
    nodes, edges = view.nodes, view.edges
    meetings = nodes[nodes["type"] == "Meeting"]
    if meetings.empty or "date" not in nodes.columns:
        return None
    days = meetings["date"].dropna().astype(str)
    days = days[(days.str.len() >= len("2026-01-31")) & (days.str[:10] < before)].str[:10]
    held = edges[(edges["type"] == "PART_OF") & edges["start"].isin(days.index)]
    found = [(str(days[row.start]), row.end) for row in held.itertuples() if nodes["type"].get(row.end) == "Gremium"]
    if not found:
        return None
    levels = nodes["level"] if "level" in nodes.columns else None
    steering = [entry for entry in found if levels is not None and levels[entry[1]] == _STEERING] or found
    latest = max(day for day, _gremium in steering)
    return Met(min(str(nodes.at[gremium, "name"]) for day, gremium in steering if day == latest), latest)
