"""The users, products and orders that tests start from, made through the services wherever there is one."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from accounts.groups import GROUPS
from accounts.models import Role, User
from catalog import services as catalog
from catalog.models import Product, Variant
from inventory import services as stock
from inventory.models import MovementKind, StockItem
from orders.requests import OrderRequest
from shipping.addresses import PostalAddress

PASSWORD = "correct horse battery 7"
_serial = count(1)


def make_user(username: str = "", *, role: Role = Role.CUSTOMER, **fields: Any) -> User:
    username = username or f"user{next(_serial)}"
    email = fields.pop("email", f"{username}@example.com")
    return User.objects.create_user(username, email, PASSWORD, role=role, **fields)


def make_staff(username: str = "", *, groups: Iterable[str] = GROUPS, **fields: Any) -> User:
    """Create a member of staff in every group of the shop, or only in the named ``groups``."""
    user = make_user(username, role=Role.STAFF, **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def make_product(name: str = "", *, price: str = "10.00", stock_left: int = 10, **fields: Any) -> Product:
    """Create a product on sale with one variant, and receive ``stock_left`` pieces of it."""
    product = catalog.product_create(
        name=name or f"Product {next(_serial)}", price=Decimal(price), currency="USD", **fields
    )
    book_in(sole_variant(product), stock_left)
    return product


def sole_variant(product: Product) -> Variant:
    return product.variants.get()


def book_in(variant: Variant, quantity: int) -> StockItem:
    item = stock.stock_item_for(variant=variant)
    if quantity:
        stock.stock_adjust(stock_item=item, delta=quantity, kind=MovementKind.RECEIPT)
    return item


def balance(product: Product) -> tuple[int, int]:
    """Return how many pieces of a product's only variant are on hand, and how many are reserved."""
    item = StockItem.objects.get(variant__product=product)
    return item.on_hand, item.reserved


def order_request(*, address: dict[str, str] | None = None, **fields: Any) -> OrderRequest:
    """Return a request to order the open cart, unless ``fields`` say otherwise."""
    return OrderRequest(address=PostalAddress(**{"street": "1 Main Street", **(address or {})}), **fields)
