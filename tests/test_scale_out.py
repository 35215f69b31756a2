"""The normalised columns through Splink: on DuckDB in this process, and on a real Spark where it is installed."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from queries.duplicates import scale_out
from tests.neo4j_server import Missing, Release, java
from tests.test_cli import call

STREETS = ("Ringstraße", "Am Markt", "Schulweg", "Lindenallee", "Dorfplatz")
NAMES = ("Ahorn", "Buchen", "Erlen", "Eschen", "Fichten", "Linden", "Pappel", "Tannen", "Ulmen", "Weiden", "Birken", "Eichen")


def town() -> pd.DataFrame:
    """120 Grundschulen in two towns, of which every third stands there twice, in other letters."""
    rows = []
    for n in range(120):
        name, town = f"{NAMES[n % 12]}{'bach' if n % 24 > 11 else 'berg'}", ("Neustadt", "Altdorf")[n % 2]
        number = f"0{200 + n % 2}1 {1000 + 7 * n}"
        rows.append((f"a{n}", f"Gem. Grundschule {name} {n // 24}", f"{STREETS[n % 5]} {n}", town, number))
        if n % 3 == 0:
            rows.append((f"b{n}", f"GGS {name} {n // 24}", f"{STREETS[n % 5].replace('straße', 'str.')} {n}", town, number.replace(" ", "/")))
    return pd.DataFrame(rows, columns=["record_id", "name", "street", "city", "phone"]).assign(entity_type="school")


def true_pairs(found: pd.DataFrame) -> list[bool]:
    return [one[1:] == other[1:] for one, other in zip(found["record_id_1"], found["record_id_2"], strict=True)]


def test_on_duckdb_the_doubles_stand_first_and_the_same_every_time() -> None:
    found = scale_out.pairs(town())
    assert list(found.columns) == list(scale_out.RESULT) and found["probability"].is_monotonic_decreasing
    assert all(true_pairs(found.head(40))) and sum(true_pairs(found)) == 40
    pd.testing.assert_frame_equal(found, scale_out.pairs(town()))


def test_what_is_empty_or_wrong() -> None:
    assert scale_out.pairs(town().head(1)).empty
    with pytest.raises(ValueError, match="Spalte record_id"):
        scale_out.pairs(pd.DataFrame({"name": ["A", "B"]}))
    assert scale_out.prepared(town())["plz"].isna().all(), "what is not known is no value that two share"


def test_the_command_writes_the_pairs_or_says_what_to_install(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town().to_csv(tmp_path / "in.csv", index=False)
    words = ["duplicates", "records", "--input", tmp_path / "in.csv", "--output", tmp_path / "out.csv", "--engine"]
    done = call(*words, "duckdb")
    assert done.exit_code == 0 and sum(true_pairs(pd.read_csv(tmp_path / "out.csv"))) == 40
    monkeypatch.setitem(sys.modules, "splink", None)
    done = call(*words, "duckdb")
    assert done.exit_code == 2 and 'pip install "akteursatlas[splink]"' in done.stderr


@pytest.fixture
def spark() -> Iterator[Any]:
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark fehlt (450 MB): pip install akteursatlas[spark], oder make spark")
    try:
        home = java(Release("spark", "", 17, 25, ())).parents[1]
    except Missing as missing:
        pytest.skip(str(missing))
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", str(home))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        options = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
        yield session
        session.stop()


def test_on_spark_it_is_the_same(spark: Any) -> None:
    here, there = scale_out.pairs(town()), scale_out.pairs(town(), spark=spark)
    pd.testing.assert_frame_equal(here, there, check_exact=False, rtol=1e-9)
