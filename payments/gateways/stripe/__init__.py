"""Collect by Stripe: cards and what else Stripe Checkout offers, on Stripe's own page."""

from payments.gateways.stripe.gateway import Stripe

__all__ = ["Stripe"]
