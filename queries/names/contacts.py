"""Addresses and ways to reach somebody, as they are compared: street and house number, telephone, mail, web, official number."""

from __future__ import annotations

import re

from queries.names.folding import fold

_NUMBER = re.compile(r"^(.*?\D)\s*(\d+)\s*([a-z](?![a-z]))?\s*(?:[-/+,&.].*|(?:haus|hs|links|rechts|ecke|hinter|geb|vorder|bis|u)\b.*)?$")
_SCHOOL_MAIL = re.compile(r"^(\d{6})@(?:[\w.-]*\.)?schule\.nrw\.de$")


def street(text: str) -> tuple[str, str]:
    """Name and number of a house: "Große Seestr. 5 -7a" becomes ("grosseseestr", "5"); without a number the second is empty."""
    folded = fold(text).replace('"', " ")
    folded = re.sub(r"\bstra(?:ss?e)\b|\bstr\b\.?", "str ", folded)
    folded = re.sub(r"stra(?:sse|se)(?=[\s\d]|$)|str\.?(?=[\s\d-]|$)", "str ", folded)
    match = _NUMBER.match(folded)
    name, number = folded, ""
    if match and match.group(1).strip(" .,-"):
        name, number = match.group(1), match.group(2) + (match.group(3) or "")
    return re.sub(r"[^a-z0-9]+", "", name), number


def phone(text: str) -> str:
    """The digits of a telephone number without country code and leading zero; empty where there are fewer than six. The first of several counts."""
    first = re.split(r"(?i)fax|,|;|oder| u\. ", text)[0]
    digits = re.sub(r"\D", "", first.replace("(0)", ""))
    if digits.startswith("0049"):
        digits = digits[4:]
    elif digits.startswith("49") and first.strip().startswith("+"):
        digits = digits[2:]
    return digits.lstrip("0") if len(digits) >= 6 else ""


def host(text: str) -> str:
    """The host of a web address, without www."""
    return re.sub(r"^https?://", "", fold(text).strip()).removeprefix("www.").split("/")[0]


def official_id(email: str) -> str:
    """The Schulnummer in the mail address that North Rhine-Westphalia gives to each school, else empty."""
    match = _SCHOOL_MAIL.match(fold(email).strip())
    return f"schulnummer:{match.group(1)}" if match else ""
