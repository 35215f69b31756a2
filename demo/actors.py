"""The 90 offices, providers, chambers, clubs and houses of the town: the actors beside schools and Kitas."""

from __future__ import annotations

import random
from datetime import date

from demo import names
from demo.network import Network
from demo.planted import Gaps, Truth

_ELSEWHERE = {"bezirksregierung": "liegt außerhalb der Stadt", "lernraum": "ohne Anschrift"}

# key | name | short name | themes | stages; {t} is the town. An asterisk: it stands in a Stadtteil of its own, else in the middle.
_TABLE = {
    "authority": """
        bildungsbuero | Bildungsbüro {t} | Bildungsbüro | sprache digital schule-beruf |
        jugendamt | Jugendamt der Stadt {t} | Jugendamt | fruehe-hilfen ganztag eltern | frueh kita
        schulverwaltung | Schulverwaltungsamt der Stadt {t} | Schulverwaltung | ganztag digital | primar sek1
        sozialamt | Sozialamt der Stadt {t} | Sozialamt | zuwanderung |
        gesundheitsamt | Gesundheitsamt der Stadt {t} | Gesundheitsamt | fruehe-hilfen | frueh
        kulturamt | Kulturamt der Stadt {t} | Kulturamt | kultur |
        sportamt | Sportamt der Stadt {t} | Sportamt | ganztag |
        ki | Kommunales Integrationszentrum {t} | KI {t} | zuwanderung sprache |
        statistik | Stabsstelle Statistik und Sozialplanung | Statistikstelle | |
        zuwanderungsamt | Amt für Migration und Zuwanderung | Zuwanderungsamt | zuwanderung | erwachsen
        stadtplanung | Stadtplanungsamt der Stadt {t} | Stadtplanung | |
        gleichstellung | Gleichstellungsstelle der Stadt {t} | Gleichstellung | |
        dezernat | Dezernat für Bildung, Jugend und Kultur | Bildungsdezernat | |""",
    "school_authority": """
        schulaufsicht | Schulamt für die Stadt {t} | Schulaufsicht | kita-schule ganztag | primar
        bezirksregierung | Bezirksregierung, Dezernat Kommunale Bildungslandschaften | Bezirksregierung | digital |""",
    "employment": """
        arbeitsagentur | Agentur für Arbeit {t} | Arbeitsagentur | schule-beruf | sek2
        jobcenter | Jobcenter {t} | Jobcenter | schule-beruf | sek2 erwachsen
        jba | Jugendberufsagentur {t} | JBA | schule-beruf | sek2""",
    "chamber": """
        ihk | Industrie- und Handelskammer {t} | IHK {t} | schule-beruf | sek2
        hwk | Handwerkskammer zu {t} | HWK {t} | schule-beruf | sek2
        khs | Kreishandwerkerschaft {t} | Kreishandwerk | schule-beruf | sek2""",
    "university": """
        th | Technische Hochschule {t} | TH {t} | digital | sek2
        hsa | Hochschule für Soziale Arbeit {t} | Hochschule Soziales | eltern |
        lehrerbildung | Zentrum für schulpraktische Lehrkräfteausbildung {t} | ZfsL {t} | sprache |""",
    "further_education": """
        vhs | Volkshochschule {t} | VHS | sprache digital | erwachsen
        kbw | Katholisches Bildungswerk {t} | Kath. Bildungswerk | kultur | erwachsen
        fbs | Evangelische Familienbildungsstätte {t} | Ev. Familienbildung | eltern | frueh
        bzh | Bildungszentrum des Handwerks | BZ Handwerk | schule-beruf | sek2
        sprachhaus | Sprachhaus am Wall | Sprachhaus | sprache zuwanderung | erwachsen
        werkstatt | Werkstatt Bildung und Arbeit gGmbH | Werkstatt Bildung | schule-beruf | sek2""",
    "provider": """
        eigenbetrieb | Städtische Kindertageseinrichtungen {t} | Kita-Eigenbetrieb | |
        kirchenkreis | Evangelischer Kirchenkreis {t} | Ev. Kirchenkreis | |
        zweckverband | Katholischer Kita-Zweckverband {t} | Kath. Zweckverband | |
        caritas | Caritasverband für die Stadt {t} e. V. | Caritasverband | eltern zuwanderung |
        diakonie | Diakonisches Werk {t} gGmbH | Diakonie | eltern ganztag |
        awo | AWO Kreisverband {t} e. V. | AWO | zuwanderung ganztag |
        drk | DRK-Kreisverband {t} e. V. | DRK | fruehe-hilfen |
        paritaet | Der Paritätische, Kreisgruppe {t} | Paritätischer | |
        kinderschutz | Kinderschutzbund, Ortsverband {t} e. V. | Kinderschutzbund | fruehe-hilfen eltern | frueh
        lebenshilfe | Lebenshilfe {t} e. V. | Lebenshilfe | |
        kleine-leute | Kleine Leute gGmbH | Kleine Leute | |
        eltern-verbund | Verbund der Elterninitiativen {t} e. V. | Elterninitiativen | |
        lernbruecke | Lernbrücke {t} gGmbH | Lernbrücke | ganztag sprache |""",
    "youth_centre": """
        *kompass | Jugendzentrum Kompass | | |
        *zeche | Jugendhaus Alte Zeche | | |
        *bauspielplatz | Bauspielplatz Krähennest | | |
        *lunaris | Mädchentreff Lunaris | | |
        *nordlicht | Jugendtreff Nordlicht | | |
        *suedkurve | Jugendtreff Südkurve | | |
        *schleuse | Jugendkulturhaus Schleuse | | kultur |
        *bunker | Proberaumhaus Bunker 3 | | kultur |
        *kinderstadt | Kinderhaus Kleine Stadt | | |
        *mobil | Spielmobil Rumpelwagen | | |""",
    "counselling": """
        erziehung | Erziehungsberatungsstelle {t} | Erziehungsberatung | eltern |
        schulpsychologie | Schulpsychologische Beratungsstelle {t} | Schulpsychologie | |
        bildungspunkt | Bildungspunkt, Beratung im Lebenslauf | Bildungspunkt | schule-beruf | erwachsen
        migrationsberatung | Migrationsberatung für Erwachsene | MBE | zuwanderung | erwachsen
        jmd | Jugendmigrationsdienst {t} | JMD | zuwanderung |
        *fruehfoerderung | Interdisziplinäre Frühförderstelle {t} | Frühförderung | fruehe-hilfen | frueh
        schwanger | Schwangerschafts- und Familienberatung Lichtblick | Lichtblick | fruehe-hilfen | frueh
        *familienlotsen | Familienlotsen {t} | | eltern |
        sucht | Sucht- und Jugendberatung Wendepunkt | Wendepunkt | |""",
    "culture": """
        bibliothek | Stadtbibliothek {t} | Stadtbibliothek | sprache kultur |
        musikschule | Städtische Musikschule {t} | Musikschule | kultur |
        theater | Theater am Stadtgraben | | kultur |
        museum | Stadtmuseum {t} | Stadtmuseum | kultur |
        archiv | Stadtarchiv {t} | Stadtarchiv | kultur |
        *kunstschule | Jugendkunstschule Farbküche | Farbküche | kultur |
        *werft | Kulturwerft {t} | Kulturwerft | kultur |
        *sternwarte | Volkssternwarte {t} | Sternwarte | digital |
        *technikum | Mitmachmuseum Technikum | Technikum | digital |""",
    "association": """
        sportbund | Stadtsportbund {t} e. V. | Stadtsportbund | ganztag |
        jugendring | Stadtjugendring {t} e. V. | Stadtjugendring | |
        haus-der-demokratie | Haus der Demokratie {t} e. V. | Haus der Demokratie | demokratie | sek1
        *bruecke | Interkultureller Elternverein Brücke e. V. | Elternverein Brücke | eltern zuwanderung |
        *dnipro | Ukrainischer Hilfsverein Dnipro e. V. | Hilfsverein Dnipro | zuwanderung |
        *mozaik | Bildungsverein Mozaik e. V. | Mozaik | sprache |
        lesewelt | Lesewelt {t} e. V. | Lesewelt | sprache |
        *nachbarn | Nachbarschaftsverein Gute Nachbarn e. V. | Gute Nachbarn | |
        stadtelternrat | Stadtelternrat {t} | | eltern |
        *mintlabor | MINT-Labor {t} e. V. | MINT-Labor | digital |""",
    "foundation": """
        buergerstiftung | Bürgerstiftung {t} | | |
        sparstiftung | Stiftung der Stadtsparkasse {t} | Sparkassenstiftung | |
        wittkamp | Hedwig-Wittkamp-Stiftung | Wittkamp-Stiftung | |
        lernraum | Stiftung Lernraum | | |""",
    "company": """
        *hellmers | Hellmers Maschinenbau GmbH | Hellmers | |
        *klinikum | Klinikum {t} gGmbH | Klinikum | |
        stadtwerke | Stadtwerke {t} GmbH | Stadtwerke | |""",
}


