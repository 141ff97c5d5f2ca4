"""Telephone numbers that staff type."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from shipping.models import Address
from tests.admin.shown_forms import shown_form
from tests.support.rows import all_rows, changed


@pytest.fixture(params=["profile", "address"])
def row(request: pytest.FixtureRequest, customer: User, settings: Any) -> User | Address:
    settings.PHONE_REGION = "KE"
    User.objects.filter(pk=customer.pk).update(phone="after five")
    customer.refresh_from_db()
    return (
        customer
        if request.param == "profile"
        else Address.objects.create(user=customer, street="1 Main Street", phone="after five")
    )


def save(root: Client, row: User | Address, **typed: str) -> str:
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    answer = root.post(url, shown_form(root, url) | typed, follow=True)
    row.refresh_from_db()
    return answer.content.decode()


@pytest.mark.parametrize("typed", ["0712 345 678", "+254 (0) 712 345678", "\u202a00254712345678"], ids=ascii)
def test_one_is_kept_without_how_it_was_typed(root: Client, row: User | Address, typed: str) -> None:
    save(root, row, phone=typed)
    assert row.phone == "+254712345678"


@pytest.mark.parametrize("typed", ["my phone", "12345"])
def test_what_is_none_is_refused(root: Client, row: User | Address, typed: str) -> None:
    before = all_rows()
    assert "This is not a telephone number." in save(root, row, phone=typed, city="Nairobi")
    assert changed(before, all_rows()) == []


def test_an_old_one_that_nobody_touched_stays(root: Client, row: User | Address) -> None:
    save(root, row, city="Nairobi")
    assert (row.city, row.phone) == ("Nairobi", "after five")


def test_none_is_fine(root: Client, row: User | Address) -> None:
    save(root, row, phone="")
    assert row.phone == ""
