"""Which source files are probably for, by their names and how they begin: a proposal on the page of uploads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from ingest.tabular.headings import plain, sheet_types

PEEKED = 4_096
"""So many bytes of a file's beginning are enough."""

_YAML = (".yaml", ".yml")
_BY_ENDING = {".geojson": "areas", ".json": "areas", ".gpkg": "areas", ".zip": "hsds"}
_BY_WORD = ((b"schulnummer", "schools_nrw"), (b"organization_id", "hsds"), (b"kennzahl", "indicators"), (b"sozialraum", "areas"))
"""What a CSV file of another kind than the template's says in its first lines."""


def usual(names: Sequence[str], begin: bytes) -> str:
    """The name of the source that files of these ``names`` are usually for; ``begin`` is how the first one begins."""
    if any(map(is_mapping, names)):
        return "mapped"
    first = PurePath(names[0])
    ending = first.suffix.lower()
    if ending in (".csv", ".txt") and plain(first.stem) not in sheet_types():
        text = begin.replace(b"\0", b"").lower()
        return next((source for word, source in _BY_WORD if word in text), "tables")
    return _BY_ENDING.get(ending, "tables")


def is_mapping(name: str) -> bool:
    """Is a file of this name a mapping, and no data?"""
    return PurePath(name).suffix.lower() in _YAML
