"""Short names for narrow panels, proposed by rule where a list gives none; no two of a picture are alike.

What is agreed goes first: the field ``short``. A proposal abbreviates the words that such names are made of,
drops the legal form, and drops the name of the town where nobody could mean another one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

ABBREVIATIONS: tuple[tuple[str, str], ...] = (
    (r"Handlungsfor(um|en)", "HF"),
    (r"Arbeitsgruppe|Arbeitsgemeinschaft", "AG"),
    (r"Arbeitskreis", "AK"),
    (r"Lenkungskreis|Lenkungsgruppe", "LK"),
    (r"Steuerungsgruppe|Steuerungskreis", "SG"),
    (r"Runder Tisch", "RT"),
    (r"Bildungskonferenz", "BiKo"),
    (r"Stadtteilkonferenz", "STK"),
    (r"Qualitätszirkel", "QZ"),
    (r"Netzwerk", "NW"),
    (r"Ausschuss", "Aussch."),
    (r"Kindertages(stätte|einrichtung)(en)?|Kindergarten", "Kita"),
    (r"Familienzentrum", "FamZ"),
    (r"Städt\.|Städtische[rs]?", ""),
    (r"Gemeinschaftsgrundschule|(Gem\.|Gemeinschafts-) ?Grundschule", "GGS"),
    (r"(Kath\.|Katholische) Grundschule", "KGS"),
    (r"(Ev\.|Evangelische) Grundschule", "EGS"),
    (r"Grundschule", "GS"),
    (r"Gesamtschule", "GE"),
    (r"Realschule", "RS"),
    (r"Hauptschule", "HS"),
    (r"Gymnasium", "Gym."),
    (r"Berufskolleg", "BK"),
    (r"Förderschule", "FöS"),
    (r"Volkshochschule", "VHS"),
    (r"Hochschule", "HS"),
    (r"Jugendzentrum", "JZ"),
    (r"Kommunales Integrationszentrum", "KI"),
    (r"Industrie- und Handelskammer", "IHK"),
    (r"Handwerkskammer", "HWK"),
    (r"Kreishandwerkerschaft", "KH"),
    (r"Katholische[rs]?", "Kath."),
    (r"Evangelische[rs]?", "Ev."),
    (r"Deutsche[rs]?", "Dt."),
    (r"Beratungsstelle", "BSt."),
    (r"Bildungsberatung", "Beratung"),
    (r"Neuzugewanderten?", "Neuzugew."),
)
"""Word (a regular expression) -> how it is shortened, the longer ones before their parts."""

_LEGAL = re.compile(r",?\s+(e\. ?V\.|eV|g?GmbH|gUG|UG|AG & Co\. KG|KöR|K\. ?d\. ?ö\. ?R\.|AöR)(?=$|[ ,)])")
_TOWN_WORDS = re.compile(r"\s+(der|für die|in|von|zu|bei der)?\s*(Stadt|Kommune|Gemeinde|Kreis(es)?)?\s*$")
_WORDS = [(re.compile(rf"\b(?:{word})(?!\w)"), short) for word, short in ABBREVIATIONS]


def propose(names: Mapping[str, str], places: Sequence[str] = ()) -> dict[str, str]:
    """Short names for ``names`` (id -> name): only where one is shorter than the name, and never the same twice.

    ``places`` are names of the town and its parts that may go at the end of a name. Where two names would come
    out alike, each takes the longest step on which it differs from all others; without one it gets none.
    """
    steps = {key: _steps(name, places) for key, name in names.items()}
    taken: dict[str, int] = {}
    for own in steps.values():
        for step in {text.casefold() for text in own}:
            taken[step] = taken.get(step, 0) + 1
    out: dict[str, str] = {}
    for key, own in steps.items():
        free = [text for text in own[1:] if taken[text.casefold()] == 1 and len(text) < len(names[key])]
        if free:
            out[key] = min(free, key=len)
    return out


def _steps(name: str, places: Sequence[str]) -> list[str]:
    """The name and its shorter forms, one rule further each time."""
    found = [" ".join(name.split())]

    def step(text: str) -> None:
        text = " ".join(text.split()).strip(" ,-–")
        if text and text != found[-1] and re.search(r"\w{2}", text):
            found.append(text)

    step(_LEGAL.sub("", found[-1]))
    shorter = found[-1]
    for word, short in _WORDS:
        shorter = " ".join(word.sub(short, shorter).split())
    step(shorter)
    for place in places:
        if place and found[-1].endswith(f" {place}"):
            step(_TOWN_WORDS.sub("", found[-1].removesuffix(place)))
    return found
