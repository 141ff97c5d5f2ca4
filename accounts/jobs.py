"""Periodic work of this app."""

from django.utils import timezone

from accounts.models import UserSession
from utils.jobs import job


@job("accounts.forget_ended_sessions", every_minutes=30)
def forget_ended_sessions() -> None:
    """Delete sessions whose last refresh token has expired: no token can name them any more."""
    UserSession.objects.filter(expires_at__lt=timezone.now()).delete()
