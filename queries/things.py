"""Which thing of the network somebody means: its id, an official number, or its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import pandas as pd
from rapidfuzz import fuzz, process

from graph import schema
from graph.snapshot import Snapshot
from queries.catalog import AnalysisError

_NEAR = 3
_LISTED = 6


def find(snapshot: Snapshot, text: str, of: Sequence[str] = ()) -> str:
    """The id of the thing of a type in ``of`` (any without) that ``text`` names.

    ``text`` is an id, an official number with its scheme (``schulnummer:101321``), or a name or short name that only one
    thing has; case and blanks do not matter. Raises ``AnalysisError`` that names the nearest ones, or those that share the name.
    """
    wanted = " ".join(text.split())
    nodes = snapshot.nodes
    if wanted in nodes.index:
        kind = str(nodes.at[wanted, "type"])
        if of and kind not in of:
            raise AnalysisError(f"„{_called(snapshot, wanted)}“ ist {_word(kind)}; gefragt ist {_words(of)}.")
        return wanted
    scheme, colon, number = wanted.partition(":")
    if colon and scheme in _identifiers():
        return _by_number(snapshot, scheme, number.strip(), of)
    able = nodes[nodes["type"].isin(list(of))] if of else nodes
    plain = wanted.casefold()
    same = [column for column in ("name", "short") if column in able.columns]
    for column in same:
        found = able.index[able[column].map(_plain, na_action="ignore") == plain]
        if len(found) == 1:
            return str(found[0])
        if len(found) > 1:
            listed = ", ".join(f"{_called(snapshot, key)} ({key})" for key in found[:_LISTED]) + (" ..." if len(found) > _LISTED else "")
            raise AnalysisError(f"„{wanted}“ heißen {len(found)}: {listed}. Bitte die Kennung nennen.")
    raise AnalysisError(f"„{wanted}“ gibt es nicht{_among(of)}.{_nearest(snapshot, able, plain)}")


def _by_number(snapshot: Snapshot, scheme: str, number: str, of: Sequence[str]) -> str:
    fields = _identifiers()[scheme]
    nodes = snapshot.nodes
    for kind, field in fields:
        if field in nodes.columns and (not of or kind in of):
            found = nodes.index[((nodes["type"] == kind) & (nodes[field] == number)).fillna(False).to_numpy(dtype=bool)]
            if len(found):
                return str(found[0])
    raise AnalysisError(f"Mit der Nummer {scheme}:{number} gibt es nichts{_among(of)}.")


@cache
def _identifiers() -> dict[str, list[tuple[str, str]]]:
    """Scheme -> types and the fields that hold it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, node in schema.NODES.items():
        for field in node.fields:
            if field.identifier:
                found.setdefault(field.identifier, []).append((kind, field.name))
    return found


def _nearest(snapshot: Snapshot, able: pd.DataFrame, plain: str) -> str:
    names = able["name"].dropna()
    near = process.extract(plain, [str(name) for name in names], scorer=fuzz.WRatio, processor=str.casefold, limit=_NEAR, score_cutoff=60)
    if not near:
        return ""
    return " Meinten Sie: " + ", ".join(f"{name} ({names.index[place]})" for name, _, place in near) + "?"


def _plain(name: object) -> str:
    return re.sub(r"\s+", " ", str(name)).strip().casefold()


def _called(snapshot: Snapshot, key: str) -> str:
    return str(snapshot.labels[key])


def _word(kind: str) -> str:
    return schema.NODES[kind].label.de


def _words(of: Sequence[str]) -> str:
    return " oder ".join(_word(kind) for kind in of)


def _among(of: Sequence[str]) -> str:
    return f" unter: {', '.join(schema.NODES[kind].plural.de for kind in of)}" if of else ""
