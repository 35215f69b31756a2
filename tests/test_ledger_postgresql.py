"""The ledger in a PostgreSQL database: how it is named, what is said where it cannot be had, who waits for whom, who comes back."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from graph import status
from graph.home import Home
from graph.ledger import Ledger, LedgerError
from graph.ledger_postgresql import address
from ingest import run as ingest_run
from tests import postgres_server
from tests.ledger_words import LIST, REGISTER, content, rows, say, school
from tests.test_killed import workbook

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "AKTEURSATLAS_LEDGER_PASSWORD"
pytestmark = pytest.mark.postgresql


@pytest.fixture
def url(postgresql: postgres_server.Server, request: pytest.FixtureRequest) -> str:
    return postgresql.schema(re.sub(r"\W", "_", request.node.name).lower()[-60:])


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with Ledger.open(url, wait=0.2) as opened:
        yield opened


# ---- how it is named -----------------------------------------------------------------------------------


def test_the_home_opens_the_named_database_with_the_password_of_a_file(
    postgresql: postgres_server.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with psycopg.connect(postgresql.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE named")
    (tmp_path / "secret").write_text(f"{postgresql.password}\n")
    monkeypatch.setenv("AKTEURSATLAS_LEDGER", postgresql.network("named"))
    monkeypatch.setenv(f"{PASSWORD}_FILE", str(tmp_path / "secret"))
    caplog.set_level("DEBUG")
    home = Home(tmp_path / "home")
    assert home.ledger_location == postgresql.network("named")
    with home.open_ledger() as ledger:
        say(ledger, [school("a", "A")])
        assert postgresql.password not in repr(ledger._database.engine) + repr(ledger._database.engine.url) + repr(vars(ledger))
    assert postgresql.password not in caplog.text
    assert not home.path.exists(), "nothing of it lies on this machine"
    (tmp_path / "secret").unlink()
    with pytest.raises(LedgerError, match="PASSWORD_FILE nennt die Datei.*lässt sich nicht lesen"):
        home.open_ledger()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("postgresql://erika:geheim@host/db", "steht ein Passwort"),
        ("postgresql://erika@host/db?password=geheim", "steht ein Passwort"),
        ("mysql://erika:geheim@host/db", "keine Adresse der Form postgresql://"),
        ("postgresql://erika:geheim@host:kein/db", "keine Adresse der Form"),
        ("/srv/geheim.sqlite", "keine Adresse der Form"),
        ("postgresql://host", "nennt keine Datenbank"),
    ],
)
def test_a_name_that_is_none_is_refused_and_not_repeated(given: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTEURSATLAS_LEDGER", given)
    with pytest.raises(LedgerError, match=words) as caught:
        Home(tmp_path).open_ledger()
    assert "geheim" not in str(caught.value)


def test_what_the_address_says_goes_before_our_settings() -> None:
    assert address("postgres://u@h/d?sslmode=verify-full&connect_timeout=3").query["connect_timeout"] == "3"


# ---- where it cannot be had ----------------------------------------------------------------------------


def test_who_is_not_let_in_is_told_why(postgresql: postgres_server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(url: str, password: str = "") -> str:
        monkeypatch.setenv(PASSWORD, password)
        with pytest.raises(LedgerError) as caught:
            Ledger.open(url)
        assert "falsches-wort" not in str(caught.value) and "Traceback" not in str(caught.value)
        return str(caught.value)

    assert "hat Benutzer oder Passwort abgelehnt" in said(postgresql.network(), "falsches-wort")
    assert "hat Benutzer oder Passwort abgelehnt" in said(postgresql.network())
    assert "gibt es auf diesem Server nicht" in said(postgresql.network("fehlt"), postgresql.password)
    assert "nicht verschlüsselt" in said(f"{postgresql.network()}?sslmode=require", postgresql.password)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert "ist nicht erreichbar" in said(f"postgresql://atlas@127.0.0.1:{closed.getsockname()[1]}/postgres")


def test_who_may_not_create_or_write_is_told_so(postgresql: postgres_server.Server, ledger: Ledger, url: str) -> None:
    say(ledger, [school("a", "A")])
    schema = url.rpartition("%3D")[2]
    with psycopg.connect(postgresql.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO reader")  # type: ignore[arg-type]
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader")  # type: ignore[arg-type]
        connection.execute("CREATE SCHEMA others")
        connection.execute("GRANT USAGE ON SCHEMA others TO reader")
    with Ledger.open(url.replace("atlas@", "reader@")) as reader:
        assert [node.key for node in reader.nodes()] == ["a"]
        with pytest.raises(LedgerError, match="erlaubt diesem Benutzer das nicht"):
            say(reader, [school("b", "B")])
    with pytest.raises(LedgerError, match="erlaubt diesem Benutzer das nicht"):
        Ledger.open(postgresql.url(options="-csearch_path%3Dothers").replace("atlas@", "reader@"))
    with pytest.raises(LedgerError, match="nimmt nur Lesezugriffe an"), Ledger.open(f"{url}%20-cdefault_transaction_read_only%3Don") as copy:
        say(copy, [school("b", "B")])


def test_somebody_elses_tables_and_another_encoding_are_left_alone(postgresql: postgres_server.Server, url: str) -> None:
    with psycopg.connect(postgresql.url(), autocommit=True) as connection:
        connection.execute(f"CREATE TABLE {url.rpartition('%3D')[2]}.rezepte (name TEXT)")  # type: ignore[arg-type]
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0")
    with pytest.raises(LedgerError, match="kein Bestand"):
        Ledger.open(url)
    with pytest.raises(LedgerError, match="Kodierung LATIN1"):
        Ledger.open(postgresql.url("latin"))


def test_without_the_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LedgerError, match=r"pip install \"akteursatlas\[postgresql\]\""):
        Ledger.open("postgresql://erika@host/db")


# ---- what another database does otherwise --------------------------------------------------------------


def test_records_come_in_the_order_of_a_file_whatever_the_language_of_the_server(ledger: Ledger) -> None:
    keys = ["B", "a", "Ä", "_", "Z", "ä", "1", "b-", "b"]
    say(ledger, [school(key, key) for key in keys])
    assert [node.key for node in ledger.nodes()] == sorted(keys)


def test_who_writes_is_known_to_others_and_only_while_it_writes(ledger: Ledger, url: str) -> None:
    with Ledger.open(url, wait=0.2) as other:
        assert other.writer() is None
        with ledger.begin(LIST) as run:
            writer = other.writer()
            assert writer is not None and writer.pid == os.getpid() and socket.gethostname() in writer.user
            with pytest.raises(LedgerError, match=r"wird gerade von einem anderen Vorgang geschrieben \(.*, seit ..:..: „Netzwerk“ wird eingelesen\)"):
                say(other, [], REGISTER)
            run.cancel()
        assert other.writer() is None
        rows(other, "SELECT 1")
        with ledger.begin(LIST) as run:
            run.finish()
            # A note whose writer is gone: nobody holds the lock for it.
            with ledger._database._aside() as aside:  # type: ignore[attr-defined]
                aside.exec_driver_sql("UPDATE writer SET backend = 1")
            assert other.writer() is None


DYING = """
import os, sys
from graph.ledger import Ledger
from tests.ledger_words import LIST, school
with Ledger.open(sys.argv[1]).begin(LIST) as run:
    run.put(school("a", "A"))
    run.flush()
    os._exit(9)
