"""Telephone numbers, as people write and paste them."""

from typing import Any

import pytest
from django.core.checks import run_checks

from utils.phones import kenyan_mobile, normalize_phone

KENYAN = "+254712345678"
PASTED = [
    "+254712345678",
    "+254 (0) 712 345678",
    "(+254) 712-345-678",
    "+254.712.345.678",
    "00254712345678",
    "00 254 (0)712 345 678",
    "\u202a+254 712 345 678\u202c",
    "\u200e+254712345678",
    "\u2066+254712345678\u2069",
    "\ufeff+254712345678",
    "+254\u00a0712\u202f345\u2009678",
    "+254\u2011712\u2013345\u2212678",
    "\uff0b\uff12\uff15\uff14\uff17\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
    "+\u0662\u0665\u0664\u0667\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
]
NATIONAL = ["0712345678", "0712 345 678", "712345678", "254712345678", "000254712345678", "\u0660712345678"]
NONE = ["", "x", "my phone", "12345", "0712345678901234", "0712345678x", "+", "++254712345678", "+254+712345678"]
NONE += [
    "+999123456789",
    "+0712345678",
    "0712345678 or 0722345678",
    "0712345678/0722345678",
    "\u202a",
    "1.5",
    "-1",
    " " * 99 + KENYAN,
]


@pytest.mark.parametrize("region", ["", "KE", "US"])
@pytest.mark.parametrize("phone", PASTED, ids=ascii)
def test_a_number_with_its_country_code_is_the_same_however_it_is_written(
    settings: Any, phone: str, region: str
) -> None:
    settings.PHONE_REGION = region
    assert normalize_phone(phone) == kenyan_e164(phone) == KENYAN


def kenyan_e164(phone: str) -> str:
    return f"+{kenyan_mobile(phone)}"


@pytest.mark.parametrize("phone", NATIONAL, ids=ascii)
def test_one_without_it_belongs_to_the_shops_region(settings: Any, phone: str) -> None:
    settings.PHONE_REGION = "KE"
    assert normalize_phone(phone) == KENYAN


@pytest.mark.parametrize(
    ("phone", "region", "known"),
    [
        ("01715059172", "BD", "+8801715059172"),
        ("0712345678", "UG", "+256712345678"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("011 254 712345678", "US", "+254712345678"),
        ("06 6982 1234", "IT", "+390669821234"),
    ],
)
def test_each_region_has_its_own_way(settings: Any, phone: str, region: str, known: str) -> None:
    settings.PHONE_REGION = region
    assert normalize_phone(phone) == known


@pytest.mark.parametrize(("currency", "known"), [("KES", KENYAN), ("UGX", "+256712345678"), ("RWF", "+250712345678")])
def test_the_currency_tells_the_region_where_no_setting_does(settings: Any, currency: str, known: str) -> None:
    settings.DEFAULT_CURRENCY = currency
    assert normalize_phone("0712345678") == known


@pytest.mark.parametrize("currency", ["USD", "EUR", "XOF"])
def test_where_nothing_tells_the_region_the_digits_are_kept(settings: Any, currency: str) -> None:
    settings.DEFAULT_CURRENCY = currency
    assert normalize_phone("(0712) 345-678") == "0712345678"


@pytest.mark.parametrize("phone", ["+1234567890", "+15550100", "+4930123456"])
def test_what_the_published_documents_show_is_taken(phone: str) -> None:
    assert normalize_phone(phone) == phone


@pytest.mark.parametrize("region", ["", "KE"])
@pytest.mark.parametrize("phone", NONE, ids=ascii)
def test_what_is_no_number_is_refused(settings: Any, phone: str, region: str) -> None:
    settings.PHONE_REGION = region
    with pytest.raises(ValueError, match="country code"):
        normalize_phone(phone)
    assert kenyan_mobile(phone) == ""


def test_another_countrys_way_to_write_is_not_taken_for_a_number(settings: Any) -> None:
    settings.PHONE_REGION = "US"
    with pytest.raises(ValueError, match="country code"):
        normalize_phone("0712345678")


@pytest.mark.parametrize("phone", ["0812345678", "07123456789", "070837414", "+1 212 555 0123", "+256712345678"])
def test_what_is_no_mobile_phone_in_kenya(phone: str) -> None:
    assert kenyan_mobile(phone) == ""


@pytest.mark.parametrize(("region", "told"), [("XX", ["shop.E002"]), ("KE", []), ("", [])])
def test_a_region_that_there_is_not_is_told(settings: Any, region: str, told: list[str]) -> None:
    settings.PHONE_REGION = region
    assert [message.id for message in run_checks()] == told
