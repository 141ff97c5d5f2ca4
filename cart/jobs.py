"""The cart's periodic jobs."""

from datetime import timedelta

from django.utils import timezone

from cart.models import Cart, CartStatus
from utils.jobs import job

GUEST_CARTS_KEPT = timedelta(days=30)


@job("cart.forget_guest_carts", every_minutes=30)
def forget_guest_carts() -> None:
    """Delete guests' carts that nobody has touched for 30 days."""
    Cart.objects.filter(user=None, status=CartStatus.OPEN, updated_at__lt=timezone.now() - GUEST_CARTS_KEPT).delete()
