"""What stays in memory for good, so that nobody looks through it again and again."""

from __future__ import annotations

import gc


def settled() -> None:
    """Tells Python that what is loaded by now stays: modules, functions, a network that was read.

    Streamlit looks for cycles in the whole memory after every run, during which nothing is sent to the browser: a
    sixth of a second where everything is looked through, some milliseconds where only what came later is. What
    stayed before and is no longer needed is let go first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
