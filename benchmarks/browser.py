"""The Netz in a real browser, beside a bare Streamlit page and vis-network: ``python -m benchmarks.browser [--write]``.

For each number of actors: seconds from opening the address to the first picture, kilobytes that the page receives
for it, frames per second while the picture is panned by the mouse. The same network, places, machine and run for
all; the browser has loaded Streamlit itself before, so that the difference to a bare page is the picture's.
"""

from __future__ import annotations

import argparse
import math
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import layouts
from benchmarks.crowd import POSITIONS, network
from benchmarks.page import machine, put
from tests.browser import FLAGS, executable
from views.drawing import draw
from views.positions import Positions

ROOT = Path(__file__).resolve().parents[1]
SIZES = [500, 2_000, 10_000, 50_000]
GOAL_PAINT = {500: 0.1, 2_000: 0.1, 10_000: 0.2, 50_000: 0.2}
GOAL_FRAMES = 55
PATIENCE = 60_000
PANNING = 4.0
OPENED = 5
"""A bare page and ours are opened this many times as often as they are panned."""

WATCH = """
window.paints = [];
const noted = new WeakSet();
const tell = canvas => {
  if (noted.has(canvas) || canvas.width < 300 || !canvas.isConnected) return;
  noted.add(canvas);
  requestAnimationFrame(() => requestAnimationFrame(() => {
    (window.top || window).paints.push(performance.timeOrigin + performance.now());
  }));
};
for (const name of ["fill", "drawImage", "fillText"]) {
  const given = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...all) { tell(this.canvas); return given.apply(this, all); };
}
"""
BARE = """() => {
  const told = [...document.querySelectorAll("p")].some(p => p.textContent === "Messung");
  return told ? performance.timeOrigin + performance.now() : 0;
}"""
FRAMES = """() => {
  window.frames_ = [];
  const on = at => { window.frames_.push(at); window.counting = requestAnimationFrame(on); };
  window.counting = requestAnimationFrame(on);
}"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One opening of a page: seconds to the first picture, kilobytes received, frames per second while panning, the longest pause between two in ms."""

    paint: float
    kilobytes: float
    frames: float = math.nan
    pause: float = math.nan


