"""How far a reading is: files, rows over all sheets, time left where it can be known."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ingest.reporting.pace import Meter, expected_rows
from tests.test_report import workbook


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def csv_of(path: Path, rows: int) -> Path:
    path.write_text("a;b\n" * rows, encoding="utf-8")
    return path


def test_files_and_rows_are_counted_and_time_is_left(tmp_path: Path) -> None:
    clock = Clock()
    meter = Meter([csv_of(tmp_path / "a.csv", 999), csv_of(tmp_path / "b.csv", 3999)], clock)
    meter("a.csv wird gelesen", 500, 0)
    assert (meter.now.file, meter.now.files, meter.now.rows, meter.now.expected) == (1, 2, 500, 1000)
    assert meter.now.seconds_left is None, "too early to tell"
    meter("b.csv wird gelesen", 0, 0)
    clock.now = 2.0
    meter("b.csv wird gelesen", 1000, 0)
    assert (meter.now.file, meter.now.expected, meter.now.share, meter.now.seconds_left) == (2, 4000, 0.25, 6.0)
    meter("Orte werden bestimmt", 0, 0)
    assert (meter.now.file, meter.now.rows, meter.now.expected, meter.now.seconds_left) == (0, 0, None, None)


def test_every_sheet_counts_from_one_and_the_rows_add_up(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"A": [["x"]] * 300, "B": [["x"]] * 700})
    assert expected_rows(path) == 1000
    meter = Meter([path])
    for done in (200, 300, 100, 700):
        meter("a.xlsx wird gelesen", done, 0)
    assert (meter.now.rows, meter.now.share) == (1000, 1.0)


def test_more_rows_than_stated_are_never_more_than_all(tmp_path: Path) -> None:
    meter = Meter([csv_of(tmp_path / "a.csv", 9)])
    meter("a.csv wird gelesen", 5000, 0)
    assert (meter.now.expected, meter.now.share) == (5000, 1.0)


def test_a_source_that_knows_its_total_is_believed(tmp_path: Path) -> None:
    meter = Meter([tmp_path / "a.geojson"])
    meter("a.geojson wird gelesen", 5, 20)
    assert (meter.now.file, meter.now.share) == (1, 0.25)


def test_what_cannot_be_counted_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as parts:
        parts.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    (tmp_path / "leer").mkdir()
    assert [expected_rows(tmp_path / name) for name in ("a.xlsx", "b.xlsx", "fehlt.csv", "leer", "x.pdf")] == [0] * 5
