"""What was dragged stays where it was dropped, and goes back by a button."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from tests.network_data import town
from tests.test_components import CANVAS, browser, find, mount_network, network_data, page, sent, small  # noqa: F401 (fixtures)
from tests.test_layout import fresh_scope
from tests.test_rings import rings
from views.drawing import Drawing, draw
from views.moving import keep, moved, rearrange
from views.positions import Positions

PEOPLE, PAIRS = town(kitas=14, schools=10, gremien=8)
quick = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def positions(tmp_path: Path) -> Iterator[Positions]:
    with Positions(tmp_path / "positions.sqlite") as opened:
        yield opened


def drawn(name: str, positions: Positions, scope: str) -> Drawing:
    if name == "ringe":
        return rings(PEOPLE, PAIRS, "g000", positions, scope)
    return draw(name, PEOPLE, PAIRS, scope=scope, positions=positions, language="de")


def spots(drawing: Drawing) -> dict[str, tuple[float, float]]:
    return {n["id"]: (n["x"], n["y"]) for n in drawing.nodes}


@quick
@given(who=st.integers(0, 1000), x=st.floats(0, 1), y=st.floats(0, 1))
def test_in_the_netz_one_moves_and_nobody_else(who: int, x: float, y: float, positions: Positions) -> None:
    scope = fresh_scope()
    before = drawn("netz", positions, scope)
    actor = before.nodes[who % len(before.nodes)]["id"]
    keep(before, positions, actor, x, y)
    after = drawn("netz", positions, scope)
    assert spots(after) == spots(before) | {actor: (round(x, 5), round(y, 5))}
    assert moved(after, positions)


@pytest.mark.parametrize("name", ["steuerungsbild", "ringe"])
@quick
@given(drops=st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=6))
def test_in_rows_and_rings_one_changes_its_place_among_its_own(name: str, drops: list[tuple[int, int]], positions: Positions) -> None:
    scope = fresh_scope()
    for who, where in drops:
        before = drawn(name, positions, scope)
        movable = [n["id"] for n in before.nodes if not n.get("members") and (n["x"], n["y"]) != (0.5, 0.5)]
        actor = movable[who % len(movable)]
        peers = [n for n in before.nodes if before.groups[n["id"]] == before.groups[actor] and n["id"] != actor and not n.get("members")]
        if not peers:
            continue
        target = peers[where % len(peers)]
        keep(before, positions, actor, target["x"], target["y"] - 1e-4 if name == "steuerungsbild" else target["y"])
        after = drawn(name, positions, scope)
        assert after.groups == before.groups
        others = [i for i in _order(before, name) if i != actor]
        assert [i for i in _order(after, name) if i != actor] == others, "everybody else keeps the order"
        if name == "steuerungsbild":
            mine = [i for i in _order(after, name) if after.groups[i] == after.groups[actor]]
            assert mine.index(actor) + 1 == mine.index(target["id"]), "it stands right before the one that it was dropped on"


def _order(drawing: Drawing, name: str) -> list[str]:
    from views.moving import _clockwise

    along = (lambda n: _clockwise(n["x"], n["y"])) if name == "ringe" else (lambda n: n["y"])
    return [n["id"] for n in sorted(drawing.nodes, key=lambda n: (n["side"], drawing.groups[n["id"]], along(n)))]


def test_a_hundred_drops_between_the_same_two_still_change_the_order(positions: Positions) -> None:
    scope = fresh_scope()
    drawing = drawn("steuerungsbild", positions, scope)
    kitas = [n["id"] for n in sorted(drawing.nodes, key=lambda n: n["y"]) if n["id"][0] == "k"][:3]
    for _ in range(100):
        at = spots(drawing)
        last = max(kitas, key=lambda i: at[i][1])
        first = min(kitas, key=lambda i: at[i][1])
        keep(drawing, positions, last, 0, at[first][1] + 1e-4)
        drawing = drawn("steuerungsbild", positions, scope)
        order = sorted(kitas, key=lambda i: spots(drawing)[i][1])
        assert order[0] == first and order[1] == last


@pytest.mark.parametrize("name", ["netz", "steuerungsbild", "ringe"])
def test_reset_brings_back_the_first_picture(name: str, positions: Positions) -> None:
    scope = fresh_scope()
    first = drawn(name, positions, scope)
    assert not moved(first, positions)
    actor = next(n["id"] for n in first.nodes if n["id"][0] == "k" and not n.get("members"))
    keep(first, positions, actor, 0.93, 0.93)
    assert spots(drawn(name, positions, scope)) != spots(first)
    rearrange(first, positions)
    assert spots(drawn(name, positions, scope)) == spots(first)
    assert not moved(first, positions)


def test_who_is_not_in_the_picture_is_not_moved(positions: Positions) -> None:
    drawing = drawn("netz", positions, fresh_scope())
    keep(drawing, positions, "nobody", 0.5, 0.5)
    assert not moved(drawing, positions)


@pytest.mark.parametrize("name", ["netz", "steuerungsbild"])
def test_dragging_a_symbol_moves_it_and_says_where(name: str, page: Page, tmp_path: Path) -> None:  # noqa: F811
    mount_network(page, network_data(small(name, tmp_path)))
    x, y = find(page, "Jugendamt")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 40, steps=4)
    page.mouse.up()
    assert [event for event, _ in sent(page)] == ["moved"]
    drop = sent(page)[0][1]
    assert drop["id"] == "a" and 0 <= drop["x"] <= 1 and 0 <= drop["y"] <= 1
    assert page.locator(".net .live").inner_text() == "Jugendamt verschoben."


def test_dragging_the_ground_moves_the_picture_and_nobody_in_it(page: Page, tmp_path: Path) -> None:  # noqa: F811
    mount_network(page, network_data(small("netz", tmp_path)))
    box = page.locator(CANVAS).bounding_box()
    assert box
    page.mouse.move(box["x"] + 12, box["y"] + box["height"] - 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 60, steps=4)
    page.mouse.up()
    assert sent(page) == []


def test_resetting_asks_once_more(page: Page, tmp_path: Path) -> None:  # noqa: F811
    mount_network(page, network_data(small("netz", tmp_path)) | {"moved": True, "version": "moved"})
    button = page.get_by_role("button", name="Anordnung zurücksetzen")
    button.click()
    assert sent(page) == []
    page.get_by_role("button", name="Wirklich zurücksetzen?").click()
    assert sent(page) == [["rearranged", True]]
