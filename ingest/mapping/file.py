"""A mapping file: how the columns of somebody's own table become entries and relationships. YAML, to be kept and shared.

``docs/mapping.md`` explains the format. Reading is strict: every word must be one of the schema or of the table, and
a file that is built to do harm (aliases, tags, endless nesting) is refused before anything of it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from graph import dates
from graph.model import EdgeType, Field, NodeType
from graph.schema import EDGES, NODES
from ingest.source import Unreadable
from ingest.tabular.headings import REJECTED, filled_in, plain

ENDINGS = (".mapping.yaml", ".mapping.yml", ".zuordnung.yaml")
_LARGEST = 1_000_000
_DEEPEST = 12
_TOP = ("title", "as_of", "sheet", "entries", "ties", "ignore")
_ENTRY = ("type", "name", "joined", "marked", "split", "set", "fields")
_TIE = ("edge", "from", "to", "set", "fields")


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of thing in the table.

    Its names stand in the cells of the columns ``name`` (several in a cell are parted by ``split``), or in several
    columns together (``joined``: Vorname, Nachname), or are the headings of the columns ``marked`` in which a cell says
    x or ja. ``fields`` are field -> column, ``fixed`` field -> stored value.
    """

    id: str
    type: str
    name: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    split: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def named_by(self) -> tuple[str, ...]:
        """The columns that its names come from."""
        return (*self.name, *self.joined, *self.marked)


@dataclass(frozen=True, slots=True)
class Tie:
    """A relationship between the entries ``start`` and ``end`` of the same row."""

    edge: str
    start: str
    end: str
    fixed: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A whole mapping. The first entry is what a row is about. ``sheet`` "" is the first sheet with the columns."""

    entries: tuple[Entry, ...]
    ties: tuple[Tie, ...] = ()
    ignore: tuple[str, ...] = ()
    title: str = ""
    as_of: str = ""
    sheet: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every heading that it asks for, each once."""
        asked: list[str] = []
        for entry in self.entries:
            asked += (*entry.named_by, *entry.fields.values())
        for tie in self.ties:
            asked += tie.fields.values()
        return tuple(dict.fromkeys(asked))


def beside(table: Path) -> Path | None:
    """The mapping file that lies beside a table, or beside the one whose mended rows it holds."""
    stems = dict.fromkeys((table.stem, table.stem.removesuffix(REJECTED)))
    return next((path for stem in stems for ending in ENDINGS if (path := table.with_name(stem + ending)).is_file()), None)


def load(path: Path) -> TableMapping:
    """The mapping in a file. Raises ``Unreadable`` that names file and place, ``OSError`` where it cannot be opened."""
    if not path.is_file():
        raise Unreadable(f"Die Zuordnung „{path.name}“ gibt es nicht. Vorschlagen lassen: akteursatlas map TABELLE --auto")
    with path.open("rb") as file:
        raw = file.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise Unreadable(f"Die Zuordnung „{path.name}“ (mapping) ist größer als 1 MB; so lang ist keine.")
    return _read(_tree(raw, path.name), path.name)


def _tree(raw: bytes, name: str) -> object:
    try:
        text = raw.decode("utf-8-sig")
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise Unreadable(f"„{name}“ (mapping): Verweise innerhalb der Datei („*...“) sind nicht erlaubt.")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise Unreadable(f"„{name}“ (mapping) ist tiefer geschachtelt, als eine Zuordnung es sein kann.")
        return yaml.safe_load(text)
    except UnicodeDecodeError:
        raise Unreadable(f"„{name}“ (mapping) ist keine Textdatei in UTF-8.") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        place = getattr(error, "problem_mark", None)
        where = f", Zeile {place.line + 1}" if place else ""
        raise Unreadable(f"„{name}“{where}: das ist kein gültiges YAML für eine Zuordnung (mapping). Einrückung und Anführungszeichen prüfen.") from None


