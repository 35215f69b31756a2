"""The town's own vocabulary: Handlungsfelder, Bildungsphasen, Zielgruppen and Kennzahlen, and what a theme means where."""

from __future__ import annotations

import random

from demo.network import Network

THEMES = (
    ("sprache", "Sprachbildung und Lesen", "Sprache", "Deutsch lernen, Mehrsprachigkeit, Lesen und Vorlesen von klein auf bis ins Erwachsenenalter"),
    ("fruehe-hilfen", "Frühe Hilfen", "Frühe Hilfen", "Unterstützung für Familien von der Schwangerschaft bis zum dritten Geburtstag"),
    ("kita-schule", "Übergang Kita–Grundschule", "Kita–Schule", "Gemeinsame Wege von Kitas und Grundschulen in die erste Klasse"),
    ("ganztag", "Ganztag", "Ganztag", "Offener und gebundener Ganztag, Ferien und außerschulische Partner"),
    ("eltern", "Elternbildung und Familie", "Eltern", "Eltern stärken, beraten und beteiligen"),
    ("zuwanderung", "Bildung für Neuzugewanderte", "Neuzugewanderte", "Ankommen, Seiteneinstieg und Anschlüsse für Zugewanderte"),
    ("schule-beruf", "Übergang Schule–Beruf", "Schule–Beruf", "Berufliche Orientierung und Wege in Ausbildung, Studium und Arbeit"),
    ("digital", "Digitale Bildung und MINT", "Digitales", "Medienkompetenz, digitale Ausstattung, Naturwissenschaft und Technik"),
    ("kultur", "Kulturelle Bildung", "Kultur", "Musik, Theater, Kunst, Museum und Bibliothek als Lernorte"),
    ("demokratie", "Demokratiebildung", "Demokratie", "Beteiligung, Kinderrechte und Arbeit gegen Ausgrenzung"),
)
STAGES = (
    ("frueh", "Frühe Kindheit", "0–2", 1, 0, 2),
    ("kita", "Kita", "Kita-Alter", 2, 3, 5),
    ("primar", "Primarstufe", "Primar", 3, 6, 9),
    ("sek1", "Sekundarstufe I", "Sek I", 4, 10, 15),
    ("sek2", "Sekundarstufe II und Beruf", "Sek II/Beruf", 5, 16, 24),
    ("erwachsen", "Erwachsene", "Erwachsene ab 18", 6, 18, 99),
)
GROUPS = (
    ("kinder", "Kinder", "Kinder bis 10 Jahre"),
    ("jugendliche", "Jugendliche", "Junge Menschen von 11 bis 21 Jahren"),
    ("familien", "Eltern und Familien", "Mütter, Väter und andere Sorgeberechtigte"),
    ("neue", "Neuzugewanderte", "Menschen in den ersten fünf Jahren nach der Zuwanderung"),
    ("allein", "Alleinerziehende", "Eltern, die allein für ihre Kinder sorgen"),
    ("inklusion", "Menschen mit Behinderung", "Kinder, Jugendliche und Erwachsene mit Unterstützungsbedarf"),
    ("fachkraefte", "Fachkräfte", "Pädagogische Fachkräfte, Lehrkräfte, Ehrenamtliche"),
    ("ohne-abschluss", "Junge Erwachsene ohne Abschluss", "18 bis 27 Jahre, ohne Schul- oder Berufsabschluss"),
)
INDICATORS = (
    ("einwohner", "Einwohnerinnen und Einwohner", "Einwohner", "Hauptwohnsitz am 31. Dezember", "Personen"),
    ("unter-6", "Kinder unter 6 Jahren", "Kinder unter 6", "Hauptwohnsitz am 31. Dezember", "Kinder"),
    ("6-bis-10", "Kinder von 6 bis unter 10 Jahren", "Kinder 6–10", "Hauptwohnsitz am 31. Dezember", "Kinder"),
    ("neuzugewandert", "Anteil Neuzugewanderter", "Neuzugewanderte %", "Zuzug aus dem Ausland in den letzten fünf Jahren", "Prozent"),
    ("sgb2-kinder", "Kinder im SGB-II-Bezug", "SGB II unter 15", "Anteil an allen Kindern unter 15 Jahren", "Prozent"),
    ("arbeitslos", "Arbeitslosenquote", "Arbeitslose", "Anteil an allen zivilen Erwerbspersonen", "Prozent"),
)
YEARS = (2024, 2025)

PLAUSIBLE: dict[str, tuple[str, ...]] = {
    "sprache": ("frueh", "kita", "primar", "sek1", "sek2", "erwachsen"),
    "fruehe-hilfen": ("frueh",),
    "kita-schule": ("kita", "primar"),
    "ganztag": ("primar", "sek1"),
    "eltern": ("frueh", "kita", "primar", "sek1"),
    "zuwanderung": ("kita", "primar", "sek1", "sek2", "erwachsen"),
    "schule-beruf": ("sek1", "sek2"),
    "digital": ("kita", "primar", "sek1", "sek2", "erwachsen"),
    "kultur": ("kita", "primar", "sek1", "erwachsen"),
    "demokratie": ("sek1",),
}
"""Theme -> the stages in which a town offers something on it; every other pair is left empty everywhere."""


def describe(network: Network) -> None:
    """Writes the vocabulary's rows."""
    for key, name, short, about in THEMES:
        network.add("Theme", key, name=name, short=short, description=about)
    for key, name, short, order, low, high in STAGES:
        network.add("Stage", key, name=name, short=short, order=order, age_from=low, age_to=high)
    for key, name, about in GROUPS:
        network.add("TargetGroup", key, name=name, description=about)
    for key, name, short, about, unit in INDICATORS:
        network.add("Indicator", key, name=name, short=short, description=about, unit=unit)


def measure(network: Network, rng: random.Random) -> None:
    """Values of every indicator for every Stadtteil in both years: poorer quarters are younger and have more newcomers."""
    for quarter in network.town.quarters:
        people, need = quarter.people, quarter.need
        drift = rng.uniform(-0.012, 0.015)
        for year in YEARS:
            grown = 1 + drift * (year - YEARS[0])
            shake = rng.uniform(0.985, 1.015)
            values = {
                "einwohner": round(people * grown),
                "unter-6": round(people * grown * shake * (0.046 + 0.026 * need)),
                "6-bis-10": round(people * grown * shake * (0.033 + 0.014 * need)),
                "neuzugewandert": round(2.4 + 21 * need**1.4 * shake, 1),
                "sgb2-kinder": round(5.5 + 46 * need * shake, 1),
                "arbeitslos": round(3.6 + 13.5 * need * shake, 1),
            }
            for indicator, value in values.items():
                network.link("HAS_VALUE", quarter.name, indicator, value=value, year=year)
