"""Finds the Cypher in Python files: every string that is a statement, with its holes filled from the code and the schema.

A hole is filled with what the code can put there: a constant, another string, what a function of the module returns, what a
loop goes through. What only the schema knows (labels, types, fields) is filled by its place in the text. A hole that is neither
is a value spliced into Cypher, and a complaint.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from queries.cypher_text import tokens

LABEL, LABEL_PROPERTY, TYPE, TYPE_PROPERTY, PROPERTY = "Person", "function", "MEMBER_OF", "role", "id"
"""What fills a hole that any name of the schema may fill."""

_KEYWORDS = "MATCH|OPTIONAL MATCH|UNWIND|MERGE|CREATE|RETURN|CALL|WITH|SHOW|DROP|FOREACH|LOAD CSV|EXPLAIN|PROFILE|DETACH DELETE|DELETE|SET|REMOVE|WHERE"
_MAY_BE = re.compile(rf"^\s*(?:{_KEYWORDS})\b")
_ASKS = re.compile(r"\b(?:session|store)\b", re.IGNORECASE)
_HOLDS = re.compile(rf"\b(?:{_KEYWORDS})\b")
_STATEMENT = re.compile(
    r"""^\s*(?:(?:EXPLAIN|PROFILE)\s+)?(?:
    (?:OPTIONAL\s+)?MATCH\s+(?:\w+\s*=\s*)?(?:\(|shortestPath|allShortestPaths|SHORTEST|ALL\b|ANY\b)
    |UNWIND\s+\S | MERGE\s*\( | RETURN\s+\S | FOREACH\s*\( | LOAD\s+CSV\b
    |CALL\s*(?:[\w.]+\s*\(|\(|\{)
    |WITH\s(?=.*\b(?:RETURN|MATCH)\b)(?!.*\bSELECT\b)
    |CREATE\s*\( | CREATE\s+(?:CONSTRAINT|FULLTEXT|RANGE|TEXT|LOOKUP|VECTOR|POINT)\b | CREATE\s+INDEX\b(?=.*\bFOR\s*\()
    |SHOW\s+(?:ALL\s+|FULLTEXT\s+)?(?:CONSTRAINT|INDEX|DATABASE|DEFAULT|PROCEDURE|SERVER|TRANSACTION|SETTING|CURRENT)
    |DROP\s+(?:CONSTRAINT|INDEX)\s+\S+(?:\s+IF\s+EXISTS|\s*$)
    )""",
    re.VERBOSE | re.DOTALL,
)
_TEMPLATES = ("format", "format_map", "replace", "substitute")
_MOST = 64
_DEPTH = 24

SPLICED = "Hier wird ein Wert in den Text gesetzt. Werte gehören in Parameter ($name), und nur Namen aus graph/schema.py in den Text."


@dataclass(frozen=True)
class Statement:
    """One text that the code can send: where it begins, and what the code itself names in it beside the schema."""

    line: int
    text: str
    own: frozenset[str]
    spliced: tuple[int, ...] = ()


@dataclass
class _Reading:
    """What is noted while one string is put together."""

    own: set[str] = field(default_factory=set)
    spliced: set[int] = field(default_factory=set)
    used: set[ast.expr] = field(default_factory=set)
    bound: dict[tuple[ast.AST, str], ast.expr | None] = field(default_factory=dict)
    """What the variable of a loop, or the argument of a function, is just now."""


class Module:
    """A Python file whose strings are put together."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self.root = path, root
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.parents: dict[ast.AST, ast.AST] = {}
        waiting: list[ast.AST] = [self.tree]
        for node in waiting:
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                waiting.append(child)
        self.nodes = waiting
        self.constants: dict[str, list[ast.expr]] = {}
        self.functions: dict[str, list[ast.FunctionDef]] = {}
        self.imported: dict[str, tuple[str, str]] = {}
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef):
                self.functions.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.ImportFrom) and node.module:
                self.imported.update({alias.asname or alias.name: (node.module, alias.name) for alias in node.names})
        for node in self.tree.body:
            for name, value in _assigned(node):
                self.constants.setdefault(name, []).append(value)

    @cached_property
    def statements(self) -> list[Statement]:
        """Every statement in the file; parts that only stand in others are not told apart from them."""
        read: list[tuple[ast.expr, list[str], _Reading]] = []
        for node in self.nodes:
            if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp | ast.Call) and self._may_be(node):
                reading = _Reading()
                read.append((node, self._filled(node, "", reading, 0), reading))
        used = {part for node, _, reading in read for part in reading.used - {node}}
        found: dict[tuple[int, str], Statement] = {}
        for node, texts, reading in read:
            for text in texts:
                if node not in used and _STATEMENT.match(text):
                    found[node.lineno, text] = Statement(node.lineno, text, frozenset(reading.own), tuple(sorted(reading.spliced)))
        return sorted(found.values(), key=lambda one: (one.line, one.text))

    def sent(self) -> list[tuple[int, list[str] | None]]:
        """What is given to ``store.read`` and ``store.write``, by line; None where the code does not show it.

        Functions that only hand on what they are given are left out: it is seen where they are called.
        """
        calls = []
        for node in self.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("read", "write") and node.args:
                owner, said = node.func.value, node.args[0]
                name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
                if not name.lower().endswith(("store", "database")) and not (name == "self" and "store" in self.path.stem):
                    continue
                texts = self._filled(said, "", _Reading(), 0)
                if isinstance(said, ast.Name) and self._argument(said) and not any(_STATEMENT.match(text) for text in texts):
                    continue
                calls.append((node.lineno, texts if all(_STATEMENT.match(text) for text in texts) else None))
        return calls

    def _argument(self, name: ast.Name) -> bool:
        return any(isinstance(node, ast.FunctionDef) and name.id in _arguments_of(node) for node in self._around(name))

    def autocommits(self) -> list[tuple[int, list[str] | None]]:
        """What is run outside of a transaction, by ``session.run``, by line; None where the code does not show it."""
        calls: list[tuple[int, list[str] | None]] = []
        for node in self.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "run":
                owner = node.func.value
                name = owner.func if isinstance(owner, ast.Call) else owner
                said = name.attr if isinstance(name, ast.Attribute) else name.id if isinstance(name, ast.Name) else ""
                if "session" in said.lower() and node.args:
                    texts = self._filled(node.args[0], "", _Reading(), 0)
                    calls.append((node.lineno, texts if all(_STATEMENT.match(text) for text in texts) else None))
        return calls

    # ---- which strings

    def _may_be(self, node: ast.expr) -> bool:
        parent = self.parents.get(node)
        if isinstance(parent, ast.Expr | ast.JoinedStr | ast.FormattedValue) or (isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add)):
            return False  # a docstring, or a part of another string
        first = node
        while isinstance(first, ast.BinOp):
            first = first.left
        if isinstance(first, ast.Call):
            first = first.func.value if isinstance(first.func, ast.Attribute) and first.func.attr in _TEMPLATES else first
        if isinstance(first, ast.Name) and first is not node:
            return any(value is not None and self._begins(value) for value in self._values(first, 0))
        return self._begins(first)

    @staticmethod
    def _begins(node: ast.expr) -> bool:
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str) and bool(_MAY_BE.match(node.value))
        if isinstance(node, ast.JoinedStr) and node.values:
            if isinstance(node.values[0], ast.Constant):
                return Module._begins(node.values[0])
            return any(isinstance(part, ast.Constant) and _HOLDS.search(str(part.value)) for part in node.values)
        return False

    # ---- what a string can be

    def _filled(self, node: ast.expr, prefix: str, reading: _Reading, depth: int) -> list[str]:
        """The texts that an expression can be, behind ``prefix``."""
        reading.used.add(node)
        if depth > _DEPTH:
            return [self._by_place(node, prefix, reading)]
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int):
            return [str(node.value)]
        if isinstance(node, ast.JoinedStr | ast.BinOp):
            if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Add):
                reading.spliced.add(node.lineno)  # a template with %
                return self._filled(node.left, prefix, reading, depth + 1)
            return self._joined(node.values if isinstance(node, ast.JoinedStr) else [node.left, node.right], prefix, reading, depth)
        if isinstance(node, ast.FormattedValue):
            return self._filled(node.value, prefix, reading, depth + 1)
        if isinstance(node, ast.IfExp):
            return self._one_of([node.body, node.orelse], prefix, reading, depth)
        if isinstance(node, ast.Name):
            place = next((around for around in self._around(node) if (around, node.id) in reading.bound), None)
            values = [reading.bound[place, node.id]] if place else self._values(node, depth)
            return self._one_of(values, prefix, reading, depth, of=node)
        if isinstance(node, ast.Call):
            return self._called(node, prefix, reading, depth)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in self.imported:
            return self._one_of(self._theirs(".".join(self.imported[node.value.id]), node.attr), prefix, reading, depth, of=node)
        return [self._by_place(node, prefix, reading)]

    def _joined(self, parts: list[ast.expr], prefix: str, reading: _Reading, depth: int) -> list[str]:
        texts = [""]
        for part in parts:
            texts = [text + more for text in texts for more in self._filled(part, prefix + text, reading, depth + 1)][:_MOST]
        return texts

    def _one_of(self, nodes: list[ast.expr | None], prefix: str, reading: _Reading, depth: int, of: ast.expr | None = None) -> list[str]:
        texts: list[str] = []
        for node in nodes:
            if node is None:
                texts.append(self._by_place(of, prefix, reading))
            else:
                if of is not None and isinstance(node, ast.Constant) and isinstance(node.value, str):
                    reading.own.add(node.value)
                texts += self._filled(node, prefix, reading, depth + 1)
        return list(dict.fromkeys(texts)) or [self._by_place(of, prefix, reading)]

    def _called(self, node: ast.Call, prefix: str, reading: _Reading, depth: int) -> list[str]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "join" and isinstance(node.func, ast.Attribute) and node.args:
            glue = self._filled(node.func.value, prefix, reading, depth + 1)[0]
            return self._each(node.args[0], glue, prefix, reading, depth)
        if name in _TEMPLATES and isinstance(node.func, ast.Attribute):
            reading.spliced.add(node.lineno)
            return self._filled(node.func.value, prefix, reading, depth + 1)
        if name == "str" and node.args:
            return self._filled(node.args[0], prefix, reading, depth + 1)
        texts: list[str] = []
        for function in self.functions.get(name, []):
            given = self._arguments(function, node)
            before = {key: reading.bound.get(key) for key in given if key in reading.bound}
            reading.bound |= given
            returned = [back.value for back in ast.walk(function) if isinstance(back, ast.Return) and back.value]
            texts += self._one_of([*returned], prefix, reading, depth, of=node)
            for key in given:
                reading.bound.pop(key)
            reading.bound |= before
        return texts or [self._by_place(node, prefix, reading)]

    @staticmethod
    def _arguments(function: ast.FunctionDef, call: ast.Call) -> dict[tuple[ast.AST, str], ast.expr | None]:
        """What a call gives to each argument that it gives something to."""
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args) if a.arg not in ("self", "cls")]
        given = {name: value for name, value in zip(names, call.args, strict=False) if not isinstance(value, ast.Starred)}
        given |= {word.arg: word.value for word in call.keywords if word.arg}
        return {(function, name): value for name, value in given.items()}

    def _around(self, node: ast.AST) -> list[ast.AST]:
        """What a node stands in, the nearest first."""
        found = []
        while (outer := self.parents.get(node)) is not None:
            found.append(outer)
            node = outer
        return found

    def _each(self, node: ast.expr, glue: str, prefix: str, reading: _Reading, depth: int) -> list[str]:
        """What a loop yields, joined."""
        if isinstance(node, ast.GeneratorExp | ast.ListComp) and len(node.generators) == 1 and isinstance(node.generators[0].target, ast.Name):
            variable, said = (node, node.generators[0].target.id), ""
            for item in self._elements(node.generators[0].iter, None):
                reading.bound[variable] = item
                said += glue if said else ""
                said += self._filled(node.elt, prefix + said, reading, depth + 1)[0]
            reading.bound.pop(variable, None)
            return [said]
        said = ""
        for item in self._elements(node, None):
            said += glue if said else ""
            said += self._filled(item, prefix + said, reading, depth + 1)[0] if item else self._by_place(node, prefix + said, reading)
        return [said]

    def _by_place(self, node: ast.expr | None, prefix: str, reading: _Reading) -> str:
        """A name of the schema, where the text before has one to come; else it is a value, and a complaint."""
        before = prefix.rstrip("`")
        ticked = len(prefix) - len(before)
        words = tokens(before)
        open_: list[str] = []
        for word in words:
            if word.text in ("(", "[", "{"):
                open_.append(word.text)
            elif word.text in (")", "]", "}") and open_:
                open_.pop()
        last = words[-1].text if words else ""
        in_text = bool([word for word in words if word.kind == "sign" and word.text in ("'", '"')])
        if not in_text and last in (":", "|", "&") and open_[-1:] != ["{"]:
            return TYPE if open_[-1:] == ["["] else LABEL
        if not in_text and last == ".":
            return PROPERTY
        if not in_text and ticked and last in ("{", ","):
            return TYPE_PROPERTY if "[" in open_ else LABEL_PROPERTY
        if not in_text and ticked and words and words[-1].is_("CONSTRAINT", "INDEX"):
            return LABEL
        reading.spliced.add(getattr(node, "lineno", 0))
        return "value" if in_text else "$value"

    # ---- what a name can be

    def _values(self, name: ast.Name, depth: int) -> list[ast.expr | None]:
        """The expressions that a name can stand for; None for one that cannot be told."""
        for node in self._around(name):
            if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
                for loop in node.generators:
                    if (place := _target(loop.target, name.id)) is not None:
                        return self._elements(loop.iter, place)
            if isinstance(node, ast.FunctionDef):
                found = self._local(node, name)
                if found:
                    return found
                if name.id in _arguments_of(node):
                    return self._given(node, name.id, depth) or [None]
        return self._constant(name.id)

    def _local(self, function: ast.FunctionDef, name: ast.Name) -> list[ast.expr | None]:
        """What a function has put under this name by then: since the last assignment that it surely went through."""
        around = set(self._around(name))
        found: list[tuple[int, bool, list[ast.expr | None]]] = []
        for inner in ast.walk(function):
            sure = self.parents.get(inner) in around and not isinstance(inner, ast.AugAssign)
            found += [(inner.lineno, sure, [value]) for assigned, value in _assigned(inner) if assigned == name.id]
            if isinstance(inner, ast.For) and (place := _target(inner.target, name.id)) is not None:
                found.append((inner.lineno, inner in around, self._elements(inner.iter, place)))
        before = [one for one in found if one[0] < name.lineno or (one[0] == name.lineno and one[1])] or found
        last = max((line for line, sure, _ in before if sure), default=0)
        return [value for line, _, values in sorted(before, key=lambda one: one[0]) if line >= last for value in values]

    def _constant(self, name: str) -> list[ast.expr | None]:
        if name in self.constants:
            return [*self.constants[name]]
        if name in self.imported:
            return self._theirs(*self.imported[name])
        return [None]

    def _theirs(self, where: str, name: str) -> list[ast.expr | None]:
        """What another module has under a name."""
        path = self.root.joinpath(*where.split(".")).with_suffix(".py")
        values = module(path, self.root).constants.get(name, []) if path.exists() else []
        return [value for value in values if isinstance(value, ast.Constant)] or [None]

    def _given(self, function: ast.FunctionDef, argument: str, depth: int) -> list[ast.expr | None]:
        """What the calls in this module give to an argument."""
        calls = [node for node in self.nodes if isinstance(node, ast.Call) and function.name in (getattr(node.func, "attr", ""), getattr(node.func, "id", ""))]
        return [given[function, argument] for call in calls if (function, argument) in (given := self._arguments(function, call)) and depth < _DEPTH]

    def _elements(self, node: ast.expr, place: int | None) -> list[ast.expr | None]:
        """What a loop over an expression yields; ``place`` is which of a pair, -1 for the whole."""
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            parts = [part if not isinstance(part, ast.Starred) else None for part in node.elts]
            return [_item(part, place) for part in parts]
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            return [_item(node.elt, place)]
        if isinstance(node, ast.Dict | ast.DictComp):
            keys, values = (node.keys, node.values) if isinstance(node, ast.Dict) else ([node.key], [node.value])
            return [*values] if place == 1 else [*keys]
        if isinstance(node, ast.Name):
            return [element for value in self._values(node, _DEPTH) for element in (self._elements(value, place) if value else [None])]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("items", "keys"):
                return self._elements(node.func.value, place)
            if node.func.attr == "values":
                return self._elements(node.func.value, 1)
            if node.func.attr == "fromkeys" and node.args:
                return self._elements(node.args[0], None)
        return [None]


