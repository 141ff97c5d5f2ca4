"""Writes: reviews, and the ratings that follow from them."""

from django.db import transaction
from django.db.models import Avg, Count
from django.utils import timezone

from accounts.models import User
from catalog.models import Product, Review
from catalog.services.versions import lock_products


def review_write(*, product: Product, user: User, rating: int, comment: str = "") -> tuple[Review, bool]:
    """Write ``user``'s review of ``product``, replacing an earlier one; answers it and whether it is new."""
    with transaction.atomic():
        review, is_new = Review.objects.update_or_create(
            product=product, user=user, defaults={"rating": rating, "comment": comment}
        )
        _rating_refresh(product)
    return review, is_new


def review_delete(*, review: Review) -> None:
    with transaction.atomic():
        review.delete()
        _rating_refresh(review.product)


def _rating_refresh(product: Product) -> None:
    lock_products(Product.objects.filter(pk=product.pk))
    figures = Review.objects.filter(product=product).aggregate(rating=Avg("rating"), review_count=Count("id"))
    Product.objects.filter(pk=product.pk).update(**figures, updated_at=timezone.now())
