"""Two server processes: what one writes, the next request to the other one sees. Redis only makes them faster."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from django.conf import settings
from django.db import connection, transaction

from catalog.services import product_archive, product_update
from tests.factories import make_product, make_staff
from tests.support.server import daphne, free_port, running, two_workers
from tests.support.tokens import bearer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency")]

ON_POSTGRES = connection.vendor == "postgresql"
LIST = "/api/v1/products/"


# By this name a proxy would ask both.
HOST = {"Host": "127.0.0.1"}
SLOW = "tests.support.slow_shop:application"


def one_process(
    stack: ExitStack, application: str = "config.wsgi:application", log: Path | None = None, **environment: str
) -> str:
    port = free_port()
    command = [*two_workers(port, application), "--workers", "1"] if ON_POSTGRES else daphne(port)
    return stack.enter_context(running(command, port, log=log, **environment))


@contextmanager
def deaf_redis() -> Iterator[str]:
    """Accept connections and never answer; yield the URL."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def read_everywhere(addresses: list[str], path: str = LIST) -> list[requests.Response]:
    """Read twice from each process, so that the second answer is one that it keeps."""
    return [requests.get(f"{address}{path}", headers=HOST, timeout=30) for address in addresses for _ in range(2)]


def test_what_one_process_writes_the_next_request_to_the_other_sees() -> None:
    product, headers = make_product("Lamp 0", stock_left=3), bearer(make_staff())
    with ExitStack() as stack:
        writer, reader = one_process(stack), one_process(stack)
        path = f"{LIST}{product.pk}/"
        for number in range(1, 21):
            before = read_everywhere([writer, reader], path)
            assert {answer.json()["name"] for answer in before} == {f"Lamp {number - 1}"}
            change = {"name": f"Lamp {number}", "price": f"{number}.50", "stock": number % 3}
            assert requests.patch(f"{writer}{path}", json=change, headers=headers, timeout=30).status_code == 200
            shown = requests.get(f"{reader}{path}", timeout=30).json()
            assert (shown["name"], Decimal(shown["price"]), shown["stock"]) == (
                f"Lamp {number}",
                Decimal(f"{number}.50"),
                number % 3,
            )
        requests.delete(f"{writer}{path}", headers=headers, timeout=30)
        assert requests.get(f"{reader}{path}", timeout=30).status_code == 404
        assert requests.get(f"{reader}{LIST}", timeout=30).json()["count"] == 0


def test_writers_and_readers_at_once_never_see_the_past() -> None:
    """Change the price while others read. Nobody reads a price that is older than one known before asking."""
    product = make_product("Lamp", price="1.00")
    path, headers = f"{LIST}{product.pk}/", bearer(make_staff())
    known, is_over = [1], threading.Event()

    def write(address: str) -> None:
        for price in range(2, 60):
            requests.patch(f"{address}{path}", json={"price": f"{price}.00"}, headers=headers, timeout=30)
            known[0] = price  # its answer has arrived
        is_over.set()

    def read(address: str) -> int:
        reads = 0
        while not is_over.is_set():
            at_least = known[0]
            assert Decimal(requests.get(f"{address}{path}", timeout=30).json()["price"]) >= at_least
            reads += 1
        return reads

    with ExitStack() as stack:
        addresses = [one_process(stack), one_process(stack)]
        with ThreadPoolExecutor(max_workers=9) as pool:
            readers = [pool.submit(read, addresses[number % 2]) for number in range(8)]
            pool.submit(write, addresses[0]).result()
            assert sum(reader.result() for reader in readers) > 0


