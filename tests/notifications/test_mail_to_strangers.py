"""What the shop mails to addresses that nobody has proven to read."""

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import limits
from accounts.models import User
from tests.conftest import client_of
from tests.factories import make_product, make_user
from tests.support.mail import mailed
from utils.limits import forgive
from utils.plain import plain

pytestmark = pytest.mark.django_db

LURE = "Claim your prize at https://evil.example/x now"


def order(user: User, *, email: str = "", product: str = "") -> None:
    api = client_of(user)
    bought = make_product(product)
    assert api.post("/api/v1/cart/items/", {"product": bought.pk}).status_code == 201
    address = {"name": LURE, "street": f"{LURE}\n1 Main Street"}
    answer = api.post("/api/v1/orders/", {"address": address, **({"email": email} if email else {})})
    assert answer.status_code == 201, answer.json()


def everything_in(message: EmailMessage) -> str:
    return " ".join([message.subject, message.body, *(str(part.content) for part in message.alternatives)])  # type: ignore[attr-defined]


def test_a_stranger_s_mailbox_gets_few_orders_a_day(db: None) -> None:
    got = []
    for spelling in ("ceo@bank.example", "CEO@bank.example", "ceo@BANK.example"):
        buyer = make_user(first_name="Anna")
        for _ in range(2):
            order(buyer, email=spelling)
            got += mailed()
    assert len(got) == 3


def test_one_account_mails_few_strangers(customer: User) -> None:
    customer.email_verified_at = None
    got = []
    for number in range(25):
        order(customer, email=f"ceo{number}@bank.example")
        order_cancelled = client_of(customer).get("/api/v1/orders/").json()["results"][0]["id"]
        client_of(customer).post(f"/api/v1/orders/{order_cancelled}/cancel/")
        got += mailed()
    assert len(got) == 20


def test_mail_to_a_stranger_holds_none_of_the_sender_s_words(customer: User) -> None:
    customer.first_name = "Win at www.evil.example"
    customer.save()
    order(customer, email="ceo@bank.example", product=f"Lamp {LURE}")
    (message,) = mailed()
    text = everything_in(message)
    assert "evil" not in text
    assert "Lamp Claim your prize at now" in text
    assert "Main Street" not in text
    assert "Win" not in text


def test_a_proven_address_gets_every_order(customer: User) -> None:
    customer.email_verified_at = timezone.now()
    customer.first_name = "<b>Carla</b>"
    customer.save()
    got = []
    for _ in range(5):
        order(customer, email="ceo@bank.example")
        got += mailed()
    assert [message.to for message in got] == [["carla@example.com"]] * 5
    assert "Hello <b>Carla</b>," in got[0].body
    assert "Hello &lt;b&gt;Carla&lt;/b&gt;," in everything_in(got[0])
    assert "1 Main Street" in got[0].body
    assert "evil" not in everything_in(got[0])


def test_codes_count_against_the_same_mailbox(customer: User) -> None:
    """Five an hour were a hundred and twenty a day."""
    got = []
    for _ in range(4):
        for _ in range(5):
            answer = APIClient().post("/api/v1/auth/email/resend/", {"email": "Carla@example.com"})
            assert answer.status_code == 202, answer.content
        got += mailed()
        forgive(limits.CODE_TO, "carla@example.com")
        forgive(limits.MAIL_FROM_ADDRESS, "127.0.0.1")
    assert len(got) == limits.UNPROVEN_MAIL_TO.count


@pytest.mark.parametrize("name", [LURE, "Anna\r\nYou have won", "www.evil.example"])
def test_a_name_is_one_line_without_a_page(customer_api: APIClient, customer: User, name: str) -> None:
    answer = customer_api.patch("/api/v1/auth/me/", {"first_name": name})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_name")
    customer.refresh_from_db()
    assert customer.first_name == ""
    new = {"username": "newcomer", "email": "n@example.com", "password": "correct horse 9", "last_name": name}
    assert APIClient().post("/api/v1/auth/register/", new).json()["code"] == "bad_name"
    assert not User.objects.filter(username="newcomer").exists()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Node.js in 10 days, 2.5 kg", "Node. js in 10 days, 2.5 kg"),
        ("See evil.example/x", "See"),
        ("See হাতি.example/x", "See"),
        ("See evil.হাতি/x", "See"),
        ("See হাতি.example", "See হাতি. example"),
        ("a\u2028b\x00c", "a b c"),
        ("J. R. Smith-O'Neil", "J. R. Smith-O'Neil"),
    ],
)
def test_plain_words(words: str, shown: str) -> None:
    assert plain(words) == shown
