"""The sentence over a picture, computed from the very numbers that the picture shows."""

from __future__ import annotations

import pandas as pd

from views.words import _, count_of, number


def title(actors: pd.DataFrame, ties: pd.DataFrame, place: str, around: str | None = None) -> str:
    """What is to be seen: how many institutions of the place work in how many Gremien.

    ``actors`` and ``ties`` are those of the picture; actors from outside do not count as institutions of the
    place. ``around`` is the name of the actor whose Umfeld is shown instead of an area.
    """
    if around:
        others = len(actors) - 1
        return _("{name}: {n} im Umfeld").format(name=around, n=count_of(others, _("Akteur"), _("Akteure")))
    if actors.empty:
        return _("{place}: noch niemand erfasst").format(place=place)
    outside = actors["outside"].fillna(False).astype(bool)
    institutions = set(actors.index[(actors["type"] == "Institution") & ~outside])
    gremien = set(actors.index[actors["type"] == "Gremium"])
    if not institutions:
        return _("{place}: {gremien}, keine Institution am Ort").format(place=place, gremien=count_of(len(gremien), _("Gremium"), _("Gremien")))
    if not gremien:
        return _("{place}: {institutions}, kein Gremium").format(place=place, institutions=count_of(len(institutions), _("Institution"), _("Institutionen")))
    seats = ties[(ties["kind"] == "MEMBER_OF") & ties["a"].isin(institutions) & ties["b"].isin(gremien)]
    sitting, where = int(seats["a"].nunique()), int(seats["b"].nunique())
    if not sitting:
        return _("{place}: keine der {n} Institutionen arbeitet in einem Gremium mit").format(place=place, n=number(len(institutions)))
    bodies = count_of(where, _("Gremium"), _("Gremien"))
    if len(institutions) == 1:
        return _("{place}: die einzige Institution arbeitet in {gremien} mit").format(place=place, gremien=bodies)
    if sitting == 1:
        return _("{place}: 1 von {n} Institutionen arbeitet in {gremien} mit").format(place=place, n=number(len(institutions)), gremien=bodies)
    return _("{place}: {m} von {n} Institutionen arbeiten in {gremien} mit").format(place=place, m=number(sitting), n=number(len(institutions)), gremien=bodies)
