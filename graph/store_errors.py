"""What went wrong with the graph database, for people: what was wrong, where, and what to do. No text repeats a password."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    CypherSyntaxError,
    DatabaseUnavailable,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    UnsupportedServerProduct,
    WriteServiceUnavailable,
)

OLDEST = (5, 7)
"""The oldest Neo4j that is known to do: the first version 5 whose driver's protocol lets warnings be switched off."""

_NEEDED = "gebraucht wird Neo4j 5.7 oder neuer, am besten die Langzeitfassung 5.26"
_ACCESS = "AKTEURSATLAS_GRAPH_USER und AKTEURSATLAS_GRAPH_PASSWORD (oder AKTEURSATLAS_GRAPH_PASSWORD_FILE)"
_READ_ONLY = re.compile(r"ReadOnly|\.AccessMode$|NotALeader")
_BOOKMARK = re.compile(r"Bookmark")


class StoreError(Exception):
    """The graph database could not be reached, or refused; the text says in German what was wrong and what to do."""


class Unreachable(StoreError):
    """The server is not there, does not answer or is just starting: it may come back without anybody changing a setting."""


def is_lost(error: Exception) -> bool:
    """Was it the connection, and not the question, that failed?"""
    return isinstance(error, ServiceUnavailable | SessionExpired)


def is_hopeless(error: Exception) -> bool:
    """Would the same happen at once if one asked again?"""
    return isinstance(error, UnsupportedServerProduct) or any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error))


def is_about_bookmarks(error: Exception) -> bool:
    """Did the server not know, or not reach in time, the state that it was to have reached?"""
    return isinstance(error, Neo4jError) and bool(_BOOKMARK.search(error.code or ""))


def check_server(agent: str, url: str) -> None:
    """Raises ``StoreError`` where the server that calls itself ``agent`` is none that this software knows."""
    known = re.fullmatch(r"Neo4j/(\d+)\.(\d+)[\w.+-]*", agent)
    if "ArcadeDB" in agent or (known and (int(known[1]), int(known[2])) >= OLDEST):
        return
    if known:
        raise StoreError(f"Die Graph-Datenbank {url} ist ein Neo4j {agent.partition('/')[2]}; {_NEEDED}.")
    raise StoreError(f"Der Server {url} nennt sich „{agent[:80]}“; {_NEEDED}.")


def said(error: Exception, url: str, database: str | None = None) -> StoreError:
    """What went wrong when the server at ``url`` was asked."""
    if is_lost(error):
        for cause in _causes(error):
            if isinstance(cause, Neo4jError):  # a cluster's driver calls lost what each server refused
                return _refused(cause, url, database)
        return Unreachable(f"Die Graph-Datenbank {url} ist nicht erreichbar: {_lost(error)}")
    if isinstance(error, Neo4jError):
        return _refused(error, url, database)
    if isinstance(error, ConfigurationError):
        return StoreError(f"Mit dem Server {url} verständigt sich die Software nicht; {_NEEDED}. Der Treiber sagt dazu: {_short(error)}")
    return StoreError(f"Die Graph-Datenbank konnte nicht gefragt werden: {_short(error)}")


def silent(url: str) -> Unreachable:
    """The server takes connections and answers nothing."""
    return Unreachable(f"Die Graph-Datenbank {url} ist nicht erreichbar: Der Server antwortet nicht mehr. Ist er überlastet oder angehalten?")


def late(timeout: float) -> StoreError:
    """The query took too long."""
    return StoreError(f"Die Abfrage war nach {timeout:g} Sekunden nicht fertig. Grenzen Sie sie ein, zum Beispiel auf ein Gebiet.")


