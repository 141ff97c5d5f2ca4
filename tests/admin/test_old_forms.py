"""A form that was opened before others changed its row undoes nothing of what they did."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from catalog.models import Product, ProductImage, VariantPrice
from catalog.services import category_create, category_update, image_add, price_set, product_archive, product_update
from shipping.models import Address, ShippingMethod, ShippingRate
from shipping.services import address_create, address_update
from tests.admin.shown_forms import shown_form
from tests.factories import make_product, make_user, sole_variant
from utils.admin import ReadOnlyInline, StaleCheck

pytestmark = pytest.mark.django_db


def opened(client: Client, page: str, pk: Any) -> tuple[str, dict[str, Any]]:
    url = reverse(f"admin:{page}_change", args=[pk])
    return url, shown_form(client, url)


def errors(response: Any) -> str:
    context = response.context
    found = [str(context["adminform"].form.errors)]
    for inline in context["inline_admin_formsets"]:
        found += [str(inline.formset.errors), str(inline.formset.non_form_errors())]
    return " ".join(found).replace("&quot;", '"').replace("&#x27;", "'")


@pytest.fixture
def product(db: None) -> Product:
    return make_product("Kettle", price="10.00")


def test_what_the_api_changed_meanwhile_stays(root: Client, product: Product) -> None:
    url, form = opened(root, "catalog_product", product.pk)
    product_update(product=Product.objects.get(), name="Pot", tags=["steel"])
    product_archive(product=product)
    assert root.post(url, {**form, "description": "<p>Two litres</p>"}).status_code == 302
    product.refresh_from_db()
    assert (product.name, product.status, product.tags) == ("Pot", "archived", ["steel"])
    assert product.description == "<p>Two litres</p>"
    assert "pot" in product.search_text
    assert "kettle" not in product.search_text


def test_a_field_that_both_changed_is_refused_with_both_values(root: Client, product: Product) -> None:
    url, form = opened(root, "catalog_product", product.pk)
    product_update(product=product, name="Pot")
    refused = root.post(url, {**form, "name": "Jug", "description": "New"})
    assert 'Name was changed meanwhile: this page showed "Kettle", now it is "Pot".' in errors(refused)
    product.refresh_from_db()
    assert (product.name, product.description) == ("Pot", "")
    again = root.post(url, {**form, "name": "Jug"})
    assert "meanwhile" in errors(again)


def test_the_refused_page_can_be_edited_and_stays_stale(root: Client, product: Product) -> None:
    url, form = opened(root, "catalog_product", product.pk)
    product_update(product=product, name="Pot")
    text = root.post(url, {**form, "name": "Jug"}).content.decode()
    assert 'name="initial-name" value="Kettle"' in text
    assert " disabled" not in text.split('name="brand"')[1].split(">")[0]


def test_the_same_change_by_two_is_no_conflict(root: Client, product: Product) -> None:
    url, form = opened(root, "catalog_product", product.pk)
    product_update(product=product, name="Pot")
    assert root.post(url, {**form, "name": "Pot"}).status_code == 302


def test_line_ends_of_a_browser_are_no_change_of_others(root: Client, product: Product) -> None:
    product_update(product=product, description="<p>One</p>\n<p>Two</p>\n")
    url, form = opened(root, "catalog_product", product.pk)
    form["initial-description"] = form["initial-description"].replace("\n", "\r\n")
    assert root.post(url, {**form, "description": "<p>Three</p>"}).status_code == 302
    product.refresh_from_db()
    assert product.description == "<p>Three</p>"


def test_prices_of_others_stay_and_those_that_both_changed_are_refused(root: Client, product: Product) -> None:
    variant = sole_variant(product)
    url, form = opened(root, "catalog_variant", variant.pk)
    price_set(variant=variant, amount=Decimal(12), currency="USD")
    root.post(url, {**form, "sku": "K-1"})
    variant.refresh_from_db()
    assert (variant.sku, VariantPrice.objects.get().amount) == ("K-1", Decimal(12))
    url, form = opened(root, "catalog_variant", variant.pk)
    price_set(variant=variant, amount=Decimal(13), currency="USD")
    refused = root.post(url, {**form, "prices-0-amount": "11"})
    assert 'this page showed "12.00", now it is "13.00"' in errors(refused)
    assert VariantPrice.objects.get().amount == Decimal(13)


def test_a_variants_row_on_the_products_page(root: Client, product: Product) -> None:
    variant = sole_variant(product)
    url, form = opened(root, "catalog_product", product.pk)
    type(variant).objects.filter(pk=variant.pk).update(is_active=False, sku="K-9")
    root.post(url, {**form, "variants-0-barcode": "123"})
    variant.refresh_from_db()
    assert (variant.is_active, variant.sku, variant.barcode) == (False, "K-9", "123")


def test_a_pictures_row(root: Client, product: Product) -> None:
    image = ProductImage.objects.create(product=product, source_url="https://example.com/a.png", alt="Old")
    url, form = opened(root, "catalog_product", product.pk)
    ProductImage.objects.update(alt="New")
    root.post(url, {**form, "images-0-position": "4"})
    image.refresh_from_db()
    assert (image.alt, image.position) == ("New", 4)
    url, form = opened(root, "catalog_product", product.pk)
    ProductImage.objects.update(alt="Newest")
    refused = root.post(url, {**form, "images-0-DELETE": "on"})
    assert "can't be deleted: Alt was changed meanwhile" in errors(refused)
    assert ProductImage.objects.exists()


def test_a_picture_that_both_replaced(root: Client, product: Product, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    image_add(product=product, file=picture("red"))
    url, form = opened(root, "catalog_product", product.pk)
    image = ProductImage.objects.get()
    image.file.save("other.png", picture("blue"))
    refused = root.post(url, {**form, "images-0-file": picture("green"), "images-0-alt": "Green"})
    assert "File was changed meanwhile" in errors(refused)
    root.post(url, {**form, "images-0-alt": "Blue"})
    kept = ProductImage.objects.get()
    assert (kept.file.name, kept.alt) == (image.file.name, "Blue")


def picture(colour: str) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (4, 4), colour).save(content, "PNG")
    return SimpleUploadedFile("a.png", content.getvalue(), "image/png")


def test_a_category_that_was_renamed_and_moved(root: Client) -> None:
    kitchen, pots = category_create(name="Kitchen"), category_create(name="Pots")
    url, form = opened(root, "catalog_category", pots.pk)
    category_update(category=pots, name="Pans")
    type(pots).objects.move(type(pots).objects.get(pk=pots.pk), kitchen, pos="sorted-child")
    root.post(url, {**form, "description": "To cook in"})
    pots.refresh_from_db()
    assert (pots.name, pots.description, pots.depth) == ("Pans", "To cook in", 2)


def test_a_user_whose_rights_were_taken(root: Client) -> None:
    group = Group.objects.create(name="Packers")
    user = make_user(role="staff")
    user.groups.add(group)
    url, form = opened(root, "accounts_user", user.pk)
    user.groups.clear()
    User.objects.filter(pk=user.pk).update(is_active=False, city="Arusha")
    root.post(url, {**form, "first_name": "Carla"})
    user.refresh_from_db()
    assert (user.first_name, user.is_active, user.city, list(user.groups.all())) == ("Carla", False, "Arusha", [])


def test_a_shipping_rate(root: Client) -> None:
    method = ShippingMethod.objects.create(name="Post", code="post")
    rate = ShippingRate.objects.create(method=method, currency="USD", price=5)
    url, form = opened(root, "shipping_shippingmethod", method.pk)
    ShippingRate.objects.update(price=6)
    root.post(url, {**form, "name": "Mail"})
    rate.refresh_from_db()
    assert rate.price == Decimal(6)


def test_an_address(root: Client) -> None:
    user = make_user()
    address = address_create(user=user, street="1 Main Street", city="Nairobi")
    url, form = opened(root, "shipping_address", address.pk)
    address_update(user=user, number=address.number, city="Arusha")
    root.post(url, {**form, "street": "2 Main Street"})
    assert Address.objects.values_list("city", "street").get() == ("Arusha", "2 Main Street")


@pytest.mark.django_db(transaction=True)
def test_two_old_forms_that_are_saved_at_once_keep_each_others_fields(root: Client, product: Product) -> None:
    """All forms were opened before any was saved. Without the row's lock, one would overwrite what another saved."""
    url = reverse("admin:catalog_product_change", args=[product.pk])
    typed = [{"name": "Pot"}, {"brand": "Acme"}, {"product_type": "Pots"}, {"tags": "steel"}]
    forms = [{**shown_form(root, url), **change} for change in typed]
    gate = threading.Barrier(len(forms))

    def post(form: dict[str, Any]) -> int:
        client = Client()
        client.cookies = root.cookies
        gate.wait(timeout=30)
        try:
            return client.post(url, form).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(forms)) as pool:
        assert list(pool.map(post, forms)) == [302] * len(forms)
    product.refresh_from_db()
    assert (product.name, product.brand, product.product_type, product.tags) == ("Pot", "Acme", "Pots", ["steel"])
    assert product.search_text.splitlines()[:4] == ["pot", "acme", "pots", "steel"]


def test_every_page_that_edits_looks_for_staleness() -> None:
    """Procrastinate's pages only show."""
    pages = [page for page in admin.site._registry.values() if not type(page).__module__.startswith("procrastinate")]
    for page in pages:
        assert issubclass(page.form, StaleCheck), page
        for inline in page.inlines:
            assert issubclass(inline, ReadOnlyInline) or issubclass(inline.form, StaleCheck), inline
