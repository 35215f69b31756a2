"""School registers that were opened in Excel, cut, mixed or misunderstood."""

from __future__ import annotations

from tests.bad_files.case import Case, Make, renamed, written
from tests.bad_files.workbooks import good as good_book

_HEAD = (
    "Schulnummer;Schulform;Schulbezeichnung_1;Schulbezeichnung_2;Schulbezeichnung_3;Kurzbezeichnung;PLZ;Ort;Strasse;Telefonvorwahl;Telefon;Rechtsform;"
    "Traegernummer;Gemeindeschluessel;EPSG;UTMRechtswert;UTMHochwert"
)
_GOOD = "100123;02;Städt. Gem. Grundschule;Eschenstraße;;;47051;Duisburg;Eschenstr. 1;0203;123456;1;10054;05112000;null;344000;5700000"


def _of(*rows: str, head: str = _HEAD, before: str = "") -> Make:
    return written("schuldaten_nrw_2021-09.csv", before + "\n".join((head, *rows)) + "\n")


def _case(name: str, exit: int, says: tuple[str, ...], taken: int, *rows: str) -> Case:
    return Case(name, _of(_GOOD, *rows), exit, says, taken, "schools_nrw")


def _with(**values: str) -> str:
    """The good row as another school, with some values changed."""
    names = _HEAD.split(";")
    cells = dict(zip(names, _GOOD.split(";"), strict=True)) | {"Schulnummer": "100124"} | values
    return ";".join(cells[name] for name in names)


CASES = [
    Case("good", _of(_GOOD), 0, taken=1, source="schools_nrw"),
    Case("0 bytes", written("schulen.csv", b""), 2, ("schulen.csv",), source="schools_nrw"),
    Case("header only", _of(), 2, ("keine ausgefüllte Zeile",), source="schools_nrw"),
    Case("sep=; and trailing delimiters", _of(_GOOD + ";", head=_HEAD + ";", before="sep=;\n"), 0, taken=1, source="schools_nrw"),
    Case("only sep=;", written("schulen.csv", "sep=;\n"), 2, ("schulen.csv",), source="schools_nrw"),
    Case("another table", written("schulen.csv", "Name;Art\nRat;Rat\n"), 2, ("Schulverzeichnis",), source="schools_nrw"),
    Case("a workbook called .csv", renamed(good_book, "schulen.csv"), 2, ("CSV",), source="schools_nrw"),
    Case("an unknown Gemeinde", _of(_GOOD), 2, ("Gemeinde",), source="schools_nrw", options={"gemeinde": "01001000"}),
    _case("too few fields", 1, ("Felder",), 1, "100124;02;Kurz"),
    _case("too many fields", 1, ("Felder",), 1, _GOOD + ";mehr;noch mehr"),
    _case("no number", 1, ("sechs Ziffern",), 1, _with(Schulnummer="")),
    _case("a number of words", 1, ("sechs Ziffern",), 1, _with(Schulnummer="einhundert")),
    _case("the number twice", 1, ("weiter oben",), 1, _GOOD),
    _case("a number that became a float", 0, (), 2, _with(Schulnummer="100124.0", Telefon="123457.0")),
    _case("lost zeros", 0, (), 2, _with(PLZ="1067", Gemeindeschluessel="5112000", Telefonvorwahl="203")),
    _case("a postcode of letters", 0, ("PLZ",), 2, _with(PLZ="ABCDE")),
    _case("an unknown form", 0, ("Schlüsseltabelle",), 2, _with(Schulform="ZZ")),
    _case("a coordinate in the sea", 0, ("Nordrhein-Westfalen",), 2, _with(UTMRechtswert="1", UTMHochwert="1")),
    _case("a coordinate of words", 0, ("Koordinate",), 2, _with(UTMRechtswert="hier", UTMHochwert="da")),
    _case("an infinite coordinate", 0, ("Koordinate",), 2, _with(UTMRechtswert="1e999", UTMHochwert="inf")),
    _case("markup in a name", 0, (), 2, _with(Schulbezeichnung_1="<b onclick=x>Schule</b>")),
    _case("an unknown legal status", 0, ("Rechtsform",), 2, _with(Rechtsform="7")),
]
