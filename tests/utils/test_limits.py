"""Limits: what they count, where, and what becomes of them while Redis does not answer."""

import hashlib
import logging
import socket
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_redis import get_redis_connection

from utils import counters
from utils.limits import Limit, TooManyRequests, Verdict, forgive, spend
from utils.maintenance import forget_old_rows
from utils.models import RateCount

pytestmark = pytest.mark.django_db

GENERAL = Limit("general", count=3, seconds=60)
SECRET = Limit("secret", count=3, seconds=60, guards_secrets=True)
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def subject() -> str:
    """Never seen before: the memory of the process outlives a test."""
    return uuid.uuid4().hex


@pytest.fixture
def _without_redis(settings: Any) -> None:
    settings.REDIS_URL = ""


@pytest.fixture(params=[GENERAL, SECRET], ids=lambda limit: limit.name)
def limit(request: pytest.FixtureRequest) -> Limit:
    return request.param


def tries_allowed(limit: Limit, subject: str, *, of: int = 10) -> int:
    allowed = 0
    for _ in range(of):
        try:
            spend(limit, subject)
        except TooManyRequests:
            continue
        allowed += 1
    return allowed


class TestCounting:
    """Count on what the environment names: memory and database, or Redis."""

    def test_the_tries_of_a_window(self, limit: Limit, subject: str) -> None:
        verdicts = [spend(limit, subject) for _ in range(3)]
        assert [verdict.remaining for verdict in verdicts] == [2, 1, 0]
        assert verdicts[0] == Verdict(limit, remaining=2, reset_after=60)
        with pytest.raises(TooManyRequests) as refused:
            spend(limit, subject)
        assert refused.value.limit == limit
        assert 55 <= refused.value.retry_after <= 60

    def test_subjects_and_limits_are_counted_apart(self, limit: Limit, subject: str) -> None:
        assert tries_allowed(limit, subject) == 3
        assert spend(limit, subject, "x").remaining == 2
        assert spend(Limit("other", count=3, seconds=60), subject).remaining == 2

    def test_where_one_part_of_a_subject_ends_matters(self, limit: Limit, subject: str) -> None:
        spend(limit, f"{subject}a", "b")
        assert spend(limit, subject, "ab").remaining == 2

    def test_forgiven_tries_are_forgotten(self, limit: Limit, subject: str) -> None:
        assert tries_allowed(limit, subject) == 3
        forgive(limit, subject)
        assert tries_allowed(limit, subject) == 3

    def test_a_refused_try_does_not_prolong_the_window(self, subject: str) -> None:
        short = Limit("short", count=1, seconds=1, guards_secrets=True)
        spend(short, subject)
        for _ in range(2):
            time.sleep(0.4)
            assert tries_allowed(short, subject, of=1) == 0
        time.sleep(0.3)
        assert tries_allowed(short, subject, of=1) == 1


@pytest.mark.usefixtures("_without_redis")
class TestWithoutRedis:
    def test_a_window_ends_and_another_begins(self, limit: Limit, subject: str) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            assert tries_allowed(limit, subject) == 3
            clock.shift(timedelta(seconds=59))
            assert tries_allowed(limit, subject) == 0
            clock.shift(timedelta(seconds=1))
            assert spend(limit, subject) == Verdict(limit, remaining=2, reset_after=60)

    def test_what_guards_secrets_is_in_the_database_without_names(self, subject: str) -> None:
        spend(SECRET, "carla@example.com", subject)
        row = RateCount.objects.get()
        assert row.key.startswith("limit:secret:")
        assert len(row.key) == len("limit:secret:") + hashlib.sha256().digest_size * 2
        assert (row.tries, timezone.now() < row.ends_at) == (1, True)

    def test_what_guards_secrets_costs_one_statement_and_the_rest_none(self, subject: str) -> None:
        for limit, statements in [(SECRET, 1), (GENERAL, 0)]:
            with CaptureQueriesContext(connection) as captured:
                spend(limit, subject)
            counted = [query for query in captured if "utils_ratecount" in query["sql"]]
            assert (len(counted), len(captured) - len(counted) <= 2) == (statements, True)

    def test_ended_counts_are_deleted(self, subject: str) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            spend(SECRET, subject)
            clock.shift(timedelta(seconds=30))
            spend(SECRET, subject, "later")
            clock.shift(timedelta(seconds=30))
            forget_old_rows()
        assert RateCount.objects.get().ends_at == NOON + timedelta(seconds=90)

    def test_the_memory_sweeps_out_what_has_ended(self) -> None:
        memory = counters._Memory()
        with time_machine.travel(NOON, tick=False) as clock:
            memory.count("old", 10)
            memory.count("lasting", 100)
            clock.shift(timedelta(seconds=61))
            memory.count("new", 10)
        assert memory._windows.keys() == {"lasting", "new"}


