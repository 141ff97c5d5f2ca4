"""Export and erase the personal data in orders."""

from typing import Any

from accounts.models import User
from accounts.privacy import declare
from orders.errors import OrdersUnderWay
from orders.models import Order, PromotionUse
from orders.states import OrderStatus
from shipping.models import Shipment
from shipping.privacy import ADDRESS_FIELDS
from utils.money import display

_ENDED = (OrderStatus.DELIVERED, OrderStatus.CANCELLED)
_ORDER_FIELDS = (
    "number",
    "status",
    "payment_status",
    "email",
    "phone",
    "note",
    "currency",
    "total",
    "placed_at",
)


def export(user: User) -> list[dict[str, Any]]:
    """Return every order of ``user`` with its lines and its parcel's address.

    Two queries are enough for any number of orders.
    """
    orders = Order.objects.filter(user=user).order_by("id").select_related("shipment").prefetch_related("lines")
    return [
        {
            **{name: getattr(order, name) for name in _ORDER_FIELDS},
            "total": display(order.total, order.currency),
            "shipped_to": {name: getattr(order.shipment, name) for name in ADDRESS_FIELDS},
            "lines": [
                {
                    "product": line.product_name,
                    "variant": line.variant_title,
                    "sku": line.sku,
                    "unit_price": display(line.unit_price, order.currency),
                    "quantity": line.quantity,
                }
                for line in order.lines.all()
            ],
        }
        for order in orders
    ]


def erase(user: User) -> None:
    """Erase the names, streets, phone numbers, e-mail addresses and notes from the orders of ``user``.

    What was bought, for how much and to which town stays: accounting and tax need it. Raise ``OrdersUnderWay`` while
    an order is neither delivered nor cancelled: its parcel needs the address.
    """
    orders = Order.objects.filter(user=user)
    if orders.exclude(status__in=_ENDED).exists():
        raise OrdersUnderWay
    Shipment.objects.filter(order__user=user).update(name="", phone="", street="")
    PromotionUse.objects.filter(order__user=user).update(email="")
    orders.update(email="", phone="", note="", network="")


declare("orders", export=export, erase=erase)
