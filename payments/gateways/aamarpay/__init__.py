"""Collect by aamarPay: cards and wallets in Bangladesh, on aamarPay's own page."""

from payments.gateways.aamarpay.gateway import AamarPay, number_in

__all__ = ["AamarPay", "number_in"]
