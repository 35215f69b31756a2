"""Uploaded files on disk, for as long as somebody reads them and not a moment longer."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import psutil

from graph.home import Home

FOLDER = "uploads"
_DAY = 86_400
_LONGEST = 200
"""Bytes of a file name; file systems allow 255, and a name is written into others."""

_NEVER = re.compile(r"[\x00-\x1f\x7f]")
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*]')


def base_name(given: str) -> str:
    """The name of an uploaded file without any path, as it may stand in a folder; otherwise as it is, because datasets are named by it."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    name = _NEVER.sub("", name.encode("utf-8", "replace").decode()).strip()
    if os.name == "nt":
        name = _NOT_ON_WINDOWS.sub("_", name).rstrip(". ")
    if not name.strip("."):
        return "Datei"
    stem, dot, ending = name.rpartition(".")
    while len(name.encode()) > _LONGEST:
        stem = (stem or ending)[:-1]
        name = stem + dot + ending if dot else stem
    return name


@contextmanager
def on_disk(files: Sequence[tuple[str, BinaryIO]], home: Home, together: str = "") -> Iterator[list[Path]]:
    """The files in a folder of their own that only this user can open; it is gone afterwards, whatever happens.

    ``together`` puts them into one folder of that name, which then is the only path. Two files of one name raise ``ValueError``.
    """
    uploads = home.folder(FOLDER)
    _sweep(uploads)
    folder = uploads / f"{os.getpid()}-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    try:
        inside = folder / base_name(together) if together else folder
        inside.mkdir(mode=0o700, exist_ok=True)
        written = []
        for given, content in files:
            path = inside / base_name(given)
            content.seek(0)
            with path.open("xb") as out:
                shutil.copyfileobj(content, out, 1 << 20)
            written.append(path)
        yield [inside] if together else written
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(uploads: Path) -> None:
    """Removes what a process that was killed has left behind."""
    for folder in uploads.iterdir():
        with suppress(OSError):
            owner = folder.name.partition("-")[0]
            if not (owner.isdigit() and psutil.pid_exists(int(owner))) or time.time() - folder.stat().st_mtime > _DAY:
                shutil.rmtree(folder, ignore_errors=True)
