"""The running app and a real browser on it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from graph import ledger_copy
from graph.home import VARIABLE, Home
from tests.browser import FLAGS, executable

ROOT = Path(__file__).resolve().parents[2]
START = 90.0
PATIENCE = 40_000
"""ms for what a page is to show. A machine that does other work, too, is slow and not wrong; who waits for less says so."""


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Expectations wait as long as the page does; their own 5 s do not follow it."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="session")
def own_home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo city for this worker alone: browsers drag, save views and decide, and no other worker's picture may move by that."""
    home = Home(tmp_path_factory.mktemp("city") / "home")
    home.folder()
    ledger_copy.to_file(demo_home.ledger_location, home.ledger_path)
    return home


@pytest.fixture(scope="session")
def app(own_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app on the demo city, started as a user does."""
    with serving(own_home.path, tmp_path_factory.mktemp("app")) as url:
        yield url


@contextmanager
def serving(home: Path, folder: Path) -> Iterator[str]:
    """The app on ``home`` while the block lasts; its log lies in ``folder``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "app.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "cli.py"), "app", "--no-open", "--port", str(port)],
            cwd=log.parent,
            env={**os.environ, VARIABLE: str(home)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + START
        while True:
            try:
                if urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).status == 200:
                    break
            except OSError:
                assert process.poll() is None and time.monotonic() < until, log.read_text(errors="replace")
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run."""
    path = executable()
    assert path, "Chromium fehlt: python -m tests.browser"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Watched:
    """A page, and what it asked for and complained about."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def watched(browser: Browser, app: str) -> Iterator[Watched]:
    """A fresh page whose requests and complaints are noted, and must be clean in the end."""
    context: BrowserContext = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="de-DE")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    seen = Watched(page)
    page.on("request", lambda request: seen.hosts.add(urlsplit(request.url).hostname or ""))
    page.on("websocket", lambda socket: seen.hosts.add(urlsplit(socket.url).hostname or ""))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("console", lambda message: seen.complaints.append(f"{message.text} {message.location['url']}") if message.type == "error" else None)
    yield seen
    context.close()
    assert seen.hosts <= {"127.0.0.1", ""}, "the page asked another host"
    # Opened at the address of a page, Streamlit looks for its own server there first, finds it one level up, and the
    # browser notes the two misses. They are Streamlit's, and to the machine itself.
    own = [text for text in seen.complaints if not ("404" in text and "/_stcore/" in text)]
    assert not own
