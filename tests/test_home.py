"""Where the data of an installation live."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from graph import home as home_module
from graph.home import Home, user_name


def test_the_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTEURSATLAS_HOME", str(tmp_path / "hier"))
    assert Home.default().path == tmp_path / "hier"


@pytest.mark.parametrize("value", ["", "  "])
def test_without_it_the_platform_says(value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTEURSATLAS_HOME", value)
    monkeypatch.setattr(home_module.platformdirs, "user_data_dir", lambda name, appauthor: str(tmp_path / name))
    assert Home.default().path == tmp_path / "akteursatlas"


def test_a_relative_folder_does_not_move_with_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    here = Home(Path("daten"))
    monkeypatch.chdir("/")
    assert here.ledger_path == tmp_path / "daten" / "ledger.sqlite"


def test_folders_appear_when_asked_for_and_are_the_owners_alone(tmp_path: Path) -> None:
    here = Home(tmp_path / "tief" / "drin")
    assert not here.path.exists()
    for folder in (here.server_path, here.cache_path, here.path):
        assert folder.is_dir()
        if os.name == "posix":
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert here.positions_path.parent == here.ledger_path.parent == here.path


def test_open_ledger(tmp_path: Path) -> None:
    with Home(tmp_path / "neu").open_ledger() as ledger:
        assert ledger.version == 0
    assert (tmp_path / "neu" / "ledger.sqlite").is_file()


def test_it_loads_neither_the_graph_driver_nor_the_ledger() -> None:
    code = "import sys, graph.home; sys.exit(bool({'neo4j', 'sqlalchemy'} & set(sys.modules)))"
    root = Path(__file__).resolve().parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_user_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_module.getpass, "getuser", lambda: "erika")
    assert user_name() == "erika"

    def nobody() -> str:
        raise OSError("no user")

    monkeypatch.setattr(home_module.getpass, "getuser", nobody)
    assert user_name() == "unbekannt"
