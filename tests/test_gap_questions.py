"""Each question about gaps on a network of a few things, whose answer was worked out by hand: before, inside and after a period."""

from __future__ import annotations

import pytest

from graph.snapshot import Snapshot
from queries import catalog, standing
from queries.gaps import (
    areas_unrepresented,
    busy_people,
    ended_memberships,
    ending_projects,
    goals,
    gremien,
    institutions_alone,
    missing_facts,
    outdated_checks,
    school_forms,
    single_carriers,
    transitions,
)
from queries.gaps.transitions import side_of
from tests.small_network import network

DAY = "2025-06-01"
TOWN = [
    ("stadt Area Musterstadt", {"level": "municipality"}),
    ("nord Area Nord", {"level": "district"}),
    ("sued Area Süd", {"level": "district"}),
    ("hafen Area Hafen", {"level": "quarter"}),
]
PARTS = ["nord PART_OF stadt", "sued PART_OF stadt", "hafen PART_OF nord"]
EMPTY = network(["x Institution Allein"], [])


def test_a_goal_needs_a_running_measure_and_somebody_who_leads_it() -> None:
    town = network(
        [
            "a Goal A",
            "b Goal B",
            "c Goal C",
            ("old Goal Alt", {"end": "2024-12-31"}),
            ("p Project P", {"start": "2025-01-01", "end": "2025-12"}),
            ("q Project Q", {"status": "stopped"}),
            "g Gremium Runde",
            "amt Institution Amt",
        ],
        ["p PURSUES a", "a LED_BY amt", "q PURSUES b", "b LED_BY amt", "g PURSUES c", "p PART_OF c", ("old LED_BY amt", {"until": "2024-12-31"})],
    )
    inside = goals.run(town, DAY)
    assert inside[["goal", "missing", "measures", "responsible"]].to_numpy().tolist() == [["b", "Maßnahme", 0, 1], ["c", "Verantwortliche", 1, 0]]
    assert inside["evidence"].tolist() == ["kein Projekt und kein Angebot verfolgt es; 1 Verantwortliche", "1 Maßnahme daran; niemand leitet es; verfolgt von Runde"]
    assert inside.attrs == {"n": 2, "of": 3}
    before = goals.run(town, "2024-06-01")
    assert before[["goal", "missing"]].to_numpy().tolist() == [["a", "Maßnahme"], ["old", "Maßnahme"], ["b", "Maßnahme"], ["c", "Maßnahme, Verantwortliche"]]
    assert goals.run(town, "2025-12-31")["goal"].tolist() == ["b", "c"]
    assert goals.run(town, "2026-01-01")["goal"].tolist() == ["a", "b", "c"]
    assert goals.run(town, DAY, "en")["missing"].tolist() == ["measure", "responsible"]


SCHOOLS = [
    *TOWN,
    ("kita Institution Kita", {"kind": "kita"}),
    ("gs Institution GS", {"kind": "school", "form": "Grundschule"}),
    ("gym Institution Gymnasium", {"kind": "school", "form": "Gymnasium"}),
    ("foerder Institution Förderschule", {"kind": "school", "form": "Förderschule Grund-/Hauptschule"}),
    ("kammer Institution Kammer", {"kind": "chamber"}),
    ("fern Institution Fern", {"kind": "school", "form": "Grundschule"}),
    "anna Person Anna",
    "g Gremium Runde",
    "p Project Brücke",
]
PLACES = ["kita LOCATED_IN hafen", "gs LOCATED_IN nord", "gym LOCATED_IN nord", "foerder LOCATED_IN nord", "kammer SERVES stadt", "fern LOCATED_IN sued"]


