"""Hostile and broken input: files made from code, each with what must come of it.

A case says which source reads it, how the file is made, the exit code, and words that the report must contain.
:mod:`tests.bad_files.run` reads a group of cases in a process of its own, whose memory is measured.
"""

from __future__ import annotations

from tests.bad_files import areas, csv_files, other_sources, packages, places, registers, values, workbooks
from tests.bad_files.case import Case

GROUPS: dict[str, list[Case]] = {
    "workbooks": workbooks.CASES,
    "packages": packages.CASES,
    "values": values.CASES,
    "csv": csv_files.CASES,
    "places": places.CASES,
    "areas": areas.CASES,
    "registers": registers.CASES,
    "other": other_sources.CASES,
}
