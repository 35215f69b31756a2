"""Writes the rows of the network as an Excel workbook whose bytes depend on nothing but the rows.

A sheet per node type and per relationship, named and headed in German as the schema has it; only columns with a value.
"""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from demo.network import TODAY, Cell, Network, Row
from graph.model import Field
from graph.schema import EDGES, NODES

KEY_HEADING = "Schlüssel"
_STAMP = datetime(TODAY.year, TODAY.month, TODAY.day, 12)


def write(network: Network, path: Path) -> dict[str, int]:
    """Writes every sheet that has rows; returns the number of data rows by sheet."""
    book = Workbook(write_only=True)
    book.properties.creator = f"Bildungsbüro {network.town.name}"
    book.properties.created = _STAMP
    rows: dict[str, int] = {}
    for node in NODES.values():
        _sheet(book, node.plural.de, [("key", KEY_HEADING)], node.fields, network.nodes[node.name], rows)
    for edge in EDGES.values():
        _sheet(book, edge.sheet.de, [("start", edge.start_label.de), ("end", edge.end_label.de)], edge.fields, network.edges[edge.name], rows)
    buffer = BytesIO()
    book.save(buffer)
    _write_plain(buffer, path)
    return rows


def _sheet(book: Workbook, title: str, first: list[tuple[str, str]], fields: tuple[Field, ...], data: list[Row], rows: dict[str, int]) -> None:
    if not data:
        return
    used = [field for field in fields if any(field.name in row for row in data)]
    columns = first + [(field.name, field.label.de) for field in used]
    by_name = {field.name: field for field in used}
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, (name, heading) in enumerate(columns, start=1):
        longest = max((len(str(row.get(name, ""))) for row in data), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(60, max(len(heading), longest) + 3)
    head = []
    for _, heading in columns:
        cell = WriteOnlyCell(sheet, heading)
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row in data:
        sheet.append([_cell(sheet, by_name.get(name), row.get(name)) for name, _ in columns])
    rows[title] = len(data)


def _cell(sheet: Any, field: Field | None, value: Cell | None) -> object:
    """As a person would type it: the German word of a choice, ja and nein, a real date."""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, datetime(value.year, value.month, value.day))
        cell.number_format = "DD.MM.YYYY"
        return cell
    if field is not None and field.choices:
        choice = field.choice(value)
        return choice.label.de if choice else value
    return value


def _write_plain(buffer: BytesIO, path: Path) -> None:
    """The same archive with one fixed time instead of the moment of writing."""
    stamp = _STAMP.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            plain = zipfile.ZipInfo(entry.filename, _STAMP.timetuple()[:6])
            plain.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(plain, content)
