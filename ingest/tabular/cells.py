"""One column of a table that holds a field: cells become values, periods, or a German reason why not."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from graph import dates
from graph.model import Field, Value
from graph.values import as_it_stands, mended, plain, visible
from ingest.source import Context
from ingest.tabular.grid import filled
from ingest.tabular.references import References

FORMULA_ERRORS = {
    **dict.fromkeys(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"), "ist der Fehler einer Formel; bitte die Formel in Excel berichtigen"),
    "#FORMEL!": "steht für eine Formel, die nie berechnet wurde; bitte die Datei in Excel öffnen und speichern",
}  # fmt: skip
"""What a file holds where Excel shows #NV, #BEZUG!, #WERT! ...; and what a formula without a value is read as."""

SEVERAL = re.compile(r"\s*[;\r\n]+\s*")
"""Between several values in one cell."""

_ONE_OF_SEVERAL = re.compile(r"[;,\s]+")
_REMEMBERED = 5_000


def complaint(cell: object) -> str:
    """What is wrong with a cell whatever it stands for: the error of a formula; "" where nothing is."""
    if isinstance(cell, str) and cell[:1] == "#" and (why := FORMULA_ERRORS.get(cell.strip())):
        return f"„{cell}“ {why}, oder die Zelle leeren."
    return ""


def several(cell: object) -> list[str]:
    """The values of a cell that holds several, parted by semicolons or line breaks."""
    return [part for part in SEVERAL.split(plain(cell)) if part]


@lru_cache(_REMEMBERED)
def _ends(text: str) -> tuple[str | None, str | None]:
    return dates.period(text)


def both_ends(cell: object) -> tuple[str | None, str | None]:
    """The first and last date of a cell that may hold a whole period; raises ``ValueError`` with a German reason."""
    if wrong := complaint(cell):
        raise ValueError(wrong)
    try:
        return _ends(visible(cell).strip()) if isinstance(cell, str) else dates.period(cell)
    except ValueError as error:
        raise ValueError(f"{error}.") from None


class Typed:
    """A column that holds a field. Words that come again and again (roles, dates, choices) are parsed once."""

    __slots__ = ("_mended", "_plain", "_seen", "_stands", "field", "heading", "place", "resolve")

    def __init__(self, place: int, heading: str, field: Field, names: References) -> None:
        self.place, self.heading, self.field = place, heading, field
        self.resolve = names.resolver((field.of,)) if field.kind == "reference" else None
        self._seen: dict[str, Value | None] = {}
        self._plain = field.kind in ("text", "longtext")
        self._stands = as_it_stands(field)
        self._mended: Counter[str] = Counter()

    def parse(self, cell: object) -> Value | None:
        """The value of a cell; raises ``ValueError`` with a German reason."""
        if self.resolve is not None:
            key, reason = self.resolve(cell) if filled(cell) else ("", "")
            if reason:
                raise ValueError(reason)
            return key or None
        if not isinstance(cell, str):
            return self._parse(cell)
        if self._plain and cell.isprintable() and cell[:1] != "#":
            return cell.strip() or None
        if self._stands is not None and self._stands(cell):
            return cell
        if cell in self._seen:
            return self._seen[cell]
        value = self._parse(cell)
        if len(self._seen) < _REMEMBERED:
            self._seen[cell] = value
        return value

    def _parse(self, cell: object) -> Value | None:
        if wrong := complaint(cell):
            raise ValueError(wrong)
        try:
            value = self.field.parse(cell)
        except ValueError as error:
            raise ValueError(f"{error}.") from None
        if mended(self.field, cell, value):
            self._mended[f"„{plain(cell)}“ als „{value}“"] += 1
        return value

    def first(self, cell: object) -> tuple[Value | None, str]:
        """The first address of a cell with several (e-mail, internet), and the others as text; raises ``ValueError``."""
        one, *others = [part for part in _ONE_OF_SEVERAL.split(plain(cell)) if part] or [""]
        for other in others:
            self._parse(other)
        return self._parse(one), "; ".join(others)

    def report(self, context: Context) -> None:
        """Says which lost zeros were put back."""
        if self._mended:
            example = next(iter(self._mended))
            how_many = sum(self._mended.values())
            cells = "einer Zelle wurde eine führende Null" if how_many == 1 else f"{how_many} verschiedenen Angaben wurde die führende Null"
            context.warn(f"Spalte „{self.heading}“: in {cells} ergänzt, die die Tabellenkalkulation weggelassen hatte (zum Beispiel {example}).")
