"""What the catalogue holds about a person: reviews, and what they sell."""

from typing import Any

from accounts.models import User
from accounts.privacy import declare
from catalog.errors import StillSelling
from catalog.models import Product, ProductStatus, Review
from catalog.services import products_withdraw


def export(user: User) -> dict[str, Any]:
    return {
        "reviews": list(Review.objects.filter(user=user).values("product_id", "rating", "comment", "created_at")),
        "products": list(Product.objects.filter(seller=user).values("id", "name", "slug", "status", "payout_phone")),
    }


def erase(user: User) -> None:
    """Reviews stay, under the pseudonym, without their text: the product's rating counts them.

    What waits for staff is withdrawn. Raises ``StillSelling`` for whoever has products on sale.
    """
    if Product.objects.filter(seller=user, status=ProductStatus.ACTIVE).exists():
        raise StillSelling
    Review.objects.filter(user=user).update(comment="")
    products_withdraw(seller_id=user.pk)
    Product.objects.filter(seller=user).update(payout_phone="")


declare("catalogue", export=export, erase=erase)
