"""The query parameters of the list of orders."""

from functools import reduce
from operator import or_

import django_filters
from django.db.models import Exists, OuterRef, Q

from orders.models import Order, OrderLine
from orders.querysets import OrderQuerySet
from orders.states import OrderStatus, PaymentStatus
from utils.api.filters import AfterFilter, StableOrderingFilter, StrictFilterSet

_MOST_WORDS = 8
_SEARCHED = ("number", "email", "phone", "shipment__name", "shipment__phone")


class OrderFilter(StrictFilterSet):
    status = django_filters.ChoiceFilter(choices=OrderStatus.choices)
    payment_status = django_filters.ChoiceFilter(choices=PaymentStatus.choices)
    number = django_filters.CharFilter(method="of_number", max_length=20, help_text="Upper or lower case")
    email = django_filters.CharFilter(
        method="of_mailbox", max_length=254, help_text="The e-mail address of the order or of its account"
    )
    search = django_filters.CharFilter(
        method="with_words",
        max_length=255,
        help_text="Each word must occur in the number, e-mail address, phone, name or a product's name, or be an SKU",
    )
    placed_after = AfterFilter(field_name="placed_at")
    updated_after = AfterFilter(field_name="updated_at")
    ordering = StableOrderingFilter(fields=["placed_at", "updated_at", "total"])

    class Meta:
        model = Order
        fields: list[str] = []

    def of_number(self, orders: OrderQuerySet, name: str, value: str) -> OrderQuerySet:
        return orders.filter(number=value.strip().upper())

    def of_mailbox(self, orders: OrderQuerySet, name: str, value: str) -> OrderQuerySet:
        return orders.filter(Q(email__iexact=value) | Q(user__email__iexact=value))

    def with_words(self, orders: OrderQuerySet, name: str, value: str) -> OrderQuerySet:
        for word in value.split()[:_MOST_WORDS]:
            bought = OrderLine.objects.filter(
                Q(product_name__icontains=word) | Q(sku__iexact=word), order=OuterRef("pk")
            )
            of_order = [Q((f"{column}__icontains", word)) for column in _SEARCHED]
            orders = orders.filter(reduce(or_, of_order, Q(Exists(bought))))
        return orders
