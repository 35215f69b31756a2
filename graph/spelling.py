"""How words are compared when people search: without case, umlauts, accents and punctuation, by their parts and by their initials.

Two spellings are the same where :func:`plain` makes the same of them: "Müller", "Mueller" and "Muller",
"Straße" and "STRASSE". An e after a, o or u is dropped everywhere ("neue" is "nue" on both sides), so that a
beginning of a text stays a beginning of its plain form while somebody is still typing it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

LONGEST_QUERY = 200
MOST_TERMS = 10

_LETTERS = str.maketrans(
    dict.fromkeys("–—„“”‚‘’«»…·•§€×", " ")
    | {"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "æ": "a", "œ": "o", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "þ": "th"}
)
_DIGRAPH = re.compile("([aou])e")
_BETWEEN = re.compile(r"[\W_]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u00ad\u200b-\u200f\u2060\ufeff\u0300-\u036f])*")

STOP_WORDS = frozenset(
    "aber als am an and auch auf aus bei beim bis das dem den der des die durch ein eine einem einen einer fur gegen im in ins ist mit nach of oder ohne the "
    "um und unter vom von vor wer wie wird wo zu zum zur for with who what where".split()
)
"""In their plain form; a search in texts leaves them out."""

_HEADS = frozenset(
    _DIGRAPH.sub(r"\1", part)
    for part in (
        "agentur akademie amt anstalt arbeit ausbildung ausschuss beauftragte beirat beratung beruf betreuung betrieb bibliothek bildung brucke "
        "bucherei bund bundnis buro chance dienst ehren elementar eltern erwachsene erziehung fach familie flucht fluchtling folge forder forderung "
        "forschung forum frau freizeit fruh ganztag garten geburt gemeinde gemeinschaft gericht gesamt gesellschaft gesundheit grund gruppe gymnasium "
        "handel handlung handwerk haupt haus heim hilfe hoch hort initiative integration jugend kammer kind kinder kirche klasse kolleg kompetenz "
        "konferenz kontakt kooperation koordination kraft kreis kultur kurs laufbahn leben lehr leitung lenkung lern lese lotse lotsen madchen "
        "management mann mensch migration musik nachhilfe netz netzwerk neu ordnung paten pflege plan planung platz politik praxis primar projekt "
        "prozess qualitat rat raum real recht region runde schul schule schuler senioren sozial spiel sport sprach sprache stadt stadtteil start "
        "stelle steuerung stiftung stunde tag tages team teil teilhabe tisch trager treff ubergang umwelt universitat unterricht verband verbund "
        "verein versorgung verwaltung volk vor vormund weiter werk werkstatt wesen wirtschaft wissen wohlfahrt wohnen zentren zentrum zirkel "
        "zugewanderte zugewanderten zukunft zusammen".split()
    )
)
"""Parts that German compounds of the field are made of, in their plain form."""

_LINKS = ("", "s", "n", "en", "e", "er", "es")
_ENDINGS = re.compile("(?:ungen|ung|ern|em|er|en|es|e|n|s)$")


def plain(text: str) -> str:
    """``text`` as it is compared: words of letters and digits with one space between."""
    return _BETWEEN.sub(" ", _letters(text)).strip()


def _letters(text: str) -> str:
    folded = text.casefold()
    if not folded.isascii() and not (folded := _UNSEEN.sub("", folded).translate(_LETTERS)).isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c)).casefold().translate(_LETTERS)
    return _DIGRAPH.sub(r"\1", folded)


def terms(text: str) -> list[str]:
    """The plain words of a query, each once; what is longer than anybody types is cut off."""
    return list(dict.fromkeys(plain(text[:LONGEST_QUERY]).split()))[:MOST_TERMS]


_SHORTENED = {"stadtische": "stadt", "katholische": "kath", "evangelische": "ev", "sankt": "st", "strasse": "str", "gemeinnutzige": "gem"}
"""Words of names that many lists shorten ("Städt. Kita"), in their plain form."""


def short_forms(term: str) -> list[str]:
    """What stands for a plain word in lists that shorten it: "stadtischer" -> ["stadt"]."""
    return [short for long, short in _SHORTENED.items() if len(term) > len(short) + 1 and (long.startswith(term) or term.startswith(long))]


def stem(word: str) -> str:
    """A plain word without its ending, as long as enough is left: "neuzugewanderten" and "neuzugewanderter" become the same beginning."""
    short = _ENDINGS.sub("", word)
    return short if len(short) >= 5 else word


@lru_cache(maxsize=50_000)
def parts(word: str) -> tuple[str, ...]:
    """The parts of a plain German compound: "handlungsforum" -> ("handlung", "forum"); a word that is none stands alone."""
    if len(word) < 6:
        return (word,)
    for at in range(len(word) - 3, 2, -1):
        left, right = word[:at], word[at:]
        if right not in _HEADS:
            continue
        before = _without_link(left)
        if before is not None:
            return (*parts(before), right)
    return (word,)


def _without_link(left: str) -> str | None:
    """The first part without its joining letters: a known part, a compound of such, or else any word of four letters or more."""
    for link in _LINKS:
        bare = left.removesuffix(link) if link else left
        if left.endswith(link) and (bare in _HEADS or len(parts(bare)) > 1):
            return bare
    return left if len(left) >= 4 else None


def initials(name: str) -> list[str]:
    """What a (plain) name may be shortened to: "handlungsforum sprache" -> hf, hs, hfs.

    Initials of the parts of each word, of all words, and of all their parts, with and without small words.
    """
    words = name.split()[:8]
    found: dict[str, None] = {}
    split = {word: parts(word) for word in words}
    for word in words:
        if len(split[word]) > 1:
            found["".join(part[0] for part in split[word])] = None
    for chosen in (words, [word for word in words if word not in STOP_WORDS]):
        found["".join(word[0] for word in chosen)] = None
        found["".join(part[0] for word in chosen for part in split[word])] = None
    return [short for short in found if len(short) > 1]


# ---- the place in the text --------------------------------------------------------------------------

Marks = tuple[tuple[int, int], ...]
"""Places in a text: from, to (not included), in order, without overlap."""


def tidy(text: str) -> str:
    """A text as it is shown and marked: composed letters, one line."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def words_of(text: str) -> Iterator[tuple[int, int, str]]:
    """From, to and plain form of each word of a (tidy) text."""
    for match in _WORD.finditer(text):
        if folded := plain(match.group()):
            yield match.start(), match.end(), folded


