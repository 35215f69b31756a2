"""The picture that a choice asks for: who is in it, tied how, where everybody stands, and the sentence over it.

The Akteurslandkarte and the Vortrag show the same picture because both take it from here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from graph.snapshot import Snapshot
from graph.texts import Places
from views import changes, facets, naming, sentences
from views.answers import Recent, bytes_of
from views.changes import Changes, between
from views.drawing import Drawing, draw, drawable
from views.packing import ends_of
from views.positions import Positions, scope_of_view
from views.state import Choice
from views.story import Story, story
from views.words import _, language

MEASURES = ("ties", "betweenness", "seats")
"""What the size of symbols in the Netz can follow (``queries/network/measures.py``)."""
Ask = Callable[..., pd.DataFrame]
"""Runs an analysis by its name (:func:`views.data.ask`)."""


_PICTURES = 96_000_000
"""Bytes of the tables of the pictures that are kept for each network."""
_MADE = 20
"""Sentences and drawings that are kept for each picture."""

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Picture:
    """What a choice shows. ``actors`` are all of the area (or of the Umfeld), ``shown`` those that the filters leave, ``ties`` those among them."""

    view: Snapshot
    choice: Choice
    as_of: str
    actors: pd.DataFrame
    shown: pd.DataFrame
    ties: pd.DataFrame
    around: dict[str, int]
    """Steps from the actor whose Umfeld is shown; empty where an area is."""
    all_ties: pd.DataFrame
    """Ties among those shown, also those whose lines are switched off."""
    tie_counts: dict[str, int]
    """How many ties of each kind the drawing has to show, those that are switched off, too."""

    type_counts: dict[str, int]
    """How many of each type the picture shows; of a type that is switched off, how many it would show."""

    offered: dict[str, list[facets.Value]]
    """What can be filtered by, with counts."""

    changed: Changes | None = None
    """What has changed since a day, where one is chosen; ``shown`` are then only those whom it touches, also who left."""

    common_theme: str = ""
    """A theme that all whom the reader lets stand out work for, if there is one."""

    sizes: Mapping[str, float] = field(default_factory=dict)
    """The measure of each shown actor that the size of its symbol follows; empty where it follows none."""

    made: Recent[Any] = field(default_factory=lambda: Recent(_MADE), repr=False)
    """Sentences and drawings of this picture, made once for everybody who sees it, whomever they have selected in it."""

    @property
    def place(self) -> str:
        """The chosen areas in words."""
        return naming.phrase(self.view, self.choice.areas)

    @property
    def title(self) -> str:
        """The sentence over the picture."""
        return self.once("title", lambda: changes.title(self.changed, self.place) if self.changed else sentences.title(self._seen))

    @property
    def summary(self) -> str:
        """The picture in words, for those who do not see it."""
        return self.once("summary", lambda: sentences.summary(self._seen))

    @property
    def _seen(self) -> sentences.Seen:
        """What the sentences are about: those who are shown, with all their ties, also those whose lines are switched off."""
        return self.once("seen", self._to_be_said)

    def _to_be_said(self) -> sentences.Seen:
        choice = self.choice
        place = ", ".join([self.place, *facets.in_words(self.view.nodes, choice, language())])
        middle = str(self.view.nodes["name"].get(choice.actor or "", "")) if self.around else None
        surveyed = bool((self.view.edges["type"] == "MEMBER_OF").any())
        shaped = not self.shown.empty or _shaped(self.view, choice.areas)
        known = bool((self.view.nodes["type"] == "Gremium").any())
        return sentences.Seen(
            self.shown, self.all_ties, place, choice.drawing, middle, self.around, choice.emphasis, self.common_theme, surveyed, shaped, known
        )

    @property
    def story(self) -> Story | None:
        """Who stands out of the picture."""
        return self.once("story", lambda: story(self.shown, self.ties, self.choice.emphasis))

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What ``make`` makes of this picture, in the reader's language; made once for everybody who sees it. It is shared: never change it."""
        found: Made = self.made.get((name, language()), make)
        return found

    @property
    def scope(self) -> str:
        """What the picture is of; positions are kept for each scope. A saved view has its own for the picture that was saved."""
        choice = self.choice
        return scope_of_view(choice.saved, choice.scope) if choice.saved and choice.own == choice.drawing_and_scope else choice.scope

    def drawing(self, positions: Positions, *, limits: Mapping[str, int] | None = None, opened: Collection[str] | None = None) -> Drawing:
        """Who stands where. The same picture is drawn once for all sessions; a large Netz that nobody has opened yet takes its time.

        ``limits`` are the rows that each column holds, ``opened`` the folds that are open, where they are not those chosen;
        with limits the Netz folds, too.
        """
        choice = self.choice if opened is None else replace(self.choice, opened=tuple(opened))
        room = tuple(sorted(limits.items())) if limits else None
        key = ("drawing", language(), choice.opened, choice.whole, choice.grouping, room, self.scope, id(positions), positions.changes(self.scope))
        waits = nullcontext() if key in self.made else st.spinner(_("Das Netz wird angeordnet ..."))
        with waits:
            found: Drawing = self.made.get(key, lambda: self._drawn(positions, choice, limits))
        return found

    def beside(self, actor: str | None) -> list[str]:
        """Who has a tie in this picture with ``actor``, by id."""
        ids = self.actors.index
        if actor is None or actor not in ids:
            return []
        ends: tuple[Places, Places] = self.once("ends of ties", lambda: ends_of(self.ties, ids))
        place, (a, b) = ids.get_loc(actor), ends
        others = set(b[a == place].tolist()) | set(a[b == place].tolist())
        return sorted(str(ids[other]) for other in others - {place, -1})

    def _drawn(self, positions: Positions, choice: Choice, limits: Mapping[str, int] | None) -> Drawing:
        shown = self.shown
        return draw(
            choice.drawing,
            shown.assign(shared=self.view.labels.reindex(shown.index) != shown["name"]),
            self.ties,
            scope=self.scope,
            positions=positions,
            language=language(),
            opened=frozenset(choice.opened),
            steps=self.around,
            changed=self.changed,
            whole=choice.whole and not limits,
            grouping=choice.grouping,
            sizes=self.sizes,
            limits=limits,
            emphasis=self.story.actors if self.story else frozenset(),
            alone=self.story.named if self.story else frozenset(),
        )


