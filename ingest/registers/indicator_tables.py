"""The forms in which statistics offices hand out values of areas, read into one form.

* long: a row for each value (Gebiet, Kennzahl, Jahr, Wert);
* years: a row for each area (and indicator), a column for each year; a row above may name the indicator of several columns;
* indicators: a row for each area (and year), a column for each indicator, its heading perhaps with unit and year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from graph.records import Where
from graph.values import plain
from ingest.registers.indicator_headings import (
    AGS,
    AREA,
    ASIDE,
    CODE,
    INDICATOR,
    LEVEL,
    ORIGIN,
    PARENT,
    UNIT,
    VALUE,
    YEAR,
    Head,
    Measure,
    head,
    measure,
    year_in,
)
from ingest.registers.official_values import measured
from ingest.shapes.area_properties import LEVEL_WORDS
from ingest.shapes.area_references import AreaWords, word
from ingest.source import Context, Unreadable
from ingest.tabular.grid import Grid, filled, heading
from ingest.tabular.workbook import Sheet

LONG, YEARS, INDICATORS = "eine Zeile je Wert", "eine Spalte je Jahr", "eine Spalte je Kennzahl"

_TITLE_YEAR = re.compile(r"\b(19\d\d|20\d\d)\b")
_MADE = re.compile(r"(?:erstellt|abgerufen|abruf|gedruckt|veröffentlicht|copyright|©|export|auszug|vervielfältigung|version)", re.IGNORECASE)
_NOTE = re.compile(r"(?:quellen?|datenquelle|source|hinweis|anmerkung|erläuterung|zeichenerklärung|stand|©|copyright|\*|[¹²³⁴-⁹]|\d+\))", re.IGNORECASE)
_SOURCE_LINE = re.compile(r"(?:daten)?quellen?\s*:\s*(.+)|source\s*:\s*(.+)", re.IGNORECASE | re.DOTALL)
_GENERIC = frozenset("anzahl wert anteil quote prozent % absolut insgesamt gesamt zahl value number rate summe".split())
_NO_NAME = re.compile(r"(?:tabelle|blatt|sheet|table|daten|data|werte)[\s_]*\d*", re.IGNORECASE)
MOST_CELLS, MOST_VALUES = 3_000_000, 400_000
"""What is held in memory at once: contradictions show only when all is together."""

_MOSTLY = 0.5
"""A column is an indicator if at least this share of its filled cells are numbers or signs of official statistics."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One value as it stands there. ``column`` is the heading that a person finds it under; ``group`` tells cells that are written alike."""

    where: Where
    area: AreaWords
    area_column: str
    indicator: str
    unit: str
    year: object
    cell: object
    column: str
    group: str
    origin: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _RowWords:
    """What a row says beside its values."""

    where: Where
    area: AreaWords
    area_column: str
    origin: str
    extra: Mapping[str, object]


@dataclass(slots=True)
class Table:
    """One sheet: its form, what was recognised, and its values."""

    form: str
    file: str
    name: str
    said: str
    observations: list[Observation]
    source: str = ""
    notes: list[str] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """What the user said about a table that does not say it itself."""

    indicator: str = ""
    unit: str = ""
    year: int | None = None


class NoTable(Exception):
    """The sheet is no table of indicators; the message says what is missing."""


def read_table(context: Context, sheet: Sheet, given: Given) -> Table | None:
    """The values of a sheet; None where it is empty. Raises ``NoTable``."""
    grid = Grid(context, sheet, lambda name: bool(head(name).role), with_notes=True)
    if not grid.heads:
        return None
    return _Sheet(grid, given).table()


