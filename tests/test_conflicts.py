"""Where sources disagree, how old they are, what came and went between editions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.conflicts import COORDINATES, conflicts, field_label
from graph.editions import editions
from graph.fold import fold
from graph.freshness import freshness
from graph.ledger import Ledger
from graph.records import Dataset, Node, Where
from graph.sameness import address, phone, words
from tests.ledger_words import LIST, say

OLD = Dataset("schools_nrw:2021", "schools_nrw", "Register 2021", "2021-09-01", rank=20)
NEW = Dataset("schools_nrw:2024/25", "schools_nrw", "Register 2024/25", "2024-10-15", rank=20)
HERE = {"lat": 51.43, "lon": 6.76}
FAR = {"lat": 51.53, "lon": 6.76}  # eleven kilometres to the north


@pytest.fixture
def ledger(location: Path | str) -> Iterator[Ledger]:
    with Ledger.open(location) as opened:
        yield opened


def school(number: str, name: str = "Eschenschule", **fields: str | float) -> Node:
    return Node("Institution", f"schulnummer:{number}", {"name": name, "schulnummer": number, **fields}, Where("schulen.csv", row=7))


def test_both_values_are_kept_with_source_date_and_place_and_a_rule_says_which_shows(ledger: Ledger) -> None:
    say(ledger, [school("1", phone="0203 999")], LIST)
    say(ledger, [school("1", phone="0203 111", street="Eschenstr. 1")], OLD)
    say(ledger, [school("1", phone="0203 222", street="Eschenstraße 1")], NEW)
    (found,) = conflicts(ledger)
    assert (found.type, found.name, found.field, field_label(found).de) == ("Institution", "Eschenschule", "phone", "Telefon")
    assert [(said.value, said.title, said.as_of) for said in (found.shown, *found.others)] == [
        ("0203 222", "Register 2024/25", "2024-10-15"),  # newer before older
        ("0203 111", "Register 2021", "2021-09-01"),  # official register before list
        ("0203 999", LIST.title, LIST.as_of),
    ]
    assert found.others[0].where == Where("schulen.csv", row=7)
    assert next(iter(fold(ledger).nodes.values())).props["phone"] == found.shown.value


def test_one_source_or_the_same_in_other_letters_is_no_conflict(ledger: Ledger) -> None:
    say(ledger, [school("1", name="Städt. Grundschule", phone="+49 203 111-2", url="https://www.esche.de/", street="Eschen-Straße 1", **HERE)], OLD)
    say(ledger, [school("1", name="STÄDT. GRUNDSCHULE", phone="0203 1112", url="http://esche.de", street="Eschenstr. 1", lat=51.431, lon=6.761)], NEW)
    say(ledger, [school("2", phone="0203 5")], LIST)
    assert conflicts(ledger) == []


@pytest.mark.parametrize(
    ("same", "left", "right"),
    [(words, "Hauptstr.12", "Hauptstraße 12"), (words, "Straßburger Allee", "Strassburger  ALLEE"), (words, "Müller-Schule", "Mueller Schule"),
     (phone, "+49 (0)203 12-3", "0203/123"), (phone, "0049203123", "0203 123"), (address, "HTTP://www.a.de/b/", "https://a.de/b")],
)  # fmt: skip
def test_writings_of_the_same(same: object, left: str, right: str) -> None:
    assert same(left) == same(right)  # type: ignore[operator]


def test_an_official_coordinate_beats_a_newer_geocode_and_the_distance_is_told(ledger: Ledger) -> None:
    say(ledger, [school("1", position="official", **HERE)], OLD)
    say(ledger, [school("1", position="geocoded", **FAR)], NEW)
    (found,) = conflicts(ledger)
    assert (found.field, found.distance_km) == (COORDINATES, 11.1)
    assert found.shown.dataset == OLD.name
    props = next(iter(fold(ledger).nodes.values())).props
    assert (props["lat"], props["lon"], props["position"]) == (51.43, 6.76, "official")


def test_a_school_that_moved_is_where_its_new_address_is(ledger: Ledger) -> None:
    say(ledger, [school("1", position="official", street="Alte Gasse 1", **HERE)], OLD)
    say(ledger, [school("1", position="geocoded", street="Neue Allee 5", **FAR)], NEW)
    assert next(iter(fold(ledger).nodes.values())).props["lat"] == FAR["lat"]


def test_a_doubtful_coordinate_is_listed_and_never_used(ledger: Ledger) -> None:
    say(ledger, [school("1", position="doubtful", **FAR), school("2", position="doubtful", **FAR)], NEW)
    say(ledger, [school("1", position="stated", **HERE)], LIST)
    assert [(found.entity, found.shown.value) for found in conflicts(ledger)] == [(ledger.entity("schulnummer:1"), "51.43000, 6.76000")]
    assert [node.props.get("lat") for node in fold(ledger).nodes.values()].count(51.43) == 1
    assert "lat" not in fold(ledger).nodes[ledger.entity("schulnummer:2") or ""].props


def test_latitude_and_longitude_never_come_from_two_sources(ledger: Ledger) -> None:
    say(ledger, [school("1", lat=50.0)], NEW)
    say(ledger, [school("1", **HERE)], LIST)
    props = next(iter(fold(ledger).nodes.values())).props
    assert (props["lat"], props["lon"]) == (51.43, 6.76)


def test_what_only_one_edition_names_is_gone_or_new_and_stays_in_the_graph(ledger: Ledger) -> None:
    say(ledger, [school("1", gemeinde="05112000"), school("2", "Alt", gemeinde="05112000"), school("9", "Anderswo", gemeinde="05113000")], OLD)
    say(ledger, [school("1", gemeinde="05112000"), school("3", "Jung", gemeinde="05112000"), school("8", "Drüben", gemeinde="05114000")], NEW)
    assert [(change.kind, change.name, change.named_in, change.missing_in) for change in editions(ledger)] == [
        ("gone", "Alt", "Register 2021", "Register 2024/25"),
        ("new", "Jung", "Register 2024/25", "Register 2021"),
    ]
    assert len(fold(ledger).nodes) == 5


def test_lists_named_by_a_year_are_no_editions(ledger: Ledger) -> None:
    for year in ("2021", "2024"):
        say(ledger, [school(year, gemeinde="05112000")], Dataset(f"tables:{year}.xlsx", "tables", year, f"{year}-01-01"))
    assert editions(ledger) == []


def test_who_was_not_confirmed_for_a_year(ledger: Ledger) -> None:
    say(ledger, [school("1", "Alt"), school("2", "Bestätigt", confirmed="2026-03"), school("3", "Auch im Register")], Dataset("tables:a.xlsx", "tables", "Liste", "2024-06-30"))
    say(ledger, [school("3", "Auch im Register")], Dataset("r:2026", "r", "Register", "2026-05-01", rank=20))
    found = freshness(ledger, "2026-11-23", 12)
    assert [(thing.name, thing.last, thing.title) for thing in found.unconfirmed] == [("Alt", "2024-06-30", "Liste")]
    assert [(age.title, age.months, age.things, age.unconfirmed) for age in found.sources] == [("Liste", 28, 3, 1), ("Register", 6, 1, 0)]
    assert {thing.name for thing in freshness(ledger, "2026-11-23", 6).unconfirmed} == {"Alt", "Bestätigt", "Auch im Register"}
