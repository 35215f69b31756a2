"""What many tests share: a home of their own, and one real graph server for the whole run (one for each xdist worker)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from graph.store import Store

# Times are measured in benchmarks/; on a busy machine a deadline only tells how busy it is.
settings.register_profile("akteursatlas", deadline=None)
settings.load_profile("akteursatlas")

# The server of a test goes soon after its last user; set before anything starts one.
os.environ.setdefault("AKTEURSATLAS_SERVER_LINGER", "1")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, also named by AKTEURSATLAS_HOME."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("AKTEURSATLAS_HOME", str(folder))
    monkeypatch.delenv("AKTEURSATLAS_GRAPH", raising=False)
    return folder


@pytest.fixture(scope="session")
def _session_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    named = os.environ.get("AKTEURSATLAS_TEST_GRAPH") or None  # a Neo4j, where the same tests are to run on it
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AKTEURSATLAS_GRAPH", raising=False)
        with Store.connect(url=named, home=tmp_path_factory.mktemp("graph")) as store:
            store.ensure_schema()
            yield store


@pytest.fixture
def store(_session_store: Store) -> Store:
    """The graph database of this test run, with its constraints and without any data."""
    _session_store.empty()
    return _session_store
