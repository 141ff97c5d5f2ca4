"""A stand-in for Daraja, Safaricom's API of M-Pesa, over HTTP.

Its replies have the documented fields, with made-up values. It validates each push by rules of its own and by the
models of mpesakit, and keeps books of what was paid. It builds callbacks but does not send them: the test posts them
late, twice, in another order or not at all.
"""

import base64
import json
import re
import socket
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from mpesakit.mpesa_express.schemas import StkPushSimulateRequest

from tests.support.fake_daraja_reversals import Reversal, reversal_flaws_of
from tests.support.patience import STALL_SECONDS

KEY, SECRET = "canary-consumer-key", "canary-consumer-secret-9c1d"
SHORTCODE, PASSKEY = "174379", "canary-passkey-7f3a"

_EAT = timezone(timedelta(hours=3))
_KINDS = {
    "/oauth/v1/generate": "oauth",
    "/mpesa/stkpush/v1/processrequest": "push",
    "/mpesa/stkpushquery/v1/query": "query",
    "/mpesa/reversal/v1/request": "reversal",
    "/mpesa/c2b/v1/registerurl": "register",
}
# The faults that happen before anything is done. "reset" and "html" happen before, too.
_ENVELOPES = {
    "429": (429, "", ""),
    "500": (500, "500.003.1001", "Internal Server Error"),
    "busy": (500, "500.003.02", "System is busy. Please try again in few minutes."),
    "locked": (500, "500.001.1001", "Unable to lock subscriber, a transaction is already in process"),
    "credentials": (500, "500.001.1001", "[MerchantValidate] - Wrong credentials"),
    "bad field": (400, "400.002.02", "Bad Request - Invalid PhoneNumber"),
    "token": (404, "404.001.03", "Invalid Access Token"),
    "registered": (500, "500.003.1001", "Urls are already registered"),
    "open": (500, "500.001.1001", "The transaction is being processed"),
}
TEXTS = {"0": "The service request is processed successfully.", "1032": "Request cancelled by user"}


@dataclass
class Attempt:
    sent: dict[str, Any]
    checkout_id: str
    merchant_id: str
    receipt: str
    code: str | None = None

    @property
    def path(self) -> str:
        return urlsplit(self.sent["CallBackURL"]).path


