"""Matching addresses with the places of a shipping zone."""

import pytest

from shipping.zones import Destination, Place, is_within, postcode_key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("bt1 5gs", "BT15GS"),
        (" 00-950 ", "00950"),
        ("10001-1234", "10001"),
        ("01310-100", "01310100"),
        ("\N{FULLWIDTH DIGIT ONE}0115", "10115"),
        ("", ""),
    ],
)
def test_a_postcode_has_one_form(written: str, key: str) -> None:
    assert postcode_key(written) == key


@pytest.mark.parametrize(
    ("postcode", "first", "last", "within"),
    [
        ("10115", "10115", "", True),
        ("10117", "10115", "", False),
        ("10115", "10001", "10999", True),
        ("10001", "10001", "10999", True),
        ("10999", "10001", "10999", True),
        ("11000", "10001", "10999", False),
        ("10000", "10001", "10999", False),
        ("999", "200", "1000", True),
        ("1000", "200", "1000", True),
        ("1001", "200", "1000", False),
        ("10050-1234", "10001", "10099", True),
        ("BT1 5GS", "BT*", "", True),
        ("bt15gs", "bt *", "", True),
        ("B1 1AA", "BT*", "", False),
        ("AB12 3CD", "AB10", "AB56", True),
        ("AB56 1AA", "AB10", "AB56", True),
        ("AB57 1AA", "AB10", "AB56", False),
        ("AA1 1AA", "AB10", "AB56", False),
        ("00950", "00-001", "00-999", True),
        ("00-950", "00-001", "00-999", True),
        ("101151", "10115", "", False),
        ("", "BT*", "", False),
        ("", "1", "9", False),
    ],
)
def test_postcodes_are_compared_as_numbers_or_as_text(postcode: str, first: str, last: str, within: bool) -> None:
    assert is_within(postcode_key(postcode), first, last) is within


def test_a_place_says_how_exactly_it_names_an_address() -> None:
    where = Destination.of(country="US", state="  new york ", postal_code="10001")
    country, region = Place("US"), Place("US", "New York")
    postcode, both = Place("US", "", "100*"), Place("US", "NEW YORK", "10001", "10099")
    precisions = [place.precision(where) for place in (country, region, postcode, both)]
    assert None not in precisions
    assert sorted(precisions, key=lambda each: each or ()) == precisions
    for elsewhere in (Place("KE"), Place("US", "Texas"), Place("US", "", "200*"), Place("US", "Texas", "100*")):
        assert elsewhere.precision(where) is None
    nowhere = Destination.of(country="", state="", postal_code="")
    assert Place("US").precision(nowhere) is None
