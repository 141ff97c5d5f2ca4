"""Models of the codes that verify a mailbox."""

from django.db import models

from accounts.models.users import User


class CodePurpose(models.TextChoices):
    """List what a one-time code can be used for."""

    EMAIL_VERIFICATION = "email_verification"
    EMAIL_CHANGE = "email_change"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - not a password


class OneTimeCode(models.Model):
    """Store the newest code of a user for one purpose; a new code replaces the older one (ASVS 5.0, 6.5.1-6.6.3)."""

    MAX_TRIES = 5

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="codes")
    purpose = models.CharField(max_length=20, choices=CodePurpose.choices)
    email = models.EmailField(help_text="The mailbox that the code was sent to")
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "purpose"], name="one_time_code_newest_only")]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.user_id}"
