"""What a page has given to its components, in a test that runs the page without a browser."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from views.mounting import unpacked


def given(at: AppTest, name: str = "") -> list[dict[str, Any]]:
    """The data of each component on the page, in their order; only those called ``akteursatlas.<name>`` where one is given."""
    protos = [box.proto for box in at.get("bidi_component")]
    wanted = [proto for proto in protos if not name or proto.component_name == f"akteursatlas.{name}"]
    return [unpacked(proto.bytes) if proto.WhichOneof("data") == "bytes" else json.loads(proto.json) for proto in wanted]
