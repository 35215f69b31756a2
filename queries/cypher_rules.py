"""Rules that keep one Cypher text right, quick and harmless on Neo4j and on the bundled server.

:func:`check` reads a text and says what is wrong in which line, and what to write instead. It needs no server, and so
finds no slip of the pen: what is Cypher at all says ``EXPLAIN``. Why each rule is there: docs/cypher.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from queries.cypher_names import unknown_fields, wrong_kinds
from queries.cypher_text import SCHEMA_WORDS, Clause, Path, Token, at, clauses, closing, paths, split, tokens, told

_PATTERNS = ("MATCH", "CREATE", "MERGE")
_WRITING = ("CREATE", "MERGE", "SET", "REMOVE", "DELETE", "DETACH", "FOREACH")
_ADMINISTRATION = ("SHOW", "DROP", "ALTER", "USE", "GRANT", "DENY", "REVOKE", "TERMINATE", "START", "STOP", "RENAME", "ENABLE", "LOAD")
_FULLTEXT = ("db.index.fulltext.queryNodes", "db.index.fulltext.queryRelationships")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a text, in which line, by which rule; the message is German and says what to write."""

    line: int
    rule: str
    message: str


@dataclass(slots=True)
class _Text:
    """A text as the rules see it. ``bound``: for each clause the variables that it finds there already."""

    whole: str
    tokens: list[Token]
    clauses: list[Clause]
    ours: bool
    own: frozenset[str]
    bound: list[frozenset[str]] = field(default_factory=list)

    def patterns(self, *words: str) -> Iterator[tuple[int, Path]]:
        """The paths of all clauses of these kinds, each with the number of its clause."""
        for number, clause in enumerate(self.clauses):
            if clause.word in words and not _about_the_schema(clause):
                yield from ((number, path) for path in paths(clause.tokens))


Rule = Callable[[_Text], Iterator[tuple[int, str]]]
_RULES: dict[str, Rule] = {}


def check(text: str, *, ours: bool = False, own: frozenset[str] = frozenset()) -> list[Problem]:
    """What is wrong with a Cypher text, in the order of its lines.

    An analysis may only read. ``ours`` says that it belongs to the program itself, which may also write and ask the
    server about itself; ``own`` are labels that it has beside the schema's.
    """
    read = tokens(text)
    parsed = _Text(text, read, clauses(read), ours, own)
    parsed.bound = list(_bound(parsed.clauses))
    return sorted((Problem(line, name, message) for name, rule in _RULES.items() for line, message in rule(parsed)), key=lambda p: (p.line, p.rule))


def rules() -> Mapping[str, str]:
    """Each rule and what it asks for, in English."""
    return {name: " ".join((rule.__doc__ or "").split()) for name, rule in _RULES.items()}


def _rule(name: str) -> Callable[[Rule], Rule]:
    def kept(rule: Rule) -> Rule:
        _RULES[name] = rule
        return rule

    return kept


def _about_the_schema(clause: Clause) -> bool:
    return bool(clause.tokens) and clause.tokens[0].is_(*SCHEMA_WORDS)


def _bound(found: Sequence[Clause]) -> Iterator[frozenset[str]]:
    """For each clause the variables that are there when it begins."""
    levels: list[set[str]] = [set()]
    taken: set[str] | None = None  # what a CALL takes along into its subquery
    for clause in found:
        while len(levels) - 1 < clause.level:
            levels.append(set(levels[-1]) if taken is None else taken)
            taken = None
        del levels[clause.level + 1 :]
        known = levels[-1]
        yield frozenset(known)
        if clause.word in _PATTERNS:
            known |= {part.variable for path in paths(clause.tokens) for part in path.parts} - {""}
        aliases = {after.name for token, after in zip(clause.tokens, clause.tokens[1:], strict=False) if token.is_("AS")} - {""}
        if clause.word == "WITH":
            items = [item[1:] if item[0].is_("DISTINCT") else item for item in split(clause.tokens)]
            kept = {item[0].name for item in items if len(item) == 1} | aliases
            levels[-1] = known | aliases if any(item and item[0].text == "*" for item in items) else kept
        elif clause.word == "CALL":
            inside = clause.tokens[1 : closing(clause.tokens, 0)] if clause.tokens and clause.tokens[0].text == "(" else None
            taken = None if inside is None or any(token.text == "*" for token in inside) else {token.name for token in inside} - {""}
            taken = set(known) if taken is None else taken
            known |= aliases
        elif clause.word == "UNWIND":
            known |= aliases
        elif clause.word == "YIELD":
            known |= aliases | {item[0].name for item in split(clause.tokens) if len(item) == 1}


# ---- what is quick and the same on both servers ------------------------------------------------------


