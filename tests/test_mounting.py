"""What components are sent: the part that stays is written once, and comes back whole."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from views.mounting import Fixed, unpacked

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8)
DATA = st.dictionaries(st.text().filter(lambda name: name != "fixed"), JSON, max_size=4)


@given(DATA, DATA)
def test_what_is_packed_comes_back(fixed: dict[str, Any], now: dict[str, Any]) -> None:
    packed = Fixed.of(fixed)
    assert unpacked(packed.with_(now)) == json.loads(json.dumps(fixed | now)) | {"fixed": packed.version}


@given(DATA, DATA)
def test_the_version_is_that_of_the_content(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (Fixed.of(one).version == Fixed.of(other).version) == (json.dumps(one) == json.dumps(other))
    assert Fixed.of(one).with_(other).partition(b"\n")[2] == Fixed.of(one).text
