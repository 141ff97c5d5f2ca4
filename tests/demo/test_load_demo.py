"""``manage.py load_demo``: what it makes, and when it makes nothing."""

import io
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from PIL import Image

from accounts.models import User
from catalog.models import Category, PriceRange, Product, ProductImage, Review, Variant, VariantPrice
from catalog.selectors import category_get
from demo import catalogue, people
from inventory.models import StockItem, StockMovement
from shipping.models import ShippingMethod, ShippingRate
from tests.factories import make_product, make_user
from utils.money import quantize

ROOTS = {"electronics", "furniture", "fashions", "computing", "gaming", "kitchen", "phones", "sports"}


@pytest.fixture(autouse=True)
def _media_in_a_folder_of_their_own(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def load_demo(*arguments: str) -> str:
    said = io.StringIO()
    call_command("load_demo", *arguments, stdout=said)
    return said.getvalue()


def everything_counted() -> dict[str, int]:
    models = (Category, Product, Variant, VariantPrice, ProductImage, StockMovement, ShippingMethod, User, Review)
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.django_db
def test_an_empty_shop_gets_a_catalogue_that_is_whole(tmp_path: Path) -> None:
    load_demo()
    roots = Category.objects.filter(depth=1)
    assert set(roots.values_list("slug", flat=True)) == ROOTS
    assert Category.objects.filter(depth=2).count() == Category.objects.count() - 8 == 30
    assert all(Product.objects.below(root).count() >= 9 for root in roots)
    assert Counter(Product.objects.values_list("status", flat=True)) == {"active": 80, "draft": 1, "archived": 1}
    assert Variant.objects.count() == VariantPrice.objects.count() == 199
    assert PriceRange.objects.count() == Product.objects.count()
    assert VariantPrice.objects.exclude(compare_at=None).count() == 16
    assert len(list(tmp_path.glob("products/*.webp"))) == ProductImage.objects.count() == 228
    assert _stored() == {path.read_bytes() for path in _pictures()}
    assert not ProductImage.objects.filter(alt="").exists()
    assert _stock() == {variant.sku: variant.stock for variant in _variants()}
    assert set(StockMovement.objects.values_list("kind", "note")) == {("receipt", "Opening stock")}
    call_command("verify_stock", stdout=io.StringIO())


def _stock() -> dict[str, int]:
    return dict(StockItem.objects.values_list("variant__sku", "on_hand"))


def _stored() -> set[bytes]:
    return {Path(image.file.path).read_bytes() for image in ProductImage.objects.all()}


def _pictures() -> list[Path]:
    return [picture.path for product in _products() for picture in product.pictures]


def _variants() -> list[catalogue.DemoVariant]:
    return [variant for product in _products() for variant in product.variants]


def _products() -> list[catalogue.DemoProduct]:
    return catalogue.read_catalogue().products


@pytest.mark.django_db
def test_the_documents_laptop_is_there_and_can_be_sent() -> None:
    load_demo()
    laptop = Product.objects.priced_in("USD").get(slug="gaming-laptop")
    assert laptop.price == Decimal("1299.99")
    assert StockItem.objects.get(variant__product=laptop).available == 50
    assert laptop in Product.objects.below(category_get("computing"))
    found = Product.objects.on_sale().search("laptop").values_list("name", flat=True)
    assert [name for name in found if "Laptop" in name] == [
        "Fieldnote Laptop Backpack",
        "Gaming Laptop",
        "Featherbook 13 Ultralight Laptop",
        "Meridian 14 Business Laptop",
        "Campus 15 Student Laptop",
        "Flip 14 Convertible Laptop",
    ]
    rates = ShippingRate.objects.order_by("method__position")
    assert list(rates.values_list("method__code", "currency", "price", "free_from")) == [
        ("standard", "USD", Decimal("4.90"), Decimal(50)),
        ("express", "USD", Decimal("14.90"), None),
    ]


@pytest.mark.django_db
def test_the_demo_users_can_do_what_their_roles_say_and_a_second_run_changes_nothing(settings) -> None:
    settings.DEBUG = True
    said = load_demo()
    assert said.splitlines()[1:] == [
        "Sign in as:",
        "  customer   demo-customer-1",
        "  seller     demo-seller-1",
        "  staff      demo-staff-1",
    ]
    assert list(User.objects.order_by("username").values_list("username", "email", "role", "is_superuser")) == [
        ("customer", "customer@example.com", "customer", False),
        ("seller", "seller@example.com", "seller", False),
        ("staff", "staff@example.com", "staff", True),
    ]
    for person in people.USERS:
        user = User.objects.get(username=person.username)
        assert user.check_password(person.password)
        validate_password(person.password, user)
    assert Product.objects.filter(seller__username="seller").count() == 6
    assert Product.objects.filter(reviews__user__username="customer", review_count=1).count() == 10

    before = everything_counted()
    again = load_demo().splitlines()
    assert again == ["The shop has products already, so no demo is loaded.", *said.splitlines()[1:]]
    assert everything_counted() == before


@pytest.mark.django_db
def test_a_shop_with_a_product_of_its_own_is_left_alone(settings) -> None:
    settings.DEBUG = True
    make_product("Ours")
    before = everything_counted()
    load_demo("--users")
    assert everything_counted() == before


@pytest.mark.django_db
def test_without_debug_users_are_made_only_when_asked_for_and_never_replaced() -> None:
    seller = make_user("Seller", email="ada@example.org")
    make_user("carla", email="customer@example.com")
    said = load_demo("--users")
    assert sorted(User.objects.values_list("username", flat=True)) == ["Seller", "carla", "staff"]
    assert User.objects.get(pk=seller.pk).password == seller.password
    assert not Product.objects.exclude(seller=None).exists()
    assert not Review.objects.exists()
    assert said.count("(existed before, and was not changed)") == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("currency", "laptop"), [("JPY", "1300"), ("KES", "1299.99")])
