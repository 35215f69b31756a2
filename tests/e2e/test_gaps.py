"""The page Lücken in a real browser: by keyboard alone, with one tab stop in the matrix, and the link shows the same."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Watched
from tests.e2e.test_map import query

pytestmark = [pytest.mark.e2e, pytest.mark.server]
FOCUSED = "document.activeElement.shadowRoot?.activeElement?.getAttribute('aria-label') ?? document.activeElement.getAttribute('aria-label')"


def title(page: Page, text: str) -> None:
    expect(page.locator(".st-key-gap_card h4")).to_have_text(text)


def test_by_keyboard_from_cell_to_cell_list_map_and_by_link(watched: Watched, app: str) -> None:
    page = watched.page
    page.goto(f"{app}/luecken?stand=2026-10-31")
    expect(page.locator(".heatmap table")).to_be_visible(timeout=60_000)
    title(page, "Klosterfeld · Digitale Bildung und MINT · Kita")
    stops = page.locator(".heatmap button[tabindex='0']")
    expect(stops).to_have_count(1)
    expect(stops).to_have_attribute("aria-label", re.compile("^Klosterfeld, Digitale Bildung und MINT: 19: 16 Angebote und 3 Projekte"))
    stops.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert str(page.evaluate(FOCUSED)).startswith("Schwarzende, Frühe Hilfen: ")
    page.keyboard.press("Enter")
    title(page, "Schwarzende · Frühe Hilfen")
    assert str(page.evaluate(FOCUSED)).startswith("Schwarzende, Frühe Hilfen: "), "the focus stays in the matrix"
    expect(page.locator(".heatmap button[aria-pressed='true']")).to_have_count(1)

    page.locator(".ranking button[tabindex='0']").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    title(page, "Mühlenrade · Sprachbildung und Lesen · Kita")
    other = page.locator(".map .area.button[aria-label^='Kaltenegge']")
    expect(other).to_have_attribute("aria-label", re.compile("^Kaltenegge: 2 Angebote"))
    other.focus()
    page.keyboard.press("Enter")
    title(page, "Kaltenegge · Sprachbildung und Lesen · Kita")
    # The address follows the card; until then it names the cell before.
    expect(page).to_have_url(re.compile(f"feld={other.get_attribute('data-area')}"))
    link, spot = page.url, query(page)["feld"]
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".heatmap table")).to_be_visible(timeout=60_000)
    title(page, "Kaltenegge · Sprachbildung und Lesen · Kita")
    assert query(page)["feld"] == spot


def test_states_are_told_by_sign_too_and_nothing_scrolls_sideways(watched: Watched, app: str) -> None:
    page = watched.page
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{app}/luecken?stand=2026-10-31&ebene=stadtteil&zeilen=phase&spalten=thema")
    expect(page.locator(".heatmap table")).to_be_visible(timeout=60_000)
    page.goto(f"{app}/luecken?stand=2026-10-31&ebene=stadtteil")
    expect(page.locator(".heatmap tbody tr")).to_have_count(46, timeout=60_000)
    page.wait_for_timeout(1500)
    signs = page.evaluate("""() => {
      const host = [...document.querySelectorAll("*")].map(e => e.shadowRoot || e).find(root => root.querySelector?.(".heatmap tbody"));
      return Object.fromEntries([...host.querySelectorAll(".heatmap td button")].map(b => [b.className, /^\\d+$/.test(b.firstChild.textContent) && b.className === "value" ? "n" : b.firstChild.textContent]));
    }""")
    assert signs["value"] == "n" and signs["unknown"] == "?"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
