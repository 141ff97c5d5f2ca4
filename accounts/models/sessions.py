"""Models of sign-ins with tokens."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.models.users import User


class UserSession(models.Model):
    """Store one sign-in with tokens, from its first token pair to its end.

    All tokens of a sign-in carry its id. ``current_jti`` names the only refresh token that still works, so rotation is
    one conditional UPDATE, and an older token that is used again reveals a theft. ``previous_jti`` names the refresh
    token before it, which is accepted again for a short while, because the answer to its first exchange can get lost.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    current_jti = models.CharField(max_length=32)
    previous_jti = models.CharField(max_length=32, blank=True)
    device = models.CharField(max_length=200, blank=True, help_text="The User-Agent of the client that signed in")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(default=timezone.now, help_text="When the tokens were last exchanged")
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at:%F %T}"
