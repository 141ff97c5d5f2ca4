"""Try first those tests of a line that know most about it."""

import pytest

from tests.mutation.operators import Mutant
from tests.mutation.recording import Recording

RACE, NAMED, OWN, OTHER = (
    "tests/concurrency/test_lock_order.py::test_carts",
    "tests/cart/test_services.py::test_add",
    "tests/cart/test_cart.py::test_add",
    "tests/orders/test_orders.py::test_place",
)


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("lock", [NAMED, RACE, OWN, OTHER]), ("atomic", [NAMED, RACE, OWN, OTHER]), ("sign", [NAMED, OWN, RACE, OTHER])],
)
def test_those_about_races_come_early_for_locks_only(operator: str, expected: list[str]) -> None:
    recording = Recording({"cart/services.py": {"7": [OTHER, OWN, RACE, NAMED]}}, {OTHER: 2.0}, [])
    mutant = Mutant("cart/services.py", "item_add", operator, 1, 7, 7, "locked()", "all()")
    assert recording.tests_of(mutant) == expected
