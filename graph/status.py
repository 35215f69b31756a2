"""What is in an installation, how old it is, and whether the graph stands for it. Starts no server."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from graph import build
from graph.conflicts import Conflict, conflicts, place_conflicts
from graph.editions import EditionChange, editions
from graph.fold import fold
from graph.freshness import USUAL_MONTHS, Unconfirmed, freshness
from graph.home import Home
from graph.schema import EDGES, NODES


@dataclass(frozen=True, slots=True)
class DatasetStatus:
    """One dataset: what its last run left. ``read_on`` is the ISO day of that run, ``months`` the age of what it says.

    ``unconfirmed`` counts its actors whom no source has confirmed for the asked number of months.
    """

    name: str
    title: str
    rows: int
    as_of: str
    read_on: str
    rejected: int
    months: int
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class Status:
    """The facts of ``akteursatlas status``; counts are those that follow from the ledger."""

    home: str
    version: int
    graph_version: int
    datasets: list[DatasetStatus]
    nodes: dict[str, int]
    edges: dict[str, int]
    unplaced: int
    place_conflicts: int
    open_ends: int
    refused: int
    months: int
    unconfirmed: list[Unconfirmed]
    conflicts: list[Conflict]
    editions: list[EditionChange]

    @property
    def up_to_date(self) -> bool:
        """Was the graph last given this version of the ledger?"""
        return self.version == self.graph_version

    @property
    def counts(self) -> list[tuple[str, int]]:
        """(German word, number) for each type that occurs, nodes first."""
        nodes = [(NODES[name].plural.de, number) for name, number in self.nodes.items()]
        return nodes + [(f"Beziehung: {EDGES[name].label.de}", number) for name, number in self.edges.items()]

    def sentence(self) -> str:
        """What needs a word, in German."""
        parts = ["Der Graph entspricht dem Stand." if self.up_to_date else "Der Graph ist älter als der Bestand; die nächste Anzeige bringt ihn auf den Stand."]
        for number, words in (
            (self.unplaced, "ohne Ort"),
            (self.place_conflicts, "mit Koordinate, die der Angabe widerspricht"),
            (self.open_ends, "Beziehungen zu noch Unbekannten"),
            (self.refused, "Beziehungen, die es so nicht geben kann"),
            (len(self.unconfirmed), f"seit {self.months} Monaten von niemandem bestätigt (--list)"),
            (len(self.conflicts), "Angaben, in denen sich Quellen widersprechen (--conflicts)"),
            (sum(change.kind == "gone" for change in self.editions), "nur in einer älteren Ausgabe eines Registers (geschlossen?)"),
            (sum(change.kind == "new" for change in self.editions), "nur in der neuesten (neu?)"),
        ):
            if number:
                parts.append(f"{number} {words}.")
        return " ".join(parts)

    def to_json(self) -> dict[str, object]:
        """The same as plain data."""
        return {**asdict(self), "up_to_date": self.up_to_date}


def report(home: Home, today: str, months: int = USUAL_MONTHS) -> Status:
    """The status of the installation in ``home`` on ``today`` (ISO day); raises ``LedgerError``."""
    with home.open_ledger() as opened, opened.reading() as ledger:  # all of it of one state, whatever is being read in meanwhile
        fresh = freshness(ledger, today, months)
        ages = {age.dataset: age for age in fresh.sources}
        datasets = [
            DatasetStatus(
                info.name, info.title, info.rows, info.as_of, info.read_at[:10], len(info.report.get("rejected", ())),
                ages[info.name].months, ages[info.name].unconfirmed,
            )
            for info in ledger.datasets()
        ]  # fmt: skip
        result = fold(ledger)
        disputed, changes = conflicts(ledger) + place_conflicts(result), editions(ledger)
        given = ledger.projected()
        graph_version = (given.version if given.place == build.place() else -1) if datasets else result.version
    nodes = dict.fromkeys(NODES, 0)
    for node in result.nodes.values():
        nodes[node.type] += 1
    edges = dict.fromkeys(EDGES, 0)
    for edge in result.edges.values():
        edges[edge.type] += 1
    return Status(
        home=str(home.path),
        version=result.version,
        graph_version=graph_version,
        datasets=datasets,
        nodes={name: number for name, number in nodes.items() if number},
        edges={name: number for name, number in edges.items() if number},
        unplaced=len(result.unplaced),
        place_conflicts=len(result.conflicts),
        open_ends=result.open_ends,
        refused=len(result.refused),
        months=months,
        unconfirmed=fresh.unconfirmed,
        conflicts=disputed,
        editions=changes,
    )