@pytest.mark.usefixtures("_without_redis")
@pytest.mark.django_db(transaction=True)
class TestTransactions:
    def test_a_try_that_a_rollback_would_take_back_is_a_programming_error(self, subject: str) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            spend(SECRET, subject)
        assert RateCount.objects.count() == 0

    def test_what_guards_no_secret_may_be_counted_anywhere(self, subject: str) -> None:
        with transaction.atomic():
            spend(GENERAL, subject)
        assert tries_allowed(GENERAL, subject) == 2


class TestRedis:
    @pytest.fixture(autouse=True)
    def _needs_redis(self) -> None:
        if not configured.REDIS_URL:
            pytest.skip("needs REDIS_URL")

    def test_only_the_first_try_sets_the_end(self, limit: Limit, subject: str) -> None:
        client = get_redis_connection()
        spend(limit, subject)
        (key,) = client.keys(f"limit:{limit.name}:*")
        client.pexpire(key, 20_000)
        assert spend(limit, subject).reset_after <= 20
        assert RateCount.objects.count() == 0

    def test_a_window_ends_and_another_begins(self, subject: str) -> None:
        short = Limit("short", count=1, seconds=1)
        assert tries_allowed(short, subject, of=3) == 1
        time.sleep(1.1)
        assert tries_allowed(short, subject, of=3) == 1

    def test_no_query_and_one_command(self, limit: Limit, subject: str) -> None:
        client = get_redis_connection()
        before = client.info("commandstats").get("cmdstat_eval", {"calls": 0})["calls"]
        with CaptureQueriesContext(connection) as captured:
            spend(limit, subject)
        assert len(captured) == 0
        assert client.info("commandstats")["cmdstat_eval"]["calls"] == before + 1


