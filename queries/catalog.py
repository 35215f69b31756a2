"""Which analyses there are, and how one is run by its name.

An analysis is one file under ``queries/``; the folders are the list, nothing is registered by hand.

* ``.py`` (set questions over the whole graph): ``ABOUT = Analysis(...)`` and ``run(snapshot, **parameters)``.
* ``.cypher`` (pattern questions): a header of ``//`` lines, then plain Cypher that pastes into Neo4j Browser.

Header lines of a .cypher file, one statement a line, German and English parted by `` | ``::

    // title: Mitglieder eines Gremiums | Members of a committee
    // question: Wer sitzt in diesem Gremium? | Who sits in this committee?
    // reading: Eine Zeile ist eine Mitgliedschaft. | One row is one membership.
    // denominator: alle Mitgliedschaften | all memberships
    // parameter gremium node Gremium: Gremium | Committee
    // parameter as_of date = "": Stand am | As of
    // column name personal: Name | Name
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from graph import settled
from graph.model import Choice, Text
from graph.schema import NODES
from graph.snapshot import Snapshot

ROOT = Path(__file__).parent
_ENGINES = frozenset({"duplicates", "names"})
"""Folders that work for analyses and commands and hold none themselves."""

KINDS = ("text", "date", "integer", "number", "boolean", "node", "nodes")


class AnalysisError(ValueError):
    """A header, a parameter or a result is not as declared; the message names file, name and mend."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an analysis asks for. ``kind`` is one of ``KINDS``; without a default it must be given.

    ``of`` are the types that a ``node`` or ``nodes`` may have (any without), ``choices`` all values that a ``text`` may have.
    What is not ``asked`` for is set by the program (the language of the page). ``today``: without a value it is today.
    """

    name: str
    label: Text
    kind: str = "text"
    default: object = None
    required: bool = False
    of: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    asked: bool = True
    today: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the result. ``personal`` columns are blanked for roles that may not see persons."""

    name: str
    label: Text
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Analysis:
    """The header of an analysis: what it asks, how to read it, what goes in, what comes out."""

    title: Text
    question: Text
    reading: Text
    columns: tuple[Column, ...]
    parameters: tuple[Parameter, ...] = ()
    denominator: Text | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An analysis under its name (``network/members``)."""

    name: str
    about: Analysis
    path: Path
    cypher: str = ""
    function: Callable[..., pd.DataFrame] | None = field(default=None, repr=False)


@cache
def entries() -> Mapping[str, Entry]:
    """Every analysis by its name, sorted. Raises ``AnalysisError`` where a header is wrong."""
    found = {}
    for path in sorted(ROOT.glob("*/*")):
        if path.parent.name in _ENGINES:
            continue
        if path.suffix == ".cypher":
            entry = cypher_entry(path, _name(path))
        elif path.suffix == ".py" and not path.name.startswith("_"):
            entry = _python_entry(path)
        else:
            continue
        found[entry.name] = entry
    return found


def get(name: str) -> Entry:
    """The analysis called ``name``; raises ``AnalysisError`` that lists what there is."""
    try:
        return entries()[name]
    except KeyError:
        raise AnalysisError(f"Eine Analyse „{name}“ gibt es nicht. Vorhanden sind: {', '.join(entries())}") from None


def run(name: str, *, snapshot: Snapshot | None = None, store: settled.Reader | None = None, role: str = "internal", **parameters: object) -> pd.DataFrame:
    """The result of the analysis ``name``: a frame with just the columns that its header promises.

    A .py analysis needs ``snapshot``, a .cypher one ``store``. Raises ``AnalysisError`` for an unknown
    name or parameter, a missing one, or a result without a promised column, and ``StoreError`` where the
    store cannot be read, or is being written.
    """
    return answer(get(name), snapshot=snapshot, store=store, role=role, **parameters)


def answer(
    entry: Entry, *, snapshot: Snapshot | None = None, store: settled.Reader | None = None, role: str = "internal", **parameters: object
) -> pd.DataFrame:
    """The result of an analysis that is at hand; see :func:`run`. ``attrs`` may hold ``n`` and ``of``: the figures of its denominator."""
    name = entry.name
    values = _checked(entry, parameters)
    if entry.function is not None:
        if snapshot is None:
            raise AnalysisError(f"{name} braucht das Abbild des Graphen (snapshot)")
        frame = entry.function(snapshot, **values)
    else:
        if store is None:
            raise AnalysisError(f"{name} braucht die Graphdatenbank (store)")
        rows = settled.read(store, entry.cypher, values)
        frame = pd.DataFrame(rows, columns=[c.name for c in entry.about.columns] if not rows else None)
    missing = [c.name for c in entry.about.columns if c.name not in frame.columns and c.name != frame.index.name]
    if missing:
        raise AnalysisError(f"{entry.path.name} verspricht die Spalte „{missing[0]}“, liefert sie aber nicht. Im RETURN fehlt: AS {missing[0]}")
    personal = [column.name for column in entry.about.columns if column.personal]
    return frame.assign(**dict.fromkeys(personal)) if role != "internal" and personal else frame


def _checked(entry: Entry, given: Mapping[str, object]) -> dict[str, object]:
    declared = {p.name: p for p in entry.about.parameters}
    unknown = [name for name in given if name not in declared]
    if unknown:
        raise AnalysisError(f"{entry.name} kennt keinen Parameter „{unknown[0]}“; möglich sind: {', '.join(declared) or 'keine'}")
    missing = [p.name for p in declared.values() if p.required and given.get(p.name) in (None, "")]
    if missing:
        raise AnalysisError(f"{entry.name} braucht den Parameter „{missing[0]}“")
    for p in declared.values():
        if p.choices and (value := given.get(p.name, p.default)) not in ("", *(choice.value for choice in p.choices)):
            raise AnalysisError(f"{entry.name}: {p.name} kann nicht „{value}“ sein; möglich sind: {', '.join(c.value for c in p.choices)}")
    return {p.name: given.get(p.name, p.default) for p in declared.values()}


# ---- reading headers --------------------------------------------------------------------------------

_LINE = re.compile(r"^//\s*(title|question|reading|denominator|parameter|column)\b\s*([^:]*):\s*(.+)$")
_DEFAULT = re.compile(r"^(?P<head>[^=]*?)\s*(?:=\s*(?P<default>.+))?$")


def _text(where: str, words: str) -> Text:
    german, bar, english = words.partition(" | ")
    if not bar or not german.strip() or not english.strip():
        raise AnalysisError(f"{where}: „{words}“ braucht beide Sprachen, mit „ | “ getrennt")
    return Text(german.strip(), english.strip())


def cypher_entry(path: Path, name: str) -> Entry:
    """The analysis in a .cypher file. Raises ``AnalysisError`` with file and line where its header is wrong, ``OSError`` where it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise AnalysisError(f"{path.name}: die Datei ist nicht in UTF-8 gespeichert (Byte {error.start}); bitte im Editor „UTF-8“ wählen") from None
    words: dict[str, Text] = {}
    parameters: list[Parameter] = []
    columns: list[Column] = []
    end = 0
    for end, line in enumerate(lines, 1):
        where = f"{path.name}, Zeile {end}"
        if not line.startswith("//"):
            break
        match = _LINE.match(line)
        if not match:
            raise AnalysisError(f"{where}: „{line}“ ist keine Kopfzeile (title, question, reading, denominator, parameter, column)")
        what, head, text = match.groups()
        if what == "parameter":
            parameters.append(_parameter(where, head, _text(where, text)))
        elif what == "column":
            if not head.strip():
                raise AnalysisError(f"{where}: erwartet wird „column name: Deutsch | English“")
            called, *flags = head.split()
            columns.append(Column(called, _text(where, text), "personal" in flags))
        else:
            words[what] = _text(where, text)
    absent = [w for w in ("title", "question", "reading") if w not in words] + ([] if columns else ["column"])
    if absent:
        raise AnalysisError(f"{path.name}, Zeile {max(end, 1)}: im Kopf darüber fehlt „{absent[0]}“")
    body = "\n".join(line for line in lines if not line.startswith("//")).strip()
    if not body:
        raise AnalysisError(f"{path.name}, Zeile {end}: nach dem Kopf fehlt die Abfrage")
    used = set(re.findall(r"\$(\w+)", body))
    if used != {p.name for p in parameters}:
        odd = sorted(used ^ {p.name for p in parameters})
        number = next((n for n, line in enumerate(lines, 1) if re.search(rf"\${odd[0]}\b|// *parameter +{odd[0]}\b", line)), 1)
        raise AnalysisError(f"{path.name}, Zeile {number}: Parameter im Kopf und im Text stimmen nicht überein: {', '.join(odd)}")
    about = Analysis(words["title"], words["question"], words["reading"], tuple(columns), tuple(parameters), words.get("denominator"))
    return Entry(name, about, path, cypher=body)


