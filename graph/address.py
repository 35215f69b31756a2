"""Where the graph database is and how to get in: the environment's words, or a lease on the bundled server.

A password comes from the environment or a file, never out of the URL: a URL stands in messages, logs and lists of processes.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from graph import embedded
from graph.store_errors import StoreError, Unreachable

URL_VARIABLE = "AKTEURSATLAS_GRAPH"
DATABASE_VARIABLE = "AKTEURSATLAS_GRAPH_DATABASE"
USER_VARIABLE = "AKTEURSATLAS_GRAPH_USER"
PASSWORD_VARIABLE = "AKTEURSATLAS_GRAPH_PASSWORD"
PASSWORD_FILE_VARIABLE = "AKTEURSATLAS_GRAPH_PASSWORD_FILE"

_ROUTED = ("neo4j", "neo4j+s", "neo4j+ssc")
_SCHEMES = (*_ROUTED, "bolt", "bolt+s", "bolt+ssc")
_EXPECTED = "erwartet wird zum Beispiel neo4j://server.example.org oder bolt://127.0.0.1:7687"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is and how to get in.

    ``database`` is None for the server's own default. ``lease`` keeps the bundled server alive and is None for every other.
    """

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    database: str | None = None
    lease: embedded.Lease | None = None

    @property
    def routed(self) -> bool:
        """May the driver choose among several servers (a cluster), so that a reader has to be told how far a writer was?"""
        return self.url.partition("://")[0] in _ROUTED

    @property
    def encrypted(self) -> bool:
        """Is the connection to be encrypted?"""
        return "+s" in self.url.partition("://")[0]


def bundled(home: Path) -> Address:
    """The bundled server of ``home``, started where it does not run yet. Raises ``StoreError``."""
    try:
        lease = embedded.lease(home)
    except embedded.ServerError as error:
        raise Unreachable(str(error)) from error
    return Address(lease.url, lease.user, lease.password, lease=lease)


def named(url: str) -> Address:
    """The server at ``url``, with user, password and database of the environment.

    Raises ``StoreError`` where one of them cannot be right; the text repeats no password.
    """
    _check(url)
    password = _password()
    user = os.environ.get(USER_VARIABLE, "").strip() or ("neo4j" if password else "")
    return Address(url, user, password, _database())


def _check(url: str) -> None:
    if "@" in url:  # said first, and without the address: whatever else is wrong with it, a password may stand in it
        raise StoreError(
            "In der Adresse der Graph-Datenbank stehen Zugangsdaten (ein „@“). Dort könnte sie jeder mitlesen. "
            f"Nennen Sie nur den Server; Benutzer und Passwort gehören in {USER_VARIABLE} und {PASSWORD_VARIABLE} (oder {PASSWORD_FILE_VARIABLE})."
        )
    try:
        parts = urlsplit(url)
        fits = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        fits = False
    if not fits:
        raise StoreError(f"„{url.partition('?')[0]}“ ist keine Adresse einer Graph-Datenbank; {_EXPECTED}.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise StoreError(
            f"Hinter „{parts.scheme}://{parts.netloc}“ steht in der Adresse der Graph-Datenbank noch etwas. "
            f"Nennen Sie dort nur Server und Port; der Name der Datenbank gehört in {DATABASE_VARIABLE}."
        )


def _database() -> str | None:
    name = os.environ.get(DATABASE_VARIABLE, "").strip()
    if not name:
        return None
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9.-]{2,62}", name) or name.lower().startswith("system"):
        raise StoreError(
            f"{DATABASE_VARIABLE} ist „{name}“, und so kann keine Datenbank heißen: 3 bis 63 Buchstaben, Ziffern, Punkte und Bindestriche, "
            "am Anfang ein Buchstabe, und nicht „system“."
        )
    return name


def _password() -> str:
    file = os.environ.get(PASSWORD_FILE_VARIABLE, "").strip()
    if not file:
        return os.environ.get(PASSWORD_VARIABLE, "")
    try:
        password = Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise StoreError(f"{PASSWORD_FILE_VARIABLE} nennt die Datei „{file}“, und sie lässt sich nicht lesen ({error.strerror or error}).") from error
    except UnicodeDecodeError:  # its text would show what stands in the file
        raise StoreError(f"{PASSWORD_FILE_VARIABLE} nennt die Datei „{file}“, und sie ist kein Text (UTF-8).") from None
    if not password:
        raise StoreError(f"{PASSWORD_FILE_VARIABLE} nennt die Datei „{file}“, und sie ist leer.")
    return password
