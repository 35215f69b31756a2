"""The drawings: who is drawn, who is folded, where everybody stands, and that nobody moves."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import schema
from tests.network_data import actors, ties, town
from views import folding, layout, symbols, tokens
from views.drawing import MIDDLE_ROWS, NET_NODES, SIDE_ROWS, Drawing, draw
from views.positions import Positions

NAMES = ("steuerungsbild", "netz")
KINDS = [c.value for c in schema.NODES["Institution"].field("kind").choices]


@pytest.fixture
def positions(tmp_path: Path) -> Iterator[Positions]:
    with Positions(tmp_path / "positions.sqlite") as opened:
        yield opened


_counter = itertools.count()


def fresh_scope() -> str:
    """A scope in which nobody has stood yet."""
    return f"scope {next(_counter)}"


def drawn(name: str, people: pd.DataFrame, pairs: pd.DataFrame, positions: Positions, **more: object) -> Drawing:
    options = {"scope": fresh_scope(), "language": "de", "positions": positions} | more
    return draw(name, people, pairs, **options)  # type: ignore[arg-type]


@st.composite
def networks(draw_from: st.DrawFn, most: int = 40) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Any small network: all types of actors, kinds or none, any ties that the schema allows."""
    size = draw_from(st.integers(0, most))
    rows: list[dict[str, object]] = []
    for n in range(size):
        kind = draw_from(st.sampled_from(schema.ACTORS))
        rows.append(
            {
                "id": f"a{n}",
                "type": kind,
                "name": draw_from(st.text(max_size=12)) or f"Name {n}",
                "kind": draw_from(st.sampled_from([*KINDS, None])) if kind == "Institution" else None,
                "level": draw_from(st.sampled_from(["politics", "steering", "work", None])) if kind == "Gremium" else None,
                "area": draw_from(st.sampled_from([None, "area-1", "area-2"])),
            }
        )
    pairs = []
    possible = [
        (a, b, edge)
        for a in rows
        for b in rows
        if a is not b
        for edge in ("MEMBER_OF", "RUNS", "REPORTS_TO", "WORKS_FOR", "TAKES_PART_IN", "COOPERATES_WITH")
        if schema.allowed(edge, str(a["type"]), str(b["type"]))
    ]
    if possible:
        for a, b, edge in draw_from(st.lists(st.sampled_from(possible), max_size=60, unique_by=lambda p: (p[0]["id"], p[1]["id"], p[2]))):
            pairs.append((str(a["id"]), str(b["id"]), edge, draw_from(st.integers(1, 4))))
    return actors(*rows), ties(*pairs)


quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


# ---- everybody once, inside the picture, on a row of their own -----------------------------------------


@pytest.mark.parametrize("name", NAMES)
@quick
@given(network=networks())
def test_everyone_is_drawn_folded_or_counted_out_exactly_once(name: str, network: tuple[pd.DataFrame, pd.DataFrame], positions: Positions) -> None:
    people, pairs = network
    drawing = drawn(name, people, pairs, positions)
    shown = [node["id"] for node in drawing.nodes if not node.get("members")]
    inside = [actor for members in drawing.folded.values() for actor in members]
    out = [actor for actor, kind in people["type"].items() if name == "steuerungsbild" and kind == "Person"]
    assert sorted(shown + inside + out) == sorted(people.index)
    assert sum(drawing.left_out.values()) == len(out)
    assert {node["id"]: node["members"] for node in drawing.nodes if node.get("members")} == {fold: len(members) for fold, members in drawing.folded.items()}
    assert all(0 <= node["x"] <= 1 and 0 <= node["y"] <= 1 for node in drawing.nodes)
    assert all(0 <= a < len(drawing.nodes) and 0 <= b < len(drawing.nodes) and a != b for a, b, _kind, _n in drawing.ties)


@quick
@given(network=networks())
def test_no_two_names_share_a_row(network: tuple[pd.DataFrame, pd.DataFrame], positions: Positions) -> None:
    drawing = drawn("steuerungsbild", *network, positions)
    rows = [(node["side"], node["y"]) for node in drawing.nodes]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_network_gives_the_same_picture(name: str, positions: Positions) -> None:
    people, pairs = town()
    first = drawn(name, people, pairs, positions, scope="one")
    shuffled = drawn(name, people.sample(frac=1, random_state=4), pairs.sample(frac=1, random_state=5).reset_index(drop=True), positions, scope="two")
    assert [(n["id"], n["x"], n["y"]) for n in first.nodes] == [(n["id"], n["x"], n["y"]) for n in shuffled.nodes]


