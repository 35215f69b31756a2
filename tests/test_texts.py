"""Columns of text as Python sees them say the same, each text once."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from graph.texts import coded, shared


@given(st.lists(st.none() | st.text(max_size=4), max_size=20), st.sampled_from(["str", "object"]))
def test_the_same_texts_each_of_them_one_object(given_: list[str | None], kind: str) -> None:
    found = shared(pd.Series(given_, dtype=kind))
    assert list(found) == given_
    assert len({id(text) for text in found}) == len(set(given_))
    places, texts = coded(pd.Series(given_, dtype=kind))
    assert [texts[place] for place in places] == given_
    assert texts[-1] is None and len(texts) == len({text for text in given_ if text is not None}) + 1