def test_a_transition_needs_both_sides_of_the_area_at_one_table() -> None:
    joint = ["anna WORKS_FOR kita", ("anna MEMBER_OF g", {"since": "2025-01-01", "until": "2025-12-31"}), "gs MEMBER_OF g", "gym TAKES_PART_IN p"]
    town = network(SCHOOLS, [*PARTS, *PLACES, *joint, "foerder TAKES_PART_IN p", "fern TAKES_PART_IN p"])
    inside = transitions.run(town, as_of=DAY)
    rows = inside[["area", "transition", "before", "after"]].to_numpy().tolist()
    assert rows == [["nord", "Grundschule – Sekundarstufe I", 1, 1], ["nord", "Schule – Beruf", 1, 1]]
    assert inside.attrs == {"n": 2, "of": 3}  # Süd has no second side of any transition: the chamber is there, a secondary school is not
    assert inside["evidence"][0] == "1 Grundschule und 1 weiterführende Schule; die einen sitzen in 1 Gremium oder Projekt, die anderen in 1 Gremium oder Projekt, in keinem beide."
    for day in ("2024-12-31", "2026-01-01"):
        assert transitions.run(town, "kita_school", as_of=day)["area"].tolist() == ["nord"]
    assert transitions.run(town, "kita_school", as_of=DAY).attrs == {"n": 0, "of": 1}
    assert transitions.run(network(SCHOOLS, [*PARTS, *PLACES, *joint, "kammer TAKES_PART_IN p"]), "school_work", as_of=DAY).empty


@pytest.mark.parametrize(
    ("kind", "form", "side"),
    [
        ("family_centre", None, "kita"),
        ("school", "Grundschule", "primary"),
        ("school", "Gesamtschule", "secondary"),
        ("school", "Berufskolleg", "work"),
        ("school", "Förderschule Berufskolleg", None),
        ("school", "Freie Waldorfschule", None),
        ("school", float("nan"), None),
        ("company", None, "work"),
        ("association", None, None),
        (None, None, None),
    ],
)
def test_the_side_of_an_institution(kind: object, form: object, side: str | None) -> None:
    assert side_of(kind, form) == side


def test_alone_is_who_has_no_seat_no_project_and_no_partner() -> None:
    named = [f"{key} Institution {key.title()}" for key in ("sitzt", "entsandt", "beteiligt", "traegt", "kooperiert", "partner", "angebot", "nur")]
    things = [*TOWN, *((text, {"kind": "kita"}) for text in named), ("zu Institution Zu", {"kind": "kita", "end": "2024-12-31"})]
    things += ["anna Person Anna", "g Gremium Runde", "p Project P", "o Offer O"]
    ties = ["sitzt MEMBER_OF g", ("anna MEMBER_OF g", {"on_behalf_of": "entsandt"}), ("beteiligt TAKES_PART_IN p", {"until": "2025-06"}), "traegt RUNS p"]
    ties += ["kooperiert COOPERATES_WITH partner", "angebot RUNS o", "nur LOCATED_IN hafen", "sitzt LOCATED_IN nord", "beteiligt LOCATED_IN sued"]
    town = network(things, [*PARTS, *ties])
    inside = institutions_alone.run(town, as_of=DAY)
    assert inside[["institution", "area", "n", "of"]].to_numpy().tolist() == [["angebot", None, 1, 5], ["nur", "nord", 1, 2]]
    assert inside.attrs == {"n": 2, "of": 8}
    assert inside["evidence"][1] == "In keinem Gremium, keinem Projekt, keiner Kooperation; so auch 1 von 2 (Kita) in Nord."
    assert institutions_alone.run(town, areas=["nord"], as_of=DAY)["institution"].tolist() == ["nur"]
    assert institutions_alone.run(town, kind="school", as_of=DAY).attrs == {"n": 0, "of": 0}
    assert institutions_alone.run(town, as_of="2025-06-30")["institution"].tolist() == ["angebot", "nur"]
    assert institutions_alone.run(town, as_of="2025-07-01")["institution"].tolist() == ["angebot", "nur", "beteiligt"]
    assert "zu" in institutions_alone.run(town, as_of="2024-06-01")["institution"].tolist()


