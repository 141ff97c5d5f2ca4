"""The simulator's HTTP sides, asked as the gateways' own clients would; and that it is nowhere else."""

from pathlib import Path

import pytest
import requests
import stripe
from rest_framework.test import APIClient

from tests.support.server import ROOT

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def simulator(simulated_shop: str) -> str:
    return f"{simulated_shop}/simulator"


def stripe_client(simulator: str, key: str = "sk_test_simulator") -> stripe.StripeClient:
    return stripe.StripeClient(key, base_addresses={"api": f"{simulator}/stripe"})


SESSION = {
    "mode": "payment",
    "line_items": [
        {"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 1250, "product_data": {"name": "Lamp"}}}
    ],
    "success_url": "http://127.0.0.1/ok",
    "client_reference_id": "abc",
}


@pytest.mark.django_db
def test_it_is_off_where_nobody_asked_for_it() -> None:
    assert APIClient().get("/simulator/").status_code == 404


class TestStripe:
    def test_a_session_once_for_each_key(self, simulator: str) -> None:
        client = stripe_client(simulator)
        first, again = (
            client.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"})  # type: ignore[arg-type]
            for _ in range(2)
        )
        assert (first.id, first.amount_total, first.status, first.payment_status) == (again.id, 1250, "open", "unpaid")
        assert client.v1.checkout.sessions.retrieve(first.id).id == first.id
        assert client.v1.checkout.sessions.expire(first.id).status == "expired"

    def test_other_parameters_under_one_key(self, simulator: str) -> None:
        client = stripe_client(simulator)
        client.v1.checkout.sessions.create(SESSION, {"idempotency_key": "two"})  # type: ignore[arg-type]
        with pytest.raises(stripe.IdempotencyError):
            client.v1.checkout.sessions.create(
                {**SESSION, "client_reference_id": "other"},  # type: ignore[arg-type]
                {"idempotency_key": "two"},
            )

    def test_an_intent_that_an_app_pays_on_its_page(self, simulator: str) -> None:
        client = stripe_client(simulator)
        asked = {"amount": 1250, "currency": "usd", "automatic_payment_methods": {"enabled": True}}
        intent = client.v1.payment_intents.create(asked)  # type: ignore[arg-type]
        assert (intent.status, bool(intent.client_secret)) == ("requires_payment_method", True)
        with requests.Session() as browser:
            page = f"{simulator}/pay/{intent.id}/"
            assert f"/pay/{intent.id}/" in browser.get(f"{simulator}/", timeout=10).text
            browser.get(page, timeout=10)
            form = {"choice": "pay", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
            assert browser.post(page, form, headers={"Referer": page}, timeout=10).status_code == 200
        paid = client.v1.payment_intents.retrieve(intent.id)
        assert (paid.status, paid.amount_received) == ("succeeded", 1250)
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.cancel(intent.id)

    def test_an_intent_is_cancelled_once(self, simulator: str) -> None:
        client = stripe_client(simulator)
        intent = client.v1.payment_intents.create({"amount": 1250, "currency": "usd"})
        assert client.v1.payment_intents.cancel(intent.id).status == "canceled"
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.cancel(intent.id)

    def test_a_wrong_key(self, simulator: str) -> None:
        with pytest.raises(stripe.AuthenticationError):
            stripe_client(simulator, "sk_test_other").v1.checkout.sessions.retrieve("cs_test_x")


class TestAamarPay:
    def test_an_unknown_transaction_and_wrong_credentials(self, simulator: str) -> None:
        address = f"{simulator}/aamarpay/api/v1/trxcheck/request.php"
        asked = {"request_id": "none", "store_id": "simulator", "signature_key": "simulator", "type": "json"}
        assert requests.get(address, asked, timeout=10).json()["status"] == "Invalid-Data"
        refused = requests.get(address, {**asked, "signature_key": "wrong"}, timeout=10)
        assert (refused.status_code, refused.text) == (200, "Store_id & signature key not matched")

    def test_a_refusal_says_false_not_a_text(self, simulator: str) -> None:
        answer = requests.post(f"{simulator}/aamarpay/jsonpost.php", json={"store_id": "simulator"}, timeout=10)
        assert answer.status_code == 200
        assert "payment_url" not in answer.text


class TestMpesa:
    def test_a_token_needs_the_key_and_a_push_needs_the_token(self, simulator: str) -> None:
        address = f"{simulator}/mpesa/oauth/v1/generate?grant_type=client_credentials"
        assert requests.get(address, auth=("simulator", "wrong"), timeout=10).status_code >= 400
        token = requests.get(address, auth=("simulator", "simulator"), timeout=10).json()
        assert token["access_token"]
        push = requests.post(f"{simulator}/mpesa/mpesa/stkpush/v1/processrequest", json={}, timeout=10)
        assert push.status_code >= 400


def test_its_page_opens(simulator: str) -> None:
    page = requests.get(f"{simulator}/", timeout=10)
    assert page.status_code == 200
    assert "no money moves here" in page.text


def test_the_secrets_it_makes_up_open_nothing_elsewhere() -> None:
    """They stand in the code, so only the settings of the embedded default may use them."""
    using = [
        path.relative_to(ROOT).as_posix()
        for path in Path(ROOT / "config").rglob("*.py")
        if "whsec_simulator" in path.read_text()
    ]
    assert using == ["config/settings/local.py"]