@_rule("label")
def _label(text: _Text) -> Iterator[tuple[int, str]]:
    """Each path of a MATCH names a label or begins at a known variable; without one the server walks over everything it has.

    Only ``()-[:TYPE]->()``, all relationships of a type between nodes without a name, may do without.
    """
    for number, path in text.patterns("MATCH", "MERGE"):
        nodes = [part for part in path.parts if part.node]
        if any(part.names or part.variable in text.bound[number] | _earlier(text, number, path) for part in nodes):
            continue
        ties = [part for part in path.parts if not part.node]
        if ties and all(tie.names for tie in ties) and not any(node.variable or node.keys for node in nodes):
            continue
        yield path.line, f"„{path.text}“ nennt keine Art, und der Server geht durch alle Einträge. Schreiben Sie die Art dazu, zum Beispiel (n:Institution)."


def _earlier(text: _Text, number: int, path: Path) -> set[str]:
    """The variables of the paths before this one in the same clause."""
    known: set[str] = set()
    for other in paths(text.clauses[number].tokens):
        if other == path:
            break
        known |= {part.variable for part in other.parts}
    return known - {""}


@_rule("own-id")
def _own_id(text: _Text) -> Iterator[tuple[int, str]]:
    """Ids are our own: the server's change with each rebuild, and look different on each server."""
    for token in _called(text, "ID", "ELEMENTID"):
        yield token.line, f"{token.text}(…) ist die Nummer des Servers und nach jedem Neuaufbau eine andere. Nehmen Sie die Kennung: n.id."


@_rule("exists")
def _exists(text: _Text) -> Iterator[tuple[int, str]]:
    """No ``exists(n.p)``: Neo4j 5 does not know it any more."""
    for token in _called(text, "EXISTS"):
        yield token.line, "exists(…) kennt Neo4j 5 nicht mehr. Schreiben Sie n.feld IS NOT NULL."


@_rule("gap")
def _gap(text: _Text) -> Iterator[tuple[int, str]]:
    """No NOT before a pattern: what is missing is ten times faster collected and compared."""
    for number, token in enumerate(text.tokens):
        after = at(text.tokens, number + 1)
        pattern = after.is_("EXISTS") and at(text.tokens, number + 2).text == "{"
        if after.text == "(" and not pattern:
            end = closing(text.tokens, number + 1)
            inner = text.tokens[number + 2 : end] if at(text.tokens, number + 2).text == "(" else text.tokens[number + 1 : end + 4]
            pattern = _is_pattern(inner)
        if token.is_("NOT") and pattern:
            yield token.line, (
                "NOT vor einem Muster prüft jeden Eintrag einzeln und dauert zehnmal so lange. Schreiben Sie OPTIONAL MATCH …, "
                "danach WITH a, count(b) AS n WHERE n = 0 (oder collect(b.id) AS da und NOT x.id IN da)."
            )


def _is_pattern(words: Sequence[Token]) -> bool:
    """``(a)-[…`` or ``(a)<-[…``: a node, and a relationship right behind it."""
    if at(words, 0).text != "(":
        return False
    end = closing(words, 0)
    signs = "".join(token.text for token in words[end + 1 : end + 4])
    return signs.startswith(("-[", "<-[", "--", "<--"))


@_rule("shortest")
def _shortest(text: _Text) -> Iterator[tuple[int, str]]:
    """No ``SHORTEST 1``: only Neo4j knows it."""
    for number, token in enumerate(text.tokens):
        before, after = at(text.tokens, number - 1), at(text.tokens, number + 1)
        if token.is_("SHORTEST") and (after.kind in ("number", "parameter") or after.text == "(" or before.is_("ALL", "ANY")):
            yield token.line, "SHORTEST kennt nur Neo4j. Schreiben Sie shortestPath((a)-[:TYP*..6]-(b))."


@_rule("shortest-path")
def _shortest_path(text: _Text) -> Iterator[tuple[int, str]]:
    """A shortest path names the types that it may use, has two ends that differ, and is not filtered afterwards.

    The bundled server looks for the path first and then at WHERE; Neo4j refuses a path from a node to itself.
    """
    for number, path in text.patterns("MATCH"):
        if not path.search:
            continue
        ties, ends = [part for part in path.parts if not part.node], [path.parts[0].variable, path.parts[-1].variable]
        if not all(tie.names for tie in ties):
            yield path.line, f"{path.search} ohne Art der Beziehung geht über alles. Nennen Sie die Arten: -[:MEMBER_OF|WORKS_FOR*..6]-."
        if not any(_unequal(text.tokens, place, ends) for place, token in enumerate(text.tokens) if token.text == "<>"):
            yield path.line, f"{path.search} braucht zwei verschiedene Enden. Schreiben Sie davor WHERE {ends[0] or 'a'}.id <> {ends[1] or 'b'}.id."
        where = at_clause(text.clauses, number + 1)
        if where and where.word == "WHERE" and where.level == text.clauses[number].level:
            for place, token in enumerate(where.tokens):
                if token.is_("ALL", "ANY", "NONE", "SINGLE") and at(where.tokens, place + 1).text == "(":
                    yield token.line, f"WHERE {token.text}(…) wählt erst nach der Suche aus. Grenzen Sie stattdessen die Arten der Beziehungen im Muster ein."


