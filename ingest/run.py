"""Reads a source into the ledger and brings the graph up to date; ``check`` is the same without writing."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path

from graph import build, snapshot
from graph.conflicts import conflicts
from graph.editions import editions
from graph.embedded import ServerError
from graph.fold import fold
from graph.folded import Fold, no_collection
from graph.home import Home, role, user_name
from graph.ledger import Counts, Ledger, LedgerError, RecordError, Run
from graph.ledger_records import folded
from graph.records import Dataset, Node, Record, Where
from graph.schema import EDGES
from graph.store import Store, StoreError
from graph.whereabouts import whereabouts
from ingest import sources as folder
from ingest.fingerprint import fingerprint
from ingest.newcomers import Look, hints
from ingest.reporting.report import LeftOver, Rejected, Report, Stub, Warned
from ingest.source import Source, Unreadable, load

Progress = Callable[[str, int, int], None]
Confirm = Callable[[str], bool]
"""Asked with a German question; the answer is whether to go on."""

_LARGE = 0.2
"""A run that would remove more than this share of what its dataset said before asks first."""

_NAMED = 5
"""So many examples stand in a warning."""

_MOST_COMPARED = 500_000
"""So many pairs of names are compared in search of similar ones, some seconds of work."""


@cache
def sources() -> dict[str, Source]:
    """Every source by its name: the modules in ``ingest/sources/``. Raises ``TypeError`` for one that lacks something."""
    modules = [importlib.import_module(f"{folder.__name__}.{found.name}") for found in pkgutil.iter_modules(folder.__path__)]
    found = [load(module) for module in modules]
    return {source.ABOUT.name: source for source in sorted(found, key=lambda source: source.ABOUT.name)}


def ingest(
    source: str, paths: Sequence[Path], options: Mapping[str, str], home: Home, write: bool = True, progress: Progress | None = None,
    confirm: Confirm | None = None, look: Look | None = None,
) -> Report:
    """Reads every path; each is a run of its own that replaces its dataset. Returns one report for all.

    Afterwards the graph stands for the ledger. With ``write=False`` nothing changes anywhere. ``confirm`` is
    asked before a run removes more than a fifth of what its dataset said; without it such a run is refused.
    ``look`` is asked whom new entries resemble; its hints are warnings of the report.
    What goes wrong with the ledger or the graph after some path was taken is an error in the report. Raises
    ``LedgerError`` where the ledger cannot be had from the start.
    """
    total = Report(source, written=write)
    known = sources()
    if source not in known:
        total.errors.append(f"Eine Quelle „{source}“ gibt es nicht. Vorhanden sind: {', '.join(known)}.")
        return total
    module = known[source]
    strange = [name for name in options if name not in {option.name for option in module.ABOUT.options}]
    if strange:
        possible = ", ".join(option.name for option in module.ABOUT.options) or "keine"
        total.errors.append(f"Die Quelle „{source}“ kennt die Einstellung „{strange[0]}“ nicht; möglich sind: {possible}.")
        return total
    with home.open_ledger() as ledger:
        folds: list[Fold] = []
        readings = [_Reading(module, path, options, home, ledger, write, progress, folds, confirm, look) for path in paths]
        for number, reading in enumerate(readings):
            try:
                reading.read()
            except LedgerError as error:  # a full disk, or another writer: it would be the same with the next path
                if number == 0:
                    raise
                total.errors.append(f"{error} Nicht gelesen: {', '.join(path.name for path in paths[number:])}.")
                readings = readings[:number]
                break
        for reading in readings:
            total.add(reading.report_now())
        if write and (total.datasets or not total.errors):
            try:
                _project(ledger, home, progress, folds)
            except StoreError as error:
                total.errors.append(str(error))
    return total


def take_back(number: int, home: Home, reason: str = "", progress: Progress | None = None) -> Counts:
    """Takes a run back (``Ledger.take_back_run``) and brings the graph to it.

    Raises ``LedgerError`` where it cannot be done, and ``StoreError`` where it is done but the graph cannot follow yet.
    """
    with home.open_ledger() as ledger:
        counts = ledger.take_back_run(number, user=user_name(), reason=reason)
        _project(ledger, home, progress, [])
    return counts


def _project(ledger: Ledger, home: Home, progress: Progress | None, folds: list[Fold]) -> None:
    """Brings the graph to the ledger's version; a server is started only if something is to be written.

    ``folds`` holds at most one fold, the one that the last run made for its report: where nobody wrote since,
    it need not be made again. Raises ``StoreError`` where the graph stays behind; whoever reads it next makes that good.
    """
    if not ledger.version or build.noted(ledger):
        return
    try:
        with Store.connect(home=home.path) as store:
            build.update(ledger, store, progress, folded=folds[0] if folds else None)
            with suppress(StoreError, OSError):  # while the server runs: the next page then needs none
                snapshot.load(store, home.cache_path, role())
    except (LedgerError, ServerError, StoreError) as error:
        told = "Die Angaben sind gespeichert, aber die Graph-Datenbank konnte nicht folgen; das holt das nächste Einlesen oder Öffnen der App nach."
        raise StoreError(f"{told} Grund: {error}") from error


class _Reading:
    """One path of one command; it is the context of the source, too."""

    def __init__(
        self, source: Source, path: Path, options: Mapping[str, str], home: Home, ledger: Ledger, write: bool, progress: Progress | None, folds: list[Fold],
        confirm: Confirm | None, look: Look | None,
    ) -> None:
        self.path, self.options = path, options
        self.dataset: Dataset
        self._source, self._home, self._ledger, self._write, self._show = source, home, ledger, write, progress
        self._confirm, self._look = confirm, look
        self._new: set[str] = set()
        self._report = Report(source.ABOUT.name, written=write)
        self._bad_rows: set[tuple[str, str, int]] = set()
        self._good_rows: set[tuple[str, str, int]] = set()
        self._keys: dict[str, str] = {}
        self._named: dict[str, list[tuple[str, str]]] = {}
        self._compared = 0
        self._run: Run
        self._folds = folds
        self._own_warnings = 0
        self._seen_at: object = None

    def read(self) -> None:
        """Reads the path into the ledger, which then has all of it or, after an error, nothing."""
        self._report = self._outcome()
        # What was remembered of every row is not needed any more, and the next path needs the room.
        self._bad_rows, self._good_rows, self._keys, self._named = set(), set(), {}, {}
        for name in ("_run", "_all_names", "_places_of"):
            self.__dict__.pop(name, None)
        if not self._write or self._report.errors:
            self._folds.clear()  # it shows a state that was never committed; the next run may get the same version

    def report_now(self) -> Report:
        """What came of it. What follows from the whole ledger is looked at again if that has moved on since.

        It may have been a later path of the same command, or another dataset since an unchanged file was last read.
        """
        if self._write and self._report.datasets and self._seen_at != self._ledger.version:
            self._look_again()
        return self._report

    def _outcome(self) -> Report:
        if not self.path.exists():
            return self._failed(f"„{self.path}“ gibt es nicht. Bitte Namen und Ordner prüfen.")
        if not (self.path.is_file() or self.path.is_dir()):  # a pipe or a device never ends
            return self._failed(f"„{self.path.name}“ ist keine Datei und kein Ordner. Bitte eine gespeicherte Datei angeben.")
        try:
            self.dataset = self._source.dataset(self.path, self.options)
            mark = fingerprint(self._source, self.path, self.options)
            if self._write and (before := self._unchanged(mark)):
                return before
            self._wait_for_others()
            with self._ledger.begin(self.dataset, fingerprint=mark, report=self._stored, user=user_name()) as run:
                self._run = run
                self._read()
                if not self._write:
                    run.cancel()
        except Unreadable as error:
            return self._failed(str(error))
        except OSError as error:
            return self._failed(self._why_unreadable(error))
        except LedgerError:
            raise
        except Exception as error:
            log = self._home.path / "fehler.log"
            with suppress(OSError), log.open("a", encoding="utf-8") as file:
                file.write(f"--- {self.dataset.name if hasattr(self, 'dataset') else self.path.name}\n{traceback.format_exc()}\n")
            return self._failed(
                f"Beim Lesen von „{self.path.name}“ trat ein Fehler in der Software auf ({type(error).__name__}); "
                f"geändert wurde nichts. Näheres steht in {log}."
            )
        return self._report

    def _read(self) -> None:
        with no_collection():
            for record in self._source.records(self):
                self._put(record)
        report = self._report
        report.taken = len(self._good_rows - self._bad_rows)
        report.read = len(self._good_rows | self._bad_rows)
        if not report.taken:
            # What an earlier reading brought shall not go because this file is empty or broken as a whole.
            found = f"konnte keine von {report.read} Zeilen übernommen werden" if report.read else "steht keine ausgefüllte Zeile"
            report.errors.append(f"In „{self.path.name}“ {found}; geändert wurde nichts.")
            self._run.cancel()
            return
        counts = self._run.finish()
        said_before = counts.changed + counts.unchanged + counts.removed
        if counts.removed > _LARGE * said_before:
            report.shrinks = (
                f"„{self.dataset.title}“ umfasste bisher {_number(said_before)} Einträge und Beziehungen; "
                f"{_number(counts.removed)} davon stehen nicht mehr in der Datei und würden entfallen."
            )
            if self._write and not (self._confirm and self._confirm(report.shrinks)):
                report.errors.append(f"{report.shrinks} Geändert wurde nichts. Ist das gewollt, dann bitte zustimmen (Befehlszeile: --yes).")
                self._run.cancel()
                return
            if self._write:
                report.shrinks = ""  # agreed, and done
        report.new, report.changed, report.unchanged, report.removed = counts.new, counts.changed, counts.unchanged, counts.removed
        report.datasets = [self.dataset.name]
        self._folds.clear()
        known, entities = set(self._ledger.entities().values()), self._run.ledger.entities()  # what was committed before, and with this run
        self._new = {entities[key] for key in self._keys} - known
        self._look_at_the_whole(self._run.ledger, set(self._keys))

    def _wait_for_others(self) -> None:
        """Says whom the ledger will wait for."""
        if self._show and (other := self._ledger.writer()):
            self._show(f"wartet auf {other}", 0, 0)

    def _put(self, record: Record) -> None:
        row = (record.where.file, record.where.sheet, record.where.row)
        try:
            self._run.put(record)
        except RecordError as error:
            name = record.fields.get("name", record.key) if isinstance(record, Node) else f"{record.start} – {record.end}"
            self.reject(record.where, "", name, error.reason)
            return
        self._good_rows.add(row)
        if isinstance(record, Node):
            self._keys[record.key] = record.type
            self._named.setdefault(folded(str(record.fields.get("name", ""))), []).append((record.key, record.type))

    def _look_again(self) -> None:
        """Renews what followed from a state of the ledger that is past."""
        del self._report.warnings[self._own_warnings :]
        with self._ledger.reading() as now:
            self._look_at_the_whole(now, {node.key for node in now.nodes() if node.dataset == self.dataset.name})

    def _look_at_the_whole(self, ledger: Ledger, keys: set[str]) -> None:
        """What only shows once everything is together: things without a place, relationships that cannot be."""
        self._own_warnings, self._seen_at = len(self._report.warnings), ledger.version
        if not (self._folds and self._folds[0].version == ledger.version):
            self._folds.clear()  # first, as two would not fit beside each other in a small machine
            self._folds.append(fold(ledger, self._show))
        whole = self._folds[0]
        entities = ledger.entities()
        mine = {entities.get(key, key) for key in keys}
        self._report.unplaced = [{"name": u.name, "type": u.type, "reason": u.reason} for u in whole.unplaced if u.id in mine]
        for problem in whole.area_problems:
            if problem.id in mine:
                self.warn(f"{whole.nodes[problem.id].props.get('name', problem.id)}: {problem.reason}")
        for conflict in whole.conflicts:
            if conflict.id in mine:
                self.warn(f"{conflict.name}: {conflict.reason}")
        for refused in whole.refused:
            if refused.start in mine or refused.end in mine:
                ends = " und ".join(f"„{whole.nodes[end].props.get('name', end)}“" for end in (refused.start, refused.end) if end in whole.nodes)
                self.warn(f"Die Beziehung „{EDGES[refused.type].label.de}“ zwischen {ends} wird nicht gezeigt: {refused.reason}")
        self._compare_with_others(ledger)
        if self._look:
            for told, where in hints(self._look, ledger, whole, self._new, self.dataset.name):
                self.warn(told, where)
        mine_among = (edge for edge in ledger.edges() if edge.dataset == self.dataset.name) if whole.open_ends else ()
        waiting = [edge for edge in mine_among if not (edge.start in entities and edge.end in entities)]
        if waiting:
            missing = list(dict.fromkeys(end for edge in waiting for end in (edge.start, edge.end) if end not in entities))
            named = ", ".join(f"„{end}“" for end in missing[:_NAMED]) + (" ..." if len(missing) > _NAMED else "")
            one = len(waiting) == 1
            self.warn(
                f"{len(waiting)} {'Beziehung zeigt' if one else 'Beziehungen zeigen'} auf Einträge, die es noch nicht gibt: {named}. "
                f"Sie {'erscheint' if one else 'erscheinen'}, sobald diese eingelesen sind."
            )

    def _compare_with_others(self, ledger: Ledger) -> None:
        """How many fields contradict other sources, and what came or went since the last edition."""
        own, others = self.dataset, [info.title for info in ledger.datasets() if info.name != self.dataset.name]
        if not others:
            return
        disputed = sum(own.name in (said.dataset for said in (conflict.shown, *conflict.others)) for conflict in conflicts(ledger))
        if disputed:
            told = "Angabe weicht" if disputed == 1 else "Angaben weichen"
            self.warn(f"{_number(disputed)} {told} von anderen Quellen ab; alle stehen unter „Quellen, Widersprüche“ und in: akteursatlas status --conflicts.")
        changes = [change for change in editions(ledger) if own.title in (change.named_in, change.missing_in)]
        gone, new = (sum(change.kind == kind for change in changes) for kind in ("gone", "new"))
        if changes:
            self.warn(
                f"Zwischen den Ausgaben dieses Registers: {_number(gone)} Einträge nennt nur die ältere (geschlossen oder neue Nummer; gelöscht wird nichts), "
                f"{_number(new)} nur die neuere."
            )

    def _unchanged(self, mark: str) -> Report | None:
        """The report of the last run where nothing that it depends on has changed since."""
        last = next((info for info in self._ledger.datasets() if info.name == self.dataset.name), None)
        if last is None or last.fingerprint != mark or not last.report or (last.used_ledger and last.report.get("ledger_version") != self._ledger.version):
            return None
        before = Report.from_json(last.report)
        before.unchanged += before.new + before.changed
        before.new = before.changed = before.removed = 0
        self._own_warnings, self._seen_at = int(last.report["own_warnings"]), last.report["ledger_version"]
        return before

    def _stored(self) -> dict[str, object]:
        return self._report.to_json() | {"ledger_version": self._seen_at, "own_warnings": self._own_warnings}

    def _why_unreadable(self, error: OSError) -> str:
        if self.path.is_dir():
            return f"„{self.path.name}“ ist ein Ordner; die Quelle „{self._source.ABOUT.name}“ liest einzelne Dateien. Bitte die Dateien darin angeben."
        if isinstance(error, PermissionError):
            return f"Der Zugriff auf „{self.path.name}“ ist verweigert. Ist die Datei noch in Excel geöffnet? Sonst bitte die Rechte der Datei prüfen."
        return f"„{self.path.name}“ lässt sich nicht lesen ({error.strerror or error}). Bitte den Datenträger prüfen oder die Datei neu kopieren."

    def _failed(self, message: str) -> Report:
        return Report(self._source.ABOUT.name, errors=[message], written=self._write)

    # ---- what the source says (ingest.source.Context)

    def reject(self, where: Where, column: str, value: object, reason: str) -> None:
        """A row that is not taken."""
        self._bad_rows.add((where.file, where.sheet, where.row))
        self._report.rejected.append(Rejected(where.file, where.sheet, where.row, column, "" if value is None else str(value), reason))

    def leftover(self, column: str, filled: int, sheet: str = "", file: str = "") -> None:
        """A column nobody asked for."""
        self._report.left_over.append(LeftOver(file or self.path.name, sheet, column, filled))

    def warn(self, message: str, where: Where | None = None) -> None:
        """Something taken that a person should know."""
        place = where or Where(self.path.name)
        self._report.warnings.append(Warned(place.file, place.sheet, place.row, message))

    def stub(self, type: str, key: str, name: str, where: Where) -> None:
        """A thing that was made because a reference named it."""
        self._report.stubs.append(Stub(where.file, where.sheet, where.row, type, key, name))

    def progress(self, done: int, total: int) -> None:
        """How far it is, in rows."""
        if self._show:
            self._show(f"{self.path.name} wird gelesen", done, total)

    def find(self, name: str, types: tuple[str, ...]) -> list[str]:
        """Keys of things of this name: those of this run, else those that other datasets know."""
        own = dict.fromkeys(key for key, kind in self._named.get(folded(name), ()) if kind in types)
        # What this dataset said last time is about to be replaced, so it must not answer.
        return list(own) or self._run.ledger.find(name, types, without=self.dataset.name)

    def exists(self, key: str, types: tuple[str, ...]) -> bool:
        """Is there a thing under this key or identifier, in this run or in another dataset?"""
        return (key in self._keys and (not types or self._keys[key] in types)) or self._run.ledger.exists(key, types, without=self.dataset.name)

    def within(self, keys: Sequence[str], area: str) -> list[str]:
        """Those of these things that lie in an area of this name, as far as was known before this run."""
        places = self._places_of
        return [key for key in keys if folded(area) in places.get(key, ())]

    @cached_property
    def _places_of(self) -> dict[str, set[str]]:
        """The names of the areas that each thing lies in or is there for, and of its town, by the keys of the thing."""
        self._run.used_ledger = True
        return whereabouts(self._ledger)

    def similar(self, name: str, types: tuple[str, ...]) -> list[str]:
        """Names that look like this one; none any more once that has cost too much: a hint is worth no minutes."""
        if self._compared > _MOST_COMPARED:
            return []
        names = {folded(told): told for told, kind in self._all_names if kind in types}
        self._compared += len(names)
        return [names[word] for word in difflib.get_close_matches(folded(name), names, 3, 0.6)]

    @cached_property
    def _all_names(self) -> list[tuple[str, str]]:
        """(name, type) of everything in the ledger, with what this run had put when it was first asked."""
        self._run.flush()
        return [(str(node.data["name"]), node.type) for node in self._run.ledger.nodes() if "name" in node.data]


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
