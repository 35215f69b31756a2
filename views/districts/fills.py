"""How an area is filled: its number in the colour of its class, checked and none, or not surveyed.

The three states of look.md ("Coverage"), read in greyscale by fill and by sign: a number on blue, 0 in a
red frame on white, ? on grey hatch. The choropleth of the Akteurslandkarte and the map of gaps use the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from views import tokens
from views.districts.classes import MOST, Band, band_of, bands, digits
from views.words import number, translate

State = Literal["value", "checked", "unknown"]

BLUES: dict[int, tuple[str, ...]] = {
    1: ("#93BAE0",),
    2: ("#D6E5F5", "#3A72AE"),
    3: ("#D6E5F5", "#6899CC", "#1B4F9C"),
    4: ("#D6E5F5", "#93BAE0", "#3A72AE", "#1B4F9C"),
    5: ("#D6E5F5", "#93BAE0", "#6899CC", "#3A72AE", "#1B4F9C"),
}
"""For so many classes their colours, from few to many. On each of them ink or white has a contrast of 4.5 or more, for colour-blind people, too."""

CHECKED = "#B3261E"
"""The frame of "checked and none"; its text is darker."""
CHECKED_TEXT = "#9B1F18"
HATCH = ("#EDEFF3", "#D5D9E1")
"""Ground and lines of "not surveyed"."""


@dataclass(frozen=True)
class Fill:
    """How one area looks. ``text`` is written in it over its name, ``said`` is spoken and stands in the tooltip after the name."""

    value: float | None
    text: str
    colour: str
    state: State = "value"
    said: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the legend."""

    colour: str
    text: str
    state: State = "value"


@dataclass(frozen=True)
class Option:
    """One of the ways that a switch can stand."""

    value: str
    text: str
    about: str
    on: bool


@dataclass(frozen=True)
class Switch:
    """A choice of how areas are filled, beside the legend; the map's state ``name`` says which value the reader took."""

    name: Literal["level", "classes"]
    label: str
    options: Sequence[Option]


@dataclass(frozen=True)
class Shading:
    """Areas filled, and the legend that says how to read them; ``title`` stands over it."""

    fills: Mapping[str, Fill]
    legend: Sequence[Entry] = ()
    title: str = ""
    switches: Sequence[Switch] = ()


def unknown(said: str = "") -> Fill:
    """An area that nobody has asked about."""
    return Fill(None, "?", HATCH[0], "unknown", said)


def checked(said: str = "") -> Fill:
    """An area where somebody looked and found none."""
    return Fill(0.0, "0", tokens.PAPER, "checked", said)


def choropleth(
    values: Mapping[str, float | None], *, method: str, title: str, language: str, said: Mapping[str, str] | None = None, whole: bool = False
) -> Shading:
    """Areas coloured by their value in classes (:mod:`views.districts.classes`).

    ``values``: area id -> value, None where it was not surveyed. ``whole``: counts; none at all is then a class
    of its own, on white. ``said``: what is spoken of each area instead of the number alone.
    """
    known = {area: value for area, value in values.items() if value is not None}
    nought = [area for area, value in known.items() if whole and value == 0]
    found = bands((value for area, value in known.items() if area not in set(nought)), method, MOST - bool(nought))
    colours = BLUES.get(len(found), ())
    places = 0 if whole else _places(known.values(), found)
    fills: dict[str, Fill] = {}
    for area, value in values.items():
        words = (said or {}).get(area, "")
        if value is None:
            fills[area] = unknown(words or translate("nicht erhoben", language))
            continue
        text = number(value, places, of=language)
        colour = tokens.PAPER if whole and value == 0 else colours[band_of(value, found)]
        fills[area] = Fill(value, text, colour, "value", words or text)
    legend = [Entry(tokens.PAPER, _line("0", len(nought), language))] if nought else []
    legend += [Entry(colour, _line(_range(band, places, language), band.n, language)) for band, colour in zip(found, colours, strict=True)]
    if open_ := len(values) - len(known):
        legend.append(Entry(HATCH[0], _line(translate("nicht erhoben", language), open_, language), "unknown"))
    return Shading(fills, legend, title)


def tokens_of(shading: Shading | None) -> dict[str, Any]:
    """What the script needs: the filled areas with the colour of their text, and the legend."""
    if shading is None:
        return {"fills": {}, "legend": [], "legendTitle": "", "switches": []}
    fills = {
        area: {"text": fill.text, "colour": fill.colour, "ink": ink_on(fill.colour, fill.state), "state": fill.state, "said": fill.said}
        for area, fill in shading.fills.items()
    }
    legend = [{"colour": entry.colour, "text": entry.text, "state": entry.state} for entry in shading.legend]
    return {"fills": fills, "legend": legend, "legendTitle": shading.title, "switches": [asdict(switch) for switch in shading.switches]}


def ink_on(colour: str, state: State = "value") -> str:
    """The colour of text on a fill: ink or white, whichever reads better; of "checked and none" the dark red."""
    if state == "checked":
        return CHECKED_TEXT
    return max((tokens.INK, tokens.PAPER), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (#RRGGBB) after WCAG 2: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _places(values: Iterable[float], found: Sequence[Band]) -> int:
    """One decimal place for what is not whole, more only where classes would read the same."""
    return max(1, digits(found)) if any(not float(value).is_integer() for value in values) else 0


def _range(band: Band, places: int, language: str) -> str:
    low, high = number(band.low, places, of=language), number(band.high, places, of=language)
    return low if low == high else translate("{low} bis {high}", language).format(low=low, high=high)


def _line(text: str, n: int, language: str) -> str:
    areas = translate("1 Gebiet", language) if n == 1 else translate("{n} Gebiete", language).format(n=number(n, of=language))
    return f"{text} · {areas}"
