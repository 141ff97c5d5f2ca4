"""Statements that PostgreSQL prepares: they are counted, bound and refused as all others."""

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from utils.statements import prepared_cursor

pytestmark = pytest.mark.django_db

ASKED = "SELECT username, date_joined FROM accounts_user WHERE username = %s"


def ask(name: str) -> list[tuple[object, ...]]:
    with prepared_cursor() as cursor:
        cursor.execute(ASKED, [name])
        return cursor.fetchall()


def test_it_answers_as_any_cursor(customer: User, other_customer: User) -> None:
    for user in (customer, other_customer, customer):
        user.refresh_from_db()
        ((name, joined),) = ask(user.username)
        assert name == user.username
        if connection.vendor == "postgresql":
            assert joined == user.date_joined
    assert ask("nobody") == []


def test_its_statements_are_counted(customer: User) -> None:
    with CaptureQueriesContext(connection) as captured:
        ask("carla")
    assert len(captured) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
class TestOnPostgres:
    def test_a_statement_is_prepared_once(self, customer: User) -> None:
        for _ in range(4):
            ask("carla")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT username, date%%'")
            assert cursor.fetchone() == (1,)

    def test_a_statement_of_the_orm_is_not(self, customer: User) -> None:
        ask("carla")
        before = self.prepared()
        for _ in range(4):
            assert User.objects.filter(username="carla").exists()
        assert self.prepared() == before

    @staticmethod
    def prepared() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            return cursor.fetchone()[0]

    def test_errors_are_djangos_and_a_rollback_keeps_it_usable(self, customer: User) -> None:
        for _ in range(3):
            with pytest.raises(DataError), transaction.atomic(), prepared_cursor() as cursor:
                cursor.execute("SELECT 1 / %s::int", [0])
        with prepared_cursor() as cursor:
            cursor.execute("SELECT 1 / %s::int", [1])
            assert cursor.fetchone() == (1,)
