"""Backup and restore of what an installation cannot make anew: the ledger, and the saved views with their positions.

One zip file: the two SQLite files and ``manifest.json`` with versions and hashes. A ledger in PostgreSQL is in it as such a file, too,
so that a backup can be put back on either. The graph is not in it; it follows from the ledger.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import sqlite3
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from graph import ledger_copy
from graph.home import Home
from graph.ledger import Ledger, LedgerError
from graph.ledger_tables import SCHEMA_VERSION, now
from graph.ledger_writer import writer

FORMAT = 1
"""Grows by one when the zip file changes its shape."""

LEDGER, POSITIONS, MANIFEST = "ledger.sqlite", "positions.sqlite", "manifest.json"

_LONGEST_MANIFEST = 100_000
_WAIT = 30.0
"""Seconds that a restore waits for whoever writes."""


class BackupError(Exception):
    """It cannot be done; the text says in German what was wrong and what to do. Nothing has been changed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in a backup: its SHA-256 and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself: format, our version, the number of the ledger's tables, the ledger's version, when (ISO, UTC)."""

    format: int
    software: str
    tables: int
    version: int
    made: str
    files: dict[str, Kept]

    @property
    def day(self) -> str:
        """When it was made, for people."""
        return f"{datetime.fromisoformat(self.made).astimezone():%d.%m.%Y %H:%M}"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: what came, the ledger's version from now on, and where what was replaced is kept."""

    manifest: Manifest
    version: int
    kept: list[Path]


# ---- making one


def backup(home: Home, target: Path, *, replace: bool = False) -> Manifest:
    """Writes a backup of ``home`` to ``target``; others may read and write meanwhile. Raises ``BackupError`` or ``LedgerError``.

    Each file is of one moment (SQLite's online backup, or one reading transaction). ``target`` is there
    as a whole or not at all, and readable by its owner only.
    """
    if target.exists() and not replace:
        raise BackupError(f"„{target}“ gibt es schon. Bitte einen anderen Namen wählen, oder mit --force ersetzen.")
    if isinstance(home.ledger_location, Path) and not home.ledger_path.exists():
        raise BackupError(f"In {home.path} ist noch nichts eingelesen; es gibt nichts zu sichern.")
    home.open_ledger().close()  # an older one is upgraded, one that is none is refused
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.absolute().parent) as folder:
            work = Path(folder)
            files = {LEDGER: _ledger_copied(home.ledger_location, work / LEDGER)}
            if home.positions_path.exists():
                files[POSITIONS] = _copied(home.positions_path, work / POSITIONS)
            manifest = Manifest(FORMAT, _software(), *_facts(work / LEDGER), now(), files)
            with zipfile.ZipFile(work / "zip", "w", zipfile.ZIP_DEFLATED) as zipped:
                zipped.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
                for name in files:
                    zipped.write(work / name, name)
            os.chmod(work / "zip", 0o600)
            os.replace(work / "zip", target)
    except sqlite3.DatabaseError as error:
        told = f"Der Bestand in {home.path} lässt sich nicht sichern: er ist beschädigt ({error})"
        raise BackupError(f"{told}. Bitte die letzte Sicherung zurückspielen.") from error
    except OSError as error:
        named = f"„{target}“ lässt sich nicht schreiben ({error.strerror or error})"
        raise BackupError(f"{named}. Gibt es den Ordner, und ist dort Platz?") from error
    return manifest


def _ledger_copied(location: Path | str, target: Path) -> Kept:
    """The ledger as it is at this moment, wherever it is kept, in one file."""
    if isinstance(location, Path):
        return _copied(location, target)
    ledger_copy.to_file(location, target)
    _in_one_file(target)
    return Kept(_hash(target), target.stat().st_size)


def _in_one_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = DELETE")  # nothing beside it


def _copied(source: Path, target: Path) -> Kept:
    """Copies a database as it is at this moment into one file, and looks whether the copy is sound."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        _sound(copy)
    return Kept(_hash(target), target.stat().st_size)


def _sound(database: sqlite3.Connection) -> None:
    said = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        raise sqlite3.DatabaseError(said)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _facts(ledger: Path) -> tuple[int, int]:
    """The number of a ledger's tables, and its version; raises ``sqlite3.DatabaseError`` where it is no ledger."""
    with closing(sqlite3.connect(ledger)) as database:
        said = dict(database.execute("SELECT name, value FROM meta").fetchall())
    return int(said.get("schema", 0)), int(said.get("version", 0))


