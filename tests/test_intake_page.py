"""The page Daten einlesen in Streamlit's own test harness: who may see it, and what it offers before anything is uploaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph.home import VARIABLE


def intake_page() -> None:
    from views.pages import intake

    intake.page()


def texts(at: AppTest) -> str:
    return "\n".join(str(element.value) for element in at.markdown)


@pytest.fixture
def intake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return AppTest.from_function(intake_page, default_timeout=60)


def test_before_anything_is_uploaded(intake: AppTest) -> None:
    intake.run()
    assert not intake.exception
    assert "Was gelesen werden kann" in texts(intake)
    assert intake.get("file_uploader") and intake.get("download_button")
    assert [button.label for button in intake.button] == []


def test_the_public_view_reads_nothing_in(intake: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTEURSATLAS_ROLE", "public")
    intake.run()
    assert not intake.exception
    assert "öffentlich" in intake.info[0].value
    assert not intake.get("file_uploader") and not intake.get("download_button")
