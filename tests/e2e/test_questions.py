"""The page Fragen in a real browser: from the list to an answer, to a row, to its profile, and back by the address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Watched

pytestmark = [pytest.mark.e2e, pytest.mark.server]


def test_from_the_list_to_an_answer_to_a_profile_and_back(watched: Watched, app: str) -> None:
    page = watched.page
    page.goto(f"{app}/fragen")
    page.get_by_role("button", name="Institutionen ohne Gremium, Projekt und Kooperation").click(timeout=120_000)
    expect(page.get_by_role("heading", name="Wer steht im Netzwerk allein, nach Art und Gebiet?")).to_be_visible(timeout=120_000)
    row = page.locator(".listing tbody tr").nth(2)
    expect(row).to_be_visible(timeout=120_000)
    name = row.locator("th, td").first.inner_text()
    row.click()
    panel = page.locator(".st-key-question_row")
    expect(panel.get_by_role("heading", name=name)).to_be_visible(timeout=60_000)
    expect(page).to_have_url(re.compile(r"frage=gaps(/|%2F)institutions_alone.*auswahl=institution-"), timeout=60_000)
    # A node parameter: typed, found, chosen, and taken out again.
    box = page.get_by_role("combobox", name="Gebiete")
    box.fill("Birkenmark")
    page.get_by_role("option").filter(has_text="Birkenmark").first.click()
    chip = page.get_by_role("button", name=re.compile("Birkenmark.*✕"))
    expect(chip).to_be_visible(timeout=60_000)
    expect(page).to_have_url(re.compile("p_areas=area-"), timeout=60_000)
    kept = page.url
    chip.click()
    expect(chip).to_have_count(0, timeout=60_000)
    expect(page).not_to_have_url(re.compile("p_areas"), timeout=60_000)
    page.goto(kept)
    expect(chip).to_be_visible(timeout=120_000)
    page.locator(".listing tbody tr:visible").first.click()
    # The address follows at the end of a run. A file asked for in the middle of one is not delivered: the next run has another number for it.
    expect(page).to_have_url(re.compile("auswahl=institution-"), timeout=60_000)
    with page.expect_download() as held:
        page.get_by_role("button", name="Als Excel speichern").click()
    assert held.value.suggested_filename == "gaps-institutions_alone.xlsx"
    panel.get_by_role("button", name=re.compile("Zum Profil")).click()
    expect(page).to_have_url(re.compile(r"/akteurslandkarte\?akteur=institution-"), timeout=60_000)
    expect(page.locator(".st-key-profile h3")).to_be_visible(timeout=120_000)
