"""While the graph database is away the app shows what it knows, says so, and comes back by itself."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph import embedded
from graph.address import PASSWORD_VARIABLE, URL_VARIABLE, USER_VARIABLE
from graph.home import VARIABLE, Home
from graph.records import Dataset, Node
from views import outage

APP = str(Path(__file__).resolve().parents[1] / "app.py")
TABLE = Dataset("tables:netz.xlsx", "tables", "netz.xlsx", "2026-01-01")
NOBODY = "bolt://127.0.0.1:9"
AWAY = "Die Datenbank ist nicht erreichbar"

pytestmark = pytest.mark.server


def say(home: Home, *names: str) -> None:
    with home.open_ledger() as ledger, ledger.begin(TABLE) as run:
        for name in names:
            run.put(Node("Gremium", f"g:{name}", {"name": name}))
        run.finish()


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(VARIABLE, str(home))
    say(Home(home), "Rat")
    return AppTest.from_file(APP, default_timeout=90)


def texts(at: AppTest) -> str:
    return "\n".join(str(element.value) for element in (*at.markdown, *at.warning, *at.error))


def counted(at: AppTest) -> str:
    return next(str(metric.value) for metric in at.metric if "Gremien" in metric.label)


def press(at: AppTest) -> None:
    next(button for button in at.button if button.label == "Noch einmal versuchen").click().run()


def test_the_app_says_that_the_database_is_away_and_comes_back(app: AppTest, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, NOBODY)
    app.run()
    assert not app.exception
    assert AWAY in texts(app) and f"{NOBODY} ist nicht erreichbar: Dort nimmt niemand Verbindungen an" in texts(app)
    press(app)
    assert AWAY in texts(app)
    monkeypatch.delenv(URL_VARIABLE)  # the server is there again
    press(app)
    assert AWAY not in texts(app) and not app.exception
    assert counted(app) == "1"

    # Now something is known, and it is shown with a word about it while the database is away once more.
    say(Home(home), "Rat", "Lenkungskreis")
    monkeypatch.setenv(URL_VARIABLE, NOBODY)
    app.run()
    assert not app.exception
    assert counted(app) == "1"
    assert AWAY not in texts(app)
    assert [warning.value for warning in app.warning if "Datenbank nicht erreichbar" in warning.value and NOBODY in warning.value]
    monkeypatch.delenv(URL_VARIABLE)
    press(app)
    assert not app.warning and counted(app) == "2"


def waiting_page() -> None:
    import streamlit as st

    from views import outage

    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if st.session_state["runs"] < 4:
        outage.wait_for_it()


def test_a_page_looks_by_itself_whether_the_server_answers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part that runs every few seconds: nothing while nobody answers, the whole page anew once somebody does."""
    monkeypatch.setattr(outage, "_LOOK", 0.0)
    at = AppTest.from_function(waiting_page, default_timeout=60)
    monkeypatch.setenv(URL_VARIABLE, NOBODY)
    at.run()
    assert not at.exception and at.session_state["runs"] == 1
    with socket.socket() as frozen:  # takes connections and says nothing
        frozen.bind(("127.0.0.1", 0))
        frozen.listen()
        monkeypatch.setenv(URL_VARIABLE, f"bolt://127.0.0.1:{frozen.getsockname()[1]}")
        at.run()
    assert not at.exception and at.session_state["runs"] == 2
    with embedded.lease(home) as lease:
        for variable, value in ((URL_VARIABLE, lease.url), (USER_VARIABLE, lease.user), (PASSWORD_VARIABLE, lease.password)):
            monkeypatch.setenv(variable, value)
        at.run()
    assert not at.exception and at.session_state["runs"] == 4
