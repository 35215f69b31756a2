"""The command line: ``akteursatlas demo | app | ingest | check | map | template | status | runs | take-back | rebuild | sources``.

Exit codes: 0 all taken, 1 something was rejected, 2 nothing could be read or done.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from graph.home import Home
from ingest.reporting.terminal import agreed, err, lines, out, progress_bar, somebody_there

if TYPE_CHECKING:
    from graph.conflicts import Said

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Akteursatlas: wer in der Kommune Bildung gestaltet, und mit wem.",
)


class Format(StrEnum):
    """How a report is printed."""

    text = "text"
    json = "json"


Paths = Annotated[list[Path], typer.Argument(help="Dateien oder Ordner")]
Options = Annotated[list[str] | None, typer.Option("--option", "-o", help="Einstellung der Quelle: name=wert (siehe akteursatlas sources)")]
Output = Annotated[Format, typer.Option("--format", help="text zum Lesen, json für Programme")]
ReportFile = Annotated[Path | None, typer.Option("--report", help="Den ganzen Bericht in eine Datei schreiben: .json, .csv oder .xlsx")]
RejectedFile = Annotated[Path | None, typer.Option("--rejected", help="Abgewiesene Zeilen mit ihrem Grund zum Berichtigen schreiben: .xlsx oder .csv")]
Yes = Annotated[bool, typer.Option("--yes", help="Auch dann übernehmen, wenn mehr als ein Fünftel der bisherigen Angaben entfällt")]
CreateMissing = Annotated[bool, typer.Option("--create-missing", help="Wen ein Verweis nennt und niemand beschreibt, als Eintrag anlegen")]
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


def _options(given: list[str] | None) -> dict[str, str]:
    parsed = {}
    for text in given or []:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            err.print(f"--option erwartet name=wert, nicht „{text}“")
            raise typer.Exit(2)
        parsed[name.strip()] = value.strip()
    return parsed


@contextmanager
def _said_plainly() -> Iterator[None]:
    """A file that cannot be written becomes a German sentence and exit code 2."""
    from ingest.reporting.report_files import Unwritable

    try:
        yield
    except Unwritable as error:
        err.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    except OSError as error:
        told = f"{error.filename} lässt sich nicht schreiben: {error.strerror}. Ist die Datei noch in Excel geöffnet, oder fehlt der Ordner?"
        err.print(told, markup=False, soft_wrap=True)
        raise typer.Exit(2) from None


def _take(
    source: str, paths: list[Path], options: list[str] | None, output: Format, write: bool, report_to: Path | None = None, rejected_to: Path | None = None,
    yes: bool = False, create_missing: bool = False,
) -> None:
    from ingest.reporting.mending import check_target, write_rejected
    from ingest.reporting.report_files import check_ending, write_report
    from ingest.run import ingest as run
    from ingest.run import sources as every

    able = [name for name, about in every().items() if any(option.name == "create_missing" for option in about.ABOUT.options)]
    if create_missing and source in every() and source not in able:
        err.print(f"--create-missing gibt es bei der Quelle „{source}“ nicht, nur bei: {', '.join(able)}.", markup=False, soft_wrap=True)
        raise typer.Exit(2)
    with _said_plainly():  # before the reading, which may take long
        if report_to:
            check_ending(report_to)
        if rejected_to:
            check_target(rejected_to, paths)
    with progress_bar(paths) as progress:
        given = _options(options) | ({"create_missing": "ja"} if create_missing else {})
        # A question would stand behind the bar; without a terminal nobody could answer it.
        report = run(source, paths, given, Home.default(), write=write, progress=progress, confirm=(lambda _: True) if yes else None)
    if write and report.shrinks and not yes and somebody_there() and agreed(f"{report.shrinks} Trotzdem übernehmen?"):
        first = report
        with progress_bar(paths) as progress:  # what was agreed to is this loss, not one that came up since
            report = run(source, paths, given, Home.default(), write=write, progress=progress, confirm=lambda loss: loss in first.shrinks)
        # What the first reading took is unchanged to the second; together they made it new.
        report.new, report.changed, report.removed = report.new + first.new, report.changed + first.changed, report.removed + first.removed
        report.unchanged -= first.new + first.changed
    if output is Format.json:
        sys.stdout.write(json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n")
    else:
        out.print(report.to_text(), markup=False, soft_wrap=True)
    with _said_plainly():
        if report_to:
            write_report(report, report_to)
        for file in write_rejected(report, paths, rejected_to) if rejected_to else ():
            err.print(f"Abgewiesene Zeilen zum Berichtigen: {file}", markup=False, soft_wrap=True)
    raise typer.Exit(report.exit_code)


@app.command()
def ingest(
    source: str, paths: Paths, option: Options = None, format: Output = Format.text, report: ReportFile = None, rejected: RejectedFile = None,
    yes: Yes = False, create_missing: CreateMissing = False,
) -> None:
    """Liest eine Quelle ein: sie ersetzt, was sie beim letzten Mal gesagt hat."""
    _take(source, paths, option, format, write=True, report_to=report, rejected_to=rejected, yes=yes, create_missing=create_missing)


@app.command()
def check(
    source: str, paths: Paths, option: Options = None, format: Output = Format.text, report: ReportFile = None, rejected: RejectedFile = None,
    create_missing: CreateMissing = False,
) -> None:
    """Prüft eine Quelle wie beim Einlesen, ohne etwas zu ändern."""
    _take(source, paths, option, format, write=False, report_to=report, rejected_to=rejected, create_missing=create_missing)


@app.command("map")
def map_table(
    path: Annotated[Path, typer.Argument(metavar="TABELLE", help="Excel oder CSV in beliebiger Form")],
    auto: Annotated[bool, typer.Option("--auto", help="Ohne Fragen vorschlagen, mit Begründung für jede Spalte")] = False,
    sheet: Annotated[str, typer.Option("--sheet", help="Welches Blatt; sonst das, dessen Überschriften am meisten sagen")] = "",
    to: Annotated[Path | None, typer.Option("--to", help="Wohin; sonst neben die Tabelle als TABELLE.mapping.yaml")] = None,
    force: Annotated[bool, typer.Option("--force", help="Eine vorhandene Zuordnung ersetzen")] = False,
) -> None:
    """Sagen, was die Spalten einer eigenen Tabelle bedeuten: die Zuordnung macht sie ohne Programmieren zur Quelle."""
    from ingest.mapping.dialogue import write_mapping

    with _said_plainly():
        write_mapping(path, sheet, to, auto=auto, force=force)


@app.command()
def sources(format: Output = Format.text) -> None:  # noqa: A002
    """Zeigt, welche Quellen es gibt und welche Einstellungen sie kennen."""
    from ingest.run import sources as every

    about = [source.ABOUT for source in every().values()]
    if format is Format.json:
        rows = [{"name": a.name, "title": a.title.de, "reads": a.reads.de, "options": {o.name: o.about.de for o in a.options}} for a in about]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        return
    table = lines("Quelle", "Was sie ist", "Was sie liest", "Einstellungen")
    for a in about:
        table.add_row(a.name, a.title.de, a.reads.de, "\n".join(f"{o.name}: {o.about.de}" for o in a.options))
    out.print(table)


@app.command()
def template(
    file: Annotated[Path, typer.Argument(help="Ziel, zum Beispiel netzwerk.xlsx")],
    force: Annotated[bool, typer.Option("--force", help="Eine vorhandene Datei ersetzen")] = False,
) -> None:
    """Schreibt die Excel-Vorlage, ein Blatt für jede Art von Eintrag und von Beziehung."""
    from ingest.tabular.template import write_template

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
def status(
    months: Annotated[int, typer.Option(min=1, help="Nach so vielen Monaten gilt ein Eintrag als unbestätigt")] = 12,
    listed: Annotated[bool, typer.Option("--list", help="Die unbestätigten Einträge nennen")] = False,
    conflicts: Annotated[bool, typer.Option("--conflicts", help="Die Angaben nennen, in denen sich Quellen widersprechen")] = False,
    format: Output = Format.text,  # noqa: A002
) -> None:
    """Was eingelesen ist, wie alt es ist, wo sich Quellen widersprechen, und ob der Graph dem Stand entspricht."""
    from graph.conflicts import field_label, in_words
    from graph.schema import NODES
    from graph.status import report

    facts = report(Home.default(), date.today().isoformat(), months)
    if format is Format.json:
        sys.stdout.write(json.dumps(facts.to_json(), ensure_ascii=False, indent=1) + "\n")
        return
    if not facts.datasets:
        out.print("Noch nichts eingelesen. Zum Ausprobieren: akteursatlas demo. Mit eigenen Daten: akteursatlas template netzwerk.xlsx")
        return
    figures = ("Stand", "Monate", "Einträge", "abgewiesen", "unbestätigt")
    table = lines("Quelle", *figures, whole=figures)
    for row in facts.datasets:
        counted = (f"{count:,}".replace(",", ".") for count in (row.rows, row.rejected, row.unconfirmed))
        table.add_row(escape(row.name), row.as_of, str(row.months), *counted)
    out.print(table)
    counts = lines("Im Netzwerk", "Anzahl")
    for label, number in facts.counts:
        counts.add_row(label, f"{number:,}".replace(",", "."))
    out.print(counts)
    if listed:
        waiting = lines("Unbestätigt", "Art", "zuletzt", "Quelle")
        for thing in facts.unconfirmed:
            waiting.add_row(*map(escape, (thing.name, NODES[thing.type].label.de, thing.last, thing.title)))
        out.print(waiting)
    if conflicts:
        disputed = lines("Wer", "Feld", "gilt", "nach", "andere Angabe", "nach", "km", whole=("km",))
        for found in facts.conflicts:
            for other in found.others:
                said = (found.name, field_label(found).de, in_words(found, found.shown), _origin(found.shown), in_words(found, other), _origin(other))
                disputed.add_row(*map(escape, said), "" if other.distance_km is None else f"{other.distance_km:.1f}".replace(".", ","))
        out.print(disputed)
    out.print(facts.sentence(), soft_wrap=True)


def _origin(said: Said) -> str:
    return f"{said.title}, {said.as_of}"


@app.command()
def runs(
    dataset: Annotated[str, typer.Option(help="Nur diese Quelle, zum Beispiel tables:netzwerk.xlsx")] = "",
    format: Output = Format.text,  # noqa: A002
) -> None:
    """Listet jeden Lauf: wann, von wem, was er brachte, änderte, entfernte."""
    with Home.default().open_ledger() as ledger:
        every = ledger.runs(dataset)
    if format is Format.json:
        rows = [{**dataclasses.asdict(run), "counts": run.counts._asdict(), "can_take_back": run.can_take_back} for run in every]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        return
    if not every:
        out.print("Noch kein Lauf." if not dataset else f"Von „{dataset}“ gibt es keinen Lauf.", markup=False)
        return
    table = lines("Lauf", "Wann", "Quelle", "Was", "neu / geändert / entfallen", "Wer", "zurück?", whole=("Wann", "zurück?"))
    for run in every:
        what = "eingelesen" if run.kind == "ingest" else f"Lauf {run.takes_back} zurück"
        numbers = (f"{count:,}".replace(",", ".") for count in (run.counts.new, run.counts.changed, run.counts.removed))
        at = datetime.fromisoformat(run.finished).astimezone()
        cells = (str(run.id), f"{at:%d.%m.%Y %H:%M}", run.dataset, what, " / ".join(numbers), run.user, "ja" if run.can_take_back else "")
        table.add_row(*map(escape, cells))
    out.print(table)


@app.command("take-back")
def take_back(
    run: Annotated[int, typer.Argument(help="Nummer des Laufs (siehe akteursatlas runs)")],
    reason: Annotated[str, typer.Option(help="Warum; steht im Protokoll")] = "",
) -> None:
    """Nimmt einen Lauf zurück: seine Quelle steht danach wieder so da wie vorher, was andere seitdem sagten, bleibt."""
    from ingest.run import take_back as withdraw

    with progress_bar() as progress:
        counts = withdraw(run, Home.default(), reason, progress)
    out.print(f"Lauf {run} ist zurückgenommen: {counts.new} zurückgekommen, {counts.changed} wie vorher, {counts.removed} entfallen.")


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
            report = run(source, [path], options, home, write=True, progress=progress, confirm=lambda _: True)
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
