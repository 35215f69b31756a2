"""What a new machine installs by: constraints.txt."""

from __future__ import annotations

import re
from pathlib import Path

LINES = (Path(__file__).resolve().parents[1] / "constraints.txt").read_text(encoding="utf-8").splitlines()


def test_constraints_are_versions_only() -> None:
    """pip refuses anything else; ``-e <folder>`` once came in with ``pip freeze``."""
    assert LINES and not [line for line in LINES if not re.fullmatch(r"[\w.-]+==[\w.+!]+", line)]


def test_no_library_of_the_product_is_left_out() -> None:
    known = {line.split("==")[0].lower().replace("_", "-") for line in LINES}
    assert {"networkx", "neo4j", "streamlit", "pyvis", "pandas", "pytest", "python-calamine", "pyyaml", "shapely"} <= known
