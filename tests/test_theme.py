"""The app's settings: the colours of the types, nothing reachable or sent from outside."""

from __future__ import annotations

import socket

import pytest

from graph import schema
from views import server, tokens

SETTINGS = server.settings()


@pytest.mark.parametrize("name", [name for name in schema.ACTORS])
def test_named_colours_are_the_colours_of_the_types(name: str) -> None:
    symbol = schema.NODES[name].symbol
    assert SETTINGS[f"theme.{symbol.streamlit}Color"] == symbol.color
    assert SETTINGS[f"theme.{symbol.streamlit}TextColor"] == symbol.text_color


def test_ink_and_lines_are_those_of_the_drawings() -> None:
    assert (SETTINGS["theme.textColor"], SETTINGS["theme.borderColor"]) == (tokens.INK, tokens.LINE)
    assert (SETTINGS["theme.backgroundColor"], SETTINGS["theme.secondaryBackgroundColor"]) == (tokens.PAPER, tokens.WASH)


def test_only_this_machine_and_no_telemetry() -> None:
    assert SETTINGS["server.address"] == "127.0.0.1"
    assert SETTINGS["browser.gatherUsageStats"] is False
    assert SETTINGS["runner.magicEnabled"] is False


def test_a_taken_port_is_said_and_the_next_free_one_found() -> None:
    with socket.socket() as taken:
        taken.bind((server.ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"Port {port} ist belegt"):
            server.free_port(port)
    with pytest.raises(OSError, match="Dieser Rechner hat keine Adresse „192.0.2.1“"):
        server.free_port(None, "192.0.2.1")
    assert server.free_port(None) >= server.FIRST_PORT
    assert server.app_file().name == "app.py"
