"""What an ingest took, what it could not take and why: for people, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from graph.schema import NODES

SHOWN = 40
"""So many rejected values and warnings are printed; the JSON report has all."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A value for which a row was not taken; ``row`` counts as Excel or an editor does, 0 where there is none."""

    file: str
    sheet: str
    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        sheet = f", Blatt „{self.sheet}“" if self.sheet else ""
        row = f", Zeile {self.row}" if self.row else ""
        column = f", Spalte „{self.column}“" if self.column else ""
        value = f": „{self.value}“" if self.value else ""
        return f"{self.file}{sheet}{row}{column}{value}: {self.reason}"


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A column that nobody asked for, with the number of its filled cells."""

    file: str
    sheet: str
    column: str
    filled: int


@dataclass(frozen=True, slots=True)
class Warned:
    """Something taken that a person should know."""

    file: str
    sheet: str
    row: int
    message: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, f"Blatt „{self.sheet}“" if self.sheet else "", f"Zeile {self.row}" if self.row else "") if part)
        return f"{place}: {self.message}" if place else self.message


@dataclass(frozen=True, slots=True)
class Stub:
    """An entry that was made because a reference named it and nobody described it; ``where`` names the reference."""

    file: str
    sheet: str
    row: int
    type: str
    key: str
    name: str


@dataclass(slots=True)
class Report:
    """One command: every path that it read. ``read`` and ``taken`` count rows of the source."""

    source: str
    read: int = 0
    taken: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    left_over: list[LeftOver] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    stubs: list[Stub] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    datasets: list[str] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    unplaced: list[dict[str, str]] = field(default_factory=list)
    written: bool = True
    shrinks: str = ""
    """What a run would remove, where that is more than a fifth of what its dataset said: a German sentence."""

    @property
    def exit_code(self) -> int:
        """0 all taken, 1 something rejected, 2 nothing could be read or done."""
        if self.errors or (self.read and not self.taken):
            return 1 if self.datasets else 2
        return 1 if self.rejected else 0

    def add(self, other: Report) -> None:
        """Adds the report of another path of the same command."""
        for name in ("read", "taken", "new", "changed", "unchanged", "removed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.shrinks = " ".join(filter(None, (self.shrinks, other.shrinks)))
        for name in ("rejected", "left_over", "warnings", "stubs", "errors", "datasets", "unplaced"):
            getattr(self, name).extend(getattr(other, name))

    def to_json(self) -> dict[str, Any]:
        """The report as plain data; warnings are objects with file, sheet, row and message."""
        return asdict(self) | {"exit_code": self.exit_code}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:
        """A report out of its own JSON."""
        names = ("source", "read", "taken", "errors", "datasets", "new", "changed", "unchanged", "removed", "unplaced", "written")
        plain = {name: data[name] for name in names}
        return cls(
            **plain,
            shrinks=data.get("shrinks", ""),
            rejected=[Rejected(**row) for row in data["rejected"]],
            left_over=[LeftOver(**row) for row in data["left_over"]],
            warnings=[Warned(**row) for row in data["warnings"]],
            stubs=[Stub(**row) for row in data.get("stubs", ())],
        )

    def to_text(self) -> str:
        """The report for the terminal, in German."""
        lines = [f"Fehler: {error}" for error in self.errors]
        if self.read or not self.errors:
            done = "übernommen" if self.written else "wären übernommen"
            lines.append(f"{_n(self.taken)} von {_n(self.read)} Zeilen {done}, {_n(self.read - self.taken)} abgewiesen.")
            verb = "" if self.written else " (geprüft, nichts geschrieben)"
            counts = f"{_n(self.new)} neu, {_n(self.changed)} geändert, {_n(self.unchanged)} gleich, {_n(self.removed)} entfallen"
            lines.append(f"Einträge und Beziehungen: {counts}{verb}.")
        if self.shrinks and not self.errors:
            lines.append(f"Achtung: {self.shrinks}")
        lines += _listed("Abgewiesen", [str(row) for row in self.rejected])
        lines += _listed("Hinweise", [str(row) for row in self.warnings])
        lines += _listed("Aus Verweisen angelegt", [f"{row.name} ({NODES[row.type].label.de})" for row in self.stubs])
        columns: Counter[str] = Counter()
        for row in self.left_over:
            columns[f"„{row.column}“" + (f" (Blatt „{row.sheet}“)" if row.sheet else "")] += row.filled
        lines += _listed("Spalten, nach denen niemand fragt", [f"{column}: {_n(filled)} gefüllte Zellen" for column, filled in columns.items()])
        lines += _listed("Ohne Ort", [f"{row['name']}: {row['reason']}" for row in self.unplaced])
        return "\n".join(lines)


def _n(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _listed(title: str, rows: list[str]) -> list[str]:
    if not rows:
        return []
    more = [f"  ... und {_n(len(rows) - SHOWN)} weitere (alle mit --report bericht.xlsx)"] if len(rows) > SHOWN else []
    return [f"{title} ({_n(len(rows))}):", *(f"  {row}" for row in rows[:SHOWN]), *more]
