"""Where full-text indexes are kept: one file in the cache for each graph, version and role, made once by whoever needs it first."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import tempfile
import threading
import time
from pathlib import Path
from weakref import WeakKeyDictionary

from filelock import FileLock

from graph import fulltext_build
from graph.fulltext import Index
from graph.snapshot import Snapshot

_LEFT_BEHIND = 3600.0
_OPEN = 3

_Key = tuple[str, str, int, str]

_kept: dict[_Key, Index] = {}
_building: dict[_Key, threading.Thread] = {}
_in_memory: WeakKeyDictionary[Snapshot, Index] = WeakKeyDictionary()
_lock = threading.Lock()


def index_of(snapshot: Snapshot, cache: Path | None = None) -> Index:
    """The index of a whole ``snapshot``, made now where there is none yet (100,000 nodes: some seconds).

    It is kept in the folder ``cache``; in memory only, as long as the snapshot lives, where no folder is given, the
    snapshot has no name, or nothing can be written there.
    """
    if cache is None or not snapshot.graph_id:
        return _from_memory(snapshot)
    key = (str(cache), snapshot.graph_id, snapshot.version, snapshot.role)
    with _lock:
        kept = _kept.get(key)
    if kept is None:
        kept = _from_disk(snapshot, cache) or _from_memory(snapshot)
        with _lock:
            _kept[key] = kept
            for old in list(_kept)[:-_OPEN]:  # not closed: somebody may be asking it; it closes itself when nobody holds it any more
                del _kept[old]
    return kept


def index_soon(snapshot: Snapshot, cache: Path | None = None, patience: float = 0.3) -> Index | None:
    """As :func:`index_of`, but made beside the caller: None where that takes longer than ``patience`` seconds. Ask again then."""
    key = (str(cache), snapshot.graph_id or str(id(snapshot)), snapshot.version, snapshot.role)
    with _lock:
        kept = _in_memory.get(snapshot) if cache is None or not snapshot.graph_id else _kept.get(key)
        if kept is not None:
            return kept
        worker = _building.get(key)
        if worker is None or not worker.is_alive():
            worker = _building[key] = threading.Thread(target=index_of, args=(snapshot, cache), name="fulltext", daemon=True)
            worker.start()
    worker.join(patience)
    if worker.is_alive():
        return None
    with _lock:
        _building.pop(key, None)
    return index_of(snapshot, cache)


def forget() -> None:
    """Drops what this process holds open (the files stay)."""
    with _lock:
        _kept.clear()
        _in_memory.clear()


# ---- in memory --------------------------------------------------------------------------------------


def _from_memory(snapshot: Snapshot) -> Index:
    with _lock:
        kept = _in_memory.get(snapshot)
    if kept is None:
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        fulltext_build.write(connection, snapshot)
        kept = Index(connection)
        with _lock:
            _in_memory[snapshot] = kept
    return kept


# ---- in files ---------------------------------------------------------------------------------------


def file_of(cache: Path, graph_id: str, version: int, role: str) -> Path:
    """The file of an index; it holds only what ``role`` may see."""
    return cache / f"fulltext-{fulltext_build.FORMAT}-{version}-{_safe(graph_id)}-{_safe(role)}.sqlite"


def _safe(name: str) -> str:
    return name if name.isascii() and name.isalnum() and len(name) <= 64 else hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


def _from_disk(snapshot: Snapshot, cache: Path) -> Index | None:
    """The index out of its file, which is made where it is missing; None where that cannot be done (a full disk)."""
    target = file_of(cache, snapshot.graph_id, snapshot.version, snapshot.role)
    if (found := _opened(target)) is not None:
        return found
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(str(cache / ".fulltext.lock")):
            if (found := _opened(target)) is None:  # else another process has made it while we waited
                _make(snapshot, cache, target)
                found = _opened(target)
            _clear(cache, target)
    except (OSError, sqlite3.Error):
        return None
    return found


def _make(snapshot: Snapshot, cache: Path, target: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=".fulltext-", suffix=".part", dir=cache)  # readable by its owner only
    os.close(handle)
    try:
        with contextlib.closing(sqlite3.connect(name, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")  # what is not finished is never given its name
            connection.execute("PRAGMA synchronous = OFF")
            fulltext_build.write(connection, snapshot)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _opened(path: Path) -> Index | None:
    if not path.exists():
        return None
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA cache_size = -32000")
        connection.execute("SELECT (SELECT count(*) FROM names), (SELECT count(*) FROM texts), (SELECT count(*) FROM word)").fetchone()
    except sqlite3.Error:
        return None  # torn by a crash of the machine: it is made anew
    return Index(connection)


def _clear(cache: Path, target: Path) -> None:
    """Removes the indexes of other versions, and what a killed process left."""
    same = target.name.rpartition("-")[0]
    for old in cache.glob("fulltext-*.sqlite"):
        if old.name.rpartition("-")[0] != same:
            with contextlib.suppress(OSError):  # Windows: somebody still reads it
                old.unlink()
    for left in cache.glob(".fulltext-*.part"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_BEHIND:
                left.unlink()