def test_kept_answers_are_answered_as_django_does() -> None:
    """Compare the first answer, which Django makes, with the second one, which is kept."""
    make_product("Lamp")
    with ExitStack() as stack:
        address = one_process(stack)
        request_id = {"X-Request-ID": "a-request-id"}
        first, second = (requests.get(f"{address}{LIST}", headers=request_id, timeout=30) for _ in range(2))
        unlike = {"date", "ratelimit"}
        assert second.content == first.content
        assert {name.lower() for name in second.headers} == {name.lower() for name in first.headers}
        for name, value in first.headers.items():
            assert name.lower() in unlike or second.headers[name] == value
        assert second.headers["X-Request-ID"] == "a-request-id"

        head = requests.head(f"{address}{LIST}", timeout=30)
        assert (head.content, head.headers["Content-Length"]) == (b"", str(len(first.content)))
        known = requests.get(f"{address}{LIST}", headers={"If-None-Match": first.headers["ETag"]}, timeout=30)
        assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", first.headers["ETag"])


def test_a_signed_in_callers_answer_is_never_a_guests() -> None:
    draft = make_product("Secret", status="draft")
    path, headers = f"{LIST}{draft.pk}/", bearer(make_staff())
    with ExitStack() as stack:
        for address in [one_process(stack), one_process(stack)]:
            for _ in range(3):
                assert requests.get(f"{address}{path}", headers=headers, timeout=30).status_code == 200
                assert requests.get(f"{address}{path}", timeout=30).status_code == 404
                mine = requests.get(f"{address}{LIST}", headers=headers, timeout=30)
                assert (mine.json()["count"], mine.headers["Cache-Control"]) == (1, "private, no-store")
                assert requests.get(f"{address}{LIST}", timeout=30).json()["count"] == 0


@pytest.mark.skipif(not settings.REDIS_URL, reason="needs Redis")
def test_sixty_four_readers_of_two_processes_make_it_once(tmp_path: Path) -> None:
    make_product("Lamp")
    logs = [tmp_path / "one", tmp_path / "two"]
    gate = threading.Barrier(64)
    with ExitStack() as stack:
        addresses = [one_process(stack, SLOW, log=log) for log in logs]
        read_everywhere(addresses, "/api/v1/categories/")  # until they are warm

        def read(number: int) -> bytes:
            gate.wait(30)
            return requests.get(f"{addresses[number % 2]}{LIST}", headers=HOST, timeout=60).content

        with ThreadPoolExecutor(max_workers=64) as pool:
            answers = set(pool.map(read, range(64)))
        made = sum(log.read_text().count("A list of products is made.") for log in logs)
    assert (made, len(answers)) == (1, 1)


@pytest.mark.skipif(not settings.REDIS_URL, reason="needs Redis")
@pytest.mark.parametrize("kind", ["gone", "deaf"])
def test_without_an_answer_from_redis_only_speed_is_lost(kind: str) -> None:
    product = make_product("Lamp")
    with ExitStack() as stack:
        url = stack.enter_context(deaf_redis()) if kind == "deaf" else f"redis://127.0.0.1:{free_port()}/0"
        addresses = [one_process(stack, REDIS_URL=url) for _ in range(2)]
        for name in ("Torch", "Candle"):
            product_update(product=product, name=name)
            answers = read_everywhere(addresses)
            assert [answer.json()["results"][0]["name"] for answer in answers] == [name] * 4
        began = time.monotonic()
        for _ in range(50):
            assert requests.get(f"{addresses[0]}{LIST}", timeout=30).status_code == 200
        assert time.monotonic() - began < 10
        product_archive(product=product)
        assert [answer.json()["count"] for answer in read_everywhere(addresses)] == [0] * 4


def test_no_reader_waits_for_a_writer() -> None:
    product = make_product("Lamp")
    with ExitStack() as stack:
        address = one_process(stack)
        read_everywhere([address])
        with transaction.atomic():
            product_update(product=product, name="Torch")
            began = time.monotonic()
            during = read_everywhere([address])
            assert time.monotonic() - began < 2
        after = read_everywhere([address])
    names = [answer.json()["results"][0]["name"] for answer in (*during, *after)]
    assert names == ["Lamp", "Lamp", "Torch", "Torch"]
