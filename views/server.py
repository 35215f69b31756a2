"""Starts the app's web server in this process, on 127.0.0.1 only, with the project's theme."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
import threading
import time
import tomllib
import webbrowser
from pathlib import Path
from typing import Any

ADDRESS = "127.0.0.1"
FIRST_PORT = 8501


def app_file() -> Path:
    """The entry file of the app, in a checkout and in an installed wheel."""
    found = importlib.util.find_spec("app")
    if found is None or found.origin is None:
        raise FileNotFoundError("app.py fehlt: die Installation ist unvollständig, bitte neu installieren")
    return Path(found.origin)


def settings() -> dict[str, Any]:
    """Streamlit's settings out of the project's own file, flat (``theme.primaryColor``)."""
    here = Path(__file__).parent
    file = next((f for f in (here.parent / ".streamlit" / "config.toml", here / "streamlit.toml") if f.exists()), None)
    if file is None:
        raise FileNotFoundError("Die Einstellungen der App (.streamlit/config.toml) fehlen: bitte neu installieren")
    flat: dict[str, Any] = {}

    def walk(prefix: str, values: dict[str, Any]) -> None:
        for name, value in values.items():
            if isinstance(value, dict):
                walk(f"{prefix}{name}.", value)
            else:
                flat[prefix + name] = value

    walk("", tomllib.loads(file.read_text(encoding="utf-8")))
    return flat


def free_port(wanted: int | None) -> int:
    """``wanted`` itself, or the first free port from 8501 on.

    Raises ``OSError`` where the wanted port is taken.
    """
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + 200):
        with socket.socket() as probe:
            if os.name != "nt":  # there this option would let two servers share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
            return port
    raise OSError(f"Port {wanted} ist belegt; bitte einen anderen wählen oder --port weglassen")


def serve(port: int | None, *, open_browser: bool) -> None:
    """Serves the app until Ctrl+C or SIGTERM; opens the browser once it answers."""
    from streamlit.web import bootstrap

    try:
        chosen = free_port(port)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    options = {name.replace(".", "_"): value for name, value in settings().items()}
    options |= {"server_port": chosen, "server_address": ADDRESS, "server_headless": True, "browser_gatherUsageStats": False, "global_developmentMode": False}
    url = f"http://{ADDRESS}:{chosen}"
    sys.stderr.write(f"Akteursatlas läuft: {url}   (Beenden mit Strg+C)\n")
    if open_browser:
        threading.Thread(target=_open_when_ready, args=(chosen, url), daemon=True).start()
    file = str(app_file())
    bootstrap.load_config_options(flag_options=options)
    bootstrap.run(file, False, [], options)


def _open_when_ready(port: int, url: str, patience: float = 60) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((ADDRESS, port)) == 0:
                webbrowser.open(url)
                return
        time.sleep(0.2)
