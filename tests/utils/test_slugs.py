"""The one rule for slugs, in any script."""

from unicodedata import normalize

import pytest
from django.urls import get_resolver

from tests.architecture.test_routes import MORE_EXACT, patterns
from utils.slugs import RESERVED, fault_of, first_free, id_of, normal_slug, slugify, usable_slug

JOINER, SELECTOR, KEYCAP = "\u200d", "\ufe0f", "\u20e3"

MADE = [
    ("Blue  Mug!", "blue-mug"),
    ("Men's -- Mug_1 ", "mens-mug_1"),
    ("কাপড়", normalize("NFC", "কাপড়")),
    ("हिन्दी किताब", "हिन्दी-किताब"),
    ("ผ้าไหม", "ผ้าไหม"),
    ("Кружка", "кружка"),
    (normalize("NFD", "Café Zoë"), "café-zoë"),
    ("İSTANBUL", "istanbul"),
    ("Straße", "straße"),
    ("\uff26\uff35\uff2c\uff2c", "full"),
    (f"ශ්{JOINER}රී", "ශ්රී"),
    (f"\u2764{SELECTOR} Mug", "mug"),
    (f"\u2764{KEYCAP}Mug", "mug"),
    ("\u0301", ""),
    ("!?", ""),
]


@pytest.mark.parametrize(("name", "slug"), MADE)
def test_names_make_slugs(name: str, slug: str) -> None:
    assert slugify(name) == slug
    assert normal_slug(slug) == slugify(slug) == slug
    assert not slug or fault_of(slug) == ""


@pytest.mark.parametrize("slug", ["2024", "٢٠٢٤", "\uff12", "²", "9" * 30, *sorted(RESERVED), "SEARCH"])
def test_numbers_and_words_of_addresses_get_another_name(slug: str) -> None:
    slug = normal_slug(slug)
    assert fault_of(slug)
    better = usable_slug(slug, kind="product")
    assert (better, fault_of(better)) == (f"product-{slug}", "")


@pytest.mark.parametrize("slug", ["", "two words", "a/b", "a\0", "a\u202eb", "Mug.", "½", "\u0301a"])
def test_what_is_no_slug(slug: str) -> None:
    assert fault_of(normal_slug(slug))


def test_the_lowest_number_that_is_free() -> None:
    assert first_free("mug", {"mug-2", "mugs"}) == "mug"
    assert first_free("mug", {"mug", "mug-2", "mug-4"}) == "mug-3"


@pytest.mark.parametrize(("key", "pk"), [("12", 12), (12, 12), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("٢", None)])
def test_ids_are_told_from_slugs(key: str | int, pk: int | None) -> None:
    assert id_of(key) == pk
    assert id_of("mug-2") is None


def test_words_that_stand_where_a_slug_may_stand_are_reserved() -> None:
    hidden = {exact.rstrip("/").rpartition("/")[2] for exact, loose in MORE_EXACT.items() if "<key:" in loose}
    assert len([text for text, _ in patterns(get_resolver().url_patterns) if "<key:" in text]) > 5
    assert hidden
    assert hidden <= RESERVED
