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
LEDGER_VARIABLE = "AKTEURSATLAS_LEDGER"
LEDGER_PASSWORD_VARIABLE = "AKTEURSATLAS_LEDGER_PASSWORD"


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
        """The file of the ledger, where it is kept in one: the one file that is worth a backup."""
        return self.folder() / "ledger.sqlite"

    @property
    def ledger_location(self) -> Path | str:
        """Where the ledger is kept: the URL that AKTEURSATLAS_LEDGER names, else the file in here. Tells one ledger from another."""
        return os.environ.get(LEDGER_VARIABLE, "").strip() or self.ledger_path

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

    @property
    def questions_path(self) -> Path:
        """Folder of the questions that people write themselves (.cypher files)."""
        return self.folder("fragen")

    @property
    def words_path(self) -> Path:
        """File of further words of German names (see ``queries/names/lexicon.py``); there only where somebody made one."""
        return self.path / "namen.csv"

    @property
    def weights_path(self) -> Path:
        """File of the weights of duplicates that were learnt from judgements and applied (see ``queries/duplicates/learning.py``)."""
        return self.path / "gewichte.json"

    @property
    def word_files(self) -> tuple[Path, ...]:
        """That file where it is there, as the finders of duplicates take it."""
        return (self.words_path,) if self.words_path.is_file() else ()

    def folder(self, name: str = "") -> Path:
        """The folder ``name`` in here (or the home itself), created where it is missing; raises ``OSError``."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self.path, self.path / name):  # each by itself: mkdir gives parents no mode
            folder.mkdir(mode=0o700, exist_ok=True)
        return self.path / name

    def open_ledger(self) -> Ledger:
        """The ledger of this installation, opened; raises ``LedgerError``. To be closed by the caller (``with``)."""
        from graph.ledger import Ledger, LedgerError  # here, so that commands that only need paths start fast

        try:
            location = self.ledger_location
        except OSError as error:
            named = f"Der Ordner „{self.path}“ lässt sich nicht anlegen ({error.strerror})"
            raise LedgerError(f"{named}. Bitte {VARIABLE} auf einen Ordner setzen, in den geschrieben werden darf.") from error
        return Ledger.open(location)


def secret(variable: str) -> str:
    """A password: the content of the file that ``variable``_FILE names, else the variable itself; "" where there is neither.

    Raises ``OSError``, with a German sentence, where the file cannot be read.
    """
    file = os.environ.get(f"{variable}_FILE", "").strip()
    if not file:
        return os.environ.get(variable, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "kein Text"
        raise OSError(f"{variable}_FILE nennt die Datei „{file}“, und sie lässt sich nicht lesen ({why}).") from error


def role() -> str:
    """Who is looking: "internal" sees personal fields, any other role functions in place of names."""
    return os.environ.get(ROLE_VARIABLE, "").strip() or "internal"


def user_name() -> str:
    """Who is logged in, for the audit log; "unbekannt" where the system does not say."""
    try:
        return getpass.getuser() or "unbekannt"
    except (OSError, KeyError, ImportError):
        return "unbekannt"
