"""Backup and restore: what comes back is what was there, and what cannot be used changes nothing."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from graph import backup as keeping
from graph import build
from graph.backup import BackupError, backup, look, restore
from graph.fold import fold
from graph.home import Home
from graph.ledger import Ledger
from graph.records import Dataset, Node
from graph.store import Store
from tests import postgres_server
from tests.test_build import contents, expected
from views.positions import Positions

TABLE = Dataset("tables:netz.xlsx", "tables", "netz.xlsx", "2026-01-01")


def say(home: Home, *names: str) -> None:
    with home.open_ledger() as ledger, ledger.begin(TABLE) as run:
        for name in names:
            run.put(Node("Person", f"p:{name}", {"name": name}))
        run.finish()


def said(path: Path) -> list[str]:
    with Ledger.open(path) as ledger:
        return [str(node.data["name"]) for node in ledger.nodes()]


@pytest.fixture
def city(home: Path) -> Home:
    """A home with two people and a picture in which one of them has been moved."""
    made = Home(home)
    say(made, "Anna", "Bodo")
    with Positions(made.positions_path) as positions:
        positions.save("netz", "stadt", {"p": (1.0, 2.0)})
    return made


def test_what_was_backed_up_comes_back_and_what_it_replaces_is_kept(city: Home, tmp_path: Path) -> None:
    made = backup(city, tmp_path / "a.zip")
    assert (made.version, set(made.files), look(tmp_path / "a.zip")) == (1, {"ledger.sqlite", "positions.sqlite"}, made)
    assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0  # there are people in it
    say(city, "Clara")
    say(city, "Clara", "Dora")
    with Positions(city.positions_path) as positions:
        positions.save("netz", "stadt", {"p": (8.0, 9.0)})
    done = restore(tmp_path / "a.zip", city, "erika")
    assert said(city.ledger_path) == ["Anna", "Bodo"]
    with city.open_ledger() as ledger, Positions(city.positions_path) as positions:
        assert ledger.version == done.version == 4  # nobody takes it for the 3 that he has seen
        assert positions.load("netz", "stadt") == {"p": (1.0, 2.0)}
        last = ledger.audit_log()[-1]
        assert (last.user, last.action) == ("erika", "restore") and "Stand 1" in last.detail
    ledger_kept = next(kept for kept in done.kept if kept.name.startswith("ledger-ersetzt-"))
    assert said(ledger_kept) == ["Clara", "Dora"]
    assert len(done.kept) == 2 and not [path for path in city.path.iterdir() if path.name.startswith(".")]


def test_whoever_has_the_ledger_open_goes_on_with_the_restored_one(city: Home, tmp_path: Path) -> None:
    backup(city, tmp_path / "a.zip")
    say(city, "Clara")
    with city.open_ledger() as open_all_the_time:
        assert [node.data["name"] for node in open_all_the_time.nodes()] == ["Clara"]
        restore(tmp_path / "a.zip", city, "erika")
        assert [node.data["name"] for node in open_all_the_time.nodes()] == ["Anna", "Bodo"]
        say(city, "Anna", "Bodo", "Emil")
        assert (open_all_the_time.version, len(list(open_all_the_time.nodes()))) == (4, 3)


def test_a_backup_while_somebody_writes_is_of_the_moment_before(city: Home, tmp_path: Path) -> None:
    with city.open_ledger() as ledger, ledger.begin(TABLE) as run:
        run.put(Node("Person", "p:half", {"name": "Halb"}))
        run.flush()
        backup(city, tmp_path / "a.zip")
        run.finish()
    say(city)
    restore(tmp_path / "a.zip", city, "erika")
    assert said(city.ledger_path) == ["Anna", "Bodo"]


def test_a_restore_waits_for_a_writer_and_then_gives_up(city: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_WAIT", 0.3)
    backup(city, tmp_path / "a.zip")
    with city.open_ledger() as ledger, ledger.begin(TABLE, user="bernd") as run:
        with pytest.raises(BackupError, match="wird gerade geschrieben .*netz.xlsx.*wird eingelesen"):
            restore(tmp_path / "a.zip", city, "erika")
        run.put(Node("Person", "p:Clara", {"name": "Clara"}))
        run.finish()
    assert said(city.ledger_path) == ["Clara"]


def test_what_is_read_in_while_a_restore_gets_ready_is_not_lost(city: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup(city, tmp_path / "a.zip")
    ready = keeping._ready

    def slowly(*given: object) -> int:
        version = ready(*given)  # type: ignore[arg-type]
        say(city, "Clara")
        return version

    monkeypatch.setattr(keeping, "_ready", slowly)
    with pytest.raises(BackupError, match="ist etwas eingelesen worden"):
        restore(tmp_path / "a.zip", city, "erika")
    assert said(city.ledger_path) == ["Clara"]


@pytest.mark.parametrize("spoil", [lambda old: b"kaputt" * 500, lambda old: old[:4096] + b"\0" * (len(old) - 4096)])
def test_a_restore_over_a_broken_ledger_moves_it_aside(city: Home, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    backup(city, tmp_path / "a.zip")
    for ending in ("-wal", "-shm"):
        city.ledger_path.with_name(f"ledger.sqlite{ending}").unlink(missing_ok=True)
    broken = spoil(city.ledger_path.read_bytes())
    city.ledger_path.write_bytes(broken)
    done = restore(tmp_path / "a.zip", city, "erika")
    assert said(city.ledger_path) == ["Anna", "Bodo"]
    assert next(kept for kept in done.kept if kept.name.startswith("ledger")).read_bytes() == broken


def test_a_backup_opens_in_an_empty_home(city: Home, tmp_path: Path) -> None:
    backup(city, tmp_path / "a.zip")
    new = Home(tmp_path / "new")
    assert restore(tmp_path / "a.zip", new, "erika").kept == []
    assert said(new.ledger_path) == ["Anna", "Bodo"] and new.positions_path.exists()


def test_an_older_ledger_in_a_backup_is_upgraded(city: Home, tmp_path: Path) -> None:
    with closing(sqlite3.connect(city.ledger_path)) as database:  # as version 1 of the tables was
        for table in ("past_node", "past_edge"):
            database.execute(f"DROP TABLE {table}")
        for column in ("kind", "takes_back", "previous", "before", "kept"):
            database.execute(f"ALTER TABLE run DROP COLUMN {column}")
        database.execute("UPDATE meta SET value = '1' WHERE name = 'schema'")
        database.commit()
    old = tmp_path / "old.zip"
    _zip(old, {"ledger.sqlite": city.ledger_path.read_bytes()}, tables=1)
    new = Home(tmp_path / "new")
    restore(old, new, "erika")
    assert said(new.ledger_path) == ["Anna", "Bodo"]


def _zip(path: Path, files: dict[str, bytes], **told: object) -> None:
    """A backup made by hand."""
    from hashlib import sha256

    listed = {name: {"sha256": sha256(content).hexdigest(), "size": len(content)} for name, content in files.items()}
    manifest = {"format": 1, "software": "0.1.0", "tables": 2, "version": 1, "made": "2026-01-01T00:00:00+00:00", "files": listed} | told
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("manifest.json", json.dumps(manifest))
        for name, content in files.items():
            zipped.writestr(name, content)


def _rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(path) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)


def _told(**more: object) -> Callable[[Path], None]:
    def change(files: dict[str, bytes]) -> None:
        files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | more).encode()

    return lambda path: _rewritten(path, change)


def _flip(path: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        content = bytearray(files["ledger.sqlite"])
        content[5000] ^= 1
        files["ledger.sqlite"] = bytes(content)

    _rewritten(path, change)


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no zip": (lambda path: path.write_bytes(b"no zip at all"), "beschädigt oder keine Sicherung"),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:-200]), "beschädigt oder keine Sicherung"),
    "holes in it": (lambda path: path.write_bytes(path.read_bytes()[:900] + b"\0" * 300 + path.read_bytes()[1200:]), "beschädigt"),
    "another zip": (lambda path: _rewritten(path, lambda files: files.clear() or files.update({"a.txt": b"a"})), "keine Sicherung dieser Software"),
    "manifest that is none": (lambda path: _rewritten(path, lambda files: files.update({"manifest.json": b"[]"})), "keine Sicherung dieser Software"),
    "newer format": (_told(format=2), "neueren Version"),
    "newer tables": (_told(tables=99), "neueren Version"),
    "other version than told": (_told(version=7), "nicht der, der gesichert wurde"),
    "one bit": (_flip, "nicht der, der gesichert wurde"),
    "a file more": (lambda path: _rewritten(path, lambda files: files.update({"../evil": b"x"})), "keine Sicherung dieser Software"),
    "a file less": (lambda path: _rewritten(path, lambda files: files.pop("positions.sqlite") and None), "keine Sicherung dieser Software"),
    "no ledger": (lambda path: _zip(path, {"positions.sqlite": b"x"}), "keine Sicherung dieser Software"),
    "a ledger that is none": (lambda path: _zip(path, {"ledger.sqlite": b"x" * 5000}), "nicht der, der gesichert wurde"),
    "gone": (lambda path: path.unlink(), "gibt es nicht"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_or_foreign_backup_changes_nothing(city: Home, tmp_path: Path, how: str) -> None:
    path = tmp_path / "a.zip"
    backup(city, path)
    spoil, says = SPOILT[how]
    spoil(path)
    say(city, "Clara")
    before = {file.name: file.read_bytes() for file in city.path.iterdir()}
    with pytest.raises(BackupError, match=says):
        restore(path, city, "erika")
    assert {file.name: file.read_bytes() for file in city.path.iterdir()} == before


def test_a_backup_never_overwrites_and_never_is_half(city: Home, tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    target.write_bytes(b"mine")
    with pytest.raises(BackupError, match="--force"):
        backup(city, target)
    assert target.read_bytes() == b"mine"
    backup(city, target, replace=True)
    assert look(target).version == 1
    with pytest.raises(BackupError, match="Gibt es den Ordner"):
        backup(city, tmp_path / "missing" / "a.zip")
    with pytest.raises(BackupError, match="nichts zu sichern"):
        backup(Home(tmp_path / "empty"), tmp_path / "b.zip")
    assert [path.name for path in tmp_path.glob("*.zip")] == ["a.zip"]


@pytest.mark.server
def test_the_commands_ask_before_they_replace_and_the_graph_follows(city: Home, tmp_path: Path) -> None:
    def call(*words: object) -> tuple[int, str]:
        done = CliRunner().invoke(app, [str(word) for word in words])
        return done.exit_code, done.output

    assert call("backup", tmp_path / "a.zip")[0] == 0
    say(city, "Clara")
    with city.open_ledger() as ledger, Store.connect(home=city.path) as store:
        build.update(ledger, store)
    code, text = call("restore", tmp_path / "a.zip")
    assert code == 2 and "--yes" in text and said(city.ledger_path) == ["Clara"]
    code, text = call("restore", tmp_path / "a.zip", "--yes")
    assert code == 0 and "Was ersetzt wurde, liegt in" in text
    with city.open_ledger() as ledger, Store.connect(home=city.path) as store:
        assert contents(store) == expected(fold(ledger)) and len(contents(store)[0]) == 2
        assert build.noted(ledger) and build.in_step(ledger, store)


@pytest.mark.postgresql
def test_a_ledger_in_postgresql_is_backed_up_and_put_back_there_and_in_a_file(
    postgresql: postgres_server.Server, city: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(city, tmp_path / "desk.zip")
    monkeypatch.setenv("AKTEURSATLAS_LEDGER", postgresql.schema("backed_up"))
    say(city, "Emil")
    assert keeping.found_in(city)[0] == 1
    backup(city, tmp_path / "team.zip")
    done = restore(tmp_path / "desk.zip", city, "erika")
    with city.open_ledger() as ledger:
        assert [str(node.data["name"]) for node in ledger.nodes()] == ["Anna", "Bodo"]
        assert ledger.version == done.version == 2
    assert said(next(path for path in done.kept if path.name.startswith("ledger-"))) == ["Emil"]
    monkeypatch.delenv("AKTEURSATLAS_LEDGER")
    restore(tmp_path / "team.zip", city, "erika")
    assert said(city.ledger_path) == ["Emil"]
