"""The table twin in a real browser: a true table, sorted and chosen from by mouse and keyboard, fluid with fifty thousand rows."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from playwright.sync_api import Page, expect

from tests.test_components import EVIL, browser, mount, page, sent  # noqa: F401 (fixtures)
from views import listing as component
from views.listing import Heading, payload

HEADINGS = [Heading("name", "Name"), Heading("n", "Anzahl", "number"), Heading("day", "Stand", "date")]


def data(table: pd.DataFrame, selected: str | None = None, order: str = "") -> dict[str, Any]:
    return payload(table, HEADINGS, title="Hochfeld", language="de") | {"selected": selected, "order": order}


def small() -> pd.DataFrame:
    return pd.DataFrame(
        {"name": ["Zebra", "Ämter", "Kita 10", "Kita 9", EVIL], "n": [3, 1000.5, None, 20, 1], "day": ["2026-11", "2025-01-31", None, "2026-11-02", "2024"]},
        index=["z", "a", "k10", "k9", "evil"],
    )


def names(page: Page) -> list[str]:  # noqa: F811
    return page.locator(".listing tbody tr.row th").all_inner_texts()


def shown(page: Page, table: pd.DataFrame, **more: Any) -> None:  # noqa: F811
    mount(page, component._COMPONENT, data(table, **more), ".listing table")


def test_it_is_a_table_with_heads_and_shows_markup_as_text(page: Page) -> None:  # noqa: F811
    shown(page, small())
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "6")
    assert page.get_by_role("columnheader").count() == 3
    assert names(page) == ["Zebra", "Ämter", "Kita 10", "Kita 9", EVIL]
    assert page.locator(".listing tbody tr.row").nth(1).locator("td").all_inner_texts() == ["1.000,5", "31.01.2025"]


def test_a_click_on_a_head_sorts_and_another_one_turns_it(page: Page) -> None:  # noqa: F811
    shown(page, small())
    page.get_by_role("button", name="Name").click()
    assert names(page) == [EVIL, "Ämter", "Kita 9", "Kita 10", "Zebra"], "umlauts and numbers as people sort them"
    page.get_by_role("button", name="Anzahl").click()
    page.get_by_role("button", name="Anzahl").click()
    assert names(page)[:4] == ["Ämter", "Kita 9", "Zebra", EVIL] and names(page)[4] == "Kita 10", "what is empty comes last"
    expect(page.get_by_role("columnheader", name="Anzahl")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Stand").click()
    assert names(page) == [EVIL, "Ämter", "Zebra", "Kita 9", "Kita 10"]
    assert sent(page) == [["sorted", "name"], ["sorted", "n"], ["sorted", "-n"], ["sorted", "day"]]


def test_the_order_of_the_address_is_taken(page: Page) -> None:  # noqa: F811
    shown(page, small(), order="-name")
    assert names(page)[0] == "Zebra"


def test_by_keyboard_through_the_rows_and_one_is_chosen(page: Page) -> None:  # noqa: F811
    shown(page, small())
    page.locator(".listing tbody tr.row").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert sent(page) == [["selected", "k10"]]
    assert page.locator(".listing .live").inner_text() == "Kita 10 gewählt."
    expect(page.locator(".listing tr[aria-selected=true] th")).to_have_text("Kita 10")
    assert page.evaluate("parent_.getRootNode().activeElement.querySelector('th').textContent") == "Kita 10"
    page.keyboard.press("End")
    page.keyboard.press(" ")
    page.keyboard.press("Escape")
    assert sent(page)[1:] == [["selected", "evil"], ["selected", None]]


def test_fifty_thousand_rows_make_few_elements_and_the_chosen_one_is_in_sight(page: Page) -> None:  # noqa: F811
    many = pd.DataFrame({"name": [f"Kita {n}" for n in range(50_000)], "n": 1, "day": "2026-01-01"}, index=[f"k{n}" for n in range(50_000)])
    shown(page, many, selected="k41234")
    assert page.locator(".listing tbody tr").count() < 100
    expect(page.locator(".listing tr[aria-selected=true] th")).to_be_in_viewport()
    page.locator(".listing .window").evaluate("box => { box.scrollTop = box.scrollHeight; }")
    expect(page.locator(".listing tbody tr.row th").last).to_have_text("Kita 49999")


def test_a_rerun_with_the_same_rows_keeps_scroll_and_focus(page: Page) -> None:  # noqa: F811
    many = pd.DataFrame({"name": [f"Kita {n}" for n in range(500)], "n": 1, "day": "2026-01-01"}, index=[f"k{n}" for n in range(500)])
    shown(page, many)
    page.locator(".listing .window").evaluate("box => { box.scrollTop = 4000; }")
    page.wait_for_timeout(80)
    page.locator(".listing tbody tr.row").nth(20).click()
    before = page.locator(".listing .window").evaluate("box => box.scrollTop")
    chosen = sent(page)[0][1]
    page.evaluate("data => window.show(data)", json.loads(json.dumps(data(many, selected=chosen))))
    assert page.locator(".listing .window").evaluate("box => box.scrollTop") == before
    expect(page.locator(".listing tr[aria-selected=true] th")).to_have_text(f"Kita {chosen[1:]}")
    assert page.evaluate("parent_.getRootNode().activeElement.getAttribute('aria-selected')") == "true"


def test_no_rows_are_said(page: Page) -> None:  # noqa: F811
    shown(page, small().iloc[:0])
    expect(page.locator(".listing .empty")).to_contain_text("Keine Zeilen")
