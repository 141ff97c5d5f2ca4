"""Write reviews, and the products' ratings computed from them."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Avg, Count
from django.utils import timezone

from accounts.models import User
from catalog.errors import OwnProduct
from catalog.models import Product, Review
from catalog.services.versions import lock_products
from catalog.signals import review_written
from utils.events import publish


def review_write(*, product: Product, user: User, rating: int, comment: str = "") -> tuple[Review, bool]:
    """Write or replace the review of ``product`` by ``user``; return it, and whether it is new.

    Raise ``OwnProduct`` when ``user`` sells the product.
    """
    if product.seller_id == user.pk:
        raise OwnProduct
    with transaction.atomic():
        review, is_new = Review.objects.update_or_create(
            product=product, user=user, defaults={"rating": rating, "comment": comment}
        )
        _rating_refresh(product)
        publish(review_written, product_id=product.pk, user_id=user.pk)
    return review, is_new


def reviews_mark_purchased(*, user_id: int, product_ids: Iterable[int]) -> None:
    """Mark the user's reviews of these products as written by somebody who bought the product."""
    Review.objects.filter(user=user_id, product__in=product_ids).update(is_verified_purchase=True)


def review_delete(*, review: Review) -> None:
    """Delete a review, and compute the product's rating again."""
    with transaction.atomic():
        review.delete()
        _rating_refresh(review.product)


def _rating_refresh(product: Product) -> None:
    lock_products(Product.objects.filter(pk=product.pk))
    figures = Review.objects.filter(product=product).aggregate(rating=Avg("rating"), review_count=Count("id"))
    Product.objects.filter(pk=product.pk).update(**figures, updated_at=timezone.now())
