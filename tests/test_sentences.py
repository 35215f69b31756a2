"""The sentence over a picture is true for every area, and right German."""

from __future__ import annotations

import re

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from views import words
from views.sentences import title

ACTORS = st.lists(st.tuples(st.sampled_from(["Institution", "Gremium", "Project"]), st.booleans()), max_size=12)
SEATS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.sampled_from(["MEMBER_OF", "REPORTS_TO"])), max_size=20)


def frames(actors: list[tuple[str, bool]], seats: list[tuple[int, int, str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = pd.DataFrame(actors, columns=["type", "outside"], index=[f"a{i}" for i in range(len(actors))])
    rows = [(f"a{a}", f"a{b}", kind) for a, b, kind in seats if a < len(actors) and b < len(actors)]
    return table, pd.DataFrame(rows, columns=["a", "b", "kind"])


@given(ACTORS, SEATS)
def test_every_number_in_it_is_true(actors: list[tuple[str, bool]], seats: list[tuple[int, int, str]]) -> None:
    words.set_language("de")
    table, ties = frames(actors, seats)
    sentence = title(table, ties, "Hafen")
    institutions = {i for i, (kind, outside) in zip(table.index, actors, strict=True) if kind == "Institution" and not outside}
    gremien = {i for i, (kind, _) in zip(table.index, actors, strict=True) if kind == "Gremium"}
    sitting = {(r.a, r.b) for r in ties.itertuples() if r.kind == "MEMBER_OF" and r.a in institutions and r.b in gremien}
    assert sentence.startswith("Hafen: ")
    if found := re.fullmatch(r"Hafen: (\d+) von (\d+) Institutionen arbeite(t|n) in (\d+) Gremi(um|en) mit", sentence):
        m, n, verb, bodies, ending = found.groups()
        assert (int(m), int(n), int(bodies)) == (len({a for a, _ in sitting}), len(institutions), len({b for _, b in sitting}))
        assert (verb == "t") == (m == "1")
        assert (ending == "um") == (bodies == "1")
    elif sentence.endswith("noch niemand erfasst"):
        assert table.empty
    elif "keine Institution am Ort" in sentence:
        assert not institutions
    elif sentence.endswith("kein Gremium"):
        assert institutions and not gremien
    elif "die einzige" in sentence:
        assert len(institutions) == 1 and sitting
    else:
        assert "keine der" in sentence and institutions and gremien and not sitting


def test_in_english_as_well() -> None:
    words.set_language("en")
    try:
        table, ties = frames([("Institution", False), ("Institution", False), ("Gremium", False)], [(0, 2, "MEMBER_OF"), (1, 2, "MEMBER_OF")])
        assert title(table, ties, "Hafen") == "Hafen: 2 of 2 institutions work in 1 committee"
    finally:
        words.set_language("de")
