"""Indicators: what statistics offices measure for areas and years, out of CSV or Excel (:mod:`ingest.registers.indicator_tables`).

An indicator's key is ``indicator:<its name, folded>``, so that two tables speak of the same one. A secret or missing
value is left out and said, never 0 (:mod:`ingest.registers.official_values`).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from graph import values
from graph.ledger_records import folded
from graph.model import Field, Text, Value
from graph.records import Dataset, Edge, Node, Record, Where
from ingest.registers.indicator_headings import same_unit, year_in
from ingest.registers.indicator_tables import MOST_VALUES, Given, NoTable, Observation, Table, read_table
from ingest.registers.official_values import Measured, measured, writes_points
from ingest.shapes.area_properties import LEVEL_WORDS, allowed_levels, municipality_key
from ingest.shapes.area_references import AreaFinder, FoundArea
from ingest.source import About, Context, Option, Unreadable
from ingest.tabular.grid import filled
from ingest.tabular.workbook import csv_files, sheets

ABOUT = About(
    "indicators",
    Text("Kennzahlen", "Indicators"),
    Text(
        "CSV/Excel: eine Zeile je Wert (Gebiet, Kennzahl, Jahr, Wert, Einheit, Quelle), oder eine Spalte je Jahr oder je Kennzahl",
        "CSV/Excel: a row for each value (Gebiet, Kennzahl, Jahr, Wert, Einheit, Quelle), or a column for each year or indicator",
    ),
    (
        Option("indicator", Text("Name der Kennzahl, wenn die Tabelle nur eine enthält", "name of the indicator where the table holds only one")),
        Option("unit", Text("Einheit, wenn die Tabelle keine nennt", "unit where the table names none")),
        Option("year", Text("Jahr, wenn die Tabelle keines nennt", "year where the table names none")),
        Option("origin", Text("Herkunft der Werte, wenn die Tabelle keine nennt", "origin of the values where the table names none")),
        Option("ags", Text("AGS der Kommune, um die es geht", "AGS of the municipality that it is about")),
        Option("level", Text("Ebene der Gebiete, zum Beispiel Stadtteil", "level of the areas, for example Stadtteil")),
        Option("as_of", Text("Stand der Angaben (TT.MM.JJJJ); sonst der Tag der Datei", "date that the data stand for; else the day of the file")),
        Option("title", Text("Name der Quelle in der App; sonst der Dateiname", "name of the source in the app; else the file's name")),
    ),
)

_DAY = Field("as_of", Text("Stand", "As of"), Text("Stand der Angaben", "As of"), "date")
_LISTED = 5
_MOST_SOURCES = 3


def dataset(path: Path, options: Mapping[str, str]) -> Dataset:
    """One dataset for each file or folder, named by it."""
    path = Path(os.path.abspath(path))  # "." has no name
    try:
        day = _DAY.parse(options.get("as_of", ""))
    except ValueError as error:
        raise Unreadable(f"Einstellung as_of: {error}") from None
    files = csv_files(path) if path.is_dir() else [path]
    newest = max((file.stat().st_mtime for file in files), default=path.stat().st_mtime)
    return Dataset(f"indicators:{path.name}", "indicators", options.get("title") or path.stem, str(day or date.fromtimestamp(newest).isoformat()))


def records(context: Context) -> Iterator[Record]:
    """The indicators and their values; raises ``Unreadable`` where no sheet is a table of indicators."""
    options = context.options
    town, level = municipality_key(options.get("ags", "").strip()), options.get("level", "").strip().casefold()
    if options.get("ags") and len(town) != 8:
        raise Unreadable(f"Der AGS „{options['ags']}“ hat nicht acht Ziffern; erwartet wird zum Beispiel --option ags=05112000.")
    if level and level not in LEVEL_WORDS:
        raise Unreadable(f"Die Ebene „{options['level']}“ ist unbekannt; möglich sind: {allowed_levels()}.")
    year = year_in(options.get("year"))
    if options.get("year") and year is None:
        raise Unreadable(f"Einstellung year: „{options['year']}“ ist kein Jahr; erwartet wird zum Beispiel 2023.")
    given = Given(options.get("indicator", "").strip(), options.get("unit", "").strip(), year)
    reader = _Reader(context, AreaFinder(context, town, LEVEL_WORDS.get(level, "")))
    problems: list[tuple[Where, str]] = []
    for sheet in sheets(context.path, context.warn):
        try:
            table = read_table(context, sheet, given)
        except NoTable as error:
            problems.append((Where(sheet.file, "" if sheet.file.lower().endswith((".csv", ".tsv", ".txt")) else sheet.name), str(error)))
            continue
        if table is not None:
            reader.take(table)
    if problems and not reader.tables:
        where, reason = problems[0]
        raise Unreadable(f"„{where.file}“{f', Blatt „{where.sheet}“' if where.sheet else ''}: {reason}")
    for where, reason in problems:
        context.warn(f"Das Blatt wurde nicht gelesen. {reason}", where)
    yield from reader.records()


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that is good by itself."""

    told: Observation
    area: str
    indicator: str
    year: int
    value: float