def _lost(error: Exception) -> str:
    causes = list(_causes(error))
    told = " ".join(str(cause) for cause in causes)
    for cause in causes:  # first of all, since what lies around it says less
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"Sein Zertifikat wird nicht anerkannt ({cause.verify_message}). Hat er ein selbst ausgestelltes, gehört „+ssc“ statt „+s“ in die "
                "Adresse; sonst muss das Zertifikat gültig sein und auf diesen Namen lauten."
            )
    for cause in causes:
        if isinstance(cause, ssl.SSLError) or "BoltSecurityError" in type(cause).__name__:
            return (
                "Die verschlüsselte Verbindung kam nicht zustande. Spricht der Server nur unverschlüsselt, gehört die Adresse ohne „+s“ geschrieben (neo4j://)."
            )
        if isinstance(cause, socket.gaierror):
            return "Den Namen kennt das Netz nicht. Ist er in AKTEURSATLAS_GRAPH richtig geschrieben?"
        if isinstance(cause, IncompleteCommit):
            return "Die Verbindung riss ab, bevor er den letzten Schritt bestätigt hat. Der nächste Vorgang sieht nach und ergänzt, was fehlt."
        if isinstance(cause, WriteServiceUnavailable):
            return "Im Verbund nimmt gerade kein Server Änderungen an. Versuchen Sie es in einer Minute noch einmal."
        if isinstance(cause, UnsupportedServerProduct):
            return f"Mit diesem Server verständigt sich die Software nicht; {_NEEDED}."
        if isinstance(cause, ConnectionRefusedError):
            return "Dort nimmt niemand Verbindungen an. Läuft der Server (nach einem Start dauert es eine Minute), und stimmt der Port in AKTEURSATLAS_GRAPH?"
    if "HTTP" in told:
        return "Dort antwortet ein Webserver. Gemeint ist der Bolt-Port der Datenbank, meist 7687."
    if "handshake" in told and "imed out" not in told and "timeout" not in told.lower():
        return "Dort spricht jemand nicht Bolt. Stimmt der Port, und verlangt der Server Verschlüsselung (neo4j+s)?"
    if any(isinstance(cause, TimeoutError) for cause in causes) or "imed out" in told or "timeout" in told.lower():
        return "Von dort kommt keine Antwort. Läuft der Server, und lässt eine Firewall den Weg dorthin frei?"
    if any(isinstance(cause, OSError) for cause in causes):
        return "Der Weg dorthin ist versperrt. Besteht die Netzverbindung, und stimmt die Adresse in AKTEURSATLAS_GRAPH?"
    return "Läuft sie, und stimmt die Adresse in AKTEURSATLAS_GRAPH?"


def _refused(error: Neo4jError, url: str, database: str | None) -> StoreError:
    code, where = error.code or "", f"Die Graph-Datenbank {url}"
    if "AuthenticationRateLimit" in code:
        locked = f"{where} hat den Zugang für kurze Zeit gesperrt, weil mehrmals ein falsches Passwort kam."
        return StoreError(f"{locked} Prüfen Sie {_ACCESS}, und warten Sie etwas.")
    if "CredentialsExpired" in code:
        return StoreError(f"{where} verlangt ein neues Passwort, bevor sie arbeitet. Ändern Sie es dort (ALTER CURRENT USER), dann in {_ACCESS}.")
    if isinstance(error, AuthError):
        return StoreError(f"{where} hat Benutzer oder Passwort abgelehnt. Prüfen Sie {_ACCESS}.")
    if "DatabaseNotFound" in code:
        return StoreError(f"Auf dem Server {url} gibt es keine Datenbank „{database or ''}“. Prüfen Sie AKTEURSATLAS_GRAPH_DATABASE.")
    if isinstance(error, DatabaseUnavailable) or "DatabaseUnavailable" in code:
        unready = f"{where} ist nicht erreichbar: Sie startet gerade, wurde angehalten oder ist beschädigt."
        return Unreachable(f"{unready} Versuchen Sie es in einer Minute noch einmal; bleibt es dabei, steht der Grund im Protokoll des Servers.")
    if _READ_ONLY.search(code):
        return StoreError(f"{where} nimmt keine Änderungen an: Sie ist nur zum Lesen geöffnet. Stellen Sie sie auf Schreiben um, oder nennen Sie eine andere.")
    if "Security.Forbidden" in code:
        return StoreError(f"{where} erlaubt das diesem Benutzer nicht: {_short(error)} Geben Sie ihm das Recht zu lesen, zu schreiben und Indizes anzulegen.")
    if "TransactionTimedOut" in code:
        return StoreError("Die Abfrage war in der erlaubten Zeit nicht fertig. Grenzen Sie sie ein, zum Beispiel auf ein Gebiet.")
    if isinstance(error, CypherSyntaxError):
        return StoreError(f"Die Abfrage ist fehlerhaft geschrieben: {error.message}")
    return StoreError(f"Die Graph-Datenbank meldet einen Fehler: {error.message}")


def _short(error: Exception) -> str:
    return str(error.message if isinstance(error, Neo4jError) else error)[:300]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all that led to it; of a cluster's servers each had its own reason."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        now = waiting.pop(0)
        if now is None or id(now) in seen:
            continue
        seen.add(id(now))
        yield now
        waiting += [now.__cause__, now.__context__, *(now.exceptions if isinstance(now, BaseExceptionGroup) else ())]
