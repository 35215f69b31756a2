"""Values of parameters as people write them, on the command line or in an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from graph import dates
from graph.snapshot import Snapshot
from queries import things
from queries.catalog import AnalysisError, Entry, Parameter

_YES, _NO = frozenset("ja yes true wahr 1 an on".split()), frozenset("nein no false falsch 0 aus off".split())
MOST = 1_000_000
"""The largest whole number; more months or Gremien than that are a slip."""


def read_all(entry: Entry, given: Mapping[str, list[str]], snapshot: Snapshot) -> dict[str, object]:
    """The values of what was given, by name. Raises ``AnalysisError`` for a value that cannot be, or a parameter that is not asked for."""
    asked = {parameter.name: parameter for parameter in entry.about.parameters if parameter.asked}
    for name in given:
        if name not in asked:
            raise AnalysisError(f"{entry.name} kennt keinen Parameter „{name}“; möglich sind: {', '.join(asked) or 'keine'}")
    return {name: read(asked[name], texts, snapshot) for name, texts in given.items()}


def read(parameter: Parameter, texts: list[str], snapshot: Snapshot) -> object:
    """The value that ``texts`` say: one, but for ``nodes``, of which each text may name one or (parted by commas) several.

    Raises ``AnalysisError`` with parameter, value and what is expected.
    """
    if parameter.kind == "nodes":
        return list(dict.fromkeys(key for text in texts if text.strip() for key in _nodes(parameter, text, snapshot)))
    if len(texts) > 1:
        raise AnalysisError(f"{parameter.name} ist {len(texts)}-mal angegeben; erwartet wird ein Wert.")
    text = texts[0].strip()
    if parameter.kind == "node":
        return _named(parameter, text, snapshot) if text else None
    if parameter.kind == "date":
        return _day(parameter, text)
    if parameter.kind in ("integer", "number"):
        return _number(parameter, text)
    if parameter.kind == "boolean":
        return _flag(parameter, text)
    return _choice(parameter, text) if parameter.choices else text


def written(value: object) -> str:
    """A value as the address has it; :func:`read` reads it again."""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    return ",".join(value) if isinstance(value, list | tuple) else "" if value is None else str(value)


def _nodes(parameter: Parameter, text: str, snapshot: Snapshot) -> list[str]:
    try:
        return [_named(parameter, text, snapshot)]
    except AnalysisError:
        if not re.search("[,;]", text):
            raise
    return [_named(parameter, part, snapshot) for part in re.split("[,;]", text) if part.strip()]


def _named(parameter: Parameter, text: str, snapshot: Snapshot) -> str:
    try:
        return things.find(snapshot, text, parameter.of)
    except AnalysisError as error:
        raise AnalysisError(f"{parameter.name}: {error}") from None


def _day(parameter: Parameter, text: str) -> str:
    if not text:
        return ""
    if text.casefold() in ("heute", "today"):
        return date.today().isoformat()
    try:
        return dates.last_day(dates.parse(text))
    except ValueError as error:
        raise AnalysisError(f"{parameter.name}: {error}") from None


def _number(parameter: Parameter, text: str) -> float | int:
    plain = text.replace(".", "").replace(",", ".") if re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d+", text) else text.replace(",", ".")
    whole = parameter.kind == "integer"
    if not re.fullmatch(r"\d{1,9}" if whole else r"-?\d{1,15}(\.\d{1,15})?", plain) or (whole and int(plain) > MOST):
        expected = "eine ganze Zahl ab 0" if whole else "eine Zahl, zum Beispiel 2,5"
        raise AnalysisError(f"{parameter.name}: „{text}“ geht nicht; erwartet wird {expected}.")
    return int(plain) if whole else float(plain)


def _flag(parameter: Parameter, text: str) -> bool:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    raise AnalysisError(f"{parameter.name}: „{text}“ geht nicht; erwartet wird ja oder nein.")


def _choice(parameter: Parameter, text: str) -> str:
    plain = text.casefold()
    for choice in parameter.choices:
        if plain in (choice.value.casefold(), choice.label.de.casefold(), choice.label.en.casefold()):
            return choice.value
    if not text:
        return ""
    raise AnalysisError(f"{parameter.name}: „{text}“ geht nicht; möglich sind: {', '.join(f'{c.value} ({c.label.de})' for c in parameter.choices)}.")
