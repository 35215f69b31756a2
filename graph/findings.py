"""What an examination of a graph comes to: findings, counts, differences, and the words for them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Level = Literal["right", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: a word for programs, how bad it is, a German sentence, what to do, and what it is about (up to 1,000)."""

    check: str
    level: Level
    says: str
    mend: str = ""
    number: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a type there are, by the ledger and in the graph."""

    type: str
    label: str
    ledger: int
    graph: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that the graph gives otherwise than the ledger; None where it is missing."""

    type: str
    id: str
    name: str
    field: str
    ledger: Any
    graph: Any


@dataclass(slots=True)
class Examination:
    """All that was found. ``compared`` of ``elements`` were compared field by field; ``differences`` ends after 10,000."""

    versions: dict[str, str] = field(default_factory=dict)
    counts: list[Count] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    elements: int = 0
    compared: int = 0
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Is nothing wrong?"""
        return all(found.level != "wrong" for found in self.findings)

    def to_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return {**asdict(self), "clean": self.clean}


ELEMENTS = {
    "missing_nodes": (
        "Jeder Eintrag des Bestands steht im Graphen.", "Ein Eintrag des Bestands fehlt im Graphen", "Einträge des Bestands fehlen im Graphen",
        "Im Bestand sind sie da; gezeigt werden sie nicht.",
    ),
    "missing_edges": (
        "Jede Beziehung des Bestands steht im Graphen.", "Eine Beziehung des Bestands fehlt im Graphen", "Beziehungen des Bestands fehlen im Graphen",
        "Im Bestand sind sie da; gezeigt werden sie nicht.",
    ),
    "strange_nodes": (
        "Im Graphen steht kein Eintrag, den der Bestand nicht kennt.", "Ein Eintrag im Graphen folgt nicht aus dem Bestand",
        "Einträge im Graphen folgen nicht aus dem Bestand", "Jemand hat am Bestand vorbei geschrieben, oder ein Löschen ging verloren.",
    ),
    "strange_edges": (
        "Im Graphen steht keine Beziehung, die der Bestand nicht kennt.", "Eine Beziehung im Graphen folgt nicht aus dem Bestand",
        "Beziehungen im Graphen folgen nicht aus dem Bestand", "Jemand hat am Bestand vorbei geschrieben, oder ein Löschen ging verloren.",
    ),
    "loose_edges": (
        "Keine Beziehung hat ein Ende, das es nicht gibt.", "Eine Beziehung hat ein Ende, das der Bestand nicht kennt",
        "Beziehungen haben ein Ende, das der Bestand nicht kennt", "Sie zeigen ins Leere.",
    ),
    "misplaced_edges": (
        "Jede Beziehung verbindet, was sie nach dem Bestand verbindet.", "Eine Beziehung verbindet andere als im Bestand",
        "Beziehungen verbinden andere als im Bestand", "Sie behaupten etwas, das niemand gesagt hat.",
    ),
    "doubled_nodes": (
        "Kein Eintrag steht doppelt im Graphen.", "Ein Eintrag steht mehr als einmal im Graphen", "Einträge stehen mehr als einmal im Graphen",
        "Gezählt würde er mehrfach, und Beziehungen hingen an dem einen oder dem anderen.",
    ),
    "doubled_edges": (
        "Keine Beziehung steht doppelt im Graphen.", "Eine Beziehung steht mehr als einmal im Graphen", "Beziehungen stehen mehr als einmal im Graphen",
        "Gezählt würden sie mehrfach.",
    ),
    "nameless": (
        "Alles im Graphen trägt eine Kennung.", "Ein Eintrag oder eine Beziehung trägt keine Kennung", "Einträge und Beziehungen tragen keine Kennung",
        "Sie stammen nicht von dieser Software.",
    ),
}  # fmt: skip
"""Checks of single elements: the sentence where all is right, for one that is not, for many, and what it means."""


def count(number: int, one: str, many: str) -> str:
    """A number of things as the beginning of a sentence."""
    return one if number == 1 else f"{figure(number)} {many}"


def figure(number: int) -> str:
    """A number with points, as it is written in German."""
    return f"{number:,}".replace(",", ".")


def shown(value: Any) -> str:
    """A value as it is told; the outline of an area is too long for that."""
    text = "nichts" if value is None else f"„{value}“"
    return text if len(text) < 80 else f"{text[:76]} ...“"
