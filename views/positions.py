"""Where actors stood in a drawing, kept between sessions: a picture that people know does not rearrange itself."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, Column, Engine, Float, MetaData, String, Table, create_engine, delete, event, select
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


class Positions:
    """A file of positions, for each drawing and scope (a scope is what the picture is of: a set of areas).

    Several sessions may write at once; the last one wins, and a position once saved stays until it is
    overwritten or forgotten, also while its actor is out of the picture.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine: Engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": 15})

        @event.listens_for(self._engine, "connect")
        def _wal(connection: object, _record: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.close()

        _METADATA.create_all(self._engine)

    def load(self, drawing: str, scope: str) -> Points:
        """Every saved position of that drawing and scope; empty where nothing is saved."""
        wanted = select(_POSITIONS.c.actor, _POSITIONS.c.x, _POSITIONS.c.y).where(_POSITIONS.c.drawing == drawing, _POSITIONS.c.scope == scope)
        with self._engine.connect() as connection:
            return {actor: (x, y) for actor, x, y in connection.execute(wanted)}

    def save(self, drawing: str, scope: str, positions: Points) -> None:
        """Keeps these positions and leaves those of other actors as they are."""
        if not positions:
            return
        rows = [{"drawing": drawing, "scope": scope, "actor": actor, "x": float(x), "y": float(y)} for actor, (x, y) in positions.items()]
        statement = insert(_POSITIONS)
        statement = statement.on_conflict_do_update(index_elements=["drawing", "scope", "actor"], set_={"x": statement.excluded.x, "y": statement.excluded.y})
        with self._engine.begin() as connection:
            connection.execute(statement, rows)

    def forget(self, drawing: str, scope: str) -> None:
        """Drops what is saved for that drawing and scope; the next picture is arranged afresh."""
        with self._engine.begin() as connection:
            connection.execute(delete(_POSITIONS).where(_POSITIONS.c.drawing == drawing, _POSITIONS.c.scope == scope))

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    def __enter__(self) -> Positions:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