@contextmanager
def serving(positions: Path) -> Iterator[str]:
    """The pages of browser_app.py while the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"server.port": port, "server.address": "127.0.0.1", "server.headless": "true", "server.fileWatcherType": "none"}
    flags = ["--browser.gatherUsageStats=false"] + [f"--{name}={value}" for name, value in options.items()]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(ROOT / "benchmarks" / "browser_app.py"), *flags],
        env={**os.environ, POSITIONS: str(positions)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url, until = f"http://127.0.0.1:{port}", time.monotonic() + 60
        while True:
            try:
                if urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).status == 200:
                    break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def opened(page: Page, url: str, what: str, size: int, *, pan: bool) -> Seen | None:
    """Opens a page and watches; None where no picture comes within a minute."""
    received = [0]
    page.on("websocket", lambda line: line.on("framereceived", lambda frame: received.__setitem__(0, received[0] + len(frame))))
    begun = time.time() * 1000
    page.goto(f"{url}/?what={what}&n={size}", wait_until="commit")
    try:
        if what == "bare":
            at = page.wait_for_function(BARE, timeout=PATIENCE).json_value()
        else:
            at = page.wait_for_function("() => window.paints.length && Math.min(...window.paints)", timeout=PATIENCE).json_value()
    except Exception:
        return None
    seen = Seen((at - begun) / 1000, received[0] / 1000)
    if not pan:
        return seen
    page.wait_for_timeout(2_500)
    frames, pause = panned(page, what)
    return Seen(seen.paint, received[0] / 1000, frames, pause)


def panned(page: Page, what: str) -> tuple[float, float]:
    """Frames per second and the longest pause, while the mouse drags the picture in loops."""
    box = page.locator("iframe" if what == "vis" else ".net .stage canvas").first.bounding_box()
    assert box
    # Free ground of the picture's corner, so that the mouse takes hold of the picture and of nobody in it.
    x, y = box["x"] + 60, box["y"] + min(box["height"], 660) - 60
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(FRAMES)
    begun, step = time.monotonic(), 0
    while time.monotonic() - begun < PANNING:
        turn = step / 25
        page.mouse.move(x + 200 + 200 * math.sin(turn - 1.57), y - 150 - 150 * math.sin(turn * 0.7 - 1.57))
        step += 1
    marks = page.evaluate("() => { cancelAnimationFrame(window.counting); return window.frames_; }")
    page.mouse.up()
    gaps = [after - before for before, after in zip(marks, marks[1:], strict=False)]
    return 1000 * len(gaps) / (marks[-1] - marks[0]), max(gaps)


def middle(many: list[Seen]) -> Seen:
    """The median of each number that was measured."""
    columns = zip(*((s.paint, s.kilobytes, s.frames, s.pause) for s in many), strict=True)
    return Seen(*(statistics.median([value for value in values if not math.isnan(value)] or [math.nan]) for values in columns))


def browsed(browser: Browser, url: str, sizes: list[int], runs: int) -> dict[tuple[str, int], Seen | None]:
    """Everything, each ``runs`` times, bare and full pages in turn."""
    found: dict[tuple[str, int], Seen | None] = {}
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    context.add_init_script(WATCH)

    def once(what: str, size: int, pan: bool = True) -> Seen | None:
        page = context.new_page()
        try:
            return opened(page, url, what, size, pan=pan and what in ("ours", "vis"))
        finally:
            page.close()

    for size in sizes:
        # A start of Streamlit takes now 0.8, now 1.2 s: the pages are opened often, in turn; only some times is panned.
        many: dict[str, list[Seen]] = {"bare": [], "empty": [], "ours": [], "vis": []}
        for what in many:
            if once(what, size, pan=False) is None:  # the server makes it once, the browser loads Streamlit
                found[what, size] = None
        for turn in range(OPENED * runs):
            for what, seen in many.items():
                if (what, size) not in found and (what != "vis" or turn < runs) and (one := once(what, size, pan=turn < runs)):
                    seen.append(one)
        found |= {(what, size): middle(seen) if seen else None for what, seen in many.items() if (what, size) not in found}
        print(size, {what: found[what, size] for what in many}, flush=True)
    return found


def table(found: dict[tuple[str, int], Seen | None], sizes: list[int]) -> list[str]:
    """First picture, kilobytes and frames, ours beside the others, and the goals."""
    lines = [
        "| actors | bare page, s | a component with one rectangle, s over bare | our Netz, s over bare | goal | vis-network, s over bare "
        "| kB ours | kB vis-network | frames/s ours | longest pause, ms | goal | frames/s vis-network |",
        "|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---|---:|",
    ]
    for size in sizes:
        bare, empty, ours, vis = (found.get((what, size)) for what in ("bare", "empty", "ours", "vis"))
        if bare is None or empty is None or ours is None:
            lines.append(f"| {size:,} | no picture within a minute |" + " |" * 10)
            continue
        over, met = ours.paint - bare.paint, "met" if ours.paint - bare.paint <= GOAL_PAINT.get(size, 0.2) else "MISSED"
        fluid = "met" if ours.frames >= GOAL_FRAMES else "MISSED"
        other = [f"{vis.paint - bare.paint:.2f}", f"{vis.kilobytes:,.0f}", f"{vis.frames:.0f}"] if vis else ["none in 60 s", "", ""]
        lines.append(
            f"| {size:,} | {bare.paint:.2f} | {empty.paint - bare.paint:.2f} | {over:.2f} | ≤ {GOAL_PAINT.get(size, 0.2)}: {met} | {other[0]} "
            f"| {ours.kilobytes:,.0f} | {other[1]} | {ours.frames:.0f} | {ours.pause:.0f} | ≥ {GOAL_FRAMES}: {fluid} | {other[2]} |"
        )
    return lines


def arranged(sizes: list[int], positions: Path) -> dict[tuple[str, int], layouts.Layout | None]:
    """All layouts measured; ours is then stored, so that the pages find everybody in their place."""
    found: dict[tuple[str, int], layouts.Layout | None] = {}
    for size in sizes:
        for name in layouts.WORK:
            smaller = [found[name, other] for other in sizes if other < size and (name, other) in found]
            if name != "ours" and (size > 10_000 or None in smaller):
                continue  # it did not end in time for fewer
            found[name, size] = layouts.measured(name, size, limit=600 if name == "ours" else layouts.LIMIT)
            print(size, name, found[name, size], flush=True)
        with Positions(positions) as store:
            draw("netz", *network(size), scope=f"{size}", positions=store, language="de", whole=True, grouping="community")
    return found


def main() -> None:
    """Prints the tables; ``--write`` puts them into docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--positions", type=Path, help="a file of positions made before: the layouts are not measured again")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="akteursatlas-bench-") as name:
        positions = given.positions or Path(name) / "positions.sqlite"
        layout = {} if given.positions else arranged(given.sizes, positions)
        with serving(positions) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
            found = browsed(browser, url, given.sizes, given.runs)
            browser.close()
    told = [
        "A made-up network with three ties to an actor (`benchmarks/crowd.py`), headless Chromium without a graphics card, a page 1,366 px wide.",
        "The first picture of our Netz shows hulls, all symbols and a part of the ties; names and more ties follow within a second.",
        f"Median of {given.runs} runs (first pictures of ours and of the bare page: {given.runs * OPENED}, in turn), drawings made beforehand, as the",
        "app keeps them. vis-network comes through pyvis, in a page of its own inside the page, without physics, at the same places.",
        "", *table(found, given.sizes), "",
        "Layout, where nobody has a place yet: communities, then two levels; after that places are stored. Neighbours kept: share of ties",
        "whose other end is among the ten nearest in the plane.",
        "", *layouts.lines(layout, given.sizes),
    ]  # fmt: skip
    print(f"\n{machine()}\n" + "\n".join(told))
    if given.write:
        put("browser", "The Netz in the browser", told)


if __name__ == "__main__":
    main()
