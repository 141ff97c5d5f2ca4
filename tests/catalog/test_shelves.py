"""Categories that are made when they are needed, what is on sale in them, and several pictures at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection, connections, transaction

from catalog import services
from catalog.errors import BadSlug
from catalog.models import Category, ProductImage
from catalog.selectors import newest_in, products_below
from catalog.services import category_create, category_ensure, images_add
from tests.factories import make_product

pytestmark = pytest.mark.django_db

needs_row_locks = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


class TestCategoryEnsure:
    def test_it_is_made_once(self) -> None:
        made = category_ensure(slug="gaming")
        assert (made.slug, made.name, made.depth) == ("gaming", "gaming", 1)
        assert category_ensure(slug="gaming") == made == Category.objects.get()

    def test_one_that_is_there_is_taken_wherever_it_is_and_whatever_its_name(self) -> None:
        phones = category_create(name="Phones", parent=category_create(name="Electronics"))
        services.category_update(category=phones, name="Smartphones")
        assert category_ensure(slug="phones") == phones

    def test_another_of_that_name_is_not_taken_for_it(self) -> None:
        other = services.category_update(category=category_create(name="Gaming"), slug="video-games")
        assert category_ensure(slug="gaming") != other
        assert set(Category.objects.values_list("slug", flat=True)) == {"video-games", "gaming"}

    def test_a_slug_of_digits(self) -> None:
        with pytest.raises(BadSlug):
            category_ensure(slug="123")

    @needs_row_locks
    @pytest.mark.django_db(transaction=True)
    def test_sixteen_at_once_make_eight(self) -> None:
        start = threading.Barrier(16)

        def ensure(number: int) -> str:
            start.wait()
            try:
                with transaction.atomic():
                    return category_ensure(slug=f"shelf-{number % 8}").slug
            finally:
                connections.close_all()

        with ThreadPoolExecutor(16) as threads:
            made = list(threads.map(ensure, range(16)))
        assert made == [f"shelf-{number % 8}" for number in range(16)]
        assert sorted(Category.objects.values_list("slug", flat=True)) == sorted(set(made))


class TestWhatIsOnSale:
    def test_in_a_category_and_below_it(self) -> None:
        gaming = category_create(name="Gaming")
        mice = category_create(name="Mice", parent=gaming)
        first, second = make_product(category=gaming), make_product(category=mice)
        make_product(category=gaming, status="draft")
        make_product(category=category_create(name="Gaming chairs"))
        assert list(products_below("gaming").order_by("id")) == [first, second]
        assert list(products_below("mice")) == [second]
        assert list(products_below("nothing")) == []

    def test_the_newest_of_each(self, django_assert_max_num_queries: Any) -> None:
        gaming, kitchen = category_create(name="Gaming"), category_create(name="Kitchen")
        products = [make_product(category=gaming) for _ in range(3)]
        pan = make_product(category=kitchen)
        with django_assert_max_num_queries(3):
            found = newest_in(["gaming", "kitchen", "nothing"], count=2)
        assert {slug: [pk for pk, _ in rows] for slug, rows in found.items()} == {
            "gaming": [products[2].pk, products[1].pk],
            "kitchen": [pan.pk],
            "nothing": [],
        }
        pan.refresh_from_db()
        assert found["kitchen"][0][1] == pan.updated_at


class TestPictures:
    @pytest.fixture(autouse=True)
    def media(self, settings: Any, tmp_path: Path) -> None:
        settings.MEDIA_ROOT = str(tmp_path)

    def test_several_in_their_order(self) -> None:
        product = make_product()
        images = images_add(product=product, files=[ContentFile(b"a", "a.png"), ContentFile(b"b", "b.png")])
        assert list(product.images.order_by("position", "id")) == images
        assert images_add(product=product, files=[]) == []

    def test_all_or_none(self) -> None:
        def files() -> Any:
            yield ContentFile(b"a", "a.png")
            raise OSError("The upload ended.")

        with pytest.raises(OSError, match="ended"):
            images_add(product=make_product(), files=files())
        assert not ProductImage.objects.exists()
