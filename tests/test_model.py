"""Raw values become stored values, or a German sentence says why not."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Choice, Field, Kind, Text


def field(kind: Kind, **more: object) -> Field:
    return Field("f", Text("Feld", "Field"), Text("Worum es geht", "What it is"), kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "raw", "stored"),
    [
        ("text", "  Kita  ", "Kita"),
        ("text", 47051.0, "47051"),
        ("integer", "1.234", 1234),
        ("integer", 220.0, 220),
        ("number", "1.234,5", 1234.5),
        ("number", "51.4323", 51.4323),
        ("number", "12.000", 12000.0),
        ("number", "51,4323", 51.4323),
        ("number", "−3,5", -3.5),
        ("boolean", "x", True),
        ("boolean", "Nein", False),
        ("boolean", True, True),
        ("date", "31.12.2025", "2025-12-31"),
        ("date", "1.2.2025", "2025-02-01"),
        ("date", "2025-12-31", "2025-12-31"),
        ("date", datetime(2025, 12, 31, 9), "2025-12-31"),
        ("date", date(2025, 12, 31), "2025-12-31"),
        ("email", "mailto:buero@stadt.example", "buero@stadt.example"),
        ("url", "www.stadt.example/kita", "https://www.stadt.example/kita"),
        ("url", "http://stadt.example", "http://stadt.example"),
    ],
)
def test_values_as_people_write_them(kind: Kind, raw: object, stored: object) -> None:
    value = field(kind).parse(raw)
    assert value == stored
    assert type(value) is type(stored)


@pytest.mark.parametrize("raw", [None, "", "   ", float("nan")])
def test_empty_is_none(raw: object) -> None:
    assert field("integer").parse(raw) is None


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("integer", "viele"),
        ("integer", "3,5"),
        ("number", "12 Kinder"),
        ("number", "inf"),
        ("boolean", "vielleicht"),
        ("date", "31.02.2025"),
        ("date", "irgendwann"),
        ("email", "nicht da"),
        ("url", "javascript:alert(1)"),
        ("url", "kein Netz"),
    ],
)
def test_what_cannot_be_read_says_so_with_the_value(kind: Kind, raw: object) -> None:
    with pytest.raises(ValueError, match="ist|beginnt") as error:
        field(kind).parse(raw)
    assert str(raw) in str(error.value)


def test_a_lone_dot_is_a_decimal_point_in_a_coordinate_only() -> None:
    assert field("number", unit="°").parse("51.432") == 51.432
    assert field("number", unit="€").parse("51.432") == 51432


def test_a_choice_is_taken_by_value_or_label_in_either_language() -> None:
    choices = (Choice("contract", Text("mit Vertrag", "by contract")), Choice("informal", Text("informell", "informal")))
    kind = field("choice", choices=choices)
    assert [kind.parse(raw) for raw in ("contract", "Mit Vertrag", "by contract", "INFORMELL")] == ["contract", "contract", "contract", "informal"]
    with pytest.raises(ValueError, match="mit Vertrag, informell"):
        kind.parse("mündlich")


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_survive_german_writing(number: int) -> None:
    german = f"{number:,}".replace(",", ".")
    assert field("integer").parse(german) == number
    assert field("integer").parse(number) == number


@given(st.floats(-1e9, 1e9).map(lambda x: round(x, 4)))
def test_numbers_survive_german_writing(number: float) -> None:
    german = f"{number:,.4f}".translate(str.maketrans(",.", ".,"))
    assert field("number").parse(german) == pytest.approx(number, abs=1e-9)


@given(st.dates())
def test_dates_survive_both_writings(day: date) -> None:
    assert field("date").parse(f"{day.day:02d}.{day.month:02d}.{day.year:04d}") == day.isoformat()
    assert field("date").parse(day.isoformat()) == day.isoformat()
