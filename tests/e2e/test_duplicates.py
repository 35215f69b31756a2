"""The page Doppelstrukturen in a real browser: decided by keyboard alone, taken back, and out as a file and in again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Watched
from tests.e2e.test_map import query

pytestmark = [pytest.mark.e2e, pytest.mark.server]


def rest(page: Page) -> None:
    """Waits until no run of the page is on, nor begins."""
    for _ in range(2):
        expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
        page.wait_for_timeout(300)


def press(page: Page, key: str) -> None:
    """Presses a key once the page is at rest. On a starved machine Streamlit draws a button a moment before it listens for its key."""
    rest(page)
    page.keyboard.press(key)


def opened(page: Page, app: str, address: str = "") -> str:
    """Opens the page and returns the names of the pair that shows."""
    page.goto(f"{app}/doppelstrukturen{address}")
    expect(page.locator(".pair thead th").first).to_be_visible(timeout=60_000)
    return str(page.locator(".pair thead").text_content())


def head(page: Page, text: str) -> None:
    expect(page.locator("h3").first).to_have_text(text)


def test_by_keyboard_from_pair_to_pair_with_verdicts_and_back(watched: Watched, app: str) -> None:
    page = watched.page
    first = opened(page, app)
    head(page, "18 Paare zu prüfen")
    names = page.locator(".pair thead")
    press(page, "ArrowRight")
    expect(names).not_to_have_text(first)
    press(page, "ArrowLeft")
    expect(names).to_have_text(first)
    press(page, "1")
    head(page, "17 Paare zu prüfen")
    expect(names).not_to_have_text(first)
    press(page, "6")
    head(page, "16 Paare zu prüfen")
    press(page, "u")
    head(page, "17 Paare zu prüfen")
    press(page, "u")
    head(page, "18 Paare zu prüfen")
    expect(names).to_have_text(first)
    expect(page).to_have_url(re.compile("paar="))
    box = page.get_by_role("textbox", name="Begründung")
    box.focus()
    page.keyboard.type("1 und u")
    page.wait_for_timeout(1000)
    head(page, "18 Paare zu prüfen")


def test_out_as_a_file_and_in_again(watched: Watched, app: str, tmp_path: Path) -> None:
    page = watched.page
    opened(page, app, "?liste=doppel")
    page.get_by_role("textbox", name="Begründung").fill("=ab Schuljahr 2027/28")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("^Doppelstruktur")).click()
    head(page, "5 Paare zu prüfen")
    page.get_by_role("radio", name="Erledigt").click()
    head(page, "1 Urteil")
    expect(page.get_by_text("=ab Schuljahr 2027/28")).to_be_visible()
    rest(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Als CSV sichern").click()
    download.value.save_as(tmp_path / "urteile.csv")
    assert ";'=ab Schuljahr 2027/28;" in (tmp_path / "urteile.csv").read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Zurücknehmen").click()
    head(page, "0 Urteile")
    page.get_by_role("button", name="Aus CSV übernehmen").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "urteile.csv")
    page.get_by_role("button", name="Übernehmen", exact=True).click()
    head(page, "1 Urteil")
    expect(page.get_by_text("1 Urteile übernommen, 0 galten schon, 0 abgewiesen.")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Zurücknehmen").click()
    head(page, "0 Urteile")


def test_nothing_scrolls_sideways_on_a_small_screen_and_a_name_leads_to_the_map(watched: Watched, app: str) -> None:
    page = watched.page
    page.set_viewport_size({"width": 1366, "height": 768})
    opened(page, app, "?liste=teilmenge")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    table = page.locator(".pair")
    assert table.evaluate("node => node.scrollWidth <= node.parentElement.clientWidth + 1")
    page.locator("[class*='st-key-review_to_'] button").first.click()
    expect(page.locator(".net canvas[tabindex]").first).to_be_visible()
    assert query(page)["akteur"].startswith(("gremium-", "project-"))
