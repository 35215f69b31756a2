"""The network as the ledger has it now, read by whoever needs it: out of the cache where it is there, else from the graph."""

from __future__ import annotations

from graph import build, snapshot
from graph.home import Home
from graph.ledger import Ledger
from graph.snapshot import Snapshot
from graph.store import Store


def network(home: Home, ledger: Ledger, role: str) -> Snapshot:
    """The network at the ledger's version, as ``role`` may see it. A server runs only while the graph is behind, or was never read.

    Raises ``StoreError`` or ``ServerError`` where it cannot be had.
    """
    given = ledger.projected()
    if build.noted(ledger) and (known := snapshot.cached(home.cache_path, given.graph_id, given.version, role)):
        return known
    # Brings the graph to the ledger first: after a kill the next reader finishes what was begun.
    with Store.connect(home=home.path) as store:
        build.update(ledger, store)
        return snapshot.load(store, home.cache_path, role)
