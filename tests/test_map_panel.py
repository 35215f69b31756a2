"""What the map of the Akteurslandkarte is given: which level is coloured, what the legend and the file are called."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from graph.snapshot import Snapshot
from queries import catalog
from tests.test_components import square
from tests.test_map_values import EDGES, NODES
from views import state
from views.panels import places, shading
from views.picture import Picture, picture_of
from views.state import Choice
from views.words import set_language

SHAPES = {"nord": (6.6, 51.5, 0.2), "sued": (6.6, 51.3, 0.2), "hafen": (6.6, 51.5, 0.1), "markt": (6.7, 51.5, 0.1)}


@pytest.fixture(autouse=True)
def german() -> None:
    set_language("de")


@pytest.fixture
def view() -> Snapshot:
    """The town of the values, Wiesen without polygon."""
    rows = [{"id": key, "type": kind, "name": name, "source": "Liste", "as_of": "2026-01-01", "lat": None, "lon": None, **more} for key, kind, name, more in NODES]
    nodes = pd.DataFrame(rows).set_index("id").sort_index()
    nodes["geometry"] = pd.Series({area: square(*box) for area, box in SHAPES.items()}, dtype=object).reindex(nodes.index)
    edges = [
        {"id": f"e{i:03d}", "type": kind, "start": a, "end": b, "since": None, "until": None, "source": "Amt", "as_of": "2026-01-01", **more}
        for i, (a, kind, b, more) in enumerate(EDGES)
    ]
    return Snapshot(1, nodes, pd.DataFrame(edges))


@pytest.fixture
def seen(view: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Picture:
    def ask(name: str, **parameters: object) -> pd.DataFrame:
        return catalog.run(name, snapshot=view, **parameters)

    monkeypatch.setattr(shading.data, "ask", ask)
    return picture_of(view, Choice(day="2026-01-01"), ask)


def choosing(seen: Picture, **fields: object) -> Picture:
    return replace(seen, choice=replace(seen.choice, **fields))


def numbers(seen: Picture) -> dict[str, str]:
    found = shading.shading(seen)
    return {area: fill.text for area, fill in found.fills.items()} if found else {}


def test_the_coloured_level_follows_what_is_chosen(seen: Picture) -> None:
    assert numbers(choosing(seen, shading="Institution/kita")) == {"nord": "2", "sued": "0"}
    assert numbers(choosing(seen, shading="Institution/kita@quarter")) == {"hafen": "1", "markt": "1", "wiesen": "0"}
    assert numbers(choosing(seen, shading="Institution/kita", areas=("nord",))) == {"hafen": "1", "markt": "1"}
    assert numbers(choosing(seen, shading="Institution/kita", areas=("hafen",))) == {"hafen": "1", "markt": "1"}, "its neighbours, to compare"
    assert numbers(choosing(seen, shading="Institution/kita", areas=("raum",))) == {"hafen": "1", "wiesen": "0"}, "a Sozialraum is its Stadtteile"


def test_an_indicator_is_shown_where_it_was_measured(seen: Picture) -> None:
    found = shading.shading(choosing(seen, shading="kinder"))
    assert found
    assert {area: (fill.text, fill.said) for area, fill in found.fills.items()} == {
        "nord": ("20", "20 Kinder (Kinder unter 6, 2025, Summe aus 2 Teilgebieten)"),
        "sued": ("5", "5 Kinder (Kinder unter 6, 2024, Summe aus 1 Teilgebiet)"),
    }
    assert found.title == "Kinder unter 6 · Kinder · 2024 bis 2025"
    quote = shading.shading(choosing(seen, shading="quote@quarter"))
    assert quote and quote.fills["wiesen"].state == "unknown"
    assert quote.legend[-1].text == "nicht erhoben · 1 Gebiet"


def test_the_switches_say_what_holds(seen: Picture) -> None:
    found = shading.shading(choosing(seen, shading="Offer@quarter", classes="natural"))
    assert found
    assert {switch.name: [option.value for option in switch.options if option.on] for switch in found.switches} == {"level": ["quarter"], "classes": ["natural"]}
    inside = shading.shading(choosing(seen, shading="Offer", areas=("nord",)))
    assert inside and [switch.name for switch in inside.switches] == ["classes"], "within a Bezirk there is one level only"


@pytest.mark.parametrize("odd", ["gibt es nicht", "Person", "<b>", "@quarter", "kita1", "leer"])
def test_an_address_that_asks_for_nonsense_shows_no_values(seen: Picture, odd: str) -> None:
    assert shading.shading(choosing(seen, shading=odd)) is None
    assert shading.values_of(choosing(seen, shading=odd)) == {}


def test_areas_without_polygon_keep_their_value(seen: Picture) -> None:
    assert shading.values_of(choosing(seen, shading="quote"))["wiesen"] == "nicht erhoben"
    assert shading.values_of(choosing(seen, shading="kinder"))["wiesen"] == "5"


def test_a_town_without_shapes_has_no_level(seen: Picture) -> None:
    bare = replace(seen, view=Snapshot(2, seen.view.nodes.assign(geometry=None), seen.view.edges), choice=replace(seen.choice, shading="Offer"))
    assert shading.shaped(bare) == []
    assert numbers(bare) == {}


def test_the_file_is_named_by_area_and_day(seen: Picture) -> None:
    assert places.file_name(choosing(seen, areas=("sued",))) == "karte-sued-2026-01-01"
    strange = seen.view.nodes.assign(name=seen.view.nodes["name"].replace({"Süd": "../<Groß> & Öde/Süd"}))
    assert places.file_name(replace(seen, view=Snapshot(3, strange, seen.view.edges), choice=replace(seen.choice, areas=("sued",)))) == "karte-gross-oede-sued-2026-01-01"


def test_changes_of_the_control_are_written_to_the_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    now = {"choice": Choice(shading="Offer")}
    monkeypatch.setattr(state, "choice_now", lambda: now["choice"])
    monkeypatch.setattr(state, "change", lambda **fields: now.update(choice=replace(now["choice"], **fields)))
    shading.to_level("quarter")
    assert now["choice"].shading == "Offer@quarter"
    shading.to_measure("kinder", "quarter")
    shading.to_classes("natural")
    shading.to_classes("<b>")
    assert (now["choice"].shading, now["choice"].classes) == ("kinder@quarter", "natural")
    shading.to_level("")
    assert now["choice"].shading == "kinder"
    again = Choice.from_query(now["choice"].to_query())
    assert (again.shading, again.classes) == ("kinder", "natural")
    assert json.dumps(again.to_query())