def test_an_area_has_a_voice_where_an_institution_from_there_has_a_seat() -> None:
    things = [*TOWN, "a Institution A", "b Institution B", "c Institution C", "alle Gremium Alle", "kiez Gremium Kiez", "leer Gremium Leer", "fremd Gremium Fremd"]
    ties = ["a LOCATED_IN hafen", "b LOCATED_IN sued", "a MEMBER_OF alle", ("b MEMBER_OF alle", {"since": "2025-03-01", "until": "2025-09"}), "c MEMBER_OF alle"]
    ties += ["alle SERVES stadt", "kiez SERVES hafen", "b MEMBER_OF kiez", "leer SERVES stadt", "fremd SERVES nord", "c MEMBER_OF fremd"]
    town = network(things, [*PARTS, *ties])
    inside = areas_unrepresented.run(town, as_of=DAY)
    assert inside[["gremium", "area", "n", "of"]].to_numpy().tolist() == [["kiez", "hafen", 1, 1]]
    assert inside.attrs == {"n": 1, "of": 3}  # Leer and Fremd have no seat whose place is known
    for day in ("2025-02-28", "2025-10-01"):
        outside = areas_unrepresented.run(town, as_of=day)
        assert outside[["gremium", "area", "n", "of"]].to_numpy().tolist() == [["alle", "sued", 1, 2], ["kiez", "hafen", 1, 1]]
        assert outside["evidence"][0] == "Kein Sitz aus Süd; vertreten sind 1 von 2 Gebieten. Von 2 Sitzen ist bei 1 der Ort bekannt."
    assert areas_unrepresented.run(town, "quarter", DAY)["area"].tolist() == ["hafen"]


def test_a_gremium_without_lead_mandate_reporting_line_or_meeting() -> None:
    things = [
        ("rat Gremium Rat", {"kind": "council", "mandate": "Entscheidet"}),
        ("ag Gremium AG", {"mandate": "Arbeitet", "start": "2024-01-01", "end": "2025-12-31"}),
        "rund Gremium Runde",
        "anna Person Anna",
        "amt Institution Amt",
        ("m Meeting Sitzung", {"date": "2025-01-15"}),
        ("alt Meeting Alte Sitzung", {"date": "2023-01-15"}),
        ("v Paper Vorlage", {}),
    ]
    ties = [("anna MEMBER_OF rat", {"role": "Vorsitzende"}), ("anna MEMBER_OF rund", {"role": "Stellvertretender Vorsitz"}), "ag LED_BY amt", "ag REPORTS_TO rat"]
    ties += ["m PART_OF ag", "alt PART_OF rund", ("v CONSULTED_IN rat", {"date": "2025-02"})]
    town = network(things, ties)
    inside = gremien.run(town, as_of=DAY)
    assert inside[["gremium", "missing", "n", "of"]].to_numpy().tolist() == [
        ["rund", "Leitung", 1, 3], ["rund", "Auftrag", 1, 3], ["rund", "Berichtsweg", 1, 2], ["rund", "Sitzung", 1, 3],
    ]  # fmt: skip
    assert inside.attrs == {"n": 1, "of": 3}
    assert inside["evidence"][3] == "Letzte Sitzung am 15.01.2023, vor mehr als 12 Monaten."
    assert gremien.run(town, "meeting", 48, DAY).empty
    assert gremien.run(town, "meeting", as_of="2026-06-01")["gremium"].tolist() == ["rat", "rund"]  # the AG is over by then
    assert gremien.run(town, "meeting", as_of="2023-06-01")["gremium"].tolist() == ["rat"]
    assert gremien.run(town, "meeting", as_of="2022-06-01").empty  # nothing was recorded so far: not surveyed is no gap
    assert gremien.run(town, "lead", as_of="2023-06-01")["of"].tolist() == [2]


def test_a_seat_that_ended_is_filled_again_or_empty() -> None:
    things = ["g Gremium Runde", ("zu Gremium Zu", {"end": "2025-01-31"}), "a Institution A", "b Institution B", "p Person P", "q Person Q", "r Person R", "s Person S"]
    ties = [
        ("p MEMBER_OF g", {"on_behalf_of": "a", "until": "2025-03-31", "role": "Mitglied"}),
        ("q MEMBER_OF g", {"on_behalf_of": "a", "since": "2025-04-01"}),
        ("r MEMBER_OF g", {"on_behalf_of": "b", "until": "2024"}),
        ("s MEMBER_OF g", {"until": "2024-06-30", "role": "Gast"}),
        ("s MEMBER_OF g", {"since": "2025-01-01", "role": "Mitglied"}),
        ("r MEMBER_OF zu", {"until": "2025-01-31"}),
    ]
    town = network(things, ties)
    inside = ended_memberships.run(town, as_of=DAY)
    assert inside[["member", "institution", "until", "filled"]].to_numpy().tolist() == [["p", "a", "2025-03-31", True], ["r", "b", "2024", False]]
    assert inside["evidence"].tolist() == ["Endete 31.03.2025; Mitglied; A ist wieder vertreten; laut Liste", "Endete 2024; seitdem niemand von B; laut Liste"]
    assert inside.attrs == {"n": 2, "of": 6}
    assert ended_memberships.run(town, empty_only=True, as_of=DAY)["member"].tolist() == ["r"]
    assert ended_memberships.run(town, as_of="2025-03-31")["member"].tolist() == ["r"]
    assert ended_memberships.run(town, as_of="2024-12-31")["member"].tolist() == ["s"]  # not yet back


