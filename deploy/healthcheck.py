"""Exits with 0 when the container does its work: ``healthcheck.py http PORT`` or ``healthcheck.py worker``."""

import os
import sys
import urllib.request
from urllib.parse import urlsplit

import psycopg

SECONDS = 4
# procrastinate's workers write one every ten seconds.
ALIVE = "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'"


def answers(port: str) -> bool:
    """The address is exempt from the redirect to https, but not from the check of the host."""
    host = urlsplit(os.environ["SITE_URL"]).netloc
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/health/", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - http, from the line above
        return bool(response.status == 200)


def works() -> bool:
    """Several workers vouch for each other; one that ends is restarted anyway."""
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=SECONDS) as connection:
        return connection.execute(ALIVE).fetchone() is not None


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    sys.exit(not (answers(*arguments) if kind == "http" else works()))
