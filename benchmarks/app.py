"""The running app on a large city in a real browser: select to profile, filter, switch of area, and the memory of twenty sessions.

``python -m benchmarks.app [--nodes N] [--edges N] [--home FOLDER] [--write]``. ``--home`` keeps the city between
runs. ``--write`` puts the table into docs/benchmarks.md. Each time is from the click, as the page receives it, to the
first frame in which the change stands on the page, the median of several; beside it until the page is at rest, with
everything that the click changes elsewhere. The last line is a button on a page that does nothing else: what Streamlit
itself takes for a round trip.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import city
from benchmarks.page import put
from graph.home import Home
from ingest.run import ingest
from tests.browser import FLAGS, executable
from tests.e2e.conftest import serving

SESSIONS = 20
TURNS = 9
GOALS = {"select to profile": 0.3, "filter by type": 0.2, "switch of area": 0.5}
MEMORY_MB = 1_000.0
_BARE = """import streamlit as st
st.markdown(f"## {st.session_state.get('n', 0)}")
st.button("weiter", on_click=lambda: st.session_state.update(n=st.session_state.get("n", 0) + 1))
"""


def areas(folder: Path) -> dict[str, Path]:
    """A town of 7 Stadtbezirke with 9 Stadtteile each, over the place where benchmarks.city puts its institutions: level -> file."""
    west, south, wide, high = 6.59, 51.29, 0.22, 0.22

    def feature(name: str, x: float, y: float, w: float, h: float) -> dict[str, object]:
        ring = [[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]]
        return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    layers = {"Kommune": [feature("Musterstadt", west, south, wide, high)], "Stadtbezirk": [], "Stadtteil": []}
    for d in range(7):
        x = west + d * wide / 7
        layers["Stadtbezirk"].append(feature(f"Bezirk {d + 1}", x, south, wide / 7, high))
        layers["Stadtteil"] += [feature(f"Ort {d + 1}-{q + 1}", x, south + q * high / 9, wide / 7, high / 9) for q in range(9)]
    for level, features in layers.items():
        (folder / f"{level}.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return {level: folder / f"{level}.geojson" for level in layers}


def prepare(folder: Path, nodes: int, edges: int, say: Callable[[str], None]) -> Home:
    """The home of that city; made where it is not there yet."""
    home = Home(folder / "home")
    if home.ledger_path.exists():
        return home
    say(f"A city of {nodes:,} nodes and {edges:,} edges is read in (some minutes) ...")
    folder.mkdir(parents=True, exist_ok=True)
    city.write(folder / "stadt", nodes, edges)
    shapes = [("areas", file, {"level": level}) for level, file in areas(folder).items()]
    for source, path, options in [*shapes, ("tables", folder / "stadt", {})]:
        report = ingest(source, [path], options, home)
        if report.errors or report.rejected:
            raise SystemExit(f"The benchmark's own files were not taken: {report.errors or report.rejected[:3]}")
    return home


@dataclass(frozen=True, slots=True)
class Turn:
    """Seconds from a click until its change is seen, and until the page is at rest."""

    seen: float
    rest: float


_CLICKS = "window.addEventListener('click', event => { window.clicked = event.timeStamp; }, true);"
_WATCH = """([changed, argument]) => {
  const seen = eval(changed), app = document.querySelector('[data-testid=stApp]');
  window.clicked = window.found = null;
  let at = null, rest = null;
  const look = () => {
    const now = performance.now() - window.clicked;
    if (window.clicked !== null) {
      if (at === null && seen(argument)) at = now;
      rest = at === null || app.dataset.testScriptState !== 'notRunning' ? null : rest ?? now;
      if (rest !== null && now > rest + 200) { window.found = [at / 1000, rest / 1000]; return; }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def timed(page: Page, act: Callable[[], None], changed: str, argument: object) -> Turn:
    """Clicks, and looks at every frame until the JavaScript function ``changed`` is true of ``argument``."""
    page.evaluate(_WATCH, [changed, argument])
    act()
    page.wait_for_function("window.found !== null", timeout=120_000)
    return Turn(*page.evaluate("window.found"))


CHOSEN = "before => { const h = document.querySelector('.st-key-profile h3'); return h && h.textContent !== before; }"
TITLE = "before => { const h = document.querySelector('.st-key-sentence h2'); return h && h.textContent !== before; }"


def measure(page: Page, url: str) -> dict[str, list[Turn]]:
    """Each thing that people do, several times."""
    found: dict[str, list[Turn]] = {name: [] for name in GOALS}
    page.add_init_script(_CLICKS)
    page.goto(f"{url}/akteurslandkarte")
    title, canvas = page.locator(".st-key-sentence h2"), page.locator(".net canvas[tabindex]").first
    title.wait_for(timeout=180_000)
    canvas.wait_for()
    page.wait_for_timeout(3000)
    quarters = page.locator(".map path.area[role=button]")
    for turn in range(TURNS):  # the map: into the town's Bezirke, one after the other
        before = title.inner_text()
        button = quarters.nth(turn % 7)
        found["switch of area"].append(timed(page, lambda: button.dispatch_event("click"), TITLE, before))  # noqa: B023
        page.wait_for_timeout(700)
    page.locator("[class*='st-key-best_'] button").first.click()
    page.locator(".st-key-profile_rows li button").first.wait_for()
    page.wait_for_timeout(700)
    for turn in range(TURNS):  # from profile to profile: in a large area the picture holds folds, which choose nobody
        before = page.locator(".st-key-profile h3").inner_text()
        others = page.locator(".st-key-profile_rows li button")
        found["select to profile"].append(timed(page, others.nth(turn % others.count()).click, CHOSEN, before))
        page.wait_for_timeout(700)
    for _ in range(TURNS):
        chip = page.locator(".net .chip[data-type=Project]")
        wanted = "false" if chip.get_attribute("aria-pressed") == "true" else "true"
        pressed = "wanted => [...document.querySelectorAll('*')].some(e => e.shadowRoot?.querySelector(`.chip[data-type=Project][aria-pressed=${wanted}]`))"
        found["filter by type"].append(timed(page, chip.click, pressed, wanted))
        page.wait_for_timeout(500)
    return found


@contextmanager
def bare(folder: Path) -> Iterator[str]:
    """A page of Streamlit's with one button."""
    file = folder / "bare.py"
    file.write_text(_BARE, encoding="utf-8")
    port = "8977"
    options = {"server.port": port, "server.headless": "true", "server.address": "127.0.0.1", "browser.gatherUsageStats": "false"}
    command = [sys.executable, "-m", "streamlit", "run", str(file), *(part for name, value in options.items() for part in (f"--{name}", value))]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(4)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def round_trip(page: Page, url: str) -> list[Turn]:
    """A click on a page that does nothing."""
    page.add_init_script(_CLICKS)
    page.goto(url)
    title, button = page.locator("h2").first, page.get_by_role("button", name="weiter")
    button.wait_for()
    found = []
    for _ in range(TURNS):
        before = title.inner_text()
        found.append(timed(page, button.click, "before => document.querySelector('h2').textContent !== before", before))
        page.wait_for_timeout(200)
    return found


def memory_of_sessions(browser: Browser, url: str, app: psutil.Process) -> tuple[float, float]:
    """MB of the app with one session and with ``SESSIONS``, each at an area of its own."""
    one = app.memory_info().rss / 1e6
    contexts = []
    for turn in range(SESSIONS):
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        page = context.new_page()
        page.goto(f"{url}/akteurslandkarte")
        page.locator(".st-key-sentence h2").wait_for(timeout=180_000)
        quarters = page.locator(".map path.area[role=button]")
        page.wait_for_timeout(1500)
        quarters.nth(turn % 7).dispatch_event("click")
        page.wait_for_timeout(1500)
        contexts.append(context)
    most = app.memory_info().rss / 1e6
    for context in contexts:
        context.close()
    return one, most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=500_000)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="akteursatlas-bench-") as name, sync_playwright() as playwright:
        home = prepare(given.home or Path(name), given.nodes, given.edges, say)
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        with bare(Path(name)) as url:
            streamlit = round_trip(page, url)
        say("The app starts and reads the city ...")
        with serving(home.path, Path(name)) as url:
            app = next(p for p in psutil.Process(os.getpid()).children() if "cli.py" in " ".join(p.cmdline()))
            found = measure(page, url)
            page.close()
            one, many = memory_of_sessions(browser, url, app)
        browser.close()
    lines = [f"| on {given.nodes:,} nodes + {given.edges:,} edges | median s | slowest s | goal s | page at rest, median s |", "|---|---:|---:|---:|---:|"]
    for what, turns in [*found.items(), ("(a button on a bare Streamlit page)", streamlit)]:
        goal = f"{GOALS[what]:.1f}" if what in GOALS else ""
        seen, rest = [turn.seen for turn in turns], [turn.rest for turn in turns]
        lines.append(f"| {what} | {statistics.median(seen):.2f} | {max(seen):.2f} | {goal} | {statistics.median(rest):.2f} |")
    lines += ["", f"Memory of the app: {one:,.0f} MB with one session, {many:,.0f} MB with {SESSIONS + 1} at once (goal {MEMORY_MB:,.0f} MB)."]
    print("\n".join(lines))
    if given.write:
        put("app", "The app on a large city", lines)


if __name__ == "__main__":
    main()
