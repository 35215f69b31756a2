"""CSV files as editors, servers and accidents leave them; each is a file Gremien.csv."""

from __future__ import annotations

import codecs
import gzip
import random
from pathlib import Path

from tests.bad_files.case import Case, Make, renamed, written
from tests.bad_files.workbooks import good as good_book

_GOOD = "Name;Sitzungen\nRat;monatlich\nBeirat für Bildung;jährlich\n"
_NOISE = random.Random(3).randbytes(30_000)


def _csv(content: bytes | str) -> Make:
    return written("Gremien.csv", content)


def _hundred_megabytes(folder: Path) -> Path:
    path = folder / "Gremien.csv"
    filler = "Bildung gestalten " * 550
    with path.open("w", encoding="utf-8") as file:
        file.write("Name;Auftrag\n")
        for number in range(10_500):
            file.write(f"Arbeitskreis {number};{filler}\n")
    return path


def _one_long_line(folder: Path) -> Path:
    path = folder / "Gremien.csv"
    path.write_text("Name;Sitzungen;" + "x" * 5_000_000, encoding="utf-8")
    return path


CASES = [
    Case("good", _csv(_GOOD), 0, taken=2),
    Case("0 bytes", _csv(b""), 2, ("leer",)),
    Case("only a mark of the encoding", _csv(codecs.BOM_UTF8), 2, ("Gremien.csv",)),
    Case("only line breaks", _csv("\n\n\r\n\n"), 2, ("Gremien.csv",)),
    Case("only delimiters", _csv(";;;\n;;;\n"), 2, ("Gremien.csv",)),
    Case("header only", _csv("Name;Sitzungen\n"), 2, ("keine ausgefüllte Zeile",)),
    Case("header without line break", _csv("Name;Sitzungen"), 2, ("keine ausgefüllte Zeile",)),
    Case("with a mark", _csv(codecs.BOM_UTF8 + _GOOD.encode()), 0, taken=2),
    Case("Windows text", _csv(_GOOD.encode("cp1252")), 0, ("Windows",), taken=2),
    Case("UTF-8 and Windows text mixed", _csv(_GOOD.encode() + "Jugendräte;oft\n".encode("cp1252")), 0, ("Zeile",), taken=3),
    Case("UTF-16 little endian", _csv(codecs.BOM_UTF16_LE + _GOOD.encode("utf-16-le")), 0, taken=2),
    Case("UTF-16 big endian", _csv(codecs.BOM_UTF16_BE + _GOOD.encode("utf-16-be")), 0, taken=2),
    Case("UTF-16 without a mark", _csv(_GOOD.encode("utf-16-le")), 0, taken=2),
    Case("UTF-16 cut in a character", _csv(codecs.BOM_UTF16_LE + _GOOD.encode("utf-16-le")[:-1]), 0, taken=2),
    Case("UTF-8 cut in a character", _csv(_GOOD.encode() + "Rät".encode()[:2]), 0, taken=3),
    Case("NUL bytes in a cell", _csv("Name;Sitzungen\nRat\0;x\nBeirat;y\n"), 0, ("NUL",), taken=2),
    Case("only NUL bytes", _csv(bytes(5_000)), 2, ("Gremien.csv",)),
    Case("noise", _csv(_NOISE), 2, ("Gremien.csv",)),
    Case("a workbook called .csv", renamed(good_book, "Gremien.csv"), 2, ("Excel",)),
    Case("a packed file called .csv", _csv(gzip.compress(_GOOD.encode())), 2, ("Gremien.csv",)),
    Case("HTML called .csv", _csv("<!DOCTYPE html>\n<html><body><h1>Anmeldung</h1></body></html>\n"), 2, ("HTML",)),
    Case("commas", _csv(_GOOD.replace(";", ",")), 0, taken=2),
    Case("tabs", _csv(_GOOD.replace(";", "\t")), 0, taken=2),
    Case("bars", _csv(_GOOD.replace(";", "|")), 0, taken=2),
    Case("sep=;", _csv("sep=;\n" + _GOOD), 0, taken=2),
    Case("sep=; in quotes", _csv('"sep=;"\n' + _GOOD), 0, taken=2),
    Case("more commas in the text than delimiters", _csv("Name;Auftrag\nRat;a, b, c, d, e\nBeirat;f, g, h, i\n"), 0, taken=2),
    Case("a quoted delimiter", _csv('Name;Auftrag\n"Rat; Ausschuss";x\n'), 0, taken=1),
    Case("all in quotes", _csv('"Name";"Sitzungen"\n"Rat ""der"" Stadt";"x"\n'), 0, taken=1),
    Case("a quotation mark never closed", _csv('Name;Auftrag\nRat;"offen\nBeirat;y\n'), 2, ("Anführungszeichen",)),
    Case("a quotation mark in the text", _csv('Name;Auftrag\nRat "Nord";x\n'), 0, taken=1),
    Case("line breaks in cells", _csv('Name;Auftrag\nRat;"eins\nzwei"\nBeirat;y\n'), 0, taken=2),
    Case("line ends of an old Mac", _csv(_GOOD.replace("\n", "\r")), 0, taken=2),
    Case("line ends of all kinds", _csv("Name;Sitzungen\r\nRat;x\nBeirat;y\rJugendrat;z\r\n"), 0, taken=3),
    Case("shorter rows", _csv("Name;Sitzungen;Auftrag\nRat\nBeirat;x\n"), 0, taken=2),
    Case("longer rows", _csv("Name;Sitzungen\nRat;x;y;z\nBeirat;x\n"), 0, ("Spalte",), taken=2),
    Case("trailing delimiters", _csv("Name;Sitzungen;\nRat;x;\n"), 0, taken=1),
    Case("a title above", _csv("Gremien der Stadt;\n;\nName;Sitzungen\nRat;x\n"), 0, taken=1),
    Case("10,000 characters in a cell", _csv("Name;Auftrag\nRat;" + "ä" * 10_000 + "\n"), 0, taken=1),
    Case("200,000 characters in a cell", _csv("Name;Auftrag\nRat;" + "x" * 200_000 + "\n"), 2, ("zu lang",)),
    Case("one line of 5 MB", _one_long_line, 2, ("Gremien.csv",)),
    Case("100 MB", _hundred_megabytes, 0, taken=10_500),
    Case("text that begins like a formula", _csv("Name\n=HYPERLINK(\"http://x\")\n@x\n"), 0, taken=2),
    Case("markup", _csv("Name;Auftrag\n<script>alert(1)</script>;<b>x\n"), 0, taken=1),
    Case("right-to-left override", _csv("Name\nRat \u202egnudliB\n"), 0, taken=1),
    Case("zero-width characters", _csv("\u200bName;Sit\u00adzungen\nRat\u200b;x\n"), 0, taken=1),
    Case("escape codes of a terminal", _csv("Name\n\x1b[31mRat\x1b[0m\n"), 0, taken=1),
    Case("100,000 columns", _csv("Name;" + ";".join(f"s{n}" for n in range(100_000)) + "\nRat\n"), 0, taken=1),
    Case("a name that no sheet has", written("Sonstiges.csv", _GOOD), 2, ("kein Blatt der Vorlage",)),
    Case("the ending in capitals", written("Gremien.CSV", _GOOD), 0, taken=2),
]
