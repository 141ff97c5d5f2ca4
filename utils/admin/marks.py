"""One-time marks that keep the admin's forms from being carried out twice.

Each form that changes something carries a mark in a hidden field, and a mark can be used once. A second POST with the
same mark changes nothing and says what the first one did. A mark expires before the row that remembers its use is
deleted (``utils.maintenance``).
"""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest

from utils.errors import Invalid
from utils.idempotency import Answer, RequestKey

FIELD = "mark"
LIFETIME = timedelta(hours=12)
_signer = TimestampSigner(salt="utils.admin.marks")


class MarkRefused(Invalid):
    """Report that a form's mark is missing, forged or too old. The mark makes a form work only once."""

    code = "form_expired"
    message = "This form has expired, so nothing was done. Check the current state and send the form from this page."


def mark_new() -> str:
    """Make a mark for a new form."""
    return _signer.sign(secrets.token_urlsafe(16))


def form_key_of(request: HttpRequest) -> RequestKey:
    """Return the idempotency key of a posted admin form, which is made from the form's mark.

    The mark is a signed random text in a hidden field. The other fields do not count, so a form that was sent, changed
    and sent again has the same key and is not carried out a second time. Raise ``MarkRefused`` when the mark is
    missing, forged or more than 12 hours old.
    """
    mark = request.POST.get(FIELD, "")
    try:
        nonce = _signer.unsign(mark, max_age=LIFETIME)
    except BadSignature as error:
        raise MarkRefused from error
    user: Any = request.user
    return RequestKey(user_id=user.pk, key=f"admin:{nonce}", fingerprint="")


def tell_again(request: HttpRequest, answer: Answer) -> None:
    """Show the user on the next page what happened when the form was first sent."""
    told = answer.body["told"] if answer.body else "It is still being carried out. Check the state in a moment."
    messages.warning(request, f"This form was sent before, so it was not carried out again. {told}")