def picture_of(view: Snapshot, choice: Choice, ask: Ask) -> Picture:
    """The picture of ``choice``. Its areas and its actor must be in ``view``.

    The same picture is made once for all sessions; ``ask`` must answer from ``view``.
    """
    as_of = choice.day or date.today().isoformat()
    content = _content(choice)
    pictures: Recent[Picture] = view.once("pictures", lambda: Recent(_PICTURES, lambda made: bytes_of(made.actors, made.shown, made.ties)))
    return replace(pictures.get((content, as_of, language()), lambda: _made(view, content, as_of, ask)), choice=choice)


def _content(choice: Choice) -> Choice:
    """What decides who is in a picture: a choice without what its reader has selected, opened, or sees beside it."""
    beside = Choice()
    kept = choice if choice.is_around else replace(choice, actor=None, steps=0)
    kept = kept if choice.drawing == "netz" else replace(kept, measure="")
    without = ("day", "opened", "grouping", "whole", "shading", "classes", "tab", "order", "saved", "own")
    return replace(kept, **{name: getattr(beside, name) for name in without})


def _made(view: Snapshot, choice: Choice, as_of: str, ask: Ask) -> Picture:
    actors, around = _actors(choice, as_of, ask)
    ties = ask("network/ties", actors=list(actors.index), as_of=as_of)
    since = _since(choice, as_of, actors, ties, ask)
    if since:
        changed, before, before_ties = since
        actors = pd.concat([actors, before[~before.index.isin(actors.index)]])
        gone = [key in changed.ties for key in zip(before_ties["a"], before_ties["b"], before_ties["kind"], strict=True)]
        ties = pd.concat([ties, before_ties.loc[gone]], ignore_index=True)
    of_type = actors.index[actors["type"].isin(choice.types)]
    if since:
        of_type = of_type[of_type.isin(changed.among(of_type).touched)]
    serves: facets.Served = view.at(as_of).once("served", lambda: facets.Served(ask("network/facets", as_of=as_of), view.nodes))
    left = facets.kept(of_type, serves, choice)
    # In its own Umfeld the one in the middle stays, whatever is filtered.
    shown = actors[actors.index.isin(left) | (actors.index == choice.actor)] if around else actors.loc[left]
    among = ties if len(shown) == len(actors) else ties[ties["a"].isin(shown.index) & ties["b"].isin(shown.index)]
    sizes: dict[str, float] = {}
    if choice.drawing == "netz" and choice.measure in MEASURES:
        measured = ask("network/measures", actors=list(shown.index), measure=choice.measure, as_of=as_of)
        sizes = dict(zip(measured["id"], measured["value"].astype(float), strict=True))
    counts = drawable(choice.drawing, shown, among)[1]["kind"].value_counts()
    others = facets.kept(actors.index[~actors["type"].isin(choice.types)], serves, choice)
    if since:
        others = others[others.isin(changed.among(actors.index).touched)]
    by_type = pd.concat([shown["type"], actors.loc[others.difference(shown.index), "type"]]).value_counts()
    return Picture(
        view=view,
        choice=choice,
        as_of=as_of,
        actors=actors,
        shown=shown,
        ties=among[~among["kind"].isin(choice.hidden_ties)] if choice.hidden_ties else among,
        around=around,
        all_ties=among,
        tie_counts={str(kind): int(n) for kind, n in counts.items()},
        type_counts={str(name): int(n) for name, n in by_type.items()},
        offered=facets.values(of_type, serves, choice),
        changed=changed.among(shown.index) if since else None,
        sizes=sizes,
        common_theme=facets.common_theme(choice.emphasis, serves),
    )


def _shaped(view: Snapshot, areas: Collection[str]) -> bool:
    """Has one of these areas, or of their parts, a shape, where areas have shapes at all?"""
    known = naming.frame(view)["geometry"].notna()
    return not areas or not known.any() or bool(known.reindex(list(view.areas.within(areas)), fill_value=False).any())


def _actors(choice: Choice, as_of: str, ask: Ask) -> tuple[pd.DataFrame, dict[str, int]]:
    """Who is in the picture on a day: the actors of the areas, or an Umfeld with the steps to each."""
    if not choice.is_around:
        return ask("network/area_actors", areas=list(choice.areas), as_of=as_of), {}
    found = ask("network/neighbourhood", actor=choice.actor, steps=max(1, choice.steps), as_of=as_of)
    around = dict(zip(found["id"], found["step"].astype(int), strict=True))
    return ask("network/area_actors", areas=[], as_of=as_of).reindex(found["id"]).dropna(subset=["type"]), around


def _since(choice: Choice, as_of: str, actors: pd.DataFrame, ties: pd.DataFrame, ask: Ask) -> tuple[Changes, pd.DataFrame, pd.DataFrame] | None:
    """What has changed since the chosen day, and the picture of that day; None where no earlier day is chosen."""
    if not choice.since or choice.since >= as_of:
        return None
    before, _ = _actors(choice, choice.since, ask)
    before_ties = ask("network/ties", actors=list(before.index), as_of=choice.since)
    return between(choice.since, (before.index, before_ties), (actors.index, ties)), before, before_ties
