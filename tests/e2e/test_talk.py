"""A presentation in a real browser: there and back, from area to area by keys, who stands out, and what is saved."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Watched
from tests.e2e.test_map import choose, open_map, query

pytestmark = [pytest.mark.e2e, pytest.mark.server]

CANVAS = ".net .stage > canvas"


def open_talk(page: Page, app: str, address: str = "") -> None:
    page.goto(f"{app}/vortrag{address}")
    expect(page.locator(".net.show .sentence")).to_be_visible(timeout=60_000)
    page.wait_for_timeout(500)


def sentence(page: Page) -> str:
    return page.locator(".net.show .sentence").inner_text()


def press(page: Page, key: str) -> str:
    """Presses a key and waits until another picture is there and the address has followed; returns its area."""
    before, here = sentence(page), page.url
    page.keyboard.press(key)
    expect(page.locator(".net.show .sentence")).not_to_have_text(before)
    page.wait_for_url(lambda url: url != here)
    return query(page).get("gebiet", "")


def test_there_and_back_with_the_choice(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app, "?darstellung=netz&arten=Gremium,Institution,Project")
    choose(page, "Gebiet", "Stadtbezirk")
    expect(page).to_have_url(re.compile("gebiet=area-"))
    page.keyboard.press("Escape")
    here, title = query(page), page.locator(".st-key-sentence h2").inner_text()
    page.get_by_role("button", name="Vortrag", exact=True).click()
    expect(page.locator(".net.show .sentence")).to_have_text(title)
    expect(page).to_have_url(re.compile("/vortrag"))
    page.wait_for_url(lambda _url: query(page) == here)
    expect(page.locator("[data-testid=stHeader]")).to_be_hidden()
    expect(page.locator(".st-key-language")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/akteurslandkarte"))
    expect(page.locator(".st-key-sentence h2")).to_have_text(title)
    page.wait_for_url(lambda _url: query(page) == here)
    expect(page.locator("[data-testid=stHeader]")).to_be_visible()


def test_the_keys_go_through_the_areas_and_the_address_follows(watched: Watched, app: str) -> None:
    page = watched.page
    open_talk(page, app)
    city = sentence(page)
    first = press(page, "ArrowRight")
    assert first.startswith("area-")
    second = press(page, "PageDown")
    third = press(page, " ")
    assert len({first, second, third}) == 3
    assert press(page, "ArrowLeft") == second
    assert press(page, "PageUp") == first
    expect(page.locator(".remote + .live")).to_have_text(re.compile(r"^Stadtbezirk .+, 1 von 7\. "))
    page.go_back()
    expect(page).to_have_url(re.compile(second))
    page.go_forward()
    expect(page).to_have_url(re.compile(first))
    page.goto(f"{app}/vortrag")
    expect(page.locator(".net.show .sentence")).to_have_text(city)


def test_no_press_is_lost_while_the_page_is_busy(watched: Watched, app: str) -> None:
    page = watched.page
    open_talk(page, app)
    row = [press(page, "ArrowRight") for _ in range(7)]
    assert len(set(row)) == 7
    assert press(page, "ArrowRight") == row[0], "after the last area comes the first"
    for _ in range(3):
        page.keyboard.press("ArrowRight", delay=5)
    expect(page).to_have_url(re.compile(row[3]))
    for _ in range(9):
        page.keyboard.press("ArrowLeft", delay=5)
    expect(page).to_have_url(re.compile(row[(3 - 9) % 7]))
    page.wait_for_timeout(1000)
    assert query(page)["gebiet"] == row[(3 - 9) % 7]


def test_stadtteile_stay_among_their_neighbours_and_sozialraeume_too(watched: Watched, app: str) -> None:
    page = watched.page
    open_map(page, app)
    for kind in ("Stadtteil", "Sozialraum"):
        open_map(page, app)
        choose(page, "Gebiet", kind)
        expect(page).to_have_url(re.compile("gebiet=area-"))
        page.goto(page.url.replace("akteurslandkarte", "vortrag"))
        expect(page.locator(".net.show .sentence")).to_be_visible(timeout=60_000)
        press(page, "ArrowRight")
        expect(page.locator(".remote + .live")).to_have_text(re.compile(rf"^{kind} .+ von \d+\. "))


def test_the_keys_are_let_go_when_the_page_is_left(watched: Watched, app: str) -> None:
    page = watched.page
    open_talk(page, app)
    first = press(page, "ArrowRight")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/akteurslandkarte"))
    expect(page.locator(".net canvas[tabindex]").first).to_be_visible()
    expect(page.locator(".remote")).to_have_count(0)
    page.wait_for_url(lambda url: query_of(url) == first)
    here = page.url
    for key in ("ArrowRight", "PageDown", " ", "Escape"):
        page.keyboard.press(key)
    page.wait_for_timeout(1500)
    assert page.url == here
    assert page.locator(".remote").count() == 0
    page.get_by_role("button", name="Vortrag", exact=True).click()
    expect(page.locator(".net.show .sentence")).to_be_visible()
    page.wait_for_timeout(500)
    again = press(page, "ArrowRight")
    assert again != query_of(here)
    assert press(page, "ArrowLeft") == query_of(here)


def query_of(url: str) -> str:
    found = re.search(r"gebiet=([\w-]+)", url)
    return found[1] if found else ""


def test_somebody_is_brought_forward_and_steps_back(watched: Watched, app: str) -> None:
    page = watched.page
    open_talk(page, app, "?akteur=" + lenkungskreis(page, app))
    page.mouse.move(400, 400)
    page.mouse.move(420, 400)
    expect(page.get_by_role("button", name=re.compile("^Hervorheben, wen"))).to_be_enabled()
    page.keyboard.press("h")
    expect(page).to_have_url(re.compile("betont=gremium-"))
    expect(page.locator(".net.show .context")).to_contain_text("1 Gremium hervorgehoben")
    expect(page).not_to_have_url(re.compile("akteur="))
    press_plain = page.get_by_role("button", name="Hervorhebung aufheben")
    page.mouse.move(400, 420)
    press_plain.click()
    expect(page).not_to_have_url(re.compile("betont="))
    expect(page.locator(".net.show .context")).not_to_contain_text("hervorgehoben")


def lenkungskreis(page: Page, app: str) -> str:
    open_map(page, app)
    choose(page, "Akteur suchen", "Lenkungskreis")
    expect(page).to_have_url(re.compile("akteur=gremium-"))
    return query(page)["akteur"]


def test_the_tools_show_while_the_mouse_moves_and_with_the_keyboard(watched: Watched, app: str) -> None:
    page = watched.page
    open_talk(page, app)
    tool, leave = page.locator(".remote .svg"), page.locator(".remote .end")
    expect(tool).to_have_css("opacity", "0", timeout=6_000)
    expect(leave).to_be_visible()
    page.mouse.move(300, 300)
    page.mouse.move(320, 300)
    expect(tool).to_have_css("opacity", "1")
    expect(tool).to_have_css("opacity", "0", timeout=6_000)
    tool.focus()
    expect(tool).to_have_css("opacity", "1")
    leave.click()
    expect(page).to_have_url(re.compile("/akteurslandkarte"))


def test_full_screen_holds_the_sentence(watched: Watched, app: str) -> None:
    page = watched.page
    open_talk(page, app)
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement === document.documentElement")
    expect(page.locator(".net.show .sentence")).to_be_visible()
    press(page, "ArrowRight")
    assert page.evaluate("document.fullscreenElement !== null"), "the next area stays on the whole screen"
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement === null")


@pytest.mark.parametrize("path", ["vortrag", "akteurslandkarte"])
def test_the_picture_is_saved_as_it_is_shown(path: str, watched: Watched, app: str, tmp_path: Path) -> None:
    page = watched.page
    page.goto(f"{app}/{path}")
    expect(page.locator(CANVAS).first).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1000)
    page.mouse.move(700, 600)
    page.mouse.move(710, 600)
    saved = {}
    for kind in ("SVG", "PNG"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=f"Bild als {kind} speichern").click()
        assert re.fullmatch(rf"falkenrath-steuerungsbild-\d{{4}}-\d\d-\d\d\.{kind.lower()}", waiting.value.suggested_filename)
        saved[kind] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(saved[kind])
    root = ET.parse(saved["SVG"]).getroot()
    said = ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]
    joined = " ".join(said)
    for word in ("Lenkungskreis Bildungsregion", "Schulausschuss", "FRÜHE BILDUNG", "Gremien", "436", "Stand ", "Netzwerkliste des Bildungsbüros", "Falkenrath: "):
        assert word in joined
    width, height = struct.unpack(">II", saved["PNG"].read_bytes()[16:24])
    assert width == 3840
    if path == "vortrag":
        assert height == 2160


@pytest.mark.parametrize("path", ["vortrag", "akteurslandkarte"])
def test_paper_holds_the_picture_on_one_page(path: str, watched: Watched, app: str) -> None:
    page = watched.page
    page.goto(f"{app}/{path}")
    expect(page.locator(CANVAS).first).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1000)
    for paper in ("A3", "A4"):
        pdf = page.pdf(format=paper, landscape=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    expect(page.locator("#picture-on-paper")).to_have_count(0)
    expect(page.locator(CANVAS).first).to_be_visible()


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (1280, 720)])
def test_everything_stands_on_the_screen(size: tuple[int, int], watched: Watched, app: str) -> None:
    """Nothing scrolls, nothing is cut off, in English too, whose words are longer in places."""
    page = watched.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for language in ("", "?lang=en"):
        open_talk(page, app, language)
        page.wait_for_timeout(500)
        for part in (".sentence", ".context", ".stage", ".legend", ".source"):
            box = page.locator(f".net.show {part}").bounding_box()
            assert box and box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= size[1] + 1
        canvas, stage = page.locator(CANVAS).bounding_box(), page.locator(".net.show .stage").bounding_box()
        assert canvas and stage and abs(canvas["height"] - stage["height"]) < 1
        assert stage["height"] > 0.62 * size[1], "most of the screen is picture"
