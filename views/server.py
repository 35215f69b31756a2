"""Starts the app's web server in this process, with the project's theme; on 127.0.0.1 only unless it is told otherwise."""

from __future__ import annotations

import errno
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
from urllib.parse import urlsplit

ADDRESS = "127.0.0.1"
FIRST_PORT = 8501
LISTEN_VARIABLE = "AKTEURSATLAS_LISTEN"
URL_VARIABLE = "AKTEURSATLAS_URL"


def listen_address() -> str:
    """The address of this machine on which the app can be reached: AKTEURSATLAS_LISTEN, else only from this machine itself."""
    return os.environ.get(LISTEN_VARIABLE, "").strip() or ADDRESS


def public_address() -> tuple[str, int]:
    """Host and port under which browsers know the app, from AKTEURSATLAS_URL; 127.0.0.1 and 0 where nothing is said.

    Pages are served to browsers that come from there, and to no others. Raises ``ValueError`` with a German sentence.
    """
    named = os.environ.get(URL_VARIABLE, "").strip()
    if not named:
        return ADDRESS, 0
    try:
        parts = urlsplit(named)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https") or parts.path.strip("/"):
        raise ValueError(f"{URL_VARIABLE} ist keine Adresse der Form https://atlas.stadt.example (ohne Pfad): „{named}“")
    return host, port or (443 if parts.scheme == "https" else 80)


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


def free_port(wanted: int | None, address: str = ADDRESS) -> int:
    """``wanted`` itself, or the first free port from 8501 on.

    Raises ``OSError`` where the wanted port is taken, or where this machine has no such address.
    """
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + 200):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            if os.name != "nt":  # there this option would let two servers share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
                    raise OSError(f"Dieser Rechner hat keine Adresse „{address}“; bitte {LISTEN_VARIABLE} berichtigen oder weglassen") from error
                continue
            return port
    raise OSError(f"Port {wanted} ist belegt; bitte einen anderen wählen oder --port weglassen")


def serve(port: int | None, *, open_browser: bool) -> None:
    """Serves the app until Ctrl+C or SIGTERM; opens the browser once it answers."""
    from streamlit.web import bootstrap

    listen = listen_address()
    try:
        chosen = free_port(port, listen)
        host, shown_port = public_address()
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    options = {name.replace(".", "_"): value for name, value in settings().items()}
    options |= {"server_port": chosen, "server_address": listen, "server_headless": True, "browser_gatherUsageStats": False, "global_developmentMode": False}
    options |= {"browser_serverAddress": host, "browser_serverPort": shown_port or chosen}
    url = f"http://{ADDRESS}:{chosen}"
    sys.stderr.write(f"Akteursatlas läuft: {url}   (Beenden mit Strg+C)\n")
    if listen not in (ADDRESS, "::1", "localhost"):
        sys.stderr.write(
            f"Achtung: die App ist über {listen} auch von anderen Rechnern aus erreichbar und fragt selbst nach keiner Anmeldung. "
            "Bitte nur hinter einem Reverse-Proxy mit Anmeldung betreiben (docs/deployment.md).\n"
        )
    _ask_nobody_outside()
    if open_browser:
        threading.Thread(target=_open_when_ready, args=(chosen, url), daemon=True).start()
    file = str(app_file())
    bootstrap.load_config_options(flag_options=options)
    bootstrap.run(file, False, [], options)


def _ask_nobody_outside() -> None:
    """Keeps Streamlit from asking a service on the internet for this machine's address, which it does where a browser comes from elsewhere."""
    from streamlit import net_util

    net_util.get_external_ip = lambda: None


def _open_when_ready(port: int, url: str, patience: float = 60) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((ADDRESS, port)) == 0:
                webbrowser.open(url)
                return
        time.sleep(0.2)
