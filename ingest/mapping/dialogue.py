"""``akteursatlas map``: proposes what the columns of a table mean, asks a person about it, and writes the mapping file."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from graph.schema import NODES
from ingest.mapping.file import ENDINGS, dump
from ingest.mapping.proposal import Proposal, Use, crossed, fields_by_heading, propose, separator
from ingest.mapping.roles import ROLES, Role, role_named, role_of
from ingest.reporting import terminal
from ingest.reporting.report_files import Unwritable
from ingest.source import Unreadable
from ingest.tabular.headings import plain

Ask = Callable[[str], str]
"""Asks one question and gives the answer, without the spaces around it; "" where nobody answers."""

_LEAVE_OUT, _OPEN, _HELP = ("weglassen", "ignorieren", "nein", "-"), ("offen", "behalten"), ("?", "hilfe")
_ABOUT = ("Institution", "Gremium", "Project", "Offer", "Person")


def write_mapping(path: Path, sheet: str, to: Path | None, *, auto: bool, force: bool) -> None:
    """Proposes a mapping for the table, asks about it unless ``auto``, and writes it.

    Raises ``Unwritable`` where it cannot be proposed or written, with a German sentence, or ``OSError``.
    """
    target = to or path.with_name(path.stem + ENDINGS[0])
    if not path.exists():
        raise Unwritable(f"„{path}“ gibt es nicht. Bitte den Pfad prüfen.")
    if target.exists() and not force:
        raise Unwritable(f"„{target}“ gibt es schon; mit --force wird sie ersetzt. Einlesen: akteursatlas ingest mapped {path}")
    if not auto and not terminal.somebody_there():
        raise Unwritable("Hier kann niemand antworten. Mit --auto wird ein Vorschlag ohne Fragen geschrieben.")
    try:
        proposal = propose(path, sheet)
        if not auto and (about := agree_on_subject(proposal, terminal.ask, _tell)):
            proposal = propose(path, sheet, about)
    except Unreadable as error:
        raise Unwritable(str(error)) from None
    terminal.err.print(_table(proposal))
    if not auto:
        agree_on_columns(proposal, terminal.ask, _tell)
    target.write_text(dump(proposal.mapping(path.stem), proposal.reasons, proposal.still_open), encoding="utf-8")
    terminal.out.print(f"Zuordnung geschrieben: {target}", markup=False, soft_wrap=True)
    if proposal.still_open:
        terminal.out.print(f"Offen: {', '.join(proposal.still_open)}; diese Spalten bleiben als weitere Angaben erhalten.", markup=False, soft_wrap=True)
    terminal.out.print(f"Bitte durchsehen, dann: akteursatlas check mapped {path}", markup=False, soft_wrap=True)


def _tell(told: str) -> None:
    terminal.err.print(told, markup=False)


def _table(proposal: Proposal) -> Table:
    table = terminal.lines("Spalte", "Zum Beispiel", "ist", "weil")
    for use in proposal.uses:
        examples = "; ".join(example[:30] for example in proposal.examples(use.column))
        table.add_row(*map(escape, (use.column, examples, in_words(use), use.why)))
    return table


def agree_on_subject(proposal: Proposal, ask: Ask, tell: Callable[[str], None]) -> tuple[str, Role] | None:
    """What a row is about, where the person says otherwise than the proposal: the column of its name, and its role."""
    column = next((use.column for use in proposal.uses if use.entry == proposal.main.id and use.how in ("name", "joined")), "")
    word = NODES[proposal.main.type].label.de
    while answer := ask(f"Eine Zeile handelt von: {word}, Spalte „{column}“. Enter, wenn das stimmt; sonst die richtige Spalte nennen: "):
        named = _column(answer, proposal)
        if named is None:
            tell(f"Eine Spalte „{answer}“ gibt es nicht. Vorhanden: {', '.join(proposal.cells)}.")
            continue
        possible = [role for role in ROLES if role.type in _ABOUT]
        known = ", ".join(role.id for role in possible)
        while True:
            said = ask(f"Was steht in „{named}“? ({known}): ")
            role = next((role for role in possible if plain(said) in (role.id, plain(NODES[role.type].label.de))), None)
            if role is not None:
                return named, role
            tell(f"„{said}“ ist keines davon.")
    return None


def agree_on_columns(proposal: Proposal, ask: Ask, tell: Callable[[str], None]) -> None:
    """Asks what the open columns are, and then which others are to be changed; changes the proposal."""
    for use in [use for use in proposal.uses if use.how == "open" and proposal.cells[use.column]]:
        _agree(proposal, use, ask, tell)
    while answer := ask("Noch eine Spalte ändern? Ihren Namen nennen, oder Enter: fertig: "):
        named = _column(answer, proposal)
        if named is None:
            tell(f"Eine Spalte „{answer}“ gibt es nicht. Vorhanden: {', '.join(proposal.cells)}.")
        else:
            _agree(proposal, next(use for use in proposal.uses if use.column == named), ask, tell)


def _column(answer: str, proposal: Proposal) -> str | None:
    return next((column for column in proposal.cells if plain(column) == plain(answer)), None)


def _agree(proposal: Proposal, use: Use, ask: Ask, tell: Callable[[str], None]) -> None:
    examples = "; ".join(example[:40] for example in proposal.examples(use.column))
    while answer := ask(f"Was steht in „{use.column}“ ({examples})? ? zeigt, was möglich ist; Enter: {in_words(use)}: "):
        if plain(answer) in _HELP or answer == "?":
            tell(_possible(proposal))
            continue
        meant = meaning(proposal, use.column, answer)
        if isinstance(meant, Use):
            proposal.uses[proposal.uses.index(use)] = meant
            tell(f"„{use.column}“: {in_words(meant)}")
            return
        tell(meant)


def meaning(proposal: Proposal, column: str, answer: str) -> Use | str:
    """What an answer means for a column: a field, a kind of thing, "Person: Telefon", or a word for leaving it out; or why it means nothing."""
    word, why = plain(answer), "so angegeben"
    if word in _LEAVE_OUT or answer == "-":
        return Use(column, "ignore", why=why)
    if word in _OPEN:
        return Use(column, "open", why=why)
    owner, _, name = answer.partition(":")
    owners = {plain(id_): id_ for id_ in dict.fromkeys(use.entry for use in proposal.uses if use.entry)}
    owners |= {plain(NODES[role_named(id_).type].label.de): id_ for id_ in reversed(owners.values())}
    entry = owners.get(plain(owner)) if name.strip() else proposal.main.id
    if entry is None:
        return f"„{owner.strip()}“ kommt in der Zuordnung nicht vor; es gibt: {', '.join(owners.values())}."
    field = fields_by_heading(role_named(entry).type).get(plain(name or answer))
    if field:
        other = next((use.column for use in proposal.uses if (use.entry, use.field) == (entry, field) and use.column != column), "")
        return f"Dieses Feld hat schon die Spalte „{other}“; bitte zuerst diese ändern." if other else Use(column, "field", entry, field, why=why)
    role = next((role for role in ROLES if role.id == word), None) or role_of(answer)
    role = role or next((role for role in reversed(ROLES) if plain(NODES[role.type].label.de) == word), None)
    if role is None or name.strip():
        close = difflib.get_close_matches(word, [*fields_by_heading(proposal.main.type), *(role.id for role in ROLES)], 3)
        return f"„{answer}“ ist kein Feld und keine Art von Eintrag.{' Ähnlich: ' + ', '.join(close) + '.' if close else ''} ? zeigt, was möglich ist."
    if role.id != proposal.main.id and role.tie(proposal.main.type) is None:
        return f"Zwischen {NODES[role.type].label.de} und {NODES[proposal.main.type].label.de} gibt es keine solche Beziehung."
    cells = proposal.cells[column]
    if cells and all(map(crossed, cells)):
        return Use(column, "marked", role.id, why="so angegeben; die Überschrift ist der Name, angekreuzt heißt: gehört dazu")
    return Use(column, "name", role.id, split=separator(role, cells), why=why)


def in_words(use: Use) -> str:
    """What a column is for, in German."""
    if use.how == "open":
        return "bleibt als weitere Angabe"
    if use.how == "ignore":
        return "bleibt weg"
    role = role_named(use.entry)
    if use.how == "field":
        return f"{NODES[role.type].field(use.field).label.de} ({role.id})"
    what = {"name": "Name", "joined": "Teil des Namens", "marked": "angekreuzt"}[use.how]
    return f"{what} von {NODES[role.type].label.de} ({role.id})" + (f", getrennt durch „{use.split}“" if use.split else "")


def _possible(proposal: Proposal) -> str:
    about = proposal.main
    fields = dict.fromkeys(NODES[about.type].field(name).label.de for name in fields_by_heading(about.type).values())
    kinds = [role.id for role in ROLES if role.id == about.id or role.tie(about.type)]
    people = [use.entry for use in proposal.uses if use.entry and role_named(use.entry).type == "Person"]
    of_people = f"\n  Angaben der Person: {people[0]}: E-Mail, {people[0]}: Telefon, {people[0]}: Funktion" if people and people[0] != about.id else ""
    return f"  Felder: {', '.join(fields)}\n  Einträge: {', '.join(kinds)}{of_people}\n  Oder: weglassen, offen"
