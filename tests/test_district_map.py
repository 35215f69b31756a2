"""The district map in a real browser, on a bare page: fills, brushing, keyboard, thousands of points, the saved file."""

# ruff: noqa: F811 (fixtures of another module)
from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Page

import views.districts
from tests.test_components import EVIL, SCHOOLS, browser, map_data, mount_map, page, places, sent, square, town_areas  # noqa: F401 (fixtures)
from views.districts import fills
from views.districts.fills import Fill, Shading

AREA = '.map .area[data-area="{}"]'
SVG = "{http://www.w3.org/2000/svg}"


def states() -> Shading:
    """One area of each state, and a legend."""
    shown = {"n1": Fill(12.0, "12", "#1B4F9C", "value", "12 Kitas"), "n2": fills.checked("geprüft, keine"), "s1": fills.unknown("nicht erhoben")}
    legend = [fills.Entry("#1B4F9C", "12 · 1 Gebiet"), fills.Entry("#FFFFFF", "0 · 1 Gebiet", "checked"), fills.Entry(fills.HATCH[0], "nicht erhoben", "unknown")]
    switch = fills.Switch("classes", "Klassen", [fills.Option("quantile", "Quantile", "", True), fills.Option("natural", "Natürliche Grenzen", "", False)])
    return Shading(shown, legend, EVIL, [switch])


def shaded(shading: Shading | None = None, **more: Any) -> dict[str, Any]:
    return map_data() | views.districts.shaded(shading or states()) | {"title": "Karte", "subtitle": "Stand 24.11.2026", "file": "karte-x.svg"} | more


def where(page: Page, area: str) -> tuple[float, float]:
    box = page.locator(AREA.format(area)).bounding_box()
    assert box
    return box["x"], box["y"]


def spoken(page: Page) -> str:
    return page.locator(".map .live").inner_text()


# ---- fills ---------------------------------------------------------------------------------------------


def test_three_states_are_told_by_fill_sign_and_word(page: Page) -> None:
    mount_map(page, shaded())
    assert [page.locator(AREA.format(area)).get_attribute("fill") for area in ("n1", "n2", "s1")] == ["#1B4F9C", "#FFFFFF", "url(#hatch)"]
    assert page.locator('.map .borders path[stroke="#B3261E"]').count() == 1
    texts = {text: colour for text, colour in page.locator(".map .names text").evaluate_all("all => all.map(t => [t.textContent, t.getAttribute('fill')])")}
    assert {text: texts[text] for text in ("12", "0", "?")} == {"12": "#FFFFFF", "0": "#9B1F18", "?": "#0A0E18"}
    assert page.locator(AREA.format("n1")).get_attribute("aria-label") == "Hafen: 12 Kitas. Hafen wählen"
    assert page.locator(".map .legend .line").all_inner_texts() == ["12 · 1 Gebiet", "0 · 1 Gebiet", "nicht erhoben"]
    assert page.locator(".map .legend b").inner_text() == EVIL
    assert page.evaluate("parent_.querySelectorAll('img, script').length") == 0


def test_filled_areas_are_buttons_wherever_they_are(page: Page) -> None:
    mount_map(page, shaded())
    page.locator(AREA.format("n1")).press("Enter")
    assert sent(page) == [["area", "n1"]]
    page.get_by_role("button", name="Natürliche Grenzen").click()
    assert sent(page)[-1] == ["classes", "natural"]
    assert page.get_by_role("button", name="Quantile").get_attribute("aria-pressed") == "true"


def test_numbers_and_names_never_cover_each_other(page: Page) -> None:
    rows = [(f"a{i}{j}", f"Stadtteil Nummer {i}-{j}", "quarter", None, square(6.6 + 0.01 * i, 51.4 + 0.01 * j, 0.01)) for i in range(12) for j in range(9)]
    areas = pd.DataFrame(rows, columns=["id", "name", "level", "parent", "geometry"]).set_index("id")
    data = views.districts.payload(areas, SCHOOLS.iloc[:0], title="", language="de") | {"chosen": [], "selected": None, "marked": []}
    values: dict[str, float | None] = {area: float(n) for n, area in enumerate(areas.index)}
    shading = fills.choropleth(values, method="quantile", title="Kitas", language="de", whole=True)
    mount_map(page, data | views.districts.shaded(shading))
    boxes = page.locator(".map .names text").evaluate_all("all => all.map(t => { const b = t.getBBox(); return [b.x + 1, b.y + b.height * .2, b.x + b.width - 1, b.y + b.height * .8]; })")
    assert len(boxes) >= len(areas), "every area has its number"
    for n, a in enumerate(boxes):
        assert not any(a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1] for b in boxes[n + 1 :])


