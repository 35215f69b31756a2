"""The sentence over a picture and its summary are true for every network, and right German."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import schema
from tests.network_data import actors, ties
from tests.test_layout import networks
from views import words
from views.drawing import DRAWINGS
from views.sentences import Seen, summary, title


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    words.set_language("de")
    yield
    words.set_language("de")


def plain(text: str) -> int:
    return int(text.replace(".", ""))


def recount(people: pd.DataFrame, pairs: pd.DataFrame) -> tuple[dict[str, set[str]], dict[str, set[str]], set[str], set[str]]:
    """By loops: who sits in what, who is tied to whom, the institutions of the place, the Gremien."""
    kind = {i: (row["type"], bool(row["outside"])) for i, row in people.iterrows()}
    home, gremien = {i for i, k in kind.items() if k == ("Institution", False)}, {i for i, k in kind.items() if k[0] == "Gremium"}
    sits: dict[str, set[str]] = {}
    near: dict[str, set[str]] = {}
    for a, b, name in zip(pairs["a"], pairs["b"], pairs["kind"], strict=True):
        if name == "MEMBER_OF" and a in home and b in gremien:
            sits.setdefault(a, set()).add(b)
        if a != b:
            near.setdefault(a, set()).add(b)
            near.setdefault(b, set()).add(a)
    return sits, near, home, gremien


def groups(near: dict[str, set[str]]) -> int:
    left, found = set(near), 0
    while left:
        found += 1
        waiting = [left.pop()]
        while waiting:
            for other in near[waiting.pop()] & left:
                left.discard(other)
                waiting.append(other)
    return found


def check(sentence: str, people: pd.DataFrame, pairs: pd.DataFrame, drawing: str) -> None:
    """Every number of the sentence, counted again by loops."""
    sits, near, home, gremien = recount(people, pairs)
    where = Counter(g for bodies in sits.values() for g in bodies)
    said = sentence.removeprefix("Hafen: ")
    assert said != sentence
    assert "am Ort " not in said or (people["outside"] & (people["type"] == "Institution")).any()
    if said == "noch niemand erfasst":
        assert people.empty
    elif m := re.fullmatch(r"(\S+) Gremi(um|en), keine Institution am Ort", said):
        assert not home and plain(m[1]) == len(gremien) and (m[2] == "um") == (len(gremien) == 1)
    elif m := re.fullmatch(r"(\S+) Institution(en)?, kein Gremium", said):
        assert not gremien and plain(m[1]) == len(home) and bool(m[2]) == (len(home) != 1)
    elif m := re.fullmatch(r"(\S+) Akteur(e)?", said):
        assert not gremien and not home and plain(m[1]) == len(people) and bool(m[2]) == (len(people) != 1)
    elif m := re.fullmatch(r"(\S+) Institution(en|en am Ort)? in (\S+) Gremi(um|en), (keine|eine|\S+) sitz(t|en) in drei oder mehr", said):
        many = sum(len(bodies) >= 3 for bodies in sits.values())
        assert drawing == "matrix" and (plain(m[1]), plain(m[3])) == (len(sits), len(where))
        assert m[5] == {0: "keine", 1: "eine"}.get(many, str(many)) and (m[6] == "en") == (many > 1)
    elif m := re.fullmatch(r"(\S+) Akteure in (\S+) getrennten Gruppen(, (\S+) ohne Beziehung)?", said):
        assert drawing == "netz" and plain(m[1]) == len(near) and plain(m[2]) == groups(near) >= 2
        assert (plain(m[4]) if m[4] else 0) == len(people) - len(near)
    elif m := re.fullmatch(r"(\S+) der (\S+) Institutionen(?: am Ort)? mit Sitz sind in einem Gremium: (.*)", said, flags=re.DOTALL):
        best, most = where.most_common(1)[0]
        assert (plain(m[1]), plain(m[2]), m[3]) == (most, len(sits), people.at[best, "name"])
    elif m := re.fullmatch(r"keine der (\S+) Institutionen des Sektors (.*) sitzt in einem Gremium", said):
        sector = next(key for key, text in schema.SECTORS.items() if text.de == m[2])
        members = {i for i in home if (people.at[i, "sector"] or schema.sector(people.at[i, "kind"])) == sector}
        assert plain(m[1]) == len(members) and not members & set(sits) and sits
    elif m := re.fullmatch(r"(\S+) von (\S+) Institutionen(?: am Ort)? arbeite(t|n) in (\S+) Gremi(um|en) mit", said):
        assert (plain(m[1]), plain(m[2]), plain(m[4])) == (len(sits), len(home), len(where))
        assert (m[3] == "t") == (m[1] == "1") and (m[5] == "um") == (m[4] == "1")
    elif m := re.fullmatch(r"die einzige Institution arbeitet in (\S+) Gremi(um|en) mit", said):
        assert len(home) == len(sits) == 1 and plain(m[1]) == len(where)
    elif said == "die einzige Institution sitzt in keinem Gremium":
        assert len(home) == 1 and not sits and gremien
    else:
        m = re.fullmatch(r"keine der (\S+) Institutionen(?: am Ort)? arbeitet in einem Gremium mit", said)
        assert m and plain(m[1]) == len(home) > 1 and gremien and not sits


@pytest.mark.parametrize("drawing", DRAWINGS)
@settings(max_examples=60)
@given(network=networks(), outside=st.sets(st.integers(0, 39)))
def test_every_number_in_it_is_true(drawing: str, network: tuple[pd.DataFrame, pd.DataFrame], outside: set[int]) -> None:
    people, pairs = network
    people = people.assign(outside=[int(i[1:]) in outside for i in people.index])
    check(title(Seen(people, pairs, "Hafen", drawing)), people, pairs, drawing)


@settings(max_examples=60)
@given(network=networks(), steps=st.lists(st.integers(0, 3), min_size=40, max_size=40))
def test_the_rings_count_each_step(network: tuple[pd.DataFrame, pd.DataFrame], steps: list[int]) -> None:
    people, pairs = network
    if people.empty:
        return
    far = {i: steps[n] if n else 0 for n, i in enumerate(people.index)}
    said = title(Seen(people, pairs, "Hafen", "ringe", "Lenkungskreis", far))
    counted = Counter(n for n in far.values() if n)
    if not counted:
        assert said == "Lenkungskreis: keine Beziehung erfasst"
        return
    found = {{"einem Schritt": 1, "zwei": 2, "drei": 3}[step]: int(n) for n, step in re.findall(r"(\d+)(?: Akteure?)? in (einem Schritt|zwei|drei)", said)}
    assert found == counted


@settings(max_examples=60)
@given(network=networks(), chosen=st.sets(st.integers(0, 39), max_size=6))
def test_gremien_that_stand_out_are_what_it_is_about(network: tuple[pd.DataFrame, pd.DataFrame], chosen: set[int]) -> None:
    people, pairs = network
    picked = [i for i in people.index if int(i[1:]) in chosen and people.at[i, "type"] == "Gremium"]
    said = title(Seen(people, pairs, "Hafen", emphasis=picked))
    if len(picked) < 2:
        return
    sits: dict[str, set[str]] = {}
    for a, b, kind in zip(pairs["a"], pairs["b"], pairs["kind"], strict=True):
        if kind == "MEMBER_OF" and people.at[a, "type"] == "Institution" and b in picked:
            sits.setdefault(a, set()).add(b)
    several = sum(len(bodies) > 1 for bodies in sits.values())
    count = {2: "Zwei", 3: "Drei", 4: "Vier", 5: "Fünf", 6: "Sechs"}[len(picked)]
    tail = {0: "keine Institution sitzt in mehr als einem", 1: "eine Institution sitzt mehrfach"}.get(several, f"{several} Institutionen sitzen mehrfach")
    assert said == f"{count} Gremien: {tail}"


@settings(max_examples=80)
@given(network=networks())
def test_the_summary_counts_right(network: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    people, pairs = network
    people["name"] = [f"N{i}" for i in people.index]
    said = summary(Seen(people, pairs, "Hafen"))
    _, near, _, _ = recount(people, pairs)
    if people.empty:
        assert said == "Hafen: noch niemand erfasst."
        return
    types = Counter(people["type"])
    for name, n in types.items():
        assert f"{n} {(schema.NODES[name].label if n == 1 else schema.NODES[name].plural).de}" in said
    if len(types) > 1:
        assert said.startswith(f"Hafen: {len(people)} Akteure, davon ")
    best = re.findall(r"(N\w+) \((\d+)\)", said)
    assert [int(n) for _, n in best] == sorted((len(found) for found in near.values()), reverse=True)[:3]
    assert all(len(near[name[1:]]) == int(n) for name, n in best)
    alone = len(people) - len(near)
    assert said.endswith(f". {alone} ohne Beziehung." if alone else ".")


def forum(members: dict[str, str], **more: Any) -> Seen:
    """Institutions (id -> the Gremien they sit in, one letter each)."""
    bodies = sorted({g for found in members.values() for g in found})
    people = actors(
        *({"id": f"g{g}", "type": "Gremium", "name": f"Forum {g.upper()}"} for g in bodies),
        *({"id": i, "type": "Institution", "kind": "kita", "name": f"Kita {i}"} for i in members),
    )
    return Seen(people, ties(*((i, f"g{g}", "MEMBER_OF") for i, found in members.items() for g in found)), "Laar", **more)


def test_nobody_in_a_place_without_shape_is_not_nobody_there() -> None:
    nobody = forum({}).actors
    assert title(Seen(nobody, ties(), "Marxloh", shaped=False)) == "Marxloh: ohne Fläche auf der Karte, niemand ist zugeordnet"
    assert title(Seen(nobody, ties(), "Marxloh")) == "Marxloh: noch niemand erfasst"


def test_a_network_without_any_gremium_does_not_say_that_there_is_none() -> None:
    people = actors(*({"id": f"k{n}", "type": "Institution", "kind": "kita"} for n in range(3)))
    assert title(Seen(people, ties(), "Laar", gremien_known=False)) == "Laar: 3 Institutionen; Gremien sind noch nicht erfasst"
    assert title(Seen(people, ties(), "Laar")) == "Laar: 3 Institutionen, kein Gremium"


def test_those_at_the_place_are_told_from_those_outside() -> None:
    seen = forum({"a": "x", "b": "xy", "c": ""})
    guest = actors({"id": "z", "type": "Institution", "kind": "authority", "name": "Schulamt", "outside": True})
    with_guest = Seen(pd.concat([seen.actors, guest]), seen.ties, "Laar")
    assert title(with_guest) == "Laar: 2 von 3 Institutionen am Ort arbeiten in 2 Gremien mit"


@pytest.mark.parametrize("emphasis", [(), ("gx", "gy")])
def test_not_recorded_is_not_none(emphasis: tuple[str, ...]) -> None:
    """Where no seat is recorded in the whole network, nobody can say that nobody sits anywhere."""
    seen = forum({"a": "", "b": "xy"})
    bare = Seen(seen.actors, ties(("gy", "gx", "REPORTS_TO")), "Laar", emphasis=emphasis, surveyed=False)
    assert title(bare) == "Laar: 2 Institutionen, 2 Gremien; wer darin sitzt, ist noch nicht erfasst"


@pytest.mark.parametrize(
    ("members", "more", "sentence"),
    [
        ({"a": "x", "b": "xy", "c": ""}, {}, "Laar: 2 von 3 Institutionen arbeiten in 2 Gremien mit"),
        ({"a": "x", "b": ""}, {}, "Laar: 1 von 2 Institutionen arbeitet in 1 Gremium mit"),
        ({"a": "x", "b": "x", "c": "x", "d": "y"}, {}, "Laar: 3 der 4 Institutionen mit Sitz sind in einem Gremium: Forum X"),
        ({"a": "xyz", "b": "x", "c": "y"}, {"drawing": "matrix"}, "Laar: 3 Institutionen in 3 Gremien, eine sitzt in drei oder mehr"),
        ({"a": "x", "b": "y", "c": ""}, {"drawing": "netz"}, "Laar: 4 Akteure in 2 getrennten Gruppen, 1 ohne Beziehung"),
        ({"a": "xyz", "b": "xy", "c": "z"}, {"emphasis": ["gx", "gy"], "common": "Sprache"}, "Zwei Gremien, ein Thema (Sprache): 2 Institutionen sitzen mehrfach"),
        ({"a": "xyz"}, {"emphasis": ["gx", "gy", "gz"]}, "Drei Gremien: eine Institution sitzt mehrfach"),
    ],
)
def test_by_hand(members: dict[str, str], more: dict[str, Any], sentence: str) -> None:
    assert title(forum(members, **more)) == sentence


def test_a_sector_that_sits_nowhere_is_said() -> None:
    people = actors(
        {"id": "g", "type": "Gremium"}, {"id": "h", "type": "Gremium"},
        *({"id": f"k{n}", "type": "Institution", "kind": "kita"} for n in range(6)), *({"id": f"s{n}", "type": "Institution", "kind": "school"} for n in range(3)),
    )  # fmt: skip
    seen = Seen(people, ties(("s0", "g", "MEMBER_OF"), ("s1", "h", "MEMBER_OF")), "Laar")
    assert title(seen) == "Laar: keine der 6 Institutionen des Sektors Frühe Bildung sitzt in einem Gremium"


def test_in_english_as_well() -> None:
    words.set_language("en")
    assert title(forum({"a": "x", "b": "xy", "c": ""})) == "Laar: 2 of 3 institutions work in 2 committees"
    assert title(forum({"a": "xy", "b": "xy"}, emphasis=["gx", "gy"])) == "Two committees: 2 institutions sit in several"
    assert summary(forum({"a": "x"})) == "Laar: 2 actors, of these 1 committee and 1 institution; best connected: Forum X (1) and Kita a (1)."
