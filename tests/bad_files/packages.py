"""Workbooks whose inside is a trap: bombs of zip and XML, wrong numbers, missing parts."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.bad_files.case import GOOD_ROW, MAIN, PARTS, Case, Make, package, sheet_xml, text_row

_LAUGHS = "<!DOCTYPE x [" + '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
_OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
_QUADRATIC = '<!DOCTYPE x [<!ENTITY a "' + "a" * 100_000 + '">]>'
_SHEET, _STRINGS, _BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"


def _bomb(part: str, begin: str, filling: bytes, end: str, megabytes: int) -> Make:
    def make(folder: Path) -> Path:
        path = package({part: None})(folder)
        block = filling * (1_000_000 // len(filling))
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, archive.open(part, "w", force_zip64=True) as inside:
            inside.write(begin.encode())
            for _ in range(megabytes):
                inside.write(block)
            inside.write(end.encode())
        return path

    return make


def _lying(folder: Path) -> Path:
    """A bomb whose directory says that it is small."""
    path: Path = _bomb(_SHEET, f'<worksheet xmlns="{MAIN}"><sheetData>', b" ", "</sheetData></worksheet>", 600)(folder)
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x01\x02", 0, raw.rfind(b"PK\x05\x06"))
    raw[at + 24 : at + 28] = (5_000).to_bytes(4, "little")
    path.write_bytes(bytes(raw))
    return path


def _crowd(folder: Path) -> Path:
    path = package({})(folder)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(20_000):
            archive.writestr(f"xl/media/image{number}.png", b"")
    return path


def _climbing(folder: Path) -> Path:
    path = package({})(folder)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../evil.txt", "x")
        archive.writestr("/tmp/evil-akteursatlas.txt", "x")
    return path


def _deep(levels: int) -> str:
    return "<a>" * levels + "</a>" * levels


CASES = [
    Case("put together by hand", package({}), 0, taken=1),
    Case("zip bomb in the sheet", _bomb(_SHEET, f'<worksheet xmlns="{MAIN}"><sheetData>', b" ", "</sheetData></worksheet>", 1500), 2, ("groß",)),
    Case("zip bomb in the texts", _bomb(_STRINGS, f'<sst xmlns="{MAIN}">', b"<si><t>a</t></si>", "</sst>", 900), 2, ("groß",)),
    Case("zip bomb that says it is small", _lying, 2, ("netz.xlsx",)),
    Case("20,000 parts", _crowd, 2, ("Teile",)),
    Case("paths out of the folder", _climbing, 0, taken=1),
    Case("billion laughs in the sheet", package({_SHEET: sheet_xml(text_row(2, "&a9;"), head=_LAUGHS)}), 2, ("netz.xlsx",)),
    Case("billion laughs in the texts", package({_STRINGS: f'{_LAUGHS}<sst xmlns="{MAIN}"><si><t>&a9;</t></si></sst>'}), 2, ("netz.xlsx",)),
    Case("billion laughs in the workbook", package({_BOOK: _LAUGHS + PARTS[_BOOK].replace("Gremien", "&a9;")}), 2, ("netz.xlsx",)),
    Case("a file of the machine as an entity", package({_SHEET: sheet_xml(text_row(2, "&f;"), head=_OUTSIDE)}), 2, ("netz.xlsx",)),
    Case("quadratic blow-up", package({_SHEET: sheet_xml(text_row(2, "&a;" * 20_000), head=_QUADRATIC)}), 2, ("netz.xlsx",)),
    Case("50,000 nested elements", package({_SHEET: sheet_xml(GOOD_ROW, after=_deep(50_000))}), 0, taken=1),
    Case("a sheet that is not XML", package({_SHEET: "das ist kein XML"}), 2, ("netz.xlsx",)),
    Case("a sheet that breaks off", package({_SHEET: sheet_xml(GOOD_ROW)[:-40]}), 2, ("netz.xlsx",)),
    Case("an empty sheet part", package({_SHEET: ""}), 2, ("netz.xlsx",)),
    Case("no workbook part", package({_BOOK: None}), 2, ("netz.xlsx",)),
    Case("no sheet part", package({_SHEET: None}), 2, ("netz.xlsx",)),
    Case("no list of types", package({"[Content_Types].xml": None}), 0, taken=1),
    Case("no relationships", package({"xl/_rels/workbook.xml.rels": None}), 2, ("netz.xlsx",)),
    Case("broken styles", package({"xl/styles.xml": "<styleSheet"}), 2, ("netz.xlsx",)),
    Case("a text number that does not exist", package({_SHEET: sheet_xml('<row r="2"><c r="A2" t="s"><v>99</v></c></row>')}), 2, ("netz.xlsx",)),
    Case("a text number that is none", package({_SHEET: sheet_xml('<row r="2"><c r="A2" t="s"><v>x</v></c></row>')}), 2, ("netz.xlsx",)),
    Case("first and last cell of a sheet", package({_SHEET: sheet_xml(GOOD_ROW + text_row(1_048_576, "weit weg", "XFD"))}), 1, ("1048576",), taken=1),
    Case("a size that is a lie upwards", package({_SHEET: sheet_xml(GOOD_ROW, before='<dimension ref="A1:XFD1048576"/>')}), 0, taken=1),
    Case("a size that is a lie downwards", package({_SHEET: sheet_xml(GOOD_ROW + text_row(3, "Rat"), before='<dimension ref="A1"/>')}), 0, taken=2),
    Case("a size that is none", package({_SHEET: sheet_xml(GOOD_ROW, before='<dimension ref="???"/>')}), 2, ("netz.xlsx",)),
    Case("rows and cells without numbers", package({_SHEET: sheet_xml('<row><c t="inlineStr"><is><t>Rat</t></is></c></row>')}), 0, taken=1),
    Case("rows in the wrong order", package({_SHEET: sheet_xml(text_row(5, "Rat") + text_row(3, "Beirat"))}), 0, taken=2),
    Case("a column beyond the last", package({_SHEET: sheet_xml('<row r="2"><c r="ZZZZ2"><v>1</v></c></row>' + text_row(3, "Rat"))}), 2, ("netz.xlsx",)),
    Case("a row beyond the last", package({_SHEET: sheet_xml(text_row(99_999_999, "Rat"))}), 2, ("netz.xlsx",)),
    Case("a row below zero", package({_SHEET: sheet_xml(text_row(-5, "Rat"))}), 2, ("netz.xlsx",)),
    Case("two sheets of one name", package({_BOOK: PARTS[_BOOK].replace("</sheets>", '<sheet name="Gremien" sheetId="2" r:id="rId1"/></sheets>')}), 0, taken=1),
]
