"""Commands that read sources, or help to write them: ingest, check, map, sources, template."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from commands.entry import Format, Output, app, said_plainly
from graph.home import Home
from ingest.reporting.terminal import agreed, err, lines, out, progress_bar, somebody_there

Paths = Annotated[list[Path], typer.Argument(help="Dateien oder Ordner")]
Options = Annotated[list[str] | None, typer.Option("--option", "-o", help="Einstellung der Quelle: name=wert (siehe akteursatlas sources)")]
ReportFile = Annotated[Path | None, typer.Option("--report", help="Den ganzen Bericht in eine Datei schreiben: .json, .csv oder .xlsx")]
RejectedFile = Annotated[Path | None, typer.Option("--rejected", help="Abgewiesene Zeilen mit ihrem Grund zum Berichtigen schreiben: .xlsx oder .csv")]
Yes = Annotated[bool, typer.Option("--yes", help="Auch dann übernehmen, wenn mehr als ein Fünftel der bisherigen Angaben entfällt")]
CreateMissing = Annotated[bool, typer.Option("--create-missing", help="Wen ein Verweis nennt und niemand beschreibt, als Eintrag anlegen")]


def _options(given: list[str] | None) -> dict[str, str]:
    parsed = {}
    for text in given or []:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            err.print(f"--option erwartet name=wert, nicht „{text}“")
            raise typer.Exit(2)
        parsed[name.strip()] = value.strip()
    return parsed


def _take(
    source: str, paths: list[Path], options: list[str] | None, output: Format, write: bool, report_to: Path | None = None, rejected_to: Path | None = None,
    yes: bool = False, create_missing: bool = False,
) -> None:
    from ingest.reporting.mending import check_target, write_rejected
    from ingest.reporting.report_files import check_ending, write_report
    from ingest.run import ingest as run
    from ingest.run import sources as every
    from queries.duplicates.newcomers import resembling

    able = [name for name, about in every().items() if any(option.name == "create_missing" for option in about.ABOUT.options)]
    if create_missing and source in every() and source not in able:
        err.print(f"--create-missing gibt es bei der Quelle „{source}“ nicht, nur bei: {', '.join(able)}.", markup=False, soft_wrap=True)
        raise typer.Exit(2)
    with said_plainly():  # before the reading, which may take long
        if report_to:
            check_ending(report_to)
        if rejected_to:
            check_target(rejected_to, paths)
    look = partial(resembling, words=Home.default().word_files)
    with progress_bar(paths) as progress:
        given = _options(options) | ({"create_missing": "ja"} if create_missing else {})
        # A question would stand behind the bar; without a terminal nobody could answer it.
        report = run(source, paths, given, Home.default(), write=write, progress=progress, confirm=(lambda _: True) if yes else None, look=look)
    if write and report.shrinks and not yes and somebody_there() and agreed(f"{report.shrinks} Trotzdem übernehmen?"):
        first = report
        with progress_bar(paths) as progress:  # what was agreed to is this loss, not one that came up since
            report = run(source, paths, given, Home.default(), write=write, progress=progress, confirm=lambda loss: loss in first.shrinks, look=look)
        # What the first reading took is unchanged to the second; together they made it new.
        report.new, report.changed, report.removed = report.new + first.new, report.changed + first.changed, report.removed + first.removed
        report.unchanged -= first.new + first.changed
    if output is Format.json:
        sys.stdout.write(json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n")
    else:
        out.print(report.to_text(), markup=False, soft_wrap=True)
    with said_plainly():
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

    with said_plainly():
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
