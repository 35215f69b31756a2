"""A ranked list as a Streamlit component: what weighs most first, each with a sentence of evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from views.mounting import Component, digest

_COMPONENT = Component(
    "akteursatlas.ranking", Path(__file__).parent, html='<div class="ranking"></div>', scripts=("main",), style="ranking.css", states=("chosen",)
)


@dataclass(frozen=True)
class Line:
    """One line. ``state`` is ``checked`` or ``unknown``, ``sign`` its words; ``share`` (0 to 1) is the bar;
    ``range`` stands under the value; ``quiet``: done with.
    """

    id: str
    rank: str
    title: str
    evidence: str
    state: str
    sign: str
    share: float
    value: str
    range: str = ""
    quiet: bool = False


def ranking(lines: Sequence[Line], *, key: str, title: str, empty: str, selected: str, on_change: Callable[[], None]) -> None:
    """Shows the lines; the component then says ``chosen``: the id of one. ``empty`` stands there where there are none."""
    data = payload(lines, title=title, empty=empty)
    _COMPONENT.mount(data | {"selected": selected}, key=key, on_change=on_change)


def payload(lines: Sequence[Line], *, title: str, empty: str) -> dict[str, Any]:
    """Everything that the script needs, but the selection; ``version`` is a hash of it."""
    data: dict[str, Any] = {"lines": [asdict(line) for line in lines], "title": title, "empty": empty}
    return data | {"version": digest(data)}
