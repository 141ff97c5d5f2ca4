"""Test the personal data of sellers: the export holds it, and erasing the account erases it."""

import pytest

from accounts.models import User
from accounts.privacy import personal_data
from accounts.services import user_erase
from catalog.errors import StillSelling
from catalog.models import Product
from catalog.services import product_archive
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def test_where_a_seller_is_paid_goes_with_the_account(customer: User, other_customer: User) -> None:
    product = make_product(seller=customer, payout_phone="0712345678")
    make_product(seller=other_customer, payout_phone="0799999999")
    (exported,) = personal_data(customer)["catalogue"]["products"]
    assert (exported["id"], exported["payout_phone"]) == (product.pk, "0712345678")
    with pytest.raises(StillSelling):
        user_erase(user=customer)
    assert Product.objects.get(pk=product.pk).payout_phone == "0712345678"
    product_archive(product=product)
    user_erase(user=customer)
    assert sorted(Product.objects.values_list("payout_phone", flat=True)) == ["", "0799999999"]