def found(network: Network, rng: random.Random, truth: Truth, gaps: Gaps) -> None:
    """Writes the 88 actors and two of them a second time, spelt otherwise."""
    town = network.town
    central = list(town.districts[town.middle].quarters)
    weights = [0.25 + q.need for q in town.quarters]
    for kind, table in _TABLE.items():
        homes = rng.choices([q.index for q in town.quarters], weights, k=20)
        for line in table.strip().splitlines():
            key, name, short, themes, stages = (cell.strip().format(t=town.name) for cell in line.split("|"))
            own, key = key.startswith("*"), key.removeprefix("*")
            address = None if key in _ELSEWHERE else town.address(rng, homes.pop() if own else rng.choice(central))
            domain = f"{names.slug(town.name)}" if kind == "authority" else f"{key}-{names.slug(town.name)}"
            network.add(
                "Institution", key, address=address, name=name, short=short or None, kind=kind,
                legal="public" if kind in ("authority", "school_authority", "employment", "chamber", "university") or key in _PUBLIC else "private",
                phone=f"02999 {rng.randint(200, 899)}-{rng.randint(10, 99)}", email=f"{'info' if kind != 'authority' else key}@{domain}.example",
                url=f"https://www.{domain}.example", start=date(rng.randint(1952, 2012), 1, 1) if rng.random() < 0.4 else None,
            )  # fmt: skip
            for theme in themes.split():
                network.link("ADDRESSES", key, theme)
            for stage in stages.split():
                if address is None or gaps.allow([address.quarter], themes.split(), [stage]):
                    network.link("FOR_STAGE", key, stage)
    east, north = town.ground.outline.bounds[2:]  # in another town, so in no Stadtteil
    network.row("bezirksregierung").update({"city": "Regierungssitz", "lat": round(north + 0.06, 6), "lon": round(east + 0.04, 6)})
    truth.unplaced += [{"key": key, "name": network.name(key), "why": why} for key, why in _ELSEWHERE.items()]
    _families(network)
    _plant_doubles(network, rng, truth)


