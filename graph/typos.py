"""Words that were probably meant: the vocabulary of an index, asked for words that hold a piece or differ by a slip of the fingers.

A network of 100,000 things has some ten thousand different words, so that all of them can be looked through at
every key press; nothing has to be guessed from pieces that the slip may have destroyed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

_LEAST = 4
"""Shorter words are too close to each other to be mended."""

_LIKELY = 0.6
"""How like a word must be for "Meinten Sie ...?" (1 is the same)."""


def slips(word: str) -> int:
    """How many slips (a letter missing, too many, wrong, or two swapped) a word of this length is forgiven."""
    return 0 if len(word) < _LEAST else 1 if len(word) < 7 else 2 if len(word) < 14 else 3


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Plain words, the most frequent first; ``named`` are those that stand in names."""

    named: Sequence[str]
    words: Sequence[str]

    def holding(self, piece: str, most: int) -> list[str]:
        """Words of names that hold ``piece`` further inside, the most frequent first."""
        found: list[str] = []
        for word in self.named:
            if word.find(piece, 1) > 0 and not word.startswith(piece):
                found.append(word)
                if len(found) == most:
                    break
        return found

    def meant(self, word: str, most: int, *, named: bool = False) -> list[tuple[str, int]]:
        """Words that differ from ``word``, or begin with something that differs from it, by few slips: (word, slips), the closest first."""
        allowed = slips(word)
        if not allowed or word.isdigit():
            return []
        found: dict[str, int] = {}
        beginnings = [(self._beginnings(len(word) + more, named), False) for more in (0, 1)]  # one longer: a letter may be missing
        for choices, whole in ((self._mendable[named], True), *beginnings):
            limit = allowed if whole else max(1, allowed - 1)
            for like, distance, _ in process.extract(word, choices, scorer=OSA.distance, score_cutoff=limit, limit=most):
                found[like] = min(found.get(like, 99), int(distance) + (not whole))
        return sorted(found.items(), key=lambda pair: pair[1])[:most]

    def likely(self, word: str) -> str:
        """The word that is most like ``word``, where one is like it at all; "" else."""
        best = process.extractOne(word, self._mendable[False], scorer=OSA.normalized_similarity, score_cutoff=_LIKELY) if len(word) >= _LEAST else None
        return str(best[0]) if best else ""

    @cached_property
    def _mendable(self) -> dict[bool, list[str]]:
        return {named: [word for word in words if len(word) >= _LEAST and word.isalpha()] for named, words in ((False, self.words), (True, self.named))}

    def _beginnings(self, length: int, named: bool) -> list[str]:
        """The beginnings, as long as ``length``, of the longer words."""
        return list(dict.fromkeys(word[:length] for word in self._mendable[named] if len(word) > length))
