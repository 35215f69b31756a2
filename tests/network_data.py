"""Small networks for the tests of the drawings: rows as ``queries.network.area_actors`` and ``ties`` give them."""

from __future__ import annotations

import pandas as pd

from graph import schema

COLUMNS = ["type", "name", "short", "kind", "sector", "level", "area", "area_name", "lat", "lon", "seats", "degree", "outside", "source", "as_of"]
TIES = ["a", "b", "kind", "n", "since", "until", "source", "as_of"]


def actors(*rows: dict[str, object]) -> pd.DataFrame:
    """A table of actors; every row needs ``id`` and ``type``."""
    full = []
    for row in rows:
        filled = dict.fromkeys(COLUMNS) | {"name": f"Name {row['id']}", "degree": 0, "outside": False} | row
        if filled["type"] == "Institution" and filled["sector"] is None:
            filled["sector"] = schema.sector(filled["kind"])
        full.append(filled)
    return pd.DataFrame(full, columns=["id", *COLUMNS]).set_index("id")


def ties(*rows: tuple[str, str, str] | tuple[str, str, str, int]) -> pd.DataFrame:
    """A table of ties: (a, b, kind) or (a, b, kind, n)."""
    return pd.DataFrame([dict(zip(TIES, (*row, 1)[:4], strict=False)) for row in rows], columns=TIES)


def town(kitas: int = 40, schools: int = 30, gremien: int = 12, projects: int = 0, people: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A town whose Kitas and schools sit in Gremien, in a fixed pattern; every third sits in none."""
    levels = ["politics", "steering", "work", "work"]
    rows: list[dict[str, object]] = [
        {"id": f"g{n:03d}", "type": "Gremium", "name": f"Forum {n:03d}", "kind": "forum", "level": levels[n % 4], "seats": 5} for n in range(gremien)
    ]
    rows += [
        {"id": f"k{n:03d}", "type": "Institution", "kind": "kita", "name": f"Kita {n:03d}", "area": f"area-{n % 6}", "area_name": f"Stadtteil {n % 6}"}
        for n in range(kitas)
    ]
    rows += [
        {"id": f"s{n:03d}", "type": "Institution", "kind": "school", "name": f"Schule {n:03d}", "area": f"area-{n % 6}", "area_name": f"Stadtteil {n % 6}"}
        for n in range(schools)
    ]
    rows += [
        {"id": "amt", "type": "Institution", "kind": "authority", "name": "Schulamt"},
        {"id": "vhs", "type": "Institution", "kind": "further_education", "name": "Volkshochschule"},
    ]
    rows += [{"id": f"p{n:03d}", "type": "Project", "kind": ("project", "measure")[n % 2], "name": f"Projekt {n:03d}"} for n in range(projects)]
    rows += [{"id": f"x{n:03d}", "type": "Person", "name": f"Person {n:03d}"} for n in range(people)]
    found = actors(*rows)
    pairs: list[tuple[str, str, str] | tuple[str, str, str, int]] = []
    for n, actor in enumerate(found.index):
        if found.at[actor, "type"] == "Institution" and n % 3 and gremien:
            pairs += [(actor, f"g{n * 7 % gremien:03d}", "MEMBER_OF", 1 + n % 2), (actor, f"g{n * 5 % gremien:03d}", "MEMBER_OF")]
        if found.at[actor, "type"] == "Person":
            pairs.append((actor, ["amt", "vhs"][n % 2], "WORKS_FOR"))
        if found.at[actor, "type"] == "Project":
            pairs += [(["amt", "vhs"][n % 2], actor, "TAKES_PART_IN")]
    pairs += [(f"g{n:03d}", "g000", "REPORTS_TO") for n in range(1, gremien)]
    pairs.append(("amt", "vhs", "COOPERATES_WITH/contract"))
    return found, ties(*dict.fromkeys(pairs)).drop_duplicates(["a", "b", "kind"]).reset_index(drop=True)