@cache
def module(path: Path, root: Path) -> Module:
    """A file, read once."""
    return Module(path, root)


def modules(paths: list[Path], root: Path) -> list[Module]:
    """Those of the files that may hold Cypher or send any; most do not, and need not be read."""
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    return [module(path, root) for path, text in texts.items() if _HOLDS.search(text) or _ASKS.search(text)]


def _arguments_of(function: ast.FunctionDef) -> list[str]:
    return [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def _item(node: ast.expr | None, place: int | None) -> ast.expr | None:
    if place is None or place < 0:
        return node
    return node.elts[place] if isinstance(node, ast.Tuple | ast.List) and place < len(node.elts) else None


def _target(target: ast.expr, name: str) -> int | None:
    """Which part of the loop's values this name gets; -1 for the whole, None where it gets none."""
    if isinstance(target, ast.Name):
        return -1 if target.id == name else None
    if isinstance(target, ast.Tuple):
        return next((place for place, part in enumerate(target.elts) if isinstance(part, ast.Name) and part.id == name), None)
    return None


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and values of an assignment."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) else []
    value = getattr(node, "value", None)
    for target in targets:
        if isinstance(target, ast.Name) and value is not None:
            yield target.id, value
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            yield from ((part.id, one) for part, one in zip(target.elts, value.elts, strict=True) if isinstance(part, ast.Name))
