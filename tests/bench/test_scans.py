"""The benchmark finds the large tables that were read from end to end."""

import pytest
from django.db import connection

from bench import scans
from bench.scans import ScanWatch
from utils.models import RateCount

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL counts them."),
]


def test_a_large_table_that_was_read_from_end_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "_LARGE", 5)
    monkeypatch.setattr(scans, "_RARE", 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO utils_ratecount (key, tries, ends_at) SELECT n, 1, now() FROM generate_series(1, 9) AS n"
        )
        cursor.execute("ANALYZE utils_ratecount")
    watch = ScanWatch()
    assert watch.found() == []
    assert RateCount.objects.filter(tries=1).count() == 9
    assert watch.found() == []
    assert RateCount.objects.filter(tries=2).count() == 0
    (found,) = watch.found()
    assert str(found) == "utils_ratecount: 2 sequential scans, 18 rows"
