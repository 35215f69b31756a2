"""Pictures of the Akteurslandkarte that people have named, to open them again: what was chosen, and where everybody stood."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import URL, Column, Engine, MetaData, String, Table, create_engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from views.positions import Points, Positions, scope_of_view
from views.words import _

NAME_MOST = 80
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for each other when a link is read out."""
_SLUG = 8

_METADATA = MetaData()
_VIEWS = Table(
    "saved_views",
    _METADATA,
    Column("slug", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("folded", String, nullable=False, unique=True),
    Column("query", String, nullable=False),
    Column("created", String, nullable=False),
    Column("changed", String, nullable=False),
    Column("user", String, nullable=False),
)


class BadName(ValueError):
    """The name is empty, too long, or another view has it; the message says so in the language of the page."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A named picture. ``slug`` stands in links and never changes; ``query`` are the parameters of the address; times are ISO, UTC; ``user`` may be ""."""

    slug: str
    name: str
    query: dict[str, str]
    created: str
    changed: str
    user: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A view that was deleted, with everything that is needed to bring it back: its positions by drawing and scope."""

    view: SavedView
    positions: dict[tuple[str, str], Points]


class SavedViews:
    """The named views, in the same file as the positions. Names are unique, whatever their case; several sessions may write at once."""

    def __init__(self, path: Path, positions: Positions) -> None:
        self._engine: Engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": 15})
        self._positions = positions
        _METADATA.create_all(self._engine)

    def all(self) -> list[SavedView]:
        """Every view, by name."""
        with self._engine.connect() as connection:
            return [_view(row._mapping) for row in connection.execute(select(_VIEWS).order_by(_VIEWS.c.folded))]

    def get(self, slug: str) -> SavedView | None:
        """The view of a link; None where there is none (any more)."""
        with self._engine.connect() as connection:
            row = connection.execute(select(_VIEWS).where(_VIEWS.c.slug == slug)).first()
            return _view(row._mapping) if row else None

    def add(self, name: str, query: Mapping[str, str], *, drawing: str, scope: str, user: str = "") -> SavedView:
        """Keeps a new view and a copy of the positions of its drawing and scope (``Picture.scope``). Raises ``BadName``."""
        now = _now()
        view = SavedView("".join(secrets.choice(_LETTERS) for _place in range(_SLUG)), _name(name), dict(query), now, now, user)
        self._insert(view)
        self._positions.copy(drawing, scope, scope_of_view(view.slug, scope))
        return view

    def replace(self, slug: str, query: Mapping[str, str], *, drawing: str, scope: str) -> None:
        """Saves over a view: another choice under the same name and link; drawing and scope are those of the picture that shows now."""
        own = scope_of_view(slug, scope)
        if own != scope:
            self._positions.take_out(scope_of_view(slug, ""))
            self._positions.copy(drawing, scope, own)
        with self._engine.begin() as connection:
            connection.execute(update(_VIEWS).where(_VIEWS.c.slug == slug).values(query=urlencode(query), changed=_now()))

    def rename(self, slug: str, name: str) -> None:
        """Gives a view another name; its link stays. Raises ``BadName``."""
        name = _name(name)
        try:
            with self._engine.begin() as connection:
                connection.execute(update(_VIEWS).where(_VIEWS.c.slug == slug).values(name=name, folded=name.casefold(), changed=_now()))
        except IntegrityError as error:
            raise BadName(_("Eine Ansicht mit diesem Namen gibt es schon.")) from error

    def remove(self, slug: str) -> Removed | None:
        """Deletes a view and its positions, and returns both; None where it is already gone."""
        view = self.get(slug)
        if view is None:
            return None
        positions = self._positions.take_out(scope_of_view(slug, ""))
        with self._engine.begin() as connection:
            connection.execute(delete(_VIEWS).where(_VIEWS.c.slug == slug))
        return Removed(view, positions)

    def restore(self, removed: Removed) -> SavedView:
        """Brings a deleted view back under its link; where its name is taken by now, with a number behind."""
        view, number = removed.view, 1
        while True:
            behind = "" if number == 1 else f" ({number})"
            name = view.name[: NAME_MOST - len(behind)] + behind
            try:
                restored = SavedView(view.slug, name, view.query, view.created, view.changed, view.user)
                self._insert(restored)
                break
            except BadName:
                if (known := self.get(view.slug)) is not None:
                    return known  # somebody was quicker
                number += 1
        for (drawing, scope), points in removed.positions.items():
            self._positions.save(drawing, scope, points)
        return restored

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    def _insert(self, view: SavedView) -> None:
        values = {
            "slug": view.slug,
            "name": view.name,
            "folded": view.name.casefold(),
            "query": urlencode(view.query),
            "created": view.created,
            "changed": view.changed,
            "user": view.user,
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_VIEWS).values(**values))
        except IntegrityError as error:
            raise BadName(_("Eine Ansicht mit diesem Namen gibt es schon.")) from error


def _name(name: str) -> str:
    """A name as it is kept: trimmed, one space between words. Raises ``BadName`` where there is nothing left, or too much."""
    name = " ".join(name.split())
    if not name:
        raise BadName(_("Bitte einen Namen eingeben."))
    if len(name) > NAME_MOST:
        raise BadName(_("Der Name ist zu lang; höchstens {n} Zeichen.").format(n=NAME_MOST))
    return name


def _view(row: Mapping[str, Any]) -> SavedView:
    query = dict(parse_qsl(row["query"], keep_blank_values=True))
    return SavedView(row["slug"], row["name"], query, row["created"], row["changed"], row["user"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
