"""Check that a limit of five lets five of thirty simultaneous tries pass."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.conf import settings as configured
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from tests.support.server import running_shop
from utils.limits import Limit, TooManyRequests, spend
from utils.models import RateCount

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency")]

TRIES, ALLOWED = 30, 5
GENERAL = Limit("general", count=ALLOWED, seconds=60)
SECRET = Limit("secret", count=ALLOWED, seconds=60, guards_secrets=True)


def passed_at_once(attempt: Callable[[], bool]) -> int:
    """Call ``attempt`` in ``TRIES`` threads at the same moment. Return how many passed."""
    gate = threading.Barrier(TRIES)

    def try_once(_: int) -> bool:
        try:
            gate.wait(timeout=30)
            return attempt()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=TRIES) as pool:
        return sum(pool.map(try_once, range(TRIES)))


def passes(limit: Limit, subject: str) -> bool:
    try:
        spend(limit, subject)
    except TooManyRequests:
        return False
    return True


@pytest.fixture
def subject() -> str:
    return uuid.uuid4().hex


def test_looking_before_counting_lets_too_many_through(subject: str) -> None:
    """Lose the race as a negative control: read a row, compare it and write it back."""
    RateCount.objects.create(key=subject, tries=0, ends_at=timezone.now() + timedelta(minutes=1))

    def attempt() -> bool:
        row = RateCount.objects.get(key=subject)
        if row.tries >= ALLOWED:
            return False
        time.sleep(0.02)
        RateCount.objects.filter(key=subject).update(tries=row.tries + 1)
        return True

    assert passed_at_once(attempt) > ALLOWED


def test_so_does_a_cache_that_is_read_and_written_back(subject: str) -> None:
    """Lose the race as a negative control, with a cache as DRF's own throttles use it."""
    if not configured.REDIS_URL:
        pytest.skip("needs REDIS_URL")

    def attempt() -> bool:
        history = cache.get(subject, [])
        if len(history) >= ALLOWED:
            return False
        cache.set(subject, [time.time(), *history], 60)
        return True

    assert passed_at_once(attempt) > ALLOWED


@pytest.mark.parametrize("limit", [GENERAL, SECRET], ids=lambda limit: limit.name)
def test_without_redis(limit: Limit, subject: str, settings: Any) -> None:
    """Count in memory and in the database."""
    settings.REDIS_URL = ""
    assert passed_at_once(lambda: passes(limit, subject)) == ALLOWED


@pytest.mark.parametrize("limit", [GENERAL, SECRET], ids=lambda limit: limit.name)
def test_with_redis(limit: Limit, subject: str) -> None:
    if not configured.REDIS_URL:
        pytest.skip("needs REDIS_URL")
    assert passed_at_once(lambda: passes(limit, subject)) == ALLOWED


def test_a_window_that_has_ended_begins_anew_once(subject: str, settings: Any) -> None:
    settings.REDIS_URL = ""
    spend(SECRET, subject)
    RateCount.objects.update(tries=100, ends_at=timezone.now() - timedelta(seconds=1))
    assert passed_at_once(lambda: passes(SECRET, subject)) == ALLOWED


def test_over_http_whatever_address_is_claimed(subject: str) -> None:
    if connection.vendor == "postgresql" and not configured.REDIS_URL:
        pytest.skip("two worker processes need REDIS_URL to count together")

    def get(number: int) -> int:
        gate.wait(timeout=30)
        claimed = {"X-Forwarded-For": f"10.0.0.{number}"}
        return requests.get(f"{address}/api/v1/products/", headers=claimed, timeout=60).status_code

    gate = threading.Barrier(TRIES)
    with running_shop(THROTTLE_RATE_SCALE=str(ALLOWED / 300)) as address, ThreadPoolExecutor(TRIES) as pool:
        answers = Counter(pool.map(get, range(TRIES)))

    assert answers == {200: ALLOWED, 429: TRIES - ALLOWED}
