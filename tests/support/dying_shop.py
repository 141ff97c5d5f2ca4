"""A program that does one piece of the shop's work in its own process, which ``FAILPOINT`` may kill on the way.

Usage: ``python -m tests.support.dying_shop BOOKS WORK ARGUMENT``. BOOKS is the file of the fake gateway's books.
"""

import json
import sys
from pathlib import Path

import django


def main(books: str, work: str, argument: str) -> None:
    """Do the named ``work``. ``argument`` is a message for ``receive``, otherwise the id of a row."""
    django.setup()
    from rest_framework.test import APIClient

    from payments import services
    from tests.support.fake_gateway import SIGNED, FakeGateway, register

    register(FakeGateway(Path(books)))
    if work == "receive":
        path = "/api/v1/payments/webhooks/stripe/"
        APIClient(SERVER_NAME="127.0.0.1").post(path, json.loads(argument), format="json", headers=SIGNED)
    elif work == "process":
        services.event_process(event_id=int(argument))
    elif work == "ask":
        services.reconcile(everything=True)
    elif work == "refund":
        services.refund_send(refund_id=int(argument))
    elif work == "start":
        services.payment_start(payment_id=int(argument))


if __name__ == "__main__":
    main(*sys.argv[1:])