class _Sheet:
    """Reads one sheet."""

    def __init__(self, grid: Grid, given: Given) -> None:
        self._grid, self._given = grid, given
        self._used: set[int] = set()
        self._unused: dict[int, str] | None = None
        self._known_areas: dict[AreaWords, AreaWords] = {}
        self._heads: dict[int, Head] = {place: head(name) for place, name in grid.heads.items()}
        self._title = [line for line in (_line(cells) for _, cells in grid.above) if line]
        self._places: dict[str, list[int]] = {}
        for place, meaning in self._heads.items():
            if meaning.role:
                self._places.setdefault(meaning.role, []).append(place)

    def table(self) -> Table:
        """The whole sheet."""
        if not any(role in self._places for role in (AREA, AGS, CODE)):
            found = ", ".join(self._grid.heads.values())
            raise NoTable(f"Es gibt keine Spalte mit den Gebieten (Gebiet, Stadtteil, Gemeinde, AGS ...). Gefunden: {found}.")
        self._areas = sorted(self._places.get(AREA, []), key=lambda place: -self._heads[place].depth)
        data, self._source = [], self._source_above()
        notes: list[str] = []
        cells_read = 0
        for where, cells in self._grid.rows():
            cells_read += len(cells)
            if cells_read > MOST_CELLS:
                raise Unreadable(f"„{self._grid.file}“ hat mehr als {MOST_CELLS // 1_000_000} Millionen Zellen. Bitte nach Jahren oder Kennzahlen teilen.")
            if note := self._note(cells):
                notes.append(note)
                if source := _SOURCE_LINE.match(note):
                    self._source = self._source or (source[1] or source[2]).strip()
            else:
                data.append((where, cells))
        names = {place: name for place, name in self._grid.heads.items() if not self._heads[place].role}
        years = {place: year for place, name in names.items() if (year := year_in(name)) is not None}
        groups = self._groups(years)
        if not years and data and (below := self._second_head(data[0][1])):
            years, groups = below, _spread(names, below)
            data = data[1:]
        measures = {} if years else {place: measure(name) for place, name in names.items() if _mostly_numbers(cells[place] for _, cells in data)}
        if VALUE in self._places and (INDICATOR in self._places or not measures):
            table = self._table(LONG, *self._long(data))
        elif years:
            table = self._table(YEARS, *self._by_years(data, years, groups))
        else:
            measures |= {place: measure(self._grid.heads[place]) for place in self._places.get(VALUE, ())}
            table = self._table(INDICATORS, *self._by_indicators(data, measures))
        table.notes = notes
        used = {place for place, meaning in self._heads.items() if meaning.role and meaning.role != ASIDE} | self._used
        for place in range(max((len(cells) for _, cells in data), default=0)):
            if place not in used and (count := sum(1 for _, cells in data if place < len(cells) and filled(cells[place]))):
                table.left[self._grid.heads.get(place, f"Spalte {place + 1}")] = count
        return table

    def _table(self, form: str, said: str, observations: Iterator[Observation]) -> Table:
        taken = list(islice(observations, MOST_VALUES + 1))
        if len(taken) > MOST_VALUES:
            raise Unreadable(f"„{self._grid.file}“ hat mehr als {MOST_VALUES // 1_000}.000 Werte. Bitte nach Jahren oder Kennzahlen teilen.")
        return Table(form, self._grid.file, self._grid.name, said, taken, self._source)

    # ---- the three forms

    def _long(self, rows: list[tuple[Where, list[Any]]]) -> tuple[str, Iterator[Observation]]:
        value = self._places[VALUE][0]
        fixed = None if INDICATOR in self._places else self._fixed()
        self._year, said = self._common_year()

        def observations() -> Iterator[Observation]:
            for where, cells in rows:
                told = fixed or measure(self._cell(cells, INDICATOR))
                # In a column of its own the whole text is the name: "Kinder 2023" there is no year.
                name = fixed.name if fixed else self._cell(cells, INDICATOR)
                unit = self._cell(cells, UNIT) or (told.unit if fixed else "") or self._given.unit
                yield self._one(self._row(where, cells), cells[value], value, Measure(name, unit), self._row_year(cells), name.casefold())

        return (f"Kennzahl „{fixed.name}“" if fixed else "Kennzahl je Zeile") + said, observations()

    def _by_years(self, rows: list[tuple[Where, list[Any]]], years: dict[int, int], groups: dict[int, Measure]) -> tuple[str, Iterator[Observation]]:
        self._used = set(years)
        fixed = None if INDICATOR in self._places or groups else self._fixed()
        listed = sorted(set(years.values()))

        def observations() -> Iterator[Observation]:
            for where, cells in rows:
                row = self._row(where, cells)
                for place, year in years.items():
                    told = groups.get(place) or fixed or Measure(self._cell(cells, INDICATOR))
                    unit = self._cell(cells, UNIT) or told.unit or self._given.unit
                    # A row that is written alike is one indicator's, a column holds those of all.
                    group = str(where.row) if not fixed and not groups else str(place)
                    yield self._one(row, cells[place], place, Measure(told.name, unit), year, group)

        names = list(dict.fromkeys(told.name for told in groups.values()))
        what = f"Kennzahl „{fixed.name}“" if fixed else f"Kennzahlen {_quoted(names)}" if names else "Kennzahl je Zeile"
        return f"{what}, Jahre {', '.join(map(str, listed))}", observations()

    def _by_indicators(self, rows: list[tuple[Where, list[Any]]], measures: dict[int, Measure]) -> tuple[str, Iterator[Observation]]:
        if not measures:
            raise NoTable(f"Es gibt keine Spalte mit Werten (Wert, ein Jahr, oder Kennzahlen). Gefunden: {', '.join(self._grid.heads.values())}.")
        self._used = set(measures)
        if len(measures) == 1 and self._given.indicator:
            measures = {place: Measure(self._given.indicator, told.unit, told.year) for place, told in measures.items()}
        elif any(told.name.casefold() in _GENERIC for told in measures.values()):
            # "Anzahl" and "Anteil" say how it is counted, not what.
            what = self._fixed().name
            measures = {
                place: Measure(f"{what} ({told.name})", told.unit, told.year) if told.name.casefold() in _GENERIC else told for place, told in measures.items()
            }
        self._year, said = self._common_year() if any(told.year is None for told in measures.values()) else (None, "")

        def observations() -> Iterator[Observation]:
            for where, cells in rows:
                row, row_year = self._row(where, cells), self._row_year(cells)
                for place, told in measures.items():
                    if filled(cells[place]):
                        unit = told.unit or self._cell(cells, UNIT) or self._given.unit
                        yield self._one(row, cells[place], place, Measure(told.name, unit), told.year if told.year is not None else row_year, str(place))

        years = sorted({told.year for told in measures.values() if told.year is not None})
        in_heads = f", Jahre {', '.join(map(str, years))} aus den Überschriften" if years else ""
        return f"Kennzahlen {_quoted(list(dict.fromkeys(told.name for told in measures.values())))}{in_heads}{said}", observations()

    # ---- parts of them

    def _row(self, where: Where, cells: list[Any]) -> _RowWords:
        """What holds for every value of a row."""
        if self._unused is None:
            known = {at for at, meaning in self._heads.items() if meaning.role and meaning.role != ASIDE}
            self._unused = {at: name for at, name in self._grid.heads.items() if at not in self._used | known}
        area, column = self._area(cells)
        area = self._known_areas.setdefault(area, area)
        origin = "; ".join(dict.fromkeys(plain(cells[at]) for at in self._places.get(ORIGIN, ()) if filled(cells[at])))
        return _RowWords(where, area, column, origin or self._source, {name: cells[at] for at, name in self._unused.items() if filled(cells[at])})

    def _one(self, row: _RowWords, cell: object, place: int, told: Measure, year: object, group: str) -> Observation:
        return Observation(
            row.where, row.area, row.area_column, told.name, told.unit, year, cell, self._grid.heads.get(place, ""), group, row.origin, row.extra
        )

    def _area(self, cells: list[Any]) -> tuple[AreaWords, str]:
        """What the row says about its area: the finest name that is filled; the coarser ones tell where it lies."""
        named = [place for place in self._areas if filled(cells[place])]
        level = LEVEL_WORDS.get(self._cell(cells, LEVEL).casefold(), "")
        codes = [place for place in self._places.get(CODE, ()) if filled(cells[place])]
        finest = self._heads[named[0]].level if named else ""
        fitting = [place for place in codes if self._heads[place].level in ("", finest)] or ([] if named else codes)
        code = word(cells[fitting[0]]) if fitting else ""
        if not level:
            level = finest or (self._heads[fitting[0]].level if fitting else "")
        parent = word(cells[named[1]]) if len(named) > 1 else self._cell(cells, PARENT)
        ags = re.sub(r"\.0$", "", self._cell(cells, AGS))
        column = (
            self._grid.heads[named[0] if named else fitting[0] if fitting else self._places[AGS][0] if AGS in self._places else self._areas[0]]
            if (named or fitting or AGS in self._places or self._areas)
            else ""
        )
        return AreaWords(word(cells[named[0]]) if named else "", level, code, ags, parent), column

    def _cell(self, cells: list[Any], role: str) -> str:
        return next((word(cells[place]) for place in self._places.get(role, ()) if filled(cells[place])), "")

    def _row_year(self, cells: list[Any]) -> object:
        """The year of a row: what its column says, else that of the whole table."""
        own = next((cells[place] for place in self._places.get(YEAR, ()) if filled(cells[place])), None)
        return self._year if own is None else own

    def _common_year(self) -> tuple[int | None, str]:
        """The one year that the option, the sheet's name or the lines above the head give, and how that is said."""
        if YEAR in self._places and self._given.year is None:
            return None, ", Jahr je Zeile"
        if self._given.year is not None:
            return self._given.year, f", Jahr {self._given.year} (angegeben)"
        if (year := year_in(self._grid.name)) is not None:
            return year, f", Jahr {year} aus dem Namen des Blatts"
        found = {int(told) for line in self._title if not _MADE.search(line) for told in _TITLE_YEAR.findall(line)}
        if len(found) == 1:
            year = found.pop()
            return year, f", Jahr {year} aus der Zeile über der Tabelle"
        return None, ""

    def _fixed(self) -> Measure:
        """The one indicator of a table that has no column for it: from the option, the one line above the head, or the sheet's name."""
        if self._given.indicator:
            return Measure(self._given.indicator, self._given.unit)
        titles = [line for line in self._title if not _NOTE.match(line) and not _MADE.search(line) and year_in(line) is None]
        if len(titles) == 1:
            return measure(titles[0])
        name = self._grid.name
        if not titles and name and not _NO_NAME.fullmatch(name) and year_in(name) is None:
            return measure(name)
        seen = f" Über der Tabelle steht: {_quoted(titles)}." if titles else ""
        raise NoTable(f"Es ist nicht zu erkennen, um welche Kennzahl es geht.{seen} Bitte nennen: --option indicator=... (und unit=...).")

    def _groups(self, years: dict[int, int]) -> dict[int, Measure]:
        """The indicator of each column of years, where a row above the head names them."""
        if not years or not self._grid.above or INDICATOR in self._places:
            return {}
        _, cells = self._grid.above[-1]
        names = {place: heading(cell) for place, cell in enumerate(cells) if filled(cell) and place >= min(years)}
        return _spread(names, years)

    def _second_head(self, cells: list[Any]) -> dict[int, int]:
        """The years in the row below the head, where that goes on there: two years at least, no area, nothing else."""
        years = {place: year for place, cell in enumerate(cells) if filled(cell) and (year := year_in(cell)) is not None}
        if len(years) < 2 or _filled_count(cells) > len(years) or any(place in years for place in self._heads if self._heads[place].role):
            return {}
        return years

    def _note(self, cells: list[Any]) -> str:
        """The text of a row that is a note to people (source, footnote): a text in its first filled cell, nothing else."""
        told = [cell for cell in cells if filled(cell)]
        if len(told) == 1 and isinstance(told[0], str) and (_NOTE.match(told[0].strip()) or len(told[0]) > 60):
            return " ".join(told[0].split())
        return ""

    def _source_above(self) -> str:
        for line in self._title:
            if source := _SOURCE_LINE.match(line):
                return (source[1] or source[2]).strip()
        return ""


def _mostly_numbers(cells: Iterator[Any]) -> bool:
    good = all_ = 0
    for cell in cells:
        if filled(cell):
            all_ += 1
            try:
                measured(cell)
                good += 1
            except ValueError:
                continue
    return bool(all_) and good / all_ >= _MOSTLY


def _spread(names: Mapping[int, str], years: Mapping[int, int]) -> dict[int, Measure]:
    """The indicator of each column of years; merged cells hold their text only in the first of their columns. Empty where the first has none."""
    if not names or min(names) > min(years):
        return {}
    return {place: measure(names[max(at for at in names if at <= place)]) for place in years}


def _filled_count(cells: list[Any]) -> int:
    return sum(1 for cell in cells if filled(cell))


def _line(cells: list[Any]) -> str:
    """A row above the head as one line."""
    return " ".join(heading(cell) for cell in cells if filled(cell))


def _quoted(names: list[str]) -> str:
    return ", ".join(f"„{name}“" for name in names[:6]) + (f" und {len(names) - 6} weitere" if len(names) > 6 else "")
