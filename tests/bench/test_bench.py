"""The parts of the benchmark that compute; none of these tests starts a server or looks at a clock."""

import asyncio
import json
import math
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from bench import catalogue, importing
from bench.client import BenchAnswer, BenchRequest, post, read_answer
from bench.figures import Sample, Statements, figures, percentile
from bench.statements import is_control
from bench.workloads import ALL, SALE, TIMED, BenchShop, rows
from exchange.drafts import Problem
from exchange.reading.shopify import read_products


@pytest.fixture(scope="module")
def small() -> catalogue.Catalogue:
    return catalogue.generate(products=600, seed=3)


def answer_to(*pieces: bytes) -> BenchAnswer:
    async def read() -> BenchAnswer:
        reader = asyncio.StreamReader()
        reader.feed_data(b"".join(pieces))
        reader.feed_eof()
        return await read_answer(reader)

    return asyncio.run(read())


class TestCatalogue:
    def test_a_seed_always_makes_the_same(self, small):
        assert catalogue.generate(products=600, seed=3) == small
        assert catalogue.generate(products=600, seed=4).fingerprint() != small.fingerprint()

    def test_fifty_shelves_on_three_levels(self, small):
        level: dict[int | None, int] = {None: 0}
        for shelf in small.shelves:
            level[shelf.no] = level[shelf.parent] + 1
        levels = list(level.values())[1:]
        assert [levels.count(number) for number in (1, 2, 3)] == [5, 15, 30]
        assert {item.category for item in small.items} <= set(small.leaves)
        assert len(small.leaves) == 30

    def test_products_are_numbered_named_once_and_have_stock(self, small):
        assert [item.no for item in small.items] == list(range(1, 601))
        assert len({item.slug for item in small.items}) == 600
        assert all(item.stock >= 1_000 and 199 <= item.price <= 199_999 for item in small.items)

    def test_the_common_word_is_in_every_tenth_name(self, small):
        word = small.common_words(1)[0]
        assert sum(word in item.name.lower() for item in small.items) == 60

    def test_reads_a_file_and_ignores_what_it_does_not_know(self, small, tmp_path: Path):
        path = tmp_path / "catalog.json"
        shelves = [vars(shelf) | {"level": 1} for shelf in small.shelves]
        path.write_text(
            json.dumps({"seed": 3, "categories": shelves, "products": [vars(item) for item in small.items]})
        )
        assert catalogue.read(path) == small

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"categories": [], "products": [{"no": 1}]}'])
    def test_refuses_another_file(self, text, tmp_path: Path):
        path = tmp_path / "catalog.json"
        path.write_text(text)
        with pytest.raises(ValueError, match="is not a catalogue"):
            catalogue.read(path)


class TestClient:
    def test_a_request_looks_as_if_it_came_through_the_proxy(self):
        head, _, body = post("/api/v1/orders/", {"note": "é"}, {"Idempotency-Key": "k"}).wire.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert lines[0] == "POST /api/v1/orders/ HTTP/1.1"
        assert {"X-Forwarded-Proto: https", "Idempotency-Key: k", f"Content-Length: {len(body)}"} <= set(lines)
        assert json.loads(body) == {"note": "é"}
        assert b"Content-Length" not in BenchRequest("/").wire

    def test_reads_a_body_of_known_length(self):
        answer = answer_to(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 200 OK\r\n")
        assert answer == BenchAnswer(201, b"{}")

    def test_reads_a_chunked_body(self):
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        assert answer_to(head, b"3;x=y\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n") == BenchAnswer(200, b"abcde", is_last=True)

    def test_an_answer_that_breaks_off_is_an_error(self):
        with pytest.raises(asyncio.IncompleteReadError):
            answer_to(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf")

    @pytest.mark.parametrize(("body", "code"), [(b'{"code": "out_of_stock"}', "out_of_stock"), (b"[]", ""), (b"<", "")])
    def test_the_code_of_a_problem(self, body, code):
        assert BenchAnswer(409, body).code == code


class TestFigures:
    def test_percentiles_are_values_that_occurred(self):
        values = [5.0, 1.0, 4.0, 2.0, 3.0]
        assert [percentile(values, share) for share in (0.0, 0.5, 0.8, 0.81, 1.0)] == [1.0, 3.0, 4.0, 5.0, 5.0]
        assert math.isnan(percentile([], 0.5))

    def test_statements_show_what_comes_on_top(self):
        assert str(Statements(queries=4, control=0, checks=0)) == "4"
        assert str(Statements(queries=10.25, control=2, checks=1)) == "10.2 (+3)"

    def test_one_line_of_the_table(self):
        sample = Sample(seconds=[0.010] * 99 + [0.050], duration=2.0)
        sample.errors["503 busy"] += 2
        cells = figures("W5", "product detail", sample, Statements(4, 0, 1), 0.25).split()
        assert cells == ["W5", "50.0", "10.0", "10.0", "2", "4", "(+1)", "2.50", "product", "detail"]

    def test_a_line_without_a_single_success(self):
        cells = figures("W5", "product detail", Sample(duration=2.0), Statements(4, 0, 0), None).split()
        assert cells[1:7] == ["0.0", "nan", "nan", "0", "4", "-"]

    @pytest.mark.parametrize("sql", ["BEGIN", "COMMIT", 'SAVEPOINT "s1"', 'RELEASE SAVEPOINT "s1"', "rollback"])
    def test_transaction_control(self, sql):
        assert is_control(sql)
        assert not is_control(f'SELECT 1 AS "{sql.split()[0]}"')


class TestWorkloads:
    @pytest.fixture
    def shop(self, small) -> BenchShop:
        return BenchShop(small, ["one", "two", "three"])

    @pytest.mark.parametrize("workload", ALL, ids=lambda workload: workload.key)
    def test_goes_on_as_long_as_it_is_asked(self, workload, shop):
        assert len(list(islice(workload.operations(shop, Random(1)), 700))) == 700

    def test_a_new_customer_after_five_adds(self, shop):
        adds = islice(TIMED[5].operations(shop, Random(1)), 10)
        customers = [request.headers["Authorization"] for (request,) in adds]
        assert customers == ["Bearer one"] * 5 + ["Bearer two"] * 5

    def test_an_order_is_two_products_of_one_customer_and_a_key_of_its_own(self, shop):
        first, second = islice(TIMED[6].operations(shop, Random(1)), 2)
        assert [request.path for request in first] == ["/api/v1/cart/items/", "/api/v1/cart/items/", "/api/v1/orders/"]
        assert len({request.headers["Authorization"] for request in first}) == 1
        assert first[-1].headers["Idempotency-Key"] != second[-1].headers["Idempotency-Key"]

    def test_the_hot_item_is_bought_in_the_sale_only(self, shop, small):
        def bought(workload) -> set[int]:
            operations = islice(workload.operations(shop, Random(1)), 200)
            return {json.loads(operation[0].body)["product"] for operation in operations}

        assert bought(SALE) == {small.hot}
        assert small.hot not in bought(TIMED[6])

    def test_counts_the_products_of_an_answer(self):
        assert rows(b'{"count": 9, "results": [{}, {}]}') == 2
        assert rows(b'{"id": 1}') == 1


def test_the_products_that_are_made_up_can_all_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_PRODUCTS", 3)
    problems: list[Problem] = []
    with read_products(importing._made_up(tmp_path), currency="USD", report=problems.append) as file:
        drafts = list(file.products())
    assert problems == []
    assert [draft.handle for draft in drafts] == ["item-1", "item-2", "item-3"]
    assert [variant.quantity for draft in drafts for variant in draft.variants] == [1, 2, 3]
