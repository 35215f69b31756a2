"""Which source an upload is proposed for."""

from __future__ import annotations

import pytest

from ingest.guess import usual
from ingest.run import sources


@pytest.mark.parametrize(
    ("names", "begin", "source"),
    [
        (["netzwerk.xlsx"], b"PK", "tables"),
        (["liste.xlsx", "liste.mapping.yaml"], b"PK", "mapped"),
        (["Stadtteile.GeoJSON"], b"{", "areas"),
        (["hsds.zip"], b"PK", "hsds"),
        (["Gremien.csv"], b"Name;Schulnummer", "tables"),
        (["schulen.csv"], "Schulnummer;".encode("utf-16"), "schools_nrw"),
        (["kinder_2024.csv"], b"Gebiet;Kennzahl;Jahr", "indicators"),
        (["x.unbekannt"], b"", "tables"),
    ],
)
def test_the_source_that_files_are_usually_for(names: list[str], begin: bytes, source: str) -> None:
    assert usual(names, begin) == source and source in sources()
