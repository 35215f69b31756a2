"""Paths that are no files: missing, endless, in a loop, out of the folder, forbidden."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from tests.bad_files.case import Case, book, written

_GREMIEN = "Name;Sitzungen\nRat;x\n"


def _folder(folder: Path, *files: str) -> Path:
    inner = folder / "liste"
    inner.mkdir()
    for name in files:
        (inner / name).write_text(_GREMIEN, encoding="utf-8")
    return inner


def _loop(folder: Path) -> Path:
    inner = _folder(folder, "Gremien.csv")
    (inner / "wieder").symlink_to(inner, target_is_directory=True)
    (inner / "Personen.csv").symlink_to(inner / "Personen.csv")
    return inner


def _out_of_the_folder(folder: Path) -> Path:
    inner = _folder(folder, "Gremien.csv")
    (folder / "geheim.txt").write_text("Name\nGeheim\n", encoding="utf-8")
    (inner / "Personen.csv").symlink_to(folder / "geheim.txt")
    return inner


def _link(name: str, target: str) -> object:
    def make(folder: Path) -> Path:
        (folder / name).symlink_to(target)
        return folder / name

    return make


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "Gremien.csv")
    return folder / "Gremien.csv"


def _pipe_inside(folder: Path) -> Path:
    inner = _folder(folder, "Gremien.csv")
    os.mkfifo(inner / "Personen.csv")
    return inner


def _socket(folder: Path) -> Path:
    here = os.getcwd()
    os.chdir(folder)  # the address of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("Gremien.csv")
    finally:
        os.chdir(here)
    return folder / "Gremien.csv"


def _forbidden(folder: Path) -> Path:
    path = folder / "Gremien.csv"
    path.write_text(_GREMIEN, encoding="utf-8")
    path.chmod(0)
    return path


def _mac(folder: Path) -> Path:
    inner = _folder(folder, "Gremien.csv", "._Gremien.csv")
    (inner / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    return inner


_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

CASES = [
    Case("a folder", lambda folder: _folder(folder, "Gremien.csv"), 0, taken=1),
    Case("a folder from a Mac", _mac, 0, taken=1),
    Case("an empty folder", _folder, 2, ("CSV",)),
    Case("a folder called .xlsx", lambda folder: _folder(folder).rename(folder / "netz.xlsx"), 2, ("netz.xlsx",)),
    Case("no such file", lambda folder: folder / "fehlt.xlsx", 2, ("gibt es nicht",)),
    Case("no such folder", lambda folder: folder / "fehlt" / "netz.xlsx", 2, ("gibt es nicht",)),
    Case("a path with ..", lambda folder: _folder(folder, "Gremien.csv") / ".." / "liste" / "Gremien.csv", 0, taken=1),
    Case("links in a loop", _loop, 0, taken=1),
    Case("a link to itself", _link("Gremien.csv", "Gremien.csv"), 2, ("Gremien.csv",)),
    Case("a link out of the folder", _out_of_the_folder, 0, ("Personen.csv",), taken=1),
    Case("a link to an endless device", _link("Gremien.csv", "/dev/zero"), 2, ("Gremien.csv",)),
    Case("a link to the machine's memory", _link("netz.xlsx", "/proc/self/mem"), 2, ("netz.xlsx",)),
    Case("a link into nothing", _link("Gremien.csv", "/nirgendwo/Gremien.csv"), 2, ("Gremien.csv",)),
    Case("a pipe", _pipe, 2, ("Gremien.csv",)),
    Case("a pipe in a folder", _pipe_inside, 0, taken=1),
    Case("a socket", _socket, 2, ("Gremien.csv",)),
    Case("no permission", _forbidden, 0 if _ROOT else 2, () if _ROOT else ("verweigert",)),
    Case("a name of 200 characters", book({"Gremien": (("Name",), ("Rat",))}, name="n" * 200 + ".xlsx"), 0, taken=1),
    Case("a name with a line break", written("Gremien.csv", _GREMIEN) if os.name == "nt" else book({"Gremien": (("Name",), ("Rat",))}, name="netz\n[red].xlsx"), 0, taken=1),
    Case("a name that begins with a dash", book({"Gremien": (("Name",), ("Rat",))}, name="--force.xlsx"), 0, taken=1),
]
