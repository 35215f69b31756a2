"""axe-core finds no serious problem on any page, in either language, on a large and on a small screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Watched

pytestmark = [pytest.mark.e2e, pytest.mark.server]
AXE = Path(__file__).resolve().parents[1] / "axe" / "axe.min.js"
RUN = """async () => {
  const found = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], resultTypes: ["violations"] });
  return found.violations.filter(v => ["serious", "critical"].includes(v.impact))
    .map(v => `${v.impact} ${v.id}: ${v.help}: ` + v.nodes.slice(0, 4).map(n => n.target.join(" ") + " " + n.html.slice(0, 160)).join(" | "));
}"""
ADDRESSES = {
    "": "h1",
    "akteurslandkarte": ".net canvas[tabindex]",
    "akteurslandkarte?darstellung=netz": ".net canvas[tabindex]",
    "akteurslandkarte?darstellung=matrix&lang=en": ".net canvas[tabindex]",
    "akteurslandkarte?darstellung=ringe": ".net canvas[tabindex]",
    "luecken": ".heatmap table",
    "luecken?zeilen=phase&ebene=stadtteil&lang=en": ".heatmap table",
    "vortrag": ".net.show .sentence",
    "vortrag?darstellung=matrix&lang=en": ".net.show .sentence",
    "akteurslandkarte?reiter=tabelle": ".listing table",
    "akteurslandkarte?reiter=beziehungen&seit=2025-01-01": ".listing table",
    "doppelstrukturen": ".pair",
    "doppelstrukturen?liste=doppel&lang=en": ".capsule",
    "doppelstrukturen?liste=erledigt": "h3",
    "fragen": "h1",
    "fragen?frage=gaps/institutions_alone&p_kind=school&lang=en": ".listing table",
    "fragen?frage=gaps/areas_unrepresented&reiter=karte": ".map svg",
    "quellen": "h1",
    "einlesen": "h1",
}


def problems(page: Page) -> list[str]:
    """What axe-core calls serious or critical, with where it is."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(RUN))


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_serious_problem(address: str, watched: Watched, app: str) -> None:
    page = watched.page
    page.goto(f"{app}/{address}")
    expect(page.locator(ADDRESSES[address]).first).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1500)
    assert problems(page) == []


@pytest.mark.parametrize("address", ["akteurslandkarte", "luecken"])
def test_at_200_percent_the_parts_stand_one_under_the_other(address: str, watched: Watched, app: str) -> None:
    """A screen of 1366 x 768 at 200 % has room for 683 x 384."""
    page = watched.page
    page.set_viewport_size({"width": 683, "height": 384})
    page.goto(f"{app}/{address}")
    expect(page.locator(ADDRESSES[address]).first).to_be_visible(timeout=60_000)
    expect(page.locator(".map svg").first).to_be_attached()
    parts = page.locator(".st-key-beside").first.locator("[data-testid=stColumn]").filter(has=page.locator(".map, .net, .heatmap"))
    boxes = [box for box in (part.bounding_box() for part in parts.all()) if box]
    assert len(boxes) >= 2
    assert all(box["width"] > 580 for box in boxes)
    assert all(above["y"] + above["height"] <= below["y"] for above, below in zip(boxes, boxes[1:], strict=False))
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 683


def test_the_check_finds_what_is_wrong(watched: Watched, app: str) -> None:
    """Without this the tests above could pass because axe-core looked at nothing."""
    page = watched.page
    page.goto(f"{app}/quellen")
    expect(page.locator("h1").first).to_be_visible(timeout=60_000)
    page.evaluate("""() => {
      // On top of the page: of text that something may cover axe-core says that it cannot tell.
      const host = document.querySelector("[data-testid=stMain]").appendChild(document.createElement("div"));
      host.style.cssText = "position:fixed;top:50%;left:50%;z-index:2000000;background:#fff";
      host.attachShadow({ mode: "open" }).innerHTML = "<p style='color:#ccc;background:#fff'>blass</p><button></button>";
    }""")
    assert sorted(problem.split(":")[0] for problem in problems(page)) == ["critical button-name", "serious color-contrast"]


@pytest.mark.parametrize(("address", "language"), [("quellen", "de"), ("quellen?lang=en", "en")])
def test_the_page_says_its_language(address: str, language: str, watched: Watched, app: str) -> None:
    page = watched.page
    page.goto(f"{app}/{address}")
    expect(page.locator("html")).to_have_attribute("lang", language, timeout=60_000)