def test_projects_and_money_that_end_without_a_successor() -> None:
    things = [
        ("soon Project Bald", {"start": "2023-01-01", "end": "2025-12"}),
        ("late Project Später", {"end": "2027-12-31"}),
        ("next Project Danach", {"start": "2026-01-01"}),
        ("old Project Vorher", {"end": "2025-12-31"}),
        ("rich Project Befristet", {"end": "2030-01-01"}),
        ("safe Project Sicher", {}),
        "amt Institution Amt",
        "land Institution Land",
        "t Theme Sprache",
    ]
    ties = ["next FOLLOWS old", ("land FUNDS rich", {"until": "2025-09-30"}), ("land FUNDS safe", {"until": "2025-09-30"}), "amt FUNDS safe", "amt RUNS soon", "soon ADDRESSES t"]
    town = network(things, ties)
    inside = ending_projects.run(town, as_of=DAY)
    assert inside[["project", "ends", "months", "what"]].to_numpy().tolist() == [["rich", "2025-09-30", 3, "Förderung"], ["soon", "2025-12-31", 6, "Projekt"]]
    assert inside["evidence"].tolist() == [
        "Die Förderung endet am 30.09.2025; nichts folgt darauf; Geld von Land", "Endet am 31.12.2025; nichts folgt darauf; Thema Sprache; Träger Amt"
    ]  # fmt: skip
    assert inside.attrs == {"n": 2, "of": 5}  # Danach has not begun
    assert ending_projects.run(town, 3, DAY).empty
    assert ending_projects.run(town, 36, DAY)["project"].tolist() == ["rich", "soon", "late"]
    assert ending_projects.run(town, as_of="2022-06-01").empty
    assert ending_projects.run(town, as_of="2026-01-01").empty


def test_a_theme_with_one_carrier_and_what_falls_with_it() -> None:
    things = [
        "lesen Theme Lesen", "demo Theme Demokratie", "leer Theme Leer", "haus Institution Haus", "verein Institution Verein", "bund Institution Bund",
        "o Offer Planspiel", ("p Project Werkstatt", {"start": "2025-01-01", "end": "2025-12-31"}), "q Offer Lesecafé", "g Gremium Runde",
    ]  # fmt: skip
    ties = ["o ADDRESSES demo", "p ADDRESSES demo", "haus RUNS o", "p LED_BY haus", "haus ADDRESSES demo", "q ADDRESSES lesen", "verein ADDRESSES lesen", "g ADDRESSES demo"]
    ties += [("bund FUNDS haus", {"until": "2026-12-31"}), "g ADDRESSES leer"]
    town = network(things, ties)
    inside = single_carriers.run(town, DAY)
    assert inside[["theme", "carrier", "offers", "projects", "falls", "funders", "until"]].to_numpy().tolist() == [
        ["demo", "haus", 1, 1, "Planspiel, Werkstatt", "Bund", "2026-12-31"]
    ]
    assert inside["evidence"][0] == "Alles zu „Demokratie“ trägt Haus (1 Angebot, 1 Projekt); Geld von Bund bis 31.12.2026; endet sie, bleibt zu dem Thema nichts"
    assert inside.attrs == {"n": 1, "of": 2}
    for day in ("2024-12-31", "2026-01-01"):
        assert single_carriers.run(town, day)["projects"].tolist() == [0]
    other = network(things, [*ties, ("verein ADDRESSES demo", {"until": "2025-06-30"})])
    assert single_carriers.run(other, DAY).empty
    assert single_carriers.run(other, "2025-07-01")["theme"].tolist() == ["demo"]


