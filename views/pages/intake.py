"""Daten einlesen: upload, check, see the report, take over; or leave it, and nothing has changed.

The one page that may call ``ingest``. Files stay in memory and are on disk only while they are being read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from graph.embedded import ServerError
from graph.home import Home
from graph.ledger import LedgerError
from graph.store import StoreError
from ingest import guess
from ingest.mapping.file import ENDINGS, dump
from ingest.mapping.proposal import propose
from ingest.reporting import mending, report_files
from ingest.reporting.pace import Meter, Pace
from ingest.reporting.report import Report
from ingest.run import ingest, sources
from ingest.source import Source, Unreadable
from ingest.tabular.template import write_template
from queries.duplicates.newcomers import resembling
from views import data, frame, report_view, state, upload_field
from views.beside import beside
from views.fragment import fragment
from views.job import Job
from views.kept import ENTERED
from views.profile import safe
from views.uploads import base_name, on_disk
from views.words import _, count_of, day, language, number

_STATE = "intake"
_LOOK, _PATIENCE = 0.7, 0.3
"""Seconds between two looks at the work, and that a look waits: a small file is done at the first."""

_MAPPING = "mapping"
"""The option of a source that is the path of another file: it is uploaded beside the table, and never typed in here."""

_IN_FOLDERS = ("tables", "hsds")
"""Sources that read several CSV files as one folder."""


@dataclass
class _Outcome:
    """What a check or a take-over left: the report, and the rejected rows as a workbook (empty where there are none)."""

    report: Report
    rejected: bytes = b""


@dataclass
class _Chosen:
    """What is to be read, as the inputs of the page say it."""

    files: list[Any]
    source: str
    options: dict[str, str]
    together: str = ""

    @property
    def mark(self) -> tuple[object, ...]:
        """Changes with everything that a report depends on."""
        return (*(file.file_id for file in self.files), self.source, *sorted(self.options.items()), self.together)

    @property
    def names(self) -> list[str]:
        """What the datasets are named by."""
        return [base_name(self.together)] if self.together else [base_name(file.name) for file in self.files]


@dataclass
class _Stage:
    """Where somebody is on this page. ``outcome`` belongs to the inputs of ``mark``."""

    round: int = 0
    mark: tuple[object, ...] = ()
    names: list[str] = field(default_factory=list)
    job: Job[_Outcome] | None = None
    pace: Callable[[], Pace] = Pace
    taking: bool = False
    outcome: _Outcome | None = None
    taken: bool = False
    error: str = ""


def page() -> None:
    """The page."""
    data.guarded(_page)


def _page() -> None:
    if data.role() != "internal":
        st.markdown("# " + _("Daten einlesen"))
        st.info(_("Einlesen kann nur, wer mit den Daten arbeitet. Diese Ansicht ist öffentlich und zeigt sie nur."))
        return
    if st.session_state.get(ENTERED) and _STATE in st.session_state and not _now().taking:
        _forget()
    now = _now()
    st.markdown("# " + _("Daten einlesen"))
    st.markdown(_("Hochladen, prüfen, Bericht ansehen, übernehmen. Bis dahin ändert sich nichts; die Dateien verlassen diesen Rechner nicht."))
    left, right = beside([3.4, 7.6], gap="large")
    with left:
        chosen = _inputs(now)
    with right, st.container(key="intake_result"):
        _result(now, chosen)


def _now() -> _Stage:
    now: _Stage = st.session_state.setdefault(_STATE, _Stage())
    return now


def _forget() -> None:
    """Back to the beginning, with an empty file field."""
    now = _now()
    if now.job:
        now.job.cancel()
    st.session_state[_STATE] = _Stage(now.round + 1)


# ---- what to read ------------------------------------------------------------------------------------


def _inputs(now: _Stage) -> _Chosen | None:
    """The left side; None while nothing can be checked."""
    busy = now.job is not None
    with st.container(key="upload"):
        files = upload_field.files(key=f"intake_files_{now.round}", disabled=busy)
    if not files:
        return None
    every = sources()
    usual = _usual(files, every)
    name = st.selectbox(
        _("Art der Daten"),
        list(every),
        index=list(every).index(usual),
        key=f"intake_source_{now.round}_{usual}",
        format_func=lambda name: every[name].ABOUT.title.in_(language()),
        disabled=busy,
    )
    st.markdown(f":small[:gray[{safe(every[name].ABOUT.reads.in_(language()))}]]")
    together = _together(now, files, name, busy)
    chosen = _Chosen(files, name, _options(now, every[name], busy), together)
    fresh = now.outcome is None or now.mark != chosen.mark
    if _takes_mapping(every[name]) and not any(guess.is_mapping(file.name) for file in files):
        _offer_mapping(files[0])
    elif st.button(_("Prüfen"), type="primary" if fresh else "secondary", key="intake_check", disabled=busy, width="stretch"):
        _start(now, chosen, write=False)
    return chosen


def _takes_mapping(source: Source) -> bool:
    return any(option.name == _MAPPING for option in source.ABOUT.options)


def _offer_mapping(file: Any) -> None:
    """A proposed mapping for a table that was uploaded without one, or why none can be proposed."""
    st.markdown(_("Die Zuordnung (YAML) bitte mit hochladen. Gibt es noch keine, dann den Vorschlag durchsehen und hier dazulegen."))
    with on_disk([(file.name, file)], data.home()) as paths:
        try:
            proposal = propose(paths[0])
        except (Unreadable, OSError) as error:
            st.error(safe(str(error)))
            return
        text, name = dump(proposal.mapping(paths[0].stem), proposal.reasons, proposal.still_open), paths[0].stem + ENDINGS[0]
    st.download_button(_("Vorschlag herunterladen"), text, name, key="intake_mapping", on_click="ignore")


def _usual(files: list[Any], every: Mapping[str, Source]) -> str:
    """The source that such files are usually for."""
    files[0].seek(0)
    name = guess.usual([file.name for file in files], files[0].read(guess.PEEKED))
    return name if name in every else "tables"


def _together(now: _Stage, files: list[Any], source: str, busy: bool) -> str:
    """The name of the folder that several CSV files make; "" where each stands for itself."""
    if len(files) < 2 or source not in _IN_FOLDERS or not all(PurePath(file.name).suffix.lower() in (".csv", ".txt") for file in files):
        return ""
    if not st.checkbox(_("Die Dateien gehören zusammen (ein Ordner mit Tabellen)"), value=True, key=f"intake_together_{now.round}", disabled=busy):
        return ""
    name = st.text_input(
        _("Name des Ordners"),
        value="tabellen",
        key=f"intake_folder_{now.round}",
        disabled=busy,
        help=_("Unter diesem Namen ersetzt ein späteres Einlesen den heutigen Stand."),
    )
    return base_name(name)


def _options(now: _Stage, source: Source, busy: bool) -> dict[str, str]:
    about = source.ABOUT
    asked = {option.name: option.about.in_(language()) for option in about.options if option.name != _MAPPING}
    return upload_field.settings(asked, key=f"intake_option_{now.round}_{about.name}", disabled=busy)


# ---- the work ----------------------------------------------------------------------------------------


def _start(now: _Stage, chosen: _Chosen, *, write: bool, agreed: str = "") -> None:
    """Begins a check (given up when the page is left) or a take-over (which goes on to its end).

    ``agreed`` is what somebody has read and ticked before something large goes; another loss than that is refused.
    """
    home = data.home()
    paces: list[Meter] = []
    files = [(file.name, file) for file in chosen.files]

    def work(still_wanted: Callable[[], None]) -> _Outcome:
        return _read(chosen, files, home, write, agreed, still_wanted, paces)

    job = Job(work, lasting=write)
    st.session_state[_STATE] = _Stage(now.round, chosen.mark, chosen.names, job, lambda: paces[-1].now if paces else Pace(), taking=write)
    st.rerun()


def _read(
    chosen: _Chosen, files: list[tuple[str, Any]], home: Home, write: bool, agreed: str, still_wanted: Callable[[], None], paces: list[Meter]
) -> _Outcome:
    with on_disk(files, home, chosen.together) as paths:
        meter = Meter(paths)
        paces.append(meter)

        def progress(stage: str, done: int, total: int) -> None:
            still_wanted()
            meter(stage, done, total)

        options = dict(chosen.options)
        if _takes_mapping(sources()[chosen.source]):
            for path in [path for path in paths if guess.is_mapping(path.name)]:
                options[_MAPPING] = str(path)
                paths.remove(path)
        look = partial(resembling, words=home.word_files)
        report = ingest(chosen.source, paths, options, home, write=write, progress=progress, confirm=lambda loss: loss in agreed, look=look)
        still_wanted()
        return _Outcome(report, mending.as_excel(report, paths) if report.rejected else b"")


@partial(fragment, run_every=_LOOK)
def _follow() -> None:
    """Shows how far the work is; looks again by itself, so that the page is not kept busy by it."""
    now = _now()
    if now.job is None or now.job.done(_PATIENCE):
        _finish(now)
        st.rerun()
    st.markdown("## " + (_("Wird übernommen ...") if now.taking else _("Wird geprüft ...")))
    pace = now.pace()
    st.progress(pace.share or 0.0, text=report_view.pace(pace))
    if now.taking:
        st.markdown(":small[:gray[" + _("Sie können die Seite verlassen; das Übernehmen läuft zu Ende.") + "]]")
    else:
        st.button(_("Abbrechen"), key="intake_stop", on_click=_forget)


def _finish(now: _Stage) -> None:
    """Keeps what the work has left."""
    if now.job is None:
        return
    now.outcome, now.error = now.job.result, _why(now.job.error)
    now.taken = now.taking and now.outcome is not None and bool(now.outcome.report.datasets)
    now.job, now.taking = None, False


def _why(error: Exception | None) -> str:
    if error is None or isinstance(error, (LedgerError, StoreError, ServerError)):
        return str(error or "")
    if isinstance(error, OSError):
        why = error.strerror or type(error).__name__
        return _("Die Dateien konnten nicht gelesen werden ({why}). Ist der Datenträger voll, oder fehlen Rechte?").format(why=why)
    return _("Beim Lesen trat ein Fehler in der Software auf ({why}).").format(why=type(error).__name__)


# ---- what came of it ---------------------------------------------------------------------------------


def _result(now: _Stage, chosen: _Chosen | None) -> None:
    """The right side."""
    if now.job is not None:
        _follow()
    elif now.error:
        st.error(now.error)
        st.markdown(_("Bitte noch einmal prüfen; die eingelesenen Daten sind davon nicht betroffen."))
    elif now.outcome is None or not (now.taken or chosen):
        _how_to_begin()
    elif not now.taken and chosen and now.mark != chosen.mark:
        st.info(_("Die Auswahl hat sich geändert; bitte noch einmal prüfen."))
    else:
        _report(now, chosen, now.outcome)


def _how_to_begin() -> None:
    st.markdown("## " + _("Was gelesen werden kann"))
    rows = [(source.ABOUT.title.in_(language()), source.ABOUT.reads.in_(language())) for source in sources().values()]
    report_view.table(((_("Art der Daten"), "k"), (_("Was sie liest"), "w")), rows, _("Was gelesen werden kann"))
    st.markdown(_("Noch keine Liste? Die Vorlage hat ein Blatt für jede Art von Eintrag und von Beziehung und erklärt sich selbst."))
    st.download_button(_("Leere Excel-Vorlage herunterladen"), _template, "netzwerk.xlsx", key="intake_template", on_click="ignore")


def _template() -> bytes:
    with TemporaryDirectory() as folder:
        write_template(Path(folder, "netzwerk.xlsx"))
        return Path(folder, "netzwerk.xlsx").read_bytes()


def _report(now: _Stage, chosen: _Chosen | None, outcome: _Outcome) -> None:
    report = outcome.report
    for error in report.errors:
        st.error(safe(error))
    if report.read or not report.errors:
        st.markdown("## " + safe(_sentence(report, now.taken)))
        st.markdown(safe(_replaces(report, now.taken)))
        what = _("Was sich dadurch an Einträgen und Beziehungen geändert hat:") if now.taken else _("Was sich dadurch an Einträgen und Beziehungen ändert:")
        st.markdown(f":small[:gray[{what}]]")
        report_view.counts(report.new, report.changed, report.unchanged, report.removed)
    if report.shrinks and not now.taken and not report.errors:
        st.warning(safe(report.shrinks))
        st.checkbox(_("Ja, das ist gewollt: diese Einträge und Beziehungen sollen entfallen."), key="intake_sure")
    with st.container(horizontal=True, key="intake_actions", vertical_alignment="center"):
        if now.taken:
            _onward()
        else:
            _decide(now, chosen, report)
        _downloads(now, outcome)
    if outcome.rejected:
        st.markdown(f":small[:gray[{_how_to_mend(report, now.names)}]]")
    report_view.details(report_files.tables(report))


def _sentence(report: Report, taken: bool) -> str:
    rows = count_of(report.read, _("Zeile"), _("Zeilen"))
    if report.read and not report.taken:
        return _("Übernommen werden kann nichts: 0 von {rows}").format(rows=rows)
    if report.taken < report.read:
        told = _("Übernommen: {n} von {rows}") if taken else _("Bereit zum Übernehmen: {n} von {rows}")
    elif report.read == 1:
        told = _("Übernommen: {rows}") if taken else _("Bereit zum Übernehmen: {rows}")
    else:
        told = _("Übernommen: alle {rows}") if taken else _("Bereit zum Übernehmen: alle {rows}")
    return told.format(n=number(report.taken), rows=rows)


def _replaces(report: Report, taken: bool) -> str:
    """Which datasets it is about, and what they say now."""
    if not report.datasets:
        return ""
    there = {info.name: info for info in data.datasets()}
    told = []
    for name in dict.fromkeys(report.datasets):
        info = there.get(name)
        if taken and info:
            told.append(_("Quelle „{title}“, Stand {day}.").format(title=info.title, day=day(info.as_of)))
        elif info:
            told.append(_("Ersetzt „{title}“, Stand {day}, {n} Einträge.").format(title=info.title, day=day(info.as_of), n=number(info.rows)))
        else:
            told.append(_("Neue Quelle „{name}“.").format(name=name.partition(":")[2] or name))
    return " ".join(told)


def _decide(now: _Stage, chosen: _Chosen | None, report: Report) -> None:
    if report.taken and report.datasets:
        sure = not report.shrinks or bool(st.session_state.get("intake_sure"))
        if st.button(_("Übernehmen"), type="primary", key="intake_take", disabled=not sure) and chosen:
            _start(now, chosen, write=True, agreed=report.shrinks)
    st.button(_("Verwerfen"), key="intake_drop", on_click=_forget)


def _onward() -> None:
    if st.button("→ " + _("Zur Akteurslandkarte"), type="primary", key="intake_map"):
        frame.go("akteurslandkarte", state.Choice())
    if st.button("→ " + _("Zum Überblick"), key="intake_overview"):
        frame.go("ueberblick", state.Choice())
    st.button(_("Weitere Daten einlesen"), key="intake_again", on_click=_forget)


def _downloads(now: _Stage, outcome: _Outcome) -> None:
    stem = PurePath(now.names[0]).stem + ("-und-weitere" if len(now.names) > 1 else "")
    if outcome.rejected:
        st.download_button(_("Abgewiesene Zeilen (Excel)"), outcome.rejected, mending.file_name(stem + ".xlsx"), key="intake_rejected", on_click="ignore")
    writers = {"xlsx": (_("Als Excel"), report_files.as_excel), "csv": (_("Als CSV"), report_files.as_csv), "json": (_("Als JSON"), report_files.as_json)}
    with st.popover(_("Bericht speichern"), width="content"):
        for ending, (title, write) in writers.items():
            st.download_button(title, partial(write, outcome.report), f"{stem}-bericht.{ending}", key=f"intake_{ending}", on_click="ignore", width="stretch")


def _how_to_mend(report: Report, names: list[str]) -> str:
    if any(name in dataset for name in names for dataset in report.datasets) or not report.datasets:
        return _("Die abgewiesenen Zeilen können Sie herunterladen, berichtigen und als eigene Datei hier einlesen; sie ergänzen dann die übrigen.")
    return _("Die abgewiesenen Zeilen bitte in der ursprünglichen Datei berichtigen und diese noch einmal einlesen.")
