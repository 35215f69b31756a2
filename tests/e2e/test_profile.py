"""The profile in a real browser: copied links work tomorrow, everything is reached by keyboard, nothing scrolls sideways."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Watched
from tests.e2e.test_map import choose, open_map, query

pytestmark = [pytest.mark.e2e, pytest.mark.server]


def open_profile(page: Page, app: str, name: str) -> None:
    """Opens the profile; the address names the actor at the end of the same run, so it comes a moment later."""
    open_map(page, app)
    choose(page, "Akteur suchen", name)
    expect(page.locator(".st-key-profile h3")).to_contain_text(name)
    expect(page).to_have_url(re.compile("akteur="))


def test_the_copied_link_opens_the_same_profile(watched: Watched, app: str) -> None:
    page = watched.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_profile(page, app, "Lenkungskreis Bildungsregion")
    page.get_by_role("button", name="Link kopieren").click()
    expect(page.locator(".copying [role=status]")).to_have_text("Link kopiert")
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(rf"{re.escape(app)}/akteurslandkarte\?akteur=gremium-\w+", link)
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".st-key-profile h3")).to_have_text("Lenkungskreis Bildungsregion", timeout=60_000)


def test_the_copied_text_holds_fields_members_source_and_link(watched: Watched, app: str) -> None:
    page = watched.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_profile(page, app, "Lenkungskreis Bildungsregion")
    button = page.get_by_role("button", name="Als Text kopieren")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".copying [role=status]")).to_have_text("Text kopiert")
    words = page.evaluate("navigator.clipboard.readText()")
    assert words.startswith("Lenkungskreis Bildungsregion\nGremium · ")
    assert "\nMitglieder:\n- " in words and "\nQuelle: " in words
    assert words.rstrip().splitlines()[-1] == f"Link: {app}/akteurslandkarte?akteur={query(page)['akteur']}"


def test_where_the_clipboard_is_refused_the_text_is_offered_for_copying_by_hand(watched: Watched, app: str) -> None:
    page = watched.page
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false;")
    open_profile(page, app, "Lenkungskreis Bildungsregion")
    page.get_by_role("button", name="Link kopieren").click()
    expect(page.locator(".copying [role=status]")).to_contain_text("Strg+C")
    box = page.locator(".copying textarea")
    expect(box).to_be_focused()
    assert box.input_value().endswith(f"akteur={query(page)['akteur']}")


def test_nothing_scrolls_sideways_and_a_name_leads_on(watched: Watched, app: str) -> None:
    page = watched.page
    page.set_viewport_size({"width": 1366, "height": 768})
    open_profile(page, app, "Jugendamt")
    column = page.locator(".st-key-profile")
    expect(column.get_by_role("heading", name=re.compile("^Gremien"))).to_be_visible()
    page.wait_for_timeout(1500)
    assert column.evaluate("node => node.scrollWidth <= node.clientWidth")
    first = query(page)["akteur"]
    step = column.locator(".part", has=page.get_by_role("heading", name=re.compile("^Gremien"))).get_by_role("button").first
    step.focus()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile(first))
    expect(page).to_have_url(re.compile("akteur=gremium-"))


def test_the_small_map_shows_where_it_is(watched: Watched, app: str) -> None:
    page = watched.page
    open_profile(page, app, "Jugendamt")
    small = page.locator(".st-key-profile .map.small")
    small.scroll_into_view_if_needed()
    expect(small.locator("svg.below")).to_be_visible()
    expect(small.locator("svg.above")).to_contain_text("Jugendamt")
    assert small.bounding_box()["height"] <= 260  # type: ignore[index]
