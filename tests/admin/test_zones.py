"""The forms of shipping zones, of methods and of their rates."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shipping.models import ShippingMethod, ShippingRate, ShippingZone
from tests.admin.shown_forms import shown_form

pytestmark = pytest.mark.django_db


def save(root: Client, page: str, inline: str, rows: list[dict[str, Any]], **typed: Any) -> list[str]:
    """Fill in the form for a new object with its inline rows, and return what it was refused for."""
    url = reverse(f"admin:shipping_{page}_add")
    typed |= {f"{inline}-TOTAL_FORMS": len(rows)}
    typed |= {f"{inline}-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}
    answer = root.post(url, {**shown_form(root, url), **typed})
    if answer.status_code == 302:
        return []
    formset = answer.context["inline_admin_formsets"][0].formset
    form_errors = answer.context["adminform"].form.errors
    return [*form_errors, *(name for errors in formset.errors for name in errors), *formset.non_form_errors()]


def save_zone(root: Client, *places: dict[str, str]) -> list[str]:
    return save(root, "shippingzone", "places", list(places), name="Home", position="0")


def save_method(root: Client, *rates: dict[str, str], **typed: str) -> list[str]:
    defaults = {"currency": "USD", "basis": "flat", "from_value": "0", "price": "5"}
    rows = [{**defaults, **each} for each in rates]
    return save(root, "shippingmethod", "rates", rows, **{"name": "Post", "code": "post", "position": "0", **typed})


def test_a_zone_with_its_places(root: Client) -> None:
    places = [
        {"country": "GB", "region": "Scotland"},
        {"country": "GB", "postcode_from": "bt*"},
        {"country": "DE", "postcode_from": "10115", "postcode_to": "14199"},
    ]
    assert save_zone(root, *places) == []
    assert list(map(str, ShippingZone.objects.get().places.all())) == ["GB Scotland", "GB BT*", "DE 10115-14199"]
    shown = root.get(reverse("admin:shipping_shippingzone_changelist")).content.decode()
    assert "GB Scotland, GB BT*, DE 10115-14199" in shown


@pytest.mark.parametrize(
    ("place", "refused"),
    [
        ({"country": "XX"}, "country"),
        ({"country": ""}, "country"),
        ({"country": "DE", "postcode_to": "14199"}, "postcode_from"),
        ({"country": "DE", "postcode_from": "14199", "postcode_to": "10115"}, "postcode_to"),
        ({"country": "GB", "postcode_from": "BT*", "postcode_to": "BT9"}, "postcode_to"),
        ({"country": "GB", "postcode_from": "B*T"}, "postcode_from"),
        ({"country": "GB", "postcode_from": "*"}, "postcode_from"),
        ({"country": "GB", "postcode_from": "BT1", "postcode_to": "BT*"}, "postcode_from"),
    ],
)
def test_a_place_that_is_none_is_refused(root: Client, place: dict[str, str], refused: str) -> None:
    assert save_zone(root, {"region": "here", **place}) == [refused]
    assert not ShippingZone.objects.exists()


def test_a_place_stands_in_a_zone_once(root: Client) -> None:
    assert save_zone(root, {"country": "KE"}, {"country": "KE"}) != []
    assert not ShippingZone.objects.exists()


def test_a_method_with_tiers(root: Client) -> None:
    zone = str(ShippingZone.objects.create(name="Home").pk)
    tiers = [{"basis": "weight", "from_value": edge} for edge in ("0", "1000")]
    assert save_method(root, *tiers, {"zone": zone}, {"currency": "JPY"}) == []
    rates = ShippingRate.objects.values_list("zone__name", "currency", "basis", "from_value")
    assert list(rates) == [
        (None, "USD", "weight", 0),
        (None, "USD", "weight", 1000),
        ("Home", "USD", "flat", 0),
        (None, "JPY", "flat", 0),
    ]


@pytest.mark.parametrize(
    ("rates", "refused"),
    [
        ([{}, {"basis": "weight", "from_value": "1000"}], "basis"),
        ([{"basis": "weight"}, {"basis": "pieces", "from_value": "3"}], "basis"),
        ([{}, {}], "from_value"),
        ([{"basis": "price", "from_value": "5"}, {"basis": "price", "from_value": "5.00"}], "from_value"),
        ([{"basis": "weight", "from_value": "0.5"}], "from_value"),
        ([{"basis": "pieces", "from_value": "1.5"}], "from_value"),
        ([{"basis": "price", "from_value": "1.005"}], "from_value"),
        ([{"basis": "price", "from_value": "-1"}], "from_value"),
        ([{"basis": "speed"}], "basis"),
        ([{"zone": "999"}], "zone"),
    ],
)
def test_rates_that_do_not_fit_are_refused(root: Client, rates: list[dict[str, str]], refused: str) -> None:
    assert refused in save_method(root, *rates)
    assert not ShippingMethod.objects.exists()


@pytest.mark.parametrize("rate", [{"from_value": "1"}, {"basis": "weight", "from_value": "-1"}])
def test_a_rate_begins_where_its_basis_does(root: Client, rate: dict[str, str]) -> None:
    assert save_method(root, rate) != []
    assert not ShippingMethod.objects.exists()


@pytest.mark.parametrize(
    ("typed", "is_saved"),
    [
        ({"is_pickup": "on", "pickup_address": "Moi Avenue 1"}, True),
        ({"is_pickup": "on"}, False),
        ({"min_days": "1", "max_days": "3"}, True),
        ({"min_days": "3", "max_days": "1"}, False),
        ({"min_days": "3"}, False),
        ({"max_days": "3"}, False),
    ],
)
def test_a_method_is_whole(root: Client, typed: dict[str, str], is_saved: bool) -> None:
    assert (save_method(root, {}, **typed) == []) is is_saved
    assert ShippingMethod.objects.exists() is is_saved


def test_a_rate_that_was_deleted_makes_room(root: Client) -> None:
    method = ShippingMethod.objects.create(name="Post", code="post")
    old = method.rates.create(currency="USD", price=5)
    url = reverse("admin:shipping_shippingmethod_change", args=[method.pk])
    new = {"currency": "USD", "basis": "weight", "from_value": "0", "price": "7"}
    typed = {"rates-0-DELETE": "on", "rates-TOTAL_FORMS": 2} | {f"rates-1-{name}": new[name] for name in new}
    assert root.post(url, {**shown_form(root, url), **typed}).status_code == 302
    (rate,) = method.rates.all()
    assert (rate.pk != old.pk, rate.basis) == (True, "weight")
