"""Views that people name, and the way back and forward through what they chose, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Watched
from tests.e2e.test_map import choose, open_map, query

pytestmark = [pytest.mark.e2e, pytest.mark.server]


def menu(page: Page) -> None:
    """Opens the menu of views, if it is not open."""
    if not page.locator("[data-testid=stPopoverBody]").count():
        page.locator(".st-key-views_menu button").first.click()
    expect(page.locator("[data-testid=stPopoverBody]")).to_be_visible()


def save(page: Page, name: str) -> None:
    menu(page)
    page.get_by_label("Dieses Bild speichern als").fill(name)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("ansicht="))


def remove(page: Page, name: str) -> None:
    menu(page)
    row = page.locator("[class*='st-key-views_row_']", has_text=name)
    row.get_by_role("button", name="Löschen").click()
    page.get_by_role("button", name="Ja, löschen").click()
    expect(page.get_by_text(f"„{name}“ ist gelöscht.")).to_be_visible()


def test_save_open_by_link_change_discard_rename_delete_and_undo(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app, "?darstellung=netz")
    save(page, "Netz am <b>Montag</b>")
    page.wait_for_url(lambda _url: set(query(page)) == {"ansicht"})
    link = page.url
    expect(page.locator(".st-key-views_menu button").first).to_contain_text("Netz am <b>Montag</b>")
    page.keyboard.press("Escape")

    other = page.context.new_page()
    other.set_default_timeout(40_000)
    other.goto(link)
    expect(other.locator(".st-key-views_menu button").first).to_contain_text("Netz am <b>Montag</b>", timeout=60_000)
    expect(other.get_by_role("radio", name="Netz")).to_be_checked()
    other.close()

    page.locator(".net .chip", has_text="Projekte").click()
    expect(page.locator(".st-key-views_menu button").first).to_contain_text("geändert")
    expect(page).to_have_url(re.compile("ansicht=.*arten="))
    menu(page)
    page.get_by_role("button", name="Änderungen verwerfen").click()
    expect(page.locator(".st-key-views_menu button").first).not_to_contain_text("geändert")
    expect(page).to_have_url(link)

    menu(page)
    page.get_by_role("button", name="Umbenennen").first.click()
    page.get_by_label("Neuer Name").fill("Netz am Dienstag")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-views_menu button").first).to_contain_text("Netz am Dienstag")
    remove(page, "Netz am Dienstag")
    expect(page).to_have_url(re.compile("darstellung=netz"))
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.locator("[class*='st-key-views_row_']", has_text="Netz am Dienstag")).to_be_visible()
    remove(page, "Netz am Dienstag")


def still(page: Page) -> bytes:
    """The picture once it does not change any more, with the focus on it: a menu that closes may take the focus back late."""
    canvas = page.locator(".net canvas[tabindex]").first
    last = b""
    for _ in range(40):
        page.wait_for_timeout(700)
        if page.locator("[data-testid=stStatusWidget]").count():
            continue
        canvas.focus()
        now = canvas.screenshot()
        if now == last:
            return now
        last = now
    raise AssertionError("the picture does not come to rest")


def test_saving_does_not_move_the_picture(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app, "?darstellung=netz")
    canvas = page.locator(".net canvas[tabindex]").first
    canvas.focus()
    for _ in range(4):
        page.keyboard.press("+")
    before = still(page)
    canvas.evaluate("node => node.blur()")
    save(page, "Vergrößert")
    page.keyboard.press("Escape")
    expect(page.locator("[data-testid=stPopoverBody]")).to_have_count(0)
    after = still(page)
    canvas.evaluate("node => node.blur()")
    remove(page, "Vergrößert")
    moved = before != after  # compared here: pytest would look for the difference of two pictures byte by byte, for hours
    assert not moved


def seen(page: Page) -> dict[str, object]:
    """What the page shows, in its own words."""
    profile = page.locator(".st-key-profile")
    return {
        "address": query(page),
        "sentence": page.locator(".st-key-sentence h2").inner_text(),
        "profile": profile.locator("h3, h4").first.inner_text(),
        "drawing": page.locator("[role=radio][aria-checked=true], [data-testid=stBaseButton-segmented_controlActive]").all_inner_texts(),
        "chips": page.locator(".net .chip[aria-pressed=true]").all_inner_texts(),
        "day": page.locator(".st-key-w_day").inner_text(),
    }


def settled(page: Page) -> dict[str, object]:
    """What the page shows once it does not change any more."""
    last: dict[str, object] = {}
    for _ in range(40):
        page.wait_for_timeout(700)
        if page.locator("[data-testid=stStatusWidget]").count():
            continue
        now = seen(page)
        if now == last:
            return now
        last = now
    raise AssertionError(f"the page does not come to rest: {last}")


def test_back_and_forward_find_each_picture_again(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    pictures = [settled(page)]

    def step() -> None:
        """The next picture; its address differs, which on a slow machine takes a moment to begin."""
        page.wait_for_url(lambda _url: query(page) != pictures[-1]["address"])
        pictures.append(settled(page))
        assert pictures[-1]["address"] != pictures[-2]["address"]

    def at(picture: dict[str, object]) -> None:
        page.wait_for_url(lambda _url: query(page) == picture["address"])
        assert settled(page) == picture

    choose(page, "Gebiet", "Stadtbezirk")
    page.keyboard.press("Escape")
    step()
    choose(page, "Akteur suchen", "Lenkungskreis")
    step()
    page.locator("[class*='st-key-umfeld_']").get_by_text("2", exact=True).click()
    step()
    page.locator(".st-key-w_drawing").get_by_text("Netz", exact=True).click()
    step()
    page.locator(".net .chip", has_text="Projekte").click()
    step()
    page.locator(".st-key-w_day [role=spinbutton]").first.click()
    page.keyboard.type("01022024", delay=80)
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("stand=2024-02-01"))
    step()
    for before in reversed(pictures[:-1]):
        page.go_back()
        at(before)
    for after in pictures[1:]:
        page.go_forward()
        at(after)
