"""A stand-in for aamarPay, over HTTP. Its replies have the documented fields, with made-up values.

It shows how the shop handles what is documented, not how aamarPay behaves. A ``faulty_line`` stands before it.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

STORE, KEY = "canary-store", "canary/of&the+till-7f3a"

_STATUS = {"0": "Initiated", "2": "Successful", "3": "Expired", "7": "Failed"}
_NOT_AVAILABLE = (
    *("bin_country", "bin_issuer", "bin_cardtype", "bin_cardcategory", "convertion_rate", "error_title", "risk_title"),
    *("opt_a", "opt_b", "opt_c", "opt_d"),
)
_ALWAYS = {
    **dict.fromkeys(_NOT_AVAILABLE, "Not-Available"),
    "risk_level": None,
    "ship_name": None,
    "merchant_id": STORE,
    "store_id": STORE,
    "cus_fax": "",
    "cardnumber": "01XXXXXXX99",
    "approval_code": "X1",
    "processing_ratio": "3.50",
    "payment_processor": "Nagad",
    "payment_type": "Nagad-Nagad",
    "error_code": "0000",
    "date": "2026-11-21 10:00:00",
    "date_processed": "2026-11-21 10:02:00",
    "ip": "203.0.113.7",
    "verify_status": "PENDING",
    "call_type": "Post-Method",
    "email_send": "1",
    "doc_recived": "NO",
    "checkout_status": "Not-Paid-Yet",
}


@dataclass
class Transaction:
    """Hold what aamarPay was asked to collect, and its result. ``overlay`` replaces fields of the reply."""

    sent: dict[str, Any]
    pg_txnid: str
    status_code: str = "0"
    overlay: dict[str, Any] = field(default_factory=dict)

    def reply(self) -> dict[str, Any]:
        sent, amount = self.sent, self.sent["amount"]
        fee = (Decimal(amount) * Decimal("0.035")).quantize(Decimal("0.01"))
        return {
            **_ALWAYS,
            **{name: value for name, value in sent.items() if name.startswith("cus_") or name == "desc"},
            "pg_txnid": self.pg_txnid,
            "bank_trxid": f"B{self.pg_txnid}",
            "mer_txnid": sent["tran_id"],
            **dict.fromkeys(("amount", "amount_bdt", "amount_currency"), amount),
            **dict.fromkeys(("currency", "currency_merchant"), sent["currency"]),
            "rec_amount": str(Decimal(amount) - fee),
            "processing_charge": str(fee),
            "pay_status": _STATUS[self.status_code],
            "status_code": self.status_code,
            "status_title": f"{_STATUS[self.status_code]} Transaction",
            **self.overlay,
        }


class FakeAamarPay:
    """Play aamarPay.

    ``transactions`` are kept by ``tran_id``. ``seen`` holds method, path and fields of each request. ``answer``, if
    set, replaces the text of every reply. The URLs of its pages start with ``address``.
    """

    def __init__(self) -> None:
        self.transactions: dict[str, Transaction] = {}
        self.seen: list[tuple[str, str, dict[str, Any]]] = []
        self.answer: str | None = None
        self.address = ""

    def pay(self, tran_id: str, *, code: str = "2", **overlay: Any) -> Transaction:
        """Finish the payment page as the buyer; ``code`` is the transaction's status code, 2 for paid."""
        transaction = self.transactions[tran_id]
        transaction.status_code, transaction.overlay = code, overlay
        return transaction

    def hint(self, tran_id: str, **fields: str) -> dict[str, str]:
        """Return the fields that aamarPay posts to the shop, by itself or through the buyer's browser."""
        transaction = self.transactions[tran_id]
        known = transaction.reply()
        names = ("pay_status", "status_code", "pg_txnid", "mer_txnid", "store_id", "amount", "currency")
        return {**{name: known[name] for name in names}, "reason": "Not Available", **fields}

    def collected(self) -> dict[str, Transaction]:
        return {tran_id: each for tran_id, each in self.transactions.items() if each.status_code == "2"}

    def handle(self, method: str, path: str, fields: dict[str, Any]) -> str:
        self.seen.append((method, path, fields))
        known = fields.get("store_id") == STORE and fields.get("signature_key") == KEY
        if (method, path) == ("POST", "/jsonpost.php"):
            return self._initiate(fields) if known else '{"result": false, "message": "Invalid Signature Key"}'
        if (method, path) == ("GET", "/api/v1/trxcheck/request.php"):
            return self._check(fields["request_id"]) if known else "Store_id & signature key not matched"
        return "parameter is required"

    def _initiate(self, fields: dict[str, Any]) -> str:
        pg_txnid = f"AAM{len(self.transactions) + 1:07}"
        self.transactions.setdefault(fields["tran_id"], Transaction(sent=fields, pg_txnid=pg_txnid))
        return json.dumps({"result": "true", "payment_url": f"{self.address}/paynow.php?track={pg_txnid}"})

    def _check(self, request_id: str) -> str:
        found = self.transactions.get(request_id)
        unknown = {"request_id": request_id, "store_id": STORE, "status": "Invalid-Data"}
        return json.dumps(found.reply() if found else unknown)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fake: FakeAamarPay) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        self._serve({name: values[0] for name, values in query.items()})

    def do_POST(self) -> None:
        self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _serve(self, fields: dict[str, Any]) -> None:
        fake = self.server.fake
        text = fake.handle(self.command, urlsplit(self.path).path, fields)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write((text if fake.answer is None else fake.answer).encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def fake_aamarpay() -> Iterator[FakeAamarPay]:
    fake = FakeAamarPay()
    server = _Server(fake)
    fake.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()


def post_form(address: str, fields: dict[str, str]) -> requests.Response:
    """Post a form as a browser does from another site: without cookies or tokens."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": "https://sandbox.aamarpay.example",
        "Sec-Fetch-Site": "cross-site",
        "Accept": "text/html",
    }
    return requests.post(address, data=urlencode(fields), headers=headers, allow_redirects=False, timeout=30)
