"""A real Neo4j ends under an open page and comes back: the page shows what it knows, says so, and recovers by itself."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from graph.address import PASSWORD_VARIABLE, URL_VARIABLE, USER_VARIABLE
from graph.home import Home
from graph.records import Dataset, Node
from tests import neo4j_server
from tests.e2e.conftest import PATIENCE, serving

pytestmark = [pytest.mark.e2e, pytest.mark.neo4j]

RELEASE = "neo4j-5.26"
TABLE = Dataset("tables:netz.xlsx", "tables", "netz.xlsx", "2026-01-01")


def say(home: Home, *names: str) -> None:
    with home.open_ledger() as ledger, ledger.begin(TABLE) as run:
        for name in names:
            run.put(Node("Gremium", f"g:{name}", {"name": name}))
        run.finish()


def test_an_open_page_outlives_its_database(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    say(home, "Rat")
    with ExitStack() as stack:
        try:
            server = stack.enter_context(neo4j_server.running(RELEASE, tmp_path / "server"))
        except neo4j_server.Missing as missing:
            if neo4j_server.required(RELEASE):
                raise
            pytest.skip(str(missing))
        for variable, value in ((URL_VARIABLE, server.url), (USER_VARIABLE, server.user), (PASSWORD_VARIABLE, server.password)):
            monkeypatch.setenv(variable, value)
        with serving(home.path, tmp_path) as url:
            page = browser.new_page(locale="de-DE")
            page.set_default_timeout(PATIENCE)
            page.goto(url)
            gremien = page.get_by_test_id("stMetric").filter(has_text="Gremien").get_by_test_id("stMetricValue").first
            expect(gremien).to_have_text("1")
            server.kill()
            say(home, "Rat", "Lenkungskreis")
            page.reload()
            away = page.get_by_text("Datenbank nicht erreichbar")
            expect(away).to_be_visible()
            expect(gremien).to_have_text("1")
            assert server.password not in page.content()
            server.start()
            expect(away).to_be_hidden(timeout=2 * PATIENCE)
            expect(gremien).to_have_text("2")
            page.close()