@dataclass(slots=True)
class _Indicator:
    """An indicator as this file describes it; ``where`` is where it first stands."""

    name: str
    unit: str
    where: Where
    sources: dict[str, None] = field(default_factory=dict)
    values: list[float] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"indicator:{folded(self.name)}"


class _Reader:
    """Collects the values of all sheets: what contradicts shows only when everything is together."""

    def __init__(self, context: Context, areas: AreaFinder) -> None:
        self._context, self._areas = context, areas
        self._indicators: dict[str, _Indicator] = {}
        self._values: dict[tuple[str, str, int], list[_Value]] = {}
        self._signs: Counter[str] = Counter()
        self._notes: Counter[str] = Counter()
        self._coarser: dict[str, Where] = {}
        self._school_years = 0
        self._read = self.tables = 0

    def take(self, table: Table) -> None:
        """Reads the values of a sheet and says what was recognised."""
        context, place = self._context, Where(table.file, table.name)
        self.tables += 1
        self._read += len(table.observations)
        if self._read > MOST_VALUES:
            raise Unreadable(f"„{context.path.name}“ hat zusammen mehr als {MOST_VALUES // 1_000}.000 Werte. Bitte nach Jahren oder Kennzahlen teilen.")
        context.warn(f"Erkannt: {table.form}; {table.said}.", place)
        for note in table.notes[:_LISTED]:
            context.warn(f"Als Anmerkung gelesen: „{note[:200]}“.", place)
        for column, count in table.left.items():
            context.leftover(column, count, table.name, table.file)
        groups: dict[str, list[object]] = {}
        for told in table.observations:
            groups.setdefault(told.group, []).append(told.cell)
        points = {group for group, cells in groups.items() if writes_points(cells)}
        if points:
            context.warn("Zahlen sind mit Dezimalpunkt geschrieben (12.5) und wurden so gelesen.", place)
        totals: dict[int, Where] = {}
        refused: set[int] = set()
        empty: dict[int, bool] = {}
        for told in table.observations:
            empty[told.where.row] = empty.get(told.where.row, True) and not filled(told.cell)
        for told in table.observations:
            row = told.where.row
            if empty[row] and not told.area.ags and not told.area.code:
                if row not in refused:
                    refused.add(row)
                    context.warn(f"„{told.area.name or told.indicator}“ hat keinen Wert.", told.where)
                continue
            if row in refused or row in totals or not filled(told.cell):
                continue
            found = self._areas.find(told.area)
            if found.total:
                totals[row] = told.where
            elif not found.key:
                refused.add(row)
                context.reject(told.where, told.area_column, told.area.name or told.area.code or told.area.ags, f"{found.reason.rstrip('.')}.")
            else:
                self._take(told, found, told.group in points)
        for where in list(totals.values())[:_LISTED]:
            context.warn("Die Summenzeile nennt kein bekanntes Gebiet und wurde nicht übernommen; mit --option ags=... gilt sie als Wert der Kommune.", where)

    def _take(self, told: Observation, found: FoundArea, decimal_point: bool) -> None:
        context = self._context
        if not told.indicator:
            context.reject(told.where, "Kennzahl", "", "Die Kennzahl fehlt; bitte ergänzen.")
            return
        year = year_in(told.year)
        if year is None:
            absent = told.year is None or not str(told.year).strip()
            mend = (
                "Das Jahr fehlt; bitte eine Spalte Jahr ergänzen oder --option year=... nennen."
                if absent
                else "Das ist kein Jahr; erwartet wird zum Beispiel 2023."
            )
            context.reject(told.where, "Jahr", "" if absent else told.year, mend)
            return
        try:
            read = measured(told.cell, decimal_point)
        except ValueError as error:
            context.reject(told.where, told.column, told.cell, f"{str(error).rstrip('.')}.")
            return
        unit = told.unit or ("%" if read.percent else "")
        indicator = self._indicators.get(folded(told.indicator))
        if indicator is None:
            indicator = self._indicators[folded(told.indicator)] = _Indicator(told.indicator, unit, told.where)
        elif unit and indicator.unit and not same_unit(unit, indicator.unit):
            place = self._place(indicator.where)
            reason = (
                f"„{indicator.name}“ hat hier die Einheit „{unit}“, zuerst aber „{indicator.unit}“ ({place}). Bitte angleichen oder die Kennzahl anders nennen."
            )
            context.reject(told.where, told.column, told.cell, reason)
            return
        if read.percent and not same_unit(unit, "%"):
            context.reject(
                told.where, told.column, told.cell, f"Der Wert steht in Prozent, die Kennzahl aber in „{unit}“. Bitte Wert oder Einheit berichtigen."
            )
            return
        indicator.unit = indicator.unit or unit
        self._count(told, read, found)
        if read.value is not None:
            origin = told.origin or context.options.get("origin", "").strip()
            if origin:
                indicator.sources[origin] = None
            indicator.values.append(read.value)
            self._values.setdefault((found.key, indicator.key, year), []).append(_Value(told, found.key, indicator.key, year, read.value))

    def _count(self, told: Observation, read: Measured, found: FoundArea) -> None:
        if read.sign:
            self._signs[read.sign] += 1
        self._notes.update(read.notes)
        if found.coarser:
            self._coarser.setdefault(told.area.name, told.where)
        if isinstance(told.year, str) and "/" in told.year:
            self._school_years += 1

    def records(self) -> Iterator[Record]:
        """The indicators that have a value, then the values that nothing contradicts."""
        context = self._context
        good = list(self._agreed())
        described = {value.indicator for value in good}
        for indicator in self._indicators.values():
            if indicator.key in described:
                fields: dict[str, Value] = {"name": indicator.name}
                if indicator.unit:
                    fields["unit"] = indicator.unit
                if 0 < len(indicator.sources) <= _MOST_SOURCES:
                    fields["description"] = f"Quelle: {'; '.join(indicator.sources)}"
                yield Node("Indicator", indicator.key, fields, indicator.where)
                self._doubt_fractions(indicator)
        origin = context.options.get("origin", "").strip()
        for value in good:
            fields = {"value": value.value, "year": value.year}
            if value.told.origin or origin:
                fields["origin"] = value.told.origin or origin
            if value.told.extra:
                fields["extra"] = values.extra(value.told.extra)
            yield Edge("HAS_VALUE", value.area, value.indicator, fields, value.told.where)
        self._say()

    def _agreed(self) -> Iterator[_Value]:
        """Every value that stands there once, or several times alike; two that contradict are both rejected."""
        repeated = 0
        for same in self._values.values():
            if len({value.value for value in same}) == 1:
                repeated += len(same) - 1
                yield same[0]
                continue
            for at, value in enumerate(same):
                other = same[0] if at else next(found for found in same if found.value != value.value)
                name = self._indicators[value.indicator.removeprefix("indicator:")].name
                reason = (
                    f"„{name}“ {value.year} steht für dieses Gebiet zweimal mit verschiedenem Wert; auch: {_german(other.value)} "
                    f"({self._place(other.told.where)}, Spalte „{other.told.column}“). Bitte den falschen Wert löschen."
                )
                self._context.reject(value.told.where, value.told.column, value.told.cell, reason)
        if repeated:
            self._context.warn(f"{repeated} {'Wert steht' if repeated == 1 else 'Werte stehen'} doppelt da, mit gleicher Zahl; gezählt wurde jeder einmal.")

    def _doubt_fractions(self, indicator: _Indicator) -> None:
        """Excel keeps 12 % as 0.12; what is meant cannot be told, so it is taken as it stands, and said."""
        if same_unit(indicator.unit, "%") and len(indicator.values) > 2 and any(indicator.values) and all(0 <= value <= 1 for value in indicator.values):
            self._context.warn(
                f"Alle Werte von „{indicator.name}“ ({indicator.unit}) liegen zwischen 0 und 1 und wurden so übernommen. "
                "Sind es Zellen im Prozentformat von Excel (0,12 = 12 %), dann bitte mit 100 malnehmen.",
                indicator.where,
            )

    def _say(self) -> None:
        for sign, count in self._signs.items():
            whose = "1 Zelle hat keinen Wert" if count == 1 else f"{count} Zellen haben keinen Wert"
            self._context.warn(f"{whose}: {sign}. Nichts wurde dafür eingesetzt.")
        for note, count in self._notes.items():
            self._context.warn(f"{count} {'Wert' if count == 1 else 'Werte'}: {note}.")
        for name, where in list(self._coarser.items())[:_LISTED]:
            self._context.warn(f"„{name}“ ist die Kommune; ihre Werte gelten für die ganze Kommune.", where)
        if self._school_years:
            self._context.warn(f"{self._school_years} Werte stehen für ein Schuljahr; als Jahr gilt dessen Beginn.")

    def _place(self, where: Where) -> str:
        sheet = f"Blatt „{where.sheet}“, " if where.sheet else ""
        return f"{where.file + ', ' if where.file != self._context.path.name else ''}{sheet}Zeile {where.row}"


def _german(value: float) -> str:
    return f"{value:,.10g}".replace(",", " ").replace(".", ",").replace(" ", ".")
