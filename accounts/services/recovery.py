"""Services that verify a mailbox, and set a new password or e-mail address.

A request for mail gets the same answer, after the same work, whether or not an account has the address. It only counts
against the limits, looks the address up and publishes an event. A job finds out later whether there is mail to send.
"""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import codes, limits, resets
from accounts.clients import Client
from accounts.errors import EmailTaken, ResetLinkRefused
from accounts.models import CodePurpose, OneTimeCode, User
from accounts.services.sessions import password_check, session_open, sign_in_limits_forgive, sign_ins_end
from accounts.services.users import require_strong
from accounts.signals import code_requested, email_changed, email_proven, password_changed, reset_link_requested
from accounts.tokens import TokenPair
from utils.events import publish
from utils.limits import Limit, spend
from utils.names import normalize_email


def code_request(*, email: str, purpose: CodePurpose, client: Client) -> None:
    """Mail a code for ``purpose`` to ``email``, if an account has that address.

    Raise ``TooManyRequests`` when a rate limit is used up.
    """
    user = _user_for_mail(email, client, limits.CODE_TO)
    publish(code_requested, user_id=user.pk if user else None, purpose=purpose)


def reset_link_request(*, email: str, client: Client, page: str = resets.OUR_PAGE) -> None:
    """Mail a password reset link to ``email``, if an account has that address.

    ``page`` is the page that the link opens; see ``accounts.resets.link``. Raise ``TooManyRequests`` when a rate limit
    is used up.
    """
    user = _user_for_mail(email, client, limits.LINK_TO)
    publish(reset_link_requested, user_id=user.pk if user else None, page=page)


def _user_for_mail(email: str, client: Client, limit: Limit) -> User | None:
    """Count a request for mail to ``email`` and return the active user with that address, if any."""
    address = normalize_email(email)
    spend(limits.MAIL_FROM_ADDRESS, client.address)
    spend(limit, address)
    return _active_user(address)


def _user_for_code(email: str, client: Client) -> User | None:
    """Count an attempt to use a code for ``email``, and return the active user with that address, if any."""
    address = normalize_email(email)
    spend(limits.CODE_FROM_ADDRESS, client.address)
    spend(limits.CODE_OF_ACCOUNT, address)
    return _active_user(address)


def _active_user(address: str) -> User | None:
    return User.objects.filter(email=address, is_active=True).first()


def email_verify(*, email: str, code: str, client: Client) -> None:
    """Verify the account's mailbox with the code that was mailed to it.

    Raise ``CodeRefused`` when the code is not valid. Raise ``TooManyRequests`` when a rate limit is used up.
    """
    user = _user_for_code(email, client)
    with codes.redeemed(user=user, purpose=CodePurpose.EMAIL_VERIFICATION, code=code) as proof:
        # If the account's address has changed since, the code proves nothing about the new one.
        _note_proof(User.objects.filter(pk=proof.user_id, email=proof.email))


def _note_proof(users: QuerySet[User]) -> None:
    """Record for the user in ``users`` that the mailbox is verified. ``users`` selects one user or none.

    Call this inside a transaction.
    """
    for pk in users.values_list("pk", flat=True):
        users.update(email_verified_at=timezone.now())
        publish(email_proven, user_id=pk)


def password_reset_by_code(*, email: str, code: str, password: str, client: Client) -> User:
    """Set a new password with a mailed code, end every sign-in, and return the account's user.

    Raise ``CodeRefused`` when the code is not valid, and ``WeakPassword`` for a weak password, after which the code can
    still be used. Raise ``TooManyRequests`` when a rate limit is used up.
    """
    user = _user_for_code(email, client)
    require_strong(password, user=User(email=email))
    with codes.redeemed(user=user, purpose=CodePurpose.PASSWORD_RESET, code=code) as proof:
        owner = User.objects.select_for_update().get(pk=proof.user_id)
        # Checked only after the code: refusing a password that resembles the owner's data would reveal that data.
        require_strong(password, user=owner)
        _password_set(owner, password, client=client, proven_email=proof.email)
        return owner


