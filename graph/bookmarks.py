"""How far the writers of this installation have come, for readers in other processes: Neo4j's bookmarks in a file.

In a cluster a reader may ask a server that lags behind. Who names a bookmark is answered only once that server has come as
far. Within a process the driver's bookmark manager passes them on; between processes the file does.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import neo4j


class SharedBookmarks:
    """The bookmarks of one database, in memory and in ``path``. Threads may share one.

    ``of`` names the database: what a file says about another one is of no use.
    """

    def __init__(self, path: Path, of: str) -> None:
        self._path = path
        self._of = of
        self.manager = self._new()

    def publish(self) -> None:
        """Tells other processes how far this one has come. Not being able to write the file keeps nobody from working."""
        known = sorted(self.manager.get_bookmarks())
        if not known or known == sorted(self._told().raw_values):
            return
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            fresh.write_text(json.dumps({"of": self._of, "bookmarks": known}), encoding="utf-8")
            os.replace(fresh, self._path)

    def forget(self) -> bool:
        """Drops all that is known, after a server did not know it; was there anything?"""
        there = bool(self.manager.get_bookmarks())
        self._path.unlink(missing_ok=True)
        self.manager = self._new()
        return there

    def _new(self) -> neo4j.BookmarkManager:
        return neo4j.GraphDatabase.bookmark_manager(bookmarks_supplier=self._told)

    def _told(self) -> neo4j.Bookmarks:
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            if told["of"] == self._of:
                return neo4j.Bookmarks.from_raw_values([str(mark) for mark in told["bookmarks"]])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return neo4j.Bookmarks.from_raw_values([])
