"""Give access to the gateways that the shop supports."""

from payments.gateways.base import Gateway
from payments.gateways.registry import gateway, gateways, has_gateway

__all__ = ["Gateway", "gateway", "gateways", "has_gateway"]
