"""Which analyses there are, and how one is run by its name.

An analysis is one file under ``queries/``; the folders are the list, nothing is registered by hand.

* ``.py`` (set questions over the whole graph): ``ABOUT = Analysis(...)`` and ``run(snapshot, **parameters)``.
* ``.cypher`` (pattern questions): a header of ``//`` lines, then plain Cypher that pastes into Neo4j Browser.

Header lines of a .cypher file, one statement a line, German and English parted by `` | ``::

    // title: Mitglieder eines Gremiums | Members of a committee
    // question: Wer sitzt in diesem Gremium? | Who sits in this committee?
    // reading: Eine Zeile ist eine Mitgliedschaft. | One row is one membership.
    // denominator: alle Mitgliedschaften | all memberships
    // parameter gremium node: Gremium | Committee
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
from typing import Protocol

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot

ROOT = Path(__file__).parent
KINDS = ("text", "date", "integer", "number", "boolean", "node", "nodes")


class Reader(Protocol):
    """What a Cypher analysis needs of the store."""

    def read(self, cypher: str, parameters: Mapping[str, object] | None = None, timeout: float = 30) -> list[dict[str, object]]:
        """The rows of a reading query."""


class AnalysisError(ValueError):
    """A header, a parameter or a result is not as declared; the message names file, name and mend."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an analysis asks for. ``kind`` is one of ``KINDS``; without a default it must be given."""

    name: str
    label: Text
    kind: str = "text"
    default: object = None
    required: bool = False


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
        if path.suffix == ".cypher":
            entry = _cypher_entry(path)
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


def run(name: str, *, snapshot: Snapshot | None = None, store: Reader | None = None, role: str = "internal", **parameters: object) -> pd.DataFrame:
    """The result of the analysis ``name``: a frame with just the columns that its header promises.

    A .py analysis needs ``snapshot``, a .cypher one ``store``. Raises ``AnalysisError`` for an unknown
    name or parameter, a missing one, or a result without a promised column.
    """
    entry = get(name)
    values = _checked(entry, parameters)
    if entry.function is not None:
        if snapshot is None:
            raise AnalysisError(f"{name} braucht das Abbild des Graphen (snapshot)")
        frame = entry.function(snapshot, **values)
    else:
        if store is None:
            raise AnalysisError(f"{name} braucht die Graphdatenbank (store)")
        rows = store.read(entry.cypher, values)
        frame = pd.DataFrame(rows, columns=[c.name for c in entry.about.columns] if not rows else None)
    missing = [c.name for c in entry.about.columns if c.name not in frame.columns and c.name != frame.index.name]
    if missing:
        raise AnalysisError(f"{entry.path.name} verspricht die Spalte „{missing[0]}“, liefert sie aber nicht. Im RETURN fehlt: AS {missing[0]}")
    if role != "internal":
        for column in entry.about.columns:
            if column.personal:
                frame[column.name] = None
    return frame


def _checked(entry: Entry, given: Mapping[str, object]) -> dict[str, object]:
    declared = {p.name: p for p in entry.about.parameters}
    unknown = [name for name in given if name not in declared]
    if unknown:
        raise AnalysisError(f"{entry.name} kennt keinen Parameter „{unknown[0]}“; möglich sind: {', '.join(declared) or 'keine'}")
    missing = [p.name for p in declared.values() if p.required and given.get(p.name) in (None, "")]
    if missing:
        raise AnalysisError(f"{entry.name} braucht den Parameter „{missing[0]}“")
    return {p.name: given.get(p.name, p.default) for p in declared.values()}


# ---- reading headers --------------------------------------------------------------------------------

_LINE = re.compile(r"^//\s*(title|question|reading|denominator|parameter|column)\b\s*([^:]*):\s*(.+)$")
_DEFAULT = re.compile(r"^(?P<head>[^=]*?)\s*(?:=\s*(?P<default>.+))?$")


def _text(path: Path, words: str) -> Text:
    german, bar, english = words.partition(" | ")
    if not bar or not english.strip():
        raise AnalysisError(f"{path.name}: „{words}“ braucht beide Sprachen, mit „ | “ getrennt")
    return Text(german.strip(), english.strip())


def _cypher_entry(path: Path) -> Entry:
    lines = path.read_text(encoding="utf-8").splitlines()
    words: dict[str, Text] = {}
    parameters: list[Parameter] = []
    columns: list[Column] = []
    for number, line in enumerate(lines, 1):
        if not line.startswith("//"):
            break
        match = _LINE.match(line)
        if not match:
            raise AnalysisError(f"{path.name}, Zeile {number}: „{line}“ ist keine Kopfzeile (title, question, reading, denominator, parameter, column)")
        what, head, text = match.groups()
        if what == "parameter":
            parameters.append(_parameter(path, number, head, _text(path, text)))
        elif what == "column":
            name, *flags = head.split()
            columns.append(Column(name, _text(path, text), "personal" in flags))
        else:
            words[what] = _text(path, text)
    absent = [w for w in ("title", "question", "reading") if w not in words] + ([] if columns else ["column"])
    if absent:
        raise AnalysisError(f"{path.name}: im Kopf fehlt „{absent[0]}“")
    body = "\n".join(line for line in lines if not line.startswith("//")).strip()
    used = set(re.findall(r"\$(\w+)", body))
    if used != {p.name for p in parameters}:
        odd = sorted(used ^ {p.name for p in parameters})
        raise AnalysisError(f"{path.name}: Parameter im Kopf und im Text stimmen nicht überein: {', '.join(odd)}")
    about = Analysis(words["title"], words["question"], words["reading"], tuple(columns), tuple(parameters), words.get("denominator"))
    return Entry(_name(path), about, path, cypher=body)


def _parameter(path: Path, number: int, head: str, label: Text) -> Parameter:
    match = _DEFAULT.match(head.strip())
    parts = (match["head"] if match else head).split()
    if len(parts) != 2 or parts[1] not in KINDS:
        raise AnalysisError(f"{path.name}, Zeile {number}: erwartet wird „parameter name art“, art ist eine von {', '.join(KINDS)}")
    default = match["default"] if match else None
    return Parameter(parts[0], label, parts[1], json.loads(default) if default else None, required=default is None)


def _python_entry(path: Path) -> Entry:
    module = importlib.import_module(f"queries.{path.parent.name}.{path.stem}")
    about, function = getattr(module, "ABOUT", None), getattr(module, "run", None)
    if not isinstance(about, Analysis) or function is None:
        raise AnalysisError(f"{path.parent.name}/{path.name} braucht ABOUT = Analysis(...) und run(snapshot, ...)")
    return Entry(_name(path), about, path, function=function)


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"
