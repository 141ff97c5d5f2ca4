"""Fixtures of these tests."""

import pytest
from django.utils import timezone

from accounts.models import User
from tests.support.aamarpay_shop_till import aamarpay_till as aamarpay_till
from tests.support.shop_with_aamarpay import aamarpay_shop as aamarpay_shop
from tests.support.shop_with_stripe import stripe_shop as stripe_shop


@pytest.fixture
def verified(customer: User) -> User:
    """Return the customer, whose e-mail address is verified."""
    customer.email_verified_at = timezone.now()
    customer.save(update_fields=["email_verified_at"])
    return customer
