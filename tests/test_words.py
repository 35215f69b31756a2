"""Every German word of the interface has its English one, and numbers and dates are written as each language does."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from views import words

ROOT = Path(__file__).resolve().parents[1]


def messages() -> Iterator[tuple[str, str]]:
    """(message, where it stands) of every word of the interface in the code, inside f-strings as well."""
    for path in [ROOT / "app.py", *sorted((ROOT / "views").rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "translate") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, f"{path.relative_to(ROOT)}:{node.lineno}"


def english() -> dict[str, str]:
    with (ROOT / "views" / "locale" / "en.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def test_no_word_is_missing_in_english() -> None:
    known = english()
    missing = {message: where for message, where in messages() if not known.get(message)}
    assert not missing


def test_no_translation_is_left_over() -> None:
    used = {message for message, _where in messages()}
    assert not sorted(set(english()) - used)


def test_translations_keep_their_placeholders() -> None:
    def names(text: str) -> set[str]:
        return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}

    assert not {message: text for message, text in english().items() if names(message) != names(text)}


def test_the_test_would_notice_a_missing_word() -> None:
    assert "Überblick" in {message for message, _where in messages()}
    assert words.translate("Das hat niemand übersetzt", "en") == "Das hat niemand übersetzt"


@pytest.fixture
def german() -> Iterator[None]:
    words.set_language("de")
    yield
    words.set_language("de")


@pytest.mark.usefixtures("german")
def test_german_numbers_dates_and_counts() -> None:
    assert words.number(1234.5, 1) == "1.234,5"
    assert words.number(-3) == "−3"
    assert words.day("2026-11-15") == "15.11.2026"
    assert words.day(None) == ""
    assert words.day("2019") == "2019"
    assert words.count_of(1, "Angebot", "Angebote") == "1 Angebot"
    assert words.count_of(1200, "Angebot", "Angebote") == "1.200 Angebote"


@pytest.mark.usefixtures("german")
def test_english_by_switch_and_german_for_the_unknown() -> None:
    words.set_language("en")
    assert words._("Überblick") == "Overview"
    assert words.number(1234.5, 1) == "1,234.5"
    assert words.day("2026-11-15") == "15 Nov 2026"
    words.set_language("fr")
    assert words.language() == "de"
