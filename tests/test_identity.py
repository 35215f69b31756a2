"""Who is who: joined by official numbers and judgements, kept apart by judgements, types and other numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from graph.identity import JOINS, KEEPS_APART, HomeId, Judgement, mint, resolve, schemes
from graph.schema import NODES

Keys = list[tuple[str, str, Sequence[str]]]


def homes(keys: Iterable[tuple[str, str, Sequence[str]]]) -> dict[str, HomeId]:
    return {key: HomeId(seq, mint(of, key)) for seq, (key, of, _) in enumerate({key: (key, of, ()) for key, of, _ in keys}.values())}


def groups(keys: Keys, judgements: Iterable[Judgement] = ()) -> set[frozenset[str]]:
    """The keys as groups, each group one thing."""
    resolved = resolve(keys, judgements, homes(keys))
    members: dict[str, set[str]] = {}
    for key, _, _ in keys:
        members.setdefault(resolved[key], set()).add(key)
    return {frozenset(group) for group in members.values()}


def institutions(**identifiers: str) -> Keys:
    return [(key, "Institution", text.split()) for key, text in identifiers.items()]


def same(number: int, left: str, right: str, verdict: str = "same") -> Judgement:
    return Judgement(number, left, right, verdict)


def test_a_home_id_is_plain_and_stable() -> None:
    assert mint("Institution", "schulnummer:101321") == mint("Institution", "schulnummer:101321")
    assert re.fullmatch(r"targetgroup-[0-9a-hjkmnp-tv-z]{10}", mint("TargetGroup", "Ämter/ß"))
    assert mint("Person", "a") != mint("Person", "b")


def test_two_keys_never_get_one_home_id() -> None:
    first = mint("Person", "a")
    second = mint("Person", "a", {first})
    assert second != first and second.startswith("person-")


def test_the_schemes_come_from_the_schema() -> None:
    assert {"schulnummer", "traegernummer", "ags", "oparl"} <= schemes()


def test_equal_official_numbers_are_one_thing_and_lead_to_it() -> None:
    keys = institutions(a="schulnummer:1", b="", c="schulnummer:1")
    resolved = resolve(keys, [], homes(keys))
    assert resolved["a"] == resolved["c"] == resolved["schulnummer:1"] == mint("Institution", "a")
    assert resolved["b"] == mint("Institution", "b")


def test_a_key_may_be_the_official_number_itself() -> None:
    keys: Keys = [("liste.csv#7", "Institution", ["schulnummer:101321"]), ("schulnummer:101321", "Institution", [])]
    assert groups(keys) == {frozenset({"liste.csv#7", "schulnummer:101321"})}


def test_a_key_that_merely_looks_like_a_number_is_none() -> None:
    keys: Keys = [("https://rat.example/1", "Gremium", []), ("https://rat.example/2", "Gremium", []), ("a", "Gremium", ["oparl:x"])]
    assert len(groups(keys)) == 3


def test_several_datasets_may_describe_one_key() -> None:
    keys: Keys = [("a", "Institution", ["schulnummer:1"]), ("b", "Institution", ["oparl:x"]), ("a", "Institution", ["oparl:x"])]
    assert groups(keys) == {frozenset({"a", "b"})}


def test_types_never_mix() -> None:
    keys: Keys = [("a", "Gremium", ["oparl:x"]), ("b", "Paper", ["oparl:x"]), ("c", "Gremium", ["oparl:x"])]
    assert groups(keys, [same(1, "a", "b")]) == {frozenset({"a", "c"}), frozenset({"b"})}


def test_another_official_number_keeps_apart_unless_a_person_joins() -> None:
    keys = institutions(a="schulnummer:1 oparl:x", b="schulnummer:2 oparl:x")
    assert len(groups(keys)) == 2
    assert len(groups(keys, [same(1, "a", "b")])) == 1


def test_a_renamed_school_with_a_new_number_takes_its_other_records_along() -> None:
    keys = institutions(a="schulnummer:1", b="schulnummer:2", c="schulnummer:1", d="schulnummer:2", e="schulnummer:3")
    assert groups(keys, [same(1, "b", "a", "renamed")]) == {frozenset("abcd"), frozenset("e")}


def test_different_wins_over_an_equal_number_and_the_number_leads_to_the_older() -> None:
    keys = institutions(a="schulnummer:1", b="schulnummer:1", c="schulnummer:1")
    resolved = resolve(keys, [same(1, "a", "b", "different")], homes(keys))
    assert resolved["a"] != resolved["b"]
    assert resolved["c"] == resolved["a"] == resolved["schulnummer:1"]


def test_different_from_the_oldest_does_not_keep_the_others_from_each_other() -> None:
    keys = institutions(a="schulnummer:1", b="schulnummer:1", c="schulnummer:1")
    assert groups(keys, [same(1, "a", "b", "different"), same(2, "c", "a", "different")]) == {frozenset("a"), frozenset("bc")}


def test_the_newest_judgement_of_a_pair_counts() -> None:
    keys = institutions(a="", b="")
    earlier = same(1, "a", "b")
    assert len(groups(keys, [earlier])) == 1
    assert len(groups(keys, [earlier, same(2, "b", "a", "different")])) == 2
    assert len(groups(keys, [earlier, same(2, "b", "a", "unsure")])) == 2
    assert len(groups(keys, [earlier, Judgement(2, "b", "a", "different", taken_back="2026-01-01")])) == 1


def test_a_key_that_nobody_describes_any_more_still_links() -> None:
    keys = institutions(a="", b="")
    judged = [same(1, "a", "gone"), same(2, "gone", "b")]
    assert groups(keys, judged) == {frozenset("ab")}
    assert "gone" not in resolve(keys, judged, homes(keys))


def test_a_contradiction_leaves_out_the_later_join() -> None:
    keys = institutions(a="", b="", c="")
    judged = [same(1, "a", "b"), same(2, "b", "c"), same(3, "a", "c", "different")]
    assert groups(keys, judged) == {frozenset("ab"), frozenset("c")}


# ---- properties --------------------------------------------------------------------------------------

NAMES = [f"k{number}" for number in range(7)]
numbers = st.lists(st.sampled_from(["schulnummer:1", "schulnummer:2", "traegernummer:1", "traegernummer:2", "oparl:x", "oparl:y"]), max_size=3, unique=True)
key_lists = st.lists(st.tuples(st.sampled_from(NAMES), numbers), min_size=1, max_size=10).flatmap(
    lambda said: st.lists(st.sampled_from(["Institution", "Gremium"]), min_size=7, max_size=7).map(
        lambda types: [(key, types[NAMES.index(key)], identifiers) for key, identifiers in said]
    )
)
pairs = st.tuples(st.sampled_from([*NAMES, "gone"]), st.sampled_from([*NAMES, "gone"])).filter(lambda pair: pair[0] != pair[1])
judgement_lists = st.lists(st.tuples(pairs, st.sampled_from(["same", "renamed", "different", "part_of", "unsure"])), max_size=8).map(
    lambda said: [Judgement(number, left, right, verdict) for number, ((left, right), verdict) in enumerate(said, 1)]
)


@given(key_lists, judgement_lists, st.randoms())
def test_the_order_of_the_arguments_does_not_matter(keys: Keys, judgements: list[Judgement], random: object) -> None:
    known = homes(keys)
    expected = resolve(keys, judgements, known)
    random.shuffle(keys)  # type: ignore[attr-defined]
    random.shuffle(judgements)  # type: ignore[attr-defined]
    turned = [Judgement(j.id, j.right, j.left, j.verdict) for j in judgements]
    assert resolve(keys, turned, known) == expected


@given(key_lists, judgement_lists)
def test_what_people_keep_apart_and_types_stay_apart(keys: Keys, judgements: list[Judgement]) -> None:
    resolved = resolve(keys, judgements, homes(keys))
    newest = {frozenset((j.left, j.right)): j.verdict for j in judgements}
    for pair, verdict in newest.items():
        left, right = pair
        if verdict in KEEPS_APART and left in resolved and right in resolved:
            assert resolved[left] != resolved[right]
    types = {key: of for key, of, _ in keys}
    for key, of in types.items():
        assert resolved[key].startswith(of.lower() + "-")


@given(key_lists)
def test_without_judgements_no_thing_has_two_numbers_of_a_scheme(keys: Keys) -> None:
    once = {key: (of, {identifier.split(":")[0]: identifier for identifier in identifiers}) for key, of, identifiers in keys}
    alone: Keys = [(key, of, list(by_scheme.values())) for key, (of, by_scheme) in once.items()]
    resolved = resolve(alone, [], homes(alone))
    found: dict[tuple[str, str], set[str]] = {}
    for key, _, identifiers in alone:
        for identifier in identifiers:
            found.setdefault((resolved[key], identifier.split(":")[0]), set()).add(identifier)
    assert all(len(values) == 1 for values in found.values())


@given(key_lists, judgement_lists)
def test_a_thing_is_called_after_its_oldest_key(keys: Keys, judgements: list[Judgement]) -> None:
    known = homes(keys)
    resolved = resolve(keys, judgements, known)
    for thing in set(resolved.values()):
        members = [known[key] for key in known if resolved[key] == thing]
        assert min(members).id == thing


@given(key_lists, judgement_lists, st.data())
def test_taking_back_restores(keys: Keys, judgements: list[Judgement], data: st.DataObject) -> None:
    known = homes(keys)
    (left, right), verdict = data.draw(pairs), data.draw(st.sampled_from(sorted(JOINS | KEEPS_APART)))
    back = Judgement(len(judgements) + 1, left, right, verdict, taken_back="2026-11-23T10:00:00+00:00")
    assert resolve(keys, [*judgements, back], known) == resolve(keys, judgements, known)


@given(key_lists)
def test_one_judgement_joins_any_two_of_a_type(keys: Keys) -> None:
    known = homes(keys)
    first, last = keys[0], keys[-1]
    resolved = resolve(keys, [same(1, first[0], last[0])] if first[0] != last[0] else [], known)
    assert (resolved[first[0]] == resolved[last[0]]) == (first[1] == last[1])


@given(key_lists)
def test_every_key_and_every_number_leads_to_a_thing(keys: Keys) -> None:
    resolved = resolve(keys, [], homes(keys))
    named = {key for key, _, _ in keys} | {identifier for _, _, identifiers in keys for identifier in identifiers}
    assert set(resolved) == named
    assert all(resolved[name].split("-")[0] in {of.lower() for of in NODES} for name in named)
