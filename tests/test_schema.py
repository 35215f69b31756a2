"""Guards over every type in the schema: complete words, consistent ends, colours that everyone can tell apart."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from graph import schema
from graph.model import EdgeType, Field, NodeType, Text

DESIGN_NODES = "Gremium Institution Person Project Offer Goal Theme Stage TargetGroup Area Paper Meeting Indicator".split()
DESIGN_EDGES = (
    "MEMBER_OF WORKS_FOR PART_OF LOCATED_IN SERVES RUNS TAKES_PART_IN FUNDS COOPERATES_WITH ADDRESSES FOR_STAGE FOR_GROUP PURSUES "
    "LED_BY REPORTS_TO CONSULTED_IN SUBMITTED_BY CONCERNS FOLLOWS HAS_VALUE CHECKED"
).split()
NODES = list(schema.NODES.values())
EDGES = list(schema.EDGES.values())

# Machado, Oliveira, Fernandes 2009: full colour blindness of each kind, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


def linear(color: str) -> np.ndarray:
    rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast_on_white(color: str) -> float:
    return 1.05 / (linear(color) @ np.array([0.2126, 0.7152, 0.0722]) + 0.05)


def lab(color: str, kind: str) -> np.ndarray:
    rgb = np.clip(BLINDNESS[kind] @ linear(color), 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb / np.array([0.95047, 1, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_every_type_of_the_design_is_there() -> None:
    assert set(DESIGN_NODES) <= set(schema.NODES)
    assert set(DESIGN_EDGES) <= set(schema.EDGES)


def texts(thing: NodeType | EdgeType | Field) -> list[Text]:
    found = [value for name in thing.__slots__ if isinstance(value := getattr(thing, name), Text)]
    for field in getattr(thing, "fields", ()):
        found += texts(field)
    return found + [choice.label for choice in getattr(thing, "choices", ())]


@pytest.mark.parametrize("kind", [*NODES, *EDGES], ids=lambda k: k.name)
def test_words_are_complete_in_both_languages(kind: NodeType | EdgeType) -> None:
    assert all(text.de.strip() and text.en.strip() for text in texts(kind))


@pytest.mark.parametrize("kind", [*NODES, *EDGES], ids=lambda k: k.name)
def test_fields_are_named_once_and_choices_have_values(kind: NodeType | EdgeType) -> None:
    names = [field.name for field in kind.fields]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    # a heading of the Excel template must lead back to one field
    assert len({field.label.de.casefold() for field in kind.fields}) == len(names)
    for field in kind.fields:
        assert (field.kind == "choice") == bool(field.choices)
        assert (field.kind == "reference") == bool(field.of)
        assert len({choice.value for choice in field.choices}) == len(field.choices)
        assert not field.of or field.of in schema.NODES


@pytest.mark.parametrize("edge", EDGES, ids=lambda e: e.name)
def test_ends_and_distinguishing_fields_exist(edge: EdgeType) -> None:
    assert edge.ends
    assert all(start in schema.NODES and end in schema.NODES for start, end in edge.ends)
    names = {field.name for field in edge.fields}
    assert {"since", "until", *edge.distinguish} <= names
    assert edge.start_label.de.casefold() != edge.end_label.de.casefold()
    assert not {edge.start_label.de.casefold(), edge.end_label.de.casefold()} & {field.label.de.casefold() for field in edge.fields}
    if edge.variant:
        assert {choice.value for choice in edge.field(edge.variant).choices} == set(edge.variant_lines or {})


def test_sheet_names_fit_excel_and_are_unique() -> None:
    sheets = [node.plural.de for node in NODES] + [edge.sheet.de for edge in EDGES]
    assert len({name.casefold() for name in sheets}) == len(sheets)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in sheets)


def test_every_institution_kind_has_a_sector() -> None:
    for choice in schema.NODES["Institution"].field("kind").choices:
        assert choice.group in schema.SECTORS
        assert schema.sector(choice.value) == choice.group
    assert schema.sector(None) in schema.SECTORS


def test_an_identifier_scheme_belongs_to_few_types() -> None:
    schemes: dict[str, set[str]] = {}
    for node in NODES:
        for field in node.identifiers:
            schemes.setdefault(field.identifier, set()).add(node.name)
    assert schemes["schulnummer"] == {"Institution"}
    assert schemes["ags"] == {"Area"}


@pytest.mark.parametrize("node", NODES, ids=lambda n: n.name)
def test_colours_can_be_read_on_white(node: NodeType) -> None:
    assert contrast_on_white(node.symbol.color) >= 3
    assert contrast_on_white(node.symbol.text_color) >= 4.5


def test_shape_and_glyph_repeat_what_the_colour_says() -> None:
    assert len({node.symbol.shape for node in NODES}) == len(NODES)
    assert len({node.symbol.glyph for node in NODES}) == len(NODES)


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_of_actors_stay_apart_for_the_colour_blind(kind: str) -> None:
    colors = [schema.NODES[name].symbol.color for name in schema.ACTORS]
    worst = min(float(np.linalg.norm(lab(a, kind) - lab(b, kind))) for a, b in itertools.combinations(colors, 2))
    assert worst >= 15  # look.md found 16 as the best worst pair of 576 palettes; its own rounding aside
