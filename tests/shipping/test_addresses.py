"""The address book, over HTTP."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import profile_update
from shipping.addresses import PostalAddress
from shipping.models import Address
from shipping.selectors import profile_address

pytestmark = pytest.mark.django_db

BOOK = "/api/v1/addresses/"


def test_keep_change_delete(customer_api: APIClient, other_api: APIClient) -> None:
    first = customer_api.post(BOOK, {"street": "1 Main Street", "is_default": True}).json()
    second = customer_api.post(BOOK, {"street": "2 Side Street", "city": "Nairobi", "is_default": True}).json()
    assert [row["street"] for row in customer_api.get(BOOK).json()["results"]] == ["2 Side Street", "1 Main Street"]

    changed = customer_api.patch(f"{BOOK}{first['id']}/", {"is_default": True})
    assert (changed.status_code, changed.json()["street"]) == (200, "1 Main Street")
    assert list(Address.objects.filter(is_default=True).values_list("number", flat=True)) == [first["id"]]

    for method in ("get", "patch", "delete"):
        assert getattr(other_api, method)(f"{BOOK}{second['id']}/").status_code == 404
    assert customer_api.delete(f"{BOOK}{second['id']}/").status_code == 204
    assert customer_api.patch(f"{BOOK}{second['id']}/", {"city": "Mombasa"}).status_code == 404
    assert Address.objects.count() == 1


def test_a_street_is_needed(customer_api: APIClient) -> None:
    answer = customer_api.post(BOOK, {"city": "Nairobi"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/street")
    assert not Address.objects.exists()


def test_a_long_name_in_a_profile_is_cut(customer: User) -> None:
    profile_update(user=customer, first_name="C" * 150, last_name="O" * 150)
    Address(user=customer, street="1 Main Street", name=profile_address(customer).name).full_clean()


def test_the_address_of_a_profile(customer: User) -> None:
    assert profile_address(customer) == PostalAddress(name="carla", street="")
    profile_update(user=customer, first_name="Carla", last_name="Otieno", phone="0712345678", address="Moi Avenue 1")
    found = profile_address(customer)
    assert (found.name, found.phone, found.street) == ("Carla Otieno", "0712345678", "Moi Avenue 1")
