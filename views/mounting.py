"""Puts a component on the page: joins its scripts, registers it, and reads what the reader did in it."""

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
        files = [Path(__file__).with_name("fixed.js"), *(self.folder / "js" / f"{name}.js" for name in self.scripts)]
        return "\n".join(file.read_text(encoding="utf-8") for file in files)

    @cached_property
    def css(self) -> str:
        """The style sheet."""
        return (self.folder / self.style).read_text(encoding="utf-8")

    def mount(self, data: Mapping[str, Any], *, key: str, on_change: Callable[[], None], fixed: Fixed | None = None) -> None:
        """Shows the component with ``data``; ``on_change`` runs whenever the reader does something in it.

        ``fixed`` is the larger part of the data, which stays the same in many runs of the page: it is written and read only once.
        Its script puts both together with ``told`` (fixed.js).
        """
        component = st.components.v2.component(self.name, html=self.html, css=self.css, js=self.script)
        sent = dict(data) if fixed is None else fixed.with_(data)
        component(data=sent, key=key, **{f"on_{name}_change": on_change for name in self.states})


@dataclass(frozen=True)
class Fixed:
    """A part of a component's data, written once as JSON, with a hash of it."""

    text: bytes
    version: str

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Fixed:
        """``data`` as it will be sent."""
        text = json.dumps(data, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")
        return cls(text, hashlib.blake2b(text, digest_size=8).hexdigest())

    def with_(self, data: Mapping[str, Any]) -> bytes:
        """What is sent: the version and ``data`` in one line, then this part."""
        return json.dumps({"fixed": self.version, **data}).encode("ascii") + b"\n" + self.text


def unpacked(sent: bytes) -> dict[str, Any]:
    """The data in what :meth:`Fixed.with_` has made, as the script sees it."""
    line, _newline, text = sent.partition(b"\n")
    return json.loads(text) | json.loads(line)  # type: ignore[no-any-return]


def said(state: Mapping[str, Any], name: str) -> tuple[Any, float]:
    """What the reader last chose under ``name`` in a component, and when (ms, 0 for never).

    A component's state arrives as a whole, with what was chosen long ago as well; and choosing the same
    once more must count. So each value carries its time: ``{"value": ..., "at": ...}``, and it is new where
    its time is.
    """
    given = state.get(name)
    return (given["value"], float(given["at"])) if isinstance(given, Mapping) else (None, 0.0)


def digest(content: object) -> str:
    """A short hash of anything that is JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
