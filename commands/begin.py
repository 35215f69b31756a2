"""Commands that open the app: app, demo."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.entry import app
from graph.home import Home
from ingest.reporting.terminal import err, out, progress_bar

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port der App; sonst der erste freie ab 8501")]


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
