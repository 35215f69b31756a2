"""Makes a whole fictional city from one number, as ordinary source files that go through the ordinary ingest."""

from __future__ import annotations

from pathlib import Path

from demo import actors, bodies, files, kitas, names, offers, people, planted, projects, schools, ties, town, words, workbook
from demo.network import TODAY, Network
from demo.planted import Truth


def make(folder: Path, seed: int = 1) -> Truth:
    """Writes the city of ``seed`` into ``folder`` (made if missing); equal seeds give equal bytes.

    Returns what was planted, which also stands in ``truth.json``. Takes one to two seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    city = town.build(seed)
    register = schools.build(seed, city)
    truth = Truth(city.name, town.AGS, seed, TODAY.isoformat())
    network = _people_it(city, register, seed, truth)

    truth.rows[files.AREAS] = files.write_areas(city, folder / files.AREAS)
    truth.rows[files.SPACES] = files.write_spaces(city, folder / files.SPACES)
    truth.rows[files.SCHOOLS] = files.write_schools(register, folder / files.SCHOOLS)
    sheets = workbook.write(network, folder / files.NETWORK)
    truth.rows.update({f"{files.NETWORK}#{sheet}": rows for sheet, rows in sheets.items()})
    _count(truth, city, register, network)
    files.write_truth(truth, folder / files.TRUTH)
    files.date_all(folder, TODAY)
    return truth


def sources(folder: Path) -> list[tuple[str, Path, dict[str, str]]]:
    """(source, path, options) in the order in which they are to be ingested."""
    return [
        ("areas", folder / files.AREAS, {"title": "Gliederung der Stadt"}),
        ("areas", folder / files.SPACES, {"title": "Sozialraumliste"}),
        ("schools_nrw", folder / files.SCHOOLS, {}),
        ("tables", folder / files.NETWORK, {"as_of": TODAY.isoformat(), "title": "Netzwerkliste des Bildungsbüros"}),
    ]


def _people_it(city: town.Town, register: list[schools.School], seed: int, truth: Truth) -> Network:
    network = Network(city)
    for school in register:
        network.know(school.key, "Institution", school.address.quarter)
    gaps = planted.plan_gaps(names.stream(seed, "gaps"), city)
    words.describe(network)
    words.measure(network, names.stream(seed, "indicators"))
    actors.found(network, names.stream(seed, "actors"), truth, gaps)
    kitas.found(network, names.stream(seed, "kitas"), truth)
    planned = bodies.plan(city)
    bodies.convene(network, names.stream(seed, "bodies"), truth, planned)
    people.seat(network, names.stream(seed, "seats"), seed, truth, planned, register)
    projects.begin(network, names.stream(seed, "projects"), truth, gaps, register)
    offers.open_all(network, names.stream(seed, "offers"), truth, gaps, register)
    ties.cooperate(network, names.stream(seed, "cooperation"), register)
    ties.survey(network, names.stream(seed, "survey"), truth, gaps)
    ties.name_single_carrier(network, truth)
    return network


def _count(truth: Truth, city: town.Town, register: list[schools.School], network: Network) -> None:
    truth.counts = {kind: len(rows) for kind, rows in network.nodes.items() if rows}
    truth.counts["Institution"] += len(register)
    truth.counts["Area"] = 1 + len(city.districts) + len(city.quarters) + len(city.spaces)
    listed = [row["kind"] for row in network.nodes["Institution"]]
    truth.institutions = {"school": len(register), "kita": listed.count("kita"), "other": len(listed) - listed.count("kita")}
    truth.edges = {kind: len(rows) for kind, rows in network.edges.items() if rows}
