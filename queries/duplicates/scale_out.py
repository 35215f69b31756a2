"""The same normalised columns through Splink (Fellegi and Sunter 1969; weights learnt by expectation maximisation), for more than one machine holds.

In process on DuckDB (``pip install akteursatlas[splink]``), on a cluster on Spark (``akteursatlas[spark]``, with a Java from 17 on).
What it finds is less than what ``records`` finds (docs/benchmarks.md): it knows no sentences, no rivals, no official numbers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from queries.duplicates.given import check_ids
from queries.duplicates.records_columns import columns
from queries.names.lexicon import load

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

RESULT = ("record_id_1", "record_id_2", "probability")
_LISTS = ("types", "numbers", "levels", "focuses")
_TEXTS = ("source", "entity_type", "core", "street", "house", "plz", "city", "phone", "email", "host", "operator")
_SEED = 1
_SAMPLE = 100_000
"""So many records teach the weights."""


def prepared(frame: pd.DataFrame, words: tuple[Path, ...] = ()) -> pd.DataFrame:
    """The normalised columns as Splink takes them: ``record_id`` and text, None where nothing is known. Raises ``ValueError`` as ``records.pairs``."""
    check_ids(frame, "record_id")
    made = columns(frame, load(*words))
    flat = made[["record_id", *_TEXTS]].copy()
    for name in _LISTS:
        flat[name] = [" ".join(sorted(values)) for values in made[name]]
    flat = flat.astype(object)
    return flat.where(flat != "", None)


def pairs(frame: pd.DataFrame, words: tuple[Path, ...] = (), *, least: float = 0.01, spark: SparkSession | None = None) -> pd.DataFrame:
    """Pairs of records by the probability that they are one thing, the likeliest first: a frame of ``RESULT``, from ``least`` on.

    ``frame`` and ``words`` as for ``records.pairs``. On ``spark`` where a session is given, else on DuckDB in this process.
    Raises ``ModuleNotFoundError`` where Splink or the engine is not installed.
    """
    given = prepared(frame, words)
    if len(given) < 2:
        return pd.DataFrame(columns=list(RESULT))
    settings = _settings(_learnt(given.sample(min(len(given), _SAMPLE), random_state=_SEED)))
    found = _linker(given, settings, spark).inference.predict(threshold_match_probability=least).as_pandas_dataframe()
    rows = pd.DataFrame(found).rename(columns={"record_id_l": "record_id_1", "record_id_r": "record_id_2", "match_probability": "probability"})
    return rows.sort_values(["probability", "record_id_1", "record_id_2"], ascending=[False, True, True], ignore_index=True)[list(RESULT)]


def _linker(given: pd.DataFrame, settings: Any, spark: SparkSession | None = None) -> Any:
    """Splink on these records, in this process or on the cluster."""
    from splink import Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    if spark is None:
        from splink.backends.duckdb import DuckDBAPI

        return Linker(DuckDBAPI().register(given), settings, log_level=logging.ERROR)
    import splink.backends.spark as on_spark

    api: Any = on_spark
    # All columns are text, said so because Spark cannot tell where a column is empty; kept in memory, so that no shared folder is needed.
    table = spark.createDataFrame(given.to_dict("records"), schema=", ".join(f"`{name}` string" for name in given.columns))
    return Linker(api.SparkAPI(spark_session=spark, break_lineage_method="persist").register(table), settings, log_level=logging.ERROR)


def _rules() -> list[Any]:
    """Which pairs are compared: those that share one of these."""
    from splink import block_on

    shared = ("phone",), ("email",), ("host",), ("street", "house", "city"), ("core", "city"), ("core", "plz"), ("substr(core, 1, 5)", "city")
    return [block_on("entity_type", *keys) for keys in shared]


def _settings(learnt: Mapping[str, Any] | None = None) -> Any:
    """What is compared, and how; with the weights of ``learnt``, a model that Splink saved, since its own SQL fits one engine only."""
    import splink.comparison_library as compare
    from splink import SettingsCreator

    # Levenshtein, because it is the one measure of likeness that both engines have without an extension.
    comparisons: list[Any] = [
        compare.LevenshteinAtThresholds("core", [1, 2, 4]),
        compare.LevenshteinAtThresholds("street", [2]),
        compare.LevenshteinAtThresholds("plz", [1]),
        *(compare.ExactMatch(name) for name in (*_LISTS, "city", "phone", "email", "host")),
    ]
    chance = {}
    if learnt:
        for comparison, known in zip(comparisons, learnt["comparisons"], strict=True):
            levels = [level for level in known["comparison_levels"] if not level.get("is_null_level")]
            usual = 1 / len(levels)  # of what never occurs nothing can be learnt: it speaks neither for a pair nor against it
            comparison.configure(
                m_probabilities=[level.get("m_probability", usual) for level in levels],
                u_probabilities=[level.get("u_probability", usual) for level in levels],
            )
        chance = {"probability_two_random_records_match": learnt["probability_two_random_records_match"]}
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=_rules(),
        retain_matching_columns=False,
        **chance,
    )


def _learnt(sample: pd.DataFrame) -> dict[str, Any]:
    """The weights that the records themselves teach, without labels; learnt in this process, so that every engine decides by the same."""
    rules = _rules()
    linker = _linker(sample, _settings())
    linker.training.estimate_probability_two_random_records_match([rules[0], rules[4]], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
    for rule in (rules[4], rules[3], rules[0]):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
    found: dict[str, Any] = linker.misc.save_model_to_json()
    return found
