"""List the gateways. A new one is a package of its own and one line here."""

from collections.abc import Iterable

from payments.errors import GatewayNotOffered
from payments.gateways.aamarpay import AamarPay
from payments.gateways.base import Gateway
from payments.gateways.mpesa import Mpesa
from payments.gateways.stripe import Stripe

_GATEWAYS: dict[str, Gateway] = {gateway.method: gateway for gateway in (Stripe(), AamarPay(), Mpesa())}


def gateways() -> Iterable[Gateway]:
    """Return the gateways that have credentials."""
    return [gateway for gateway in _GATEWAYS.values() if gateway.is_configured()]


def gateway(method: str) -> Gateway:
    """Return the gateway of a method. Raise ``GatewayNotOffered`` for a method without one, or without credentials."""
    found = _GATEWAYS.get(method)
    if found is None or not found.is_configured():
        raise GatewayNotOffered
    return found


def has_gateway(method: str) -> bool:
    """Return whether a gateway collects payments of this method, with credentials or not."""
    return method in _GATEWAYS
