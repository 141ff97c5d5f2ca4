"""What staff set up as promotions, over HTTP."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.services import category_create
from orders.models import Promotion, PromotionCode
from tests.factories import make_product
from tests.orders.conftest import PROMOTIONS, TENTH, Promote
from tests.orders.test_promotions import fill, order

pytestmark = pytest.mark.django_db


class TestStaff:
    def test_what_was_set_is_shown(self, staff_api: APIClient, promote: Promote) -> None:
        category = category_create(name="Lamps")
        made = promote(scope="items", categories=[category.pk], minimum_amount="5", currency="USD", limit=7)
        shown = staff_api.get(f"{PROMOTIONS}{made['id']}/").json()
        assert shown == made
        assert (shown["categories"], shown["minimum_amount"], shown["limit"], shown["uses"], shown["value"]) == (
            [category.pk],
            "5.00",
            7,
            0,
            "10",
        )

    def test_parts_are_changed(self, staff_api: APIClient, promote: Promote) -> None:
        made = promote(limit=7, scope="items", products=[make_product().pk])
        answer = staff_api.patch(f"{PROMOTIONS}{made['id']}/", {"limit": None, "products": []})
        assert answer.json() == {**made, "limit": None, "products": []}

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"value": "101"}, "promotion_invalid"),
            ({"kind": "fixed_amount"}, "promotion_invalid"),
            ({"minimum_amount": "5"}, "promotion_invalid"),
            ({"kind": "buy_x_get_y", "scope": "items"}, "promotion_invalid"),
            ({"scope": "items", "products": [10**9]}, "promotion_item_unknown"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, staff_api: APIClient, fields: dict, code: str) -> None:
        answer = staff_api.post(PROMOTIONS, {**TENTH, **fields})
        assert (answer.status_code, answer.json()["code"]) == (400, code), answer.content
        assert not Promotion.objects.exists()

    def test_a_limit_below_the_uses_is_refused(
        self, staff_api: APIClient, customer_api: APIClient, other_api: APIClient, promote: Promote
    ) -> None:
        made = promote()
        for client in (customer_api, other_api):
            fill(client)
            order(client)
        answer = staff_api.patch(f"{PROMOTIONS}{made['id']}/", {"limit": 1})
        assert (answer.status_code, Promotion.objects.get().limit) == (400, None)

    def test_codes_are_generated(self, staff_api: APIClient, promote: Promote) -> None:
        made = promote(needs_code=True)
        answer = staff_api.post(f"{PROMOTIONS}{made['id']}/codes/", {"count": 2000, "prefix": "spring-"})
        assert (answer.status_code, len(answer.json())) == (201, 2000)
        assert PromotionCode.objects.filter(code__startswith="SPRING-", is_single_use=True).count() == 2000
        listed = staff_api.get(f"{PROMOTIONS}{made['id']}/codes/").json()
        assert (listed["count"], listed["results"][0]["is_used"]) == (2000, False)

    def test_a_code_exists_once(self, staff_api: APIClient, promote: Promote) -> None:
        promote(code="HELLO")
        made = promote(name="Another")
        answer = staff_api.post(f"{PROMOTIONS}{made['id']}/codes/", {"code": "hello"})
        assert (answer.status_code, answer.json()["code"]) == (409, "promotion_code_taken")

    def test_a_used_promotion_stays(self, staff_api: APIClient, customer_api: APIClient, promote: Promote) -> None:
        used, unused = promote(), promote(name="Unused", is_active=False)
        fill(customer_api)
        order(customer_api)
        assert staff_api.delete(f"{PROMOTIONS}{unused['id']}/").status_code == 204
        refused = staff_api.delete(f"{PROMOTIONS}{used['id']}/")
        assert (refused.status_code, refused.json()["code"]) == (409, "promotion_in_use")
        assert Promotion.objects.get().pk == used["id"]

    def test_customers_do_not_see_them(self, customer_api: APIClient, customer: User) -> None:
        assert customer_api.get(PROMOTIONS).status_code == 403
        assert customer_api.post(PROMOTIONS, TENTH).status_code == 403
