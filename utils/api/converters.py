"""Path converters of the URLs; ``config.urls`` imports this module once to register them."""

from django.urls import register_converter
from django.urls.converters import StringConverter

from utils.slugs import NOT_A_SLUG, fault_of, normal_slug


class IdConverter:
    """Match a row's id: only digits that fit the database's column, so that anything else is a plain 404."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class NumberConverter(StringConverter):
    """Match a public number (see ``utils.numbers``). Digits alone match too, but no row has such a number."""

    regex = "[0-9A-Za-z]{1,24}"


class PromotionCodeConverter(StringConverter):
    """Match a promotion code, in capitals or small letters."""

    regex = "[0-9A-Za-z_-]{1,40}"


class KeyConverter(StringConverter):
    """Match an id or a slug, in any Unicode spelling."""

    regex = "[^/]+"
    _longest = 255

    def to_python(self, value: str) -> str:
        key = normal_slug(value)
        if len(key) > self._longest or fault_of(key) == NOT_A_SLUG:
            raise ValueError
        return value


class ResetTokenConverter(StringConverter):
    """Match a text that has the form of an ``accounts.resets.ResetToken``; that class decides whether it is valid."""

    regex = r"[-0-9A-Za-z_]{1,29}\.[0-9a-z]{1,13}-[0-9a-f]{1,64}"


register_converter(IdConverter, "id")
register_converter(NumberConverter, "number")
register_converter(PromotionCodeConverter, "promotion_code")
register_converter(KeyConverter, "key")
register_converter(ResetTokenConverter, "reset")
