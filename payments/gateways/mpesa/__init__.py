"""Collect by M-Pesa: a prompt on the payer's phone, through Daraja, Safaricom's API."""

from payments.gateways.mpesa.gateway import Mpesa, forbidden_word

__all__ = ["Mpesa", "forbidden_word"]
