"""A Netz of many in a real browser, on a bare page: it is drawn, moves without a pause, can be read, chosen from and exported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from benchmarks.crowd import network
from tests.network_data import actors, ties
from tests.test_components import CANVAS, EVIL, browser, find, mount_network, network_data, page, picture, sent  # noqa: F401 (fixtures)
from views.drawing import Drawing, draw
from views.positions import Positions

CHOSEN = "() => parent_.querySelector('.stage > canvas')"


def crowd(size: int, folder: Path, **more: object) -> Drawing:
    people, pairs = network(size)
    with Positions(folder / "positions.sqlite") as positions:
        return draw("netz", people, pairs, scope="crowd", positions=positions, language="de", whole=True, grouping="community", **more)  # type: ignore[arg-type]


def rested(page: Page) -> str:  # noqa: F811
    """The picture when nothing is painted any more."""
    last = ""
    for _ in range(40):
        page.wait_for_timeout(250)
        if (now := picture(page)) == last:
            return now
        last = now
    raise AssertionError("the picture does not come to rest")


def colors(page: Page) -> set[str]:  # noqa: F811
    """The colours of some type that the picture holds."""
    return set(
        page.locator(CANVAS).evaluate(
            """canvas => {
              const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height), found = new Set();
              for (let i = 0; i < data.length; i += 4) found.add("#" + [0, 1, 2].map(n => data[i + n].toString(16).padStart(2, "0")).join("").toUpperCase());
              return ["#1B4F9C", "#12866F", "#D55E00", "#A1307E", "#3A404C", "#E4E8EE"].filter(color => found.has(color));
            }"""
        )
    )


@pytest.mark.parametrize("size", [300, 3_000])
def test_everybody_is_drawn_and_what_has_no_name_is_counted(size: int, page: Page, tmp_path: Path) -> None:  # noqa: F811
    mount_network(page, network_data(crowd(size, tmp_path)))
    rested(page)
    assert {"#1B4F9C", "#12866F", "#D55E00", "#A1307E", "#E4E8EE"} <= colors(page)
    hidden = int(re.sub(r"\D", "", page.locator(".net .note").inner_text().split("Namen")[0]))
    assert size * 0.5 < hidden < size


def test_names_come_as_one_zooms_in_and_the_whole_comes_back(page: Page, tmp_path: Path) -> None:  # noqa: F811
    mount_network(page, network_data(crowd(2_000, tmp_path)))
    before = rested(page)
    page.locator(CANVAS).focus()
    for _ in range(14):
        page.keyboard.press("+")
    closer = rested(page)
    left = page.locator(".net .note").inner_text()
    assert closer != before and int(re.sub(r"\D", "", left) or 0) < 300
    page.keyboard.press("0")
    assert rested(page) == before


def test_a_crowd_is_walked_through_chosen_from_and_let_go(page: Page, tmp_path: Path) -> None:  # noqa: F811
    drawing = crowd(1_500, tmp_path)
    mount_network(page, network_data(drawing))
    before = rested(page)
    page.locator(CANVAS).focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    names = {node["id"]: node["label"] for node in drawing.nodes}
    (_, first), (_, second) = sent(page)
    degree = {i: len({b if a == i else a for a, b, _k, _n in drawing.ties if i in (a, b)}) for i in range(len(drawing.nodes))}
    place = {node["id"]: n for n, node in enumerate(drawing.nodes)}
    assert degree[place[first]] == max(degree.values()) and degree[place[first]] >= degree[place[second]]
    assert f"{names[second]}, {degree[place[second]]} Beziehungen" in page.locator(".net .live").inner_text()
    assert rested(page) != before
    page.keyboard.press("Escape")
    assert sent(page)[-1] == ["selected", None]


def test_a_click_on_a_symbol_of_a_crowd_chooses_it(page: Page, tmp_path: Path) -> None:  # noqa: F811
    drawing = crowd(400, tmp_path)
    mount_network(page, network_data(drawing))
    rested(page)
    node = drawing.nodes[7]
    page.mouse.click(*find(page, node["label"]))
    [(name, chosen)] = sent(page)
    assert name == "selected" and node["label"] in next(other["label"] for other in drawing.nodes if other["id"] == chosen)


def test_a_rerun_with_the_same_drawing_changes_no_pixel(page: Page, tmp_path: Path) -> None:  # noqa: F811
    data = network_data(crowd(1_000, tmp_path))
    mount_network(page, data)
    before = rested(page)
    page.evaluate("data => show(data)", data)
    assert picture(page) == before
    page.evaluate("data => show(data)", data | {"version": "other"})
    assert rested(page) == before


def test_dragging_moves_the_crowd_and_chooses_nobody(page: Page, tmp_path: Path) -> None:  # noqa: F811
    mount_network(page, network_data(crowd(1_000, tmp_path)))
    before = rested(page)
    page.mouse.move(500, 400)
    page.mouse.down()
    page.mouse.move(900, 700, steps=12)
    page.mouse.up()
    assert sent(page) == [] and rested(page) != before
    page.locator(CANVAS).focus()
    page.keyboard.press("0")
    page.mouse.move(3, 3)
    assert rested(page) == before


def test_the_size_of_symbols_follows_what_was_measured(page: Page, tmp_path: Path) -> None:  # noqa: F811
    people, _ = network(200)
    small = crowd(200, tmp_path)
    large = crowd(200, tmp_path, sizes=dict.fromkeys(people.index, 1.0))
    mount_network(page, network_data(small))
    before = rested(page)
    mount_network(page, network_data(large))
    assert rested(page) != before


def test_names_in_a_crowd_are_text_and_never_markup(page: Page, tmp_path: Path) -> None:  # noqa: F811
    people = actors(*({"id": f"k{n:03d}", "type": "Institution", "kind": "kita", "name": f"{EVIL} {n}"} for n in range(300)))
    with Positions(tmp_path / "p.sqlite") as positions:
        drawing = draw("netz", people, ties(("k000", "k001", "COOPERATES_WITH/contract")), scope="s", positions=positions, language="de", whole=True)
    mount_network(page, network_data(drawing))
    page.locator(CANVAS).focus()
    page.keyboard.press("PageDown")
    rested(page)
    assert page.evaluate("parent_.querySelectorAll('img, script').length") == 0


def test_the_painter_draws_a_crowd_on_anything_that_has_a_canvas_methods(page: Page, tmp_path: Path) -> None:  # noqa: F811
    """Exports give the painter another context; it must need no more than drawing."""
    data = network_data(crowd(500, tmp_path))
    mount_network(page, data)
    script = __import__("views.network").network._COMPONENT.script + "\nwindow.parts_ = { Scene, View, Painter, unpack };"
    asked = page.evaluate(
        """async ([script, data]) => {
          await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
          const { Scene, View, Painter, unpack } = window.parts_, asked = {};
          const g = new Proxy({}, { get: (own, name) => name in own ? own[name]
            : (...all) => { asked[name] = (asked[name] || 0) + 1; return name === "measureText" ? { width: 6 * all[0].length } : undefined; } });
          const scene = new Scene(unpack(data)), view = new View(scene);
          view.measure(g, 1000, 700, false);
          const hidden = new Painter(scene, view).paint(g, 3, -1);
          return { ...asked, hidden };
        }""",
        [script, data],
    )
    assert asked["fillText"] > 10 and asked["fill"] > 3 and 100 < asked["hidden"] < 500
    assert not set(asked) & {"drawImage", "getImageData", "putImageData"}
