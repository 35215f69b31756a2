"""The 210 Kitas, more where more small children live; three of them stand in the list twice."""

from __future__ import annotations

import random

from demo import names
from demo.network import Network
from demo.planted import Truth

COUNT = 210
DOUBLES = 3

_MOTIFS = (
    "Pusteblume Regenbogen Löwenzahn Sonnenschein Wirbelwind Zwergenland Sternschnuppe Rappelkiste Schatzinsel Purzelbaum Bärenhöhle Kunterbunt "
    "Zauberwald Murmelbande Farbenklecks Seepferdchen Glühwürmchen Marienkäfer Schmetterling Kastanienkinder Apfelbäumchen Mäuseturm Igelnest "
    "Fuchsbau Dachsbau Eulennest Spatzennest Schwalbennest Storchennest Hummelburg Bienenkorb Ameisenhügel Grashüpfer Libelle Froschteich "
    "Wasserflöhe Kieselstein Sandburg Tausendfüßler Schneckenhaus Luftballon Drachenflieger Wolkenschiff Mondschaukel Sternenzelt Sonnenblume "
    "Gänseblümchen Klatschmohn Veilchen Kleeblatt Wurzelzwerge Baumhaus Waldgeister Lichtung Moosmännlein Tannenzapfen Haselmaus Eichhörnchen "
    "Rotkehlchen Zaunkönig Kuckucksnest Abenteuerland Entdeckerkiste Forscherhaus Weltentdecker Kinderplanet Raumschiff Zeitreise Piratenschiff "
    "Leuchtturm Ankerplatz Hafenzwerge Flaschenpost Papierboot Schleusenkinder Brückenkinder Zechenzwerge Förderturm Lorenbahn Bahnhofskinder "
    "Straßenfüchse Hinterhofhelden Dachgarten Spielwerk Klangwerk Tonleiter Trommelwirbel Singende_Kinder Märchenbrunnen Rumpelstilzchen "
    "Sterntaler Siebenschläfer Traumland Träumerle Krabbelkäfer Wichtelhaus Wackelzahn Gummistiefel Pfützenspringer Villa_Vielfalt "
    "Haus_der_kleinen_Leute Vielfaltskinder Weltkinderhaus Kinderinsel Kinderburg Kinderbrücke Kinderwerkstatt Kindernest Lernfüchse Sprachschatz "
    "Bunte_Stifte"
).replace("_", "\u00a0").split(" ")
_SAINTS = (
    "Barbara Martin Marien Josef Elisabeth Nikolaus Laurentius Antonius Bonifatius Hedwig Ludgerus Suitbertus Clemens Pankratius Dionysius Agatha Ursula "
    "Michael Georg Gertrudis Franziskus Klara Theresia Urbanus Johannes Paulus Petrus Bernhard Benedikt Katharina Lambertus Liborius Vitus Christophorus"
).split()
_PARISHES = (
    "Arche_Noah Lukas Markus Matthäus Friedenskirche Christuskirche Kreuzkirche Erlöserkirche Gnadenkirche Emmaus Bethanien Senfkorn "
    "Regenbogenfisch Jona Himmelszelt Samenkorn Lichtblick Hoffnungskirche Johanneskirche Pauluskirche Melanchthon Thomaskirche Stephanus Zachäus "
    "Noahs_Kinder Silas Miriam Samuel Rahel"
).replace("_", "\u00a0").split(" ")

_STYLES = (
    # provider, share, name with {core}, how it is written in a second list
    ("eigenbetrieb", 64, "street", "Städt. Kita {core}", "Städtische Tageseinrichtung für Kinder {core}"),
    ("eigenbetrieb", 24, "motif", "Städt. Kita {core}", "Städtische Tageseinrichtung für Kinder {core}"),
    ("kirchenkreis", 28, "parish", "Ev. Kita {core}", "Evangelische Kindertagesstätte {core}"),
    ("zweckverband", 33, "saint", "Kath. Kita St. {core}", "Katholischer Kindergarten Sankt {core}"),
    ("awo", 17, "motif", "AWO-Kita {core}", "Kindertagesstätte {core} (Arbeiterwohlfahrt)"),
    ("drk", 11, "motif", "DRK-Kita {core}", "Kindertagesstätte {core}, Deutsches Rotes Kreuz"),
    ("kleine-leute", 11, "motif", "Kita {core}", "Kindertagesstätte {core}"),
    ("eltern-verbund", 12, "motif", "Elterninitiative {core} e. V.", "Kinderladen {core}"),
    ("lebenshilfe", 5, "motif", "Heilpädagogische Kita {core}", "Heilpäd. Tagesstätte {core}"),
    ("diakonie", 2, "motif", "Waldkita {core}", "Naturkindergarten {core}"),
)