def test_a_name_stands_in_its_own_area_and_covers_no_count(page: Page) -> None:
    """Small areas, much in them: a name that finds no place in its own area is left out, for beside it, it would name another one."""
    rows = [(f"a{i}{j}", f"Teil {i}-{j}", "quarter", None, square(6.6 + 0.02 * i, 51.4 + 0.02 * j, 0.02)) for i in range(5) for j in range(5)]
    areas = pd.DataFrame(rows, columns=["id", "name", "level", "parent", "geometry"]).set_index("id")
    crowds = {
        "symbols": [(f"p{n}", f"Kita {n}", 51.405 + 0.0007 * (n % 40), 6.6 + 0.005 * (n // 40)) for n in range(280)],
        "counts": [(f"p{n}", f"Kita {n}", 51.401 + 0.0022 * (n % 40), 6.601 + 0.0022 * (n // 40)) for n in range(1600)],
    }
    for crowd in crowds.values():
        mount_map(page, views.districts.payload(areas, places(*crowd), title="", language="de") | {"chosen": [], "selected": None, "marked": []})
        names = page.locator(".map .names text").evaluate_all("all => all.map(t => { const b = t.getBoundingClientRect(); return [t.textContent, b.x + b.width / 2, b.y + b.height / 2]; })")
        assert len(names) > 12
        for name, x, y in names:
            own = page.locator(AREA.format("a" + name.removeprefix("Teil ").replace("-", ""))).bounding_box()
            assert own and own["x"] <= x <= own["x"] + own["width"] and own["y"] <= y <= own["y"] + own["height"], name
        box = "e => { const b = e.getBoundingClientRect(); return [b.x, b.y + b.height * .2, b.right, b.bottom - b.height * .2]; }"
        texts, discs = (page.locator(f".map .{where}").evaluate_all(f"all => all.map({box})") for where in ("names text", "points circle"))
        assert not [1 for a in texts for b in discs if a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]]
    assert discs, "a crowd is counted"


def test_the_name_of_the_chosen_stands_where_it_covers_no_count(page: Page) -> None:
    rows = [(f"a{i}{j}", f"Teil {i}-{j}", "quarter", None, square(6.6 + 0.02 * i, 51.4 + 0.02 * j, 0.02)) for i in range(3) for j in range(3)]
    areas = pd.DataFrame(rows, columns=["id", "name", "level", "parent", "geometry"]).set_index("id")
    crowd = [(f"p{n}", f"Kita {n}", 51.401 + 0.0014 * (n % 40), 6.601 + 0.0014 * (n // 40)) for n in range(1600)]
    box = "e => { const b = e.getBoundingClientRect(); return [b.x, b.y + b.height * .2, b.right, b.bottom - b.height * .2]; }"

    def mounted(*more: tuple[str, str, float, float]) -> None:
        chosen = more[0][0] if more else None
        mount_map(page, views.districts.payload(areas, places(*crowd, *more), title="", language="de") | {"chosen": [], "selected": chosen, "marked": []})

    mounted()
    discs = page.locator(".map .points circle").evaluate_all(f"all => all.map({box})")
    middle, side = page.locator(AREA.format("a11")).bounding_box(), 0.02
    assert middle and len(discs) == 9
    above = side * 28 / middle["height"]  # so that the usual place of its name, 28 px below it, is the middle of the disc
    mounted(("x", "Hier", 51.43 + above, 6.63))
    name = page.locator(".map .names text", has_text="Hier").evaluate(box)
    assert not [1 for disc in discs if name[0] < disc[2] and name[2] > disc[0] and name[1] < disc[3] and name[3] > disc[1]]


def test_a_count_is_covered_by_nobody_who_stands_out_and_stays_in_its_area(page: Page) -> None:
    """"110" under a symbol would read "10"; and in the area beside it would be that one's."""
    rows = [(f"a{i}{j}", f"Teil {i}-{j}", "quarter", None, square(6.6 + 0.02 * i, 51.4 + 0.02 * j, 0.02)) for i in range(3) for j in range(3)]
    areas = pd.DataFrame(rows, columns=["id", "name", "level", "parent", "geometry"]).set_index("id")
    crowd = [(f"p{n}", f"Kita {n}", 51.401 + 0.0014 * (n % 40), 6.601 + 0.0014 * (n // 40)) for n in range(1600)]
    around = [(f"m{n}", f"Schule {n}", 51.4302 + 0.0004 * (n % 3), 6.629 + 0.001 * n) for n in range(3)]
    data = views.districts.payload(areas, places(*crowd, *around), title="", language="de") | {"chosen": [], "selected": "m0", "marked": ["m1", "m2"]}
    box = "e => { const b = e.getBoundingClientRect(); return [b.x, b.y, b.right, b.bottom]; }"

    def discs(chosen: bool) -> list[list[float]]:
        mount_map(page, data if chosen else data | {"selected": None, "marked": []})
        return list(page.locator(".map .points .point:has(text)").evaluate_all(f"all => all.map({box})"))

    before, after = discs(False), discs(True)
    assert len(before) == len(after) == 9 and before != after, "one of them stood in the way"
    symbols = page.locator(".map .points .point[data-actor]").evaluate_all(f"all => all.map({box})")
    assert len(symbols) == 3
    assert not [1 for disc in after for s in symbols if s[0] < disc[2] - 2 and s[2] > disc[0] + 2 and s[1] < disc[3] - 2 and s[3] > disc[1] + 2]
    middles = [((d[0] + d[2]) / 2, (d[1] + d[3]) / 2) for d in after]
    boxes = [page.locator(AREA.format(area)).bounding_box() for area in areas.index]
    assert all(sum(1 for x, y in middles if b and b["x"] <= x <= b["x"] + b["width"] and b["y"] <= y <= b["y"] + b["height"]) == 1 for b in boxes)


def test_a_few_far_outside_do_not_make_the_areas_small(page: Page) -> None:
    inside = places(*[(f"p{n}", f"Kita {n}", 51.41 + 0.0019 * n, 6.61 + 0.0019 * n) for n in range(90)])

    def width(*more: tuple[str, str, float, float]) -> float:
        mount_map(page, map_data(pd.concat([inside, places(*more)]) if more else inside))
        box = page.locator(AREA.format("north")).bounding_box()
        assert box
        return box["width"]

    alone = width()
    assert width(("far", "Bezirksregierung", 51.66, 6.86)) == pytest.approx(alone)
    assert width(("near", "Gleich nebenan", 51.62, 6.7)) < alone
    assert width(*[(f"f{n}", f"Nachbar {n}", 51.66, 6.86 + 0.001 * n) for n in range(20)]) < 0.95 * alone, "many are in the first view, too"


def test_other_fills_other_points_and_a_legend_move_nothing(page: Page) -> None:
    mount_map(page, map_data())
    page.get_by_role("button", name="Karte vergrößern").click()
    page.wait_for_timeout(300)
    before = page.locator(".map svg.below > g").first.get_attribute("transform") or ""
    scale = before.split("scale")[1]
    node = page.locator(AREA.format("n1")).element_handle()
    for data in (map_data(SCHOOLS.iloc[:1]), shaded(), map_data(selected="a"), map_data()):
        page.evaluate("data => show(data)", data)
        page.wait_for_timeout(120)
        now = page.locator(".map svg.below > g").first.get_attribute("transform") or ""
        assert node and node.evaluate("node => node.isConnected"), "the areas stay the same elements"
        if not data["legend"]:
            assert float(now.split("scale(")[1].rstrip(")")) == pytest.approx(float(scale.strip("()")), rel=1e-6)
    assert page.locator(".map svg.below > g").first.get_attribute("transform") == before


# ---- brushing and keyboard -----------------------------------------------------------------------------


def test_ctrl_adds_areas_and_takes_them_off(page: Page) -> None:
    mount_map(page, map_data(chosen=("north",)))
    page.locator(AREA.format("south")).click(modifiers=["Control"], position={"x": 200, "y": 20})
    assert sent(page) == [["areas", ["north", "south"]]]
    assert spoken(page).startswith("2 Gebiete gewählt: Bezirk Nord, ")
    assert page.locator(AREA.format("s1")).get_attribute("tabindex") == "0", "it is open at once"
    page.locator(AREA.format("s1")).press("Shift+Enter")
    assert sent(page)[-1] == ["areas", ["north", "s1"]], "a part takes the place of what it belongs to"
    page.locator(AREA.format("s1")).press("Shift+Enter")
    assert sent(page)[-1] == ["areas", ["north"]]


def test_brushing_leaves_the_section_where_it_is(page: Page) -> None:
    mount_map(page, map_data(chosen=("n1",)))
    before = where(page, "n1")
    page.locator(AREA.format("n2")).click(modifiers=["Shift"], position={"x": 20, "y": 20})
    page.evaluate("data => show(data)", map_data(chosen=("n1", "n2")))
    assert where(page, "n1") == pytest.approx(before)
    page.evaluate("data => show(data)", map_data(chosen=("south",)))
    assert where(page, "n1") != pytest.approx(before), "a choice made elsewhere is brought into sight"


def test_a_rectangle_chooses_the_areas_whose_spot_lies_in_it(page: Page) -> None:
    mount_map(page, map_data(chosen=("north",)))
    box = page.locator(AREA.format("north")).bounding_box()
    assert box
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.9, steps=4)
    assert page.locator(".map .band").is_visible()
    page.mouse.up()
    page.keyboard.up("Shift")
    assert sent(page) == [["areas", ["n1"]]]
    assert not page.locator(".map .band").is_visible()
    assert where(page, "north") == pytest.approx((box["x"], box["y"])), "the map has not moved"


def test_going_back_from_an_area_without_a_whole_shows_everything(page: Page) -> None:
    areas = town_areas().drop(index="town")
    data = views.districts.payload(areas, SCHOOLS, title="", language="de") | {"chosen": ["s1"], "selected": None, "marked": []}
    mount_map(page, data | {"chosen": ["north"]})
    assert page.locator(AREA.format("south")).get_attribute("role") == "button"
    page.evaluate("data => show(data)", data)
    page.locator(AREA.format("s1")).press("Enter")
    assert sent(page) == [["area", "south"]]


def test_arrows_move_and_nought_brings_back(page: Page) -> None:
    mount_map(page, map_data())
    before = where(page, "town")
    page.locator(".map .stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)
    assert where(page, "town") == pytest.approx((before[0] - 50, before[1] - 50), abs=1)
    page.keyboard.press("+")
    page.wait_for_timeout(300)
    page.keyboard.press("0")
    assert where(page, "town") == pytest.approx(before, abs=1)


def test_the_keyboard_reaches_everybody_also_at_one_address(page: Page) -> None:
    crowd = places(*((f"p{n}", f"Amt {n}", 51.55, 6.65) for n in range(9)), ("far", "Kita Wiesen", 51.45, 6.65))
    mount_map(page, map_data(crowd))
    heap = page.locator(".map .point[role=button]")
    heap.focus()
    page.keyboard.press("Enter")
    assert page.locator(".map .point polygon").count() == 10
    page.keyboard.press("Escape")
    page.locator(".map .stage").focus()
    page.keyboard.press("Escape")
    assert page.locator(".map .point polygon").count() == 1
    for _ in range(10):
        page.keyboard.press("PageDown")
    assert {value for name, value in sent(page) if name == "selected" and value} == set(crowd.index)
    assert spoken(page) == "Institution Kita Wiesen, gewählt"
    page.keyboard.press("Escape")
    assert sent(page)[-1] == ["selected", None] and spoken(page) == "Niemand ausgewählt."


def test_an_area_that_opens_hands_the_focus_to_the_map(page: Page) -> None:
    mount_map(page, map_data())
    page.locator(AREA.format("north")).focus()
    page.keyboard.press("Enter")
    page.evaluate("data => show(data)", map_data(chosen=("north",)))
    assert page.evaluate("parent_.getRootNode().activeElement.className") == "stage"
    assert spoken(page) == "Gewähltes Gebiet: Bezirk Nord"


def test_a_map_that_gets_another_size_keeps_its_section(page: Page) -> None:
    mount_map(page, map_data())
    page.get_by_role("button", name="Karte vergrößern").click()
    page.wait_for_timeout(200)
    middle = "() => { const b = parent_.querySelector('.stage').getBoundingClientRect(), a = parent_.querySelector('[data-area=n1]').getBoundingClientRect(); return (a.x - b.x - b.width / 2) / a.width; }"
    before = page.evaluate(middle)
    page.set_viewport_size({"width": 700, "height": 800})
    page.wait_for_timeout(300)
    assert page.evaluate(middle) == pytest.approx(before, abs=0.02)


# ---- thousands of points -------------------------------------------------------------------------------


def crowd(n: int) -> pd.DataFrame:
    return places(*((f"p{k:05d}", f"Kita {k}", 51.4 + 0.2 * ((k * 37) % n) / n, 6.6 + 0.2 * ((k * 61) % n) / n) for k in range(n)))


def test_thousands_of_points_are_painted_and_chosen_like_few(page: Page) -> None:
    data = views.districts.payload(town_areas().iloc[:0], crowd(2500), title="viele", language="de") | {"chosen": [], "selected": None, "marked": []}
    mount_map(page, data)
    assert page.locator(".map .point").count() == 0 and page.locator(".map .dots").is_visible()
    for _ in range(5):
        page.get_by_role("button", name="Karte vergrößern").click()
    page.wait_for_timeout(400)
    spot = page.evaluate(
        """() => {
          const stage = parent_.querySelector(".stage"), box = stage.getBoundingClientRect();
          for (let y = box.top + 40; y < box.bottom - 40; y += 5) for (let x = box.left + 40; x < box.right - 40; x += 5) {
            stage.onpointermove({ clientX: x, clientY: y, buttons: 0 });
            if (stage.title) return [x, y, stage.title];
          }
        }"""
    )
    page.mouse.click(spot[0], spot[1])
    chosen = sent(page)[-1][1]
    assert f"Kita {int(chosen[1:])}" == spot[2]
    page.evaluate("data => show(data)", data | {"selected": chosen})
    assert page.locator(f'.map .point[data-actor="{chosen}"]').count() == 1
    assert page.locator(f'.map text:text-is("{spot[2]}")').count() == 1
    page.locator(".map .stage").focus()
    page.keyboard.press("PageDown")
    assert sent(page)[-1][1] not in (chosen, None)


def test_painted_points_are_counted_by_area_and_do_not_hide_the_areas(page: Page) -> None:
    mount_map(page, map_data(crowd(2500)))
    assert sum(int(text.replace(".", "")) for text in page.locator(".map .point text").all_text_contents()) == 2500
    page.locator(AREA.format("north")).click(position={"x": 15, "y": 15})
    assert sent(page) == [["area", "north"]]


def test_twenty_thousand_points_stay_fluid(page: Page) -> None:
    mount_map(page, map_data(crowd(20_000)))
    frames = page.evaluate(
        """async () => {
          const stage = parent_.querySelector(".stage"), box = stage.getBoundingClientRect();
          const fire = (target, type, x) => target.dispatchEvent(new PointerEvent(type, { clientX: box.left + 300 + x, clientY: box.top + 200, button: 0, bubbles: true }));
          fire(stage, "pointerdown", 0);
          const start = performance.now();
          let n = 0;
          while (performance.now() - start < 1500) {
            fire(window, "pointermove", 10 + 2 * (n % 100));
            await new Promise(requestAnimationFrame);
            n++;
          }
          fire(window, "pointerup", 0);
          return n / 1.5;
        }"""
    )
    assert frames > 12  # per second, on two shared cores without a graphics card


# ---- file, print, and what is missing ------------------------------------------------------------------


def saved(page: Page, folder: Path) -> ElementTree.Element:
    with page.expect_download() as coming:
        page.get_by_role("button", name="Karte als SVG-Datei speichern").click()
    assert coming.value.suggested_filename == "karte-x.svg"
    coming.value.save_as(folder / "karte.svg")
    text = (folder / "karte.svg").read_text(encoding="utf-8")
    assert "<script" not in text and "onerror" not in text.replace(EVIL.replace("<", "&lt;").replace(">", "&gt;"), "")
    return ElementTree.fromstring(text)


def test_the_saved_map_has_title_legend_scale_and_named_fonts(page: Page, tmp_path: Path) -> None:
    mount_map(page, shaded())
    root = saved(page, tmp_path)
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert texts[:2] == ["Karte", "Stand 24.11.2026"]
    assert {"12 · 1 Gebiet", "0 · 1 Gebiet", "nicht erhoben", EVIL, "12", "0", "?", "Hafen"} <= set(texts)
    assert any(text and text.endswith(" km") for text in texts)
    assert "Source Sans" in root.attrib["font-family"]
    assert len(list(root.iter(f"{SVG}pattern"))) == 1
    assert not [element for element in root.iter() if set(element.attrib) & {"tabindex", "class", "data-area", "vector-effect"}]
    page.goto("about:blank")
    page.set_content((tmp_path / "karte.svg").read_text(encoding="utf-8"))
    assert page.locator("svg polygon").count() == 3, "a browser draws it"


def test_painted_points_are_shapes_in_the_file(page: Page, tmp_path: Path) -> None:
    data = views.districts.payload(town_areas().iloc[:0], crowd(2100), title="viele", language="de")
    mount_map(page, data | {"chosen": [], "selected": None, "marked": [], "file": "karte-x.svg", "subtitle": ""})
    assert len(list(saved(page, tmp_path).iter(f"{SVG}polygon"))) == 2100


def test_letters_are_larger_on_the_whole_screen(page: Page) -> None:
    mount_map(page, shaded())
    size = "() => Math.max(...[...parent_.querySelectorAll('.names text')].map(t => +t.getAttribute('font-size')))"
    before = page.evaluate(size)
    page.get_by_role("button", name="Karte als Vollbild").click()
    page.wait_for_function("() => parent_.getRootNode().fullscreenElement")
    page.wait_for_timeout(300)
    assert page.evaluate(size) == pytest.approx(before * 1.6)
    assert page.locator(".map .legend").is_visible()


def test_print_shows_the_whole_map_without_tools(page: Page) -> None:
    mount_map(page, shaded())
    for _ in range(3):
        page.get_by_role("button", name="Karte vergrößern").click()
    page.emulate_media(media="print")
    page.wait_for_timeout(200)
    assert not page.locator(".map .tools").is_visible() and not page.locator(".map .switch").is_visible()
    assert page.locator(".map .legend .line").first.is_visible()
    area, below = page.locator(AREA.format("town")).bounding_box(), page.locator(".map svg.below").bounding_box()
    assert area and below
    assert below["x"] <= area["x"] and area["x"] + area["width"] <= below["x"] + below["width"]


@pytest.mark.parametrize("points", [SCHOOLS.iloc[:0], SCHOOLS.iloc[:1], SCHOOLS])
@pytest.mark.parametrize("area_ids", [[], ["s2"], ["town"], ["n1", "s2", "room"]])
def test_a_map_of_little_is_still_a_map(points: pd.DataFrame, area_ids: list[str], page: Page) -> None:
    data = views.districts.payload(town_areas().loc[area_ids], points, title=EVIL, language="de") | {"chosen": [], "selected": None, "marked": []}
    mount_map(page, json.loads(json.dumps(data | {"file": "x.svg", "subtitle": ""})))
    page.locator(".map .stage").focus()
    for key in ("PageDown", "+", "ArrowLeft", "0", "Escape"):
        page.keyboard.press(key)
    if not len(points) and not data["areas"]:
        assert "weder Flächen noch Punkte" in page.locator(".map .message").inner_text()
    else:
        assert page.locator(".map .message").count() == 0
        assert page.locator(".map .point polygon").count() == len(points)
