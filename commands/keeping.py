"""Commands that keep the data safe: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.entry import app
from graph.home import Home, user_name
from ingest.reporting.terminal import agreed, err, out, progress_bar, somebody_there

Zip = Annotated[Path, typer.Argument(metavar="DATEI.zip", help="Die Sicherung")]


@app.command()
def backup(file: Zip, force: Annotated[bool, typer.Option("--force", help="Eine vorhandene Datei ersetzen")] = False) -> None:
    """Sichert den Bestand und die gespeicherten Ansichten in eine Datei; es darf dabei weitergearbeitet werden.

    Der Graph ist nicht darin, denn er folgt aus dem Bestand (akteursatlas rebuild). Die Datei enthält, was eingelesen wurde,
    auch Angaben zu Personen: bitte so verwahren.
    """
    from graph.backup import backup as write

    made = write(Home.default(), file, replace=force)
    out.print(f"Gesichert in {file}: Bestand mit Stand {made.version}, {', '.join(made.files)}.", markup=False, soft_wrap=True)


@app.command()
def restore(
    file: Zip,
    yes: Annotated[bool, typer.Option("--yes", help="Ohne zu fragen ersetzen, was da ist")] = False,
) -> None:
    """Spielt eine Sicherung zurück; was sie ersetzt, bleibt mit Datum daneben liegen, und der Graph folgt.

    Zurück kommen der Bestand und die gespeicherten Ansichten. Den Graphen einer anderen oder neuen Datenbank stellt
    akteursatlas rebuild her.
    """
    from graph import backup as keeping
    from graph import build
    from graph.ledger import LedgerError
    from graph.store import Store, StoreError

    home = Home.default()
    manifest = keeping.look(file)
    version, changed = keeping.found_in(home)
    if version and not yes:
        there = f"Der Bestand in {home.path} (Stand {version}, zuletzt geschrieben {changed})"
        question = f"{there} wird durch die Sicherung vom {manifest.day} (Stand {manifest.version}) ersetzt."
        if not somebody_there():
            err.print(f"{question} Ist das gewollt, dann bitte mit --yes aufrufen. Geändert wurde nichts.", markup=False, soft_wrap=True)
            raise typer.Exit(2)
        if not agreed(f"{question} Fortfahren?"):
            err.print("Geändert wurde nichts.")
            raise typer.Exit(2)
    done = keeping.restore(file, home, user_name())
    out.print(f"Zurückgespielt: die Sicherung vom {manifest.day} (Stand {manifest.version}); der Bestand hat jetzt Stand {done.version}.", soft_wrap=True)
    for kept in done.kept:
        out.print(f"Was ersetzt wurde, liegt in {kept}", markup=False, soft_wrap=True)
    try:
        with progress_bar() as progress, home.open_ledger() as ledger, Store.connect(home=home.path) as store:
            build.update(ledger, store, progress)
    except (LedgerError, StoreError) as error:
        told = f"Der Graph konnte noch nicht folgen ({error}). Das holt das nächste Öffnen der App nach, oder: akteursatlas rebuild"
        err.print(told, markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
