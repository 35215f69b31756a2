"""Reading in through the app, in a real browser: upload, check, leave it; upload, check, take over, mend, take over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from graph.home import Home
from tests.e2e.conftest import Watched, serving
from tests.test_report import workbook

pytestmark = [pytest.mark.e2e, pytest.mark.server]


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("intake") / "home")


@pytest.fixture(scope="module")
def app(empty_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a home of its own, because these tests write."""
    with serving(empty_home.path, tmp_path_factory.mktemp("log")) as url:
        yield url


@pytest.fixture
def lesenetz(tmp_path: Path) -> Path:
    """Eight rows, two of them with something wrong; one name is markup, one looks like a formula."""
    return workbook(
        tmp_path / "lesenetz.xlsx",
        {
            "Gremien": [["Name", "Ebene"], ["Lesekreis", "Steuerung"], ["AK Vorlesen", "irgendeine"]],
            "Institutionen": [["Name", "Art"], ["Lesetreff Nord", "Verein"], ["<b onclick=alert(1)>Süd</b>", "Verein"], ["=1+1", "Verein"]],
            "Mitgliedschaften": [
                ["Mitglied", "Gremium"],
                ["Lesetreff Nord", "Lesekreis"],
                ["=1+1", "Lesekreis"],
                ["<b onclick=alert(1)>Süd</b>", "AK Vorlesen"],
            ],
        },
    )


def version(home: Home) -> int:
    with home.open_ledger() as ledger:
        return ledger.version


def on_disk(home: Home) -> list[Path]:
    """Uploaded files that still lie there."""
    return [path for path in (home.path / "uploads").rglob("*") if path.is_file()]


def check(page: Page, app: str, file: Path) -> None:
    page.goto(f"{app}/einlesen")
    expect(page.get_by_role("heading", name="Daten einlesen")).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Prüfen", exact=True).click()


def test_checked_and_left_nothing_has_changed(watched: Watched, app: str, empty_home: Home, lesenetz: Path) -> None:
    page, before = watched.page, version(empty_home)
    check(page, app, lesenetz)
    expect(page.get_by_role("heading", name="Bereit zum Übernehmen: 6 von 8 Zeilen")).to_be_visible()
    expect(page.get_by_text("Neue Quelle „lesenetz.xlsx“.")).to_be_visible()
    expect(page.get_by_role("tab", name="Abgewiesen 2")).to_be_visible()
    rejected = page.get_by_role("table", name="Abgewiesen")
    expect(rejected).to_contain_text("„irgendeine“ steht nicht zur Wahl")
    expect(rejected.locator("tbody tr").last).to_contain_text("AK Vorlesen")
    assert version(empty_home) == before
    assert on_disk(empty_home) == [], "uploaded files lie on the disk only while they are read"
    page.get_by_role("button", name="Verwerfen").click()
    expect(page.get_by_role("heading", name="Was gelesen werden kann")).to_be_visible()
    expect(page.get_by_role("button", name="Übernehmen")).to_have_count(0)
    assert version(empty_home) == before
    with empty_home.open_ledger() as ledger:
        assert ledger.datasets() == []


def test_leaving_the_page_forgets_the_check(watched: Watched, app: str, empty_home: Home, lesenetz: Path) -> None:
    page, before = watched.page, version(empty_home)
    check(page, app, lesenetz)
    expect(page.get_by_role("button", name="Übernehmen")).to_be_visible()
    page.wait_for_load_state("networkidle")  # Streamlit asks for the files behind its buttons, and complains where the page was left meanwhile
    page.get_by_role("link", name="Überblick").click()
    expect(page.get_by_role("heading", name="Daten einlesen")).to_have_count(0)
    page.get_by_role("link", name="Daten einlesen").click()
    expect(page.get_by_role("heading", name="Was gelesen werden kann")).to_be_visible()
    expect(page.get_by_role("button", name="Übernehmen")).to_have_count(0)
    assert version(empty_home) == before


def test_another_choice_needs_another_check(watched: Watched, app: str, lesenetz: Path) -> None:
    page = watched.page
    check(page, app, lesenetz)
    expect(page.get_by_role("button", name="Übernehmen")).to_be_visible()
    page.get_by_text("Einstellungen (freiwillig)").click()
    page.get_by_label(re.compile("^Stand der Angaben")).fill("gestern")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Die Auswahl hat sich geändert")).to_be_visible()
    expect(page.get_by_role("button", name="Übernehmen")).to_have_count(0)
    page.get_by_role("button", name="Prüfen", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("„gestern“ ist kein Datum")).to_be_visible()
    expect(page.get_by_role("button", name="Übernehmen")).to_have_count(0)


