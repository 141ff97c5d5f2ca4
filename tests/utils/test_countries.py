"""Countries, as people write them."""

from typing import Any

import pytest
from django.core.checks import run_checks

from utils.countries import country_code, country_codes, country_name, is_country


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("KE", "KE"),
        ("ke", "KE"),
        ("KEN", "KE"),
        (" Kenya ", "KE"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("united states of america", "US"),
        ("UK", "GB"),
        ("Great Britain", "GB"),
        ("England", "GB"),
        ("Germany", "DE"),
        ("Deutschland", "DE"),
        ("ALLEMAGNE", "DE"),
        ("bangladesh", "BD"),
        ("Cote d'Ivoire", "CI"),
        ("Côte d\N{RIGHT SINGLE QUOTATION MARK}Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("The Netherlands", "NL"),
        ("Holland", "NL"),
        ("South Korea", "KR"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Czech Republic", "CZ"),
        ("Trinidad & Tobago", "TT"),
        ("Bolivia", "BO"),
        ("日本", "JP"),
        ("Россия", "RU"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER K}E", "KE"),
    ],
)
def test_a_code_or_a_name_is_known(written: str, code: str) -> None:
    assert country_code(written) == code


@pytest.mark.parametrize("written", ["", " ", ".", "the", "Atlantis", "XX", "ZZ", "EU", "Korea", "1", "\u202a", "K E"])
def test_what_names_no_country_is_not_guessed(written: str) -> None:
    assert country_code(written) == ""


def test_every_country_is_known_by_its_name_and_codes() -> None:
    assert len(country_codes()) == 249
    for code in country_codes():
        assert is_country(code)
        assert country_code(country_name(code)) == code
    assert [country_name(code) for code in country_codes()[:2]] == ["Afghanistan", "Åland Islands"]
    assert country_name("BS") == "Bahamas"


def test_only_capitals_are_a_code() -> None:
    assert not is_country("ke")
    assert not is_country("XX")


@pytest.mark.parametrize(("setting", "refused"), [("", False), ("KE", False), ("XX", True), ("KENYA", True)])
def test_the_shop_is_in_a_real_country(settings: Any, setting: str, refused: bool) -> None:
    settings.SHOP_COUNTRY = setting
    assert ("shop.E003" in {message.id for message in run_checks()}) is refused
