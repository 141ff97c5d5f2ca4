"""Input at the limits of what the database and Django itself can take."""

from typing import Any

import pytest

from inventory.models import StockItem
from inventory.services import stock_adjust
from tests.support.tries import Tries
from tests.support.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_an_order_worth_more_than_can_be_written_down(world: World) -> None:
    dear = {"name": "Gold", "price": "999999999999.99", "stock": 999}
    product = world.api["staff"].post("/api/v1/products/", dear).json()["id"]
    assert world.carla.api.post("/api/v1/cart/items/", {"product": product, "quantity": 999}).status_code == 201
    tries = Tries(world.carla.api, "POST", "/api/v1/orders/")
    tries.must_refuse("more than twelve digits", b'{"address": {"street": "1 Main Street"}}')
    tries.assert_flawless()


def test_more_pieces_than_can_be_counted(world: World) -> None:
    item = StockItem.objects.get(variant__product=world.product)
    stock_adjust(stock_item=item, delta=2**31 - 1000 - item.on_hand, kind="receipt")
    tries = Tries(world.api["staff"], "POST", "/api/v1/inventory/movements/")
    tries.must_refuse("2**31", f'{{"stock_item": {item.pk}, "quantity": 1000, "kind": "receipt"}}'.encode())
    tries.assert_flawless()


def test_a_shelf_in_a_shelf_in_a_shelf(world: World) -> None:
    api = world.api["staff"]
    above: dict[str, Any] = {}
    for level in range(63):
        answer = api.post("/api/v1/categories/", {"name": f"Level {level}", **above})
        assert answer.status_code == 201
        above = {"parent": str(answer.json()["id"])}
    tries = Tries(api, "POST", "/api/v1/categories/")
    tries.must_refuse("the 64th level", f'{{"name": "Too deep", "parent": "{above["parent"]}"}}'.encode())
    tries.assert_flawless()


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v1/nothing/"), ("POST", "/api/v1/orders")])
def test_an_unknown_address_while_debugging(world: World, settings: Any, method: str, path: str) -> None:
    settings.DEBUG = True
    tries = Tries(world.carla.api, method, path)
    tries.must_answer(path, 404, b"{}")
    tries.assert_flawless()