def marks(text: str, sought: Iterable[str], *, inside: bool = False) -> tuple[Marks, frozenset[str]]:
    """Where words of a (tidy) text begin with one of ``sought`` (plain), and which of those were found; ``inside``: or hold it."""
    wanted = sorted(set(sought), key=len, reverse=True)
    places: list[tuple[int, int]] = []
    found: set[str] = set()
    for start, end, word in words_of(text):
        for term in wanted:
            at = word.find(term) if inside else (0 if word.startswith(term) else -1)
            if at >= 0:
                shown = text[start:end]
                places.append((start + _reach(shown, at), start + _reach(shown, at + len(term))))
                found.add(term)
                break
    return tuple(places), frozenset(found)


def _reach(word: str, length: int) -> int:
    """How many characters of ``word`` make at least ``length`` of its plain form. Umlauts written as two letters stay together."""
    if length <= 0:
        return 0
    reach = next((n for n in range(1, len(word) + 1) if len(plain(word[:n])) >= length), len(word))
    while reach < len(word) and len(plain(word[: reach + 1])) == length:
        reach += 1
    return reach


def excerpt(text: str, places: Marks, length: int = 90) -> tuple[str, Marks]:
    """A piece of ``text`` of about ``length`` characters around the first place, cut at words, with the places moved along."""
    if len(text) <= length:
        return text, places
    first = places[0][0] if places else 0
    start = max(0, min(first - length // 3, len(text) - length))
    if start:
        cut = text.find(" ", start, first)
        start = cut + 1 if cut >= 0 else start
    end = min(len(text), max(start + length, places[0][1] if places else 0))
    if end < len(text) and (cut := text.rfind(" ", first, end)) > first:
        end = max(cut, places[0][1] if places else 0)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    kept = tuple((a + shift, b + shift) for a, b in places if start <= a and b <= end)
    return f"{before}{text[start:end]}{after}", kept
