"""What a table of any shape probably means, with the reason for every column: the proposal for a mapping file.

Nothing is decided here: people read the reasons, change what is wrong, and only then is the table read. What cannot be
told from heading and values stays open, and its cells are kept as further columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from graph.model import Field, Text
from graph.records import Where
from graph.schema import EDGES, NODES
from graph.values import plain as text
from ingest.mapping.file import Entry, TableMapping, Tie
from ingest.mapping.roles import NAMED_GREMIUM, Role, numbered, role_named, role_of
from ingest.source import Unreadable
from ingest.tabular.grid import Grid, filled
from ingest.tabular.headings import columns, plain
from ingest.tabular.workbook import Sheet, sheets

SAMPLE = 300
"""So many rows are looked at."""

_PARTED = 0.1
"""In so many of the filled cells a separator must stand to be one."""

_YES = Field("marked", Text("Kreuz", "Mark"), Text("Angekreuzt", "Marked"), "boolean")
_OF_A_PERSON = ("email", "phone", "function")
_COMMA_PARTS = ("Theme", "Stage", "TargetGroup", "Area", "Gremium")
_LAST = ("nachname", "familienname", "zuname", "name")
_BARE = ("name", "bezeichnung", "titel", "benennung")


@dataclass(frozen=True, slots=True)
class Use:
    """What a column is for: ``how`` is "name", "joined" or "marked" (it names things of the entry), "field", "open", or "ignore"."""

    column: str
    how: str
    entry: str = ""
    field: str = ""
    split: str = ""
    why: str = ""


@dataclass(slots=True)
class Proposal:
    """A sheet, what its rows are about (the role of the first entry), and what each column is for."""

    sheet: str
    main: Role
    uses: list[Use]
    cells: dict[str, list[Any]]
    """The filled cells of the first rows, by heading."""

    def mapping(self, title: str = "") -> TableMapping:
        """The mapping file that follows from the uses."""
        ids = dict.fromkeys([self.main.id, *(use.entry for use in self.uses if use.how in ("name", "joined", "marked"))])
        entries, ties = [], []
        for id_ in ids:
            role, own = role_named(id_), [use for use in self.uses if use.entry == id_]
            named = {how: tuple(use.column for use in own if use.how == how) for how in ("name", "joined", "marked")}
            fields = {use.field: use.column for use in own if use.how == "field"}
            fixed = {name: value for name, value in role.fixed.items() if name not in fields}
            split = next((use.split for use in own if use.split), "")
            entries.append(Entry(id_, role.type, named["name"], named["joined"], named["marked"], split, fixed, fields))
            if id_ != self.main.id and (tie := role.tie(self.main.type)):
                edge, inward = tie
                said = {"function": _function(own)} if edge == "WORKS_FOR" and role.type == "Person" and _function(own) else {}
                ties.append(Tie(edge, *((id_, self.main.id) if inward else (self.main.id, id_)), said))
        ignored = tuple(use.column for use in self.uses if use.how == "ignore")
        return TableMapping(tuple(entries), tuple(ties), ignored, title, "", self.sheet)

    def examples(self, column: str) -> list[str]:
        """Up to three different values below a heading."""
        return list(dict.fromkeys(text(cell) for cell in self.cells[column]))[:3]

    @property
    def reasons(self) -> dict[str, str]:
        """Why each column is used as it is."""
        return {use.column: use.why for use in self.uses if use.why}

    @property
    def still_open(self) -> list[str]:
        """The columns that nobody could tell."""
        return [use.column for use in self.uses if use.how == "open"]


def _function(own: Iterable[Use]) -> str:
    """What a person does there, where the heading says it: "Schulleitung"."""
    heading = next((use.column for use in own if use.how == "name"), "")
    role = role_of(heading)
    return " ".join(heading.split()) if role is not None and role.id in ("leitung", "vorsitz") and not any(use.field == "function" for use in own) else ""


class _Silent:
    """Hears what a reading says; a proposal says nothing of it."""

    def warn(self, message: str, where: Where | None = None) -> None:
        pass

    def progress(self, done: int, total: int) -> None:
        pass


def propose(path: Path, sheet: str = "", about: tuple[str, Role] | None = None) -> Proposal:
    """The proposal for the sheet of that name, or for the one whose headings say most. Raises ``Unreadable``, ``OSError``.

    ``about`` is what a row is about where a person said so: the column that names it, and its role.
    """
    heard = _Silent()
    found: Sequence[Sheet] = sheets(path, heard.warn)
    several_sheets = len(found) > 1
    if sheet:
        there = ", ".join(one.name for one in found)
        found = [one for one in found if plain(one.name) == plain(sheet)]
        if not found:
            raise Unreadable(f"„{path.name}“ hat kein Blatt „{sheet}“. Vorhanden: {there}.")
    grids = [Grid(heard, one, _known) for one in found]
    best = max(grids, key=lambda grid: (sum(map(_known, grid.heads.values())), len(grid.heads)), default=None)
    if best is None or not best.heads:
        raise Unreadable(f"In „{path.name}“ fand sich keine Kopfzeile; sie muss in einer der ersten zehn Zeilen stehen.")
    samples: dict[str, list[Any]] = {heading: [] for heading in best.heads.values()}
    for _, cells in islice(best.rows(), SAMPLE):
        for place, heading in best.heads.items():
            if filled(cells[place]):
                samples[heading].append(cells[place])
    return _Proposing(best.sheet.name if several_sheets else "", samples, about).propose()


def _known(heading: str) -> bool:
    return role_of(heading) is not None or any(plain(heading) in fields_by_heading(name) for name in ("Institution", "Person"))


def fields_by_heading(kind: str) -> dict[str, str]:
    """Field by heading, without the name."""
    return {word: column.field.name for word, column in columns(NODES[kind]).items() if column.field and column.field.name != "name"}


class _Proposing:
    """One sheet, column by column from left to right."""

    def __init__(self, sheet: str, samples: dict[str, list[Any]], told: tuple[str, Role] | None) -> None:
        self._sheet, self._samples, self._told = sheet, samples, told
        self._taken: set[tuple[str, str]] = set()

    def propose(self) -> Proposal:
        """The uses of all columns."""
        self._main, first = self._about()
        uses = [first] if first else []
        person = ""
        joined = self._joined()
        for heading in self._samples:
            if first and heading == first.column:
                continue
            use = joined.get(heading) or self._use(heading, person)
            if use.how in ("name", "joined", "marked"):
                person = use.entry if role_named(use.entry).type == "Person" else ""
            uses.append(use)
        order = {heading: place for place, heading in enumerate(self._samples)}
        uses.sort(key=lambda use: order[use.column])
        return Proposal(self._sheet, self._main, uses, self._samples)

    def _about(self) -> tuple[Role, Use | None]:
        """What a row is about, and the column that names it (none where first and last name do so together)."""
        if self._told:
            named, given = self._told
            return given, Use(named, "name", given.id, why="so angegeben")
        headings = list(self._samples)
        words = {plain(heading) for heading in headings}
        for heading in headings:
            if plain(heading) == "vorname" or (plain(heading) in _LAST and "vorname" in words):
                return role_named("person"), None
            role = role_of(heading)
            if role is not None and role.type in ("Institution", "Gremium", "Project", "Offer", "Person") and not numbered(heading) and self._names(heading):
                why = f"Überschrift bedeutet {NODES[role.type].label.de}; die erste solche Spalte sagt, wovon eine Zeile handelt"
                return role, Use(heading, "name", role.id, why=why)
            if plain(heading) in _BARE:
                role = self._bare(words)
                return role, Use(heading, "name", role.id, why=f"nach den übrigen Überschriften der Name von: {NODES[role.type].label.de}")
        best = max(headings, key=lambda heading: len({text(cell) for cell in self._samples[heading] if self._is_word(cell)}))
        why = "hier stehen die meisten verschiedenen Namen; bitte prüfen, ob eine Zeile davon handelt"
        return role_named("einrichtung"), Use(best, "name", "einrichtung", why=why)

    def _bare(self, words: set[str]) -> Role:
        """What a table is about whose column is only called Name."""
        if words & {"schulnummer", "schul-nr", "schulnr", "schulform", "schüler", "schülerzahl"}:
            return role_named("schule")
        if words & {"turnus", "sitzungen", "auftrag", "vorsitz", "mitglieder"}:
            return role_named("gremium")
        if words & {"laufzeit", "projektleitung", "projektträger", "mittel", "budget", "projektbeginn"}:
            return role_named("projekt")
        return role_named("person") if words & {"nachname", "funktion", "geburtsdatum"} else role_named("einrichtung")

    def _joined(self) -> dict[str, Use]:
        """First and last name, which are one name together."""
        words = {plain(heading): heading for heading in reversed(self._samples)}
        last = next((words[word] for word in _LAST if word in words), "")
        if "vorname" not in words or not last:
            return {}
        role = role_named("person") if self._main.type == "Person" else role_named("kontakt")
        if self._main.id != "person" and role.tie(self._main.type) is None:
            return {}
        why = "Vorname und Nachname sind zusammen der Name einer Person"
        return {heading: Use(heading, "joined", role.id, why=why) for heading in (words["vorname"], last)}

    def _use(self, heading: str, person: str) -> Use:
        cells, role, about = self._samples[heading], role_of(heading), self._main
        marks = bool(cells) and all(map(crossed, cells))
        if marks and NAMED_GREMIUM.fullmatch(plain(heading)) and role_named("gremium").tie(about.type):
            return Use(heading, "marked", "gremium", why="Überschrift ist der Name eines Gremiums; angekreuzt heißt: gehört dazu")
        if person and (name := fields_by_heading("Person").get(self._without_person(heading))) in _OF_A_PERSON and self._free(person, str(name)):
            behind = f"steht hinter der Spalte einer Person und gilt als ihre Angabe ({NODES['Person'].field(str(name)).label.de})"
            return Use(heading, "field", person, str(name), why=behind)
        name = fields_by_heading(about.type).get(plain(heading), "")
        if name and self._parses(about.type, name, cells) and (role is None or self._is_field(about.type, name, cells)) and self._free(about.id, name):
            return Use(heading, "field", about.id, name, why=f"Überschrift bedeutet „{NODES[about.type].field(name).label.de}“")
        if role is not None and not marks and (role.id != about.id) and (tie := role.tie(about.type)):
            split = separator(role, cells)
            parted = f"; mehrere sind durch „{split}“{' oder Zeilenumbruch' if split == ';' else ''} getrennt" if split else ""
            return Use(heading, "name", role.id, split=split, why=f"Überschrift bedeutet {NODES[role.type].label.de}, Beziehung „{_relation(tie)}“{parted}")
        return self._by_values(heading, cells, marks)

    def _by_values(self, heading: str, cells: list[Any], marks: bool) -> Use:
        """What the values alone tell."""
        about = self._main
        for name, shape, what in _SHAPES:
            known = {known.name for known in NODES[about.type].fields}
            if name in known and cells and all(shape(text(cell)) for cell in cells) and self._parses(about.type, name, cells) and self._free(about.id, name):
                return Use(heading, "field", about.id, name, why=f"alle Werte sehen aus wie: {what}")
        if not cells:
            return Use(heading, "open", why="ist leer")
        if marks:
            return Use(heading, "open", why="ist angekreuzt; wofür das steht, ist nicht zu erkennen (sind die Überschriften Namen, dann: marked)")
        return Use(heading, "open", why="was das ist, ist nicht zu erkennen; bleibt als weitere Angabe erhalten")

    def _free(self, entry: str, name: str) -> bool:
        """Notes a field as taken; False where another column has it already."""
        if (entry, name) in self._taken:
            return False
        self._taken.add((entry, name))
        return True

    @staticmethod
    def _without_person(heading: str) -> str:
        """The heading without a word for a person: "E-Mail Ansprechpartner" is the e-mail."""
        words = [word for word in plain(heading).split() if (role := role_of(word)) is None or role.type != "Person"]
        return " ".join(word for word in words if word not in ("der", "des", "von"))

    @staticmethod
    def _is_field(kind: str, name: str, cells: list[Any]) -> bool:
        """Is a heading that could also name things (``Leitung``) a field by its values? Only a choice, number or date is."""
        return NODES[kind].field(name).kind not in ("text", "longtext") and bool(cells)

    @staticmethod
    def _parses(kind: str, name: str, cells: list[Any]) -> bool:
        """Can nearly all cells be read as this field?"""
        bad = 0
        for cell in cells:
            try:
                NODES[kind].field(name).parse(cell)
            except ValueError:
                bad += 1
        return bad <= len(cells) // 5

    def _names(self, heading: str) -> bool:
        """Do words stand in this column, and not marks or numbers?"""
        cells = self._samples[heading]
        return not cells or sum(map(self._is_word, cells)) > len(cells) / 2

    @staticmethod
    def _is_word(cell: object) -> bool:
        return isinstance(cell, str) and len(cell.strip()) > 2 and not crossed(cell) and "@" not in cell and any(map(str.isalpha, cell))


def separator(role: Role, cells: list[Any]) -> str:
    """What parts several names of this kind in these cells; "" where each holds one."""
    texts = [str(cell) for cell in cells]
    if any(";" in told or "\n" in told for told in texts):
        return ";"
    for sign in (",", "/") if role.type in _COMMA_PARTS else ():
        parted = [told for told in texts if sign in told]
        if parted and len(parted) >= _PARTED * len(texts):
            whole = Counter(told.strip() for told in texts if sign not in told)
            if sign == "," or any(part.strip() in whole for told in parted for part in told.split(sign)):
                return sign
    return ""


def crossed(cell: object) -> bool:
    """Is this a cross, a yes or a no?"""
    try:
        return _YES.parse(cell) is not None and text(cell).casefold() not in ("0", "1", "0.0", "1.0")
    except ValueError:
        return False


def _relation(tie: tuple[str, bool]) -> str:
    """The relationship as it reads from a row's thing: "Träger", "Mitglied in"."""
    edge, inward = tie
    return EDGES[edge].inverse.de if inward else EDGES[edge].label.de


def _all(pattern: str) -> Callable[[str], bool]:
    return lambda told: re.fullmatch(pattern, told.strip()) is not None


_SHAPES: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("schulnummer", _all(r"\d{6}"), "Schulnummern (sechs Ziffern)"),
    ("postcode", _all(r"\d{5}"), "Postleitzahlen (fünf Ziffern)"),
    ("email", _all(r"[^@\s]+@[^@\s]+\.\w+"), "E-Mail-Adressen"),
    ("url", _all(r"(https?://|www\.)\S+"), "Internetadressen"),
    ("phone", _all(r"(\+49|0)[\d\s/()-]{6,}"), "Telefonnummern"),
)