_PUBLIC = frozenset({"vhs", "eigenbetrieb", "bibliothek", "musikschule", "museum", "archiv", "schulpsychologie", "stadtelternrat"})


def _families(network: Network) -> None:
    """Which house is a part of which office."""
    parts = {
        "dezernat": ("bildungsbuero", "jugendamt", "schulverwaltung", "kulturamt", "ki", "sportamt"),
        "kulturamt": ("bibliothek", "musikschule", "museum", "archiv", "vhs"),
        "jugendamt": ("erziehung", "eigenbetrieb"),
        "schulverwaltung": ("schulpsychologie",),
    }
    for whole, members in parts.items():
        for part in members:
            network.link("PART_OF", part, whole)
    runs = {
        "caritas": ("migrationsberatung", "nordlicht"), "diakonie": ("jmd", "sucht", "suedkurve"), "awo": ("zeche", "schwanger"),
        "jugendamt": ("kompass", "mobil"), "lebenshilfe": ("fruehfoerderung",), "kinderschutz": ("familienlotsen", "kinderstadt"),
        "jugendring": ("schleuse", "bunker"),
        "vhs": ("bildungspunkt",), "hwk": ("bzh",), "lernbruecke": ("bauspielplatz",),
    }  # fmt: skip
    for provider, houses in runs.items():
        for house in houses:
            network.link("RUNS", provider, house)


def _plant_doubles(network: Network, rng: random.Random, truth: Truth) -> None:
    town = network.town.name
    doubles = (
        ("caritas", f"Caritas {town}", "Caritas", "Verbandsname abgekürzt, ohne e. V."),
        ("kompass", "JZ Kompass", "JZ Kompass", "Art der Einrichtung abgekürzt"),
    )
    for key, name, short, how in doubles:
        row, near = network.row(key), network.near(rng, key)
        again = network.add(
            "Institution", f"{key}-2", network.quarter_of[key], name=name, short=short, kind=row["kind"], phone=row["phone"],
            street=str(row["street"]).replace("straße", "str."), city=town, lat=near[0], lon=near[1],
        )  # fmt: skip
        truth.add_double("Institution", key, again, network.name(key), name, how)
