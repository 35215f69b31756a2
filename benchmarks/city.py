"""Makes a city of any size as ordinary CSV files for the source `tables`; the same seed gives the same files."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from graph.schema import EDGES, NODES
from ingest.tabular.headings import KEY

NODE_SHARES = {"Person": 0.45, "Institution": 0.25, "Offer": 0.15, "Project": 0.10, "Gremium": 0.049, "Theme": 0.001}
EDGE_SHARES = {
    ("MEMBER_OF", "Person", "Gremium"): 0.30,
    ("WORKS_FOR", "Person", "Institution"): 0.20,
    ("TAKES_PART_IN", "Institution", "Project"): 0.15,
    ("ADDRESSES", "Offer", "Theme"): 0.10,
    ("ADDRESSES", "Project", "Theme"): 0.05,
    ("RUNS", "Institution", "Offer"): 0.10,
    ("COOPERATES_WITH", "Institution", "Institution"): 0.10,
}

_FIRST = "Anna Bert Clara Deniz Emre Fatma Georg Hanna Ines Jonas Karla Leyla Mehmet Nora Olga Paul Rosa Sinan Thea Uwe".split()
_LAST = "Aydin Becker Conrad Demir Engel Fuchs Graf Hahn Issa Jansen Koch Lange Maier Nowak Otto Peters Roth Sommer Thelen Vogt".split()
_ROLES = ("Mitglied", "Vorsitz", "Stellvertretung", "Gast")


def write(folder: Path, nodes: int, edges: int, *, seed: int = 1, changed: float = 0.0) -> None:
    """Writes the files of a city with so many nodes and edges; ``changed`` is the share of rows that say something else than before."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    numbers = {kind: max(12, round(nodes * share)) for kind, share in NODE_SHARES.items()}
    numbers["Person"] += nodes - sum(numbers.values())
    for kind, number in numbers.items():
        labels = {field.name: field.label.de for field in NODES[kind].fields}
        made = [_node(kind, n, chance, _differs(n, changed)) for n in range(number)]
        names = list(dict.fromkeys(name for row in made for name in row))
        rows = ([_key(kind, n), *(row.get(name, "") for name in names)] for n, row in enumerate(made))
        _write(folder / f"{NODES[kind].plural.de}.csv", [KEY, *(labels[name] for name in names)], rows)

    counts = {ends: round(edges * share) for ends, share in EDGE_SHARES.items()}
    counts["MEMBER_OF", "Person", "Gremium"] += edges - sum(counts.values())
    for kind in dict.fromkeys(kind for kind, _, _ in counts):
        ties: list[list[Any]] = []
        names = {"MEMBER_OF": ["role", "voting", "since"], "WORKS_FOR": ["function"], "TAKES_PART_IN": ["role"], "COOPERATES_WITH": ["basis"]}.get(kind, [])
        for (of, start, end), number in counts.items():
            if of == kind:
                for n, (a, b) in enumerate(_pairs(chance, numbers[start], numbers[end], number, start == end)):
                    ties.append([_key(start, a), _key(end, b), *_edge(kind, chance, _differs(n, changed))])
        described = EDGES[kind]
        head = [described.start_label.de, described.end_label.de, *(described.field(name).label.de for name in names)]
        _write(folder / f"{described.sheet.de}.csv", head, ties)


def _key(kind: str, number: int) -> str:
    return f"{kind[:2]}{number}"


def _differs(number: int, share: float) -> bool:
    return bool(share) and number % round(1 / share) == 0


def _node(kind: str, number: int, chance: random.Random, differs: bool) -> dict[str, Any]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    fields: dict[str, Any] = {"name": f"{first} {last} {number}" if kind == "Person" else f"{NODES[kind].label.de} {last}straße {number}"}
    if kind == "Person":
        fields |= {"email": f"{first}.{last}.{number}@example.org".lower(), "function": "Leitung" if differs else "Fachkraft"}
    elif kind == "Institution":
        fields |= {"kind": chance.choice(("Kita", "Schule", "Verein")), "street": f"{last}straße {number % 200}", "postcode": "47051", "city": "Musterstadt"}
        fields["lat"], fields["lon"] = f"{51.3 + chance.random() / 5:.5f}".replace(".", ","), f"{6.6 + chance.random() / 5:.5f}".replace(".", ",")
    elif kind == "Gremium":
        fields |= {"level": chance.choice(("Politik", "Steuerung", "Facharbeit")), "rhythm": "viermal im Jahr"}
    elif kind == "Project":
        fields |= {"kind": "Projekt", "status": "läuft", "start": "01.08.2024", "description": f"Ein Vorhaben von {first} {last}"}
    elif kind == "Offer":
        fields |= {"kind": "Beratung", "places": chance.randrange(5, 60), "description": f"Offen für alle, Ansprache durch {first}"}
    if differs and kind != "Person":
        fields["short"] = f"K{number}"
    return fields


def _edge(kind: str, chance: random.Random, differs: bool) -> list[Any]:
    if kind == "MEMBER_OF":
        return [chance.choice(_ROLES), "nein" if differs else "ja", f"01.01.{chance.randrange(2010, 2026)}"]
    if kind == "WORKS_FOR":
        return ["Leitung" if differs else "Fachkraft"]
    if kind == "TAKES_PART_IN":
        return ["Koordination" if differs else "Partner"]
    return ["mit Vertrag" if differs else "informell"] if kind == "COOPERATES_WITH" else []


def _pairs(chance: random.Random, starts: int, ends: int, number: int, same_type: bool) -> Iterator[tuple[int, int]]:
    """So many different pairs; none with itself, and none twice the other way round where both ends are of one type."""
    if number > starts * (ends - 1) // (4 if same_type else 2):
        raise ValueError(f"{number} different relationships do not fit between {starts} and {ends} nodes; make more nodes")
    seen: set[int] = set()
    while len(seen) < number:
        a, b = chance.randrange(starts), chance.randrange(ends)
        if same_type and a >= b:
            continue
        pair = a * ends + b
        if pair not in seen:
            seen.add(pair)
            yield a, b


def _write(path: Path, head: list[str], rows: Iterable[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(head)
        out.writerows(rows)
