"""What a fold is called: "42 Kitas", "17 weitere Institutionen", "7 Grundschulen in Hochfeld"."""

from __future__ import annotations

from graph import schema
from graph.model import Text
from views.words import number, translate

_PLURALS: dict[str, Text] = {
    "kita": Text("Kitas", "Kitas"),
    "family_centre": Text("Familienzentren", "Family centres"),
    "school": Text("Schulen", "Schools"),
    "school_authority": Text("Schulaufsichten", "School inspectorates"),
    "authority": Text("Ämter", "Authorities"),
    "chamber": Text("Kammern", "Chambers"),
    "company": Text("Betriebe", "Companies"),
    "university": Text("Hochschulen", "Universities"),
    "further_education": Text("Weiterbildungsstätten", "Further education centres"),
    "employment": Text("Arbeitsverwaltungen", "Employment services"),
    "provider": Text("Träger", "Providers"),
    "youth_centre": Text("Jugendeinrichtungen", "Youth centres"),
    "counselling": Text("Beratungsstellen", "Counselling centres"),
    "culture": Text("Kultureinrichtungen", "Cultural institutions"),
    "association": Text("Vereine", "Associations"),
    "foundation": Text("Stiftungen", "Foundations"),
    "council": Text("Räte", "Councils"),
    "committee": Text("Ausschüsse", "Council committees"),
    "steering": Text("Lenkungskreise", "Steering groups"),
    "conference": Text("Bildungskonferenzen", "Education conferences"),
    "forum": Text("Handlungsforen", "Action forums"),
    "working_group": Text("Arbeitsgruppen", "Working groups"),
    "round_table": Text("Runde Tische", "Round tables"),
    "network": Text("Netzwerke", "Networks"),
    "board": Text("Beiräte", "Advisory boards"),
    "project": Text("Projekte", "Projects"),
    "measure": Text("Maßnahmen", "Measures"),
    "programme": Text("Programme", "Programmes"),
}
"""Plurals of kinds; a kind that is missing here is named by its type: "12 Institutionen (Sonstiges)"."""


def plural(type_: str, kind: str, form: str, language: str) -> str:
    """The plural for many actors of one type, kind and form; kind and form may be empty."""
    of_type = schema.NODES[type_].plural.in_(language)
    of_kind = _PLURALS[kind].in_(language) if kind in _PLURALS else ""
    if form:
        first, _, rest = form.removeprefix("Freie ").partition(" ")
        schools = _form_plural(first)
        if not schools:
            return f"{of_kind or of_type} ({form})"
        return f"{schools} ({rest})" if rest else form.replace(first, schools)
    if of_kind or not kind:
        return of_kind or of_type
    choice = _choice_label(type_, kind, language)
    return f"{of_type} ({choice})"


def name(count: int, what: str, *, rest: bool, where: str, language: str) -> str:
    """``count`` of ``what``; ``rest``: others of the same kind are drawn one by one; ``where``: a place or a part of the alphabet."""
    amount = number(count, of=language)
    text = translate("{anzahl} weitere {was}", language) if rest else "{anzahl} {was}"
    return text.format(anzahl=amount, was=what) + where


def _choice_label(type_: str, kind: str, language: str) -> str:
    field = next((f for f in schema.NODES[type_].fields if f.name == "kind"), None)
    choice = field.choice(kind) if field else None
    return choice.label.in_(language) if choice else kind


def _form_plural(form: str) -> str:
    """The German plural of a Schulform of one word; "" for anything else."""
    if form.lower().endswith("schule"):
        return form + "n"
    if form.lower().endswith("gymnasium"):
        return form[:-2] + "en"
    return form + "s" if form.lower().endswith("kolleg") else ""
