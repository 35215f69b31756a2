"""Classes and fills of the district map: rules that hold for any values."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from views import tokens
from views.districts import fills
from views.districts.classes import Band, band_of, bands, digits

METHODS = st.sampled_from(["quantile", "natural"])
WHOLE = st.lists(st.integers(0, 60), max_size=40)
ANY = st.lists(st.floats(-1e6, 1e6, allow_nan=False), max_size=40)


@given(ANY | WHOLE, METHODS, st.integers(1, 6))
def test_every_value_is_in_one_class_and_no_class_is_empty(values: list[float], method: str, most: int) -> None:
    found = bands(values, method, most)
    assert len(found) <= min(most, len(set(values)))
    assert bool(found) == bool(values)
    assert all(band.n > 0 and band.low <= band.high for band in found)
    assert all(a.high < b.low for a, b in zip(found, found[1:], strict=False)), "in order, and equal values are never split"
    for place, band in enumerate(found):
        assert band.n == sum(band.low <= value <= band.high for value in values)
        assert band.low in values and band.high in values, "a border is a value that occurs"
        assert band_of(band.low, found) == band_of(band.high, found) == place
    assert sum(band.n for band in found) == len(values)


def spread(groups: list[list[float]]) -> float:
    return sum(float(((np.array(group) - np.mean(group)) ** 2).sum()) for group in groups)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=9), st.integers(1, 4))
def test_natural_breaks_are_the_best_there_are(values: list[int], most: int) -> None:
    """Against every way to cut the sorted distinct values."""
    distinct = sorted(set(values))
    k = min(most, len(distinct))
    best = min(
        spread([[v for v in values if v in set(distinct[a:b])] for a, b in zip((0, *cuts), (*cuts, len(distinct)), strict=True)])
        for cuts in combinations(range(1, len(distinct)), k - 1)
    )
    found = bands(values, "natural", most)
    assert len(found) == k
    assert spread([[v for v in values if band.low <= v <= band.high] for band in found]) == pytest.approx(best, abs=1e-9)


def test_natural_breaks_fall_into_gaps_and_quantiles_do_not() -> None:
    values = [1, 2, 3, 4, 50, 51, 100]
    assert bands(values, "natural", 3) == [Band(1, 4, 4), Band(50, 51, 2), Band(100, 100, 1)]
    assert bands(values, "quantile", 3) == [Band(1, 3, 3), Band(4, 50, 2), Band(51, 100, 2)]


@given(st.integers(20, 60), st.integers(2, 5))
def test_quantiles_of_different_values_hold_about_the_same_number(n: int, most: int) -> None:
    sizes = [band.n for band in bands(range(n), "quantile", most)]
    assert len(sizes) == most and max(sizes) - min(sizes) <= 1


def test_borders_that_read_the_same_get_more_places() -> None:
    assert digits([Band(1, 2, 2), Band(3, 4, 1)]) == 0
    assert digits([Band(1.5, 2.25, 2), Band(3.0, 4.0, 1)]) == 1
    assert digits([Band(1.5, 2.01, 2), Band(2.04, 4.0, 1)]) == 2


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_colours_get_darker_and_their_text_can_be_read(count: int) -> None:
    colours = fills.BLUES[count]
    assert len(set(colours)) == count
    from_white = [fills.contrast(colour, tokens.PAPER) for colour in colours]
    assert from_white == sorted(from_white)
    for colour in (*colours, *fills.HATCH, tokens.PAPER, tokens.WASH, tokens.RAIL):
        assert fills.contrast(fills.ink_on(colour), colour) >= 4.5
    assert fills.contrast(fills.ink_on(tokens.PAPER, "checked"), tokens.PAPER) >= 4.5


@given(st.dictionaries(st.text(min_size=1, max_size=4), st.none() | st.integers(0, 30).map(float), max_size=25), METHODS)
def test_a_choropleth_of_counts_fills_and_counts_every_area(values: dict[str, float | None], method: str) -> None:
    shading = fills.choropleth(values, method=method, title="Kitas", language="de", whole=True)
    assert set(shading.fills) == set(values)
    assert sum(int(entry.text.rpartition(" · ")[2].split()[0]) for entry in shading.legend) == len(values)
    for area, value in values.items():
        fill = shading.fills[area]
        assert fill.state == ("unknown" if value is None else "value")
        assert fill.text == ("?" if value is None else f"{value:.0f}")
        assert (fill.colour == tokens.PAPER) == (value == 0)
        assert sum(entry.colour == fill.colour for entry in shading.legend) == 1, "each colour has its line in the legend"
    assert len({entry.colour for entry in shading.legend if entry.state == "value"}) <= 5


def test_the_legend_says_the_borders_in_words() -> None:
    values = {"a": 3.0, "b": 5.0, "c": 9.0, "d": None, "e": 0.0}
    shading = fills.choropleth(values, method="quantile", title="Kitas", language="de", whole=True)
    assert [entry.text for entry in shading.legend] == ["0 · 1 Gebiet", "3 · 1 Gebiet", "5 · 1 Gebiet", "9 · 1 Gebiet", "nicht erhoben · 1 Gebiet"]
    many = fills.choropleth({str(n): float(n) for n in range(1, 11)}, method="quantile", title="", language="en", whole=True)
    assert many.legend[0].text == "1 to 2 · 2 areas"
    rates = fills.choropleth({"a": 7.25, "b": 1234.5, "c": 7.0}, method="natural", title="", language="de")
    assert [rates.fills[area].text for area in "abc"] == ["7,2", "1.234,5", "7,0"]


def test_the_three_states_differ_by_fill_and_sign() -> None:
    shown = fills.tokens_of(fills.Shading({"a": fills.Fill(4.0, "4", fills.BLUES[1][0]), "b": fills.checked("geprüft: keines"), "c": fills.unknown()}))["fills"]
    assert {area: (fill["text"], fill["state"]) for area, fill in shown.items()} == {"a": ("4", "value"), "b": ("0", "checked"), "c": ("?", "unknown")}
    assert len({fill["colour"] for fill in shown.values()}) == 3
    assert fills.tokens_of(None) == {"fills": {}, "legend": [], "legendTitle": "", "switches": []}