class _Place:
    """Where in the file something stands, and how to complain about it."""

    def __init__(self, file: str, *path: str) -> None:
        self._file, self._path = file, path

    def __truediv__(self, part: str) -> _Place:
        return _Place(self._file, *self._path, part)

    def wrong(self, why: str) -> Unreadable:
        """The complaint."""
        return Unreadable(f"„{self._file}“ (mapping), {' › '.join(self._path)}: {why}" if self._path else f"„{self._file}“ (mapping): {why}")

    def mapping(self, value: object, allowed: Iterable[str] = ()) -> dict[str, Any]:
        """``value`` as a mapping with only these keys."""
        if not isinstance(value, dict):
            raise self.wrong("hier werden Zeilen der Form „wort: wert“ erwartet.")
        words = tuple(allowed)
        if words and (strange := [key for key in value if key not in words]):
            raise self.wrong(f"„{strange[0]}“ ist unbekannt; möglich sind: {', '.join(words)}.")
        return {str(key): told for key, told in value.items()}

    def words(self, value: object) -> tuple[str, ...]:
        """``value`` as headings: one, or a list."""
        listed = value if isinstance(value, list) else [] if value is None else [value]
        if any(isinstance(word, dict | list) for word in listed):
            raise self.wrong("hier wird eine Spaltenüberschrift oder eine Liste davon erwartet.")
        return tuple(str(word) for word in listed)


def _read(tree: object, name: str) -> TableMapping:
    here = _Place(name)
    told = here.mapping(tree, _TOP)
    described = (here / "entries").mapping(told.get("entries"))
    if not described:
        raise (here / "entries").wrong("hier steht kein Eintrag; der erste sagt, wovon eine Zeile handelt.")
    entries = tuple(_entry(here / "entries" / id_, id_, value) for id_, value in described.items())
    listed = told.get("ties") or []
    if not isinstance(listed, list):
        raise (here / "ties").wrong("hier wird eine Liste erwartet; jede Zeile beginnt mit „-“.")
    types = {entry.id: entry.type for entry in entries}
    ties = tuple(_tie(here / "ties" / f"{number}.", value, types) for number, value in enumerate(listed, 1))
    as_of = str(told.get("as_of") or "")
    if as_of:
        try:
            as_of = dates.first_day(dates.parse(as_of))
        except ValueError as error:
            raise (here / "as_of").wrong(f"{error}.") from None
    return TableMapping(entries, ties, (here / "ignore").words(told.get("ignore")), str(told.get("title") or ""), as_of, str(told.get("sheet") or ""))


def _entry(here: _Place, id_: str, value: object) -> Entry:
    told = here.mapping(value, _ENTRY)
    kind = _kind(here, str(told.get("type") or ""))
    names, joined, marked = ((here / word).words(told.get(word)) for word in ("name", "joined", "marked"))
    if not names and not joined and not marked:
        raise here.wrong("es fehlt „name“: die Spalte, in der der Name steht (oder „joined“: Vorname, Nachname; oder „marked“: Spalten, die angekreuzt sind).")
    fixed, fields = _fixed(here / "set", told.get("set"), kind), _fields(here / "fields", told.get("fields"), kind)
    return Entry(id_, kind.name, names, joined, marked, str(told.get("split") or ""), fixed, fields)


def _kind(here: _Place, word: str) -> NodeType:
    found = next((kind for kind in NODES.values() if plain(word) in (plain(kind.name), plain(kind.label.de), plain(kind.plural.de))), None)
    if found is None:
        raise (here / "type").wrong(f"„{word}“ ist keine Art von Eintrag; möglich sind: {', '.join(NODES)}.")
    return found


def _tie(here: _Place, value: object, types: Mapping[str, str]) -> Tie:
    told = here.mapping(value, _TIE)
    word = str(told.get("edge") or "")
    edge = next((kind for kind in EDGES.values() if plain(word) in (plain(kind.name), plain(kind.label.de), plain(kind.sheet.de))), None)
    if edge is None:
        raise (here / "edge").wrong(f"„{word}“ ist keine Beziehung; möglich sind: {', '.join(EDGES)}.")
    ends = []
    for side in ("from", "to"):
        id_ = str(told.get(side) or "")
        if id_ not in types:
            raise (here / side).wrong(f"„{id_}“ steht nicht unter entries; dort stehen: {', '.join(types)}.")
        ends.append(id_)
    if (types[ends[0]], types[ends[1]]) not in edge.ends:
        possible = ", ".join(f"{a} – {b}" for a, b in edge.ends)
        raise here.wrong(f"„{edge.name}“ verbindet nicht {types[ends[0]]} mit {types[ends[1]]}; möglich sind: {possible}.")
    return Tie(edge.name, ends[0], ends[1], _fixed(here / "set", told.get("set"), edge), _fields(here / "fields", told.get("fields"), edge))