def test_people_in_many_gremien_count_each_gremium_once() -> None:
    things = ["anna Person Anna", "bert Person Bert", "amt Institution Amt", *(f"g{n} Gremium G{n}" for n in range(4)), ("zu Gremium Zu", {"end": "2025-01-31"})]
    ties = [("anna MEMBER_OF g0", {"role": "Vorsitz"}), ("anna MEMBER_OF g0", {"role": "Gast"}), ("anna MEMBER_OF g1", {"on_behalf_of": "amt"}), "anna MEMBER_OF zu"]
    ties += [("anna MEMBER_OF g2", {"since": "2025-03-01", "until": "2025-08-31"}), "bert MEMBER_OF g3", "amt MEMBER_OF g3"]
    town = network(things, ties)
    inside = busy_people.run(town, 2, DAY)
    assert inside.to_numpy().tolist() == [["anna", "amt", 3, 1, "G0, G1, G2"]]
    assert inside.attrs == {"n": 1, "of": 2}
    assert busy_people.run(town, 2, "2025-09-01").empty
    assert busy_people.run(town, 2, "2025-02-28").empty
    assert busy_people.run(town, 2, "2025-01-31")["evidence"].tolist() == ["G0, G1, Zu"]


def test_facts_that_are_missing_or_old() -> None:
    things = [
        ("a Institution A", {"lat": 51.0, "lon": 6.0, "email": "a@example.org", "as_of": "2025-01-01"}),
        ("b Institution B", {"as_of": "2020-01-01", "confirmed": "2025-02-01", "phone": "0203 1"}),
        ("c Institution C", {"as_of": "2024-05"}),
        ("o Offer O", {"url": "https://example.org", "as_of": "2025-01-01"}),
        ("p Project P", {"start": "2025-01-01", "end": "2025-12-31"}),
        ("z Goal Z", {}),
    ]
    town = network(things, ["a RUNS o"])
    inside = missing_facts.run(town, as_of=DAY)
    assert inside[["actor", "missing", "n", "of"]].to_numpy().tolist() == [
        ["b", "Koordinate", 2, 3], ["c", "Koordinate", 2, 3], ["c", "Kontakt", 1, 3], ["p", "Kontakt", 1, 1], ["c", "neuerer Stand", 1, 3],
    ]  # fmt: skip
    assert inside["evidence"].iloc[-1] == "Zuletzt belegt 05/2024; so alt sind 1 von 3 Institutionen."
    assert inside.attrs == {"n": 3, "of": 6}
    assert missing_facts.run(town, "contact", "Institution", as_of=DAY)["actor"].tolist() == ["c"]
    assert missing_facts.run(town, "recent", "Institution", 6, "2025-07-02")["actor"].tolist() == ["a", "c"]
    assert "p" not in missing_facts.run(town, "contact", as_of="2024-12-31")["actor"].tolist()
    assert "p" not in missing_facts.run(town, "contact", as_of="2026-01-01")["actor"].tolist()


def test_a_check_is_outdated_where_there_is_something_by_now() -> None:
    things = [
        *TOWN, "t Theme Sprache", "kita Stage Kita", "schule Stage Schule", "haus Institution Haus", ("o Offer Kurs", {"start": "2025-01-01", "end": "2025-12-31"}), "p Project Weit",
    ]  # fmt: skip
    ties = [
        *PARTS,
        ("nord CHECKED t", {"stage": "kita", "date": "2020-05-01"}),
        ("nord CHECKED t", {"stage": "schule", "date": "2020-05-02"}),
        ("sued CHECKED t", {"date": "2020-05-03"}),
        "o ADDRESSES t", "o FOR_STAGE kita", "haus RUNS o", "haus LOCATED_IN hafen", "p ADDRESSES t", "p FOR_STAGE schule", "p SERVES stadt",
    ]  # fmt: skip
    town = network(things, ties)
    inside = outdated_checks.run(town, DAY)
    assert inside[["area", "theme", "stage", "date", "found"]].to_numpy().tolist() == [["nord", "t", "kita", "2020-05-01", 1]]
    assert inside["evidence"][0] == "Geprüft 01.05.2020 (Liste), nichts gefunden; heute: Kurs"
    assert inside.attrs == {"n": 1, "of": 3}
    for day in ("2024-12-31", "2026-01-01"):
        assert outdated_checks.run(town, day).attrs == {"n": 0, "of": 3}
    assert outdated_checks.run(town, "2020-05-02").attrs == {"n": 0, "of": 2}


