"""Call Daraja, Safaricom's API, and translate its errors.

It answers errors with ``{"errorCode", "errorMessage"}``, at times with status 200, and HTML where its API gateway
fails.
"""

from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings

from payments.gateways.base import TIMEOUT
from payments.gateways.errors import (
    GatewayDown,
    GatewayFailure,
    GatewayMisconfigured,
    GatewayRefused,
    OutcomeUnknown,
    PromptOpen,
)
from payments.gateways.mpesa.token import access_token
from payments.gateways.reach import was_never_reached

_TOKEN_REFUSED = "404.001.03"  # noqa: S105 - an error code
_BUSY = frozenset({"500.003.02", "500.003.03"})
_OUR_FAULT = ("wrong credentials", "merchant does not exist")
# The seconds that Safaricom asks to wait.
_SUBSCRIBER_BUSY, _BUSY_FOR = "unable to lock subscriber", 60
_IN_PROCESS = "being processed"


@dataclass(frozen=True)
class Reply:
    """Hold an answer of Daraja. ``body`` is empty where the answer is not a JSON object."""

    status: int
    body: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.body.get("errorCode", ""))[:20]

    @property
    def message(self) -> str:
        return str(self.body.get("errorMessage", "")).lower()

    @property
    def is_accepted(self) -> bool:
        return self.status == 200 and str(self.body.get("ResponseCode")) == "0"

    @property
    def is_in_process(self) -> bool:
        """Return whether a query found that the phone still shows the prompt, or does not know the attempt."""
        return _IN_PROCESS in self.message

    @property
    def refuses_token(self) -> bool:
        return self.status == 401 or self.code == _TOKEN_REFUSED

    @property
    def failure(self) -> GatewayFailure:
        """Return the exception to raise for an answer that did not accept the request."""
        kind = f"status {self.status}" + (f", {self.code}" if self.code.replace(".", "").isdigit() else "")
        refused_by_gate = self.status in {401, 403, 404, 405}
        if _SUBSCRIBER_BUSY in self.message:
            return PromptOpen(f"Another prompt is open on the phone ({kind}).", retry_after=_BUSY_FOR)
        if self.status == 429 or self.code in _BUSY:
            return GatewayDown(f"M-Pesa is busy ({kind}).")
        if refused_by_gate or self.code.startswith("400.008") or any(words in self.message for words in _OUR_FAULT):
            return GatewayMisconfigured(f"M-Pesa does not accept our settings ({kind}).")
        if self._is_refusal:
            return GatewayRefused(f"M-Pesa refused the request ({kind}).")
        return OutcomeUnknown(f"M-Pesa's answer can't be read ({kind}).")

    @property
    def _is_refusal(self) -> bool:
        told = self.body.get("ResponseCode")
        is_code = isinstance(told, str | int) and not isinstance(told, bool)
        said_no = self.code.startswith("4") or (is_code and str(told) not in {"", "0"})
        return said_no or (400 <= self.status < 500 and self.status != 408)


def call(path: str, body: dict[str, Any]) -> Reply:
    """Post ``body``. If M-Pesa refuses the token, nothing was done, so post again with a new one.

    Return any answer, whatever it says. Raise ``GatewayDown`` when M-Pesa was not reached or gives no token,
    ``OutcomeUnknown`` when no answer came, and ``GatewayMisconfigured`` when M-Pesa refuses the shop's credentials.
    """
    token = access_token()
    reply = _send(path, body, token)
    if reply.refuses_token:
        reply = _send(path, body, access_token(refused=token))
    return reply


def _send(path: str, body: dict[str, Any], token: str) -> Reply:
    try:
        answer = requests.post(
            f"{settings.MPESA_BASE_URL}{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        was_reached = not was_never_reached(error)
    else:
        return Reply(answer.status_code, _object(answer))
    # Raised outside of "except": no report of the failure may lead to the request, which holds the payer's phone.
    if was_reached:
        raise OutcomeUnknown("M-Pesa did not answer.")
    raise GatewayDown("M-Pesa can't be reached.")


def _object(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
