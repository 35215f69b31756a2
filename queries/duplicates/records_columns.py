"""The records of a table as they are compared: names taken apart, keys of place and contact, missing towns filled in."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import pandas as pd

from queries.duplicates.given import text
from queries.names.contacts import host, official_id, phone, street
from queries.names.folding import fold, letters, loose
from queries.names.lexicon import Lexicon
from queries.names.parsing import parse
from queries.names.people import person

COLUMNS = (
    *("record_id", "source", "entity_type", "name", "street", "plz", "city", "district"),
    *("phone", "email", "homepage", "operator", "lat", "lon", "official_id"),
)
"""What is read of a table; any but ``record_id`` may be missing. ``official_id`` may hold several, parted by ``|``."""

PERSON = "person"
WORKING = ("committee", "project", "offer")
"""Types that name what they are for and where, rather than themselves."""


def columns(frame: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """One row a record, in the order of ``frame``, whose cells are text: ``core``, ``types``, ``street``, ``phone`` and what else is compared."""
    given = pd.DataFrame({name: text(frame, name) for name in COLUMNS})
    cities = filled_cities(given)
    people = (given["entity_type"] == PERSON).to_numpy()
    names = [parse(name, city, lexicon) for name, city in zip(given["name"], cities, strict=True)]
    made: pd.DataFrame = given[["record_id", "source", "entity_type"]].copy()
    made["name"] = given["name"]
    made["core"] = [" ".join(person(text, lexicon) if is_person else name.core) for text, name, is_person in zip(given["name"], names, people, strict=True)]
    made["whole"] = [loose(name.whole) for name in names]
    for mark in ("types", "levels", "bodies", "numbers", "directions", "focuses"):
        made[mark] = [frozenset() if is_person else getattr(name, mark) for name, is_person in zip(names, people, strict=True)]
    made["city"] = [letters(city) for city in cities]
    made["district"] = [letters(text) for text in given["district"]]
    _name_places(made)
    made["core"] = made["core"].map(loose)
    made["joined"] = made["core"].str.replace(" ", "")
    streets = [street(text) for text in given["street"]]
    made["street"] = [loose(name) for name, _ in streets]
    made["house"] = [number for _, number in streets]
    made["plz"] = given["plz"].str.replace(r"\D", "", regex=True).str[:5]
    made["phone"] = given["phone"].map(phone)
    made["email"] = given["email"].map(fold)
    made["domain"] = [text.rpartition("@")[2] if "@" in text else "" for text in made["email"]]
    made["public_domain"] = made["domain"].isin(lexicon.mailboxes)
    made["host"] = given["homepage"].map(host)
    made["operator"] = [loose(" ".join(parse(text, "", lexicon).core)) if text else "" for text in given["operator"]]
    made["official"] = pd.Series(map(_official, given["email"], given["official_id"]), dtype=object)
    for axis in ("lat", "lon"):
        made[axis] = pd.to_numeric(given[axis].str.replace(",", "."), errors="coerce")
    return made


def _official(mail: str, stated: str) -> frozenset[str]:
    return frozenset(part.strip() for part in (official_id(mail), *stated.split("|")) if part.strip())


def _name_places(made: pd.DataFrame) -> None:
    """Adds ``places``: directions and districts in the name, and the column district, are one fact. What is for a place loses it from its core."""
    known = {text for text in made["district"] if len(text) >= 3}
    is_person = made["entity_type"] == PERSON
    made["places"] = [
        frozenset() if apart else directions | {word for word in core.split() if word in known} | ({district} if district else frozenset())
        for apart, directions, core, district in zip(is_person, made["directions"], made["core"], made["district"], strict=True)
    ]
    working = made["entity_type"].isin(WORKING)
    made["core"] = [
        (" ".join(word for word in core.split() if word not in places) or core) if works else core
        for core, places, works in zip(made["core"], made["places"], working, strict=True)
    ]


def filled_cities(given: pd.DataFrame) -> list[str]:
    """The town of each record; a missing one from PLZ, name, mail domain or dialling code, as far as the table itself knows them."""
    by_plz, by_prefix = _learnt(given)
    names = {letters_with_blanks(city): city for city in given["city"].unique() if len(letters_with_blanks(city)) >= 4}
    towns = re.compile(f"(?<![a-z])({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?![a-z])") if names else None

    def named_in(text: str) -> str:
        found = towns.findall(text) if towns else []
        return names[found[-1]] if found else ""

    filled = []
    for city, plz, name, mail, number in zip(given["city"], given["plz"], given["name"], given["email"], given["phone"], strict=True):
        if not city:
            digits = phone(number)
            city = (
                by_plz.get(plz)
                or named_in(fold(name))
                or named_in(re.sub(r"[-.]", " ", fold(mail.rpartition("@")[2])))
                or by_prefix.get(digits[:4])
                or by_prefix.get(digits[:3])
                or ""
            )
        filled.append(city)
    return filled


def letters_with_blanks(city: str) -> str:
    """A town as it is looked for in running text."""
    return re.sub(r"[^a-z ]", "", fold(re.sub(r"\(.*?\)|,.*", "", city))).strip()


def _learnt(given: pd.DataFrame) -> tuple[dict[str, str], dict[str, str]]:
    """PLZ and dialling codes that nearly always (90 and 95 %) stand with one town."""
    plz: defaultdict[str, Counter[str]] = defaultdict(Counter)
    prefix: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for city, code, number in zip(given["city"], given["plz"], given["phone"].map(phone), strict=True):
        if city and code:
            plz[code][city] += 1
        if city and number:
            for length in (3, 4):
                prefix[number[:length]][city] += 1
    return _clear(plz, 0.9, 1), _clear(prefix, 0.95, 3)


def _clear(counted: defaultdict[str, Counter[str]], share: float, least: int) -> dict[str, str]:
    first = {key: (counts.most_common(1)[0], counts.total()) for key, counts in counted.items()}
    return {key: city for key, ((city, n), total) in first.items() if total >= least and n >= share * total}


def texts(made: pd.DataFrame, column: str) -> np.ndarray:
    """A column as an array of objects, to be indexed by pairs."""
    return made[column].to_numpy(dtype=object)


def counts(values: Sequence[object]) -> np.ndarray:
    """How often the value of each row occurs in all rows."""
    found = Counter(values)
    return np.array([found[value] for value in values])