def test_taken_over_mended_and_taken_over_again(watched: Watched, app: str, empty_home: Home, lesenetz: Path, tmp_path: Path) -> None:
    page, fired = watched.page, []
    page.on("dialog", lambda dialog: (fired.append(dialog.message), dialog.dismiss()))
    check(page, app, lesenetz)
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("heading", name="Übernommen: 6 von 8 Zeilen")).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Abgewiesene Zeilen (Excel)").click()
    assert coming.value.suggested_filename == "lesenetz-abgewiesen.xlsx"
    mended = tmp_path / coming.value.suggested_filename
    coming.value.save_as(mended)
    book = openpyxl.load_workbook(mended)
    assert book["Gremien"]["A2"].value == "AK Vorlesen"
    book["Gremien"]["B2"] = "Facharbeit"
    book.save(mended)
    check(page, app, mended)
    expect(page.get_by_role("heading", name="Bereit zum Übernehmen: alle 2 Zeilen")).to_be_visible()
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("heading", name="Übernommen: alle 2 Zeilen")).to_be_visible()
    assert on_disk(empty_home) == []
    page.get_by_role("button", name="Zur Akteurslandkarte").click()
    expect(page.locator(".net canvas[tabindex]").first).to_be_visible()
    box = page.get_by_role("combobox", name=re.compile("Akteur suchen"))
    for name in ("Lesetreff Nord", "AK Vorlesen", "=1+1", "<b onclick"):
        box.click()
        box.fill(name)
        expect(page.get_by_role("option").first).to_contain_text(name)
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    assert not fired
    with empty_home.open_ledger() as ledger:
        assert {info.name for info in ledger.datasets()} == {"tables:lesenetz.xlsx", "tables:lesenetz-abgewiesen.xlsx"}


def test_a_large_loss_must_be_ticked_first(watched: Watched, app: str, empty_home: Home, tmp_path: Path) -> None:
    page, path = watched.page, tmp_path / "klein.xlsx"
    check(page, app, workbook(path, {"Gremien": [["Name"], *([f"AG {n}"] for n in range(6))]}))
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("heading", name="Übernommen: alle 6 Zeilen")).to_be_visible()
    check(page, app, workbook(path, {"Gremien": [["Name"], ["AG 1"]]}))
    expect(page.get_by_role("alert")).to_contain_text("5 davon")
    expect(page.get_by_text("Ersetzt „klein“")).to_be_visible()
    expect(page.get_by_role("button", name="Übernehmen")).to_be_disabled()
    page.get_by_text("Ja, das ist gewollt").click()
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("heading", name="Übernommen: 1 Zeile")).to_be_visible()
    with empty_home.open_ledger() as ledger:
        assert next(info.rows for info in ledger.datasets() if info.name == "tables:klein.xlsx") == 1


def test_what_cannot_be_read_is_said(watched: Watched, app: str, tmp_path: Path) -> None:
    page = watched.page
    broken = tmp_path / "kaputt.xlsx"
    broken.write_bytes(b"<html><body>Bitte anmelden</body></html>")
    check(page, app, broken)
    expect(page.get_by_role("alert")).to_contain_text("„kaputt.xlsx“")
    expect(page.get_by_role("button", name="Übernehmen")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_in_english_on_a_small_screen(watched: Watched, app: str, lesenetz: Path) -> None:
    page = watched.page
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{app}/einlesen?lang=en")
    expect(page.get_by_role("heading", name="Read in data")).to_be_visible()
    page.locator("input[type=file]").set_input_files(lesenetz)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile(r"Ready to be taken over: \d of 8 rows"))).to_be_visible()
    take = page.get_by_role("button", name="Take over").bounding_box()
    assert take and take["y"] + take["height"] < 768, "what is to be decided is in sight without scrolling"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_a_table_of_any_shape_with_its_proposed_mapping_and_the_run_taken_back(watched: Watched, app: str, empty_home: Home, tmp_path: Path) -> None:
    page, before = watched.page, version(empty_home)
    table = workbook(tmp_path / "schulliste.xlsx", {"Liste": [["Schule", "Träger", "AG 1"], ["Breitschule", "Breitverein", "AG Breit"]]})
    page.goto(f"{app}/einlesen")
    page.locator("input[type=file]").set_input_files(table)
    page.get_by_role("combobox", name="Art der Daten").click()
    page.get_by_role("option", name="Eigene Tabelle mit Zuordnung").click()
    with page.expect_download() as proposed:
        page.get_by_role("button", name="Vorschlag herunterladen").click()
    mapping = tmp_path / proposed.value.suggested_filename
    proposed.value.save_as(mapping)
    assert mapping.name == "schulliste.mapping.yaml"
    page.reload()
    page.locator("input[type=file]").set_input_files([table, mapping])
    page.get_by_role("button", name="Prüfen", exact=True).click()
    expect(page.get_by_role("heading", name="Bereit zum Übernehmen: 1 Zeile")).to_be_visible()
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("heading", name="Übernommen: 1 Zeile")).to_be_visible()
    with empty_home.open_ledger() as ledger:
        assert {node.data["name"] for node in ledger.nodes()} >= {"Breitschule", "Breitverein", "AG Breit"}
        number = ledger.runs()[0].id

    page.get_by_role("link", name="Quellen").click()
    page.get_by_role("tab", name=re.compile("Verlauf")).click()
    canvas = page.get_by_test_id("stDataFrame").filter(visible=True)
    expect(canvas).to_be_visible()
    canvas.click(position={"x": 16, "y": 54})  # the box of the first row: the newest run
    page.get_by_role("button", name=f"Lauf {number} zurücknehmen").click()
    page.get_by_label("Warum? (steht im Protokoll)").fill("war nur eine Probe")
    page.get_by_role("button", name="Zurücknehmen", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    with empty_home.open_ledger() as ledger:
        assert "Breitschule" not in {node.data["name"] for node in ledger.nodes()}
        assert "war nur eine Probe" in ledger.audit_log()[-1].detail
    assert version(empty_home) == before + 2
