"""Readable tables whose cells say what cannot be, or what somebody hopes will be run."""

from __future__ import annotations

from tests.bad_files.case import Case, Make, Rows, book

_MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>"
_RTL = "Rat \u202egnudliB\u202c"
_INVISIBLE = "Rat\u200b der\u2060 Stadt\ufeff"


def _one(heading: str, value: object, sheet: str = "Institutionen") -> Make:
    """A sheet with a good row and one that has this value."""
    return book({sheet: (("Name", heading), ("Gut", None), ("Schlecht", value))})


def _bad(heading: str, value: object, *says: str, sheet: str = "Institutionen") -> Case:
    return Case(f"{heading} {str(value)[:30]!r}", _one(heading, value, sheet), 1, (heading, *says), taken=1)


def _ties(sheet: str, rows: Rows, **sheets: Rows) -> Make:
    return book({**sheets, sheet: rows})


_PEOPLE: Rows = (("Name",), ("Anna Beispiel",), ("Bernd Muster",))
_COMMITTEES: Rows = (("Name",), ("Rat",), ("Beirat",))
_AREAS: Rows = (("Name", "Ebene"), ("Nord", "Stadtteil"), ("Süd", "Stadtteil"), ("Mitte", "Stadtbezirk"))

CASES = [
    _bad("Art", "Raumschiff", "erlaubt"),
    _bad("E-Mail", "anna(at)stadt", "E-Mail"),
    _bad("Internet", "javascript:alert(1)", "https"),
    _bad("Internet", "file:///etc/passwd", "https"),
    _bad("Breite", 95.0, "Breite"),
    _bad("Länge", 200.0, "Länge"),
    _bad("Breite", "oben", "Zahl"),
    _bad("Schülerinnen und Schüler", -5, "Schülerinnen"),
    _bad("Schülerinnen und Schüler", "viele", "Zahl"),
    _bad("Schülerinnen und Schüler", 3.5, "ganze Zahl"),
    _bad("Schülerinnen und Schüler", True, "Zahl"),
    _bad("Schülerinnen und Schüler", "9" * 400, "Zahl"),
    _bad("Plätze", "1e999", "Zahl"),
    _bad("Plätze", "nan", "Zahl"),
    _bad("Beginn", "31.02.2025", "Datum"),
    _bad("Beginn", "99.99.9999", "Datum"),
    _bad("Beginn", "gestern", "Datum"),
    _bad("Beginn", 45657, "Datum"),
    _bad("Beginn", -3, "Datum"),
    _bad("Beginn", 1e20, "Datum"),
    _bad("PLZ", "123", "Ziffern"),
    _bad("PLZ", "4705A", "Ziffern"),
    _bad("Gemeindeschlüssel", "12", "Ziffern"),
    _bad("Rechtsstellung", "halböffentlich", "erlaubt"),
    Case("end before start", book({"Projekte": (("Name", "Beginn", "Ende"), ("Gut", "2024", "2024"), ("Schlecht", "2025", "2024"))}), 1, ("Ende",), taken=1),
    Case("membership that ends before it begins",
         _ties("Mitgliedschaften", (("Mitglied", "Gremium", "Seit", "Bis"), ("Anna Beispiel", "Rat", "2024", "2020")), Personen=_PEOPLE, Gremien=_COMMITTEES),
         1, ("Bis",), taken=4),
    Case("no name", book({"Gremien": (("Name", "Sitzungen"), ("Rat", "x"), (None, "monatlich"))}), 1, ("Name fehlt",), taken=1),
    Case("a name of spaces", book({"Gremien": (("Name", "Sitzungen"), ("Rat", "x"), ("   ", "monatlich"))}), 1, ("Name fehlt",), taken=1),
    Case("a name of invisible characters", book({"Gremien": (("Name", "Sitzungen"), ("Rat", "x"), ("\u200b\u200b", "monatlich"))}), 1, ("Name",), taken=1),
    Case("the same name twice", book({"Gremien": (("Name",), ("Rat",), ("Rat",))}), 1, ("doppelt",), taken=1),
    Case("the same key twice", book({"Gremien": (("Schlüssel", "Name"), ("A", "Rat"), ("A", "Beirat"))}), 1, ("Schlüssel",), taken=1),
    Case("a key with a line break", book({"Gremien": (("Schlüssel", "Name"), ("A\nB", "Rat"), ("C", "Beirat"))}), 0, taken=2),
    Case("10,000 characters", book({"Gremien": (("Name", "Bemerkung"), ("Rat", "ä" * 10_000))}), 0, taken=1),
    Case("a name of 10,000 characters", book({"Gremien": (("Name",), ("Rat " * 2_500,))}), 0, taken=1),
    Case("32,767 characters", book({"Gremien": (("Name", "Bemerkung"), ("Rat", "x" * 32_767))}), 0, taken=1),
    Case("markup in a name", book({"Gremien": (("Name",), (_MARKUP,))}), 0, taken=1),
    Case("markup in a heading", book({"Gremien": (("Name", _MARKUP), ("Rat", "x"))}), 0, ("script",), taken=1),
    Case("markup in the console's language", book({"Gremien": (("Name", "Art"), ("[bold red]Rat[/]", "[/]"))}), 2, ("[/]",), taken=0),
    Case("text that begins like a formula", book({"Gremien": (("Name",), ("'=cmd|' /C calc'!A0",), ("@SUM(1)",), ("+49 Rat",), ("-Rat",))}), 0, taken=4),
    Case("right-to-left override", book({"Gremien": (("Name",), (_RTL,))}), 0, taken=1),
    Case("zero-width characters", book({"Gremien": (("Na\u200bme",), (_INVISIBLE,))}), 0, taken=1),
    Case("two names that look alike", book({"Gremien": (("Name",), ("Rat der Stadt",), (_INVISIBLE,))}), 1, ("doppelt",), taken=1),
    Case("symbols beyond the first plane", book({"Gremien": (("Name",), ("Rat 🏛️👨‍👩‍👧",))}), 0, taken=1),
    Case("control characters", book({"Gremien": (("Name",), ("Rat_x0007__x001B_[31m",))}), 0, taken=1),
    Case("a NUL in a cell", book({"Gremien": (("Name",), ("Rat_x0000_x",), ("Beirat",))}), 0, taken=2),
    Case("SQL and Cypher in a name", book({"Gremien": (("Name",), ("Rat'); DROP TABLE node; --",), ("`}) DETACH DELETE (n) //",))}), 0, taken=2),
    Case("unknown reference", _ties("Mitgliedschaften", (("Mitglied", "Gremium"), ("Niemand Da", "Rat")), Gremien=_COMMITTEES), 1, ("Niemand Da", "Gibt es nicht"), taken=2),
    Case("reference to two things",
         _ties("Mitgliedschaften", (("Mitglied", "Gremium"), ("Anna Beispiel", "Rat")), Personen=_PEOPLE, Gremien=(("Schlüssel", "Name"), ("1", "Rat"), ("2", "Rat"))),
         1, ("nicht eindeutig",), taken=4),
    Case("reference to another type", _ties("Mitgliedschaften", (("Mitglied", "Gremium"), ("Anna Beispiel", "Bernd Muster")), Personen=_PEOPLE), 1, ("Bernd Muster",), taken=2),
    Case("one side is missing", _ties("Mitgliedschaften", (("Mitglied", "Gremium"), ("Anna Beispiel", None)), Personen=_PEOPLE), 1, ("beide Seiten",), taken=2),
    Case("a relationship to itself", _ties("Berichtswege", (("Berichtet", "An"), ("Rat", "Rat")), Gremien=_COMMITTEES), 0, ("dasselbe",), taken=3),
    Case("cyclic parts", _ties("Zugehörigkeiten", (("Teil", "Ganzes"), ("Nord", "Süd"), ("Süd", "Nord")), Gebiete=_AREAS), 0, ("Kreis",), taken=5),
    Case("a ring of three parts", _ties("Zugehörigkeiten", (("Teil", "Ganzes"), ("Nord", "Süd"), ("Süd", "Mitte"), ("Mitte", "Nord")), Gebiete=_AREAS), 0, ("Kreis",), taken=6),
    Case("a relationship twice with other words",
         _ties("Mitgliedschaften", (("Mitglied", "Gremium", "Stimmberechtigt"), ("Anna Beispiel", "Rat", "ja"), ("Anna Beispiel", "Rat", "nein")), Personen=_PEOPLE, Gremien=_COMMITTEES),
         1, ("doppelt",), taken=5),
    Case("only notes and examples", book({"Gremien": (("Name",), ("Hinweis: Wie es heißt",), ("Beispiel: Lenkungskreis",))}), 2, ("keine ausgefüllte Zeile",)),
    Case("an option that does not exist", book({"Gremien": _COMMITTEES}), 2, ("Einstellung",), options={"farbe": "rot"}),
    Case("an as_of that is no date", book({"Gremien": _COMMITTEES}), 2, ("as_of",), options={"as_of": "bald"}),
    Case("a source that does not exist", book({"Gremien": _COMMITTEES}), 2, ("gibt es nicht",), source="zauberei"),
]  # fmt: skip
