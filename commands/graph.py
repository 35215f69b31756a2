"""Commands for the graph database: rebuild, doctor."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from commands.entry import Format, Output, app
from graph.home import Home
from ingest.reporting.terminal import err, lines, out, progress_bar

if TYPE_CHECKING:
    from graph.build import BuildResult
    from graph.findings import Examination

_TO = "Statt der Datenbank in Benutzung eine andere, zum Beispiel bolt://server:7687 (Benutzer und Passwort wie sonst aus der Umgebung)"
To = Annotated[str, typer.Option("--to", metavar="URL", help=_TO)]

_SHOWN = 5
_WORDS = {"right": "[green]in Ordnung[/]", "note": "[yellow]Hinweis[/]", "wrong": "[bold red]Abweichung[/]"}


@app.command()
def rebuild(
    to: To = "",
    emptied: Annotated[bool, typer.Option("--empty", help="Vorher alles löschen; nur nötig, wenn die Datenbank selbst beschädigt ist")] = False,
) -> None:
    """Bringt den ganzen Graphen aus dem Bestand in eine leere, ältere oder beschädigte Datenbank; abgebrochen geht es beim nächsten Mal dort weiter.

    Der Graph folgt ganz aus dem Bestand: eine Sicherung braucht er nicht, dieser Befehl stellt ihn wieder her. Was schon
    richtig dasteht, bleibt. Wer die App benutzt, sieht solange den letzten Stand; Abfragen an den Graphen werden abgewiesen.
    """
    from graph import build
    from graph.store import Store

    home = Home.default()
    with home.open_ledger() as ledger, Store.connect(url=to or None, home=home.path) as store:
        if store.meta().writing is not None:
            err.print("Ein früheres Schreiben war abgebrochen; was davon richtig dasteht, bleibt, und es geht dort weiter.", soft_wrap=True)
        try:
            with progress_bar() as progress:
                done = build.rebuild(ledger, store, progress, in_use=not to, emptied=emptied)
        except KeyboardInterrupt:
            again = f"akteursatlas rebuild --to {to}" if to else "akteursatlas rebuild"
            err.print(f"Abgebrochen. Was geschrieben ist, bleibt; „{again}“ macht dort weiter.", markup=False, soft_wrap=True)
            raise typer.Exit(2) from None
    out.print(f"{'Aufbau fortgesetzt' if done.resumed else 'Graph aufgebaut'}: {_written(done)}, Stand {done.version}.", soft_wrap=True)
    if to:
        out.print(f"Er steht in {to}; die Datenbank in Benutzung ist, wie sie war. Umstellen: AKTEURSATLAS_GRAPH={to}", markup=False, soft_wrap=True)


@app.command()
def doctor(
    to: To = "",
    every: Annotated[bool, typer.Option("--all", help="Jedes Feld von allem vergleichen, statt von einer Stichprobe")] = False,
    sample: Annotated[int, typer.Option("--sample", min=0, help="Von wie vielen Einträgen und Beziehungen jedes Feld verglichen wird")] = 1_000,
    mend: Annotated[bool, typer.Option("--mend", help="Schreiben, was abweicht, und noch einmal prüfen")] = False,
    format: Output = Format.text,  # noqa: A002
) -> None:
    """Prüft, ob der Graph dem Bestand entspricht: Versionen, Anzahlen, Regeln der Datenbank, Fehlendes, Fremdes, Doppeltes, einzelne Felder.

    Endet mit 0, wenn alles stimmt, mit 1 bei Abweichungen, mit 2, wenn Bestand oder Datenbank nicht erreichbar sind.
    """
    from graph import doctor as examining
    from graph.store import Store

    home = Home.default()
    looked_at = None if every else sample
    with home.open_ledger() as ledger, Store.connect(url=to or None, home=home.path) as store:
        with progress_bar() as progress:
            found = examining.examine(ledger, store, sample=looked_at, in_use=not to, progress=progress)
        mended = None
        if mend and not any(finding.check == "writing" and not found.elements for finding in found.findings):
            if format is Format.text:
                _print(found)
            before = found
            with progress_bar() as progress:
                mended = examining.mend(ledger, store, progress, in_use=not to)
                found = examining.examine(ledger, store, sample=looked_at, in_use=not to, progress=progress)
    if format is Format.json:
        told = found.to_json()
        if mended:
            written = {name: getattr(mended, name) for name in ("nodes_written", "nodes_deleted", "edges_written", "edges_deleted")}
            told |= {"mended": written, "before": before.to_json()}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        if mended:
            out.print(f"\nBerichtigt: {_written(mended)}. Noch einmal geprüft:\n", soft_wrap=True)
        _print(found)
    raise typer.Exit(0 if found.clean else 1)


def _written(done: BuildResult) -> str:
    parts = [f"{done.nodes_written} Einträge und {done.edges_written} Beziehungen geschrieben"]
    if done.nodes_deleted or done.edges_deleted:
        parts.append(f"{done.nodes_deleted} Einträge und {done.edges_deleted} Beziehungen gelöscht")
    if done.kept:
        parts.append(f"{done.kept} standen schon richtig da")
    return ", ".join(parts)


def _print(found: Examination) -> None:
    from graph.findings import figure

    for name, value in found.versions.items():
        out.print(f"{name}: {value}", markup=False, soft_wrap=True)
    if found.counts:
        table = lines("Was", "Bestand", "Graph", "")
        for row in found.counts:
            table.add_row(row.label, figure(row.ledger), figure(row.graph), "" if row.ledger == row.graph else "weicht ab")
        out.print(table)
    for finding in found.findings:
        out.print(f"{_WORDS[finding.level]}  ", end="", soft_wrap=True)
        out.print(finding.says, markup=False, soft_wrap=True)
        for example in finding.examples[:_SHOWN]:
            out.print(f"    {example}", markup=False, soft_wrap=True)
        if len(finding.examples) > _SHOWN:
            out.print(f"    ... und {figure(finding.number - _SHOWN)} mehr (mit --format json bis zu 1.000)", soft_wrap=True)
        if finding.mend:
            out.print(f"    Zu tun: {finding.mend}.", markup=False, soft_wrap=True)
    wrong = sum(finding.level == "wrong" for finding in found.findings)
    said = "Alles stimmt überein" if found.clean else f"{wrong} {'Prüfung zeigt eine Abweichung' if wrong == 1 else 'Prüfungen zeigen Abweichungen'}"
    out.print(f"{said} ({found.seconds:.1f} s).")
