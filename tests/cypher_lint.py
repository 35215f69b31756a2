"""The lint of all Cypher: every .cypher file and every string of the program that is Cypher (``python -m tests.cypher_lint``).

The rules are :mod:`queries.cypher_rules`; what is found and where it may be written is said here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from queries import cypher_rules
from queries.cypher_rules import Problem
from tests.cypher_strings import SPLICED, modules

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("graph", "queries", "views", "ingest", "commands", "demo")
WRITING_ROOM = "graph"
AUTOCOMMIT = "session.run schreibt ohne Transaktion: nicht ganz oder gar nicht, und dreißigmal langsamer. Nehmen Sie store.write oder execute_write."


@dataclass(frozen=True)
class Found:
    """A text that is sent to a server: the file and line it stands in, and what is wrong with it."""

    path: str
    line: int
    text: str
    problems: tuple[Problem, ...] = ()


def found(root: Path = ROOT) -> list[Found]:
    """Every Cypher text of the program, by file and line."""
    return [*_files(root), *_strings(root)]


def _files(root: Path) -> list[Found]:
    texts = {path: path.read_text(encoding="utf-8") for room in ROOMS for path in sorted((root / room).rglob("*.cypher"))}
    return [Found(str(path.relative_to(root)), 1, text, tuple(cypher_rules.check(text))) for path, text in texts.items()]


def _strings(root: Path) -> list[Found]:
    texts = []
    for source in modules(python_files(root), root):
        name = str(source.path.relative_to(root))
        for one in source.statements:
            wrong = cypher_rules.check(one.text, ours=name.startswith(f"{WRITING_ROOM}/"), own=one.own)
            problems = [Problem(one.line + problem.line - 1, problem.rule, problem.message) for problem in wrong]
            problems += [Problem(line, "values-as-parameters", SPLICED) for line in one.spliced]
            texts.append(Found(name, one.line, one.text, tuple(problems)))
    return texts


def python_files(root: Path = ROOT) -> list[Path]:
    """The Python files of the program."""
    return [path for room in ROOMS for path in sorted((root / room).rglob("*.py"))] + [path for path in (root / "app.py", root / "cli.py") if path.exists()]


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong, one line each: file, line, rule, what to do."""
    said = [f"{one.path}:{problem.line}: {problem.rule}: {problem.message}" for one in found(root) for problem in one.problems]
    for source in modules(python_files(root), root):
        said += [f"{source.path.relative_to(root)}:{line}: autocommit: {AUTOCOMMIT}" for line, texts in source.autocommits() if _may_write(texts)]
    return list(dict.fromkeys(said))


def _may_write(texts: list[str] | None) -> bool:
    """May one of these texts do more than read? What the code does not show may."""
    return texts is None or any(problem.rule in ("reads-only", "procedure") for text in texts for problem in cypher_rules.check(text))


def main() -> int:
    """Prints what is wrong; the exit code says whether anything is."""
    wrong = problems()
    for line in wrong:
        print(line, file=sys.stderr)  # noqa: T201
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
