"""Compare how long answers take for e-mail addresses with an account and for those without one."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import requests
from django.contrib.auth.hashers import make_password

from accounts.models import User
from bench.figures import say

_SAMPLES = 200
# The first requests only warm up and are not counted.
_WARM_UP = 5
_MOST_DIFFERENCE = 5.0  # per cent
_ASKED: Mapping[str, tuple[str, Callable[[str], dict[str, str]]]] = {
    "sign-in": ("/auth/token/", lambda email: {"username": email, "password": "a wrong password"}),
    "reset by link": ("/auth/password/reset/", lambda email: {"email": email}),
    "reset by code": ("/auth/password/reset/", lambda email: {"email": email, "by": "code"}),
    "resend": ("/auth/email/resend/", lambda email: {"email": email}),
}


def main(arguments: Sequence[str]) -> int:
    """Compare all endpoints and return the exit status: 0 only when no two medians differ by 5 per cent or more.

    ``arguments`` are the server's port and, if given, the number of samples.
    """
    address = f"http://127.0.0.1:{arguments[0]}/api/v1"
    samples = int(arguments[1]) if len(arguments) > 1 else _SAMPLES
    password = make_password("the right password, once hashed")
    User.objects.bulk_create(
        User(username=f"known{turn}", email=f"known{turn}@example.com", password=password) for turn in range(samples)
    )
    _wait_for(address)
    caller = _Caller(address)
    return int(max([_difference(caller, name, samples) for name in _ASKED]) >= _MOST_DIFFERENCE)


def _wait_for(address: str) -> None:
    while True:
        try:
            requests.get(f"{address}/health/", timeout=2).raise_for_status()
            return
        except requests.RequestException:
            time.sleep(0.2)


class _Caller:
    """Send every request from another IP address, so that the request limits do not apply."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._client = requests.Session()
        self._turns = 0

    def send(self, path: str, body: Mapping[str, str]) -> tuple[float, tuple[int, str]]:
        """Send ``body``; return the milliseconds until the answer, and its status and ``detail``."""
        self._turns += 1
        origin = f"10.{self._turns >> 16 & 255}.{self._turns >> 8 & 255}.{self._turns & 255}"
        began = time.perf_counter()
        answer = self._client.post(self._address + path, json=body, headers={"X-Forwarded-For": origin}, timeout=60)
        elapsed = time.perf_counter() - began
        return elapsed * 1000, (answer.status_code, answer.json()["detail"])


def _difference(caller: _Caller, name: str, samples: int) -> float:
    """Send requests for known and unknown e-mail addresses in turn; return the medians' difference in per cent."""
    path, body = _ASKED[name]
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    answers = set()
    for turn in range(-_WARM_UP, samples):
        # They take turns in coming first, so that neither always follows the other.
        for kind in sorted(taken, reverse=turn % 2 == 0):
            elapsed, answer = caller.send(path, body(f"{kind}{turn}@example.com"))
            answers.add(answer)
            if turn >= 0:
                taken[kind].append(elapsed)
    known, unknown = (statistics.median(taken[kind]) for kind in ("known", "unknown"))
    difference = abs(known - unknown) / max(known, unknown) * 100
    say(f"{name:14} known {known:7.2f} ms   unknown {unknown:7.2f} ms   differ by {difference:4.1f} %   {answers}")
    return difference
