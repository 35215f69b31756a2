"""Dates and periods as people write them; nothing more precise than what was said."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import dates


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("31.12.2025", "2025-12-31"), ("1. 2. 2025", "2025-02-01"), ("2025-12-31", "2025-12-31"), ("2025-12-31 00:00:00", "2025-12-31"),
        (datetime(2025, 12, 31, 9), "2025-12-31"), (date(2025, 12, 31), "2025-12-31"),
        ("12/2025", "2025-12"), ("12.2025", "2025-12"), ("2025-12", "2025-12"), ("Dezember 2025", "2025-12"), ("Dez. 2025", "2025-12"), ("3. März 2024", "2024-03-03"),
        ("2025", "2025"), (2025, "2025"), (2025.0, "2025"), ("2025.0", "2025"), ("seit 2019", "2019"), ("ab 03/2020", "2020-03"), ("bis Ende 2021", "2021"), ("2024/25", "2024-08"),
    ],
)  # fmt: skip
def test_a_date_keeps_its_precision(raw: object, iso: str) -> None:
    assert dates.parse(raw) == iso


@pytest.mark.parametrize(
    ("raw", "since", "until"),
    [
        ("2019-2022", "2019", "2022"), ("2019–2022", "2019", "2022"), ("01.02.2019 bis 31.12.2022", "2019-02-01", "2022-12-31"), ("01.02.2019-31.12.2022", "2019-02-01", "2022-12-31"),
        ("vom 1.2.2020 bis zum 3.4.2021", "2020-02-01", "2021-04-03"), ("03/2020-04/2021", "2020-03", "2021-04"), ("2025-01-01 - 2025-12-31", "2025-01-01", "2025-12-31"),
        ("seit 2019", "2019", None), ("2019 – heute", "2019", None), ("2019-", "2019", None), ("bis 2021", None, "2021"), ("2019-12", "2019-12", None),
        ("Schuljahr 2024/25", "2024-08", "2025-07"), ("1999/00", "1999-08", "2000-07"), ("2024/2025", "2024-08", "2025-07"),
    ],
)  # fmt: skip
def test_a_period_has_two_ends(raw: str, since: str | None, until: str | None) -> None:
    assert dates.period(raw) == (since, until)


@pytest.mark.parametrize("raw", ["31.02.2025", "31.12.25", "13/2025", "bald", True, "1-2", "2019/25", 45657, 45657.5, 7])
def test_what_is_no_date_is_refused_with_the_mend(raw: object) -> None:
    with pytest.raises(ValueError, match=r"TT\.MM\.JJJJ"):
        dates.parse(raw)


@given(st.dates(min_value=date(1500, 1, 1)))
def test_every_day_comes_back_and_lies_in_its_month_and_year(day: date) -> None:
    iso = day.isoformat()
    assert dates.parse(day.strftime("%d.%m.") + f"{day.year:04}") == dates.parse(iso) == iso
    for coarse in (iso[:7], iso[:4]):
        assert dates.first_day(coarse) <= iso <= dates.last_day(coarse)
        assert dates.in_order(coarse, iso) and dates.in_order(iso, coarse)


def test_whole_months_are_counted_from_the_end_of_what_is_known() -> None:
    assert dates.months_between("2025-01-31", "2025-03-30") == 1
    assert dates.months_between("2024", "2026-01-01") == 12
    assert dates.months_between("2026", "2025") == 0