def _unequal(words: Sequence[Token], place: int, ends: Sequence[str]) -> bool:
    left = at(words, place - 3) if at(words, place - 2).text == "." else at(words, place - 1)
    sides = {left.name, at(words, place + 1).name}
    return sides == set(ends) or (at(words, place - 1).kind, at(words, place + 1).kind) == ("parameter", "parameter")


def at_clause(found: Sequence[Clause], number: int) -> Clause | None:
    """The clause with this number, None after the end."""
    return found[number] if number < len(found) else None


@_rule("call")
def _call(text: _Text) -> Iterator[tuple[int, str]]:
    """A subquery says in round brackets what it takes along: ``CALL (g) { … }``; the old form with WITH is on its way out."""
    for number, token in enumerate(text.tokens):
        if token.is_("CALL") and at(text.tokens, number + 1).text == "{":
            yield token.line, "Die Form CALL { … } ist veraltet. Schreiben Sie CALL (g) { … } mit den Namen, die mitgehen, und kein WITH darin."


@_rule("transactions")
def _transactions(text: _Text) -> Iterator[tuple[int, str]]:
    """No ``IN TRANSACTIONS``: it cannot run within a transaction, and outside of one nothing is whole or absent."""
    for number, token in enumerate(text.tokens):
        if token.is_("TRANSACTIONS") and at(text.tokens, number - 1).is_("IN", "CONCURRENT"):
            yield token.line, "IN TRANSACTIONS läuft nicht innerhalb einer Transaktion. Geben Sie store.write die Zeilen; es teilt sie selbst auf."


@_rule("foreach")
def _foreach(text: _Text) -> Iterator[tuple[int, str]]:
    """After FOREACH no variable is used: the bundled server has lost it by then."""
    for number, clause in enumerate(text.clauses):
        later = [other for other in text.clauses[number + 1 :] if other.level == clause.level and other.word not in ("FOREACH", *_WRITING)]
        if clause.word == "FOREACH" and later:
            used = next((token for other in later for token in other.tokens if token.name in text.bound[number]), None)
            if used:
                yield used.line, f"Nach FOREACH ist „{used.text}“ auf dem mitgelieferten Server nicht mehr da. Schreiben Sie UNWIND, oder FOREACH als Letztes."


@_rule("mixed-list")
def _mixed_list(text: _Text) -> Iterator[tuple[int, str]]:
    """A list holds values of one kind."""
    for number, token in enumerate(text.tokens):
        if token.text == "[":
            items = split(text.tokens[number + 1 : closing(text.tokens, number)])
            kinds = {item[0].kind for item in items if len(item) == 1 and item[0].kind in ("text", "number")}
            if len(kinds) > 1:
                yield token.line, "Eine Liste mit Texten und Zahlen zugleich versteht nicht jeder Server. Nehmen Sie eine Art, zum Beispiel ['1', 'a']."


@_rule("one-statement")
def _one_statement(text: _Text) -> Iterator[tuple[int, str]]:
    """One statement in a text."""
    for number, token in enumerate(text.tokens):
        if token.text == ";" and number + 1 < len(text.tokens):
            yield token.line, "Eine Datei ist eine einzige Abfrage; nach dem Strichpunkt steht noch etwas. Machen Sie zwei Dateien daraus."
    if not text.clauses:
        yield 1, "Hier steht keine Abfrage. Sie beginnt zum Beispiel mit MATCH (n:Institution)."


@_rule("plain-text")
def _plain_text(text: _Text) -> Iterator[tuple[int, str]]:
    r"""Quotes are closed, and no character is written as ``\u0041``: Neo4j reads those before anything else, so they could hide a clause."""
    for number, line in enumerate(text.whole.split("\n"), 1):
        if escaped := re.search(r"\\u+[0-9a-fA-F]{4}", line):
            yield number, f"Schreiben Sie das Zeichen selbst statt {escaped.group()}."
    for token in text.tokens:
        if token.kind == "sign" and token.text in ("'", '"', "`"):
            yield token.line, f"Hier beginnt ein Text mit {token.text}, und er endet nirgends."


