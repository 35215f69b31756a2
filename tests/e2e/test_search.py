"""Searching while typing, in a real browser: by keyboard, by mouse, told to a screen reader, without the page running again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Watched

pytestmark = [pytest.mark.e2e, pytest.mark.server]

TRACE = """box => {
  const root = box.getRootNode(), popup = root.querySelector(".popup"), live = root.querySelector(".live");
  window.trace = [];
  new MutationObserver(() => window.trace.push([box.value, live.textContent, root.querySelectorAll(".option").length, popup.hidden]))
    .observe(root.querySelector(".find"), { subtree: true, childList: true, attributes: true, characterData: true });
}"""


@pytest.fixture
def page(watched: Watched, app: str) -> Page:
    watched.page.goto(f"{app}/akteurslandkarte")
    expect(watched.page.locator(".net canvas[tabindex]").first).to_be_visible(timeout=60_000)
    expect(box(watched.page)).to_be_visible()
    return watched.page


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Akteur suchen", exact=True)


def options(page: Page) -> Locator:
    return page.locator(".find").get_by_role("option")


def active(page: Page) -> str:
    """The text of the row that the box says is active."""
    return str(box(page).evaluate("box => box.getRootNode().getElementById(box.getAttribute('aria-activedescendant'))?.textContent ?? ''"))


def test_typed_and_chosen_by_keyboard(page: Page) -> None:
    box(page).focus()
    page.keyboard.type("HF Sprache")
    expect(options(page).first).to_contain_text("Handlungsforum Sprache")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    assert "Handlungsforum Sprache" in active(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("akteur=gremium-"))
    expect(page.locator(".st-key-profile h3")).to_have_text("Handlungsforum Sprache")
    expect(box(page)).to_have_value("Handlungsforum Sprache")
    expect(box(page)).to_be_focused()
    expect(page.locator(".popup")).to_be_hidden()


def test_arrows_home_and_end_walk_and_escape_gives_back(page: Page) -> None:
    box(page).fill("sprache")
    expect(options(page).first).to_be_visible()
    first = active(page)
    page.keyboard.press("ArrowDown")
    assert active(page) not in ("", first)
    page.keyboard.press("End")
    assert active(page) == options(page).last.text_content()
    page.keyboard.press("ArrowDown")
    assert active(page) == first
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    assert active(page) == first
    page.keyboard.press("Escape")
    expect(page.locator(".popup")).to_be_hidden()
    expect(box(page)).to_have_value("sprache")
    page.keyboard.press("Escape")
    expect(box(page)).to_have_value("")


def test_groups_have_a_heading_and_open(page: Page) -> None:
    box(page).fill("kita")
    group = page.get_by_role("group", name=re.compile("Institutionen"))
    expect(group).to_be_visible()
    expect(group.get_by_role("option")).to_have_count(7)
    expect(page.locator(".find").get_by_role("status")).to_have_text(re.compile(r"^[\d.]+ Treffer$"))
    group.get_by_role("option", name=re.compile("weitere")).click()
    expect(group.get_by_role("option")).to_have_count(60)
    expect(box(page)).to_have_value("kita")


def test_a_typo_is_forgiven_and_nothing_is_said(page: Page) -> None:
    box(page).fill("Gesamschule")
    expect(options(page).first).to_contain_text("Gesamtschule")
    box(page).fill("qqqqqq")
    expect(page.locator(".find .note")).to_have_text("Nichts gefunden für „qqqqqq“")
    expect(page.locator(".find").get_by_role("status")).to_have_text("Nichts gefunden für „qqqqqq“")
    box(page).fill("Lenkngsgrupe Strtchancen")
    page.get_by_role("option", name=re.compile("Meinten Sie")).click()
    expect(options(page).first).to_contain_text("Startchancen")


def test_areas_and_topics_can_be_chosen_too(page: Page) -> None:
    box(page).fill("Hafenviertel")
    expect(options(page).first).to_contain_text("Hafenviertel")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("gebiet=area-"))
    expect(box(page)).to_have_value("")
    box(page).fill("Frühe Hilfen")
    page.get_by_role("group", name=re.compile("Thema|Themen")).get_by_role("option").first.click()
    expect(page).to_have_url(re.compile("thema=theme-"))


def test_the_last_choices_are_offered_and_the_choice_can_be_cleared(page: Page) -> None:
    for name in ("Jugendhilfeausschuss", "Schulausschuss"):
        box(page).fill(name)
        expect(options(page).first).to_contain_text(name)
        page.keyboard.press("Enter")
        expect(page.locator(".st-key-profile h3")).to_have_text(name)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("group", name="Zuletzt gewählt").get_by_role("option")).to_have_text([re.compile("^Schulausschuss"), re.compile("^Jugendhilfeausschuss")])
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Auswahl aufheben").click()
    expect(page).not_to_have_url(re.compile("akteur="))
    expect(box(page)).to_have_value("")


def test_the_box_shows_what_is_chosen_elsewhere(page: Page) -> None:
    door = page.locator(".st-key-profile button").first
    name = door.inner_text().split("·")[0].removeprefix("■").strip()
    door.click()
    expect(box(page)).to_have_value(name)
    box(page).fill("etwas anderes")
    page.locator("h2").first.click()
    expect(box(page)).to_have_value(name)


def test_enter_before_the_answer_takes_the_right_one(page: Page) -> None:
    box(page).fill("Schulausschuss")
    expect(options(page).first).to_contain_text("Schulausschuss")
    box(page).fill("Jugendhilfeausschuss")
    page.keyboard.press("Enter")  # at once: what is shown is still the old answer
    expect(page.locator(".st-key-profile h3")).to_have_text("Jugendhilfeausschuss")


def test_typing_keeps_the_page_and_late_answers_do_not_count(page: Page) -> None:
    canvas = page.locator(".net canvas[tabindex]").first
    canvas.evaluate("canvas => { canvas.mine = true; }")
    box(page).evaluate(TRACE)
    box(page).focus()
    page.keyboard.type("Volkshochschule", delay=70)
    expect(options(page).first).to_contain_text("Volkshochschule Falkenrath")
    page.wait_for_timeout(600)
    expect(options(page).first).to_contain_text("Volkshochschule Falkenrath")
    expect(box(page)).to_have_value("Volkshochschule")
    trace = page.evaluate("window.trace")
    values = [value for value, *_ in trace]
    assert all("Volkshochschule".startswith(value) for value in values), "the text that was typed never changed by itself"
    shown = [hidden for _, _, count, hidden in trace if count]
    assert not any(shown), "once there are hits the list stays"
    assert canvas.evaluate("canvas => canvas.mine"), "the picture was not made anew"


def test_names_with_markup_and_any_text_are_harmless(page: Page) -> None:
    fired: list[str] = []
    page.on("dialog", lambda dialog: (fired.append(dialog.message), dialog.dismiss()))
    for text in ('<img src=x onerror="alert(1)">', '" OR 1=1 --', "* NEAR(", "👩‍🏫🏫", "ß" * 3_000):
        box(page).fill(text)
        expect(page.locator(".find").get_by_role("status")).to_have_text(re.compile("Nichts gefunden|Treffer$"))
        assert page.locator(".find .popup img").count() == 0
        box(page).fill("")
    assert not fired


def test_the_list_lies_over_the_picture_on_a_small_screen(page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    box(page).fill("sprache")
    expect(options(page).first).to_be_visible()
    listed = page.locator(".find .popup").bounding_box()
    assert listed
    assert listed["x"] >= 0
    assert listed["x"] + listed["width"] <= 1366
    assert listed["y"] + listed["height"] <= 768
    for share in (0.1, 0.5, 0.95):
        inside = page.evaluate(
            "([x, y]) => { let at = document.elementFromPoint(x, y); while (at?.shadowRoot) at = at.shadowRoot.elementFromPoint(x, y); return !!at?.closest('.popup'); }",
            [listed["x"] + listed["width"] - 30, listed["y"] + listed["height"] * share],
        )
        assert inside
    field, other = box(page).bounding_box(), page.get_by_test_id("stMultiSelect").get_by_role("group").first.bounding_box()
    assert field and other
    assert abs(field["y"] - other["y"]) <= 1
    assert abs(field["height"] - other["height"]) <= 1


def test_in_english(page: Page) -> None:
    page.locator(".st-key-language").get_by_text("EN", exact=True).click()
    english = page.get_by_role("combobox", name=re.compile("[Ss]earch"))
    expect(english).to_be_visible()
    english.fill("school")
    expect(page.get_by_role("group", name=re.compile("Institutions"))).to_be_visible()
    expect(page.locator(".find").get_by_role("status")).to_have_text(re.compile("hits$"))
