"""Where the data of an installation live, and who is at work."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from graph.ledger import Ledger

VARIABLE = "AKTEURSATLAS_HOME"
ROLE_VARIABLE = "AKTEURSATLAS_ROLE"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of an installation. It is created on first use, for its owner alone where the system knows owners."""

    path: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", Path(self.path).expanduser().absolute())

    @classmethod
    def default(cls) -> Home:
        """The folder named by AKTEURSATLAS_HOME, else the user's data folder of the platform."""
        named = os.environ.get(VARIABLE, "").strip()
        return cls(Path(named) if named else Path(platformdirs.user_data_dir("akteursatlas", appauthor=False)))

    @property
    def ledger_path(self) -> Path:
        """The ledger: the one file that is worth a backup."""
        return self.folder() / "ledger.sqlite"

    @property
    def server_path(self) -> Path:
        """Folder of the bundled graph server: its databases, its state file, its password."""
        return self.folder("server")

    @property
    def cache_path(self) -> Path:
        """Folder of what can be made anew from the graph."""
        return self.folder("cache")

    @property
    def positions_path(self) -> Path:
        """File of the stored positions of the drawings."""
        return self.folder() / "positions.sqlite"

    def folder(self, name: str = "") -> Path:
        """The folder ``name`` in here (or the home itself), created where it is missing; raises ``OSError``."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self.path, self.path / name):  # each by itself: mkdir gives parents no mode
            folder.mkdir(mode=0o700, exist_ok=True)
        return self.path / name

    def open_ledger(self) -> Ledger:
        """The ledger in here, opened; raises ``LedgerError``. To be closed by the caller (``with``)."""
        from graph.ledger import Ledger, LedgerError  # here, so that commands that only need paths start fast

        try:
            path = self.ledger_path
        except OSError as error:
            named = f"Der Ordner „{self.path}“ lässt sich nicht anlegen ({error.strerror})"
            raise LedgerError(f"{named}. Bitte {VARIABLE} auf einen Ordner setzen, in den geschrieben werden darf.") from error
        return Ledger.open(path)


def role() -> str:
    """Who is looking: "internal" sees personal fields, any other role functions in place of names."""
    return os.environ.get(ROLE_VARIABLE, "").strip() or "internal"


def user_name() -> str:
    """Who is logged in, for the audit log; "unbekannt" where the system does not say."""
    try:
        return getpass.getuser() or "unbekannt"
    except (OSError, KeyError, ImportError):
        return "unbekannt"