def test_schools_by_form_with_index_and_programme() -> None:
    things = [
        *TOWN,
        ("g1 Institution G1", {"kind": "school", "form": "Grundschule", "source": "Verzeichnis 2024/25; Verzeichnis 2021"}),
        ("g2 Institution G2", {"kind": "school", "form": "Grundschule", "source": "Verzeichnis 2024/25"}),
        ("y Institution Y", {"kind": "school", "form": "Gymnasium", "source": "Verzeichnis 2021"}),
        ("kita Institution Kita", {"kind": "kita"}),
        "i Indicator Schulsozialindex",
        "s Project Startchancen-Programm",
    ]
    ties = [*PARTS, "g1 LOCATED_IN hafen", "g2 LOCATED_IN nord", "y LOCATED_IN sued", "kita LOCATED_IN nord", ("g1 TAKES_PART_IN s", {"since": "2024-08-01"})]
    ties += [("g1 HAS_VALUE i", {"value": 4.0, "year": 2021.0}), ("g1 HAS_VALUE i", {"value": 7.0, "year": 2024.0}), ("g2 HAS_VALUE i", {"value": 5.0, "year": 2024.0})]
    town = network(things, ties)
    columns = ["area", "schools", "forms", "missing", "n", "of", "social_index", "measured", "programme"]
    found = school_forms.run(town, as_of=DAY)
    assert found[columns].iloc[0].tolist() == ["nord", 2, "Grundschule 2", "Gymnasium", 1, 2, 6.0, 2, 1]
    assert found[columns].iloc[1].drop("social_index").tolist() == ["sued", 1, "Gymnasium 1", "Grundschule", 1, 2, 0, 0]
    assert found.attrs == {"n": 2, "of": 4}
    old = school_forms.run(town, edition="2021", as_of="2023-06-01")
    assert old[columns].iloc[0].tolist() == ["nord", 1, "Grundschule 1", "Gymnasium", 1, 2, 4.0, 1, 0]
    assert school_forms.run(town, level="quarter", as_of=DAY)["schools"].tolist() == [1]


OF_ITS_ROWS = [name for name, entry in catalog.entries().items() if name.startswith("gaps/") and "evidence" in {column.name for column in entry.about.columns}]


@pytest.mark.parametrize("name", OF_ITS_ROWS)
def test_every_question_answers_on_a_network_that_knows_nothing(name: str) -> None:
    frame = catalog.run(name, snapshot=EMPTY, as_of=DAY)
    assert list(frame.columns) == [column.name for column in catalog.get(name).about.columns]
    assert frame.attrs["of"] >= frame.attrs["n"] >= 0
    assert "evidence" in frame.columns and catalog.get(name).about.denominator


def test_a_status_counts_where_no_date_says_when() -> None:
    things = [("done Project A", {"status": "done"}), ("over Project B", {"status": "done", "end": "2025-12-31"}), ("plan Project C", {"status": "planned"})]
    things += [("soon Project D", {"status": "planned", "start": "2025-05-01"}), ("stop Project E", {"status": "stopped", "end": "2030-01-01"}), ("runs Project F", {"status": "running"})]
    town = network(things, [])
    assert sorted(standing.alive(town, DAY, "Project").index) == ["over", "runs", "soon"]
    assert sorted(standing.alive(town, "2026-01-01", "Project").index) == ["runs", "soon"]
    assert sorted(standing.alive(network(["g Gremium G"], []), DAY, "Gremium").index) == ["g"]


def test_without_a_day_it_is_today_and_a_choice_that_there_is_not_is_refused() -> None:
    town: Snapshot = network([("a Project A", {"end": "2001-01-01"}), ("b Project B", {})], [])
    assert ending_projects.run(town).attrs == {"n": 0, "of": 1}
    with pytest.raises(catalog.AnalysisError, match="missing kann nicht „leitung“ sein; möglich sind: lead, mandate"):
        catalog.run("gaps/gremien", snapshot=town, missing="leitung")
