"""What the headings of people's own tables usually mean: kinds of things, and how they belong to what a row is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.schema import allowed
from ingest.tabular.headings import plain


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of thing that a column may name.

    ``words`` are headings (folded, a regular expression that must match all of it), ``fixed`` fields that follow from
    the heading, ``ties`` the relationships that it may have to what a row is about, best first: ``<`` leads from
    it to that, ``>`` from that to it.
    """

    id: str
    type: str
    words: str
    ties: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)

    def tie(self, main: str) -> tuple[str, bool] | None:
        """The relationship to a row's thing of type ``main``, and whether it leads there; None where there is none."""
        for told in self.ties:
            edge, inward = told.rstrip("<>"), told.endswith("<")
            if allowed(edge, *((self.type, main) if inward else (main, self.type))):
                return edge, inward
        return None


_INSTITUTION = "({0}|name (der|des|von) {0}|({0})(n?name|-name|bezeichnung))"


def _called(*words: str) -> str:
    return "|".join(_INSTITUTION.format(word) for word in words)


_INVOLVED = ("TAKES_PART_IN<", "MEMBER_OF<", "COOPERATES_WITH<", "WORKS_FOR>")
_PROVIDES = ("RUNS<", *_INVOLVED)
_CONTACT = ("WORKS_FOR<", "TAKES_PART_IN<", "MEMBER_OF<", "LED_BY>")

ROLES: tuple[Role, ...] = (
    Role("träger", "Institution", r"(schul|kita|einrichtungs|projekt)?-?träger(schaft)?|betreiber|in trägerschaft von", ("RUNS<",), {"kind": "provider"}),
    Role("schule", "Institution", _called("schulen?", "grundschule", "schulstandort", "stammschule"), _INVOLVED, {"kind": "school"}),
    Role("kita", "Institution", _called("kitas?", "kindertagesstätten?", "kindergarten", "(kinder)?tageseinrichtung"), _INVOLVED, {"kind": "kita"}),
    Role("verein", "Institution", _called("vereine?", "verband"), _PROVIDES, {"kind": "association"}),
    Role("amt", "Institution", _called("amt", "ämter", "dienststelle", "fachbereich", "dezernat"), _PROVIDES, {"kind": "authority"}),
    Role("förderer", "Institution", r"förderer|(förder)?mittelgeber|geldgeber|finanzierung( durch)?|gefördert (von|durch)|zuwendungsgeber", ("FUNDS<",)),
    Role(
        "partner", "Institution",
        r"(kooperations|netzwerk|projekt)?-?partner(in|innen)?|kooperation(en)?( mit)?|kooperiert mit|kooperations(schulen?|kitas?)",
        ("COOPERATES_WITH>", "TAKES_PART_IN<"),
    ),
    Role(
        "einrichtung", "Institution",
        _called("einrichtung(en)?", "institution(en)?", "organisation(en)?", "akteur", "stelle", "arbeitgeber", "anbieter", "firma", "betrieb"),
        ("WORKS_FOR>", *_PROVIDES),
    ),
    Role(
        "gremium", "Gremium",
        r"gremi(um|en)|name des gremiums|(ag|ak|arbeits(gruppe|kreis|gemeinschaft)|ausschuss|netzwerk|runder tisch|(handlungs)?forum)s?( in)?"
        r"|lenkungskreis|fachgruppe|mit(glied|arbeit) in|mitgliedschaft(en)?",
        ("MEMBER_OF>", "REPORTS_TO>", "TAKES_PART_IN<"),
    ),
    Role("projekt", "Project", _called("(kooperations)?projekte?", "maßnahmen?", "programme?", "vorhaben"), ("TAKES_PART_IN>", "RUNS>")),
    Role("angebot", "Offer", _called("angebote?", "kurse?", "leistung(en)?"), ("RUNS>",)),
    Role("ziel", "Goal", r"(handlungs|bildungs|teil|ober)?-?ziele?", ("PURSUES>",)),
    Role("thema", "Theme", r"them(a|en)|handlungsfeld(er)?|schwerpunkte?|themen(feld|felder|schwerpunkte?|bereiche?)|bildungsbereich", ("ADDRESSES>",)),
    Role("phase", "Stage", r"(bildungs|lebens|alters)?-?phasen?|bildungsetappen?|übergang|übergänge", ("FOR_STAGE>",)),
    Role("zielgruppe", "TargetGroup", r"zielgruppen?|für wen|adressat(en|innen)*", ("FOR_GROUP>",)),
    Role("zuständig", "Area", r"zuständig für|einzugs(gebiet|bereich)|wirkungs(raum|gebiet|bereich)|versorgungsgebiet", ("SERVES>",)),
    Role(
        "gebiet", "Area", r"(stadt|orts)teile?|(stadt)?bezirke?|sozialr(aum|äume)|quartiere?|gebiete?|kommune|gemeinde|planungsraum",
        ("LOCATED_IN>", "SERVES>"),
    ),
    Role("vorsitz", "Person", r"vorsitz(ende[rn]?)?|sprecher(in)?|moderation|geschäftsführung|federführung", ("LED_BY>", "WORKS_FOR<", "MEMBER_OF<")),
    Role(
        "leitung", "Person",
        r"(schul|kita|einrichtungs|projekt|gesamt|amts)?-?leit(ung|er)(in|[*:/]-?in)?( der (schule|kita|einrichtung))?"
        r"|(rektor|direktor)([*:/]?-?in)?|verantwortlich(e[rn]?)?",
        ("WORKS_FOR<", "LED_BY>", "TAKES_PART_IN<"),
    ),
    Role(
        "kontakt", "Person",
        r"ansprech-?(person(en)?|partner([*:/]?-?in(nen)?)?)|kontakt(person(en)?|e)?|zuständige(r| person)?|koordinat(ion|or([*:/]?-?in)?)|bearbeiter(in)?"
        r"|schulsozialarbeit(er([*:/]?-?in)?)?|vertret(er(in)?|ung)",
        _CONTACT,
    ),
    Role(
        "person", "Person", r"person|mitglied|vor- und (nach|zu)name|name, vorname|vorname und name|mitarbeit(er|ende)([*:/]?-?in(nen)?)?|lehrkraft",
        _CONTACT,
    ),
)
"""Read from top to bottom; the first that fits is meant."""

