"""Export and erase what the catalogue holds about a person: their reviews and the products that they sell."""

from typing import Any

from accounts.models import User
from accounts.privacy import declare
from catalog.errors import StillSelling
from catalog.models import Product, ProductStatus, Review
from catalog.services import products_withdraw


def export(user: User) -> dict[str, Any]:
    """Return the person's reviews and products."""
    return {
        "reviews": list(Review.objects.filter(user=user).values("product_id", "rating", "comment", "created_at")),
        "products": list(Product.objects.filter(seller=user).values("id", "name", "slug", "status", "payout_phone")),
    }


def erase(user: User) -> None:
    """Erase a person's text and phone numbers from the catalogue.

    Their reviews stay under the pseudonym and without text, because the product's rating counts them. Their products
    that wait for staff are archived. Raise ``StillSelling`` when the person has products on sale.
    """
    if Product.objects.filter(seller=user, status=ProductStatus.ACTIVE).exists():
        raise StillSelling
    Review.objects.filter(user=user).update(comment="")
    products_withdraw(seller_id=user.pk)
    Product.objects.filter(seller=user).update(payout_phone="")


declare("catalogue", export=export, erase=erase)
