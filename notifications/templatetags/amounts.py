"""Amounts in templates."""

from decimal import Decimal

from django import template

from utils.money import display

register = template.Library()


@register.filter
def amount(value: Decimal, currency: str) -> str:
    """``{{ order.total|amount:order.currency }}`` writes ``1299.99 USD``."""
    return f"{display(value, currency)} {currency}"
