"""Invented German names: the town, its Stadtteile and streets, people; and how a name becomes a key or an address.

Every pool is mixed from a stream of its own, so that a longer list in one place does not rename the rest of the town.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

TOWNS = (
    "Falkenrath", "Wesselrade", "Ambersiepen", "Kleverhorst", "Rothenbrink", "Eschenlohe-Stadt", "Mersenrath", "Brakelkamp", "Vennbrück", "Hohensiepen",
    "Steinlohe", "Ahrkamp", "Wippersiepen", "Dornhagen am Fluss", "Lindenegge", "Osterrath",
)  # fmt: skip

_QUARTER_STEMS = (
    "Linden Eschen Erlen Buchen Wolfs Fuchs Reh Habichts Mühlen Stein Sand Lehm Heide Moor Brink Wester Oster Nieder Ober Mittel Grün Rot Weiß Schwarz "
    "Alten Hagen Ritter Kloster Vogt Krähen Dorn Hasel Birken Kirch Berg Quell Hammer Schmiede Winter Sommer Kalk Ulmen Binsen Otter Dachs Bieber Kron Herz "
    "Langen Breiten Hohen Tiefen Kalten Gold Silber Pfaffen Bauern Schäfer Wald Wiesen"
).split()
_QUARTER_ENDS = "beck hausen horst rade siepen kamp heide rath scheid mark egge lohe winkel feld dorf berge brock bruch holt ende".split()

_STREET_STEMS = (
    "Weiden Ahorn Kastanien Platanen Holunder Ginster Schlehen Weißdorn Efeu Farn Klee Mohn Flieder Malven Lupinen Nelken Amsel Drossel Finken Meisen "
    "Lerchen Kiebitz Kranich Reiher Schwalben Spechts Zeisig Eulen Bussard Milan Igel Marder Hamster Biber Hirsch Schleusen Deich Ufer Fähr Anker Lotsen "
    "Segel Kahn Netz Angel Kohlen Zechen Schacht Gruben Stollen Hütten Walz Gieß Schmelz Kupfer Eisen Nagel Töpfer Weber Färber Gerber Küfer Böttcher "
    "Seiler Sattler Müller Bäcker Kramer Fuhrmanns Post Brunnen Linnen Garten Obst Apfel Birn Kirsch Pflaumen Walnuss Mispel Quitten Hopfen Gersten "
    "Roggen Hafer Flachs Raps Korn Acker Wiesen Koppel Schäfer Hirten Tränke Mühlbach Teich Quellen Moos Schilf Rohr"
).split()
_STREET_ENDS = ("weg", "straße", "straße", "straße", "gasse", "ring", "platz", "kamp", "stieg", "allee", "pfad", "hof")

_PEOPLE = {
    "german": (
        56,
        "Anke Annegret Birgit Britta Carolin Christiane Daniela Dorothee Elke Eva Frauke Friederike Gesa Gudrun Hanna Heike Ilka Inga Jana Judith Karin "
        "Katja Lena Lisa Maike Maren Martina Meike Nele Nicole Petra Regina Sabine Silke Svenja Tanja Ulrike Ute Wiebke Andreas Arne Bastian Benjamin "
        "Björn Carsten Christoph Daniel Dirk Eike Falk Florian Frank Gerd Hauke Hendrik Holger Ingo Jan Jens Jochen Jürgen Kai Lars Lukas Marc Markus "
        "Matthias Michael Nils Olaf Oliver Philipp Rainer Ralf Sebastian Stefan Sven Thomas Thorsten Tim Tobias Torben Uwe Volker",
        "Achterkamp Bergmeister Brockhoff Brunswinkel Dahlhues Deppenkemper Ebbinghoff Elvenich Feldhege Gerling Greving Grotenhuis Haferkampf Harkort-Diehl "
        "Heitkamp Hellmers Hölscher Isenbeck Kaltwasser Kemper Kleverbeck Knappmann Kortenbusch Krampe Lackmann Langenhorst Lindgrün Lohoff Mersmann "
        "Morgenbesser Möllenbeck Nordlohne Oberdieck Ostendorp Papenhagen Pieper Quastenberg Rademacher Rosenstrauch Rüschkamp Sandhövel Schepers "
        "Schlüter Schulte-Ebbert Siebenlist Sommerfeldt Steinrücker Strothmann Tewesmann Tiggemann Uhlenbrook Upmeier Vennemann Vosskühler Wesseling "
        "Westerkamp Wiesenbrock Wittkamp Wortmann Zumwinkeler",
    ),
    "turkish": (
        13,
        "Aylin Ayşe Defne Derya Dilara Elif Emine Esra Fatma Gülay Hatice Merve Nesrin Özlem Pınar Sevgi Zeynep Ahmet Burak Cem Deniz Emre Erkan Hakan "
        "İbrahim Kemal Mehmet Mustafa Ozan Selim Serkan Tolga Yusuf",
        "Akbulut Aydınoğlu Bozdağlı Çelikel Demirkaya Ekinci Erdoğmuş Gündoğar Karabulut Kılıçer Korkutan Özdemirel Şahinbaş Taşkıran Tunçbilek Uysaler "
        "Yalçınkaya Yıldırımer",
    ),
    "polish": (
        9,
        "Agnieszka Beata Ewa Joanna Katarzyna Magdalena Małgorzata Monika Zofia Adam Jacek Krzysztof Marek Paweł Piotr Tomasz Wojciech",
        "Bielecka-Roth Dąbrowiak Gajewiak Jaworek Kaczmarczyk Kowalczuk Majchrzyk Nowotka Olszewiak Pawlikowsky Sobczyk Wieczorkiewicz Zawadka",
    ),
    "arabic": (
        9,
        "Amal Farah Fatima Hanan Layla Maryam Nour Rania Salma Yasmin Ahmad Bilal Hassan Ibrahim Khaled Mahmoud Nabil Omar Sami Tarek Youssef",
        "Abbadi Al-Khouri Al-Masriya Barakati Darwischa El-Hamdan Farahat Haddadin Jabbouri Khalilov Mansouri Nasseri Rahmani Saleh-Berg Zeidan",
    ),
    "ukrainian": (
        7,
        "Halyna Iryna Kateryna Ljudmyla Nadija Oksana Olena Switlana Tetjana Andrij Bohdan Dmytro Mykola Oleksandr Serhij Wasyl",
        "Bondarenko-Kurz Hawryljuk Kowaltschuk Kutscherenko Lysenkova Marchenkiv Nestertschuk Petrytschenko Romaniuk Schewtschuk Tymoschuk",
    ),
    "southeast": (
        6,
        "Ana Dragana Eleni Giulia Ivana Jelena Maria Mirela Simona Vesna Alessandro Dimitrios Goran Luca Marko Nikola Radu Stefano",
        "Albanesi Christodoulou Dragomirescu Georgiadis Ilievski Jovanović Kovačić Lombardini Marinescu Petrović Radulescu Vukašin",
    ),
}

_ASCII = str.maketrans(
    {
        **{"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"},
        **dict(zip("şŞçÇğĞıİłŁńśćčšžąęźżóéáøđ–", "sSccgGiIlLnsccszaezzoeaod-", strict=True)),
    }
)


def stream(seed: int, part: str) -> random.Random:
    """The random stream of one part of the town; text seeds do not depend on PYTHONHASHSEED."""
    return random.Random(f"akteursatlas demo {seed} {part}")


def slug(text: str) -> str:
    """``text`` as a key or a part of an address: lower case ASCII letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.translate(_ASCII).lower()).strip("-")


