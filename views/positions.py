"""Where actors stood in a drawing, kept between sessions: a picture that people know does not rearrange itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Column, ColumnElement, Engine, Float, MetaData, String, Table, create_engine, delete, event, select
from sqlalchemy.dialects.sqlite import insert

_METADATA = MetaData()
_POSITIONS = Table(
    "positions",
    _METADATA,
    Column("drawing", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("actor", String, primary_key=True),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
)
Points = dict[str, tuple[float, float]]
_VIEW = "view:"


def scope_of_view(slug: str, scope: str) -> str:
    """The scope under which a saved view keeps its own positions of the picture ``scope``, so that nobody else rearranges it."""
    return f"{_VIEW}{slug} {shared_scope(scope)}"


def shared_scope(scope: str) -> str:
    """The scope of the same picture for everybody."""
    return scope.split(" ", 1)[1] if scope.startswith(_VIEW) else scope


class Positions:
    """A file of positions, for each drawing and scope (a scope is what the picture is of: a set of areas).

    Several sessions may write at once; the last one wins, and a position once saved stays until it is
    overwritten or forgotten, also while its actor is out of the picture.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._engine: Engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": 15})

        @event.listens_for(self._engine, "connect")
        def _wal(connection: object, _record: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.close()

        _METADATA.create_all(self._engine)
        self._guard = threading.Lock()
        self._arranging: dict[tuple[str, str], threading.Lock] = {}
        self._changes: dict[str, int] = {}

    def load(self, drawing: str, scope: str) -> Points:
        """Every saved position of that drawing and scope; empty where nothing is saved."""
        with self._engine.connect() as connection:
            # Past SQLAlchemy's rows: a picture may have 50,000 of them.
            rows = connection.connection.cursor().execute("SELECT actor, x, y FROM positions WHERE drawing = ? AND scope = ?", (drawing, scope))
            return {actor: (x, y) for actor, x, y in rows}

    def copy(self, drawing: str, scope: str, to: str) -> None:
        """Keeps everything of a drawing (in all its variants, and who was dragged) under another scope, in place of what was there."""
        if scope == to:
            return
        mine = _of(drawing)
        with self._engine.begin() as connection:
            found = [dict(row._mapping) | {"scope": to} for row in connection.execute(select(_POSITIONS).where(mine, _POSITIONS.c.scope == scope))]
            connection.execute(delete(_POSITIONS).where(mine, _POSITIONS.c.scope == to))
            if found:
                connection.execute(insert(_POSITIONS), found)
        self._changed(to)

    def take_out(self, beginning: str) -> dict[tuple[str, str], Points]:
        """Drops everything of the scopes that begin so, and returns it by drawing and scope."""
        mine = _POSITIONS.c.scope.startswith(beginning, autoescape=True)
        taken: dict[tuple[str, str], Points] = {}
        with self._engine.begin() as connection:
            for row in connection.execute(select(_POSITIONS).where(mine)):
                taken.setdefault((row.drawing, row.scope), {})[row.actor] = (row.x, row.y)
            connection.execute(delete(_POSITIONS).where(mine))
        for _drawing, scope in taken:
            self._changed(scope)
        return taken

    def save(self, drawing: str, scope: str, positions: Points) -> None:
        """Keeps these positions and leaves those of other actors as they are."""
        if not positions:
            return
        rows = [{"drawing": drawing, "scope": scope, "actor": actor, "x": float(x), "y": float(y)} for actor, (x, y) in positions.items()]
        statement = insert(_POSITIONS)
        statement = statement.on_conflict_do_update(index_elements=["drawing", "scope", "actor"], set_={"x": statement.excluded.x, "y": statement.excluded.y})
        with self._engine.begin() as connection:
            connection.execute(statement, rows)
        self._changed(scope)

    def forget(self, drawing: str, scope: str) -> None:
        """Drops what is saved for that drawing and scope; the next picture is arranged afresh."""
        with self._engine.begin() as connection:
            connection.execute(delete(_POSITIONS).where(_POSITIONS.c.drawing == drawing, _POSITIONS.c.scope == scope))
        self._changed(scope)

    def changes(self, scope: str) -> str:
        """Another word whenever positions of that scope were saved or forgotten here: a drawing that was kept is good while it is the same."""
        return f"{self._path} {self._changes.get(scope, 0)}"

    @contextmanager
    def arranging(self, drawing: str, scope: str) -> Iterator[None]:
        """Held while a picture is arranged, so that two sessions never do the same long work at once."""
        with self._guard:
            lock = self._arranging.setdefault((drawing, scope), threading.Lock())
        with lock:
            yield

    def _changed(self, scope: str) -> None:
        with self._guard:
            self._changes[scope] = self._changes.get(scope, 0) + 1

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    def __enter__(self) -> Positions:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _of(drawing: str) -> ColumnElement[bool]:
    """The rows of a drawing, of its variants ("netz-areas"), and of who was dragged there ("netz by hand")."""
    named = _POSITIONS.c.drawing
    return (named == drawing) | named.startswith(drawing + "-", autoescape=True) | named.startswith(drawing + " ", autoescape=True)
