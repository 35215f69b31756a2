"""The phone numbers of an HSDS package: one line that people can dial, and what kind of line it is."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.registers.hsds_package import Row

TAKEN = frozenset(
    "id number type number_type extension country_prefix department description vanity_number "
    "contact_id service_at_location_id service_id location_id organization_id".split()
)
_VOICE = frozenset({"", "voice", "telephone", "phone", "cell", "mobile"})


@dataclass(frozen=True, slots=True)
class Line:
    """One number."""

    number: str
    voice: bool
    words: str

    def __str__(self) -> str:
        return f"{self.number} ({self.words})" if self.words else self.number


def line(row: Row) -> Line:
    """The number in a row of the table ``phone``, with country prefix and extension."""
    number, prefix = row["number"], row["country_prefix"].lstrip("+0")
    if prefix and not number.startswith("+"):
        number = f"+{prefix} {number}"
    if extension := row["extension"]:
        number += f", Durchwahl {extension}"
    kind = row.first("type", "number_type").casefold()
    words = [kind] if kind and kind != "voice" else []
    words += [text for text in (row["department"], row["description"], row["vanity_number"]) if text]
    words += [f"{name}: {text}" for name, text in row.rest(TAKEN).items()]
    return Line(number, kind in _VOICE, ", ".join(words))


def split(lines: list[Line]) -> tuple[str, str]:
    """The number to call first, and all others as text; either may be ""."""
    main = next((told for told in lines if told.voice), None)
    return main.number if main else "", "; ".join(str(told) for told in lines if told is not main or told.words)
