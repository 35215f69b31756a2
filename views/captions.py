"""What stands around a picture in the Vortrag, in a saved file and on paper: sentence, context, date and sources, the file's name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from graph import schema
from views import facets
from views.picture import Picture
from views.story import Story
from views.words import _, count_of, day, language, number

SOURCES = 4
"""So many sources are named; further ones are counted."""
_NAME_MOST = 60
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "a", "œ": "oe"})

Run = tuple[str, bool]
"""A piece of text, and whether it is bold."""


@dataclass(frozen=True)
class Caption:
    """The words around a picture. ``file`` is the name of a saved picture without its ending."""

    sentence: str
    context: tuple[Run, ...]
    source: str
    file: str

    def payload(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"context": [list(run) for run in self.context]}


def caption(seen: Picture) -> Caption:
    """The words around ``seen``."""
    return seen.once("caption", lambda: Caption(seen.title, tuple(context(seen)), source_line(seen), file_name(seen)))


def context(seen: Picture) -> list[Run]:
    """One line of where the picture is from, what is counted in it, and what bold names mean."""
    parts = [part for part in (_place(seen), _counted(seen)) if part]
    runs: list[Run] = [(" · ".join(parts), False)]
    if seen.story and (told := _told(seen.story)):
        runs += [(" · ", False)] * bool(parts) + told
    return [run for run in runs if run[0]]


def _told(story: Story) -> list[Run]:
    """What bold names mean; and how many stand out, where the sentence over the picture does not say it."""
    count, runs = len(story.actors), list[Run]()
    if story.gremien:
        meaning = _("in zwei oder mehr dieser Gremien")
        if count == 1:
            runs.append((_("1 Gremium hervorgehoben"), False))
    else:
        meaning = _("mit zwei oder mehr davon verbunden")
        runs.append((count_of(count, _("Akteur hervorgehoben"), _("Akteure hervorgehoben")), False))
    if story.several:
        runs += [(" · ", False)] * bool(runs) + [(_("fett"), True), (f" = {meaning}", False)]
    return runs


def source_line(seen: Picture) -> str:
    """The day that the picture shows, and the sources of whom and what it shows, the most frequent first."""
    stand = _("Stand {day}").format(day=day(seen.as_of))
    named = [title for title, _n in sorted(_titles(seen.shown, seen.ties).items(), key=lambda item: (-item[1], item[0]))]
    if not named:
        return stand
    listed = ", ".join(named[:SOURCES])
    if len(named) == 1:
        return stand + " · " + _("Quelle: {source}").format(source=listed)
    if (more := len(named) - SOURCES) > 0:
        listed = _("{sources} und {more}").format(sources=listed, more=count_of(more, _("weitere"), _("weitere")))
    return stand + " · " + _("Quellen: {sources}").format(sources=listed)


def file_name(seen: Picture) -> str:
    """A name for a file that every system takes: place, drawing and day, "hochfeld-steuerungsbild-2026-11-24"."""
    middle = seen.view.nodes["name"].get(seen.choice.actor or "") if seen.around else None
    return "-".join(part for part in (_plain(str(middle or seen.place)), _plain(seen.choice.drawing), seen.as_of) if part)


def _plain(text: str) -> str:
    spelt = unicodedata.normalize("NFC", text).lower().translate(_SPELT_OUT)
    ascii_only = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only)[:_NAME_MOST].strip("-")


def _titles(*tables: pd.DataFrame) -> Counter[str]:
    """How many of these rows name each title of a source; a row of several sources names each."""
    counts: Counter[str] = Counter()
    for table in tables:
        for said, n in table["source"].value_counts().items():
            counts.update(dict.fromkeys((title for title in str(said).split("; ") if title), int(n)))
    return counts


def _counted(seen: Picture) -> str:
    counts = seen.shown["type"].value_counts()
    nodes = [(int(counts[name]), schema.NODES[name]) for name in schema.ACTORS if name in counts]
    parts = [_count(n, node.label.in_(language()), node.plural.in_(language())) for n, node in nodes]
    if not parts:
        return ""
    outside = int(seen.shown["outside"].fillna(False).astype(bool).sum())
    if outside and not seen.around:
        parts.append(_("davon {n} von außerhalb").format(n=number(outside)))
    # Of a story only its own ties are drawn; a number of all of them would count what nobody sees.
    return ", ".join(parts) + ("" if seen.story else " · " + _count(len(seen.ties), _("Beziehung"), _("Beziehungen")))


def _count(n: int, one: str, many: str) -> str:
    """A number with its noun; nouns in running text are small in English."""
    return count_of(n, *(word.lower() if language() == "en" else word for word in (one, many)))


def _place(seen: Picture) -> str:
    """The place and what the picture is narrowed to, where the sentence does not say it."""
    place = ", ".join([seen.place, *facets.in_words(seen.view.nodes, seen.choice, language())])
    return "" if seen.around or place in seen.title else place