def _parameter(where: str, head: str, label: Text) -> Parameter:
    match = _DEFAULT.match(head.strip())
    parts: list[str] = [*(match["head"] if match else head).split(), "", ""]
    (name, kind), of = parts[:2], [one for one in parts[2:] if one]
    if not name or kind not in KINDS:
        raise AnalysisError(f"{where}: erwartet wird „parameter name art“, art ist eine von {', '.join(KINDS)}")
    if strange := [one for one in of if one not in NODES or kind not in ("node", "nodes")]:
        raise AnalysisError(f"{where}: nach „{kind}“ kann „{strange[0]}“ nicht stehen; bei node und nodes sind es Typen: {', '.join(NODES)}")
    default = match["default"] if match else None
    try:
        value = json.loads(default) if default else None
    except json.JSONDecodeError:
        raise AnalysisError(f'{where}: „{default}“ ist kein Vorgabewert; Texte und Daten stehen in Anführungszeichen: = ""') from None
    return Parameter(name, label, kind, value, required=default is None, of=tuple(of))


def _python_entry(path: Path) -> Entry:
    module = importlib.import_module(f"queries.{path.parent.name}.{path.stem}")
    about, function = getattr(module, "ABOUT", None), getattr(module, "run", None)
    if not isinstance(about, Analysis) or function is None:
        raise AnalysisError(f"{path.parent.name}/{path.name} braucht ABOUT = Analysis(...) und run(snapshot, ...)")
    return Entry(_name(path), about, path, function=function)


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"
