"""The gateways that this shop knows."""

from payments.gateways.base import Gateway
from payments.gateways.registry import gateway, gateways, has_gateway

__all__ = ["Gateway", "gateway", "gateways", "has_gateway"]
