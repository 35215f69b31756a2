"""How fast files are read and checked, beside the readers that they are read with: ``python -m benchmarks.reading [--write]``.

Every row of the table is a process of its own, so that memory is that of this work alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.page import put

ROOT = Path(__file__).resolve().parents[1]
HEAD = ["Name", "Art", "Straße", "PLZ", "Ort", "Breite", "Länge", "Telefon", "E-Mail", "Internet", "Beginn", "Bemerkung"]


def rows(count: int) -> list[list[object]]:
    """So many institutions, as a town's list has them."""
    return [
        [
            f"Kita Nummer {n}", "Kita", f"Hauptstraße {n % 300}", f"{47000 + n % 300}", "Duisburg", 51.4 + n * 1e-6, 6.7 + n * 1e-6, f"0203 {100000 + n}",
            f"kita{n}@beispiel.de", f"https://kita{n}.de", date(2000 + n % 20, 1 + n % 12, 1), "Text Text" if n % 3 else None,
        ]
        for n in range(count)
    ]  # fmt: skip


def make(folder: Path, count: int) -> tuple[Path, Path]:
    """The same rows as a workbook and as CSV."""
    import csv

    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Institutionen")
    told = [HEAD, *rows(count)]
    for row in told:
        sheet.append(row)
    excel, text = folder / "liste.xlsx", folder / "Institutionen.csv"
    book.save(excel)
    with text.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(told)
    return excel, text


def openpyxl_loop(path: Path) -> int:
    """Every cell, by openpyxl in its reading mode."""
    import openpyxl

    return sum(len(row) for sheet in openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets for row in sheet.iter_rows(values_only=True))


def calamine_loop(path: Path) -> int:
    """Every cell, by calamine."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(path)
    return sum(len(row) for name in book.sheet_names for row in book.get_sheet_by_name(name).iter_rows())


def pandas_read(path: Path) -> int:
    """Every cell as a string, by pandas."""
    import pandas as pd

    return int(pd.read_csv(path, sep=";", dtype=str).size)


def checked(path: Path) -> int:
    """Every row read, parsed and validated by the source ``tables``."""
    from ingest.sources import tables
    from tests.recording import Recorder

    context = Recorder(path)
    context.dataset = tables.dataset(path, {})
    taken = sum(1 for _ in tables.records(context))
    assert not context.rejected, context.rejected[:3]
    return taken * len(HEAD)


WORK: dict[str, Callable[[Path], int]] = {"openpyxl": openpyxl_loop, "calamine": calamine_loop, "pandas": pandas_read, "checked": checked}


def measured(name: str, path: Path) -> dict[str, float]:
    """Seconds, and megabytes over the imports, in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.reading", "--child", name, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def child(name: str, path: Path) -> None:
    """One measurement, as JSON."""
    import openpyxl  # noqa: F401 - the base of every process is the same
    import pandas  # noqa: F401
    import python_calamine  # noqa: F401

    from ingest.sources import tables  # noqa: F401

    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    cells = WORK[name](path)
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "megabytes": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, "cells": cells}))


def table(count: int) -> str:
    """The whole comparison as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        excel, text = make(Path(folder), count)
        work = (("openpyxl", excel), ("calamine", excel), ("checked", excel), ("pandas", text), ("checked", text))
        told = {(name, path): measured(name, path) for name, path in work}
    bare, fast, ours = told["openpyxl", excel], told["calamine", excel], told["checked", excel]
    pandas, csv = told["pandas", text], told["checked", text]
    lines = [
        f"{count:,} rows of {len(HEAD)} columns; read and checked means: parsed and validated by the source `tables`, without the ledger.", "",
        "| what | seconds | beside | ratio | limit | MB over base | limit |", "|---|---|---|---|---|---|---|",
        f"| Excel, bare openpyxl loop | {bare['seconds']:.1f} | | | | {bare['megabytes']:.0f} | |",
        f"| Excel, bare calamine loop | {fast['seconds']:.1f} | | | | {fast['megabytes']:.0f} | |",
        f"| Excel, read and checked | {ours['seconds']:.1f} | openpyxl | {ours['seconds'] / bare['seconds']:.2f} | 1.5 | {ours['megabytes']:.0f} | 300 |",
        f"| | | calamine | {ours['seconds'] / fast['seconds']:.1f} | (1.5) | | |",
        f"| CSV, `pandas.read_csv(dtype=str)` | {pandas['seconds']:.1f} | | | | {pandas['megabytes']:.0f} | |",
        f"| CSV, read and checked | {csv['seconds']:.1f} | pandas | {csv['seconds'] / pandas['seconds']:.1f} | 3 | {csv['megabytes']:.0f} | 300 |",
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    """Prints the table; ``--write`` puts it into docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--child", nargs=2, metavar=("WORK", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child[0], Path(given.child[1]))
        return
    told = table(given.rows)
    print(told)
    if given.write:
        put("reading", "Reading files", told.splitlines())


if __name__ == "__main__":
    main()
