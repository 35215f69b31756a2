"""Work that takes longer than a page run: in a thread of its own, so that no click on the page cuts it in half."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")

_UNHEARD = 90.0
"""After so many seconds without anybody looking, work that may be given up is given up: the page was left.

Browsers let a page that is not in sight look once a minute."""


class Abandoned(BaseException):
    """Ends the work at its next sign of life. Nothing below may take it for an error to report."""


class Job(Generic[Result]):
    """``work`` in a thread. It gets a function to call now and then; that ends it where it was cancelled or left.

    With ``lasting=True`` it goes on to its end, whether anybody looks or not.
    """

    def __init__(self, work: Callable[[Callable[[], None]], Result], *, lasting: bool = False) -> None:
        self.result: Result | None = None
        self.error: Exception | None = None
        self._work, self._lasting = work, lasting
        self._cancelled = threading.Event()
        self._looked = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="akteursatlas-job", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._work(self._still_wanted)
        except Abandoned:
            pass
        except Exception as error:
            self.error = error

    def _still_wanted(self) -> None:
        if not self._lasting and (self._cancelled.is_set() or time.monotonic() - self._looked > _UNHEARD):
            raise Abandoned

    def cancel(self) -> None:
        """Gives the work up, where it may be given up."""
        self._cancelled.set()

    def done(self, seconds: float) -> bool:
        """Waits so long at most; True when the work has ended. Asking is what tells it that somebody still looks."""
        self._looked = time.monotonic()
        self._thread.join(seconds)
        return not self._thread.is_alive()
