"""Writes: proofs of a mailbox, and new passwords.

What asks for mail answers the same, after the same work, whether or not an account has the address: the request only
counts against the limits, looks the address up and publishes; whether there is anything to mail is found out later.
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
    """Have a code for ``purpose`` mailed to ``email``, if an account has it. Raises ``TooManyRequests``."""
    user = _user_for_mail(email, client, limits.CODE_TO)
    publish(code_requested, user_id=user.pk if user else None, purpose=purpose)


def reset_link_request(*, email: str, client: Client, page: str = resets.OUR_PAGE) -> None:
    """Have a link for a new password mailed to ``email``, if an account has it.

    ``page`` is where the link leads, see ``accounts.resets.link``. Raises ``TooManyRequests``.
    """
    user = _user_for_mail(email, client, limits.LINK_TO)
    publish(reset_link_requested, user_id=user.pk if user else None, page=page)


def _user_for_mail(email: str, client: Client, limit: Limit) -> User | None:
    address = normalize_email(email)
    spend(limits.MAIL_FROM_ADDRESS, client.address)
    spend(limit, address)
    return _active_user(address)


def _user_for_code(email: str, client: Client) -> User | None:
    address = normalize_email(email)
    spend(limits.CODE_FROM_ADDRESS, client.address)
    spend(limits.CODE_OF_ACCOUNT, address)
    return _active_user(address)


def _active_user(address: str) -> User | None:
    return User.objects.filter(email=address, is_active=True).first()


def email_verify(*, email: str, code: str, client: Client) -> None:
    """Prove the mailbox with its code. Raises ``CodeRefused`` or ``TooManyRequests``."""
    user = _user_for_code(email, client)
    with codes.redeemed(user=user, purpose=CodePurpose.EMAIL_VERIFICATION, code=code) as proof:
        # Unless the account has got another address since: then nothing is proven about that one.
        _note_proof(User.objects.filter(pk=proof.user_id, email=proof.email))


def _note_proof(users: QuerySet[User]) -> None:
    """Note that the mailbox of the one user of ``users``, if any, is proven. The caller holds the transaction."""
    for pk in users.values_list("pk", flat=True):
        users.update(email_verified_at=timezone.now())
        publish(email_proven, user_id=pk)


def password_reset_by_code(*, email: str, code: str, password: str, client: Client) -> User:
    """Set a new password with a mailed code; every sign-in ends.

    Raises ``CodeRefused``, ``WeakPassword`` (the code stays good) or ``TooManyRequests``.
    """
    user = _user_for_code(email, client)
    require_strong(password, user=User(email=email))
    with codes.redeemed(user=user, purpose=CodePurpose.PASSWORD_RESET, code=code) as proof:
        owner = User.objects.select_for_update().get(pk=proof.user_id)
        # Not before the code: what is too like the owner's data would tell a stranger about them.
        require_strong(password, user=owner)
        _password_set(owner, password, client=client, proven_email=proof.email)
        return owner


def password_reset_by_link(*, token: resets.ResetToken, password: str, client: Client) -> User:
    """Set a new password with the token of a mailed link, once; every sign-in ends.

    Raises ``ResetLinkRefused``, ``WeakPassword`` (the link stays good) or ``TooManyRequests``.
    """
    spend(limits.CODE_FROM_ADDRESS, client.address)
    with transaction.atomic():
        # Under the lock: of two requests with one link the second finds the password changed, and its token void.
        user = User.objects.select_for_update().filter(pk=token.user_id, is_active=True).first()
        if user is None or not resets.is_valid(token, user):
            raise ResetLinkRefused
        require_strong(password, user=user)
        _password_set(user, password, client=client, proven_email=user.email)
        return user


def _password_set(user: User, password: str, *, client: Client, proven_email: str | None = None) -> None:
    """``proven_email`` is the mailbox that the caller has shown to read, if it is the account's."""
    user.set_password(password)
    user.save(update_fields=["password"])
    if proven_email:
        _note_proof(User.objects.filter(pk=user.pk, email=proven_email, email_verified_at=None))
    OneTimeCode.objects.filter(user=user).delete()
    sign_ins_end(user=user)
    sign_in_limits_forgive(user=user, client=client)
    publish(password_changed, user_id=user.pk)


def password_change(*, user: User, old_password: str, new_password: str, client: Client) -> TokenPair:
    """Set a new password, end every sign-in of ``user`` and open a new one.

    Raises ``WrongPassword``, ``WeakPassword`` or ``TooManyRequests``.
    """
    password_check(user=user, password=old_password)
    require_strong(new_password, user=user, field="new_password")
    with transaction.atomic():
        _password_set(user, new_password, client=client)
        return session_open(user=user, client=client)


def email_change_request(*, user: User, email: str, password: str, client: Client) -> None:
    """Have a code mailed to the new address; nothing changes before it is given back.

    Whether another account has the address is told only to whoever reads its mail. Raises ``WrongPassword`` or
    ``TooManyRequests``.
    """
    password_check(user=user, password=password)
    spend(limits.MAIL_FROM_ADDRESS, client.address)
    spend(limits.CODE_TO, normalize_email(email))
    with transaction.atomic():
        OneTimeCode.objects.update_or_create(
            user=user,
            purpose=CodePurpose.EMAIL_CHANGE,
            # Without a hash no code fits; the job that mails the code sets it.
            defaults={"email": normalize_email(email), "code_hash": "", "expires_at": timezone.now() + codes.LIFETIME},
        )
        publish(code_requested, user_id=user.pk, purpose=CodePurpose.EMAIL_CHANGE)


def email_change_confirm(*, user: User, code: str) -> User:
    """Make the proven new address the account's; the old one is told.

    Raises ``CodeRefused``, ``EmailTaken`` or ``TooManyRequests``.
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