"""


def test_a_writer_that_dies_leaves_nothing_and_holds_up_nobody(ledger: Ledger, url: str) -> None:
    assert subprocess.run([sys.executable, "-c", DYING, url], cwd=ROOT, check=False).returncode == 9
    with Ledger.open(url, wait=20) as other:
        assert say(other, [school("b", "B")]).new == 1
    assert [node.key for node in ledger.nodes()] == ["b"] and ledger.writer() is None


def test_two_ledgers_in_one_database_do_not_wait_for_each_other(ledger: Ledger, postgresql: postgres_server.Server) -> None:
    with Ledger.open(postgresql.schema("second"), wait=0.2) as second, ledger.begin(LIST) as run:
        assert say(second, [school("a", "A")]).new == 1
        assert second.writer() is None
        run.finish()


def test_two_machines_do_not_bring_the_graph_up_to_date_at_once(ledger: Ledger, url: str) -> None:
    with Ledger.open(url) as other:
        with ledger.projecting():
            assert say(other, [school("a", "A")]).new == 1, "the ledger itself is not held up"
            with pytest.raises(LedgerError, match="Auf einem anderen Rechner wird der Graph gerade"), other.projecting(0.1):
                pass
        with other.projecting(5):
            pass


def test_a_workbook_is_read_in_listed_and_taken_back(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_run, "_project", lambda *_: None)
    monkeypatch.setenv("AKTEURSATLAS_LEDGER", url)
    home = Home(tmp_path / "home")
    for edition in (0, 1):
        report = ingest_run.ingest("tables", [workbook(tmp_path, edition)], {}, home, confirm=lambda _: True)
        assert report.exit_code == 0
    assert report.new and report.changed and report.unchanged
    again = ingest_run.ingest("tables", [tmp_path / "netz.xlsx"], {}, home)
    assert (again.new, again.changed, again.removed) == (0, 0, 0)
    facts = status.report(home, "2026-11-25")
    assert facts.version == 2 and facts.nodes["Person"] == 400
    assert ingest_run.take_back(2, home).changed == report.changed


# ---- the server goes and comes back --------------------------------------------------------------------


def test_a_server_that_crashes_in_the_middle_leaves_the_old_state_and_is_found_again() -> None:
    """With a server of its own, since the others are in use."""
    try:
        with postgres_server.running() as server, Ledger.open(server.schema("crash"), wait=5) as ledger:
            say(ledger, [school("a", "A")])
            before = content(ledger)
            with pytest.raises(LedgerError, match="nicht erreichbar|beendet oder neu gestartet"), ledger.begin(LIST) as run:
                run.put(school("b", "B"))
                server.stop(9)
                run.finish()
            with pytest.raises(LedgerError, match="nicht erreichbar"):
                content(ledger)
            server.start()
            assert content(ledger) == before and ledger.version == 1
            assert say(ledger, [school("b", "B")]).new == 1
    except postgres_server.Missing as missing:
        if postgres_server.required():
            raise
        pytest.skip(str(missing))
