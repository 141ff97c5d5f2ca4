"""Serializer fields that all of the shop's APIs share."""

from decimal import Decimal
from typing import Any

from drf_yasg import openapi
from rest_framework import serializers

from utils.errors import UnknownCurrency
from utils.money import DECIMAL_PLACES, MAX_DIGITS, display, offered_currency
from utils.names import MAX_USERNAME_LENGTH, UsernameValidator, normalize_email, normalize_username
from utils.phones import NOT_A_PHONE, kenyan_mobile, normalize_phone
from utils.pictures import LIMITS_TOLD, PictureRefused, picture_clean

MAX_ID = 2**63 - 1


class AmountField(serializers.Field):
    """Show an amount as a decimal string with its currency's decimals; read-only.

    The currency is the object's ``currency``.
    """

    class Meta:
        swagger_schema_fields = {"type": openapi.TYPE_STRING, "example": "1299.99"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> tuple[Decimal, str] | None:
        amount = super().get_attribute(instance)
        if amount is None:
            return None
        return amount, instance.currency

    def to_representation(self, value: tuple[Decimal, str]) -> str:
        return display(*value)


class AmountInput(serializers.DecimalField):
    """Read an amount that a client sends, as a string or a number; it must not be negative."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, min_value=Decimal(0), **kwargs)


class CurrencyInput(serializers.CharField):
    """Read the code of a currency that the shop offers, in any letter case."""

    default_error_messages = {UnknownCurrency.code: UnknownCurrency.message}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=3, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        try:
            return offered_currency(super().to_internal_value(data))
        except UnknownCurrency:
            self.fail(UnknownCurrency.code)


class IdField(serializers.IntegerField):
    """Read an id that a client sends. An id that no row can have is refused here, before it reaches the database."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)


class NumberInput(serializers.CharField):
    """Read the public number of a row (see ``utils.numbers``)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=24, **kwargs)


class UsernameInput(serializers.CharField):
    """Read a new username, and check it in the normalised form (NFKC) in which it is stored.

    It is normalised before its length is checked, because that can turn one character into as many as eighteen.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_USERNAME_LENGTH, validators=[UsernameValidator()], **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return normalize_username(super().to_internal_value(data))


class EmailInput(serializers.EmailField):
    """Read an e-mail address, and check it in the form in which it is stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return normalize_email(super().to_internal_value(data))


class PhoneInput(serializers.CharField):
    """Read a telephone number as people paste it, and return the form in which it is stored (``utils.phones``)."""

    default_error_messages = {"bad_phone": NOT_A_PHONE}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=32, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        try:
            return normalize_phone(super().to_internal_value(data))
        except ValueError:
            self.fail("bad_phone")


class KenyanMobileInput(serializers.CharField):
    """Read the number of a mobile phone in Kenya. Any other text is returned unchanged, for the core to refuse."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=32, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        msisdn = kenyan_mobile(text)
        return f"+{msisdn}" if msisdn else text


class PictureField(serializers.FileField):
    """Read an uploaded picture and return it cleaned (``utils.pictures``). Its file name is ignored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text=LIMITS_TOLD, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return picture_clean(super().to_internal_value(data))
        except PictureRefused as refusal:
            raise serializers.ValidationError(refusal.detail, code=refusal.reason) from refusal