_COMPILED = tuple((role, re.compile(role.words)) for role in ROLES)
_NUMBERED = re.compile(r"\s+(nr\.?\s*)?(\d{1,2}|[iv]{1,3})\.?$|\d{1,2}$")
_FIRST = re.compile(r"^\d{1,2}\.\s*")

NAMED_GREMIUM = re.compile(r"(ag|ak|arbeitsgruppe|arbeitskreis|runder tisch|netzwerk|forum|handlungsforum|lenkungskreis|ausschuss|beirat)\b.*\w", re.IGNORECASE)
"""A heading that is itself the name of a Gremium: "AG Sprache" above a column of crosses."""


def role_of(heading: str) -> Role | None:
    """The kind of thing that a column of this heading names; "AG 1" and "2. Partner" are read without their number."""
    word = plain(heading)
    for spelling in (word, _NUMBERED.sub("", word), _FIRST.sub("", word)):
        for role, words in _COMPILED:
            if words.fullmatch(spelling):
                return role
    return None


def numbered(heading: str) -> bool:
    """Is this one of several columns of the same meaning ("AG 1", "AG 2")?"""
    word = plain(heading)
    return bool(_NUMBERED.search(word) or _FIRST.match(word))


def role_named(id_: str) -> Role:
    """The role with this id; raises ``KeyError``."""
    for role in ROLES:
        if role.id == id_:
            return role
    raise KeyError(id_)
