"""Duplicates on the development sets, and on many records: ``python -m benchmarks.duplicates [--write]``.

Ours beside rapidfuzz alone (token_set_ratio on the lower-case names of the same candidate pairs) and, where it is
installed, Splink. The sets of shared/ must be beside this checkout; without them only the made-up ones run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from benchmarks.page import put

DEV = Path(__file__).resolve().parents[2] / "shared" / "data" / "entity_resolution" / "dev"
SCHOOLS = DEV.parents[1] / "schools_nrw"
GOALS = {"nrw_schools_records": 0.97, "synthetic_records": 0.92}
HEAD = [
    "| set | records | method | precision | recall | F1 (best threshold) | goal | precision of same (recall) | seconds |",
    "|---|---|---|---|---|---|---|---|---|",
]


def curve(ids: pd.DataFrame, scores: np.ndarray, gold: pd.Series) -> tuple[float, float, float]:
    """Precision, recall and F1 at the threshold with the best F1; thresholds lie only between different scores."""
    order = np.argsort(-scores, kind="stable")
    true = np.cumsum((gold.loc[ids.iloc[:, 0]].to_numpy() == gold.loc[ids.iloc[:, 1]].to_numpy())[order])
    size = gold.value_counts()
    wanted = int((size * (size - 1) // 2).sum())
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    precision, recall = true[ends] / (ends + 1), true[ends] / wanted
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    best = int(f1.argmax())
    return float(precision[best]), float(recall[best]), float(f1[best])


def records(name: str) -> list[str]:
    """The rows of one development set."""
    from queries.duplicates.records import pairs
    from queries.duplicates.records_blocks import candidates
    from queries.duplicates.records_columns import columns
    from queries.names.lexicon import load

    frame = pd.read_csv(DEV / f"{name}.csv", dtype=str).fillna("")
    gold = frame.set_index("record_id")["gold_id"]
    given = frame.drop(columns="gold_id")
    start = time.perf_counter()
    found = pairs(given)
    seconds = time.perf_counter() - start
    precision, recall, f1 = curve(found[["record_id_1", "record_id_2"]], found["score"].to_numpy(), gold)
    same = found[found["decision"] == "same"]
    right = (gold.loc[same["record_id_1"]].to_numpy() == gold.loc[same["record_id_2"]].to_numpy()).mean()
    size = gold.value_counts()
    share = right * len(same) / (size * (size - 1) // 2).sum()
    goal = GOALS[name]
    met = "" if f1 >= goal else " MISSED"
    ours = f"| {name} | {len(frame):,} | ours | {precision:.3f} | {recall:.3f} | {f1:.3f} | {goal}{met} | {right:.4f} ({share:.2f}) | {seconds:.1f} |"
    start = time.perf_counter()
    at = candidates(columns(given, load()))
    low = frame["name"].str.lower().to_numpy(dtype=object)
    plain = process.cpdist(low[at[:, 0]], low[at[:, 1]], scorer=fuzz.token_set_ratio, workers=2)
    seconds = time.perf_counter() - start
    ids = frame["record_id"].to_numpy(dtype=object)
    precision, recall, f1 = curve(pd.DataFrame({"one": ids[at[:, 0]], "other": ids[at[:, 1]]}), plain, gold)
    peer = f"| | | rapidfuzz token_set_ratio, our candidates | {precision:.3f} | {recall:.3f} | {f1:.3f} | | | {seconds:.1f} |"
    return [ours, peer, *_splink(given, gold)]


def _splink(given: pd.DataFrame, gold: pd.Series) -> list[str]:
    """Splink on our normalised columns, where it is installed."""
    from queries.duplicates import scale_out

    start = time.perf_counter()
    try:
        found = scale_out.pairs(given)
    except ModuleNotFoundError:
        return ["| | | Splink 5: not installed | | | | | | |"]
    seconds = time.perf_counter() - start
    precision, recall, f1 = curve(found[["record_id_1", "record_id_2"]], found["probability"].to_numpy(), gold)
    return [f"| | | Splink 5 on DuckDB, our columns | {precision:.3f} | {recall:.3f} | {f1:.3f} | | | {seconds:.1f} |"]


def _schools(register: pd.DataFrame, before: str, *, name: list[str], phone: pd.Series, **columns: str) -> pd.DataFrame:
    """The schools of a register as records: a name of several columns, a telephone number, and what stands in one column each."""
    fields = {field: register[column] for field, column in columns.items()}
    return pd.DataFrame({"record_id": before + register["Schulnummer"], "name": register[name].agg(" ".join, axis=1), "phone": phone, **fields})


def registers() -> list[str]:
    """The two real registers of North Rhine-Westphalia with their numbers hidden (the mail address holds one, so it is left out)."""
    from queries.duplicates.records import pairs

    old = pd.read_csv(SCHOOLS / "schuldaten_nrw_2021-09.csv", sep=";", skiprows=1, dtype=str).fillna("")
    new = pd.read_csv(next(SCHOOLS.glob("AS_BS*.csv")), dtype=str).fillna("")
    number = new["Telefonnummer Vorwahl"].str.split(".").str[0], new["Telefonnummer Durchwahl"].str.split(".").str[0]
    schools = [
        _schools(
            old, "2021-", name=[f"Schulbezeichnung_{n}" for n in (1, 2, 3)], street="Strasse", plz="PLZ", city="Ort", homepage="Homepage",
            phone=old["Telefonvorwahl"] + "/" + old["Telefon"],
        ),
        _schools(
            new, "2024-", name=[f"Amtliche Bezeichnung {n}" for n in (1, 2, 3)], street="Straße und Hausnummer", plz="Postleitzahl", city="Ort",
            lat="latitude", lon="longitude", phone=("0" + number[0] + "/" + number[1]).where(number[0] != "", ""),
        ),
    ]  # fmt: skip
    frame = pd.concat([one.assign(source=str(place), entity_type="school") for place, one in enumerate(schools)]).drop_duplicates("record_id").fillna("")
    wanted = len(set(old["Schulnummer"]) & set(new["Schulnummer"]))
    found = pairs(frame)
    true = (found["record_id_1"].str[5:] == found["record_id_2"].str[5:]).to_numpy()
    lines = [
        "",
        f"The registers of 2021 and 2024/25 together, numbers hidden: {wanted:,} true pairs.",
        "",
        "| from points | found | of all | precision |",
        "|---|---|---|---|",
    ]
    for least in (12, 9, 6, 3, 0, -1):
        some = (found["score"] >= least).to_numpy()
        lines.append(f"| {least} | {true[some].sum():,} | {true[some].sum() / wanted:.3f} | {true[some].mean():.4f} |")
    return lines


def many(count: int) -> pd.DataFrame:
    """``count`` records: those of the school set, copied into further made-up towns."""
    frame = pd.read_csv(DEV / "nrw_schools_records.csv", dtype=str).fillna("").drop(columns="gold_id")
    copies = []
    for number in range(count // len(frame) + 1):
        copy = frame.assign(record_id=frame["record_id"] + f"-{number}")
        if number:
            letter = chr(ord("a") + number)
            copy["city"] = copy["city"].map(lambda city, letter=letter: f"{city}{letter * 3}" if city else "")
            copy["plz"] = copy["plz"].map(lambda plz, number=number: f"{(int(plz) + number * 7919) % 100000:05d}" if plz else "")
            copy["phone"] = copy["phone"].map(lambda phone, number=number: f"{phone}{number}" if phone else "")
            copy[["lat", "lon", "homepage"]] = ""
        copies.append(copy)
    return pd.concat(copies).head(count)


def structures() -> list[str]:
    """Average precision over the labelled pairs of the development set."""
    from queries.duplicates.structures import pairs

    frame = pd.read_csv(DEV / "structures_records.csv", dtype=str).fillna("")
    labelled = pd.read_csv(DEV / "structures_pairs.csv", dtype={"id_1": str, "id_2": str, "label": int})
    start = time.perf_counter()
    found = pairs(frame)
    seconds = time.perf_counter() - start
    scores = {frozenset((row.id_1, row.id_2)): row.score for row in found.itertuples()}
    labelled["score"] = [scores.get(frozenset(ids), -99.0) for ids in zip(labelled["id_1"], labelled["id_2"], strict=True)]
    ranked = labelled.sort_values("score", ascending=False, kind="stable")
    hits = ranked["label"].cumsum() / np.arange(1, len(ranked) + 1)
    average = hits[ranked["label"] == 1].mean()
    met = "" if average >= 0.96 else " MISSED"
    return [f"| structures | {len(frame):,} | ours | | | average precision {average:.3f} | 0.96{met} | | {seconds:.1f} |"]


def sizes() -> list[str]:
    """Seconds and peak memory of the command, each in a process of its own."""
    lines = ["", "| command | rows | seconds | peak MB | goal |", "|---|---|---|---|---|"]
    made = pd.read_csv(DEV / "structures_records.csv", dtype=str).fillna("")
    copies = [made.assign(id=made["id"] + f"-{n}", members=made["members"].str.replace("P", f"P{n}x")) for n in range(5)]
    for finder, frame, goal in (
        ("records", many(10_000), 4),
        ("records", many(90_000), 60),
        ("structures", pd.concat(copies), 6),
    ):
        folder = Path(tempfile.gettempdir())
        given, answer = folder / f"bench-{finder}.csv", folder / f"bench-{finder}-pairs.csv"
        frame.to_csv(given, index=False)
        told = subprocess.run(
            [sys.executable, "-c", _WATCHED, finder, str(given), str(answer)], check=True, capture_output=True, text=True
        ).stdout.splitlines()[-1]
        seconds, memory = map(float, told.split())
        met = "" if seconds <= goal else " MISSED"
        lines.append(f"| duplicates {finder} | {len(frame):,} | {seconds:.1f} | {memory:.0f} | {goal} s{met}, 2,000 MB |")
        given.unlink()
        answer.unlink()
    return lines


_WATCHED = """
import sys, time, resource
from typer.testing import CliRunner
import cli
start = time.perf_counter()
answer = CliRunner().invoke(cli.app, ["duplicates", sys.argv[1], "--input", sys.argv[2], "--output", sys.argv[3]])
assert answer.exit_code == 0, answer.output
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    """Prints the tables; ``--write`` puts them into docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    if not DEV.exists():
        print("Skipped: the development sets (shared/data/entity_resolution/dev) are not beside this checkout.")
        return
    lines = [*HEAD, *records("nrw_schools_records"), *records("synthetic_records"), *structures(), *registers(), *sizes()]
    print("\n".join(lines))
    if write:
        put("duplicates", "Duplicates", lines)


if __name__ == "__main__":
    main()
