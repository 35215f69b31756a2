"""The browser for the end-to-end tests: finds one, or installs one (``python -m tests.browser``)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str | None:
    """Path of a Chromium: the machine's, else the one that Playwright has downloaded; None where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def install() -> None:
    """Installs Chromium: the system's package where we may, else Playwright's download."""
    if shutil.which("apt-get"):
        may = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not may or (shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0):
            quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run([*may, "apt-get", "update", "-qq"], env=quiet, check=False)
            done = subprocess.run([*may, "apt-get", "install", "-y", "-qq", "chromium"], env=quiet, check=False, stdout=subprocess.DEVNULL)
            if done.returncode == 0 and executable():
                return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def main() -> int:
    """Makes sure that a browser is there; exit code 2 with a plain word where it cannot be had."""
    if executable():
        return 0
    sys.stderr.write("Ein Browser für die Tests fehlt und wird eingerichtet (Chromium) ...\n")
    try:
        install()
    except (subprocess.CalledProcessError, OSError) as error:
        sys.stderr.write(f"Chromium ließ sich nicht einrichten: {error}. Bitte von Hand installieren und make test wiederholen.\n")
        return 2
    return 0 if executable() else 2


if __name__ == "__main__":
    raise SystemExit(main())