def test_prices_have_the_decimals_of_the_shops_currency_and_no_users_are_made(settings, currency, laptop) -> None:
    settings.DEFAULT_CURRENCY = currency
    said = load_demo()
    prices = VariantPrice.objects.values_list("currency", "amount", "compare_at")
    rates = ShippingRate.objects.values_list("currency", "price", "free_from")
    assert {code for code, _, _ in [*prices, *rates]} == {currency}
    amounts = [amount for _, *pair in [*prices, *rates] for amount in pair if amount is not None]
    assert all(amount == quantize(amount, currency) for amount in amounts)
    assert VariantPrice.objects.get(variant__sku="COM-101").amount == Decimal(laptop)
    assert not User.objects.exists()
    assert not Review.objects.exists()
    assert "No demo users were created: DEBUG is off" in said


def test_there_are_variants_where_they_are_natural() -> None:
    counts = Counter(len(product.variants) for product in _products())
    assert counts.total() - counts[1] == 50
    assert max(counts) == 9
    assert {len(product.pictures) for product in _products()} == {2, 3}


def test_some_products_are_sold_out_and_some_run_low() -> None:
    on_sale = [product for product in _products() if product.status == "active"]
    left = [sum(variant.stock for variant in product.variants) for product in on_sale]
    assert left.count(0) == 3
    assert sum(0 < pieces <= 10 for pieces in left) == 11


def test_dearer_before_means_dearer_and_no_sku_comes_twice() -> None:
    assert all(variant.compare_at > variant.price for variant in _variants() if variant.compare_at is not None)
    assert len({variant.sku for variant in _variants()}) == len(_variants())


def test_every_picture_is_there_and_none_is_left_over() -> None:
    folder = Path(catalogue.__file__).with_name("pictures")
    assert sorted(_pictures()) == sorted(folder.iterdir())


def test_pictures_have_one_size_and_are_small() -> None:
    for path in _pictures():
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == ("WEBP", (800, 800))
    sizes = [path.stat().st_size for path in _pictures()]
    assert max(sizes) < 35_000
    assert sum(sizes) < 3_000_000