def password_reset_by_link(*, token: resets.ResetToken, password: str, client: Client) -> User:
    """Set a new password with the token of a mailed link, end every sign-in, and return the account's user.

    A link works once. Raise ``ResetLinkRefused`` when it is not valid, and ``WeakPassword`` for a weak password, after
    which the link can still be used. Raise ``TooManyRequests`` when a rate limit is used up.
    """
    spend(limits.CODE_FROM_ADDRESS, client.address)
    with transaction.atomic():
        # The lock makes a second request with the same link find the password changed, which voids its token.
        user = User.objects.select_for_update().filter(pk=token.user_id, is_active=True).first()
        if user is None or not resets.is_valid(token, user):
            raise ResetLinkRefused
        require_strong(password, user=user)
        _password_set(user, password, client=client, proven_email=user.email)
        return user


def _password_set(user: User, password: str, *, client: Client, proven_email: str | None = None) -> None:
    """Set the password, delete open codes, end every sign-in and publish ``password_changed``.

    ``proven_email`` is the mailbox that the caller has just verified, if any. If it is the account's own, it
    counts as verified from now on.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    if proven_email:
        _note_proof(User.objects.filter(pk=user.pk, email=proven_email, email_verified_at=None))
    OneTimeCode.objects.filter(user=user).delete()
    sign_ins_end(user=user)
    sign_in_limits_forgive(user=user, client=client)
    publish(password_changed, user_id=user.pk)


def password_change(*, user: User, old_password: str, new_password: str, client: Client) -> TokenPair:
    """Set a new password, end every sign-in of ``user``, and return the tokens of a new one.

    Raise ``WrongPassword`` when ``old_password`` is wrong, and ``WeakPassword`` when the new one is weak. Raise
    ``TooManyRequests`` when a rate limit is used up.
    """
    password_check(user=user, password=old_password)
    require_strong(new_password, user=user, field="new_password")
    with transaction.atomic():
        _password_set(user, new_password, client=client)
        return session_open(user=user, client=client)


def email_change_request(*, user: User, email: str, password: str, client: Client) -> None:
    """Mail a code to the new e-mail address; the account keeps its address until ``email_change_confirm``.

    An address that another account has is not refused here: only a person who reads its mail may learn that. Raise
    ``WrongPassword`` when ``password`` is wrong. Raise ``TooManyRequests`` when a rate limit is used up.
    """
    password_check(user=user, password=password)
    spend(limits.MAIL_FROM_ADDRESS, client.address)
    spend(limits.CODE_TO, normalize_email(email))
    with transaction.atomic():
        OneTimeCode.objects.update_or_create(
            user=user,
            purpose=CodePurpose.EMAIL_CHANGE,
            # No code matches an empty hash. The job that mails the code sets the hash.
            defaults={"email": normalize_email(email), "code_hash": "", "expires_at": timezone.now() + codes.LIFETIME},
        )
        publish(code_requested, user_id=user.pk, purpose=CodePurpose.EMAIL_CHANGE)


def email_change_confirm(*, user: User, code: str) -> User:
    """Change the account's e-mail address to the new one, which ``code`` verifies, and return the user.

    The old mailbox is notified. Raise ``CodeRefused`` when the code is not valid, or ``EmailTaken`` when another
    account has the address. Raise ``TooManyRequests`` when a rate limit is used up.
    """
    spend(limits.CODE_OF_ACCOUNT, str(user.pk))
    try:
        with codes.redeemed(user=user, purpose=CodePurpose.EMAIL_CHANGE, code=code) as proof:
            user.previous_email, user.email = user.email, proof.email
            user.email_verified_at = timezone.now()
            user.save(update_fields=["previous_email", "email", "email_verified_at"])
            OneTimeCode.objects.filter(user=user).delete()
            publish(email_changed, user_id=user.pk)
            publish(email_proven, user_id=user.pk)
    except IntegrityError as error:
        raise EmailTaken from error
    return user
