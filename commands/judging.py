"""``akteursatlas judge``: what people decided about two things, as a list, a file and back, one by one."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.entry import Format, Output, app, said_plainly
from graph.home import Home, user_name
from graph.identity import VERDICTS
from ingest.reporting.terminal import err, out

judge = typer.Typer(no_args_is_help=True, help="Urteile über Doppeltes: auflisten, fällen, zurücknehmen, als CSV sichern und übernehmen.")
app.add_typer(judge, name="judge")

Key = Annotated[str, typer.Argument(metavar="KENNUNG", help="Kennung aus der Adresse des Profils, amtliche Nummer (schulnummer:101321) oder Schlüssel")]


@judge.command("list")
def listed(
    every: Annotated[bool, typer.Option("--all", help="auch die zurückgenommenen")] = False,
    format: Output = Format.text,  # noqa: A002
) -> None:
    """Listet die Urteile: wer, wann, worüber, warum."""
    with Home.default().open_ledger() as ledger:
        found = ledger.judgements(standing=not every)
    if format is Format.json:
        sys.stdout.write(json.dumps([dataclasses.asdict(judgement) for judgement in found], ensure_ascii=False, indent=1) + "\n")
        return
    if not found:
        out.print("Noch keine Urteile. In der App: Seite Doppelstrukturen.")
    for one in found:  # in lines: two keys of sources beside each other are too wide for a terminal
        told = ", ".join(part for part in (one.user, one.at[:10]) if part) + (", zurückgenommen" if one.taken_back else "")
        out.print(f"{one.id}. {VERDICTS[one.verdict].de} ({told})", markup=False, soft_wrap=True)
        for text in (one.left, one.right, *([f"„{one.reason}“"] if one.reason else [])):
            out.print(f"   {text}", markup=False, soft_wrap=True)


@judge.command()
def put(
    one: Key,
    other: Key,
    verdict: Annotated[str, typer.Argument(metavar="URTEIL", help=", ".join(f"{name} ({words.de})" for name, words in VERDICTS.items()))],
    reason: Annotated[str, typer.Option(help="Begründung, wird mit Name und Datum gemerkt")] = "",
) -> None:
    """Hält ein Urteil über zwei Einträge fest; „same“ und „renamed“ legen sie zusammen."""
    with Home.default().open_ledger() as ledger:
        number = ledger.judge(one, other, verdict, user=user_name(), reason=reason)
        out.print(f"Urteil {number} gilt: {VERDICTS[verdict].de}. Zurück: akteursatlas judge undo {number}", markup=False, soft_wrap=True)


@judge.command()
def undo(
    number: Annotated[int, typer.Argument(metavar="NR", help="aus „akteursatlas judge list“")],
    reason: Annotated[str, typer.Option(help="warum")] = "",
) -> None:
    """Nimmt ein Urteil zurück; danach ist alles wie davor."""
    with Home.default().open_ledger() as ledger:
        ledger.take_back(number, user=user_name(), reason=reason)
    out.print(f"Urteil {number} ist zurückgenommen.")


@judge.command()
def export(file: Annotated[Path, typer.Argument(metavar="URTEILE.csv")]) -> None:
    """Schreibt die geltenden Urteile in eine CSV-Datei."""
    from graph.judgement_file import write

    with Home.default().open_ledger() as ledger:
        found = ledger.judgements(standing=True)
    with said_plainly():
        file.write_text(write(found), encoding="utf-8-sig", newline="")
    out.print(f"{len(found)} Urteile geschrieben: {file}", markup=False, soft_wrap=True)


@judge.command("import")
def taken(file: Annotated[Path, typer.Argument(metavar="URTEILE.csv")]) -> None:
    """Übernimmt Urteile aus einer solchen Datei, mit ihren Namen und Zeiten. Was nicht geht, wird genannt (Ausgang 1)."""
    from graph.judgement_file import JudgementFileError, read

    try:
        found = read(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        err.print(f"{file} lässt sich nicht lesen: {getattr(error, 'strerror', None) or 'kein Text in UTF-8'}", markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    except JudgementFileError as error:
        err.print(f"{file.name}: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    with Home.default().open_ledger() as ledger:
        became = ledger.judge_all((judgement for _, judgement in found), user=user_name(), action="import_judgements")
    out.print(f"{len(became.kept)} Urteile übernommen, {became.known} galten schon, {len(became.refused)} abgewiesen.")
    for place, why in became.refused:
        err.print(f"{file.name}, Zeile {found[place][0]}: {why}", markup=False, soft_wrap=True)
    if became.refused:
        raise typer.Exit(1)
