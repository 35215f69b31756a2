"""Legend, filters, tables and dragging belong together: what is chosen in one shows in the others and in the address."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Watched
from tests.e2e.test_map import open_map

pytestmark = [pytest.mark.e2e, pytest.mark.server]


def find(page: Page, name: str) -> tuple[float, float]:
    """Where on the network's canvas the pointer meets this name, once it is drawn."""
    until = time.monotonic() + 30
    while not (spot := _met(page, name)):
        assert time.monotonic() < until, f"{name} ist nirgends zu finden"
        page.wait_for_timeout(300)
    return spot[0], spot[1]


def _met(page: Page, name: str) -> list[float] | None:
    found: list[float] | None = page.locator(".net .stage > canvas").evaluate(
        """(canvas, name) => {
          const box = canvas.getBoundingClientRect();
          for (let y = box.top + 6; y < box.bottom; y += 7)
            for (let x = box.left + 20; x < box.right - 10; x += 12) {
              canvas.onpointermove({ clientX: x, clientY: y });
              if (canvas.title.includes(name)) { canvas.onpointerleave(); return [x, y]; }
            }
          return null;
        }""",
        name,
    )
    return found


def test_a_line_of_the_legend_switches_its_ties_off_and_on(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    lines = page.locator(".net .kind", has_text="Mitgliedschaften")
    expect(lines).to_have_attribute("aria-pressed", "true")
    lines.click()
    expect(page).to_have_url(re.compile("ohne=MEMBER_OF"))
    expect(page.locator(".net .kind", has_text="Mitgliedschaften")).to_have_attribute("aria-pressed", "false")
    page.reload()
    again = page.locator(".net .kind", has_text="Mitgliedschaften")
    expect(again).to_have_attribute("aria-pressed", "false", timeout=60_000)
    again.click()
    expect(page).not_to_have_url(re.compile("ohne="))


def test_a_theme_narrows_picture_and_table(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    page.get_by_role("button", name="Filter").click()
    value = page.get_by_role("button", name=re.compile(r"^Ganztag · \d+"))
    count = int(re.search(r"· (\d+)", value.inner_text())[1])  # type: ignore[index]
    value.click()
    expect(page).to_have_url(re.compile("thema=theme-"))
    expect(page.get_by_role("button", name="Filter · 1")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Tabelle", exact=True).click()
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(count + 1))


def test_a_row_of_the_table_is_the_choice_of_the_page(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    page.get_by_role("tab", name="Tabelle", exact=True).click()
    expect(page).to_have_url(re.compile("reiter=tabelle"))
    row = page.locator(".listing tbody tr.row").first
    name = row.locator("th").inner_text()
    row.click()
    expect(page).to_have_url(re.compile("akteur="))
    page.reload()
    expect(page.locator(".listing tr[aria-selected=true] th").first).to_have_text(name, timeout=60_000)
    page.get_by_role("tab", name="Karte", exact=True).click()
    expect(page.locator(".st-key-profile h3").first).to_have_text(name)


def test_who_is_dragged_stays_there_and_goes_back_by_the_button(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app, "?darstellung=netz")
    find(page, "Lenkungskreis")
    assert page.get_by_role("button", name="Anordnung zurücksetzen").count() == 0
    x, y = find(page, "Lenkungskreis")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 70, steps=6)
    page.mouse.up()
    expect(page.get_by_role("button", name="Anordnung zurücksetzen")).to_be_visible()
    page.reload()
    button = page.get_by_role("button", name="Anordnung zurücksetzen")
    expect(button).to_be_visible(timeout=60_000)
    new_x, new_y = find(page, "Lenkungskreis")
    assert abs(new_x - x - 60) < 25 and abs(new_y - y - 70) < 25
    button.click()
    page.get_by_role("button", name="Wirklich zurücksetzen?").click()
    expect(page.get_by_role("button", name="Anordnung zurücksetzen")).to_have_count(0)


def test_a_cell_of_the_matrix_names_both_and_chooses_the_institution(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app, "?darstellung=matrix")
    x, y = find(page, "Lenkungskreis Bildungsregion – ")
    page.mouse.click(x, y)
    expect(page).to_have_url(re.compile("akteur=|offen="))  # an institution is chosen, or a fold of several is opened


def test_what_has_changed_is_marked(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app, "?seit=2025-01-01")
    expect(page.locator(".st-key-sentence h2")).to_contain_text("seit dem 01.01.2025")
    expect(page.locator(".net .kind", has_text="nicht mehr")).to_be_visible()
    page.get_by_role("tab", name="Beziehungen als Tabelle").click()
    expect(page.get_by_role("columnheader", name="Seit 01.01.2025")).to_be_visible()