def _known(here: _Place, word: str, kind: NodeType | EdgeType) -> Field:
    possible = [known for known in filled_in(kind) if known.name != "name"]
    found = next((known for known in possible if plain(word) in (plain(known.name), plain(known.label.de))), None)
    if found is None:
        raise here.wrong(f"„{word}“ ist kein Feld von {kind.label.de}; möglich sind: {', '.join(known.name for known in possible)}.")
    return found


def _fields(here: _Place, value: object, kind: NodeType | EdgeType) -> dict[str, str]:
    return {_known(here, word, kind).name: str(column) for word, column in here.mapping(value or {}).items()}


def _fixed(here: _Place, value: object, kind: NodeType | EdgeType) -> dict[str, Any]:
    found = {}
    for word, raw in here.mapping(value or {}).items():
        known = _known(here, word, kind)
        try:
            found[known.name] = known.parse(raw)
        except ValueError as error:
            raise (here / word).wrong(f"{error}.") from None
    return found


# ---- writing ---------------------------------------------------------------------------------------------

_HEADER = """\
# Zuordnung für akteursatlas: welche Spalte der Tabelle was bedeutet.
# entries: wovon die Zeilen handeln. Der erste Eintrag ist die Hauptsache der Zeile. name: Spalte(n) mit dem Namen,
#          joined: Spalten, die zusammen der Name sind (Vorname, Nachname), marked: Spalten, deren Überschrift der Name ist
#          und die angekreuzt sind (x, ja), split: was mehrere Namen in einer Zelle trennt, set: fester Wert,
#          fields: Feld und Spalte.
# ties:    Beziehungen zwischen den Einträgen einer Zeile. ignore: Spalten, die wegbleiben. Alle anderen bleiben als weitere Angaben.
# Prüfen:  akteursatlas check mapped TABELLE     Einlesen: akteursatlas ingest mapped TABELLE
"""


def dump(mapping: TableMapping, reasons: Mapping[str, str] | None = None, still_open: Iterable[str] = ()) -> str:
    """The mapping as YAML that people can read; ``reasons`` (by column) and open columns stand in comments."""
    why = reasons or {}

    def because(columns: Iterable[str]) -> list[str]:
        return [f"    # {_word(column)}: {why[column]}" for column in columns if column in why]

    lines = [_HEADER]
    lines += [f"{name}: {_word(value)}" for name, value in (("title", mapping.title), ("as_of", mapping.as_of), ("sheet", mapping.sheet)) if value]
    lines.append("entries:")
    for entry in mapping.entries:
        lines.append(f"  {_word(entry.id)}:")
        lines += because((*entry.named_by, *entry.fields.values()))
        lines.append(f"    type: {entry.type}")
        lines += [f"    {name}: {_flow(list(value))}" for name, value in (("name", entry.name), ("joined", entry.joined), ("marked", entry.marked)) if value]
        lines += [f"    split: {_word(entry.split)}"] if entry.split else []
        lines += [f"    {name}: {_flow(dict(value))}" for name, value in (("set", entry.fixed), ("fields", entry.fields)) if value]
    lines.append("ties:" if mapping.ties else "ties: []")
    for tie in mapping.ties:
        told: dict[str, Any] = {"edge": tie.edge, "from": tie.start, "to": tie.end}
        told |= {name: dict(value) for name, value in (("set", tie.fixed), ("fields", tie.fields)) if value}
        lines += [*because(tie.fields.values()), f"  - {_flow(told)}"]
    lines.append(f"ignore: {_flow(list(mapping.ignore))}")
    lines += [f"# offen: {_word(column)}: {why.get(column, 'bleibt als weitere Angabe erhalten')}" for column in still_open]
    return "\n".join(lines) + "\n"


def _flow(value: object) -> str:
    return str(yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)).removesuffix("\n").removesuffix("\n...")


def _word(text: str) -> str:
    return _flow(text)
