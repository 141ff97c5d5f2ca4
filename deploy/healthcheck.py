"""The health check of a container: ``healthcheck.py http PORT`` or ``healthcheck.py worker``.

It exits with 0 when the container is healthy.
"""

import os
import sys
import urllib.request
from urllib.parse import urlsplit

import psycopg

SECONDS = 4
# procrastinate's workers write a heartbeat every ten seconds.
ALIVE = "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'"


def answers(port: str) -> bool:
    """Return whether the health endpoint on this port answers 200.

    The endpoint does not redirect to https, but it does check the ``Host`` header.
    """
    host = urlsplit(os.environ["SITE_URL"]).netloc
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/health/", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - http, from the line above
        return bool(response.status == 200)


def works() -> bool:
    """Return whether any worker has written a heartbeat in the last 30 seconds.

    Another worker's heartbeat counts, too. A worker whose process ends is restarted in any case.
    """
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=SECONDS) as connection:
        return connection.execute(ALIVE).fetchone() is not None


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    sys.exit(not (answers(*arguments) if kind == "http" else works()))
