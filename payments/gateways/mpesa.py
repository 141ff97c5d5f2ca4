"""M-Pesa."""

from collections.abc import Mapping
from typing import ClassVar

from payments.gateways.base import Buyer, Finding, Gateway, Incoming, News, Started
from payments.models import GatewayEvent, Payment
from payments.states import PaymentMethod


class Mpesa(Gateway):
    method: ClassVar[str] = PaymentMethod.MPESA
    label: ClassVar[str] = "M-Pesa"

    def is_configured(self) -> bool:
        return False

    def start(self, payment: Payment, *, buyer: Buyer, token: str) -> Started:
        raise NotImplementedError

    def query(self, payment: Payment) -> Finding:
        raise NotImplementedError

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Incoming:
        raise NotImplementedError

    def news_of(self, event: GatewayEvent) -> list[News]:
        raise NotImplementedError