def test_symbols_of_the_netz_stand_apart(positions: Positions) -> None:
    drawing = drawn("netz", *town(kitas=50, schools=30), positions)
    spots = [(node["x"], node["y"]) for node in drawing.nodes]
    least = min((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for a, b in itertools.combinations(spots, 2)) ** 0.5
    assert len(spots) > 90
    assert least > 0.02  # of a panel 1000 px wide: more than a symbol's width


# ---- nobody moves --------------------------------------------------------------------------------------


@quick
@given(network=networks(), keep=st.sets(st.integers(0, 39)))
def test_old_symbols_of_the_netz_stay_when_others_join(network: tuple[pd.DataFrame, pd.DataFrame], keep: set[int], positions: Positions) -> None:
    people, pairs = network
    scope, early = fresh_scope(), people.loc[[actor for actor in people.index if int(actor[1:]) in keep]]
    before = {n["id"]: (n["x"], n["y"]) for n in drawn("netz", early, pairs, positions, scope=scope).nodes}
    after = {n["id"]: (n["x"], n["y"]) for n in drawn("netz", people, pairs, positions, scope=scope).nodes}
    assert {i: after[i] for i in before} == before
    again = {n["id"]: (n["x"], n["y"]) for n in drawn("netz", early, pairs, positions, scope=scope).nodes}
    assert again == before


@quick
@given(network=networks(), keep=st.sets(st.integers(0, 39)))
def test_old_rows_keep_their_order_when_others_join(network: tuple[pd.DataFrame, pd.DataFrame], keep: set[int], positions: Positions) -> None:
    people, pairs = network
    scope, early = fresh_scope(), people.loc[[actor for actor in people.index if int(actor[1:]) in keep]]

    def order(drawing: Drawing) -> list[str]:
        return [n["id"] for n in sorted(drawing.nodes, key=lambda n: (n["side"], n["y"])) if n["id"] in early.index]

    before = order(drawn("steuerungsbild", early, pairs, positions, scope=scope))
    after = order(drawn("steuerungsbild", people, pairs, positions, scope=scope))
    assert after == before


def test_newcomers_of_the_netz_stand_free_and_near_their_neighbours(positions: Positions) -> None:
    people, pairs = town(kitas=20, schools=20)
    drawn("netz", people, pairs, positions, scope="town")
    more = pd.concat([people, actors({"id": "new", "type": "Institution", "kind": "kita", "name": "Kita Neu"})])
    drawing = drawn("netz", more, pd.concat([pairs, ties(("new", "g003", "MEMBER_OF"))]), positions, scope="town")
    spots = {n["id"]: (n["x"], n["y"]) for n in drawing.nodes}
    apart = {i: ((x - spots["new"][0]) ** 2 + (y - spots["new"][1]) ** 2) ** 0.5 for i, (x, y) in spots.items() if i != "new"}
    assert min(apart.values()) > 0.02
    assert apart["g003"] < 0.6


def test_a_town_grouped_by_area_stays_so(positions: Positions) -> None:
    people, pairs = town(kitas=18, schools=18, gremien=6)
    people = people.drop(["amt", "vhs"])
    assert [h["label"] for h in drawn("netz", people, pairs, positions, scope="s").hulls] == [f"Stadtteil {n}" for n in range(6)]
    fewer = people[people["area"].isin(["area-0", "area-1"]) | (people["type"] == "Gremium")]
    assert {h["label"] for h in drawn("netz", fewer, pairs, positions, scope="s").hulls} == {"Stadtteil 0", "Stadtteil 1"}
    assert {h["label"] for h in drawn("netz", fewer, pairs, positions, scope="other").hulls} == {"Frühe Bildung", "Schule"}


# ---- the Steuerungsbild --------------------------------------------------------------------------------


def test_sectors_keep_their_side_and_levels_their_height(positions: Positions) -> None:
    people, pairs = town(kitas=4, schools=4, gremien=8, projects=3)
    drawing = drawn("steuerungsbild", people, pairs, positions)
    side = {node["id"]: node["side"] for node in drawing.nodes}
    assert (side["k000"], side["s000"], side["amt"], side["vhs"], side["g000"], side["p000"]) == ("l", "l", "r", "r", "p", "p")
    assert [band["label"] for band in drawing.bands] == ["Politik", "Steuerung", "Facharbeit", "Projekte"]
    assert [frame["label"] for frame in drawing.frames] == ["Frühe Bildung", "Schule", "Verwaltung", "Ausbildung und Weiterbildung"]
    heights = {node["id"]: node["y"] for node in drawing.nodes}
    assert (
        max(heights[g] for g in ("g000", "g004"))
        < min(heights[g] for g in ("g001", "g005"))
        < min(heights[g] for g in ("g002", "g003", "g006", "g007"))
        < heights["p000"]
    )
    assert all(band["y"] < min(node["y"] for node in drawing.nodes if node["side"] == "p" and node["y"] > band["y"]) for band in drawing.bands)


@pytest.mark.parametrize(
    ("kind", "level", "band"),
    [
        ("council", None, "Politik"),
        ("committee", None, "Politik"),
        ("steering", None, "Steuerung"),
        ("conference", None, "Steuerung"),
        ("forum", None, "Facharbeit"),
        (None, None, "Facharbeit"),
        ("forum", "politics", "Politik"),
        ("council", "nonsense", "Politik"),
    ],
)
def test_the_level_of_a_gremium_is_stated_or_follows_from_its_kind(kind: str | None, level: str | None, band: str, positions: Positions) -> None:
    drawing = drawn("steuerungsbild", actors({"id": "g", "type": "Gremium", "kind": kind, "level": level}), ties(), positions)
    assert [b["label"] for b in drawing.bands] == [band]


def test_partners_stand_at_the_height_of_each_other(positions: Positions) -> None:
    """Two blocks without ties between them: sorting by partners leaves no line from one to the other's height."""
    rows: list[dict[str, object]] = [{"id": f"g{n}", "type": "Gremium", "level": "work", "name": f"G {n % 2} {n}"} for n in range(8)]
    rows += [{"id": f"k{n}", "type": "Institution", "kind": "kita", "name": f"K {n}"} for n in range(8)]
    pairs = ties(*((f"k{a}", f"g{b}", "MEMBER_OF") for a in range(8) for b in range(8) if a % 2 == b % 2))
    drawing = drawn("steuerungsbild", actors(*rows), pairs, positions)
    y = {node["id"]: node["y"] for node in drawing.nodes}
    for letter in "gk":
        even, odd = [y[f"{letter}{n}"] for n in range(0, 8, 2)], [y[f"{letter}{n}"] for n in range(1, 8, 2)]
        assert max(even) < min(odd) or max(odd) < min(even)


def test_two_of_the_same_name_are_told_apart_and_shorts_are_never_alike(positions: Positions) -> None:
    people = actors(
        {"id": "a", "type": "Institution", "kind": "kita", "name": "Kita Sonne", "area": "x", "area_name": "Hochfeld", "short": "Sonne"},
        {"id": "b", "type": "Institution", "kind": "kita", "name": "Kita Sonne", "area": "y", "area_name": "Laar", "short": "Sonne"},
    )
    drawing = drawn("steuerungsbild", people, ties(), positions)
    assert sorted(node["label"] for node in drawing.nodes) == ["Kita Sonne (Hochfeld)", "Kita Sonne (Laar)"]
    assert not any("short" in node for node in drawing.nodes)


# ---- folds ---------------------------------------------------------------------------------------------


def test_what_does_not_fit_is_folded_untied_ones_first(positions: Positions) -> None:
    people, pairs = town(kitas=20, schools=20, gremien=5)
    drawing = drawn("steuerungsbild", people, pairs, positions)
    left = [node for node in drawing.nodes if node["side"] == "l"]
    assert len(left) <= SIDE_ROWS
    tied = set(pairs["a"]) | set(pairs["b"])
    assert drawing.folded
    assert all(fold.endswith(":untied") for fold in drawing.folded)
    assert not any(actor in tied for members in drawing.folded.values() for actor in members)
    labels = {node["label"] for node in drawing.nodes if node.get("members")}
    assert labels <= {f"{n} weitere {what}" for n in range(30) for what in ("Kitas", "Schulen")}


def test_a_whole_city_keeps_the_limits_and_sums_its_ties(positions: Positions) -> None:
    people, pairs = town(kitas=210, schools=136, gremien=24, projects=60)
    drawing = drawn("steuerungsbild", people, pairs, positions)
    count = {side: sum(1 for node in drawing.nodes if node["side"] == side) for side in "lrp"}
    assert count["l"] <= SIDE_ROWS and count["r"] <= SIDE_ROWS and count["p"] <= MIDDLE_ROWS
    assert "210 Kitas" in {node["label"] for node in drawing.nodes}
    kitas = next(n for n, node in enumerate(drawing.nodes) if node["label"] == "210 Kitas")
    drawn_seats = sum(n for a, _b, kind, n in drawing.ties if a == kitas and kind == "MEMBER_OF")
    assert drawn_seats == pairs.loc[pairs["a"].str.startswith("k"), "n"].sum()
    netz = drawn("netz", people, pairs, positions)
    assert len(netz.nodes) <= NET_NODES


def test_an_opened_fold_shows_its_members_and_large_ones_open_by_area(positions: Positions) -> None:
    people, pairs = town(kitas=50, schools=100, gremien=5)
    closed = drawn("steuerungsbild", people, pairs, positions)
    assert "fold:early:kita" in closed.folded and "fold:school:school" in closed.folded
    opened = drawn("steuerungsbild", people, pairs, positions, opened=frozenset({"fold:early:kita"}))
    assert {f"k{n:03d}" for n in range(50)} <= {node["id"] for node in opened.nodes}
    large = drawn("steuerungsbild", people, pairs, positions, opened=frozenset({"fold:school:school"}))
    parts = {node["label"] for node in large.nodes if node["id"].startswith("fold:school:school@")}
    assert parts == {
        f"{n} Schulen in Stadtteil {area}" for area, n in enumerate([16, 17, 17, 17, 17, 16]) for n in [sum(1 for s in range(100) if s % 6 == area)]
    }
    deep = drawn("steuerungsbild", people, pairs, positions, opened=frozenset({"fold:school:school", "fold:school:school@area-0"}))
    assert {f"s{n:03d}" for n in range(0, 100, 6)} <= {node["id"] for node in deep.nodes}


def test_a_folded_actor_is_found_in_its_fold(positions: Positions) -> None:
    people, pairs = town(kitas=210, schools=10)
    drawing = drawn("steuerungsbild", people, pairs, positions)
    assert drawing.node_of("k007") == "fold:early:kita"
    assert drawing.node_of("g001") == "g001"
    assert drawing.node_of("nobody") is None and drawing.node_of(None) is None


@pytest.mark.parametrize(
    ("kind", "form", "language", "label"),
    [
        ("school", "Grundschule", "de", "40 Grundschulen"),
        ("school", "Gymnasium", "de", "40 Gymnasien"),
        ("school", "Berufskolleg", "de", "40 Berufskollegs"),
        ("school", "Freie Waldorfschule", "de", "40 Freie Waldorfschulen"),
        ("school", "Förderschule Grund-/Hauptschule", "de", "40 Förderschulen (Grund-/Hauptschule)"),
        ("school", "Lernort", "de", "40 Schulen (Lernort)"),
        ("kita", None, "en", "40 Kitas"),
        ("authority", None, "de", "40 Ämter"),
        ("other", None, "de", "40 Institutionen (Sonstiges)"),
        ("other", None, "en", "40 Institutions (Other)"),
    ],
)
def test_folds_are_named_in_the_plural(kind: str, form: str | None, language: str, label: str) -> None:
    people = actors(*({"id": f"a{n}", "type": "Institution", "kind": kind} for n in range(40)))
    people["form"] = form
    columns = pd.Series("left", index=people.index)
    folded = folding.fold(people, ties(), columns=columns, limits={"left": 10}, tied=list(people.index), language=language)
    assert list(folded.actors["name"]) == [label]


def test_cooperation_both_ways_is_one_tie_of_a_fold() -> None:
    pairs = ties(
        ("a", "x", "COOPERATES_WITH/contract"), ("x", "b", "COOPERATES_WITH/contract"), ("a", "b", "COOPERATES_WITH/contract"), ("a", "x", "MEMBER_OF", 3)
    )
    found = folding.fold_ties(pairs, {"a": "fold:k", "b": "fold:k"})
    assert sorted(found.itertuples(index=False, name=None)) == [("fold:k", "x", "COOPERATES_WITH/contract", 2), ("fold:k", "x", "MEMBER_OF", 3)]


# ---- edges of the range --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_nobody_gives_an_empty_picture_with_a_word(name: str, positions: Positions) -> None:
    drawing = drawn(name, actors(), ties(), positions)
    assert drawing.nodes == [] and "noch niemand erfasst" in drawing.message


def test_only_people_leave_the_steuerungsbild_empty_and_say_why(positions: Positions) -> None:
    drawing = drawn("steuerungsbild", actors({"id": "x", "type": "Person"}), ties(), positions)
    assert drawing.left_out == {"Person": 1} and "Netz" in drawing.message


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", schema.ACTORS)
def test_one_alone_is_drawn(name: str, kind: str, positions: Positions) -> None:
    drawing = drawn(name, actors({"id": "a", "type": kind}), ties(), positions)
    assert [node["id"] for node in drawing.nodes] == ([] if (name, kind) == ("steuerungsbild", "Person") else ["a"])


def test_another_drawing_is_refused_with_a_word(positions: Positions) -> None:
    with pytest.raises(ValueError, match="Ringe"):
        drawn("Ringe", actors(), ties(), positions)


@pytest.mark.parametrize("name", NAMES)
def test_two_thousand_take_less_than_three_seconds(name: str, positions: Positions) -> None:
    people, pairs = town(kitas=1000, schools=700, gremien=40, projects=100, people=160)
    start = time.process_time()
    folded = drawn(name, people, pairs, positions)
    assert folded.folded
    groups = frozenset(
        {"fold:early:kita", "fold:school:school", *(f"fold:early:kita@area-{n}" for n in range(6)), *(f"fold:school:school@area-{n}" for n in range(6))}
    )
    opened = drawn(name, people, pairs, positions, opened=groups)
    assert len(opened.nodes) > 1700
    assert time.process_time() - start < 6  # both pictures together


# ---- the visual language -------------------------------------------------------------------------------


def test_every_type_has_its_polygon_and_the_corners_lie_around_it() -> None:
    for node in schema.NODES.values():
        corners = symbols.polygon(node.symbol.shape)
        assert len(corners) >= 3
        assert all(abs(x) <= 1.5 and abs(y) <= 1.5 for x, y in corners)
        assert min(x for x, _ in corners) < 0 < max(x for x, _ in corners)
    assert len({str(symbols.polygon(shape)) for shape in symbols.SHAPES}) == len(symbols.SHAPES)


def test_every_kind_of_tie_has_a_line_and_a_word() -> None:
    kinds = [name for name in schema.EDGES] + [f"{e.name}/{value}" for e in schema.EDGES.values() for value in (e.variant_lines or {})]
    found = tokens.kind_tokens(kinds, "de")
    assert set(found) == set(kinds)
    assert found["COOPERATES_WITH/contract"]["label"] == "Kooperationen mit Vertrag"
    assert found["COOPERATES_WITH/contract"]["width"] > found["COOPERATES_WITH/informal"]["width"]
    assert found["COOPERATES_WITH/informal"]["dash"] and not found["MEMBER_OF"]["dash"]
    assert found["REPORTS_TO"]["arrow"] and found["WORKS_FOR"]["quiet"] and found["RUNS"]["dash"] and not found["MEMBER_OF"]["quiet"]


def test_lines_that_look_alike_share_one_sample() -> None:
    found = tokens.samples({"FUNDS": 2, "WORKS_FOR": 3, "MEMBER_OF": 4}, ["FUNDS", "MEMBER_OF"], "de")
    assert [(sample["label"], sample["count"], sample["on"]) for sample in found] == [("Mitgliedschaften", 4, False), ("Beschäftigungen, Förderungen", 5, True)]


def test_bands_cover_every_actor_but_persons() -> None:
    for name in schema.ACTORS:
        assert bool(layout.column_of(folding.band_of({"type": name}))) == (name != "Person")
