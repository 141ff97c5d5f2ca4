"""Read address books and shipping prices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import QuerySet

from accounts.models import User
from shipping.addresses import PostalAddress
from shipping.errors import AddressNotFound, ShippingMethodUnknown
from shipping.models import Address, AddressFields, ShippingMethod, ShippingRate
from utils.sql import ModelColumns
from utils.trips import send


@dataclass(frozen=True)
class ShippingQuote:
    """Hold a shipping method and the price that one cart pays for it, in ``currency``."""

    method: ShippingMethod
    price: Decimal
    currency: str


def addresses_of(user: User) -> QuerySet[Address]:
    """Select the addresses of ``user``, the default one first."""
    return Address.objects.filter(user=user)


def address_get(*, user: User, number: str) -> Address:
    """Return an address of ``user``. Raise ``AddressNotFound`` when there is none or it is somebody else's."""
    found = addresses_of(user).filter(number=number).first()
    if found is None:
        raise AddressNotFound
    return found


def postal_address_of(address: AddressFields) -> PostalAddress:
    """Copy the fields that a parcel needs from an entry of the address book."""
    return PostalAddress(**{field.name: getattr(address, field.name) for field in fields(PostalAddress)})


def profile_address(user: User) -> PostalAddress:
    """Make an address from the user's profile, for contracts that do not ask for one with the order."""
    longest_name = Address._meta.get_field("name").max_length
    return PostalAddress(
        name=(user.get_full_name() or user.username)[:longest_name],
        phone=user.phone,
        street=user.address,
        city=user.city,
        postal_code=user.postal_code,
        country=user.country,
    )


def shipping_quotes(*, subtotal: Decimal, currency: str) -> list[ShippingQuote]:
    """Quote each active shipping method for a cart worth ``subtotal``, in the shop's order of preference.

    ``subtotal`` and the prices are in ``currency``. Methods without a rate in it are left out.
    """
    return shipping_rates(currency)(subtotal)


def shipping_rates(currency: str) -> Callable[[Decimal], list[ShippingQuote]]:
    """Ask for the rates in ``currency``. Return a function that makes ``shipping_quotes`` for a subtotal from them.

    The rates may be asked for in ``utils.trips.one_trip``.
    """
    rates = send(_RATES, [currency])

    def quotes(subtotal: Decimal) -> list[ShippingQuote]:
        return [_quote(iter(row), subtotal=subtotal, currency=currency) for row in rates()]

    return quotes


_METHOD, _RATE = ModelColumns(ShippingMethod), ModelColumns(ShippingRate, "price", "free_from")
_RATES = f"""
SELECT {_METHOD.of('"method"')}, {_RATE.of('"rate"')}
FROM "shipping_shippingrate" "rate" JOIN "shipping_shippingmethod" "method" ON "method"."id" = "rate"."method_id"
WHERE "rate"."currency" = %s AND "method"."is_active" ORDER BY "method"."position", "method"."id"
"""  # noqa: S608 - the columns are ours


def _quote(row: Iterator[object], *, subtotal: Decimal, currency: str) -> ShippingQuote:
    """Read a row of ``_RATES``, for a cart worth ``subtotal`` in ``currency``."""
    method, (price, free_from) = _METHOD.instance(row), _RATE.values(row)
    is_free = free_from is not None and subtotal >= free_from
    return ShippingQuote(method=method, price=Decimal(0) if is_free else price, currency=currency)


def shipping_choice(quotes: list[ShippingQuote], *, code: str) -> ShippingQuote | None:
    """Choose the quote of the method with this ``code``.

    An empty ``code`` chooses the first quote, or ``None`` when there are no quotes. Raise ``ShippingMethodUnknown``
    when no quote has this ``code``.
    """
    if not code:
        return quotes[0] if quotes else None
    for quote in quotes:
        if quote.method.code == code:
            return quote
    raise ShippingMethodUnknown(field="shipping_method")
