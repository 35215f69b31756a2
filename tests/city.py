"""The demo city, ingested once for all tests of a run that look at it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import demo
from graph.home import Home
from ingest.run import ingest


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the demo city in it. Tests only read it; workers of one run share it. Browsers write, and have copies (``own_home``)."""
    shared = tmp_path_factory.getbasetemp()
    if shared.name.startswith("popen-"):
        shared = shared.parent
    folder = shared / "demo-city"
    with FileLock(str(folder) + ".lock"):
        done = folder / "done"
        if not done.exists():
            make(folder)
            done.touch()
    return Home(folder / "home")


@pytest.fixture(scope="session")
def truth(demo_home: Home) -> dict[str, list[dict[str, Any]]]:
    """What is planted in the demo city."""
    return dict(json.loads((demo_home.path.parent / "files" / "truth.json").read_text(encoding="utf-8")))


def make(folder: Path) -> None:
    """Writes and ingests the city; every row must be taken."""
    demo.make(folder / "files", seed=1)
    for source, path, options in demo.sources(folder / "files"):
        report = ingest(source, [path], options, Home(folder / "home"))
        assert report.exit_code == 0, report.to_text()