# ---- what may be done --------------------------------------------------------------------------------


@_rule("reads-only")
def _reads_only(text: _Text) -> Iterator[tuple[int, str]]:
    """An analysis reads, and nothing else: the bundled server does not hold a reader to it."""
    for clause in text.clauses:
        if not text.ours and clause.word in (*_WRITING, *_ADMINISTRATION):
            yield clause.line, f"Eine Analyse darf nur lesen, „{clause.word}“ tut mehr. Erlaubt sind MATCH, UNWIND, WITH, WHERE, CALL, RETURN und ORDER BY."


@_rule("procedure")
def _procedure(text: _Text) -> Iterator[tuple[int, str]]:
    """The only procedure of an analysis is the full-text search; its index is a parameter, since each server names its own."""
    for number, token in enumerate(text.tokens):
        if not token.is_("CALL") or not at(text.tokens, number + 1).name:
            continue
        end = number + 1
        while at(text.tokens, end + 1).text == ".":
            end += 2
        name = "".join(word.name or word.text for word in text.tokens[number + 1 : end + 1])
        if name in _FULLTEXT:
            if at(text.tokens, end + 2).kind != "parameter":
                yield token.line, f"Der Index der Volltextsuche heißt auf jedem Server anders. Schreiben Sie CALL {name}($index, $text)."
        elif not text.ours:
            yield token.line, f"„{name}“ gibt es nicht auf jedem Server. Eine Analyse ruft nur {' und '.join(_FULLTEXT)} auf."


@_rule("label-change")
def _label_change(text: _Text) -> Iterator[tuple[int, str]]:
    """A node keeps its one label: to set or remove one hangs the bundled server."""
    for clause in text.clauses:
        if clause.word in ("SET", "REMOVE"):
            for item in split(clause.tokens):
                if at(item, 0).name and (at(item, 1).text == ":" or at(item, 1).is_("IS")):
                    yield item[0].line, f"{clause.word} {told(item)} ändert die Art eines Eintrags. Sie steht fest; löschen Sie ihn und legen Sie ihn neu an."


@_rule("one-label")
def _one_label(text: _Text) -> Iterator[tuple[int, str]]:
    """A new node has exactly one label."""
    for number, path in text.patterns("CREATE", "MERGE"):
        for part in path.parts:
            if part.node and part.variable not in text.bound[number] and len(part.names) != 1 and (part.names or part.keys):
                yield part.line, f"{part.text}: ein Eintrag hat genau eine Art. Schreiben Sie zum Beispiel (:Institution {{id: row.id}})."


@_rule("merge-by-id")
def _merge_by_id(text: _Text) -> Iterator[tuple[int, str]]:
    """What is merged or created is told apart by its id, nodes and relationships alike: so nothing is doubled."""
    for number, path in text.patterns("MERGE", "CREATE"):
        for part in path.parts:
            known = part.variable in text.bound[number] or (part.node and len(path.parts) > 1 and not part.keys and not part.names)
            keys = {key.name for key in part.keys}
            if not known and "id" not in keys:
                yield part.line, f"{part.text} ohne Kennung kann doppelt entstehen. Schreiben Sie {{id: row.id}} hinein."
            elif not known and text.clauses[number].word == "MERGE" and keys != {"id"}:
                yield part.line, f"MERGE {part.text} sucht nach mehr als der Kennung. Lassen Sie nur {{id: row.id}} darin und setzen Sie den Rest mit SET."


# ---- names of the schema -----------------------------------------------------------------------------


@_rule("names")
def _names(text: _Text) -> Iterator[tuple[int, str]]:
    """Labels, relationship types and properties are those of the schema: a wrong one finds nothing and says nothing."""
    parts = [part for number, path in text.patterns(*_PATTERNS) for part in path.parts]
    parts += [part for clause in text.clauses if _about_the_schema(clause) for path in paths(clause.tokens) for part in path.parts]
    for part in parts:
        yield from wrong_kinds(part, text.own)
        yield from unknown_fields(part.keys, [part])
    renamed = {after.name for token, after in zip(text.tokens, text.tokens[1:], strict=False) if token.is_("AS")}
    for number, token in enumerate(text.tokens):
        owners = [part for part in parts if part.variable and part.variable == token.name]
        if owners and token.name not in renamed and at(text.tokens, number - 1).text != "." and at(text.tokens, number + 1).text == ".":
            yield from unknown_fields([at(text.tokens, number + 2)], owners)


def _called(text: _Text, *names: str) -> Iterator[Token]:
    """The places where one of these functions is called."""
    for number, token in enumerate(text.tokens):
        if token.is_(*names) and at(text.tokens, number + 1).text == "(" and at(text.tokens, number - 1).text != ".":
            yield token
