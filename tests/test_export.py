"""The picture as a file and on paper: SVG that says the same as the canvas, with names as text and nothing in it that runs; PNG 3840 wide."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Page

import views.network
from tests.network_data import actors, ties, town
from tests.test_components import CANVAS, EVIL, browser, drawing_of, find, mount_network, page, sent, small  # noqa: F401 (fixtures)
from views.captions import Caption
from views.drawing import Drawing
from views.network import Chip, Turning
from views.story import Story

SVG = "{http://www.w3.org/2000/svg}"
CAPTION = Caption(f"Hochfeld: {EVIL}", (("5 Akteure, ", False), ("fett", True), (": wer mehrfach sitzt & mehr", False)), "Stand 24.11.2026 · Quelle: <Liste>", "hochfeld-bild")


def data(drawing: Drawing, *, story: Story | None = None, presentation: bool = False, language: str = "de", selected: str | None = None) -> dict[str, Any]:
    chips = [Chip("Gremium", 3, True), Chip("Institution", 1234, True), Chip("Project", 2, False)]
    turning = Turning(areas=True, spoken="Stadtteil Hochfeld, 1 von 3.", emphasis=tuple(sorted(story.actors)) if story else ()) if presentation else None
    made = views.network.payload(
        drawing, chips=chips, title="Netzwerk", language=language, presentation=presentation, caption=CAPTION, story=story, turning=turning
    )
    return made | {"selected": selected}


def save(page: Page, kind: str, folder: Path) -> Path:  # noqa: F811
    page.mouse.move(300, 300)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile(f"{kind} speichern")).first.click()
    assert waiting.value.suggested_filename == f"hochfeld-bild.{kind.lower()}"
    path = folder / f"picture.{kind.lower()}"
    waiting.value.save_as(path)
    return path


def size_of(png: Path) -> tuple[int, int]:
    return struct.unpack(">II", png.read_bytes()[16:24])


def texts(svg: Path) -> list[str]:
    return ["".join(element.itertext()) for element in ET.parse(svg).getroot().iter(f"{SVG}text")]


@pytest.mark.parametrize("name", ["steuerungsbild", "netz", "matrix"])
def test_the_svg_is_xml_with_names_as_text_and_nothing_that_runs(name: str, page: Page, tmp_path: Path) -> None:  # noqa: F811
    mount_network(page, data(small(name, tmp_path)))
    svg = save(page, "SVG", tmp_path)
    root = ET.parse(svg).getroot()
    assert root.tag == f"{SVG}svg"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "title", "desc", "defs", "clipPath", "path", "text"}
    assert not {attribute for element in root.iter() for attribute in element.attrib if attribute.startswith("on") or "href" in attribute}
    assert CAPTION.sentence == root.findtext(f"{SVG}title")
    said = texts(svg)
    joined = " ".join(said)
    for word in ("Handlungsforum Sprache", "Lenkungskreis", "Gremien", "fett", ": wer mehrfach sitzt & mehr", CAPTION.source):
        assert word in joined
    assert not [text for text in said if said.count(text) > 1 and len(text) > 4], "a halo is no second text"
    assert "Projekte" not in joined, "what is switched off is not in the legend"


def test_a_hostile_name_opens_no_tag_and_runs_nowhere(page: Page, tmp_path: Path) -> None:  # noqa: F811
    mount_network(page, data(small("netz", tmp_path)))
    svg = save(page, "SVG", tmp_path)
    raw = svg.read_text(encoding="utf-8")
    assert "<img" not in raw and "<script" not in raw
    handlers = page.evaluate(
        """raw => {
          const root = document.importNode(new DOMParser().parseFromString(raw, "image/svg+xml").documentElement, true);
          document.body.append(root);
          return [root, ...root.querySelectorAll("*")].flatMap(element => element.getAttributeNames()).filter(name => /^on|href/.test(name)).length;
        }""",
        raw,
    )
    page.wait_for_timeout(200)
    assert handlers == 0  # and the page fixture sees that nothing ran and nothing was asked for


def test_signs_that_xml_forbids_are_left_out(page: Page, tmp_path: Path) -> None:  # noqa: F811
    people = actors({"id": "g", "type": "Gremium", "name": "Rat"}, {"id": "k", "type": "Institution", "kind": "kita", "name": "Kita 🎈"})
    drawing = drawing_of("netz", people, ties(("k", "g", "MEMBER_OF")), tmp_path)
    made = data(drawing)
    made["nodes"]["labels"][made["nodes"]["ids"].index("g")] = "Rat\x00\x0b\ufffe <b>"
    mount_network(page, made)
    assert {"Rat <b>", "Kita 🎈"} <= set(texts(save(page, "SVG", tmp_path)))


@pytest.mark.parametrize("name", ["steuerungsbild", "netz", "matrix"])
def test_svg_and_png_are_the_same_picture(name: str, page: Page, tmp_path: Path) -> None:  # noqa: F811
    """Both are painted by the same painter: rasterised, they differ by no more than the smoothing of edges."""
    people, pairs = town(kitas=9, schools=7, gremien=8)
    mount_network(page, data(drawing_of(name, people, pairs, tmp_path)))
    svg, png = save(page, "SVG", tmp_path), save(page, "PNG", tmp_path)
    assert size_of(png)[0] == 3840
    difference = page.evaluate(
        """async ([svg, png]) => {
          let height = 0;
          const raster = async (bytes, type) => {
            const image = new Image();
            image.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
            await image.decode();
            const canvas = document.createElement("canvas");
            canvas.width = 960;
            canvas.height = height ||= Math.round(960 * image.naturalHeight / image.naturalWidth);
            const g = canvas.getContext("2d");
            g.drawImage(image, 0, 0, canvas.width, canvas.height);
            return g.getImageData(0, 0, canvas.width, canvas.height).data;
          };
          const [one, other] = [await raster(svg, "image/svg+xml"), await raster(png, "image/png")];
          let far = 0;
          for (let i = 0; i < one.length; i += 4) if (Math.max(...[0, 1, 2].map(c => Math.abs(one[i + c] - other[i + c]))) > 140) far++;
          return { far: far / (one.length / 4), painted: one.filter((v, i) => i % 4 === 0 && v < 250).length};
        }""",
        [list(svg.read_bytes()), list(png.read_bytes())],
    )
    assert difference["painted"] > 2000
    assert difference["far"] < 0.004


def test_the_file_shows_the_whole_picture_whatever_is_zoomed(page: Page, tmp_path: Path) -> None:  # noqa: F811
    mount_network(page, data(small("steuerungsbild", tmp_path)))
    before = save(page, "SVG", tmp_path).read_text(encoding="utf-8")
    page.locator(CANVAS).focus()
    for _ in range(3):
        page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    assert save(page, "SVG", tmp_path).read_text(encoding="utf-8") == before


def test_the_chosen_one_and_the_story_are_in_the_file(page: Page, tmp_path: Path) -> None:  # noqa: F811
    drawing = small("steuerungsbild", tmp_path)
    plain = [node["id"] for node in drawing.nodes]
    mount_network(page, data(drawing, selected="g1"))
    assert "#FFC400" in save(page, "SVG", tmp_path).read_text(encoding="utf-8")
    told = Story(frozenset({"g2"}), frozenset(), True, frozenset({"g2"}))
    page.evaluate("made => window.show(made)", data(drawing, story=told))
    raw = save(page, "SVG", tmp_path).read_text(encoding="utf-8")
    assert re.search(r'fill="#FFFFFF"[^>]*>Handlungsforum Sprache<', raw), "white on its colour"
    assert plain


def test_a_story_shows_only_its_own_ties_and_stays_under_the_mouse(page: Page, tmp_path: Path) -> None:  # noqa: F811
    drawing = small("steuerungsbild", tmp_path)
    told = Story(frozenset({"g2"}), frozenset(), True, frozenset({"g2"}))
    mount_network(page, data(drawing, story=told, presentation=True))
    svg = save(page, "SVG", tmp_path).read_text(encoding="utf-8")
    strokes = re.findall(r'fill="none" stroke="(#\w+)" stroke-width="([\d.]+)"', svg)
    assert "#12866F" not in {color for color, _width in strokes}, "the contract between two others is not drawn"
    assert "Kooperationen" not in svg
    shot = page.locator(CANVAS).evaluate("canvas => canvas.toDataURL()")
    find(page, "Jugendamt")
    spot = find(page, "Lenkungskreis")
    page.mouse.move(*spot)
    page.wait_for_timeout(150)
    assert page.locator(CANVAS).evaluate("canvas => canvas.toDataURL()") == shot


def test_a_presentation_is_saved_in_the_shape_of_its_screen(page: Page, tmp_path: Path) -> None:  # noqa: F811
    page.set_viewport_size({"width": 1280, "height": 720})
    mount_network(page, data(small("steuerungsbild", tmp_path), presentation=True))
    assert size_of(save(page, "PNG", tmp_path)) == (3840, 2160)


def test_paper_takes_the_picture_alone_and_gives_the_page_back(page: Page, tmp_path: Path) -> None:  # noqa: F811
    mount_network(page, data(small("steuerungsbild", tmp_path)))
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#picture-on-paper svg").is_visible()
    assert not page.locator(CANVAS).is_visible()
    page.emulate_media(media="null")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#picture-on-paper").count() == 0
    pdf = page.pdf(format="A3", landscape=True)
    assert pdf.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_without_a_caption_nothing_can_be_saved(page: Page, tmp_path: Path) -> None:  # noqa: F811
    made = views.network.payload(small("netz", tmp_path), chips=[], title="", language="de")
    mount_network(page, made | {"selected": None})
    assert page.get_by_role("button", name=re.compile("speichern")).count() == 0
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#picture-on-paper").count() == 0


def test_nobody_there_is_a_file_too(page: Page, tmp_path: Path) -> None:  # noqa: F811
    empty = drawing_of("steuerungsbild", actors().iloc[:0], ties(), tmp_path)
    mount_network(page, data(empty))
    assert any("noch niemand erfasst" in text for text in texts(save(page, "SVG", tmp_path)))


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (1280, 720)])
def test_letters_are_large_enough_for_the_back_row(size: tuple[int, int], page: Page, tmp_path: Path) -> None:  # noqa: F811
    """At least 1/48 of the picture's height, as look.md asks, with as many rows as a presentation shows."""
    from views.presentation import LIMITS

    people, pairs = town(kitas=60, schools=50, gremien=24)
    from views.drawing import draw
    from views.positions import Positions

    page.set_viewport_size({"width": size[0], "height": size[1]})
    with Positions(tmp_path / "p.sqlite") as positions:
        drawing = draw("steuerungsbild", people, pairs, scope="t", positions=positions, language="de", limits=LIMITS["steuerungsbild"])
    page.evaluate("""() => {
      window.sizes = [];
      const { fillText } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
        window.sizes.push([Number(this.font.match(/([\\d.]+)px/)[1]) * this.getTransform().a / Math.min(2, devicePixelRatio), text]);
        return fillText.call(this, text, ...at);
      };
    }""")
    mount_network(page, data(drawing, presentation=True))
    stage = page.locator(".net .stage").evaluate("stage => stage.clientHeight")
    assert page.locator(CANVAS).evaluate("canvas => canvas.clientHeight") == stage, "nothing scrolls"
    smallest = min(page.evaluate("window.sizes"))
    assert smallest[0] >= stage / 48, smallest


def test_many_seats_are_one_table(page: Page, tmp_path: Path) -> None:  # noqa: F811
    """Slanted names of the Matrix are text as well, turned by a transform."""
    people, pairs = town(kitas=9, schools=7, gremien=8)
    assert isinstance(pairs, pd.DataFrame)
    mount_network(page, data(drawing_of("matrix", people, pairs, tmp_path)))
    root = ET.parse(save(page, "SVG", tmp_path)).getroot()
    turned = [element for element in root.iter(f"{SVG}text") if "transform" in element.attrib]
    assert turned and all(re.fullmatch(r"matrix\([-\d. ]+\)", element.attrib["transform"]) for element in turned)
    assert sent(page) == []
