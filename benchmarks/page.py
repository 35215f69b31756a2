"""docs/benchmarks.md: each benchmark keeps its own section of it."""

from __future__ import annotations

import argparse
import os
import platform
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psutil

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def machine() -> str:
    """The size of this machine, and how busy it is (a load above the number of cores means that others worked on it too)."""
    memory = psutil.virtual_memory().total / 2**30
    size = f"{os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{size}, load average of the last quarter of an hour {psutil.getloadavg()[2]:.1f}"


def town_command(doc: str | None, section: str, title: str, table: Callable[[int, int], list[str]]) -> None:
    """The command of a benchmark on a made-up town of any size: prints its table; ``--write`` puts it into docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=500_000)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    lines = table(given.nodes, given.edges)
    print("\n".join(lines))
    if given.write:
        put(section, title, lines)


def put(section: str, title: str, lines: list[str]) -> None:
    """Writes a section anew, with the day and the machine, and leaves the others as they are."""
    begin, end = f"<!-- {section} -->", f"<!-- /{section} -->"
    told = "\n".join([begin, f"## {title}", f"Measured on {date.today().isoformat()}: {machine()}.", "", *lines, end])
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else "# Benchmarks\n\n`make bench` writes this page.\n"
    page = re.sub(f"{begin}.*?{end}", lambda _: told, page, flags=re.DOTALL) if begin in page else f"{page.rstrip()}\n\n{told}\n"
    PAGE.write_text(page, encoding="utf-8")
