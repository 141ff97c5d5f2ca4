"""Compare how long answers take for addresses that have an account and for those that have none."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import requests
from django.contrib.auth.hashers import make_password

from accounts.models import User
from bench.figures import say

_SAMPLES = 200
# The first few only warm up.
_WARM_UP = 5
_MOST_DIFFERENCE = 5.0
_ASKED: Mapping[str, tuple[str, Callable[[str], dict[str, str]]]] = {
    "sign-in": ("/auth/token/", lambda email: {"username": email, "password": "a wrong password"}),
    "reset by link": ("/auth/password/reset/", lambda email: {"email": email}),
    "reset by code": ("/auth/password/reset/", lambda email: {"email": email, "by": "code"}),
    "resend": ("/auth/email/resend/", lambda email: {"email": email}),
}


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0 only when no medians differ much. ``arguments``: the server's port, and samples."""
    address = f"http://127.0.0.1:{arguments[0]}/api/v1"
    samples = int(arguments[1]) if len(arguments) > 1 else _SAMPLES
    password = make_password("the right password, once hashed")
    User.objects.bulk_create(
        User(username=f"known{turn}", email=f"known{turn}@example.com", password=password) for turn in range(samples)
    )
    _wait_for(address)
    asker = _Asker(address)
    return int(max([_difference(asker, name, samples) for name in _ASKED]) >= _MOST_DIFFERENCE)


def _wait_for(address: str) -> None:
    while True:
        try:
            requests.get(f"{address}/health/", timeout=2).raise_for_status()
            return
        except requests.RequestException:
            time.sleep(0.2)


class _Asker:
    """Ask from another address each time, so that the limits stay out of the way."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._client = requests.Session()
        self._turns = 0

    def ask(self, path: str, body: Mapping[str, str]) -> tuple[float, tuple[int, str]]:
        """Return the milliseconds, and what the answer says."""
        self._turns += 1
        origin = f"10.{self._turns >> 16 & 255}.{self._turns >> 8 & 255}.{self._turns & 255}"
        began = time.perf_counter()
        answer = self._client.post(self._address + path, json=body, headers={"X-Forwarded-For": origin}, timeout=60)
        elapsed = time.perf_counter() - began
        return elapsed * 1000, (answer.status_code, answer.json()["detail"])


def _difference(asker: _Asker, name: str, samples: int) -> float:
    """Ask for known and unknown addresses in turn; return by how many per cent the medians differ."""
    path, body = _ASKED[name]
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    answers = set()
    for turn in range(-_WARM_UP, samples):
        # Which of the two comes first changes, so that neither always follows the other.
        for kind in sorted(taken, reverse=turn % 2 == 0):
            elapsed, answer = asker.ask(path, body(f"{kind}{turn}@example.com"))
            answers.add(answer)
            if turn >= 0:
                taken[kind].append(elapsed)
    known, unknown = (statistics.median(taken[kind]) for kind in ("known", "unknown"))
    difference = abs(known - unknown) / max(known, unknown) * 100
    say(f"{name:14} known {known:7.2f} ms   unknown {unknown:7.2f} ms   differ by {difference:4.1f} %   {answers}")
    return difference
