"""Marks of the admin's forms: each form that acts carries one in a hidden field, and it is good once.

A second POST with the same mark changes nothing and says what the first one did. A mark expires before the row that
remembers its use is deleted (``utils.maintenance``).
"""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest

from utils.errors import Invalid
from utils.idempotency import Answer, Once

FIELD = "mark"
LIFETIME = timedelta(hours=12)
_signer = TimestampSigner(salt="utils.admin.marks")


class MarkRefused(Invalid):
    code = "form_expired"
    message = "This form is too old to be sent. Nothing was done. Look at the present state and send it from here."


def mark_new() -> str:
    return _signer.sign(secrets.token_urlsafe(16))


def once_of(request: HttpRequest) -> Once:
    """What the form's mark stands for. Raises ``MarkRefused`` when it is missing, forged or too old.

    The rest of the form is no part of it: also a form that was changed after it was sent is a used one.
    """
    mark = request.POST.get(FIELD, "")
    try:
        nonce = _signer.unsign(mark, max_age=LIFETIME)
    except BadSignature as error:
        raise MarkRefused from error
    user: Any = request.user
    return Once(user_id=user.pk, key=f"admin:{nonce}", request="")


def tell_again(request: HttpRequest, answer: Answer) -> None:
    """Say what the mark's first use did, on the page that comes next."""
    told = answer.body["told"] if answer.body else "It is being carried out. Look at the state in a moment."
    messages.warning(request, f"This form was sent before, and is not acted on again. {told}")
