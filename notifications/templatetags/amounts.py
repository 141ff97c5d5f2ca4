"""The template filter that writes amounts."""

from decimal import Decimal

from django import template

from utils.money import display

register = template.Library()


@register.filter
def amount(value: Decimal, currency: str) -> str:
    """Write an amount with its currency: ``{{ order.total|amount:order.currency }}`` gives ``1299.99 USD``."""
    return f"{display(value, currency)} {currency}"