class Daraja:
    """Play Daraja.

    ``flaws`` lists what was wrong with pushes and reversals. ``faults`` lists the faults of the next calls, by the kind
    of the call (``_KINDS``).
    """

    def __init__(self) -> None:
        self.url = ""
        self.attempts: dict[str, Attempt] = {}
        self.reversals: list[Reversal] = []
        self.registered: list[dict[str, Any]] = []
        self.calls: dict[str, int] = defaultdict(int)
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.flaws: list[str] = []
        self.token = ""
        self.expires_in: Any = "3599"
        self.lock = threading.Lock()
        # Released once for each answer that is withheld.
        self.withheld = threading.Semaphore(0)
        self._serial = count(1)

    def will_stall(self, url: str) -> bool:
        return self.faults[_KINDS.get(urlsplit(url).path, "oauth")][:1] == ["stall"]

    def wait_for_effect(self) -> None:
        assert self.withheld.acquire(timeout=15), "Daraja did not hear of the request"

    @property
    def last(self) -> Attempt:
        return list(self.attempts.values())[-1]

    @property
    def books(self) -> dict[str, int]:
        """Return the amounts that were paid, by the id of the request."""
        return {name: each.sent["Amount"] for name, each in self.attempts.items() if each.code == "0"}

    def decide(self, attempt: Attempt, code: str = "0") -> dict[str, Any]:
        """Set the result of the payer's decision, and return the callback that tells it."""
        attempt.code = code
        return self.callback(attempt, code=int(code) if code.isdigit() else code)

    def callback(self, attempt: Attempt, *, code: Any = 0, **values: Any) -> dict[str, Any]:
        """Build the callback about an attempt. ``values`` replace items of its metadata."""
        told: dict[str, Any] = {
            "MerchantRequestID": attempt.merchant_id,
            "CheckoutRequestID": attempt.checkout_id,
            "ResultCode": code,
            "ResultDesc": TEXTS.get(str(code), f"Result {code}"),
        }
        if str(code) == "0":
            items = {
                "Amount": float(attempt.sent["Amount"]),
                "MpesaReceiptNumber": attempt.receipt,
                "TransactionDate": 20261120212433,
                "PhoneNumber": int(attempt.sent["PhoneNumber"]),
                **values,
            }
            named = [{"Name": name, "Value": value} for name, value in items.items()]
            told["CallbackMetadata"] = {"Item": [*named[:2], {"Name": "Balance"}, *named[2:]]}
        return {"Body": {"stkCallback": told}}

    def new_token(self) -> dict[str, Any]:
        """Issue a token. The one before it is invalid from now on."""
        time.sleep(0.05)
        with self.lock:
            self.token = f"token{next(self._serial)}"
            return {"access_token": self.token, "expires_in": self.expires_in}

    def push(self, sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if flaws := flaws_of(sent):
            self.flaws += flaws
            return _envelope("bad field")
        with self.lock:
            serial = next(self._serial)
            attempt = Attempt(sent, f"ws_CO_2111202604{serial:06}", f"2654-4b64-{serial}", f"NLJ7RT{serial:04}")
            self.attempts[attempt.checkout_id] = attempt
        return 200, {
            **_names(attempt),
            "ResponseCode": "0",
            "ResponseDescription": "Success. Request accepted for processing",
            "CustomerMessage": "Success. Request accepted for processing",
        }

    def reversal(self, sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if flaws := reversal_flaws_of(sent, shortcode=SHORTCODE):
            self.flaws += flaws
            return _envelope("bad field")
        with self.lock:
            self.reversals.append(Reversal(sent, next(self._serial)))
        description = "Accept the service request successfully."
        return 200, {**self.reversals[-1].names, "ResponseCode": "0", "ResponseDescription": description}

    def register(self, sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Register URLs, once: Daraja takes others only after the registered ones were deleted."""
        if self.registered or sent["ShortCode"] != SHORTCODE or sent["ResponseType"] not in {"Completed", "Cancelled"}:
            return _envelope("registered")
        self.registered.append(sent)
        return 200, {"OriginatorCoversationID": "7619-1", "ResponseCode": "0", "ResponseDescription": "success"}

    def query(self, sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        attempt = self.attempts.get(sent["CheckoutRequestID"])
        if attempt is None or attempt.code is None:
            return _envelope("open")
        return 200, {
            **_names(attempt),
            "ResponseCode": "0",
            "ResponseDescription": "The service request has been accepted successsfully",
            "ResultCode": attempt.code,
            "ResultDesc": TEXTS.get(attempt.code, f"Result {attempt.code}"),
        }


def flaws_of(sent: dict[str, Any]) -> list[str]:
    """List the fields of a push that break the rules of Daraja's portal."""
    password = base64.b64decode(sent["Password"]).decode()
    now = datetime.now(_EAT)
    checks = {
        "Password": password == f"{SHORTCODE}{PASSKEY}{sent['Timestamp']}",
        "Timestamp": abs(datetime.strptime(sent["Timestamp"], "%Y%m%d%H%M%S").replace(tzinfo=_EAT) - now)
        < timedelta(minutes=1),
        "BusinessShortCode": sent["BusinessShortCode"] == SHORTCODE == sent["PartyB"],
        "Amount": type(sent["Amount"]) is int and 1 <= sent["Amount"] <= 250_000,
        "PhoneNumber": bool(re.fullmatch(r"254[17]\d{8}", sent["PhoneNumber"]))
        and sent["PartyA"] == sent["PhoneNumber"],
        "AccountReference": bool(re.fullmatch(r"[A-Za-z0-9]{1,12}", sent["AccountReference"])),
        "TransactionDesc": len(sent["TransactionDesc"]) <= 13,
        "CallBackURL": not re.search(
            "m-?pesa|safaricom|exe|cmd|sql|query", urlsplit(sent["CallBackURL"]).path, re.IGNORECASE
        ),
    }
    flaws = [name for name, is_right in checks.items() if not is_right]
    try:
        StkPushSimulateRequest(**dict(sent))
    except ValueError as error:
        flaws.append(f"mpesakit: {error}")
    return flaws


def _names(attempt: Attempt) -> dict[str, str]:
    return {"MerchantRequestID": attempt.merchant_id, "CheckoutRequestID": attempt.checkout_id}


def _envelope(fault: str) -> tuple[int, dict[str, Any]]:
    status, code, message = _ENVELOPES[fault]
    return status, {"requestId": "1c5b-1", "errorCode": code, "errorMessage": message}


class _Handler(BaseHTTPRequestHandler):
    daraja: Daraja

    def do_GET(self) -> None:
        if self._struck("oauth"):
            return
        wanted = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if self.headers["Authorization"] != f"Basic {wanted}":
            self._answer(400, {"errorCode": "400.008.01", "errorMessage": "Invalid Authentication passed"})
            return
        self._answer(200, self.daraja.new_token())

    def do_POST(self) -> None:
        kind = _KINDS[self.path]
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._struck(kind):
            return
        if self.headers["Authorization"] != f"Bearer {self.daraja.token}":
            self._answer(*_envelope("token"))
            return
        self._answer(*getattr(self.daraja, kind)(sent))

    def _struck(self, kind: str) -> bool:
        """Take the next fault of this kind of call. Return whether it ended the call before anything was done.

        A fault that happens after the effect is kept in ``fault``.
        """
        self.fault = ""
        with self.daraja.lock:
            self.daraja.calls[kind] += 1
            if self.daraja.faults[kind]:
                self.fault = self.daraja.faults[kind].pop(0)
        if self.fault in _ENVELOPES:
            fault, self.fault = self.fault, ""
            self._answer(*_envelope(fault))
        elif self.fault == "html":
            self._send(200, b"<html><body>502 Bad Gateway</body></html>")
        elif self.fault == "reset":
            self._reset()
        else:
            return False
        return True

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        if self.fault == "lost reply":
            self._reset()
            return
        if self.fault == "stall":
            self.daraja.withheld.release()
            time.sleep(STALL_SECONDS)
        self._send(status, data[: len(data) // 2] if self.fault == "truncated" else data)

    def _send(self, status: int, data: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.close_connection = True

    def _reset(self) -> None:
        """End the connection hard, so that the client sees a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore the error: the connection was reset on purpose."""


@contextmanager
def running_daraja() -> Iterator[Daraja]:
    daraja = Daraja()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"daraja": daraja}))
    daraja.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield daraja
    finally:
        server.shutdown()
        server.server_close()
