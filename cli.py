"""The command line: ``akteursatlas demo | app | ingest | check | template | status | rebuild | sources``.

Exit codes: 0 all taken, 1 something was rejected, 2 nothing could be read or done.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from graph.home import Home

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Akteursatlas: wer in der Kommune Bildung gestaltet, und mit wem.",
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Format(StrEnum):
    """How a report is printed."""

    text = "text"
    json = "json"


Paths = Annotated[list[Path], typer.Argument(help="Dateien oder Ordner")]
Options = Annotated[list[str] | None, typer.Option("--option", "-o", help="Einstellung der Quelle: name=wert (siehe akteursatlas sources)")]
Output = Annotated[Format, typer.Option("--format", help="text zum Lesen, json für Programme")]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port der App; sonst der erste freie ab 8501")]


def main() -> None:
    """Entry point of the console script: errors that we know become a German sentence and exit code 2."""
    from graph.embedded import ServerError
    from graph.ledger import LedgerError
    from graph.store import StoreError

    try:
        app()
    except (LedgerError, ServerError, StoreError) as error:
        err.print(f"[bold red]Fehler:[/] {error}", markup=True)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        err.print("Abgebrochen; was bis dahin nicht fertig war, gilt nicht.")
        raise SystemExit(2) from None


@contextmanager
def progress_bar() -> Iterator[object]:
    """A callback (stage, done, total) that draws a bar on a terminal, and nothing elsewhere."""
    if not err.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        tasks: dict[str, int] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total or None)
            bar.update(tasks[stage], completed=done, total=total or None)  # type: ignore[arg-type]

        yield show


def _options(given: list[str] | None) -> dict[str, str]:
    parsed = {}
    for text in given or []:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            err.print(f"--option erwartet name=wert, nicht „{text}“")
            raise typer.Exit(2)
        parsed[name.strip()] = value.strip()
    return parsed


def _take(source: str, paths: list[Path], options: list[str] | None, output: Format, write: bool) -> None:
    from ingest.run import ingest as run

    with progress_bar() as progress:
        report = run(source, paths, _options(options), Home.default(), write=write, progress=progress)
    if output is Format.json:
        sys.stdout.write(json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n")
    else:
        out.print(report.to_text(), markup=False, soft_wrap=True)
    raise typer.Exit(report.exit_code)


@app.command()
def ingest(source: str, paths: Paths, option: Options = None, format: Output = Format.text) -> None:  # noqa: A002
    """Liest eine Quelle ein: sie ersetzt, was sie beim letzten Mal gesagt hat."""
    _take(source, paths, option, format, write=True)


@app.command()
def check(source: str, paths: Paths, option: Options = None, format: Output = Format.text) -> None:  # noqa: A002
    """Prüft eine Quelle wie beim Einlesen, ohne etwas zu ändern."""
    _take(source, paths, option, format, write=False)


@app.command()
def sources(format: Output = Format.text) -> None:  # noqa: A002
    """Zeigt, welche Quellen es gibt und welche Einstellungen sie kennen."""
    from ingest.run import sources as every

    about = [source.ABOUT for source in every().values()]
    if format is Format.json:
        rows = [{"name": a.name, "title": a.title.de, "reads": a.reads.de, "options": {o.name: o.about.de for o in a.options}} for a in about]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        return
    table = Table("Quelle", "Was sie ist", "Was sie liest", "Einstellungen")
    for a in about:
        table.add_row(a.name, a.title.de, a.reads.de, "\n".join(f"{o.name}: {o.about.de}" for o in a.options))
    out.print(table)


@app.command()
def template(
    file: Annotated[Path, typer.Argument(help="Ziel, zum Beispiel netzwerk.xlsx")],
    force: Annotated[bool, typer.Option("--force", help="Eine vorhandene Datei ersetzen")] = False,
) -> None:
    """Schreibt die Excel-Vorlage, ein Blatt für jede Art von Eintrag und von Beziehung."""
    from ingest.template import write_template

    if file.suffix.lower() != ".xlsx":
        err.print(f"Die Vorlage ist eine Excel-Datei; bitte einen Namen mit .xlsx wählen, nicht „{file.name}“.")
        raise typer.Exit(2)
    if file.exists() and not force:
        err.print(f"{file} gibt es schon. Anderen Namen wählen, oder mit --force ersetzen.")
        raise typer.Exit(2)
    try:
        write_template(file)
    except OSError as error:
        err.print(f"{file} lässt sich nicht schreiben: {error.strerror}. Ist sie noch in Excel geöffnet, oder fehlt der Ordner?")
        raise typer.Exit(2) from None
    out.print(f"Vorlage geschrieben: {file}. Ausfüllen, dann: akteursatlas ingest tables {file}", soft_wrap=True)


@app.command()
def status(format: Output = Format.text) -> None:  # noqa: A002
    """Was eingelesen ist, wie alt es ist, und ob der Graph dem Stand entspricht."""
    from graph.status import report

    facts = report(Home.default())
    if format is Format.json:
        sys.stdout.write(json.dumps(facts.to_json(), ensure_ascii=False, indent=1) + "\n")
        return
    if not facts.datasets:
        out.print("Noch nichts eingelesen. Zum Ausprobieren: akteursatlas demo. Mit eigenen Daten: akteursatlas template netzwerk.xlsx")
        return
    table = Table("Quelle", "Titel", "Einträge", "Stand", "eingelesen am", "abgewiesen")
    for row in facts.datasets:
        table.add_row(row.name, row.title, f"{row.rows:,}".replace(",", "."), row.as_of, row.read_on, str(row.rejected))
    out.print(table)
    counts = Table("Im Netzwerk", "Anzahl")
    for label, number in facts.counts:
        counts.add_row(label, f"{number:,}".replace(",", "."))
    out.print(counts)
    out.print(facts.sentence(), soft_wrap=True)


@app.command()
def rebuild() -> None:
    """Baut den Graphen aus dem Bestand neu auf."""
    from graph import build
    from graph.store import Store

    home = Home.default()
    with progress_bar() as progress, home.open_ledger() as ledger, Store.connect(home=home.path) as store:
        done = build.rebuild(ledger, store, progress=progress)
    out.print(f"Graph neu aufgebaut: {done.nodes_written} Einträge, {done.edges_written} Beziehungen, Stand {done.version}.")


@app.command("app")
def open_app(port: Port = None, no_open: Annotated[bool, typer.Option("--no-open", help="Den Browser nicht öffnen")] = False) -> None:
    """Öffnet die App im Browser (nur auf diesem Rechner erreichbar)."""
    from views.server import serve

    serve(port, open_browser=not no_open)


@app.command()
def demo(
    seed: Annotated[int, typer.Option(help="Andere Zahl, andere Stadt")] = 1,
    no_app: Annotated[bool, typer.Option("--no-app", help="Nur einlesen, die App nicht öffnen")] = False,
    port: Port = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Den Browser nicht öffnen")] = False,
) -> None:
    """Macht eine erfundene Stadt, liest sie ein und öffnet die App."""
    from demo import make, sources
    from ingest.run import ingest as run

    home = Home.default()
    folder = home.path / "demo"
    with home.open_ledger() as ledger:
        strange = bool(ledger.datasets()) and not (folder / "truth.json").exists()
    if strange:
        err.print(
            f"In {home.path} liegen schon eigene Daten; die erfundene Stadt würde sich darunter mischen. "
            "Bitte AKTEURSATLAS_HOME auf einen leeren Ordner setzen.",
            soft_wrap=True,
        )
        raise typer.Exit(2)
    err.print(f"Die erfundene Stadt entsteht in {folder} ...", soft_wrap=True)
    make(folder, seed=seed)
    worst = 0
    for source, path, options in sources(folder):
        with progress_bar() as progress:
            report = run(source, [path], options, home, write=True, progress=progress)
        err.print(f"{path.name}: {report.taken} von {report.read} Zeilen übernommen", soft_wrap=True)
        if report.exit_code:
            out.print(report.to_text(), markup=False, soft_wrap=True)
        worst = max(worst, report.exit_code)
    if worst or no_app:
        raise typer.Exit(worst)
    from views.server import serve

    serve(port, open_browser=not no_open)


if __name__ == "__main__":
    main()
