"""Themes that hang on a single actor, and what falls if its funding ends."""

from __future__ import annotations

import pandas as pd

from graph.model import Text
from graph.snapshot import Snapshot
from queries import standing
from queries.catalog import Analysis, Column
from queries.standing import typed

ABOUT = Analysis(
    title=Text("Themen, die ein einziger Akteur trägt", "Themes that a single actor carries"),
    question=Text(
        "Welche Themen hängen an einem einzigen Akteur, und was fällt weg, wenn dessen Förderung endet?",
        "Which themes hang on a single actor, and what falls if its funding ends?",
    ),
    reading=Text(
        "Ein Thema trägt, wer es selbst bearbeitet oder Träger eines Angebots oder Projekts dazu ist (ohne Träger: wer es leitet; sonst steht das "
        "Angebot für sich). "
        "Gremien und Ziele tragen nichts. Eine Zeile ist ein Thema mit nur einem Träger; was von ihm abhängt, steht dabei.",
        "A theme is carried by whoever works on it or runs an offer or project for it (without a provider: who leads it; else the offer stands for "
        "itself). Committees and "
        "goals carry nothing. One row is a theme with only one carrier, with all that depends on it.",
    ),
    denominator=Text("Themen, die überhaupt jemand trägt", "themes that anybody carries"),
    columns=(
        Column("theme", Text("Thema", "Theme")),
        Column("carrier", Text("Einziger Träger", "Only carrier")),
        Column("offers", Text("Angebote", "Offers")),
        Column("projects", Text("Projekte", "Projects")),
        Column("falls", Text("Was wegfiele", "What would fall")),
        Column("funders", Text("Geld von", "Money from")),
        Column("until", Text("Längstens bis", "At the longest until")),
        Column("evidence", Text("Beleg", "Evidence")),
    ),
    parameters=(standing.AS_OF, standing.LANGUAGE),
)


def run(snapshot: Snapshot, as_of: str = "", language: str = "de") -> pd.DataFrame:
    """One row per theme with a single carrier, by name. ``until`` is the last day of its limited funding, None where none is known or one has no limit."""
    view, day = standing.on(snapshot, as_of)
    carried = _carried(view, day)
    each = carried.drop_duplicates(["theme", "carrier"]).groupby("theme")
    alone = carried[carried["theme"].isin(each.size().loc[lambda n: n == 1].index)]
    types = standing.types_of(view)
    rows: list[dict[str, object]] = []
    for theme, group in alone.groupby("theme"):
        carrier, works = str(group["carrier"].iloc[0]), sorted({work for work in group["work"] if types[work] != "Institution"})
        counts = {kind: sum(types[work] == kind for work in works) for kind in ("Offer", "Project")}
        funders, until = _money(view, [carrier, *works])
        rows.append(
            {
                "theme": theme,
                "carrier": carrier,
                "offers": counts["Offer"],
                "projects": counts["Project"],
                "falls": standing.names(view, works, 12, language) or None,
                "funders": standing.names(view, funders, 5, language) or None,
                "until": until,
                "evidence": _evidence(view, str(theme), carrier, counts, funders, until, language),
            }
        )
    rows.sort(key=lambda row: str(standing.names_of(view).get(row["theme"])))
    return standing.table(ABOUT, rows, of=each.ngroups)


def _carried(view: Snapshot, day: str) -> pd.DataFrame:
    """Theme, what is there for it, and who carries that (itself where nobody is known)."""
    works = standing.alive(view, day, "Offer", "Project", columns=()).index
    houses = standing.alive(view, day, "Institution", columns=()).index
    about = standing.edges_of(view, ("ADDRESSES",)).set_axis(["work", "theme"], axis=1).drop_duplicates()
    about = about[about["work"].isin(works.union(houses)) & about["theme"].map(standing.types_of(view)).eq("Theme").to_numpy(dtype=bool)]
    runs = standing.edges_of(view, ("RUNS",)).set_axis(["carrier", "work"], axis=1)
    runs = runs[runs["work"].isin(works)]
    led = standing.edges_of(view, ("LED_BY",)).set_axis(["work", "carrier"], axis=1)
    led = led[led["work"].isin(works) & ~led["work"].isin(runs["work"]) & led["carrier"].isin(houses)]
    found = about.merge(pd.concat([runs, led]), on="work", how="left")
    return found.assign(carrier=found["carrier"].fillna(found["work"]))


def _money(view: Snapshot, receivers: list[str]) -> tuple[list[str], str | None]:
    """Who gives money to these, and the last day on which any of it still comes (None: unknown, or without a limit)."""
    edges = view.touching(receivers)
    funds = edges[(edges["type"] == "FUNDS").to_numpy(dtype=bool) & edges["end"].isin(receivers).to_numpy(dtype=bool)]
    limits = funds["until"].dropna()
    return list(funds["start"].unique()), str(limits.max()) if len(limits) and len(limits) == len(funds) else None


def _evidence(view: Snapshot, theme: str, carrier: str, counts: dict[str, int], funders: list[str], until: str | None, language: str) -> str:
    called = standing.names_of(view)
    works = [typed(n, kind, language) for kind, n in counts.items() if n]
    told = (
        Text("Alles zu „{theme}“ trägt {carrier}", "Everything on “{theme}” is carried by {carrier}")
        .in_(language)
        .format(theme=called[theme], carrier=called[carrier])
    )
    parts = [told + (f" ({', '.join(works)})" if works else "")]
    if funders:
        money = Text("Geld von {funders}", "money from {funders}").in_(language).format(funders=standing.names(view, funders, 3, language))
        parts.append(money + (Text(" bis {day}", " until {day}").in_(language).format(day=standing.day_words(until, language)) if until else ""))
        parts.append(Text("endet sie, bleibt zu dem Thema nichts", "when it ends, nothing is left for the theme").in_(language))
    else:
        parts.append(Text("woher das Geld kommt, ist nicht erfasst", "where the money comes from is not known").in_(language))
    return "; ".join(parts)
