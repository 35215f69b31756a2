"""Puts a component on the page: joins its scripts, registers it, and keeps its state in step with the page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import streamlit as st


@dataclass(frozen=True)
class Component:
    """A Streamlit component whose scripts lie in ``folder``/js, one subject each, joined in the order of ``scripts``.

    They are joined instead of imported because a component's script is one module, sent inline: nothing has
    to be served from files, and nothing is fetched.
    """

    name: str
    folder: Path
    html: str
    scripts: tuple[str, ...]
    style: str
    states: tuple[str, ...]

    @cached_property
    def script(self) -> str:
        """The joined scripts: one JavaScript module."""
        return "\n".join((self.folder / "js" / f"{name}.js").read_text(encoding="utf-8") for name in self.scripts)

    @cached_property
    def css(self) -> str:
        """The style sheet."""
        return (self.folder / self.style).read_text(encoding="utf-8")

    def mount(self, data: Mapping[str, Any], *, key: str, shown: Mapping[str, Any], on_change: Callable[[], None]) -> None:
        """Shows the component with ``data``.

        ``shown`` are states as the page has them now. They are written into the component's state first:
        otherwise a click on what was chosen here some time ago would be no change and go unnoticed.
        """
        state = st.session_state.get(key)
        if state is not None:
            for name, value in shown.items():
                if state.get(name) != value:
                    state[name] = value
        component = st.components.v2.component(self.name, html=self.html, css=self.css, js=self.script)
        component(data=dict(data), key=key, **{f"on_{name}_change": on_change for name in self.states})


def digest(content: object) -> str:
    """A short hash of anything that is JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
