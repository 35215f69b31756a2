"""Writes the Excel template: a sheet for each type and each relationship, out of the schema."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from graph.model import EdgeType, Field, NodeType
from graph.schema import EDGES, NODES
from ingest.tabular.headings import EXAMPLE_MARK, KEY, NOTE_MARK, filled_in

_HEAD = PatternFill("solid", fgColor="1B4F9C")
_NOTE = Font(italic=True, color="4D5564")
_INPUT = PatternFill("solid", fgColor="EEF3FB")
_EXAMPLE = Font(color="8A92A1")
_LISTS = "_Listen"
_LAST_ROW = 5000

_GUIDE = (
    "So füllen Sie diese Arbeitsmappe aus",
    "Jedes Blatt ist eine Art von Eintrag (Gremien, Institutionen, Personen ...) oder eine Art von Beziehung (Mitgliedschaften, Kooperationen ...).",
    "Füllen Sie nur aus, was Sie haben. Jedes Blatt darf leer bleiben, jede Spalte ohne * auch. Spalten dürfen Sie umstellen, solche ohne * löschen.",
    f"Zeile 2 erklärt die Spalten („{NOTE_MARK}“), Zeile 3 ist ein Beispiel („{EXAMPLE_MARK}“). Beide werden nie eingelesen. "
    f"Ihre Angaben beginnen in Zeile 4, oder in Zeile 3, wenn Sie jedes „{EXAMPLE_MARK}“ überschreiben.",
    f"Die Spalte „{KEY}“ ist freiwillig. Sie brauchen sie nur, wenn zwei Einträge gleich heißen oder sich ein Name ändern kann.",
    "In den Blättern der Beziehungen steht der Name des Eintrags, oder sein Schlüssel. Auch amtliche Nummern gehen: schulnummer:101321.",
    "Mehrere Zeiträume sind mehrere Zeilen, jede mit Seit und Bis. Ein Datum schreiben Sie 31.12.2025; 12/2025 oder 2025 geht auch.",
    "Gleichnamige unterscheiden Sie mit dem Stadtteil: Kita Sonnenschein (Hochfeld). Mehrere Namen in einer Zelle trennt ein Semikolon.",
    "Auf den Blättern der Einträge dürfen Spalten hinzukommen: Träger, Themen, Zielgruppen, Gremien, Stadtteil werden zu Beziehungen, andere bleiben.",
    "Auswahlfelder zeigen ihre Möglichkeiten, wenn Sie in die Zelle klicken.",
    "Prüfen, ohne etwas zu ändern: akteursatlas check tables netzwerk.xlsx",
    "Einlesen: akteursatlas ingest tables netzwerk.xlsx. Nach jeder Änderung einfach wieder einlesen; die Datei ersetzt ihren früheren Stand.",
    "Von wann die Angaben sind, tragen Sie hier neben „Stand“ ein. Ohne Eintrag gilt der Tag, an dem die Datei zuletzt gespeichert wurde.",
)

_SAMPLES: dict[str, str | int] = {
    "integer": 12,
    "number": "3,5",
    "boolean": "ja",
    "date": "01.08.2025",
    "url": "https://www.beispiel.de",
    "email": "buero@beispiel.de",
    "phone": "0201 123456",
}


def write_template(path: Path) -> None:
    """Writes the template to ``path`` (replaces a file that is there). Raises ``OSError``."""
    book = Workbook()
    guide = book.worksheets[0]
    guide.title = "Anleitung"
    guide.column_dimensions["A"].width = 110
    for number, line in enumerate(_GUIDE, 1):
        cell = guide.cell(number, 1, line if number == 1 else f"{number - 1}. {line}")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=number == 1, size=14 if number == 1 else 11)
    guide.cell(len(_GUIDE) + 1, 1, "Stand (TT.MM.JJJJ):").alignment = Alignment(horizontal="right")
    day = guide.cell(len(_GUIDE) + 1, 2)
    day.fill, day.number_format = _INPUT, "DD.MM.YYYY"
    guide.column_dimensions["B"].width = 16
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    for node in NODES.values():
        _sheet(book.create_sheet(node.plural.de), node, lists)
    for edge in EDGES.values():
        _sheet(book.create_sheet(edge.sheet.de), edge, lists)
    book.move_sheet(lists, len(book.worksheets))
    book.save(path)


def _sheet(sheet: Worksheet, kind: NodeType | EdgeType, lists: Worksheet) -> None:
    fields = filled_in(kind)
    if isinstance(kind, NodeType):
        # The mark also stands at the name, because people delete or move the column of keys.
        marked = (0, 1 + [field.name for field in fields].index("name"))
        leading = [(KEY, "frei gewählt, jeder nur einmal", "B-1")]
    else:
        marked = (0, 1)
        leading = [
            (f"{kind.start_label.de}*", _who(kind.start_types), _named(kind.start_types[0])),
            (f"{kind.end_label.de}*", _who(kind.end_types), _named(kind.end_types[-1])),
        ]
    told = [*leading, *((_heading(field), _note(field), _example(kind, field)) for field in fields)]
    for place, (heading, note, example) in enumerate(told, 1):
        if place - 1 in marked:
            note, example = f"{NOTE_MARK} {note}", f"{EXAMPLE_MARK} {example}"
        head = sheet.cell(1, place, heading)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _HEAD
        sheet.cell(2, place, note).font = _NOTE
        sheet.cell(3, place, example).font = _EXAMPLE
        sheet.cell(2, place).alignment = Alignment(wrap_text=True, vertical="top")
        if place > len(leading) and fields[place - len(leading) - 1].kind in ("code", "phone"):
            sheet.column_dimensions[get_column_letter(place)].number_format = "@"  # as a number it would lose its zero
        sheet.column_dimensions[get_column_letter(place)].width = 34 if place - 1 in marked else max(14, min(34, len(heading) + 8))
    sheet.row_dimensions[2].height = 48
    sheet.freeze_panes = "A4"
    for place, field in enumerate(fields, len(leading) + 1):
        _dropdown(sheet, place, field, lists)


def _named(kind: str) -> str:
    """A name as an entry of this type might have it."""
    return NODES[kind].example or NODES[kind].label.de


def _who(types: tuple[str, ...]) -> str:
    return " oder ".join(NODES[name].label.de for name in types) + ": Name oder Schlüssel"


def _heading(field: Field) -> str:
    unit = f" ({field.unit})" if field.unit else ""
    return f"{field.label.de}{unit}{'*' if field.required else ''}"


def _note(field: Field) -> str:
    return field.about.de + (": Name oder Schlüssel" if field.kind == "reference" else "")


def _example(kind: NodeType | EdgeType, field: Field) -> str | int:
    if field.name == "name":
        return _named(kind.name)
    if field.choices:
        return field.choices[0].label.de
    if field.kind == "reference":
        return _named(field.of)
    if field.name in ("lat", "lon"):
        return {"lat": "51,4321", "lon": "6,7654"}[field.name]
    if field.name in ("year", "until", "end"):
        return {"year": 2025}.get(field.name, "")
    if field.kind == "code":
        return {5: "47051", 8: "05112000"}.get(field.lengths[0], "")
    return _SAMPLES.get(field.kind, "")


def _dropdown(sheet: Worksheet, place: int, field: Field, lists: Worksheet) -> None:
    words = [choice.label.de for choice in field.choices] or (["ja", "nein"] if field.kind == "boolean" else [])
    if not words:
        return
    column = (lists.max_column or 0) + 1 if lists["A1"].value else 1
    for row, word in enumerate(words, 1):
        lists.cell(row, column, word)
    letter = get_column_letter(column)
    rule = DataValidation(type="list", formula1=f"'{_LISTS}'!${letter}$1:${letter}${len(words)}", allow_blank=True)
    rule.showErrorMessage = True
    rule.error, rule.errorTitle = "Bitte einen Eintrag aus der Liste wählen.", field.label.de
    target = get_column_letter(place)
    rule.add(f"{target}3:{target}{_LAST_ROW}")
    sheet.add_data_validation(rule)
