"""The network as the tables that the finders of duplicates read: its records, and its structures (Gremien and projects)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from graph.schema import NODES
from graph.snapshot import Snapshot
from queries import standing
from queries.duplicates.records_columns import COLUMNS

_TYPES = {"Gremium": "committee", "Person": "person", "Project": "project", "Offer": "offer"}
_KINDS = {"school": "school", "kita": "kita"}
_FIELDS = {"street": "street", "plz": "postcode", "city": "city", "phone": "phone", "email": "email", "homepage": "url", "lat": "lat", "lon": "lon"}


def records(view: Snapshot) -> pd.DataFrame:
    """Every Institution, Person, Gremium, Project and Offer with a name as a row of ``COLUMNS``; ``record_id`` is the node's id.

    Persons only where their names are to be seen: without them there is nothing to compare but functions.
    No ``source``: what people look for here stands in one list twice, so no list is taken to name nothing twice.
    """
    types = [name for name in ("Institution", *_TYPES) if name != "Person" or view.role == "internal"]
    nodes = view.nodes[view.nodes["type"].isin(types) & view.nodes["name"].notna()]
    names = standing.names_of(view)
    made = pd.DataFrame({"record_id": nodes.index.to_numpy(dtype=object), "name": nodes["name"].to_numpy(dtype=object)})
    kinds = nodes["kind"] if "kind" in nodes.columns else pd.Series(None, index=nodes.index)
    made["entity_type"] = [_TYPES.get(kind, _KINDS.get(str(sort), "organisation")) for kind, sort in zip(nodes["type"], kinds, strict=True)]
    for column, field in _FIELDS.items():
        made[column] = nodes[field].to_numpy(dtype=object) if field in nodes.columns else None
    runners = _joined(view, {"RUNS": ("end", "start"), "WORKS_FOR": ("start", "end")}, names)
    districts = _joined(view, {"LOCATED_IN": ("start", "end"), "SERVES": ("start", "end")}, names)
    made["operator"] = [runners.get(node, [""])[0] for node in nodes.index]
    made["district"] = [found[0] if len(found := districts.get(node, [])) == 1 else "" for node in nodes.index]
    official = {name: [field.name for field in NODES[name].identifiers if field.name in nodes.columns] for name in ("Institution", *_TYPES)}
    made["official_id"] = [
        "|".join(f"{field}:{row[field]}" for field in official[row["type"]] if field != "traegernummer" and pd.notna(row[field]))
        for row in nodes.to_dict("records")
    ]
    return made.reindex(columns=list(COLUMNS))


def structures(view: Snapshot, day: str) -> pd.DataFrame:
    """Every Gremium and Project that stands on ``day`` as a row of ``structures_columns.COLUMNS``.

    Lists hold ids parted by ``|``; the stages are among the ``targets``; the members of a Gremium are persons and
    institutions, those of a project whoever takes part in it.
    """
    alive = standing.alive(view, day, "Gremium", "Project")
    lists = {
        "themes": _ends(view, {"ADDRESSES": ("start", "end")}),
        "targets": _ends(view, {"FOR_GROUP": ("start", "end"), "FOR_STAGE": ("start", "end")}),
        "districts": _ends(view, {"SERVES": ("start", "end")}),
        "members": _ends(view, {"MEMBER_OF": ("end", "start"), "TAKES_PART_IN": ("end", "start")}),
    }
    texts = [name for name in ("mandate", "description") if name in alive.columns]
    made = pd.DataFrame({"id": alive.index.to_numpy(dtype=object), "name": alive["name"].fillna("").to_numpy(dtype=object)})
    for column, found in lists.items():
        made[column] = ["|".join(sorted(set(found.get(node, [])))) for node in alive.index]
    made["rhythm"] = alive["rhythm"].fillna("").to_numpy(dtype=object) if "rhythm" in alive.columns else ""
    made["goal"] = [" ".join(str(row[name]) for name in texts if pd.notna(row[name])) for row in alive.to_dict("records")]
    return made


def _ends(view: Snapshot, ties: dict[str, tuple[str, str]]) -> dict[str, list[str]]:
    """For each node what it is tied to by these types, each with the column of the node and that of the other."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for kind, (own, other) in ties.items():
        rows = view.edges[view.edges["type"] == kind]
        for node, far in zip(rows[own], rows[other], strict=True):
            found[node].append(far)
    return found


def _joined(view: Snapshot, ties: dict[str, tuple[str, str]], names: pd.Series) -> dict[str, list[str]]:
    return {node: sorted(_known(names.get(far) for far in set(fars))) or [""] for node, fars in _ends(view, ties).items()}


def _known(names: Iterable[object]) -> list[str]:
    return [str(name) for name in names if isinstance(name, str)]
