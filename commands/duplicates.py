"""``akteursatlas duplicates``: the same thing twice, and two structures that do the same; in the network, or in a table without any database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.entry import app, said_plainly
from commands.questions import Shape, network_now, query
from graph.home import Home
from ingest.reporting.terminal import err, out

if TYPE_CHECKING:
    import pandas as pd

finders = typer.Typer(no_args_is_help=True, help="Sucht Doppeltes im Netzwerk oder in einer Tabelle: Einträge (records) oder Strukturen (structures).")
app.add_typer(finders, name="duplicates")

Input = Annotated[
    Path | None, typer.Option("--input", metavar="DATEI.csv", help="Tabelle mit einer Kopfzeile (Spalten: docs/duplicates.md); ohne sie das Netzwerk")
]
Output = Annotated[Path | None, typer.Option("--output", metavar="PAARE.csv", help="Wohin die Paare einer Tabelle geschrieben werden")]
class Engine(StrEnum):
    """Who compares the records of a table."""

    own = "own"
    duckdb = "duckdb"
    spark = "spark"


By = Annotated[Engine, typer.Option("--engine", help="own; Splink für sehr große Tabellen: duckdb (dieser Rechner), spark (Cluster)")]
Print = Annotated[Shape, typer.Option("--format", help="wie die Antwort aus dem Netzwerk gezeigt wird: table, csv oder json")]


@finders.command()
def records(input: Input = None, output: Output = None, engine: By = Engine.own, format: Print = Shape.table) -> None:
    """Findet Einträge, die dasselbe meinen: Schulen, Kitas, Organisationen, Personen, Gremien, Projekte."""
    from queries.duplicates.records import pairs

    files = _files(input, output)
    if files is None:
        return query("quality/duplicate_records", None, format)
    words = Home.default().word_files
    if engine is not Engine.own:
        found = _found(*files, lambda frame: _through_splink(frame, words, engine))
        out.print(f"{len(found)} Paare mit ihrer Wahrscheinlichkeit. Geschrieben: {files[1]}", markup=False, soft_wrap=True)
        return
    found = _found(*files, lambda frame: pairs(frame, words))
    same = int((found["decision"] == "same").sum())
    out.print(f"{len(found)} Paare: {same} sicher dasselbe, {len(found) - same} zu prüfen. Geschrieben: {files[1]}", markup=False, soft_wrap=True)


@finders.command()
def structures(input: Input = None, output: Output = None, format: Print = Shape.table) -> None:
    """Findet Gremien und Projekte, die dieselbe Arbeit tun."""
    from queries.duplicates.structures import pairs

    files = _files(input, output)
    if files is None:
        return query("quality/duplicate_structures", None, format)
    found = _found(*files, pairs)
    kinds = ", ".join(f"{count} × {kind}" for kind, count in found["kind"].value_counts().items())
    out.print(f"{len(found)} Paare{f' ({kinds})' if kinds else ''}. Geschrieben: {files[1]}", markup=False, soft_wrap=True)


@finders.command()
def why(
    one: Annotated[str, typer.Argument(metavar="KENNUNG", help="record_id des einen Eintrags; im Netzwerk seine Kennung aus der Adresse seines Profils")],
    other: Annotated[str, typer.Argument(metavar="KENNUNG", help="die des anderen")],
    input: Annotated[Path | None, typer.Option("--input", metavar="DATEI.csv", help="Tabelle der Einträge; ohne sie das Netzwerk")] = None,
) -> None:
    """Sagt von zwei Einträgen, was dafür und was dagegen spricht, dass sie dasselbe sind."""
    from queries.duplicates import graph_tables, learning
    from queries.duplicates.records import REVIEW, SAME
    from queries.duplicates.records import why as evidence

    home = Home.default()
    with _refused(input):
        if input is None:
            score, told = evidence(graph_tables.records(network_now()), one, other, home.word_files, factors=learning.read(home.weights_path))
        else:
            score, told = evidence(_table(input), one, other, home.word_files)
    stands = "gilt als dasselbe" if score >= SAME else "ist zu prüfen" if score >= REVIEW else "wird nicht vorgeschlagen"
    out.print(f"{score:.1f} Punkte: {stands} (ab {SAME:.0f} dasselbe, ab {REVIEW:.0f} zu prüfen)".replace(".", ","), markup=False, soft_wrap=True)
    for sentence in told:
        out.print(f"  {sentence}", markup=False, soft_wrap=True)


def _through_splink(frame: pd.DataFrame, words: tuple[Path, ...], engine: Engine) -> pd.DataFrame:
    from queries.duplicates.scale_out import pairs

    try:
        if engine is Engine.duckdb:
            return pairs(frame, words)
        from pyspark.sql import SparkSession

        return pairs(frame, words, spark=SparkSession.builder.getOrCreate())
    except ModuleNotFoundError as error:
        extra = "spark" if engine is Engine.spark else "splink"
        err.print(f'{error.name} fehlt. Bitte installieren: pip install "akteursatlas[{extra}]"', markup=False, soft_wrap=True)
        raise typer.Exit(2) from None


def _files(input: Path | None, output: Path | None) -> tuple[Path, Path] | None:
    """The files of a table that is asked about, None where neither is named and the network is meant."""
    if input and output:
        return input, output
    if input or output:
        err.print("Für eine Tabelle werden beide gebraucht: --input DATEI.csv --output PAARE.csv. Ohne beide wird im Netzwerk gesucht.", soft_wrap=True)
        raise typer.Exit(2)
    return None


def _found(input: Path, output: Path, find: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    with _refused(input):
        found = find(_table(input))
    with said_plainly():
        found.to_csv(output, index=False, encoding="utf-8")
    return found


@contextmanager
def _refused(input: Path | None) -> Iterator[None]:
    """What is wrong with a table becomes a German sentence that names the file, and exit code 2."""
    from ingest.source import Unreadable

    try:
        yield
    except OSError as error:
        err.print(f"{error.filename} lässt sich nicht lesen: {error.strerror}", markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    except (Unreadable, ValueError) as error:
        err.print(f"{input.name}: {error}" if input else str(error), markup=False, soft_wrap=True)
        raise typer.Exit(2) from None


def _table(path: Path) -> pd.DataFrame:
    """The rows of a CSV file as text, whatever its delimiter and encoding. Raises ``ValueError`` for a file without a head, ``OSError``."""
    import pandas as pd

    from ingest.tabular.csv_text import csv_rows

    rows = csv_rows(path, lambda *told: None)()
    head = next(rows, None)
    if head is None:
        raise ValueError("die Datei ist leer; die erste Zeile muss die Namen der Spalten nennen")
    names = [str(cell).strip().lower() for cell in head[1]]
    cells = []
    for line, row in rows:
        if len(row) > len(names) and any(str(cell).strip() for cell in row[len(names) :]):
            raise ValueError(f"Zeile {line} hat {len(row)} Werte, die Kopfzeile nennt {len(names)} Spalten")
        if any(str(cell).strip() for cell in row):
            cells.append((row + [""] * len(names))[: len(names)])
    return pd.DataFrame(cells, columns=names, dtype=str)
