"""``akteursatlas query`` and ``akteursatlas queries``: asking what the network knows, from a terminal or a script."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.markup import escape

from commands.entry import app
from graph.home import Home, role
from ingest.reporting.terminal import err, lines, out

if TYPE_CHECKING:
    import pandas as pd

    from graph.snapshot import Snapshot
    from queries.catalog import Entry


class Shape(StrEnum):
    """How a result is printed."""

    table = "table"
    csv = "csv"
    json = "json"


class ListShape(StrEnum):
    """How the list of questions is printed."""

    table = "table"
    json = "json"


Name = Annotated[str, typer.Argument(metavar="NAME", help="Welche Frage, zum Beispiel gaps/gremien (siehe akteursatlas queries)")]
Params = Annotated[
    list[str] | None,
    typer.Option(
        "--param", "-p", help="Einstellung der Frage: name=wert. Für einen Akteur oder ein Gebiet: Kennung, amtliche Nummer (schulnummer:101321) oder Name"
    ),
]


@app.command()
def query(
    name: Name,
    param: Params = None,
    format: Annotated[Shape, typer.Option("--format", help="table zum Lesen, csv für Excel, json für Programme")] = Shape.table,
) -> None:
    """Stellt eine Frage an das Netzwerk und zeigt die Antwort."""
    from queries.catalog import AnalysisError

    given = _given(param)
    try:
        entry, snapshot, frame, values = _answer(name, given)
    except AnalysisError as error:
        _stop(str(error))
    if format is Shape.csv:
        from queries.results import as_csv, with_names

        sys.stdout.buffer.write(as_csv(with_names(frame, snapshot)))
        sys.stdout.buffer.flush()
    elif format is Shape.json:
        sys.stdout.write(json.dumps(_as_json(entry, snapshot, frame, values), ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        _print(entry, snapshot, frame)


@app.command()
def queries(format: Annotated[ListShape, typer.Option("--format", help="table zum Lesen, json für Programme")] = ListShape.table) -> None:
    """Zeigt, welche Fragen es gibt: Name, Frage, Einstellungen und Spalten. Eigene liegen als .cypher im Ordner „fragen“ der Daten."""
    from queries import own
    from queries.catalog import entries

    mine, broken = own.questions(Home.default().questions_path) if role() == "internal" else ({}, [])
    every = [*entries().values(), *mine.values()]
    if format is ListShape.json:
        sys.stdout.write(json.dumps([_described(entry) for entry in every], ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        table = lines("Name", "Frage", "Einstellungen", "Spalten", whole=("Name",))
        for entry in every:
            about = entry.about
            asked = "\n".join(f"{p.name}: {p.label.de}{' (nötig)' if p.required else ''}" for p in about.parameters if p.asked)
            table.add_row(*map(escape, (entry.name, f"{about.title.de}\n{about.question.de}", asked, ", ".join(c.name for c in about.columns))))
        out.print(table)
    for file in broken:
        err.print(file.reason, markup=False, soft_wrap=True)
    if broken:
        raise typer.Exit(1)


def _stop(reason: str) -> NoReturn:
    err.print(reason, markup=False, soft_wrap=True)
    raise typer.Exit(2)


def _given(param: list[str] | None) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for text in param or []:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            _stop(f"--param erwartet name=wert, nicht „{text}“")
        given.setdefault(name.strip(), []).append(value.strip())
    return given


def network_now() -> Snapshot:
    """The network as the role sees it; where nothing was read in yet, a sentence and exit code 2."""
    from graph.reading import network

    home = Home.default()
    with home.open_ledger() as ledger:
        if ledger.version == 0:
            _stop("Noch nichts eingelesen. Zum Ausprobieren: akteursatlas demo. Mit eigenen Daten: akteursatlas template netzwerk.xlsx")
        return network(home, ledger, role())


def _answer(name: str, given: dict[str, list[str]]) -> tuple[Entry, Snapshot, pd.DataFrame, dict[str, object]]:
    from graph.store import Store
    from queries import catalog, own, parameters, results

    home, who = Home.default(), role()
    entry = _entry(name, home, who)
    snapshot = network_now()
    values = parameters.read_all(entry, given, snapshot)
    if entry.function is not None:
        frame = catalog.answer(entry, snapshot=snapshot, role=who, **values)
    else:
        with Store.connect(home=home.path) as store:
            reader = own.Limited(store) if entry.name.startswith(f"{own.FOLDER}/") else store
            frame = catalog.answer(entry, store=reader, role=who, **values)
    return entry, snapshot, results.table(frame, entry.about), values


def _entry(name: str, home: Home, who: str) -> Entry:
    """The question called so, one's own or one of ours."""
    from rapidfuzz import process

    from queries import own
    from queries.catalog import AnalysisError, entries

    mine, broken = own.questions(home.questions_path) if who == "internal" else ({}, [])
    every = {**entries(), **mine}
    if name in every:
        return every[name]
    for file in broken:
        if name == f"{own.FOLDER}/{file.file.removesuffix('.cypher')}":
            raise AnalysisError(file.reason)
    near = [found for found, *_ in process.extract(name, list(every), limit=3, score_cutoff=60)]
    meant = f" Meinten Sie: {', '.join(near)}?" if near else " Alle zeigt: akteursatlas queries"
    raise AnalysisError(f"Eine Frage „{name}“ gibt es nicht.{meant}")


def _described(entry: Entry) -> dict[str, Any]:
    about = entry.about
    return {
        "name": entry.name,
        "title": about.title.de,
        "question": about.question.de,
        "reading": about.reading.de,
        "denominator": about.denominator.de if about.denominator else None,
        "parameters": [
            {
                "name": p.name,
                "label": p.label.de,
                "kind": p.kind,
                "required": p.required,
                "default": p.default,
                "of": list(p.of),
                "choices": [c.value for c in p.choices],
            }
            for p in about.parameters
            if p.asked
        ],
        "columns": [{"name": c.name, "label": c.label.de, "personal": c.personal} for c in about.columns],
    }


def _as_json(entry: Entry, snapshot: Snapshot, frame: pd.DataFrame, values: dict[str, object]) -> dict[str, Any]:
    from queries.results import node_columns

    ids = {value for column in node_columns(frame, snapshot) for value in frame[column].dropna()}
    return {
        "name": entry.name,
        "question": entry.about.question.de,
        "parameters": values,
        "n": frame.attrs.get("n", len(frame)),
        "of": frame.attrs.get("of"),
        "rows": frame.to_dict("records"),
        "names": {key: str(snapshot.labels[key]) for key in sorted(ids)},
    }


def _print(entry: Entry, snapshot: Snapshot, frame: pd.DataFrame) -> None:
    from queries.results import node_columns

    about = entry.about
    named = frame.copy()
    for column in node_columns(frame, snapshot):
        named[column] = frame[column].map(snapshot.labels)
    out.print(f"[bold]{escape(about.question.de)}[/]", soft_wrap=True)
    table = lines(*(column.label.de for column in about.columns))
    for row in named.itertuples(index=False, name=None):
        table.add_row(*(escape(_cell(value)) for value in row))
    if len(named):
        out.print(table)
    of = frame.attrs.get("of")
    counted = f"{frame.attrs.get('n', len(frame))} von {of}" if of is not None else f"{len(frame)} Zeilen" if len(frame) != 1 else "1 Zeile"
    out.print(counted + (f" ({about.denominator.de})" if about.denominator else ""), markup=False, soft_wrap=True)
    out.print(about.reading.de, markup=False, soft_wrap=True)


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
