"""One piece of the shop's work in a process of its own, which ``FAILPOINT`` may kill in the middle of it.

``python -m tests.support.dying_shop BOOKS WORK ARGUMENT``; the books are those of the fake gateway.
"""

import json
import sys
from pathlib import Path

import django


def main(books: str, work: str, argument: str) -> None:
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
