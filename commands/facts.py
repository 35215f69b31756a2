"""Commands that say what was read in, and take it back: status, runs, take-back."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from commands.entry import Format, Output, app
from graph.home import Home
from ingest.reporting.terminal import lines, out, progress_bar

if TYPE_CHECKING:
    from graph.conflicts import Said


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
