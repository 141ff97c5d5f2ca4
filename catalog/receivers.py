"""Receivers in the catalogue for events of other apps."""

from typing import Any

from django.dispatch import receiver

from accounts.signals import seller_approved
from catalog.services import products_approve


@receiver(seller_approved, dispatch_uid="catalog.products_approve")
def approve_products(*, user_id: int, **kwargs: Any) -> None:
    """Put the waiting products of a newly approved seller on sale."""
    products_approve(seller_id=user_id)
