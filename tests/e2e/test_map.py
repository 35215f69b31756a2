"""What people do on the Akteurslandkarte, in a real browser."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.e2e.conftest import Watched

pytestmark = [pytest.mark.e2e, pytest.mark.server]


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def open_map(page: Page, app: str, address: str = "") -> None:
    page.goto(f"{app}/akteurslandkarte{address}")
    expect(page.locator(".net canvas[tabindex]").first).to_be_visible(timeout=60_000)


def choose(page: Page, label: str, text: str) -> None:
    """Types into a select box and takes the first answer."""
    box = page.get_by_role("combobox", name=re.compile(label))
    box.click()
    box.fill(text)
    page.get_by_role("option").first.click()


def search(page: Page, text: str) -> None:
    """Types into the search box and takes the first answer."""
    box = page.get_by_role("combobox", name=re.compile("Akteur suchen"))
    box.fill(text)
    page.get_by_role("option", name=re.compile(text)).first.click()


def test_from_the_overview_into_a_bezirk(watched: Watched, app: str) -> None:
    page = watched.page
    page.goto(app)
    expect(page.get_by_role("heading", name="Bildungslandschaft Falkenrath")).to_be_visible(timeout=60_000)
    door = page.locator("[class*='st-key-door_area'] button").first
    name = door.inner_text()
    door.click()
    expect(page.locator(".net canvas[tabindex]").first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(f"^{re.escape(name)}: .*Institution"))).to_be_visible()
    expect(page).to_have_url(re.compile("gebiet=area-"))


def test_choose_a_stadtteil_search_profile_and_reload(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    choose(page, "Gebiet", "Stadtteil")
    expect(page).to_have_url(re.compile("gebiet=area-"))
    page.keyboard.press("Escape")
    search(page, "Lenkungskreis")
    expect(page.get_by_role("heading", name="Lenkungskreis Bildungsregion", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("akteur=gremium-"))
    before = query(page)
    heading = page.locator("h2").first.inner_text()
    page.reload()
    expect(page.get_by_role("heading", name="Lenkungskreis Bildungsregion", exact=True)).to_be_visible()
    expect(page.locator("h2").first).to_have_text(heading)
    assert query(page) == before


def test_a_click_in_the_network_opens_the_profile(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    canvas = page.locator(".net canvas[tabindex]").first
    box = canvas.bounding_box()
    assert box
    # The Gremien stand in the middle column: somewhere down that line lies a box.
    for share in (0.3, 0.34, 0.38, 0.42, 0.5):
        canvas.click(position={"x": box["width"] / 2, "y": box["height"] * share})
        try:
            expect(page).to_have_url(re.compile("akteur=gremium-"), timeout=4_000)
            break
        except AssertionError:
            continue
    expect(page).to_have_url(re.compile("akteur=gremium-"))
    expect(page.locator(".st-key-profile h3")).to_be_visible()
    expect(page.locator(".st-key-profile")).to_contain_text("Mitglieder")


def walk(page: Page, seen: set[str]) -> str:
    """Page down until another actor is chosen; folds on the way are no actors and choose nobody."""
    canvas = page.locator(".net canvas[tabindex]").first
    for _ in range(12):
        canvas.focus()
        page.keyboard.press("PageDown")
        try:
            page.wait_for_url(lambda url: (parse_qs(urlsplit(url).query).get("akteur") or [""])[0] not in {"", *seen}, timeout=5_000)
        except PlaywrightTimeout:
            continue
        return query(page)["akteur"]
    raise AssertionError(f"no other actor was chosen: {page.url}")


def test_the_keyboard_walks_through_the_network(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    first = walk(page, set())
    expect(page.locator(".st-key-profile h3")).to_be_visible()
    walk(page, {first})
    page.locator(".net canvas[tabindex]").first.focus()
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("akteur="))


def test_a_profile_leads_on(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    search(page, "Lenkungskreis")
    expect(page).to_have_url(re.compile("akteur=gremium-"))
    first = query(page)["akteur"]
    page.locator(".st-key-profile_rows li button").first.click()
    expect(page).not_to_have_url(re.compile(first))
    expect(page.get_by_role("heading", name="Lenkungskreis Bildungsregion", exact=True)).not_to_be_visible()


def test_a_district_is_chosen_on_the_map_by_keyboard(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    area = page.locator(".map [role=button]").first
    expect(area).to_be_visible()
    area.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("gebiet=area-"))


def test_the_legend_filters(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    page.locator(".net .chip", has_text="Projekte").click()
    expect(page).to_have_url(re.compile("arten=.*Project"))
    expect(page.locator(".net .chip[aria-pressed=true]", has_text="Projekte")).to_be_visible()


def test_english_by_switch_and_kept_by_the_address(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    page.locator(".st-key-language").get_by_text("EN", exact=True).click()
    expect(page.get_by_role("tab", name="Map", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("lang=en"))
    expect(page.locator(".net .chip", has_text="Committees")).to_be_visible()
    page.reload()
    expect(page.get_by_role("tab", name="Map", exact=True)).to_be_visible()


def test_the_netz_and_its_table_twin(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app, "?darstellung=netz")
    expect(page.locator(".net canvas[tabindex]").first).to_be_visible()
    page.get_by_role("tab", name="Tabelle", exact=True).click()
    expect(page.get_by_role("button", name="Als CSV speichern").first).to_be_visible()


def test_an_address_with_markup_in_it_is_harmless(watched: Watched, app: str) -> None:
    page = watched.page
    fired: list[str] = []
    page.on("dialog", lambda dialog: (fired.append(dialog.message), dialog.dismiss()))
    open_map(page, app, "?akteur=<img src=x onerror=alert(1)>&gebiet=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&stand=abc")
    expect(page.get_by_text("nicht mehr gibt")).to_be_visible()
    assert not fired
