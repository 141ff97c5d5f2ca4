"""A purchase from the demo catalogue through the proxy, with the order followed over a WebSocket.

``purchase.py --host shop.example --certificate fullchain.pem`` talks to port 443 of this machine. It exits with 1 when
a step fails or takes more than a minute.
"""

import argparse
import json
import socket
import ssl
import time

import requests
from websockets.sync.client import ClientConnection, connect

SECONDS = 60
ADDRESS = ("127.0.0.1", 443)


class DeployedShop:
    """Call the shop's API as the demo's customer, over HTTP and a WebSocket."""

    def __init__(self, host: str, certificate: str) -> None:
        self.host, self.certificate = host, certificate
        self.http = requests.Session()
        # The environment may name another certificate bundle, which would take precedence.
        self.http.trust_env, self.http.verify = False, certificate
        self.http.headers["Host"] = host
        self.token = self.call("POST", "auth/token/", username="customer", password="demo-customer-1")["access"]  # noqa: S106
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def call(self, method: str, path: str, **body: object) -> dict[str, object]:
        """Send a request with ``body`` as JSON and return the answer. Exit when it is refused."""
        answer = self.http.request(method, f"https://{ADDRESS[0]}/api/v1/{path}", json=body or None, timeout=SECONDS)
        if not answer.ok:
            raise SystemExit(f"{method} {path} answered {answer.status_code}: {answer.text}")
        return dict(answer.json())

    def updates(self) -> ClientConnection:
        """Open the WebSocket that tells the customer about orders."""
        return connect(
            f"wss://{self.host}/ws/orders/notifications/",
            sock=socket.create_connection(ADDRESS, timeout=SECONDS),
            ssl=ssl.create_default_context(cafile=self.certificate),
            additional_headers={"Authorization": f"Bearer {self.token}"},
        )


def buy(shop: DeployedShop) -> None:
    """Order one product, wait for the order's update on the WebSocket, and print how long both took."""
    product = shop.call("GET", "products/gaming-laptop/")
    with shop.updates() as updates:
        shop.call("POST", "cart/items/", product=product["id"], quantity=1)
        asked = time.monotonic()
        order = shop.call(
            "POST",
            "orders/",
            address={"street": "1 Main Street", "city": "Springfield"},
            payment_method="cash_on_delivery",
        )
        print(f"  order {order['number']}: {order['total']} {order['currency']} after {time.monotonic() - asked:.2f} s")
        update = json.loads(updates.recv(timeout=SECONDS))
        print(f"  WebSocket: {update['message']!r} after {time.monotonic() - asked:.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--certificate", required=True)
    options = parser.parse_args()
    buy(DeployedShop(options.host, options.certificate))
