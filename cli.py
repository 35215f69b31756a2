"""The command line ``akteursatlas``: its entry, and what becomes of errors. The commands are in ``commands/``.

Exit codes: 0 all taken, 1 something was rejected (or differs), 2 nothing could be read or done.
"""

from __future__ import annotations

from rich.markup import escape

from commands import begin, data, duplicates, facts, graph, judging, keeping, questions  # noqa: F401 - each adds its commands to the application
from commands.entry import app
from ingest.reporting.terminal import err


def main() -> None:
    """Entry point of the console script: errors that we know become a German sentence and exit code 2."""
    from graph.backup import BackupError
    from graph.embedded import ServerError
    from graph.ledger import LedgerError
    from graph.store import StoreError

    try:
        app()
    except (BackupError, LedgerError, ServerError, StoreError) as error:
        err.print(f"[bold red]Fehler:[/] {escape(str(error))}", soft_wrap=True)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        err.print("Abgebrochen; was bis dahin nicht fertig war, gilt nicht.")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
