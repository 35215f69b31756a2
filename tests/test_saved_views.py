"""Named views: kept, found by their link, renamed, deleted and brought back, with positions that nobody else moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from graph import schema
from graph.home import VARIABLE, Home
from tests.test_pages import entity, map_page, texts
from views.picture import Picture
from views.positions import Positions, scope_of_view, shared_scope
from views.saved_views import NAME_MOST, BadName, SavedViews
from views.state import CLASSES, DRAWINGS, GROUPINGS, STEPS, Choice, as_saved


@pytest.fixture
def store(tmp_path: Path) -> Iterator[tuple[SavedViews, Positions]]:
    path = tmp_path / "positions.sqlite"
    with Positions(path) as positions:
        views = SavedViews(path, positions)
        yield views, positions
        views.close()


def test_what_is_saved_is_found_by_its_link_in_another_session(store: tuple[SavedViews, Positions], tmp_path: Path) -> None:
    views, positions = store
    made = views.add("  Netz   für den Herbst ", {"darstellung": "netz", "akteur": ""}, drawing="netz", scope="all", user="anna")
    found = SavedViews(tmp_path / "positions.sqlite", positions).get(made.slug)
    assert found == made
    assert (found.name, found.query, found.user) == ("Netz für den Herbst", {"darstellung": "netz", "akteur": ""}, "anna")
    assert views.get("gibtsnicht") is None


def test_names_are_unique_whatever_their_case_and_neither_empty_nor_long(store: tuple[SavedViews, Positions]) -> None:
    views, _positions = store
    views.add("Straße", {}, drawing="netz", scope="all")
    other = views.add("Weg", {}, drawing="netz", scope="all")
    for name in ("straße", "STRASSE", " ", "x" * (NAME_MOST + 1)):
        with pytest.raises(BadName):
            views.add(name, {}, drawing="netz", scope="all")
        with pytest.raises(BadName):
            views.rename(other.slug, name)
    views.rename(other.slug, "WEG")
    assert [view.name for view in views.all()] == ["Straße", "WEG"]


def test_the_positions_of_a_view_stay_when_others_rearrange(store: tuple[SavedViews, Positions]) -> None:
    views, positions = store
    positions.save("netz", "all", {"a": (0.1, 0.2)})
    positions.save("netz by hand", "all", {"a": (0.1, 0.2)})
    positions.save("ringe", "all", {"a": (9.0, 9.0)})
    view = views.add("Eins", {"darstellung": "netz"}, drawing="netz", scope="all")
    own = scope_of_view(view.slug, "all")
    positions.save("netz", "all", {"a": (0.9, 0.9)})
    assert positions.load("netz", own) == positions.load("netz by hand", own) == {"a": (0.1, 0.2)}
    assert positions.load("ringe", own) == {}
    positions.save("netz", own, {"a": (0.5, 0.5)})
    assert positions.load("netz", "all") == {"a": (0.9, 0.9)}


def test_saving_over_takes_the_new_picture_and_drops_the_old_positions(store: tuple[SavedViews, Positions]) -> None:
    views, positions = store
    positions.save("netz", "all", {"a": (0.1, 0.2)})
    positions.save("ringe", "around a 1", {"b": (0.3, 0.4)})
    view = views.add("Eins", {}, drawing="netz", scope="all")
    views.replace(view.slug, {"darstellung": "ringe"}, drawing="ringe", scope="around a 1")
    found = views.get(view.slug)
    assert found is not None and found.query == {"darstellung": "ringe"} and found.created == view.created
    assert positions.load("ringe", scope_of_view(view.slug, "around a 1")) == {"b": (0.3, 0.4)}
    assert positions.load("netz", scope_of_view(view.slug, "all")) == {}
    own = scope_of_view(view.slug, "around a 1")
    views.replace(view.slug, {"darstellung": "ringe", "arten": "Gremium"}, drawing="ringe", scope=own)
    assert positions.load("ringe", own) == {"b": (0.3, 0.4)}


def test_a_deleted_view_comes_back_with_its_link_and_positions(store: tuple[SavedViews, Positions]) -> None:
    views, positions = store
    positions.save("netz", "all", {"a": (0.1, 0.2)})
    view = views.add("Eins", {"gebiet": "area-1"}, drawing="netz", scope="all")
    removed = views.remove(view.slug)
    assert removed is not None and views.all() == []
    assert positions.load("netz", scope_of_view(view.slug, "all")) == {}
    assert positions.load("netz", "all") == {"a": (0.1, 0.2)}
    assert views.remove(view.slug) is None
    views.add("eins", {}, drawing="netz", scope="all")
    back = views.restore(removed)
    assert (back.slug, back.name, back.query) == (view.slug, "Eins (2)", {"gebiet": "area-1"})
    assert positions.load("netz", scope_of_view(view.slug, "all")) == {"a": (0.1, 0.2)}
    assert views.restore(removed) == back  # twice by mistake


WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12).filter(lambda text: text != "-")
LISTS = st.lists(WORDS, max_size=3, unique=True).map(tuple)
DAYS = st.just("") | st.dates().map(lambda day: day.isoformat())
CHOICES = st.builds(
    Choice,
    areas=LISTS,
    actor=st.none() | WORDS,
    drawing=st.sampled_from(DRAWINGS),
    types=st.lists(st.sampled_from(schema.ACTORS), unique=True).map(tuple),
    day=DAYS,
    steps=st.sampled_from(STEPS),
    opened=LISTS,
    themes=LISTS,
    hidden_ties=LISTS,
    since=DAYS,
    grouping=st.sampled_from(GROUPINGS),
    whole=st.booleans(),
    classes=st.sampled_from(CLASSES),
    emphasis=LISTS,
)


@given(saved=CHOICES, now=CHOICES)
def test_an_address_beside_a_view_says_exactly_what_was_changed(saved: Choice, now: Choice) -> None:
    """Also where something was taken away that the view had chosen."""
    told = now.to_query(saved)
    assert Choice.from_query(told, saved) == now
    assert (told == {}) == (now == saved)


def picture(choice: Choice) -> Picture:
    filled = {name: None for name in Picture.__dataclass_fields__}
    return Picture(**{**filled, "choice": choice})  # type: ignore[arg-type]


@given(saved=CHOICES, now=CHOICES)
def test_a_view_has_positions_of_its_own_only_for_the_picture_that_was_saved(saved: Choice, now: Choice) -> None:
    from views.saved_views import SavedView

    kept = as_saved(SavedView("abc", "Eins", saved.to_query(), "", "", ""))
    assert picture(kept).scope == scope_of_view("abc", saved.scope)
    moved = replace(now, saved=kept.saved, own=kept.own)
    own = (now.drawing, now.scope) == (saved.drawing, saved.scope)
    assert picture(moved).scope == (scope_of_view("abc", now.scope) if own else now.scope)
    assert shared_scope(picture(moved).scope) == now.scope
    assert set(asdict(kept)) == set(asdict(saved))


# ---- on the page ------------------------------------------------------------------------------------


@pytest.fixture
def city_map(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv(VARIABLE, str(demo_home.path))
    yield AppTest.from_function(map_page, default_timeout=120)
    with Positions(demo_home.positions_path) as positions:
        views = SavedViews(demo_home.positions_path, positions)
        for view in views.all():
            views.remove(view.slug)
        views.close()


def save(demo: Home, name: str, query: dict[str, str]) -> str:
    with Positions(demo.positions_path) as positions:
        views = SavedViews(demo.positions_path, positions)
        slug = views.add(name, query, drawing=query.get("darstellung", DRAWINGS[0]), scope="all").slug
        views.close()
    return slug


@pytest.mark.server
def test_the_page_saves_what_is_shown_and_names_it(city_map: AppTest) -> None:
    city_map.query_params["darstellung"] = "netz"
    city_map.run()
    assert "Noch keine Ansicht gespeichert" in texts(city_map).replace("\\", "")
    city_map.text_input(key="views_name").set_value("Netz *heute*")
    next(button for button in city_map.button if button.label == "Speichern").click()
    city_map.run()
    assert not city_map.exception
    assert list(city_map.query_params) == ["ansicht"]
    assert "**Netz \\*heute\\***" in texts(city_map)


@pytest.mark.server
def test_a_link_opens_a_view_and_what_else_it_says_goes_before(city_map: AppTest, demo_home: Home) -> None:
    body = entity(demo_home, "netzwerk.xlsx#Gremien/lenkungskreis")
    slug = save(demo_home, "Kreis", {"darstellung": "netz", "akteur": body})
    city_map.query_params["ansicht"] = slug
    city_map.run()
    assert not city_map.exception
    assert any("Lenkungskreis" in m.value for m in city_map.markdown if m.value.startswith("### "))
    assert dict(city_map.query_params.items()) == {"ansicht": slug}
    assert "geändert" not in texts(city_map)
    city_map.query_params["akteur"] = ""
    city_map.run()
    assert not any("Lenkungskreis" in m.value for m in city_map.markdown if m.value.startswith("### "))
    assert "geändert" in texts(city_map)
    assert city_map.query_params["ansicht"] == slug


@pytest.mark.server
def test_an_unknown_view_says_so_and_shows_the_usual_picture(city_map: AppTest) -> None:
    city_map.query_params["ansicht"] = "<b>gibtsnicht</b>"
    city_map.run()
    assert not city_map.exception
    assert any("gibt es nicht mehr" in info.value for info in city_map.info)
    assert "ansicht" not in city_map.query_params


@pytest.mark.server
def test_deleting_asks_and_can_be_undone(city_map: AppTest, demo_home: Home) -> None:
    slug = save(demo_home, "Kreis", {})
    city_map.query_params["ansicht"] = slug
    city_map.run()
    city_map.button(key=f"views_delete_{slug}").click().run()
    city_map.button(key=f"views_really_{slug}").click().run()
    assert not city_map.exception
    assert "ansicht" not in city_map.query_params
    city_map.button(key="views_undo").click().run()
    assert city_map.button(key=f"views_open_{slug}").label == "Kreis"


@pytest.mark.server
def test_the_public_may_open_but_not_change_and_reads_no_names(city_map: AppTest, demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_home.open_ledger() as ledger:
        person = next(str(node.data["name"]) for node in ledger.nodes() if node.type == "Person")
    slug = save(demo_home, f"Termin mit {person}", {})
    monkeypatch.setenv("AKTEURSATLAS_ROLE", "public")
    city_map.run()
    assert not city_map.exception
    assert "…" in city_map.button(key=f"views_open_{slug}").label
    assert not any(person in element.label for element in city_map.button)
    assert not [button for button in city_map.button if button.key in (f"views_delete_{slug}", f"views_rename_{slug}")]
    assert not [field for field in city_map.text_input if field.key == "views_name"]
