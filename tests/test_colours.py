"""The classes of maps and matrices in grey and as colour-blind people see them: neighbouring classes stay apart, in their order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from views import tokens
from views.districts.fills import BLUES, CHECKED, CHECKED_TEXT, HATCH, ink_on

SEEN = {
    "as it is": np.eye(3),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
"""On linear RGB: relative luminance (WCAG 2.1), and Machado, Oliveira, Fernandes (2009) at severity 1."""

WHITE = np.array([0.95047, 1.0, 1.08883])
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
APART = 10
"""CIE76 distance of neighbouring classes; 2.3 is just noticeable side by side, on a map they stand apart."""


def xyz_of(colour: str, seen: str) -> np.ndarray:
    """CIE XYZ of a colour as it is seen."""
    encoded = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    seen_as: np.ndarray = TO_XYZ @ np.clip(SEEN[seen] @ linear, 0, 1)
    return seen_as


def lab(colour: str, seen: str) -> np.ndarray:
    """CIELAB of a colour as it is seen."""
    xyz = xyz_of(colour, seen) / WHITE
    root = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def apart(one: str, other: str, seen: str) -> float:
    return float(np.linalg.norm(lab(one, seen) - lab(other, seen)))


def test_the_measure_knows_black_and_white() -> None:
    assert apart("#000000", "#FFFFFF", "as it is") == pytest.approx(100, abs=0.1)
    assert apart("#FF0000", "#00FF00", "deuteranopia") < 0.75 * apart("#FF0000", "#00FF00", "as it is")


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("classes", [count for count in BLUES if count > 1])
def test_classes_stay_apart_and_in_order(classes: int, seen: str) -> None:
    colours = BLUES[classes]
    assert min(apart(one, other, seen) for one, other in itertools.combinations(colours, 2)) >= APART
    lightness = [lab(colour, seen)[0] for colour in colours]
    assert lightness == sorted(lightness, reverse=True)


@pytest.mark.parametrize("seen", SEEN)
def test_the_frame_of_checked_and_none_stands_out_from_paper_and_from_every_class(seen: str) -> None:
    assert apart(CHECKED, tokens.PAPER, seen) >= 3 * APART
    lightest = min(apart(tokens.PAPER, colour, seen) for colours in BLUES.values() for colour in colours)
    assert lightest >= 9  # paper is no class: there the frame and the 0 tell the state


@pytest.mark.parametrize("seen", SEEN)
def test_text_is_read_on_every_class(seen: str) -> None:
    """WCAG 2.1: 4.5 to 1, also in simulation."""

    def contrast(one: str, other: str) -> float:
        light, dark = sorted((xyz_of(one, seen)[1], xyz_of(other, seen)[1]), reverse=True)
        return float((light + 0.05) / (dark + 0.05))

    assert min(contrast(ink_on(colour), colour) for colours in BLUES.values() for colour in colours) >= 4.5
    assert contrast(CHECKED_TEXT, tokens.PAPER) >= 4.5


@pytest.mark.parametrize("seen", SEEN)
def test_lines_of_not_surveyed_are_seen_on_their_ground(seen: str) -> None:
    """The hatch is quiet on purpose; the sign ? carries the state."""
    assert apart(HATCH[0], HATCH[1], seen) >= 5
