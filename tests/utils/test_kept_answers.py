"""Guests' answers are kept, and nobody gets one that is outdated or somebody else's."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_redis import get_redis_connection
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Category, Product, ProductStatus
from catalog.services import category_create, category_update, price_set, product_archive, product_update, review_write
from catalog.views import listings
from inventory.models import Listing
from inventory.services import stock_commit, stock_count, stock_release, stock_reserve
from tests.factories import make_product, make_user, sole_variant
from tests.support.tokens import bearer
from utils.api.answers import memory as kept
from utils.api.answers import shared
from utils.api.answers.flights import Flight, find_or_make, land
from utils.api.answers.memory import KeptAnswer, memory
from utils.api.revision import READER
from utils.models import Revision
from utils.revisions import RevisionNumbers, whole_revision_now

pytestmark = pytest.mark.django_db

on_redis = pytest.mark.skipif(not settings.REDIS_URL, reason="needs Redis")
LIST, CONTRACT = "/api/v1/products/", "/catalog/products/"
# Views answer this, because no answer is kept for it.
UNUSUAL = {"Accept": "application/json;q=0.9"}


@pytest.fixture
def product(db: None) -> Product:
    product = make_product("Lamp", price="10.00", stock_left=3, category=category_create(name="Home"))
    review_write(product=product, user=make_user("rita"), rating=4)
    return product


def pages(product: Product) -> list[str]:
    """List the URLs of everything that is kept."""
    return [
        LIST,
        f"{LIST}{product.pk}/",
        f"{LIST}?ordering=price&in_stock=true",
        f"{LIST}{product.pk}/reviews/",
        "/api/v1/categories/",
        f"/api/v1/categories/{product.category_id}/",
        "/api/products/",
        f"/api/products/{product.pk}/",
        "/api/products/low_stock/",
        "/api/products/categories/",
        CONTRACT,
        f"{CONTRACT}{product.pk}/",
        "/catalog/categories/",
        f"/catalog/categories/{product.category_id}/",
        "/",
        "/product/search/?search=lamp",
        "/product/phones/",
    ]


def statements(api: APIClient, path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert api.get(path, headers=headers).status_code == 200
    return len(asked)


def test_the_second_reader_costs_one_statement(product: Product, anonymous_api: APIClient) -> None:
    for path in pages(product):
        first = anonymous_api.get(path)
        with CaptureQueriesContext(connection) as asked:
            second = anonymous_api.get(path)
        assert (len(asked), second.content) == (1, first.content), path
        own = {"X-Request-ID", "RateLimit"}
        assert {**first.headers, **dict.fromkeys(own)} == {**second.headers, **dict.fromkeys(own)}, path


def test_a_new_answer_reads_the_revision_once(product: Product, anonymous_api: APIClient) -> None:
    for path in (LIST, f"{LIST}{product.pk}/", CONTRACT):
        with CaptureQueriesContext(connection) as asked:
            anonymous_api.get(path)
        assert sum("utils_revision" in query["sql"] for query in asked) == 1, path


def test_a_process_with_a_connection_for_the_revision_uses_that(product: Product, anonymous_api: APIClient) -> None:
    read = Mock(side_effect=whole_revision_now)
    first = anonymous_api.get(LIST, **{READER: read})
    assert read.call_count == 1
    read.side_effect = OSError
    memory.clear()
    second = anonymous_api.get(LIST, **{READER: read})
    assert (second.status_code, second.content, len(memory)) == (200, first.content, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda lamp: product_update(product=lamp, name="Torch"),
        lambda lamp: price_set(variant=sole_variant(lamp), amount=Decimal("12.00"), currency="USD"),
        lambda lamp: stock_count(variant=sole_variant(lamp), counted=7),
        lambda lamp: stock_count(variant=sole_variant(lamp), counted=0),
        lambda lamp: stock_reserve(reference="A", quantities={sole_variant(lamp).pk: 1}),
        lambda lamp: stock_reserve(reference="A", quantities={sole_variant(lamp).pk: 3}),
        lambda lamp: product_archive(product=lamp),
        lambda lamp: category_update(category=lamp.category, name="House"),
        lambda lamp: Category.objects.update(name="House"),
        lambda lamp: review_write(product=lamp, user=make_user("omar"), rating=1),
        lambda lamp: User.objects.filter(username="rita").update(first_name="Rita"),
        lambda lamp: make_product("Lamp stand", category=category_create(name="Phones")),
    ],
)
def test_the_first_request_after_a_change_sees_it(
    product: Product, anonymous_api: APIClient, change: Callable[[Product], None]
) -> None:
    def seen(**headers: str) -> dict[str, Any]:
        answers = {path: anonymous_api.get(path, headers=headers) for path in pages(product)}
        return {path: each.content if each.status_code == 200 else each.status_code for path, each in answers.items()}

    before = seen()
    change(product)
    after = seen()

    assert after != before
    assert after == seen(**UNUSUAL)


def test_stock_that_comes_back_is_seen(product: Product, anonymous_api: APIClient) -> None:
    pieces = {sole_variant(product).pk: 3}
    seen = []
    for change in (
        lambda: stock_reserve(reference="A", quantities=pieces),
        lambda: stock_release(reference="A"),
        lambda: stock_reserve(reference="B", quantities=pieces),
        lambda: stock_commit(reference="B"),
    ):
        change()
        seen.append(anonymous_api.get(LIST).json()["results"][0]["stock"])
    assert seen == [0, 3, 0, 0]


class TestWhoAsks:
    def test_who_sees_more_leaves_nothing_for_guests(self, staff: User, anonymous_api: APIClient) -> None:
        draft = make_product("Secret", status=ProductStatus.DRAFT)
        path = f"{LIST}{draft.pk}/"
        for _ in range(2):
            assert anonymous_api.get(path, headers=bearer(staff)).status_code == 200
            assert anonymous_api.get(LIST, headers=bearer(staff)).json()["count"] == 1
            assert anonymous_api.get(path).status_code == 404
            assert anonymous_api.get(LIST).json()["count"] == 0

    @pytest.mark.parametrize(
        "headers",
        [
            {"Authorization": "Bearer nonsense"},
            {"X-Cart-Token": "nonsense"},
            {"Cookie": "a=b; sessionid=nonsense"},
            {"Range": "bytes=0-1"},
            {"Origin": "https://elsewhere.example"},
            UNUSUAL,
        ],
    )
    def test_whose_answer_may_differ_gets_none_that_is_kept(
        self, product: Product, anonymous_api: APIClient, headers: dict[str, str]
    ) -> None:
        anonymous_api.get(LIST)
        before = len(memory)
        assert statements(anonymous_api, LIST, **headers) > 1
        assert len(memory) == before

    def test_a_session_is_not_a_guest(self, product: Product, staff: User, client: APIClient) -> None:
        client.get(LIST)
        client.force_login(staff)
        assert client.get(LIST).headers["Cache-Control"] == "private, no-store"

    def test_pages_of_a_listed_origin_are_told_so(
        self, product: Product, anonymous_api: APIClient, settings: object
    ) -> None:
        settings.CORS_ALLOWED_ORIGINS = ["https://shop.example", "https://other.example"]  # type: ignore[attr-defined]
        allowed = "Access-Control-Allow-Origin"
        for _ in range(2):
            assert allowed not in anonymous_api.get(LIST).headers
            for origin in ("https://shop.example", "https://other.example"):
                assert anonymous_api.get(LIST, headers={"Origin": origin}).headers[allowed] == origin
        assert statements(anonymous_api, LIST, Origin="https://shop.example") == 1

    def test_hosts_and_schemes_have_their_own(self, product: Product, client: APIClient) -> None:
        path = f"{LIST}?page_size=1"
        make_product()
        links = [
            client.get(path, headers={"Host": host}, secure=secure).json()["next"]
            for host in ("localhost", "127.0.0.1")
            for secure in (False, True)
        ]
        assert len(set(links)) == 4


def test_only_answers_with_status_200_are_kept(product: Product, anonymous_api: APIClient) -> None:
    for path in (f"{LIST}999999/", f"{LIST}?nonsense=1", f"{LIST}?page=99", "/product/nonsense/"):
        assert anonymous_api.get(path).status_code in {400, 404}
    assert len(memory) == 0


def test_the_order_of_parameters_does_not_matter(product: Product, anonymous_api: APIClient) -> None:
    first = anonymous_api.get(f"{LIST}?page_size=1&ordering=price")
    assert statements(anonymous_api, f"{LIST}?ordering=price&page_size=1") == 1
    # The last one of two with the same name counts.
    pair = [anonymous_api.get(f"{LIST}?page_size={one}&page_size={two}").json()["count"] for one, two in ("12", "21")]
    assert (first.json()["count"], pair, len(memory)) == (1, [1, 1], 3)


class TestTags:
    @pytest.mark.parametrize("path", [LIST, CONTRACT, "/api/v1/categories/"])
    def test_who_has_it_gets_no_body(self, product: Product, anonymous_api: APIClient, path: str) -> None:
        tag = anonymous_api.get(path).headers["ETag"]
        for header in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            answer = anonymous_api.get(path, headers={"If-None-Match": header})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["ETag"] == tag
            assert "Content-Type" not in answer.headers
        for header in ('"x"', "nonsense", tag.strip('"')):
            assert anonymous_api.get(path, headers={"If-None-Match": header}).status_code == 200

    def test_one_that_is_made_now_is_compared_too(self, product: Product, anonymous_api: APIClient) -> None:
        tag = anonymous_api.get(LIST).headers["ETag"]
        memory.clear()
        assert anonymous_api.get(LIST, headers={"If-None-Match": tag}).status_code == 304
        assert anonymous_api.get(LIST, headers={"If-None-Match": tag, **UNUSUAL}).status_code == 304

    def test_it_changes_with_every_byte(self, product: Product, anonymous_api: APIClient) -> None:
        path = f"{LIST}{product.pk}/"
        first = anonymous_api.get(path)
        stock_count(variant=sole_variant(product), counted=2)
        second = anonymous_api.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (second.status_code, second.headers["ETag"] == first.headers["ETag"]) == (200, False)

    def test_head_tells_the_same(self, product: Product, anonymous_api: APIClient) -> None:
        for _ in range(2):
            assert anonymous_api.head(LIST).headers["ETag"] == anonymous_api.get(LIST).headers["ETag"]

    def test_a_writer_may_insist_on_what_a_guest_read(
        self, product: Product, anonymous_api: APIClient, staff_api: APIClient
    ) -> None:
        for path in (f"{LIST}{product.pk}/", f"/api/v1/categories/{product.category_id}/"):
            tag = anonymous_api.get(path).headers["ETag"]
            stock_count(variant=sole_variant(product), counted=2)  # not a part of the version
            assert staff_api.patch(path, {"name": "Torch"}, headers={"If-Match": f"W/{tag}"}).status_code == 200
            assert staff_api.patch(path, {"name": "Other"}, headers={"If-Match": tag}).status_code == 412


@pytest.mark.django_db(transaction=True)
def test_sixty_four_readers_at_once_make_it_once(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    made, show = [], listings.rows_of
    all_here = threading.Barrier(64)

    def slowly(*args: object, **kwargs: object) -> object:
        made.append(1)
        threading.Event().wait(0.3)
        return show(*args, **kwargs)  # type: ignore[arg-type]

    def read(_: int) -> bytes:
        try:
            all_here.wait(30)
            return APIClient().get(LIST).content
        finally:
            connection.close()

    monkeypatch.setattr(listings, "rows_of", slowly)
    with ThreadPoolExecutor(max_workers=64) as pool:
        answers = set(pool.map(read, range(64)))
    assert (len(made), len(answers)) == (1, 1)


def test_nobody_gets_what_was_kept_before_a_restore(product: Product, anonymous_api: APIClient) -> None:
    backup = list(Revision.objects.values())
    shown = []
    for name in ("Torch", "Candle"):
        product_update(product=product, name=name)
        shown += [anonymous_api.get(path).json()["results"][0]["name"] for path in (LIST, f"{LIST}?ordering=price")]
        Revision.objects.all().delete()
        Revision.objects.bulk_create([Revision(**row) for row in backup])
    assert shown == ["Torch", "Torch", "Candle", "Candle"]


def test_without_a_revision_nothing_is_kept(product: Product, anonymous_api: APIClient) -> None:
    anonymous_api.get(LIST)
    Revision.objects.all().delete()
    Listing.objects.update(in_stock=False)  # no trigger looks at it
    assert [anonymous_api.get(LIST).json()["results"][0]["in_stock"] for _ in range(2)] == [False, False]
    assert statements(anonymous_api, LIST) > 1


class TestInARush:
    def answer(self, made_at: float) -> KeptAnswer:
        return KeptAnswer(RevisionNumbers(1, 1), made_at, '"a"', "/", [], b"")

    def test_numbers_of_pieces_may_be_two_seconds_old(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept.time, "time", lambda: 1000.0)
        monkeypatch.setattr(kept, "_refreshes", kept._Refreshes())
        checks = [self.answer(999.0).is_current(RevisionNumbers(1, 2)) for _ in range(kept._REFRESHES + 1)]
        assert (any(checks[:-1]), checks[-1]) == (False, True)
        assert not self.answer(997.0).is_current(RevisionNumbers(1, 2))
        assert not self.answer(999.0).is_current(RevisionNumbers(2, 2))

    @pytest.mark.parametrize("is_in_memory", [False, True])
    def test_who_waits_for_another_process_is_counted_once(
        self, monkeypatch: pytest.MonkeyPatch, settings: Any, is_in_memory: bool
    ) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        place, revision = ("lists",), whole_revision_now()
        outdated = KeptAnswer(revision._replace(pieces=-1), time.time(), '"a"', "/", [], b"")
        sealed = shared._seal(place, outdated.dump()) + outdated.dump()
        polls = iter([(sealed, False)] * 20 + [(sealed, True)])
        refreshes = kept._Refreshes()
        monkeypatch.setattr(kept, "_refreshes", refreshes)
        monkeypatch.setattr(shared, "_PAUSE_SECONDS", 0)
        monkeypatch.setattr(shared, "_ask", lambda place: next(polls))
        monkeypatch.setattr(shared, "redis_trip", lambda *commands: None)
        if is_in_memory:
            memory.put(place, outdated, size=outdated.size)
        flight = find_or_make(place, whole_revision_now)
        assert isinstance(flight, Flight)
        land(flight, None)
        assert refreshes._count == 1

    def test_nothing_is_kept_longer_than_a_minute(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept.time, "time", lambda: 1000.0)
        assert self.answer(941.0).is_current(RevisionNumbers(1, 1))
        assert not self.answer(940.0).is_current(RevisionNumbers(1, 1))


@on_redis
class TestRedis:
    def other_process(self) -> None:
        memory.clear()

    def test_another_process_need_not_make_it(self, product: Product, anonymous_api: APIClient) -> None:
        first = anonymous_api.get(LIST)
        self.other_process()
        assert statements(anonymous_api, LIST) == 1
        assert anonymous_api.get(LIST).content == first.content

    @pytest.mark.parametrize("value", [b"", b"nonsense", b"\x00" * 5000, None])
    def test_rubbish_counts_as_nothing(self, product: Product, anonymous_api: APIClient, value: bytes | None) -> None:
        right = anonymous_api.get(LIST).content
        client = get_redis_connection()
        (key,) = client.keys("answer:*")
        if value is None:
            client.delete(key)
            client.rpush(key, "a list")
        else:
            client.set(key, value)
        self.other_process()
        assert anonymous_api.get(LIST).content == right
        assert isinstance(client.get(key), bytes)

    def test_an_answer_of_another_place_or_key_counts_as_nothing(
        self, product: Product, anonymous_api: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        anonymous_api.get(CONTRACT)
        client = get_redis_connection()
        (stranger,) = client.keys("answer:*")
        right = anonymous_api.get(LIST).content
        (key,) = set(client.keys("answer:*")) - {stranger}
        genuine = client.get(key)
        for value in (client.get(stranger), genuine[:-1] + b"]", genuine[:32] + genuine[33:]):
            client.set(key, value)
            self.other_process()
            assert anonymous_api.get(LIST).content == right

    def test_an_emptied_redis_costs_a_new_answer(self, product: Product, anonymous_api: APIClient) -> None:
        right = anonymous_api.get(LIST).content
        get_redis_connection().flushdb()
        self.other_process()
        assert anonymous_api.get(LIST).content == right

    def test_who_dies_while_making_it_holds_nobody_up_for_long(
        self, product: Product, anonymous_api: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shared, "_WAIT_SECONDS", 0.2)
        anonymous_api.get(LIST)
        (key,) = get_redis_connection().keys("answer:*")
        get_redis_connection().delete(key)
        get_redis_connection().rpush(key + b":lock", "never deleted")
        self.other_process()
        assert anonymous_api.get(LIST).status_code == 200
