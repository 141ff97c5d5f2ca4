"""Read address books and shipping prices."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import QuerySet

from accounts.models import User
from shipping.addresses import PostalAddress, country_and_region
from shipping.errors import AddressNotFound, NotDeliverable, PickupNotNamed, ShippingMethodUnknown
from shipping.models import Address, AddressFields, RateBasis, ShippingMethod, ShippingRate, ShippingZonePlace
from shipping.zones import Destination, ParcelToSend, Place, Precision
from utils.sql import ModelColumns
from utils.trips import Rows, send


@dataclass(frozen=True)
class ShippingQuote:
    """Hold a shipping method and the price that one cart pays for it, in ``currency``."""

    method: ShippingMethod
    price: Decimal
    currency: str


def is_pickup(code: str) -> bool:
    """Return whether customers collect what they order with the active shipping method that has this ``code``."""
    return ShippingMethod.objects.filter(code=code, is_active=True, is_pickup=True).exists()


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


def shipping_rates(currency: str) -> Callable[[ParcelToSend], list[ShippingQuote]]:
    """Ask for the rates in ``currency``, which may be done in ``utils.trips.one_trip``.

    Return a function that quotes each shipping method that a parcel can be sent by, in the shop's order of preference.
    It raises ``NotDeliverable`` when the shop has methods, but none for this parcel.
    """
    rows = send(_RATES, [currency])

    def quotes(parcel: ParcelToSend) -> list[ShippingQuote]:
        return _quotes(_read(rows()), parcel, currency)

    return quotes


@dataclass
class _Rates:
    """Hold what the statement read: the active methods by id, each with its rates, and the zones by id."""

    methods: dict[int, tuple[ShippingMethod, list[ShippingRate]]]
    positions: dict[int, int]
    places: defaultdict[int, list[Place]]

    def in_order(self) -> list[tuple[ShippingMethod, list[ShippingRate]]]:
        """Return the methods in the shop's order of preference, which UNION ALL would need a subquery for."""
        return sorted(self.methods.values(), key=lambda each: (each[0].position, each[0].pk))

    def zones_of(self, where: Destination) -> dict[int, tuple[Precision, int, int]]:
        """Return the zones that ``where`` lies in, with how well each fits. The greatest fits best."""
        found = {}
        for zone, position in self.positions.items():
            precisions = [place.precision(where) for place in self.places[zone]]
            if fitting := [each for each in precisions if each is not None]:
                found[zone] = max(fitting), -position, -zone
        return found


_METHOD, _RATE = ModelColumns(ShippingMethod), ModelColumns(ShippingRate)
_PLACE = ModelColumns(ShippingZonePlace)
# The active methods with their rates, if any, and then the places of all zones.
_RATES = f"""
SELECT {_METHOD.of('"method"')}, {_RATE.of('"rate"')}, "zone"."position", {_PLACE.nothing}
FROM "shipping_shippingmethod" "method"
LEFT JOIN "shipping_shippingrate" "rate" ON "rate"."method_id" = "method"."id" AND "rate"."currency" = %s
LEFT JOIN "shipping_shippingzone" "zone" ON "zone"."id" = "rate"."zone_id"
WHERE "method"."is_active"
UNION ALL SELECT {_METHOD.nothing}, {_RATE.nothing}, NULL, {_PLACE.of('"place"')}
FROM "shipping_shippingzoneplace" "place"
"""  # noqa: S608 - the columns are ours


def _read(rows: Rows) -> _Rates:
    read = _Rates({}, {}, defaultdict(list))
    for row in map(iter, rows):
        method, rate, position, place = _METHOD.instance(row), _RATE.instance(row), next(row), _PLACE.instance(row)
        if method is None:
            known = Place(place.country, place.region, place.postcode_from, place.postcode_to)
            read.places[place.zone_id].append(known)
            continue
        _, rates = read.methods.setdefault(method.pk, (method, []))
        if rate is not None:
            rates.append(rate)
            if rate.zone_id is not None:
                read.positions[rate.zone_id] = position
    return read


def _quotes(read: _Rates, parcel: ParcelToSend, currency: str) -> list[ShippingQuote]:
    if not read.methods:
        return []
    country, region = country_and_region(country=parcel.country, state=parcel.state)
    zones = read.zones_of(Destination.of(country=country, state=region, postal_code=parcel.postal_code))
    offered = [
        ShippingQuote(method=method, price=_price(rate, parcel), currency=currency)
        for method, rates in read.in_order()
        if (rate := _rate_for(parcel, rates, zones)) is not None
    ]
    limits = [quote.method.max_weight_grams for quote in offered]
    quotes = [
        quote for quote, limit in zip(offered, limits, strict=True) if limit is None or parcel.weight_grams <= limit
    ]
    if not quotes:
        heaviest = max((limit for limit in limits if limit is not None), default=None)
        raise NotDeliverable(
            country=country or parcel.country,
            postal_code=parcel.postal_code,
            weight_grams=parcel.weight_grams,
            max_weight_grams=heaviest,
        )
    return quotes


def _rate_for(
    parcel: ParcelToSend, rates: list[ShippingRate], zones: Mapping[int, tuple[Precision, int, int]]
) -> ShippingRate | None:
    """Return the one of a method's ``rates`` that applies to ``parcel``, which is sent into one of ``zones``."""
    fitting = [rate.zone_id for rate in rates if rate.zone_id is not None and rate.zone_id in zones]
    zone = max(fitting, key=lambda each: zones[each], default=None)
    reached = [rate for rate in rates if rate.zone_id == zone and rate.from_value <= _value_of(parcel, rate.basis)]
    return max(reached, key=lambda rate: rate.from_value, default=None)


def _price(rate: ShippingRate, parcel: ParcelToSend) -> Decimal:
    is_free = rate.free_from is not None and parcel.subtotal >= rate.free_from
    return Decimal(0) if is_free else rate.price


def _value_of(parcel: ParcelToSend, basis: str) -> Decimal:
    """Return what the edges of rates with this ``basis`` are compared with."""
    values = {
        RateBasis.WEIGHT: Decimal(parcel.weight_grams),
        RateBasis.PRICE: parcel.subtotal,
        RateBasis.PIECES: Decimal(parcel.pieces),
    }
    return values.get(RateBasis(basis), Decimal(0))


def shipping_choice(quotes: list[ShippingQuote], *, code: str) -> ShippingQuote | None:
    """Choose the quote of the method with this ``code``.

    An empty ``code`` chooses the first method that delivers, else the first quote, or ``None`` when there are no
    quotes. Raise ``ShippingMethodUnknown`` when no quote has this ``code``.
    """
    if not code:
        delivering = (quote for quote in quotes if not quote.method.is_pickup)
        return next(delivering, quotes[0] if quotes else None)
    for quote in quotes:
        if quote.method.code == code:
            return quote
    raise ShippingMethodUnknown(field="shipping_method")


def require_named_pickup(chosen: ShippingQuote | None, quotes: Sequence[ShippingQuote], *, code: str) -> None:
    """Raise ``PickupNotNamed`` when an order that names no method (``code``) would have to be collected.

    Its customer gave an address, and expects the goods there.
    """
    if chosen is not None and chosen.method.is_pickup and not code:
        raise PickupNotNamed(shipping_methods=[quote.method.code for quote in quotes])
