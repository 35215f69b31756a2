"""Does the app on this machine answer? ``python -m views.healthy [PORT]`` is the health check of the image: exit code 0 or 1."""

from __future__ import annotations

import http.client
import sys

from views.server import ADDRESS, FIRST_PORT


def healthy(port: int, patience: float = 4.0) -> bool:
    """Asks the web server itself, past any proxy of the environment; waits ``patience`` seconds."""
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=patience)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not healthy(int(sys.argv[1]) if len(sys.argv) > 1 else FIRST_PORT))