def _software() -> str:
    try:
        return importlib.metadata.version("akteursatlas")
    except importlib.metadata.PackageNotFoundError:
        return ""


# ---- looking at one


def look(path: Path) -> Manifest:
    """What this backup holds; only its manifest is read. Raises ``BackupError`` where it is none, or one of a newer software."""
    with _opened(path) as zipped:
        return _manifest(path, zipped)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as zipped:
            yield zipped
    except FileNotFoundError as error:
        raise BackupError(f"„{path}“ gibt es nicht. Bitte den Namen der Sicherung prüfen.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BackupError(f"„{path}“ ist beschädigt oder keine Sicherung. Bitte eine andere Sicherung nehmen; geändert wurde nichts.") from error
    except OSError as error:
        raise BackupError(f"„{path}“ lässt sich nicht lesen oder auspacken ({error.strerror or error}). Geändert wurde nichts.") from error


def _manifest(path: Path, zipped: zipfile.ZipFile) -> Manifest:
    foreign = BackupError(f"„{path}“ ist keine Sicherung dieser Software. Geändert wurde nichts.")
    try:
        with zipped.open(MANIFEST) as file:
            told = json.loads(file.read(_LONGEST_MANIFEST))
        number = int(told["format"])
    except (KeyError, ValueError, TypeError, RuntimeError):
        raise foreign from None
    newer = BackupError(f"„{path}“ wurde von einer neueren Version dieser Software geschrieben. Bitte Akteursatlas aktualisieren; geändert wurde nichts.")
    if number > FORMAT:
        raise newer
    try:
        files = {str(name): Kept(str(kept["sha256"]), int(kept["size"])) for name, kept in told["files"].items()}
        found = Manifest(number, str(told["software"]), int(told["tables"]), int(told["version"]), str(told["made"]), files)
        datetime.fromisoformat(found.made)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise foreign from None
    if found.tables > SCHEMA_VERSION:
        raise newer
    if LEDGER not in files or not set(files) <= {LEDGER, POSITIONS} or set(zipped.namelist()) != {MANIFEST, *files}:
        raise foreign
    return found


def _unpack(path: Path, folder: Path) -> Manifest:
    """Unpacks a backup and holds every file against its manifest."""
    spoilt = BackupError(f"„{path}“ ist beschädigt: der Inhalt ist nicht der, der gesichert wurde. Bitte eine andere Sicherung nehmen; geändert wurde nichts.")
    with _opened(path) as zipped:
        found = _manifest(path, zipped)
        if sum(kept.size for kept in found.files.values()) > shutil.disk_usage(folder).free:
            raise BackupError(f"Für die Sicherung „{path}“ ist in {folder.parent} zu wenig Platz. Geändert wurde nichts.")
        for name, kept in found.files.items():
            if zipped.getinfo(name).file_size != kept.size:
                raise spoilt
            with zipped.open(name) as packed, (folder / name).open("wb") as file:
                shutil.copyfileobj(packed, file)
            if _hash(folder / name) != kept.sha256:
                raise spoilt
    try:
        for name in found.files:
            with closing(sqlite3.connect(folder / name)) as database:
                _sound(database)
        if _facts(folder / LEDGER) != (found.tables, found.version):
            raise spoilt
    except sqlite3.DatabaseError:
        raise spoilt from None
    return found


# ---- putting it back


def restore(path: Path, home: Home, user: str) -> Restored:
    """Puts a backup in the place of what ``home`` holds; what is replaced is kept beside it, with the time in its name.

    All is checked and made ready first. Each file is then replaced in one transaction, so that whoever has it open goes on
    with the new one. The ledger's version rises above every one that was seen before, so that graph and pictures follow.
    Without saved views in the backup those of the home stay. Raises ``BackupError``, where nothing has been changed.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=home.folder()) as folder:
            work = Path(folder)
            manifest = _unpack(path, work)
            version = _ready(work / LEDGER, home, manifest, user)
            at = f"{datetime.now():%Y-%m-%d-%H%M%S}"
            # The ledger comes last: until then nothing has happened that matters.
            kept = [beside for name in sorted(manifest.files, reverse=True) if (beside := _put_back(work / name, home, at))]
    except OSError as error:
        raise BackupError(f"In {home.path} lässt sich nicht schreiben ({error.strerror or error}). Bitte Platz und Rechte prüfen.") from error
    return Restored(manifest, version, kept)


def _ready(unpacked: Path, home: Home, manifest: Manifest, user: str) -> int:
    """Upgrades the unpacked ledger, and gives it a version that nobody has seen; what it noted about a graph is past."""
    try:
        seen = found_in(home)[0]
        with Ledger.open(unpacked) as ledger:
            version = ledger.put_back(seen, f"Sicherung vom {manifest.made}, Stand {manifest.version}", user)
    except LedgerError as error:
        raise BackupError(f"Der Bestand lässt sich nicht öffnen, in der Sicherung oder wo sie hin soll. {error}") from error
    _in_one_file(unpacked)
    return version


def _put_back(unpacked: Path, home: Home, at: str) -> Path | None:
    """Puts one file of a backup where it belongs; returns where what was there is kept."""
    location = home.ledger_location if unpacked.name == LEDGER else home.path / unpacked.name
    if isinstance(location, Path):
        return _put(unpacked, location, at)
    beside = home.path / f"ledger-ersetzt-{at}.sqlite"
    try:
        ledger_copy.from_file(unpacked, location, beside=beside)
    except LedgerError as error:
        beside.unlink(missing_ok=True)
        raise BackupError(str(error)) from error
    return beside


def _put(unpacked: Path, place: Path, at: str) -> Path | None:
    """Puts a file in its place; returns where the one that was there is kept. One that is broken is moved as it is."""
    beside = place.with_name(f"{place.stem}-ersetzt-{at}{place.suffix}")
    try:
        if place.exists():
            _overwrite(unpacked, place, beside)
            return beside
    except sqlite3.OperationalError as error:
        raise _busy(place) if "locked" in str(error) else BackupError(f"„{place}“ lässt sich nicht ersetzen ({error}).") from error
    except sqlite3.DatabaseError:
        pass  # what stands there is broken, and nobody can be working with it
    for ending in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.replace(f"{place}{ending}", f"{beside}{ending}")
    os.replace(unpacked, place)
    return beside if beside.exists() else None


def _overwrite(unpacked: Path, place: Path, beside: Path) -> None:
    """Replaces what a database holds in one transaction, and copies it beside as soon as nobody else can write there any more."""
    until = time.monotonic() + _WAIT
    with closing(sqlite3.connect(unpacked)) as ready, closing(sqlite3.connect(place)) as live:
        _sound(live)
        live.execute("PRAGMA journal_mode = WAL")  # so that it can be read while it is being replaced

        def step(status: int, left: int, total: int) -> None:
            if status == sqlite3.SQLITE_OK and not beside.exists():
                _copied(place, beside)
                if place.name == LEDGER and _facts(beside)[1] >= _facts(unpacked)[1]:
                    beside.unlink()
                    raise BackupError("Während des Zurückspielens ist etwas eingelesen worden. Bitte noch einmal aufrufen; geändert wurde nichts.")
            elif status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
                raise _busy(place)

        ready.backup(live, pages=1, progress=step)  # the first page takes the lock, and is never the last


def _busy(place: Path) -> BackupError:
    who = writer(place)
    return BackupError(f"„{place}“ wird gerade geschrieben{f' ({who})' if who else ''}. Bitte warten, bis das fertig ist, und es noch einmal versuchen.")


def found_in(home: Home) -> tuple[int, str]:
    """Version and last writing of the ledger that a restore would replace; (0, "") where there is none that can be read."""
    location = home.ledger_location
    if not isinstance(location, Path):
        with Ledger.open(location) as ledger:
            times = [run.finished for run in ledger.runs()]
            return ledger.version, f"{datetime.fromisoformat(max(times)).astimezone():%d.%m.%Y %H:%M}" if times else ""
    path = location
    try:
        if path.exists():
            written = max(file.stat().st_mtime for file in (path, path.with_name(f"{LEDGER}-wal")) if file.exists())
            return _facts(path)[1], f"{datetime.fromtimestamp(written):%d.%m.%Y %H:%M}"
    except (sqlite3.DatabaseError, OSError, ValueError):
        pass
    return 0, ""