def found(network: Network, rng: random.Random, truth: Truth) -> None:
    """Writes the Kitas under keys ``kita-001`` and so on, with their Träger."""
    town = network.town
    weights = [q.people * (0.046 + 0.026 * q.need) for q in town.quarters]
    places = town.spread(rng, COUNT - DOUBLES, weights)
    pools = {"motif": _MOTIFS, "saint": _SAINTS, "parish": _PARISHES}
    left = {name: rng.sample([word.replace("\u00a0", " ") for word in pool], len(pool)) for name, pool in pools.items()}
    left["saint"][1] = left["saint"][-1]  # two parishes of the same saint: alike, and not the same
    styles = [style for style in _STYLES for _ in range(style[1])]
    rng.shuffle(styles)
    made: list[tuple[str, str, str]] = []
    for number, (quarter, (provider, _, pool, pattern, again)) in enumerate(zip(places, styles, strict=True), start=1):
        address = town.address(rng, quarter)
        core = address.street.rsplit(" ", 1)[0] if pool == "street" else left[pool].pop()
        wordings = (core, f"{core} {town.quarters[quarter].name}", address.street)
        core = next(word for word in wordings if network.free_name("Institution", pattern.format(core=word)))
        key = f"kita-{number:03}"
        name = pattern.format(core=core)
        domain = names.slug(name.replace("e. V.", ""))
        network.add(
            "Institution", key, address=address, name=name, short=_short(name, core), kind="kita", form="Familienzentrum" if rng.random() < 0.3 else None,
            legal="public" if provider == "eigenbetrieb" else "private", places=5 * rng.randint(7, 24), phone=f"02999 {rng.randint(30000, 89999)}",
            email=f"leitung@{domain}.example", url=f"https://{domain}.example" if rng.random() < 0.7 else None,
        )  # fmt: skip
        network.link("RUNS", provider, key)
        network.link("FOR_STAGE", key, "kita")
        if rng.random() < 0.6:
            network.link("FOR_STAGE", key, "frueh")
        made.append((key, pool, again.format(core=core)))
    _plant_doubles(network, rng, truth, made)
    _name_lookalikes(network, truth)


def _short(name: str, core: str) -> str | None:
    """A short name where the name is too long for a narrow picture."""
    if len(name) <= 24:
        return None
    if name.startswith("Kath."):
        return f"Kita St. {core}"
    return f"EI {core}" if name.startswith("Elterninitiative") else f"Kita {core}"


def _plant_doubles(network: Network, rng: random.Random, truth: Truth, made: list[tuple[str, str, str]]) -> None:
    """One each of a parish, a saint and a motif is written down again: another spelling, a point some metres off."""
    for number, pool in enumerate(("parish", "saint", "motif")[:DOUBLES], start=COUNT - DOUBLES + 1):
        key, name = rng.choice([(key, again) for key, of, again in made if of == pool])
        row, near = network.row(key), network.near(rng, key)
        again = network.add(
            "Institution", f"kita-{number:03}", network.quarter_of[key], name=name, kind="kita", city=row["city"],
            street=str(row["street"]).replace("straße", "str.").replace("platz", "pl."), postcode=row["postcode"], phone=str(row["phone"]).replace(" ", "/"),
            lat=near[0], lon=near[1],
        )  # fmt: skip
        network.link("FOR_STAGE", again, "kita")
        truth.add_double("Institution", key, again, network.name(key), name, "Art ausgeschrieben, gleiche Anschrift")


def _name_lookalikes(network: Network, truth: Truth) -> None:
    """Pairs that look alike and are not the same: two Kitas of one saint or in one street."""
    key_of = {str(row["name"]): str(row["key"]) for row in network.nodes["Institution"] if row.get("kind") == "kita"}
    for name, key in key_of.items():
        for quarter in network.town.quarters:
            if (other := f"{name} {quarter.name}") in key_of:
                truth.add_lookalike("Institution", key, key_of[other], name, other, "gleicher Name, anderes Haus")
