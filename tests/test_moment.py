"""One run of a page sees one network."""

from __future__ import annotations

import pytest

from views.moment import moment, once


def test_within_a_run_it_is_asked_once_and_after_it_again() -> None:
    asked: list[int] = []

    def version() -> int:
        asked.append(1)
        return len(asked)

    assert [once("v", version), once("v", version)] == [1, 2]  # outside of a run nothing is kept
    with moment():
        assert [once("v", version), once("v", version)] == [3, 3]
        with moment():  # a fragment within the page sees what the page sees
            assert once("v", version) == 3
        assert once("v", version) == 3
    assert once("v", version) == 4


def test_a_run_that_fails_leaves_nothing_behind() -> None:
    with pytest.raises(ZeroDivisionError), moment():
        once("v", lambda: "old")
        raise ZeroDivisionError
    with moment():
        assert once("v", lambda: "new") == "new"
        with pytest.raises(ZeroDivisionError):
            once("broken", lambda: 1 // 0)
        assert once("broken", lambda: "mended") == "mended"
