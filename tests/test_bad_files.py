"""Hostile and broken files: a message, the right exit code, never a traceback, bounded memory, nothing left behind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bad_files import GROUPS


def test_there_are_enough_of_them() -> None:
    assert sum(map(len, GROUPS.values())) >= 150
    for cases in GROUPS.values():
        assert len({case.name for case in cases}) == len(cases)


@pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and the measure of memory are those of Unix")
@pytest.mark.parametrize("group", GROUPS)
def test_what_comes_of_them(group: str, tmp_path: Path) -> None:
    from tests.bad_files.run import MEMORY, outcome

    found = outcome(group, tmp_path)
    assert not found.wrong, f"{len(found.wrong)} of {found.files}\n" + "\n".join(found.wrong)
    assert found.megabytes < MEMORY