def town(seed: int) -> str:
    """The town's name; seed 1 is Falkenrath."""
    return TOWNS[(seed - 1) % len(TOWNS)]


def quarters(seed: int, count: int, taken: tuple[str, ...] = ()) -> list[str]:
    """``count`` different names for Stadtteile: no stem twice, no ending too often, none that is in ``taken``."""
    rng = stream(seed, "quarters")
    stems = [stem for stem in _QUARTER_STEMS if not any(name.startswith(stem) for name in taken)]
    rng.shuffle(stems)
    ends: list[str] = []
    while len(ends) < count:
        batch = list(_QUARTER_ENDS)
        rng.shuffle(batch)
        ends += batch
    pairs = zip(stems, ends, strict=False)
    names = [stem + end for stem, end in pairs if not stem.lower().startswith(end[:4])][:count]
    if len(names) < count:
        raise ValueError(f"Es gibt nur {len(names)} Namen für Stadtteile, gebraucht werden {count}.")
    return names


def streets(seed: int) -> Iterator[str]:
    """Different street names without end in practice (about 1,000), in an order of their own for each seed."""
    rng = stream(seed, "streets")
    names = sorted({stem + end for stem in _STREET_STEMS for end in _STREET_ENDS})
    rng.shuffle(names)
    yield from names


def people(seed: int) -> Iterator[tuple[str, str]]:
    """Different (first name, last name) pairs in a mix as in a large town; both names mostly from the same origin."""
    rng = stream(seed, "people")
    origins = list(_PEOPLE)
    weights = [_PEOPLE[origin][0] for origin in origins]
    first = {origin: _PEOPLE[origin][1].split() for origin in origins}
    last = {origin: _PEOPLE[origin][2].split() for origin in origins}
    seen: set[str] = set()
    uses: dict[str, int] = {}
    while True:
        origin = rng.choices(origins, weights)[0]
        family = rng.choices(origins, weights)[0] if rng.random() < 0.08 else origin
        given, name = rng.choice(first[origin]), rng.choice(last[family])
        key = slug(f"{given} {name}")
        if key in seen or uses.get(name, 0) >= 4:
            continue
        seen.add(key)
        uses[name] = uses.get(name, 0) + 1
        yield given, name


def family_names() -> list[str]:
    """German family names of the pool, in a fixed order."""
    return _PEOPLE["german"][2].split()


def plain(text: str) -> str:
    """``text`` as somebody types it without umlauts and accents."""
    return text.translate(_ASCII)