class TestBatches:
    """Limits of many tries that guard no secret are counted in memory, and told to Redis in batches."""

    MANY = Limit("many", count=100, seconds=60)

    @pytest.fixture(autouse=True)
    def _needs_redis(self) -> None:
        if not configured.REDIS_URL:
            pytest.skip("needs REDIS_URL")

    @staticmethod
    def in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
        """Count in another memory from here on."""
        monkeypatch.setattr(counters, "_memory", counters._Memory())

    def test_redis_hears_of_five_tries_at_once(self, subject: str) -> None:
        client = get_redis_connection()
        before = client.info("commandstats").get("cmdstat_eval", {"calls": 0})["calls"]
        assert tries_allowed(self.MANY, subject, of=24) == 24
        assert client.info("commandstats")["cmdstat_eval"]["calls"] == before + 4
        (key,) = client.keys("limit:many:*")
        assert int(client.get(key)) == 20
        assert 59_000 < client.pttl(key) <= 60_000

    def test_alone_a_process_allows_exactly_the_limit(self, subject: str) -> None:
        assert tries_allowed(self.MANY, subject, of=130) == 100

    def test_processes_together_allow_a_batch_too_many_each_at_most(
        self, subject: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        memories = [counters._memory, counters._Memory()]
        allowed = 0
        for number in range(200):
            monkeypatch.setattr(counters, "_memory", memories[number // 3 % 2])
            allowed += tries_allowed(self.MANY, subject, of=1)
        assert 100 <= allowed <= 110

    def test_a_process_hears_what_others_counted(self, subject: str, monkeypatch: pytest.MonkeyPatch) -> None:
        assert tries_allowed(self.MANY, subject, of=95) == 95
        self.in_another_process(monkeypatch)
        assert [spend(self.MANY, subject).remaining for _ in range(5)] == [99, 98, 97, 96, 0]
        with pytest.raises(TooManyRequests):
            spend(self.MANY, subject)

    def test_a_window_that_others_began_ends_with_theirs(self, subject: str, monkeypatch: pytest.MonkeyPatch) -> None:
        spent = [spend(self.MANY, subject) for _ in range(5)]
        assert spent[-1].reset_after == 60
        (key,) = get_redis_connection().keys("limit:many:*")
        get_redis_connection().pexpire(key, 20_000)
        self.in_another_process(monkeypatch)
        assert [spend(self.MANY, subject).reset_after for _ in range(6)] == [60, 60, 60, 60, 20, 20]

    def test_forgiven_tries_are_forgotten(self, subject: str) -> None:
        assert tries_allowed(self.MANY, subject, of=130) == 100
        forgive(self.MANY, subject)
        assert spend(self.MANY, subject).remaining == 99


class TestRedisThatDoesNotAnswer:
    @pytest.fixture(params=["closed", "silent"], autouse=True)
    def _unanswering(self, request: pytest.FixtureRequest, settings: Any, monkeypatch: Any) -> Iterator[None]:
        """Return a port where nobody listens, or where nobody answers."""
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            if request.param == "silent":
                listening.listen()
            settings.REDIS_URL = f"redis://127.0.0.1:{listening.getsockname()[1]}/0"
            settings.CACHES = {
                "default": {
                    "BACKEND": "django_redis.cache.RedisCache",
                    "LOCATION": settings.REDIS_URL,
                    "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.5, "SOCKET_TIMEOUT": 0.5},
                }
            }
            monkeypatch.setattr(counters, "_redis", counters._Breaker())
            yield

    def test_secrets_stay_guarded(self, subject: str) -> None:
        began = time.monotonic()
        assert tries_allowed(SECRET, subject) == 3
        assert time.monotonic() - began < 1
        assert RateCount.objects.get().tries == 10
        forgive(SECRET, subject)
        assert tries_allowed(SECRET, subject) == 3

    def test_everything_else_passes_with_one_warning(self, subject: str, caplog: pytest.LogCaptureFixture) -> None:
        began = time.monotonic()
        with caplog.at_level(logging.WARNING, logger="utils.counters"):
            assert tries_allowed(GENERAL, subject, of=20) == 20
        assert time.monotonic() - began < 1
        assert len(caplog.records) == 1
        assert RateCount.objects.count() == 0

    def test_what_is_told_in_batches_is_counted_alone(self, subject: str) -> None:
        began = time.monotonic()
        assert tries_allowed(Limit("many", count=40, seconds=60), subject, of=60) == 40
        assert time.monotonic() - began < 1

    def test_one_caller_after_each_pause_asks_again(self, subject: str, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = []

        def ask(client: Any) -> int:
            asked.append(client)
            return client.ping()

        breaker = counters._redis
        assert [breaker.call(ask), breaker.call(ask)] == [None, None]
        assert len(asked) == 1
        breaker._asked_again_at = time.monotonic()
        assert [breaker.call(ask), breaker.call(ask)] == [None, None]
        assert len(asked) == 2
        breaker._asked_again_at = time.monotonic()
        assert [breaker.call(lambda client: 7), breaker.call(lambda client: 8)] == [7, 8]
