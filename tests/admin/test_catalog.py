"""Keeping the catalogue in the admin: what is saved goes through the services."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from catalog.models import Category, PriceRange, Product, ProductImage, Review, Variant
from catalog.services import product_archive, review_write
from tests.admin.shown_forms import act, shown_form, told
from tests.factories import make_product, make_user, sole_variant


@pytest.fixture
def product(db: None) -> Product:
    return make_product("Kettle", sku="KET-1", tags=["steel", "kitchen"])


def ranges(product: Product) -> list[tuple[str, Decimal, Decimal]]:
    return list(PriceRange.objects.filter(product=product).order_by("currency").values_list("currency", "low", "high"))


def save_product(root: Client, product: Product, **changes: object) -> str:
    url = reverse("admin:catalog_product_change", args=[product.pk])
    answer = root.post(url, {**shown_form(root, url), **changes}, follow=True)
    product.refresh_from_db()
    return answer.content.decode()


def test_a_new_product_gets_its_first_variant_and_price(root: Client) -> None:
    url = reverse("admin:catalog_product_add")
    typed = {
        "name": "Big Pot",
        "price": "12.50",
        "currency": "usd",
        "sku": "POT",
        "tags": "iron, kitchen, iron",
        "description": "<p onclick=x()>Heavy</p><script>alert(1)</script>",
        "status": "draft",
    }
    root.post(url, {**shown_form(root, url), **typed})
    product = Product.objects.get(name="Big Pot")
    assert (product.slug, product.status, product.tags) == ("big-pot", "draft", ["iron", "kitchen"])
    assert product.description == "<p>Heavy</p>"
    assert "pot" in product.search_text.splitlines()
    assert sole_variant(product).sku == "POT"
    assert ranges(product) == [("USD", Decimal("12.50"), Decimal("12.50"))]


@pytest.mark.parametrize(("price", "currency"), [("1.005", "USD"), ("-1", "USD"), ("1.5", "JPY"), ("1", "ABC")])
def test_a_price_that_its_currency_does_not_know_is_refused(root: Client, price: str, currency: str) -> None:
    url = reverse("admin:catalog_product_add")
    typed = {"name": "Big Pot", "price": price, "currency": currency}
    answer = root.post(url, {**shown_form(root, url), **typed})
    assert answer.context["errors"]
    assert not Product.objects.exists()


def test_saving_a_product_refreshes_what_is_searched_and_cleans_its_html(root: Client, product: Product) -> None:
    save_product(root, product, name="Teapot", description="<b>New</b><iframe src=x></iframe>", tags="clay")
    assert (product.name, product.description, product.tags) == ("Teapot", "<b>New</b>", ["clay"])
    assert product.search_text.splitlines() == ["teapot", "clay", "ket-1", "new"]
    assert product.slug == "kettle"


def test_saving_an_unchanged_product_changes_nothing(root: Client, product: Product) -> None:
    before = Product.objects.defer("updated_at").values().get(pk=product.pk)
    save_product(root, product)
    after = Product.objects.values().get(pk=product.pk)
    assert {**after, "updated_at": None} == {**before, "updated_at": None}
    assert ranges(product) == [("USD", Decimal("10"), Decimal("10"))]


def test_a_variant_switched_off_on_the_products_page_no_longer_counts_for_its_price(
    root: Client, product: Product
) -> None:
    form = shown_form(root, reverse("admin:catalog_product_change", args=[product.pk]))
    del form["variants-0-is_active"]
    form["variants-0-sku"] = "KET-2"
    root.post(reverse("admin:catalog_product_change", args=[product.pk]), form)
    product.refresh_from_db()
    assert ranges(product) == []
    assert "ket-2" in product.search_text


def test_a_slug_that_is_taken_is_refused(root: Client, product: Product) -> None:
    make_product("Teapot")
    assert "already exists" in save_product(root, product, slug="teapot")
    assert product.slug == "kettle"


def test_pictures_are_added_and_shown_small(root: Client, product: Product, tmp_path) -> None:
    Image.new("RGB", (2, 2)).save(tmp_path / "dot.png")
    upload = SimpleUploadedFile("dot.png", (tmp_path / "dot.png").read_bytes(), "image/png")
    added = {"images-TOTAL_FORMS": 2, "images-0-file": upload, "images-0-alt": "A dot", "images-0-position": 0}
    added |= {"images-1-source_url": "https://example.com/a.png", "images-1-position": 5}
    save_product(root, product, **added)
    uploaded, linked = product.images.order_by("id")
    assert (uploaded.alt, linked.url) == ("A dot", "https://example.com/a.png")
    with uploaded.file.open() as stored:
        assert stored.read(4) == b"\x89PNG"
    text = root.get(reverse("admin:catalog_product_change", args=[product.pk])).content.decode()
    assert f'<img src="{uploaded.url}"' in text


def test_a_picture_without_file_and_address_is_refused(root: Client, product: Product) -> None:
    text = save_product(root, product, **{"images-TOTAL_FORMS": 1, "images-0-alt": "Nothing"})
    assert "Give a file or a URL." in text
    assert not ProductImage.objects.exists()


def test_a_picture_belongs_to_no_other_products_variant(root: Client, product: Product) -> None:
    other = sole_variant(make_product())
    changes = {
        "images-TOTAL_FORMS": 1,
        "images-0-source_url": "https://example.com/a.png",
        "images-0-variant": other.pk,
    }
    assert "Select a valid choice" in save_product(root, product, **changes)
    assert not ProductImage.objects.exists()


def test_products_are_put_on_sale_and_taken_off(root: Client, product: Product) -> None:
    assert told(act(root, "catalog_product", "take_off_sale", [product.pk])) == ["Products taken off sale: 1."]
    product.refresh_from_db()
    assert product.status == "archived"
    act(root, "catalog_product", "put_on_sale", [product.pk])
    product.refresh_from_db()
    assert product.status == "active"


@pytest.mark.parametrize("page", ["catalog_product", "catalog_variant"])
def test_products_and_variants_are_not_deleted(root: Client, product: Product, page: str) -> None:
    pk = product.pk if page == "catalog_product" else sole_variant(product).pk
    assert root.post(reverse(f"admin:{page}_delete", args=[pk]), {"post": "yes"}).status_code == 403
    act(root, page, "delete_selected", [pk], post="yes")
    assert Product.objects.filter(pk=product.pk).exists()
    assert product.variants.count() == 1


def test_a_new_variant_comes_with_a_price(root: Client, product: Product) -> None:
    url = reverse("admin:catalog_variant_add") + f"?product={product.pk}"
    typed = {"options": "Size: L\nColour: red", "sku": "KET-L", "prices-0-amount": "30"}
    refused = root.post(url, {**shown_form(root, url), **typed, "prices-0-amount": ""})
    assert refused.context["errors"]
    assert product.variants.count() == 1
    root.post(url, {**shown_form(root, url), **typed})
    variant = product.variants.get(sku="KET-L")
    assert variant.options == [{"name": "Size", "value": "L"}, {"name": "Colour", "value": "red"}]
    product.refresh_from_db()
    assert "ket-l" in product.search_text
    assert ranges(product) == [("USD", Decimal(10), Decimal(30))]


def test_a_variants_prices_move_the_products_price_range(root: Client, product: Product) -> None:
    variant = sole_variant(product)
    url = reverse("admin:catalog_variant_change", args=[variant.pk])
    form = shown_form(root, url)
    assert str(form["prices-0-amount"]) == "10.00"
    form |= {"prices-0-amount": "8.00", "prices-TOTAL_FORMS": 2, "prices-1-currency": "JPY", "prices-1-amount": "900"}
    root.post(url, form)
    assert ranges(product) == [("JPY", Decimal(900), Decimal(900)), ("USD", Decimal(8), Decimal(8))]


def test_options_that_another_variant_has_are_refused(root: Client, product: Product) -> None:
    url = reverse("admin:catalog_variant_add") + f"?product={product.pk}"
    answer = root.post(url, {**shown_form(root, url), "options": "", "prices-0-amount": "30"})
    assert "already exists" in answer.content.decode()
    assert product.variants.count() == 1


def test_options_are_typed_as_name_and_value(root: Client, product: Product) -> None:
    url = reverse("admin:catalog_variant_change", args=[sole_variant(product).pk])
    answer = root.post(url, {**shown_form(root, url), "options": "just a word"})
    assert "Please write each option like" in answer.content.decode()
    assert Variant.objects.get().options == []


def test_the_variants_page_shows_its_stock(root: Client, product: Product) -> None:
    text = root.get(reverse("admin:catalog_variant_change", args=[sole_variant(product).pk])).content.decode()
    assert "<p>10</p>" in text


def test_taking_reviews_down_refreshes_the_rating(root: Client, product: Product) -> None:
    reviews = [review_write(product=product, user=make_user(), rating=rating)[0] for rating in (1, 2, 5, 5)]
    root.post(reverse("admin:catalog_review_delete", args=[reviews[0].pk]), {"post": "yes"})
    product.refresh_from_db()
    assert (product.rating, product.review_count) == (Decimal("4.00"), 3)
    act(root, "catalog_review", "delete_selected", [reviews[1].pk, reviews[2].pk], post="yes")
    product.refresh_from_db()
    assert (product.rating, product.review_count) == (Decimal("5.00"), 1)
    assert Review.objects.count() == 1


def test_categories_are_made_and_moved(root: Client) -> None:
    url = reverse("admin:catalog_category_add")
    for name in ("Kitchen", "Pots"):
        typed = {"name": name, "slug": name.lower(), "description": "<b>x</b><script>y</script>"}
        typed["treebeard_position"] = "sorted-child"
        root.post(url, {**shown_form(root, url), **typed})
    kitchen, pots = Category.objects.order_by("name")
    assert kitchen.description == "<b>x</b>"
    change = reverse("admin:catalog_category_change", args=[pots.pk])
    root.post(change, {**shown_form(root, change), "treebeard_ref_node": kitchen.pk})
    pots.refresh_from_db()
    assert pots.path.startswith(kitchen.path)


def test_a_category_in_use_is_not_deleted(root: Client) -> None:
    kitchen = Category.objects.add_root(instance=Category(name="Kitchen", slug="kitchen"))
    Category.objects.add_child(kitchen, instance=Category(name="Pots", slug="pots"))
    answer = root.post(reverse("admin:catalog_category_delete", args=[kitchen.pk]), {"post": "yes"}, follow=True)
    assert told(answer) == ["The category still has products or categories in it."]
    act(root, "catalog_category", "delete_selected", [kitchen.pk], post="yes")
    assert Category.objects.count() == 2


def test_a_category_with_archived_products_only_is_deleted(root: Client) -> None:
    kitchen = Category.objects.add_root(instance=Category(name="Kitchen", slug="kitchen"))
    pot, pan = make_product(category=kitchen), make_product(category=kitchen)
    product_archive(product=pan)
    url = reverse("admin:catalog_category_delete", args=[kitchen.pk])
    assert "Are you sure" not in root.get(url).content.decode()
    root.post(url, {"post": "yes"})
    assert Category.objects.exists()
    row = root.get(reverse("admin:catalog_category_changelist")).context["cl"].result_list[0]
    assert (row.direct_products, row.archived_products) == (1, 1)
    product_archive(product=pot)
    assert "Are you sure" in root.get(url).content.decode()
    root.post(url, {"post": "yes"})
    assert not Category.objects.exists()
    assert set(Product.objects.values_list("status", "category")) == {("archived", None)}
