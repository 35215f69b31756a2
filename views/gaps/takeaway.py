"""What the page shows, as an Excel file: matrix, gaps with their numbers, what has changed, and how to read it."""

from __future__ import annotations

import pandas as pd

from graph import schema
from queries.area_needs import weights_of
from queries.gaps import coverage
from views.districts.fills import CHECKED, CHECKED_TEXT, ink_on
from views.gaps import sentences
from views.gaps.choice import Spot
from views.gaps.seen import Seen
from views.gaps.tones import fill
from views.spreadsheet import Look, Sheet, Value, workbook
from views.words import _, day, language


def file(seen: Seen) -> bytes:
    """The workbook of what is chosen."""
    sheets = [_matrix(seen), _gaps(seen)]
    if seen.changed is not None:
        sheets.append(_changed(seen))
    return workbook([*sheets, _about(seen)])


def _matrix(seen: Seen) -> Sheet:
    cells = seen.cells
    columns = cells.drop_duplicates("column")
    rows: list[list[Value]] = []
    looks: dict[tuple[int, int], Look] = {}
    for r, (_row, group) in enumerate(cells.groupby("row", sort=False)):
        line: list[Value] = [str(group["row_name"].iloc[0])]
        for c, cell in enumerate(group.itertuples(index=False), 1):
            made = fill(str(cell.state), int(str(cell.n)), "")
            line.append("?" if made.state == "unknown" else int(made.value or 0))
            looks[r, c] = {
                "value": Look(made.colour, ink_on(made.colour)),
                "checked": Look(ink=CHECKED_TEXT, frame=CHECKED),
                "unknown": Look(hatched=True),
            }[made.state]
        rows.append(line)
    heads = [schema.NODES[seen.choice.rows].label.in_(language()), *map(str, columns["column_name"])]
    return Sheet(_("Matrix"), heads, rows, looks)


def _gaps(seen: Seen) -> Sheet:
    heads = [_("Rang"), _("Gebiet"), _("Thema"), _("Bildungsphase"), _("Stand"), _("Dringlichkeit"), _("Bester Rang"), _("Schlechtester Rang")]
    heads += [_("Bedarf"), _("Hier"), _("Nebenan"), _("Nachbarn"), _("Kennzahlen"), _("Formel"), _("Beleg"), _("Entscheidung")]
    rows: list[list[Value]] = []
    for row in seen.listed.to_dict("records"):
        mark = seen.mark(Spot(row["area"], row["theme"], row["stage"], seen.choice.group))
        state = _("geprüft, kein Angebot") if row["state"] == "checked" else _("nicht erhoben")
        line: list[Value] = [int(row["rank"]), row["area_name"], row["theme_name"], row["stage_name"], state, round(float(row["priority"]), 1)]
        line += [int(row["low"]), int(row["high"]), round(float(row["need"]), 3), int(row["n"]), int(row["nearby"]), row["neighbours"]]
        line += [row["indicators"], row["formula"], sentences.evidence(seen, row), sentences.decided(mark) if mark else ""]
        rows.append(line)
    return Sheet(_("Lücken"), heads, rows)


def _changed(seen: Seen) -> Sheet:
    words = sentences.change_words()
    changed = seen.changed if seen.changed is not None else pd.DataFrame()
    rows: list[list[Value]] = [
        [words[row["change"]], row["area_name"], row["theme_name"], row["stage_name"], int(row["before"]), int(row["now"])]
        for row in changed.to_dict("records")
    ]
    heads = [_("Veränderung"), _("Gebiet"), _("Thema"), _("Bildungsphase"), _("Damals"), _("Jetzt")]
    return Sheet(_("Seit {day}").format(day=day(seen.choice.since)), heads, rows)


def _about(seen: Seen) -> Sheet:
    """What was chosen, how to read it, and where it comes from."""
    chosen = seen.choice
    rows: list[list[Value]] = [[_("Titel"), sentences.title(seen)], [_("Grundgesamtheit"), sentences.denominator(seen)]]
    for kind, value in (("Area", chosen.area), ("Theme", chosen.theme), ("Stage", chosen.stage), ("TargetGroup", chosen.group)):
        rows.append([schema.NODES[kind].label.in_(language()), seen.name(value) if value else _("alle")])
    rows += [[_("Gewicht: {name}").format(name=seen.needs.names[key]), weight] for key, weight in weights_of(seen.needs, chosen.weights).items()]
    rows += [[_("Gewicht der Nachbarn"), chosen.easing], [_("Nachbarn bis km"), chosen.distance], [_("Einzugsgebiet in km"), chosen.catchment]]
    rows.append([_("Wie zu lesen"), coverage.ABOUT.reading.in_(language())])
    rows += [[_("Quelle: {name}").format(name=seen.needs.names[key]), source] for key, source in seen.needs.sources.items()]
    items = seen.view.nodes.iloc[seen.cube.items]
    titles = sorted({title for text in items["source"].dropna() for title in str(text).split("; ")})
    rows.append([_("Quellen der Angebote und Projekte"), "; ".join(titles)])
    return Sheet(_("Angaben"), ["", ""], rows)
