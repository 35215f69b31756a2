"""What the town says about itself, as tables in TOML: Gremien, Angebote, goals and projects."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def read(name: str) -> dict[str, list[dict[str, Any]]]:
    """The table ``name`` (without ``.toml``): lists of entries by their kind."""
    return tomllib.loads(files("demo.tables").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
