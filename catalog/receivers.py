"""What the catalogue does when it hears of something."""

from typing import Any

from django.dispatch import receiver

from accounts.signals import seller_approved
from catalog.services import products_approve


@receiver(seller_approved, dispatch_uid="catalog.products_approve")
def approve_products(*, user_id: int, **kwargs: Any) -> None:
    products_approve(seller_id=user_id)
