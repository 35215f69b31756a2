"""The walls of docs/architecture.md: who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
INTAKE = "views/pages/intake.py"
ROOMS = ("graph", "ingest", "queries", "views", "demo", "commands")


def modules(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    """Top-level and dotted names that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names | {name.split(".")[0] for name in names}


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("graph", {"ingest", "queries", "views", "app", "cli", "commands", "demo"}),
        ("ingest", {"queries", "views", "app", "cli", "commands", "demo"}),
        ("queries", {"ingest", "views", "app", "cli", "commands", "demo"}),
        ("views", {"ingest", "app", "cli", "commands", "demo"}),
        ("demo", {"views", "app", "cli", "commands"}),
    ],
)
def test_data_goes_one_way(room: str, forbidden: set[str]) -> None:
    broken = {str(path.relative_to(ROOT)): imports(path) & forbidden for path in modules(room)}
    broken[INTAKE] = broken.get(INTAKE, set()) - {"ingest"}
    assert not {path: names for path, names in broken.items() if names}


def test_the_app_reads_in_through_one_door() -> None:
    """Exactly one page calls ``ingest``: the one on which people upload files."""
    assert [str(path.relative_to(ROOT)) for path in modules("views") if "ingest" in imports(path)] == [INTAKE]


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("streamlit", ("views/", "app.py")),
        ("neo4j", ("graph/store.py", "graph/connection.py", "graph/bookmarks.py", "graph/store_errors.py")),
        ("sqlalchemy", ("graph/ledger", "views/positions.py", "views/saved_views.py")),
    ],
)
def test_only_its_room_knows_a_library(library: str, allowed: tuple[str, ...]) -> None:
    files = [*modules(*ROOMS), ROOT / "cli.py"]
    strangers = [str(path.relative_to(ROOT)) for path in files if library in imports(path)]
    assert not [name for name in strangers if not name.startswith(allowed)]


def test_the_rule_would_notice() -> None:
    assert "streamlit" in imports(ROOT / "app.py")
    assert "neo4j" in imports(ROOT / "graph" / "store.py")


def test_modules_stay_short() -> None:
    long = {}
    for path in [*modules(*ROOMS), *(ROOT / "views").rglob("*.js"), ROOT / "cli.py"]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > 400:
            long[str(path.relative_to(ROOT))] = lines
    assert not long
