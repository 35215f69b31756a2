"""The parts of a page side by side, and one under the other where the window is narrow: a small screen, or the text at 200 %."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

KEY = "beside"
STYLE = f"""
@media (max-width:1100px){{
[data-testid="stHorizontalBlock"]:has(>[data-testid="stColumn"]){{flex-wrap:wrap}}
[data-testid="stColumn"]{{min-width:min(100%,17rem)}}
.st-key-{KEY}>*>[data-testid="stHorizontalBlock"]>[data-testid="stColumn"],
.st-key-{KEY}>[data-testid="stHorizontalBlock"]>[data-testid="stColumn"]{{min-width:100%}}
}}
"""
"""Fields in a row go on in the next one; the parts of a page take the whole width."""


def beside(widths: Sequence[float], gap: Literal["small", "medium", "large"] = "medium") -> list[DeltaGenerator]:
    """One column for each of ``widths`` (how wide they are beside each other). Once on a page."""
    return st.container(key=KEY).columns(widths, gap=gap)
