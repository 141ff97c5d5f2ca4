"""Another e-mail address for an account."""

import pytest
from rest_framework.test import APIClient

from accounts.models import OneTimeCode, User
from tests.factories import PASSWORD, make_user
from tests.support.mail import code_in, mailed, wrong

pytestmark = pytest.mark.django_db

CHANGE = "/api/v1/auth/email/change/"
NEW = {"email": "Carla@New.example", "password": PASSWORD}


def email_of(user: User) -> str | None:
    user.refresh_from_db()
    return user.email


def test_a_code_to_the_new_mailbox_changes_it_and_the_old_one_is_told(customer_api: APIClient, customer: User) -> None:
    assert customer_api.post(CHANGE, NEW).status_code == 202
    assert email_of(customer) == "carla@example.com"
    (message,) = mailed()
    assert message.to == ["carla@new.example"]

    answer = customer_api.post(f"{CHANGE}confirm/", {"code": code_in(message)})

    assert (answer.status_code, answer.json()["email"], answer.json()["email_verified"]) == (
        200,
        "carla@new.example",
        True,
    )
    assert email_of(customer) == "carla@new.example"
    (notice,) = mailed()
    assert notice.to == ["carla@example.com"]
    customer.refresh_from_db()
    assert customer.previous_email is None  # once told, it is forgotten


def test_the_account_loses_its_other_codes_and_nobody_else_theirs(
    customer_api: APIClient, other_api: APIClient, other_customer: User
) -> None:
    other_api.post(CHANGE, {**NEW, "email": "oskar@new.example"})
    mailed()
    customer_api.post(CHANGE, NEW)
    customer_api.post(f"{CHANGE}confirm/", {"code": code_in(mailed()[0])})
    assert list(OneTimeCode.objects.values_list("user", flat=True)) == [other_customer.pk]


def test_not_without_the_present_password(customer_api: APIClient, customer: User) -> None:
    assert customer_api.post(CHANGE, {**NEW, "password": "guess"}).status_code == 403
    assert not OneTimeCode.objects.exists()
    assert mailed() == []


def test_not_by_the_profile(customer_api: APIClient, customer: User) -> None:
    customer_api.patch("/api/v1/auth/me/", {"email": "x@example.com", "email_verified": True})
    assert email_of(customer) == "carla@example.com"
    assert not customer.is_email_verified


def test_not_to_somebody_elses_address_which_only_their_mailbox_tells(
    customer_api: APIClient, customer: User, other_customer: User
) -> None:
    answer = customer_api.post(CHANGE, {**NEW, "email": "OSKAR@example.com"})
    assert (answer.status_code, answer.json()) == (202, customer_api.post(CHANGE, NEW).json())
    customer_api.post(CHANGE, {**NEW, "email": "OSKAR@example.com"})
    message = mailed()[-1]
    assert message.to == ["oskar@example.com"]
    refused = customer_api.post(f"{CHANGE}confirm/", {"code": code_in(message)})
    assert (refused.status_code, refused.json()["code"]) == (409, "email_taken")
    assert email_of(customer) == "carla@example.com"


def test_not_to_an_address_that_was_taken_meanwhile(customer_api: APIClient, customer: User) -> None:
    customer_api.post(CHANGE, NEW)
    (message,) = mailed()
    make_user("quick", email="carla@new.example")
    assert customer_api.post(f"{CHANGE}confirm/", {"code": code_in(message)}).status_code == 409
    assert email_of(customer) == "carla@example.com"


def test_not_with_a_wrong_code(customer_api: APIClient, customer: User) -> None:
    customer_api.post(CHANGE, NEW)
    (message,) = mailed()
    assert customer_api.post(f"{CHANGE}confirm/", {"code": wrong(code_in(message))}).status_code == 400
    assert email_of(customer) == "carla@example.com"


def test_not_before_anything_was_mailed(customer_api: APIClient, customer: User) -> None:
    customer_api.post(CHANGE, NEW)
    assert customer_api.post(f"{CHANGE}confirm/", {"code": "000000"}).status_code == 400
    assert email_of(customer) == "carla@example.com"


def test_asking_again_for_another_mailbox_voids_the_first_code(customer_api: APIClient, customer: User) -> None:
    customer_api.post(CHANGE, NEW)
    (first,) = mailed()
    customer_api.post(CHANGE, {**NEW, "email": "second@new.example"})
    assert customer_api.post(f"{CHANGE}confirm/", {"code": code_in(first)}).status_code == 400
    assert email_of(customer) == "carla@example.com"
