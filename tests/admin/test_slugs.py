"""Slugs in the admin: made by the shop's one rule, and refused at their own field."""

from unicodedata import normalize

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Category, Product
from catalog.services import category_create
from tests.admin.shown_forms import shown_form
from tests.catalog.test_slugs import BAD_SLUGS, NAMES
from tests.factories import make_product


@pytest.fixture
def pages(db: None) -> list[str]:
    """Return the pages where a product and a category are changed."""
    product, category = make_product("Kettle"), category_create(name="Books")
    return [
        reverse("admin:catalog_product_change", args=[product.pk]),
        reverse("admin:catalog_category_change", args=[category.pk]),
    ]


def slugs() -> tuple[str, str]:
    return Product.objects.earliest("pk").slug, Category.objects.earliest("pk").slug


@pytest.mark.parametrize("name", NAMES)
def test_a_name_makes_the_same_slug_as_everywhere(root: Client, name: str) -> None:
    for page in ("catalog_product", "catalog_category"):
        url = reverse(f"admin:{page}_add")
        typed = {"name": name, "price": "1.00", "currency": "USD", "treebeard_position": "sorted-child"}
        root.post(url, {**shown_form(root, url), **typed})
    product, category = slugs()
    assert (make_product(name).slug, category_create(name=name).slug) == (f"{product}-2", f"{category}-2")


@pytest.mark.parametrize("slug", BAD_SLUGS)
def test_a_slug_that_can_be_none_is_refused_at_its_field(root: Client, pages: list[str], slug: str) -> None:
    for url in pages:
        answer = root.post(url, {**shown_form(root, url), "slug": slug})
        assert answer.context["adminform"].form.errors["slug"]
    assert slugs() == ("kettle", "books")


def test_a_chosen_slug_is_stored_in_one_spelling(root: Client, pages: list[str]) -> None:
    for url in pages:
        root.post(url, {**shown_form(root, url), "slug": normalize("NFD", "Café")})
    assert slugs() == ("café", "café")


def test_a_slug_that_differs_only_in_spelling_is_taken(root: Client, pages: list[str]) -> None:
    make_product("Café")
    category_create(name="Café")
    for url in pages:
        answer = root.post(url, {**shown_form(root, url), "slug": normalize("NFD", "CAFÉ")})
        assert "already exists" in answer.context["adminform"].form.errors["slug"][0]


def test_an_emptied_slug_of_a_category_stays(root: Client, pages: list[str]) -> None:
    root.post(pages[1], {**shown_form(root, pages[1]), "slug": "", "name": "Novels"})
    assert (slugs()[1], Category.objects.get().name) == ("books", "Novels")
