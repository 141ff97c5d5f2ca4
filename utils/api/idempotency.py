"""The ``Idempotency-Key`` header of views (see ``utils.idempotency``)."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from drf_yasg import openapi
from rest_framework.request import Request
from rest_framework.response import Response

from utils.api.renderers import JSONRenderer
from utils.idempotency import Answer, RequestKey, answer_once, fingerprint

IDEMPOTENCY_KEY = openapi.Parameter(
    "Idempotency-Key",
    openapi.IN_HEADER,
    type=openapi.TYPE_STRING,
    description="Any text of up to 255 characters that the client chooses for this order. After a lost "
    "connection, send the same request again: you get the answer of the first one.",
)


def idempotent(method: Callable[..., Response]) -> Callable[..., Response]:
    """Make a view method honour the ``Idempotency-Key`` header of a signed-in user.

    Use it for methods that create rows. A view that guests may call has a method ``guest_secret``: it takes the request
    and returns the secret by which the guest is known again, empty without one.

    The same request with the same key gets the first answer again, with ``Idempotent-Replayed: true``.
    """

    @wraps(method)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        request_key = request_key_of(request, guest_secret=getattr(view, "guest_secret", None))
        if request_key is None:
            return method(view, request, *args, **kwargs)

        def produce() -> Answer:
            response = method(view, request, *args, **kwargs)
            return Answer(status=response.status_code, body=json.loads(JSONRenderer().render(response.data)))

        answer = answer_once(request_key, produce)
        headers = {"Idempotent-Replayed": "true"} if answer.replayed else None
        return Response(answer.body, status=answer.status, headers=headers)

    return wrapper


def request_key_of(request: Request, *, guest_secret: Callable[[Request], str] | None = None) -> RequestKey | None:
    """Read the ``Idempotency-Key``; return ``None`` without one, and for a guest without ``guest_secret``.

    Views call this themselves when they can't run in the single transaction that ``idempotent`` puts around a view.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key or not (request.user.is_authenticated or guest_secret):
        return None
    content = fingerprint(request.method or "", request.get_full_path(), _canonical_body(request))
    if request.user.is_authenticated:
        return RequestKey(user_id=request.user.pk, key=key, fingerprint=content)
    return RequestKey.of_guest(key, secret=guest_secret(request) if guest_secret else "", fingerprint=content)


def _canonical_body(request: Request) -> str:
    """Return the parsed body as JSON with sorted keys, because a retry may send them in another order."""
    return json.dumps(request.data, sort_keys=True, default=str)
