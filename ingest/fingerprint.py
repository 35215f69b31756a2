"""What the outcome of a reading depends on, as one mark: the same mark means that nothing needs to be read again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from graph import ledger
from graph.schema import EDGES, NODES
from ingest.source import Source


def fingerprint(source: Source, path: Path, options: Mapping[str, str]) -> str:
    """Stands for everything that the outcome depends on, the ledger aside: files, options, this software; raises ``OSError``."""
    mark = hashlib.sha256()
    further = getattr(source, "inputs", None)
    for read in (path, *(further(path, options) if further else ())):
        for name, content in _content(read):
            mark.update(name.encode("utf-8", "surrogateescape") + b"\0" + content)
    mark.update(repr(sorted(options.items())).encode())
    mark.update(repr((NODES, EDGES)).encode())
    for package in (Path(ledger.__file__).parent, Path(__file__).parent, Path(str(getattr(source, "__file__", __file__))).parent):
        for code in sorted(package.rglob("*.py")):
            mark.update(code.read_bytes())
    return mark.hexdigest()


def _content(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and hash of every file."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as content:
                yield file.name, hashlib.file_digest(content, "sha256").digest()
